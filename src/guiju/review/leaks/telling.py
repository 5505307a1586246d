"""A look for leaks in words for a terminal, and as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from guiju.review.enums import LeakState
from guiju.review.leaks import looking, queries, wording
from guiju.review.leaks.queries import Found, RateLine
from guiju.review.models import LeakRun


def lines(run: LeakRun) -> Iterator[str]:
    """The rates, what weighs against each and what is told beside it, and every finding."""
    yield f"{run.unit.name} · {wording.period(run.period)} · {run.starts_on} – {run.ends_on}"
    whole, single = queries.rates(run)
    for one in whole:
        yield from _rate(one)
    for one in single if run.below else ():
        yield from _rate(one, f"{one.name} · ")
    for ledger in run.ledgers:
        told = {"name": ledger["name"], "sheet": ledger["sheet"], "rows": ledger["rows"], "doubted": ledger["doubted"]}
        yield _("%(name)s, %(sheet)s: %(rows)d rows, %(doubted)d cells not readable") % told
    if run.undated:
        yield _("%(count)d rows of ledgers name no day and were not judged") % {"count": run.undated}
    for found in every(run):
        state, kind = LeakState(found.state).label, wording.kind(found.row.kind)
        yield f"[{state}] {kind}: {_named(found)} {' '.join(wording.why(found.row))}"


def _rate(one: RateLine, whose: str = "") -> Iterator[str]:
    label = f"{whose}{wording.rate(one.kind)}"
    if one.percent is None:
        yield f"{label}: {_('nothing carried out')}"
        return
    yield f"{label}: {one.percent}% ({one.ok}/{one.n})"
    for kind, count in one.against.items():
        yield f"  - {wording.kind(kind)}: {count}"
    if one.entered:
        yield f"  {wording.with_entered(one.ok, one.entered, one.n)}"
    for kind, count in one.beside.items():
        yield f"  ({wording.kind(kind)}: {count})"


def _named(found: Found) -> str:
    deeds = found.row.sides.get("deeds", ())
    return "; ".join(" ".join(filter(None, (one["number"], one["title"], one["on"], one["amount"]))) for one in deeds)


def every(run: LeakRun) -> Iterator[Found]:
    """All findings in their order."""
    at = 0
    while at < looking.MOST_FINDINGS:
        shown, _count = queries.findings(run, at=at, size=500)
        yield from shown
        if len(shown) < 500:
            return
        at += len(shown)


def data(run: LeakRun) -> dict[str, Any]:
    """The same as data."""
    whole, single = queries.rates(run)
    return {
        "run": str(run.uid), "unit": run.unit.code, "period": run.period, "starts_on": run.starts_on.isoformat(),
        "ends_on": run.ends_on.isoformat(), "below": run.below, "looked": run.looked, "undated": run.undated,
        "counts": run.counts, "rates": [_as_data(one) for one in (*whole, *single)], "matched": run.matched,
        "ledgers": [{name: one[name] for name in ("name", "sheet", "kind", "rows", "totals", "doubted")} for one in run.ledgers],
        "findings": [
            {
                "uid": str(one.row.uid), "unit": one.row.unit.code, "kind": one.row.kind, "state": one.state,
                "why": wording.why(one.row), "deeds": [plain(deed) for deed in one.row.sides.get("deeds", ())],
                "review": plain(one.row.sides.get("review")),
            }
            for one in every(run)
        ],
    }  # fmt: skip


def _as_data(one: RateLine) -> dict[str, Any]:
    return {
        "kind": one.kind, "unit": one.unit, "reviewed": one.ok, "total": one.n, "percent": one.percent,
        "clean": one.clean, "against": dict(one.against), "beside": dict(one.beside),
        "entered_afterwards": one.entered, "percent_with_entered": one.percent_with_entered,
    }  # fmt: skip


def plain(side: dict[str, Any] | None) -> Any:
    """A side without what only the programme needs."""
    return {name: value for name, value in side.items() if name not in {"owner_user", "key", "files"}} if side else None
