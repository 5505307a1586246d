"""Resolutions of the leading body, as its settled minutes hold them: the only thing that lifts a veto.

bodies(matter)                       -> the leading bodies of its unit, then of those above, that stand on a day
answering(matter, on, also)          -> of these the ones that answer for it (`leading`)
told(matter, receiver, body, on)     -> the leading body to which somebody belongs, for the report of a veto
lifting(matter), at_step(matter, ..) -> the bodies whose resolution counts
naming(matter, among, since)         -> items of their settled minutes that name this very matter, each with what it lacks
offered(matter, by)                  -> the same for whoever enters a resolution now
require(uid, ...)                    -> one of these, or a refusal that says what is missing
signed(matter), still(matter, ...)   -> what the body resolved at its steps of the round; and whether it carries them yet
hold(uids)                           -> their meetings, held until the end of the transaction

An item names the matter by its row in the register of reviews, or by the matter's number; a like title is no proof.
Votes, quorum and who stepped aside were checked by the rules of the body when the minutes were settled.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.governance import queries as governance
from guiju.lib import clock
from guiju.lib import text as letters
from guiju.lib.errors import Fault, Problem
from guiju.org.enums import Role
from guiju.org.models import Person, Unit
from guiju.org.tree import ancestors
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.review import access, keeping, leading
from guiju.review.enums import MatterState as S
from guiju.review.enums import Stand
from guiju.review.models import Matter
from guiju.workflow.owners import Offices
from guiju.workflow.routes import rules, runs
from guiju.workflow.routes.enums import SeatState
from guiju.workflow.routes.models import Run, Seat

ITEMS = "agenda_items"
_CARRIED = frozenset({"agreed", "amended"})
_AGREED = (Stand.AGREE, Stand.CONDITIONS)
_AGAINST = (Stand.VETO, Stand.DISAGREE)
#: Formed to lead compliance, or leading where none can be formed: whoever answers for the firm belongs to them (003 第6.2条b).
_OF_MASTERS = frozenset({"committee", "leading_group", "top_management"})
_MASTERS = (Role.FIRST_RESPONSIBLE, Role.LEGAL_REPRESENTATIVE, Role.ACTUAL_CONTROLLER)


# --- which body -----------------------------------------------------------------------------------------------------


def bodies(matter: Matter, *, on: date | None = None) -> list[Entry]:
    """The leading bodies of the matter's unit, then those of the units above, nearest first."""
    units = list(ancestors(matter.unit, itself=True))
    found = governance.leading_bodies([unit.pk for unit in units], on=on or clock.today())
    return sorted(found, key=lambda row: -len(row.unit.path))


def answering(matter: Matter, *, on: date | None = None, also: Collection[str] = ()) -> list[Entry]:
    """The leading bodies that answer for the matter; `also` has a part in it by what he does now."""
    return leading.answering(leading.known(matter, bodies(matter, on=on), also=also))


def leaders(unit: Unit, on: date) -> set[int]:
    """Who decides in the leading bodies of a unit and of those above it, as ids of people."""
    units = list(ancestors(unit, itself=True).values_list("pk", flat=True))
    uids = [one.uid for one in governance.leading_bodies(units, on=on)]
    held = governance.members(uids, on=on)
    return {person for people in held.values() for person in people} - leading.secretaries(uids)


