"""A register's file on its way to `registers`, which knows what a register is."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from guiju.lib.errors import Fault
from guiju.packs.yamlfile import Document, Place
from guiju.registers import rules
from guiju.registers.spec import RegisterSpec


class RegisterShape(RegisterSpec):
    """The shape alone, so that what breaks a rule of registers can be told one by one, each with its line."""

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        return self


SHAPE: type[RegisterSpec] = RegisterShape


def unsound(spec: RegisterSpec, document: Document) -> list[Fault]:
    """What the rules of registers refuse, with the line of the field or key it is about."""
    return [document.fault(_place(fault.where, document), fault.what, fault.fix) for fault in rules.check(spec)]


def _place(where: str, document: Document) -> Place:
    """`fields.owner` as the place of the field whose code is `owner`."""
    place: Place = ()
    value = document.value
    for step in where.split("."):
        if isinstance(value, dict) and step in value:
            place, value = (*place, step), value[step]
        elif isinstance(value, list):
            number = _number(step, value)
            if number is None:
                break
            place, value = (*place, number), value[number]
        else:
            break
    return place


def _number(step: str, items: list[object]) -> int | None:
    if step.isdecimal() and int(step) < len(items):
        return int(step)
    codes = [item.get("code") if isinstance(item, dict) else None for item in items]
    return codes.index(step) if step in codes else None
