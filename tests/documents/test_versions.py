"""Minutes are put to their meeting once; settled again they are added only when they say something else."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from guiju.documents import docx, versions
from guiju.documents.kinds import meeting_minutes
from guiju.documents.paper import Paper, Para
from guiju.files import store
from guiju.governance.meetings import actions
from guiju.org.models import Person
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from tests.conftest import Cast
from tests.governance.meeters import committee, decision, fresh, office, person, planned, seat, version, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def five(cast: Cast) -> list[Person]:
    """Wang and four others of the committee."""
    people = [cast.wang, *(person(cast, name, name) for name in ("赵一", "钱二", "孙三", "李四"))]
    body = committee(cast.sub, cast.house)
    for who, kind in zip(people, ("chair", "member", "member", "member", "secretary"), strict=True):
        seat(body, who, kind, cast.house)
    office(cast.sub, "compliance_head", people[1], cast.house)
    return people


@pytest.fixture
def meeting(cast: Cast, five: list[Person]) -> Entry:
    """A meeting whose minutes are settled, with their paper."""
    body = Entry.objects.select_related("unit", "body").get(register="bodies")
    made = planned(body, cast.sub, cast.house)
    settle(made, cast, **written(made, cast.wang, five[:4], minutes={"decisions": [decision(five[1])]}))
    return made


def settle(meeting: Entry, cast: Cast, **said: object) -> None:
    """Mei settles the minutes, as the page does."""
    mei = cast.actor(cast.mei)
    actions.settle(meeting=fresh(meeting), written=said, version=version(meeting), by=mei)
    meeting_minutes.attach(fresh(meeting), by=mei)


def again(meeting: Entry, cast: Cast, **said: object) -> None:
    """They are opened and settled once more."""
    actions.reopen(meeting=fresh(meeting), reason="补充", by=cast.actor(cast.mei))
    settle(meeting, cast, **said)


def names(meeting: Entry) -> list[str]:
    return [one["name"] for one in fresh(meeting).body.data["files"]]


def test_minutes_settled_again_without_a_change_are_there_once(cast: Cast, meeting: Entry) -> None:
    assert len(names(meeting)) == 1
    again(meeting, cast)
    again(meeting, cast)
    assert len(names(meeting)) == 1


def test_minutes_that_changed_are_added_as_the_next_version_and_the_first_stays(cast: Cast, meeting: Entry) -> None:
    (first,) = names(meeting)
    again(meeting, cast, minutes={"next_work": "年底前印发"})
    again(meeting, cast, minutes={"next_work": "年底前印发"})
    again(meeting, cast, minutes={"next_work": "明年一季度印发"})
    stem = first.removesuffix(".docx")
    assert names(meeting) == [first, f"{stem}（第2版）.docx", f"{stem}（第3版）.docx"]


def test_minutes_that_say_again_what_they_said_first_are_the_last_and_not_a_copy(cast: Cast, meeting: Entry) -> None:
    (first,) = names(meeting)
    again(meeting, cast, minutes={"next_work": "年底前印发"})
    again(meeting, cast, minutes={"next_work": ""})
    assert names(meeting) == [first.replace(".docx", "（第2版）.docx"), first]


def test_other_files_of_the_meeting_stay_beside_its_minutes(cast: Cast, meeting: Entry) -> None:
    mei = cast.actor(cast.mei)
    sheet = store.save(b"%PDF-1.4\nsign\n%%EOF\n", name="签到表.pdf", by=mei)
    now = fresh(meeting)
    files = [*now.body.data["files"], {"digest": sheet.digest, "name": "签到表.pdf", "size": sheet.size}]
    registers.update(entry=now, values={"files": files}, version=now.version, by=mei)
    again(meeting, cast)
    assert sorted(one.rpartition(".")[2] for one in names(meeting)) == ["docx", "pdf"]


def test_the_same_words_laid_out_otherwise_are_no_new_version(cast: Cast) -> None:
    paper = Paper(title="会议纪要", unit="甲公司").add(Para("同意印发。"))
    out, other = BytesIO(), BytesIO()
    docx.write(paper, to=out)
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(other, "w") as new:
        for item in old.infolist():
            new.writestr(item.filename, old.read(item))
    kept = store.save(other.getvalue(), name="会议纪要.docx", by=cast.house)
    held = [{"digest": kept.digest, "name": "会议纪要.docx", "size": kept.size}]
    assert versions.added(paper, held, by=cast.house) == held
    assert len(versions.added(paper.add(Para("散会。")), held, by=cast.house)) == 2


def test_a_version_whose_bytes_are_no_longer_kept_is_followed_by_the_next(cast: Cast) -> None:
    paper = Paper(title="会议纪要", unit="甲公司").add(Para("同意印发。"))
    held = [{"digest": "0" * 64, "name": "会议纪要.docx", "size": 1}]
    names = [one["name"] for one in versions.added(paper, held, by=cast.house)]
    assert names == ["会议纪要.docx", "会议纪要（第2版）.docx"]
