"""At the seal desk: does the pass hold, and is this the paper? By account, and by any phone that scans it."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from waitress.proxy_headers import proxy_headers_middleware

from guiju.commands import serve
from guiju.lib import clock
from guiju.review import actions, gate, shown
from guiju.review.models import Matter, Pass
from guiju.web.verify import guessing
from tests.conftest import Cast, english
from tests.review.house import TEXT, Reviewers, paper, passed, said, submitted
from tests.web.review.hands import client

pytestmark = pytest.mark.django_db

PAGE = "/verify/"
OTHER = b"papers on the other party"


@pytest.fixture(autouse=True)
def _nobody_has_tried_before() -> None:
    cache.clear()


@pytest.fixture
def held(them: Reviewers) -> Pass:
    return passed(them, papers=[paper(), paper(OTHER, "party", "资信.txt")]).passes.get()


@pytest.fixture
def clerk(cast: Cast) -> Client:
    """Somebody of another firm's staff who sees no review."""
    return english(cast.client(cast.tan))


def _file(text: bytes = TEXT, name: str = "合同.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text)


def _asks(browser: Client, *, status: int = 200, **sent: Any) -> str:
    answer = browser.post(PAGE, sent)
    assert answer.status_code == status, answer.content.decode()[:1500]
    return answer.content.decode()


def _scans(address: str, *, status: int = 200) -> str:
    answer = english(Client()).get(address)
    assert answer.status_code == status
    assert answer["Cache-Control"] == "private, no-store"
    return answer.content.decode()


def _address(row: Pass) -> str:
    return f"/pass/{row.code}/?m={shown.mark(row)}"


def test_the_qr_code_of_a_pass_opens_a_page_that_needs_no_account(cast: Cast, them: Reviewers, held: Pass) -> None:
    sheet = english(client(cast, them, "buyer")).get(reverse("review-pass", args=[held.matter.uid]))
    assert sheet.context["qr"]["path"]
    assert "http://testserver/pass/" in sheet.content.decode()
    page = _scans(_address(held))
    assert "This pass holds." in page
    assert held.matter.title in page
    assert held.matter.number in page
    assert held.token in page  # compared with a file on a page that works by itself


def test_a_short_code_alone_tells_whether_it_holds_and_nothing_else(held: Pass) -> None:
    page = _scans(f"/pass/{held.code.lower()}/")
    assert "This pass holds." in page
    assert held.matter.title not in page
    assert held.token not in page
    assert "no such" not in _scans("/pass/").lower()
    assert (
        english(Client()).get("/pass/", {"code": f"{held.code[:4]} {held.code[4:]}"})["Location"]
        == f"/pass/{held.code}/"
    )


def test_a_scanned_pass_that_nobody_issued_is_called_that(held: Pass) -> None:
    for address in (
        f"/pass/{held.code}/?m=AAAAAAAAAAAA",
        "/pass/ZZZZ9999/",
        "/pass/x/",
        "/pass/ZZZZ9999/?m=AAAAAAAAAAAA",
    ):
        page = _scans(address, status=404)
        assert "Do not seal" in page
        assert held.matter.number not in page


def test_the_phone_tells_what_has_happened_to_the_pass_since(them: Reviewers, held: Pass) -> None:
    with clock.simulate(clock.now() + timedelta(days=400)):
        assert "This pass has expired." in _scans(_address(held))
    gate.use(
        system="oa", ref=held.ref, digest=held.digests.get(role="text").digest, kind="seal", doing="YY-7", by=them.house
    )
    assert "Done on its ground already: Sealed" in _scans(_address(held))
    actions.void(matter=held.matter, reason="对方资质是伪造的", by=them.by("head"))
    page = _scans(_address(held))
    assert "This pass was withdrawn." in page
    assert "对方资质是伪造的" not in page  # why is for people of the firm
    assert "YY-7" not in page


def test_a_veto_on_the_same_number_stops_the_earlier_pass_on_the_phone_too(them: Reviewers, held: Pass) -> None:
    later = submitted(them, values={"title": "补充协议", "amount": "6000000", "form": {"party": "某某公司"}})
    for who in ("officer", "staff"):
        later = said(them, later, who)
    said(them, later, "head", "veto", "违反禁止性规定。")
    page = _scans(_address(held))
    assert "This pass does not hold." in page
    assert "veto" not in page


def test_a_condition_that_comes_first_is_told(them: Reviewers) -> None:
    row = said(them, submitted(them), "officer")
    day = (clock.today() + timedelta(days=9)).isoformat()
    conditions = [{"text": "取得授权书", "due_on": day, "before": True}]
    row = said(them, row, "staff", "conditions", "补授权书", conditions=conditions)
    page = _scans(_address(row.passes.get()))
    assert "This pass must wait for a condition." in page
    assert "取得授权书" not in page


def test_the_clerk_compares_the_papers_at_hand(clerk: Client, held: Pass) -> None:
    page = _asks(clerk, shown=f"{held.code[:4]} {held.code[4:]}", papers=[_file(), _file(OTHER, "资信.txt")])
    assert "The pass holds, and this is the text that was reviewed." in page
    assert "Unchanged, but an attachment" in page
    assert held.matter.title not in page  # the code alone does not tell what others had reviewed
    page = _asks(clerk, shown=held.token, papers=[_file(TEXT + b" ")])
    assert "This is not what was reviewed." in page
    assert "Do not seal" in page
    assert held.matter.title in page
    assert "attachments of the review only" in _asks(clerk, shown=held.code, papers=[_file(OTHER)])


def test_what_a_scanner_reads_and_the_file_of_the_pass_are_taken_too(clerk: Client, held: Pass) -> None:
    assert "This pass holds." in _asks(clerk, shown=f"http://guiju.example.cn{_address(held)}")
    page = _asks(clerk, **{"pass": _file(held.token.encode() + b"\n", "pass.jws")})
    assert held.matter.title in page


def test_who_sees_the_matter_is_led_to_it(cast: Cast, them: Reviewers, held: Pass) -> None:
    page = _asks(english(client(cast, them, "staff")), shown=held.code)
    assert reverse("review-one", args=[held.matter.uid]) in page
    assert held.matter.title in page


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "Nothing was given."),
        ({"shown": "ABC"}, "neither a short code nor the text"),
        ({"shown": "ZZZZ9999"}, "No such pass was issued here."),
        ({"shown": "a.b.c"}, "neither a short code nor the text"),
        ({"shown": "a" * 200 + ".b.c"}, "This is no review pass."),
        ({"pass": _file(TEXT, "合同.docx")}, "“合同.docx” is not the file of a pass."),
        ({"pass": _file(b"\xff\xfe" * 50_000, "pass.jws")}, "is not the file of a pass."),
        ({"pass": _file(b"", "pass.jws")}, "The file is empty."),
    ],
)  # fmt: skip
def test_what_is_no_pass_is_told_with_what_to_do(clerk: Client, held: Pass, sent: dict[str, Any], told: str) -> None:
    assert told in _asks(clerk, status=422, **sent)


