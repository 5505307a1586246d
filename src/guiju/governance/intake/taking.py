"""Taking a stock over: records in force with their texts, rows of the yearly plan, one record of the stocktake.

All of it or nothing: every open question is refused before anything is written, and one transaction holds the rest.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.files import store
from guiju.files.models import FileText
from guiju.governance.enums import Advice, FileState, IntakeState
from guiju.governance.intake import lines, listing, queries, reasons, telling
from guiju.governance.intake.lines import Line
from guiju.governance.models import Intake, IntakeFile
from guiju.governance.policies import actions as policies
from guiju.governance.policies import planning, statistics
from guiju.lib import clock
from guiju.lib.errors import Conflict, Fault, Problem
from guiju.org import places
from guiju.registers import actions as registers
from guiju.registers import rows, writing
from guiju.registers import spec as specs
from guiju.registers.directory import Directory
from guiju.registers.models import Entry
from guiju.trail.events import Action

REGISTER, PLANS, STOCKTAKES = "policies", "policy_plans", "policy_stocktakes"
_NAMED = 12
_RECORD = ("number", "name", "level", "business", "mechanism", "charter", "issued_on", "in_force_on", "reviewed_on")
_PLANNED = {Advice.AMEND: "amend", Advice.REPEAL: "repeal"}


def years() -> tuple[int, int]:
    """For which years changes can be planned."""
    year = clock.today().year
    return year, year + 1


@transaction.atomic
def take_over(intake: Intake, *, version: int, year: int, by: Actor, due_on: date | None = None) -> Intake:
    """Everything that is not left out comes into the library; refused whole while a question is open."""
    check.require(by, P.REGISTER_ENTRY_IMPORT, intake.unit)
    check.require(by, P.REGISTER_ENTRY_CREATE, intake.unit)
    check.require(by, P.GOVERNANCE_POLICY_ISSUE, intake.unit)
    writing.lock_value("intake", intake.pk)
    fresh = Intake.objects.select_for_update(of=("self",)).select_related("unit").get(pk=intake.pk)
    if fresh.state not in {IntakeState.READY, IntakeState.TAKING}:
        raise Conflict(
            _("“%(name)s” is not ready: %(state)s.") % {"name": fresh.name, "state": IntakeState(fresh.state).label},
            fix=_("Reload the page to see what became of it."),
            code="intake.closed",
        )
    if fresh.version != version:
        raise stale(fresh)
    found = refuse_open(fresh, year=year, due_on=due_on)
    inside = [line for line in found if line.is_in]
    entries = _enter(fresh, [line for line in inside if line.policy is None], by=by)
    _link([line for line in inside if line.policy is not None], entries, by=by)
    _plan(fresh, inside, entries, year=year, due_on=due_on or date(year, 12, 31), by=by)
    fresh.stocktake = _stocktake(fresh, found, year=year, by=by).uid
    fresh.state, fresh.confirmed_at = IntakeState.CONFIRMED, clock.now()
    fresh.version += 1
    fresh.by = by.name[:80]
    fresh.save()
    telling.tell(
        Action.INTAKE_CONFIRMED, fresh, by=by, about={"taken": len(inside), "left_out": len(found) - len(inside)}
    )
    return fresh


def stale(fresh: Intake) -> Conflict:
    """Somebody settled something after the page was opened."""
    problem = Conflict(
        _("%(by)s has changed this stock in the meantime; nothing was taken over.") % {"by": fresh.by},
        fix=_("Look through the table as it stands now, and confirm again."),
        code="intake.conflict",
    )
    problem.data = {"version": fresh.version}
    return problem


# --- what is still open ---------------------------------------------------------------------------------------------


def refuse_open(intake: Intake, *, year: int, due_on: date | None = None) -> list[Line]:
    """The lines of the stock, if nothing is open; the refusal names the first files."""
    if year not in years():
        what = _("Changes are planned for this year or the next.")
        raise rows.invalid(
            [Fault("year", what, _("Choose one of: %(years)s.") % {"years": "、".join(map(str, years()))})]
        )
    if due_on is not None and due_on < clock.today():
        raise rows.invalid([Fault("due_on", _("This day has passed."), _("Enter a day that lies ahead."))])
    found = queries.lines_of(intake)
    faults = [fault for line in found if line.open for fault in _faults(line)]
    if faults:
        raise Problem(
            "intake.open",
            _("Some files are still to be settled; nothing was taken over."),
            fix=_("Settle them, or leave them out; then confirm again."),
            faults=faults[:_NAMED],
            status=422,
            data={"open": sum(1 for line in found if line.open)},
        )
    if not any(line.is_in for line in found):
        raise Problem(
            "intake.empty",
            _("There is nothing to take over."),
            fix=_("Add files, or take some of them in again."),
            status=422,
        )
    return found


def _faults(line: Line) -> list[Fault]:
    where = f"{line.item.ordinal} · {line.item.name}"
    return [Fault(where, words(code, line), "") for code in line.open]


def words(code: str, line: Line) -> str:
    """An open question as people read it."""
    rival = {"ordinal": line.rival.ordinal, "name": line.rival.name} if line.rival else {"ordinal": 0, "name": ""}
    match code:
        case lines.WAITING:
            return _("It has not been read yet.")
        case lines.FAULTY:
            return _("Its words could not be read: choose another file, enter it by hand, or leave it out.")
        case lines.NAMELESS:
            return _("Its title is missing.")
        case lines.DAYLESS:
            return _("Its day of issue is missing.")
        case lines.UNSORTED:
            return _("Its business or function is missing.")
        case lines.COPY:
            return (
                _("It says the same as file %(ordinal)d “%(name)s”: leave one out, or say that both are needed.")
                % rival
            )
        case lines.TWICE:
            said = _("It has the same name as file %(ordinal)d “%(name)s”: only one can be in force.")
            if line.is_namesake:
                said = _(
                    "It is called the same as file %(ordinal)d “%(name)s”: leave one out, or change the name of one."
                )
            return said % rival
    title = line.there.title if line.there else ""
    return _("“%(title)s” is in the library: leave the file out, or say that it is its text.") % {"title": title}


# --- records --------------------------------------------------------------------------------------------------------


def _enter(intake: Intake, found: list[Line], *, by: Actor) -> dict[int, Entry]:
    """Records in force with version 1, by file."""
    if not found:
        return {}
    spec = specs.get(REGISTER)
    known = Directory(intake.unit, bulk=True, by=by)
    drafts: list[writing.Draft] = []
    for line in found:
        try:
            data = rows.read(spec, _values(line), known)
        except Problem as problem:
            where = f"{line.item.ordinal} · {line.name}"
            problem.faults = tuple(Fault(where, fault.what, fault.fix) for fault in problem.faults)
            raise
        drafts.append(writing.Draft(intake.unit, data, "", None, uuid4()))
    reason = _("Taken over from the stock “%(name)s”.") % {"name": intake.name}
    registers.insert_batch(spec, drafts, known, by=by, unit=intake.unit, reason=reason)
    uids = [draft.uid for draft in drafts if draft.uid is not None]
    held = {row.uid: row for row in Entry.objects.select_related("unit", "department", "body").filter(uid__in=uids)}
    entries: dict[int, Entry] = {}
    for line, draft in zip(found, drafts, strict=True):
        assert draft.uid is not None
        entry = held[draft.uid]
        policies.take_over(entry=entry, by=by, text=_text(line), files=_files(line))
        line.item.entry = entry.uid
        entries[line.item.pk] = entry
    IntakeFile.objects.bulk_update([line.item for line in found], ["entry"], batch_size=200)
    return entries


def _values(line: Line) -> dict[str, Any]:
    given = {code: line.value(code) for code in _RECORD}
    given["mechanism"] = given["mechanism"] or "business"
    for code in ("in_force_on", "reviewed_on"):
        if given[code] and given["issued_on"] and given[code] < given["issued_on"]:
            given[code] = None
    kept = {code: value for code, value in given.items() if value not in (None, "")}
    return {**kept, "files": _files(line)}


def _files(line: Line) -> list[dict[str, object]]:
    item = line.item
    return [{"digest": item.digest, "name": item.name, "size": item.size}] if item.digest else []


def _text(line: Line) -> str:
    if line.item.state != FileState.READ:
        return ""
    return FileText.objects.filter(file_id=line.item.digest).values_list("text", flat=True).first() or ""


def _link(found: list[Line], entries: dict[int, Entry], *, by: Actor) -> None:
    """Files that are the text of a policy of the library: its first text, or the draft of its next version."""
    for line in found:
        assert line.policy is not None
        entry = Entry.objects.select_related("unit", "department", "body").get(uid=line.policy)
        held = policies.current(entry.uid)
        if held is None:
            entry = _attach(entry, line, by=by)
            policies.take_over(entry=entry, by=by, text=_text(line), files=_files(line))
        elif (held.text or held.files) and not _is_held(held.files, line):
            reason = _("Found in a stock of rules as a newer version.")
            policies.start(
                policy=entry,
                unit=entry.unit,
                title=line.name,
                text=_text(line),
                files=_files(line),
                reason=reason,
                by=by,
            )
        line.item.entry = entry.uid
        entries[line.item.pk] = entry
    IntakeFile.objects.bulk_update([line.item for line in found], ["entry"], batch_size=200)


def _is_held(files: list[dict[str, Any]], line: Line) -> bool:
    return any(one["digest"] == line.item.digest for one in files)


def _attach(entry: Entry, line: Line, *, by: Actor) -> Entry:
    """The file joins the record, and fills what the record does not say; nothing that stands there changes."""
    data = entry.body.data
    values: dict[str, Any] = {
        code: line.value(code)
        for code in ("number", "level", "business", "reviewed_on")
        if not data.get(code) and line.value(code)
    }
    if values.get("reviewed_on") and values["reviewed_on"] < str(data.get("issued_on") or ""):
        del values["reviewed_on"]
    values["files"] = [*(data.get("files") or []), *_files(line)]
    reason = _("Taken over from the stock “%(name)s”.") % {"name": line.item.intake.name}
    return registers.update(entry=entry, values=values, version=entry.version, by=by, reason=reason)


# --- what is to come of them ----------------------------------------------------------------------------------------


def _plan(intake: Intake, found: list[Line], entries: dict[int, Entry], *, year: int, due_on: date, by: Actor) -> None:
    """Rows of the yearly plan for what is to be amended or repealed; one that is planned already stays."""
    for policy in sorted(line.policy for line in found if line.policy is not None and line.advice in _PLANNED):
        writing.lock_value("policy_plan", policy)
    there = Entry.objects.filter(register=PLANS, unit=intake.unit, period=str(year), status="planned")
    planned = set(there.values_list("ref_1", "kind"))
    values = [
        _planned(intake, line, entries[line.item.pk], year=year, due_on=due_on)
        for line in found
        if line.advice in _PLANNED and (entries[line.item.pk].uid, _PLANNED[line.advice]) not in planned
    ]
    if values:
        registers.create_many(register=PLANS, unit=intake.unit, rows=values, by=by)


def _planned(intake: Intake, line: Line, entry: Entry, *, year: int, due_on: date) -> dict[str, object]:
    data = entry.body.data
    told = [reasons.sentence(one) for one in line.item.why if one.get("code") in reasons.GROUNDS]
    return {
        "name": entry.title,
        "action": _PLANNED[line.advice],
        "policy": str(entry.uid),
        "reason": " ".join(filter(None, told)) or _("Found in the stocktake “%(name)s”.") % {"name": intake.name},
        "period": str(year),
        "planned_on": clock.today().isoformat(),
        "due_on": due_on.isoformat(),
        **{code: data[code] for code in ("business", "level", "department") if data.get(code)},
    }


def _stocktake(intake: Intake, found: list[Line], *, year: int, by: Actor) -> Entry:
    """The counted record: what is in force up to the cut-off day, by level, and what is planned for the year."""
    seat = places.seat(by, intake.unit.code)
    held = statistics.standing(by, seat, on=intake.cutoff_on)
    levels = list(held.values_list("level", "text_4"))
    plans = planning.rows_of(by, seat, year).filter(status__in=(planning.PLANNED, planning.DONE))
    kinds = list(plans.values_list("kind", flat=True))
    values: dict[str, object] = {
        "name": intake.name,
        "cutoff_on": intake.cutoff_on.isoformat(),
        "taken_on": clock.today().isoformat(),
        "total": len(levels),
        **{code: sum(1 for level, _business in levels if level == code) for code in ("basic", "specific", "guideline")},
        "classified": bool(levels) and all(business for _level, business in levels),
        "graded": bool(levels) and all(level for level, _business in levels),
        "to_enact": kinds.count("enact"),
        "to_amend": kinds.count("amend"),
        "to_repeal": kinds.count("repeal"),
        "problems": _problems(found),
        "files": [_list_of_results(intake, found, by=by)],
    }
    return registers.create(register=STOCKTAKES, unit=intake.unit, values=values, by=by)


def _list_of_results(intake: Intake, found: list[Line], *, by: Actor) -> dict[str, object]:
    """The list as a file of the record."""
    name = _("%(name)s - list of results.xlsx") % {"name": intake.name[:120]}
    row = store.save(listing.workbook(found), name=name, by=by)
    return {"digest": row.digest, "name": name, "size": row.size, "media_type": row.media_type}


def _problems(found: list[Line]) -> str:
    """What was found besides the figures."""
    counted = {
        "all": len(found),
        "out": sum(1 for line in found if not line.is_in),
        "unread": sum(1 for line in found if line.item.state == FileState.FAULTY),
    }
    told = (
        _("%(all)d files were gone through; %(out)d were left out, %(unread)d could not be read by machine.") % counted
    )
    bare = sum(1 for line in found if line.is_in and line.policy is None and not line.value("issued_on"))
    if bare:
        said = ngettext(
            "%(count)d rule without a day of issue counts from the day of its entry.",
            "%(count)d rules without a day of issue count from the day of their entry.",
            bare,
        )
        told += " " + said % {"count": bare}
    return told
