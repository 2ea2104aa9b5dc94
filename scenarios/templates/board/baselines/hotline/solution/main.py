"""基线：有“水”字的归供水供热，其余归市容环境 / The baseline: one rule on one character."""


def predict(batch):
    """一批样本进，同样多的答案出 / A batch of samples in, as many answers out."""
    return [{"label": "供水供热" if "水" in sample["text"] else "市容环境"} for sample in batch]
