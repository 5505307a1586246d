"""One record, all documents."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from guiju.posture import queries
from tests.conftest import english
from tests.web.conftest import URN, Firm
from tests.web.posture.conftest import YEAR_OF_ACTION, Drive

PAGE = "/u/HD/crosswalk/"


def test_registers_stand_against_all_documents(drive: Drive) -> None:
    drive.runs()
    body = drive.firm.page(PAGE)
    assert drive.pack.title_en in body
    assert 'id="cw-bodies"' in body
    assert "registers serve more than one document" in body


def test_a_line_opens_to_the_requirements_of_every_document(drive: Drive) -> None:
    drive.runs()
    drive.firm.body()
    body = drive.firm.page(f"{PAGE}?register=bodies")
    opened = body[body.index('id="cwo-bodies"') :]
    assert f"/u/HD/posture/{URN}/A.1.1-m01/" in opened
    assert f"/u/HD/posture/{YEAR_OF_ACTION}/" in opened
    assert "gj-status--met" in opened
    assert "/r/bodies/?unit=HD" in opened


def test_the_opened_line_comes_alone_for_the_page_that_asks(firm: Firm) -> None:
    body = firm.page(f"{PAGE}?register=bodies&part=row")
    assert "<html" not in body
    assert 'id="cwo-bodies"' in body


def test_a_register_that_serves_nothing_opens_nothing(firm: Firm) -> None:
    assert "gj-crossed" not in firm.page(f"{PAGE}?register=nonsense&part=row")


def test_without_documents_there_is_nothing_to_cross(firm: Firm) -> None:
    body = english(firm.client("tan")).get("/u/SJ/crosswalk/").content.decode()
    assert "Nothing rests on records yet" in body


def test_the_crosswalk_asks_no_more_with_more_documents_and_records(
    drive: Drive, cost: Callable[[Client, str], int]
) -> None:
    client = drive.firm.client()
    few = cost(client, PAGE)
    drive.runs()
    drive.firm.body()
    assert cost(client, PAGE) <= few + 1 <= 22


def test_a_record_names_what_it_proves_document_by_document(drive: Drive) -> None:
    drive.runs()
    entry = drive.firm.body()
    proved = {proof.pack.title_en for proof in queries.proves(entry)}
    assert len(proved) == 2
    body = drive.firm.page(reverse("record-proofs", args=["bodies", entry.uid]))
    assert body.count("gj-proofs-of") == 2
    assert all(title in body for title in proved)
