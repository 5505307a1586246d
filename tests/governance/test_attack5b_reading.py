"""Readings under attack: reminders that hide others', receipts touched after they were given, tricky names, strangers."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from guiju.access.actor import of_user
from guiju.governance.models import Receipt
from guiju.governance.reading import confirming, listing, managing, queries, tasks
from guiju.governance.reading.audience import Audience
from guiju.jobs import worker
from guiju.lib import clock
from guiju.lib.errors import Denied, NotFound, Problem
from guiju.org import actions as org
from guiju.trail import reconcile
from guiju.workflow.models import Notice
from tests.conftest import Cast
from tests.governance.policy_house import account, days, in_force
from tests.governance.readers import employee, issued, read
from tests.governance.test_reading import at

pytestmark = pytest.mark.django_db


def findings() -> list[str]:
    found = reconcile.Findings()
    reconcile.reconcile(found)
    return found.told()


def test_a_unit_that_reminds_its_own_people_does_not_silence_the_reminder_of_all_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    above, _person = employee(cast, "Gao")
    employee(cast, "Xia", cast.grandchild)
    below = of_user(account("Hui", "compliance_office", cast.grandchild, cast.house))
    row = issued(cast, Audience(below=True), due_on=days(40))
    calendar = tasks.days.of(row.unit.root_id or row.unit_id)
    coming = [days(distance) for distance in range(60)]
    day = next(day for day in coming if calendar.works(day) and tasks.is_time(row, calendar, on=day))
    monkeypatch.setattr(clock, "now", lambda: at(day))
    before = Notice.objects.filter(user=above).count()
    managing.remind(reading=row, unit=cast.grandchild, by=below)
    worker.drain()
    row.refresh_from_db()
    assert row.reminded_on is None
    tasks.nightly.func()
    assert Notice.objects.filter(user=above).count() == before + 1


def test_a_page_left_open_does_not_touch_a_receipt_that_was_given(cast: Cast) -> None:
    user, person = employee(cast, "Gao")
    row = issued(cast)
    stale = queries.own(of_user(user), row.uid)
    Receipt.objects.filter(pk=stale.pk).update(reached=1)
    confirming.confirm(reading=row.uid, by=of_user(user))
    confirming.open_(stale)
    assert Receipt.objects.get(pk=stale.pk).opened_at is None
    assert person.pk == stale.person_id
    assert findings() == []


def test_names_that_look_like_formulas_stay_words_in_the_list(cast: Cast) -> None:
    evil = '=HYPERLINK("http://x")'
    org.add_person(unit=cast.sub, name=evil, post="+1", number="@SUM(A1)", by=cast.house)
    row = issued(cast, version=in_force(cast, "=1+1[制度]:*?/\\'办法"))
    target = BytesIO()
    listing.names(row, queries.people(queries.receipts(row, cast.sub)), target)
    target.seek(0)
    cells = [cell for line in load_workbook(target).active.iter_rows() for cell in line if cell.value]
    assert evil in {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} == {"s"}


@pytest.mark.parametrize("uid", ["", "x", "\x00", "00000000-0000-0000-0000-000000000000", "1" * 5_000])
def test_a_signature_of_nobody_is_refused(cast: Cast, uid: str) -> None:
    row = issued(cast)
    with pytest.raises(Problem):
        confirming.paper(reading=row, people=[uid], file={"digest": "0" * 64}, by=cast.actor(cast.mei))


def test_a_unit_below_neither_closes_extends_nor_signs_for_others(cast: Cast) -> None:
    from guiju.files import store

    _user, above = employee(cast, "Gao")
    employee(cast, "Xia", cast.grandchild)
    below = of_user(account("Hui", "compliance_office", cast.grandchild, cast.house))
    row = issued(cast, Audience(below=True))
    scan = store.save(b"%PDF-1.4\nlist\n%%EOF\n", name="list.pdf", by=below)
    with pytest.raises((Denied, NotFound)):
        managing.close(reading=row, version=row.version, by=below)
    with pytest.raises((Denied, NotFound)):
        managing.extend(reading=row, due_on=days(20), version=row.version, by=below)
    with pytest.raises((Denied, NotFound)):
        managing.remind(reading=row, unit=cast.sub, by=below)
    with pytest.raises((Denied, NotFound)):
        confirming.paper(reading=row, people=[str(above.uid)], file={"digest": scan.digest}, by=below)
    seen = queries.people(queries.receipts(row, cast.sub, by=below))
    assert {one.person.name for one in seen} == {"Xia"}


def test_an_employee_sees_his_own_reading_and_no_figures_of_others(cast: Cast) -> None:
    user, _person = employee(cast, "Gao")
    employee(cast, "Xia")
    row = issued(cast)
    read(row, of_user(user))
    client = cast.client(user)
    assert client.get(f"/u/HD-01/reading/{row.uid}/").status_code in {302, 403, 404}
    assert client.get(f"/u/HD-01/reading/{row.uid}/export/").status_code in {302, 403, 404, 405}
