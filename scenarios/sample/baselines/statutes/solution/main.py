"""Shared characters: how many of a question's characters an article holds, for its length."""

import json
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

ARTICLES = Path("/resources/articles.jsonl")
DEPTH = 100
INDEX = {}


def load():
    """Index the corpus by single characters."""
    with ARTICLES.open(encoding="utf-8") as file:
        articles = [json.loads(line) for line in file]
    characters = CountVectorizer(analyzer="char", binary=True, dtype=np.float64)
    table = characters.fit_transform([one["law"] + one["text"] for one in articles])
    lengths = np.sqrt(np.asarray(table.sum(axis=1)).ravel())
    INDEX.update(ids=[one["id"] for one in articles], characters=characters)
    INDEX.update(terms=table.T.tocsr(), lengths=lengths)


def predict(batch):
    """Rank the articles for each question."""
    asked = INDEX["characters"].transform([one["question"] for one in batch])
    scores = (asked @ INDEX["terms"]).toarray() / INDEX["lengths"]
    best = np.argsort(-scores, axis=1, kind="stable")[:, :DEPTH]
    return [{"ranking": [INDEX["ids"][place] for place in row]} for row in best]
