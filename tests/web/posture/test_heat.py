"""Units against documents and against the parts of one; the tree; all levels: the same few questions for any number."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.test import Client

from guiju.posture.counting import NOTHING, Count
from guiju.posture.models import Status
from guiju.web.posture import heat
from tests.web.conftest import URN, Firm
from tests.web.posture.conftest import YEAR_OF_ACTION, Drive


def count(**given: int) -> Count:
    return Count({**NOTHING.by_status, **{Status(code): number for code, number in given.items()}}, 1)


def names(body: str) -> list[str]:
    """The units of the map, from top to bottom."""
    rows = body[body.index("<tbody>") : body.index("</tbody>")]
    return re.findall(r'gj-heat-name"><a href="[^"]+">([^<]+)', rows)


def test_a_cell_is_shaded_by_the_share_that_is_met() -> None:
    shades = [heat.cell(count(met=met, unmet=10 - met)).shade for met in (10, 8, 5, 4)]
    assert shades == ["full", "most", "half", "low"]
    assert heat.cell(count(met=19, unmet=1)).percent == 95
    assert heat.cell(count(met=4, unmet=2, not_due=9, na=9)).percent == 66


def test_what_is_not_due_or_not_adopted_is_no_failure() -> None:
    assert (heat.cell(count(not_due=9)).shade, heat.cell(count(not_due=9)).sign) == ("wait", "not_due")
    assert heat.cell(count(na=3)).sign == "na"
    assert heat.cell(None).sign == "not_adopted"


def test_the_map_shows_units_against_documents_with_a_dash_where_nothing_is_adopted(drive: Drive) -> None:
    drive.runs(drive.firm.cast.sub)
    body = drive.firm.page("/u/HD/heat/")
    assert drive.pack.title_en in body
    assert names(body) == ["华东集团", "华东路桥工程有限公司"]
    assert 'title="Not adopted">–<' in body
    assert "All levels together" in body
    assert f"/u/HD/posture/{URN}/" in body


def test_the_map_puts_the_worst_first_when_asked(firm: Firm) -> None:
    firm.body()
    assert names(firm.page("/u/HD/heat/?sort=all")) == ["华东路桥工程有限公司", "华东集团"]
    assert names(firm.page(f"/u/HD/heat/?sort={URN}"))[0] == "华东路桥工程有限公司"


def test_one_document_is_told_by_its_parts_and_leads_to_them(firm: Firm) -> None:
    body = firm.page(f"/u/HD/heat/?pack={URN}")
    assert "Consultation draft" in body
    assert re.search(rf"/u/HD-01/posture/{URN}/\?kind=\w+#s-", body)
    assert "All documents" in body


def test_a_unit_without_anything_below_has_nothing_to_compare(drive: Drive) -> None:
    assert "Nothing to compare yet" in drive.firm.page("/u/HD-01-A/heat/")


def test_map_tree_and_levels_ask_no_more_with_more_units(drive: Drive, cost: Callable[[Client, str], int]) -> None:
    client = drive.firm.client()
    drive.runs()
    drive.subsidiary(1)
    pages = {
        "/u/HD/heat/": 16,
        f"/u/HD/heat/?pack={YEAR_OF_ACTION}": 18,
        f"/u/HD/posture/{YEAR_OF_ACTION}/tree/": 20,
        f"/u/HD/posture/{YEAR_OF_ACTION}/levels/": 22,
    }
    few = {page: cost(client, page) for page in pages}
    for number in range(2, 6):
        drive.subsidiary(number)
    assert {page: cost(client, page) for page in pages} == few
    assert all(few[page] <= most for page, most in pages.items()), few


def test_the_tree_counts_all_levels_and_opens_branch_by_branch(firm: Firm) -> None:
    body = firm.page(f"/u/HD/posture/{URN}/tree/")
    assert "2 units" in body
    assert f"/u/HD-01/posture/{URN}/tree/?part=below" in body
    below = firm.page(f"/u/HD-01/posture/{URN}/tree/?part=below")
    assert "路桥检测有限公司" in below
    assert "Not adopted" in below
    assert "<html" not in below


def test_looking_into_a_branch_moves_nobody_there(firm: Firm) -> None:
    client = firm.client()
    client.get(f"/u/HD/posture/{URN}/tree/")
    client.get(f"/u/HD-01/posture/{URN}/tree/?part=below")
    assert client.get("/posture/")["Location"] == "/u/HD/posture/"


def test_a_programme_that_has_ended_carries_its_last_day_in_tree_and_levels(drive: Drive) -> None:
    adoption = drive.ended(drive.firm.cast.sub)
    for page in ("tree", "levels"):
        body = drive.firm.page(f"/u/HD/posture/{YEAR_OF_ACTION}/{page}/")
        assert "The programme has ended: as it stood on its last day" in body
        assert str(adoption.to_on) in body


def test_what_is_not_due_yet_has_a_sign_of_its_own_everywhere(drive: Drive) -> None:
    drive.runs(drive.firm.cast.sub)
    for page in ("tree/", "levels/"):
        assert "gj-status--not_due" in drive.firm.page(f"/u/HD/posture/{YEAR_OF_ACTION}/{page}")
    assert "gj-status--not_due" in drive.firm.page(f"/u/HD-01/posture/{YEAR_OF_ACTION}/")