def told(
    matter: Matter,
    *,
    receiver: Person,
    body: UUID | str | None,
    on: date,
    faults: list[Fault],
    also: Collection[str] = (),
) -> Entry | None:
    """The leading body that hears of a veto through this person; None where none is on record at all.

    `also` reports it, and so has a part in the matter.
    """
    found = answering(matter, on=on, also=also)
    if body and not any(str(one.uid) == str(body) for one in found):
        faults.append(_no_such_body(matter, body, found, on))
        return None
    wanted = [one for one in found if not body or str(one.uid) == str(body)]
    seats = governance.members([one.uid for one in wanted], on=on)
    late = leading.late_members(matter, seats, also=also)
    seats = {uid: people - late.get(uid, set()) for uid, people in seats.items()}
    fitting = next((one for one in wanted if _belongs(receiver, one, seats.get(one.uid, set()), on)), None)
    if fitting is None and (wanted or (_has_master(matter, on) and not _is_master(receiver, matter.unit_id, on))):
        names = "、".join(one.title for one in wanted)
        faults.append(
            Fault(
                "receiver",
                _("%(name)s does not belong to the leading body.") % {"name": receiver.name},
                _("Choose a member of %(bodies)s.") % {"bodies": names}
                if names
                else _("Choose whoever leads the firm, or enter the leading body in the register of bodies first."),
            )
        )
    return fitting


def _no_such_body(matter: Matter, body: UUID | str, found: Sequence[Entry], on: date) -> Fault:
    given = next((one for one in bodies(matter, on=on) if str(one.uid) == str(body)), None)
    if given is None:
        return Fault("body", _("This is no leading body of the unit, nor of one above it."))
    names = "、".join(one.title for one in found)
    return Fault(
        "body",
        _("“%(body)s” does not answer for this matter: it was entered or changed since, or stands behind another body.")
        % {"body": given.title},
        _("Report it to %(bodies)s.") % {"bodies": names} if names else _("Report it to whoever leads the firm."),
    )


def _belongs(receiver: Person, body: Entry, seats: Collection[int], on: date) -> bool:
    """A member on record; whoever answers for the firm; anybody, where nobody has entered who the members are."""
    if receiver.pk in seats or (not seats and not governance.members([body.uid], on=on)):
        return True
    return body.kind in _OF_MASTERS and _is_master(receiver, body.unit_id, on)


def _masters(unit_id: int, on: date) -> set[int]:
    offices = Offices([unit_id], on=on)
    return {one.person_id for role in _MASTERS for one in offices.people(unit_id, role)}


def receivers(matter: Matter, *, also: Collection[str] = ()) -> list[tuple[int, str]]:
    """Who hears of a veto: members of the bodies that answer for the matter, chairs first, then whoever leads the firm.

    As (id of the person, his body); empty words for whoever leads the firm without sitting in one.
    """
    found = answering(matter, also=also)
    seats = governance.seated([one.uid for one in found], on=clock.today())
    late = leading.late_members(matter, [one.uid for one in found], also=also)
    rows = [
        (person, one.title)
        for one in found
        for person in seats.get(one.uid, ())
        if person not in late.get(one.uid, set())
    ]
    leaders_ = [(person, "") for person in sorted(_masters(matter.unit_id, clock.today()))]
    first: dict[int, str] = {}
    for person, body in (*rows, *leaders_):
        first.setdefault(person, body)
    return list(first.items())


def _is_master(receiver: Person, unit_id: int, on: date) -> bool:
    return receiver.pk in _masters(unit_id, on)


def _has_master(matter: Matter, on: date) -> bool:
    return bool(_masters(matter.unit_id, on))


def lifting(matter: Matter, *, on: date | None = None, also: Collection[str] = ()) -> list[Entry]:
    """The body to which the veto was reported. Where it stands no more, or none was on record then: those nearest.

    `on` is the day of the resolution where one that lifted it is looked at again; `also` lifts it now.
    """
    told_to = [one for one in bodies(matter, on=on) if str(one.uid) == matter.veto.get("body")]
    return told_to or _nearest(answering(matter, on=on, also=also))


def at_step(matter: Matter, person: Person | None, *, on: date | None = None) -> list[Entry]:
    """The bodies for which somebody speaks at a step of the leading body: those he sits in, else the nearest."""
    found = leading.known(matter, bodies(matter, on=on))
    seats = governance.members([one.uid for one in found], on=on or clock.today())
    own = [one for one in found if person is not None and person.pk in seats.get(one.uid, ())]
    return own or _nearest(found)


