"""存档备查：一个单位的履职资料，打成一个谁都能离线核验的文件。"""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guiju.access import actions as access
from guiju.access.actor import of_user
from guiju.files import store
from guiju.governance.archive import checking, counting, form, making, queries
from guiju.governance.archive.counting import Span
from guiju.governance.enums import ArchiveState
from guiju.governance.models import Archive, PolicyVersion
from guiju.jobs import worker
from guiju.jobs.models import Job, JobState
from guiju.lib import clock
from guiju.lib.errors import Denied, NotFound, Problem
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.trail import verify
from guiju.trail.models import Event
from tests.conftest import PASSWORD, Cast
from tests.governance.archive_house import (
    LETTER,
    YEAR,
    appoint,
    attach,
    bring_in,
    enter,
    furnish,
    made,
    path_of,
    train,
)
from tests.governance.tampering import read

pytestmark = pytest.mark.django_db


def manifest_of(archive: Archive) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(read(path_of(archive))[form.MANIFEST])
    return found


def titles(archive: Archive) -> list[str]:
    manifest = manifest_of(archive)
    lines = read(path_of(archive))[manifest["records"]["member"]].decode().splitlines()
    return [json.loads(line)["record"]["title"] for line in lines]


def test_what_was_sealed_is_proved_without_the_database(cast: Cast) -> None:
    furnish(cast)
    archive = made(cast)
    with CaptureQueriesContext(connection) as asked:
        verdict = checking.check(path_of(archive))
    assert (verdict.findings, len(asked)) == ([], 0)
    assert verdict.records == 7
    assert verdict.facts["unit"]["code"] == "HD-01"


def test_the_trail_holds_the_digest_and_agrees_with_the_archive(cast: Cast) -> None:
    furnish(cast)
    archive = made(cast)
    event = Event.objects.get(action="archive.made")
    assert event.body.content["manifest"] == archive.manifest == manifest_digest(archive)
    assert verify.run().findings == []
    Archive.objects.filter(pk=archive.pk).update(manifest="0" * 64)
    assert verify.run().findings != []


def manifest_digest(archive: Archive) -> str:
    from hashlib import sha256

    return sha256(read(path_of(archive))[form.MANIFEST]).hexdigest()


def test_a_record_changed_after_its_import_is_proved_by_its_own_last_event(cast: Cast) -> None:
    by = cast.actor(cast.mei)
    bring_in(cast.sub, by, 3)
    first = Entry.objects.filter(register="publicity").order_by("pk")[0]
    registers.update(entry=first, values={"reached": 40}, version=1, by=by)
    verdict = checking.check(path_of(made(cast)))
    assert (verdict.findings, verdict.records) == ([], 3)


def test_the_span_takes_what_happened_in_it_and_what_held_in_it(cast: Cast) -> None:
    by = cast.actor(cast.mei)
    appoint(cast)
    ended = enter(
        "appointments", cast.sub, by, role="compliance_staff", person=str(cast.wang.uid), from_on="2020-01-01",
    )  # fmt: skip
    registers.move(entry=ended, move="end", values={"to_on": "2023-06-30"}, version=1, by=by, reason="调任")
    train(cast.sub, by, topic="今年的培训")
    train(cast.sub, by, topic="去年的培训", on="2025-11-03")
    assert titles(made(cast)) == ["王敏 · 合规负责人", "今年的培训"]


def test_records_of_subsidiaries_and_strangers_stay_out(cast: Cast) -> None:
    train(cast.sub, cast.house, topic="路桥的培训")
    train(cast.grandchild, cast.house, topic="检测公司的培训")
    train(cast.stranger, cast.house, topic="松江的培训")
    assert titles(made(cast)) == ["路桥的培训"]


def test_files_keep_their_names_and_duplicates_are_packed_once(cast: Cast) -> None:
    by = cast.actor(cast.mei)
    appoint(cast, name="任命：王敏?.pdf")
    train(cast.sub, by, files=attach(LETTER, "同一份通知.pdf", by))
    train(cast.sub, by, topic="第二次", files=attach(LETTER + b" ", "CON.pdf", by))
    members = read(path_of(made(cast)))
    pdfs = [name for name in members if name.endswith(".pdf")]
    assert len(pdfs) == 2
    assert any(name.endswith("/任命：王敏_.pdf") for name in pdfs)
    assert any(name.endswith("/_CON.pdf") for name in pdfs)
    assert members[pdfs[0]] == LETTER


def test_a_file_that_is_gone_is_said_and_does_not_stop_the_archive(cast: Cast) -> None:
    appoint(cast)
    digest = Entry.objects.get(register="appointments").body.data["files"][0]["digest"]
    store.path_of(digest).unlink()
    archive = made(cast)
    manifest = manifest_of(archive)
    assert [one["sha256"] for one in manifest["absent"]] == [digest]
    assert archive.counted["posts"]["absent"] == 1
    assert checking.check(path_of(archive)).ok


