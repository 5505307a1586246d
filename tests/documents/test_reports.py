"""Reports by name: on pages, over the API and on the command line, and what the trail tells of them."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import docx as python_docx
import pytest

from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.cli import main
from guiju.documents import reports
from guiju.documents.paper import Facts, Heading, Paper, Para
from guiju.documents.reports import Report
from guiju.lib import clock, period
from guiju.lib.errors import NotFound, Problem
from guiju.lib.period import Period
from guiju.org.models import Unit
from guiju.trail.events import Action
from guiju.trail.models import Event
from tests.api.conftest import open_caller
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def _letter(unit: Unit, asked: Period, by: Actor) -> Paper:
    paper = Paper(f"{asked.chinese}合规情况", sign=[unit.name])
    return paper.add(Facts([("记录人", None)]), Heading(1, "情况"), Para("<b>无</b>"))


@pytest.fixture(autouse=True)
def letter(monkeypatch: pytest.MonkeyPatch) -> Report:
    """A kind of report that only tests know."""
    found = Report("letter", "合规情况函", _letter, periods=("quarter", "year"), registers=("meetings",))
    monkeypatch.setitem(reports.REGISTRY, "letter", found)
    return found


def now(kind: str = "quarter") -> Period:
    return period.of(clock.today(), kind)


# --- asking by name


def test_a_report_that_nobody_knows_is_refused_with_those_that_are_known(cast: Cast) -> None:
    with pytest.raises(Problem) as refused:
        reports.build("letters", unit=cast.sub, period=now(), by=cast.house)
    assert refused.value.code == "report.unknown"
    assert "letter" in refused.value.fix


def test_a_period_of_another_length_is_refused_with_examples(cast: Cast) -> None:
    with pytest.raises(Problem) as refused:
        reports.build("letter", unit=cast.sub, period=str(now("month")), by=cast.house)
    assert refused.value.code == "report.period"
    assert str(now()) in refused.value.fix
    assert str(now("year")) in refused.value.fix


def test_a_period_that_has_not_begun_is_refused(cast: Cast) -> None:
    with pytest.raises(Problem) as refused:
        reports.build("letter", unit=cast.sub, period=now().next, by=cast.house)
    assert refused.value.code == "report.future"


def test_a_stranger_gets_no_report(cast: Cast) -> None:
    with pytest.raises(NotFound):
        reports.build("letter", unit=cast.sub, period=now(), by=cast.actor(cast.tan))


def test_a_code_is_taken_once() -> None:
    with pytest.raises(ValueError, match="letter"):
        reports.register(Report("letter", "另一个", _letter))


def test_a_length_that_no_period_has_is_a_fault_of_the_programme() -> None:
    with pytest.raises(ValueError, match="week"):
        Report("weekly", "周报", _letter, periods=("week",))


def test_what_is_taken_away_is_on_the_trail_with_its_digest(cast: Cast) -> None:
    made = reports.export("letter", unit=cast.sub, period=now(), by=cast.actor(cast.mei))
    event = Event.objects.filter(action=Action.EXPORT_MADE).latest("pk")
    assert (event.object_type, event.object_id, event.unit_id) == ("report", f"letter/{now()}", cast.sub.pk)
    assert made.digest == hashlib.sha256(made.content).hexdigest()
    assert made.paper.unit == cast.sub.name


@pytest.mark.parametrize(
    ("title", "name"), [('甲/乙:"丙"?', "甲_乙__丙__.docx"), ("", "report.docx"), ("长" * 200, "长" * 80 + ".docx")]
)
def test_file_names_are_taken_by_every_system(title: str, name: str) -> None:
    assert reports.file_name(title) == name


# --- pages


def test_mei_chooses_a_report_and_sees_it_as_it_prints(cast: Cast) -> None:
    client = cast.client(cast.mei)
    listed = client.get("/u/HD-01/reports/").content.decode()
    assert f"/u/HD-01/reports/letter/?period={now()}" in listed
    shown = client.get("/u/HD-01/reports/letter/", follow=True)
    page = shown.content.decode()
    assert shown.redirect_chain[-1][0].endswith(f"?period={now()}")
    assert "&lt;b&gt;无&lt;/b&gt;" in page
    assert '<mark class="gj-missing" id="missing-1">〔待补充：记录人〕</mark>' in page
    assert '<a href="#missing-1">记录人</a>' in page
    assert "/r/meetings/?unit=HD-01" in page
    assert f'<option value="{now()}" selected>' in page


def test_mei_takes_the_word_file_with_her(cast: Cast) -> None:
    answer = cast.client(cast.mei).get(f"/u/HD-01/reports/letter/docx/?period={now('year')}")
    assert answer["Content-Type"] == reports.MEDIA_TYPE
    assert "attachment" in answer["Content-Disposition"]
    document = python_docx.Document(BytesIO(answer.content))
    assert document.paragraphs[0].text == f"{now('year').chinese}合规情况"


@pytest.mark.parametrize("path", ["", "letter/", "letter/docx/"])
def test_pages_of_reports_are_closed_to_strangers(cast: Cast, path: str) -> None:
    assert cast.client(cast.tan).get(f"/u/HD-01/reports/{path}").status_code == 404


def test_an_unknown_report_is_not_found_and_a_wrong_period_refused(cast: Cast) -> None:
    client = cast.client(cast.mei)
    assert client.get("/u/HD-01/reports/nothing/").status_code == 404
    assert client.get(f"/u/HD-01/reports/letter/?period={now('month')}").status_code == 400
    assert client.get("/u/HD-01/reports/letter/?period=soon").status_code == 400


def test_showing_a_report_leaves_no_trace_and_asks_few_questions(cast: Cast, django_assert_max_num_queries) -> None:
    client = cast.client(cast.mei)
    address = f"/u/HD-01/reports/letter/?period={now()}"
    client.get(address)
    before = Event.objects.count()
    with django_assert_max_num_queries(20):
        client.get(address)
    assert Event.objects.count() == before


# --- the API


def test_a_programme_reads_a_report_as_data_and_as_a_file(cast: Cast) -> None:
    caller = open_caller(cast.mei, cast.sub)
    listed = {row["code"]: row for row in caller.get("/units/HD-01/reports").json()}
    assert listed["letter"]["latest"] == str(now())
    paper = caller.get(f"/units/HD-01/reports/letter?period={now()}").json()
    assert (paper["report"], paper["period"], paper["missing"]) == ("letter", str(now()), ["记录人"])
    assert {"kind": "heading", "text": "情况", "lead": "一、", "level": 1} in paper["blocks"]
    file = caller.get("/units/HD-01/reports/letter?format=docx")
    assert file["Content-Type"] == reports.MEDIA_TYPE
    assert file.content.startswith(b"PK")


def test_a_token_without_the_right_to_export_gets_data_only(cast: Cast) -> None:
    caller = open_caller(cast.mei, cast.sub, scopes=[P.REGISTER_ENTRY_VIEW.value])
    assert caller.get("/units/HD-01/reports/letter").status_code == 200
    assert caller.get("/units/HD-01/reports/letter?format=docx").status_code == 403


def test_a_programme_is_told_what_it_asked_wrongly(cast: Cast) -> None:
    caller = open_caller(cast.mei, cast.sub)
    assert caller.get("/units/HD-01/reports/nothing").json()["code"] == "report.unknown"
    assert caller.get(f"/units/HD-01/reports/letter?period={now('month')}").json()["code"] == "report.period"
    assert caller.get("/units/SJ/reports/letter").status_code == 404


# --- the command line


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["report", *map(str, words)])
    found = capsys.readouterr()
    return code, found.out, found.err


def test_the_command_writes_the_file_and_says_what_is_missing(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "函.docx"
    code, out, err = run(capsys, "letter", "--unit", "HD-01", "--period", now(), "-o", target)
    assert (code, [path.name for path in tmp_path.iterdir()]) == (0, ["函.docx"])
    assert str(target) in out
    assert "记录人" in err


def test_the_command_prints_the_paper_as_data(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _err = run(capsys, "letter", "--unit", "HD-01", "--period", now(), "--json")
    assert (code, json.loads(out)["missing"]) == (0, ["记录人"])


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (("letters", "--unit", "HD-01", "--period", "2025", "--json"), "letter"),
        (("letter", "--unit", "NO", "--period", "2025", "--json"), "NO"),
        (("letter", "--unit", "HD-01", "--period", "soon", "--json"), "soon"),
        (("letter", "--unit", "HD-01", "--period", "2025-03", "--json"), "2026"),
        (("letter", "--unit", "HD-01", "--period", "2025"), "-o FILE"),
    ],
)
def test_wrong_use_ends_with_two_and_advice(
    cast: Cast, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], advice: str
) -> None:
    with clock.simulate(datetime(2026, 5, 4, 9, tzinfo=UTC)):
        code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert advice in err
