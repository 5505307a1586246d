"""The calendar, the address for other programmes, working days, and the ladder."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guiju.workflow import actions
from guiju.workflow.models import CalendarDay, Feed, Ladder
from tests.web.workflow.conftest import Office


def test_a_task_stands_on_its_day(office: Office) -> None:
    office.task(date(2026, 6, 10), title="Report to the authority")
    answer = office.browser(office.zhao).get("/calendar/")
    cells = [cell for week in answer.context["weeks"] for cell in week.cells if cell.on == date(2026, 6, 10)]
    assert [row.title for row in cells[0].tasks] == ["Report to the authority"]
    assert "Report to the authority" in answer.content.decode()


def test_weeks_begin_on_monday_and_hold_the_whole_month(office: Office) -> None:
    weeks = office.browser(office.zhao).get("/calendar/?month=2026-11").context["weeks"]
    assert {len(week.cells) for week in weeks} == {7}
    days = [cell.on for week in weeks for cell in week.cells]
    assert [day for day in days if day] == [date(2026, 11, number) for number in range(1, 31)]
    assert days.index(date(2026, 11, 1)) == 6


def test_days_off_and_worked_weekends_bear_their_names(office: Office) -> None:
    weeks = office.browser(office.zhao).get("/calendar/?month=2026-02").context["weeks"]
    by_day = {cell.on: cell for week in weeks for cell in week.cells if cell.on}
    assert (by_day[date(2026, 2, 17)].works, bool(by_day[date(2026, 2, 17)].name)) == (False, True)
    assert (by_day[date(2026, 2, 28)].works, by_day[date(2026, 2, 28)].is_exchanged) == (True, True)


def test_stages_of_programmes_are_bars_over_their_weeks(office: Office) -> None:
    office.adopt()
    answer = office.browser(office.zhao).get("/calendar/?month=2026-05&unit=HD-01")
    bars = [bar for week in answer.context["weeks"] for bar in week.bars]
    assert bars
    assert all(bar.column >= 1 and bar.column + bar.span <= 8 for bar in bars)
    assert 'class="gj-stage ' in answer.content.decode()


def test_a_year_that_is_only_estimated_says_so(office: Office) -> None:
    assert "are not published yet" in office.page("/calendar/?month=2031-02")
    assert "are not published yet" not in office.page("/calendar/?month=2026-02")


@pytest.mark.parametrize("written", ["nonsense", "2026-13", "2026", "-1-1", "9999-99"])
def test_a_month_that_does_not_exist_is_this_month(office: Office, written: str) -> None:
    assert office.browser(office.zhao).get(f"/calendar/?month={written}").context["month_code"] == "2026-06"


def test_next_to_december_stands_january(office: Office) -> None:
    context = office.browser(office.zhao).get("/calendar/?month=2026-12").context
    assert "month=2027-01" in context["next_url"]
    assert "month=2026-11" in context["prev_url"]


def test_a_units_month_counts_what_lies_below_it(office: Office) -> None:
    office.task(date(2026, 6, 10), title="Of the sub")
    body = office.page("/calendar/?unit=HD", office.cast.lin)
    assert "1 of units below" in body
    assert "view=units&amp;unit=HD&amp;when=2026-06-10" in body


def test_a_strangers_month_is_not_there(office: Office) -> None:
    assert office.browser(office.zhao).get("/calendar/?unit=SJ").status_code == 404


def test_the_month_asks_no_more_questions_with_more_tasks(office: Office) -> None:
    client = office.browser(office.zhao)

    def cost() -> int:
        client.get("/calendar/")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/calendar/").status_code == 200
        return len(asked)

    office.task(date(2026, 6, 10))
    few = cost()
    for number in range(12):
        office.task(date(2026, 6, 10 + number), title=f"Task {number}")
    assert cost() <= few <= 36


# --- the address ------------------------------------------------------------------------------------------------------------


def test_the_address_is_shown_once_and_opens_the_calendar(office: Office) -> None:
    office.task(date(2026, 6, 10), title="Report")
    answer = office.post("/calendar/subscribe/", office.zhao)
    assert answer["Cache-Control"] == "no-store"
    address = answer.context["address"]
    path = re.sub(r"^https?://[^/]+", "", address)
    assert b"Report" in office.cast.client(office.cast.ou).get(path).content
    secret = path.rsplit("/", 1)[1].removesuffix(".ics")
    assert secret not in office.page("/calendar/")
    assert secret not in str(list(Feed.objects.values()))


def test_the_instructions_name_phones_and_office_programmes(office: Office) -> None:
    body = office.post("/calendar/subscribe/", office.zhao).content.decode()
    for name in ("iPhone", "Android", "Outlook", "WPS", "DingTalk"):
        assert name in body


def test_an_address_that_was_taken_back_opens_nothing(office: Office) -> None:
    path = re.sub(r"^https?://[^/]+", "", office.post("/calendar/subscribe/", office.zhao).context["address"])
    office.post("/calendar/subscribe/revoke/", office.zhao)
    assert office.browser(office.zhao).get(path).status_code == 404
    assert "Make my calendar address" in office.page("/calendar/")


# --- working days -------------------------------------------------------------------------------------------------------------


def test_an_own_day_is_entered_and_taken_away(office: Office) -> None:
    lin = office.cast.lin
    given = {"day": "2026-06-12", "works": "no", "name": "Founding day"}
    assert office.post("/calendar/days/", lin, **given).status_code == 302
    body = office.page("/calendar/days/?year=2026", lin)
    assert "Founding day" in body
    assert "own, Lin" in body
    assert office.post("/calendar/days/clear/", lin, day="2026-06-12").status_code == 302
    assert not CalendarDay.objects.exists()


def test_a_list_is_shown_before_it_is_taken_over(office: Office) -> None:
    lin = office.cast.lin
    given = {"year": "2027", "list": "2027-02-06 至 2027-02-08 休 春节\n2027-02-20 班"}
    shown = office.post("/calendar/days/list/", lin, **given)
    assert "4 days were read" in shown.content.decode()
    assert not CalendarDay.objects.exists()
    assert office.post("/calendar/days/list/", lin, **given, confirm="1").status_code == 302
    assert CalendarDay.objects.count() == 4


def test_a_wrong_line_is_named_and_nothing_is_taken_over(office: Office) -> None:
    answer = office.post("/calendar/days/list/", office.cast.lin, year="2027", list="2027-02-06 休\nsome day")
    assert answer.status_code == 422
    assert "Line 2" in answer.content.decode()
    assert not CalendarDay.objects.exists()


def test_a_subsidiary_sees_the_days_of_the_group_and_changes_none(office: Office) -> None:
    actions.set_day(
        root=office.cast.group, day=date(2026, 6, 12), works=False, name="Founding day", by=office.cast.house
    )
    body = office.page("/calendar/days/?year=2026")
    assert "Founding day" in body
    assert "/calendar/days/clear/" not in body
    refused = office.post("/calendar/days/", office.cast.mei, day="2026-06-15", works="no", name="")
    assert refused.status_code in {403, 404}
    assert CalendarDay.objects.count() == 1


def test_an_unpublished_year_says_that_it_is_estimated(office: Office) -> None:
    body = office.page("/calendar/days/?year=2031")
    assert "are not published yet" in body
    assert "estimated" in body


# --- the ladder -----------------------------------------------------------------------------------------------------------------


def test_the_ladder_is_told_in_sentences_with_the_names_of_the_office(office: Office) -> None:
    head = office.person("钱二")
    office.appoint("compliance_head", head)
    body = office.page("/calendar/ladder/?unit=HD-01")
    assert "10 working days before the deadline the owner is reminded." in body
    assert "1 working day after the deadline the Compliance head is told." in body
    assert "钱二" in body
    assert "Nobody has set anything yet" in body


def test_a_unit_sets_its_own_and_units_below_take_it_over(office: Office) -> None:
    given = {"version": "0", "before": "5，0", "head_after": "2", "principal_after": "4"}
    assert office.post("/calendar/ladder/?unit=HD-01", office.cast.mei, **given).status_code == 302
    assert Ladder.objects.get().before == [5, 0]
    assert "Taken over from 华东路桥工程有限公司" in office.page("/calendar/ladder/?unit=HD-01-A", office.cast.mei)
    assert office.post("/calendar/ladder/?unit=HD-01", office.cast.mei, version="1", clear="1").status_code == 302
    assert not Ladder.objects.exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"before": "soon"}, "Write whole numbers"),
        ({"before": "61"}, "At most six reminders"),
        ({"head_after": "5", "principal_after": "5"}, "is told after the compliance head"),
        ({"head_after": "900"}, "60"),
    ],
)
def test_a_ladder_that_makes_no_sense_is_refused_with_the_reason(
    office: Office, given: dict[str, str], said: str
) -> None:
    whole = {"version": "0", "before": "10, 3, 0", "head_after": "1", "principal_after": "5", **given}
    answer = office.post("/calendar/ladder/?unit=HD-01", office.cast.mei, **whole)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Ladder.objects.exists()


def test_two_who_set_it_at_once_see_what_holds_now(office: Office) -> None:
    sub, house = office.cast.sub, office.cast.house
    actions.set_ladder(unit=sub, before=[7], head_after=2, principal_after=6, version=0, by=house)
    given = {"version": "0", "before": "5", "head_after": "1", "principal_after": "3"}
    answer = office.post("/calendar/ladder/?unit=HD-01", office.cast.mei, **given)
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "7 working days before the deadline" in body
    assert 'value="5"' in body
    assert office.post("/calendar/ladder/?unit=HD-01", office.cast.mei, **given | {"version": "1"}).status_code == 302


def test_a_reader_reads_the_ladder_and_sets_nothing(office: Office) -> None:
    li = office.person("李四", sees="reader")
    assert "head_after" not in office.page("/calendar/ladder/?unit=HD-01", li)
    given = {"version": "0", "before": "5", "head_after": "1", "principal_after": "3"}
    assert office.post("/calendar/ladder/?unit=HD-01", li, **given).status_code == 403
