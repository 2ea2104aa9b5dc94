"""How good texts are, character by character, without a word list."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from scoring.answers import Texts
from scoring.metric import Metric, Values
from scoring.statistic import SampleSums, share
from scoring.text.plain import all_composed, composed, plain

NEAR = 31


def cer(answers: Texts, _: Values) -> SampleSums:
    """Edits that turn texts into the wanted ones, over characters wanted."""
    wanted = all_composed(answers.truth)
    given = all_composed([text or "" for text in answers.predicted])
    columns = np.empty((len(wanted), 2))
    cost, length = columns.T
    length[:] = np.fromiter(map(len, wanted), np.float64, len(wanted))
    np.maximum(length, 1, out=length)
    np.minimum(_edits(wanted, given), length, out=cost)
    if None in answers.predicted:
        np.copyto(cost, length, where=answers.missing)
    return SampleSums(columns, share, (float(length.max(initial=1)),) * 2)


def _edits(wanted: list[str], given: list[str]) -> NDArray[np.int32]:
    """Edit distance of each pair, shape (n,): exact where it is below the length wanted."""
    from rapidfuzz import process
    from rapidfuzz.distance import Levenshtein

    # Up to this distance a narrow band of the table is enough, which most pairs are within.
    edits = process.cpdist(
        wanted, given, scorer=Levenshtein.distance, score_cutoff=NEAR, dtype=np.int32
    )
    ours, theirs = (np.fromiter(map(len, texts), np.int32, len(texts)) for texts in (wanted, given))
    longer = theirs - ours
    # What is twice as long as wanted, or longer, is all wrong whatever it says.
    vain = longer >= ours
    np.copyto(edits, longer, where=vain)
    far = np.flatnonzero((edits > NEAR) & ~vain).tolist()
    if far:
        edits[far] = process.cpdist(
            [wanted[at] for at in far],
            [given[at] for at in far],
            scorer=Levenshtein.distance,
            dtype=np.int32,
        )
    return edits


def wer(answers: Texts, _: Values) -> SampleSums:
    """Edits of words that turn texts into the wanted ones, over words wanted."""
    from rapidfuzz.distance import Levenshtein

    rows = []
    for wanted, given in zip(answers.truth, answers.predicted, strict=True):
        words = composed(wanted).split()
        length = max(len(words), 1)
        edits = length if given is None else Levenshtein.distance(words, composed(given).split())
        rows.append((min(edits, length), length))
    columns = np.array(rows, dtype=np.float64).reshape(-1, 2)
    return SampleSums(columns, share, (float(columns.max(initial=1.0)),) * 2)


def exact_match(answers: Texts, _: Values) -> SampleSums:
    """Share of texts that are the wanted one, but for width of characters and spaces."""
    hits = [
        given is not None and plain(given) == plain(wanted)
        for wanted, given in zip(answers.truth, answers.predicted, strict=True)
    ]
    return _mean(hits)


def char_f1(answers: Texts, _: Values) -> SampleSums:
    """Mean over texts of the F1 of characters shared, counted with repetition."""
    return _mean(
        [
            0.0 if given is None else _overlap(wanted, given)
            for wanted, given in zip(answers.truth, answers.predicted, strict=True)
        ]
    )


def _overlap(wanted: str, given: str) -> float:
    ours, theirs = (Counter(plain(text).replace(" ", "")) for text in (wanted, given))
    total = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / total if total else 1.0


def _mean(scores: list[bool] | list[float]) -> SampleSums:
    columns = np.column_stack([np.array(scores, dtype=np.float64), np.ones(len(scores))])
    return SampleSums(columns, share)


METRICS = (
    Metric(
        name="cer",
        task=("text",),
        statistic=cer,
        better="lower",
        bounds=(0.0, 1.0),
        kind="ratio",
        zh="字符错误率",
        en="Character error rate",
        formula_zh="编辑次数（插入、删除、替换；每条不超过参考文本字数）之和 ÷ 参考文本字数之和；"
        "比较前统一为NFC并去掉首尾空白；空参考文本按1字计；思考过程不计；未作答按全错计",
        formula_en="sum of edits (insertions, deletions, substitutions; at most the reference's "
        "length for each text) ÷ sum of reference characters; compared in NFC without outer "
        "spaces; an empty reference counts as one character; thinking does not count; a missing answer is all wrong",
        example="cer",
        reference="Levenshtein (1966), Binary codes capable of correcting deletions",
    ),
    Metric(
        name="wer",
        task=("text",),
        statistic=wer,
        better="lower",
        bounds=(0.0, 1.0),
        kind="ratio",
        zh="词错误率",
        en="Word error rate",
        formula_zh="以空格分词的编辑次数（每条不超过参考词数）之和 ÷ 参考词数之和；比较前统一为NFC；"
        "空参考文本按1词计；思考过程不计；未作答按全错计；中文无空格时请用字符错误率",
        formula_en="sum of edits of words parted by spaces (at most the reference's words for each "
        "text) ÷ sum of reference words; compared in NFC; an empty reference counts as one word; "
        "thinking does not count; a missing answer is all wrong; for Chinese without spaces use the character error rate",
        example="wer",
        reference="jiwer; Levenshtein (1966)",
    ),
    Metric(
        name="exact_match",
        task=("text",),
        statistic=exact_match,
        better="higher",
        bounds=(0.0, 1.0),
        kind="proportion",
        zh="完全匹配率",
        en="Exact match",
        formula_zh="与参考文本完全相同的条数 ÷ 全部条数；"
        "比较前统一为NFKC（全角半角视为相同，10³不同于103），略去看不见的字符（如零宽空格），连续空白视为一个并去掉首尾空白；"
        "思考过程不计；未作答按错误计",
        formula_en="texts equal to the reference ÷ all texts; compared in NFKC (full and half "
        "width are the same, 10³ is not 103) without characters that nobody sees, runs of spaces as one, without outer spaces; "
        "thinking does not count; a missing answer is wrong",
        example="exact_match",
        reference="Rajpurkar et al. (2016), SQuAD: 100,000+ questions",
    ),
    Metric(
        name="char_f1",
        task=("text",),
        statistic=char_f1,
        better="higher",
        bounds=(0.0, 1.0),
        kind="mean",
        zh="字符F1",
        en="Character F1",
        formula_zh="每条的 2×相同字符数（计重复）÷（参考字数 + 作答字数）之和 ÷ 全部条数；"
        "比较前统一为NFKC并去掉空白；思考过程不计；未作答计0",
        formula_en="sum over texts of 2 × shared characters (with repetition) ÷ (reference + "
        "answered characters); ÷ all texts; compared in NFKC without spaces; "
        "thinking does not count; a missing answer counts 0",
        example="char_f1",
        reference="Rajpurkar et al. (2016), SQuAD: 100,000+ questions (over characters)",
    ),
)
