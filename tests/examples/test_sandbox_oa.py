"""A contract in the sandbox: registered, submitted, refused, reviewed, sealed, and refused once its text has changed."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from guiju.review import webhooks
from guiju.review.models import Matter, PassUse
from tests.review.house import Reviewers, said

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "采购合同 总价三十万元".encode()


def post(url: str, fields: dict[str, Any], **headers: str) -> str:
    mark = uuid.uuid4().hex
    parts = []
    for name, value in fields.items():
        file = f'; filename="{value[0]}"' if isinstance(value, tuple) else ""
        data = value[1] if isinstance(value, tuple) else str(value).encode()
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
        parts.append(head.encode() + data + b"\r\n")
    body = b"".join([*parts, f"--{mark}--\r\n".encode()])
    request = Request(url, data=body, headers={"Content-Type": f"multipart/form-data; boundary={mark}", **headers})
    with urlopen(request) as answer:
        return answer.read().decode()


def registered(address: str, **more: Any) -> str:
    fields = {
        "number": "HT-1", "title": "办公设备采购", "party": "某某公司", "amount": "300000", "owner": "R1",
        "file": ("合同.txt", TEXT), **more,
    }  # fmt: skip
    return post(f"{address}/register", fields)


def sealing(address: str, by: str = "印章管理员 王芳") -> str:
    return post(f"{address}/c/HT-1/seal", {"by": by})


def test_nothing_is_sealed_before_it_was_reviewed_and_exactly_that_afterwards(
    them: Reviewers, office: tuple[str, Any]
) -> None:
    address, _here = office
    registered(address)
    assert "未用印（unknown）" in sealing(address)
    assert "审查中" in post(f"{address}/c/HT-1/submit", {})
    assert "未用印（under_review）" in sealing(address)
    row = said(them, said(them, Matter.objects.get(ref="HT-1"), "officer"), "staff")
    post(f"{address}/c/HT-1/file", {"file": ("合同.txt", TEXT.replace("三".encode(), "八".encode()))})
    assert "未用印（changed）" in sealing(address)
    post(f"{address}/c/HT-1/file", {"file": ("合同.txt", TEXT)})
    sealed = sealing(address)
    assert "印章管理员 王芳用印：" in sealed
    assert row.number in sealed
    assert PassUse.objects.get().digest == row.papers.get().digest
    assert "已经用过印" in sealing(address)


def test_what_was_returned_goes_back_with_another_text(them: Reviewers, office: tuple[str, Any]) -> None:
    address, _here = office
    registered(address)
    post(f"{address}/c/HT-1/submit", {})
    said(them, Matter.objects.get(ref="HT-1"), "officer", "revise", "请修改第五条。")
    post(f"{address}/c/HT-1/file", {"file": ("合同二稿.txt", TEXT + "二稿".encode())})
    assert "审查中" in post(f"{address}/c/HT-1/submit", {})
    assert Matter.objects.get(ref="HT-1").rounds == 2


def test_the_papers_on_the_other_party_go_along(them: Reviewers, office: tuple[str, Any]) -> None:
    address, here = office
    registered(address, owner="采莲", party_file=("资质.txt", "二级资质".encode()))
    assert "审查中" in post(f"{address}/c/HT-1/submit", {})
    papers = Matter.objects.get(ref="HT-1").papers.all()
    assert {(one.role, one.name) for one in papers} == {("text", "合同.txt"), ("party", "资质.txt")}
    assert [one.name for one in here.store.folder.rglob("*.upload")] == []


def test_what_was_vetoed_and_passed_later_is_seen(them: Reviewers, office: tuple[str, Any]) -> None:
    address, here = office
    registered(address)
    post(f"{address}/c/HT-1/submit", {})
    here.store.contracts["HT-1"].review["state"] = "vetoed"  # as it stood when somebody looked last
    row = said(them, said(them, Matter.objects.get(ref="HT-1"), "officer"), "staff")
    with urlopen(f"{address}/c/HT-1") as answer:
        assert f"{row.number} 已通过" in answer.read().decode()


def test_it_says_why_a_matter_was_not_taken(them: Reviewers, office: tuple[str, Any]) -> None:
    address, _here = office
    registered(address, owner="nobody")
    assert "未能送审" in post(f"{address}/c/HT-1/submit", {})


def test_a_page_of_another_site_moves_no_seal(office: tuple[str, Any]) -> None:
    address, _here = office
    registered(address, title="<script>alert(1)</script>")
    with pytest.raises(HTTPError) as refused:
        post(f"{address}/c/HT-1/seal", {"by": "印章管理员 王芳"}, Origin="http://evil.example")
    assert refused.value.code == 403
    refused.value.close()
    with urlopen(f"{address}/c/HT-1") as answer:
        assert "<script>" not in answer.read().decode()


def test_news_that_comes_late_does_not_undo_what_came_after_it(office: tuple[str, Any]) -> None:
    address, here = office
    registered(address)
    here.hook_secret = "whs_x"

    def news(version: int, state: str, matter: str = "m-1") -> str:
        said_ = {"id": str(version), "ref": "HT-1", "matter": matter, "version": version, "number": "1", "state": state}
        body = json.dumps(said_).encode()
        here.hear({"Guiju-Signature": webhooks.signature("whs_x", body, at=int(time.time()))}, body)
        return str(here.store.contracts["HT-1"].review["state"])

    assert news(5, "passed") == "passed"
    assert news(4, "in_review") == "passed"
    assert news(5, "returned") == "passed"  # the same message, taken once
    assert news(6, "void") == "void"
    assert news(1, "in_review", matter="m-2") == "in_review"
