"""What a register's YAML must keep to beyond its shape; each rule's message is what its author reads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from guiju.access.permissions import Permission
from guiju.lib.errors import Fault
from guiju.registers import slots

if TYPE_CHECKING:
    from guiju.registers.spec import Field, RegisterSpec

_TEMPLATE_FIELD = re.compile(r"\{([^{}]*)\}")
_PERMISSIONS = frozenset(item.value for item in Permission)


def check(spec: RegisterSpec) -> list[Fault]:
    """All that is wrong; empty for a sound register. `where` names the key inside the file."""
    found = [*_codes(spec), *_references(spec), *_states(spec)]
    for item in spec.fields:
        found += _field(spec, item)
    found += [*_slots(spec), *_title(spec)] if spec.is_entry else _table(spec)
    return found


def _table(spec: RegisterSpec) -> Iterator[Fault]:
    """A register over a table of its own names one that is offered, and only what that table has."""
    from guiju.registers import adapters

    if not adapters.is_known(spec.storage):
        yield Fault("storage", _("No table is offered under the name “%(name)s”.") % {"name": spec.storage})
        return
    adapter = adapters.get(spec.storage)
    for item in spec.fields:
        if item.code not in adapter.attributes:
            yield Fault(
                f"fields.{item.code}",
                _("The table has no column for “%(field)s”.") % {"field": item.code},
                _("Its columns are: %(names)s.") % {"names": ", ".join(adapter.attributes)},
            )
    sort = spec.list.sort.removeprefix("-")
    if sort and sort not in adapter.sorted_by:
        yield Fault("list.sort", _("The table cannot be sorted by “%(field)s”.") % {"field": sort})


def _codes(spec: RegisterSpec) -> Iterator[Fault]:
    """Codes are given once."""
    for key, codes in (
        ("fields", [item.code for item in spec.fields]),
        ("states", [item.code for item in spec.states]),
        ("moves", [item.code for item in spec.moves]),
    ):
        for code, count in Counter(codes).items():
            if count > 1:
                yield Fault(key, _("The code “%(code)s” is given %(count)d times.") % {"code": code, "count": count})


def _field(spec: RegisterSpec, item: Field) -> Iterator[Fault]:
    """Slots fit their types; choices have values; dates compare with dates."""
    place = f"fields.{item.code}"
    if item.slot and spec.is_entry and not slots.suits(item.slot, item.type):
        suitable = [slot for slot, kinds in slots.ACCEPTS.items() if item.type in kinds]
        yield Fault(
            place,
            _("A field of type %(type)s cannot stand in the slot “%(slot)s”.") % {"type": item.type, "slot": item.slot},
            _("Possible slots: %(slots)s.") % {"slots": ", ".join(suitable) or _("none (leave the slot out)")},
        )
    if item.slot and not spec.is_entry:
        yield Fault(place, _("Rows of this register live in their own table; leave the slot out."))
    if item.type in {"choice", "choices"} and not item.choices and not item.choices_from:
        yield Fault(place, _("A choice needs “choices” or “choices_from”."))
    yield from _options(item, place)
    for name in item.made_from:
        if spec.field(name) is None:
            yield Fault(place, _("There is no field “%(field)s”.") % {"field": name})
    other = spec.field(item.not_before) if item.not_before else None
    if item.not_before and (other is None or other.type != "date" or item.type != "date"):
        yield Fault(place, _("“not_before” compares a date with another date field of this register."))
    if item.unique and spec.is_entry and not item.slot:
        yield Fault(place, _("A unique field needs a slot."))


def _options(item: Field, place: str) -> Iterator[Fault]:
    """A shared list that is named is on offer; no code comes twice or is too long for its slot."""
    from guiju.registers import choices

    known = not item.choices_from or choices.is_known(item.choices_from)
    if not known:
        yield Fault(
            place,
            _("Nobody offers the choices “%(name)s”.") % {"name": item.choices_from},
            _("Known are: %(names)s.") % {"names": ", ".join(choices.names())},
        )
    options = item.options if known else item.choices
    for code, count in Counter(choice.code for choice in options).items():
        if count > 1:
            yield Fault(place, _("The code “%(code)s” is given %(count)d times.") % {"code": code, "count": count})
    width = slots.WIDTHS.get(item.slot)
    if width and any(len(choice.code) > width for choice in options):
        yield Fault(place, _("A choice's code is longer than the slot (%(width)d characters).") % {"width": width})


def _slots(spec: RegisterSpec) -> Iterator[Fault]:
    """A slot is used once; what is sorted, filtered, timed, a key or a fact stands in a slot."""
    for slot, count in Counter(item.slot for item in spec.fields if item.slot).items():
        if count > 1:
            yield Fault("fields", _("The slot “%(slot)s” is used %(count)d times.") % {"slot": slot, "count": count})
    sort = spec.list.sort.lstrip("-")
    if sort and sort not in slots.SORT_COLUMNS:
        item = spec.field(sort)
        if item is not None and item.slot not in slots.SORT_COLUMNS:
            yield _needs_slot("list.sort", sort)
    for place, names in (("list.filters", spec.list.filters), ("key", spec.key), ("happened", [spec.happened])):
        for name in names:
            item = spec.field(name)
            if item is not None and not item.slot:
                yield _needs_slot(place, name)
    for number, fact in enumerate(spec.facts):
        for name in (*fact.columns.values(), *fact.where):
            item = spec.field(name)
            if item is not None and not item.slot:
                yield _needs_slot(f"facts.{number}.{fact.relation}", name)


def _needs_slot(place: str, name: str) -> Fault:
    return Fault(
        place,
        _("The field “%(field)s” lives in the record's body only and cannot be used here.") % {"field": name},
        _("Give it a slot."),
    )


def _references(spec: RegisterSpec) -> Iterator[Fault]:
    """Every field that is named exists."""
    named = [("key", name) for name in spec.key]
    named += [("list.columns", name) for name in spec.list.columns]
    named += [("list.filters", name) for name in spec.list.filters]
    named += [("list.sort", spec.list.sort.lstrip("-"))] if spec.list.sort else []
    named += [("happened", spec.happened)] if spec.happened else []
    named += [(f"moves.{move.code}", name) for move in spec.moves for name in (*move.needs, *move.differs)]
    named += [(f"moves.{move.code}", name) for move in spec.moves for group in move.either for name in group]
    for number, fact in enumerate(spec.facts):
        place = f"facts.{number}.{fact.relation}"
        named += [(place, name) for name in (*fact.columns.values(), *fact.where)]
    for code, layout in spec.layouts.items():
        named += [(f"layouts.{code}", column.field) for column in layout.columns]
    for place, name in named:
        if (
            spec.field(name) is None
            and name not in slots.PSEUDO
            and not (name == "_row" and place.startswith("layouts."))
        ):
            yield Fault(place, _("There is no field “%(field)s”.") % {"field": name})
    yield from _spread(spec)
    happened = spec.field(spec.happened)
    if happened is not None and happened.type != "date":
        yield Fault("happened", _("“happened” names a date field."))


def _spread(spec: RegisterSpec) -> Iterator[Fault]:
    """A column of a form that holds a field only under a choice names a choice of this register and its value."""
    for code, layout in spec.layouts.items():
        for name, value in (pair for column in layout.columns for pair in column.when.items()):
            item = spec.field(name)
            if item is None or item.type != "choice" or item.option(value) is None:
                what = _("There is no choice “%(value)s” in “%(field)s”.") % {"value": value, "field": name}
                yield Fault(f"layouts.{code}", what)


def _states(spec: RegisterSpec) -> Iterator[Fault]:
    """Moves lead from states to states, and new rows begin in one of them."""
    codes = {item.code for item in spec.states}
    if spec.states and spec.initial not in codes:
        yield Fault("initial", _("“initial” names one of the states."))
    if not spec.states and (spec.moves or spec.initial):
        yield Fault("states", _("Moves and an initial state need states."))
    yield from _beginning(spec, codes)
    for move in spec.moves:
        for code in (*move.sources, move.to):
            if spec.states and code not in codes:
                yield Fault(f"moves.{move.code}", _("There is no state “%(code)s”.") % {"code": code})
        if move.permission and move.permission not in _PERMISSIONS:
            yield Fault(f"moves.{move.code}", _("There is no permission “%(code)s”.") % {"code": move.permission})
    for item in spec.fields:
        for code in item.free_in:
            if code not in codes:
                yield Fault(f"fields.{item.code}", _("There is no state “%(code)s”.") % {"code": code})


def _beginning(spec: RegisterSpec, codes: set[str]) -> Iterator[Fault]:
    """A first state that is kept for some people names the permission, and the state in which the others begin."""
    if not (spec.initial_permission or spec.initial_without):
        return
    if spec.initial_permission not in _PERMISSIONS:
        what = _("There is no permission “%(code)s”.") % {"code": spec.initial_permission}
        yield Fault("initial_permission", what)
    if spec.initial_without not in codes - {spec.initial}:
        yield Fault("initial_without", _("“initial_without” names another of the states."))


def _title(spec: RegisterSpec) -> Iterator[Fault]:
    """A row has a title: a field in that slot, or made from fields by `title_from`."""
    if "title" in spec.by_slot:
        return
    names = _TEMPLATE_FIELD.findall(spec.title_from)
    if not names:
        yield Fault("title_from", _("A row needs a title: a field with the slot “title”, or “title_from”."))
    for name in names:
        if spec.field(name) is None:
            yield Fault("title_from", _("There is no field “%(field)s”.") % {"field": name})
