"""The same key has one effect."""

from __future__ import annotations

import pytest

from guiju.access.models import IdempotencyKey
from guiju.org.models import Unit
from guiju.trail.models import Event
from tests.api.conftest import Caller, open_caller
from tests.conftest import Cast
from tests.plugins.apart import KINDS, Apart

BODY = {"code": "HD-02", "name": "新设公司", "kind": "company", "parent": "HD"}


@pytest.mark.django_db
def test_a_repeated_request_is_answered_again_and_done_once(lin: Caller) -> None:
    first = lin.post("/units", BODY, Idempotency_Key="k1")
    events = Event.objects.count()
    again = lin.post("/units", BODY, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again["Idempotency-Replayed"] == "true"
    assert (again["ETag"], again["Location"]) == (first["ETag"], first["Location"])
    assert Event.objects.count() == events


@pytest.mark.django_db
def test_the_same_key_with_another_body_is_refused(lin: Caller) -> None:
    lin.post("/units", BODY, Idempotency_Key="k1")
    answer = lin.post("/units", {**BODY, "code": "HD-03"}, Idempotency_Key="k1")
    assert answer.status_code == 422
    assert answer.json()["code"] == "idempotency.other_request"
    assert not Unit.objects.filter(code="HD-03").exists()


@pytest.mark.django_db
def test_a_refused_request_may_be_sent_again_with_its_key(lin: Caller) -> None:
    assert lin.post("/units", {**BODY, "code": "!"}, Idempotency_Key="k1").status_code == 422
    assert IdempotencyKey.objects.count() == 0
    assert lin.post("/units", BODY, Idempotency_Key="k1").status_code == 201


@pytest.mark.django_db
def test_keys_of_two_tokens_do_not_meet(cast: Cast, lin: Caller) -> None:
    other = open_caller(cast.lin, cast.group)
    assert lin.post("/units", BODY, Idempotency_Key="k1").status_code == 201
    assert other.post("/units", {**BODY, "code": "HD-03"}, Idempotency_Key="k1").status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["x" * 81, "键", "a b"])
def test_a_key_that_is_none_is_refused(lin: Caller, key: str) -> None:
    answer = lin.client.generic(
        "POST", "/api/v1/units", b"{}", content_type="application/json",
        headers={"Authorization": f"Bearer {lin.secret}", "Idempotency-Key": key},
    )  # fmt: skip
    assert answer.status_code == 422


@pytest.mark.django_db
def test_half_of_a_write_is_no_write(lin: Caller) -> None:
    body = {"values": {"staff_count": 120, "industry": "no such industry"}, "from_on": "2025-01-01"}
    assert lin.put("/units/HD/attributes", body).status_code == 422
    held = lin.get("/units/HD/attributes?on=2025-06-30").json()["attributes"]
    assert [row["value"] for row in held if row["code"] == "staff_count"] == [None]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_four_at_once_have_one_effect(apart: Apart, kind: str) -> None:
    """In a database of its own: the tests' shared one lives in memory and lets nobody wait."""
    found = apart.tell(kind, "tests.api.race")
    assert found == {"statuses": [201, 201, 201, 201], "bodies": 1, "units": 1, "events": 1}
