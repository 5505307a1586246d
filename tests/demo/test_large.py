"""The demonstration for benchmarks, in small: units, documents, records, tasks, and a whole trail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import transaction

from guiju.access.actor import of_user
from guiju.access.models import User
from guiju.access.permissions import Permission
from guiju.access.scope import units as seen_units
from guiju.demo import load
from guiju.demo.load import DemoSummary
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.posture.models import Adoption, PackRollup, Standing
from guiju.registers import spec
from guiju.registers.models import Entry
from guiju.trail import verify
from guiju.trail.models import Event
from guiju.workflow.models import Task

pytestmark = pytest.mark.django_db

_UNITS, _ENTRIES = 45, 4_500


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[DemoSummary]:
    """Loaded once for all tests here, and undone at their end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load.run("large", units=_UNITS, entries=_ENTRIES)
        transaction.set_rollback(True)


def test_the_large_demo_has_its_units_on_six_levels_and_records_in_every_register(loaded: DemoSummary) -> None:
    assert (loaded.units, Unit.objects.count()) == (_UNITS, _UNITS)
    assert Entry.objects.count() == loaded.entries >= _ENTRIES * 0.97
    registers = {item.code for item in spec.all_specs() if item.is_entry}
    assert set(Entry.objects.values_list("register", flat=True).distinct()) == registers
    assert Entry.objects.filter(on__lt=clock.today()).exists()


def test_five_documents_are_answered_for_and_a_tenth_has_those_of_its_trade(loaded: DemoSummary) -> None:
    counts = Counter(Adoption.objects.values_list("pack__urn", flat=True))
    assert sorted(counts.values()) == [4, 5, _UNITS, _UNITS, _UNITS]
    assert Standing.objects.count() == sum(counts.values())
    root = Unit.objects.get(parent=None)
    assert PackRollup.objects.get(unit=root, reach="all", pack__urn="cn:cq-sasac:2023-7").units == _UNITS
    assert Task.objects.filter(root=root).exists()


def test_every_row_made_in_bulk_stands_on_the_trail(loaded: DemoSummary) -> None:
    assert verify.run().findings == []
    assert Event.objects.filter(action="entry.imported", batch_count__gt=1).exists()


def test_both_accounts_see_the_whole_group(loaded: DemoSummary) -> None:
    assert len(loaded.accounts) == 2
    for account in loaded.accounts:
        user = User.objects.get(username=account.username)
        assert user.check_password(account.password)
        assert seen_units(of_user(user), Permission.ORG_UNIT_VIEW).count() == _UNITS
