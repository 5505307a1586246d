"""Who takes part in reviews: a buyer, her department's officer, two of the compliance staff, the head, the chairman."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from guiju.access import actions as access
from guiju.access.actor import Actor, of_user
from guiju.access.models import User
from guiju.files import store
from guiju.governance.meetings import actions as meetings
from guiju.org import actions as org
from guiju.org.models import Person, Unit
from guiju.registers.models import Entry
from guiju.review import actions
from guiju.review.models import Matter
from guiju.workflow.routes import runs
from tests.api.conftest import Caller, open_caller
from tests.conftest import PASSWORD, Cast
from tests.governance import meeters
from tests.governance.meeters import office
from tests.governance.policy_house import account

TEXT = "采购合同 甲方：华东路桥 乙方：某某公司 总价：三十万元".encode()


@dataclass(frozen=True)
class Reviewers:
    """The accounts of a review, and the people behind them."""

    unit: Unit
    department: Unit
    buyer: User
    officer: User
    staff: User
    second: User
    head: User
    chair: User
    people: dict[str, Person]
    house: Actor

    def by(self, name: str) -> Actor:
        """Somebody as `by`."""
        return of_user(User.objects.get(pk=getattr(self, name).pk))

    def person(self, name: str) -> Person:
        return Person.objects.select_related("unit").get(pk=self.people[name].pk)


_CAST = {
    "buyer": ("Cai", "采莲", "business", ""),
    "officer": ("Guan", "管平", "department_officer", "department_officer"),
    "staff": ("He", "何规", "compliance_office", "compliance_staff"),
    "second": ("Heb", "何矩", "compliance_office", "compliance_staff"),
    "head": ("Shou", "首阳", "compliance_office", "compliance_head"),
    "chair": ("Dongs", "董升", "principal", "first_responsible"),
}


def reviewers(cast: Cast) -> Reviewers:
    """The people of the subsidiary, appointed since 2024."""
    people: dict[str, Person] = {}
    users: dict[str, User] = {}
    for number, (code, (login, name, role, held)) in enumerate(_CAST.items(), 1):
        where = cast.department if code in {"buyer", "officer"} else cast.sub
        user = account(login, role, where, cast.house)
        department = cast.department if where == cast.department else None
        row = org.add_person(
            unit=cast.sub, department=department, name=name, number=f"R{number}", user=user, by=cast.house
        )
        if held:
            office(where, held, row, cast.house)
        people[code], users[code] = row, user
    return Reviewers(unit=cast.sub, department=cast.department, people=people, house=cast.house, **users)


def paper(text: bytes = TEXT, role: str = "text", name: str = "合同.txt") -> dict[str, Any]:
    """A stored document as one of a matter's papers."""
    from guiju.access.actor import system

    kept = store.save(io.BytesIO(text), name=name, by=system("tests"))
    return {"role": role, "digest": kept.digest, "name": name}


def drafted(them: Reviewers, **more: Any) -> Matter:
    """The buyer prepares a contract of the department."""
    given: dict[str, Any] = {
        "unit": them.unit, "department": them.department, "kind": "contract", "papers": [paper()],
        "values": {"title": "办公设备采购合同", "amount": "300000", "form": {"party": "某某科技有限公司"}},
        "system": "oa", "ref": "HT-2026-001",
    }  # fmt: skip
    return actions.draft(**given | more, by=them.by("buyer"))


def submitted(them: Reviewers, **more: Any) -> Matter:
    row = drafted(them, **more)
    return actions.submit(matter=row, version=row.version, by=them.by("buyer"))


def said(them: Reviewers, row: Matter, who: str, stand: str = "agree", opinion: str = "同意", **more: Any) -> Matter:
    """Somebody gives an opinion."""
    return actions.speak(matter=row, stand=stand, opinion=opinion, by=them.by(who), **more)


def passed(them: Reviewers, **more: Any) -> Matter:
    """Through the two steps of an ordinary contract."""
    return said(them, said(them, submitted(them, **more), "officer"), "staff")


def committee(them: Reviewers, seats: tuple[str, ...] = ("chair", "head", "staff"), **more: Any) -> Entry:
    """A leading body of the subsidiary, the first of them in its chair."""
    body = meeters.committee(them.unit, them.house, **more)
    for who in seats:
        meeters.seat(body, them.person(who), "chair" if who == seats[0] else "member", them.house)
    return body


#: Who may vote, and how it came out.
CARRIED = {"outcome": "agreed", "votes_for": "3", "votes_against": "0", "resolution": "同意在反担保落实后签订。"}


def agenda(them: Reviewers, row: Matter, body: Entry, **more: Any) -> tuple[Entry, Entry]:
    """A meeting of today with this matter as its item; as (meeting, item)."""
    named = {"review": str(row.entry)} if row.entry else {"review_number": row.number}
    values = {"matter": f"{row.title}：复议", "kind": "decide", **named, **more}
    values = {code: value for code, value in values.items() if value is not None}
    count = Entry.objects.filter(register="meetings").count() + 1
    meeting = meeters.planned(body, body.unit, them.house, items=[values], subject=f"合规管理委员会第{count}次会议")
    return meeting, Entry.objects.get(register="agenda_items", ref_1=meeting.uid)


def settled(
    them: Reviewers, meeting: Entry, item: Entry, present: tuple[str, ...] = ("chair", "head", "staff"), **said: Any
) -> Entry:
    """Its minutes are written and settled; the item as it then stands."""
    written = meeters.written(meeting, them.person("chair"), [them.person(who) for who in present])
    written["items"][str(item.uid)] = {**CARRIED, **said}
    meetings.settle(meeting=meeters.fresh(meeting), written=written, version=meeters.version(meeting), by=them.house)
    return meeters.fresh(item)


def resolution(them: Reviewers, row: Matter, body: Entry | None = None, **said: Any) -> Entry:
    """What the committee settled on this matter."""
    held = body or Entry.objects.filter(register="bodies", unit=them.unit).first() or committee(them)
    return settled(them, *agenda(them, Matter.objects.get(pk=row.pk), held), **said)


def asked(row: Matter) -> list[str]:
    """The names of those who are asked now."""
    from guiju.review import keeping

    run = keeping.last_run(row)
    return [] if run is None else [one.name for one in runs.open_seats(run)]


def office_system(cast: Cast, unit: Unit | None = None, name: str = "OA") -> Caller:
    """The office system of a firm (of the subsidiary, if none is named): it submits and asks, and sees no register."""
    place = unit or cast.sub
    user = access.create_account(username=name.lower(), name=name, password=PASSWORD, by=cast.house)
    access.grant(user=user, role="gateway", unit=place, by=cast.house, reason="tests")
    return open_caller(user, place)
