"""Lin looks for a word: clauses of rules, pages of training material, records, each as far as she may see it."""

from __future__ import annotations

from typing import Any

import pytest

from guiju.files import store
from guiju.jobs import worker
from guiju.registers import actions, passages
from guiju.registers.models import Entry
from tests.conftest import Cast
from tests.governance.policy_house import in_force

CLAUSES = (("第一章 第三条", "采购金额五十万元以上的，应当公开招标。"), ("第二章 第七条", "未经合规审查不得用印。"))


def _policy(cast: Cast, **values: Any) -> Entry:
    given = {"name": "采购管理办法", "mechanism": "business", "issued_on": "2025-01-10", **values}
    return actions.create(register="policies", unit=cast.group, values=given, by=cast.actor(cast.lin))


def _pages(cast: Cast, query: str) -> list[str]:
    groups = cast.client(cast.lin).get("/search/", {"q": query}).context["groups"]
    return [hit["place"] for group in groups for hit in group["hits"]]


@pytest.mark.django_db(transaction=True)
def test_the_words_of_a_file_of_training_material_are_found_soon_after_it_was_attached(cast: Cast) -> None:
    by = cast.actor(cast.lin)
    kept = store.save("反商业贿赂培训讲义：礼品价值不得超过二百元。".encode(), name="讲义.txt", by=by)
    file = {"digest": kept.digest, "name": "讲义.txt", "size": kept.size, "media_type": kept.media_type}
    values = {"topic": "反商业贿赂", "held_on": "2025-03-01", "audience": "all", "files": [file]}
    entry = actions.create(register="trainings", unit=cast.group, values=values, by=by)
    worker.drain()
    assert _pages(cast, "礼品价值") == [""]
    actions.update(entry=entry, values={"files": []}, version=entry.version, by=by)
    worker.drain()
    assert _pages(cast, "礼品价值") == []


def test_the_page_shows_clauses_and_records_with_the_words_marked(cast: Cast) -> None:
    passages.replace(_policy(cast, gist="讲采购招标的程序。"), "v1", CLAUSES)
    page = cast.client(cast.lin).get("/search/", {"q": "招标"})
    body = page.content.decode()
    assert "<mark>招标</mark>" in body
    assert "第一章 第三条" in body
    assert [row["title"] for row in page.context["records"]] == ["采购管理办法"]
    assert cast.client(cast.lin).get("/search/", {"q": "招标", "part": "training"}).context["groups"] == []


def test_a_hit_in_a_rule_leads_to_its_clause(cast: Cast) -> None:
    row = in_force(cast)
    page = cast.client(cast.lin).get("/search/", {"q": "核验供应商"})
    (hit,) = [hit for group in page.context["groups"] for hit in group["hits"]]
    assert hit["place"] == "第二章 第四条"
    there = cast.client(cast.lin).get(hit["url"])
    assert there.url == f"/u/HD-01/policies/{row.policy}/text?at=a4#a4"


def test_a_page_of_the_search_asks_no_more_with_more_hits(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for number in range(6):
        passages.replace(_policy(cast, name=f"办法{number}"), "v1", CLAUSES)
    client = cast.client(cast.lin)
    client.get("/search/", {"q": "招标"})
    with django_assert_max_num_queries(14):
        client.get("/search/", {"q": "招标"})
