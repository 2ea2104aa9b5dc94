"""How large and how fast report pages are, beside an empty page in the same run.

Run by hand: ``python tests/benchmarks/reports.py``. Prints each figure with its budget and ends
with 1 where one is missed. Needs Chromium; times are medians of five openings from a folder.
"""

from __future__ import annotations

import importlib.util
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

# This file is called like a package of ours.
sys.path[:] = [folder for folder in sys.path if Path(folder) != Path(__file__).parent]

from playwright.sync_api import Browser, sync_playwright

from reports.build import report_files
from reports.evaluation import evaluation_of
from reports.samples import SampleTable

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
EMPTY = b"<!doctype html><meta charset=utf-8><title>empty</title><p>empty"
TIMES = """() => new Promise(done => {
  const told = () => {
    const paint = performance.getEntriesByName('first-contentful-paint')[0];
    const load = performance.getEntriesByType('navigation')[0].loadEventEnd;
    if (!paint || !load) { setTimeout(told, 20); return; }
    done([paint.startTime, load]);
  };
  told();
})"""
SLIDE = """() => new Promise(done => {
  const slider = document.querySelector('#weigh input');
  const start = performance.now();
  slider.value = String(Number(slider.value) + 7);
  slider.dispatchEvent(new Event('input'));
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
})"""


def builders() -> ModuleType:
    """The evaluations that tests build."""
    path = Path(__file__).parents[1] / "reports" / "conftest.py"
    spec = importlib.util.spec_from_file_location("built_evaluations", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pages(evaluation: dict[str, Any], wanted: str) -> tuple[bytes, float]:
    """The first file whose path starts so, and the seconds until it was made."""
    start = time.perf_counter()
    for name, content in report_files(evaluation_of(evaluation), ("zh-CN",)):
        if name.startswith(wanted):
            return content, time.perf_counter() - start
    raise LookupError(wanted)


def opened(browser: Browser, page: bytes, ask: str = TIMES) -> Any:
    """Medians of what a page says of itself, over five fresh openings."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_bytes(page)
        for _ in range(5):
            context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
            sheet = context.new_page()
            sheet.goto(path.as_uri())
            found.append(sheet.evaluate(ask))
            context.close()
    if isinstance(found[0], list):
        return [statistics.median(column) for column in zip(*found, strict=True)]
    return statistics.median(found)


def samples(count: int) -> SampleTable:
    drawn = random.Random(1)
    truth = [drawn.randrange(10) for _ in range(count)]
    given = [t if drawn.random() < 0.83 else drawn.randrange(10) for t in truth]
    labels = tuple(f"类别{n}" for n in range(10))
    return SampleTable(
        candidate="C001", item="SM-01", labels=labels, truth=truth, given=given,
        ids=[f"S{n:06d}" for n in range(count)], outcomes=["answered"] * count,
        losses=[float(t != g) for t, g in zip(truth, given, strict=True)],
        targets=[labels[t] for t in truth], inputs=[f"第 {n} 件工单的正文" for n in range(count)],
        answers=[labels[g] for g in given], parsed=[labels[g] for g in given],
        beliefs=[drawn.random() for _ in range(count)], others=29,
        better=(better := [drawn.randrange(30) for _ in range(count)]),
        worse=[drawn.randrange(30 - many) for many in better],
    )  # fmt: skip


def figures(browser: Browser) -> Iterator[tuple[str, float, float, str]]:
    """Each figure: what, how much, at most how much, in what unit."""
    built = builders()
    small, large = built.large_evaluation(30, 10), built.large_evaluation(1000, 50)
    crowd = built.large_evaluation(100, 1)
    blank, _ = opened(browser, EMPTY)
    yield "empty page: first paint", blank, float("inf"), "ms"
    index, seconds = pages(small, "index")
    paint, load = opened(browser, index)
    yield "30 × 10: index", len(index) / 1000, 120, "kB"
    yield "30 × 10: made in", seconds, 0.5, "s"
    yield "30 × 10: first paint, times an empty page", paint / blank, 4, "×"
    yield "30 × 10: loaded", load, 600, "ms"
    yield "30 × 10: card", len(pages(small, "cards/")[0]) / 1000, 60, "kB"
    index, seconds = pages(large, "index")
    paint, load = opened(browser, index)
    yield "1,000 × 50: index", len(index) / 1000, 2500, "kB"
    yield "1,000 × 50: made in", seconds, 3, "s"
    yield "1,000 × 50: first paint", paint, 800, "ms"
    yield "1,000 × 50: loaded", load, 1200, "ms"
    deep, _ = pages(crowd, "items/")
    yield "100 in one item: slider", opened(browser, deep, SLIDE), 100, "ms"

    def only(name: str) -> SampleTable | None:
        return samples(100_000) if name == "C001" else None

    made: Callable[..., Any] = report_files
    page = next(
        content
        for name, content in made(evaluation_of(built.rich_evaluation()), ("zh-CN",), only)
        if name.startswith("samples/")
    )
    yield "100,000 samples: page", len(page) / 1000, 1000, "kB"
    yield "100,000 samples: loaded", opened(browser, page)[1], 1200, "ms"


def main() -> int:
    missed = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, value, most, unit in figures(browser):
            over = value > most
            missed += over
            budget = "" if most == float("inf") else f"  (at most {most:g} {unit})"
            print(f"{'MISSED ' if over else '       '}{name:44}{value:10.2f} {unit}{budget}")
        browser.close()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
