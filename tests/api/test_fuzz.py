"""The API against what nobody would send on purpose: from its own description, and junk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from guiju.access import actions as access
from guiju.api import service
from guiju.wsgi import application
from tests.api.conftest import Caller
from tests.conftest import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
FEW = hypothesis_settings(
    max_examples=8,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def operation_names() -> list[str]:
    return [f"{method.upper()} {path}" for path, methods in service.document()["paths"].items() for method in methods]


@contextmanager
def one_connection() -> Iterator[None]:
    """The application closes its connection after each request; here it would take the test's transaction along."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_nothing_that_the_description_allows_breaks_the_server(cast: Cast, lin: Caller, settings: Any) -> None:
    """Most requests name things that exist, so that the fuzz gets past the first 404."""
    settings.WEBHOOK_HOSTS = ["oa.example.cn"]
    access.grant(user=cast.lin, role="auditor", unit=cast.group, by=cast.house, reason="fuzz")
    known = _known(cast, lin)
    with one_connection():
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    called = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @FEW
        @given(case=operation.as_strategy(), real=st.sampled_from([True, True, True, False]))
        def call(case: Any, real: bool) -> None:
            nonlocal called
            if real:
                known["uid_entry"] = known["spare" if case.method == "DELETE" else "entry"]
                case.path_parameters = {**(case.path_parameters or {}), **_real(case.path, known)}
                case.query = _named(case.query)
                case.body = _named(case.body)
            response = case.call(headers={"Authorization": f"Bearer {lin.secret}"})
            case.validate_response(response, checks=CHECKS)
            called += 1

        with one_connection():
            call()
    assert called > 3 * len(operation_names())


def _known(cast: Cast, lin: Caller) -> dict[str, str]:
    values = {"subject": "排查", "checked_on": "2026-03-05", "result": "none", "checker": "王敏"}
    made = lin.post("/registers/checks/entries", {"unit": "HD-01", "values": values}).json()
    spare = lin.post("/registers/checks/entries", {"unit": "HD-01", "values": {**values, "subject": "多余"}}).json()
    asked = lin.get("/packs/cn:casmes:effectiveness-draft?size=micro").json()["requirements"]
    lin.put("/units/HD-01/attributes", {"values": {"size_override": "micro"}, "from_on": "2024-01-01", "reason": "x"})
    adoption = lin.post("/adoptions", {"unit": "HD-01", "pack": "cn:casmes:effectiveness-draft"}).json()
    matter = {"unit": "HD-01", "kind": "other", "title": "送审", "owner": "1001", "system": "oa", "ref": "HT-1"}
    hook = lin.post("/gate/hooks", {"unit": "HD-01", "url": "https://oa.example.cn/hook"}).json()
    return {
        "review": lin.post("/reviews", matter).json()["uid"],
        "hook": hook["uid"],
        "unit": "HD-01",
        "unit_code": "HD-01",
        "register_code": "checks",
        "urn": "cn:casmes:effectiveness-draft",
        "requirement": asked[0]["id"],
        "entry": made["uid"],
        "spare": spare["uid"],
        "person": str(cast.wang.uid),
        "adoption": adoption["uid"],
        "task": lin.post("/tasks", {"unit": "HD-01", "title": "整理", "within": 9, "role": "compliance_head"}).json()[
            "uid"
        ],
    }


def _real(path: str, known: dict[str, str]) -> dict[str, str]:
    found = {name: known[name] for name in ("unit", "urn", "requirement") if f"{{{name}}}" in path}
    if "{code}" in path:
        found["code"] = known["register_code" if "/registers/" in path else "unit_code"]
    for part, name in (
        ("/entries/", "uid_entry"),
        ("/people/", "person"),
        ("/adoptions/", "adoption"),
        ("/tasks/", "task"),
        ("/reviews/", "review"),
        ("/hooks/", "hook"),
    ):
        if part in path and "{uid}" in path:
            found["uid"] = known[name]
    return found


def _named(sent: Any) -> Any:
    """The same with names of things that exist where such names belong."""
    if not isinstance(sent, dict):
        return sent
    real = {"unit": "HD-01", "parent": "HD", "within": "HD", "pack": "cn:casmes:effectiveness-draft", "cursor": "",
            "sort": "", "department": "HD-01-D1", "version": 1, "system": "oa", "ref": "HT-1"}  # fmt: skip
    return {name: real.get(name, value) for name, value in sent.items()}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@hypothesis_settings(FEW, max_examples=40)
@given(
    values=st.dictionaries(
        st.sampled_from("subject checked_on result checker due_count files alert x".split()), ANYTHING
    )
)
def test_any_values_are_kept_or_refused_field_by_field(cast: Cast, lin: Caller, values: dict[str, object]) -> None:
    answer = lin.post("/registers/checks/entries", {"unit": "HD-01", "values": values})
    assert answer.status_code in {201, 400, 422}, answer.content
    if answer.status_code == 422:
        assert answer.json()["faults"]


@hypothesis_settings(FEW, max_examples=60)
@given(body=st.binary(max_size=200) | ANYTHING.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_as_a_body_are_refused_as_a_problem(cast: Cast, lin: Caller, body: bytes) -> None:
    answer = lin.client.generic(
        "PATCH", "/api/v1/units/HD", body, content_type="application/json",
        headers={"Authorization": f"Bearer {lin.secret}"},
    )  # fmt: skip
    assert 400 <= answer.status_code < 500
    assert answer["Content-Type"] == "application/problem+json"


@hypothesis_settings(FEW, max_examples=60)
@given(
    name=st.sampled_from("cursor sort q limit unit result checked_on__from due_count checker _status x".split()),
    value=st.text(max_size=30),
)
def test_any_query_is_answered_or_refused(cast: Cast, lin: Caller, name: str, value: str) -> None:
    answer = lin.client.get(
        "/api/v1/registers/checks/entries", {name: value}, headers={"Authorization": f"Bearer {lin.secret}"}
    )
    assert answer.status_code in {200, 400, 404, 422}, answer.content
