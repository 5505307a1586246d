"""What people do with a matter under review. Steps and states stand in `states`, reading in `queries`.

draft(unit, department, kind, values, papers, by)   -> Matter, not yet asked of anybody
change(matter, values, papers, version, by)         -> in draft and returned only
submit(matter, version, by)                         -> a round begins along the route that fits
withdraw(matter, reason, version, by) · again(matter, by) -> a new draft in the place of one that is over
bring(system, ref, unit, kind, values, papers, by)  -> what lives here is reviewed as it stands; give_up, hold, follow,
                                                       carried_out
escalate                                            -> `escalating`
speak, hand_over, add, ask_counsel, enter_counsel, recuse, exclude  -> `voicing`
report_veto, take_back_veto, lift_veto              -> `vetoes`
claim, settle, set_adopted, void                    -> `following`

Every action locks the matter, writes one event, and says in the refusal what to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.lib import clock
from guiju.lib import text as letters
from guiju.lib.errors import Conflict, Denied, Fault, Problem
from guiju.org import places
from guiju.org.enums import UnitKind
from guiju.org.models import Person, Unit
from guiju.review import access, inside, keeping, routing, states, subjects, telling
from guiju.review.enums import POLICIES
from guiju.review.enums import MatterState as S
from guiju.review.escalating import escalate
from guiju.review.following import claim, set_adopted, settle, void
from guiju.review.inside import carried_out, hold
from guiju.review.keeping import follow
from guiju.review.models import Matter
from guiju.review.vetoes import lift_veto, report_veto, take_back_veto
from guiju.review.voicing import add, ask_counsel, enter_counsel, exclude, hand_over, recuse, speak
from guiju.trail.events import Action
from guiju.workflow.routes import runs

__all__ = [
    "add", "again", "ask_counsel", "bring", "carried_out", "change", "claim", "draft", "enter_counsel", "escalate", "exclude",
    "follow", "give_up", "hand_over", "hold", "lift_veto", "recuse", "report_veto", "set_adopted", "settle", "speak", "submit",
    "take_back_veto", "void", "withdraw",
]  # fmt: skip

_SYSTEM, _REF = 40, 120


@transaction.atomic
def draft(
    *,
    unit: Unit,
    kind: str,
    values: Mapping[str, Any],
    by: Actor,
    department: Unit | None = None,
    owner: Person | None = None,
    papers: Iterable[Mapping[str, Any]] = (),
    system: str = "",
    ref: str = "",
    previous: Matter | None = None,
) -> Matter:
    """Begin a matter. `owner` (who brings it) is the account's own person where nobody else is named.

    With `system` and `ref` it stands for something in another system; one such thing is under way once.
    """
    _refuse_inside(system)
    _refuse_named(owner, department, by)
    return _draft(
        unit=unit, kind=kind, values=values, by=by, department=department, owner=owner, papers=papers, system=system,
        ref=ref, previous=previous,
    )  # fmt: skip


def _refuse_inside(system: str) -> None:
    """The text of a rule is the library's: two texts under one matter would be one too many."""
    if _word(system, _SYSTEM) == POLICIES:
        raise Conflict(
            _("This is a rule of the library; it is changed and submitted there."),
            fix=_("Open the rule, change its draft and hand it in."),
            code="review.inside",
        )


