"""Wrong input: tables of routes that cannot work, words that no workbook takes, files with strange names."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from zipfile import ZipFile

import pytest

from guiju.documents.kinds import review_opinion
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.review import actions, keeping, routing
from guiju.review.enums import MatterState as S
from guiju.workflow.routes import rules
from tests.conftest import Cast
from tests.review.house import Reviewers, drafted, paper, passed, said, submitted

pytestmark = pytest.mark.django_db

STEP = {"code": "c", "name": "审查", "part": "compliance", "who": {"role": "compliance_staff"}, "days": 3}
#: A vertical tab, a form feed, an escape, a half of a character, a turn of the direction, a tag and a formula.
ODD = "=cmd|'/c calc'!A1\x0b\x0c\x1b\u202e\ufffe<script>alert(1)</script>]]>&"


def _faults(rows: Any) -> list[str]:
    with pytest.raises(Problem) as refused:
        rules.read(rows)
    assert refused.value.status == 422
    return [fault.where for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("when", "where"),
    [
        ({"kinds": "contract"}, "rows.1.when.kinds"),
        ({"kinds": {"contract": True}}, "rows.1.when.kinds"),
        ({"units": "HD-01"}, "rows.1.when.units"),
        ({"levels": 3}, "rows.1.when.levels"),
        ({"overseas": "yes"}, "rows.1.when.overseas"),
        ({"major": 1}, "rows.1.when.major"),
        ({"amount": "5000000"}, "rows.1.when.amount"),
        ([], "rows.1.when"),
        ({"amount_from": "-1"}, "rows.1.when.amount_from"),
        ({"amount_from": "NaN"}, "rows.1.when.amount_from"),
        ({"amount_from": "1e400"}, "rows.1.when.amount_from"),
        ({"amount_from": "5", "amount_below": "5"}, "rows.1.when.amount_below"),
    ],
)
def test_a_condition_that_is_not_understood_is_refused_and_never_taken_for_none(when: Any, where: str) -> None:
    assert where in _faults([{"name": "行", "when": when, "steps": [STEP]}])


@pytest.mark.parametrize(
    "who", [{"people": ["abc"]}, {"people": "R1"}, {"people": [None]}, {"role": "god"}, {"role": ["x"]}, "staff", {}]
)
def test_a_step_at_which_nobody_can_sit_is_refused(who: Any) -> None:
    assert any(
        where.startswith("rows.1.steps.1.who") for where in _faults([{"name": "行", "steps": [{**STEP, "who": who}]}])
    )


def test_rows_and_steps_that_are_no_rows_and_steps_are_refused() -> None:
    for rows in (
        None,
        {},
        "rows",
        [None],
        ["x"],
        [[]],
        [{"name": "行", "steps": "abc"}],
        [{"name": "行", "steps": [None]}],
    ):
        assert _faults(rows)
    assert _faults([{"name": "行", "steps": [{**STEP, "days": days}]} for days in (0, -1, 61, True, "3", 1.5)])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"kinds": ["contract", "policy"]}, {"kinds": ["contract"], "amount_from": "5000000"}),
        ({"amount_from": "100"}, {"amount_from": "5000000", "overseas": True}),
        ({"amount_below": "500"}, {"amount_from": "1", "amount_below": "100"}),
        ({"major": True}, {"major": True, "levels": ["basic"]}),
        ({"units": ["HD-01"]}, {"units": ["HD-01"]}),
    ],
)
def test_a_row_behind_one_that_takes_all_of_it_is_refused(first: Any, second: Any) -> None:
    rows = [{"name": name, "when": when, "steps": [STEP]} for name, when in (("甲", first), ("乙", second))]
    assert _faults(rows) == ["rows.2"]
    rules.read(rows[::-1]) if first != second else None


def test_a_kind_that_nobody_knows_makes_no_row(them: Reviewers) -> None:
    rows = [{"name": "行", "when": {"kinds": ["contracts"]}, "steps": [STEP]}]
    with pytest.raises(Problem) as refused:
        routing.save(unit=them.unit, rows=rows, by=them.by("head"))
    assert [fault.where for fault in refused.value.faults] == ["rows.1.when.kinds"]


def test_people_of_another_group_are_in_no_route(them: Reviewers, cast: Cast) -> None:
    from guiju.org import actions as org

    stranger = org.add_person(unit=cast.stranger, name="外人", by=cast.house)
    rows = [{"name": "行", "steps": [{**STEP, "who": {"people": [str(stranger.uid)]}}]}]
    with pytest.raises(Problem) as refused:
        routing.save(unit=them.unit, rows=rows, by=them.by("head"))
    assert [fault.where for fault in refused.value.faults] == ["rows.1.steps.1.who"]


def test_a_table_that_is_shipped_can_be_read() -> None:
    for small, signed, lines in ((True, True, True), (True, False, True), (True, True, False), (False, True, False)):
        assert rules.read(rules.write(routing.shipped(small, signed, lines)))


# --- words ----------------------------------------------------------------------------------------------------------


def test_no_word_of_a_review_spoils_the_documents_made_of_it(them: Reviewers) -> None:
    row = submitted(
        them,
        values={
            "title": "合同" + ODD,
            "summary": ODD,
            "amount": "8000000",
            "form": {"party": ODD, "contract_number": ODD},
        },
        papers=[paper(name=f"合同{ODD}.txt")],
    )
    row = said(them, row, "officer", "conditions", ODD, conditions=[{"text": ODD, "due_on": clock.today()}])
    row = actions.ask_counsel(matter=row, name=ODD, reason=ODD, by=them.by("staff"))
    row = actions.add(matter=row, person=them.person("chair"), reason=ODD, by=them.by("staff"))
    seat = keeping.last_run(row).seats.get(kind="counsel")  # type: ignore[union-attr]
    stored = paper(b"opinion", name=f"意见{ODD}.txt")
    row = actions.enter_counsel(
        matter=row, seat=seat.uid, stand="agree", opinion=ODD, by=them.by("staff"), files=[stored],
    )  # fmt: skip
    row = said(them, said(them, row, "chair", opinion=ODD), "staff", opinion=ODD, files=[stored])
    row = said(them, row, "head", "veto", ODD)
    assert "\x0b" not in str(row.veto)
    row = actions.take_back_veto(matter=row, reason=ODD, by=them.by("head"))
    row = said(them, row, "head", opinion=ODD)
    made = review_opinion.take(row.uid, by=them.by("head"))
    with ZipFile(io.BytesIO(_bytes(made))) as file:
        body = file.read("word/document.xml").decode()
    assert not set("\x0b\x0c\x1b\u202e\ufffe") & set(body)
    assert "<script>" not in body
    entry = Entry.objects.select_related("body").get(uid=row.entry)
    assert not set("\x0b\x0c\x1b\ufffe") & set(str(entry.body.data.values()))


def _bytes(made: Any) -> bytes:
    for name in ("data", "content", "file", "body"):
        found = getattr(made, name, None)
        if isinstance(found, bytes):
            return found
        if found is not None and hasattr(found, "read"):
            return bytes(found.read())
    raise AssertionError(made)


@pytest.mark.parametrize("words", ["\u200b", " \n ", "\u202e", "\x0b"])
def test_words_that_nobody_sees_are_no_reason(them: Reviewers, words: str) -> None:
    row = submitted(them)
    for act in (
        lambda: actions.withdraw(matter=row, reason=words, by=them.by("buyer")),
        lambda: said(them, row, "officer", "disagree", words),
        lambda: actions.recuse(
            matter=row, seat=keeping.last_run(row).seats.get().uid, reason=words, by=them.by("officer")
        ),  # type: ignore[union-attr]
        lambda: drafted(them, ref="2", values={"title": words}),
    ):
        with pytest.raises(Problem) as refused:
            act()
        assert refused.value.status == 422


def test_a_million_letters_are_refused_or_cut_everywhere(them: Reviewers) -> None:
    much = "合" * 1_000_000
    for values in ({"title": much}, {"title": "短", "summary": much}, {"title": "短", "form": {"party": much}}):
        with pytest.raises(Problem):
            drafted(them, values=values)
    row = submitted(them)
    with pytest.raises(Problem):
        said(them, row, "officer", opinion=much)
    with pytest.raises(Problem):
        said(them, row, "officer", "conditions", "同意", conditions=[{"text": much, "due_on": clock.today()}])
    row = actions.ask_counsel(matter=row, name=much, reason=much, by=them.by("officer"))
    row = actions.withdraw(matter=row, reason=much, by=them.by("buyer"))
    assert (row.state, len(row.reason)) == (S.WITHDRAWN, 300)


@pytest.mark.parametrize("amount", ["abc", "1e99", "NaN", "Infinity", "8,00,0万", "五百万", "USD 1", "0x10", "1__0"])
def test_what_is_no_amount_is_said_to_be_none(them: Reviewers, amount: str) -> None:
    with pytest.raises(Problem) as refused:
        drafted(them, values={"title": "合同", "amount": amount})
    assert [fault.where for fault in refused.value.faults] == ["amount"]


def test_days_beyond_the_calendar_are_said_to_be_none(them: Reviewers) -> None:
    row = submitted(them)
    for day in ("9999-12-31", date.max, date.min, "0001-01-01", "2026-02-30", "明天"):
        with pytest.raises(Problem) as refused:
            said(them, row, "officer", "conditions", "同意", conditions=[{"text": "补充", "due_on": day}])
        assert refused.value.status == 422


# --- the row in the register ----------------------------------------------------------------------------------------


def test_the_row_of_a_matter_says_what_the_matter_says(them: Reviewers) -> None:
    row = said(them, said(them, submitted(them), "officer"), "staff", "disagree", "不同意")
    entry = Entry.objects.select_related("body", "unit").get(uid=row.entry)
    with pytest.raises(Problem):
        registers.update(entry=entry, values={"outcome": "agree"}, version=entry.version, by=them.by("staff"))
    done = passed(them, ref="HT-2", papers=[paper(b"2")])
    entry = Entry.objects.select_related("body", "unit").get(uid=done.entry)
    for values in (
        {"reviewed_on": "2020-01-01"},
        {"valid_until": "2099-12-31"},
        {"about": "HT-9"},
        {"amount": "1"},
        {"party": "乙"},
    ):
        with pytest.raises(Problem):
            registers.update(entry=entry, values=values, version=entry.version, by=them.by("staff"))
