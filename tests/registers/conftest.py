"""A small group, its people, and a test register that has a field of every type."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import yaml

from guiju.access import actor
from guiju.access.models import Grant, User
from guiju.lib import clock
from guiju.org import actions as org
from guiju.org import changes as org_changes
from guiju.org.models import Person, Unit
from guiju.packs import yamlfile
from guiju.packs.models import DocumentStatus, Pack, RegisterDefinition
from guiju.registers import catalogue, changes
from guiju.registers import spec as specs

BASE = Path(__file__).resolve().parents[2] / "packs" / "base" / "registers"
GUIJU = actor.system("guiju")

CONTRACTS = yaml.safe_load("""
register: contracts
title: 合同台账
title_en: Contracts
group: review
happened: signed_on
states:
  - {code: open, label: 履行中, label_en: Open, tone: partly}
  - {code: closed, label: 已办结, label_en: Closed, tone: met}
initial: open
moves:
  - {code: close, label: 办结, label_en: Close, from: [open], to: closed, needs: [closed_on], asks_reason: true}
fields:
  - {code: name, label: 合同名称, label_en: Name, type: text, slot: title, required: true, synonyms: [名称]}
  - {code: number, label: 合同编号, label_en: Number, type: text, slot: number, unique: true, synonyms: [编号]}
  - {code: kind, label: 类别, label_en: Kind, type: choice, slot: kind, required: true, choices: [
      {code: purchase, label: 采购, label_en: Purchase}, {code: sale, label: 销售, label_en: Sale, synonyms: [卖出]}]}
  - {code: signed_on, label: 签订日期, label_en: Signed on, type: date, slot: "on"}
  - {code: closed_on, label: 办结日期, label_en: Closed on, type: date, slot: done_on, not_before: signed_on}
  - {code: period, label: 所属期间, label_en: Period, type: period, slot: period}
  - {code: amount, label: 金额（元）, label_en: Amount, type: amount, slot: amount, min: 0}
  - {code: copies, label: 份数, label_en: Copies, type: integer, slot: count_1, min: 1, max: 99}
  - {code: rate, label: 税率, label_en: Rate, type: number, slot: num_1}
  - {code: important, label: 是否重大, label_en: Important, type: bool, slot: flag_1}
  - {code: handler, label: 经办人, label_en: Handler, type: person, slot: person}
  - {code: department, label: 经办部门, label_en: Department, type: department, slot: department}
  - {code: main, label: 主合同, label_en: Main contract, type: entry, slot: ref_1, refers: contracts}
  - {code: link, label: 网址, label_en: Link, type: url, slot: text_1}
  - {code: party, label: 相对方, label_en: Party, type: text, slot: text_2, default: 未填}
  - {code: risks, label: 涉及领域, label_en: Fields, type: choices, choices: [
      {code: tax, label: 税务, label_en: Tax},
      {code: labour, label: 劳动用工, label_en: Labour}, {code: data, label: 数据, label_en: Data}]}
  - {code: signers, label: 会签人, label_en: Signers, type: people}
  - {code: supplements, label: 补充协议, label_en: Supplements, type: entries, refers: contracts}
  - {code: note, label: 备注, label_en: Note, type: longtext}
  - {code: secret, label: 内部意见, label_en: Internal, type: longtext, sensitive: true}
  - {code: files, label: 附件, label_en: Files, type: files}
key: [number]
list: {columns: [name, number, kind, signed_on, amount, handler], sort: -signed_on,
       filters: [kind, signed_on, amount, important, handler]}
facts:
  - {relation: review, columns: {"on": signed_on, title: name, outcome: _status}, where: {kind: purchase}}
""")


def declare(data: dict, pack: Pack | None = None) -> specs.RegisterSpec:
    """Make a register known as the loading of a pack would."""
    pack = (
        pack
        or Pack.objects.get_or_create(
            urn="test:registers",
            version="1",
            defaults={
                "title": "test",
                "document_status": DocumentStatus.OWN,
                "header": {},
                "digest": "",
                "loaded_at": clock.now(),
            },
        )[0]
    )
    digest = specs.RegisterSpec.model_validate(data).model_dump_json()
    RegisterDefinition.objects.update_or_create(
        code=data["register"], defaults={"pack": pack, "spec": data, "digest": str(hash(digest)), "order": 0}
    )
    catalogue.clear()
    return specs.get(data["register"])


def shipped(code: str) -> dict:
    """A register of the base pack as the packs' own reader reads it."""
    return yamlfile.read(BASE / f"{code}.yaml", name=code).value


def variant(**changes) -> dict:
    """The test register with changes."""
    return {**copy.deepcopy(CONTRACTS), **changes}


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """These are stories of the engine alone; what posture makes of its changes is told elsewhere."""
    monkeypatch.setattr(org_changes, "_listeners", [])
    monkeypatch.setattr(changes, "_listeners", [])


@dataclass
class House:
    """The group, its companies and its people."""

    group: Unit
    power: Unit
    gas: Unit
    other: Unit
    finance: Unit
    law: Unit
    wang: Person
    li: Person
    zhao: Person


@pytest.fixture
def house(db) -> House:
    def unit(code, name, kind, parent=None, **more):
        return org.create_unit(code=code, name=name, kind=kind, parent=parent, by=GUIJU, **more)

    group = unit("G", "华东能源集团有限公司", "company", short_name="华东能源")
    power = unit("G-01", "华东电力有限公司", "company", group)
    gas = unit("G-02", "华东燃气有限公司", "company", group)
    other = unit("X", "江南拍卖有限公司", "company")
    finance = unit("G-F", "财务部", "department", power)
    law = unit("G-L", "法务部", "department", power)
    wang = org.add_person(unit=power, name="王芳", number="A001", department=finance, by=GUIJU)
    li = org.add_person(unit=power, name="李雷", number="A002", by=GUIJU)
    zhao = org.add_person(unit=gas, name="赵敏", number="B001", by=GUIJU)
    return House(group, power, gas, other, finance, law, wang, li, zhao)


@pytest.fixture
def contracts(db) -> specs.RegisterSpec:
    yield declare(CONTRACTS)
    catalogue.clear()


@pytest.fixture
def appointments(db) -> specs.RegisterSpec:
    yield declare(shipped("appointments"))
    catalogue.clear()


@pytest.fixture
def base(db) -> dict[str, specs.RegisterSpec]:
    """Units and people as registers."""
    names = ("units", "people")
    found = {name: declare(shipped(name)) for name in names}
    yield found
    catalogue.clear()


def account(username: str, unit: Unit, role: str = "compliance_office", *, subtree: bool = True) -> actor.Actor:
    """An account with one grant."""
    user = User.objects.create_user(username, name=username)
    Grant.objects.create(
        user=user,
        role=role,
        unit=unit,
        with_subtree=subtree,
        from_on=date(2020, 1, 1),
        granted_by="test",
        reason="test",
    )
    return actor.of_user(user)


@pytest.fixture
def officer(house) -> actor.Actor:
    """The compliance office of the whole group."""
    return account("officer", house.group)
