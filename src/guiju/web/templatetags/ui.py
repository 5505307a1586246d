"""Template tags of the pages: icons, status signs, dates, amounts, addresses that keep filters."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.http import QueryDict
from django.template.context import RequestContext
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_lazy, pgettext_lazy

from guiju.lib import clock, period
from guiju.lib.errors import Problem
from guiju.web import faults

register = template.Library()

MANIFEST = Path(__file__).resolve().parent.parent / "assets.toml"

# The seven answers, in the order in which they are counted and drawn everywhere.
STATUS_WORDS = {
    "met": pgettext_lazy("status", "Met"),
    "partly": pgettext_lazy("status", "Partly met"),
    "unmet": pgettext_lazy("status", "Not met"),
    "person": pgettext_lazy("status", "Needs a person"),
    "not_due": pgettext_lazy("status", "Not due yet"),
    "na": pgettext_lazy("status", "Not applicable"),
    "not_adopted": pgettext_lazy("status", "Not adopted"),
}
WEEKDAYS = "一二三四五六日"
UNITS = {"万元": Decimal(10_000), "亿元": Decimal(100_000_000)}
MISSING = gettext_lazy("Not recorded")
# Place in a list, not a filter: gone as soon as filter or order changes.
CURSORS = ("after", "before", "page")


@lru_cache(maxsize=1)
def icon_names() -> frozenset[str]:
    """Icons that the vendored sprite holds."""
    return frozenset(tomllib.loads(MANIFEST.read_text(encoding="utf-8"))["icons"]["names"])


@register.simple_tag
def official(asked: Any, lines: bool = False) -> SafeString:
    """The document's words of a requirement, wherever they are shown: a gist says beside it that it is one."""
    said, is_gist = (
        (asked["official"], asked["is_gist"]) if isinstance(asked, Mapping) else (asked.official, asked.is_gist)
    )
    words = SafeString(linebreaks(said, autoescape=True)) if lines else conditional_escape(str(said))
    if not is_gist:
        return words
    return format_html(
        '{} <span class="gj-chip gj-chip--partly">{}</span>', words, gettext("Gist, not the original words")
    )


@register.simple_tag(takes_context=True)
def fault_place(context: RequestContext, where: Any) -> str:
    """Where a fault lies, by the labels of the page, its form (`form`) and its register (`spec`)."""
    told = {"form": context.get("form"), "spec": context.get("spec"), "labels": context.get("fault_labels")}
    return faults.place(str(where or ""), **told)


