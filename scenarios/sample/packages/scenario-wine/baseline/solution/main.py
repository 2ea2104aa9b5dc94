"""One rule: the amount of proline and the depth of colour."""


def predict(batch):
    """Grower of each wine."""
    answers = []
    for one in batch:
        label = "grower_1" if one["proline"] > 755 else "grower_2"
        if label == "grower_2" and one["color_intensity"] > 6:
            label = "grower_3"
        answers.append({"label": label})
    return answers
