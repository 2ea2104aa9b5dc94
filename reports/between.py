"""What keeps two candidates from being compared on a line, and what says more than its interval."""

from __future__ import annotations

from reports import numerals
from reports.catalogue import Words
from reports.claims import CLAIMS
from reports.evaluation import Evaluation, Record

MEASURED, SKILL = "measured", "skill"
UNCHECKED = ("not_checkable", "self_attested")


def not_compared(evaluation: Evaluation, item: Record, pair: Record, key: str, words: Words) -> str:
    """Why a measured line holds no points to compare for one of a pair; empty where it does."""
    scores = [evaluation.scores.get((item["id"], pair[side]), {}) for side in ("first", "second")]
    if any(score.get("self_attested") for score in scores):
        return words("compare.attested")
    if any(_withheld(score, key) for score in scores):
        return words("compare.withheld")
    return ""


def both_reproduced(evaluation: Evaluation, item: Record, pair: Record, words: Words) -> str:
    """That the claims of both hold, and in how many draws they would not; empty where one fails."""
    names = (pair["first"], pair["second"])
    scores = {name: evaluation.scores.get((item["id"], name), {}) for name in names}
    if any(
        score.get("claims_share") != 1 or score.get("self_attested") for score in scores.values()
    ):
        return ""
    lost = [
        words("compare.lost", id=name, share=numerals.frequency(drawn["less"]))
        for name, score in scores.items()
        if (drawn := score.get("claims_drawn")) and drawn["less"] > 0
    ]
    both = words("compare.both_reproduced")
    return both + words("compare.lost_in", names=words.join(lost)) if lost else both


def _withheld(score: Record, key: str) -> bool:
    """Whether a criterion earned nothing because nothing could be told, not because it was poor."""
    if key == SKILL:
        return bool((score.get("skill") or {}).get("note"))
    claims = score.get("claims") or ()
    return key == CLAIMS and bool(claims) and all(c["verdict"] in UNCHECKED for c in claims)
