"""Seasonal naive forecast: the same half-hour of the day before."""


def predict(batch):
    """Demand in GW."""
    return [{"value": float(one["lags"][0])} for one in batch]
