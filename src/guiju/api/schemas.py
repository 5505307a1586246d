"""Shapes that several resources share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

from guiju.access import scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.org.models import Person, Unit

#: Row versions; bounded by what a database keeps.
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]
Line = Annotated[str, StringConstraints(max_length=400)]
Reason = Annotated[str, StringConstraints(max_length=300)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class Body(Schema):
    """What a caller sends: unknown keys are refused, so that a slip never passes as “saved”."""

    model_config = ConfigDict(extra="forbid")


class UnitRef(Schema):
    """A unit in passing."""

    code: str
    name: str


class PersonRef(Schema):
    """A person in passing."""

    uid: UUID
    name: str


def unit_ref(unit: Unit) -> UnitRef:
    """A unit in passing."""
    return UnitRef(code=unit.code, name=unit.name)


def person_ref(person: Person) -> PersonRef:
    """A person in passing."""
    return PersonRef(uid=person.uid, name=person.name)


def visible_refs(ids: Iterable[int | None], *, by: Actor, permission: Permission) -> dict[int, UnitRef]:
    """The units with these ids that the caller may know of; a parent above the own scope stays unnamed."""
    wanted = {pk for pk in ids if pk is not None}
    if not wanted:
        return {}
    return {unit.pk: unit_ref(unit) for unit in scope.units(by, permission).filter(pk__in=wanted)}
