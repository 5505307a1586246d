"""The demonstration as a whole: a mixed picture, a whole log, and nobody who sees more than he should."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
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
from guiju.posture import queries
from guiju.registers import importing
from guiju.registers.models import Entry, EntryVersion
from guiju.trail import verify
from guiju.trail.models import Event

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[DemoSummary]:
    """Loaded once for all tests here, and undone at their end."""
    with django_db_blocker.unblock(), transaction.atomic():
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
    assert Supervision.objects.count() == 2
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
    assert run.summary["unknown_columns"] == ["备注"]


def test_an_unknown_size_is_refused(db: None) -> None:
    with pytest.raises(Problem) as caught:
        load.run("enormous")
    assert "small" in caught.value.fix
