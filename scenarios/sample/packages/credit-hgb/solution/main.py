"""Histogram gradient boosting."""

from pathlib import Path

import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

TEXTS = ["home", "marital", "records", "job"]
NUMBERS = [
    *("seniority", "time", "age", "expenses", "income", "assets", "debt", "amount", "price"),
]
TRAINED = {}


def table(rows):
    """Columns with gaps as NaN for numbers and as a word for texts."""
    frame = pd.DataFrame(rows)
    for name in NUMBERS:
        frame[name] = pd.to_numeric(frame[name])
    for name in TEXTS:
        texts = frame[name].astype(object)
        frame[name] = texts.where(texts.notna() & (texts != ""), "missing")
    return frame[NUMBERS + TEXTS]


def load():
    """Train on the file that came with the call."""
    rows = pd.read_csv(Path(__file__).with_name("training.csv"))
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    columns = make_column_transformer(
        (numbers, NUMBERS), (OneHotEncoder(handle_unknown="ignore"), TEXTS)
    )
    model = make_pipeline(columns, HistGradientBoostingClassifier(random_state=0))
    TRAINED["model"] = model.fit(table(rows), rows["label"] == "bad")


def predict(batch):
    """Label each application and say how much the model believes that it turns bad."""
    beliefs = TRAINED["model"].predict_proba(table(batch))[:, 1]
    return [{"label": "bad" if one > 0.5 else "good", "score": float(one)} for one in beliefs]