def _nearest(found: Sequence[Entry]) -> list[Entry]:
    return [one for one in found if one.unit_id == found[0].unit_id]


# --- which item -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Resolution:
    """An item that names the matter; `lacks` says what stands against relying on it, with what to do."""

    item: Entry
    body: Entry
    carried: bool
    lacks: Fault | None
    #: Who voted on it after saying no in the review: no rule forbids it, but whoever relies on the item should know.
    said_no: tuple[str, ...] = ()

    @property
    def hint(self) -> str:
        """What to know before relying on it; empty where there is nothing."""
        if not self.said_no:
            return ""
        return _("%(names)s said no in this review and is counted among those who voted on “%(item)s”.") % {
            "names": "、".join(self.said_no), "item": self.item.title,
        }  # fmt: skip


def naming(matter: Matter, *, among: Sequence[Entry], since: Since, also: Collection[str] = ()) -> list[Resolution]:
    """Items of the settled minutes of these bodies that name this very matter, the latest first."""
    known = {one.uid: one for one in among}
    found = governance.resolved(known, since=since.on, until=clock.today())
    shut_out, late, said_no = _shut_out(matter), _late(matter, known, also), _said_no(matter)
    return [
        Resolution(
            one.item,
            known[one.body],
            one.item.level in _CARRIED,
            _lacks(matter, one, shut_out, since) or _voted_late(one, late.get(one.body, {})),
            tuple(sorted(name for uid, name in said_no.items() if uid in one.voted)),
        )
        for one in found
        if names(matter, one.item)
    ]


def names(matter: Matter, item: Entry) -> bool:
    """Does the item name this matter? By its row in the ledger; by its number, with the code of its unit elsewhere."""
    if linked := str(item.body.data.get("review") or ""):
        return linked == str(matter.entry or "")
    return bool(matter.number) and letters.clean(item.text_1) == reference(matter, unit_id=item.unit_id)


def reference(matter: Matter, *, unit_id: int) -> str:
    """How an item on the agenda of a unit names the matter by number: numbers are counted per unit."""
    return matter.number if unit_id == matter.unit_id else f"{matter.unit.code} {matter.number}"


@dataclass(frozen=True, slots=True)
class Since:
    """What counts was decided no earlier than the day, in minutes settled no earlier than the moment."""

    on: date
    at: datetime


def since_step(matter: Matter) -> Since:
    """What was resolved before the round began was resolved on other papers."""
    run = keeping.last_run(matter)
    assert run is not None
    return Since(clock.day_of(run.began_at), run.began_at)


def since_report(matter: Matter) -> Since:
    """The report to the leading body: it knows of the veto since then, and what it settled before it settled without."""
    at = matter.veto.get("reported_at") or matter.veto["at"]
    return Since(date.fromisoformat(matter.veto["reported_on"]), datetime.fromisoformat(at))


def _shut_out(matter: Matter) -> dict[UUID, str]:
    """Whoever brought the matter or stepped aside from it, by name."""
    run = keeping.last_run(matter)
    return dict(Person.objects.filter(pk__in=run.shut_out if run else ()).values_list("uid", "name"))


def _said_no(matter: Matter) -> dict[UUID, str]:
    """Whoever vetoed or disagreed in the last round, for himself or in somebody's stead, by name."""
    run = keeping.last_run(matter)
    if run is None:
        return {}
    said = run.seats.filter(state=SeatState.SPOKEN, stand__in=_AGAINST, person__isnull=False, acted_user__isnull=False)
    rows = list(said.values_list("person_id", "acted_user", "on_behalf"))
    own = [person for person, _user, stead in rows if not stead]
    people = Person.objects.filter(Q(pk__in=own) | Q(user_id__in=[user for _person, user, _stead in rows]))
    return dict(people.values_list("uid", "name")) if rows else {}


