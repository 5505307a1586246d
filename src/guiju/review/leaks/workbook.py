"""What was found as a workbook: findings, rates with their exceptions, and the three ledgers beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from guiju.lib.excel import forms
from guiju.lib.excel.forms import FormColumn
from guiju.review.enums import LeakState, LedgerKind
from guiju.review.leaks import looking, merging, queries, wording
from guiju.review.models import LeakRun

_BATCH = 500


def findings(run: LeakRun, to: IO[bytes] | Path) -> int:
    """One row per thing carried out, the review beside it."""
    columns = [
        FormColumn(_("Kind"), carry=True, width=16),
        FormColumn(_("Unit"), width=22),
        *(
            FormColumn(label, under=_("Carried out"), width=width, kind=kind)  # type: ignore[arg-type]
            for label, width, kind in (
                (_("Number"), 18, "text"), (_("Name"), 34, "text"), (_("Other party"), 24, "text"),
                (_("Amount (yuan)"), 16, "money"), (_("Paid (yuan)"), 16, "money"), (_("Day"), 12, "text"),
                (_("Recorded in"), 26, "text"),
            )
        ),
        *(
            FormColumn(label, under=_("Reviewed"), width=width, kind=kind)  # type: ignore[arg-type]
            for label, width, kind in (
                (_("Number"), 16, "text"), (_("Name"), 30, "text"), (_("Amount (yuan)"), 16, "money"),
                (_("Day"), 12, "text"), (_("Valid until"), 12, "text"),
            )
        ),
        FormColumn(_("Why"), width=44),
        FormColumn(_("What became of it"), width=16),
        FormColumn(_("Reason"), width=30),
    ]  # fmt: skip
    title = _("Leaks of review: %(unit)s, %(period)s") % {
        "unit": run.unit.name,
        "period": wording.period(run.period),
    }
    sheets = [(_("Findings"), _rows(run))]
    return forms.write(to, title=title, columns=columns, sheets=sheets, notes=_notes(run), is_merged=False)


def _rows(run: LeakRun) -> Iterator[Sequence[object]]:
    at = 0
    while True:
        shown, _count = queries.findings(run, at=at, size=_BATCH)
        if not shown:
            return
        at += len(shown)
        for one in shown:
            yield from _of_one(one)


def _of_one(one: queries.Found) -> Iterator[Sequence[object]]:
    row = one.row
    review = row.sides.get("review") or {}
    beside = [
        review.get("number", ""), review.get("title", ""), _amount(review.get("amount")), review.get("on", ""),
        review.get("until", ""),
    ]  # fmt: skip
    became = str(LeakState(one.state).label)
    reason = one.settled.reason if one.settled is not None else ""
    for deed in row.sides.get("deeds", ()):
        yield [
            wording.kind(row.kind), row.unit.name, deed["number"], deed["title"], deed["party"], _amount(deed["amount"]),
            _amount(deed["paid"]), deed["on"], where(deed["source"]), *beside, " ".join(wording.why(row)), became, reason,
        ]  # fmt: skip


def where(source: dict[str, object]) -> str:
    """The place of a deed in words."""
    if source.get("file") and source.get("sheet"):
        return " · ".join(str(source[name]) for name in ("file", "sheet", "row") if source[name])
    names = {"contracts": _("Contracts"), "policies": _("Policies"), "agenda_items": _("Agenda items")}
    return names.get(str(source.get("register")), "")


def _amount(written: object) -> object:
    from decimal import Decimal

    return Decimal(str(written)) if written else None


def _notes(run: LeakRun) -> list[str]:
    whole, single = queries.rates(run)
    counted = _("Counted is what was carried out in the period.")
    told = _("Reviewed is that for which a review had passed on that day or before, and still held.")
    entered = _(
        "A review that was entered only afterwards does not show that it came first and is told beside the rate."
    )
    lines = [counted, told, entered]
    lines += [_rate(one, run.unit.name) for one in whole]
    lines += [_rate(one, one.name) for one in single] if run.below else []
    return lines


def _rate(one: queries.RateLine, name: str) -> str:
    told = {"unit": name, "rate": wording.rate(one.kind), "ok": one.ok, "n": one.n, "percent": one.percent}
    if one.percent is None:
        return _("%(unit)s, %(rate)s: nothing in this period") % told
    words = _("%(unit)s, %(rate)s: %(ok)d of %(n)d, %(percent)d%%") % told
    kinds = [f"{wording.kind(kind)} {count}" for kind, count in (*one.against.items(), *one.beside.items())]
    if one.entered:
        kinds.append(wording.with_entered(one.ok, one.entered, one.n))
    return f"{words}（{'、'.join(kinds)}）" if kinds else words


def merged(run: LeakRun, to: IO[bytes] | Path) -> int:
    """三台账合并 of the ledgers that were handed in; an official form, so it is in Chinese."""
    found = merging.merge(looking.read_again(run))
    columns = [FormColumn(merging.STATUS, width=22), FormColumn(merging.NUMBER, width=22)]
    for kind in found.kinds:
        mark = merging.HEADINGS[LedgerKind(kind)]
        columns += [FormColumn(f"{mark}{label}", width=18) for label in found.labels[kind]]
    return forms.write(
        to, title="三台账合并", columns=columns, sheets=[("三台账合并", merging.rows(found))], is_merged=False
    )
