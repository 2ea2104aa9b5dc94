"""示例方案：按关键词归类 / An example that sorts tickets by keywords.

运行时没有网络；本目录在沙箱中是只读的 /pkg。
There is no network; this folder is /pkg inside the sandbox, read-only.
"""

WORDS = {
    "供水供热": ("水压", "停水", "自来水", "水表", "供暖", "暖气", "供热", "换热", "水泵", "管道"),
    "社会保障": ("社保", "医保", "保险", "就医", "工伤", "退休", "津贴", "补贴", "就业"),
}
OTHERWISE = "市容环境"


def load():
    """只调用一次，用来加载模型；不需要可删去 / Called once, to load a model; may be left out."""


def predict(batch):
    """一批样本进，同样多的答案出；样本是输入列的字典 / A batch in, as many answers out.

    分类任务的答案是 {"label": 标签}；给出 "score" 可参与 AUC 等指标。
    An answer to a classification is {"label": LABEL}; "score" serves metrics such as AUC.
    """
    return [{"label": label(sample["text"])} for sample in batch]


def label(text):
    """命中关键词最多的标签 / The label with the most keywords in the text."""
    counts = {name: sum(word in text for word in words) for name, words in WORDS.items()}
    best = max(counts, key=counts.get)
    return best if counts[best] else OTHERWISE
