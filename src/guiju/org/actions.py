"""Everything that changes units, their attributes and people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max, Q, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from guiju.access import check, scope
from guiju.access.actor import Actor
from guiju.access.models import User
from guiju.access.permissions import Permission
from guiju.lib import clock, text
from guiju.lib.errors import Conflict, Denied, Fault, Problem
from guiju.org import changes, tree, values
from guiju.org.enums import ROOT_KINDS, UnitKind
from guiju.org.models import LAST, Person, Supervision, Unit, UnitAttribute
from guiju.trail import log as trail
from guiju.trail.events import Action

UNIT_FIELDS = ("code", "name", "short_name", "uscc", "country", "founded_on")
PERSON_FIELDS = (
    "name", "number", "post", "email", "phone", "is_external", "joined_on", "left_on", "unit", "department",
)  # fmt: skip


def unit_content(unit: Unit) -> dict[str, Any]:
    """All columns of a unit, as the trail commits to them (other units by uid, because a code may change)."""
    return {
        **{name: getattr(unit, name) for name in UNIT_FIELDS},
        "kind": str(unit.kind),
        "parent": str(unit.parent.uid) if unit.parent else None,
        "closed_on": unit.closed_on,
        "version": unit.version,
    }


def person_content(person: Person) -> dict[str, Any]:
    """All columns of a person, as the trail commits to them."""
    plain = {name: getattr(person, name) for name in PERSON_FIELDS if name not in {"unit", "department"}}
    return {
        **plain,
        "unit": str(person.unit.uid),
        "department": str(person.department.uid) if person.department else None,
        "version": person.version,
    }


def attribute_id(row: UnitAttribute) -> str:
    """The trail's name of one dated value: unit, attribute and first day."""
    return f"{row.unit.uid.hex}:{row.code}:{row.from_on.toordinal()}"


def attribute_content(row: UnitAttribute) -> dict[str, Any]:
    """One dated value as the trail commits to it; its last day follows from the next value's first."""
    return {"unit": str(row.unit.uid), "code": row.code, "value": row.value, "from_on": row.from_on}


def _checked(row: Unit | Person) -> None:
    """Full validation with one fault per field, instead of the framework's error page."""
    try:
        row.full_clean(exclude=["path", "root"])
    except ValidationError as error:
        faults = [
            Fault("" if field == "__all__" else field, " ".join(messages))
            for field, messages in error.message_dict.items()
        ]
        raise Problem(
            "invalid",
            _("Some fields are not right; nothing was saved."),
            fix=_("Correct them and save again."),
            faults=faults,
        ) from None


@transaction.atomic
def create_unit(
    *, code: str, name: str, kind: str, by: Actor, parent: Unit | None = None, reason: str = "", **fields: Any
) -> Unit:
    """Add a unit below `parent`, or a root (only the installation itself and system administrators found trees).

    Who has to name the unit before it is there hands in its `uid`.
    """
    if parent is not None:
        check.require(by, Permission.ORG_UNIT_EDIT, parent)
        _lock_tree(parent)
        parent = _locked(parent, None)
    elif not by.is_system:
        raise Problem("unit.root", _("A new tree is founded on the server with “guiju init”."), status=403)
    else:
        # Two trees founded at once must not take the same path; the first root is what founders queue at.
        Unit.objects.select_for_update().filter(parent__isnull=True).order_by("path").first()
    if parent is None and kind not in ROOT_KINDS:
        raise Problem("unit.root_kind", _("A department or branch belongs to a company: choose its parent unit."))
    unknown = set(fields) - {*UNIT_FIELDS, "uid"}
    if unknown:
        raise TypeError(f"unknown unit fields: {sorted(unknown)}")
    unit = Unit(
        code=values.code(code), name=text.clean(name), kind=kind, parent=parent, recorded_at=clock.now(), **fields
    )
    unit.uscc = values.uscc(unit.uscc)
    unit.sort_key = text.sort_key(unit.name)
    unit.path = tree.next_path(parent)
    unit.depth = len(unit.path) // tree.STEP - 1
    unit.root = parent.root if parent else None
    _checked(unit)
    unit.save()
    if parent is None:
        unit.root = unit
        unit.save(update_fields=["root"])
    _record_unit(Action.UNIT_CREATED, unit, by=by, reason=reason)
    return unit