@register.simple_tag(takes_context=True)
def fault_line(context: RequestContext, fault: Any) -> str:
    """A fault in a line: where, what, what to do."""
    told = {"form": context.get("form"), "spec": context.get("spec"), "labels": context.get("fault_labels")}
    return faults.sentence(fault, **told)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; with a label it speaks for itself, without one it is decoration."""
    if name not in icon_names():
        raise template.TemplateSyntaxError(f"No icon named {name!r}: add it to [icons] in assets.toml.")
    return _symbol(f"{_file('vendor/icons.svg')}#{name}", css="gj-icon", label=conditional_escape(label))


@cache
def _file(path: str) -> str:
    """The address of one of our files: a long page names the same two a thousand times."""
    return static(path)


@lru_cache(maxsize=2_000)
def _symbol(address: str, *, css: str, label: str = "") -> SafeString:
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>', css, label, address
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"></use></svg>', css, address)


@register.simple_tag
def status(code: str, count: int | None = None, word: str = "", short: bool = False) -> SafeString:
    """Sign and word of one answer; with a count, as in `✓ 12`; `short` keeps the word for readers of the screen only."""
    # Escaped before it is remembered: a safe and an unsafe text that look alike must not be taken for one another.
    return _status(code, count, conditional_escape(word or STATUS_WORDS[code]), bool(short))


@lru_cache(maxsize=2_000)
def _status(code: str, count: int | None, shown: SafeString, short: bool) -> SafeString:
    sign = _symbol(f"{_file('guiju/signs.svg')}#{code}", css="gj-sign")
    number = "" if count is None else format_html("<b>{}</b>", f"{count:,}")
    label = format_html('<span class="{}">{}</span>', "visually-hidden" if short else "gj-word", shown)
    return format_html(
        '<span class="gj-status gj-status--{}" title="{}">{}{}{}</span>', code, shown, sign, label, number
    )


@register.simple_tag
def sign(code: str) -> SafeString:
    """The bare sign, for places where the word stands beside it anyway."""
    return format_html(
        '<span class="gj-status gj-status--{}">{}</span>',
        code,
        _symbol(f"{_file('guiju/signs.svg')}#{code}", css="gj-sign"),
    )


@register.simple_tag
def status_bar(counts: Mapping[str, int]) -> SafeString:
    """A stacked bar of the answers. Widths are SVG attributes because pages carry no inline styles."""
    total = sum(counts.get(code, 0) for code in STATUS_WORDS)
    if not total:
        return SafeString("")
    parts: list[tuple[str, str, str, str, int]] = []
    at = 0.0
    for code, word in STATUS_WORDS.items():
        width = 100 * counts.get(code, 0) / total
        if width:
            parts.append((code, f"{at:.2f}%", f"{max(width - 0.3, 0.3):.2f}%", str(word), counts[code]))
        at += width
    rects = format_html_join(
        "", '<rect class="gj-fill--{}" x="{}" y="0" width="{}" height="8"><title>{} {}</title></rect>', parts
    )
    label = ", ".join(f"{word} {count}" for *_rest, word, count in parts)
    return format_html('<svg class="gj-bar" role="img" aria-label="{}" width="100%" height="8">{}</svg>', label, rects)


@register.filter
def status_word(code: str) -> str:
    """The word of an answer, for titles and sentences."""
    return str(STATUS_WORDS.get(code, code))


def _day(value: date | datetime) -> date:
    return clock.day_of(value) if isinstance(value, datetime) else value


def _is_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


@register.filter
def cn_date(value: date | datetime | None) -> str:
    """A date inside text: 2026年11月20日（周五）."""
    if value is None:
        return str(MISSING)
    day = _day(value)
    if _is_chinese():
        return f"{day.year}年{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"
    return f"{day:%a} {day.day} {day:%b %Y}"


@register.filter
def cn_moment(value: datetime | None) -> str:
    """A moment inside text: 2026年11月20日（周五）14:05, Chinese time."""
    if value is None:
        return str(MISSING)
    return f"{cn_date(value)}{'' if _is_chinese() else ' '}{value.astimezone(clock.SHANGHAI):%H:%M}"


@register.filter
def iso_date(value: date | datetime | None) -> str:
    """A date inside a table: 2026-11-20, empty when there is none."""
    return "" if value is None else _day(value).isoformat()


@register.filter
def period_word(written: object) -> str:
    """A period inside text: 2026年上半年; what is no period stays as it is."""
    try:
        return period.parse(str(written)).chinese if _is_chinese() else str(written)
    except Problem:
        return str(written)


@register.filter
def iso_moment(value: datetime | None) -> str:
    """A moment inside a table: 2026-11-20 14:05, Chinese time."""
    return "" if value is None else f"{value.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"


@register.filter
def amount(value: Decimal | float | str | None, unit: str = "元") -> str:
    """Money with thousands and unit; `amount:"万元"` converts. What is not recorded is said, never shown as 0."""
    if value is None or value == "":
        return str(MISSING)
    try:
        number = Decimal(str(value)) / UNITS.get(unit, Decimal(1))
    except InvalidOperation:
        return str(value)
    text = f"{number:,.2f}"
    return f"{text} {gettext('CNY') if unit == '元' else unit}"


@register.filter
def number(value: float | Decimal | None) -> str:
    """A count or figure with thousands."""
    if value is None:
        return str(MISSING)
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


@register.filter
def capped(value: int | None, cap: int = 1000) -> str:
    """A count that was only counted up to a cap: 1,000+."""
    if value is None:
        return str(MISSING)
    return f"{cap:,}+" if value > cap else f"{value:,}"


@register.simple_tag(takes_context=True)
def qs(context: RequestContext, **changes: Any) -> str:
    """This page's address with some parameters changed (None removes one) and all other filters kept.

    The place in the list (`after`, `before`, `page`) is dropped unless it is what changes.
    """
    query = _query(context)
    for cursor in CURSORS:
        query.pop(cursor, None)
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        elif isinstance(value, (list, tuple)):
            query.setlist(key, [str(item) for item in value])
        else:
            query[key] = str(value)
    text = query.urlencode()
    return f"?{text}" if text else "?"


def _query(context: RequestContext) -> QueryDict:
    request = context.get("request")
    return request.GET.copy() if request is not None else QueryDict(mutable=True)


@register.simple_tag(takes_context=True)
def kept_fields(context: RequestContext, *without: str) -> SafeString:
    """Hidden inputs that carry the other filters through a GET form."""
    gone: Iterable[str] = {*without, *CURSORS}
    pairs = [(key, value) for key, values in _query(context).lists() if key not in gone for value in values]
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


@register.inclusion_tag("components/sort_head.html", takes_context=True)
def sort_head(context: RequestContext, code: str, label: str, numeric: bool = False) -> dict[str, object]:
    """A column head that sorts by `?sort=code`, then `-code`."""
    now = _query(context).get("sort", "")
    direction = "asc" if now == code else "desc" if now == f"-{code}" else ""
    following = f"-{code}" if direction == "asc" else code
    return {
        "label": label,
        "direction": direction,
        "url": qs(context, sort=following),
        "code": code,
        "numeric": numeric,
    }
