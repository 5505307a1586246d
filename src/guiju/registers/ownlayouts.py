"""An organisation's own forms of a list: its name, its columns and their headings; kept per unit, inherited below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import ValidationError

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.lib import clock
from guiju.lib.errors import Conflict, Fault, NotFound, Problem
from guiju.org.models import Unit
from guiju.registers.models import OwnLayout
from guiju.registers.spec import Field, LayoutColumn, RegisterSpec
from guiju.registers.tables import STANDARD, own_forms
from guiju.trail import log as trail
from guiju.trail.events import Action

EDIT = Permission.COMPLIANCE_SETTING_EDIT
#: Columns of a form besides the fields: the running number, the unit, the state.
PLAIN = frozenset({"_row", "_unit", "_status"})
LEAST, MOST = 2, 60
_CODE = re.compile(r"[a-z][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class Wording:
    """What an organisation calls a list and its columns; empty where it has no form of its own."""

    title: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    def label(self, item: Field) -> str:
        """The heading of a field."""
        return self.labels.get(item.code) or item.label()


# --- reading ------------------------------------------------------------------------------------------------------


def held_by(unit: Unit, register: str) -> list[OwnLayout]:
    """The own forms that hold for a unit, its own first: of each code the one of the nearest unit at or above it."""
    return own_forms(unit, register)


def fields_of(spec: RegisterSpec, unit: Unit, said: Iterable[str] = ()) -> list[str]:
    """The fields that a unit's form shows: own columns only where a form of its own names them or a row holds words."""
    codes = [item.code for item in spec.fields if not item.kept]
    own = {item.code for item in spec.fields if item.own} - set(said)
    if own:
        own -= worded(held_by(unit, spec.code)).labels.keys()
    return [code for code in codes if code not in own]


def chosen(held: Iterable[OwnLayout]) -> OwnLayout | None:
    """Of the forms that hold for a unit, the one that names the list and its columns on screen: the nearest default."""
    return next((one for one in held if one.is_default), None)


def default_of(unit: Unit, register: str) -> OwnLayout | None:
    """The form that names the list and its columns on screen: one query."""
    return chosen(held_by(unit, register))


def worded(held: Iterable[OwnLayout]) -> Wording:
    """The organisation's words for a list, from the forms that hold for it."""
    found = chosen(held)
    if found is None:
        return Wording()
    return Wording(found.title, {item["field"]: item["label"] for item in found.columns if not item.get("when")})


def wordings(unit: Unit, registers: Iterable[str]) -> dict[str, Wording]:
    """The words for several lists: one query for all of them."""
    wanted = list(registers)
    held = own_forms(unit, *wanted)
    return {code: worded(one for one in held if one.register == code) for code in wanted}


def find(unit: Unit, register: str, code: str) -> OwnLayout:
    """The unit's own form of this code, or 404; not one that it inherits."""
    found = OwnLayout.objects.filter(unit=unit, register=register, code=code).select_related("unit").first()
    if found is None:
        raise NotFound(_("This unit has no form “%(code)s” of its own.") % {"code": code}, where="layout")
    return found


# --- what a form must be ------------------------------------------------------------------------------------------


