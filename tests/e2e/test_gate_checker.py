"""The page that checks passes, opened from a file: no server, no network, no cryptography of the browser's own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Browser, Page, expect

from guiju.access.actor import system
from guiju.api import checker
from guiju.lib import clock
from guiju.review import actions, passes
from guiju.review.models import Matter, Pass
from tests.review import counterfeits
from tests.review.house import TEXT, Reviewers, paper, passed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.slow]

Check = Callable[..., str]
#: What an old browser does not have.
OLD = "Object.defineProperty(window.crypto, 'subtle', {value: undefined}); delete window.fetch"


@pytest.fixture
def row(them: Reviewers) -> Matter:
    return passed(them, papers=[paper(), paper(b"other", "party", "资信.txt")])


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    complaints: list[str] = []
    context = browser.new_context(offline=True, viewport={"width": 390, "height": 844})
    context.add_init_script(OLD)
    found = context.new_page()
    found.on("pageerror", lambda error: complaints.append(str(error)))
    found.on("request", lambda asked: complaints.append(asked.url) if not asked.url.startswith("file:") else None)
    yield found
    context.close()
    assert complaints == []


@pytest.fixture
def check(page: Page, tmp_path: Path) -> Check:
    """Save the page, open the file, put the document and the pass in, and read the answer."""

    def run(document: bytes, token: str, **files: dict[str, Any]) -> str:
        saved = tmp_path / "checker.html"
        if not saved.exists():
            saved.write_text(checker.page(), encoding="utf-8")
        (tmp_path / "document").write_bytes(document)
        page.goto(saved.as_uri())
        page.set_input_files("#document", str(tmp_path / "document"))
        page.fill("#pass", token)
        page.locator("details").evaluate("one => { one.open = true }")
        for name, said in files.items():
            (tmp_path / name).write_text(json.dumps(said), encoding="utf-8")
            page.set_input_files(f"#{name}-file", str(tmp_path / name))
        page.click("button")
        expect(page.locator("#answer")).to_be_visible()
        return str(page.locator("#answer").get_attribute("data-result"))

    return run


def test_it_tells_the_reviewed_document_from_every_other(row: Matter, check: Check, page: Page) -> None:
    token = row.passes.get().token
    assert check(TEXT, token) == "verified"
    expect(page.locator("#facts")).to_contain_text(row.number)
    expect(page.locator("#facts")).to_contain_text("办公设备采购合同")
    assert check(TEXT + b" ", token) == "changed"
    assert check(b"other", token) == "attachment"
    assert check(b"", token) == "changed"


def test_it_believes_no_pass_but_the_issuers(row: Matter, check: Check) -> None:
    token = row.passes.get().token
    head, body, _signature = token.split(".")
    claims = jwt.decode(token, options={"verify_signature": False})
    given = jwt.get_unverified_header(token)
    stranger = Ed25519PrivateKey.generate()
    assert check(TEXT, jwt.encode(claims, stranger, algorithm="EdDSA", headers=given)) == "forged"
    other = {**given, "kid": "x"}
    assert check(TEXT, jwt.encode(claims, stranger, algorithm="EdDSA", headers=other)) == "unknown_key"
    assert check(TEXT, f"{head}.{body}.{'A' * 86}") == "forged"
    assert check(TEXT, "not a pass") == "malformed"
    unsigned = jwt.encode(claims, "", algorithm="none", headers={"kid": given["kid"], "typ": passes.TYPE})
    assert check(TEXT, unsigned) == "unknown_key"
    assert check(TEXT, token, keys={"keys": []}) == "incomplete"


@pytest.mark.parametrize(
    "name",
    [
        "no signature", "public key as a secret", "key of its own under the issuer's id", "key id that is no text: None",
        "another kind of token", "last day twice", "deeply nested", "signature left out", "as an object", "far too long",
    ],
)  # fmt: skip
def test_it_refuses_what_the_gate_refuses(row: Matter, check: Check, name: str) -> None:
    wrong = counterfeits.all_of(row.passes.get().token, passes.known())[name]
    assert check(TEXT, wrong) in counterfeits.BAD


def test_it_knows_passes_that_ended(row: Matter, them: Reviewers, check: Check) -> None:
    token = row.passes.get().token
    assert check(TEXT, token) == "verified"
    actions.void(matter=row, reason="对方资质是伪造的", by=them.by("head"))
    assert check(TEXT, token, ended=passes.ended()) == "revoked"
    assert check(TEXT, token, ended={"list": token}) == "bad_list"


def test_it_knows_passes_whose_time_is_over(row: Matter, them: Reviewers, check: Check) -> None:
    with clock.simulate(clock.now() - timedelta(days=400)):
        Pass.objects.filter(matter=row).update(revoked_at=clock.now())
        old = passes.issue(row, by=them.by("head"), days=30)
    assert check(TEXT, old.token) == "expired"


def test_of_a_withdrawn_key_it_believes_only_what_its_issuer_names(
    them: Reviewers, check: Check, settings: Any, tmp_path: Path
) -> None:
    settings.KEYS = tmp_path / "keys"
    issued = passed(them, papers=[paper()]).passes.get()
    said = jwt.decode(issued.token, options={"verify_signature": False})
    forged, _key = passes.sign({**said, "title": "别的"})
    passes.withdraw(issued.key_id, reason="服务器被侵入", by=system("guiju"))
    assert check(TEXT, issued.token) == "verified"
    assert check(TEXT, forged) == "withdrawn_key"


def test_a_large_document_is_read_piece_by_piece(row: Matter, check: Check, page: Page) -> None:
    document = b"0123456789abcdef" * 600_000
    check(document, row.passes.get().token)
    expect(page.locator("#facts")).to_contain_text(hashlib.sha256(document).hexdigest())
