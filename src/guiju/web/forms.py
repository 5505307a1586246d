"""Form parts that several pages share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guiju.trail.models import REASON_LENGTH


def day() -> forms.DateInput:
    """The browser's own picker of days."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def picker(**attrs: Any) -> forms.Select:
    """A choice that can be searched by pinyin and code."""
    return forms.Select(attrs={"data-pick": "", **attrs})


class ReasonForm(forms.Form):
    """A step that must say why."""

    reason = forms.CharField(
        label=_("Reason"), max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 3}), strip=True
    )
