"""The frame around every page: menus per role, the unit somebody works in, the finder."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from guiju.access import actions as access
from guiju.access.models import User
from guiju.org.models import Unit
from guiju.web import context, nav, place
from tests.conftest import PASSWORD, Cast, english
from tests.web.conftest import Firm


def _request(user: User, path: str = "/", **session: object) -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = user
    request.session = SessionStore()
    request.session.update(session)
    request.resolver_match = resolve(path)
    return request


def _drawn(request: HttpRequest) -> dict[str, Any]:
    found: dict[str, Any] = context.frame(request)
    return {
        "frame": dict(found["frame"].items()),
        "nav": [item for group in found["nav"] for item in group.items],
        "bottom": list(found["bottom_nav"]),
    }


def _holder(cast: Cast, role: str, unit: Unit) -> User:
    user = access.create_account(username=role, name=role, password=PASSWORD, by=cast.house)
    access.grant(user=user, role=role, unit=unit, by=cast.house, reason="tests")
    return user


@pytest.mark.parametrize("chosen", ["group", "sub", "grandchild"])
def test_the_frame_costs_at_most_four_queries(firm: Firm, chosen: str) -> None:
    firm.rectification(days=-3)
    session = SessionStore()
    session.create()

    def cost() -> int:
        request = _request(firm.cast.lin)
        request.session = session
        session["unit"] = getattr(firm.cast, chosen).pk
        with CaptureQueriesContext(connection) as asked:
            _drawn(request)
        return len(asked)

    # What somebody has to do is asked once in half a minute.
    assert cost() <= 15
    assert cost() <= 4


def test_a_fragment_costs_the_frame_nothing(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as asked:
        context.frame(_request(cast.lin))
    assert len(asked) == 0


@pytest.mark.parametrize("role", ["compliance_office", "principal", "auditor", "reader", "department_officer"])
def test_a_role_has_few_places_in_small_groups_and_four_on_a_phone(cast: Cast, role: str) -> None:
    request = _request(_holder(cast, role, cast.group))
    drawn = _drawn(request)
    assert 5 <= len(drawn["nav"]) <= 17  # in groups that fold
    assert all(len(group.items) <= 7 for group in context.frame(request)["nav"])
    assert len(drawn["bottom"]) == 3  # beside the menu


def test_every_icon_of_the_menu_is_in_the_sprite() -> None:
    from guiju.web.templatetags.ui import icon_names

    assert {item.icon for item in nav.places().values()} <= icon_names()


@pytest.mark.parametrize("role", ["system_admin", "security_admin", "audit_admin"])
def test_an_administrator_has_no_business_in_the_menu(cast: Cast, role: str) -> None:
    urls = {item.url for item in _drawn(_request(_holder(cast, role, cast.group)))["nav"]}
    assert not urls & {"/r/", "/posture/", "/people/"}


def test_the_top_unit_is_where_somebody_begins(cast: Cast) -> None:
    assert place.current_unit(_request(cast.mei)) == cast.sub


def test_a_unit_outside_the_scope_cannot_be_kept_in_the_session(cast: Cast) -> None:
    assert place.current_unit(_request(cast.mei, unit=cast.stranger.pk)) == cast.sub


def test_opening_a_units_address_makes_it_the_current_one(cast: Cast) -> None:
    client = cast.client(cast.lin)
    client.get("/u/HD-01/")
    assert "HD-01" in client.get("/posture/")["Location"]


def test_looking_into_a_branch_of_the_tree_moves_nobody(cast: Cast) -> None:
    client = cast.client(cast.lin)
    client.get("/u/HD-01/children/")
    assert client.get("/posture/")["Location"] == "/u/HD/posture/"


def test_the_switcher_finds_units_by_initials_and_code(cast: Cast) -> None:
    client = cast.client(cast.lin)
    assert "华东路桥工程有限公司" in client.get("/switch/", {"q": "hdlq"}).content.decode()
    assert "华东路桥工程有限公司" in client.get("/switch/", {"q": "hd-01"}).content.decode()
    assert "路桥检测有限公司" in client.get("/switch/", {"q": "jiance"}).content.decode()


def test_switching_stays_on_the_same_kind_of_page(cast: Cast) -> None:
    client = cast.client(cast.lin)
    here = {"HX-Request": "true", "HX-Current-URL": "http://testserver/u/HD/posture/"}
    assert "/switch/HD-01/?next=/u/HD-01/posture/" in client.get("/switch/", headers=here).content.decode()
    assert client.get("/switch/HD-01/", {"next": "/u/HD-01/posture/"})["Location"] == "/u/HD-01/posture/"


def test_switching_never_leads_to_another_site(cast: Cast) -> None:
    answer = cast.client(cast.lin).get("/switch/HD-01/", {"next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


def test_the_finder_finds_pages_registers_units_people_and_records(firm: Firm) -> None:
    entry = firm.rectification(days=3, problem="印章外借未登记")
    found = {word: firm.page(f"/find/?q={word}") for word in ("印章", "周敏", "zm", "HD-01", "整改")}
    assert str(entry.uid) in found["印章"]
    assert str(firm.zhou.uid) in found["周敏"]
    assert str(firm.zhou.uid) in found["zm"]
    assert "/u/HD-01/" in found["HD-01"]
    assert "/r/rectifications/" in found["整改"]


def test_the_finder_finds_nothing_of_others(firm: Firm) -> None:
    firm.rectification(days=3, problem="印章外借未登记")
    assert "印章外借未登记" not in firm.page("/find/?q=印章", "tan")
    assert "/u/HD" not in firm.page("/find/?q=HD", "tan")


def test_the_finder_without_words_offers_the_places(cast: Cast) -> None:
    assert 'href="/posture/"' in cast.client(cast.lin).get("/find/").content.decode()


def test_an_account_without_a_role_reads_what_to_do(cast: Cast) -> None:
    body = english(cast.client(cast.ou)).get("/").content.decode()
    assert "Your account has no role yet" in body
    assert "ask for a role" in body


def test_a_language_chosen_once_is_spoken_from_then_on(cast: Cast) -> None:
    client = cast.client(cast.lin)
    client.post("/me/language/", {"language": "en"})
    fresh = cast.client(User.objects.get(pk=cast.lin.pk))
    assert '<html lang="en">' in fresh.get("/", headers={"Accept-Language": "zh"}).content.decode()
    client.post("/me/language/", {"language": "zh-hans"})
    assert '<html lang="zh-CN">' in fresh.get("/", headers={"Accept-Language": "en"}).content.decode()


def test_a_refusal_within_a_page_is_a_message(cast: Cast) -> None:
    answer = cast.client(cast.lin).get("/u/SJ/children/", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert "toast" in answer["HX-Trigger"]
    assert answer["HX-Reswap"] == "none"


def test_an_address_that_does_not_exist_says_so(cast: Cast) -> None:
    answer = english(cast.client(cast.lin)).get("/nowhere/")
    assert answer.status_code == 404
    assert "There is no page at this address." in answer.content.decode()


def test_who_opens_the_address_of_a_form_reads_what_to_do(cast: Cast) -> None:
    answer = cast.client(cast.lin).get("/me/language/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "请返回上一页" in answer.content.decode()
