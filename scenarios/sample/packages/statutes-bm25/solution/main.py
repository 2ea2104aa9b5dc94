"""BM25 over pairs of adjacent characters, weighted once for the whole corpus."""

import json
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer

K1, B = 1.5, 0.75

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
    pairs = CountVectorizer(analyzer="char", ngram_range=(2, 2))
    counts = pairs.fit_transform(texts).astype(float).tocsr()
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    found = np.diff(counts.tocsc().indptr)
    rarity = np.log1p((counts.shape[0] - found + 0.5) / (found + 0.5))
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    damped = counts.data + K1 * (1 - B + B * lengths[row] / lengths.mean())
    weights = counts.data * (K1 + 1) / damped * rarity[counts.indices]
    table = csr_matrix((weights, counts.indices, counts.indptr), counts.shape)
    INDEX.update(ids=ids, pairs=pairs, terms=table.T.tocsr())


def predict(batch):
    """Rank the articles for each question."""
    asked = INDEX["pairs"].transform([one["question"] for one in batch]).minimum(1)
    return [ranking(row) for row in (asked @ INDEX["terms"]).toarray()]
