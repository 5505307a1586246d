"""A Django form out of a register's fields. The form only draws and carries; the register's actions check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guiju.access.actor import Actor
from guiju.lib.errors import Problem
from guiju.org.models import Unit
from guiju.registers import rows as stored
from guiju.registers.directory import Directory, KnownPerson, KnownUnit, as_uid
from guiju.registers.spec import Field, RegisterSpec
from guiju.web.registers import uploads

PICKED = {"person": "person", "people": "person", "unit": "unit", "department": "department",
          "entry": "entry", "entries": "entry"}  # fmt: skip
#: Up to this many choices are shown at once, more go into a list that opens.
_AT_ONCE = 5


class Carried(forms.Field):
    """Takes what was entered as it is; `many` for fields that hold a list."""

    def __init__(self, item: Field, widget: forms.Widget, **kwargs: Any) -> None:
        super().__init__(widget=widget, required=item.required, label=item.label(), help_text=item.help(), **kwargs)
        self.item = item

    def validate(self, value: object) -> None:
        """Nothing: a field that is missing is said by the action, together with everything else."""


_NOW = frozenset({"owner", "department", "on", "due_on"})


class RegisterForm(forms.Form):
    """All fields of a register, or some of them."""

    use_required_attribute = False

    def __init__(
        self, spec: RegisterSpec, codes: Sequence[str], *, unit: Unit, known: Directory, by: Actor, data: QueryDict | None = None,
        files: MultiValueDict[str, Any] | None = None, initial: Mapping[str, Any] | None = None, auto_id: str = "id_%s",
    ) -> None:  # fmt: skip
        super().__init__(data=data, files=files, initial=dict(initial or {}), auto_id=auto_id)
        self.spec, self.codes, self.unit = spec, list(codes), unit
        self.given = data if data is not None else QueryDict()
        self.kept: dict[str, list[uploads.Kept]] = {}
        for code in codes:
            item = spec.by_code[code]
            held = self._now(item)
            self.fields[code] = Carried(item, widget(item, unit=unit, known=known, by=by, held=held))

    def _now(self, item: Field) -> Any:
        """What stands in the field at the moment: entered, or there before."""
        if not self.is_bound:
            return self.initial.get(item.code)
        if item.type == "files":
            return uploads.kept(self.given.getlist(f"{item.code}__kept"))
        return self.given.getlist(item.code) if item.is_many else self.given.get(item.code)

    def values(self) -> dict[str, object]:
        """What was entered, for the register's action. Fields that the page did not carry are left out."""
        found: dict[str, object] = {}
        for code in self.codes:
            item = self.spec.by_code[code]
            if item.type == "files":
                if f"{code}__shown" in self.given:
                    found[code] = [one.stored() for one in self.kept.get(code, [])]
            elif item.type in {"choices", "people", "entries"}:
                found[code] = [text for text in self.given.getlist(code) if text]
            elif item.slot == "title":
                found[code] = " ".join(str(self.given.get(code, "")).splitlines())
            elif code in self.given or item.type == "bool":
                found[code] = self.given.get(code, "")
        return found

    def take_files(self, by: Any) -> None:
        """Store what was uploaded, so that a form with faults comes back with its files."""
        for code in self.codes:
            if self.spec.by_code[code].type == "files":
                kept = uploads.kept(self.given.getlist(f"{code}__kept"))
                try:
                    kept += uploads.store(self.files.getlist(code), by=by)
                except Problem as problem:
                    self.add_error(code, " ".join(filter(None, (problem.where, problem.what, problem.fix))))
                self.kept[code] = kept
                self.fields[code].widget.held = kept

    def refuse(self, problem: Problem) -> list[str]:
        """Put each fault beside its field; what belongs to no field comes back as sentences."""
        loose: list[str] = []
        self.is_valid()
        for fault in problem.faults:
            sentence = f"{fault.what} {fault.fix}".strip()
            if fault.where in self.fields:
                self.add_error(fault.where, sentence)
            else:
                loose.append(sentence)
        if not problem.faults:
            sentence = f"{problem.what} {problem.fix}".strip()
            if problem.where in self.fields:
                self.add_error(problem.where, sentence)
            else:
                loose.append(sentence)
        return loose

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The fields in groups, as on the paper form; `is_later` where a move will ask and nothing is said yet."""
        grouped: dict[str, list[Any]] = {}
        for code in self.codes:
            item = self.spec.by_code[code]
            grouped.setdefault(item.section, []).append({"field": self[code], "unit": unit_word(item)})
        return [
            {
                "title": self.spec.section_label(title),
                "rows": rows,
                "is_later": self._is_later([row["field"].name for row in rows]),
            }
            for title, rows in grouped.items()
        ]

    def _is_later(self, codes: Sequence[str]) -> bool:
        items = [self.spec.by_code[code] for code in codes]
        is_empty = not any(item.required or self._now(item) or item.code in self.errors for item in items)
        # How it ended is said when it ends; whose it is, when it happened and when it is due is said now.
        ends = any(item.slot == "done_on" and item.code in self.spec.asked_later for item in items)
        return is_empty and ends and not any(item.slot in _NOW for item in items)


def unit_word(item: Field) -> str:
    """The word after the box."""
    return _("CNY") if item.type == "amount" else ""


# --- widgets ------------------------------------------------------------------------------------------------------


class FileBox(forms.FileInput):
    """Files that are there, each with a box to leave it out, and room for more."""

    template_name = "registers/_filebox.html"
    allow_multiple_selected = True
    needs_multipart_form = True

    def __init__(self, held: list[uploads.Kept]) -> None:
        super().__init__(attrs={"multiple": True})
        self.held = held

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        return {**context, "held": self.held, "name": name}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return None


def widget(item: Field, *, unit: Unit, known: Directory, by: Actor, held: Any) -> forms.Widget:
    """How a field is entered."""
    if item.type in PICKED:
        return _picker(item, unit=unit, known=known, by=by, held=held)
    if item.type in {"choice", "bool", "choices"}:
        return _choosing(item)
    if item.type == "files":
        return FileBox(held if isinstance(held, list) else [])
    if item.type == "date":
        return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    if item.type == "longtext":
        return forms.Textarea(attrs={"rows": 4})
    if item.slot == "title":  # often a sentence; what is typed as two lines is kept as one
        return forms.Textarea(attrs={"rows": 2, "maxlength": item.length, "class": "gj-line"})
    return forms.TextInput(attrs=_line(item))


def _line(item: Field) -> dict[str, Any]:
    """A line of text, and what a keyboard on a screen should offer for it."""
    if item.type in {"integer", "number", "amount"}:
        return {"inputmode": "decimal", "class": "gj-figure"}
    if item.type == "period":
        return {"class": "gj-short gj-period", "placeholder": _("2026, 2026H1, 2026Q1 or 2026-03")}
    if item.type == "url":
        return {"inputmode": "url", "placeholder": "https://"}
    return {"maxlength": item.length}


_YES_NO = [("1", gettext_lazy("Yes")), ("0", gettext_lazy("No"))]


class Choosing(forms.RadioSelect):
    """A few choices side by side."""

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """The first choice stands for all of them, so that the error summary has somewhere to lead."""
        return super().id_for_label(id_, index or "0")

    def format_value(self, value: Any) -> list[str]:
        """Booleans as the page writes them."""
        if isinstance(value, bool):
            value = "1" if value else "0"
        return super().format_value(value)


def _choosing(item: Field) -> forms.Widget:
    options: list[tuple[str, Any]] = [(option.code, option.label()) for option in item.options]
    if item.type == "choices":
        return forms.CheckboxSelectMultiple(choices=options, attrs={"class": "gj-row"})
    options = _YES_NO if item.type == "bool" else options
    if len(options) > _AT_ONCE:
        return forms.Select(choices=[("", _("Please choose")), *options])
    if not item.required:
        options = [*options, ("", _("Not recorded"))]
    return Choosing(choices=options, attrs={"class": "gj-row"})


class _Hinted(forms.Select):
    """Options that are also found by sound and code."""

    def __init__(self, hints: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.hints = hints

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if str(value) in self.hints:
            option["attrs"]["data-hint"] = self.hints[str(value)]
        return option


class PickOne(_Hinted):
    """One of many."""


class PickMany(_Hinted, forms.SelectMultiple):
    """Several of many."""


def _picker(item: Field, *, unit: Unit, known: Directory, by: Actor, held: Any) -> forms.Widget:
    """Only what is chosen already; the rest comes as somebody types."""
    from guiju.web.registers.picks import first_options

    kind = PICKED[item.type]
    chosen = [str(one) for one in (held if isinstance(held, list) else [held]) if one]
    offered = {one["value"]: one for one in first_options(kind, unit=unit, by=by, refers=item.refers)}
    options = [(uid, offered[uid]["text"] if uid in offered else _label(kind, uid, known)) for uid in chosen]
    options += [(value, one["text"]) for value, one in offered.items() if value not in chosen]
    address = f"{reverse('pick', args=[kind])}?unit={unit.code}&refers={item.refers}"
    attrs = {"data-pick": True, "data-pick-url": address, "placeholder": _pick_hint(kind)}
    hints = {value: one["hint"] for value, one in offered.items()}
    if item.is_many:
        return PickMany(hints, choices=options, attrs=attrs)
    return PickOne(hints, choices=[("", ""), *options], attrs=attrs)


def _pick_hint(kind: str) -> str:
    return {
        "person": _("Name, pinyin or staff number"),
        "entry": _("Title or number"),
    }.get(kind, _("Name, pinyin or code"))


def _label(kind: str, uid: str, known: Directory) -> str:
    label = {"person": known.person_label, "entry": known.entry_label}.get(kind, known.unit_label)
    return label(uid) or uid


# --- what is given in an address ----------------------------------------------------------------------------------


def prefilled(spec: RegisterSpec, pairs: Iterable[tuple[str, str]], known: Directory) -> dict[str, Any]:
    """`set.<field>=value` of an address as the first contents of a form; what fits no field is left out."""
    found: dict[str, Any] = {item.code: stored.beginning(item) for item in spec.fields if item.default is not None}
    for key, written in pairs:
        item = spec.field(key.removeprefix("set."))
        if not key.startswith("set.") or item is None or item.type == "files":
            continue
        value: Any = _uid(item, written, known) if item.type in PICKED else written
        if item.is_many:
            found.setdefault(item.code, [])
            found[item.code].append(value)
        else:
            found[item.code] = value
    return found


def _uid(item: Field, written: str, known: Directory) -> str:
    """A name that fits one row becomes its uid."""
    if as_uid(written):
        return written
    find: dict[str, Callable[[object], KnownPerson | KnownUnit]] = {
        "person": known.person,
        "department": known.department,
        "unit": known.any_unit,
    }
    try:
        kind = PICKED[item.type]
        if kind == "entry":
            return known.entry(written, item.refers).uid
        return find[kind](written).uid
    except Problem:
        return ""