def _record_unit(action: Action, unit: Unit, *, by: Actor, reason: str, before: dict[str, Any] | None = None) -> None:
    trail.record(
        action,
        by=by,
        unit=unit,
        object_type="unit",
        object_id=str(unit.uid),
        object_version=unit.version,
        title=unit.name,
        content={
            "columns": unit_content(unit),
            "before": before or {},
            "about": {"parent": unit.parent.code if unit.parent else None},
        },
        reason=reason,
    )
    changes.announce([unit.pk])


@transaction.atomic
def change_unit(*, unit: Unit, version: int, by: Actor, reason: str = "", **fields: Any) -> Unit:
    """Change plain columns of a unit; refuses when somebody else was quicker."""
    check.require(by, Permission.ORG_UNIT_EDIT, unit)
    unit = _locked(unit, version)
    before: dict[str, Any] = {}
    for name, value in fields.items():
        if name not in UNIT_FIELDS:
            raise TypeError(f"unknown unit field: {name}")
        if name in {"code", "uscc"}:
            value = getattr(values, name)(value)
        if getattr(unit, name) != value:
            before[name] = getattr(unit, name)
            setattr(unit, name, value)
    if not before:
        return unit
    unit.sort_key = text.sort_key(unit.name)
    return _saved(unit, Action.UNIT_CHANGED, by=by, reason=reason, before=before)


def _lock_tree(unit: Unit) -> None:
    """One change of a tree's shape at a time: two moves, each right by itself, could make a circle together."""
    Unit.objects.select_for_update().filter(pk=unit.root_id or unit.pk).order_by("pk").first()


def _locked(unit: Unit, version: int | None) -> Unit:
    fresh = Unit.objects.select_for_update().get(pk=unit.pk)
    if version is not None and fresh.version != version:
        raise Conflict(
            _("Somebody else has changed %(name)s in the meantime; your change was not saved.") % {"name": fresh.name},
            fix=_("Reload the page, look at the new values and enter your change again."),
        )
    return fresh


def _saved(unit: Unit, action: Action, *, by: Actor, reason: str, before: dict[str, Any]) -> Unit:
    unit.version += 1
    unit.recorded_at = clock.now()
    _checked(unit)
    unit.save()
    _record_unit(action, unit, by=by, reason=reason, before=before)
    return unit


@transaction.atomic
def close_unit(*, unit: Unit, on: date, by: Actor, reason: str) -> Unit:
    """The unit ends on a day; its records stay, open child units must be closed or moved first."""
    check.require(by, Permission.ORG_UNIT_EDIT, unit)
    unit = _locked(unit, None)
    if unit.children.filter(closed_on__isnull=True).exists():
        raise Problem(
            "unit.has_children",
            _("%(name)s still has open units below it.") % {"name": unit.name},
            fix=_("Close or move them first."),
        )
    before = {"closed_on": unit.closed_on}
    unit.closed_on = on
    return _saved(unit, Action.UNIT_CLOSED, by=by, reason=reason, before=before)


@transaction.atomic
def move_unit(*, unit: Unit, parent: Unit, by: Actor, reason: str) -> Unit:
    """Put a unit with all below it under another parent of the same or another tree; never under itself."""
    for place in (unit, parent):
        check.require(by, Permission.ORG_UNIT_EDIT, place)
    if not scope.scope(by, Permission.ORG_UNIT_EDIT).covers_below(unit):
        raise Denied(
            _("Your role holds on %(unit)s alone; a move takes everything below with it.") % {"unit": unit.name}
        )
    _lock_tree(unit)
    unit, parent = _locked(unit, None), _locked(parent, None)
    if parent.path.startswith(unit.path):
        raise Problem(
            "unit.cycle",
            _("%(parent)s lies below %(unit)s, so the move would make a circle.")
            % {"parent": parent.name, "unit": unit.name},
            fix=_("Choose a parent outside the unit's own subtree."),
        )
    if unit.root_id != parent.root_id:
        raise Problem(
            "unit.other_tree",
            _("%(parent)s belongs to another group; records do not change their owner by a move.")
            % {"parent": parent.name},
            fix=_("Close the unit here and create it there."),
        )
    if unit.parent_id == parent.pk:
        return unit
    above = set(tree.ancestors(unit, itself=True).values_list("pk", flat=True))
    before = {"parent": unit.parent.code if unit.parent else None}
    _rewrite_paths(unit, tree.next_path(parent), parent)
    unit.refresh_from_db()
    unit.parent = parent
    moved = _saved(unit, Action.UNIT_MOVED, by=by, reason=reason, before=before)
    changes.announce(above | set(tree.ancestors(moved, itself=True).values_list("pk", flat=True)))
    return moved


