"""Packs as loaded: which there are, and what they ask."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field

from guiju.access import check
from guiju.access.permissions import Permission as P
from guiju.api.auth import actor
from guiju.api.routes import Routes
from guiju.lib import clock
from guiju.lib.errors import NotFound
from guiju.org.enums import Size
from guiju.packs import aligning, catalogue, compare
from guiju.packs.models import DocumentStatus, Pack, PackText
from guiju.posture import findings, preview

routes = Routes("Packs")


class PackOut(Schema):
    """A pack without its requirements."""

    urn: str
    version: str
    title: str
    title_en: str
    document_status: DocumentStatus
    digest: str


class RequirementOut(Schema):
    """One thing a document asks, as in the command line's answer."""

    id: str
    kind: str
    section: str
    source: str
    official: str
    plain: str
    force: str
    group: str | None


class RequirementRow(RequirementOut):
    """One requirement; with a size only what every row has."""

    plain_en: str | None = None
    who: str | None = Field(None, description="The document's own word for whoever has to do it.")
    role: str | None = None
    when: dict[str, Any] | None = Field(None, description="When it is due, with the document's own words.")
    addressee: str | None = None
    sizes: list[str] | None = None
    applies: dict[str, Any] | None = None
    tests: list[Any] | None = None
    judgement: bool | None = None
    weight: float | None = None
    cycle: str | None = None
    note: str | None = None


class PackShown(Schema):
    """A pack with all it holds; with a size, exactly the indicators of that size."""

    urn: str
    version: str
    title: str
    title_en: str | None = None
    document_status: DocumentStatus
    status_note: str | None = None
    status_note_en: str | None = None
    issuer: str | None = None
    issuer_en: str | None = None
    number: str | None = None
    issued_on: str | None = None
    effective_on: str | None = None
    ended_on: str | None = None
    language: str | None = None
    derives_from: str | None = None
    licence_note: str | None = None
    note: str | None = None
    words: Literal["verbatim", "gist"] | None = Field(
        None, description="gist: the official words are ours, because the text was not at hand."
    )
    source: str | None = Field(None, description="The file that holds the document's text; empty without one.")
    requirements: list[RequirementRow]
    definitions: list[RequirementRow] | None = None
    marks: list[dict[str, Any]] | None = Field(None, description="Words that are no requirement, and what they are.")
    forms: list[dict[str, Any]] | None = Field(None, description="The official forms, cell by cell.")
    programme: dict[str, Any] | None = None
    sections: list[dict[str, Any]] | None = None
    titles: dict[str, list[str]] | None = None


class RequirementShown(RequirementOut):
    """One requirement with everything the pack says of it."""

    is_gist: bool = Field(description="The official words are a gist, not the document's own.")
    plain_en: str
    sizes: list[str]
    addressee: str
    judgement: bool
    applies: dict[str, Any]
    tests: list[Any]
    note: str


class SpanOut(Schema):
    """Characters of the text, and what they became."""

    start: int
    end: int
    kind: str = Field(description="requirement, form, date, definition or no_duty.")
    reference: str | int = Field(description="A requirement's id, form/cell, or the place in marks.")


class TextOut(Schema):
    """A document's own text with what became of every part of it."""

    urn: str
    version: str
    text: str
    spans: list[SpanOut]
    marks: list[dict[str, Any]]
    forms: list[dict[str, Any]]
    uncovered: list[str] = Field(description="Words that nothing accounts for.")


class SideOut(Schema):
    """One of two versions."""

    urn: str
    version: str
    title: str


class FieldChangeOut(Schema):
    """One field before and after."""

    field: str
    before: Any
    after: Any
    words: list[list[str]] | None = Field(None, description="[same, gone or new; text], where a text differs.")


class ChangedOut(Schema):
    """A requirement that stands in both versions, perhaps under another id."""

    id: str
    id_before: str
    renamed: bool
    fields: list[FieldChangeOut]


class TurnOut(Schema):
    """A requirement whose answer would be another."""

    id: str
    id_before: str | None
    plain: str
    was: str | None = Field(description="null: not asked of the unit now.")
    becomes: str
    worse: bool
    missing: str | None


class OutlookOut(Schema):
    """How a unit stands to both versions."""

    unit: str
    on: date
    before: dict[str, int]
    after: dict[str, int]
    turns: list[TurnOut]


