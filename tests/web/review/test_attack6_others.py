"""Other people's reviews: every address of the pages and of the API, for everybody whom they do not concern."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from guiju.access import actions as accounts
from guiju.access.models import User
from guiju.lib import clock
from guiju.org import actions as org
from guiju.review import actions, keeping
from guiju.review.leaks import looking
from guiju.review.models import LeakFinding, Matter
from guiju.web.review.moves import MOVES
from guiju.workflow.routes import standing
from tests.api.conftest import ALL, Caller, open_caller
from tests.conftest import Cast
from tests.governance.policy_house import account
from tests.review.house import Reviewers, drafted, passed, said, submitted
from tests.review.test_leaks_actions import contract
from tests.web.review.hands import file, fresh

pytestmark = pytest.mark.django_db


def _browser(user: User | None) -> Client:
    browser = Client(raise_request_exception=False)
    if user is not None:
        browser.force_login(user)
    return browser


def _pages(row: Matter) -> list[str]:
    digest = row.papers.first().digest  # type: ignore[union-attr]
    one = [("review-one", ()), ("review-edit", ()), ("review-people", ()), ("review-pass", ()), ("review-pass-token", ()),
           ("review-opinion", ()), ("review-opinion-file", ()), ("review-paper", (digest, "a.txt"))]  # fmt: skip
    return [reverse(name, args=[row.uid, *more]) for name, more in one]


def _of_unit(code: str, finding: LeakFinding) -> list[str]:
    run = finding.run
    named = [reverse(name, args=[code]) for name in ("review-unit", "review-routes", "review-leaks")]
    return [
        *named, f"{reverse('review-leaks', args=[code])}?run={run.uid}",
        reverse("review-leaks-file", args=[code, run.uid]), reverse("review-leaks-merged", args=[code, run.uid]),
        reverse("review-leak", args=[code, finding.uid]),
    ]  # fmt: skip


def _strangers(cast: Cast, them: Reviewers) -> dict[str, User]:
    """A stranger's officer, nobody, an officer of a company below, colleagues of another department, a reader of it."""
    other = org.create_unit(code="HD-01-D2", name="财务部", kind="department", parent=cast.sub, by=cast.house)
    found = {"tan": cast.tan, "ou": cast.ou}
    for login, role, where in (
        ("Below", "compliance_office", cast.grandchild), ("Beside", "department_officer", other),
        ("Bring", "business", cast.department), ("Read", "reader", other), ("Oa2", "gateway", cast.sub),
        ("Empl", "employee", cast.sub), ("Sec", "security_admin", cast.group),
    ):  # fmt: skip
        found[login] = account(login, role, where, cast.house)
    return found


def _finding(them: Reviewers) -> LeakFinding:
    contract(them, "HT-77", name="办公楼租赁合同", party="某某物业")
    run = looking.look(unit=them.unit, period="12m", by=them.by("staff"))
    return LeakFinding.objects.select_related("run").get(run=run)


def test_no_page_shows_anything_to_who_has_no_part_in_it(cast: Cast, them: Reviewers) -> None:
    row = passed(them)
    finding = _finding(them)
    for name, user in _strangers(cast, them).items():
        browser = _browser(user)
        for url in _pages(row):
            assert browser.get(url).status_code == 404, (name, url)
        for move in MOVES:
            assert browser.post(reverse("review-do", args=[row.uid, move]), {"reason": "x"}).status_code == 404, (
                name,
                move,
            )
        for url in _of_unit(cast.sub.code, finding):
            answer = browser.get(url)
            sees_department = name in {"Beside", "Read"} and url.endswith(("/review/", "/routes/"))
            assert answer.status_code in ({200} if sees_department else {403, 404}), (name, url)
            assert row.title not in answer.content.decode(), (name, url)
        assert row.title not in browser.get(reverse("review-mine") + "?tab=all").content.decode(), name
    assert fresh(row).version == row.version


