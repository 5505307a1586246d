"""Judging from the sheet, and what a finding says beyond the words of its requirement."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from guiju.lib import clock
from guiju.posture.models import Judgement, Status
from guiju.posture.queries import sheet
from tests.conftest import english
from tests.web.conftest import URN, Firm
from tests.web.posture.conftest import YEAR_OF_ACTION, Drive

SHEET = f"/u/HD/posture/{URN}/"
JUDGE = f"{SHEET}A.1.1-m03/judge/"


def ask(firm: Firm, path: str, given: dict[str, str] | None = None, user: str = "lin") -> HttpResponse:
    """As htmx asks."""
    client, headers = english(firm.client(user)), {"HX-Request": "true"}
    answer: Any = client.post(path, given, headers=headers) if given is not None else client.get(path, headers=headers)
    return answer  # type: ignore[no-any-return]


def test_the_sheet_opens_the_form_in_the_row(firm: Firm) -> None:
    assert f'hx-get="{JUDGE}"' in firm.page(SHEET)
    body = ask(firm, JUDGE).content.decode()
    assert "<html" not in body
    assert 'name="reason"' in body


def test_a_judgement_from_the_sheet_turns_the_row_and_the_counts(firm: Firm) -> None:
    given = {"status": "met", "reason": "List of members looked at", "expires_on": clock.today().isoformat()}
    answer = ask(firm, JUDGE, given)
    body = answer.content.decode()
    assert body.index("gj-status--met") < body.index('id="standing" hx-swap-oob')
    assert "The judgement is recorded." in answer["HX-Trigger"]
    assert Judgement.objects.get().status == "met"


def test_a_judgement_without_a_reason_keeps_the_form_open(firm: Firm) -> None:
    answer = ask(firm, JUDGE, {"status": "met", "reason": "", "expires_on": clock.today().isoformat()})
    assert answer.status_code == 422
    assert 'name="reason"' in answer.content.decode()
    assert not Judgement.objects.exists()


def test_the_row_comes_back_when_the_form_is_left(firm: Firm) -> None:
    assert "gj-judge-form" not in ask(firm, f"{JUDGE}?part=row").content.decode()


def test_without_scripts_the_page_of_the_finding_is_opened(firm: Firm) -> None:
    assert firm.client().get(JUDGE)["Location"] == f"{SHEET}A.1.1-m03/?judge=1#judge"


def test_a_principal_may_not_judge_from_the_sheet(firm: Firm) -> None:
    assert ask(firm, JUDGE, user="qian").status_code == 403


def test_what_is_not_due_says_when_it_is_and_from_which_base_date(drive: Drive) -> None:
    adoption = drive.runs()
    found = sheet(by=drive.firm.by, unit=drive.firm.cast.group, pack=drive.pack)
    code = next(row.requirement.code for row in found if row.status == Status.NOT_DUE and row.requirement.extra["when"])
    body = drive.firm.page(f"/u/HD/posture/{YEAR_OF_ACTION}/{code}/")
    assert "gj-verdict--not_due" in body
    assert "Due on" in body
    assert f"counted from the base date {adoption.base_date}" in body
    assert "days left" in body


def test_a_finding_says_who_must_do_it_and_leads_into_the_text(drive: Drive) -> None:
    drive.runs()
    found = sheet(by=drive.firm.by, unit=drive.firm.cast.group, pack=drive.pack)
    code = next(row.requirement.code for row in found if row.requirement.extra.get("who"))
    body = drive.firm.page(f"/u/HD/posture/{YEAR_OF_ACTION}/{code}/")
    assert "Who must do it" in body
    assert f"/u/HD/posture/{YEAR_OF_ACTION}/text/#t-" in body
