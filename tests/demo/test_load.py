"""The demonstration as a whole: a mixed picture, a whole log, and nobody who sees more than he should."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import transaction

from guiju.access import scope
from guiju.access.actor import of_user, system
from guiju.access.models import User
from guiju.access.permissions import Permission
from guiju.compliance.graph import queries as graph
from guiju.compliance.hearing import queries as hearings
from guiju.compliance.models import Link
from guiju.demo import cast, load
from guiju.demo.load import DemoSummary
from guiju.governance.duties import queries as duties
from guiju.governance.meetings import matters, order
from guiju.governance.models import Archive, PolicyVersion, Reading, Receipt
from guiju.governance.policies import statistics
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.lib.period import Period
from guiju.org import places
from guiju.org.models import Person, Supervision, Unit
from guiju.packs import catalogue
from guiju.posture import programme, queries
from guiju.posture.models import LETTERS, Adoption, Judgement, RollupDay, Standing
from guiju.registers import actions, importing
from guiju.registers.models import Entry, EntryVersion
from guiju.review import access, late, webhooks
from guiju.review.enums import DeliveryState
from guiju.review.models import Condition, Matter, PassUse
from guiju.trail import verify
from guiju.trail.models import Event
from guiju.workflow.models import Notice, Task, TaskStatus

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

#: Early in a year its programme has little to show.
_TODAY = datetime(2026, 11, 21, 9, tzinfo=clock.SHANGHAI)


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[DemoSummary]:
    """Loaded once for all tests here, on a day late in a year, and undone at their end."""
    with django_db_blocker.unblock(), transaction.atomic(), clock.simulate(_TODAY):
        yield load.run()
        transaction.set_rollback(True)


def _posture(code: str) -> Counter[str]:
    unit, pack = Unit.objects.get(code=code), catalogue.current(cast.PACK)
    findings = queries.posture(by=system("test"), unit=unit, pack=pack)
    assert findings is not None, code
    return Counter(str(finding.status) for finding in findings)


def _share(found: Counter[str], status: str) -> float:
    return found[status] / sum(count for key, count in found.items() if key != "na")


def test_the_platform_shows_every_answer_and_mostly_good_ones(loaded: DemoSummary) -> None:
    found = _posture("HM")
    assert all(found[status] > 0 for status in ("met", "partly", "unmet", "person", "na"))
    assert found["met"] > found["partly"] + found["unmet"]


def test_the_smaller_a_firm_and_the_later_it_began_the_more_is_missing(loaded: DemoSummary) -> None:
    platform, auction, micro = (_share(_posture(code), "unmet") for code in ("HM", "RC", "YP"))
    assert platform < auction < micro


def test_subsidiaries_differ_and_only_those_in_reach_have_adopted(loaded: DemoSummary) -> None:
    pack = catalogue.current(cast.PACK)
    shares = {code: round(_share(_posture(code), "met"), 2) for code in ("LL-LQ", "LL-SW", "LL-WY", "LL-ZC-XN")}
    assert len(set(shares.values())) == 4
    assert shares["LL-ZC-XN"] < shares["LL-WY"] < shares["LL-LQ"]
    for code in ("LL", "LL-GJ", "LL-SW-JY"):
        assert queries.posture(by=system("test"), unit=Unit.objects.get(code=code), pack=pack) is None


GROUP = "cn:cq-sasac:2023-7", "cn:bt-sasac:2023-120"
AUCTION, PLATFORM = "cn:sh:auction-2023", "cn:samr:platform-draft"


def _standing(code: str) -> dict[str, Standing]:
    rows = Standing.objects.filter(unit__code=code).select_related("pack")
    return {row.pack.urn: row for row in rows}


@pytest.mark.parametrize(
    ("code", "urns"),
    [("LL", set(GROUP)), ("RC", {AUCTION, cast.PACK}), ("HM", {PLATFORM, cast.PACK}), ("YP", {cast.PACK})],
)
def test_each_firm_shows_a_mixed_picture_of_its_own_documents_and_nothing_of_others(
    loaded: DemoSummary, code: str, urns: set[str]
) -> None:
    found = _standing(code)
    assert found.keys() == urns
    for urn, row in found.items():
        kinds = {status for status, letter in LETTERS.items() if letter in row.statuses}
        assert kinds >= {"met", "partly", "unmet"}, urn
        assert kinds & {"person", "not_due"}, urn


def test_a_document_that_nobody_here_adopted_is_nowhere_red(loaded: DemoSummary) -> None:
    answering = {(row.unit_id, row.pack_id) for row in Adoption.objects.all()}
    assert all((row.unit_id, row.pack_id) in answering for row in Standing.objects.all())
    for code in ("LL-LQ-SG", "LL-SW-JY"):
        assert not _standing(code).keys() & set(GROUP)


def test_the_programme_of_this_year_runs_and_the_pilot_of_the_last_is_frozen(loaded: DemoSummary) -> None:
    year = clock.today().year
    running = Adoption.objects.get(unit__code="LL", pack__urn=GROUP[0])
    assert (running.base_date, running.to_on) == (date(year, 1, 1), date(year, 12, 31))
    plan = Adoption.objects.get(unit__code="LL", pack__urn=GROUP[1])
    assert plan.to_on == date(year + 1, 12, 31)
    assert _standing("LL-SW")[GROUP[0]].frozen_on == date(year - 1, 12, 31)
    campaign = programme.under(Adoption.objects.get(unit__code="RC", pack__urn=AUCTION))
    assert campaign is not None
    (stage,) = (stage for stage in campaign.stages if stage.code == "building")
    assert stage.from_on <= clock.today() <= stage.to_on


def test_headquarters_stand_best_and_one_subsidiary_far_behind(loaded: DemoSummary) -> None:
    def met(code: str) -> int:
        return _standing(code)[GROUP[1]].statuses.count(LETTERS["met"])

    assert met("LL") > met("LL-LQ") > met("LL-WY") > 2 * met("LL-ZC-XN") > 0


def test_saving_one_meeting_moves_every_document_that_asks_for_it(loaded: DemoSummary) -> None:
    unit = Unit.objects.get(code="LL-WY")
    by = of_user(User.objects.get(username="wy-tong"))
    chair = Person.objects.get(unit=unit, name="苗春")
    before = {urn: row.statuses for urn, row in _standing("LL-WY").items()}
    assert before.keys() == {*GROUP, cast.PACK}
    with transaction.atomic():
        meeting = {
            "subject": "合规联席会议", "topic": "joint_meeting", "held_on": clock.today().isoformat(),
            "chaired_by": str(chair.uid), "minutes_number": "物业合纪1号", "has_resolution": True, "attended": 6,
        }  # fmt: skip
        actions.create(register="meetings", unit=unit, values=meeting, by=by)
        after = {urn: row.statuses for urn, row in _standing("LL-WY").items()}
        transaction.set_rollback(True)
    for urn, statuses in before.items():
        better = sum(old != "m" and new == "m" for old, new in zip(statuses, after[urn], strict=True))
        assert better >= 1, urn


def test_tasks_are_done_overdue_and_to_come(loaded: DemoSummary) -> None:
    today = clock.today()
    tasks = Task.objects.filter(unit__path__startswith=Unit.objects.get(code="LL").path)
    assert tasks.filter(status=TaskStatus.DONE, done_how="record").exists()
    assert tasks.filter(status=TaskStatus.OPEN, due_on__lt=today, level=2).exists()
    assert tasks.filter(status=TaskStatus.OPEN, due_on__gte=today).exists()
    assert Task.objects.filter(unit__code="HM", owner__name="沈岚").exists()
    assert Notice.objects.filter(user__username="ll-wang", step="principal").exists()


def test_every_month_has_left_its_point(loaded: DemoSummary) -> None:
    group = Unit.objects.get(code="LL")
    points = RollupDay.objects.filter(unit=group, reach="all", pack__urn=GROUP[1]).order_by("on")
    assert points.count() >= 12
    assert points[0].met < points[points.count() - 1].met


def test_persons_judged_with_a_reason_and_until_a_day(loaded: DemoSummary) -> None:
    rows = Judgement.objects.filter(superseded_at__isnull=True)
    assert {row.unit.code for row in rows} >= {"LL", "HM", "RC"}
    assert all(row.reason and row.expires_on > row.on for row in rows)


def test_the_log_is_whole_and_told_in_the_order_of_time(loaded: DemoSummary) -> None:
    report = verify.run()
    assert report.findings == []
    begin = Event.objects.filter(action="unit.created").order_by("seq").values_list("seq", flat=True)[0]
    moments = list(Event.objects.filter(seq__gte=begin).order_by("seq").values_list("at", flat=True))
    assert len(moments) > 2_000
    assert all(before <= after for before, after in pairwise(moments))
    assert moments[-1] < clock.now()


def test_late_entries_stand_out_and_one_evening_holds_fourteen(loaded: DemoSummary) -> None:
    rows = Entry.objects.filter(unit__code="LL-WY", on__isnull=False).values_list("on", "created_at")
    evening = Counter(clock.day_of(at) for on, at in rows if (clock.day_of(at) - on).days > 10)
    assert 14 in evening.values()
    everywhere = Entry.objects.filter(on__isnull=False).values_list("on", "created_at")
    late = sum((clock.day_of(at) - on) > timedelta(days=7) for on, at in everywhere)
    assert 0.03 < late / Entry.objects.count() < 0.3


def test_rows_have_histories_and_one_was_removed(loaded: DemoSummary) -> None:
    assert EntryVersion.objects.filter(removed=True).exists()
    assert EntryVersion.objects.count() > 150
    assert Entry.objects.filter(file_count__gt=0).count() > 50


def test_a_supervisor_sees_his_own_body_only(loaded: DemoSummary) -> None:
    watched = Supervision.objects.filter(unit__code__in=["LL", "RC"])
    assert {row.authority.code for row in watched} == {"LLGZ", "SHPX"}
    user = User.objects.get(username="gz-heping")
    seen = scope.units(of_user(user), Permission.ORG_UNIT_VIEW).values_list("code", flat=True)
    assert list(seen) == ["LLGZ"]


def test_every_account_on_the_sign_in_page_opens(loaded: DemoSummary) -> None:
    for account in loaded.accounts:
        user = User.objects.get(username=account.username)
        assert user.check_password(account.password)
        assert Person.objects.get(user=user).name == account.name


def test_a_second_time_is_refused_with_what_to_do(loaded: DemoSummary) -> None:
    with pytest.raises(Problem) as caught:
        load.run()
    assert caught.value.code == "demo.not_empty"
    assert caught.value.fix


def test_the_newcomer_imports_the_sample_and_is_told_of_two_bad_cells(loaded: DemoSummary) -> None:
    sample = loaded.samples[0]
    by = of_user(User.objects.get(username="yp-hegui"))
    unit = Unit.objects.get(code="YP")
    run = importing.prepare(register="risk_list", unit=unit, path=sample, name=sample.name, by=by)
    assert (run.summary["new"], run.summary["faulty"]) == (8, 2)
    assert [fault["value"] for fault in run.summary["faults"]] == ["很高", "去年国庆前"]
    assert run.summary["unknown_columns"] == []


GOVERNED = pytest.mark.parametrize("code", ["LL", "HM"])


@GOVERNED
def test_rules_stand_in_every_state_of_their_life(loaded: DemoSummary, code: str) -> None:
    rows = PolicyVersion.objects.filter(unit__code=code)
    assert {row.state for row in rows} == {"in_force", "superseded", "submitted", "approved"}
    assert rows.filter(state="in_force").exclude(text="").count() >= 8
    assert rows.filter(state="approved", in_force_on__gt=clock.today()).count() == 1
    entries = Entry.objects.filter(register="policies", unit__code=code)
    assert [row.title for row in entries if row.body.data.get("charter")] == ["公司章程"]
    assert not entries.filter(text_4="").exists()
    guideline = entries.get(uid=rows.get(state="approved").policy)
    assert Entry.objects.filter(uid__in=[guideline.ref_1], register="rectifications", kind="audit").exists()


@GOVERNED
def test_the_committee_has_met_and_one_resolution_is_late(loaded: DemoSummary, code: str) -> None:
    meetings = Entry.objects.filter(register="meetings", unit__code=code)
    assert meetings.filter(status="settled").count() == 2
    assert meetings.filter(status="planned", on__gt=clock.today()).count() == 1
    assert Entry.objects.filter(register="recusals", unit__code=code, ref_1__isnull=False).count() == 1
    items = {str(row.uid) for row in Entry.objects.filter(register="agenda_items", unit__code=code)}
    resolved = Entry.objects.filter(register="decisions", unit__code=code, ref_2__in=items)
    assert {row.status for row in resolved} == {"open", "done"}
    assert resolved.filter(status="open", due_on__lt=clock.today()).count() == 1
    found = order.decisions(by=system("test"), company=Unit.objects.get(code=code))
    verdicts = {one.verdict for one in found if one.item is not None}
    assert order.SOUND in verdicts
    # Only the platform answers to a document that wants both the head's and the staff's opinion.
    assert (order.WITHOUT in verdicts) == (code == "HM")
    matter = Entry.objects.get(register="matters", unit__code=code)
    assert [one.code for one in matters.waiting(matter.body.data)] == ["risk"]


@GOVERNED
def test_a_rule_is_being_read_and_an_archive_was_made(loaded: DemoSummary, code: str) -> None:
    reading = Reading.objects.get(unit__code=code)
    assert reading.state == "open"
    assert 0 < reading.confirmed_count < reading.person_count
    pending = Receipt.objects.filter(reading=reading, state="pending", person__user__isnull=False)
    assert pending.filter(person__user__username__endswith="-yuangong").count() == 1
    assert Archive.objects.get(unit__code=code).state == "ready"
    rows = Entry.objects.filter(register__in=("audits", "inspections"), unit__code=code)
    named = {uid for row in rows for uid in row.body.data.get("rectifications") or ()}
    assert Entry.objects.filter(uid__in=named, status="open").count() == 3
    told = Entry.objects.filter(register="authority_reports", unit__code=code, kind="proactive", ref_1__in=named)
    assert told.count() == 1


def test_reviews_have_ended_in_every_way_and_one_waits_too_long(loaded: DemoSummary) -> None:
    rows = Matter.objects.filter(unit__code__in=["LL", "HM"])
    ended = {"passed", "refused", "vetoed", "withdrawn", "void"}
    assert {row.state for row in rows} == {*ended, "in_review", "suspended"}
    assert rows.filter(state="passed", rounds=2).exists()
    assert rows.filter(state="passed", veto__has_key="lifted").count() == 1
    conditions = Condition.objects.filter(matter__in=rows)
    assert {row.state for row in conditions} == {"open", "met"}
    late = Task.objects.filter(about="review", status=TaskStatus.OPEN, due_on__lt=clock.today())
    assert [task.owner.name for task in late if task.owner] == ["鲍芸"]
    assert PassUse.objects.filter(kind="seal", issued__system="oa").count() == 3


def test_the_gate_page_shows_an_act_nobody_asked_about_and_messages_that_were_received(loaded: DemoSummary) -> None:
    officer = of_user(User.objects.get(username="ll-hegui"))
    unasked = late.told(officer).get()
    assert (unasked.ref, unasked.went_on, unasked.code) == ("LLOA-0788", True, "unknown")
    sent = webhooks.deliveries(officer)
    assert sent.filter(state=DeliveryState.SENT).count() >= 3
    assert not sent.exclude(state=DeliveryState.SENT).exists()
    assert verify.run().ok


def test_a_rule_of_the_platform_is_reviewed_before_it_is_approved(loaded: DemoSummary) -> None:
    row = PolicyVersion.objects.get(unit__code="HM", state="submitted")
    matter = Matter.objects.get(system="policies", ref=str(row.policy))
    assert (matter.state, matter.title) == ("in_review", row.title)
    assert not Task.objects.filter(about="policy", about_uid=row.policy, status=TaskStatus.OPEN).exists()


def test_the_platform_joins_what_it_must_do_with_risks_controls_posts_and_steps(loaded: DemoSummary) -> None:
    platform = Unit.objects.get(code="HM")
    counts = {one.register: one for one in graph.joined(platform, by=system("test"))}
    for register in ("posts", "duty_list", "process_list"):
        assert (counts[register].count > 0, counts[register].alone) == (True, 0), register
    for register in ("obligations", "risk_list", "controls"):
        assert counts[register].alone * 4 < counts[register].count, register
    links = Counter(Link.objects.filter(unit=platform).values_list("state", flat=True))
    assert links["confirmed"] > 100
    assert links["proposed"] == 5
    listed = Entry.objects.get(register="list_versions", unit=platform, kind="duty", status="in_force")
    assert listed.count_1 == counts["duty_list"].count


@pytest.mark.parametrize("code", ["LL", "LL-LQ", "LL-SW", "LL-WY"])
def test_what_a_stocktake_found_is_what_the_library_holds(loaded: DemoSummary, code: str) -> None:
    seat = places.seat(system("test"), code)
    taken = Entry.objects.filter(register="policy_stocktakes", unit=seat.company).order_by("on").last()
    assert taken is not None
    found = statistics.figures(by=system("test"), seat=seat, on=taken.date_1)
    levels = [found.level(level) for level in ("basic", "specific", "guideline")]
    assert [taken.count_1, taken.count_2, taken.num_1, taken.num_2] == [found.total, *levels]
    assert bool(taken.flag_1) == (found.unsorted < found.total)


@pytest.mark.parametrize("code", ["RC", "YP"])
def test_small_firms_owe_the_duties_of_bodies_they_lack_at_the_top_and_with_one_person(
    loaded: DemoSummary, code: str
) -> None:
    """附录A 小微企业：管理最高层为合规领导机构，合规专员做合规管理部门的事。"""
    found = {one.code: one for one in duties.holdings(by=system("test"), unit=Unit.objects.get(code=code))}
    assert not {"committee", "department"} & found.keys()
    for held, body in (("top_management", "committee"), ("compliance_staff", "department")):
        assert (found[held].is_held, found[held].instead_of) == (True, body)
        assert found[held].asks


def test_only_who_answers_to_a_document_that_asks_for_it_misses_a_hearing_or_a_log(loaded: DemoSummary) -> None:
    def missing(code: str) -> int:
        return hearings.strip(by=system("test"), unit=Unit.objects.get(code=code)).missing

    assert {code: missing(code) > 0 for code in ("HM", "LL", "RC", "YP")} == {
        "HM": True, "LL": False, "RC": False, "YP": False,
    }  # fmt: skip
    person = Person.objects.select_related("unit").get(name="姜禾")
    year = Period(clock.today().year)
    work = duties.work(by=system("test"), unit=person.unit, person=person, period=year)
    assert not work.lacking
    assert "compliance_staff" in work.duties


def test_who_brings_contracts_sees_his_own_and_the_other_system_what_it_sent(loaded: DemoSummary) -> None:
    for username, source in (("ll-yewu", ""), ("ll-oa", "oa")):
        by = of_user(User.objects.get(username=username))
        seen = access.visible(by)
        assert seen.exists(), username
        assert set(seen.values_list("unit__code", flat=True)) == {"LL"}
        assert not source or set(seen.values_list("system", flat=True)) == {source}
        assert not scope.units(by, Permission.REGISTER_ENTRY_VIEW).exists()


def test_a_stock_of_two_hundred_rules_lies_ready(loaded: DemoSummary) -> None:
    with zipfile.ZipFile(loaded.samples[1]) as stock:
        assert len(stock.namelist()) > 200


def test_an_unknown_size_is_refused(db: None) -> None:
    with pytest.raises(Problem) as caught:
        load.run("enormous")
    assert "small" in caught.value.fix
