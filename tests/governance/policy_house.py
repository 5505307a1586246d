"""What stories about policies share: a text, people who draft and approve, the way to a version in force."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from guiju.access import actions as access
from guiju.access.actor import Actor, of_user
from guiju.access.models import User
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import actions
from guiju.lib import clock
from guiju.org.models import Unit
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.conftest import PASSWORD, Cast

TEXT = """采购管理办法
第一章 总则
第一条 为规范采购行为，防范合规风险，制定本办法。
第二条 本办法适用于公司及所属企业。
第二章 采购程序
第三条 采购金额十万元以上的，应当公开招标。
第四条 采购部门应当核验供应商资质。
（一）营业执照；
（二）近三年无重大违法记录。
第三章 附则
第五条 本办法由合规部负责解释。
第六条 本办法自发布之日起施行。"""

REVISED = """采购管理办法
第一章 总则
第一条 为规范采购行为，防范合规风险，制定本办法。
第二条 本办法适用于公司及所属企业。
第二章 采购程序
第三条 采购应当遵循公开、公平、公正和诚实信用的原则，任何人不得干预评审。
第四条 采购金额二十万元以上的，应当公开招标。
第五条 采购部门应当核验供应商资质。
（一）营业执照；
（二）近三年无重大违法记录。
第三章 附则
第六条 本办法自发布之日起施行。"""


def account(name: str, role: str, unit: Unit, house: Actor) -> User:
    """One more account."""
    user = access.create_account(username=name.lower(), name=name, password=PASSWORD, by=house)
    access.grant(user=user, role=role, unit=unit, by=house, reason="tests", from_on=date(2020, 1, 1))
    return user


def drafted(cast: Cast, title: str = "采购管理办法", **more: Any) -> PolicyVersion:
    """Mei drafts a rule of the subsidiary."""
    given: dict[str, Any] = {"policy": None, "unit": cast.sub, "title": title, "text": TEXT, "reason": "年度计划"}
    return actions.start(**given | more, by=cast.actor(cast.mei))


def approved(cast: Cast, title: str = "采购管理办法", **more: Any) -> PolicyVersion:
    """Mei drafts and submits, Lin approves."""
    draft = actions.submit(draft=drafted(cast, title, **more), by=cast.actor(cast.mei))
    return actions.approve(draft=draft, by=cast.actor(cast.lin), opinion="同意")


def in_force(cast: Cast, title: str = "采购管理办法", **more: Any) -> PolicyVersion:
    """And it is issued today."""
    return actions.issue(draft=approved(cast, title, **more), number="合规〔2026〕1号", by=cast.actor(cast.mei))


def revised(cast: Cast, policy: Entry, text: str = REVISED) -> PolicyVersion:
    """A revision, approved."""
    mei = cast.actor(cast.mei)
    draft = actions.start(policy=policy, unit=policy.unit, text=text, reason="限额调整", by=mei)
    return actions.approve(draft=actions.submit(draft=draft, by=mei), by=cast.actor(cast.lin))


def stock(cast: Cast, name: str = "用印管理办法", **more: Any) -> Entry:
    """A rule that was in force long before."""
    values = {
        "name": name,
        "mechanism": "business",
        "level": "specific",
        "issued_on": date(2021, 3, 1),
        "number": "办〔2021〕3号",
    }
    return registers.create(register="policies", unit=cast.sub, values=values | more, by=cast.actor(cast.mei))


def record(row: PolicyVersion) -> Entry:
    """The policy of a version, as it is now."""
    return fresh(Entry.objects.get(uid=row.policy))


def fresh(entry: Entry) -> Entry:
    """A record as it is now."""
    return Entry.objects.select_related("unit", "department", "owner", "body").get(pk=entry.pk)


def days(count: int) -> date:
    """So many days from today."""
    return clock.today() + timedelta(days=count)


def officer(cast: Cast) -> Actor:
    """The compliance officer of a department of the subsidiary."""
    return of_user(account("Dong", "department_officer", cast.department, cast.house))
