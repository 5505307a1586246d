"""Units, people, accounts and adoptions: the steps that set the stage before anybody enters a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password

from guiju.access import actions as access
from guiju.access import actor
from guiju.access.models import User
from guiju.demo import answering, content, core, governance
from guiju.demo.stage import Stage, Step
from guiju.demo.when import Chance
from guiju.lib import clock
from guiju.org import actions as org
from guiju.org.models import Person, Unit

#: One for all: it is shown on the sign-in page of a demo.
PASSWORD = "guiju-demo-2468"
PACK = answering.PACK
FIRMS = ("platform", "auction", "micro", "group")
#: The accounts that a newcomer tries first, in this order.
FIRST = ("hm-hegui", "hm-shen", "yp-hegui", "ll-hegui")
_GRANTED = "演示账号"
#: Accounts of other systems: nobody stands behind them, so they are not on the sign-in page.
SYSTEMS = "username name role unit"
_OF_DEPARTMENTS = frozenset({"department_officer", "business"})


def account_rows(name: str) -> Iterator[dict[str, str]]:
    """The accounts of one file with the unit on which each holds its role."""
    firm = content.load(f"firms/{name}.yaml")
    columns = "username person role role_text what_to_see unit"
    for row in content.rows(columns, firm.get("accounts", "") + firm.get("unit_accounts", "")):
        yield {"unit": str(firm.get("code", "")), **row}


def firm_steps(name: str, *, today: date, chance: Chance) -> Iterator[Step]:
    """One firm's root, departments, people, accounts and adoption."""
    firm = content.load(f"firms/{name}.yaml")
    at = chance.moment(f"{name} begin", content.day(firm["begin"], today=today))
    yield from _in_order(_setting(name, firm, today=today), at)
    yield from _later(name, firm, today=today, chance=chance, begin=clock.day_of(at))


def _in_order(actions: Iterator[tuple[str, Any]], at: datetime) -> Iterator[Step]:
    """The same morning, one after the other."""
    for number, (label, run) in enumerate(actions):
        yield Step(at + timedelta(seconds=7 * number), label, run)


def _setting(name: str, firm: Mapping[str, Any], *, today: date) -> Iterator[tuple[str, Any]]:
    if "name" in firm:
        yield firm["code"], _root(firm)
    for row in content.rows("code name short kind", firm.get("authorities", "")):
        yield row["code"], _authority(row)
    for code, values in {firm.get("code", ""): firm.get("attributes", {})}.items():
        for attribute, value in values.items():
            yield f"{code} {attribute}", _attribute(code, attribute, value, from_on=None)
    for row in content.rows("code name", firm.get("departments", "")):
        yield row["code"], _department(firm["code"], row)
    for row in account_rows(name):
        yield row["username"], _account(row)
    for row in content.rows(SYSTEMS, firm.get("systems", "")):
        yield row["username"], _system(row)
    yield from _sub_units(firm)
    begin = content.day(firm["begin"], today=today)
    for person in people(firm, today=today):
        if person["joined"] <= begin:
            yield person["name"], _person(person)
            yield from _links(name, person)


