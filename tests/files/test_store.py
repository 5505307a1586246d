"""Files are kept once, handed out without being believed, and checked."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guiju.files import store
from guiju.files.models import StoredFile
from guiju.lib.errors import NotFound, Problem
from guiju.trail import log
from tests.files import make

pytestmark = pytest.mark.usefixtures("root")


@pytest.mark.parametrize("form", ["bytes", "path", "upload", "stream"])
def test_a_file_is_kept_under_its_digest_whatever_form_it_comes_in(form, house, root, tmp_path: Path) -> None:
    (tmp_path / "in.pdf").write_bytes(make.PDF)
    source = {
        "bytes": make.PDF,
        "path": tmp_path / "in.pdf",
        "upload": SimpleUploadedFile("in.pdf", make.PDF),
        "stream": io.BytesIO(make.PDF),
    }[form]
    row = store.save(source, name="in.pdf", by=house)
    digest = hashlib.sha256(make.PDF).hexdigest()
    assert (row.digest, row.size) == (digest, len(make.PDF))
    assert (root / digest[:2] / digest[2:4] / digest).read_bytes() == make.PDF
    assert [path.name for path in root.rglob("*") if path.is_file()] == [digest]


def test_the_same_bytes_twice_are_one_file_and_one_event(house) -> None:
    first = store.save(make.PDF, name="a.pdf", by=house)
    assert store.save(make.PDF, name="b.pdf", by=house) == first
    assert StoredFile.objects.filter(digest=first.digest).count() == 1
    assert [line.action for line in log.history("file", first.digest)] == ["file.stored"]


def test_a_damaged_file_is_found_and_healed_by_storing_it_again(house) -> None:
    row = store.save(make.PDF, name="a.pdf", by=house)
    path = store.path_of(row.digest)
    path.chmod(0o640)
    path.write_bytes(make.PDF.replace(b"obj", b"OBJ"))
    assert [(damage.digest, bool(damage.what)) for damage in store.verify_all()] == [(row.digest, True)]
    with pytest.raises(Problem) as refusal:
        store.open_file(row.digest, verify=True)
    assert refusal.value.code == "file.changed"
    store.save(make.PDF, name="a.pdf", by=house)
    assert store.verify_all() == []
    with store.open_file(row.digest, verify=True) as file:
        assert file.read() == make.PDF


def test_a_missing_file_is_found(house) -> None:
    row = store.save(make.PDF, name="a.pdf", by=house)
    store.path_of(row.digest).unlink()
    assert [damage.digest for damage in store.verify_all()] == [row.digest]
    with pytest.raises(NotFound):
        store.open_file(row.digest)


@pytest.mark.parametrize("digest", ["../../etc/passwd", "", "A" * 64, "0" * 63])
def test_nothing_but_a_digest_opens_a_file(digest) -> None:
    with pytest.raises(NotFound):
        store.open_file(digest)


def test_a_file_is_handed_out_under_its_chinese_name_and_in_a_sandbox(house) -> None:
    row = store.save(make.PDF, name="a.pdf", by=house)
    answer = store.response(row, "合规报告 2026.pdf")
    assert answer["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E5%90%88%E8%A7%84%E6%8A%A5%E5%91%8A%202026.pdf"
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox;")
    assert b"".join(answer.streaming_content) == make.PDF
    answer.close()


@pytest.mark.parametrize(
    ("name", "data", "shown"),
    [("a.pdf", make.PDF, True), ("a.png", make.PNG, True), ("a.html", b"<b>x</b>", False), ("a.svg", b"<svg/>", False)],
    ids=["pdf", "png", "html", "svg"],
)
def test_only_pictures_and_pdf_are_ever_shown_in_the_browser(name, data, shown, house) -> None:
    row = store.save(data, name=name, by=house)
    answer = store.response(row, name, inline=True)
    assert answer["Content-Disposition"].startswith("inline") == shown
    answer.close()
