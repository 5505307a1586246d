"""How requests and answers look, whatever they are about."""

from __future__ import annotations

import importlib
import pkgutil

import pytest
from django.test import Client
from ninja import Schema

from guiju.api import resources, service
from guiju.org.models import Unit
from tests.api.conftest import Caller
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def test_the_description_is_open_and_says_what_each_operation_asks(client: Client) -> None:
    answer = client.get("/api/v1/openapi.json")
    document = answer.json()
    assert answer.status_code == 200
    assert document["openapi"] == "3.1.0"
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert {"401", "403", "404", "422"} <= set(operation["responses"]), (method, path)
            assert operation["security"], (method, path)
            named = {_name(item) for item in operation["parameters"]}
            assert method == "get" or "IdempotencyKey" in named, (method, path)


def _name(parameter: dict[str, str]) -> str:
    return parameter.get("name") or parameter["$ref"].rsplit("/", 1)[-1]


def test_choices_are_enums_in_the_description(client: Client) -> None:
    schemas = client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    assert schemas["UnitKind"]["enum"] == ["company", "branch", "department", "authority", "association"]


def test_signed_in_people_read_the_description_as_a_page(cast: Cast, client: Client) -> None:
    assert client.get("/api/v1/docs/").status_code == 302
    page = cast.client(cast.lin).get("/api/v1/docs/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "/api/v1/units/{code}" in text
    assert "org:unit:edit" in text
    assert "https://" not in text.replace("https://127", "")


def test_an_unknown_address_is_a_problem_too(lin: Caller) -> None:
    answer = lin.get("/nothing/here")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_a_wrong_method_names_the_right_ones(lin: Caller) -> None:
    answer = lin.delete("/units")
    assert answer.status_code == 405
    assert set(answer["Allow"].split(", ")) == {"GET", "POST"}
    assert answer.json()["code"] == "request.method"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b'{"code": "\\u0000"}', 400),
        (b"[" * 50 + b"]" * 50, 400),
        (b"[]", 422),
        (b" ", 400),
        (b'"x"', 422),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(lin: Caller, body: bytes, status: int) -> None:
    answer = lin.client.generic(
        "POST", "/api/v1/units", body, content_type="application/json",
        headers={"Authorization": f"Bearer {lin.secret}"},
    )  # fmt: skip
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"


def test_a_form_where_json_belongs_is_refused(lin: Caller) -> None:
    assert lin.upload("/units", {"code": "X"}).status_code == 415


def test_a_body_beyond_the_limit_is_refused(lin: Caller, settings: object) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000  # type: ignore[attr-defined]
    assert lin.post("/units", {"name": "x" * 2_000}).status_code == 413


def test_an_unknown_parameter_is_refused_rather_than_ignored(lin: Caller) -> None:
    answer = lin.get("/units?knid=company")
    assert answer.status_code == 422
    assert answer.json()["faults"][0]["where"] == "knid"


def test_an_unknown_field_is_refused_rather_than_ignored(lin: Caller) -> None:
    answer = lin.patch("/units/HD", {"version": 1, "nmae": "x"})
    assert answer.status_code == 422
    assert "nmae" in answer.json()["faults"][0]["where"]


def test_chinese_stays_readable_on_the_wire(lin: Caller) -> None:
    assert "华东建设集团有限公司".encode() in lin.get("/units/HD").content


def test_a_fault_of_ours_tells_no_details(lin: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the secret place")

    monkeypatch.setattr("guiju.access.check.unit", broken)
    answer = lin.get("/units/HD")
    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"
    assert b"secret place" not in answer.content


def test_pages_follow_each_other_without_gap_or_repetition(lin: Caller) -> None:
    seen, address = [], "/units?limit=2&sort=-code"
    while address:
        page = lin.get(address.removeprefix("/api/v1")).json()
        seen.append([item["code"] for item in page["items"]])
        address = page["next"]
        back = page["previous"]
    assert [code for codes in seen for code in codes] == sorted(
        Unit.objects.filter(code__startswith="HD").values_list("code", flat=True)
    )[::-1]
    before = lin.get(back.removeprefix("/api/v1")).json()
    assert [item["code"] for item in before["items"]] == seen[0]
    assert before["previous"] is None


@pytest.mark.parametrize("query", ["cursor=xyz", "cursor=W10", "limit=0", "limit=201", "limit=x", "sort=secret"])
def test_a_page_that_is_none_is_refused(lin: Caller, query: str) -> None:
    assert lin.get(f"/units?{query}").status_code == 422


def test_a_cursor_does_not_fit_another_order(lin: Caller) -> None:
    page = lin.get("/units?limit=1").json()
    cursor = page["next"].split("cursor=")[1].split("&")[0]
    assert lin.get(f"/units?sort=name&cursor={cursor}").status_code == 422


def test_the_description_is_made_once_per_language() -> None:
    assert service.document() is service.document()


def test_no_two_shapes_bear_one_name() -> None:
    # The description keeps one shape per name: of two, the later would stand for both.
    held: dict[str, set[str]] = {}
    for module in pkgutil.iter_modules(resources.__path__):
        its = importlib.import_module(f"{resources.__name__}.{module.name}")
        for name, found in vars(its).items():
            if isinstance(found, type) and issubclass(found, Schema):
                held.setdefault(name, set()).add(found.__module__)
    assert {name: places for name, places in held.items() if len(places) > 1} == {}
