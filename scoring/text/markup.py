r"""What a model writes around its words: thinking, Markdown's emphasis, LaTeX."""

from __future__ import annotations

import re

from harness.thinking import spoken

_WRAPS = r"\\(?:text(?:bf|rm|it)?|math(?:rm|bf|it|sf)|mbox|boldsymbol|operatorname|bm)\s?\{"
LONGEST = 30_000
"""Characters of the longest text that is read as a short answer."""

_RUN = re.compile(r"([\W_])\1{7,}")
_BLANK = re.compile(r"\s{4,}")
_STRONG = re.compile(r"(?<![0-9])\*\*|\*\*(?![0-9])|`")
_STRESSED = re.compile(r"(?<![0-9*])\*(?=[^\s*])([^*\n]{1,80})(?<!\s)\*(?![0-9*])")
_SHOWN = re.compile(r"\$\$([^$]{1,200})\$\$")
# Dollars are money unless they stand around a formula: nothing but one number and its unit, or signs.
_INLINE = re.compile(
    r"(?<![A-Za-z0-9$\\])\$(?![\s$])"
    rf"((?:{_WRAPS}[^{{}}$\n]{{0,40}}\}}|\\(?!{_WRAPS[2:]})|[^$\\\n\u4e00-\u9fff]){{1,160}})"
    r"(?<![\s\\])(?<!US)(?<!HK)\$(?![0-9])"
)
_SIGN = re.compile(r"[\\^_={}+*<>×≈]")
_AMOUNT = re.compile(r"[-0-9.,% ]+(?: ?[A-Za-zμΩ°℃/·]{1,8}[23]?)?")
_FRACTION = re.compile(r"(?<![0-9])\\[dt]?frac\s?\{(\d{1,12})\}\s?\{(\d{1,12})\}")
_MIXED = re.compile(r"\\[dt]?frac(?=\s?\{)")
_POWER = re.compile(r"\^\s?\{\s?([-+]?[0-9A-Za-z]{1,8})\s?\}")
_DEGREE = re.compile(r"\s?\^\s?(?:\{\s?\\circ\s?\}|\\circ(?![a-z]))\s?|\\degree(?![a-z])\s?")
_WRAPPED = re.compile(rf"{_WRAPS}([^{{}}\n]{{0,200}})\}}")
_BOXED = re.compile(r"\\(?:boxed|fbox)\s?\{([^{}\n]{0,200})\}")
_SPACE = re.compile(r"\\(?:[,;:! ]|q?quad(?![a-z]))")
_WORDS = {
    "times": "×", "approx": "≈", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "pm": "±", "neq": "≠", "ne": "≠",
    "Omega": "Ω", "mu": "μ", "div": "÷", "rightarrow": "→", "to": "→", "left": "", "right": "",
}  # fmt: skip
_WORD = re.compile(rf"\\({'|'.join(sorted(_WORDS, key=len, reverse=True))})(?![A-Za-z])")
_TIMES_TEN = re.compile(r"\\cdot(?=\s?10\s?\^)")
_ESCAPED = re.compile(r"\\([%$&#_])|\\[()\[\]]|\{(,)\}")


def unmarked(text: str) -> str:
    r"""The words of a text but for a model's thinking, without Markdown's emphasis and LaTeX.

    What is boxed is said to be the final answer. ``$`` around a formula goes, ``$`` of money stays.
    Long runs of one sign are cut short. Empty for what is too long to be a short answer.

    Examples
    --------
    >>> unmarked("<think>3?</think>**共$12\\,000$元**"), unmarked(r"$3 and $4, \boxed{5}")
    ('共12 000元', '$3 and $4, 最终答案:5')
    """
    text = spoken(text)
    if len(text) > LONGEST:
        return ""
    text = _BLANK.sub(lambda found: "\n\n" if "\n" in found[0] else "   ", text)
    text = _RUN.sub(lambda found: found[1] * 7, text)
    text = _POWER.sub(r"^\1", _STRESSED.sub(r"\1", _STRONG.sub("", text)))
    if "$" in text:
        text = _INLINE.sub(_formula, _SHOWN.sub(r" \1 ", text))
    return _latex(text) if "\\" in text or "^" in text or "{,}" in text else text


def _formula(match: re.Match[str]) -> str:
    inside = match[1]
    is_formula = _SIGN.search(inside) or " " not in inside or _AMOUNT.fullmatch(inside)
    return inside if is_formula else match[0]


def _latex(text: str) -> str:
    text = _WRAPPED.sub(r"\1", _SPACE.sub(" ", _DEGREE.sub("°", text)))
    text = _MIXED.sub(" ", _FRACTION.sub(r"\1/\2", text))
    text = _BOXED.sub(r"最终答案:\1", text)
    text = _WORD.sub(lambda word: _WORDS[word[1]], _TIMES_TEN.sub("×", text))
    return _ESCAPED.sub(lambda mark: mark[1] or mark[2] or "", text.replace("\\cdot", "·"))
