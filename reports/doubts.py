"""What a judge should doubt about a candidate's results, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from reports.catalogue import Words
from reports.claims import CLAIMS
from reports.evaluation import ANSWERED, Evaluation, Record
from reports.gates import gate_text
from reports.marks import HELD
from reports.metric_words import ends, metric_name
from reports.numerals import frequency, plain
from reports.standing import faults_of

WIDE = 0.2
THIN = 100
FEW_CLUSTERS = "few_clusters"
RARE = 0.01
DOUBTED_CLAIMS = {
    "above_measured": "doubt.above",
    "baseline_understated": "doubt.understated",
    "not_checkable": "doubt.unchecked",
}


def doubts_of(evaluation: Evaluation, candidate: Record, words: Words) -> tuple[str, ...]:
    """Doubts about one candidate, the gravest first; none where nothing was scored."""
    score = evaluation.scores.get((candidate["item"], candidate["id"]), {})
    return (
        *_of_gates(evaluation, score, words),
        *_of_metrics(evaluation, score, words),
        *_of_answers(evaluation, candidate, score, words),
        *_of_data(evaluation, candidate, words),
    )


def unconfirmed(evaluation: Evaluation, score: Record) -> bool:
    """Whether results count as the applicant's word only because nobody has checked the data yet."""
    candidate = evaluation.candidates[score["candidate"]]
    data = evaluation.items[score["item"]].get("dataset") or candidate.get("dataset") or {}
    return bool(score.get("self_attested")) and data.get("labels_held_by") != "applicant"


def _of_gates(evaluation: Evaluation, score: Record, words: Words) -> Iterator[str]:
    if score.get("self_attested"):
        open_yet = unconfirmed(evaluation, score)
        yield words("doubt.unconfirmed" if open_yet else "doubt.self_attested")
    for gate in score.get("gates") or ():
        if gate["passed"] is None:
            yield words("doubt.not_run", gate=gate_text(evaluation, gate, words))
        elif gate["near"]:
            yield words("doubt.near", gate=gate_text(evaluation, gate, words))
    for claim in score.get("claims") or ():
        if claim["verdict"] in DOUBTED_CLAIMS:
            yield words(DOUBTED_CLAIMS[claim["verdict"]], metric=_name(evaluation, claim, words))
    yield from _of_claims(evaluation, score, words)
    note = (score.get("skill") or {}).get("note")
    if note:
        yield note["zh" if words.locale == "zh-CN" else "en"]


def _of_claims(evaluation: Evaluation, score: Record, words: Words) -> Iterator[str]:
    """How often other samples would turn the verdict on claims round, and what hangs on it."""
    drawn = score.get("claims_drawn") or {}
    criteria = evaluation.items[score["item"]].get("criteria") or {} if drawn else {}
    if CLAIMS not in criteria:
        return
    maximum = evaluation.rankings.get(score["item"], {}).get("maximum") or {}
    points = criteria[CLAIMS]["weight"] * maximum.get("measured", 100) / 100
    checked = [claim for claim in score["claims"] if claim["kind"] == "measured"]
    for way, held in (("less", True), ("more", False)):
        if drawn[way] < RARE:
            continue
        each = [
            (claim, 1 - claim["holds"] if held else claim["holds"])
            for claim in checked
            if claim.get("holds") is not None and (claim["verdict"] in HELD) == held
        ]
        named = words.join([f"{_name(evaluation, c, words)} {frequency(s)}" for c, s in each])
        yield words(
            f"doubt.claims_{way}",
            share=frequency(drawn[way]),
            each=words("doubt.claims_each", names=named) if len(each) > 1 else "",
            points=plain(points),
        )


def _of_metrics(evaluation: Evaluation, score: Record, words: Words) -> Iterator[str]:
    entries = score.get("metrics", ())
    for entry in entries:
        if _wide(entry):
            yield words("doubt.wide", metric=_name(evaluation, entry, words))
    if score and score["samples"] < THIN:
        yield words("doubt.few_samples", n=score["samples"])
    sentences = evaluation.record.get("notes") or {}
    for code in sorted({code for entry in entries for code in entry.get("notes") or ()}):
        if code == FEW_CLUSTERS:
            yield words("doubt.clusters")
        elif code in sentences:
            yield words.pick(sentences[code])


def _of_answers(
    evaluation: Evaluation, candidate: Record, score: Record, words: Words
) -> Iterator[str]:
    outcomes = score.get("outcomes") or {}
    failed = sum(count for name, count in outcomes.items() if name != ANSWERED)
    if failed:
        yield words("doubt.faults", n=failed, kinds=faults_of(outcomes, words))
    if candidate["mode"] in ("remote", "submitted"):
        yield words("doubt.unproven", mode=words(f"mode.{candidate['mode']}"))
    repeat = score.get("repeat") or {}
    if repeat.get("differing"):
        yield words(
            "doubt.repeat", runs=repeat["runs"], n=repeat["differing"], all=repeat["samples"]
        )
    run = evaluation.runs.get((candidate["item"], candidate["id"]), {})
    if run.get("restarts"):
        yield words("doubt.restarts", n=run["restarts"])


def _of_data(evaluation: Evaluation, candidate: Record, words: Words) -> Iterator[str]:
    item = evaluation.items[candidate["item"]]
    dataset = item.get("dataset") or candidate.get("dataset") or {}
    if dataset.get("stand_in"):
        yield words("doubt.stand_in")


def _name(evaluation: Evaluation, entry: Record, words: Words) -> str:
    metric = evaluation.metrics.get(entry["metric"], {"metric": entry["metric"]})
    return metric_name(metric, words)


def _wide(entry: Record) -> bool:
    """Whether an interval spans more than a fifth of the way from floor to target."""
    span = ends(entry.get("interval"))
    floor, target = entry.get("floor"), entry.get("target")
    if span is None or floor is None or target is None:
        return False
    return bool(span[1] - span[0] > WIDE * abs(target - floor))
