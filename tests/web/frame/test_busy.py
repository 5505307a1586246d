"""Somebody else holds SQLite's one write lock for longer than anybody waits."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from guiju.web.middleware import ProblemMiddleware

LOCKED = OperationalError("database is locked")


def _asked(error: Exception, **given):
    request = RequestFactory().post("/")
    request.user = AnonymousUser()
    for name, value in given.items():
        setattr(request, name, value)
    return ProblemMiddleware(lambda _request: HttpResponse()).process_exception(request, error)


def test_a_part_of_a_page_says_that_the_database_is_busy_and_nothing_was_saved():
    answer = _asked(LOCKED, htmx=True)
    assert answer.status_code == 503
    assert json.loads(answer["HX-Trigger"])["toast"]["tone"] == "error"


@pytest.mark.django_db
def test_a_page_says_so_too():
    answer = _asked(LOCKED)
    assert answer.status_code == 503
    assert "Traceback" not in answer.content.decode()


def test_any_other_fault_of_the_database_stays_a_fault():
    assert _asked(OperationalError("no such table: registers_entry")) is None
