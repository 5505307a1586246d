"""Packs as loaded: which there are, and what they ask."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field

from guiju.access.permissions import Permission as P
from guiju.api.routes import Routes
from guiju.lib.errors import NotFound
from guiju.org.enums import Size
from guiju.packs import catalogue
from guiju.packs.models import DocumentStatus

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
    document_status: DocumentStatus
    requirements: list[RequirementRow]
    definitions: list[RequirementRow] | None = None
    marks: list[dict[str, Any]] | None = Field(None, description="Words that are no requirement, and what they are.")
    forms: list[dict[str, Any]] | None = Field(None, description="The official forms, cell by cell.")
    programme: dict[str, Any] | None = None
    sections: list[dict[str, Any]] | None = None
    titles: dict[str, list[str]] | None = None


class RequirementShown(RequirementOut):
    """One requirement with everything the pack says of it."""

    plain_en: str
    sizes: list[str]
    addressee: str
    judgement: bool
    applies: dict[str, Any]
    tests: list[Any]
    note: str


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
        plain_en=row.plain_en,
        sizes=row.sizes,
        addressee=row.addressee,
        judgement=row.judgement,
        applies=row.applies,
        tests=row.tests,
        note=row.note,
    )
