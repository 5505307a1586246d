"""What follows a self-check that found a risk (004 第五条2、第六条2): have it put right, and report a major one.

Only where a document that the firm answers to asks for such opinions. “及时” has no number of days: the task is due on
the day on which the opinion is recorded. Opinions of long ago that are entered for the record ask for nothing any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext_noop as _n

from guiju.governance.meetings.terms import ABOUT_SELF_CHECK, SELF_CHECKS
from guiju.lib import clock
from guiju.org.enums import Role
from guiju.posture import queries as posture
from guiju.registers.changes import Change
from guiju.registers.models import Entry
from guiju.workflow import duties
from guiju.workflow.duties import Duty
from guiju.workflow.settling import GONE, HOUSE, LEAD, house, said

GENERAL, MAJOR = "general", "major"
_LANGUAGES = ("zh-hans", "en")
_TEST = "self_check.opined"
_RECENT = timedelta(days=31)
_REPORT = _n("Report the major risk to the first responsible person: %(title)s")
_REPORT_STAFF = _n("Report the major risk to the compliance head or the first responsible person: %(title)s")
_RECTIFY = _n("See that what the self-check found is put right: %(title)s")
_LESS = _n("The opinion does not speak of such a risk any more.")


def report_key(uid: object) -> str:
    """How the task of reporting is known."""
    return f"selfcheck-report:{uid}"


def rectify_key(uid: object) -> str:
    """How the task of having it put right is known."""
    return f"selfcheck-rectify:{uid}"


def on_rows(changes: Sequence[Change]) -> None:
    """Rows of the register of self-check opinions were written."""
    mine = [change for change in changes if change.register == SELF_CHECKS]
    if not mine:
        return
    rows = Entry.objects.filter(uid__in=[change.uid for change in mine]).select_related("body", "unit", "person")
    held = {str(row.uid): row for row in rows}
    asked: dict[int, bool] = {}
    for change in mine:
        row = held.get(change.uid)
        if change.after is None or row is None:
            duties.drop([report_key(change.uid), rectify_key(change.uid)], by=HOUSE, reason=house(GONE))
            continue
        _settle(row)
        if row.unit_id not in asked:
            asked[row.unit_id] = bool(posture.wants(row.unit, _TEST, on=clock.today()))
        if asked[row.unit_id]:
            duties.ensure(_wanted(row), by=HOUSE)


def _settle(row: Entry) -> None:
    """Close what is done, drop what is not asked any more."""
    uid = UUID(str(row.uid))
    if row.text_1 != MAJOR:
        duties.drop([report_key(uid)], by=HOUSE, reason=house(_LESS))
    elif row.done_on is not None:
        duties.close([report_key(uid)], by=HOUSE, on=row.done_on, register=SELF_CHECKS, uid=uid)
    if row.text_1 not in {GENERAL, MAJOR}:
        duties.drop([rectify_key(uid)], by=HOUSE, reason=house(_LESS))
    elif _is_handled(row):
        duties.close([rectify_key(uid)], by=HOUSE, register=SELF_CHECKS, uid=uid)


def _wanted(row: Entry) -> list[Duty]:
    if row.on is None or row.on < clock.today() - _RECENT:
        return []
    found = []
    if row.text_1 == MAJOR and row.done_on is None:
        words = _REPORT if row.kind == Role.COMPLIANCE_HEAD else _REPORT_STAFF
        found.append(_duty(row, report_key(row.uid), words))
    if row.text_1 in {GENERAL, MAJOR} and not _is_handled(row):
        found.append(_duty(row, rectify_key(row.uid), _RECTIFY))
    return found


def _is_handled(row: Entry) -> bool:
    """A rectification was entered, or it is written what was done."""
    return row.ref_1 is not None or bool(str(row.body.data.get("taken") or "").strip())


def _duty(row: Entry, key: str, words: str) -> Duty:
    title, title_en = (said(words, lang, title=row.title) for lang in _LANGUAGES)
    return Duty(
        key=key, unit=row.unit, title=title, title_en=title_en, due_on=clock.day_of(row.created_at), role=row.kind,
        owner=row.person,
        about=ABOUT_SELF_CHECK, about_uid=row.uid, lead=LEAD,
    )  # fmt: skip