def test_nobody_is_let_in_without_signing_in(cast: Cast, them: Reviewers) -> None:
    row = passed(them)
    finding = _finding(them)
    browser = _browser(None)
    for url in [*_pages(row), *_of_unit(cast.sub.code, finding), reverse("review-mine"), reverse("review-standing")]:
        answer = browser.get(url)
        assert answer.status_code in {302, 401}, url
        assert row.title not in answer.content.decode()
    for move in MOVES:
        assert browser.post(reverse("review-do", args=[row.uid, move])).status_code in {302, 401, 403}
    for path in _paths(row, finding):
        assert browser.get(f"/api/v1{path}").status_code == 401, path


def _paths(row: Matter, finding: LeakFinding) -> list[str]:
    digest = row.papers.first().digest  # type: ignore[union-attr]
    code = row.unit.code
    return [
        f"/reviews/{row.uid}", f"/reviews/{row.uid}/papers/{digest}", f"/reviews/{row.uid}/opinion",
        f"/reviews/{row.uid}/opinion?format=docx", f"/passes/{row.passes.get().code}", f"/leaks/{finding.run.uid}",
        f"/leaks/{finding.run.uid}/findings", f"/units/{code}/leaks", f"/units/{code}/review-route",
        f"/units/{code}/review-route/versions", f"/units/{code}/review-route/trial?kind=contract",
        f"/reviews?unit={code}",
    ]  # fmt: skip


_POSTS = ("submit", "withdraw", "again", "opinions", "seats", "counsel", "veto-report", "veto-taken-back", "veto-lifted",
          "adoption", "void", "escalation")  # fmt: skip
_BODY: dict[str, Any] = {
    "opinions": {"stand": "agree"}, "seats": {"person": "R3", "reason": "x"}, "counsel": {"name": "x", "reason": "x"},
    "veto-report": {"receiver": "R6"}, "veto-lifted": {"resolution": str(uuid.uuid4())}, "adoption": {"adopted": True},
    "withdraw": {"reason": "x"}, "void": {"reason": "x"}, "veto-taken-back": {"reason": "x"},
    "escalation": {"reason": "x"},
}  # fmt: skip


def _same(caller: Caller, method: str, real: str, guessed: str, body: Any = None) -> None:
    """What exists and is not theirs answers like what does not exist."""
    first, second = caller.ask(method, real, body), caller.ask(method, guessed, body)
    assert first.status_code == second.status_code in {403, 404}, (real, first.status_code, second.status_code)
    said = [one.json() | {"instance": "", "request_id": ""} for one in (first, second)]
    assert {name: one for name, one in said[0].items() if name != "trace"} == said[1], real


def test_no_token_of_another_unit_learns_that_a_matter_exists(cast: Cast, them: Reviewers) -> None:
    row = passed(them)
    finding = _finding(them)
    guess, digest = uuid.uuid4(), row.papers.get().digest
    callers = {name: user for name, user in _strangers(cast, them).items() if name not in {"ou", "Empl", "Read"}}
    where = {"tan": cast.stranger, "Below": cast.grandchild}
    for name, user in callers.items():
        unit = where.get(name) or accounts_unit(user)
        scopes = [one for one in ALL if one in _held(user)]
        caller = open_caller(user, unit, scopes=scopes)
        for path in ("", "/opinion", f"/papers/{digest}"):
            _same(caller, "GET", f"/reviews/{row.uid}{path}", f"/reviews/{guess}{path}")
        for step in _POSTS:
            body = {"version": row.version, **_BODY.get(step, {})}
            _same(caller, "POST", f"/reviews/{row.uid}/{step}", f"/reviews/{guess}/{step}", body)
        _same(caller, "GET", f"/leaks/{finding.run.uid}", f"/leaks/{guess}")
        _same(caller, "POST", f"/leaks/findings/{finding.uid}/aside", f"/leaks/findings/{guess}/aside", {"reason": "x"})
        if name != "Oa2":  # it asks the gate for this very unit
            _same(caller, "GET", f"/passes/{row.passes.get().code}", "/passes/ZZZZZZZZ")
        listed = caller.get("/reviews?q=办公")
        assert listed.status_code == 200, (name, listed.content)
        assert listed.json()["items"] == [], name
    assert fresh(row).version == row.version


