"""Work under way for the caller."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from ninja import Query, Schema
from pydantic import Field

from guiju.api import paging
from guiju.api.auth import OwnOnly, actor
from guiju.api.paging import Page, PageQuery
from guiju.api.routes import Routes
from guiju.jobs.models import Job, JobState
from guiju.lib.errors import NotFound

routes = Routes("Jobs")

_OWN = OwnOnly("shows a caller the jobs of his own account")


class JobOut(Schema):
    """One piece of work and how far it is."""

    uid: UUID
    title: str
    state: JobState
    done_count: int
    total_count: int = Field(description="0 while nobody knows.")
    result: Any
    error: str
    enqueued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class JobQuery(PageQuery):
    """Filters of the list of jobs."""

    state: JobState | None = None


@routes.get("/jobs", _OWN, answer=Page[JobOut], summary=_l("List own jobs"))
def jobs(request: HttpRequest, query: Query[JobQuery]) -> object:
    rows = Job.objects.filter(user_id=actor(request).user_id)
    if query.state:
        rows = rows.filter(state=query.state)
    if query.q:
        rows = rows.filter(title__icontains=query.q)
    return paging.page(
        rows, request=request, query=query, sorts={"enqueued_at": "enqueued_at"}, default="-enqueued_at", show=_shown
    )


@routes.get("/jobs/{uuid:uid}", _OWN, answer=JobOut, summary=_l("Show a job"))
def job(request: HttpRequest, uid: UUID) -> JobOut:
    found = Job.objects.filter(user_id=actor(request).user_id, uid=uid).first()
    if found is None:
        raise NotFound(_("There is no such job of yours."))
    return _shown([found])[0]


def _shown(found: Sequence[Job]) -> list[JobOut]:
    return [
        JobOut(
            uid=row.uid,
            title=row.title,
            state=JobState(row.state),
            done_count=row.done_count,
            total_count=row.total_count,
            result=row.result,
            error=row.error.splitlines()[-1] if row.error else "",
            enqueued_at=row.enqueued_at,
            started_at=row.started_at,
            finished_at=row.finished_at,
        )
        for row in found
    ]
