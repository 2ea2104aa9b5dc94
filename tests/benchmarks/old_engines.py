"""Whether report pages work in the oldest engines that offices still run: Chromium 108 and 87.

Run by hand with a Python that has one of them, under a virtual screen::

    pip install PySide6==6.5.3      # Chromium 108; or: pip install PyQt5 PyQtWebEngine  # 87
    xvfb-run -a python tests/benchmarks/old_engines.py PAGE... [--shots FOLDER]

Opens each page from its folder, and ends with 1 where one complains, shows no ranking, or has no
working script. Without an engine it says so loudly and ends with 2.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--no-sandbox --disable-gpu")
os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
ASK = """(function () {
  return JSON.stringify({
    engine: navigator.userAgent.replace(/.*Chrome\\/(\\S+).*/, '$1'),
    rows: document.querySelectorAll('tbody tr').length,
    drawn: document.querySelectorAll('svg circle, svg rect').length,
    tools: document.querySelectorAll('input, select, button').length,
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth
  });
})()"""


def engine() -> tuple[Any, Any, Any]:
    """The newest engine at hand: its application, its page and its view."""
    try:
        from PySide6.QtWebEngineCore import QWebEnginePage
        from PySide6.QtWebEngineWidgets import QWebEngineView
        from PySide6.QtWidgets import QApplication
    except ImportError:
        from PyQt5.QtWebEngineWidgets import QWebEnginePage, QWebEngineView
        from PyQt5.QtWidgets import QApplication
    return QApplication, QWebEnginePage, QWebEngineView


def main(arguments: list[str]) -> int:
    try:
        application_of, page_of, view_of = engine()
    except ImportError:
        print("NO OLD ENGINE HERE: install PySide6==6.5.3 or PyQtWebEngine; nothing was checked")
        return 2
    shots = Path(arguments[arguments.index("--shots") + 1]) if "--shots" in arguments else None
    paths = [Path(name).resolve() for name in arguments if name.endswith(".html")]
    application = application_of(sys.argv[:1])
    complaints: list[str] = []

    class Listening(page_of):  # type: ignore[misc, valid-type]
        def javaScriptConsoleMessage(self, level: Any, text: str, line: int, source: str) -> None:
            complaints.append(f"{Path(source).name}:{line} {text}")

    view = view_of()
    view.setPage(Listening(view))
    view.resize(1280, 900)
    view.show()
    failed = 0

    def next_page() -> None:
        if not paths:
            application.exit(1 if failed else 0)
            return
        complaints.clear()
        from_file = view.url().fromLocalFile(str(paths[0]))
        view.load(from_file)

    def told(answer: str) -> None:
        nonlocal failed
        path = paths.pop(0)
        bad = bool(complaints) or '"rows":0' in answer
        failed += bad
        print(f"{'FAILED ' if bad else 'ok     '}{path.name:28}{answer}", *complaints, sep="  ")
        if shots:
            shots.mkdir(parents=True, exist_ok=True)
            view.grab().save(str(shots / f"{path.parent.name}-{path.stem}.png"))
        next_page()

    def loaded(_: bool) -> None:
        from_timer = timer()
        from_timer.singleShot(800, lambda: view.page().runJavaScript(ASK, *zero, told))

    zero = (0,) if page_of.__module__.startswith("PySide6") else ()
    view.loadFinished.connect(loaded)
    next_page()
    run = getattr(application, "exec", None) or application.exec_
    return int(run())


def timer() -> Any:
    try:
        from PySide6.QtCore import QTimer
    except ImportError:
        from PyQt5.QtCore import QTimer
    return QTimer


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