def accounts_unit(user: User) -> Any:
    return user.grants.select_related("unit").first().unit


def _held(user: User) -> set[str]:
    from guiju.access.roles import ROLES

    return {one.value for grant in user.grants.all() for one in ROLES[grant.role].permissions}


def test_a_token_that_only_looks_takes_no_step(cast: Cast, them: Reviewers) -> None:
    row = submitted(them)
    looking_only = open_caller(them.officer, them.unit, scopes=["review:matter:view"])
    for step in _POSTS:
        body = {"version": row.version, **_BODY.get(step, {})}
        assert looking_only.post(f"/reviews/{row.uid}/{step}", body).status_code == 403, step
    submits = open_caller(them.officer, them.unit, scopes=["review:matter:submit"])
    assert submits.post(f"/reviews/{row.uid}/opinions", {"stand": "agree", "version": row.version}).status_code == 404
    assert fresh(row).version == row.version


def test_papers_of_one_matter_are_not_fetched_through_another(cast: Cast, them: Reviewers) -> None:
    from tests.review.house import paper

    other = drafted(them, ref="2", papers=[paper("机密".encode())])
    mine = account("Wai", "business", cast.department, cast.house)
    org.add_person(unit=cast.sub, department=cast.department, name="外人", number="R90", user=mine, by=cast.house)
    own = actions.draft(
        unit=cast.sub, department=cast.department, kind="other", papers=[paper(b"1")], values={"title": "自己的"},
        by=cast.actor(mine),
    )  # fmt: skip
    url = reverse("review-paper", args=[own.uid, other.papers.get().digest, "a.txt"])
    assert _browser(mine).get(url).status_code == 404
    caller = open_caller(mine, cast.sub, scopes=["review:matter:submit"])
    assert caller.get(f"/reviews/{own.uid}/papers/{other.papers.get().digest}").status_code == 404
    shown = caller.get(f"/reviews/{own.uid}/papers/{own.papers.get().digest}")
    assert b"".join(shown.streaming_content) == b"1"


def test_a_deputy_is_let_in_for_his_days_only(cast: Cast, them: Reviewers) -> None:
    row = submitted(them)
    user = account("Wai", "employee", cast.sub, cast.house)
    deputy = org.add_person(unit=cast.sub, name="外人", number="R90", user=user, by=cast.house)
    today = clock.today()
    for start, end, status in ((1, 3, 404), (0, 0, 200)):
        held = standing.give(
            giver=them.person("officer"), taker=deputy, starts_on=today + timedelta(days=start),
            ends_on=today + timedelta(days=end), reason="休假", by=them.by("officer"),
        )  # fmt: skip
        assert _browser(user).get(reverse("review-one", args=[row.uid])).status_code == status
    standing.end(delegation=held.uid, by=them.by("officer"))
    assert _browser(user).get(reverse("review-one", args=[row.uid])).status_code == 404
    answer = _browser(user).post(reverse("review-do", args=[row.uid, "speak"]), {"stand": "agree"})
    assert answer.status_code == 404


def test_who_steps_aside_and_sees_it_no_more_lands_on_his_own_list(cast: Cast, them: Reviewers) -> None:
    row = submitted(them)
    user = account("Wai", "employee", cast.sub, cast.house)
    somebody = org.add_person(unit=cast.sub, name="外人", number="R90", user=user, by=cast.house)
    row = actions.add(matter=row, person=somebody, reason="请会签", by=them.by("officer"))
    seat = keeping.last_run(row).seats.get(person=somebody)  # type: ignore[union-attr]
    browser = _browser(user)
    answer = browser.post(
        reverse("review-do", args=[row.uid, "recuse"]), {"seat": seat.uid, "reason": "亲属任职", "version": row.version}
    )
    assert (answer.status_code, answer["Location"]) == (302, reverse("review-mine"))
    assert browser.get(reverse("review-one", args=[row.uid])).status_code == 404


