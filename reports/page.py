"""Pages as bytes: templates, the style and script that they carry, and what they may load."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from reports import numerals
from reports.catalogue import Words
from reports.marks import SHAPES
from reports.model import Heading

FOLDER = Path(__file__).parent
MAIN = "index.html.j2"
HEAT = ("#f4f7fb", "#dfe9f5", "#c6d9ee", "#a9c6e6", "#8ab1dc")
_EDGES = re.compile(r"\n\s*")
_QUOTES = re.compile(r'(?<=[\w-])="([\w.#%/-]*[\w.#%-])"(?=[ >])')
_HYPHENED = re.compile(r"\b[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+\b")
_ENDS = re.compile(
    r"</t[dhr]>(?=\s*(?:<t[dhr][ >]|</t(?:r|body|head)>))"
    r"|</d[dt]>(?=\s*(?:<d[dt]>|</div>|</dl>))|</li>(?=\s*(?:<li>|</ul>))"
)
_SCRIPT_WORDS = (
    "tools.search", "tools.all", "tools.count", "tools.reset", "tools.sorted",
    "tools.filter", "tools.sort", "tools.copy", "tools.copied", "column.proposal", "column.track",
    "proposal.selected", "proposal.reserve", "proposal.committee", "proposal.not_selected",
    "proposal.ineligible", "proposal.unfinished",
    "compare.first", "compare.second", "compare.higher", "compare.counts", "compare.ahead",
    "compare.samples", "certainty.not_separable",
    "weigh.reset", "weigh.sum", "weigh.moved", "weigh.same",
    "weigh.trial_total", "weigh.trial_rank", "column.rank", "column.candidate", "column.total",
    "samples.view", "view.loss", "view.sure", "view.alone_worse", "view.alone_better", "view.split",
    "column.belief", "column.others", "samples.search", "samples.outcome", "samples.shown", "samples.cell", "samples.old",
    "column.sample", "column.loss", "column.outcome", "column.target_answer", "column.answer",
    "tools.page", "tools.next", "tools.previous",
)  # fmt: skip


def render(
    template: str, words: Words, heading: Heading, *, script: str = "", **content: Any
) -> bytes:
    """Render a template to a page that carries its own style, and the named script if it has one."""
    style = static("style.css") + state_style() + running_head(heading, words)
    if template != MAIN:
        style = static("deep.css") + style
    code = static(script) if script else ""
    page = (
        _environment()
        .get_template(template)
        .render(
            words=words,
            heading=heading,
            style=Markup(style),
            script=Markup(code),
            script_words=Markup(json_text({key: words.sentences[key] for key in _SCRIPT_WORDS})),
            policy=policy(style, code),
            heat=HEAT,
            facts=Markup(json_text(content.pop("facts", None))),
            shown=numerals.shown,
            **content,
        )
    )
    return (page.strip() + "\n").encode()


def policy(style: str, script: str) -> str:
    """Content security policy: nothing but this very style and this very script.

    >>> policy("", "").split("; ")[0]
    "default-src 'none'"
    """
    parts = ["default-src 'none'", f"style-src '{_hash(style)}'"]
    if script:
        parts.append(f"script-src '{_hash(script)}'")
    parts += [
        "base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ]  # fmt: skip
    return "; ".join(parts)


@cache
def static(name: str) -> str:
    """Return a style or a script, without the air that only its authors need."""
    text = (FOLDER / "static" / name).read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    seam = "" if name.endswith(".css") else "\n"
    return seam.join(line.strip() for line in text.splitlines() if line.strip())


def state_style() -> str:
    """Rules that draw each state's shape before its word, in its shade; one rule for all alike."""
    alike: dict[tuple[str, str], list[str]] = {}
    for code, drawn in SHAPES.items():
        alike.setdefault(drawn, []).append(f".c-{code}")
    rules = [
        f"{','.join(codes)}{{color:var(--{shade})}}"
        f'{",".join(f"{code}::before" for code in codes)}{{content:"{shape}"}}'
        for (shape, shade), codes in alike.items()
    ]
    return "".join(rules)


def running_head(heading: Heading, words: Words) -> str:
    """Page rules that repeat title, marks and digest on every printed sheet."""
    left = _css_text(" ".join(dict.fromkeys([heading.title, *heading.marks])))
    right = _css_text(words("print.head", version=heading.version, digest=heading.digest))
    font = "font:8pt sans-serif;color:#333"
    return (
        f"\n@page{{@top-left{{content:{left};{font}}}@top-right{{content:{right};{font}}}"
        f'@bottom-center{{content:"— " counter(page) " / " counter(pages) " —";{font}}}}}'
    )


def json_text(value: Any) -> str:
    r"""JSON that cannot end the element it stands in.

    >>> json_text("</script>")
    '"\\u003c/script\\u003e"'
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    environment.filters["tight"] = tight
    environment.filters["whole"] = whole
    return environment


def tight(page: str) -> Markup:
    """Markup without the quotes, end tags and indents that HTML lets one leave out.

    Text is escaped before it gets here, so quotes and angle brackets stand in tags only.
    """
    return Markup(_ENDS.sub("", _QUOTES.sub(r"=\1", _EDGES.sub("\n", str(page)))))


def whole(text: str) -> Markup:
    """Text whose ids of items and candidates never break over two lines.

    >>> whole("SM-01、C001")
    Markup('<span class="whole">SM-01</span>、C001')
    """
    return Markup(_HYPHENED.sub(r'<span class="whole">\g<0></span>', str(escape(text))))


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _css_text(text: str) -> str:
    safe = "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in text)
    return f'"{safe}"'
