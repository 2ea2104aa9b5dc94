"""Why a candidate or an item's line stands otherwise in one version of the results than before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.pipeline.band import COMMITTEE, band, told_steps
from reports.caps import outcome_of
from reports.catalogue import words
from reports.dates import moment

Record = Mapping[str, Any]
Both = dict[str, str]
"""A sentence in Chinese and English."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sides:
    """The rankings of two versions by item, and the change that lies between them.

    ``recorded`` are the steps that were taken in the version before, by item and step, each with
    the digest that names its record: some may not have been ranked with.
    """

    before: Mapping[str, Record]
    after: Mapping[str, Record]
    change: Record
    recorded: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)

    def why(self, name: str, one: Record, other: Record) -> Both:
        """Why a candidate that stood as ``one`` stands as ``other``."""
        if name == self.change["candidate"]:
            return _own(self.change)
        decided = self._decision(one, other)
        if one["total"] != other["total"]:
            first, second, reason = one["total"], other["total"], self.change["reason"]
            corrected = {
                "zh": f"总分由 {first} 更正为 {second}：{reason}",
                "en": f"total corrected from {first} to {second}: {reason}",
            }
            return _joined(corrected, decided)
        if decided:
            return decided
        cause = self.cause(other["item"])
        return {
            "zh": f"自身总分未变，{_since(cause['zh'])}而变动",
            "en": f"its own total stands; {cause['en']}",
        }

    def cause(self, item: str) -> Both:
        """What changed in an item, or beside it where nothing in it did."""
        first, second = _totals(self.before[item]), _totals(self.after[item])
        told = [
            (
                [name for name in first if name in second and first[name] != second[name]],
                ("总分更正", "the total of {} was corrected", "the totals of {} were corrected"),
            ),
            (
                [name for name in first if name not in second],
                ("退出排名", "{} left the ranking", "{} left the ranking"),
            ),
            (
                [name for name in second if name not in first],
                ("恢复参评", "{} takes part again", "{} take part again"),
            ),
        ]
        changed = [(names, said) for names, said in told if names]
        if changed:
            return {
                "zh": "，".join(f"{'、'.join(names)} {said[0]}" for names, said in changed),
                "en": ", ".join(
                    said[1 if len(names) == 1 else 2].format(", ".join(names))
                    for names, said in changed
                ),
            }
        return self._beside(item)

    def lapsed(self) -> list[str]:
        """The items on whose line steps were taken that no longer apply."""
        return sorted(item for item in self.before if self._fallen(item))

    def _fallen(self, item: str) -> bool:
        """Whether a step that counted in an item before counts no more."""
        before = {**told_steps(self.before[item]), **self.recorded.get(item, {})}
        return not before.items() <= told_steps(self.after[item]).items()

    def _beside(self, item: str) -> Both:
        """Why an item stands otherwise whose candidates and totals are as they were."""
        track = self.after[item]["track"]
        others = [
            other
            for other, ranking in self.after.items()
            if other != item
            and ranking["track"] == track
            and other in self.before
            and _outcomes(ranking) != _outcomes(self.before[other])
        ]
        if others and any(row["cap"] for row in _rows(self.before[item], self.after[item])):
            items = "、".join(others)
            return {
                "zh": f"其他任务（{items}）占用的名额上限有变",
                "en": f"what other items ({', '.join(others)}) take of the caps changed",
            }
        if band(self.before[item]) != band(self.after[item]):
            return {
                "zh": "名额线上差异不显著的范围有变（参评对象和总分未变）",
                "en": "who is not separable at the line changed (candidates and totals did not)",
            }
        declared = [sides[item]["settling"].get("declared") for sides in (self.before, self.after)]
        if self._fallen(item) and declared[0] == declared[1]:
            return {
                "zh": "名额线上的处理所依据的打分有更正（参评对象和总分未变）",
                "en": "marks on which its line was settled were corrected (candidates and totals did not change)",
            }
        return {
            "zh": "同分先后或区间有变（参评对象和总分未变）",
            "en": "tie-breakers or intervals changed (candidates and totals did not)",
        }

    def _decision(self, one: Record, other: Record) -> Both | None:
        """How a decision of the committee that came or went moved a candidate."""
        if one["decision"] == other["decision"]:
            return None
        item = other["item"]
        ranking = self.after[item] if other["decision"] else self.before[item]
        step = next(one for one in ranking["settling"]["steps"] if one["step"] == COMMITTEE)
        zh = f"{step['by']}，{moment(step['time'], words('zh-CN'))}"
        en = f"{step['by']}, {moment(step['time'], words('en'))}"
        if other["decision"]:
            return {
                "zh": f"依评审委员会的决定（{zh}）",
                "en": f"by the committee's decision ({en})",
            }
        cause = self.cause(item)
        return {
            "zh": f"评审委员会的决定（{zh}）不再适用，{_since(cause['zh'])}",
            "en": f"the committee's decision ({en}) no longer applies, since {cause['en']}",
        }


def _own(change: Record) -> Both:
    """Why the candidate moved whom a change is about."""
    reason = change["reason"]
    if change["kind"] == "withdrawal":
        return {"zh": f"申报单位撤回：{reason}", "en": f"withdrawn: {reason}"}
    if change.get("lifts") is not None:
        return {
            "zh": f"撤销门槛“{change['gate']}”未通过的认定，恢复参评：{reason}",
            "en": f"the failed gate '{change['gate']}' is lifted: {reason}",
        }
    return {
        "zh": f"门槛“{change['gate']}”未通过：{reason}",
        "en": f"failed the gate '{change['gate']}': {reason}",
    }


def _since(cause: str) -> str:
    """A cause in Chinese, with the blank that stands before an id."""
    return f"因 {cause}" if cause[0].isascii() else f"因{cause}"


def _joined(first: Both, second: Both | None) -> Both:
    if second is None:
        return first
    return {"zh": f"{first['zh']}；{second['zh']}", "en": f"{first['en']}; {second['en']}"}


def _totals(ranking: Record) -> dict[str, str]:
    return {row["candidate"]: row["total"] for row in ranking["rows"]}


def _rows(*rankings: Record) -> list[Record]:
    return [row for ranking in rankings for row in ranking["rows"]]


def _outcomes(ranking: Record) -> dict[str, str | None]:
    return {row["candidate"]: outcome_of(row) for row in ranking["rows"]}
