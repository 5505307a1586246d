"""What may come in and what may not, and what the refusal says."""

from __future__ import annotations

import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guiju.files import store
from guiju.files.kinds import KINDS
from guiju.lib.errors import Problem
from tests.files import make

pytestmark = pytest.mark.usefixtures("root")

GOOD = {
    "培训签到.pdf": make.PDF,
    "照片.PNG": make.PNG,
    "制度.docx": make.docx(),
    "台账.xlsx": make.xlsx(),
    "旧表.xls": make.ole("Workbook"),
    "说明 Macros.doc": make.ole("WordDocument", text="How to use Macros and VBA"),
    "附件.zip": make.zipped({"a.pdf": make.PDF}),
    "名单.csv": "姓名,岗位\n王敏,经营部\n".encode("gb18030"),
    "MZ.csv": b"MZ001,x\n",
    "note.txt": "纪要".encode("utf-16"),
    "page.html": b"<script>alert(1)</script>",
    "sign.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
}

BAD = {
    ("empty.pdf", b""): "file.empty",
    ("setup.exe", b"MZ\x90\0"): "file.program",
    ("run.bat", b"del *.*"): "file.program",
    ("photo.png", b"MZ\x90\0"): "file.program",
    ("photo.jpg", b"\x7fELF\x02"): "file.program",
    ("contract.pdf", make.PNG): "file.disguised",
    ("contract.docx", make.zipped({"a.txt": b"x"})): "file.disguised",
    ("list.csv", b"a\0b\0"): "file.disguised",
    ("picture", make.PNG): "file.unknown_kind",
    ("disk.iso", b"CD001"): "file.unknown_kind",
    ("book.xlsm", make.xlsx()): "file.macro",
    ("letter.docx", make.docx(**{"word/vbaProject.bin": b"x"})): "file.macro",
    ("letter.docx", make.docx(**{"[content_types].xml": b"application/vnd.ms-word.document.macroEnabled"})): "file.macro",
    ("old.doc", make.ole("WordDocument", "Macros", "_VBA_PROJECT")): "file.macro",
    ("locked.xlsx", make.ole("EncryptedPackage")): "file.encrypted",
    ("bomb.zip", make.zipped({"a": b"\0" * (20 * 2**20)})): "file.bomb",
    ("many.zip", make.zipped({str(n): b"" for n in range(2_001)}, compression=zipfile.ZIP_STORED)): "file.bomb",
    ("cut.zip", make.zipped({"a.pdf": make.PDF})[:-10]): "file.broken",
    ("plain.xlsx", make.zipped({"a.txt": b"x"})): "file.not_xlsx",
    ("big.txt", b"x" * (2 * 2**20 + 1)): "file.too_big",
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_an_honest_file_is_taken_with_the_type_of_its_kind(name, house) -> None:
    row = store.save(GOOD[name], name=name, by=house)
    assert row.media_type == KINDS[name.rpartition(".")[2].lower()].media_type


@pytest.mark.parametrize(("name", "data"), BAD, ids=[f"{name}-{code}" for (name, _), code in BAD.items()])
def test_a_bad_file_is_refused_by_name_with_what_to_do(name, data, house, root) -> None:
    with pytest.raises(Problem) as refusal:
        store.save(data, name=name, by=house)
    assert refusal.value.code == BAD[name, data]
    assert refusal.value.where == name
    assert refusal.value.fix
    assert [path for path in root.rglob("*") if path.is_file()] == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.one_of(st.binary(max_size=200), st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail)),
    ending=st.sampled_from(sorted(KINDS)),
)
def test_no_bytes_whatever_bring_the_guard_down(data, ending, house) -> None:
    try:
        row = store.save(data, name=f"a.{ending}", by=house)
    except Problem:
        return
    with store.open_file(row.digest) as file:
        assert file.read() == data