def _lacks(matter: Matter, one: governance.Resolved, shut_out: dict[UUID, str], since: Since) -> Fault | None:
    """The first thing that stands against an item."""
    item, data = one.item, one.item.body.data
    again = _("Open the minutes again, enter them and settle the minutes.")
    minutes = _("The minutes of “%(item)s” lack %(what)s.")
    votes = data.get("votes_for"), data.get("votes_against")
    if not str(data.get("resolution") or "").strip():
        return _lack(minutes % {"item": item.title, "what": _("the text of the resolution")}, again)
    if None in votes:
        return _lack(minutes % {"item": item.title, "what": _("the votes")}, again)
    if item.level in _CARRIED and int(votes[0] or 0) <= int(votes[1] or 0):
        return _lack(_("The votes do not carry “%(item)s”.") % {"item": item.title}, _("Check them in the minutes."))
    if voted := [name for uid, name in shut_out.items() if uid in one.voted]:
        return _lack(
            _("%(names)s brought the matter or stepped aside from it, and took part in the vote on “%(item)s”.")
            % {"names": "、".join(sorted(voted)), "item": item.title},
            _("Open the minutes again, enter who stepped aside from the item and correct the votes."),
        )
    if one.settled_at < since.at or _rested_on_before(matter, item):
        return _lack(
            _("“%(item)s” was resolved before the matter came to the body as it stands now.") % {"item": item.title},
            _("The body decides anew, and its minutes are settled."),
        )
    return None


def _late(matter: Matter, among: Collection[UUID], also: Collection[str]) -> dict[UUID, dict[UUID, str]]:
    """Members of each body who were made so afterwards by somebody who has a part in the matter, by name."""
    found = leading.late_members(matter, among, also=also)
    rows = {row.pk: row for row in Person.objects.filter(pk__in={one for people in found.values() for one in people})}
    return {body: {rows[one].uid: rows[one].name for one in people} for body, people in found.items()}


def _voted_late(one: governance.Resolved, late: dict[UUID, str]) -> Fault | None:
    voted = sorted(name for uid, name in late.items() if uid in one.voted)
    if not voted:
        return None
    return _lack(
        _(
            "%(names)s were made members only afterwards, by somebody who has a part in the matter, and voted on “%(item)s”."
        )
        % {"names": "、".join(voted), "item": one.item.title},
        _("The body decides with the members whom it had before."),
    )


def _rested_on_before(matter: Matter, item: Entry) -> bool:
    run = keeping.last_run(matter)
    rested = matter.grounds.filter(register=ITEMS, entry=item.uid)
    return rested.exclude(seat__in=run.seats.values_list("uid", flat=True) if run else ()).exists()


