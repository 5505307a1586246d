"""Documents as programmes read them: all they hold, their text, and what another version changes."""

from __future__ import annotations

from guiju.packs import catalogue
from tests.api.conftest import Caller

URN = "cn:casmes:effectiveness-draft"
DRIVE = "cn:cq-sasac:2023-7"


def test_a_size_is_answered_with_its_indicators_and_nothing_else(lin: Caller) -> None:
    found = lin.get(f"/packs/{URN}?size=micro").json()
    assert found == catalogue.show(URN, "micro")


def test_without_a_size_everything_is_told(lin: Caller) -> None:
    found = lin.get(f"/packs/{DRIVE}").json()
    assert found == catalogue.show(DRIVE)
    assert {"task", "milestone", "duty"} <= {row["kind"] for row in found["requirements"]}
    assert found["programme"]["from_on"] == "2023-01-01"
    assert any(cell["about"] for form in found["forms"] for cell in form["cells"])
    assert any(row["when"] and row["when"]["cycle"] == "month" for row in found["requirements"])
    assert {mark["kind"] for mark in found["marks"]} >= {"no_duty", "date"}


def test_the_text_comes_with_what_became_of_it(lin: Caller) -> None:
    found = lin.get(f"/packs/{DRIVE}/text").json()
    assert found["uncovered"] == []
    rows = {row.code: row.official for row in catalogue.requirements(catalogue.current(DRIVE))}
    spans = [span for span in found["spans"] if span["kind"] == "requirement"]
    assert {span["reference"] for span in spans} == set(rows)
    for span in spans:
        assert "".join(found["text"][span["start"] : span["end"]].split()) == "".join(rows[span["reference"]].split())


def test_a_single_version_differs_from_itself_in_nothing(lin: Caller) -> None:
    found = lin.get(f"/packs/{URN}/diff").json()
    assert (found["added"], found["removed"], found["changed"], found["header"]) == ([], [], [], [])
    assert "unit" not in found


def test_the_outlook_of_a_unit_is_told_to_who_may_see_it(lin: Caller, tan: Caller) -> None:
    assert lin.get(f"/packs/{URN}/diff?unit=HD").json()["unit"]["turns"] == []
    assert tan.get(f"/packs/{URN}/diff?unit=HD").status_code == 404


def test_a_version_that_was_never_loaded_is_not_found(lin: Caller) -> None:
    assert lin.get(f"/packs/{URN}/diff?earlier=0.1").status_code == 404
    assert lin.get("/packs/cn:none/text").status_code == 404
