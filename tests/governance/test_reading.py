"""阅读确认：发给谁、谁读完确认、纸面签收、催办、到期升级、离职放行、关闭。"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from guiju.access.actor import of_user, system
from guiju.files import store
from guiju.governance.models import PolicyVersion, Reading, Receipt
from guiju.governance.policies import actions
from guiju.governance.reading import confirming, issuing, managing, previewing, queries, tasks
from guiju.governance.reading.audience import Audience
from guiju.jobs import worker
from guiju.jobs.models import Job
from guiju.lib import clock
from guiju.lib.errors import Conflict, Denied, NotFound, Problem
from guiju.org import actions as org
from guiju.org.models import Person
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.trail import reconcile, verify
from guiju.trail.models import BatchItem, Event
from guiju.workflow import inbox
from guiju.workflow.models import Notice, Step, Task, TaskStatus
from tests.conftest import Cast
from tests.governance.policy_house import account, days, in_force, record, revised, stock
from tests.governance.readers import STATEMENT, employee, issued, read, state

pytestmark = pytest.mark.django_db


def findings() -> list[str]:
    found = reconcile.Findings()
    reconcile.reconcile(found)
    return found.told()


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=clock.SHANGHAI)


# --- who is asked ---------------------------------------------------------------------------------------------------


def test_an_audience_is_found_by_offices_posts_and_days(cast: Cast) -> None:
    by = cast.actor(cast.mei)
    new = org.add_person(unit=cast.sub, name="新来", joined_on=days(-5), department=cast.department, by=by)
    boss = org.add_person(unit=cast.sub, name="部长", post="经营部部长", by=by)
    seller = org.add_person(unit=cast.sub, name="客户", post="客户经理", by=by)
    org.add_person(unit=cast.sub, name="外聘", is_external=True, by=by)
    org.add_person(unit=cast.sub, name="已走", left_on=days(-1), by=by)
    below = org.add_person(unit=cast.grandchild, name="下级", by=cast.actor(cast.lin))
    given = {"role": "department_officer", "person": str(cast.wang.uid), "from_on": days(-90)}
    registers.create(register="appointments", unit=cast.sub, values=given, by=by)
    post = {"name": "采购员", "key": True, "holder": str(seller.uid), "set_on": days(-90)}
    registers.create(register="posts", unit=cast.sub, values=post, by=by)

    def asked(**audience: object) -> set[str]:
        from guiju.governance.reading import audience as audiences

        rows = audiences.people(Audience(**audience), cast.sub, on=clock.today())  # type: ignore[arg-type]
        return set(rows.values_list("name", flat=True))

    everybody = {cast.wang.name, new.name, boss.name, seller.name}
    assert asked() == everybody
    assert asked(below=True) == everybody | {below.name}
    assert asked(kind="managers") == {boss.name}
    assert asked(kind="officers") == asked(kind="department_officer") == {cast.wang.name}
    assert asked(kind="compliance_staff") == set()
    assert asked(kind="key_posts") == {seller.name}
    assert asked(kind="new_hires", since=days(-30)) == {new.name}
    assert asked(departments=(str(cast.department.uid),)) == {new.name}


def test_the_preview_counts_by_unit_and_department_and_names_who_has_no_account(cast: Cast) -> None:
    employee(cast, "Gao", department=cast.department)
    org.add_person(unit=cast.grandchild, name="下级", by=cast.actor(cast.lin))
    found = previewing.preview(Audience(below=True), cast.sub, on=clock.today())
    assert (found.count, found.without, found.units) == (3, 2, 2)
    assert [(one.unit, one.department, one.count, one.without) for one in found.places] == [
        (cast.sub.label, cast.department.name, 1, 0),
        (cast.sub.label, "", 1, 1),
        (cast.grandchild.label, "", 1, 1),
    ]


def test_what_makes_no_sense_is_refused_before_anybody_is_asked(cast: Cast) -> None:
    held = record(in_force(cast))
    mei = cast.actor(cast.mei)

    def refused(**given: object) -> Problem:
        plain: dict[str, object] = {"unit": cast.sub, "policy": held, "audience": Audience(), "due_on": days(5)}
        with pytest.raises(Problem) as found:
            issuing.issue(**{**plain, "statement": STATEMENT, "by": mei, **given})  # type: ignore[arg-type]
        return found.value

    assert refused(due_on=days(-1)).where == "due_on"
    assert refused(due_on=date(9999, 12, 31)).where == "due_on"
    assert refused(statement=" ").where == "statement"
    assert refused(audience=Audience(kind="new_hires")).where == "since"
    assert refused(audience=Audience(kind="everybody")).where == "kind"
    assert refused(audience=Audience(kind="key_posts")).code == "reading.nobody"
    assert refused(audience=Audience(departments=(str(cast.group.uid),))).where == "departments"
    assert refused(audience=Audience(departments=(str(cast.department.uid),), below=True)).where == "below"
    assert refused(policy=stock(cast)).code == "reading.no_text"
    assert isinstance(refused(by=cast.actor(cast.tan)), NotFound)
    assert isinstance(refused(by=of_user(account("Dong", "department_officer", cast.sub, cast.house))), Denied)
    assert not Reading.objects.exists()


def test_receipts_are_made_once_however_often_the_job_runs(cast: Cast) -> None:
    user, gao = employee(cast, "Gao", department=cast.department)
    row = issued(cast)
    assert (row.state, row.person_count, row.confirmed_count) == ("open", 2, 0)
    assert Job.objects.get(unique_key=issuing.key(row)).done_count == 2
    assert issuing.give_out(row) == 0
    org.add_person(unit=cast.sub, name="漏掉的", by=cast.house)
    assert issuing.give_out(row) == 1, "a job that broke off goes on with those it has not reached"
    receipt = Receipt.objects.get(reading=row, person=gao)
    assert (receipt.unit, receipt.department, receipt.state) == (cast.sub, cast.department, "pending")
    assert BatchItem.objects.filter(object_type="receipt").count() == 3
    assert list(Notice.objects.filter(step=Step.ASKED).values_list("user_id", flat=True)) == [user.pk]
    with pytest.raises(Conflict) as twice:
        issued(cast, version=row.policy_version)
    assert twice.value.data["reading"] == str(row.uid)
    assert findings() == []


# --- reading and confirming -----------------------------------------------------------------------------------------


def test_an_employee_reads_to_the_end_and_confirms_once(cast: Cast) -> None:
    user, gao = employee(cast, "Gao")
    row = issued(cast)
    by = of_user(user)
    assert [one.reading for one in queries.mine(by)] == [row]
    with pytest.raises(Problem) as early:
        confirming.confirm(reading=row.uid, by=by)
    assert early.value.code == "reading.not_read"
    read(row, by)
    done = confirming.confirm(reading=row.uid, by=by)
    assert (done.state, done.way, done.by) == ("confirmed", "online", "Gao")
    assert confirming.confirm(reading=row.uid, by=by).version == done.version
    assert list(queries.mine(by)) == []
    assert [one.reading for one in queries.confirmed(by)] == [row]
    told = Event.objects.filter(action="reading.confirmed")
    assert [event.object_title for event in told] == [row.title]
    assert not Notice.objects.filter(user=user, read_at__isnull=True).exists()
    row.refresh_from_db()
    assert row.confirmed_count == 1
    assert findings() == []
    Receipt.objects.filter(person=gao).update(by="somebody else")
    assert len(findings()) == 1


def test_a_rule_that_is_only_a_file_is_read_by_opening_it(cast: Cast) -> None:
    scan = store.save(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", name="制度.pdf", by=cast.house)
    user, _gao = employee(cast, "Gao")
    version = in_force(cast)
    PolicyVersion.objects.filter(pk=version.pk).update(text="", files=[{"digest": scan.digest, "name": "制度.pdf"}])
    version.refresh_from_db()
    row = issued(cast, version=version)
    client = cast.client(user)
    confirm = reverse("reading-confirm", args=[row.uid])
    client.post(reverse("reading-end", args=[row.uid]), {"part": "1"})
    assert client.post(confirm).status_code == 422
    answer = client.get(reverse("reading-file", args=[row.uid, scan.digest, "制度.pdf"]))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    answer.close()
    assert client.post(confirm).status_code == 302


def test_parts_are_read_in_their_order(cast: Cast) -> None:
    long = "\n".join(f"第{number}条 内容。" for number in range(1, confirming.SIZE + 20))
    user, _gao = employee(cast, "Gao")
    row = issued(cast, version=in_force(cast, text=long))
    receipt = queries.own(of_user(user), row.uid)
    whole = confirming.parts(confirming.pieces(receipt.reading))
    assert whole == 2
    assert confirming.reach(receipt, 2, of=whole).reached == 0
    assert confirming.reach(receipt, 1, of=whole).reached == 1
    with pytest.raises(Problem):
        confirming.confirm(reading=row.uid, by=of_user(user))
    confirming.reach(receipt, 2, of=whole)
    assert confirming.confirm(reading=row.uid, by=of_user(user)).state == "confirmed"


def test_nobody_confirms_for_another(cast: Cast) -> None:
    user, gao = employee(cast, "Gao")
    other, _li = employee(cast, "Li", cast.stranger)
    row = issued(cast)
    read(row, of_user(user))
    for by in (of_user(other), cast.actor(cast.mei), system("guiju")):
        with pytest.raises(NotFound):
            confirming.confirm(reading=row.uid, by=by)
    with pytest.raises(Denied):
        confirming.confirm(reading=row.uid, by=cast.actor(cast.ou))
    assert state(row, gao) == "pending"


def test_the_office_records_a_signed_list_of_its_own_people_only(cast: Cast) -> None:
    below = org.add_person(unit=cast.grandchild, name="下级", by=cast.actor(cast.lin))
    row = issued(cast, Audience(below=True))
    scan = store.save(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n", name="签收表.pdf", by=cast.house)
    file = {"digest": scan.digest, "name": "签收表.pdf"}
    mei = cast.actor(cast.mei)
    with pytest.raises(Problem) as bare:
        confirming.paper(reading=row, people=[str(cast.wang.uid)], file={}, by=mei)
    assert bare.value.where == "file"
    with pytest.raises(Problem):
        confirming.paper(reading=row, people=[], file=file, by=mei)
    keeper = of_user(account("Ke", "compliance_office", cast.grandchild, cast.house))
    with pytest.raises(NotFound):
        confirming.paper(reading=row, people=[str(cast.wang.uid)], file=file, by=keeper)
    assert confirming.paper(reading=row, people=[str(below.uid)], file=file, by=keeper) == 1
    assert confirming.paper(reading=row, people=[str(cast.wang.uid)], file=file, by=mei) == 1
    assert confirming.paper(reading=row, people=[str(cast.wang.uid)], file=file, by=mei) == 0
    with pytest.raises(NotFound):
        confirming.paper(reading=row, people=[str(employee(cast, "Late")[1].uid)], file=file, by=mei)
    row.refresh_from_db()
    assert ([one["count"] for one in row.papers], row.confirmed_count) == ([1, 1], 2)
    receipt = Receipt.objects.get(person=cast.wang)
    assert (receipt.way, receipt.paper, receipt.by) == ("paper", scan.digest, "Mei")
    assert verify.run().ok, verify.run()


# --- how far, reminders, the night ----------------------------------------------------------------------------------


def test_rates_stand_by_department_and_unit_over_all_levels(cast: Cast) -> None:
    user, _gao = employee(cast, "Gao", department=cast.department)
    org.add_person(unit=cast.grandchild, name="下级", by=cast.actor(cast.lin))
    row = issued(cast, Audience(below=True))
    read(row, of_user(user))
    confirming.confirm(reading=row.uid, by=of_user(user))
    found = queries.rates(row, cast.sub, on=clock.today())
    assert (found.whole.asked, found.whole.confirmed, found.whole.percent) == (3, 1, 33)
    assert [(one.name if one else "", tally.missing) for one, tally in found.departments] == [("经营部", 0), ("", 1)]
    assert [(one, tally.missing) for one, tally in found.units] == [(cast.grandchild, 1)]
    assert queries.rates(row, cast.department, on=clock.today()).whole.confirmed == 1
    assert queries.rates(row, cast.group, on=clock.today()).units[0][1].asked == 3


def test_a_reminder_reaches_each_account_once_a_day(cast: Cast) -> None:
    user, _gao = employee(cast, "Gao")
    row = issued(cast)
    Notice.objects.all().delete()
    mei = cast.actor(cast.mei)
    assert managing.remind(reading=row, unit=cast.sub, by=mei) == 2
    assert managing.remind(reading=row, unit=cast.sub, by=mei) == 2
    worker.drain()
    assert [one.user_id for one in inbox.notices(by=of_user(user))] == [user.pk]
    row.refresh_from_db()
    assert row.reminded_on == clock.today()
    assert Event.objects.filter(action="reading.reminded").count() == 1
    with pytest.raises(Denied):
        managing.remind(reading=row, unit=cast.sub, by=of_user(account("Du", "reader", cast.sub, cast.house)))


def test_the_night_reminds_before_and_after_and_tells_the_head_of_the_department(cast: Cast) -> None:
    user, _gao = employee(cast, "Gao", department=cast.department)
    head = account("Bu", "department_officer", cast.department, cast.house)
    boss = org.add_person(unit=cast.sub, name="卜部长", post="经营部部长", department=cast.department, by=cast.house)
    org.link_account(person=boss, user=head, by=cast.house)
    with clock.simulate(at(date(2026, 12, 1))):
        row = issued(cast, due_on=date(2026, 12, 31))
    Notice.objects.all().delete()

    def night(day: date) -> dict[str, int]:
        with clock.simulate(at(day)):
            return tasks.nightly.call()

    assert night(date(2026, 12, 22))["reminded"] == 0
    assert night(date(2026, 12, 24))["reminded"] == 2
    assert night(date(2026, 12, 25))["reminded"] == 0
    assert night(date(2026, 12, 30))["reminded"] == 2
    assert night(date(2026, 12, 31))["escalated"] == 0
    late = night(date(2027, 1, 5))
    assert (late["reminded"], late["escalated"]) == (2, 2)
    task = Task.objects.get(about="reading_late", unit=cast.department)
    assert (task.owner, task.status) == (boss, TaskStatus.OPEN)
    assert "2" in task.title
    for one in (user, head):
        read(row, of_user(one))
        confirming.confirm(reading=row.uid, by=of_user(one))
    assert night(date(2027, 1, 6))["escalated"] == 0
    task.refresh_from_db()
    assert task.status == TaskStatus.DONE


def test_nobody_is_pressed_to_confirm_a_rule_that_was_repealed(cast: Cast) -> None:
    with clock.simulate(at(date(2026, 12, 1))):
        row = issued(cast, due_on=date(2026, 12, 10))
    assert row.policy_version is not None
    with clock.simulate(at(date(2026, 12, 15))):
        actions.repeal(entry=record(row.policy_version), reason="不再适用", by=cast.actor(cast.mei))
        assert tasks.nightly.call() == {"added": 0, "released": 0, "reminded": 0, "escalated": 0}
    page = cast.client(cast.mei).get(reverse("governance-readings-one", args=["HD-01", row.uid]))
    assert "gj-note--person" in page.content.decode()


def test_joiners_are_asked_and_leavers_released(cast: Cast) -> None:
    row = issued(cast, Audience(kind="all", joiners=True), due_on=days(3))
    came = org.add_person(unit=cast.sub, name="新来", joined_on=days(1), by=cast.house)
    org.change_person(person=cast.wang, version=cast.wang.version, by=cast.house, left_on=days(0))
    with clock.simulate(at(days(1))):
        found = tasks.nightly.call()
    assert (found["added"], found["released"]) == (1, 1)
    assert state(row, cast.wang) == "released"
    assert Receipt.objects.get(person=came).due_on == days(1) + timedelta(days=10)
    row.refresh_from_db()
    assert row.person_count == 1
    assert findings() == []


# --- its end --------------------------------------------------------------------------------------------------------


def test_the_last_day_is_moved_by_whoever_has_seen_the_present_state(cast: Cast) -> None:
    row = issued(cast)
    mei = cast.actor(cast.mei)
    managing.extend(reading=row, due_on=days(20), version=row.version, by=mei)
    with pytest.raises(Conflict) as stale:
        managing.extend(reading=row, due_on=days(30), version=row.version, by=mei)
    assert stale.value.data["current"] == {"due_on": days(20).isoformat(), "state": "open", "papers": 0}
    assert Task.objects.get(about="reading").due_on == days(20)


@pytest.mark.parametrize("register", ["publicity", "work_records"])
def test_closing_leaves_a_record_only_where_somebody_says_so(cast: Cast, register: str) -> None:
    user, gao = employee(cast, "Gao")
    row = issued(cast)
    read(row, of_user(user))
    confirming.confirm(reading=row.uid, by=of_user(user))
    mei = cast.actor(cast.mei)
    row.refresh_from_db()
    closed = managing.close(reading=row, version=row.version, by=mei, record=register)
    entry = Entry.objects.select_related("body").get(register=register)
    assert closed.record == f"{register}:{entry.uid}"
    assert "1" in str(entry.body.data["gist"])
    assert len(entry.body.data["files"]) == 1
    assert Task.objects.get(about="reading").status == TaskStatus.DONE
    with pytest.raises(Conflict):
        managing.close(reading=closed, version=closed.version, by=mei)
    assert list(queries.mine(of_user(user))) == []
    assert findings() == []
    again = issued(cast, version=row.policy_version)
    managing.close(reading=again, version=again.version, by=mei)
    assert Entry.objects.filter(register=register).count() == 1
    with pytest.raises(Conflict):
        confirming.confirm(reading=again.uid, by=of_user(user))
    assert state(again, gao) == "pending"


def test_a_new_version_in_force_is_offered_with_what_differs(cast: Cast) -> None:
    first = in_force(cast)
    row = issued(cast, version=first)
    assert queries.offers(cast.sub) == []
    second = actions.issue(
        draft=revised(cast, record(first)), number="2号", by=cast.actor(cast.mei), in_force_on=days(1)
    )
    with clock.simulate(at(days(1))):
        actions.put_in_force_due(on=days(1), by=cast.house)
        (offer,) = queries.offers(cast.sub)
        assert (offer.version, offer.before) == (second, row)
        again = issued(cast, version=second, compared=first)
        assert (again.policy_version, again.compared) == (second, first)
        assert queries.offers(cast.sub) == []
        with pytest.raises(Problem):
            issued(cast, version=second, compared=second)


def test_people_of_another_tree_see_nothing_of_it(cast: Cast) -> None:
    row = issued(cast)
    with pytest.raises(NotFound):
        queries.find(cast.actor(cast.tan), row.uid)
    dong = of_user(account("Dong", "department_officer", cast.department, cast.house))
    with pytest.raises(NotFound):
        queries.find(dong, row.uid)
    Person.objects.filter(pk=cast.wang.pk).update(department=cast.department)
    Receipt.objects.update(department=cast.department)
    assert queries.find(dong, row.uid) == row
    assert queries.receipts(row, cast.sub, by=dong).count() == 1
    other = org.create_unit(code="HD-01-D2", name="财务部", kind="department", parent=cast.sub, by=cast.house)
    Receipt.objects.update(department=other)
    assert queries.receipts(row, cast.sub, by=dong).count() == 0