def checked(spec: RegisterSpec, title: str, columns: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The columns as they are kept; a Problem that names each column which is not right."""
    faults: list[Fault] = []
    found: list[LayoutColumn] = []
    for place, raw in enumerate(columns, 1):
        try:
            found.append(
                LayoutColumn.model_validate({key: value for key, value in raw.items() if value not in ("", None)})
            )
        except ValidationError as error:
            faults.append(_column_fault(place, raw, error))
    if not title.strip() or len(title) > 200:
        faults.append(Fault("title", _("The list needs a name of at most 200 characters."), _("Enter it.")))
    if not faults:
        faults = [*_fields(spec, found), *_headings(found), *_missing(spec, found)]
    if not faults and not LEAST <= len(found) <= MOST:
        what = _("A form has between %(least)d and %(most)d columns.") % {"least": LEAST, "most": MOST}
        faults.append(Fault("columns", what))
    if faults:
        raise Problem(
            "layout.invalid",
            _("This form cannot be used yet; nothing was saved."),
            fix=_("Correct the columns named below."),
            faults=faults,
            status=422,
        )
    return [item.model_dump(exclude_defaults=True) for item in found]


def _column_fault(place: int, raw: Mapping[str, Any], error: ValidationError) -> Fault:
    wrong = str(error.errors()[0]["loc"][0]) if error.errors()[0]["loc"] else ""
    if wrong == "label":
        return Fault(f"columns.{place}", _("Column %(place)d has no heading.") % {"place": place}, _("Enter one."))
    if wrong == "width":
        what = _("The width of column %(place)d must be a number from 1 to 255.") % {"place": place}
        return Fault(f"columns.{place}", what, _("Leave it empty for the usual width."))
    what = _("Column %(place)d is not right: %(key)s.") % {"place": place, "key": wrong or str(raw)}
    return Fault(f"columns.{place}", what, _("A column has a field, a heading and, if you like, a group and a width."))


def _fields(spec: RegisterSpec, columns: Sequence[LayoutColumn]) -> list[Fault]:
    """Columns whose field is unknown, cannot stand in a table, or stands twice."""
    faults = []
    seen: set[tuple[str, str]] = set()
    for place, item in enumerate(columns, 1):
        known = spec.field(item.field)
        when = repr(sorted(item.when.items()))
        if known is None and item.field not in PLAIN:
            what = _("“%(label)s”: this register has no field “%(field)s”.")
            faults.append(Fault(f"columns.{place}", what % {"label": item.label, "field": item.field}))
        elif known is not None and known.type == "files":
            what = _("“%(label)s”: files cannot stand in a table.")
            faults.append(Fault(f"columns.{place}", what % {"label": item.label}))
        elif (item.field, when) in seen:
            what = _("“%(label)s”: %(field)s stands in this form already.")
            name = known.label() if known is not None else item.field
            fix = _("Take one of the two columns away.")
            faults.append(Fault(f"columns.{place}", what % {"label": item.label, "field": name}, fix))
        seen.add((item.field, when))
    return faults


def _headings(columns: Sequence[LayoutColumn]) -> list[Fault]:
    """Two columns under the same words: an import could not tell them apart."""
    seen: set[tuple[str, str]] = set()
    faults = []
    for place, item in enumerate(columns, 1):
        words = (item.under.strip(), item.label.strip())
        if words in seen:
            what = _("The heading “%(label)s” stands twice.") % {"label": item.label}
            faults.append(Fault(f"columns.{place}", what, _("Give one of the two another heading or another group.")))
        seen.add(words)
    return faults


def _missing(spec: RegisterSpec, columns: Sequence[LayoutColumn]) -> list[Fault]:
    """Required fields that nothing in the form fills."""
    there = {item.field for item in columns}
    return [
        Fault(
            "columns",
            _("The form lacks “%(field)s”, without which no row can be saved.") % {"field": item.label()},
            _("Add the column."),
        )
        for item in spec.fields
        if item.required and not _is_filled(spec, item, there)
    ]


def _is_filled(spec: RegisterSpec, item: Field, there: set[str]) -> bool:
    if item.code in there or item.default is not None:
        return True
    return any(_is_filled(spec, spec.by_code[code], there) for code in item.made_from)


# --- writing ------------------------------------------------------------------------------------------------------


@transaction.atomic
def set_layout(
    *,
    unit: Unit,
    spec: RegisterSpec,
    title: str,
    columns: Sequence[Mapping[str, Any]],
    by: Actor,
    code: str = "",
    by_department: bool = False,
    version: int | None = None,
) -> OwnLayout:
    """Keep a form of the unit's own; with the code of one that is there, its next version. The first is the default."""
    check.require(by, EDIT, unit)
    kept = checked(spec, title, columns)
    mine = list(OwnLayout.objects.select_for_update().filter(unit=unit, register=spec.code).order_by("pk"))
    held = next((one for one in mine if one.code == code), None)
    if held is None:
        held = OwnLayout(
            unit=unit, register=spec.code, code=_new_code(spec, code, mine), is_default=not mine, version=0
        )
    elif version is not None and held.version != version:
        raise _stale(held)
    before = _content(held) if held.pk else None
    held.title, held.columns, held.by_department = title.strip(), kept, by_department
    return _save(held, by=by, before=before)


def _new_code(spec: RegisterSpec, code: str, mine: Sequence[OwnLayout]) -> str:
    taken = {STANDARD, *spec.layouts, *(one.code for one in mine)}
    if not code:
        return next(name for name in (f"own-{number}" for number in range(1, 1_000)) if name not in taken)
    if not _CODE.fullmatch(code) or code in taken:
        raise Problem(
            "layout.code",
            _("“%(code)s” cannot be the code of a form of your own.") % {"code": code},
            fix=_("Take small letters, digits and hyphens, and none of: %(taken)s.")
            % {"taken": ", ".join(sorted(taken))},
            where="code",
            status=422,
        )
    return code


@transaction.atomic
def drop_layout(*, layout: OwnLayout, version: int, by: Actor) -> None:
    """Take a form away; workbooks that came in under it can no longer be written back in it."""
    check.require(by, EDIT, layout.unit)
    held = _locked(layout, version)
    others = OwnLayout.objects.filter(unit=held.unit, register=held.register).exclude(pk=held.pk).order_by("pk")
    _told(held, by=by, content={"before": _content(held)}, action=Action.LAYOUT_DROPPED)
    was_default = held.is_default
    held.delete()
    heir = others.first()
    if was_default and heir is not None:
        choose_default(layout=heir, version=heir.version, by=by)


@transaction.atomic
def choose_default(*, layout: OwnLayout, version: int, by: Actor) -> OwnLayout:
    """Let this form name the list and its columns on screen."""
    check.require(by, EDIT, layout.unit)
    held = _locked(layout, version)
    if held.is_default:
        return held
    before = _content(held)
    for other in OwnLayout.objects.filter(unit=held.unit, register=held.register, is_default=True):
        other.is_default = False
        _save(other, by=by, before={**_content(other), "is_default": True})
    held.is_default = True
    return _save(held, by=by, before=before)


def copied(spec: RegisterSpec, name: str) -> tuple[str, list[dict[str, Any]], bool]:
    """Title, columns and sheets of a shipped layout, to begin an own form with."""
    found = spec.layouts.get(name)
    if found is None:
        raise NotFound(_("The register has no layout “%(layout)s”.") % {"layout": name}, where="layout")
    return found.title, [item.model_dump(exclude_defaults=True) for item in found.columns], found.by_department


def _locked(layout: OwnLayout, version: int) -> OwnLayout:
    held = OwnLayout.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=layout.pk).first()
    if held is None or held.version != version:
        raise _stale(layout if held is None else held)
    return held


