"""The gate for programmes: one question before something is sealed, and no way round it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guiju.lib import clock
from guiju.review import actions, passes
from guiju.review.models import Matter, Pass, PassUse
from guiju.trail import verify
from tests.api.conftest import Caller, open_caller
from tests.conftest import Cast
from tests.review.house import Reviewers, office_system, paper, passed, reviewers, said, submitted

pytestmark = pytest.mark.django_db

REF = "HT-2026-001"
OTHER = "0" * 64


@pytest.fixture
def oa(cast: Cast) -> Caller:
    """The office system of the subsidiary: it submits and asks, and sees no register."""
    return office_system(cast)


@pytest.fixture
def strange(cast: Cast) -> Caller:
    """The office system of another firm."""
    return office_system(cast, cast.stranger, "OA2")


def digest_of(row: Matter) -> str:
    return row.papers.get(role="text", until_round__isnull=True).digest


def asked(caller: Caller, row: Matter, **more: Any) -> dict[str, Any]:
    words = {"system": "oa", "ref": REF, "digest": digest_of(row), **more}
    answer = caller.get("/gate?" + "&".join(f"{name}={value}" for name, value in words.items()))
    assert answer.status_code == 200, answer.content
    return answer.json()


def using(row: Matter, **more: Any) -> dict[str, Any]:
    return {"system": "oa", "ref": REF, "digest": digest_of(row), "kind": "seal", "doing": "YY-1", **more}


def test_what_was_reviewed_is_cleared_and_nothing_else(them: Reviewers, oa: Caller) -> None:
    row = passed(them)
    answer = asked(oa, row)
    assert (answer["cleared"], answer["code"], answer["number"]) == (True, "cleared", row.number)
    assert answer["pass"] == row.passes.get().code
    assert asked(oa, row, digest=OTHER)["code"] == "changed"
    assert asked(oa, row, ref="HT-9")["code"] == "unknown"
    assert asked(oa, row, system="erp")["code"] == "unknown"


def test_a_question_costs_few_queries(them: Reviewers, oa: Caller) -> None:
    row = passed(them)
    digest = digest_of(row)
    asked(oa, row, digest=digest)
    with CaptureQueriesContext(connection) as found:
        oa.get(f"/gate?system=oa&ref={REF}&digest={digest}")
    assert len(found) <= 4, [one["sql"][:120] for one in found]
    assert any("matter_ref" in str(step) for step in _plan(found[-2]["sql"]))


def _plan(sql: str) -> list[Any]:
    if connection.vendor != "sqlite":
        return ["matter_ref"]
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"))
        return list(cursor.fetchall())


def test_an_attachment_is_not_the_text_that_may_be_signed(them: Reviewers, oa: Caller) -> None:
    row = passed(them, papers=[paper(), paper(b"other party", "party", "资信.txt")])
    attached = row.papers.get(role="party").digest
    assert asked(oa, row, digest=attached)["code"] == "attachment"
    assert asked(oa, row)["cleared"]


def test_one_more_digit_or_letter_in_the_question_is_refused(oa: Caller) -> None:
    for query in ("system=oa&ref=1&digest=abc", f"system=&ref=1&digest={OTHER}", f"system=oa&digest={OTHER}", "x=1"):
        answer = oa.get(f"/gate?{query}")
        assert answer.status_code == 422, query
        assert answer["Content-Type"] == "application/problem+json"


def test_another_firm_learns_nothing_of_a_number(them: Reviewers, oa: Caller, strange: Caller) -> None:
    row = passed(them)
    known, unknown = asked(strange, row), asked(strange, row, ref="HT-NOWHERE")
    assert known == unknown
    assert known["code"] == "unknown"
    code = row.passes.get().code
    assert strange.get(f"/passes/{code}").json() == {
        **strange.get("/passes/ZZZZZZZZ").json(), "instance": f"/api/v1/passes/{code}",
    }  # fmt: skip
    assert oa.get(f"/passes/{code}").json()["token"].count(".") == 2
    foreign = asked(strange, row, shown=row.passes.get().token)
    assert (foreign["code"], foreign["number"]) == ("foreign", "")


def test_a_token_asks_only_for_its_own_unit(cast: Cast, them: Reviewers) -> None:
    row = passed(them)
    narrow = open_caller(cast.lin, cast.grandchild)
    assert asked(narrow, row)["code"] == "unknown"
    assert asked(open_caller(cast.lin, cast.group), row)["cleared"]
    assert open_caller(cast.lin, cast.group, scopes=["org:unit:view"]).get("/gate?system=oa").status_code == 403


def test_a_use_is_kept_once_and_told_twice_without_harm(them: Reviewers, oa: Caller) -> None:
    row = passed(them)
    first = oa.post("/gate/uses", using(row), Idempotency_Key="a").json()
    again = oa.post("/gate/uses", using(row), Idempotency_Key="b").json()
    assert first["use"]["uid"] == again["use"]["uid"]
    replayed = oa.post("/gate/uses", using(row, doing="YY-2"))
    assert (replayed.status_code, replayed.json()["code"]) == (409, "gate.used")
    assert PassUse.objects.count() == 1
    row.refresh_from_db()
    assert row.done_on == clock.today()
    assert verify.run().findings == []


def test_a_contract_is_sealed_once_and_paid_in_parts(them: Reviewers, oa: Caller) -> None:
    row = passed(them)
    for doing in ("FK-1", "FK-2", "FK-2"):
        assert oa.post("/gate/uses", using(row, kind="pay", doing=doing)).json()["use"]["doing"] == doing
    assert PassUse.objects.count() == 2


def test_what_was_done_stays_told_after_the_pass_has_ended(them: Reviewers, oa: Caller) -> None:
    row = passed(them)
    oa.post("/gate/uses", using(row))
    row.refresh_from_db()
    actions.void(matter=row, reason="对方资质是伪造的", by=them.by("head"))
    again = oa.post("/gate/uses", using(row)).json()
    assert (again["cleared"], again["code"], again["use"]["doing"]) == (False, "void", "YY-1")
    fresh = oa.post("/gate/uses", using(row, kind="pay", doing="FK-1")).json()
    assert (fresh["cleared"], fresh["use"]) == (False, None)


def test_a_shown_pass_that_was_forged_or_made_elsewhere_is_refused(them: Reviewers, oa: Caller) -> None:
    row = passed(them)
    token = row.passes.get().token
    head, body, signature = token.split(".")
    flipped = signature[:-2] + ("A" if signature[-2] != "A" else "B") + signature[-1]
    claims = jwt.decode(token, options={"verify_signature": False})
    stranger = Ed25519PrivateKey.generate()
    kid = jwt.get_unverified_header(token)["kid"]
    elsewhere = jwt.encode(claims, stranger, algorithm="EdDSA", headers={"kid": "other", "typ": passes.TYPE})
    disguised = jwt.encode(claims, stranger, algorithm="EdDSA", headers={"kid": kid, "typ": passes.TYPE})
    weak = jwt.encode(claims, "x" * 40, algorithm="HS256", headers={"kid": kid, "typ": passes.TYPE})
    for shown, code in (
        (f"{head}.{body}.{flipped}", "forged"), (elsewhere, "unknown_key"), (disguised, "forged"),
        (weak, "unknown_key"), ("a.b.c", "malformed"), ("ABCDEFGH", "foreign"),
    ):  # fmt: skip
        assert asked(oa, row, shown=shown)["code"] == code
        assert oa.post("/gate/uses", using(row, shown=shown)).json()["use"] is None
    assert asked(oa, row, shown=token)["cleared"]
    assert asked(oa, row, shown=row.passes.get().code.lower())["cleared"]


def test_a_pass_for_something_else_clears_nothing(them: Reviewers, oa: Caller) -> None:
    row = passed(them)
    other = passed(them, ref="HT-2026-002", values={"title": "另一份合同", "amount": "300000", "form": {"party": "乙"}})
    assert asked(oa, row, shown=other.passes.get().token)["code"] == "foreign"


def test_a_pass_of_a_matter_from_the_pages_counts_where_it_is_shown(
    them: Reviewers, oa: Caller, strange: Caller
) -> None:
    row = passed(them, system="", ref="")
    token = row.passes.get().token
    assert asked(oa, row)["code"] == "unknown"
    assert asked(oa, row, shown=token)["cleared"]
    assert asked(oa, row, shown=token, digest=OTHER)["code"] == "changed"
    assert asked(strange, row, shown=token)["code"] == "foreign"
    assert oa.post("/gate/uses", using(row, shown=token)).json()["use"]["doing"] == "YY-1"
    assert oa.post("/gate/uses", using(row, shown=token, doing="YY-2")).status_code == 409


def test_an_expired_pass_clears_nothing(them: Reviewers, oa: Caller) -> None:
    row = passed(them)
    token = row.passes.get().token
    with clock.simulate(clock.now() + timedelta(days=181)):
        late = open_caller(oa.token.user, them.unit)
        assert asked(late, row)["code"] == "expired"
        assert asked(late, row, shown=token)["code"] == "expired"
        assert late.post("/gate/uses", using(row)).json()["use"] is None


def test_a_later_veto_stops_what_an_earlier_pass_allowed(them: Reviewers, oa: Caller) -> None:
    row = passed(them, values={"title": "担保合同", "amount": "300000", "form": {"party": "某某公司"}})
    later = actions.again(matter=row, by=them.by("buyer"))
    assert asked(oa, row)["cleared"]
    later = said(them, actions.submit(matter=later, by=them.by("buyer")), "officer")
    assert asked(oa, row)["cleared"]
    later = said(them, later, "staff", "veto", "违反对外担保的禁止性规定。")
    assert asked(oa, row)["code"] == "suspended"


def test_of_two_texts_under_one_number_the_later_one_holds(them: Reviewers, oa: Caller) -> None:
    row = passed(them)
    later = actions.again(matter=row, by=them.by("buyer"))
    later = actions.change(
        matter=later, values={}, papers=[paper(b"second")], version=later.version, by=them.by("buyer")
    )
    later = said(them, said(them, actions.submit(matter=later, by=them.by("buyer")), "officer"), "staff")
    assert asked(oa, row)["code"] == "changed"
    assert asked(oa, later)["cleared"]
    assert Pass.objects.get(matter=row).revoked_at is not None
    assert asked(oa, row, shown=Pass.objects.get(matter=row).token)["code"] == "revoked"
    assert verify.run().findings == []


def test_two_units_with_the_same_numbers_do_not_stand_in_each_others_way(cast: Cast, them: Reviewers) -> None:
    row = passed(them)
    Matter.objects.create(
        unit=cast.grandchild, root=cast.group, kind="contract", title="同号合同", system="oa", ref=REF, state="refused",
        owner=cast.wang, recorded_at=clock.now(), by="tests",
    )  # fmt: skip
    group = open_caller(cast.lin, cast.group)
    assert asked(group, row)["cleared"]
    assert asked(group, row, unit="HD-01-A")["code"] == "refused"


def test_what_was_done_while_the_gate_was_away_is_told_later(them: Reviewers, oa: Caller, mei: Caller) -> None:
    row = passed(them)
    line = {"system": "oa", "ref": REF, "digest": digest_of(row), "at": clock.now().isoformat(), "went_on": True,
            "kind": "seal", "doing": "YY-1", "reason": "timed out"}  # fmt: skip
    lines = [
        {**line, "uid": str(uuid4())},
        {**line, "uid": str(uuid4()), "ref": "HT-NEVER", "doing": "YY-2"},
        {**line, "uid": str(uuid4()), "digest": OTHER, "went_on": False, "doing": "YY-3"},
    ]
    told = oa.post("/gate/unasked", {"unit": "HD-01", "entries": lines})
    assert told.status_code == 200, told.content
    assert [one["code"] for one in told.json()["items"]] == ["cleared", "unknown", "changed"]
    assert PassUse.objects.get().doing == "YY-1"
    again = oa.post("/gate/unasked", {"unit": "HD-01", "entries": lines}).json()
    assert again["items"] == told.json()["items"]
    assert mei.get("/gate/unasked").json()["count"] == 3
    assert oa.get("/gate/unasked").status_code == 403
    ahead = {**line, "uid": str(uuid4()), "at": (clock.now() + timedelta(hours=2)).isoformat()}
    assert oa.post("/gate/unasked", {"unit": "HD-01", "entries": [ahead]}).status_code == 422
    assert verify.run().findings == []


@pytest.mark.parametrize(
    "otherwise",
    [
        {"went_on": True}, {"ref": "HT-OTHER"}, {"digest": OTHER}, {"kind": "pay"}, {"doing": "YY-9"}, {"reason": "其他"},
        {"at": "2026-01-05T08:00:00+08:00"},
    ],
)  # fmt: skip
def test_a_line_of_a_journal_is_not_told_otherwise_afterwards(
    them: Reviewers, oa: Caller, mei: Caller, otherwise: dict[str, Any]
) -> None:
    line = {"uid": str(uuid4()), "system": "oa", "ref": REF, "digest": digest_of(passed(them)), "at": clock.now().isoformat(),
            "went_on": False, "kind": "seal", "doing": "YY-1", "reason": "timed out"}  # fmt: skip
    first = oa.post("/gate/unasked", {"unit": "HD-01", "entries": [line]})
    assert first.status_code == 200
    fresh = {**line, "uid": str(uuid4()), "doing": "YY-2"}
    answer = oa.post("/gate/unasked", {"unit": "HD-01", "entries": [fresh, {**line, **otherwise}]})
    assert (answer.status_code, answer.json()["code"]) == (409, "gate.told_otherwise")
    kept = mei.get("/gate/unasked").json()
    assert (kept["count"], kept["items"][0]["went_on"]) == (1, False)  # nothing else of that telling was kept either
    both = oa.post("/gate/unasked", {"unit": "HD-01", "entries": [fresh, {**fresh, "went_on": True}]})
    assert both.status_code == 409
    assert verify.run().findings == []


def test_keys_and_list_of_ended_passes_are_open_to_everybody(them: Reviewers, client: Client) -> None:
    row = passed(them)
    keys = client.get("/api/v1/gate/keys").json()
    said_ = passes.read(row.passes.get().token, keys)
    assert said_["papers"] == [{"role": "text", "sha256": digest_of(row)}]
    assert client.get("/api/v1/gate/revoked").json()["count"] == 0
    actions.void(matter=row, reason="对方资质是伪造的", by=them.by("head"))
    ended = client.get("/api/v1/gate/revoked").json()
    listed = passes.signed(ended["list"], keys, kind=passes.LIST_TYPE)
    assert [one[0] for one in listed["ended"]] == [str(row.passes.get().uid)]
    assert "伪造" not in json.dumps(listed, ensure_ascii=False)
    assert client.post("/api/v1/gate/keys").status_code == 405


def test_the_checker_runs_nothing_but_its_own_script(them: Reviewers, client: Client) -> None:
    passed(them)
    answer = client.get("/api/v1/gate/checker.html")
    assert answer.status_code == 200
    assert "script-src 'sha256-" in answer["Content-Security-Policy"]
    assert "http" not in answer.content.decode().split("<main>")[1].replace("http-equiv", "")


def test_what_is_under_review_is_not_cleared(them: Reviewers, oa: Caller) -> None:
    row = submitted(them)
    answer = asked(oa, row)
    assert (answer["cleared"], answer["code"], answer["pass"]) == (False, "under_review", "")


def test_an_address_is_told_only_if_the_administrator_allows_it(
    cast: Cast, mei: Caller, tan: Caller, oa: Caller, settings: Any
) -> None:
    body = {"unit": "HD-01", "url": "https://oa.example.cn/hook", "system": "oa"}
    refused = mei.post("/gate/hooks", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "hook.address")
    settings.WEBHOOK_HOSTS = ["oa.example.cn"]
    made = mei.post("/gate/hooks", body, Idempotency_Key="h")
    assert made.json()["secret"].startswith("whs_"), made.content
    assert mei.post("/gate/hooks", body, Idempotency_Key="h").json()["secret"] is None
    assert mei.post("/gate/hooks", body).json()["code"] == "hook.twice"
    assert oa.post("/gate/hooks", body).status_code == 403
    assert tan.get("/gate/hooks").json() == []
    url = f"/gate/hooks/{made.json()['uid']}"
    assert tan.get(f"{url}/deliveries").status_code == 404
    assert mei.get(f"{url}/deliveries").json() == []
    assert "secret" not in mei.get("/gate/hooks").json()[0]
    submitted(reviewers(cast))
    message = mei.get(f"{url}/deliveries").json()[0]
    again = f"/gate/deliveries/{message['uid']}/resend"
    assert (tan.post(again, {}).status_code, oa.post(again, {}).status_code) == (404, 403)
    assert mei.post(again, {}).json()["state"] == "waiting"
    assert mei.post(f"{url}/end", {"version": 9}).status_code == 409
    assert mei.post(f"{url}/end", {"version": 1}).json()["ended_at"] is not None
    assert verify.run().findings == []
