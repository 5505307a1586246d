"""Reviews of the subsidiary for the papers about them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from guiju.lib import clock, period
from guiju.lib.period import Period
from guiju.registers import actions as registers
from guiju.review import actions, queries
from guiju.review.models import Matter
from guiju.review.queries import One
from tests.review.house import Reviewers, paper, said, submitted

MAJOR = {"title": "对外担保合同", "amount": "8000000", "form": {"party": "某某公司"}}


def now(kind: str = "quarter") -> Period:
    return period.of(clock.today(), kind)


def one(them: Reviewers, row: Matter, who: str = "staff") -> One:
    return queries.one(them.by(who), row.uid)


def with_conditions(them: Reviewers, **more: Any) -> Matter:
    """The officer agrees, compliance agrees with a condition."""
    row = said(them, submitted(them, **more), "officer")
    asked = [{"text": "签订前取得对方授权委托书", "due_on": clock.today() + timedelta(days=7), "before": True}]
    return said(them, row, "staff", "conditions", "对方签字人未附授权委托书。", conditions=asked)


def returned_and_passed(them: Reviewers) -> Matter:
    """Sent back once by compliance, changed and passed."""
    row = said(them, submitted(them), "officer")
    row = said(them, row, "staff", "revise", "第五条付款条件与采购制度不符，请修改。")
    changed = [paper("采购合同 修改稿".encode(), name="合同（修改稿）.txt")]
    row = actions.change(matter=row, values={}, papers=changed, version=row.version, by=them.by("buyer"))
    row = actions.submit(matter=row, version=row.version, by=them.by("buyer"))
    return said(them, said(them, row, "officer"), "staff")


def vetoed(them: Reviewers) -> Matter:
    row = said(them, said(them, submitted(them, values=MAJOR), "officer"), "staff")
    return said(them, row, "head", "veto", "违反对外担保的禁止性规定。")


def in_registers(them: Reviewers) -> None:
    """An obligation and a risk that apply to contracts."""
    registers.create(
        register="obligations", unit=them.unit, by=them.house, values={
            "number": "YW-01", "duty": "合同签订前核实对方主体资格和授权", "scope": "external", "source": "民法典第一百七十一条",
            "field": "contract", "identified_on": clock.today().isoformat(),
        },
    )  # fmt: skip
    registers.create(
        register="risk_list", unit=them.unit, by=them.house, values={
            "number": "FX-01", "name": "无权代理签约", "field": "contract", "measure": "签约前查验授权委托书原件",
            "assessed_on": clock.today().isoformat(),
        },
    )  # fmt: skip