def _rewrite_paths(unit: Unit, new: str, parent: Unit) -> None:
    old, shift = unit.path, len(new) // tree.STEP - 1 - unit.depth
    deepest = Unit.objects.filter(path__gte=old, path__lt=old + LAST).aggregate(Max("depth"))["depth__max"]
    if deepest + shift >= tree.MAX_DEPTH:
        raise Problem("unit.too_many", _("This tree has no room for another unit at this place."))
    # Two passes, because the unique index on path is checked row by row.
    Unit.objects.filter(path__gte=old, path__lt=old + LAST).update(path=Concat(Value("!"), "path"))
    Unit.objects.filter(path__startswith="!").update(
        path=Concat(Value(new), Substr("path", len(old) + 2)), depth=F("depth") + shift
    )
    Unit.objects.filter(pk=unit.pk).update(parent=parent)


@transaction.atomic
def set_attribute(*, unit: Unit, code: str, value: Any, from_on: date, by: Actor, reason: str = "") -> UnitAttribute:
    """Give a dated value to an attribute that a pack declares; it ends the value before it."""
    check.require(by, Permission.ORG_ATTRIBUTE_EDIT, unit)
    clean = values.attribute(code, value)
    if code == "size_override" and not reason:
        raise Problem(
            "attribute.reason",
            _("A size class set by hand needs its reason."),
            fix=_("Say on which document or figures it rests."),
            where="reason",
        )
    held = UnitAttribute.objects.select_for_update().filter(unit=unit, code=code, superseded_at__isnull=True)
    later = held.filter(from_on__gt=from_on).order_by("from_on").first()
    earlier = held.filter(from_on__lt=from_on).filter(Q(to_on__isnull=True) | Q(to_on__gte=from_on))
    earlier.update(to_on=from_on - timedelta(days=1))
    before = held.filter(from_on__lt=from_on).order_by("-from_on").values_list("value", flat=True).first()
    held.filter(from_on=from_on).update(superseded_at=clock.now())
    row = UnitAttribute.objects.create(
        unit=unit,
        code=code,
        value=clean,
        from_on=from_on,
        to_on=later.from_on - timedelta(days=1) if later else None,
        reason=reason,
        recorded_at=clock.now(),
        by=by.name,
    )
    trail.record(
        Action.ATTRIBUTE_SET,
        by=by,
        unit=unit,
        object_type="attribute",
        object_id=attribute_id(row),
        object_version=1,
        title=unit.name,
        content={"columns": attribute_content(row), "before": {"value": before}},
        reason=reason,
        happened_on=from_on,
    )
    changes.announce([unit.pk])
    return row


@transaction.atomic
def add_person(*, unit: Unit, name: str, by: Actor, reason: str = "", **fields: Any) -> Person:
    """Enter somebody who works in or for the unit."""
    check.require(by, Permission.ORG_PERSON_EDIT, unit)
    person = Person(unit=unit, name=text.clean(name), recorded_at=clock.now(), **fields)
    person.sort_key = text.sort_key(person.name)
    _checked(person)
    person.save()
    _record_person(Action.PERSON_CREATED, person, by=by, reason=reason)
    return person


