"""Seasonal naive forecast: the same hour of the week before."""


def predict(batch):
    """Vehicles an hour."""
    return [{"value": float(one["lags"][1])} for one in batch]
