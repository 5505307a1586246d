"""How a unit stands: the overview, one finding, judgements, all levels, adoption."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guiju.lib import clock
from guiju.posture.models import Adoption, Judgement
from guiju.web.posture import rows
from tests.conftest import Cast, english
from tests.web.conftest import URN, Firm

PACK = f"/u/HD/posture/{URN}/"


def _status(body: str, code: str) -> str:
    """The status drawn in the row of one requirement."""
    at = body.index(f"{PACK}{code}/")
    return str(re.findall(r"gj-status--(\w+)", body[:at])[-1])


def test_every_requirement_that_applies_is_listed_under_its_heading(firm: Firm) -> None:
    body = firm.page(PACK)
    assert "Top leading body" in body
    assert _status(body, "A.1.1-m01") == "unmet"
    assert "A.1.1-s01" not in body


def test_a_record_turns_the_requirement_it_proves(firm: Firm) -> None:
    firm.body()
    assert _status(firm.page(PACK), "A.1.1-m01") == "met"


def test_a_requirement_that_is_not_met_offers_the_register_that_helps(firm: Firm) -> None:
    body = html.unescape(firm.page(PACK))
    assert "/r/bodies/new?unit=HD&set.kind=committee" in body


def test_a_principal_is_offered_no_form(firm: Firm) -> None:
    assert "/new?unit=" not in firm.page(PACK, "qian")


def test_the_five_answers_filter_the_list(firm: Firm) -> None:
    firm.body()
    body = firm.page(f"{PACK}?status=met")
    assert "A.1.1-m01" in body
    assert "A.1.2-m01" not in body
    assert "Only “Met” is shown." in body


def test_alternatives_stand_together(firm: Firm) -> None:
    body = firm.page(PACK)
    assert "is enough" in body


def test_clauses_have_a_tab_of_their_own(firm: Firm) -> None:
    assert "6" in firm.page(f"{PACK}?kind=clause")


def test_an_earlier_day_is_answered_from_what_was_recorded_by_then(firm: Firm) -> None:
    firm.body()
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    body = firm.page(f"{PACK}?on={yesterday}")
    assert "Not adopted" in body  # the adoption itself was recorded only today


def test_a_day_to_come_is_refused(firm: Firm) -> None:
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    answer = english(firm.client()).get(f"{PACK}?on={tomorrow}")
    assert answer.status_code == 400
    assert "has not come yet" in answer.content.decode()


def test_every_page_of_a_draft_says_that_it_is_one(firm: Firm) -> None:
    pages = ["", "levels/", "levels/A.1.1-m01/", "A.1.1-m01/"]
    for page in (*[PACK + part for part in pages], "/u/HD/posture/", f"/packs/{URN}/", "/packs/"):
        assert "Consultation draft" in firm.page(page), page


def test_a_finding_shows_what_is_asked_what_was_found_and_which_rows_prove_it(firm: Firm) -> None:
    entry = firm.body()
    body = firm.page(f"{PACK}A.1.1-m01/")
    assert "企业制定某个机构作为企业合规最高领导机构" in body
    assert f"/r/bodies/{entry.uid}/" in body
    assert "40 days late" in body
    assert "A document exists" in body


def test_a_finding_without_rows_says_what_is_missing(firm: Firm) -> None:
    body = firm.page(f"{PACK}A.1.1-m01/")
    assert "No record yet." in body
    assert "/r/bodies/new?" in body


def test_a_person_judges_what_only_a_person_can(firm: Firm) -> None:
    path = f"{PACK}A.1.1-m03/"
    assert "gj-verdict--person" in firm.page(path)
    until = clock.today() + timedelta(days=200)
    given = {"status": "met", "reason": "List of members looked at", "expires_on": until.isoformat()}
    assert firm.client().post(path, given).status_code == 302
    body = firm.page(path)
    assert "gj-verdict--met" in body
    assert "List of members looked at" in body
    assert Judgement.objects.get().expires_on == until


@pytest.mark.parametrize("given", [{"reason": ""}, {"reason": "x"}, {"expires_on": "2099-01-01"}, {"status": "fine"}])
def test_a_judgement_that_lacks_something_is_not_saved(firm: Firm, given: dict[str, str]) -> None:
    whole = {"status": "met", "reason": "List of members", "expires_on": clock.today().isoformat()} | given
    answer = firm.client().post(f"{PACK}A.1.1-m03/", whole)
    assert answer.status_code == 422
    assert not Judgement.objects.exists()


def test_a_principal_may_not_judge(firm: Firm) -> None:
    assert 'id="judge"' not in firm.page(f"{PACK}A.1.1-m03/", "qian")
    given = {"status": "met", "reason": "List of members", "expires_on": clock.today().isoformat()}
    assert firm.client("qian").post(f"{PACK}A.1.1-m03/", given).status_code == 403


def test_a_requirement_that_does_not_exist_is_not_found(firm: Firm) -> None:
    assert firm.client().get(f"{PACK}Z.9/").status_code == 404
    assert firm.client().get("/u/HD/posture/cn:none:none/").status_code == 404


def test_all_levels_show_each_unit_and_what_is_most_often_missing(firm: Firm) -> None:
    firm.body()
    body = firm.page(f"{PACK}levels/")
    assert "华东路桥工程有限公司" in body
    assert "gj-cell--unmet" in body
    assert f"{PACK}levels/" in body


def test_one_requirement_is_told_unit_by_unit_the_worst_first(firm: Firm) -> None:
    firm.body()
    body = firm.page(f"{PACK}levels/A.1.1-m01/")
    rows = body[body.index("<tbody") :]
    assert rows.index("华东路桥工程有限公司") < rows.index("华东建设集团有限公司")


def test_a_subsidiary_sees_no_level_above_it(firm: Firm) -> None:
    assert firm.client("mei").get(f"{PACK}levels/").status_code == 404
    assert "华东建设集团" not in firm.page(f"/u/HD-01/posture/{URN}/levels/", "mei")


def test_a_unit_that_has_not_adopted_is_never_red(firm: Firm) -> None:
    body = firm.page(f"/u/HD-01-A/posture/{URN}/")
    assert "Not adopted" in body
    assert "gj-status--unmet" not in body


def test_an_officer_adopts_a_document_and_sees_at_once_how_the_unit_stands(cast: Cast) -> None:
    client = cast.client(cast.lin)
    given = {"pack": URN, "mode": "voluntary", "from_on": "2026-01-01", "reason": "Board resolution 3"}
    answer = client.post("/u/HD/adopt/", given)
    assert answer["Location"] == PACK
    assert client.get(PACK).status_code == 200
    assert Adoption.objects.get().reason == "Board resolution 3"


def test_a_document_is_not_adopted_twice(firm: Firm) -> None:
    assert URN not in firm.page("/u/HD/adopt/")
    given = {"pack": URN, "mode": "voluntary", "from_on": "2026-01-01", "reason": "again"}
    assert firm.client().post("/u/HD/adopt/", given).status_code == 422


def test_an_adoption_is_ended_with_a_reason_and_its_posture_stays(firm: Firm) -> None:
    adoption = Adoption.objects.get(unit=firm.cast.group)
    path = f"/u/HD/adoptions/{adoption.uid}/end/"
    assert firm.client().post(path, {"on": clock.today().isoformat(), "reason": ""}).status_code == 422
    assert firm.client().post(path, {"on": clock.today().isoformat(), "reason": "Replaced"}).status_code == 302
    adoption.refresh_from_db()
    assert adoption.to_on == clock.today()


def test_a_department_officer_adopts_nothing(firm: Firm) -> None:
    assert firm.client("qian").get("/u/HD/adopt/").status_code == 403


def test_the_overview_asks_no_more_with_more_records(firm: Firm) -> None:
    client = firm.client()

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(PACK).status_code == 200
        return len(asked)

    firm.body()
    cost()
    one = cost()
    for _number in range(3):
        firm.rectification(days=10)
    firm.body()
    assert cost() == one


def test_an_unknown_size_is_asked_for(cast: Cast) -> None:
    client = cast.client(cast.lin)
    client.post(
        "/u/HD/adopt/", {"pack": URN, "mode": "voluntary", "from_on": "2026-01-01", "reason": "Board resolution 3"}
    )
    body = english(client).get(PACK).content.decode()
    assert "/u/HD/attributes/industry/" in body


def test_a_paragraph_stands_under_the_nearest_heading_of_the_document() -> None:
    named = {"6": "Bodies", "8": "Response", "8.1": "Risks"}
    assert rows.heading("6.2 a)", named) == "6"
    assert rows.heading("8.1.3", named) == "8.1"
    assert rows.heading("10.1", named) == "10.1"


def test_after_a_judgement_the_answer_is_shown_and_not_the_form(firm: Firm) -> None:
    until = (clock.today() + timedelta(days=90)).isoformat()
    given = {"status": "met", "reason": "List of members seen", "expires_on": until}
    answer = firm.client().post(f"{PACK}A.1.1-m03/", given)
    assert answer["Location"].endswith("/A.1.1-m03/#answer")
    assert "List of members seen" in firm.page(f"{PACK}A.1.1-m03/")
