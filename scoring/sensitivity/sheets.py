"""What an order becomes when a judge's sheets, or all sheets on one candidate, are left out."""

from __future__ import annotations

from collections.abc import Sequence

from scoring.panel.aggregation import crossed_throughout, panel_means
from scoring.panel.marks import Panel
from scoring.ranking.totals import Standing
from scoring.sensitivity.leaving import Change, change, totals_of, with_parts


def without_judge(
    ranked: Sequence[Standing], panel: Panel, *, places: int, digits: int
) -> tuple[Change, ...]:
    """What each judge decides: the order by the others' sheets, put together anew."""
    if len(panel.judges) < 2:
        return ()
    before = totals_of(ranked)
    return tuple(
        change(
            judge,
            before,
            totals_of(_judged_by(panel.without_judge(at), ranked)),
            places=places,
            digits=digits,
        )
        for at, judge in enumerate(panel.judges)
    )


def without_sheets_on(
    ranked: Sequence[Standing], panel: Panel, *, places: int, digits: int
) -> tuple[Change, ...]:
    """What the sheets on each candidate decide among the others, by how strict judges seem.

    Sheets stay in when a candidate leaves, and nobody moves; here they go too, and severities are
    found anew from what is left. None where every judge scored every candidate on every
    criterion: means of a candidate's own scores do not know of others.
    """
    if crossed_throughout(panel):
        return ()
    found = []
    for at, candidate in enumerate(panel.candidates):
        others = [one for one in ranked if one.candidate != candidate]
        after = totals_of(_judged_by(panel.without_candidate(at), others))
        found.append(change(candidate, totals_of(others), after, places=places, digits=digits))
    return tuple(found)


def _judged_by(panel: Panel, ranked: Sequence[Standing]) -> list[Standing]:
    """The same candidates with the points that these sheets come to, where there are any."""
    means = panel_means(panel)
    return [
        with_parts(
            one,
            {
                name: means.get((one.candidate, name), part.points)
                for name, part in one.parts.items()
                if name in panel.criteria
            },
        )
        for one in ranked
    ]
