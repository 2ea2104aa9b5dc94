"""Scores as judges write them: plain decimal numbers, or the word of recusal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harness.pipeline.score_sheets import MERGED, RECUSED
from harness.problems import Explanation, Problem
from scoring.panel.marks import HIGHEST, Mark

PLAIN = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
WIDE = {ord(sign) + 0xFEE0: sign for sign in "0123456789.+-"}
"""The signs of a number in full width, as they come from Chinese keyboards."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetRead:
    """The marks of one file, and every cell that is not right.

    A cell with a fault stands among the marks without a score, so that it is not missing too.
    """

    marks: tuple[Mark, ...]
    problems: tuple[Problem, ...] = ()


def is_recusal(text: str) -> bool:
    """Whether a cell holds the word of recusal."""
    return text.strip().casefold() in RECUSED


def score_of(where: str, text: str) -> float | Problem:
    """The score that a text writes, 0 to 100, or what is wrong with it.

    >>> score_of("J01.csv:2", "８５.5")
    85.5
    >>> score_of("J01.csv:2", "8_5").code
    'E7405'
    """
    plain = text.strip().translate(WIDE)
    score = float(plain) if PLAIN.fullmatch(plain) else None
    if score is None or not 0 <= score <= HIGHEST:
        return Problem("E7405", where, text)
    return abs(score)


def in_part(where: str, texts: Iterable[str]) -> Iterator[Problem]:
    """Report a recusal that does not cover everything of one candidate."""
    recused = [is_recusal(text) for text in texts]
    if any(recused) and not all(recused):
        yield Problem("E7437", where)


def in_steps(where: str, text: str, step: float) -> float | Problem | None:
    """The score of a cell of the roster's judges, none for a recusal, or what is wrong with it."""
    if is_recusal(text):
        return None
    if not text.strip():
        return Problem("E7413", where)
    if text == MERGED:
        return Problem("E7442", where)
    if text.startswith("="):
        return Problem("E7441", where, text)
    score = score_of(where, text)
    if isinstance(score, float) and abs(score / step - round(score / step)) > 1e-6:
        return Problem("E7412", where, text, {"expected": f"{step:g}"})
    return score


PROBLEMS = (
    Explanation(
        "E7405",
        "{where}：“{found}”不是 0 到 100 的分数，或缺少评委编号。请写普通十进制数，如 85 或 85.5；应回避的填“回避”（未用名册的开放式 CSV 留空）。",
        "{where}: '{found}' is not a score from 0 to 100, or the judge is missing. Write a plain decimal number such as 85 or 85.5; to recuse, write 回避 (leave it empty in an open CSV without a roster).",
    ),
    Explanation(
        "E7412",
        "{where}：“{found}”不是 {expected} 的整数倍。请按步长 {expected} 打分。",
        "{where}: '{found}' is no multiple of {expected}. Score in steps of {expected}.",
    ),
    Explanation(
        "E7437",
        "{where}：只在部分评分项上写了“回避”。回避是对参评对象的，请在该对象的全部评分项上写“回避”，或全部打分。",
        "{where}: 回避 stands on some criteria only. A judge recuses from a candidate: write 回避 on all of its criteria, or score all of them.",
    ),
    Explanation(
        "E7441",
        "{where}：是公式“{found}”，没有存下结果。请直接填写分数，或在 Excel 中打开保存一次。",
        "{where}: the formula '{found}' without a stored result. Write the score itself, or open and save the file in Excel once.",
    ),
    Explanation(
        "E7442",
        "{where}：是合并单元格的一部分，其中没有分数。请取消合并，逐格填写。",
        "{where}: part of a merged cell, which holds no score of its own. Undo the merge and fill in each cell.",
    ),
    Explanation(
        "E7413",
        "{where}：没有打分{found}。请填 0 至 100 的数，应回避的填“回避”。",
        "{where}: nothing written{found}. Write a number from 0 to 100, or 回避 to recuse.",
    ),
)