class DiffOut(Schema):
    """In what two versions of a pack differ."""

    a: SideOut
    b: SideOut
    header: list[FieldChangeOut]
    added: list[RequirementOut]
    removed: list[RequirementOut]
    changed: list[ChangedOut]
    cells_added: list[str]
    cells_removed: list[str]
    unit: OutlookOut | None = None


class DiffQuery(Schema):
    """Which versions, and for whom."""

    earlier: str | None = Field(
        None, max_length=20, description="The version loaded before the current one, if not given."
    )
    later: str | None = Field(None, max_length=20, description="The current version, if not given.")
    unit: str | None = Field(None, max_length=40, description="Also what would turn red for this unit.")


class SizeQuery(Schema):
    """For which size of enterprise."""

    size: Size | None = Field(None, description="Exactly the indicators of this size; without it, everything.")


@routes.get("/packs", P.ADMIN_PACK_VIEW, answer=list[PackOut], summary=_l("List packs"))
def packs(request: HttpRequest) -> list[PackOut]:
    return [
        PackOut(
            urn=row.urn,
            version=row.version,
            title=row.title,
            title_en=row.title_en,
            document_status=DocumentStatus(row.document_status),
            digest=row.digest,
        )
        for row in catalogue.packs()
    ]


@routes.get("/packs/{urn}", P.ADMIN_PACK_VIEW, answer=PackShown, sparse=True, summary=_l("Show a pack"))
def pack(request: HttpRequest, urn: str, query: Query[SizeQuery]) -> dict[str, Any]:
    return catalogue.show(urn, query.size.value if query.size else None)


@routes.get(
    "/packs/{urn}/text", P.ADMIN_PACK_VIEW, answer=TextOut, summary=_l("Show a document's text beside its requirements")
)
def pack_text(request: HttpRequest, urn: str) -> TextOut:
    found = catalogue.current(urn)
    held = catalogue.text(found) or PackText()
    left = aligning.uncovered(held.text, held.spans) if held.marks else []
    return TextOut(
        urn=found.urn,
        version=found.version,
        text=held.text,
        spans=[SpanOut(**aligning.Span(*span)._asdict()) for span in held.spans],
        marks=held.marks,
        forms=held.forms,
        uncovered=[one.words for one in left],
    )


@routes.get(
    "/packs/{urn}/diff", P.ADMIN_PACK_VIEW, answer=DiffOut, sparse=True,
    summary=_l("Show what another version changes"),
)  # fmt: skip
def pack_diff(request: HttpRequest, urn: str, query: Query[DiffQuery]) -> dict[str, Any]:
    later = catalogue.version(urn, query.later or "")
    earlier = catalogue.version(urn, query.earlier) if query.earlier else _before(later)
    difference = compare.differ(compare.of_pack(earlier), compare.of_pack(later))
    if query.unit is None:
        return difference.as_dict()
    unit = check.unit(actor(request), P.POSTURE_FINDING_VIEW, query.unit)
    held = findings.adoption_on(unit, later, clock.today())
    return difference.as_dict() | {"unit": preview.outlook(unit, difference, adoption=held).as_dict()}


def _before(later: Pack) -> Pack:
    """The version loaded before this one; alone, a version differs from itself in nothing."""
    loaded = Pack.objects.filter(urn=later.urn, loaded_at__lte=later.loaded_at).exclude(pk=later.pk)
    return loaded.order_by("-loaded_at", "-pk").first() or later


@routes.get(
    "/packs/{urn}/requirements/{requirement}", P.ADMIN_PACK_VIEW, answer=RequirementShown,
    summary=_l("Show a requirement"),
)  # fmt: skip
def pack_requirement(request: HttpRequest, urn: str, requirement: str) -> RequirementShown:
    row = next((item for item in catalogue.requirements(catalogue.current(urn)) if item.code == requirement), None)
    if row is None:
        raise NotFound(_("This pack has no requirement “%(code)s”.") % {"code": requirement})
    return RequirementShown(
        id=row.code,
        kind=row.kind,
        section=row.section,
        source=row.source,
        official=row.official,
        plain=row.plain,
        force=row.force,
        group=row.group or None,
        is_gist=row.is_gist,
        plain_en=row.plain_en,
        sizes=row.sizes,
        addressee=row.addressee,
        judgement=row.judgement,
        applies=row.applies,
        tests=row.tests,
        note=row.note,
    )
