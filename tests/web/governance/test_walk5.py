"""What a clerk stumbled over on the pages of rules, people and stocks, and does no longer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import Workbook

from guiju.governance.intake import actions as intakes
from guiju.registers import actions as registers
from guiju.registers import importing, ownlayouts
from guiju.registers import spec as specs
from guiju.trail import presenters
from guiju.trail.models import Event, Log
from guiju.web import links
from tests.conftest import Cast
from tests.governance import stocks
from tests.governance.policy_house import in_force, stock

pytestmark = pytest.mark.django_db


def page(cast: Cast, path: str) -> str:
    return cast.client(cast.mei).get(path).content.decode()


# --- the library ----------------------------------------------------------------------------------------------------


def test_unsorted_rules_are_named_where_gaps_are_told_with_the_way_to_sort_them(cast: Cast) -> None:
    stock(cast, business="finance")
    assert "what=unsorted" not in page(cast, "/u/HD-01/policies/")
    stock(cast, name="档案管理办法", business="")
    shown = page(cast, "/u/HD-01/policies/")
    gaps = shown[shown.index('id="gaps"') :]
    assert "/u/HD-01/policies/attention?what=unsorted" in gaps


def test_an_empty_library_offers_a_draft_and_its_pages_lead_back(cast: Cast) -> None:
    shown = page(cast, "/u/HD-01/policies/")
    assert "/u/HD-01/policies/new" in shown
    assert 'href="#gaps"' not in shown
    empty = page(cast, "/u/HD-01/policies/execution")
    assert 'class="btn btn-primary" href="/u/HD-01/policies/"' in empty


def test_who_may_not_bring_in_a_stock_sees_no_way_to_it(cast: Cast) -> None:
    address = 'href="/u/HD-01/intake/"'
    assert address in page(cast, "/u/HD-01/policies/")
    assert address not in cast.client(cast.qian).get("/u/HD-01/policies/").content.decode()


def test_the_search_says_the_number_of_an_article_once(cast: Cast) -> None:
    in_force(cast)
    shown = page(cast, "/search/?q=供应商")
    assert shown.count("第四条") == 1


def test_the_history_says_from_which_state_to_which_a_record_was_moved(cast: Cast) -> None:
    row = in_force(cast)
    (told,) = [line for line in presenters.history("entry", str(row.policy)) if line.action == "entry.moved"]
    assert told.sentence.index("起草") < told.sentence.index("现行有效")
    # A state that its register no longer knows leaves the plain sentence.
    event = Event.objects.select_related("body").get(object_type="entry", action="entry.moved")
    content = {**event.body.content, "before": {}}
    assert "现行有效" not in presenters.sentence(event, content)


# --- people ---------------------------------------------------------------------------------------------------------


def test_the_record_of_a_person_leads_to_what_he_must_do_and_did(cast: Cast) -> None:
    assert f"/u/HD-01/duties/people/{cast.wang.uid}/" in page(cast, links.record("people", cast.wang.uid))


# --- stocks ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def sample(settings: Any, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    (tmp_path / "samples").mkdir()
    found = tmp_path / "samples" / "制度存量.zip"
    found.write_bytes(b"PK")
    return found


def test_a_demo_offers_its_stock_to_try_the_intake_with(cast: Cast, sample: Path) -> None:
    address = "/u/HD-01/intake/sample"
    Log.objects.update(origin="log.example")
    assert address not in page(cast, "/u/HD-01/intake/new")
    assert cast.client(cast.mei).get(address).status_code == 404
    Log.objects.update(origin="DEMO tests")
    assert address in page(cast, "/u/HD-01/intake/new")
    answer = cast.client(cast.mei).get(address)
    assert b"".join(answer.streaming_content) == b"PK"  # type: ignore[attr-defined]
    sample.unlink()
    assert address not in page(cast, "/u/HD-01/intake/new")


def test_two_files_of_the_very_same_name_are_not_offered_to_come_in_both(cast: Cast) -> None:
    intake = stocks.read(
        cast,
        stocks.word("用印管理办法", day="2015年1月5日", file="旧.docx"),
        stocks.word("用印管理办法", more=("第八条 另行规定。",), file="新.docx"),
    )
    shown = page(cast, f"/u/HD-01/intake/{intake.uid}?view=open")
    assert 'name="apart"' not in shown
    assert f"/u/HD-01/intake/{intake.uid}/files/1" in shown


def test_it_is_enough_to_say_of_one_of_two_that_both_are_needed(cast: Cast) -> None:
    intake = stocks.read(
        cast, stocks.word("检测有限公司车辆管理办法"), stocks.word("车辆管理办法", more=("第八条 另一件事。",))
    )
    assert 'name="apart"' in page(cast, f"/u/HD-01/intake/{intake.uid}?view=open")
    stocks.settle(cast, intake, 2, apart=True)
    assert [stocks.line(intake, number).open for number in (1, 2)] == [[], []]


def test_a_file_without_a_title_is_left_out_from_its_page(cast: Cast) -> None:
    intake = stocks.read(cast, stocks.word("用印管理办法"), stocks.word("档案管理办法"))
    answer = cast.client(cast.mei).post(
        f"/u/HD-01/intake/{intake.uid}/files/1", {"version": 1, "name": "", "is": "out"}, follow=True
    )
    assert answer.status_code == 200
    assert stocks.line(intake, 1).item.left_out


def test_a_stock_that_was_dropped_leads_on(cast: Cast) -> None:
    intake = stocks.read(cast, stocks.word("用印管理办法"))
    intakes.drop(intake=intake, by=cast.actor(cast.mei), version=intake.version)
    assert "/u/HD-01/intake/new" in page(cast, f"/u/HD-01/intake/{intake.uid}")


# --- columns of one's own -------------------------------------------------------------------------------------------

COLUMNS = [{"field": "name", "label": "风险"}, {"field": "field", "label": "领域"},
           {"field": "own_1", "label": "责任领导"}]  # fmt: skip


def own_form(cast: Cast) -> None:
    """The subsidiary calls a column of its own by its own name."""
    by = cast.actor(cast.mei)
    ownlayouts.set_layout(unit=cast.sub, spec=specs.get("risk_list"), title="风险清单", columns=COLUMNS, by=by)


def test_the_table_calls_a_column_of_ones_own_by_its_name_and_hides_those_nobody_uses(cast: Cast) -> None:
    values = {"name": "应招未招", "field": "contract"}
    registers.create(register="risk_list", unit=cast.sub, values=values, by=cast.actor(cast.mei))
    address = reverse("register-grid", args=["risk_list"]) + "?unit=HD-01"
    assert cast.client(cast.mei).get(address).status_code == 200
    assert "own_1" not in page(cast, address)
    own_form(cast)
    shown = page(cast, address)
    assert json.dumps("责任领导").strip('"') in shown
    assert "own_2" not in shown


def test_the_preview_of_an_import_calls_it_so_too(cast: Cast, tmp_path: Path) -> None:
    own_form(cast)
    book = Workbook()
    book.active.append(["风险", "领域", "责任领导"])
    book.active.append(["应招未招", "合同管理", "分管副总"])
    book.save(tmp_path / "清单.xlsx")
    by = cast.actor(cast.mei)
    run = importing.prepare(register="risk_list", unit=cast.sub, path=tmp_path / "清单.xlsx", name="清单.xlsx", by=by)
    labels = [cell["label"] for row in run.summary["examples"] for cell in row["cells"]]
    assert "责任领导" in labels
    assert not [label for label in labels if label.startswith("自定义列")]