def test_a_damaged_file_is_not_packed_as_if_it_were_whole(cast: Cast) -> None:
    appoint(cast)
    digest = Entry.objects.get(register="appointments").body.data["files"][0]["digest"]
    path = store.path_of(digest)
    path.chmod(0o600)
    path.write_bytes(b"something else")
    assert [one["sha256"] for one in manifest_of(made(cast))["absent"]] == [digest]
    path.unlink()


def test_the_workbook_of_a_register_holds_its_rows(cast: Cast) -> None:
    furnish(cast)
    members = read(path_of(made(cast)))
    name = next(one for one in members if one.endswith("培训台账.xlsx"))
    with zipfile.ZipFile(io.BytesIO(members[name])) as book:
        text = "".join(book.read(part).decode() for part in book.namelist() if part.endswith(".xml"))
    assert "反商业贿赂" in text


def test_the_history_tells_each_record_in_sentences(cast: Cast) -> None:
    by = cast.actor(cast.mei)
    entry = train(cast.sub, by)
    registers.update(entry=entry, values={"attended": 25}, version=1, by=by, reason="补签到")
    members = read(path_of(made(cast)))
    name = next(
        one for one in members if "培训台账" in one and one.endswith(".xlsx") and not one.endswith("培训台账.xlsx")
    )
    with zipfile.ZipFile(io.BytesIO(members[name])) as book:
        text = "".join(book.read(part).decode() for part in book.namelist() if part.endswith(".xml"))
    assert "补签到" in text
    assert "25" in text


