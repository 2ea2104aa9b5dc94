"""One measure alone: how much of its convex hull a cell leaves empty."""


def predict(batch):
    """A ratio above the usual one is a poor outline."""
    ratios = [float(one["convex_hull_area_ratio_ch_1"]) for one in batch]
    return [{"label": "poor" if ratio > 1.18 else "good", "score": ratio} for ratio in ratios]
