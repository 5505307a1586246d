"""What is reviewed, as data: each kind's words, the papers it needs and what its form asks (`review-subjects.yaml`).

The base pack ships the kinds of the documents; any other pack may add its own file of the same shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guiju.lib.errors import Problem

FILE = "review-subjects.yaml"
#: The paper that is signed, sealed or issued: what the gate asks about.
TEXT = "text"


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A paper that a kind asks for; `only` limits it to some values of a field of the form."""

    code: str
    label: str
    label_en: str
    required: bool = False
    only: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def applies(self, form: Mapping[str, Any]) -> bool:
        """Is it asked of a matter with this form?"""
        return all(str(form.get(field) or "") in values for field, values in self.only)


@dataclass(frozen=True, slots=True)
class FormField:
    """One more thing that the form of a kind asks: text, longtext, date, bool or choice."""

    code: str
    label: str
    label_en: str
    type: str = "text"
    required: bool = False
    choices: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """One kind of matter. `rate` names the figure it counts for: policy, contract, decision, or none."""

    code: str
    label: str
    label_en: str
    help: str
    help_en: str
    rate: str
    major: bool
    papers: tuple[PaperKind, ...]
    fields: tuple[FormField, ...]
    #: Days for which a pass holds where nobody says otherwise.
    days: int
    #: It has an amount: where the route asks for one it has to be given.
    amount: bool = False
    #: Fields of compliance that it touches, and the key link it belongs to (`taxonomy`): what reviewers bear in mind.
    touches: tuple[str, ...] = ()
    link: str = ""

    def paper(self, code: str) -> PaperKind | None:
        """The kind of paper with this code."""
        return next((one for one in self.papers if one.code == code), None)


def said(thing: object) -> str:
    """The label of a subject, paper or field in the language of the moment."""
    english = (get_language() or "").startswith("en")
    return str(getattr(thing, "label_en" if english else "label"))


def helped(subject: Subject) -> str:
    """The sentence of explanation in the language of the moment."""
    return subject.help_en if (get_language() or "").startswith("en") else subject.help


def all_of() -> dict[str, Subject]:
    """Every kind by its code, in the order of the files."""
    return _shipped()


def get(code: str) -> Subject:
    """One kind, or a refusal that names those there are."""
    found = _shipped().get(code)
    if found is None:
        raise Problem(
            "review.kind",
            _("There is no kind of matter “%(code)s”.") % {"code": code[:40]},
            fix=_("Choose one of: %(codes)s.") % {"codes": ", ".join(_shipped())},
            where="kind",
            status=422,
        )
    return found


@lru_cache(maxsize=1)
def _shipped() -> dict[str, Subject]:
    found: dict[str, Subject] = {}
    for folder in settings.PACK_DIRS:
        for path in sorted(Path(folder).glob(f"*/{FILE}")):
            for one in yaml.safe_load(path.read_text(encoding="utf-8"))["subjects"]:
                found.setdefault(one["code"], _subject(one))
    return found


def _subject(one: Mapping[str, Any]) -> Subject:
    return Subject(
        code=one["code"], label=one["label"], label_en=one["label_en"], help=one.get("help", ""),
        help_en=one.get("help_en", ""), rate=one.get("rate", ""), major=bool(one.get("major", False)),
        papers=tuple(_paper(paper) for paper in one.get("papers", ())),
        fields=tuple(_field(item) for item in one.get("fields", ())), days=int(one.get("days", 180)),
        amount=bool(one.get("amount", False)), touches=tuple(one.get("touches", ())), link=one.get("link", ""),
    )  # fmt: skip


def _paper(one: Mapping[str, Any]) -> PaperKind:
    only = tuple((field, tuple(values)) for field, values in dict(one.get("only", {})).items())
    return PaperKind(one["code"], one["label"], one["label_en"], bool(one.get("required", False)), only)


def _field(one: Mapping[str, Any]) -> FormField:
    choices = tuple((row["code"], row["label"], row["label_en"]) for row in one.get("choices", ()))
    return FormField(
        one["code"], one["label"], one["label_en"], one.get("type", "text"), bool(one.get("required", False)), choices
    )
