"""From the page of a record to the work on it."""

from __future__ import annotations

import pytest

from guiju.registers import actions as registers
from tests.compliance.riskers import fresh, mei, open_round, risk
from tests.conftest import Cast, english

pytestmark = pytest.mark.django_db


def test_a_risk_leads_to_its_response_its_warning_and_its_rating(cast: Cast) -> None:
    found = risk(mei(cast), cast.sub)
    page = english(cast.client(cast.mei)).get(f"/r/risk_list/{found.uid}/").content.decode()
    assert f"/r/risk_responses/new?unit={cast.sub.code}" in page
    assert f"/r/alerts/new?unit={cast.sub.code}" in page
    assert f"/r/risk_list/{found.uid}/edit" in page
    round_ = open_round(mei(cast), cast.sub)
    page = english(cast.client(cast.mei)).get(f"/r/risk_list/{found.uid}/").content.decode()
    assert f"/risks/rounds/{round_.uid}/rate/#risk-{found.uid}" in page


def test_a_risk_that_is_gone_leads_nowhere(cast: Cast) -> None:
    by = mei(cast)
    found = fresh(risk(by, cast.sub))
    values = {"closed_on": found.on.isoformat() if found.on else ""}
    registers.move(entry=found, move="close", values=values, version=found.version, by=by, reason="Sold")
    page = english(cast.client(cast.mei)).get(f"/r/risk_list/{found.uid}/").content.decode()
    assert "gj-ways" not in page
