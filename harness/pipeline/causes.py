"""Why a candidate or an item's line stands otherwise in one version of the results than before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from harness.pipeline.band import COMMITTEE, band, told_steps
from reports.caps import outcomes_of, passed_over
from reports.catalogue import LOCALES, words
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

    def why(self, name: str, one: Record | None, other: Record | None) -> Both:
        """Why a candidate that stood as ``one`` stands as ``other``, or nowhere in a version."""
        reason = self.change["reason"]
        if name == self.change["candidate"]:
            return _own(self.change)
        if one is None:
            return {"zh": f"新计分：{reason}", "en": f"newly scored: {reason}"}
        if other is None:
            return {"zh": f"不再有得分：{reason}", "en": f"no longer scored: {reason}"}
        decided = self._decision(one, other)
        if one["total"] != other["total"]:
            return _joined(self._total(one, other), decided)
        if decided:
            return decided
        cause = self.cause(other["item"])
        return {
            "zh": f"自身总分未变，{_since(cause['zh'])}而变动",
            "en": f"its own total stands; {cause['en']}",
        }

    def cause(self, item: str) -> Both:
        """What changed in an item, or beside it where nothing in it did."""
        told = [*self._panel(item), *self._field(item)]
        if not told:
            return self._beside(item)
        told += self._caps(item)
        return {
            "zh": "，".join(one["zh"] for one in told),
            "en": ", ".join(one["en"] for one in told),
        }

    def lapsed(self) -> list[str]:
        """The items on whose line steps were taken that no longer apply."""
        return [item for item in self._in_both() if self._fallen(item)]

    def _fallen(self, item: str) -> bool:
        """Whether a step that counted in an item before counts no more."""
        before = {**told_steps(self.before[item]), **self.recorded.get(item, {})}
        return not before.items() <= told_steps(self.after[item]).items()

    def overtaken(self) -> list[str]:
        """The items whose decision stands on a proposal that others have changed since."""
        return [item for item in self._in_both() if self._ended(item, _stands)]

    def _in_both(self) -> list[str]:
        return sorted(self.before.keys() & self.after.keys())

    def _ended(self, item: str, holds: Callable[[Record], bool]) -> bool:
        return holds(self.before[item]) and not holds(self.after[item])

    def _total(self, one: Record, other: Record) -> Both:
        """Why a candidate has another total, has none any more, or has one at last."""
        first, second, reason = one["total"], other["total"], self.change["reason"]
        if first is None:
            return {"zh": f"参加排名：{reason}", "en": f"now ranked: {reason}"}
        if second is None:
            return {"zh": f"退出排名：{reason}", "en": f"no longer ranked: {reason}"}
        for told in self._panel(other["item"]):
            return {
                "zh": f"总分由 {first} 变为 {second}：{told['zh']}",
                "en": f"total {first}, now {second}: {told['en']}",
            }
        return {
            "zh": f"总分由 {first} 更正为 {second}：{reason}",
            "en": f"total corrected from {first} to {second}: {reason}",
        }

    def _panel(self, item: str) -> Iterator[Both]:
        """Whether an item's panel came to be awaited, or is awaited no more."""
        if self._ended(item, _judged):
            yield {
                "zh": "专家评分待收齐，暂不计入",
                "en": "the panel is awaited and does not count yet",
            }
        elif not _judged(self.before[item]) and _judged(self.after[item]):
            yield {"zh": "专家评分收齐，计入总分", "en": "the panel is complete and counts now"}

    def _field(self, item: str) -> Iterator[Both]:
        """Who left an item's ranking, entered it, or has another total without the panel's doing."""
        first, second = _totals(self.before[item]), _totals(self.after[item])
        if not [*self._panel(item)]:
            corrected = [name for name in first if second.get(name, first[name]) != first[name]]
            yield from _named(corrected, "总分更正", "the total{s} of {} {was} corrected")
        yield from _named([*(first.keys() - second)], "退出排名", "{} left the ranking")
        entered, known = second.keys() - first, _unranked(self.before[item])
        yield from _named([*(entered & known)], "恢复参评", "{} take{x} part again")
        yield from _named([*(entered - known)], "新计分", "{} {was} newly scored")

    def _caps(self, item: str) -> Iterator[Both]:
        """Whom a cap keeps from a place now, and whom it does no more."""
        before, after = (
            {row["candidate"]: row["cap"] for row in passed_over(rankings[item])}
            for rankings in (self.before, self.after)
        )
        for name in sorted(after.keys() - before):
            zh, en = (_full(after[name], locale) for locale in LOCALES)
            yield {
                "zh": f"{name} 受名额上限所限（{zh}）",
                "en": f"a cap keeps {name} from a place ({en})",
            }
        freed = (before.keys() - after) & _totals(self.after[item]).keys()
        yield from _named([*freed], "不再受名额上限所限", "no cap keeps {} from a place any more")

    def _beside(self, item: str) -> Both:
        """Why an item stands otherwise whose candidates and totals are as they were."""
        track = self.after[item]["track"]
        others = [
            other
            for other, ranking in self.after.items()
            if other != item
            and ranking["track"] == track
            and other in self.before
            and outcomes_of(ranking) != outcomes_of(self.before[other])
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


def _named(names: Sequence[str], zh: str, en: str) -> Iterator[Both]:
    """What happened to some candidates, if there are any; the English as of one or of several."""
    if names:
        one = len(names) == 1
        forms = {"s": "" if one else "s", "was": "was" if one else "were", "x": "s" if one else ""}
        listed = sorted(names)
        yield {"zh": f"{'、'.join(listed)} {zh}", "en": en.format(", ".join(listed), **forms)}


def _full(cap: Record, locale: str) -> str:
    """Which cap was full, and how many it allows."""
    in_locale = words(locale)
    value = cap["value"] or in_locale("cap.city_unnamed")
    return in_locale(f"cap.{cap['kind']}", value=value, n=cap["at_most"])


def _totals(ranking: Record) -> dict[str, str]:
    return {row["candidate"]: row["total"] for row in ranking["rows"]}


def _rows(*rankings: Record) -> list[Record]:
    return [row for ranking in rankings for row in ranking["rows"]]


def _unranked(ranking: Record) -> set[str]:
    """Who took part in an item and is not ranked."""
    return {one["candidate"] for one in (*ranking["ineligible"], *ranking.get("withdrawn", ()))}


def _judged(ranking: Record) -> bool:
    """Whether an item's ranking has the scores of all its judges."""
    complete: bool = ranking["complete_panel"]
    return complete


def _stands(ranking: Record) -> bool:
    """Whether what a decision was taken on is still what others' places leave, if one was taken."""
    return not ranking["settling"].get("overtaken", False)
