"""The words of stored files are read once and kept; what is wrong with a file is said, never raised."""

from __future__ import annotations

import pytest

from guiju.demo import stockfiles
from guiju.files import store, texts
from guiju.files.models import FileText, TextState
from guiju.jobs import worker
from guiju.lib.errors import NotFound
from tests.lib.extract import make

pytestmark = pytest.mark.usefixtures("root")


def stored(data: bytes, name: str, house) -> str:
    return store.save(data, name=name, by=house).digest


def test_a_file_is_read_once_and_its_words_are_kept(house) -> None:
    digest = stored(stockfiles.docx(make.RULE), "a.docx", house)
    first = texts.text_of(digest, name="a.docx")
    assert (first.state, first.text.splitlines()) == (TextState.READ, make.RULE)
    store.path_of(digest).unlink()
    again = texts.text_of(digest, name="another name.docx")
    assert (again.text, again.read_at) == (first.text, first.read_at)


@pytest.mark.parametrize(
    ("data", "name", "state"),
    [
        (stockfiles.scan(), "a.pdf", TextState.SCANNED),
        (stockfiles.locked_pdf(), "a.pdf", TextState.LOCKED),
        (b"%PDF-1.4 nothing", "a.pdf", TextState.BROKEN),
        (b"\x89PNG\r\n\x1a\n" + bytes(30), "a.png", TextState.NONE),
    ],
)
def test_what_cannot_be_read_says_why(house, data, name, state) -> None:
    assert texts.text_of(stored(data, name, house), name=name).state == state


def test_a_file_whose_bytes_are_gone_is_not_called_read(house) -> None:
    digest = stored(stockfiles.docx(make.RULE), "a.docx", house)
    store.path_of(digest).unlink()
    with pytest.raises(NotFound):
        texts.text_of(digest, name="a.docx")
    assert not FileText.objects.exists()


def test_files_are_read_later_by_a_job_and_a_lost_one_does_not_stop_it(house) -> None:
    names = ("a.docx", "b.pdf", "c.doc")
    written = (stockfiles.docx, stockfiles.pdf, stockfiles.doc)
    digests = [stored(write(make.RULE), name, house) for name, write in zip(names, written, strict=True)]
    store.path_of(digests[1]).unlink()
    texts.read_later(zip(digests, names, strict=True))
    worker.drain()
    assert set(FileText.objects.values_list("file_id", flat=True)) == {digests[0], digests[2]}
    texts.read_later(zip(digests, names, strict=True))
    assert worker.drain() == 1


def test_only_a_document_beyond_the_limits_is_called_cut(house) -> None:
    digest = stored(make.long_pdf(3_001), "a.pdf", house)
    words = texts.text_of(digest, name="a.pdf")
    assert (words.state, words.page_count, texts.is_cut(words)) == (TextState.READ, 3_001, True)
    short = texts.text_of(stored(make.long_pdf(3), "b.pdf", house), name="b.pdf")
    assert not texts.is_cut(short)
