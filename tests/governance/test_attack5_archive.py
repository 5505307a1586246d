"""存档：多一个字节也看得出来；看不全一个单位的人，拿不走全单位的存档。"""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from guiju.access import actions as access
from guiju.access.actor import Actor, of_user
from guiju.access.models import Grant
from guiju.governance.archive import checking, making, queries
from guiju.governance.models import Archive
from guiju.lib.errors import NotFound, Problem
from guiju.trail import verify
from tests.conftest import Cast
from tests.governance.archive_house import YEAR, appoint, attach, enter, furnish, made, path_of, train
from tests.governance.policy_house import account

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(cast: Cast, tmp_path: Path) -> Path:
    furnish(cast)
    path = tmp_path / "存档.zip"
    path.write_bytes(path_of(made(cast)).read_bytes())
    return path


def codes(path: Path) -> set[str]:
    return {one.code for one in checking.check(path).findings}


def test_bytes_behind_the_end_of_an_archive_are_noticed(sealed: Path) -> None:
    assert not codes(sealed)
    with sealed.open("ab") as target:
        target.write("也请看这里".encode())
    assert codes(sealed)


def test_bytes_between_the_members_of_an_archive_are_noticed(sealed: Path, tmp_path: Path) -> None:
    """A reader that goes from front to back would find a member there which the directory does not name."""
    content = sealed.read_bytes()
    with zipfile.ZipFile(sealed) as archive:
        start = archive.start_dir
    hidden = tmp_path / "hidden.zip"
    with zipfile.ZipFile(hidden, "w") as other:
        other.writestr("extra.txt", "另一份")
        end = other.start_dir
    slipped = hidden.read_bytes()[:end]
    bad = tmp_path / "bad.zip"
    tail = bytearray(content[start:])
    at = tail.rfind(b"PK\x05\x06")
    tail[at + 16 : at + 20] = (start + len(slipped)).to_bytes(4, "little")
    bad.write_bytes(content[:start] + slipped + bytes(tail))
    with zipfile.ZipFile(bad) as archive:
        assert archive.testzip() is None
    assert codes(bad)


def one_unit_only(cast: Cast, role: str = "compliance_office") -> Actor:
    """Who keeps the company, but none of its departments."""
    user = access.create_account(username="solo", name="Solo", password="correct-horse-battery", by=cast.house)
    access.grant(user=user, role=role, unit=cast.sub, by=cast.house, reason="tests", with_subtree=False)
    return of_user(user)


def test_who_sees_the_company_without_its_departments_does_not_take_what_holds_them(cast: Cast) -> None:
    furnish(cast)
    train(cast.department, cast.actor(cast.mei), topic="部门内训")
    whole = made(cast)
    solo = one_unit_only(cast)
    assert Grant.objects.filter(user=solo.user, with_subtree=False).exists()
    with pytest.raises(NotFound):
        queries.find(solo, whole.uid)
    assert not queries.of_unit(solo, cast.sub).exists()
    with pytest.raises(Problem):
        making.begin(unit=cast.sub, span=YEAR, by=solo, background=False)


def test_principal_officer_employee_and_stranger_make_and_take_nothing(cast: Cast) -> None:
    furnish(cast)
    held = made(cast)
    others = [
        cast.actor(cast.qian), cast.actor(cast.tan), cast.actor(cast.ou),
        of_user(account("Emp", "employee", cast.sub, cast.house)),
        of_user(account("Dep", "department_officer", cast.department, cast.house)),
        of_user(account("Aud", "auditor", cast.stranger, cast.house)),
    ]  # fmt: skip
    for who in others:
        with pytest.raises(Problem):
            making.begin(unit=cast.sub, span=YEAR, by=who, background=False)
        with pytest.raises(NotFound):
            queries.find(who, held.uid)
    assert Archive.objects.count() == 1


def test_names_from_hostile_records_stay_inside_the_archive(cast: Cast) -> None:
    mei = cast.actor(cast.mei)
    appoint(cast, name="../../etc/passwd.pdf")
    enter(
        "trainings", cast.sub, mei, topic="=cmd|' /C calc'!A0 <script>alert(1)</script> ../..", held_on="2026-02-03",
        audience="all", files=attach(b"%PDF-1.4\nx\n%%EOF\n", "..\\..\\CON.pdf", mei),
    )  # fmt: skip
    path = path_of(made(cast))
    assert checking.check(path).ok
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if checking.is_unsafe(name)]
        page = next(name for name in archive.namelist() if name.endswith(".html"))
        assert b"<script>" not in archive.read(page)
        for name in archive.namelist():
            if name.endswith(".xlsx"):
                sheet = tmp_sheet(archive.read(name))
                assert "<f>" not in sheet


def tmp_sheet(content: bytes) -> str:
    from io import BytesIO

    with zipfile.ZipFile(BytesIO(content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/sheet"))


def test_the_trail_agrees_after_archives(cast: Cast) -> None:
    furnish(cast)
    made(cast)
    with pytest.raises(Problem):
        making.begin(unit=cast.stranger, span=YEAR, by=cast.actor(cast.mei), background=False)
    assert verify.run().ok
