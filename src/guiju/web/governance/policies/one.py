"""The page of one policy, and the steps that are taken there."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from guiju.access.permissions import Permission as P
from guiju.access.policy import needs
from guiju.governance.enums import VersionState as S
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import actions, effects, states
from guiju.lib import clock, dates
from guiju.lib.errors import Conflict, NotFound, Problem
from guiju.registers.directory import as_uid
from guiju.web.governance.policies import doors, onepage
from guiju.web.registers import asked


@needs(P.REGISTER_ENTRY_VIEW)
@require_safe
def one(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Where it stands, and the one thing that this person can do next."""
    here, record = doors.enter(request, code, uid)
    return render(request, "governance/policies/one.html", onepage.context(request, here, record, code))


@needs(P.REGISTER_ENTRY_VIEW)
@require_POST
def step(request: HttpRequest, code: str, uid: UUID, move: str) -> HttpResponse:
    """Take the version that is being worked on a step on."""
    here, record, row = doors.enter_version(request, code, uid)
    act = _STEPS.get(move)
    if act is None:
        raise NotFound(_("A version of a policy knows no such step."))
    try:
        moved = act(request, {"draft": row, "by": here.by, "version": asked.version(request, default=row.version)})
    except Problem as problem:
        if problem.status in {403, 404}:
            raise
        here, record = doors.enter(request, code, row.policy)
        context = onepage.context(request, here, record, code, problem=problem)
        status = 409 if isinstance(problem, Conflict) else 422
        return render(request, "governance/policies/one.html", context, status=status)
    messages.success(request, _done(move, moved))
    return redirect(doors.url(code, row.policy))


def _submit(request: HttpRequest, given: dict[str, Any]) -> PolicyVersion:
    return actions.submit(**given)


def _approve(request: HttpRequest, given: dict[str, Any]) -> PolicyVersion:
    return actions.approve(opinion=request.POST.get("opinion", ""), **given)


def _back(request: HttpRequest, given: dict[str, Any]) -> PolicyVersion:
    return actions.send_back(opinion=request.POST.get("opinion", ""), **given)


def _withdraw(request: HttpRequest, given: dict[str, Any]) -> PolicyVersion:
    return actions.withdraw(reason=request.POST.get("reason", ""), **given)


def _issue(request: HttpRequest, given: dict[str, Any]) -> PolicyVersion:
    return actions.issue(
        number=request.POST.get("number", ""),
        issued_on=_day(request, "issued_on", _("Day of issue")),
        in_force_on=_day(request, "in_force_on", _("In force from")),
        **given,
    )


def _day(request: HttpRequest, name: str, label: str) -> date | None:
    written = request.POST.get(name, "").strip()
    return dates.parse(written, where=label) if written else None


_STEPS = {
    states.SUBMIT.code: _submit,
    states.APPROVE.code: _approve,
    states.BACK.code: _back,
    states.ENFORCE.code: _issue,
    states.WITHDRAW.code: _withdraw,
}


def _done(move: str, row: PolicyVersion) -> str:
    if move == states.ENFORCE.code and row.state != S.IN_FORCE and row.in_force_on is not None:
        return _("Issued. It comes into force on %(day)s.") % {"day": row.in_force_on.isoformat()}
    return {
        states.SUBMIT.code: _("Submitted for approval."),
        states.APPROVE.code: _("Approved. Now it can be issued."),
        states.BACK.code: _("Sent back to its drafter."),
        states.ENFORCE.code: _("It is in force."),
        states.WITHDRAW.code: _("The version was withdrawn; its text stays readable."),
    }[move]


@needs(P.REGISTER_ENTRY_EDIT)
@require_POST
def read(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Read the text of a stock from its file, and keep it as version 1."""
    here, record = doors.enter(request, code, uid)
    row = actions.take_over(entry=record.source, by=here.by, read=True)
    if not row.text:
        messages.info(request, _("No text could be read from the file; it can be typed in a revision."))
        return redirect(doors.url(code, uid))
    return redirect(doors.text_url(code, uid))


@needs(P.REGISTER_ENTRY_EDIT)
@require_POST
def tie(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """Say that a row of the yearly plan is about this policy."""
    here, record = doors.enter(request, code, uid)
    plan = as_uid(request.POST.get("plan", ""))
    if plan is None:
        raise NotFound(_("There is no such row of the plan."))
    effects.tie(UUID(str(plan)), record.source, by=here.by)
    messages.success(request, _("The plan now names this policy; it is done when the version comes into force."))
    return redirect(doors.url(code, uid))


@needs(P.GOVERNANCE_POLICY_ISSUE)
@require_http_methods(["GET", "POST"])
def repeal(request: HttpRequest, code: str, uid: UUID) -> HttpResponse:
    """End a policy: day, number of the document, reason."""
    here, record = doors.enter(request, code, uid)
    problem: Problem | None = None
    if request.method == "POST":
        try:
            actions.repeal(
                entry=record.source, on=_day(request, "on", _("Day of repeal")),
                number=request.POST.get("number", ""), reason=request.POST.get("reason", ""),
                version=asked.version(request, default=record.version), by=here.by,
            )  # fmt: skip
        except Problem as refused:
            if refused.status in {403, 404}:
                raise
            problem = refused
        else:
            messages.success(request, _("“%(title)s” is repealed.") % {"title": record.title})
            return redirect(doors.url(code, uid))
    context = {
        "title": _("Repeal “%(title)s”") % {"title": record.title},
        "trail": doors.trail(record, code, below=True),
        "record": record, "problem": problem, "said": request.POST, "today": clock.today(),
        "cancel_url": doors.url(code, uid),
    }  # fmt: skip
    status = 200 if problem is None else 409 if isinstance(problem, Conflict) else 422
    return render(request, "governance/policies/repeal.html", context, status=status)