def test_who_has_to_meet_a_condition_finds_the_matter(cast: Cast, them: Reviewers) -> None:
    user = account("Wai", "employee", cast.sub, cast.house)
    somebody = org.add_person(unit=cast.sub, name="外人", number="R90", user=user, by=cast.house)
    row = said(them, submitted(them), "officer")
    told = [{"text": "补签保密协议", "due_on": clock.today(), "owner": somebody}]
    row = said(them, row, "staff", "conditions", "先补", conditions=told)
    browser = _browser(user)
    assert browser.get(reverse("review-one", args=[row.uid])).status_code == 200
    sent = {"condition": row.conditions.get().uid, "proof": "已签", "version": row.version}
    assert browser.post(reverse("review-do", args=[row.uid, "claim"]), sent).status_code == 302


def test_what_is_exported_is_exported_by_who_may_there(cast: Cast, them: Reviewers) -> None:
    """A reader of this company, who may export in another one."""
    row, finding = passed(them), _finding(them)
    user = account("Two", "reader", cast.sub, cast.house)
    accounts.grant(user=user, role="auditor", unit=cast.stranger, by=cast.house, reason="tests")
    browser = _browser(user)
    assert browser.get(reverse("review-leaks", args=[cast.sub.code])).status_code == 200
    assert browser.get(reverse("review-one", args=[row.uid])).status_code == 200
    for url in (
        reverse("review-leaks-file", args=[cast.sub.code, finding.run.uid]),
        reverse("review-opinion-file", args=[row.uid]),
    ):
        assert browser.get(url).status_code == 403, url


def test_the_names_of_others_are_not_read_off_a_form_that_was_refused(cast: Cast, them: Reviewers) -> None:
    stranger = org.add_person(unit=cast.stranger, name="松江某人", by=cast.house)
    answer = _browser(them.buyer).post(reverse("review-standing"), {"giver": stranger.uid, "taker": stranger.uid})
    assert "松江某人" not in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("合同.html", b"<html><script>alert(1)</script></html>"),
        ("合同.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("合同.txt", b"<html><script>alert(1)</script></html>"),
        ("合同.pdf", b"<html><script>alert(1)</script></html>"),
        ("空.txt", b""),
        ("合同.exe", b"MZ\x00"),
        ("x" * 400 + ".txt", b"text"),
        ("\u202etxt.exe", b"MZ\x00"),
        ("a/../../b.txt", b"text"),
        ("a?b#c%2F.txt", b"text"),
    ],
)
def test_no_paper_does_anything_in_the_browser_of_who_opens_it(them: Reviewers, name: str, data: bytes) -> None:
    browser = _browser(them.buyer)
    sent = {"title": "事项", "papers-text": file(data, name)}
    answer = browser.post(reverse("review-new-kind", args=[them.department.code, "other"]), sent)
    assert answer.status_code in {302, 422}, answer.content.decode()[:500]
    if answer.status_code == 422:
        return
    row = Matter.objects.get(title="事项")
    held = row.papers.get()
    shown = browser.get(reverse("review-one", args=[row.uid]))
    assert shown.status_code == 200
    opened = browser.get(reverse("review-paper", args=[row.uid, held.digest, held.name]))
    assert b"".join(opened.streaming_content) == data
    assert opened.status_code == 200
    assert opened["Content-Disposition"].startswith("attachment")
    assert opened["X-Content-Type-Options"] == "nosniff"
    assert "\u202e" not in held.name


def test_a_form_of_a_route_with_nonsense_in_it_is_refused_and_shown_again(them: Reviewers) -> None:
    browser = _browser(them.head)
    sent = {
        "r0-name": "行", "r0-kinds": "nothing", "r0s0-name": "步", "r0s0-part": "compliance", "r0s0-people": "abc",
        "r0s0-days": "2", "version": "0",
    }  # fmt: skip
    answer = browser.post(reverse("review-routes-edit", args=[them.unit.code]), sent)
    assert answer.status_code == 422
    answer = browser.post(reverse("review-routes-edit", args=[them.unit.code]), {**sent, "act": "row-0-add"})
    assert answer.status_code == 200


