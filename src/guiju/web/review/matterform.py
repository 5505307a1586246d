"""The form of a kind of matter: its fields, its papers each on a line of its own, faults at their places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.lib.errors import Fault, Problem
from guiju.registers import taxonomy
from guiju.review import keeping, subjects
from guiju.review.models import Matter, Paper
from guiju.review.subjects import Subject
from guiju.web.registers import uploads
from guiju.web.registers.uploads import Kept
from guiju.web.review.figures import in_yuan

_YES = "1"


@dataclass(slots=True)
class Field:
    """One field: `where` is how faults name it, `name` how the form sends it."""

    where: str
    label: str
    type: str = "text"
    value: Any = ""
    required: bool = False
    options: list[tuple[str, str]] = field(default_factory=list)
    help: str = ""
    most: int = 200
    errors: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name in the form, which is its id too."""
        return self.where.replace(".", "-")


@dataclass(slots=True)
class PaperLine:
    """One kind of paper with the files chosen for it."""

    code: str
    label: str
    required: bool
    kept: list[Kept]
    #: The field of the form on whose value it depends, the values, and both in words.
    only_field: str = ""
    only_values: str = ""
    only: str = ""
    errors: list[str] = field(default_factory=list)
    #: Digests that were reviewed before: a new file takes their place, unless `both` is ticked.
    seen: frozenset[str] = frozenset()
    both: bool = False

    @property
    def name(self) -> str:
        """The name in the form."""
        return f"papers-{self.code}"

    @property
    def replaced(self) -> list[Kept]:
        """What was reviewed before and gives way to what is given anew."""
        is_anew = any(one.digest not in self.seen for one in self.kept)
        return [one for one in self.kept if one.digest in self.seen] if is_anew and not self.both else []

    @property
    def counts(self) -> list[Kept]:
        """What is to be reviewed now."""
        gone = {one.digest for one in self.replaced}
        return [one for one in self.kept if one.digest not in gone]

    @property
    def has_seen(self) -> bool:
        """Is one of its files from before?"""
        return any(one.digest in self.seen for one in self.kept)


class MatterForm:
    """What somebody writes about a matter. Files are taken in at once and come back as tokens, so nothing is lost."""

    def __init__(self, subject: Subject, matter: Matter | None = None) -> None:
        self.subject = subject
        self.loose: list[Fault] = []
        self.problem: Problem | None = None
        self.fields = _base(subject, matter, [_own(one, matter) for one in subject.fields])
        held = keeping.current_papers(matter) if matter is not None and matter.pk else []
        self.papers = [
            _line(one, subject, [_kept(row) for row in held if row.role == one.code]) for one in subject.papers
        ]
        before = _before(matter) if held and matter is not None else set()
        for line in self.papers:
            line.seen = frozenset(digest for role, digest in before if role == line.code)
            line.both = line.has_seen and any(one.digest not in line.seen for one in line.kept)

    @property
    def by_where(self) -> dict[str, Field]:
        """Fields by the place that faults name."""
        return {one.where: one for one in self.fields}

    def read(self, request: HttpRequest, by: Actor) -> None:
        """Take over what was sent; files are stored, those refused are said at their line."""
        for one in self.fields:
            sent = request.POST.get(one.name, "")
            one.value = sent == _YES if one.type == "bool" else in_yuan(sent) if one.type == "amount" else sent
        for line in self.papers:
            line.kept = uploads.kept(request.POST.getlist(f"{line.name}__kept"))
            line.both = request.POST.get(f"{line.name}__both", "") == _YES
            for file in _files(request.FILES).getlist(line.name):
                self._take(line, file, by)

    def _take(self, line: PaperLine, file: Any, by: Actor) -> None:
        try:
            line.kept += [
                one for one in uploads.store([file], by=by) if one.digest not in {k.digest for k in line.kept}
            ]
        except Problem as problem:
            line.errors.append(f"{file.name}{_(': ')}{problem.what} {problem.fix}".strip())

    def show(self, values: Mapping[str, str]) -> None:
        """Fill in what an address knows already (`set.title=…`)."""
        known = self.by_where
        for where, value in values.items():
            if where in known and known[where].type != "bool":
                known[where].value = value

    def values(self) -> dict[str, Any]:
        """As the actions read it."""
        found: dict[str, Any] = {one.where: one.value for one in self.fields if not one.where.startswith("form.")}
        found["form"] = {
            one.where.removeprefix("form."): one.value for one in self.fields if one.where.startswith("form.")
        }
        return found

    def given(self) -> list[dict[str, Any]]:
        """The papers, as the actions read them."""
        return [
            {"role": line.code, "digest": one.digest, "name": one.name} for line in self.papers for one in line.counts
        ]

    @property
    def replaced(self) -> list[str]:
        """Names of the files that give way to new ones of their kind."""
        return [one.name for line in self.papers for one in line.replaced]

    @property
    def has_seen(self) -> bool:
        """Are there files that were reviewed before?"""
        return any(line.has_seen for line in self.papers)

    @property
    def has_refused_files(self) -> bool:
        """Could one of the files not be taken in?"""
        return any(line.errors for line in self.papers)

    def refuse(self, problem: Problem) -> None:
        """Put every fault at its place; what belongs to no place stands above."""
        self.problem = problem
        fields, papers = self.by_where, {f"papers.{line.code}": line for line in self.papers}
        for fault in problem.faults or ([Fault(problem.where, problem.what, problem.fix)] if problem.where else []):
            told = f"{fault.what} {fault.fix}".strip()
            if fault.where in fields:
                fields[fault.where].errors.append(told)
            elif fault.where in papers:
                papers[fault.where].errors.append(told)
            else:
                self.loose.append(fault)

    def require(self) -> None:
        """Say everything at once: what a submission lacks besides what was refused."""
        for one in self.fields:
            if one.required and not one.errors and str(one.value).strip() in {"", "False"}:
                one.errors.append(_("Please fill this in."))
        answers = {one.where.removeprefix("form."): one.value for one in self.fields}
        for line, kind in zip(self.papers, self.subject.papers, strict=True):
            if kind.required and kind.applies(answers) and not (line.kept or line.errors):
                line.errors.append(_("“%(paper)s” is missing.") % {"paper": line.label})

    @property
    def wrong(self) -> list[tuple[str, str, str]]:
        """Every fault with the place it leads to, for the sum above the form."""
        found = [(one.name, one.label, told) for one in self.fields for told in one.errors]
        return found + [(line.name, line.label, told) for line in self.papers for told in line.errors]


