"""对照：不论天气，每天浇 2 毫米 / What was done before: two millimetres a day, whatever the weather."""


def predict(batch):
    """一批样本进，同样多的答案出 / A batch of samples in, as many answers out."""
    return [{"value": 2.0} for sample in batch]
