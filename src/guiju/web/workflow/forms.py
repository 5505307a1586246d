"""Forms of the workflow pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _l

from guiju.org.enums import Role
from guiju.web import forms as shared
from guiju.web.registers.fields import FileBox
from guiju.web.registers.uploads import Kept
from guiju.workflow import ladder

REASON = 300


def reason(label: Any, *, required: bool, help_text: Any = "") -> forms.CharField:
    """Words that stay in the history."""
    return forms.CharField(
        label=label, required=required, max_length=REASON, strip=True, help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


def person(label: Any, unit: str, options: list[tuple[str, str]], *, help_text: Any = "") -> forms.CharField:
    """A picker of people, near ones first."""
    widget = shared.picker(**{"data-pick-url": reverse("pick", args=["person"]) + f"?unit={unit}"})
    widget.choices = [("", ""), *options]
    return forms.CharField(label=label, required=False, widget=widget, help_text=help_text)


class VersionForm(forms.Form):
    """A step on a task as it was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class HandOverForm(VersionForm):
    """To whom, and why."""

    def __init__(self, *args: Any, unit: str, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"] = person(
            _l("Hand over to"), unit, people,
            help_text=_l("Left empty, the task goes back to the office it belongs to."),
        )  # fmt: skip
        self.fields["reason"] = reason(
            _l("Reason"), required=False, help_text=_l("The new owner reads it in the task's history.")
        )


class DoneForm(VersionForm):
    """Which record or files show it, or why somebody says so."""

    def __init__(
        self, *args: Any, records: list[tuple[str, str]], held: list[Kept], asks_proof: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.held, self.asks_proof = held, asks_proof
        none = _l("None of these") if asks_proof else _l("No record: I say so")
        if records:
            self.fields["record"] = forms.ChoiceField(
                label=_l("Which record shows it"),
                required=False,
                choices=[("", none), *records],
                widget=shared.picker(),
            )
        self.fields["files"] = forms.Field(
            label=_l("Files that show it"), required=False, widget=FileBox(held),
            help_text=_l("Asked for by whoever made the task, unless a record shows it.") if asks_proof else "",
        )  # fmt: skip
        self.fields["on"] = forms.DateField(label=_l("Done on"), widget=shared.day())
        self.fields["reason"] = reason(
            _l("What was done"),
            required=False,
            help_text=_l("Needed where neither a record nor a file shows it; it stays in the history with your name."),
        )

    def clean(self) -> dict[str, Any]:
        """Without a record or a file some words are needed; where proof is asked for, they are not enough."""
        given = super().clean() or {}
        if given.get("record") or self.held:
            return given
        if self.asks_proof:
            self.add_error("files", _l("Attach a file, or name the record that shows it."))
        elif len(given.get("reason", "")) < 4:
            self.add_error("reason", _l("Choose a record or attach a file, or say in a few words what was done."))
        return given


class WaiveForm(VersionForm):
    """Why nobody needs to do it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = reason(_l("Why it is not needed"), required=True)


class ReopenForm(VersionForm):
    """Why it is to do again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = reason(_l("Why it is opened again"), required=True)


class TaskForm(forms.Form):
    """A task made by hand."""

    title = forms.CharField(
        label=_l("What is to be done"), min_length=2, max_length=200, help_text=_l("Begin with a verb.")
    )
    due_on = forms.DateField(label=_l("By when"), widget=shared.day(), required=False)
    within = forms.IntegerField(
        label=_l("Or within so many working days"), required=False, min_value=0, max_value=750,
        help_text=_l("Counted from today by the working calendar. One of the two is enough."),
    )  # fmt: skip
    role = forms.ChoiceField(
        label=_l("Whose work it is"), choices=Role.choices, initial=Role.COMPLIANCE_STAFF,
        help_text=_l("Whoever holds the office in the unit owns the task, also after a change of people."),
    )  # fmt: skip
    asks_proof = forms.BooleanField(
        label=_l("Proof is asked for"), required=False,
        help_text=_l("It is closed with a file or a record that shows it, not with words alone."),
    )  # fmt: skip
    note = forms.CharField(
        label=_l("Note"), required=False, max_length=2_000, strip=True, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self, *args: Any, unit: str, units: list[tuple[str, str]], people: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        widget = shared.picker(**{"data-pick-url": reverse("task-units")})
        widget.choices = units
        self.fields["unit"] = forms.CharField(label=_l("Unit"), widget=widget)
        self.fields["owner"] = person(
            _l("Or one person"), unit, people, help_text=_l("Left empty, the holder of the office owns it.")
        )
        self.order_fields(["title", "unit", "due_on", "within", "role", "owner", "asks_proof", "note"])

    def clean(self) -> dict[str, Any]:
        """A day or a number of working days."""
        given = super().clean() or {}
        if not self.errors and not given.get("due_on") and given.get("within") is None:
            self.add_error("due_on", _l("Choose a day, or write a number of working days."))
        return given


class DayForm(forms.Form):
    """A day on which the enterprise works or rests otherwise."""

    day = forms.DateField(label=_l("Day"), widget=shared.day())
    works = forms.ChoiceField(
        label=_l("On this day we"),
        choices=[("no", _l("rest")), ("yes", _l("work"))],
        widget=forms.RadioSelect,
        initial="no",
    )
    name = forms.CharField(
        label=_l("Name"), required=False, max_length=80, help_text=_l("For instance: founding day of the firm.")
    )


class LadderForm(VersionForm):
    """When the owner is reminded, and when others are told."""

    before = forms.CharField(
        label=_l("Remind the owner so many working days before"), required=False, max_length=40,
        help_text=_l("Several numbers with commas, for instance 10, 3, 0. 0 is the day itself."),
    )  # fmt: skip
    head_after = forms.IntegerField(
        label=_l("Tell the compliance head after so many working days"), min_value=0, max_value=ladder.MOST
    )
    principal_after = forms.IntegerField(
        label=_l("Tell the first responsible person after so many working days"), min_value=0, max_value=ladder.MOST
    )

    def clean_before(self) -> list[int]:
        """Numbers, the largest first, each once."""
        written = self.cleaned_data["before"].replace("，", ",").replace("、", ",").replace(" ", ",")
        parts = [part for part in written.split(",") if part]
        if any(not (part.isascii() and part.isdigit() and len(part) < 4) for part in parts):
            raise forms.ValidationError(_l("Write whole numbers with commas between them."))
        return sorted({int(part) for part in parts}, reverse=True)