def _files(files: Any) -> MultiValueDict[str, Any]:
    held: MultiValueDict[str, Any] = files
    return held


def _base(subject: Subject, matter: Matter | None, own: list[Field]) -> list[Field]:
    amount = matter.amount if matter is not None and matter.amount is not None else ""
    found = [
        Field("title", _("What is to be reviewed"), value=matter.title if matter else "", required=True,
              help=_("The name of the contract, rule or decision, as it stands on its first page.")),
        *_of_form(subject, matter),
        *own,
        Field("amount", _("Amount"), "amount", amount, most=24,
              help=_("Needed where the amount decides who reviews it.") if subject.amount else ""),
        Field("overseas", _("It concerns business overseas"), "bool", bool(matter and matter.overseas)),
    ]  # fmt: skip
    if not subject.major:
        found.append(Field("major", _("It is a major matter for this firm"), "bool", bool(matter and matter.major)))
    found.append(
        Field("summary", _("What the reviewers should know"), "longtext", matter.summary if matter else "", most=8_000,
              help=_("Background, what was agreed with the other side, what is urgent and why."))
    )  # fmt: skip
    return found


def _of_form(subject: Subject, matter: Matter | None) -> list[Field]:
    if subject.code != "policy":
        return []
    english = (get_language() or "").startswith("en")
    options = [(code, en if english else zh) for code, zh, en, _others in taxonomy.POLICY_LEVELS]
    return [Field("level", _("Level of the rule"), "choice", matter.level if matter else "", options=options)]


def _own(item: subjects.FormField, matter: Matter | None) -> Field:
    english = (get_language() or "").startswith("en")
    options = [(code, en if english else zh) for code, zh, en in item.choices]
    value = (matter.form.get(item.code) if matter else None) or ("" if item.type != "bool" else False)
    most = 2_000 if item.type == "longtext" else 200
    return Field(f"form.{item.code}", subjects.said(item), item.type, value, item.required, options, most=most)


def _line(one: subjects.PaperKind, subject: Subject, kept: list[Kept]) -> PaperLine:
    line = PaperLine(one.code, subjects.said(one), one.required, kept)
    for code, values in one.only[:1]:
        item = next((item for item in subject.fields if item.code == code), None)
        if item is None:
            continue
        labels = {value: zh_en for value, *zh_en in item.choices}
        english = (get_language() or "").startswith("en")
        line.only_field, line.only_values = f"form-{code}", " ".join(values)
        line.only = "、".join(labels[value][1 if english else 0] for value in values if value in labels)
    return line


def _before(matter: Matter) -> set[tuple[str, str]]:
    """What an earlier round saw, or the matter in whose place this one stands; each as role and digest."""
    rows = Q(matter=matter, since_round__lte=matter.rounds)
    if matter.previous is not None:
        rows |= Q(matter__uid=matter.previous)
    return set(Paper.objects.filter(rows).values_list("role", "digest"))


def _kept(row: Any) -> Kept:
    return Kept(row.digest, row.name, row.size, row.media_type)
