"""Every ranking record is what its JSON Schema says, from an empty panel to a settled band."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from scipy.stats import t

import harness.pipeline
from harness.pipeline import stages
from harness.pipeline.deciding import decide
from harness.pipeline.panel import import_sheets
from harness.pipeline.revising import Reason, fail_gate, lift_gate, withdraw
from harness.pipeline.roster import CRITERIA
from harness.pipeline.settling import by_lots
from harness.workspace import Workspace

Scored = Callable[..., Workspace]
Ranking = Callable[..., dict[str, Any]]
SCHEMA = json.loads(
    (Path(harness.pipeline.__file__).parent / "ranking.schema.json").read_text(encoding="utf-8")
)
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "null": (type(None),),
    "integer": (int,),
    "number": (int, float),
}
KNOWN = {
    "$ref",
    "additionalProperties",
    "anyOf",
    "enum",
    "items",
    "maxItems",
    "minItems",
    "pattern",
    "properties",
    "required",
    "type",
}
DRAW = (
    "quota: {at_most: 2, caps: {city: 1}}\n"
    "    contested: [draw, committee]\n"
    '    draw: {source: {zh: 双色球, en: lottery}, form: "[0-9]{2}( [0-9]{2}){2}", on: 2026-07-16}\n'
)


def faults(value: Any, schema: dict[str, Any], at: str = "") -> Iterator[str]:
    """What a value breaks of a schema, for the keywords that the document uses."""
    if "$ref" in schema:
        yield from faults(value, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], at)
        return
    if "anyOf" in schema:
        tries = [list(faults(value, one, at)) for one in schema["anyOf"]]
        if all(tries):
            yield from min(tries, key=len)
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is not one of {schema['enum']}"
    if "type" in schema:
        known = isinstance(value, TYPES[schema["type"]])
        if not known or (isinstance(value, bool) and schema["type"] in ("integer", "number")):
            yield f"{at}: {value!r} is no {schema['type']}"
            return
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{at}: {value!r} does not match {schema['pattern']}"
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            yield f"{at}: {len(value)} items"
        for place, entry in enumerate(value):
            yield from faults(entry, schema["items"], f"{at}[{place}]")
    if isinstance(value, dict):
        properties, others = schema.get("properties", {}), schema["additionalProperties"]
        yield from (
            f"{at}.{key} is missing" for key in schema.get("required", ()) if key not in value
        )
        for key, entry in value.items():
            inner = properties.get(key, others)
            if inner is False:
                yield f"{at}.{key} is not described"
            else:
                yield from faults(entry, inner, f"{at}.{key}")


def keywords(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        for key, inner in schema.items():
            yield key
            named = key in ("properties", "$defs")
            for one in inner.values() if named else [inner]:
                yield from keywords(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from keywords(one)


def records(room: Workspace) -> list[Any]:
    return [
        json.loads(path.read_bytes())
        for path in sorted((room.current() / "ranking").rglob("*.json"))
    ]


def test_the_schema_uses_only_what_the_check_understands() -> None:
    assert set(keywords(SCHEMA["$defs"])) - KNOWN <= set(SCHEMA["$defs"])


@pytest.mark.parametrize("panel", [True, False])
@pytest.mark.parametrize("shares", [(0.8,), (0.9, 0.4), (0.8, 0.79, 0.3), (0.7, 0.7, 0.7, 0.7)])
def test_records_are_as_described(scored: Scored, shares: tuple[float, ...], panel: bool) -> None:
    found = records(scored(*shares, panel=panel))

    assert len(found) == 2
    for record in found:
        assert list(faults(record, SCHEMA)) == []


def test_records_of_settled_and_changed_results_are_as_described(scored: Scored) -> None:
    room = scored(0.8, 0.79, 0.78, board=DRAW)
    by_lots(room, "ONE-01", "03 09 12", "2026-07-16", "公证处")
    stages.rank(room)
    row = next(r for r in records(room) if r["schema"] == "jiebang/ranking/1")["rows"]
    other = next(one["candidate"] for one in row if one["proposal"] != "selected")
    own = next(one["candidate"] for one in row if one["proposal"] == "selected")
    decide(room, "ONE-01", [other], {other: "更契合", own: "重复立项"}, "专家组")
    stages.rank(room)
    withdraw(room, "C003", Reason(reason="撤回", by="李经办"))

    for record in records(room):
        assert list(faults(record, SCHEMA)) == []


def test_records_of_results_with_a_lifted_gate_are_as_described(scored: Scored) -> None:
    room = scored(0.9, 0.4)
    because = Reason(reason="备案", by="李经办")
    fail_gate(room, "C001", "备案", because)
    lift_gate(room, "C001", "备案", because)

    for record in records(room):
        assert list(faults(record, SCHEMA)) == []


def test_an_undescribed_key_is_found(scored: Scored) -> None:
    record = records(scored(0.9, 0.4))[0]
    schema = "track" if record["schema"].startswith("jiebang/track") else "item"

    found = list(faults({**record, "extra": 1}, SCHEMA["$defs"][schema]))

    assert found == [".extra is not described"]


def test_leaving_a_candidate_out_reorders_nobody(scored: Scored, ranking: Ranking) -> None:
    room = scored(0.8, 0.79, 0.3, 0.79)

    assert ranking(room)["sensitivity"]["without_candidate"] == []


def sheet_with_recusals(room: Workspace) -> Path:
    """Four judges, of whom two recuse; the third finds C003 far better than the others do."""
    given = {
        "J1": (77, 78, 60),
        "J2": (78, 80, 62),
        "J3": ("", 79, 95),
        "J4": (75, "", 60),
    }
    rows = ["judge,candidate,criterion,score"]
    for judge, scores in given.items():
        for candidate, score in zip(room.candidates(), scores, strict=True):
            rows += [f"{judge},{candidate},{name},{score}" for name in CRITERIA]
    path = room.root.parent / "recusals.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_whom_the_sheets_on_a_candidate_move_is_kept_as_described(
    scored: Scored, ranking: Ranking
) -> None:
    room = scored(0.8, 0.8, 0.8, panel=False)
    import_sheets(room, [sheet_with_recusals(room)])
    stages.rank(room)

    sensitivity = ranking(room)["sensitivity"]

    sheets = {one["candidate"]: one for one in sensitivity["without_sheets"]}
    assert sensitivity["without_candidate"] == []
    assert sheets["C003"]["moved"] == [
        {"candidate": "C001", "from": 1, "to": 2},
        {"candidate": "C002", "from": 2, "to": 1},
    ]
    assert (sheets["C003"]["entering"], sheets["C003"]["leaving"]) == (["C002"], ["C001"])
    for record in records(room):
        assert list(faults(record, SCHEMA)) == []


def test_where_everybody_judged_everybody_no_sheets_are_left_out(
    scored: Scored, ranking: Ranking
) -> None:
    assert ranking(scored(0.8, 0.6))["sensitivity"]["without_sheets"] == []


def test_sheets_are_not_left_out_one_by_one_in_a_field_too_large_for_it(
    scored: Scored, ranking: Ranking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.pipeline.robustness.SHEETS_UP_TO", 2)
    room = scored(0.8, 0.8, 0.8, panel=False)
    import_sheets(room, [sheet_with_recusals(room)])
    stages.rank(room)

    assert ranking(room)["sensitivity"]["without_sheets"] is None


def test_samples_on_which_candidates_differ_are_counted_and_tested(
    scored: Scored, ranking: Ranking
) -> None:
    table = ranking(scored(0.9, 0.6))["pair_table"]

    (pair,) = table["entries"]
    assert (table["test"], table["metric"]) == ("mcnemar", "accuracy")
    assert pair["first_better"] - pair["second_better"] == 36
    assert pair["p"] == pair["holm"] < 0.001
    factor = t.isf(0.025, 119) + t.isf(0.2, 119)
    assert pair["detectable"] == pytest.approx(factor * pair["standard_error"], rel=1e-3)
