"""Seasonal naive forecast: the same hour of the day before."""


def predict(batch):
    """Micrograms a cubic metre."""
    return [{"value": float(one["lags"][0])} for one in batch]
