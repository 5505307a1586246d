"""The opinion on one matter (合规审查意见书), as data or as a Word file, and what opinions may rest on."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field

from guiju.api.auth import actor
from guiju.api.resources.r_matters import SEEN
from guiju.api.resources.reports import PaperOut
from guiju.api.routes import Routes
from guiju.api.schemas import unit_ref
from guiju.documents import reports
from guiju.documents.kinds import review_opinion
from guiju.lib import clock
from guiju.registers.models import Entry
from guiju.review import access, grounds, queries

routes = Routes("Reviews")


class OpinionQuery(Schema):
    """In which form."""

    format: Literal["json", "docx"] = Field(
        "json", description="docx asks for register:entry:export, unless the account has sent the matter itself."
    )


@routes.get(
    "/reviews/{uuid:uid}/opinion", SEEN, answer=PaperOut, media=reports.MEDIA_TYPE,
    summary=_l("Read the opinion on a matter, as data or as a Word file"),
)  # fmt: skip
def opinion(request: HttpRequest, uid: UUID, query: Query[OpinionQuery]) -> dict[str, Any] | HttpResponse:
    """A draft as long as the review is not over. The Word file is an export, which the trail records."""
    by = actor(request)
    if query.format == "docx":
        return reports.response(review_opinion.take(uid, by=by))
    one = queries.one(by, uid)
    year = str((one.matter.decided_at or one.matter.recorded_at).astimezone(clock.SHANGHAI).year)
    paper = review_opinion.of_matter(one)
    return {"report": review_opinion.CODE, "unit": unit_ref(one.matter.unit), "period": year, **paper.as_dict()}


class OfferedOut(Schema):
    """A row of a register that speaks about matters of this kind."""

    entry: UUID
    register_code: str = Field(serialization_alias="register")
    title: str
    source: str


@routes.get(
    "/reviews/{uuid:uid}/grounds", SEEN, answer=list[OfferedOut],
    summary=_l("List what an opinion may rest on: obligations, rules and risks of the unit"),
)  # fmt: skip
def offered_grounds(request: HttpRequest, uid: UUID) -> list[OfferedOut]:
    """Those that apply to matters of this kind. Whoever gives an opinion names his by uid, or in his own words."""
    by = actor(request)
    found = grounds.offered(by, access.find(by, uid))
    return [_offered(row) for row in (*found.obligations, *found.policies, *found.risks)]


def _offered(row: Entry) -> OfferedOut:
    return OfferedOut(entry=row.uid, register_code=row.register, title=row.title, source=grounds.source(row))
