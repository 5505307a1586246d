"""The archive over the API: count, ask, wait, take away; strangers and readers get nothing."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from guiju.governance.archive import form
from guiju.jobs import worker
from tests.api.conftest import Caller
from tests.conftest import Cast
from tests.governance.archive_house import furnish

pytestmark = pytest.mark.django_db


def body(answer: Any) -> Any:
    return json.loads(answer.content)


def test_a_programme_counts_asks_waits_and_takes_the_file(cast: Cast, mei: Caller, tan: Caller, reader: Caller) -> None:
    furnish(cast)
    parts = body(mei.get("/units/HD-01/archive?begins_on=2026-01-01&ends_on=2026-12-31"))
    assert {part["code"]: sum(line["records"] for line in part["lines"]) for part in parts}["training"] == 1
    asked = mei.post("/units/HD-01/archives", {"begins_on": "2026-01-01", "ends_on": "2026-12-31"})
    assert asked.status_code == 202, asked.content
    uid = body(asked)["uid"]
    assert mei.get(f"/archives/{uid}/file").status_code == 409
    worker.drain()
    assert body(mei.get(f"/archives/{uid}"))["state"] == "ready"
    assert [one["uid"] for one in body(mei.get("/units/HD-01/archives"))["items"]] == [uid]
    taken = mei.get(f"/archives/{uid}/file")
    with zipfile.ZipFile(io.BytesIO(b"".join(taken.streaming_content))) as content:  # type: ignore[attr-defined]
        assert form.SEAL in content.namelist()
    assert tan.get(f"/archives/{uid}").status_code == 404
    assert reader.get(f"/archives/{uid}").status_code in {403, 404}


def test_wrong_requests_are_problems(cast: Cast, mei: Caller) -> None:
    wrong = [{"begins_on": "2026-01-02", "ends_on": "2026-01-01"}, {"begins_on": "2026-01-01", "ends_on": "2026-12-31"},
             {"begins_on": "soon"}, {"begins_on": "2026-01-01", "ends_on": "2026-12-31", "parts": ["x"]}]  # fmt: skip
    assert [mei.post("/units/HD-01/archives", one).status_code for one in wrong] == [422] * 4
    assert mei.post("/units/SJ/archives", wrong[1]).status_code == 404