def _draft(
    *,
    unit: Unit,
    kind: str,
    values: Mapping[str, Any],
    by: Actor,
    department: Unit | None,
    owner: Person | None,
    papers: Iterable[Mapping[str, Any]],
    system: str,
    ref: str,
    previous: Matter | None,
    authors: Iterable[int] = (),
) -> Matter:
    if unit.kind != UnitKind.COMPANY:
        raise Problem("review.unit", _("A matter belongs to a company; name the department beside it."), status=422)
    check.require(by, P.REVIEW_MATTER_SUBMIT, unit, department)
    subject = subjects.get(kind)
    person = owner or Person.objects.filter(user_id=by.user_id).first() if by.user_id is not None else owner
    if person is None:
        raise Problem(
            "review.owner", _("It is not said who brings this matter."), where="owner", status=422,
            fix=_("Have your account joined to your entry in the list of people, or name somebody."),
        )  # fmt: skip
    if (person.unit.root_id or person.unit_id) != (unit.root_id or unit.pk):
        raise Problem(
            "review.owner", _("Whoever brings a matter belongs to the same group."), where="owner", status=422
        )
    if department is not None and places.company_of(department).pk != unit.pk:
        raise Problem(
            "review.department", _("%(unit)s has no such department.") % {"unit": unit.name}, where="department",
            status=422,
        )  # fmt: skip
    given = keeping.read(subject, {"form": {}, **values, "title": values.get("title", "")})
    row = Matter(
        unit=unit, root_id=unit.root_id or unit.pk, department=department or _own_department(person, unit), kind=kind,
        owner=person, account=by.user_id, authors=_authors(list(authors), by, person), system=_word(system, _SYSTEM),
        ref=_word(ref, _REF), previous=previous.uid if previous else None, **given,
    )  # fmt: skip
    row.major = row.major or subject.major
    row.recorded_at = clock.now()
    if row.ref and Matter.objects.filter(unit=unit, system=row.system, ref=row.ref, state=S.STAYED).exists():
        raise _under_way(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise _under_way(row) from error
    keeping.set_papers(row, subject, papers)
    keeping.save(row, Action.REVIEW_DRAFTED, by=by)
    return row


def _refuse_named(owner: Person | None, department: Unit | None, by: Actor) -> None:
    """Who names somebody else as the one who brings it names somebody of the department.

    Whoever brings a matter gives no opinion on it: nobody keeps a reviewer out by naming him.
    """
    own = Person.objects.select_related("department").filter(user_id=by.user_id).first() if by.user_id else None
    if own is None or owner is None or own.pk == owner.pk:
        return
    named = department or own.department
    held = owner.department.path if owner.department is not None else ""
    if named is not None and not held.startswith(named.path):
        what = _("%(name)s does not belong to the department that brings this.") % {"name": owner.name}
        fault = Fault("owner", what, _("Name somebody of the department, or bring it yourself."))
        raise Problem("review.owner", what, fix=fault.fix, where="owner", status=422, faults=[fault])


def _own_department(person: Person, unit: Unit) -> Unit | None:
    own = person.department
    return own if own is not None and own.path.startswith(unit.path) else None


def _authors(held: list[int], by: Actor, person: Person | None = None) -> list[int]:
    fresh = [one for one in (by.user_id, person.user_id if person else None) if one is not None]
    return list(dict.fromkeys([*held, *fresh]))


def _word(given: str, most: int) -> str:
    return letters.word(given)[:most]


def _under_way(row: Matter) -> Conflict:
    problem = Conflict(
        _("“%(title)s” is under review already, or was vetoed.") % {"title": row.title}
        if row.system == POLICIES
        else _("“%(ref)s” of %(system)s is under review already.") % {"ref": row.ref, "system": row.system or "-"},
        fix=_("Go on with that matter, or withdraw it first."),
        code="review.under_way",
    )
    held = Matter.objects.filter(unit=row.unit, system=row.system, ref=row.ref).order_by("-pk").first()
    problem.data = {"matter": str(held.uid)} if held else {}
    return problem


@transaction.atomic
def change(
    *,
    matter: Matter,
    values: Mapping[str, Any],
    version: int,
    by: Actor,
    papers: Iterable[Mapping[str, Any]] | None = None,
) -> Matter:
    """Change form or papers of a matter that is not under review."""
    _refuse_inside(matter.system)
    return _change(matter, values, papers, version=version, by=by)


def _change(
    matter: Matter,
    values: Mapping[str, Any],
    papers: Iterable[Mapping[str, Any]] | None,
    *,
    by: Actor,
    version: int | None = None,
    authors: Iterable[int] = (),
) -> Matter:
    fresh = _own(matter, by, version)
    if fresh.state not in states.OPEN_TO_CHANGE:
        raise Conflict(
            _("The matter is “%(state)s”; what is under review does not change.") % {"state": S(fresh.state).label},
            fix=_("Have it returned first, or withdraw it."),
            code="review.state",
        )
    subject = subjects.get(fresh.kind)
    given = keeping.read(subject, values)
    changed = {name for name, value in given.items() if getattr(fresh, name) != value}
    for name in changed:
        setattr(fresh, name, given[name])
    fresh.major = fresh.major or subject.major
    if papers is not None and keeping.set_papers(fresh, subject, papers):
        changed.add("papers")
    if not changed:
        return fresh
    fresh.authors = _authors([*fresh.authors, *authors], by)
    keeping.save(fresh, Action.REVIEW_CHANGED, by=by, about={"changed": sorted(changed)})
    return fresh


@transaction.atomic
def submit(*, matter: Matter, by: Actor, version: int | None = None) -> Matter:
    """Begin a round of review: the form is complete, a route fits, and at each of its steps somebody sits."""
    _refuse_inside(matter.system)
    return _submit(matter, by=by, version=version)


def _submit(matter: Matter, *, by: Actor, version: int | None = None) -> Matter:
    fresh = _own(matter, by, version)
    target = states.after(fresh.state, states.SUBMIT)
    subject = subjects.get(fresh.kind)
    if faults := keeping.missing(fresh, subject):
        raise keeping.invalid(faults)
    _refuse_unchanged(fresh)
    keeping.refuse_vetoed_text(fresh)
    fresh.authors = _authors(fresh.authors, by)
    route, row = routing.chosen(fresh)
    fresh.number = fresh.number or keeping.next_number(fresh)
    fresh.rounds += 1
    shut_out = Person.objects.filter(user_id__in=fresh.authors).values_list("pk", flat=True)
    runs.begin(
        about=access.ABOUT, about_uid=fresh.uid, unit=fresh.unit, department=fresh.department, route=route, row=row,
        shut_out=[*shut_out, fresh.owner_id],
    )  # fmt: skip
    fresh.state, fresh.submitted_at = target, clock.now()
    fresh.outcome, fresh.reason = "", ""
    keeping.save(fresh, Action.REVIEW_SUBMITTED, by=by)
    telling.ask(fresh, by=by)
    return fresh


def _refuse_unchanged(matter: Matter) -> None:
    """What was returned or refused does not come back as it was: neither to the same people nor to others."""
    now = keeping.state_digest(matter)
    if matter.state == S.RETURNED and matter.returned_as == now:
        raise _unchanged(_("Nothing has changed since this was returned."))
    texts = [one.digest for one in keeping.current_papers(matter) if one.role == subjects.TEXT]
    same = Matter.objects.filter(papers__digest__in=texts, papers__until_round=None, unit_id=matter.unit_id)
    same = same.filter(Q(state=S.REFUSED) | ~Q(returned_as=""), state__in=[S.REFUSED, S.RETURNED, S.WITHDRAWN])
    for one in same.exclude(pk=matter.pk).distinct():
        if now in {one.returned_as, keeping.state_digest(one) if one.state == S.REFUSED else ""}:
            raise _unchanged(_("It was reviewed exactly as it stands: %(number)s.") % {"number": one.number})


def _unchanged(what: str) -> Conflict:
    return Conflict(
        what, fix=_("Change the papers or the form first, or withdraw the matter."), code="review.unchanged"
    )


@transaction.atomic
def withdraw(*, matter: Matter, reason: str, by: Actor, version: int | None = None) -> Matter:
    """Give a matter up before it is decided; never to escape a veto."""
    fresh = _own(matter, by, version)
    run = keeping.last_run(fresh)
    if run is not None and runs.seat_of(run, by) is not None:
        raise Denied(
            _("Who is asked about a matter does not withdraw it."),
            fix=_("Say what you think of it: revise, more material or disagree."),
        )
    return _withdraw(fresh, reason, by=by)


def end_brought(fresh: Matter, reason: str, *, by: Actor) -> Matter:
    """A locked matter is withdrawn because of what became of another one."""
    return _withdraw(fresh, reason, by=by)


def _withdraw(fresh: Matter, reason: str, *, by: Actor) -> Matter:
    fresh.state = states.after(fresh.state, states.WITHDRAW)
    fresh.reason = said(reason)
    run = keeping.last_run(fresh)
    if run is not None and run.ended_at is None:
        runs.end(run, _("The matter was withdrawn."))
    keeping.save(fresh, Action.REVIEW_ENDED, by=by, reason=fresh.reason)
    telling.forget(fresh, by=by)
    return fresh


@transaction.atomic
def bring(
    *,
    system: str,
    ref: str,
    unit: Unit,
    kind: str,
    values: Mapping[str, Any],
    papers: Iterable[Mapping[str, Any]],
    by: Actor,
    department: Unit | None = None,
    owner: Person | None = None,
    authors: Iterable[int] = (),
    replaces: bool = True,
) -> Matter:
    """Have something that lives here reviewed as it stands; its matter begins, or goes on where it was returned.

    What passed with exactly these texts is not asked about again; what was refused comes back changed or not at all.
    With `replaces` the pass of an earlier text ends when this one passes.
    """
    last, given = hold(system, ref), [dict(one) for one in papers]
    if last is not None and inside.speaks_for(last, given):
        return last
    if last is not None and last.state in states.OPEN_TO_CHANGE:
        return _submit(_change(last, values, given, by=by, authors=authors), by=by)
    if last is not None and last.state in {S.IN_REVIEW, S.SUSPENDED, S.VETOED, S.STAYED}:
        raise _under_way(last)
    previous = last if last is not None and (replaces or last.state != S.PASSED) else None
    row = _draft(
        unit=unit, kind=kind, values=values, by=by, department=department, owner=owner, papers=given, system=system,
        ref=ref, previous=previous, authors=authors,
    )  # fmt: skip
    if last is not None and last.state == S.REFUSED and keeping.state_digest(last) == keeping.state_digest(row):
        raise _unchanged(_("It was refused exactly as it stands."))
    return _submit(row, by=by)


@transaction.atomic
def give_up(*, system: str, ref: str, reason: str, by: Actor) -> None:
    """What lives here is not brought any more; a veto stays all the same."""
    last = hold(system, ref)
    if last is not None and states.is_open(last.state, states.WITHDRAW):
        _withdraw(last, reason, by=by)


@transaction.atomic
def again(*, matter: Matter, by: Actor) -> Matter:
    """A new draft with the same form and papers, in the place of one that is over."""
    if matter.state not in {S.REFUSED, S.WITHDRAWN, S.VETOED, S.VOID, S.PASSED}:
        raise Conflict(
            _("This matter is not over yet."), fix=_("Go on with it, or withdraw it first."), code="review.state"
        )
    papers = [{"role": one.role, "digest": one.digest, "name": one.name} for one in keeping.current_papers(matter)]
    values = {
        name: getattr(matter, name) for name in ("title", "summary", "amount", "overseas", "major", "level", "form")
    }
    own = Person.objects.filter(user_id=by.user_id).first() if by.user_id is not None else None
    _refuse_inside(matter.system)
    return _draft(
        unit=matter.unit, department=matter.department, kind=matter.kind, values=values, papers=papers, by=by,
        owner=own or matter.owner, system=matter.system, ref=matter.ref, previous=matter, authors=matter.authors,
    )  # fmt: skip


def said(reason: str) -> str:
    """A reason that was really given."""
    words = letters.clean(reason)[:300]
    if not words:
        raise keeping.invalid([Fault("reason", _("Please give the reason."), _("One sentence is enough."))])
    return words


def _own(matter: Matter, by: Actor, version: int | None) -> Matter:
    fresh = keeping.locked(matter, version)
    if not access.is_its_own(fresh, by):
        raise Denied(
            _("Only the department that brings a matter changes it."),
            fix=_("Ask %(name)s, who brought it.") % {"name": fresh.owner.name},
        )
    return fresh
