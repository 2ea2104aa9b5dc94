"""A small board with candidates that answer well, badly, wrongly and not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.execution.sandbox import Sandbox
from harness.intake.packing import pack
from harness.package import CREDIT_ALPHABET, credit_code_is_valid
from harness.pipeline.admission import admit
from harness.pipeline.preparing import lock_rules, measure_baselines
from harness.workspace import Workspace, create

SECRET = bytes(range(32))
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\u202egpj.exe 𪚥"

SOLUTIONS = {
    "good": "def predict(batch):\n    return [{'label': 'hot' if x['t'] > 50 else 'cold'} for x in batch]\n",
    "fair": "def predict(batch):\n    return [{'label': 'hot' if x['t'] > 58 else 'cold'} for x in batch]\n",
    "crashing": (
        "def predict(batch):\n"
        "    if any(x['t'] > 90 for x in batch):\n        raise KeyError('t')\n"
        "    return [{'label': 'cold'} for x in batch]\n"
    ),
    "rubbish": (
        "def predict(batch):\n"
        "    return [{'label': 'hot' if x['t'] % 7 else '</script>'} for x in batch]\n"
    ),
    "baseline": "def predict(batch):\n    return [{'label': 'cold'} for x in batch]\n",
}
READER = {
    "echo": "def predict(batch):\n    return [{'text': x['seen']} for x in batch]\n",
    "hostile": f"def predict(batch):\n    return [{{'text': {HOSTILE!r}}} for x in batch]\n",
}


def credit_code(name: str) -> str:
    """A fictional credit code of a name, with the right check digit."""
    body = "91370000" + f"{int(hashlib.sha256(name.encode()).hexdigest(), 16) % 10**9:09d}"
    return next(body + sign for sign in CREDIT_ALPHABET if credit_code_is_valid(body + sign))


def sha256(path: Path) -> str:
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


class SmallBoard:
    """Writes boards and packages into a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.board = root / "board"
        self._dataset(self.board / "data", 120, "organizer")
        self._texts(self.board / "texts")
        self._solution(self.board / "base", "baseline", "ONE-01", SOLUTIONS["baseline"], "基线")
        (self.board / "board.yaml").write_text(BOARD, encoding="utf-8")

    def package(self, name: str, title: str | None = None, applicant: str | None = None) -> Path:
        """A package of the classification item."""
        return self._solution(
            self.root / "packages" / name,
            "model",
            "ONE-01",
            SOLUTIONS[name],
            title or name,
            applicant,
        )

    def reader(self, name: str, title: str | None = None, applicant: str | None = None) -> Path:
        """A package of the text item."""
        return self._solution(
            self.root / "packages" / name, "model", "TWO-01", READER[name], title or name, applicant
        )

    def scenario(self, name: str, holder: str = "third_party") -> Path:
        """A benchmark scenario with data, a baseline and claims of its own."""
        folder = self.root / "packages" / name
        self._solution(folder, "scenario", "SC-01", SOLUTIONS["good"], name)
        self._dataset(folder / "own", 80, holder)
        (folder / "before" / "solution").mkdir(parents=True)
        (folder / "before" / "solution" / "main.py").write_text(SOLUTIONS["fair"])
        with (folder / "package.yaml").open("a", encoding="utf-8") as file:
            file.write(
                "dataset: own\nmetrics: [{metric: accuracy}]\nbaseline: before\n"
                "claims:\n"
                "  - {metric: accuracy, from: 0.85, to: 0.95, kind: measured}\n"
            )
        return folder

    def zipped(self, *folders: Path) -> list[Path]:
        """Packed packages, ready for intake."""
        zips = []
        for folder in folders:
            zips.append(self.root / f"{folder.name}.zip")
            pack(folder, zips[-1])
        return zips

    def _dataset(self, folder: Path, count: int, holder: str) -> None:
        folder.mkdir(parents=True)
        rows = [(f"s{i:03d}", (i * 37) % 100, i % 10) for i in range(count)]
        samples = "".join(f"{name},{t},{day}\n" for name, t, day in rows)
        targets = "".join(
            f"{name},{'hot' if t + (i % 11 == 0) * 40 > 50 else 'cold'}\n"
            for i, (name, t, _) in enumerate(rows)
        )
        (folder / "samples.csv").write_text("id,t,day\n" + samples)
        (folder / "target.csv").write_text("id,label\n" + targets)
        self._declare(folder, "samples.csv", "target.csv", holder, CLASSIFICATION)

    def _texts(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        words = ["泰山", "黄河入海", "趵突泉水", "青岛港", "烟台苹果"]
        rows = [(f"t{i:02d}", words[i % 5] + str(i)) for i in range(30)]
        (folder / "samples.jsonl").write_text(
            "".join(json.dumps({"id": n, "seen": w}, ensure_ascii=False) + "\n" for n, w in rows),
            encoding="utf-8",
        )
        (folder / "target.jsonl").write_text(
            "".join(json.dumps({"id": n, "text": w}, ensure_ascii=False) + "\n" for n, w in rows),
            encoding="utf-8",
        )
        self._declare(folder, "samples.jsonl", "target.jsonl", "organizer", TEXTS)

    def _declare(self, folder: Path, samples: str, target: str, holder: str, rest: str) -> None:
        (folder / "dataset.yaml").write_text(
            DATASET.format(
                holder=holder,
                samples=samples,
                samples_digest=sha256(folder / samples),
                target=target,
                target_digest=sha256(folder / target),
                column="label" if target.endswith("csv") else "text",
            )
            + rest,
            encoding="utf-8",
        )

    def _solution(
        self,
        folder: Path,
        kind: str,
        item: str,
        code: str,
        title: str,
        applicant: str | None = None,
    ) -> Path:
        (folder / "solution").mkdir(parents=True)
        (folder / "solution" / "main.py").write_text(code, encoding="utf-8")
        name = applicant or f"示例{title}公司"
        (folder / "package.yaml").write_text(
            PACKAGE.format(
                kind=kind,
                item=item,
                title=json.dumps(title, ensure_ascii=False),
                name=json.dumps(name, ensure_ascii=False),
                credit=credit_code(folder.name),
            ),
            encoding="utf-8",
        )
        return folder


@pytest.fixture(scope="session")
def sandbox() -> Sandbox:
    if shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed: apt-get install bubblewrap")
    return Sandbox.detect()


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallBoard:
    monkeypatch.setenv("JIEBANG_KEY", str(tmp_path / "keys" / "signing.pem"))
    return SmallBoard(tmp_path / "small")


class Quiet:
    """Progress that nobody watches."""

    def planned(self, samples: int) -> None: ...

    def answered(self, job: object, samples: int) -> None: ...

    def finished(self, finished: object) -> None: ...


def lock_and_admit(small: SmallBoard, root: Path, sandbox: Sandbox, *folders: Path) -> Workspace:
    """A locked workspace with packages taken in."""
    workspace = create(root, small.board, SECRET)
    lock_rules(workspace)
    measure_baselines(workspace, sandbox, Quiet())
    admitted, turned = admit(workspace, small.zipped(*folders))
    assert not turned, turned
    assert len(admitted) == len(folders)
    return workspace


@pytest.fixture
def ready(small: SmallBoard, sandbox: Sandbox, tmp_path: Path) -> Callable[..., Workspace]:
    """Makes a locked workspace with packages taken in."""

    def make(*folders: Path, name: str = "workspace") -> Workspace:
        return lock_and_admit(small, tmp_path / name, sandbox, *folders)

    return make


@pytest.fixture(scope="session")
def board_maker() -> type[SmallBoard]:
    return SmallBoard


@pytest.fixture(scope="session")
def make_ready(sandbox: Sandbox) -> Callable[..., Workspace]:
    return lambda small, root, *folders: lock_and_admit(small, root, sandbox, *folders)


@pytest.fixture(scope="session")
def quiet() -> Quiet:
    return Quiet()


DATASET = """schema: jiebang/dataset/1
id: small
version: "1"
title: {{zh: 小数据, en: small data}}
licence: CC0
source: made for tests
stand_in: {{zh: 人造数据, en: made-up data}}
labels_held_by: {holder}
inputs: hidden
redistributable: true
target: {{path: {target}, sha256: "{target_digest}", id: id, column: {column}}}
samples:
  path: {samples}
  sha256: "{samples_digest}"
  id: id
"""
CLASSIFICATION = """  inputs: {t: integer}
  cluster: day
task: classification
labels: [hot, cold]
positive: hot
"""
TEXTS = """  inputs: {seen: string}
  independent: true
task: text
"""
PACKAGE = """schema: jiebang/package/1
kind: {kind}
item: {item}
title: {{zh: {title}, en: {title}}}
applicant: {{name: {name}, credit_code: "{credit}", city: 济南市}}
solution: {{adapter: python, entry: "main:predict"}}
mode: hosted
description: {{zh: 测试用, en: for tests}}
truth_statement: true
"""
BOARD = """schema: jiebang/board/1
id: SMALL-1
title: {zh: 小榜单, en: Small board}
mode: trial
tier: {demanded: B}
rounding: {digits: 2, mode: half_up}
confidence: 0.95
draws: 499
tracks:
  vertical_model:
    title: {zh: 大模型, en: Models}
    quota: {at_most: 2}
    scorecard: {measured: 50, innovation: 15, benefit: 15, replicability: 10, compliance: 10}
  benchmark_scenario:
    title: {zh: 标杆场景, en: Scenarios}
    quota: {at_most: 1}
    scorecard: {measured: 50, innovation: 15, benefit: 15, replicability: 10, compliance: 10}
items:
  - id: ONE-01
    track: vertical_model
    title: {zh: 冷热判断, en: Hot or cold}
    industry: {zh: 测试, en: tests}
    places: 1
    task: classification
    dataset: data
    baseline: base
    metrics:
      - {metric: accuracy, weight: 60, floor: baseline, target: 1.0}
      - {metric: recall(label=hot), weight: 40, floor: 0.2, target: 1.0, gate: {at_least: 0.1}}
    coverage: {at_least: 0.5}
    tie_break: [accuracy]
    limits: {memory: 256MiB, cpus: 1, wall: 60s, start: 20s, batch_wall: 5s, batch: 8}
  - id: TWO-01
    track: vertical_model
    title: {zh: 照抄, en: Copying}
    industry: {zh: 测试, en: tests}
    places: 1
    task: text
    dataset: texts
    metrics:
      - {metric: cer, weight: 100, floor: 1.0, target: 0.0}
    limits: {memory: 256MiB, cpus: 1, wall: 60s, start: 20s, batch_wall: 5s, batch: 8}
  - id: SC-01
    track: benchmark_scenario
    title: {zh: 场景, en: Scenarios}
    industry: {zh: 测试, en: tests}
    places: 1
    task: scenario
    criteria: {skill: {weight: 60, floor: 0, target: 0.5}, claims: {weight: 40}}
    limits: {memory: 256MiB, cpus: 1, wall: 60s, start: 20s, batch_wall: 5s, batch: 8}
"""
