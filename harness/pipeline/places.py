"""The places of one item: who is proposed for them in a given order, under the track's caps."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from harness.board import Item, Track
from harness.package import Package
from scoring.ranking.caps import QUOTA, Passed, Queue, fill
from scoring.ranking.quota import Proposal, Quota, proposals
from scoring.ranking.rank_sets import RankSets

Groups = Sequence[Sequence[str]]
"""Candidates in the order in which places are given; nothing declared parts those of a group."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """What is proposed for one candidate, and the cap that passed it over."""

    proposal: Proposal
    cap: Passed | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """The places of one item, and what is left of the track's caps for it.

    ``caps`` is empty where the track has none. ``under`` says under which value of each cap a
    candidate falls; ``held`` are those of the track who hold places of other items.
    """

    count: int
    reserves: int
    caps: Mapping[str, int]
    under: Mapping[str, Mapping[str, str]]
    held: tuple[str, ...] = ()

    def propose(self, groups: Groups) -> dict[str, Placed]:
        """What is proposed for each candidate, places and reserves given in this order.

        A group across the line of the places or of the reserves goes to the committee whole.
        Those of it who will be left without a place come before the reserves behind it.
        """
        return self._filled(groups) if self.caps else self._uncapped(groups)

    def level(self, groups: Groups) -> bool:
        """Whether a group lies across the line of the places."""
        found = replace(self, reserves=0).propose(groups)
        return any(one.proposal == "committee" for one in found.values())

    def _uncapped(self, groups: Groups) -> dict[str, Placed]:
        names = [name for group in groups for name in group]
        at = {name: position for position, name in enumerate(names)}
        quota = Quota(places=self.count, reserves=self.reserves)
        found = proposals([[at[name] for name in group] for group in groups], quota)
        return {name: Placed(proposal=found[at[name]]) for name in names}

    def _filled(self, groups: Groups) -> dict[str, Placed]:
        held = self._queue("held", [[name] for name in self.held], len(self.held), 0)
        here = self._queue("here", groups, self.count, self.reserves)
        found = fill([held, here], self.caps)
        return {
            name: Placed(proposal=found[name].proposal, cap=found[name].cap) for name in here.names
        }

    def _queue(self, item: str, groups: Groups, places: int, reserves: int) -> Queue:
        names = tuple(name for group in groups for name in group)
        size = len(names)
        # Only the order counts here: how sure it is was judged on the measured totals.
        unknown = RankSets(
            lower=np.ones(size, dtype=np.int64),
            upper=np.full(size, size, dtype=np.int64),
            beats=np.zeros((size, size), dtype=np.bool_),
        )
        return Queue(
            item=item,
            places=places,
            reserves=reserves,
            groups=tuple(tuple(group) for group in groups),
            under={name: self.under[name] for name in names},
            names=names,
            sets=unknown,
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
    name = "".join(unicodedata.normalize("NFKC", written).split())
    name = PROVINCE.sub("", name)
    if within := CITY.match(name):
        return within[0]
    return f"{name}市" if BARE.fullmatch(name) else written.strip()
