"""TF-IDF over pairs of adjacent characters, reduced to 128 dimensions."""

import json
from pathlib import Path

import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.preprocessing import normalize

ARTICLES = Path("/resources/articles.jsonl")
DEPTH = 100
INDEX = {}


def corpus():
    """Ids and texts of all articles, each text led by the name of its law."""
    with ARTICLES.open(encoding="utf-8") as file:
        articles = [json.loads(line) for line in file]
    texts = [f"{one['law'].removeprefix('中华人民共和国')}{one['text']}" for one in articles]
    return [one["id"] for one in articles], texts


def ranking(scores):
    """The hundred best ids, ties in the order of the corpus."""
    best = np.argsort(-scores, kind="stable")[:DEPTH]
    return {"ranking": [INDEX["ids"][place] for place in best]}


def load():
    """Index the corpus."""
    ids, texts = corpus()
    pairs = TfidfVectorizer(analyzer="char", ngram_range=(2, 2), sublinear_tf=True, min_df=3)
    meaning = TruncatedSVD(128, n_iter=2, random_state=0)
    table = normalize(meaning.fit_transform(pairs.fit_transform(texts)))
    INDEX.update(ids=ids, pairs=pairs, meaning=meaning, table=table)


def predict(batch):
    """Rank the articles for each question."""
    asked = INDEX["pairs"].transform([one["question"] for one in batch])
    near = normalize(INDEX["meaning"].transform(asked)) @ INDEX["table"].T
    return [ranking(row) for row in near]
