"""A document's text beside what became of it, and how the unit stands."""

from __future__ import annotations

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from guiju.access.actor import system
from guiju.packs import catalogue
from guiju.packs.models import Pack, PackText
from guiju.posture import actions
from tests.conftest import Cast, english
from tests.web.conftest import URN, Firm

TEXT = f"/packs/{URN}/text/"


def _page(cast: Cast, path: str, user: str = "lin") -> str:
    answer = english(cast.client(getattr(cast, user))).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_requirement_has_its_card_and_its_sentence(cast: Cast) -> None:
    body = _page(cast, TEXT)
    count = len(catalogue.requirements(catalogue.current(URN)))
    assert len(re.findall(r'id="r-\d+"', body)) == count
    assert len(re.findall(r'id="t-\d+"', body)) == count
    assert "企业制定某个机构作为企业合规最高领导机构（如合规管理委员会或者合规领导小组）" in body
    assert "Has the firm named one top compliance body" in body


def test_numbers_lead_to_and_fro_without_any_script(cast: Cast) -> None:
    body = _page(cast, TEXT)
    assert 'href="#r-7"' in body
    assert 'href="#t-7"' in body


def test_the_legend_says_how_often_and_filters(cast: Cast) -> None:
    body = _page(cast, TEXT)
    assert '<a href="?show=no_duty"' in body
    assert "Not marked yet" not in body
    only = _page(cast, TEXT + "?show=definition")
    assert "本标准适用于中小微企业自身开展" in only
    assert "企业制定某个机构作为企业合规最高领导机构" not in only
    assert 'aria-current="true"' in only


def test_words_that_ask_nothing_say_why(cast: Cast) -> None:
    body = _page(cast, TEXT + "?show=no_duty")
    assert "Purpose: what the document is for" in body
    assert "the small word behind each says why" in body


def test_the_draft_says_that_it_is_one(cast: Cast) -> None:
    assert "Consultation draft" in _page(cast, TEXT)


def test_a_unit_that_has_adopted_it_sees_how_it_stands(firm: Firm) -> None:
    body = firm.page(f"/u/HD/posture/{URN}/text/")
    assert f"/u/HD/posture/{URN}/A.1.1-m01/" in body
    assert "gj-card--unmet" in body
    chosen = firm.page(f"/u/HD/posture/{URN}/text/?status=unmet")
    assert len(re.findall("gj-card--unmet", chosen)) == len(re.findall("gj-card--unmet", body))
    assert len(re.findall('id="r-', chosen)) < len(re.findall('id="r-', body))


def test_a_unit_that_has_not_adopted_it_sees_the_text_and_a_calm_sentence(firm: Firm) -> None:
    body = firm.page(f"/u/SJ/posture/{URN}/text/", "tan")
    assert "has not adopted this document" in body
    assert "gj-card--unmet" not in body
    assert "/A.1.1-m01/" not in body


def test_the_text_is_read_by_who_may_read_documents_only(cast: Cast) -> None:
    assert cast.client(cast.ou).get(TEXT).status_code == 403
    assert cast.client(cast.tan).get(f"/u/HD/posture/{URN}/text/").status_code == 404


def test_a_document_without_text_says_so(cast: Cast) -> None:
    PackText.objects.filter(pack__urn=URN).delete()
    assert "This document comes without its text" in _page(cast, TEXT)


def test_the_forms_of_a_document_are_tables_that_lead_to_their_requirements(cast: Cast) -> None:
    body = _page(cast, "/packs/cn:cq-sasac:2023-7/text/")
    assert "gj-beside-table" in body
    assert re.search(r'<th scope="col"><span class="gj-words gj-words--form"', body)
    assert re.search(r'<a class="gj-tag gj-tag--form" href="#r-\d+"', body)


def test_a_longer_document_asks_the_database_no_more(firm: Firm) -> None:
    """69 requirements or 338: hardly more questions than the head of the sheet, whose answers these are."""
    short = "cn:samr:platform-draft"
    actions.adopt(unit=firm.cast.group, pack=catalogue.current(short), by=system("guiju"))
    counts = {}
    for urn in (URN, short):
        for page in ("text/", ""):
            firm.page(f"/u/HD/posture/{urn}/{page}")
            with CaptureQueriesContext(connection) as asked:
                firm.page(f"/u/HD/posture/{urn}/{page}")
            counts[urn, page] = len(asked)
    # A document that asks about sizes and headcounts reads those too.
    assert abs(counts[URN, "text/"] - counts[short, "text/"]) <= 3
    assert all(counts[urn, "text/"] <= counts[urn, ""] + 2 for urn in (URN, short))


def test_another_version_than_the_adopted_one_shows_no_answers(firm: Firm) -> None:
    adopted = catalogue.current(URN)
    Pack.objects.filter(pk=adopted.pk).update(is_current=False)
    newer = Pack.objects.create(
        urn=URN, version="99", title=adopted.title, document_status="draft", header=adopted.header, digest="x",
        is_current=True, loaded_at=adopted.loaded_at,
    )  # fmt: skip
    PackText.objects.create(pack=newer, text="团体标准", spans=[], marks=[], forms=[])
    catalogue.forget()
    try:
        body = firm.page(TEXT)
        assert f"answers to version {adopted.version}, not to this one" in body
        assert f"/u/HD/posture/{URN}/text/" in body
    finally:
        catalogue.forget()
