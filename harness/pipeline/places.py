"""The places of one item: who is proposed for them in a given order, under the track's caps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from harness.board import Item, Track
from harness.normal_forms import normalized
from harness.package import Package
from scoring.ranking.giving import Given, Turns, give, left_open
from scoring.ranking.held import QUOTA, Held
from scoring.ranking.told_apart import Ahead, Groups


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """The places of one item, and what is left of the track's caps for it.

    ``caps`` is empty where the track has none. ``under`` says under which value of each cap a
    candidate falls, ``ahead`` whom it is separably ahead of; ``held`` is what the track's other
    items hold of the caps.
    """

    count: int
    reserves: int
    caps: Mapping[str, int]
    under: Mapping[str, Mapping[str, str]]
    ahead: Ahead
    held: Held = field(default_factory=Held)

    def give(self, groups: Groups) -> Given:
        """What is proposed for each candidate, places and reserves given in this order."""
        return give(self._turns(groups), self.caps, self.held)

    def left_open(self, groups: Groups) -> Held:
        """What the item may come to hold of the caps while nothing is proposed of it yet."""
        return left_open(self._turns(groups), self.caps, self.held)

    def level(self, groups: Groups) -> bool:
        """Whether a group lies across the line of the places, so that its order matters."""
        found = replace(self, reserves=0).give(groups).proposed
        return any(sum(found[one].proposal == "committee" for one in group) > 1 for group in groups)

    def _turns(self, groups: Groups) -> Turns:
        return Turns(
            places=self.count,
            reserves=self.reserves,
            groups=groups,
            under=self.under,
            ahead=self.ahead,
        )


def caps_of(track: Track) -> dict[str, int]:
    """The caps of a track with its quota as one of them; none where it declares none."""
    caps = track.quota.caps
    return {**caps, QUOTA: track.quota.at_most} if caps else {}


def under_caps(item: Item, package: Package) -> dict[str, str]:
    """Under which value of each cap a candidate falls."""
    return {"city": city(package.applicant.city), "industry": item.industry.record()["zh"]}


PROVINCE = re.compile(r"^[\u4e00-\u9fff]{2,5}?(?:省|自治区)(?=.)")
CITY = re.compile(r"[\u4e00-\u9fff]+?市")
BARE = re.compile(r"[\u4e00-\u9fff]{1,3}(?![省市区县州盟旗])[\u4e00-\u9fff]")


def city(written: str) -> str:
    """The city that an applicant wrote, so that another way of writing it evades no cap.

    >>> [city(text) for text in ("济南", "济南市", "山东省 济南市历下区", "Jinan")]
    ['济南市', '济南市', '济南市', 'Jinan']
    """
    name = "".join(normalized("NFKC", written).split())
    name = PROVINCE.sub("", name)
    if within := CITY.match(name):
        return within[0]
    return f"{name}市" if BARE.fullmatch(name) else written.strip()
