"""李会计 types what she wants to do, in her own words, and records the check that she has made already."""

from __future__ import annotations

from datetime import date

import pytest

from guiju.registers import actions
from tests.conftest import Cast


def _found(cast: Cast, query: str) -> list[str]:
    results = cast.client(cast.lin).get("/find/", {"q": query}).context["results"]
    return [str(item["url"]) for group in results if str(group["label"]) == "要做的事" for item in group["items"]]


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("导入风险", "/r/risk_list/import"),
        ("excel", "/r/risk_list/import"),
        ("登记检查", "/r/checks/new"),
        ("记录一次检查", "/r/checks/new"),
        ("新增风险", "/r/risk_list/new"),
        ("风险等级", "/r/risk_list/grid"),
    ],
)
def test_her_words_find_the_thing_to_do(cast: Cast, words: str, address: str) -> None:
    assert any(url.startswith(address) for url in _found(cast, words)), _found(cast, words)


def test_nonsense_finds_nothing_to_do(cast: Cast) -> None:
    assert _found(cast, "紫色大象") == []


def test_a_check_that_was_made_without_a_plan_has_a_door_and_stands_on_the_page_of_checks(cast: Cast) -> None:
    client = cast.client(cast.lin)
    body = client.get("/u/HD/checks/").content.decode()
    assert "登记一次已做的排查" in body
    made = {"subject": "印章使用抽查", "checked_on": "2025-06-20", "result": "none", "checker": str(cast.wang.uid)}
    actions.create(register="checks", unit=cast.group, values=made, by=cast.actor(cast.lin))
    assert "印章使用抽查" in client.get("/u/HD/checks/").content.decode()


def test_the_form_of_a_check_begins_with_the_one_who_fills_it_in(cast: Cast) -> None:
    cast.wang.user = cast.lin
    cast.wang.save(update_fields=["user"])
    form = cast.client(cast.lin).get("/r/checks/new?unit=HD").context["form"]
    assert form.initial["checker"] == str(cast.wang.uid)


def test_after_saving_the_page_says_first_what_was_changed(cast: Cast) -> None:
    by = cast.actor(cast.lin)
    risk = actions.create(
        register="risk_list",
        unit=cast.group,
        values={"name": "超额预付", "level": "medium", "assessed_on": date(2025, 6, 1)},
        by=by,
    )
    actions.update(entry=risk, values={"level": "high"}, version=1, by=by)
    page = cast.client(cast.lin).get(f"/r/risk_list/{risk.uid}/?saved=1")
    assert [(change.before, change.after) for change in page.context["history"][0].changes] == [("中", "高")]
    assert page.context["marks"] == [{"label": "风险等级 高", "tone": "unmet"}]
    assert not page.context["leads"]
