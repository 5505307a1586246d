"""The consultation desk for programmes: asking the compliance department, own questions, answers that were published."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from guiju.api import wire
from guiju.api.auth import OwnOnly, actor
from guiju.api.routes import JSON, Routes
from guiju.api.schemas import Body, UnitRef, unit_ref
from guiju.lib.errors import NotFound
from guiju.registers.models import Entry
from guiju.review import desk, knowledge
from guiju.review.knowledge import Answer

routes = Routes("Reviews")

OWN = OwnOnly("asks for the caller himself and shows his own questions; the desk asks for a right where he works")


class QuestionIn(Body):
    """What somebody who works there wants to know."""

    question: Annotated[str, StringConstraints(max_length=200)] = Field(description="In one sentence.")
    kind: Annotated[str, StringConstraints(max_length=24)] = Field(
        description="A kind of the register consultations, such as conduct or contract."
    )
    detail: Annotated[str, StringConstraints(max_length=4000)] = ""


class AskedQuestionOut(Schema):
    """One's own question, with its answer as soon as there is one."""

    uid: UUID
    unit: UnitRef
    question: str
    kind: str
    detail: str
    asked_on: date | None
    answered: bool
    answer: str
    answered_by: str
    answered_on: date | None


class AnswerQuery(Schema):
    """What is looked for."""

    q: str = Field("", max_length=60, description="Words that the question or its gist hold; without them the latest.")


class AnswerOut(Schema):
    """A published answer: the question and the gist, for all who work there."""

    uid: UUID
    unit: UnitRef
    question: str
    gist: str


@routes.post(
    "/review-questions", OWN, answer=AskedQuestionOut, status=201, takes=JSON,
    summary=_l("Ask the compliance department"),
)  # fmt: skip
def ask_question(request: HttpRequest, body: QuestionIn) -> HttpResponse:
    """In the name of the person behind the account. The compliance staff has a task; the asker is told of the answer."""
    by = actor(request)
    row = desk.ask(question=body.question, kind=body.kind, detail=body.detail, by=by)
    answer = HttpResponse(
        wire.dumps(_question(row).model_dump()), status=201, content_type="application/json; charset=utf-8"
    )
    answer["Location"] = f"/api/v1/review-questions/{row.uid}"
    return answer


@routes.get("/review-questions", OWN, answer=list[AskedQuestionOut], summary=_l("List own questions"))
def own_questions(request: HttpRequest) -> list[AskedQuestionOut]:
    """The latest fifty."""
    return [_question(row) for row in _mine(request)]


@routes.get("/review-questions/answers", OWN, answer=list[AnswerOut], summary=_l("Search answers that were published"))
def published_answers(request: HttpRequest, query: Query[AnswerQuery]) -> list[AnswerOut]:
    """Where the caller works or sees records; the latest twenty."""
    by = actor(request)
    found = knowledge.find(by, query.q) if query.q.strip() else knowledge.latest(by)
    return [_answer(one) for one in found]


@routes.get("/review-questions/{uuid:uid}", OWN, answer=AskedQuestionOut, summary=_l("Show an own question"))
def own_question(request: HttpRequest, uid: UUID) -> AskedQuestionOut:
    found = next((row for row in _mine(request) if row.uid == uid), None)
    if found is None:
        raise NotFound(_("There is no such question of yours."))
    return _question(found)


def _mine(request: HttpRequest) -> list[Entry]:
    """A token shows them only where it could ask as well."""
    by = actor(request)
    return desk.mine(by) if desk.may_ask(by) is not None else []


def _question(row: Entry) -> AskedQuestionOut:
    data, answered = row.body.data, desk.is_answered(row)
    return AskedQuestionOut(
        uid=row.uid, unit=unit_ref(row.unit), question=row.title, kind=row.kind, detail=str(data.get("detail") or ""),
        asked_on=row.on, answered=answered, answer=str(data.get("answer") or "") if answered else "",
        answered_by=row.person.name if answered and row.person is not None else "",
        answered_on=row.done_on if answered else None,
    )  # fmt: skip


def _answer(one: Answer) -> AnswerOut:
    row = one.entry
    return AnswerOut(uid=row.uid, unit=unit_ref(row.unit), question=row.title, gist=knowledge.gist(row))
