"""Keyword overlap: the class whose own name shares most characters with the enquiry."""

NAMES = [
    *("婚姻家庭", "劳动纠纷", "交通事故", "债权债务", "刑事辩护", "合同纠纷", "房产纠纷"),
    *("侵权", "公司法", "医疗纠纷", "拆迁安置", "行政诉讼", "建设工程", "知识产权"),
    *("综合咨询", "人身损害", "涉外法律", "海事海商", "消费权益", "抵押担保"),
]


def predict(batch):
    """First class with the highest share of its characters in the text."""
    answers = []
    for one in batch:
        letters = set(one["text"])
        shares = [len(letters & set(name)) / len(set(name)) for name in NAMES]
        answers.append({"label": NAMES[shares.index(max(shares))]})
    return answers
