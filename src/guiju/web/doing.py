"""What somebody wants to do, found by the words people use for it: the finder's first group."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from guiju.access.permissions import Permission as P
from guiju.org.models import Unit
from guiju.web import links, place

_MOST = 6


@dataclass(frozen=True, slots=True)
class Doing:
    """One thing to do: how it is called, other words for it, where it begins, and what it needs at the unit."""

    label: Promise
    #: What people type for it, in Chinese; each word of the query must occur in one of them or in the label.
    words: str
    icon: str
    url: Callable[[Unit], str]
    needs: P


def _new(register: str) -> Callable[[Unit], str]:
    return lambda unit: links.new_record(register, unit=unit)


def _import(register: str) -> Callable[[Unit], str]:
    return lambda unit: f"{reverse('register-import', args=[register])}?unit={unit.code}"


def _page(name: str) -> Callable[[Unit], str]:
    return lambda unit: reverse(name, args=[unit.code])


DOINGS = (
    Doing(
        _("Import a list of risks from Excel"),
        "导入风险清单 上传 表格 excel 批量",
        "upload",
        _import("risk_list"),
        P.REGISTER_ENTRY_IMPORT,
    ),
    Doing(
        _("Import a list of post duties from Excel"),
        "导入岗位职责清单 上传 表格 excel 批量",
        "upload",
        _import("duty_list"),
        P.REGISTER_ENTRY_IMPORT,
    ),
    Doing(
        _("Import a list of process controls from Excel"),
        "导入流程管控清单 上传 表格 excel 批量",
        "upload",
        _import("process_list"),
        P.REGISTER_ENTRY_IMPORT,
    ),
    Doing(
        _("Import people from Excel"),
        "导入人员 花名册 员工名单 上传 表格 excel",
        "upload",
        _import("people"),
        P.ORG_PERSON_EDIT,
    ),
    Doing(
        _("Record a check already made"),
        "登记检查 检查记录 记录一次检查 排查记录 自查 登记一次排查",
        "pencil",
        _new("checks"),
        P.REGISTER_ENTRY_CREATE,
    ),
    Doing(
        _("Carry out a check that is due"),
        "开始检查 做检查 排查任务 待查",
        "search",
        _page("compliance-checks"),
        P.REGISTER_ENTRY_VIEW,
    ),
    Doing(
        _("Plan checks"),
        "检查计划 排查计划 安排检查 定期检查",
        "calendar3",
        _page("compliance-checks-plan"),
        P.REGISTER_ENTRY_CREATE,
    ),
    Doing(
        _("Enter a risk"), "新增风险 登记风险 添加风险 录入风险", "plus-lg", _new("risk_list"), P.REGISTER_ENTRY_CREATE
    ),
    Doing(
        _("Change the level of risks"),
        "改风险等级 评级 标记高风险 重大风险 风险评估",
        "exclamation-triangle",
        lambda unit: reverse("register-grid", args=["risk_list"]) + f"?unit={unit.code}",
        P.REGISTER_ENTRY_EDIT,
    ),
    Doing(
        _("Enter a problem to be put right"),
        "登记问题 新增整改 发现问题 隐患 整改",
        "flag",
        _new("rectifications"),
        P.REGISTER_ENTRY_CREATE,
    ),
    Doing(
        _("Submit a list for approval"),
        "提交清单 送审清单 三张清单 版本 审定",
        "card-checklist",
        _page("compliance-lists"),
        P.REGISTER_ENTRY_VIEW,
    ),
    Doing(_("Enter a training"), "登记培训 培训记录 签到", "mortarboard", _new("trainings"), P.REGISTER_ENTRY_CREATE),
    Doing(
        _("Enter who holds an office"),
        "任命 任职 合规负责人 合规管理员 登记任职",
        "person-badge",
        _new("appointments"),
        P.REGISTER_ENTRY_CREATE,
    ),
    Doing(_("Enter a rule"), "新增制度 登记制度 录入制度 规章", "book", _new("policies"), P.REGISTER_ENTRY_CREATE),
    Doing(
        _("Bring a matter for review"),
        "送审 合规审查 合同审查 提交审查 审合同 送审合同 重大决策审查 制度审查",
        "send",
        _page("review-new"),
        P.REVIEW_MATTER_SUBMIT,
    ),
    Doing(
        _("Prepare the quarterly hearing"),
        "季度调度 调度会 听取汇报 调度纪要",
        "calendar-event",
        _page("compliance-hearings"),
        P.REGISTER_ENTRY_VIEW,
    ),
    Doing(
        _("Make a report"),
        "出报告 工作报告 导出 word 打印报告",
        "file-earmark-text",
        _page("unit-reports"),
        P.REGISTER_ENTRY_VIEW,
    ),
)


def found(request: HttpRequest, query: str) -> list[dict[str, Any]]:
    """The doings that the words mean, as far as this person may do them here."""
    unit = place.current_or_none(request)
    pieces = query.lower().split()
    if not pieces or unit is None:
        return []
    fitting = [one for one in DOINGS if all(_means(one, piece) for piece in pieces)]
    return [
        {"label": one.label, "url": one.url(unit), "icon": one.icon}
        for one in fitting
        if place.may(request, one.needs, unit)
    ][:_MOST]


def _means(one: Doing, piece: str) -> bool:
    """“登记检查” means “登记一次检查” too: every character of a short piece in its order."""
    texts = [str(one.label).lower(), *one.words.split()]
    return any(piece in text or (len(piece) > 1 and _in_order(piece, text)) for text in texts)


def _in_order(piece: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in piece)