def test_a_pass_that_was_changed_is_told_as_forged(clerk: Client, held: Pass) -> None:
    head, body, signature = held.token.split(".")
    assert "the pass was changed" in _asks(clerk, status=422, shown=f"{head}.{body}.{'A' * len(signature)}")


def test_papers_that_are_too_many_or_too_large_are_told_by_name(clerk: Client, held: Pass, settings: Any) -> None:
    settings.UPLOAD_LIMIT = 2**20
    page = _asks(clerk, status=413, shown=held.code, papers=[_file(), _file(b"0" * (2**20 + 1), "大合同.pdf")])
    assert "大合同.pdf" in page
    assert "The file is larger than 1 MB." in page
    assert held.code in page  # nothing typed is lost
    assert "At most 20 papers" in _asks(clerk, status=422, shown=held.code, papers=[_file()] * 21)


def test_who_tries_codes_is_stopped_and_who_scans_is_not(clerk: Client, held: Pass) -> None:
    for _attempt in range(guessing.MOST):
        _asks(clerk, status=422, shown="ZZZZ9999")
        _scans("/pass/ZZZZ9999/", status=404)
    assert "Wait ten minutes" in _asks(clerk, status=429, shown=held.code)
    assert "Wait ten minutes" in _scans("/pass/ZZZZ9998/", status=429)
    assert "This pass holds." in _scans(_address(held))


def test_a_colleague_behind_the_same_address_as_a_guesser_still_has_his_code_looked_at(held: Pass) -> None:
    for _attempt in range(guessing.MOST + 5):
        Client().get("/pass/ZZZZ9999/")
    assert "This pass holds." in _scans(f"/pass/{held.code}/")


def test_a_machine_that_tries_codes_is_answered_nothing_more(held: Pass) -> None:
    for _attempt in range(guessing.MOST_SHARED):
        guessing.missed("ip:127.0.0.1")
    assert english(Client()).get(f"/pass/{held.code}/").status_code == 429
    assert "This pass holds." in _scans(_address(held))
    assert english(Client(REMOTE_ADDR="203.0.113.7")).get(f"/pass/{held.code}/").status_code == 200


@pytest.mark.parametrize(
    ("forwarded", "who"),
    [
        ("203.0.113.7", "ip:203.0.113.7"), ("6.6.6.6, 203.0.113.7", "ip:203.0.113.7"),  # who asks may write the first
        ("203.0.113.7:40000", "ip:203.0.113.7"), ("[2001:db8:1:2::9]:443", "ip:2001:db8:1:2::/64"),
    ],
)  # fmt: skip
def test_behind_the_trusted_proxy_each_visitor_counts_for_himself(forwarded: str, who: str) -> None:
    seen: list[str] = []

    def application(environ: dict[str, Any], start: Any) -> list[bytes]:
        request = HttpRequest()
        request.META = environ
        seen.append(guessing.address(request))
        return []

    served = proxy_headers_middleware(
        application, trusted_proxy="127.0.0.1", trusted_proxy_headers=serve.FORWARDED, clear_untrusted=True,
        log_untrusted=False, logger=logging.getLogger("tests"),
    )  # fmt: skip
    asked = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": forwarded, "wsgi.url_scheme": "http",
             "SERVER_NAME": "guiju", "SERVER_PORT": "80", "REQUEST_METHOD": "GET"}  # fmt: skip
    served(asked, lambda *_args: None)
    served({**asked, "REMOTE_ADDR": "198.51.100.1"}, lambda *_args: None)  # a stranger is not believed
    assert seen == [who, "ip:198.51.100.1"]


def test_the_page_is_in_reach_where_passes_are_looked_at(cast: Cast, them: Reviewers, clerk: Client) -> None:
    assert clerk.get(PAGE).status_code == 200
    assert f'href="{PAGE}"' in english(client(cast, them, "buyer")).get("/review/").content.decode()
    assert Client().get(PAGE).status_code == 302


def test_a_pass_without_a_number_of_another_system_is_judged_by_its_paper(clerk: Client, them: Reviewers) -> None:
    row: Matter = passed(them, system="", ref="")
    assert "and this is the text" in _asks(clerk, shown=row.passes.get().code, papers=[_file()])
    assert re.search(r"This pass holds\.", _scans(_address(row.passes.get())))