@transaction.atomic
def change_person(*, person: Person, version: int, by: Actor, reason: str = "", **fields: Any) -> Person:
    """Change a person's entry; refuses when somebody else was quicker."""
    check.require(by, Permission.ORG_PERSON_EDIT, person.unit)
    person = Person.objects.select_for_update(of=("self",)).select_related("unit", "department").get(pk=person.pk)
    if person.version != version:
        raise Conflict(
            _("Somebody else has changed %(name)s in the meantime; your change was not saved.") % {"name": person.name},
            fix=_("Reload the page, look at the new values and enter your change again."),
        )
    before: dict[str, Any] = {}
    home = person.unit
    for name, value in fields.items():
        if name not in PERSON_FIELDS:
            raise TypeError(f"unknown person field: {name}")
        old = getattr(person, name)
        if old != value:
            before[name] = getattr(old, "code", old)
            setattr(person, name, value)
    if not before:
        return person
    if "unit" in before:
        check.require(by, Permission.ORG_PERSON_EDIT, person.unit)
        if person.unit.root_id != home.root_id:
            raise Problem(
                "person.other_tree",
                _("%(unit)s belongs to another group; people do not move there with their records.")
                % {"unit": person.unit.name},
                fix=_("Say when the person left, and enter the person there."),
                where="unit",
            )
    person.sort_key = text.sort_key(person.name)
    person.version += 1
    person.recorded_at = clock.now()
    _checked(person)
    person.save()
    action = Action.PERSON_LEFT if "left_on" in before and person.left_on else Action.PERSON_CHANGED
    _record_person(action, person, by=by, reason=reason, before=before, left=[home.pk])
    return person


def _record_person(
    action: Action,
    person: Person,
    *,
    by: Actor,
    reason: str,
    before: dict[str, Any] | None = None,
    left: Iterable[int] = (),
) -> None:
    trail.record(
        action,
        by=by,
        unit=person.unit,
        object_type="person",
        object_id=str(person.uid),
        object_version=person.version,
        title=person.name,
        content={
            "columns": person_content(person),
            "before": before or {},
            "about": {
                "unit": person.unit.code,
                "department": person.department.code if person.department else None,
            },
        },
        reason=reason,
    )
    changes.announce({person.unit_id, *left})


@transaction.atomic
def link_account(*, person: Person, user: User, by: Actor, reason: str = "") -> Person:
    """Say whose account this is; one account belongs to one person."""
    check.require(by, Permission.ORG_PERSON_EDIT, person.unit)
    person = Person.objects.select_for_update(of=("self",)).select_related("unit", "department").get(pk=person.pk)
    if person.user_id == user.pk:
        return person
    other = Person.objects.filter(user=user).first()
    if person.user_id is not None or other is not None:
        raise Conflict(
            _("The account “%(account)s” belongs to %(other)s already.")
            % {"account": user.username, "other": other.name}
            if other is not None
            else _("%(name)s has another account already.") % {"name": person.name},
            fix=_("Choose the person and the account that belong together."),
            code="person.account",
        )
    person.user = user
    person.save(update_fields=["user"])
    trail.record(
        Action.ACCOUNT_CHANGED,
        by=by,
        unit=person.unit,
        object_type="account",
        object_id=str(user.pk),
        title=user.name,
        content={"columns": {"username": user.username, "person": str(person.uid)}},
        reason=reason,
    )
    return person


@transaction.atomic
def supervise(*, authority: Unit, unit: Unit, document: str, from_on: date, by: Actor) -> Supervision:
    """An authority or association begins to look after a unit under one document; it sees no live rows by this."""
    if authority.kind not in {UnitKind.AUTHORITY, UnitKind.ASSOCIATION}:
        raise Problem("supervision.kind", _("Only an authority or an association supervises."))
    check.require(by, Permission.ORG_UNIT_EDIT, authority)
    row = Supervision.objects.create(
        authority=authority, unit=unit, document=document, from_on=from_on, recorded_at=clock.now()
    )
    trail.record(
        Action.SUPERVISION_SET,
        by=by,
        unit=authority,
        object_type="supervision",
        object_id=str(row.pk),
        title=unit.name,
        content={"columns": {"authority": authority.code, "unit": unit.code, "document": document, "from_on": from_on}},
        happened_on=from_on,
    )
    return row
