"""An archive that somebody sends, checked on a page: the verdict of `guiju verify`, and clear words for what is no archive."""

from __future__ import annotations

import json
import struct
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guiju.files.models import StoredFile
from guiju.governance.archive import checking, form
from guiju.lib.note import SigningKey
from guiju.web.verify import archivepage
from tests.conftest import Cast, english
from tests.governance.archive_house import furnish, made, path_of
from tests.governance.tampering import read, write

pytestmark = pytest.mark.django_db

PAGE = "/verify/archive/"


@pytest.fixture
def sealed(cast: Cast, tmp_path: Path) -> Path:
    furnish(cast)
    path = tmp_path / "存档.zip"
    path.write_bytes(path_of(made(cast)).read_bytes())
    return path


@pytest.fixture
def reader(cast: Cast) -> Client:
    """Somebody of another firm: whoever receives an archive may check it."""
    return english(cast.client(cast.tan))


def _hands(browser: Client, content: bytes, *, status: int = 200, **more: str) -> str:
    answer = browser.post(PAGE, {"file": SimpleUploadedFile("存档.zip", content), **more})
    assert answer.status_code == status, answer.content.decode()[:1500]
    return answer.content.decode()


def test_an_archive_of_this_installation_is_what_was_sealed(cast: Cast, reader: Client, sealed: Path) -> None:
    before = StoredFile.objects.count()
    page = _hands(reader, sealed.read_bytes())
    assert "The archive is what was sealed." in page
    assert "It was sealed with the key of this installation." in page
    assert cast.sub.name in page
    assert "whoever forges an archive" not in page  # the page has compared the fingerprint itself
    assert StoredFile.objects.count() == before


def test_a_changed_file_is_named_in_the_words_of_the_command(reader: Client, sealed: Path) -> None:
    members = read(sealed)
    name = next(one for one in members if one.endswith(".pdf"))
    members[name] += b" "
    bad = write(members, sealed.with_name("bad.zip"))
    page = _hands(reader, bad.read_bytes())
    assert "The archive is NOT what was sealed." in page
    for finding in checking.check(bad).findings:
        assert name in finding.text
        assert name in page


def test_an_archive_from_elsewhere_is_told_by_its_key(cast: Cast, reader: Client, sealed: Path) -> None:
    from guiju.trail.models import Log

    stranger = SigningKey.generate("elsewhere").verifier
    Log.objects.update(verifier_key=str(stranger))
    page = _hands(reader, sealed.read_bytes())
    assert "key of this installation" not in page
    assert "whoever forges an archive" in page
    own = json.loads(read(sealed)[form.MANIFEST])["log"]["verifier_key"]
    assert "The archive is what was sealed." in _hands(reader, sealed.read_bytes(), key=own)
    assert "sealed with another key" in _hands(reader, sealed.read_bytes(), key=str(stranger))
    assert "This is no public key" in _hands(reader, sealed.read_bytes(), key="ABC", status=422)


@pytest.mark.parametrize("content", [b"no archive at all", b"PK\x05\x06", b"PK\x03\x04" + bytes(200)])
def test_what_is_no_archive_is_told(reader: Client, cast: Cast, content: bytes) -> None:
    assert "The archive is NOT what was sealed." in _hands(reader, content)


def test_half_an_archive_is_told_as_cut_off(reader: Client, sealed: Path) -> None:
    whole = sealed.read_bytes()
    assert "cut off" in _hands(reader, whole[: len(whole) // 2])


def test_no_file_and_an_empty_one_are_told(reader: Client, cast: Cast) -> None:
    assert "No file was chosen." in reader.post(PAGE, {}).content.decode()
    assert "The file is empty." in _hands(reader, b"", status=422)


def test_what_is_too_large_is_told_with_the_way_on(
    reader: Client, sealed: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.UPLOAD_LIMIT = 2**19
    assert "guiju verify" in _hands(reader, bytes(2**20 + 1), status=413)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0", bytes(11 * 2**20))
    assert "unfolds to more" in _hands(reader, packed.getvalue(), status=413)


def test_a_table_of_contents_without_end_is_not_read(reader: Client, cast: Cast) -> None:
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0, 0)
    assert "unfolds to more" in _hands(reader, bytes(1000) + end, status=413)


def test_the_page_is_in_reach_of_the_archive_and_closed_to_strangers(cast: Cast, reader: Client) -> None:
    assert f'href="{PAGE}"' in cast.client(cast.mei).get("/u/HD-01/archive/").content.decode()
    assert reader.get(PAGE).status_code == 200
    assert Client().get(PAGE).status_code == 302
    assert archivepage.check.policy.signed_in  # type: ignore[attr-defined]
