"""The steps of a matter as its page sends them: what is read from the form, which action is called, what is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.lib import dates
from guiju.lib.errors import Fault, Problem
from guiju.org.models import Person
from guiju.registers.directory import as_uid
from guiju.review import actions, earlier, keeping, telling
from guiju.review.enums import MatterState as S
from guiju.review.enums import Stand
from guiju.review.models import Matter
from guiju.web.registers.uploads import Kept

#: Rows of conditions that a form may carry.
ROWS = 20
_MOST_FORMER = 200
YES = "1"


@dataclass(frozen=True, slots=True)
class Sent:
    """One step as it was sent."""

    request: HttpRequest
    matter: Matter
    by: Actor
    version: int
    files: list[Kept]

    def text(self, name: str) -> str:
        """What stands in a field."""
        return str(self.request.POST.get(name, "")).strip()

    @property
    def base(self) -> dict[str, Any]:
        """What every action takes."""
        return {"matter": self.matter, "by": self.by, "version": self.version}

    @property
    def stored(self) -> list[dict[str, Any]]:
        """The files of the form."""
        return [one.stored() for one in self.files]

    def uid(self, name: str) -> UUID:
        """The place or condition that a step is about."""
        found = as_uid(self.text(name))
        if found is None:
            raise Problem("form.expired", _("This form has expired; nothing was saved."), fix=_("Reload the page."))
        return UUID(str(found))

    def person(self, name: str) -> Person:
        """Somebody of the same group."""
        uid = as_uid(self.text(name))
        rows = Person.objects.select_related("unit", "user").filter(unit__root_id=self.matter.root_id)
        found = rows.filter(uid=uid).first() if uid else None
        if found is None:
            raise keeping.invalid([Fault(name, _("Choose somebody from the list."))])
        return found

    def confirms(self, what: UUID) -> bool:
        """Is it meant that one person looks at it at two steps, once this person has a place or this place is left?

        Ticked after a refusal (`twice`), or told beside the button that was pressed (`told`).
        """
        given = (*self.request.POST.getlist("twice"), *self.request.POST.getlist("told"))
        return str(what) in given

    def day(self, name: str, label: str) -> date | None:
        """A date, or none."""
        written = self.text(name)
        if not written:
            return None
        try:
            return dates.parse(written, where=name)
        except Problem as problem:
            raise keeping.invalid([Fault(name, problem.what, problem.fix)]) from problem


Done = tuple[Matter, str]


def conditions(request: HttpRequest) -> list[dict[str, Any]]:
    """The rows of conditions that say anything."""
    found = []
    for number in range(1, ROWS + 1):
        row = {name: str(request.POST.get(f"c{number}-{name}", "")).strip() for name in ("text", "due_on", "owner")}
        if any(row.values()):
            found.append({**row, "owner": row["owner"] or None, "before": request.POST.get(f"c{number}-before") == YES})
    return found


def former(request: HttpRequest) -> list[dict[str, str]]:
    """What the form says of conditions of earlier rounds."""
    uids = request.POST.getlist("earlier")[:_MOST_FORMER]
    return [
        {
            "condition": uid,
            "state": str(request.POST.get(f"e-{uid}", "")),
            "reason": str(request.POST.get(f"e-{uid}-reason", "")).strip(),
        }
        for uid in uids
    ]


def basis(request: HttpRequest) -> list[dict[str, str]]:
    """What the opinion rests on: rows that were ticked, and own words, a line each."""
    lines = str(request.POST.get("ground_words", "")).splitlines()
    return [
        *({"entry": uid} for uid in request.POST.getlist("ground")),
        *({"text": line.strip()} for line in lines if line.strip()),
    ]


def _speak(sent: Sent) -> Done:
    stand = sent.text("stand")
    if stand == Stand.VETO and (faults := _of_veto(sent)):
        raise keeping.invalid(faults)
    row = actions.speak(
        **sent.base, stand=stand, opinion=sent.text("opinion"), files=sent.stored,
        conditions=conditions(sent.request) if stand == Stand.CONDITIONS else (), basis=basis(sent.request),
        resolution=sent.text("resolution") or None, earlier=former(sent.request) if stand in earlier.AGREEING else (),
    )  # fmt: skip
    return row, _after(row, stand)


def _of_veto(sent: Sent) -> list[Fault]:
    """All that an empty veto lacks, told at once."""
    if sent.text("sure") == YES:
        return []
    faults = [Fault("sure", _("Confirm that you know what follows from a veto."), _("Tick the box below it."))]
    if not sent.text("opinion"):
        faults.append(Fault("opinion", _("Please write your opinion."), _("Say what is missing or wrong.")))
    return faults


def _after(row: Matter, stand: str) -> str:
    return {
        S.PASSED: _("The review is passed; its pass is ready."),
        S.REFUSED: _("The matter is not passed; its department finds your opinion here."),
        S.RETURNED: _("Returned to its department with your opinion."),
        S.SUSPENDED: _("Vetoed: the matter is suspended. Report it to the leading body within %(days)d working days.")
        % {"days": telling.REPORT_WITHIN},
    }.get(S(row.state), _("Your opinion is entered; the review goes on."))


def _submit(sent: Sent) -> Done:
    row = actions.submit(**sent.base)
    return row, _("Submitted as %(number)s; whoever is asked finds it among the tasks.") % {"number": row.number}


def _withdraw(sent: Sent) -> Done:
    return actions.withdraw(**sent.base, reason=sent.text("reason")), _("The matter is withdrawn.")


def _again(sent: Sent) -> Done:
    row = actions.again(matter=sent.matter, by=sent.by)
    return row, _("A new draft stands in its place; change what was objected to and submit it.")


def _hand_over(sent: Sent) -> Done:
    to = sent.person("person")
    seat, twice = sent.uid("seat"), sent.confirms(to.uid)
    row = actions.hand_over(**sent.base, seat=seat, to=to, reason=sent.text("reason"), twice=twice)
    return row, _("%(name)s is asked instead.") % {"name": to.name}


def _add(sent: Sent) -> Done:
    person = sent.person("person")
    row = actions.add(**sent.base, person=person, reason=sent.text("reason"))
    return row, _("%(name)s is asked as well; the step waits for this opinion.") % {"name": person.name}


def _escalate(sent: Sent) -> Done:
    row = actions.escalate(**sent.base, reason=sent.text("reason"))
    return row, _("Reported: the leading body decides in the end. Give your opinion all the same.")


def _recuse(sent: Sent) -> Done:
    seat = sent.uid("seat")
    row = actions.recuse(**sent.base, seat=seat, reason=sent.text("reason"), twice=sent.confirms(seat))
    return row, _("You have stepped aside; somebody else is asked.")


def _exclude(sent: Sent) -> Done:
    seat = sent.uid("seat")
    row = actions.exclude(**sent.base, seat=seat, reason=sent.text("reason"), twice=sent.confirms(seat))
    return row, _("Entered: this person gives no opinion on the matter.")


def _ask_counsel(sent: Sent) -> Done:
    row = actions.ask_counsel(**sent.base, name=sent.text("name"), reason=sent.text("reason"))
    return row, _("Entered; the step waits for the written opinion of outside counsel.")


def _enter_counsel(sent: Sent) -> Done:
    row = actions.enter_counsel(
        **sent.base, seat=sent.uid("seat"), stand=sent.text("stand"), opinion=sent.text("opinion"), files=sent.stored
    )
    return row, _("The opinion of outside counsel is entered.")


def _report(sent: Sent) -> Done:
    day = sent.day("delivered_on", _("Reported on"))
    row = actions.report_veto(
        **sent.base, receiver=sent.person("receiver"), body=sent.text("body") or None, delivered_on=day,
        files=sent.stored,
    )  # fmt: skip
    return row, _("The report is on record: the veto holds until the leading body decides otherwise.")


def _take_back(sent: Sent) -> Done:
    return actions.take_back_veto(**sent.base, reason=sent.text("reason")), _(
        "The veto is taken back; you are asked again."
    )


def _lift(sent: Sent) -> Done:
    row = actions.lift_veto(**sent.base, resolution=sent.text("resolution"))
    return row, _("The resolution is entered; the matter is passed.")


def _void(sent: Sent) -> Done:
    return actions.void(**sent.base, reason=sent.text("reason")), _(
        "The pass is withdrawn; the gate refuses it from now on."
    )


def _claim(sent: Sent) -> Done:
    row = actions.claim(**sent.base, condition=sent.uid("condition"), proof=sent.text("proof"), files=sent.stored)
    return row, _("Entered; the compliance department confirms it.")


def _settle(sent: Sent) -> Done:
    met = sent.text("met") == YES
    row = actions.settle(**sent.base, condition=sent.uid("condition"), met=met, reason=sent.text("reason"))
    return row, _("The condition is met.") if met else _("The condition is not met; its owner is asked again.")


def _adopt(sent: Sent) -> Done:
    row = actions.set_adopted(
        **sent.base,
        adopted=sent.text("adopted") == YES,
        why=sent.text("why"),
        done_on=sent.day("done_on", _("Carried out on")),
    )
    return row, _("Entered what became of the opinions.")


MOVES: dict[str, Callable[[Sent], Done]] = {
    "speak": _speak,
    "submit": _submit,
    "withdraw": _withdraw,
    "again": _again,
    "hand_over": _hand_over,
    "add": _add,
    "escalate": _escalate,
    "recuse": _recuse,
    "exclude": _exclude,
    "ask_counsel": _ask_counsel,
    "enter_counsel": _enter_counsel,
    "report": _report,
    "take_back": _take_back,
    "lift": _lift,
    "void": _void,
    "claim": _claim,
    "settle": _settle,
    "adopt": _adopt,
}
