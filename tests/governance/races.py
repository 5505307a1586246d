"""Two at once in what a house governs itself by, on a database on disk; prints what came of each story.

Every story starts its threads behind one barrier. `refused` are the codes of what the slower ones were told.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from tests.plugins import apart

if TYPE_CHECKING:
    from tests.conftest import Cast

Act = Callable[[], object]
ROUNDS = 3
#: Seconds; whoever takes longer hangs.
LIMIT = 90


def main(home: str, database: str) -> None:
    apart.begin(home, database)
    from guiju.trail import log, verify

    cast = people()
    found: dict[str, object] = {name: story(cast) for name, story in STORIES.items()}
    while log.sequence():
        pass
    found["trail"] = [str(one) for one in verify.run().findings]
    sys.stdout.write(json.dumps(found, ensure_ascii=False))


def people() -> Cast:
    from guiju.access import actions as access
    from guiju.access.actor import system
    from guiju.org import actions as org
    from tests.conftest import PASSWORD, Cast
    from tests.governance.policy_house import account

    house = system("guiju")
    group = org.create_unit(code="HD", name="华东建设集团有限公司", kind="company", by=house)
    sub = org.create_unit(code="HD-01", name="华东路桥工程有限公司", kind="company", parent=group, by=house)
    below = org.create_unit(code="HD-01-A", name="路桥检测有限公司", kind="company", parent=sub, by=house)
    part = org.create_unit(code="HD-01-D1", name="经营部", kind="department", parent=sub, by=house)
    other = org.create_unit(code="SJ", name="松江拍卖行有限公司", kind="company", by=house)
    return Cast(
        group=group, sub=sub, grandchild=below, department=part, stranger=other,
        lin=account("Lin", "compliance_office", group, house), mei=account("Mei", "compliance_office", sub, house),
        qian=account("Qian", "principal", group, house), tan=account("Tan", "compliance_office", other, house),
        ou=access.create_account(username="ou", name="Ou", password=PASSWORD, by=house),
        wang=org.add_person(unit=sub, name="王敏", number="1001", by=house), house=house,
    )  # fmt: skip


def at_once(*acts: Act) -> list[str]:
    """What became of each, sorted: "done", the code of a refusal, or an error by its name."""
    from django.db import connections

    from guiju.lib.errors import Problem

    told: list[str] = []
    start = threading.Barrier(len(acts), timeout=LIMIT)

    def run(act: Act) -> None:
        start.wait()
        try:
            act()
            told.append("done")
        except Problem as problem:
            told.append(problem.code)
        except Exception as error:  # noqa: BLE001 - whatever it is, the story tells it
            told.append(f"{type(error).__name__}: {error}"[:200])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,), daemon=True) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)
    return sorted([*told, *("hangs" for thread in threads if thread.is_alive())])


def events(action: str, **about: object) -> int:
    from guiju.trail.models import Event

    return Event.objects.filter(action=action, **about).count()


# --- policies ---------------------------------------------------------------------------------------------------------


def approved_and_withdrawn(cast: Cast) -> list[object]:
    """Lin approves what Mei gives up."""
    from guiju.governance.models import PolicyVersion
    from guiju.governance.policies import actions
    from tests.governance import policy_house as house

    mei, lin = cast.actor(cast.mei), cast.actor(cast.lin)
    found: list[object] = []
    for round_ in range(ROUNDS):
        draft = actions.submit(draft=house.drafted(cast, f"审批与撤回办法{round_}"), by=mei)
        told = at_once(
            lambda draft=draft: actions.approve(draft=draft, version=draft.version, by=lin),  # type: ignore[misc]
            lambda draft=draft: actions.withdraw(draft=draft, version=draft.version, reason="不做了", by=mei),  # type: ignore[misc]
        )
        held = PolicyVersion.objects.get(pk=draft.pk)
        ended = {name: events(f"policy_version.{name}", object_id=str(held.uid)) for name in ("approved", "ended")}
        whole = (held.state, ended) in (
            ("approved", {"approved": 1, "ended": 0}), ("withdrawn", {"approved": 0, "ended": 1})
        )  # fmt: skip
        found.append([told, whole])
    return found


def issued_twice(cast: Cast) -> list[object]:
    """Three people issue the same approved version."""
    from guiju.governance.models import PolicyVersion
    from guiju.governance.policies import actions
    from tests.governance import policy_house as house

    found: list[object] = []
    for round_ in range(ROUNDS):
        draft = house.approved(cast, f"两次发布办法{round_}")
        told = at_once(
            *[
                lambda draft=draft, n=n: actions.issue(
                    draft=draft, number=f"合规〔2026〕{n}号", by=cast.actor(cast.mei)
                )  # type: ignore[misc]
                for n in range(3)
            ]
        )
        held = PolicyVersion.objects.filter(policy=draft.policy, state="in_force").count()
        put = events("policy_version.put_in_force", object_id=str(draft.uid))
        found.append([[one == "done" for one in told].count(True), held, put])
    return found


# --- meetings ---------------------------------------------------------------------------------------------------------


def settled_twice(cast: Cast) -> dict[str, object]:
    """Two secretaries settle the same minutes."""
    from guiju.governance.meetings import actions
    from guiju.governance.models import Sitting
    from guiju.registers.models import Entry
    from tests.governance import meeters

    body = meeters.committee(cast.sub, cast.house)
    meeters.seat(body, cast.wang, "chair", cast.house)
    meeting = meeters.planned(body, cast.sub, cast.house)
    said = meeters.written(meeting, cast.wang, [cast.wang], minutes={"decisions": [meeters.decision(cast.wang)]})
    version = meeters.version(meeting)
    told = at_once(
        *[
            lambda by=by: actions.settle(  # type: ignore[misc]
                meeting=meeters.fresh(meeting), written=said, version=version, by=cast.actor(by)
            )
            for by in (cast.mei, cast.lin)
        ]
    )
    decisions = Entry.objects.filter(register="decisions", ref_1=meeting.uid)
    return {
        "told": told,
        "sheets": Sitting.objects.filter(meeting=meeting.uid, settled_at__isnull=False).count(),
        "settled": events("meeting.settled", object_title=meeting.title),
        "decisions": decisions.count(),
        "tasks": sum(len(meeters.open_tasks(one.uid)) for one in decisions),
        "status": meeters.fresh(meeting).status,
    }


def opinion_meets_decision(cast: Cast) -> list[object]:
    """The head enters his opinion while the minutes are settled; what stands first in the record decides."""
    from guiju.governance.meetings import actions, order
    from guiju.lib import clock
    from guiju.registers import actions as registers
    from guiju.registers.models import Entry
    from tests.governance import meeters

    body = meeters.committee(cast.grandchild, cast.house)
    chief = meeters.org.add_person(unit=cast.grandchild, name="赵强", number="2001", by=cast.house)
    meeters.seat(body, chief, "chair", cast.house)
    meeters.office(cast.grandchild, "compliance_head", chief, cast.house)
    found: list[object] = []
    for round_ in range(ROUNDS):
        meeting = meeters.planned(
            body,
            cast.grandchild,
            cast.house,
            subject=f"第{round_}次会议",
            items=[{"matter": f"收购{round_}", "major": True}],
        )
        item = Entry.objects.get(register="agenda_items", ref_1=meeting.uid)
        said = meeters.written(meeting, chief, [chief])
        version = meeters.version(meeting)
        values = {
            "matter": item.title, "agenda_item": str(item.uid), "role": "compliance_head", "person": str(chief.uid),
            "given_on": clock.today().isoformat(), "written": True, "opinion": "建议先做尽职调查",
        }  # fmt: skip
        told = at_once(
            lambda meeting=meeting, said=said, version=version: actions.settle(  # type: ignore[misc]
                meeting=meeters.fresh(meeting), written=said, version=version, by=cast.actor(cast.lin)
            ),
            lambda values=values: registers.create(  # type: ignore[misc]
                register="decision_opinions", unit=cast.grandchild, values=values, by=cast.house
            ),
        )
        given = Entry.objects.filter(register="decision_opinions", ref_2=item.uid).first()
        (case,) = [one for one in order.decisions(by=cast.house, company=cast.grandchild) if one.title == item.title]
        marked = given is not None and given.date_1 is not None
        found.append([told, marked, case.verdict])
    return found


# --- readings ---------------------------------------------------------------------------------------------------------


def _given_out(cast: Cast, title: str, staff: int) -> tuple[Any, list[Any]]:
    from guiju.governance.reading.audience import Audience
    from tests.governance import policy_house as house
    from tests.governance import readers

    users = [readers.employee(cast, f"{title}{n}", department=cast.department) for n in range(staff)]
    version = house.in_force(cast, f"{title}办法")
    row = readers.issued(cast, Audience(departments=(str(cast.department.uid),)), version=version)
    for user, _person in users:
        readers.read(row, cast.actor(user))
    return row, users


def confirmed_twice(cast: Cast) -> dict[str, object]:
    """The same person confirms on three screens."""
    from guiju.governance.models import Reading, Receipt
    from guiju.governance.reading import confirming
    from tests.governance.readers import read

    row, ((user, person),) = _given_out(cast, "同屏", 1)
    read(row, cast.actor(user))
    told = at_once(*[lambda: confirming.confirm(reading=row.uid, by=cast.actor(user))] * 3)
    held = Receipt.objects.get(reading=row, person=person)
    return {
        "told": told,
        "counted": Reading.objects.get(pk=row.pk).confirmed_count,
        "version": held.version,
        "events": events("reading.confirmed", object_id=f"{row.uid.hex}:{person.uid.hex}"),
    }


def confirmed_while_closed(cast: Cast) -> dict[str, object]:
    """Six confirm while the office closes the reading and records its figures."""
    from guiju.governance.models import Reading, Receipt
    from guiju.governance.reading import confirming, managing
    from guiju.registers.models import Entry

    row, users = _given_out(cast, "关闭", 6)
    confirms = [
        lambda user=user: confirming.confirm(reading=row.uid, by=cast.actor(user))  # type: ignore[misc]
        for user, _person in users
    ]
    told = at_once(
        *confirms,
        lambda: managing.close(reading=row, version=row.version, record="publicity", by=cast.actor(cast.mei)),
    )
    now = Reading.objects.get(pk=row.pk)
    real = Receipt.objects.filter(reading=row, state="confirmed").count()
    entry = Entry.objects.select_related("body").get(uid=now.record.partition(":")[2])
    return {
        "odd": [one for one in told if one not in ("done", "reading.closed")],
        "state": now.state,
        "agree": (now.confirmed_count, entry.body.data["reached"]) == (real, real),
        "online": real == told.count("done") - 1,
    }


def signed_and_confirmed(cast: Cast) -> dict[str, object]:
    """The office records a signed list of four who confirm on their phones at that moment."""
    from guiju.files import store
    from guiju.governance.models import Reading, Receipt
    from guiju.governance.reading import confirming

    row, users = _given_out(cast, "签收", 4)
    mei = cast.actor(cast.mei)
    scan = store.save(b"%PDF-1.4\nlist\n%%EOF\n", name="list.pdf", by=mei)
    told = at_once(
        lambda: confirming.paper(
            reading=row, people=[str(person.uid) for _user, person in users],
            file={"digest": scan.digest, "name": "签收表.pdf"}, by=mei,
        ),
        *[
            lambda user=user: confirming.confirm(reading=row.uid, by=cast.actor(user))  # type: ignore[misc]
            for user, _person in users
        ],
    )  # fmt: skip
    done = Receipt.objects.filter(reading=row, state="confirmed")
    return {
        "told": told,
        "done": done.count(),
        "counted": Reading.objects.get(pk=row.pk).confirmed_count,
        "once": set(done.values_list("version", flat=True)) == {2},
    }


def given_out_twice(cast: Cast) -> dict[str, object]:
    """Two of the office give the same rule out to the same people."""
    from guiju.governance.models import Reading
    from guiju.governance.reading import issuing
    from guiju.governance.reading.audience import Audience
    from tests.governance import policy_house as house

    version = house.in_force(cast, "两次发放办法")
    told = at_once(
        *[
            lambda by=by: issuing.issue(  # type: ignore[misc]
                unit=cast.sub, policy=house.record(version), audience=Audience(), due_on=house.days(10),
                statement="我已阅读。", by=cast.actor(by),
            )
            for by in (cast.mei, cast.lin, cast.mei)
        ]
    )  # fmt: skip
    return {"told": told, "readings": Reading.objects.filter(policy=version.policy).count()}


def closed_while_given_out(cast: Cast) -> dict[str, object]:
    """The office closes a reading whose receipts are being made, by two workers at once."""
    from guiju.governance.models import Reading, Receipt
    from guiju.governance.reading import issuing, managing
    from guiju.governance.reading.audience import Audience
    from tests.governance import policy_house as house

    version = house.in_force(cast, "边发边关办法")
    row = issuing.issue(
        unit=cast.sub, policy=house.record(version), audience=Audience(), due_on=house.days(10),
        statement="我已阅读。", by=cast.actor(cast.mei),
    )  # fmt: skip
    told = at_once(
        lambda: issuing.give_out(Reading.objects.select_related("unit").get(pk=row.pk)),
        lambda: issuing.give_out(Reading.objects.select_related("unit").get(pk=row.pk)),
        lambda: managing.close(reading=row, version=row.version, by=cast.actor(cast.mei)),
    )
    now = Reading.objects.get(pk=row.pk)
    asked = Receipt.objects.filter(reading=row)
    return {
        "told": told,
        "state": now.state,
        "once": asked.count() == asked.values("person").distinct().count(),
        "counted": now.person_count == asked.count(),
    }


# --- stocks and the library -------------------------------------------------------------------------------------------


def taken_over_twice(cast: Cast) -> dict[str, object]:
    """Two people take the same stock over."""
    from guiju.governance.intake import actions
    from guiju.lib import clock
    from guiju.registers.models import Entry
    from tests.governance import stocks

    ready = stocks.read(cast, stocks.word("印章管理办法（试行）", day="2016年5月4日"), stocks.word("档案管理办法"))
    told = at_once(
        *[
            lambda by=by: actions.confirm(  # type: ignore[misc]
                intake=stocks.fresh(ready), version=ready.version, year=clock.today().year, by=cast.actor(by)
            )
            for by in (cast.mei, cast.lin, cast.mei)
        ]
    )
    rows = Entry.objects.filter(unit=cast.sub)
    return {
        "told": told,
        "policies": rows.filter(register="policies", title__in=("印章管理办法（试行）", "档案管理办法")).count(),
        "plans": rows.filter(register="policy_plans", title="印章管理办法（试行）").count(),
        "stocktakes": rows.filter(register="policy_stocktakes").count(),
        "events": events("intake.confirmed"),
    }


def same_rule_from_two_stocks(cast: Cast) -> dict[str, object]:
    """Two stocks with the same rule are taken over at once."""
    from guiju.governance.intake import actions
    from guiju.lib import clock
    from guiju.registers.models import Entry
    from tests.governance import stocks

    title = "会议管理办法（试行）"
    both = [stocks.read(cast, stocks.word(title, day="2016年5月4日", more=(f"第{n}条 甲。",))) for n in (7, 8)]
    told = at_once(
        *[
            lambda one=one: actions.confirm(  # type: ignore[misc]
                intake=stocks.fresh(one), version=one.version, year=clock.today().year, by=cast.actor(cast.mei)
            )
            for one in both
        ]
    )
    rows = Entry.objects.filter(unit=cast.sub, title=title)
    return {
        "told": told,
        "in_force": rows.filter(register="policies", status="issued").count(),
        "plans": rows.filter(register="policy_plans").count(),
    }


def begun_twice(cast: Cast) -> dict[str, object]:
    """Two begin a rule of the same name, and two the revision of one in force."""
    from guiju.governance.models import PolicyVersion
    from guiju.governance.policies import actions
    from guiju.registers.models import Entry
    from tests.governance import policy_house as house

    mei = cast.actor(cast.mei)
    held = house.in_force(cast, "两次修订办法")
    told = at_once(*[lambda: house.drafted(cast, "两次起草办法")] * 2)
    policy = house.record(held)
    revisions = at_once(
        *[lambda: actions.start(policy=policy, unit=cast.sub, text=house.REVISED, reason="限额", by=mei)] * 2
    )
    return {
        "told": told,
        "drafts": Entry.objects.filter(register="policies", title="两次起草办法").count(),
        "revisions": revisions,
        "at_work": PolicyVersion.objects.filter(policy=policy.uid, state="draft").count(),
    }


def settled_by_two(cast: Cast) -> dict[str, object]:
    """Two people settle the same file of a stock differently."""
    from guiju.governance.intake import actions, queries
    from tests.governance import stocks

    ready = stocks.read(cast, stocks.word("差旅管理办法"))
    item = queries.find_file(ready, 1)
    told = at_once(
        *[
            lambda advice=advice: actions.settle(  # type: ignore[misc]
                item=queries.find_file(ready, 1),
                values={"advice": advice},
                version=item.version,
                by=cast.actor(cast.mei),
            )
            for advice in ("amend", "repeal")
        ]
    )
    return {"told": told, "version": queries.find_file(ready, 1).version - item.version}


def planned_twice(cast: Cast) -> dict[str, object]:
    """One gap, one problem and one rule are each planned for by two."""
    from guiju.governance.policies import planning
    from guiju.org import places
    from guiju.registers import actions as registers
    from guiju.registers.models import Entry
    from tests.governance import policy_house as house

    mei = cast.actor(cast.mei)
    problem = {
        "problem": "高处作业无防护", "source": "audit", "field": "safety", "found_on": house.days(-40),
        "due_on": house.days(40), "owner": str(cast.wang.uid),
    }  # fmt: skip
    finding = house.fresh(registers.create(register="rectifications", unit=cast.sub, values=problem, by=mei))
    rule = house.fresh(house.stock(cast, "车辆管理办法"))
    at = planning.place_of(places.seat(mei, "HD-01"))
    before = Entry.objects.filter(register="policy_plans").count()
    told = at_once(
        *[lambda: planning.for_gap(key="specific:finance", at=at, by=mei)] * 2,
        lambda: planning.decline_gap(key="specific:finance", at=at, reason="由集团统一制定", by=mei),
        *[lambda: planning.for_finding(finding=finding, by=mei)] * 2,
        *[lambda: planning.for_policy(entry=rule, action="amend", reason="过时", by=mei)] * 2,
    )
    return {"told": told, "rows": Entry.objects.filter(register="policy_plans").count() - before}


def rectified_twice(cast: Cast) -> dict[str, object]:
    """Two take up the same finding of an audit."""
    from guiju.governance.duties import actions
    from guiju.registers import actions as registers
    from guiju.registers.models import Entry
    from tests.governance import policy_house as house

    given = {
        "name": "年度合规审计",
        "kind": "internal",
        "reported_on": date(2026, 1, 5),
        "auditor": "审计部",
        "findings": 3,
    }
    audit = house.fresh(registers.create(register="audits", unit=cast.sub, values=given, by=cast.house))
    values = {"problem": "用印未登记", "owner": str(cast.wang.uid), "due_on": house.days(30).isoformat()}
    told = at_once(
        *[
            lambda by=by: actions.rectify(uid=audit.uid, values=values, version=audit.version, by=cast.actor(by))  # type: ignore[misc]
            for by in (cast.mei, cast.lin)
        ]
    )
    made = Entry.objects.filter(register="rectifications", title="用印未登记").count()
    return {"told": told, "made": made, "named": len(house.fresh(audit).body.data["rectifications"])}


STORIES: dict[str, Callable[[Any], object]] = {
    story.__name__: story
    for story in (
        approved_and_withdrawn, issued_twice, settled_twice, opinion_meets_decision, confirmed_twice,
        confirmed_while_closed, signed_and_confirmed, given_out_twice, closed_while_given_out, taken_over_twice,
        same_rule_from_two_stocks, begun_twice, settled_by_two, planned_twice, rectified_twice,
    )
}  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