def test_broken_bodies_are_refused_by_the_api_and_never_a_fault(cast: Cast, them: Reviewers) -> None:
    caller = open_caller(them.staff, them.unit)
    row = submitted(them)

    def paper() -> io.BytesIO:
        found = io.BytesIO(b"text")
        found.name = "a.txt"
        return found

    for matter in (
        "{",
        "[]",
        "null",
        '"x"',
        "{}",
        '{"unit": 1}',
        '{"unit":"HD-01","kind":"x","title":"x"}',
        "\x00",
        "[" * 3000,
    ):
        answer = caller.upload("/reviews/brought", {"matter": matter, "file": [paper()]})
        assert answer.status_code in {400, 422}, (matter[:40], answer.status_code, answer.content[:300])
    for body in (
        [],
        "x",
        {"rows": None},
        {"rows": [1]},
        {"rows": [{"name": {}, "steps": {}}]},
        {"rows": [[]], "version": -1},
    ):
        answer = caller.put(f"/units/{them.unit.code}/review-route/draft", body)
        assert answer.status_code in {400, 422}, (body, answer.content[:300])
    many = {
        "rows": [
            {"name": "行", "steps": [{"code": "c", "name": "x", "part": "compliance", "who": {"people": ["abc"]}}]}
        ]
    }
    assert caller.put(f"/units/{them.unit.code}/review-route/draft", many).status_code == 422
    for given in (
        {"stand": "pass"}, {"stand": "agree", "files": ["x"]}, {"stand": "agree", "basis": [{"entry": "x"}]},
        {"stand": "conditions", "opinion": "x", "conditions": [{"text": "x", "due_on": "2026-13-01"}]},
        {"stand": "conditions", "opinion": "x", "conditions": [{"text": "x", "due_on": "9999-12-31"}]},
    ):  # fmt: skip
        answer = caller.post(f"/reviews/{row.uid}/opinions", {"version": row.version, **given})
        assert answer.status_code in {400, 403, 422}, (given, answer.content[:300])
    for query in ("kind=%00", "amount=1e999999", "amount=_", "kind=x&department=%F0%9F", "kind=x&level=" + "x" * 41):
        answer = caller.get(f"/units/{them.unit.code}/review-route/trial?{query}")
        assert answer.status_code in {200, 400, 422}, (query, answer.content[:300])
    for period in ("9999", "0000", "2026Q9", "2026-13", "99999m", "-1"):
        answer = caller.upload(f"/units/{them.unit.code}/leaks", {"period": period})
        assert answer.status_code in {201, 422}, (period, answer.status_code, answer.content[:300])


def test_a_stale_version_in_a_header_is_not_passed_over(them: Reviewers) -> None:
    row = drafted(them)
    caller = open_caller(them.officer, them.unit)
    upload = io.BytesIO(b"another text")
    upload.name = "b.txt"
    answer = caller.upload(f"/reviews/{row.uid}/papers", {"file": upload}, If_Match='"999"')
    assert answer.status_code in {409, 412}, answer.content[:300]
    assert fresh(row).papers.get().digest == row.papers.get().digest


def test_one_key_stands_for_one_body(them: Reviewers) -> None:
    caller = open_caller(them.officer, them.unit)
    body = {"unit": them.unit.code, "department": them.department.code, "kind": "other", "title": "甲"}
    first = caller.post("/reviews", body, Idempotency_Key="k-1")
    again = caller.post("/reviews", body, Idempotency_Key="k-1")
    other = caller.post("/reviews", {**body, "title": "乙"}, Idempotency_Key="k-1")
    assert (first.status_code, again.json()["uid"]) == (201, first.json()["uid"])
    assert other.status_code in {409, 422}
    assert Matter.objects.count() == 1