def _lack(what: str, fix: str) -> Fault:
    return Fault("resolution", what, fix)


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody who enters a resolution now may choose from, and of which bodies."""

    bodies: list[Entry]
    found: list[Resolution]


def offered(matter: Matter, by: Actor) -> Offer:
    """Exactly what `require` would take, or refuse with `lacks`; nothing for whoever enters no resolution now."""
    run = keeping.last_run(matter)
    if matter.state == S.VETOED and access.may_manage(matter, by):
        among, since = lifting(matter, also=[by.name]), since_report(matter)
    elif matter.state == S.IN_REVIEW and run is not None and (seat := runs.seat_of(run, by)) is not None:
        if rules.step_of(run.steps[seat.step]).part != rules.BODY:
            return Offer([], [])
        among, since = at_step(matter, seat.person), since_step(matter)
    else:
        return Offer([], [])
    return Offer(among, naming(matter, among=among, since=since, also=[by.name]))


def signed(matter: Matter, run: Run) -> list[tuple[Seat, UUID]]:
    """The places of a round at which the leading body agreed, each with the item of minutes on which that rests."""
    spoken = run.seats.select_related("person").filter(state=SeatState.SPOKEN, stand__in=_AGREED)
    places = {one.uid: one for one in spoken if run.steps[one.step].get("part") == rules.BODY}
    rows = matter.grounds.filter(register=ITEMS, entry__isnull=False, seat__in=places) if places else ()
    return [(places[row.seat], row.entry) for row in rows if row.entry is not None]


def still(matter: Matter, seat: Seat, item: Entry) -> Resolution:
    """The settled item, if it carries the opinion of this place by the same checks as when it was given; or a refusal."""
    among = [*at_step(matter, seat.person), *at_step(matter, seat.person, on=item.on)]
    bodies_ = list({one.uid: one for one in among}.values())
    return require(item.uid, matter=matter, carried=True, among=bodies_, since=since_step(matter))


def hold(*uids: UUID | str | None) -> None:
    """Whoever relies on items holds their meetings first, so that their minutes are not opened at the same time."""
    found = {found for one in uids if (found := _as_uid(one)) is not None}
    if not found:
        return
    items = Entry.objects.filter(register=ITEMS, uid__in=found, ref_1__isnull=False)
    meetings = [one for one in items.values_list("ref_1", flat=True) if one is not None]
    for meeting in Entry.objects.filter(register="meetings", uid__in=meetings).order_by("pk"):
        registers.locked(meeting)


def _as_uid(given: UUID | str | None) -> UUID | None:
    try:
        return UUID(str(given)) if given else None
    except ValueError:
        return None


def meeting_of(item: Entry | None) -> Entry | None:
    """The meeting on whose agenda an item stands."""
    if item is None or item.ref_1 is None:
        return None
    return Entry.objects.filter(register="meetings", uid=item.ref_1).first()


def source(found: Resolution) -> str:
    """Which body, when, with how many votes."""
    data = found.item.body.data
    told_ = _("%(body)s, %(day)s, for %(yes)s, against %(no)s, abstained %(none)s") % {
        "body": found.body.title, "day": found.item.on.isoformat() if found.item.on else "", "yes": data["votes_for"],
        "no": data["votes_against"], "none": data.get("votes_abstained") or 0,
    }  # fmt: skip
    return told_[:300]


def require(
    uid: UUID | str | None,
    *,
    matter: Matter,
    carried: bool,
    among: Sequence[Entry],
    since: Since,
    also: Collection[str] = (),
) -> Resolution:
    """The item, if it is a settled resolution of one of these bodies on this matter; refuses with what is missing."""
    rows = naming(matter, among=among, since=since, also=also)
    found = next((one for one in rows if str(one.item.uid) == str(uid)), None)
    if found is None:
        raise _refused(absent(matter, among))
    if found.lacks is not None:
        raise _refused(found.lacks)
    if carried and not found.carried:
        told_ = _("The body did not agree to “%(item)s”.") % {"item": found.item.title}
        raise _refused(_lack(told_, _("The veto stays.") if matter.veto else _("Enter what the body decided.")))
    if not carried and found.carried:
        told_ = _("The body agreed to “%(item)s”.") % {"item": found.item.title}
        raise _refused(_lack(told_, _("Enter what the body decided.")))
    return found


def absent(matter: Matter, among: Sequence[Entry]) -> Fault:
    """That there is no such resolution, and how there comes to be one."""
    if not among:
        return _lack(
            _("No leading body is on record."),
            _("Enter it in the register of bodies; then it meets on the matter and its minutes are settled."),
        )
    words = {"bodies": "、".join(one.title for one in among), "number": reference(matter, unit_id=among[0].unit_id)}
    return _lack(
        _("There is no settled resolution of %(bodies)s that names this matter.") % words,
        _("Put it on the agenda of %(bodies)s, name the review %(number)s in the item, and settle the minutes.")
        % words,
    )


def _refused(lack: Fault) -> Problem:
    return Problem("review.resolution", lack.what, fix=lack.fix, where="resolution", status=422, faults=[lack])
