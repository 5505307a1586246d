"""The demonstration as a whole: a mixed picture, a whole log, and nobody who sees more than he should."""

from __future__ import annotations

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
from guiju.demo import cast, load
from guiju.demo.load import DemoSummary
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.org.models import Person, Supervision, Unit
from guiju.packs import catalogue
from guiju.posture import programme, queries
from guiju.posture.models import LETTERS, Adoption, Judgement, RollupDay, Standing
from guiju.registers import actions, importing
from guiju.registers.models import Entry, EntryVersion
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
    (sample,) = loaded.samples
    by = of_user(User.objects.get(username="yp-hegui"))
    unit = Unit.objects.get(code="YP")
    run = importing.prepare(register="risk_list", unit=unit, path=sample, name=sample.name, by=by)
    assert (run.summary["new"], run.summary["faulty"]) == (8, 2)
    assert [fault["value"] for fault in run.summary["faults"]] == ["很高", "去年国庆前"]
    assert run.summary["unknown_columns"] == []


def test_an_unknown_size_is_refused(db: None) -> None:
    with pytest.raises(Problem) as caught:
        load.run("enormous")
    assert "small" in caught.value.fix
