"""An evaluation rich enough to show every part of a report, made by a small builder."""

from __future__ import annotations

import hashlib
import random
from typing import Any

import pytest

LABELS = ["普通", "紧急", "咨询"]
MODES = ("hosted", "hosted", "supervised", "remote", "submitted")


def sha(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def both(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def metric(text: str, zh: str, en: str, **more: Any) -> dict[str, Any]:
    return {
        "metric": text, "better": "higher", "zh": zh, "en": en, "unit": "", "bounds": [0.0, 1.0],
        "formula_zh": f"{zh} = 正确数 ÷ 样本数，缺答留在分母", "formula_en": f"{en} = right ÷ samples",
        "reference": "GB/T 45288.2", "clause": "A.1.2", "weight": 50, "floor": 0.5,
        "floor_origin": "declared", "target": 0.95, "gate": None, **more,
    }  # fmt: skip


def dataset(name: str, zh: str, en: str, **more: Any) -> dict[str, Any]:
    return {
        "id": name, "version": "1", "title": both(zh, en), "licence": "CC BY 4.0",
        "source": f"公开数据 {name}", "stand_in": None, "labels_held_by": "organizer",
        "inputs": "public", "redistributable": True, "samples": 1337, "clusters": None,
        "digest": sha(name), "labels": None, **more,
    }  # fmt: skip


def item(name: str, zh: str, en: str, **more: Any) -> dict[str, Any]:
    return {
        "id": name, "track": "vertical_model", "title": both(zh, en),
        "industry": both("政务服务", "Public services"), "places": 1, "task": "classification",
        "modes": ["hosted", "supervised"], "coverage": {"at_least": 0.99}, "dataset": None,
        "metrics": [], "criteria": None, "baseline": None,
        "limits": {"memory": "2GiB", "cpus": 1, "wall": "10min", "start": "60s", "batch": 64},
        **more,
    }  # fmt: skip


def interval(low: float, high: float, method: str = "percentile") -> dict[str, Any]:
    return {"low": low, "high": high, "level": 0.95, "method": method}


class Builder:
    """Makes candidates with runs and scores that agree with each other."""

    def __init__(self) -> None:
        self.random = random.Random(7)
        self.candidates: list[dict[str, Any]] = []
        self.runs: list[dict[str, Any]] = []
        self.scores: list[dict[str, Any]] = []

    def candidate(
        self, where: dict[str, Any], zh: str, en: str, level: float, **more: Any
    ) -> dict[str, Any]:
        number = len(self.candidates) + 1
        record = {
            "id": f"C{number:03d}", "item": where["id"], "track": where["track"],
            "title": both(zh, en), "mode": "hosted", "adapter": "python", "package": sha(f"p{number}"),
            "applicant": {"name": f"虚构{zh[:2]}科技有限公司", "city": "示例市", "consortium": []},
            "description": both(f"{zh}，面向基层受理席位，给出建议而不代替人工决定。", f"{en}, a fictional solution."),
            "dataset": None, "claims": [], "effects": [], "attested": [], **more,
        }  # fmt: skip
        self.candidates.append(record)
        self.run(record)
        self.score(where, record, level)
        return record

    def run(self, record: dict[str, Any]) -> None:
        submitted = record["mode"] == "submitted"
        self.runs.append({
            "candidate": record["id"], "item": record["item"], "mode": record["mode"],
            "tier": None if submitted else "A", "outcomes": {}, "restarts": 0,
            "predictions": sha(record["id"] + "pred"), "run": sha(record["id"] + "run"),
            "canaries": [] if submitted else [
                {"name": "network", "zh": "联网", "en": "network", "stopped": True},
                {"name": "labels", "zh": "读取参考答案", "en": "labels", "stopped": True},
            ],
        })  # fmt: skip

    def score(self, where: dict[str, Any], record: dict[str, Any], level: float) -> None:
        data = where["dataset"] or record["dataset"] or dataset("none", "无", "none")
        missing = self.random.choice([0, 0, 3])
        outcomes = {
            "answered": data["samples"] - missing, "missing": missing, "invalid": 0, "timeout": 0,
            "crash": 0, "out_of_memory": 0, "over_limit": 0,
        }  # fmt: skip
        entries = []
        for each in where["metrics"]:
            floor, target = each["floor"], each["target"]
            value = floor + (target - floor) * min(1.2, level + self.random.uniform(-0.06, 0.06))
            half = abs(target - floor) * self.random.uniform(0.03, 0.07)
            share = (value - floor) / (target - floor)
            entries.append({
                "metric": each["metric"], "value": value,
                "interval": interval(value - half, value + half), "standard_error": half / 2,
                "weight": each["weight"], "floor": floor, "floor_origin": each["floor_origin"],
                "target": target, "points": max(0.0, min(100.0, 100 * share)),
                "n": data["samples"], "missing": missing, "notes": [],
                "signature": f"{each['metric']}|n:{data['samples']}|missing:{missing}|data:{data['digest'][7:19]}|scoring:0.1.0",
            })  # fmt: skip
        gates = [
            self.gate(each, entry)
            for each, entry in zip(where["metrics"], entries, strict=True)
            if each["gate"]
        ]
        self.scores.append({
            "schema": "jiebang/score/1", "item": where["id"], "candidate": record["id"],
            "dataset": data["digest"], "run": sha(record["id"] + "run"), "samples": data["samples"],
            "missing": missing, "outcomes": outcomes, "metrics": entries, "gates": gates,
            "claims": [], "skill": None, "self_attested": False,
            "measured": {"points": None, "interval": None}, "confusion": None, "worst": [],
        })  # fmt: skip

    def gate(self, each: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
        relation, threshold = next(iter(each["gate"].items()))
        low, high = entry["interval"]["low"], entry["interval"]["high"]
        value = entry["value"]
        passed = value >= threshold if relation == "at_least" else value <= threshold
        sign = ">=" if relation == "at_least" else "<="
        return {
            "gate": f"{each['metric']} {sign} {threshold}", "kind": "metric", "bound": relation,
            "metric": each["metric"], "threshold": threshold, "value": value,
            "interval": interval(low, high, "clopper_pearson"), "passed": passed,
            "near": low < threshold < high,
            "reason": both(f"{each['zh']} {value:.4f}，门槛 {threshold}", f"{each['en']} {value:.4f}, gate {threshold}"),
        }  # fmt: skip

    def measured(self, name: str) -> float:
        score = next(entry for entry in self.scores if entry["candidate"] == name)
        weights = sum(entry["weight"] or 0 for entry in score["metrics"])
        total = sum((entry["points"] or 0) * (entry["weight"] or 0) for entry in score["metrics"])
        return total / weights if weights else 60.0

    def ranking(self, where: dict[str, Any], complete: bool = True) -> dict[str, Any]:
        names = [entry["id"] for entry in self.candidates if entry["item"] == where["id"]]
        scores = {entry["candidate"]: entry for entry in self.scores}
        out = [name for name in names if any(g["passed"] is False for g in scores[name]["gates"])]
        out += [name for name in names if scores[name]["self_attested"]]
        maximum = {
            "measured": 50,
            "innovation": 15,
            "benefit": 15,
            "replicability": 10,
            "compliance": 10,
        }
        rows = []
        for name in names:
            if name in out:
                continue
            parts = {"measured": f"{self.measured(name) / 2:.2f}"}
            if complete:
                parts |= {
                    key: f"{self.random.uniform(0.6, 0.9) * top:.2f}"
                    for key, top in list(maximum.items())[1:]
                }
            total = sum(float(text) for text in parts.values())
            half = self.random.uniform(1.5, 4.0)
            rows.append({
                "candidate": name, "total": f"{total:.2f}", "total_value": total, "tied": False,
                "interval": [total - half, total + half], "parts": parts,
            })  # fmt: skip
        rows.sort(key=lambda row: -row["total_value"])
        places = where["places"]
        gap = (
            rows[places - 1]["total_value"] - rows[places]["total_value"]
            if len(rows) > places
            else 99
        )
        for index, row in enumerate(rows):
            edge = abs(index - (places - 0.5)) < 1 and len(rows) > places
            close = edge and gap < 5
            proposal = (
                "selected" if index < places else "reserve" if index == places else "not_selected"
            )
            row |= {
                "rank": index + 1,
                "proposal": proposal if complete else "unranked",
                "rank_set": [max(1, index + 1 - close), min(len(rows), index + 1 + close)],
                "tier": 1 if index < places or (index == places and gap < 5) else 2,
                "certainty": ("not_separable" if close else "clear") if complete else None,
                "selection_frequency": (1.0 if index < places else 0.0) if not close else 0.62,
            }
        pairs = [
            {
                "first": rows[places - 1]["candidate"], "second": rows[places]["candidate"],
                "difference": gap, "interval": [gap - (6.0 if gap < 5 else 3.2), gap + 4.1],
                "separable": gap >= 5, "at_line": True,
            }
        ] if len(rows) > places else []  # fmt: skip
        return {
            "schema": "jiebang/ranking/1", "board": "SAMPLE-2026", "track": where["track"],
            "item": where["id"], "version": 1, "places": places, "confidence": 0.95, "draws": 9999,
            "draw_digest": sha("draws" + where["id"]), "complete_panel": complete,
            "maximum": maximum, "mixed_modes": False, "rows": rows, "pairs": pairs,
            "ineligible": [
                {
                    "candidate": name,
                    "reasons": [
                        {"gate": gate["gate"], "reason": gate["reason"]}
                        for gate in scores[name]["gates"] if gate["passed"] is False
                    ] or [{"gate": "self_attested", "reason": both("参考答案由申报单位持有，自证不计分", "labels held by the applicant")}],
                    "parts": {"measured": f"{self.measured(name) / 2:.2f}"},
                }
                for name in out
            ],
            "reference": [
                {"name": both("基线：多数类", "Baseline: majority class"), "total": "12.50", "parts": {"measured": "12.50"}}
            ] if where["baseline"] else [],
            "rank_frequencies": {
                row["candidate"]: [1.0 if place == index else 0.0 for place in range(len(rows))]
                for index, row in enumerate(rows)
            },
        }  # fmt: skip


def board(items: list[dict[str, Any]], tracks: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": "SAMPLE-2026", "title": both("2026年度人工智能揭榜挂帅（示例）", "Open call on artificial intelligence 2026 (sample)"),
        "official": False, "mode": "trial", "digest": sha("board"), "lock": sha("lock"),
        "rounding": {"digits": 2, "mode": "half_up"}, "confidence": 0.95, "draws": 9999,
        "tracks": tracks, "items": items,
    }  # fmt: skip


def track(name: str, zh: str, en: str, quota: int) -> dict[str, Any]:
    return {
        "id": name, "title": both(zh, en), "quota": quota, "reserves": 1,
        "scorecard": {"measured": 50, "innovation": 15, "benefit": 15, "replicability": 10, "compliance": 10},
        "contested": ["reserve_samples", "committee"],
    }  # fmt: skip


def track_ranking(name: str, quota: int, rankings: list[dict[str, Any]]) -> dict[str, Any]:
    own = [entry for entry in rankings if entry["track"] == name]
    chosen = sum(row["proposal"] == "selected" for entry in own for row in entry["rows"])
    return {
        "schema": "jiebang/track/1", "track": name, "quota": quota, "filled": chosen,
        "places": sum(entry["places"] for entry in own), "unfilled": quota - chosen,
        "items": [], "counts": {"selected": chosen},
    }  # fmt: skip


def assemble(
    built: Builder, items: list[dict[str, Any]], tracks: list[dict[str, Any]], **more: Any
) -> dict[str, Any]:
    complete = more.pop("complete", True)
    rankings = [built.ranking(entry, complete) for entry in items]
    for run, score in zip(built.runs, built.scores, strict=False):
        run["outcomes"] = dict(score["outcomes"])
    return {
        "schema": "jiebang/evaluation/1", "version": 1, "board": board(items, tracks),
        "days": {"locked": ["2026-03-02", "2026-03-20"], "received": "2026-05-29"},
        "candidates": built.candidates, "runs": built.runs, "scores": built.scores,
        "rankings": rankings,
        "tracks": [track_ranking(entry["id"], entry["quota"], rankings) for entry in tracks],
        "panel": {"judges": 5, "sample": True, "complete": complete, "digest": sha("panel")},
        "unfinished": [],
        "notes": {"few_clusters": both("群组不足 20 个的数据，区间按小样本修正，仍偏窄。", "Fewer than 20 clusters: intervals stay too narrow.")},
        "harness": {"version": "0.1.0", "scoring": "0.1.0"}, **more,
    }  # fmt: skip


def rich_evaluation(complete: bool = True) -> dict[str, Any]:
    """Every part of a report: tracks, gates, ties, claims, self-attested data, faults, doubts."""
    hotline = item(
        "SM-01", "12345 工单智能分派", "Hotline dispatch", places=2,
        dataset=dataset("hotline", "工单短文本（替代）", "Short requests (stand-in)", labels=LABELS,
                        stand_in=both("以公开的新闻标题分类数据代替真实工单", "Public news headlines in the place of real requests")),
        metrics=[
            metric("macro_f1", "宏平均 F1", "Macro F1", weight=60, floor=0.4123, floor_origin="baseline"),
            metric("recall(label=紧急)", "召回率（紧急）", "Recall (urgent)", weight=40, gate={"at_least": 0.7}),
        ],
        baseline={"title": both("多数类", "Majority class"), "values": {"macro_f1": 0.4123, "recall(label=紧急)": 0.5}, "intervals": {}},
    )  # fmt: skip
    load = item(
        "SM-02", "区域用电负荷日前预测", "Day-ahead load forecasting", task="forecasting",
        industry=both("能源电力", "Energy"), coverage=None,
        dataset=dataset("load", "小时级负荷序列", "Hourly load", samples=2160, clusters=90, labels_held_by="third_party", inputs="hidden", redistributable=False),
        metrics=[metric("mae", "平均绝对误差", "Mean absolute error", better="lower", unit="MW", bounds=[0.0, None], weight=100, floor=90.1, floor_origin="baseline", target=45.0)],
        baseline={"title": both("前一周同时刻", "Same hour last week"), "values": {"mae": 90.1}, "intervals": {}},
    )  # fmt: skip
    pump = item(
        "SM-03", "泵组振动异常检测", "Pump anomaly detection", task="anomaly",
        industry=both("装备制造", "Machinery"),
        dataset=dataset("pump", "泵组振动片段", "Pump vibration", samples=320, clusters=8),
        metrics=[metric("auc", "受试者工作特征曲线下面积", "Area under the ROC curve", weight=70), metric("average_precision", "平均精确率", "Average precision", weight=30)],
    )  # fmt: skip
    scene = item(
        "SC-01", "制造业质检标杆场景", "Inspection in manufacturing", track="benchmark_scenario",
        task="scenario", industry=both("制造业", "Manufacturing"), places=1, coverage=None,
        criteria={"skill": {"weight": 60, "floor": 0.0, "target": 0.5}, "claims": {"weight": 40}},
    )  # fmt: skip
    items = [hotline, load, pump, scene]
    built = Builder()
    names = [
        ("听民意分派助手", "Civic dispatch", 0.86),
        ("智汇工单大模型", "Request model", 0.83),
        ("政通语义引擎", "Semantic engine", 0.80),
        ("小热线", "Small line", 0.62),
        ("极简规则分派", "Rules", 0.35),
    ]
    for zh, en, level in names:
        built.candidate(hotline, zh, en, level)
    for number, (zh, en, level) in enumerate(
        [
            ("绿电预测大模型", "Green load", 0.7),
            ("负荷先知", "Load seer", 0.69),
            ("电眼", "Power eye", 0.4),
        ]
    ):
        built.candidate(load, zh, en, level, mode=MODES[2 + number])
    for zh, en, level in [("听振", "Listening", 0.8), ("机泵卫士", "Pump guard", 0.5)]:
        built.candidate(pump, zh, en, level)
    own = dataset(
        "own", "自有质检图像", "Own inspection images", samples=86, labels_held_by="applicant"
    )
    third = dataset(
        "shared", "第三方质检图像", "Third-party images", samples=640, labels_held_by="third_party"
    )
    for zh, data in [("轴承外观质检", third), ("玻璃瑕疵质检", third), ("纺织品瑕疵质检", own)]:
        built.candidate(
            scene,
            zh,
            "Inspection",
            0.6,
            dataset=data,
            effects=[
                {
                    "name": both("单件检测用时", "Time a piece"),
                    "from": 12.5,
                    "to": 3.0,
                    "unit": "s",
                    "kind": "measured",
                }
            ],
            attested=[
                {
                    "gate": "落地应用",
                    "checker": "示例检测机构",
                    "date": "2026-05-08",
                    "reason": "现场核验三条产线 | on site",
                }
            ],
        )
    _claims(built)
    _details(built)
    evaluation = assemble(
        built,
        items,
        [
            track("vertical_model", "垂直领域行业大模型", "Vertical industry models", 8),
            track("benchmark_scenario", "标杆场景", "Benchmark scenarios", 2),
        ],
        complete=complete,
    )
    extra = dict(built.candidates[9], id="C014", title=both("振感", "Vibration sense"))
    evaluation["candidates"] = [*built.candidates, extra]
    _deep(evaluation)
    evaluation["unfinished"] = [
        {
            "candidate": "C014",
            "item": "SM-03",
            "reason": both(
                "依赖包在离线环境中无法安装，待补正", "A dependency could not be installed offline"
            ),
        }
    ]
    return evaluation


def _claims(built: Builder) -> None:
    claims = [
        (0.062, "reproduced", [0.055, 0.071]),
        (0.021, "above_measured", [0.034, 0.052]),
        (0.03, "self_attested", None),
    ]
    for score, (claimed, verdict, span) in zip(built.scores[10:13], claims, strict=True):
        middle = sum(span) / 2 if span else None
        score["claims"] = [
            {
                "metric": "miss_rate",
                "from": 0.12,
                "to": claimed,
                "kind": "measured",
                "measured": middle,
                "interval": interval(*span) if span else None,
                "baseline": 0.118,
                "verdict": verdict,
            }
        ]
        score["self_attested"] = span is None
        score["skill"] = (
            {
                "metric": "miss_rate",
                "value": 0.41,
                "interval": [0.33, 0.48],
                "points": 82.0,
                "baseline": 0.118,
                "weight": 60,
            }
            if span
            else None
        )
        score["metrics"] = [
            {
                "metric": "accuracy",
                "value": 0.942,
                "interval": interval(0.92, 0.96, "wilson"),
                "standard_error": 0.01,
                "weight": None,
                "floor": None,
                "floor_origin": None,
                "target": None,
                "points": None,
                "n": score["samples"],
                "missing": 0,
                "signature": "accuracy|n:86",
                "notes": [],
            }
        ]


def _details(built: Builder) -> None:
    first, fourth = built.scores[0], built.scores[3]
    first["confusion"] = {
        "labels": LABELS,
        "rows": [[600, 12, 30, 0], [9, 301, 4, 2], [41, 6, 331, 1]],
    }
    first["worst"] = [
        {
            "sample": f"S{n:05d}",
            "loss": 1.0,
            "target": "紧急",
            "answer": "普通",
            "outcome": "answered",
        }
        for n in range(12)
    ]
    fourth["outcomes"].update(
        answered=1300, missing=4, invalid=20, timeout=8, crash=3, out_of_memory=2
    )
    fourth["missing"] = 37
    built.runs[3]["restarts"] = 2
    built.runs[4]["tier"] = "B"
    built.scores[1]["gates"].append(
        {
            "gate": "coverage >= 0.99",
            "kind": "coverage",
            "metric": None,
            "bound": "at_least",
            "threshold": 0.99,
            "value": 0.99002,
            "interval": None,
            "passed": True,
            "near": True,
            "reason": both("有效作答 99.002%", "valid answers 99.002%"),
        }
    )
    built.scores[2]["gates"].append(
        {
            "gate": "生成式人工智能服务备案",
            "kind": "attested",
            "metric": None,
            "bound": None,
            "threshold": None,
            "value": None,
            "interval": None,
            "passed": None,
            "near": False,
            "reason": both("尚未提交备案材料", "no filing yet"),
        }
    )
    for score in built.scores[8:10]:
        for entry in score["metrics"]:
            entry["notes"] = ["few_clusters"]


def _deep(evaluation: dict[str, Any]) -> None:
    """What rankings keep beyond the order: pairs, panel, sensitivity, settling, a change."""
    ranking = evaluation["rankings"][0]
    names = [row["candidate"] for row in ranking["rows"]]
    totals = {row["candidate"]: row["total_value"] for row in ranking["rows"]}
    entries = [
        {
            "first": a, "second": b, "difference": totals[a] - totals[b],
            "interval": [totals[a] - totals[b] - 3, totals[a] - totals[b] + 3],
            "standard_error": 1.1, "detectable": 3.4, "separable": totals[a] - totals[b] > 3,
            "at_line": (a, b) == (names[1], names[2]), "p": 0.0004, "holm": 0.0312,
            "first_better": 31, "second_better": 12, "first_ahead": 0.875,
            "criteria": {
                "measured": {"difference": 2.0, "interval": [-4.0, 8.0]},
                "innovation": {"difference": 4.0, "interval": [1.0, 7.0]},
                "macro_f1": {"difference": 3.5, "interval": [0.5, 6.5]},
                "recall(label=紧急)": {"difference": -1.0, "interval": [-2.0, -0.5]},
            },
        }
        for place, a in enumerate(names) for b in names[place + 1 :]
    ]  # fmt: skip
    fair = {"value": 0.71, "interval": [0.4, 0.9], "method": "mcgraw_wong"}
    share = {
        "acceptability": {name: [0.5] * len(names) for name in names},
        "in_places": {name: 1.0 - 0.25 * place for place, name in enumerate(names)},
        "central": dict.fromkeys(names),
    }
    ranks = {name: place + 1 for place, name in enumerate(names)}
    ranking |= {
        "monte_carlo_error": {"draws": 9999, "largest": 0.005},
        "pair_table": {
            "metric": "macro_f1", "test": "mcnemar", "family": len(entries), "correction": "holm",
            "entries": entries,
        },
        "panel": {
            "method": "mean", "crossed": True, "connected": True, "judges": 5, "freedom": 24, "digest": sha("panel"),
            "points": [
                {
                    "candidate": name, "criterion": "innovation", "points": 81.4, "mean": 81.4,
                    "trimmed": 81.0, "adjusted": None, "valid": 5, "recused": 0,
                    "interval": [78.0, 84.5],
                }
                for name in names
            ],
            "agreement": {"innovation": {
                "candidates": len(names), "alpha": fair | {"method": "percentile"},
                "icc_a1": fair, "icc_ak": fair,
                "kendall_w": {"value": None, "interval": None, "method": None}, "verdict": "too_few",
            }},
            "severity": [{"judge": "J1", "severity": 2.1, "stands_out": True}],
            "stand_out": [{
                "judge": "J2", "candidate": names[0], "criterion": "innovation", "score": 55.0,
                "expected": 78.2, "difference": -23.2, "scaled": -4.1,
            }],
        },
        "sensitivity": {
            "schemes": {"metric": "macro_f1", "ranks": {"mean_then_rank": ranks, "rank_then_mean": ranks}},
            "stability": {"median": 0.9, "low": 0.6, "undefined": 0},
            "weights": {
                "criteria": [{"name": "macro_f1", "weight": 30.0}, {"name": "innovation", "weight": 15.0}],
                "draws": 20000, "draw_digest": sha("weights"), "simplex": share, "box": share,
            },
            "flips": [
                {"first": names[1], "second": names[2], "at_line": True, "distance": 12.3,
                 "weights": {"macro_f1": 21.0, "innovation": 24.0}},
                {"first": names[0], "second": names[1], "at_line": False, "distance": None, "weights": None},
            ],
            "without_criterion": [
                {"criterion": "macro_f1", "moved": [], "entering": [names[2]], "leaving": [names[1]]}
            ],
            "without_judge": [{"judge": "J1", "moved": [], "entering": [], "leaving": []}],
            "without_candidate": [],
            "without_sheets": [],
        },
        "settling": {
            "declared": ["reserve_samples", "committee"], "band": names[1:3], "open": "committee",
            "order": None,
            "steps": [
                {"step": "reserve_samples", "state": "not_available", "groups": None,
                 "reason": both("没有备用样本", "no reserve samples"), "time": None, "by": None,
                 "digest": None, "tickets": [], "lots": None, "values": {}},
                {"step": "committee", "state": "due", "groups": None, "reason": both("", ""),
                 "time": None, "by": None, "digest": None, "tickets": [], "lots": None, "values": {}},
            ],
            "departures": [],
            "replaces": None,
        },
        "withdrawn": [],
        "change": None,
    }  # fmt: skip


def large_evaluation(candidates: int = 30, items: int = 10, metrics: int = 2) -> dict[str, Any]:
    """Candidates spread evenly over items, for budgets."""
    chosen = [
        metric(
            f"recall(label=类别{n})", f"召回率（类别{n}）", f"Recall ({n})", weight=100 // metrics
        )
        for n in range(metrics)
    ]
    places = [
        item(
            f"SM-{n + 1:02d}",
            f"行业任务第{n + 1}号智能识别",
            f"Item {n + 1}",
            dataset=dataset(f"data-{n}", f"数据集{n}", f"Data {n}"),
            metrics=chosen,
        )
        for n in range(items)
    ]
    built = Builder()
    for number in range(candidates):
        built.candidate(
            places[number % items],
            f"行业大模型之第{number + 1}号方案",
            f"Model {number + 1}",
            0.5 + 0.4 * number / candidates,
        )
    return assemble(
        built,
        places,
        [track("vertical_model", "垂直领域行业大模型", "Vertical industry models", 30)],
    )


@pytest.fixture(scope="session")
def evaluation() -> dict[str, Any]:
    return rich_evaluation()


@pytest.fixture(scope="session")
def large() -> dict[str, Any]:
    return large_evaluation()


@pytest.fixture(scope="session")
def partial() -> dict[str, Any]:
    return rich_evaluation(complete=False)


@pytest.fixture(scope="session")
def crowded() -> dict[str, Any]:
    return large_evaluation(130, 1)


@pytest.fixture(scope="session")
def sixty() -> dict[str, Any]:
    return large_evaluation(60, 12)


@pytest.fixture(scope="session")
def many_items() -> dict[str, Any]:
    return large_evaluation(120, 30)
