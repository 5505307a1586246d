"""Addresses with characters that no database takes: an empty answer or a refusal, never a fault of the programme."""

from __future__ import annotations

import pytest

from tests.api.conftest import open_caller
from tests.conftest import Cast
from tests.governance.readers import issued

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    [
        "/u/HD-01/reading/{uid}?q=%00", "/u/HD-01/reading/{uid}?state=%00&from=%00", "/u/HD-01/reading/new?q=%00",
        "/u/HD-01/reading/preview?kind=%00&since=%00", "/u/HD-01/policies/new?plan=%00", "/u/HD%00-01/reading/",
        "/u/HD-01/policies/plans/?year=%00", "/registers/policies/?q=%00&unit=%00", "/registers/policies/?f.name=%00",
        "/find/?q=a%00b", "/u/?q=%00", "/tasks/?q=%00&unit=%00",
    ],
)  # fmt: skip
def test_a_character_that_no_database_takes_breaks_no_page(cast: Cast, path: str) -> None:
    row = issued(cast)
    client = cast.client(cast.mei)
    client.raise_request_exception = False
    assert client.get(path.format(uid=row.uid)).status_code < 500


@pytest.mark.parametrize("path", ["units/HD-01/readings?q=%00", "readings/{uid}/people?q=%00", "search?q=a%00b"])
def test_nor_does_it_break_an_answer_to_a_programme(cast: Cast, path: str) -> None:
    row = issued(cast)
    answer = open_caller(cast.mei, cast.sub).get(f"/{path.format(uid=row.uid)}")
    assert answer.status_code < 500
