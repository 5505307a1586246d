"""Full text: what policies, documents and records say."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from guiju.access import scope
from guiju.access.permissions import Permission as P
from guiju.api.auth import actor
from guiju.api.routes import Routes
from guiju.registers import passages
from guiju.registers.models import Entry
from guiju.review import knowledge

routes = Routes("Full text")


class PassageOut(Schema):
    """A passage that holds every word. `marked` are the words that were hit, in their order."""

    uid: UUID
    register_code: str = Field(serialization_alias="register")
    title: str
    unit: str
    place: str = Field(description="Where in the document: an article, or a page.")
    text: str
    marked: list[str]


class PassageQuery(Schema):
    """The words, and how many to show."""

    q: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    register_code: str = Field("", alias="register", max_length=40)
    start: int = Field(0, ge=0, le=1_000)
    limit: int = Field(20, ge=1, le=100)


@routes.get("/search", P.REGISTER_ENTRY_VIEW, answer=list[PassageOut], summary=_l("Search in documents"))
def search(request: HttpRequest, query: Query[PassageQuery]) -> list[PassageOut]:
    """Published answers, clauses of policies in force and pages of files; two characters are enough."""
    by = actor(request)
    rows = scope.restrict(Entry.objects.all(), by=by, permission=P.REGISTER_ENTRY_VIEW)
    if query.register_code:
        rows = rows.filter(register=query.register_code)
    answers = knowledge.find(by, query.q) if query.register_code in {"", knowledge.REGISTER} else []
    shown = answers[query.start : query.start + query.limit]
    begin, room = max(query.start - len(answers), 0), query.limit - len(shown)
    hits = passages.find(rows, query.q, limit=room, start=begin) if room else []
    return [_answer(one) for one in shown] + [
        PassageOut(
            uid=hit.entry.uid,
            register_code=hit.entry.register,
            title=hit.entry.title,
            unit=hit.entry.unit.code,
            place=hit.place,
            text="".join(words for words, _hit in hit.segments),
            marked=[words for words, is_hit in hit.segments if is_hit],
        )
        for hit in hits
    ]


def _answer(one: knowledge.Answer) -> PassageOut:
    return PassageOut(
        uid=one.entry.uid,
        register_code=one.entry.register,
        title=one.entry.title,
        unit=one.entry.unit.code,
        place="",
        text="".join(words for words, _hit in one.segments),
        marked=[words for words, is_hit in one.segments if is_hit],
    )
