"""How well stretches of text are marked: exactly, and by overlap."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet

import numpy as np

from scoring.answers import Texts
from scoring.metric import Metric, Values
from scoring.statistic import Floats, SampleSums, divide, share
from scoring.structured_answers import Span, Spans
from scoring.text.plain import composed

Count = Callable[[AbstractSet[Span], AbstractSet[Span]], int]


def span_f1(answers: Spans, _: Values) -> SampleSums:
    """F1 of spans whose ends and label are all right."""
    return _sums(answers, _exact, _f1)


def span_precision(answers: Spans, _: Values) -> SampleSums:
    """Share of spans given whose ends and label are all right; 0 where none is given."""
    return _sums(answers, _exact, _precision)


def span_recall(answers: Spans, _: Values) -> SampleSums:
    """Share of spans wanted that were given with both ends and label right."""
    return _sums(answers, _exact, _recall)


def relaxed_span_f1(answers: Spans, _: Values) -> SampleSums:
    """F1 of spans that are near a wanted one of their label, one to one."""
    return _sums(answers, near_pairs, _f1)


def relaxed_span_recall(answers: Spans, _: Values) -> SampleSums:
    """Share of spans wanted that a given one of their label is near, one to one."""
    return _sums(answers, near_pairs, _recall)


def segmentation_f1(answers: Texts, _: Values) -> SampleSums:
    """F1 of words, both of whose ends are right, in texts parted by spaces."""
    return _segmented(answers, _f1)


def segmentation_precision(answers: Texts, _: Values) -> SampleSums:
    """Share of the words given whose ends are both right."""
    return _segmented(answers, _precision)


def segmentation_recall(answers: Texts, _: Values) -> SampleSums:
    """Share of the words wanted that were given with both ends right."""
    return _segmented(answers, _recall)


def _segmented(answers: Texts, finish: Callable[[Floats], Floats]) -> SampleSums:
    rows = []
    for wanted, given in zip(answers.truth, answers.predicted, strict=True):
        ours, theirs = _words(wanted), _words(given or "")
        if given is None or _letters(given) == _letters(wanted):
            rows.append((len(ours & theirs), len(ours), len(theirs)))
        else:
            # Words of another text stand nowhere in this one, and leaving words out spares none.
            rows.append((0, len(ours), max(1, len(ours), len(theirs))))
    return _of_rows(rows, finish)


def _letters(text: str) -> str:
    return "".join(composed(text).split())


def near_pairs(wanted: AbstractSet[Span], given: AbstractSet[Span]) -> int:
    """Largest number of pairs of a wanted and a given span, of one label, that are near each other.

    They share at least half of the characters that either covers: a span over the whole text is
    near nothing short.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    if not wanted or not given:
        return 0
    codes = {label: code for code, label in enumerate({span.label for span in wanted | given})}
    label, start, end = np.array([(codes[span.label], span.start, span.end) for span in given]).T
    near = []
    for span in wanted:
        shared = np.minimum(end, span.end) - np.maximum(start, span.start)
        covered = np.maximum(end, span.end) - np.minimum(start, span.start)
        alike = label == codes[span.label]
        near.append(np.flatnonzero(alike & (shared > 0) & (2 * shared >= covered)))
    ends = np.cumsum([0, *map(len, near)])
    found = np.concatenate(near)
    pairs = csr_array((np.ones(len(found)), found, ends), shape=(len(wanted), len(given)))
    return int((maximum_bipartite_matching(pairs) >= 0).sum())


def _exact(wanted: AbstractSet[Span], given: AbstractSet[Span]) -> int:
    return len(wanted & given)


def _words(text: str) -> set[tuple[int, int]]:
    """Ends of the words, counted in characters that are no spaces."""
    found, at = set(), 0
    for word in composed(text).split():
        found.add((at, at + len(word)))
        at += len(word)
    return found


def _sums(answers: Spans, count: Count, finish: Callable[[Floats], Floats]) -> SampleSums:
    nothing: frozenset[Span] = frozenset()
    rows = [
        (count(wanted, given or nothing), len(wanted), len(given or nothing))
        for wanted, given in zip(answers.truth, answers.predicted, strict=True)
    ]
    return _of_rows(rows, finish)


def _of_rows(rows: list[tuple[int, int, int]], finish: Callable[[Floats], Floats]) -> SampleSums:
    columns = np.array(rows, dtype=np.float64).reshape(-1, 3)
    most = float(columns.max(initial=1.0))
    return SampleSums(columns, finish, (most,) * 3, group=columns[:, 1] > 0)


def _f1(sums: Floats) -> Floats:
    hits, wanted, given = np.moveaxis(sums, -1, 0)
    return np.where(wanted > 0, divide(2 * hits, wanted + given, empty=0.0), np.nan)


def _precision(sums: Floats) -> Floats:
    hits, wanted, given = np.moveaxis(sums, -1, 0)
    return np.where(wanted > 0, divide(hits, given, empty=0.0), np.nan)


def _recall(sums: Floats) -> Floats:
    return share(sums)


EXACT_ZH = "起止位置与标签均与参考相同的片段数"
EXACT_EN = "spans whose ends and label equal a wanted one"

