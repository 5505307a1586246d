"""What is asked of a rectification however it is written: a reason for a later deadline, somebody else to accept it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.compliance.rectify.terms import CLOSED, WATCHED_MONTHS, months_later
from guiju.lib import clock
from guiju.lib.errors import Denied, Fault, Problem
from guiju.org.models import Person
from guiju.registers.changes import Rewrite
from guiju.registers.models import Entry
from guiju.registers.spec import Move

_EVIDENCE = ("files", "no_files")


def kept(held: Mapping[str, Any] | None, data: dict[str, Any], reason: str) -> list[Fault]:
    """Count extensions, keep the first deadline, set the end of the watch; refuse what must not be written."""
    faults = [*_extended(held, data), *_own_judge(data), *_to_come(held, data), *_evidence(held, data)]
    if data.get("done_on"):
        closed_on = date.fromisoformat(data["done_on"])
        data["watched_until"] = months_later(closed_on, WATCHED_MONTHS).isoformat()
    else:
        data.pop("watched_until", None)
    for code in ("submitted_by", "submitted_on"):
        if data.get(code) is None:
            data.pop(code, None)
    return faults


def _extended(held: Mapping[str, Any] | None, data: dict[str, Any]) -> list[Fault]:
    """A deadline moves to a later day with a reason of its own only, and is counted."""
    before, due = (held or {}).get("due_on"), data.get("due_on")
    if held is None or not before or not due or due <= before:
        return []
    if data.get("extension") in (None, "", held.get("extension")):
        return [
            Fault(
                "extension",
                _("The deadline moves from %(before)s to %(due)s without a reason.") % {"before": before, "due": due},
                _("Write why it is extended."),
            )
        ]
    data["extensions"] = (held.get("extensions") or 0) + 1
    data["first_due_on"] = held.get("first_due_on") or before
    return []


def _own_judge(data: Mapping[str, Any]) -> list[Fault]:
    acceptor = data.get("acceptor")
    if acceptor and acceptor == data.get("owner"):
        return [_somebody_else(_("Nobody accepts a rectification of his own."))]
    return []


def _to_come(held: Mapping[str, Any] | None, data: Mapping[str, Any]) -> list[Fault]:
    """Nothing was closed on a day that has not come."""
    day = data.get("done_on")
    if not day or day <= clock.today().isoformat() or day == (held or {}).get("done_on"):
        return []
    what = _("It cannot have been closed on %(day)s, which is still to come.") % {"day": day}
    return [Fault("done_on", what, _("Enter today or the day on which it was accepted."))]


def _somebody_else(what: str) -> Fault:
    return Fault("acceptor", what, _("Name somebody other than its owner and whoever submitted it."))


def _evidence(held: Mapping[str, Any] | None, data: Mapping[str, Any]) -> list[Fault]:
    """What a rectification was closed on does not go away afterwards."""
    if held is None or not held.get("done_on") or not data.get("done_on"):
        return []
    if any(held.get(code) for code in _EVIDENCE) and not any(data.get(code) for code in _EVIDENCE):
        return [
            Fault(
                "files",
                _("It was closed on this evidence."),
                _("Leave a file, or write why there is none."),
            )
        ]
    return []


def prepared(entry: Entry, move: Move, data: Mapping[str, Any], by: Actor) -> dict[str, Any]:
    """Who submits is written down; who answers for it, or submitted it, does not accept it."""
    person = person_of(by)
    if move.code == "submit":
        return {"submitted_by": person, "submitted_on": clock.today().isoformat()}
    if move.code == "close":
        _refuse_own(data, person, held=entry.body.data)
        return _accepted_by(data, person, by=by)
    return {}


def _accepted_by(data: Mapping[str, Any], person: str | None, *, by: Actor) -> dict[str, Any]:
    """Who accepts it is whoever takes the step, and nobody in another's name."""
    if by.is_system:
        return {}
    if person is None:
        raise Problem(
            "rectification.no_person",
            _("Your account is not joined to a person, so nobody would have accepted it."),
            fix=_("Have your account joined to you on the page of people."),
            status=422,
        )
    if data.get("acceptor") not in {None, person}:
        what = _("You do not accept a rectification in the name of somebody else.")
        fix = _("Name yourself, or leave the acceptance to the person who is named.")
        raise Problem(
            "rectification.acceptor", what, fix=fix, where="acceptor", faults=[Fault("acceptor", what, fix)], status=422
        )
    return {"acceptor": person}


def guard(rewrite: Rewrite) -> list[Fault]:
    """Who accepted it here, and when, stays as it was."""
    if rewrite.status != CLOSED or rewrite.to != CLOSED or not rewrite.held.get("submitted_on"):
        return []
    what = _("It was accepted here; by whom and when is not changed afterwards.")
    return [
        Fault(code, what, _("Leave it as it is; enter a new rectification if the problem has come back."))
        for code in ("done_on", "acceptor")
        if code in rewrite.changed
    ]


def notice(status: str) -> str:
    """Rectifications are changed without a word about it."""
    return ""


def person_of(by: Actor) -> str | None:
    """The person behind the account, by uid; None for the house and for accounts without one."""
    if by.user is None:
        return None
    found = Person.objects.filter(user=by.user).values_list("uid", flat=True).first()
    return str(found) if found is not None else None


def _refuse_own(data: Mapping[str, Any], person: str | None, *, held: Mapping[str, Any]) -> None:
    submitted_by = data.get("submitted_by")
    if submitted_by is not None and data.get("acceptor") == submitted_by:
        what = _("Whoever submitted it does not accept it.")
        raise Problem(
            "rectification.own",
            what,
            fix=_("Name somebody else as the one who accepts it."),
            where="acceptor",
            faults=[_somebody_else(what)],
            status=422,
        )
    # A step may carry other fields: handing it over while accepting it makes nobody somebody else.
    if person is not None and person in {data.get("owner"), held.get("owner"), submitted_by}:
        raise Denied(
            _("You answer for this rectification; somebody else accepts it."),
            fix=_("The compliance head or the person named for it does this."),
        )