def _links(name: str, person: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The rights of the account that a person has, if any."""
    for row in account_rows(name):
        if (row["unit"], row["person"]) == (person["unit"], person["name"]):
            yield row["username"], _link(row)


def _sub_units(firm: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for row in sub_units(firm):
        yield row["code"], _sub_unit(row)
        for attribute, value in firm["attributes_of"].get(row["code"], {}).items():
            yield f"{row['code']} {attribute}", _attribute(row["code"], attribute, value, from_on=None)


def sub_units(firm: Mapping[str, Any]) -> list[dict[str, str]]:
    """The units below the root of a group."""
    return list(content.rows(content.UNITS, firm.get("units", "")))


def pages(firm: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The further files of a firm."""
    return [content.load(f"firms/{part}.yaml") for part in firm.get("parts", ())]


def people(firm: Mapping[str, Any], *, today: date) -> list[dict[str, Any]]:
    """Everybody of one file: unit, name, post, department, days, rank."""
    begin = content.day(firm["begin"], today=today)
    found: list[dict[str, Any]] = []
    if "name" in firm:
        rows = content.rows("name post department joined rank left", firm["people"])
        found += [{"unit": firm["code"], **row} for row in rows]
    else:
        found += content.rows("unit name post", firm["people"])
    found += _cast_people(firm)
    for person in found:
        person["joined"] = content.day(person.get("joined", firm["begin"]), today=today)
        person["left"] = content.day(person["left"], today=today) if "left" in person else None
        person.setdefault("begin", begin)
    return found


#: The parts that everybody below the root of a group plays, with post and rank.
POSTS = {
    "boss": ("董事长", "leader"), "vice": ("副总经理", "leader"), "head": ("合规负责人", "manager"),
    "officer": ("合规专员", "employee"), "liaison": ("部门合规联络员", "employee"), "hr": ("人力资源主管", "manager"),
    "fin": ("财务负责人", "manager"), "ops": ("业务部门经理", "manager"),
}  # fmt: skip


def cast_of(firm: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Who holds which part in each unit below the root."""
    rows = content.rows("code " + " ".join(POSTS), firm.get("cast", ""))
    return {row["code"]: {part: row[part] for part in POSTS} for row in rows}


def _cast_people(firm: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for code, parts in cast_of(firm).items():
        seen: set[str] = set()
        for part, name in parts.items():
            if name not in seen:
                seen.add(name)
                post, rank = POSTS[part]
                yield {"unit": code, "name": name, "post": post, "rank": rank}


def _later(name: str, firm: Mapping[str, Any], *, today: date, chance: Chance, begin: date) -> Iterator[Step]:
    """People who come and go, figures that change, and the documents they answer to."""
    by = firm.get("by", "")
    for person in people(firm, today=today):
        label = f"{person['unit']} {person['name']}"
        if person["joined"] > begin:
            at = chance.moment(label, person["joined"]) - timedelta(hours=1)
            yield Step(at, label, _person(person, by=by))
            yield from _in_order(_links(name, person), at + timedelta(minutes=1))
        if person["left"]:
            yield Step(chance.moment(f"{label} left", person["left"]), label, _leave(person, by=by))
    for row in content.rows("attribute value when", firm.get("later_attributes", "")):
        day = content.day(row["when"], today=today)
        at = chance.moment(f"{firm['code']} {row['attribute']} {row['when']}", day) + timedelta(hours=1)
        yield Step(at, row["attribute"], _attribute(firm["code"], row["attribute"], row["value"], from_on=day, by=by))
    yield from answering.steps(firm, pages(firm), today=today, chance=chance)
    for page in (firm, *pages(firm)):
        yield from core.steps(firm.get("code", ""), page, today=today, chance=chance)
        yield from governance.steps(firm.get("code", ""), page, today=today, chance=chance)


# --- the actions --------------------------------------------------------------------------------------------------


def _root(firm: Mapping[str, Any]) -> Any:
    def run(stage: Stage) -> None:
        founded = date.fromisoformat(str(firm["founded_on"]))
        stage.units[firm["code"]] = org.create_unit(
            code=firm["code"], name=firm["name"], short_name=firm["short_name"], kind="company", founded_on=founded,
            by=stage.house,
        )  # fmt: skip

    return run


def _authority(row: Mapping[str, str]) -> Any:
    def run(stage: Stage) -> None:
        stage.units[row["code"]] = org.create_unit(
            code=row["code"], name=row["name"], short_name=row["short"], kind=row["kind"], by=stage.house
        )

    return run


def _department(root: str, row: Mapping[str, str]) -> Any:
    def run(stage: Stage) -> None:
        stage.units[row["code"]] = org.create_unit(
            code=row["code"], name=row["name"], kind="department", parent=stage.units[root], by=stage.house
        )

    return run


def _sub_unit(row: Mapping[str, str]) -> Any:
    def run(stage: Stage) -> None:
        stage.units[row["code"]] = org.create_unit(
            code=row["code"], name=row["name"], short_name=row.get("short", ""), kind=row["kind"],
            country=row["country"], parent=stage.units[row["parent"]], by=stage.house,
        )  # fmt: skip

    return run


def _attribute(code: str, attribute: str, value: Any, *, from_on: date | None, by: str = "") -> Any:
    def run(stage: Stage) -> None:
        start = from_on or clock.today()
        org.set_attribute(
            unit=stage.units[code], code=attribute, value=value, from_on=start, by=stage.actor(by), reason="年度数据"
        )

    return run


@cache
def _hashed() -> str:
    return make_password(PASSWORD)


def make_account(username: str, name: str, *, by: actor.Actor) -> User:
    """An account of the demonstration; all have one password, which is hashed once."""
    return access.create_account(username=username, name=name, password=PASSWORD, hashed=_hashed(), by=by)


def _account(row: Mapping[str, str]) -> Any:
    def run(stage: Stage) -> None:
        user = make_account(row["username"], row["person"], by=stage.house)
        stage.actors[row["username"]] = actor.of_user(user)

    return run


def _system(row: Mapping[str, str]) -> Any:
    """The account of another system, on the unit for which it works."""

    def run(stage: Stage) -> None:
        user = make_account(row["username"], row["name"], by=stage.house)
        access.grant(user=user, role=row["role"], unit=stage.units[row["unit"]], by=stage.house, reason=_GRANTED)
        stage.actors[row["username"]] = actor.of_user(user)

    return run


def _link(row: Mapping[str, str]) -> Any:
    """The grant, and the person behind the account."""

    def run(stage: Stage) -> None:
        unit, user = stage.units[row["unit"]], stage.actors[row["username"]].user
        if user is None:
            raise TypeError("an account acts for a user")
        # A department officer looks at the company's rows and keeps those of the own department; who only brings
        # matters for review does so for the own department.
        alone, person = row["role"] in _OF_DEPARTMENTS, stage.people[row["unit"], row["person"]]
        if row["role"] != "business":
            role = "reader" if alone and person.department is not None else row["role"]
            access.grant(user=user, role=role, unit=unit, by=stage.house, reason=_GRANTED, with_subtree=not alone)
        if alone and person.department is not None:
            access.grant(user=user, role=row["role"], unit=person.department, by=stage.house, reason=_GRANTED)
        org.link_account(person=person, user=user, by=stage.house)

    return run


def _person(person: Mapping[str, Any], *, by: str = "") -> Any:
    def run(stage: Stage) -> None:
        unit: Unit = stage.units[person["unit"]]
        found: Person = org.add_person(
            unit=unit,
            name=person["name"],
            post=person.get("post", ""),
            department=stage.units[person["department"]] if person.get("department") else None,
            joined_on=person["joined"],
            by=stage.actor(by),
        )
        stage.people[person["unit"], person["name"]] = found

    return run


def _leave(person: Mapping[str, Any], *, by: str) -> Any:
    def run(stage: Stage) -> None:
        found = Person.objects.get(pk=stage.people[person["unit"], person["name"]].pk)
        org.change_person(
            person=found, version=found.version, by=stage.actor(by), left_on=person["left"], reason="离职"
        )

    return run
