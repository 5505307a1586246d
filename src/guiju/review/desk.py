"""The consultation desk (合规咨询): whoever works in a firm asks, the compliance department finds the question and answers.

may_ask(by)                      -> the person behind the account, if his firm takes questions from him
ask(question, kind, detail, by)  -> the row of the register `consultations`; a task for the compliance staff
mine(by)                         -> one's own questions with what was answered; whoever asked is told of the answer

Answers are given and published in the register; what is published, `knowledge` finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _n

from guiju.access import check
from guiju.access.actor import Actor, system
from guiju.access.permissions import Permission as P
from guiju.lib import clock
from guiju.lib import text as letters
from guiju.lib.errors import Denied, Fault
from guiju.org.enums import Role
from guiju.org.models import Person, Unit
from guiju.registers import actions as registers
from guiju.registers import changes
from guiju.registers import spec as specs
from guiju.registers.changes import Change, Columns
from guiju.registers.models import Entry
from guiju.review import keeping
from guiju.review.knowledge import REGISTER, SETTLED
from guiju.workflow import days, duties
from guiju.workflow.models import Notice, Step, Task

ABOUT, ANSWER = "consultation", "answer"
#: Working days for an answer.
WITHIN = 5
ASKED = "asked"
_LONGEST, _DETAIL = 200, 4_000
#: What follows from a change of the register is written by the installation.
HOUSE = system("guiju")
_MOST = 50
_ANSWER = _n("Answer the question “%(question)s”")
_READ = _n("Read the answer to “%(question)s”")
_GONE = _n("The question was removed.")
_AGAIN = _n("It is to be answered again.")
#: Who works in a firm, whatever else he may do there.
_ASKERS = (P.GOVERNANCE_READING_CONFIRM, P.REGISTER_ENTRY_VIEW)


def may_ask(by: Actor) -> Person | None:
    """The person behind an account that works in his unit."""
    if by.user_id is None:
        return None
    person = Person.objects.select_related("unit", "department").filter(user_id=by.user_id).first()
    if person is None or (person.left_on is not None and person.left_on < clock.today()):
        return None
    return person if any(check.can(by, one, person.unit, person.department) for one in _ASKERS) else None


@transaction.atomic
def ask(*, question: str, kind: str, by: Actor, detail: str = "") -> Entry:
    """Ask the compliance department of one's own firm."""
    person = may_ask(by)
    if person is None:
        raise Denied(
            _("This account is not joined to an entry in the list of people."),
            fix=_("Whoever looks after people can join it."),
        )
    said = letters.clean(question).replace("\n", " ").strip()
    told = letters.clean(detail).strip()
    faults = []
    if not said or len(said) > _LONGEST:
        faults.append(Fault("question", _("Ask in one sentence, of at most %(most)d characters.") % {"most": _LONGEST}))
    if kind not in kinds():
        faults.append(Fault("kind", _("Choose what it is about.")))
    if len(told) > _DETAIL:
        faults.append(
            Fault("detail", _("This has more than %(most)d characters.") % {"most": _DETAIL}, _("Shorten it."))
        )
    if faults:
        raise keeping.invalid(faults)
    values = {
        "question": said, "kind": kind, "asked_on": clock.today().isoformat(), "asked_by": str(person.uid),
        "department": str(person.department.uid) if person.department else None, "detail": told or None,
    }  # fmt: skip
    # Asking needs no right on registers: the row follows from it, in the name of whoever asked.
    return registers.create(register=REGISTER, unit=person.unit, values=values, by=system(by.name))


def kinds() -> dict[str, str]:
    """What a question may be about."""
    item = specs.get(REGISTER).field("kind")
    return {one.code: one.label() for one in item.options} if item is not None else {}


def mine(by: Actor) -> list[Entry]:
    """One's own questions, the latest first."""
    if by.user_id is None:
        return []
    rows = Entry.objects.filter(register=REGISTER, owner__user_id=by.user_id)
    return list(rows.select_related("body", "person", "unit").order_by("-pk")[:_MOST])


def is_answered(row: Entry) -> bool:
    """Has it been answered?"""
    return row.status in SETTLED


# --- the task to answer ---------------------------------------------------------------------------------------------


def on_rows(given: Sequence[Change]) -> None:
    """A question that waits is a task of the compliance staff; one that was answered or removed is none."""
    mine_ = [one for one in given if one.register == REGISTER]
    waits = [one for one in mine_ if _status(one.after) == ASKED and _status(one.before) != ASKED]
    again = [one for one in waits if one.before is not None and _reopened(one)]
    _ensure([one for one in waits if one not in again])
    over = [one for one in mine_ if _status(one.before) == ASKED and _status(one.after) != ASKED]
    for one in over:
        if one.after is None:
            with translation.override(settings.LANGUAGE_CODE):
                duties.drop([_key(one)], by=HOUSE, reason=_(_GONE))
        else:
            duties.close([_key(one)], by=HOUSE, register=REGISTER, uid=UUID(one.uid))
    for one in over:
        if _status(one.after) in SETTLED:
            _tell(one)


def _tell(one: Change) -> None:
    """Whoever asked finds the answer among the notices; nobody has to say that it was read."""
    assert one.after is not None
    asker = Person.objects.filter(pk=one.after["owner_id"]).first()
    if asker is None or asker.user_id is None or one.after["owner_id"] == one.after["person_id"]:
        return
    unit, key, said = Unit.objects.get(pk=one.unit_id), f"{ANSWER}:{one.uid}", {"question": one.after["title"][:100]}
    duty = duties.Duty(
        key=key, unit=unit, title=_in(settings.LANGUAGE_CODE, said, _READ), title_en=_in("en", said, _READ),
        due_on=clock.today(), role=Role.COMPLIANCE_STAFF, owner=asker, about=ANSWER, about_uid=UUID(one.uid),
    )  # fmt: skip
    duties.ensure([duty], by=HOUSE)
    duties.close([key], by=HOUSE, register=REGISTER, uid=UUID(one.uid))
    Notice.objects.get_or_create(
        user_id=asker.user_id, task=Task.objects.get(key=key), step=Step.ASKED, days=one.after["version"] % 32_000,
        defaults={"made_at": clock.now()},
    )  # fmt: skip


def _status(columns: Columns | None) -> str:
    return str(columns["status"]) if columns is not None else ""


def _reopened(one: Change) -> bool:
    with translation.override(settings.LANGUAGE_CODE):
        return bool(duties.reopen([_key(one)], by=HOUSE, reason=one.reason or _(_AGAIN)))


def _ensure(waits: Sequence[Change]) -> None:
    units = Unit.objects.in_bulk({one.unit_id for one in waits})
    wanted = [_duty(one, units[one.unit_id]) for one in waits]
    if wanted:
        duties.ensure(wanted, by=HOUSE)


def _duty(one: Change, unit: Unit) -> duties.Duty:
    assert one.after is not None
    said = {"question": str(one.after["title"])[:100]}
    return duties.Duty(
        key=_key(one), unit=unit, title=_in(settings.LANGUAGE_CODE, said), title_en=_in("en", said),
        due_on=days.of(unit.root_id or unit.pk).add(clock.today(), WITHIN), role=Role.COMPLIANCE_STAFF,
        about=ABOUT, about_uid=UUID(one.uid), lead=500,
    )  # fmt: skip


def _key(one: Change) -> str:
    return f"{ABOUT}:{one.uid}"


def _in(language: str, words: dict[str, str], msgid: str = _ANSWER) -> str:
    with translation.override(language):
        return (_(msgid) % words)[:200]


def set_up() -> None:
    """Follow the register."""
    changes.listen(on_rows)
