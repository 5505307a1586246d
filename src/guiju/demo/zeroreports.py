"""Zero-risk reports of the checks that a firm has entered and that found nothing: made and signed like anybody's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from guiju.access import actor
from guiju.compliance.checks import zero
from guiju.demo import story, when
from guiju.demo.content import Line
from guiju.demo.stage import Stage, Step
from guiju.demo.story import Draft, Firm
from guiju.lib import clock
from guiju.registers import actions
from guiju.registers.models import Entry

_NOTHING = "无问题（零风险）"
#: Days from the record to the report, and from the report to the signature.
_MADE, _SIGNED = timedelta(hours=1), timedelta(days=2)
_WHY = "样本和底稿已逐份核对，其他来源反映的问题另行整改，与本次样本无关。"


def steps(lines: Sequence[Line], firm: Firm) -> Iterator[Step]:
    """A report for each check with a sample, signed two days later by whoever signed the record."""
    for line in lines:
        if line.register != "checks" or line.values.get("result") != _NOTHING or "sample" not in line.values:
            continue
        draft = story.read(line, firm)
        if draft is None or "signer" not in draft.values:
            continue
        yield Step(draft.recorded + _MADE, f"{line.where} report", _make(draft, firm.code))
        signed = when.workday_before(clock.day_of(draft.recorded + _SIGNED))
        at = max(firm.chance.moment(f"{line.key} signed", min(signed, firm.yesterday)), draft.recorded + 2 * _MADE)
        if clock.day_of(at) <= firm.yesterday:
            yield Step(at, f"{line.where} signed", _sign(draft, firm.code))


def _make(draft: Draft, code: str) -> Any:
    def run(stage: Stage) -> None:
        zero.make(record=_entry(stage, code, draft), by=stage.actor(draft.by))

    return run


def _sign(draft: Draft, code: str) -> Any:
    def run(stage: Stage) -> None:
        record = _entry(stage, code, draft)
        report = zero.report_of(record)
        if report is None or record.owner is None:
            return
        values = {
            "signer": str(record.owner.uid), "signed_on": clock.today(), "explanation": _WHY if report.flag_1 else None,
        }  # fmt: skip
        actions.move(entry=report, move="sign", values=values, by=actor.system(record.owner.name))

    return run


def _entry(stage: Stage, code: str, draft: Draft) -> Entry:
    rows = Entry.objects.select_related("unit", "department", "body", "owner")
    return rows.get(pk=stage.entries[code, draft.line.where])
