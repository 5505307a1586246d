"""存档备查的页面：看得见有什么、缺什么，一键打包，下载。"""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from guiju.access import actions as access
from guiju.governance.archive import form
from guiju.governance.enums import ArchiveState
from guiju.governance.models import Archive
from guiju.jobs import worker
from tests.conftest import PASSWORD, Cast, english
from tests.governance.archive_house import furnish, made, train

pytestmark = pytest.mark.django_db
SPAN = {"from": "2026-01-01", "to": "2026-12-31"}


def page(code: str = "HD-01") -> str:
    return reverse("governance-archives", args=[code])


def test_mei_sees_what_there_is_and_what_is_missing(cast: Cast) -> None:
    furnish(cast)
    answer = english(cast.client(cast.mei)).get(page(), SPAN)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Still missing" in text
    assert "/r/trainings/" in text
    assert "Make the archive" in text


def test_one_click_makes_the_archive_and_another_takes_it_away(cast: Cast) -> None:
    furnish(cast)
    client = cast.client(cast.mei)
    answer = client.post(reverse("governance-archives-make", args=["HD-01"]), {**SPAN, "part": ["training", "posts"]})
    assert answer.status_code == 302
    archive = Archive.objects.get()
    assert archive.state == ArchiveState.MAKING
    assert reverse("governance-archives-progress", args=["HD-01", archive.uid]) in client.get(page()).content.decode()
    worker.drain()
    assert client.get(reverse("governance-archives-progress", args=["HD-01", archive.uid]))["HX-Refresh"] == "true"
    taken = client.get(reverse("governance-archives-file", args=["HD-01", archive.uid]))
    with zipfile.ZipFile(io.BytesIO(b"".join(taken.streaming_content))) as content:  # type: ignore[attr-defined]
        assert form.MANIFEST in content.namelist()
    assert "attachment" in taken["Content-Disposition"]


def test_nothing_in_the_span_says_so_instead_of_making_an_empty_file(cast: Cast) -> None:
    client = english(cast.client(cast.mei))
    assert "Nothing is recorded in this span" in client.get(page(), SPAN).content.decode()
    assert client.post(reverse("governance-archives-make", args=["HD-01"]), SPAN).status_code == 422


@pytest.mark.parametrize("span", [{"from": "x", "to": "2026-01-01"}, {"from": "2026-02-01", "to": "2026-01-01"}])
def test_a_wrong_day_is_said_where_it_was_written(cast: Cast, span: dict[str, str]) -> None:
    client = cast.client(cast.mei)
    assert client.get(page(), span).status_code == 422
    assert client.post(reverse("governance-archives-make", args=["HD-01"]), span).status_code == 422


def test_a_department_officer_sees_his_own_and_no_button(cast: Cast) -> None:
    officer = access.create_account(username="du", name="Du", password=PASSWORD, by=cast.house)
    access.grant(
        user=officer,
        role="department_officer",
        unit=cast.department,
        by=cast.house,
        reason="t",
        from_on=date(2020, 1, 1),
    )
    furnish(cast)
    client = english(cast.client(officer))
    text = client.get(page(), SPAN).content.decode()
    assert "Only the records of the own department" in text
    assert "Make the archive" not in text
    assert client.post(reverse("governance-archives-make", args=["HD-01"]), SPAN).status_code in {403, 404}


def test_a_stranger_finds_neither_page_nor_file(cast: Cast) -> None:
    furnish(cast)
    archive = made(cast)
    client = cast.client(cast.tan)
    assert client.get(page()).status_code == 404
    assert client.get(reverse("governance-archives-file", args=["HD-01", archive.uid])).status_code == 404
    assert client.get(reverse("governance-archives-file", args=["SJ", archive.uid])).status_code == 404


def test_the_page_asks_the_same_number_of_questions_whatever_the_rows(cast: Cast) -> None:
    furnish(cast)
    client = cast.client(cast.mei)
    client.get(page(), SPAN)
    asked = []
    for count in (1, 12):
        for number in range(count):
            train(cast.sub, cast.house, topic=f"{count} {number}")
        with CaptureQueriesContext(connection) as found:
            client.get(page(), SPAN)
        asked.append(len(found))
    assert asked[0] == asked[1] <= 22
