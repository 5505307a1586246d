"""补录: how late the records of a unit were made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from guiju.lib import clock
from guiju.org.models import Unit
from guiju.registers import actions as registers
from tests.conftest import english
from tests.web.conftest import Firm

PAGE = "/u/HD/late/"


def train(firm: Firm, days_ago: int, unit: Unit | None = None, topic: str = "合规培训") -> date:
    """A training, entered today."""
    held_on = clock.today() - timedelta(days=days_ago)
    registers.create(
        register="trainings",
        unit=unit or firm.cast.group,
        values={"topic": topic, "audience": "all", "held_on": held_on},
        by=firm.by,
    )
    return held_on


def test_records_are_drawn_by_month_in_three_kinds(firm: Firm) -> None:
    for days in (1, 10, 60):
        train(firm, days)
    body = firm.page(PAGE)
    for kind in ("in_time", "late", "long_after"):
        assert f"gj-late-bar--{kind}" in body
    assert f">{clock.today():%Y-%m}</text>" in body
    assert "33%" in body


def test_the_latest_late_entries_are_named_with_their_days(firm: Firm) -> None:
    held_on = train(firm, 60, topic="六十天前的培训")
    train(firm, 1, topic="昨天的培训")
    body = firm.page(PAGE)
    listed = body[body.index("Latest late entries") :]
    assert "六十天前的培训" in listed
    assert str(held_on) in listed
    assert "昨天的培训" not in listed


def test_the_eve_of_a_day_is_worked_out_on_request(firm: Firm) -> None:
    assert "On the eve" in firm.page(PAGE)
    train(firm, 60)
    train(firm, 50)
    tomorrow_is_the_inspection = clock.today().isoformat()
    body = firm.page(f"{PAGE}?before={tomorrow_is_the_inspection}")
    assert "There are no records of the twelve months before that day." in body  # entered today, not before


def test_a_day_to_come_is_refused_with_a_reason(firm: Firm) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    answer = english(firm.client()).get(f"{PAGE}?before={tomorrow}")
    assert answer.status_code == 400
    assert "has not come yet" in answer.content.decode()


def test_all_levels_include_the_records_of_subsidiaries(firm: Firm) -> None:
    train(firm, 60, unit=firm.cast.sub, topic="子公司的培训")
    assert "No records in these months" in firm.page(PAGE)
    body = firm.page(f"{PAGE}?reach=all")
    assert "子公司的培训" in body
    assert "华东路桥工程有限公司" in body


@pytest.mark.parametrize("asked", ["months=7", "months=abc", "reach=none"])
def test_what_makes_no_sense_falls_back_to_the_usual(firm: Firm, asked: str) -> None:
    train(firm, 10)
    assert "12 months" in firm.page(f"{PAGE}?{asked}")


def test_the_chart_asks_no_more_with_more_records(firm: Firm, cost: Callable[[Client, str], int]) -> None:
    client = firm.client()
    train(firm, 10)
    few = cost(client, PAGE)
    for days in range(5, 10):
        train(firm, days)
    assert cost(client, PAGE) == few <= 26
