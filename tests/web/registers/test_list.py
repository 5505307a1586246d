"""Lin looks through a register."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guiju.access import actions as access
from guiju.registers import actions
from guiju.registers.models import SavedView
from tests.conftest import Cast
from tests.web.conftest import Firm
from tests.web.registers.conftest import Enter, obligation

URL = "/r/obligations/"


def _text(response) -> str:
    return response.content.decode()


def test_lin_sees_all_registers_in_groups_with_their_counts(cast: Cast, enter: Enter) -> None:
    enter("YW-001")
    enter("YW-002", unit=cast.sub)
    response = cast.client(cast.lin).get("/r/")
    assert response.status_code == 200
    counts = {row["url"]: row["count"] for group in response.context["groups"] for row in group["registers"]}
    assert counts["/r/obligations/"] == 2
    assert counts["/r/units/"] == 4
    assert counts["/r/people/"] == 1


def test_ou_finds_no_registers(cast: Cast) -> None:
    assert cast.client(cast.ou).get("/r/").status_code == 404
    assert cast.client(cast.ou).get(URL).status_code == 404


def test_tan_sees_nothing_of_the_group(cast: Cast, enter: Enter) -> None:
    entry = enter()
    client = cast.client(cast.tan)
    assert "YW-001" not in _text(client.get(URL))
    assert client.get(f"{URL}?unit=HD").status_code == 404
    assert client.get(f"{URL}{entry.uid}/").status_code == 404
    assert client.get(f"{URL}{entry.uid}/history").status_code == 404


def test_the_list_asks_as_much_of_the_database_for_sixty_rows_as_for_one(cast: Cast, enter: Enter) -> None:
    enter("YW-000", owner=str(cast.wang.uid))
    client = cast.client(cast.lin)
    client.get(URL)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(URL)
    rows = [obligation(f"YW-{number:03}", owner=str(cast.wang.uid)) for number in range(1, 60)]
    actions.create_many(register="obligations", unit=cast.sub, rows=rows, by=cast.house)
    with CaptureQueriesContext(connection) as sixty:
        response = client.get(URL)
    assert len(response.context["page"].rows) == 50
    assert len(sixty) == len(one)
    assert len(sixty) <= 12


def test_the_unit_stands_in_a_column_where_units_lie_below(cast: Cast, enter: Enter) -> None:
    enter("YW-002", unit=cast.grandchild)
    client = cast.client(cast.lin)
    shown = client.get(URL).context["page"].columns
    assert [column.code for column in shown][1] == "_unit"
    below = client.get(f"{URL}?unit=HD-01-A").context["page"].columns
    assert "_unit" not in [column.code for column in below]


def test_lin_leaves_out_what_lies_below(cast: Cast, enter: Enter) -> None:
    enter("YW-001")
    enter("YW-002", unit=cast.sub)
    client = cast.client(cast.lin)
    assert client.get(URL).context["page"].count == 2
    assert [row.title for row in client.get(f"{URL}?below=0").context["page"].rows] == ["依法招标 YW-001"]


def test_filters_of_the_address_narrow_the_list_and_can_be_taken_away(cast: Cast, enter: Enter) -> None:
    enter("YW-001", owner=str(cast.wang.uid))
    enter("YW-002", scope="internal", identified_on="2025-09-01")
    client = cast.client(cast.lin)
    for query, found in {
        "f.scope=internal": ["YW-002"],
        f"f.owner={cast.wang.uid}": ["YW-001"],
        "f.owner__empty=1": ["YW-002"],
        "f.identified_on__from=2025-06-01": ["YW-002"],
        "q=YW-001": ["YW-001"],
        "sort=-number": ["YW-002", "YW-001"],
        "f._status=lapsed": [],
    }.items():
        response = client.get(f"{URL}?{query}")
        assert [row.value("number") for row in response.context["page"].rows] == found, query
    assert client.get(f"{URL}?f.scope=internal&sort=number").context["clear_url"] == "?sort=number"


def test_a_filter_offers_the_people_who_occur(cast: Cast, enter: Enter) -> None:
    enter("YW-001", owner=str(cast.wang.uid))
    text = _text(cast.client(cast.lin).get("/r/obligations/options/owner"))
    assert "王敏" in text
    assert str(cast.wang.uid) in text


def test_a_wrong_sort_says_which_ones_are_possible(cast: Cast) -> None:
    response = cast.client(cast.lin).get(f"{URL}?sort=measure")
    assert response.status_code == 400
    assert "number" in _text(response)


def test_columns_once_chosen_hold_until_others_are_chosen(cast: Cast, enter: Enter) -> None:
    enter()
    client = cast.client(cast.lin)
    client.get(f"{URL}?columns=number&columns=duty&columns=measure")
    columns = client.get(URL).context["page"].columns
    assert [column.code for column in columns] == ["number", "duty", "measure"]
    usual = client.get(f"{URL}?columns=,").context["page"].columns
    assert "source" in [column.code for column in usual]


def test_the_next_page_goes_on_where_this_one_ends(cast: Cast) -> None:
    rows = [obligation(f"YW-{number:03}") for number in range(60)]
    actions.create_many(register="obligations", unit=cast.group, rows=rows, by=cast.house)
    client = cast.client(cast.lin)
    first = client.get(URL).context
    second = client.get(URL + first["pager"]["next_url"]).context
    numbers = [row.value("number") for row in (*first["page"].rows, *second["page"].rows)]
    assert numbers == [f"YW-{number:03}" for number in range(60)]
    back = client.get(URL + second["pager"]["prev_url"]).context
    assert [row.uid for row in back["page"].rows] == [row.uid for row in first["page"].rows]


def test_an_empty_register_says_what_belongs_there_and_begins_it(cast: Cast) -> None:
    text = _text(cast.client(cast.lin).get("/r/policies/"))
    assert "/r/policies/new?unit=HD" in text
    assert "/r/policies/import/?unit=HD" in text


def test_lin_keeps_a_view_and_forgets_it_again(cast: Cast, enter: Enter) -> None:
    enter()
    client = cast.client(cast.lin)
    client.post(f"{URL}views/", {"name": "外部", "query": "?f.scope=external"})
    view = SavedView.objects.get(user=cast.lin, register="obligations")
    tabs = client.get(f"{URL}?f.scope=external").context["views"]
    assert [tab["label"] for tab in tabs if tab["current"]] == ["外部"]
    assert cast.client(cast.mei).post(f"{URL}views/{view.pk}/drop").status_code == 404
    client.post(f"{URL}views/{view.pk}/drop")
    assert not SavedView.objects.exists()


def test_lin_exports_what_is_shown(cast: Cast, enter: Enter) -> None:
    enter("YW-001")
    enter("YW-002", scope="internal")
    response = cast.client(cast.lin).get(f"{URL}export?f.scope=internal")
    book = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content)), read_only=True)
    cells = [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert "YW-002" in cells
    assert "YW-001" not in cells


@pytest.fixture
def reader(cast: Cast):
    user = access.create_account(username="rui", name="Rui", password="correct-horse-battery", by=cast.house)
    access.grant(user=user, role="reader", unit=cast.group, by=cast.house, reason="tests")
    return user


def test_a_reader_sees_no_buttons_that_he_may_not_use(cast: Cast, enter: Enter, reader) -> None:
    entry = enter()
    client = cast.client(reader)
    response = client.get(URL)
    assert response.context["may"] == {"create": False, "import": False, "export": False}
    assert response.context["table"]["bulk"] is False
    record = client.get(f"{URL}{entry.uid}/")
    assert record.context["edit_url"] == ""
    assert record.context["remove"] is None
    assert record.context["moves"] == []
    assert "/new" not in _text(response)


def test_a_reader_who_tries_all_the_same_is_refused(cast: Cast, enter: Enter, reader) -> None:
    entry = enter()
    client = cast.client(reader)
    assert client.get(f"{URL}new").status_code == 403
    assert client.get(f"{URL}import/").status_code == 403
    assert client.get(f"{URL}export").status_code == 403
    assert client.get(f"{URL}{entry.uid}/edit").status_code == 403
    assert client.post(f"{URL}{entry.uid}/remove", {"reason": "x"}).status_code == 403
    assert client.post(f"{URL}{entry.uid}/move/lapse", {"reason": "x", "ends_on": "2025-05-01"}).status_code == 403
    entry.refresh_from_db()
    assert (entry.status, entry.version) == ("in_force", 1)


def test_ranks_are_not_added_up(cast: Cast) -> None:
    for priority in (1, 2):
        values = {"number": f"K{priority}", "name": "泄密", "assessed_on": "2026-01-01", "priority": priority}
        actions.create(register="risk_list", unit=cast.group, values=values, by=cast.house)
    assert cast.client(cast.lin).get("/r/risk_list/?unit=HD").context["table"]["totals"] == []


def test_a_deadline_that_has_passed_is_marked_while_the_row_waits(firm: Firm) -> None:
    firm.rectification(days=-3)
    firm.rectification(days=3)
    assert firm.page("/r/rectifications/?unit=HD").count("gj-overdue") == 1
