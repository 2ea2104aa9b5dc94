"""What a difference between two versions names as the cause of a change."""

from __future__ import annotations

from typing import Any

from harness.pipeline.causes import Sides

CAP = {"kind": "city", "value": "济南市", "at_most": 1}
CHANGE = {"kind": "withdrawal", "candidate": "C001", "reason": "申请撤回", "version": 2}


def row(name: str, proposal: str, **more: Any) -> dict[str, Any]:
    return {
        "candidate": name, "rank": 1, "total": "60.00", "proposal": proposal, "decision": None,
        "cap": None, **more,
    }  # fmt: skip


def ranking(*rows: dict[str, Any], band: tuple[str, ...] = (), taken: bool = False) -> Any:
    step = {"step": "committee", "digest": "sha256:1" if taken else None, "by": "委员会"}
    return {
        "track": "model",
        "places": 1,
        "complete_panel": True,
        "rows": list(rows),
        "ineligible": [],
        "settling": {"band": list(band), "steps": [step | {"time": "2026-12-01T03:00:00Z"}]},
    }


def beside(cap: dict[str, Any] | None) -> Sides:
    """C001 of the first item withdraws; in the second nobody's total changes, but the band does."""
    kept = row("C005", "reserve", cap=cap)
    seat = row("C007", "selected")
    return Sides(
        before={
            "SM-01": ranking(row("C001", "selected"), row("C002", "reserve")),
            "SM-06": ranking(
                kept | {"decision": "reserve"},
                seat | {"decision": "selected"},
                band=("C005", "C007"),
                taken=True,
            ),
        },
        after={
            "SM-01": ranking(row("C002", "selected")),
            "SM-06": ranking(kept, seat, band=("C007",)),
        },
        change=CHANGE,
    )


def test_an_item_that_only_a_cap_reaches_does_not_blame_its_own_candidates_or_totals() -> None:
    sides = beside(CAP)

    assert sides.lapsed() == ["SM-06"]
    assert sides.cause("SM-06") == {
        "zh": "其他任务（SM-01）占用的名额上限有变",
        "en": "what other items (SM-01) take of the caps changed",
    }
    assert sides.cause("SM-01")["zh"] == "C001 退出排名"


def test_who_loses_a_decision_to_a_cap_is_told_so() -> None:
    sides = beside(CAP)
    (_, one), (_, other) = (side["SM-06"]["rows"] for side in (sides.before, sides.after))

    why = sides.why("C007", one | {"item": "SM-06"}, other | {"item": "SM-06"})

    assert why["zh"].endswith("不再适用，因其他任务（SM-01）占用的名额上限有变")
    assert why["en"].startswith("the committee's decision (委员会, 2026-12-01 11:00")


def test_without_a_cap_other_items_are_not_blamed() -> None:
    assert "范围有变（参评对象和总分未变）" in beside(None).cause("SM-06")["zh"]


def passed_by_a_cap() -> Sides:
    """C001 leaves; C002 would move up, but another item's decision has filled the cap by then."""
    second, third = row("C002", "reserve"), row("C003", "not_selected")
    return Sides(
        before={"SM-01": ranking(row("C001", "selected"), second, third)},
        after={"SM-01": ranking(row("C002", "reserve", cap=CAP), row("C003", "selected"))},
        change=CHANGE,
    )


def test_whom_a_cap_keeps_from_a_place_that_came_free_is_named_with_the_cap() -> None:
    assert passed_by_a_cap().cause("SM-01") == {
        "zh": "C001 退出排名，C002 受名额上限所限（济南市名额已满，上限 1）",
        "en": "C001 left the ranking, a cap keeps C002 from a place (济南市 was full, at most 1)",
    }


def test_whom_a_cap_keeps_from_a_place_no_more_is_named_too() -> None:
    sides = passed_by_a_cap()
    back = Sides(before=sides.after, after=sides.before, change=CHANGE)

    assert back.cause("SM-01")["zh"] == "C001 新计分，C002 不再受名额上限所限"


def test_a_decision_that_others_have_overtaken_is_due_again() -> None:
    sides = beside(CAP)
    overtaken = sides.before["SM-06"] | {
        "settling": sides.before["SM-06"]["settling"] | {"overtaken": True}
    }
    after = Sides(
        before=sides.before, after={**sides.after, "SM-06": overtaken}, change=sides.change
    )

    assert (after.lapsed(), after.overtaken()) == ([], ["SM-06"])
    assert (sides.lapsed(), sides.overtaken()) == (["SM-06"], [])
