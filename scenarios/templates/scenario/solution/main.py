"""示例方案：线性推算当日灌溉水量 / An example that works out the day's water."""


def predict(batch):
    """一批样本进，同样多的答案出 / A batch of samples in, as many answers out.

    回归任务的答案是 {"value": 数}，须在声明的范围内。
    An answer to a regression is {"value": NUMBER}, within the declared range.
    """
    return [{"value": min(10.0, max(0.0, water(sample)))} for sample in batch]


def water(sample):
    """需水量（毫米） / The water needed, in millimetres."""
    return (
        1.2
        + 0.11 * sample["temperature"]
        - 0.02 * sample["humidity"]
        + 0.09 * sample["light"]
        - 0.08 * sample["soil_moisture"]
    )
