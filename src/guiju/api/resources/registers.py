"""Which registers there are, and what their records hold."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _l
from ninja import Schema
from pydantic import Field as Key

from guiju.access.permissions import Permission as P
from guiju.api.routes import Routes
from guiju.registers import filters, store
from guiju.registers import spec as specs
from guiju.registers.spec import Field, Move, RegisterSpec, Tone

routes = Routes("Registers")


class ChoiceOut(Schema):
    """One value of a choice."""

    code: str
    label: str
    tone: Tone


class FieldOut(Schema):
    """One field of a register."""

    code: str
    label: str
    type: str = Key(description="text, date, choice, person ...: decides how the value is written in JSON.")
    required: bool
    unique: bool
    help: str
    section: str
    choices: list[ChoiceOut]
    refers: str = Key(description="Register to whose records an entry field points.")
    max_length: int | None
    min: float | None
    max: float | None
    not_before: str
    default: str | bool | int | float | None
    sortable: bool
    filterable: bool


class StateOut(Schema):
    """Where a record may stand."""

    code: str
    label: str
    tone: Tone


class MoveOut(Schema):
    """A way from one state to another."""

    code: str
    label: str
    sources: list[str]
    to: str
    needs: list[str]
    asks_reason: bool


class LayoutOut(Schema):
    """A form for Excel."""

    code: str
    title: str


class RegisterOut(Schema):
    """A register in passing."""

    code: str
    title: str
    group: str
    help: str
    storage: str


class RegisterShown(RegisterOut):
    """A register with its fields, states and what its list takes."""

    fields: list[FieldOut]
    states: list[StateOut]
    initial: str
    moves: list[MoveOut]
    key: list[str] = Key(description="Fields by which an import finds the record to update.")
    columns: list[str]
    sort: str
    filters: list[str] = Key(description="Every query name that the list of records takes.")
    layouts: list[LayoutOut]


@routes.get("/registers", P.REGISTER_ENTRY_VIEW, answer=list[RegisterOut], summary=_l("List registers"))
def registers(request: HttpRequest) -> list[RegisterOut]:
    return [RegisterOut(**_short(spec)) for spec in specs.all_specs()]


@routes.get("/registers/{code}", P.REGISTER_ENTRY_VIEW, answer=RegisterShown, summary=_l("Show a register"))
def show_register(request: HttpRequest, code: str) -> RegisterShown:
    spec = specs.get(code)
    held = store.of(spec)
    return RegisterShown(
        **_short(spec),
        fields=[_field(item, held) for item in spec.fields],
        states=[StateOut(code=item.code, label=item.label(), tone=item.tone) for item in spec.states],
        initial=spec.initial,
        moves=[move_out(item) for item in spec.moves],
        key=list(spec.key),
        columns=list(spec.list.columns),
        sort=spec.list.sort,
        filters=sorted(
            name for name in filters.names(spec) if held.path("_status" if name == "_status" else name.split("__")[0])
        ),
        layouts=[LayoutOut(code=code, title=layout.title) for code, layout in spec.layouts.items()],
    )


def move_out(item: Move) -> MoveOut:
    """A move as it is answered."""
    return MoveOut(
        code=item.code,
        label=item.label(),
        sources=list(item.sources),
        to=item.to,
        needs=list(item.needs),
        asks_reason=item.asks_reason,
    )


def _short(spec: RegisterSpec) -> dict[str, str]:
    return {
        "code": spec.code,
        "title": spec.title(),
        "group": spec.group,
        "help": spec.help(),
        "storage": spec.storage,
    }


def _field(item: Field, held: store.Store) -> FieldOut:
    return FieldOut(
        code=item.code,
        label=item.label(),
        type=item.type,
        required=item.required,
        unique=item.unique,
        help=item.help(),
        section=item.section,
        choices=[ChoiceOut(code=one.code, label=one.label(), tone=one.tone) for one in item.options],
        refers=item.refers,
        max_length=item.length if item.type in {"text", "longtext", "url"} else None,
        min=item.min,
        max=item.max,
        not_before=item.not_before,
        default=item.default,
        sortable=bool(held.sort_column(item.code)),
        filterable=bool(held.path(item.code)),
    )