METRICS = (
    Metric(
        name="span_f1",
        task=("spans",),
        statistic=span_f1,
        better="higher",
        bounds=(0.0, 1.0),
        kind="ratio",
        zh="片段严格F1",
        en="Strict span F1",
        formula_zh=f"2×{EXACT_ZH} ÷（参考片段总数 + 给出片段总数）；未作答按未给出计",
        formula_en=f"2 × {EXACT_EN} ÷ (spans wanted + spans given), all texts together; "
        "a missing answer gives none",
        example="span_f1",
        reference="Tjong Kim Sang & De Meulder (2003), CoNLL-2003 shared task; seqeval",
        deletion_safe=False,
    ),
    Metric(
        name="span_precision",
        task=("spans",),
        statistic=span_precision,
        better="higher",
        bounds=(0.0, 1.0),
        sees="claimed",
        kind="ratio",
        zh="片段精确率",
        en="Strict span precision",
        formula_zh=f"{EXACT_ZH} ÷ 给出片段总数；一个也未给出时为0",
        formula_en=f"{EXACT_EN} ÷ spans given; 0 where none is given",
        example="span_precision",
        reference="Tjong Kim Sang & De Meulder (2003), CoNLL-2003 shared task; seqeval",
        deletion_safe=False,
    ),
    Metric(
        name="span_recall",
        task=("spans",),
        statistic=span_recall,
        better="higher",
        bounds=(0.0, 1.0),
        sees="found",
        kind="ratio",
        zh="片段召回率",
        en="Strict span recall",
        formula_zh=f"{EXACT_ZH} ÷ 参考片段总数；未作答按未给出计",
        formula_en=f"{EXACT_EN} ÷ spans wanted; a missing answer gives none",
        example="span_recall",
        reference="Tjong Kim Sang & De Meulder (2003), CoNLL-2003 shared task; seqeval",
    ),
    Metric(
        name="relaxed_span_f1",
        task=("spans",),
        statistic=relaxed_span_f1,
        better="higher",
        bounds=(0.0, 1.0),
        kind="ratio",
        zh="片段宽松F1",
        en="Relaxed span F1",
        formula_zh="2×同标签且相近（重叠字数不少于合起来字数的一半）的片段对数（一对一，取最多）÷（参考片段总数 + 给出片段总数）；"
        "未作答按未给出计",
        formula_en="2 × pairs of a wanted and a given span that share a label and at least half "
        "of the characters that either covers (one to one, as many as can be) ÷ (spans wanted + spans "
        "given); a missing answer gives none",
        example="relaxed_span_f1",
        reference="Segura-Bedmar et al. (2013), SemEval-2013 task 9 (partial match; here half shared, one to one)",
        deletion_safe=False,
    ),
    Metric(
        name="relaxed_span_recall",
        task=("spans",),
        statistic=relaxed_span_recall,
        better="higher",
        bounds=(0.0, 1.0),
        sees="found",
        kind="ratio",
        zh="片段宽松召回率",
        en="Relaxed span recall",
        formula_zh="同标签且相近（重叠字数不少于合起来字数的一半）的片段对数（一对一，取最多）÷ 参考片段总数；未作答按未给出计",
        formula_en="pairs of a wanted and a given span that share a label and at least half of the "
        "characters that either covers (one to one, as many as can be) ÷ spans wanted; a missing "
        "answer gives none",
        example="relaxed_span_recall",
        reference="Segura-Bedmar et al. (2013), SemEval-2013 task 9 (partial match; here half shared, one to one)",
    ),
    Metric(
        name="segmentation_f1",
        task=("text",),
        statistic=segmentation_f1,
        better="higher",
        bounds=(0.0, 1.0),
        kind="ratio",
        zh="分词F1",
        en="Word segmentation F1",
        formula_zh="以空格分词（思考过程不计），2×起止位置均正确的词数 ÷（参考词数 + 作答词数）；"
        "改动了文字（包括空文本）的作答一个词也不算对，给出的词数按参考词数与作答词数中较大者计（至少1）；"
        "未作答按未给出计",
        formula_en="words parted by spaces, thinking left out: 2 × words with both ends right ÷ (words wanted + words "
        "given); an answer whose characters differ, or without any, has none right and counts as at "
        "least as many words as the reference, one at least; a missing answer gives none",
        example="segmentation_f1",
        reference="Emerson (2005), The second international Chinese word segmentation bakeoff",
        deletion_safe=False,
    ),
    Metric(
        name="segmentation_precision",
        task=("text",),
        statistic=segmentation_precision,
        better="higher",
        bounds=(0.0, 1.0),
        kind="ratio",
        zh="分词精确率",
        en="Word segmentation precision",
        formula_zh="以空格分词（思考过程不计），起止位置均正确的词数 ÷ 作答词数；"
        "改动了文字（包括空文本）的作答一个词也不算对，给出的词数按参考词数与作答词数中较大者计（至少1）；"
        "一条也未作答时为0",
        formula_en="words parted by spaces, thinking left out: words with both ends right ÷ words given; an answer "
        "whose characters differ, or without any, has none right and counts as at least as many words "
        "as the reference, one at least; 0 where nothing is answered",
        example="segmentation_precision",
        reference="Emerson (2005), The second international Chinese word segmentation bakeoff",
        deletion_safe=False,
    ),
    Metric(
        name="segmentation_recall",
        task=("text",),
        statistic=segmentation_recall,
        better="higher",
        bounds=(0.0, 1.0),
        kind="ratio",
        zh="分词召回率",
        en="Word segmentation recall",
        formula_zh="以空格分词（思考过程不计），起止位置均正确的词数 ÷ 参考词数；改动了文字的作答一个词也不算对；"
        "未作答按未给出计",
        formula_en="words parted by spaces, thinking left out: words with both ends right ÷ words wanted; an answer "
        "whose characters differ has none right; a missing answer gives none",
        example="segmentation_recall",
        reference="Emerson (2005), The second international Chinese word segmentation bakeoff",
    ),
)
