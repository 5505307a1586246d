"""The written content fits the registers, names people who are there, and tells its story in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from guiju.demo import cast, content, load, story, when
from guiju.demo.content import Line
from guiju.demo.story import Draft, Firm
from guiju.lib import clock
from guiju.lib.errors import Problem
from guiju.registers import rows, values
from guiju.registers import spec as specs
from guiju.registers.directory import Directory

pytestmark = pytest.mark.django_db

_NAMED = {"person", "people", "department", "unit", "entry", "entries", "files"}
#: Days that lie badly: month ends, the new year, a leap day, a long holiday.
TODAYS = [date(2026, 11, 21), date(2027, 1, 1), date(2028, 2, 29), date(2026, 10, 3), date(2026, 3, 31)]


def _firms(today: date) -> Iterator[tuple[str, Firm, list[Line]]]:
    for name in cast.FIRMS:
        for firm, lines in load.firms(name, today=today):
            yield name, firm, lines


def _drafts(today: date) -> Iterator[tuple[str, Firm, Draft]]:
    for name, firm, lines in _firms(today):
        for line in lines:
            draft = story.read(line, firm)
            if draft is not None:
                yield name, firm, draft


def test_every_value_fits_its_field() -> None:
    faults: list[str] = []
    for _name, firm, draft in _drafts(clock.today()):
        data = {}
        for code, value in draft.values.items():
            item = draft.spec.by_code[code]
            try:
                data[code] = value if item.type in _NAMED else values.parse(item, value, Directory())
            except Problem as error:
                faults.append(f"{firm.code} {draft.line.where} {code}: {error}")
        given = {code: value for code, value in data.items() if value not in (None, "")}
        rows.complete(draft.spec, given)
        faults += [f"{firm.code} {draft.line.where} {fault}" for fault in rows.check(draft.spec, given)]
    assert faults == []


def test_every_later_step_names_fields_and_moves_that_exist() -> None:
    for _name, firm, lines in _firms(clock.today()):
        for line in lines:
            spec = specs.get(line.register)
            for step in line.after:
                assert step.what in {"set", "remove"} or spec.move(step.what), f"{firm.code} {line.where} {step.what}"
                assert set(step.values) <= spec.by_code.keys(), f"{firm.code} {line.where} {dict(step.values)}"


def test_everybody_who_is_named_is_there() -> None:
    today = clock.today()
    for name, firm, draft in _drafts(today):
        known = {person["name"] for person in cast.people(content.load(f"firms/{name}.yaml"), today=today)}
        for code, value in draft.values.items():
            if draft.spec.by_code[code].type == "person" and value:
                assert value in known, f"{firm.code} {draft.line.where} {code}: {value}"


def test_nobody_is_named_before_he_has_come() -> None:
    today = clock.today()
    for name, firm, draft in _drafts(today):
        joined = {row["name"]: row["joined"] for row in cast.people(content.load(f"firms/{name}.yaml"), today=today)}
        for code, value in draft.values.items():
            if draft.spec.by_code[code].type == "person" and value:
                assert joined[value] <= draft.day, f"{firm.code} {draft.line.where} {code}: {value}"


def test_every_department_that_is_named_is_there() -> None:
    for name, firm, draft in _drafts(clock.today()):
        file = content.load(f"firms/{name}.yaml")
        known = {row["name"] for row in content.rows("code name", file.get("departments", ""))}
        known |= {
            row["name"] for row in cast.sub_units(file) if (row["parent"], row["kind"]) == (firm.code, "department")
        }
        value = draft.values.get("department")
        assert not value or value in known, f"{firm.code} {draft.line.where}: {value}"


def test_every_record_that_is_referred_to_is_written_before() -> None:
    for _name, firm, lines in _firms(clock.today()):
        drafts = [draft for draft in (story.read(line, firm) for line in lines) if draft is not None]
        told = {}
        for draft in drafts:
            number, title = draft.values.get("number"), story._title(draft.spec, draft.values)
            told |= {(draft.spec.code, str(word)): draft.recorded for word in (number, title) if word}
        for draft in drafts:
            for code, value in draft.values.items():
                item = draft.spec.by_code[code]
                if item.type == "entry" and value:
                    there = told.get((item.refers, str(value)))
                    assert there is not None, f"{firm.code} {draft.line.where} refers to {value}"
                    assert there < draft.recorded, f"{firm.code} {draft.line.where} comes before {value}"


def test_no_key_of_a_register_is_given_twice() -> None:
    counted: Counter[tuple[object, ...]] = Counter()
    for _name, firm, draft in _drafts(clock.today()):
        given = dict(draft.values)
        rows.complete(draft.spec, given)
        key = tuple(str(given.get(code, "")) for code in draft.spec.key)
        counted[firm.code, draft.spec.code, *key] += 1
    assert [key for key, count in counted.items() if count > 1] == []


def test_no_row_of_a_firm_is_named_twice() -> None:
    for _name, firm, lines in _firms(clock.today()):
        counted = Counter(line.where for line in lines)
        assert [key for key, count in counted.items() if count > 1] == [], firm.code


@pytest.mark.parametrize("today", TODAYS, ids=str)
def test_on_any_day_nothing_happens_after_yesterday_or_before_the_firm_begins(today: date) -> None:
    begin = today - timedelta(days=640)
    for step in load.steps(today=today):
        assert begin < clock.day_of(step.at) < today, f"{step.label} {step.at}"


@pytest.mark.parametrize("today", TODAYS, ids=str)
def test_on_any_day_no_date_lies_before_the_one_it_follows(today: date) -> None:
    faults = []
    for _name, firm, draft in _drafts(today):
        for item in draft.spec.fields:
            later, earlier = draft.values.get(item.code), draft.values.get(item.not_before)
            if isinstance(later, date) and isinstance(earlier, date) and later < earlier:
                faults.append(f"{firm.code} {draft.line.where} {item.code}")
    assert faults == []


def test_every_account_stands_for_a_person_of_its_unit() -> None:
    today = clock.today()
    seen: set[str] = set()
    for name in (*cast.FIRMS, "regulators"):
        people = {(row["unit"], row["name"]) for row in cast.people(content.load(f"firms/{name}.yaml"), today=today)}
        for row in cast.account_rows(name):
            assert (row["unit"], row["person"]) in people, row["username"]
            assert row["username"] not in seen
            seen.add(row["username"])


def test_the_sign_in_page_hears_of_every_account_and_its_unit() -> None:
    found = load.accounts()
    assert len(found) >= 20
    assert all(account.unit and account.name and account.what_to_see for account in found)
    assert len(found[0].password) >= 10


def test_a_day_is_moved_back_to_a_working_day_and_never_before_its_base() -> None:
    today = date(2026, 11, 21)
    assert when.resolve("m-1+17", today=today) == date(2026, 10, 16)
    base = date(2026, 10, 16)
    assert when.resolve("+1", today=today, base=base) == base
    assert when.resolve("+0", today=today, base=base) == base
    with pytest.raises(ValueError, match="not a day"):
        when.resolve("soon", today=today)


def test_texts_name_the_period_of_their_day() -> None:
    on = date(2026, 4, 9)
    assert when.fill("{pq}报告，{m}，{year}", on) == "2026年第一季度报告，2026年4月，2026"
    with pytest.raises(ValueError, match="no such place"):
        when.fill("{nobody}", on)


def test_the_accounts_to_try_first_exist_and_stand_in_their_order() -> None:
    first = sorted((account for account in load.accounts() if account.turn), key=lambda account: account.turn)
    assert [account.username for account in first] == list(cast.FIRST)
    assert all(account.firm for account in first)
