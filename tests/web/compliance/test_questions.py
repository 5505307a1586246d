"""What must not grow with a group: the questions that the overviews ask of the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from guiju.access import actions as access
from guiju.access.actor import of_user
from guiju.access.models import User
from guiju.compliance.hearing import actions as hearings
from guiju.compliance.lists import names
from guiju.lib import clock
from guiju.lib.period import Period
from guiju.org import actions as org
from guiju.org.models import Person, Unit
from guiju.registers import actions as registers
from guiju.registers import ownlayouts
from guiju.registers import spec as specs
from guiju.registers.models import Book
from tests.compliance.riskers import open_round
from tests.compliance.test_rectify import problem
from tests.compliance.together import enter_all
from tests.conftest import PASSWORD, Cast
from tests.plugins.stages import staged

pytestmark = pytest.mark.django_db
FEW, MANY = 3, 40
#: As much as a page may ask at all, and the page of a register, however its rows are narrowed and shown.
MOST, LIST = 45, 12
Grow = Callable[[int], None]


def _asked(client: Client, address: str) -> int:
    """Once for warmth, then counted."""
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200, address
    return len(found)


@pytest.fixture
def subsidiaries(cast: Cast) -> Grow:
    """So many subsidiaries, each with a list, a risk and a problem under way, and a plan that reaches them all."""
    made: list[Unit] = []

    def grow(until: int) -> None:
        fresh = [
            org.create_unit(
                code=f"HD-X{number}", name=f"子公司{number}有限公司", kind="company", parent=cast.group, by=cast.house
            )
            for number in range(len(made), until)
        ]
        _furnish(cast, fresh)
        made.extend(fresh)
        registers.create(register="check_plans", unit=cast.group, values=_plan(until), by=of_user(cast.lin))

    return grow


def _plan(number: int) -> dict[str, object]:
    return {"name": f"排查{number}", "kind": "risk", "cycle": "year", "all_levels": True, "starts_on": clock.today()}


def _furnish(cast: Cast, units: Sequence[Unit]) -> None:
    owners = {unit.pk: org.add_person(unit=unit, name="赵强", by=cast.house) for unit in units}
    rows: dict[str, Callable[[Unit], dict[str, Any]]] = {
        "risk_list": lambda at: {"name": "围标串标", "behaviour": f"{at.name}串通", "probability": 4, "impact": 4},
        "duty_list": lambda at: {"post": "招标专员", "duty": f"{at.name}不得泄露标底。", "number": "1"},
        "rectifications": lambda at: problem(owners[at.pk], due_on=clock.today() - timedelta(days=2)),
    }
    for register, row in rows.items():
        enter_all(register, [(unit, row(unit)) for unit in units], top=cast.group, by=of_user(cast.lin))


@staged
def officer(cast: Cast) -> User:
    """The one who keeps the department's part of the subsidiary's lists."""
    user = access.create_account(username="hao", name="郝", password=PASSWORD, by=cast.house)
    access.grant(
        user=user, role="department_officer", unit=cast.department, by=cast.house, reason="tests",
        from_on=date(2020, 1, 1),
    )  # fmt: skip
    return user


@staged
def with_forms(cast: Cast) -> Person:
    """Group and subsidiary have forms of their own with kept workbooks, and rows that somebody answers for."""
    by, owner = of_user(cast.lin), org.add_person(unit=cast.sub, name="赵强", by=cast.house)
    place = {"department": str(cast.department.uid), "owner": str(owner.uid)}
    for register, values in {
        "duty_list": {"number": "1", "post": "招标专员", "duty": "不得泄露标底。"},
        "risk_list": {"name": "围标串标", "behaviour": "串通", "probability": 4, "impact": 4},
        "process_list": {"number": "1", "process": "招标", "node": "开标"},
    }.items():
        spec = specs.get(register)
        for unit in (cast.group, cast.sub):
            for title in ("一", "二"):
                form = ownlayouts.set_layout(unit=unit, spec=spec, title=title, columns=names.begin(spec), by=by)
                Book.objects.create(
                    unit=unit, register=register, layout=form.code, digest="0" * 64, name="台账.xlsx",
                    kept_at=clock.now(), by="Lin",
                )  # fmt: skip
        registers.create(register=register, unit=cast.sub, values={**values, **place}, by=by)
    return owner


@pytest.mark.parametrize("register", ["duty_list", "risk_list", "process_list"])
def test_a_list_with_own_forms_and_kept_workbooks_asks_a_dozen_questions(
    cast: Cast, with_forms: Person, officer: User, register: str
) -> None:
    department, owner, absent = cast.department.uid, with_forms.uid, cast.wang.uid
    asked = {
        "lin": ["", "unit=HD", "unit=HD-01", "unit=HD-01-D1", "unit=HD-01&sort=number&q=标",
                f"unit=HD&f.department={department}&f.owner={owner}",
                f"unit=HD-01&f.department={department}&f.owner={absent}"],
        "hao": ["unit=HD-01-D1", f"unit=HD-01-D1&f.department={department}&f.owner={owner}",
                f"unit=HD-01-D1&f.department={department}&f.owner={absent}"],
    }  # fmt: skip
    clients = {"lin": cast.client(cast.lin), "hao": cast.client(officer)}
    counts = {
        (who, query): _asked(clients[who], f"/r/{register}/?{query}") for who, queries in asked.items()
        for query in queries
    }  # fmt: skip
    assert {query: count for query, count in counts.items() if count > LIST} == {}


def test_a_list_under_an_own_form_offers_it_and_its_workbook(cast: Cast, with_forms: Person) -> None:
    page = cast.client(cast.lin).get("/r/duty_list/?unit=HD-01")
    assert page.context["title"] == "一"
    ways = {way["title"]: way["kept"] for way in page.context["exports"]}
    assert (ways["一"], ways["二"]) == ("台账.xlsx", "台账.xlsx")


@pytest.fixture
def departments(cast: Cast) -> Grow:
    """So many departments of the subsidiary, each with a row of each list."""
    made: list[Unit] = []

    def grow(until: int) -> None:
        fresh = [
            org.create_unit(
                code=f"HD-01-X{number}", name=f"第{number}部", kind="department", parent=cast.sub, by=cast.house
            )
            for number in range(len(made), until)
        ]
        rows: dict[str, Callable[[Unit], dict[str, Any]]] = {
            "risk_list": lambda at: {"name": "围标串标", "behaviour": f"{at.name}串通"},
            "duty_list": lambda at: {"post": "招标专员", "duty": f"{at.name}不得泄露标底。", "number": "1"},
        }
        for register, row in rows.items():
            given = [(cast.sub, {**row(unit), "department": str(unit.uid)}) for unit in fresh]
            enter_all(register, given, top=cast.sub, by=of_user(cast.mei))
        made.extend(fresh)

    return grow


def test_the_overview_of_the_lists_asks_the_same_for_three_departments_and_forty(cast: Cast, departments: Grow) -> None:
    client, address = cast.client(cast.mei), reverse("compliance-lists", args=["HD-01"])
    counts = []
    for number in (FEW, MANY):
        departments(number)
        counts.append(_asked(client, address))
    assert counts[0] == counts[1] <= MOST, counts


def test_no_page_of_the_group_asks_more_for_forty_units_than_for_three(cast: Cast, subsidiaries: Grow) -> None:
    by, client, quarter = of_user(cast.lin), cast.client(cast.lin), Period.of(clock.today(), "quarter")
    round_ = open_round(by, cast.group, all_levels=True)
    pages = {
        "compliance-lists-levels": (), "compliance-risks-round": (round_.uid,), "compliance-checks": (),
        "compliance-checks-coverage": (), "compliance-rectify": (), "compliance-hearings": (),
        "compliance-hearing": (str(quarter),),
    }  # fmt: skip
    counts: dict[str, list[int]] = {name: [] for name in pages}
    for number in (FEW, MANY):
        subsidiaries(number)
        hearings.prepare(unit=cast.group, period=quarter, by=by)
        for name, more in pages.items():
            counts[name].append(_asked(client, reverse(name, args=["HD", *more])))
    assert {name: found for name, found in counts.items() if found[0] != found[1] or found[1] > MOST} == {}
