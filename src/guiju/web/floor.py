"""The browser floor: features that Chromium 109, the last one on Windows 7, does not have.

A list of plain patterns, not a parser: it knows what we and our few libraries could plausibly use by accident.
Allowed because old enough: `:has()` (105), container queries (105), `@layer` (99), `inset`, `dvh` (108), `<dialog>` (37),
`inert` (102), `structuredClone` (98), `Object.hasOwn` (93), `Array.prototype.at` (92), `findLast` (97).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FLOOR = 109


@dataclass(frozen=True, slots=True)
class Feature:
    """Something the floor lacks: its name, the Chromium that brought it, how it is recognised."""

    name: str
    since: int
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Hit:
    """One use of a feature that is too new."""

    feature: str
    since: int
    line: int
    excerpt: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.feature} needs Chromium {self.since}: {self.excerpt}"


def _features(*rows: tuple[str, int, str]) -> tuple[Feature, ...]:
    return tuple(Feature(name, since, re.compile(pattern)) for name, since, pattern in rows)


_CSS = _features(
    ("color-mix()", 111, r"\bcolor-mix\("),
    ("oklch()", 111, r"\b(?:oklch|oklab)\("),
    ("lab()", 111, r"(?<![\w-])(?:lab|lch)\("),
    ("color()", 111, r"(?<![\w-])color\("),
    ("light-dark()", 123, r"\blight-dark\("),
    ("@scope", 118, r"@scope\b"),
    ("@starting-style", 117, r"@starting-style\b"),
    ("@view-transition", 126, r"@view-transition\b|view-transition-name"),
    ("@position-try", 125, r"@position-try\b|(?<![\w-])(?:anchor-name|position-anchor|position-area)\s*:"),
    ("nesting", 112, r"[{};]\s*&|&\s*[.:#\[>+~{]"),
    (":popover-open", 114, r":popover-open\b"),
    (":user-valid", 119, r":user-(?:in)?valid\b"),
    (":dir()", 120, r":dir\("),
    (":nth-child(of)", 111, r":nth-(?:last-)?child\([^)]*\bof\b"),
    ("subgrid", 117, r"(?<![\w-])subgrid\b"),
    ("style queries", 111, r"@container[^{]*style\("),
    ("scroll-driven animation", 115, r"(?<![\w-])(?:animation-timeline|scroll-timeline|view-timeline)\b"),
    ("text-wrap", 114, r"(?<![\w-])text-wrap(?:-\w+)?\s*:"),
    ("white-space-collapse", 114, r"(?<![\w-])white-space-collapse\s*:"),
    ("field-sizing", 123, r"(?<![\w-])field-sizing\s*:"),
    ("interpolate-size", 129, r"(?<![\w-])interpolate-size\s*:|\bcalc-size\("),
    ("transition-behavior", 117, r"(?<![\w-])transition-behavior\s*:|\ballow-discrete\b"),
    ("linear() easing", 113, r"(?<![\w-])linear\("),
    ("trigonometry", 111, r"(?<![\w-])(?:sin|cos|tan|asin|acos|atan2?|pow|sqrt|hypot|log|exp)\("),
    ("rounding", 125, r"(?<![\w-])(?:round|mod|rem|sign|abs)\("),
    ("scrollbar styling", 121, r"(?<![\w-])scrollbar-(?:color|width|gutter-color)\s*:"),
    ("unprefixed image-set()", 113, r"(?<![\w-])image-set\("),
    ("unprefixed mask", 120, r"(?<![\w-])mask(?:-image)?\s*:"),
    ("text-box-trim", 133, r"(?<![\w-])text-box(?:-trim)?\s*:"),
    ("rlh unit", 111, r"\d(?:rlh|rcap|rch|rex|ric)\b"),
    ("reading-flow", 137, r"(?<![\w-])reading-flow\s*:"),
    ("CSS if()", 137, r":\s*if\("),
)

_JS = _features(
    ("toSorted", 110, r"\.(?:toSorted|toReversed|toSpliced)\("),
    ("Object.groupBy", 117, r"\b(?:Object|Map)\.groupBy\b"),
    ("Array.fromAsync", 121, r"\bArray\.fromAsync\b"),
    ("Promise.withResolvers", 119, r"\bPromise\.withResolvers\b"),
    ("Promise.try", 128, r"\bPromise\.try\b"),
    ("isWellFormed", 111, r"\.(?:isWellFormed|toWellFormed)\("),
    ("URL.canParse", 120, r"\bURL\.(?:canParse|parse)\("),
    ("AbortSignal.any", 116, r"\bAbortSignal\.any\b"),
    (
        "Iterator helpers",
        122,
        r"\bIterator\.from\b|\.(?:values|keys|entries)\(\)\s*\.(?:map|filter|take|drop|toArray)\(",
    ),
    ("Set methods", 122, r"\.(?:symmetricDifference|isSubsetOf|isSupersetOf|isDisjointFrom)\("),
    ("regular expression flag v", 112, r"new RegExp\([^)]*,\s*['\"][a-u]*v"),
    ("RegExp.escape", 136, r"\bRegExp\.escape\b"),
    ("startViewTransition", 111, r"\bstartViewTransition\b"),
    ("popover", 114, r"\.(?:show|hide|toggle)Popover\(|\.popover\b"),
    ("moveBefore", 133, r"\bmoveBefore\b"),
    ("scheduler.yield", 129, r"\bscheduler\.yield\b"),
    ("setHTMLUnsafe", 124, r"\b(?:setHTMLUnsafe|parseHTMLUnsafe|setHTML)\("),
    ("requestClose", 134, r"\.requestClose\("),
    ("CSS nesting from script", 112, r"\bCSSNestedDeclarations\b"),
    ("import attributes", 123, r"\bwith\s*\{\s*type\s*:"),
    ("Temporal", 144, r"\bTemporal\."),
)

_HTML = _features(
    ("popover", 114, r"<[^>]*\spopover(?:target)?(?:\s|=|>)"),
    ("exclusive details", 120, r"<details[^>]*\sname="),
    ("<search>", 118, r"<search[\s>]"),
    ("closedby", 134, r"<dialog[^>]*\sclosedby="),
    ("commandfor", 135, r"\scommandfor="),
    ("hidden=until-found scroll", 131, r"<selectedcontent"),
)

_BY_SUFFIX = {".css": _CSS, ".js": _JS, ".mjs": _JS, ".html": _HTML}
_CSS_NOISE = re.compile(
    r"/\*.*?\*/|url\(\s*(?:\"[^\"]*\"|'[^']*'|[^)]*)\s*\)|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'", re.S
)
_JS_NOISE = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.S | re.M)
_HTML_NOISE = re.compile(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}|<!--.*?-->", re.S)
_NOISE = {".css": _CSS_NOISE, ".js": _JS_NOISE, ".mjs": _JS_NOISE, ".html": _HTML_NOISE}


def scan(text: str, *, suffix: str) -> list[Hit]:
    """Every use of a feature newer than the floor in a .css, .js or .html text."""
    bare = _NOISE[suffix].sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)
    return [
        Hit(feature.name, feature.since, bare.count("\n", 0, match.start()) + 1, bare[match.start() : match.end() + 30])
        for feature in _BY_SUFFIX[suffix]
        for match in feature.pattern.finditer(bare)
    ]