def _stale(held: OwnLayout) -> Conflict:
    return Conflict(
        _("Somebody else (%(by)s) has changed the form “%(title)s” in the meantime.")
        % {"by": held.by, "title": held.title},
        fix=_("Reload the page, look at it again, and repeat your change."),
        code="layout.conflict",
    )


def _save(held: OwnLayout, *, by: Actor, before: dict[str, Any] | None) -> OwnLayout:
    if before == _content(held):
        return held
    held.version += 1
    held.recorded_at, held.by = clock.now(), by.name[:80]
    held.save()
    _told(held, by=by, content={**_content(held), **({"before": before} if before else {})})
    return held


def _told(held: OwnLayout, *, by: Actor, content: Mapping[str, object], action: Action = Action.LAYOUT_SET) -> None:
    trail.record(
        action,
        by=by,
        unit=held.unit,
        object_type="layout",
        object_id=str(held.uid),
        object_version=held.version,
        title=held.title,
        content={**named(held), **content},
    )


def named(held: OwnLayout) -> dict[str, object]:
    """Which form it is, as the trail says it."""
    return {"register": held.register, "code": held.code}


def state(held: OwnLayout) -> dict[str, object]:
    """What the trail commits to."""
    return {**named(held), **_content(held)}


def _content(held: OwnLayout) -> dict[str, Any]:
    columns = [
        {key: str(value) if isinstance(value, float) else value for key, value in item.items()} for item in held.columns
    ]
    return {
        "title": held.title,
        "columns": columns,
        "by_department": held.by_department,
        "is_default": held.is_default,
    }
