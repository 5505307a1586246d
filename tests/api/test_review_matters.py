"""Matters for programmes: another system brings a contract, people review it, and every step is open to the API."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse

from guiju.access import actions as access
from guiju.api import service
from guiju.lib import clock
from guiju.org import actions as org
from guiju.review import actions, keeping
from guiju.review.models import Matter
from guiju.trail import verify
from guiju.workflow.routes import deciding
from tests.api.conftest import Caller, open_caller
from tests.conftest import Cast
from tests.governance.meeters import office
from tests.governance.policy_house import account
from tests.review.house import Reviewers, asked, drafted, passed, resolution, said, submitted

pytestmark = pytest.mark.django_db

MATTER = {
    "unit": "HD-01", "department": "HD-01-D1", "kind": "contract", "title": "办公设备采购合同", "amount": "300000",
    "form": {"party": "某某科技有限公司"}, "owner": "R1", "system": "oa", "ref": "HT-7",
}  # fmt: skip


@pytest.fixture
def oa(cast: Cast, them: Reviewers) -> Caller:
    user = access.create_account(username="oa", name="OA", password="correct-horse-battery", by=cast.house)
    access.grant(user=user, role="gateway", unit=cast.sub, by=cast.house, reason="tests")
    return open_caller(user, cast.sub)


def caller(them: Reviewers, who: str) -> Caller:
    return open_caller(getattr(them, who), them.unit)


def file(text: str = "采购合同", name: str = "合同.txt") -> io.BytesIO:
    found = io.BytesIO(text.encode())
    found.name = name
    return found


def brought(oa: Caller, **more: Any) -> HttpResponse:
    return oa.upload("/reviews/brought", {"matter": json.dumps(MATTER | more), "file": [file()]})


def test_another_system_brings_a_contract_in_one_request_and_follows_it(them: Reviewers, oa: Caller) -> None:
    answer = brought(oa)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["state"], made["owner"]["name"], made["number"][:1]) == ("in_review", "采莲", "审")
    assert [seat["name"] for seat in made["rounds"][0]["seats"]] == ["管平"]
    assert oa.get("/reviews?system=oa&ref=HT-7").json()["items"][0]["uid"] == made["uid"]
    row = Matter.objects.get(uid=made["uid"])
    for who in ("officer", "staff"):
        row = said(them, row, who)
    seen = oa.get(f"/reviews/{made['uid']}").json()
    assert (seen["state"], seen["passes"][0]["code"]) == ("passed", row.passes.get().code)
    paper = seen["papers"][0]
    got = oa.get(f"/reviews/{made['uid']}/papers/{paper['digest']}")
    assert b"".join(got.streaming_content).decode() == "采购合同"
    assert verify.run().findings == []


def test_it_may_take_two_requests_as_well(oa: Caller) -> None:
    made = oa.post("/reviews", MATTER).json()
    assert made["state"] == "draft"
    url = f"/reviews/{made['uid']}"
    sent = oa.upload(f"{url}/papers", {"file": file(), "role": "text", "submit": "true"})
    assert (sent.status_code, sent.json()["state"]) == (201, "in_review"), sent.content


def test_what_is_incomplete_is_refused_whole(oa: Caller) -> None:
    answer = brought(oa, form={})
    assert (answer.status_code, answer.json()["faults"][0]["where"]) == (422, "form.party")
    assert Matter.objects.count() == 0
    wrong = oa.upload("/reviews/brought", {"matter": '{"unit": "HD-01", "x": 1}', "file": [file()]})
    assert {one["where"] for one in wrong.json()["faults"]} >= {"matter.kind", "matter.title", "matter.x"}
    assert brought(oa, unit="SJ").status_code == 404
    assert brought(oa, owner="nobody").json()["faults"][0]["where"] == "owner"
    assert oa.upload("/reviews/brought", {"matter": "[", "file": [file()]}).status_code == 422


def test_the_same_request_sent_twice_brings_one_matter(oa: Caller) -> None:
    body = {"matter": json.dumps(MATTER)}
    first = oa.upload("/reviews/brought", {**body, "file": [file()]}, Idempotency_Key="k")
    again = oa.upload("/reviews/brought", {**body, "file": [file()]}, Idempotency_Key="k")
    assert first.json()["uid"] == again.json()["uid"]
    twice = brought(oa)
    assert (twice.status_code, twice.json()["code"]) == (409, "review.under_way")
    assert twice.json()["data"]["matter"] == first.json()["uid"]


def test_another_system_sees_only_what_it_has_sent(cast: Cast, them: Reviewers, oa: Caller, tan: Caller) -> None:
    other = submitted(them)
    made = brought(oa).json()
    assert [one["uid"] for one in oa.get("/reviews").json()["items"]] == [made["uid"]]
    assert oa.get(f"/reviews/{other.uid}").status_code == 404
    assert tan.get(f"/reviews/{made['uid']}").status_code == 404
    assert tan.get("/reviews").json()["items"] == []
    narrow = open_caller(oa.token.user, cast.grandchild)
    assert narrow.get(f"/reviews/{made['uid']}").status_code == 404
    blind = open_caller(oa.token.user, cast.sub, scopes=["review:gate:ask"])
    assert blind.get("/reviews").json()["items"] == []


def test_a_digest_alone_attaches_nothing(them: Reviewers, oa: Caller) -> None:
    row = passed(them)
    known = row.papers.get().digest
    made = oa.post("/reviews", {**MATTER, "papers": [{"role": "text", "digest": known, "name": "x"}]})
    assert made.status_code == 422
    fresh = oa.post("/reviews", MATTER).json()
    step = f"/reviews/{fresh['uid']}/opinions"
    refused = caller(them, "officer").post(step, {"stand": "agree", "files": [known], "version": fresh["version"]})
    assert refused.status_code == 422
    assert oa.get(f"/reviews/{fresh['uid']}/papers/{known}").status_code == 404


def test_a_draft_changes_as_it_was_seen_and_goes(oa: Caller) -> None:
    made = oa.post("/reviews", MATTER).json()
    url = f"/reviews/{made['uid']}"
    changed = oa.patch(url, {"form": {"contract_number": "C-1"}, "amount": None, "version": made["version"]}).json()
    assert (changed["form"]["party"], changed["form"]["contract_number"]) == ("某某科技有限公司", "C-1")
    assert changed["amount"] is None
    assert oa.patch(url, {"title": "旧", "version": made["version"]}).status_code == 409
    with_paper = oa.upload(f"{url}/papers", {"file": file()}).json()
    digest = with_paper["papers"][0]["digest"]
    bare = oa.delete(f"{url}/papers/{digest}?version={with_paper['version']}").json()
    assert bare["papers"] == []
    assert oa.post(f"{url}/submit", {"version": bare["version"]}).json()["faults"][0]["where"] == "papers.text"
    gone = oa.post(f"{url}/withdraw", {"reason": "不签了", "version": bare["version"]})
    assert gone.json()["state"] == "withdrawn", gone.content
    again = oa.post(f"{url}/again", {}).json()
    assert (again["state"], again["previous"]) == ("draft", made["uid"])


def test_reviewers_may_speak_through_the_api(them: Reviewers) -> None:
    row = submitted(them)
    officer, staff = caller(them, "officer"), caller(them, "staff")
    url = f"/reviews/{row.uid}"
    assert staff.post(f"{url}/opinions", {"stand": "agree", "version": row.version}).status_code == 403
    assert officer.post(f"{url}/opinions", {"stand": "agree"}).status_code == 422
    spoken = officer.post(f"{url}/opinions", {"stand": "agree", "opinion": "同意", "version": row.version}).json()
    handle = staff.upload(f"{url}/files", {"file": file("审查底稿", "底稿.txt")}).json()["handle"]
    due = (clock.today() + timedelta(days=9)).isoformat()
    decided = staff.post(f"{url}/opinions", {
        "stand": "conditions", "opinion": "补授权书", "files": [handle], "version": spoken["version"],
        "conditions": [{"text": "取得授权书", "due_on": due, "owner": "R1", "before": True}],
    })  # fmt: skip
    assert (decided.status_code, decided.json()["state"]) == (200, "passed"), decided.content
    condition = decided.json()["conditions"][0]["uid"]
    claimed = caller(them, "officer").post(
        f"{url}/conditions/{condition}/claim", {"proof": "已收到", "version": decided.json()["version"]}
    )
    assert claimed.json()["conditions"][0]["state"] == "claimed", claimed.content
    met = caller(them, "second").post(
        f"{url}/conditions/{condition}/settle", {"met": True, "version": claimed.json()["version"]}
    )
    assert met.json()["conditions"][0]["state"] == "met", met.content
    adopted = officer.post(f"{url}/adoption", {"adopted": True, "version": met.json()["version"]}).json()
    assert adopted["adopted"] is True
    void = staff.post(f"{url}/void", {"reason": "对方资质是伪造的", "version": adopted["version"]}).json()
    assert (void["state"], void["passes"][0]["revoked_at"] is not None) == ("void", True)


def test_a_token_that_only_looks_gives_no_opinion(them: Reviewers) -> None:
    row = submitted(them)
    looking = open_caller(them.officer, them.unit, scopes=["review:matter:view"])
    assert looking.get(f"/reviews/{row.uid}").status_code == 200
    body = {"stand": "agree", "version": row.version}
    assert looking.post(f"/reviews/{row.uid}/opinions", body).json()["code"] == "token.scope"


def test_who_is_asked_changes_through_the_api(them: Reviewers) -> None:
    row = said(them, submitted(them), "officer")
    staff, second = caller(them, "staff"), caller(them, "second")
    url = f"/reviews/{row.uid}"
    seats = {one["name"]: one["uid"] for one in staff.get(url).json()["rounds"][0]["seats"] if one["state"] == "open"}
    added = staff.post(f"{url}/seats", {"person": "首阳", "reason": "重大", "version": row.version})
    assert added.status_code == 200, added.content
    counsel = staff.post(
        f"{url}/counsel", {"name": "某律所", "reason": "跨境", "version": added.json()["version"]}
    ).json()
    seat = next(one["uid"] for one in counsel["rounds"][0]["seats"] if one["kind"] == "counsel")
    handle = staff.upload(f"{url}/files", {"file": file("法律意见", "意见.txt")}).json()["handle"]
    body = {"stand": "agree", "opinion": "无异议", "files": [handle], "version": counsel["version"]}
    entered = staff.post(f"{url}/seats/{seat}/counsel", body)
    assert entered.status_code == 200, entered.content
    aside = second.post(
        f"{url}/seats/{seats['何矩']}/recuse", {"reason": "持股", "version": entered.json()["version"]}
    ).json()
    assert {one["name"]: one["state"] for one in aside["rounds"][0]["seats"]}["何矩"] == "recused"
    handed = staff.post(
        f"{url}/seats/{seats['何规']}/hand-over", {"person": "董升", "reason": "出差", "version": aside["version"]}
    )
    assert handed.status_code == 200, handed.content


def test_the_head_is_shut_out_through_no_token_of_the_staff(them: Reviewers) -> None:
    row = submitted(them, values={"title": "对外担保合同", "amount": "8000000", "form": {"party": "某某公司"}})
    row = said(them, said(them, row, "officer"), "staff")
    second, url = caller(them, "second"), f"/reviews/{row.uid}"
    (seat,) = [one for one in second.get(url).json()["rounds"][0]["seats"] if one["state"] == "open"]
    for step in ("exclude", "recuse"):
        refused = second.post(f"{url}/seats/{seat['uid']}/{step}", {"reason": "亲属", "version": row.version})
        assert refused.status_code == 403
        assert "董升" in str(refused.json())
    assert second.get(url).json()["version"] == row.version


def test_who_answers_for_the_firm_shuts_the_head_out_through_the_api_as_on_the_page(
    them: Reviewers, cast: Cast, tan: Caller
) -> None:
    _head_of_the_group(cast)
    row = submitted(them, values={"title": "对外担保合同", "amount": "8000000", "form": {"party": "某某公司"}})
    row = said(them, said(them, row, "officer"), "staff")
    run = keeping.last_run(row)
    assert run is not None
    url = f"/reviews/{row.uid}/seats/{run.seats.get(name='首阳').uid}/exclude"
    body = {"reason": "配偶在对方任职", "version": row.version}
    for refused in (caller(them, "staff").post(url, body), caller(them, "officer").post(url, body)):
        assert refused.status_code == 403
        assert refused.json()["code"] == "denied", "in words, not for want of a role"
    assert "董升" in caller(them, "staff").post(url, body).json()["fix"]
    assert (tan.post(url, body).status_code, tan.get(f"/reviews/{row.uid}").status_code) == (404, 404)
    looks = open_caller(them.chair, them.unit, scopes=["review:matter:view"])
    assert looks.post(url, body).json()["code"] == "token.scope", "what only looks takes no step"
    assert caller(them, "chair").post(url, body).status_code == 200
    assert asked(row) == ["季首"]
    assert verify.run(quick=True).findings == []


def test_the_chairman_who_is_asked_gives_his_opinion_through_the_api_without_a_role_of_reviews(them: Reviewers) -> None:
    row = said(them, submitted(them), "officer")
    row = actions.add(matter=row, person=them.person("chair"), reason="请一并看", by=them.by("staff"))
    url = f"/reviews/{row.uid}/opinions"
    body = {"stand": "agree", "opinion": "同意", "version": row.version}
    looks = open_caller(them.chair, them.unit, scopes=["review:matter:view"])
    assert looks.post(url, body).json()["code"] == "token.scope"
    spoken = caller(them, "chair").post(url, body)
    assert spoken.status_code == 200, spoken.content
    assert {one["name"]: one["stand"] for one in spoken.json()["rounds"][0]["seats"]}["董升"] == "agree"
    again = caller(them, "chair").post(url, {**body, "version": spoken.json()["version"]})
    assert (again.status_code, again.json()["code"]) == (403, "denied"), "he is asked no more"
    assert verify.run(quick=True).findings == []


def _head_of_the_group(cast: Cast) -> None:
    user = account("Jishou", "compliance_office", cast.group, cast.house)
    person = org.add_person(unit=cast.group, name="季首", number="G-9", user=user, by=cast.house)
    office(cast.group, "compliance_head", person, cast.house)


@pytest.mark.parametrize(("who", "step"), [("officer", "recuse"), ("second", "exclude")])
def test_that_stepping_aside_leads_to_two_steps_is_told_before_and_confirmed(
    them: Reviewers, who: str, step: str
) -> None:
    row = submitted(them, values={"title": "对外担保合同", "amount": "8000000", "form": {"party": "某某公司"}})
    acts, url = caller(them, who), f"/reviews/{row.uid}"
    (seat,) = acts.get(url).json()["rounds"][0]["seats"]
    body = {"reason": "亲属在对方任职", "version": row.version}
    refused = acts.post(f"{url}/seats/{seat['uid']}/{step}", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "review.twice")
    (fault,) = refused.json()["faults"]
    assert fault["where"] == "twice"
    assert "何规" in fault["what"]
    assert acts.get(url).json()["version"] == row.version, "nothing was kept of it"
    done = acts.post(f"{url}/seats/{seat['uid']}/{step}", {**body, "twice": True})
    assert done.status_code == 200, done.content
    assert {one["name"] for one in done.json()["rounds"][0]["seats"] if one["state"] == "open"} == {"何规", "何矩"}


def test_the_description_tells_how_two_steps_are_confirmed(them: Reviewers) -> None:
    schemas = service.document()["components"]["schemas"]
    for name in ("HandOverIn", "AsideIn"):
        twice = schemas[name]["properties"]["twice"]
        assert (twice["type"], twice["default"]) == ("boolean", False)
        assert "another step" in twice["description"]


def test_one_person_takes_two_steps_only_where_that_is_said(them: Reviewers) -> None:
    row = submitted(them, values={"title": "对外担保合同", "amount": "8000000", "form": {"party": "某某公司"}})
    officer, url = caller(them, "officer"), f"/reviews/{row.uid}"
    (seat,) = officer.get(url).json()["rounds"][0]["seats"]
    body = {"person": "何规", "reason": "休假", "version": row.version}
    refused = officer.post(f"{url}/seats/{seat['uid']}/hand-over", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "review.twice")
    handed = officer.post(f"{url}/seats/{seat['uid']}/hand-over", {**body, "twice": True})
    assert handed.status_code == 200, handed.content
    (taken,) = [one for one in handed.json()["rounds"][0]["seats"] if one["state"] == "open"]
    assert "合规管理部门审查" in taken["reason"]


def test_a_veto_is_reported_and_lifted_through_the_api(them: Reviewers) -> None:
    row = submitted(them, values={"title": "对外担保合同", "amount": "8000000", "form": {"party": "某某公司"}})
    row = said(them, said(them, row, "officer"), "staff")
    head = caller(them, "head")
    url = f"/reviews/{row.uid}"
    vetoed = head.post(f"{url}/opinions", {"stand": "veto", "opinion": "违规担保", "version": row.version}).json()
    assert vetoed["state"] == "suspended"
    back = head.post(f"{url}/veto-taken-back", {"reason": "补了材料", "version": vetoed["version"]}).json()
    vetoed = head.post(f"{url}/opinions", {"stand": "veto", "opinion": "违规担保", "version": back["version"]}).json()
    reported = head.post(f"{url}/veto-report", {"receiver": "董升", "version": vetoed["version"]})
    assert (reported.status_code, reported.json()["state"]) == (200, "vetoed"), reported.content
    wrong = head.post(f"{url}/veto-lifted", {"resolution": str(row.uid), "version": reported.json()["version"]})
    assert wrong.json()["code"] == "review.resolution"
    assert head.get(f"{url}/resolutions").json() == []
    item = resolution(them, row)
    (offered,) = head.get(f"{url}/resolutions").json()
    assert offered == {
        "resolution": str(item.uid), "title": item.title, "body": "合规管理委员会", "agreed": True, "lacks": "",
        "decided_on": item.on.isoformat() if item.on else None, "hint": offered["hint"],
    }  # fmt: skip
    assert "首阳" in offered["hint"], "she vetoed, and voted"
    assert caller(them, "buyer").get(f"{url}/resolutions").json() == []
    lifted = head.post(f"{url}/veto-lifted", {"resolution": str(item.uid), "version": reported.json()["version"]})
    assert (lifted.json()["state"], lifted.json()["veto"]["lifted"]["votes_for"]) == ("passed", 3), lifted.content


def test_kinds_say_which_papers_they_need(oa: Caller) -> None:
    kinds = {one["code"]: one for one in oa.get("/review-kinds").json()}
    assert kinds["contract"]["papers"][0] == {"code": "text", "label": "合同文本", "required": True}
    assert oa.post("/reviews", {**MATTER, "kind": "nothing"}).json()["code"] == "review.kind"


def test_a_unit_has_its_own_route_tries_it_and_gives_it_up(them: Reviewers, mei: Caller, lin: Caller) -> None:
    url = "/units/HD-01/review-route"
    shipped = mei.get(url).json()
    assert (shipped["source"], shipped["draft"]) == (None, None)
    tried = mei.get(f"{url}/trial?kind=contract&amount=6000000&overseas=true&department=HD-01-D1").json()
    assert [step["people"] for step in tried["steps"]] == [["管平"], ["何规", "何矩"], ["首阳"]]
    assert tried["assumed"] == ""
    open_ = mei.get(f"{url}/trial?kind=contract&amount=6000000&overseas=true").json()
    assert "部门合规管理员审查" in open_["assumed"]
    assert mei.get(f"{url}/trial?kind=contract&department=HD-99").json()["code"] == "query.department"
    step = {"code": "only", "name": "审查", "part": "compliance", "who": {"role": "compliance_head"}, "days": 2}
    rows = [{"name": "全部", "steps": [step]}]
    draft = mei.put(f"{url}/draft", {"rows": rows})
    assert draft.status_code == 200, draft.content
    assert mei.put(f"{url}/draft", {"rows": rows}).status_code == 409
    assert mei.get(f"{url}/trial?kind=contract&draft=true").json()["steps"][0]["people"] == ["首阳"]
    live = mei.post(f"{url}/publish", {"version": draft.json()["version"]}).json()
    assert (live["state"], mei.get(url).json()["source"]["number"]) == ("in_force", 1)
    assert lin.get("/units/HD-01-A/review-route").json()["source"]["unit"]["code"] == "HD-01"
    assert len(mei.get(f"{url}/versions").json()) == 1
    assert mei.post(f"{url}/drop", {"version": live["version"], "reason": "用集团的"}).json()["source"] is None
    bad = mei.put(f"{url}/draft", {"rows": [{"name": "", "steps": []}], "version": 0})
    assert {one["where"] for one in bad.json()["faults"]} == {"rows.1.name", "rows.1.steps"}
    assert caller(them, "officer").put(f"{url}/draft", {"rows": rows}).status_code == 403


def test_a_route_below_the_floor_is_neither_saved_nor_put_in_force(them: Reviewers, mei: Caller) -> None:
    step = {"code": "f", "name": "部门审查", "part": "first", "who": {"role": "department_officer"}, "days": 2}
    rows = [{"name": "全部", "steps": [step]}]
    refused = mei.put("/units/HD-01/review-route/draft", {"rows": rows})
    assert (refused.status_code, [one["where"] for one in refused.json()["faults"]]) == (422, ["rows.1.steps"])
    draft = deciding.save(unit=them.unit, purpose="review", rows=rows, by=them.house)
    answer = mei.post("/units/HD-01/review-route/publish", {"version": draft.version})
    assert (answer.status_code, answer.json()["code"]) == (422, "route.invalid")


def test_a_reviewer_reports_a_matter_to_the_leading_body(them: Reviewers, lin: Caller) -> None:
    row = submitted(them, ref="HT-9")
    url = f"/reviews/{row.uid}/escalation"
    assert caller(them, "buyer").post(url, {"reason": "风险重大", "version": row.version}).status_code == 403
    done = caller(them, "officer").post(url, {"reason": "风险重大", "version": row.version})
    assert done.status_code == 200, done.content
    last = done.json()["rounds"][-1]["steps"][-1]
    assert (last["part"], done.json()["state"]) == ("body", "in_review")


def test_somebody_stands_in_for_somebody_else(them: Reviewers, mei: Caller, tan: Caller) -> None:
    today = clock.today().isoformat()
    body = {"unit": "HD-01", "giver": "管平", "taker": "何规", "starts_on": today, "ends_on": today, "reason": "出差"}
    assert mei.post("/delegations", {**body, "giver": "首阳"}).status_code == 403  # who signs names his deputy himself
    given = mei.post("/delegations", body)
    assert given.status_code == 201, given.content
    assert [one["taker"]["name"] for one in mei.get("/delegations").json()] == ["何规"]
    url = f"/delegations/{given.json()['uid']}/end"
    assert tan.post(url, {}).status_code == 404
    assert mei.post(url, {}).json()["ended_at"] is not None


def test_who_brought_a_matter_gives_no_opinion_through_the_api_either(them: Reviewers) -> None:
    row = drafted(them)
    row = said(them, submitted(them, ref="HT-8"), "officer") if row else row
    body = {"stand": "agree", "opinion": "同意", "version": row.version}
    assert caller(them, "buyer").post(f"/reviews/{row.uid}/opinions", body).status_code in {403, 404}