def test_the_index_opens_without_a_server_and_leads_to_the_files(cast: Cast) -> None:
    from html.parser import HTMLParser
    from urllib.parse import unquote

    furnish(cast)
    train(cast.sub, cast.house, topic="<script>alert(1)</script>")
    members = read(path_of(made(cast)))
    page = next(content for name, content in members.items() if name.endswith(".html")).decode()
    links: list[str] = []

    class Links(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag != "script"
            links.extend(unquote(value) for name, value in attrs if name == "href" and value)

    Links().feed(page)
    assert links
    assert set(links) <= members.keys()


def test_versions_of_a_policys_text_are_put_away_with_it(cast: Cast) -> None:
    policy = enter("policies", cast.sub, cast.house, name="合规管理办法", mechanism="review", issued_on="2026-01-05")
    for number, state in ((1, "superseded"), (2, "in_force"), (3, "draft")):
        PolicyVersion.objects.create(
            unit=cast.sub, policy=policy.uid, number=number, state=state, title="合规管理办法", text=f"第一条 第{number}版。",
            drafted_by="Mei", recorded_at=clock.now(), by="Mei",
        )  # fmt: skip
    members = read(path_of(made(cast)))
    texts = [content.decode("utf-8-sig") for name, content in members.items() if name.endswith(".txt")]
    assert sum("第1版" in text for text in texts) == 1
    assert sum("第2版" in text for text in texts) == 1
    assert not any("第3版" in text for text in texts)


# --- counts and gaps ------------------------------------------------------------------------------------------------


def test_the_page_counts_files_late_entries_and_what_is_lacking(cast: Cast) -> None:
    furnish(cast)
    counted = {one.part.code: one for one in counting.count(cast.actor(cast.mei), cast.sub, YEAR)}
    assert (counted["posts"].rows, counted["posts"].files, counted["posts"].bare) == (1, 1, 0)
    assert (counted["training"].rows, counted["training"].bare, counted["training"].late) == (1, 1, 1)
    assert [[spec.code for spec in group] for group in counted["training"].lacking] == [["exams", "appraisals"]]
    assert [[spec.code for spec in group] for group in counted["lists"].lacking] == [["risk_list"], ["list_versions"]]


def test_counting_asks_the_same_number_of_questions_whatever_the_rows(cast: Cast) -> None:
    by = cast.actor(cast.mei)
    asked = []
    for count in (1, 9):
        for number in range(count):
            train(cast.sub, cast.house, topic=f"{count} {number}")
        with CaptureQueriesContext(connection) as found:
            counting.count(by, cast.sub, YEAR)
        asked.append(len(found))
    assert asked[0] == asked[1] <= 8


@pytest.mark.parametrize(("begins", "ends"), [("2026-05-01", "2026-04-30"), ("1990-01-01", "2026-01-01")])
def test_a_span_that_makes_no_sense_is_refused(begins: str, ends: str) -> None:
    with pytest.raises(Problem):
        Span(date.fromisoformat(begins), date.fromisoformat(ends))


def test_an_empty_span_makes_no_archive(cast: Cast) -> None:
    with pytest.raises(Problem, match=r"没有|no record"):
        made(cast)


def test_a_part_that_does_not_exist_is_refused(cast: Cast) -> None:
    furnish(cast)
    with pytest.raises(Problem) as refused:
        made(cast, codes=("nonsense",))
    assert refused.value.where == "parts"


def test_only_the_parts_chosen_go_in(cast: Cast) -> None:
    furnish(cast)
    assert titles(made(cast, codes=("training",))) == ["反商业贿赂"]


# --- whose it is ----------------------------------------------------------------------------------------------------


def test_a_department_officer_counts_his_department_and_makes_no_archive(cast: Cast) -> None:
    officer = access.create_account(username="du", name="Du", password=PASSWORD, by=cast.house)
    access.grant(
        user=officer,
        role="department_officer",
        unit=cast.department,
        by=cast.house,
        reason="t",
        from_on=date(2020, 1, 1),
    )
    enter("duty_logs", cast.sub, cast.house, **_log(cast, "别的部门的记录"))
    enter("duty_logs", cast.sub, cast.house, **_log(cast, "经营部的记录"), department=str(cast.department.uid))
    counted = counting.count(of_user(officer), cast.sub, YEAR)
    assert sum(one.rows for one in counted) == 1
    with pytest.raises((Denied, NotFound)):
        making.begin(unit=cast.sub, span=YEAR, by=of_user(officer))


def _log(cast: Cast, gist: str) -> dict[str, Any]:
    from guiju.registers import spec as specs

    values: dict[str, Any] = {}
    for item in specs.get("duty_logs").fields:
        if item.required and item.type == "choice":
            values[item.code] = item.options[0].code
    return {**values, "person": str(cast.wang.uid), "gist": gist, "done_on": "2026-03-02"}


def test_a_stranger_neither_makes_nor_takes_an_archive(cast: Cast) -> None:
    furnish(cast)
    archive = made(cast)
    tan = cast.actor(cast.tan)
    with pytest.raises(NotFound):
        making.begin(unit=cast.sub, span=YEAR, by=tan)
    with pytest.raises(NotFound):
        queries.find(tan, archive.uid)
    with pytest.raises(Denied):
        making.begin(unit=cast.sub, span=YEAR, by=cast.actor(cast.qian))
    assert queries.find(cast.actor(cast.lin), archive.uid) == archive


def test_an_auditor_makes_an_archive(cast: Cast) -> None:
    furnish(cast)
    access.grant(user=cast.ou, role="auditor", unit=cast.group, by=cast.house, reason="t", from_on=date(2020, 1, 1))
    assert checking.check(path_of(made(cast, by=of_user(cast.ou)))).ok


# --- in the background ----------------------------------------------------------------------------------------------


def test_the_same_archive_asked_for_twice_is_made_once(cast: Cast) -> None:
    furnish(cast)
    by = cast.actor(cast.mei)
    first = making.begin(unit=cast.sub, span=YEAR, by=by)
    assert making.begin(unit=cast.sub, span=YEAR, by=by) == first
    worker.drain()
    first.refresh_from_db()
    assert first.state == ArchiveState.READY
    assert checking.check(path_of(first)).ok
    assert Archive.objects.count() == 1


def test_a_making_that_died_begins_anew_and_leaves_nothing_behind(cast: Cast, settings: Any) -> None:
    furnish(cast)
    archive = making.begin(unit=cast.sub, span=YEAR, by=cast.actor(cast.mei))
    from pathlib import Path

    left = Path(settings.FILES_ROOT) / f"making-{archive.uid}-dead"
    left.mkdir(parents=True)
    (left / "archive.zip").write_bytes(b"half")
    worker.drain()
    assert not list(Path(settings.FILES_ROOT).glob("making-*"))
    archive.refresh_from_db()
    assert archive.state == ArchiveState.READY


def test_a_right_withdrawn_meanwhile_ends_the_making_with_its_reason(cast: Cast) -> None:
    furnish(cast)
    archive = making.begin(unit=cast.sub, span=YEAR, by=cast.actor(cast.mei))
    from guiju.access.models import Grant

    Grant.objects.filter(user=cast.mei).update(to_on=date(2020, 1, 2))
    worker.drain()
    archive.refresh_from_db()
    (found,) = queries.with_jobs([archive])
    assert found.state == ArchiveState.FAILED
    assert found.why
    assert Job.objects.get(unique_key=making.key(archive)).state == JobState.FAILED


def test_a_second_archive_of_the_same_span_is_another_one(cast: Cast) -> None:
    furnish(cast)
    one, other = made(cast), made(cast)
    assert one.manifest != other.manifest
    assert list(queries.of_unit(cast.actor(cast.mei), cast.sub)) == [other, one]
