"""The graph by API: the same rights, conflicts and answers as on the pages."""

from __future__ import annotations

import pytest

from guiju.compliance.graph import actions as graph
from guiju.compliance.models import Mark
from guiju.workflow.models import Task, TaskStatus
from tests.api.conftest import Caller
from tests.compliance.graphs import Graph
from tests.conftest import Cast

LAW = "《招标投标法》第四条"


@pytest.fixture
def firm(cast: Cast) -> Graph:
    return Graph(cast, cast.sub, cast.actor(cast.mei))


def test_a_link_is_made_shown_and_dropped(firm: Graph, mei: Caller) -> None:
    one, other = firm.enter("risk_list"), firm.enter("obligations")
    made = mei.post("/graph/links", {"one": str(one.uid), "other": str(other.uid), "why": "制度要求"})
    assert made.status_code == 201
    body = made.json()
    assert (body["one"]["register"], body["other"]["register"], body["state"]) == (
        "obligations", "risk_list", "confirmed",
    )  # fmt: skip
    around = mei.get(f"/graph/around/{one.uid}").json()
    assert {node["uid"]: node["steps"] for node in around["nodes"]} == {str(one.uid): 0, str(other.uid): 1}
    assert mei.delete(f"/graph/links/{body['uid']}?version=7").status_code == 409
    assert mei.delete(f"/graph/links/{body['uid']}?version=1").status_code == 204
    assert mei.get(f"/graph/links/{body['uid']}").status_code == 404


def test_proposals_are_asked_for_listed_and_decided(firm: Graph, mei: Caller) -> None:
    firm.enter("obligations", source=LAW)
    firm.enter("duty_list", source_law=LAW)
    assert mei.post("/graph/proposals", {"unit": "HD-01"}).json() == {"count": 0}
    (found,) = mei.get("/graph/links?unit=HD-01&state=proposed").json()["items"]
    assert LAW in found["why"]
    decided = mei.post(f"/graph/links/{found['uid']}/decide", {"state": "refused", "version": 1}).json()
    assert decided["state"] == "refused"
    again = mei.post(f"/graph/links/{found['uid']}/decide", {"state": "confirmed", "version": 1})
    assert (again.status_code, again.json()["code"]) == (409, "link.conflict")


def test_marks_are_listed_and_settled_against_the_version_that_was_seen(firm: Graph, mei: Caller) -> None:
    duty, control = firm.enter("obligations"), firm.enter("controls")
    firm.join(duty, control)
    firm.change(duty, duty="新的义务")
    (mark,) = mei.get("/graph/marks?unit=HD-01").json()["items"]
    assert (mark["target"], mark["changes"][0]["new"]) == (str(control.uid), "新的义务")
    firm.change(duty, duty="更新的义务")
    stale = mei.post(f"/graph/marks/{mark['uid']}/settle", {"outcome": "stands", "version": mark["version"]})
    assert (stale.status_code, stale.json()["code"]) == (409, "mark.conflict")
    settled = mei.post(f"/graph/marks/{mark['uid']}/settle", {"outcome": "stands", "version": 2})
    assert settled.json()["outcome"] == "stands"
    assert Task.objects.get(about="mark").status == TaskStatus.DONE
    assert mei.get("/graph/marks?unit=HD-01").json()["items"] == []


def test_strangers_find_neither_links_nor_marks(firm: Graph, tan: Caller) -> None:
    duty, control = firm.enter("obligations"), firm.enter("controls")
    link = firm.join(duty, control)
    firm.change(duty, duty="新的义务")
    mark = Mark.objects.get()
    assert tan.get(f"/graph/links/{link.uid}").status_code == 404
    assert tan.get(f"/graph/around/{duty.uid}").status_code == 404
    assert tan.post(f"/graph/marks/{mark.uid}/settle", {"outcome": "stands", "version": 1}).status_code == 404
    assert tan.get("/graph/marks").json()["items"] == []
    assert tan.get("/graph/links?unit=HD-01").status_code == 404
    graph.drop(link=link, by=firm.by)
