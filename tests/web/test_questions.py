"""How often a page asks the database does not grow with what there is to show."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guiju.registers import actions as registers
from tests.web.conftest import URN, Firm

pytestmark = pytest.mark.django_db


def _asked(client: Client, path: str) -> int:
    """Questions of a page that has been opened before: packs and menus are at hand then."""
    assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as found:
        assert client.get(path).status_code == 200
    return len(found)


def _trainings(firm: Firm, count: int) -> None:
    for number in range(count):
        values = {
            "topic": f"培训{number}",
            "audience": "all",
            "held_on": date(2026, 1, 1 + number),
            "attended": number,
            "organiser": "合规部",
        }
        registers.create(register="trainings", unit=firm.cast.group, values=values, by=firm.by)


@pytest.mark.parametrize("query", ["", "&sort=held_on", "&f.audience=all&sort=-topic", "&q=培训"])
def test_a_list_asks_a_dozen_questions_however_many_rows_it_shows(firm: Firm, query: str) -> None:
    client, path = firm.client(), f"/r/trainings/?unit={firm.cast.group.code}{query}"
    _trainings(firm, 2)
    few = _asked(client, path)
    _trainings(firm, 20)
    assert _asked(client, path) <= max(few, 12)
    assert few <= 12


def test_the_page_of_a_document_asks_as_much_for_many_records_as_for_none(firm: Firm) -> None:
    client, path = firm.client(), f"/u/{firm.cast.group.code}/posture/{URN}/?kind=indicator"
    none = _asked(client, path)
    _trainings(firm, 10)
    firm.body()
    assert _asked(client, path) <= none
    assert none <= 24


def test_the_desk_of_an_officer_asks_no_more_when_more_is_late(firm: Firm) -> None:
    client = firm.client()
    firm.rectification(days=-3)
    few = _asked(client, "/")
    for days in range(4, 10):
        firm.rectification(days=-days)
    assert _asked(client, "/") <= few <= 40
