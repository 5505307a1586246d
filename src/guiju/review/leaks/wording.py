"""Findings in words: kept as facts, said in the language of whoever reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from guiju.lib.money import thousands
from guiju.lib.period import Period
from guiju.review import entered
from guiju.review.enums import LeakKind as K
from guiju.review.enums import LeakState, MatterState
from guiju.review.leaks import spans
from guiju.review.leaks.facts import Deed, Leak, Review, Source
from guiju.review.models import LeakFinding
from guiju.trail import presenters
from guiju.trail.models import Event

#: Rates of value-added tax, in hundredths.
_TAXES = (13, 9, 6, 5, 3, 1)


def sides(leak: Leak, *, told: Collection[str]) -> dict[str, Any]:
    """Both sides as they are kept; `told` are the keys of what weighs against a rate, or is told beside it."""
    return {
        "deeds": [_deed(one) for one in leak.deeds],
        "review": _review(leak.review) if leak.review is not None else None,
        "figures": dict(leak.figures),
        #: The rate that it weighs against, or beside which it is told.
        "rate": leak.deed.kind if any(one.key in told for one in leak.deeds) else "",
    }


def _deed(deed: Deed) -> dict[str, Any]:
    return {
        "kind": deed.kind, "title": deed.title, "number": deed.number, "party": deed.party, "on": deed.on.isoformat(),
        "begun_on": deed.begun_on.isoformat(), "amount": _plain(deed.amount), "paid": _plain(deed.paid or None),
        "payments": len(deed.payments), "owner": deed.owner, "owner_user": deed.owner_user, "source": _source(deed.source),
        "key": deed.key, "files": sorted(one.digest for one in deed.files)[:20],
        **({"is_bare": True} if deed.is_bare else {}),
    }  # fmt: skip


def _review(review: Review) -> dict[str, Any]:
    return {
        "title": review.title, "number": review.number, "party": review.party, "on": review.on.isoformat(),
        "until": review.until.isoformat() if review.until is not None else "", "amount": _plain(review.amount),
        "state": review.state, "ended": review.ended, "source": _source(review.source),
        "conditions": [
            {
                "text": one.text, "due_on": one.due_on.isoformat(), "before": one.before,
                "met_on": one.met_on.isoformat() if one.met_on is not None else "",
            }
            for one in review.conditions
        ],
    }  # fmt: skip


def _plain(amount: Decimal | None) -> str:
    return f"{amount:.2f}" if amount is not None else ""


def _source(source: Source) -> dict[str, Any]:
    return {
        "register": source.register,
        "uid": source.uid,
        "file": source.file,
        "sheet": source.sheet,
        "row": source.row,
    }


def kind(code: str) -> str:
    """The kind of leak."""
    return str(K(code).label)


def period(code: str) -> str:
    """The period as people read it."""
    if code == spans.YEAR:
        return _("the last twelve months")
    return Period.parse(code).chinese if not _english() else code


def _english() -> bool:
    from django.utils.translation import get_language

    return (get_language() or "").startswith("en")


def looker(name: str) -> str:
    """Who looked: the installation has no name of a person."""
    return _("The system") if name == presenters.HOUSE else name


def with_entered(ok: int, more: int, n: int) -> str:
    """What is told beside a rate of reviews that were entered afterwards."""
    words = ngettext(
        "%(count)d entered afterwards is not counted; with it %(all)d of %(n)d (%(percent)d%%)",
        "%(count)d entered afterwards are not counted; with them %(all)d of %(n)d (%(percent)d%%)", more,
    )  # fmt: skip
    return words % {"count": more, "all": ok + more, "n": n, "percent": (ok + more) * 100 // n}


def rate(code: str) -> str:
    """A rate as official reports call it."""
    return {
        "policy": _("Rules reviewed"),
        "contract": _("Contracts reviewed"),
        "decision": _("Major decisions reviewed"),
    }[code]


def why(finding: LeakFinding) -> list[str]:
    """Why it is a finding, one sentence each."""
    told = finding.sides.get("figures") or {}
    review = finding.sides.get("review") or {}
    match finding.kind:
        case K.UNREVIEWED:
            return [_unreviewed(finding.why)]
        case K.LATE:
            if finding.why == "same_day":
                return [_("It was carried out on the day of the review, but before its pass was issued.")]
            words = (
                _("Paid %(days)s days before the review.") if finding.why == "paid_before"
                else _("Reviewed %(days)s days after it was carried out.")
            )  # fmt: skip
            return [words % {"days": told.get("days", "")}]
        case K.ENTERED:
            words = _("Its review was entered by hand on %(day)s, %(days)s days after it was carried out.")
            return [words % {"day": told.get("entered_on", ""), "days": told.get("days", "")}]
        case K.EXPIRED:
            words = (
                _("Its pass was withdrawn on %(day)s.") if finding.why == "withdrawn"
                else _("Its pass held until %(day)s.")
            )  # fmt: skip
            return [words % {"day": review.get("until", "")}]
        case K.CONDITION:
            words = (
                _("To be met before it was carried out: %(text)s") if finding.why == "before"
                else _("Not met by %(day)s: %(text)s")
            )  # fmt: skip
            return [words % {"text": told.get("text", ""), "day": told.get("due_on", "")}]
        case K.SPLIT:
            return [_split(finding, told)]
    return [*_changed(told), *_tax(finding)]


def _tax(finding: LeakFinding) -> list[str]:
    """Where the amounts differ by just a rate of value-added tax, somebody may have written one of them without it."""
    deed, review = (finding.sides.get("deeds") or [{}])[0], finding.sides.get("review") or {}
    if "amount" not in (finding.sides.get("figures") or {}) or not deed.get("amount") or not review.get("amount"):
        return []
    low, high = sorted((Decimal(deed["amount"]), Decimal(review["amount"])))
    rate = next((rate for rate in _TAXES if abs(low * (100 + rate) / 100 - high) < 1), None)
    return [_("It is just the value-added tax of %(rate)d%%.") % {"rate": rate}] if rate else []


def _unreviewed(code: str) -> str:
    if code == "none":
        return _("No review of it was found.")
    if code == "payment":
        return _(
            "The ledger does not say for which contract this was paid; it is in no rate. Find its contract, or set it aside "
            "where none was needed."
        )
    if code == "number":
        return _("No review names its number; the one beside has its name and its other party, but another number.")
    if code == entered.OWN:
        return _("The review beside it names one and the same person as who submitted it and who reviewed it.")
    if code in MatterState.values:
        return _("Its review did not pass: %(state)s.") % {"state": MatterState(code).label}
    return _("Its review did not pass.")


def _split(finding: LeakFinding, told: Mapping[str, str]) -> str:
    return _("%(count)d contracts, together %(total)s yuan; from %(threshold)s yuan the route asks for more (%(row)s).") % {
        "count": len(finding.sides.get("deeds", ())),
        "total": yuan(told.get("total")),
        "threshold": yuan(told.get("threshold")),
        "row": told.get("row", ""),
    }  # fmt: skip


def _changed(told: Mapping[str, str]) -> list[str]:
    words = {
        "document": _("The document is not the one that was reviewed."),
        "amount": _("The amount differs from the one reviewed by %(amount)s yuan."),
        "party": _("The other party is not the one reviewed."),
        "paid": _("%(amount)s yuan more were paid than was reviewed."),
    }
    return [words[code] % {"amount": yuan(value)} for code, value in told.items() if code in words]


def yuan(written: str | None) -> str:
    """An amount with thousands."""
    return thousands(Decimal(written)) if written else ""


def settled(event: Event, content: Mapping[str, Any]) -> str | None:
    """What the trail says of a finding that was settled."""
    words = {
        LeakState.ASIDE: _("%(by)s set the finding “%(what)s” aside as no leak."),
        LeakState.RECTIFIED: _("%(by)s has the finding “%(what)s” put right."),
        LeakState.OPEN: _("%(by)s opened the finding “%(what)s” again."),
    }
    state = str(content.get("state") or "")
    if state not in LeakState.values:
        return None
    return words[LeakState(state)] % {"by": presenters.acting(event), "what": event.object_title}


def sentence(finding: LeakFinding) -> str:
    """The finding as a problem to put right: what, and why."""
    return pgettext("leak", "“%(title)s”, %(kind)s: %(why)s") % {
        "title": finding.title[:90],
        "kind": kind(finding.kind),
        "why": " ".join(why(finding))[:80],
    }


def afterwards(finding: LeakFinding) -> str:
    """What a review that comes after the fact says of itself."""
    return _("Brought after the fact: carried out on %(day)s; found as “%(kind)s”.") % {
        "day": finding.on.isoformat(),
        "kind": kind(finding.kind),
    }


def basis(finding: LeakFinding) -> str:
    """Where it was found."""
    deed = (finding.sides.get("deeds") or [{}])[0]
    return _("Leak finder: %(kind)s, %(number)s %(day)s") % {
        "kind": kind(finding.kind),
        "number": deed.get("number") or deed.get("title", "")[:60],
        "day": deed.get("on", ""),
    }
