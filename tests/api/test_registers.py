"""Records of registers by programme."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from guiju.org.models import Person
from guiju.registers.models import Entry
from tests.api.conftest import Caller
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

CHECK = {"subject": "招投标排查", "checked_on": "2026-03-05", "result": "none", "checker": "王敏", "due_count": 12}
PROBLEM = {
    "number": "ZG-01", "problem": "合同未经审查", "source": "self_check", "found_on": "2026-03-01",
    "due_on": "2026-04-01", "owner": "王敏",
}  # fmt: skip


def entered(caller: Caller, register: str, values: dict[str, object], unit: str = "HD-01") -> dict[str, object]:
    answer = caller.post(f"/registers/{register}/entries", {"unit": unit, "values": values})
    assert answer.status_code == 201, answer.json()
    return answer.json()


def test_a_register_tells_its_fields_states_and_filters(lin: Caller) -> None:
    codes = [row["code"] for row in lin.get("/registers").json()]
    assert {"checks", "rectifications", "units", "people"} <= set(codes)
    found = lin.get("/registers/rectifications").json()
    fields = {field["code"]: field for field in found["fields"]}
    assert fields["owner"]["type"] == "person"
    assert fields["source"]["choices"][0]["code"] == "self_check"
    assert [state["code"] for state in found["states"]] == ["open", "submitted", "closed"]
    assert "due_on__from" in found["filters"]
    assert lin.get("/registers/nothing").status_code == 404


def test_a_record_is_entered_with_names_and_answered_with_objects(cast: Cast, lin: Caller) -> None:
    made = entered(lin, "checks", CHECK)
    assert made["values"]["checker"] == {"uid": str(cast.wang.uid), "name": "王敏"}
    assert made["values"]["checked_on"] == "2026-03-05"
    assert made["values"]["due_count"] == 12
    assert made["unit"] == {"code": "HD-01", "name": "华东路桥工程有限公司"}
    assert (made["register"], made["version"]) == ("checks", 1)
    assert lin.get(f"/registers/checks/entries/{made['uid']}").json() == made
    again = entered(lin, "checks", {**made["values"], "subject": "采购排查"})
    assert again["values"]["checker"] == made["values"]["checker"]


def test_faulty_fields_are_named_all_at_once(lin: Caller) -> None:
    wrong = {**CHECK, "checked_on": "31.2.2026", "due_count": "many", "colour": "red"}
    answer = lin.post("/registers/checks/entries", {"unit": "HD-01", "values": wrong})
    assert answer.status_code == 422
    assert {fault["where"] for fault in answer.json()["faults"]} == {"checked_on", "due_count", "colour"}
    assert not Entry.objects.exists()


def test_a_list_is_filtered_sorted_and_searched(lin: Caller) -> None:
    for number, result in enumerate(["none", "general", "major"], 1):
        entered(
            lin, "checks", {**CHECK, "subject": f"排查{number}", "result": result, "checked_on": f"2026-03-0{number}"}
        )
    base = "/registers/checks/entries"
    assert [row["title"] for row in lin.get(base).json()["items"]] == ["排查3", "排查2", "排查1"]
    assert [row["title"] for row in lin.get(f"{base}?sort=checked_on&limit=1").json()["items"]] == ["排查1"]
    assert lin.get(f"{base}?result=major&result=general").json()["count"] == 2
    assert lin.get(f"{base}?checked_on__from=2026-03-02").json()["count"] == 2
    assert [row["title"] for row in lin.get(f"{base}?q=排查2").json()["items"]] == ["排查2"]
    assert lin.get(f"{base}?unit=HD-01-A").json()["count"] == 0
    assert lin.get(f"{base}?colour=red").status_code == 422
    assert lin.get(f"{base}?sort=problem").status_code == 422


def test_pages_of_records_follow_each_other(lin: Caller) -> None:
    for number in range(5):
        entered(lin, "checks", {**CHECK, "subject": f"排查{number}"})
    seen, address = [], "/registers/checks/entries?limit=2"
    while address:
        page = lin.get(address.removeprefix("/api/v1")).json()
        seen.append([row["uid"] for row in page["items"]])
        address, back = page["next"], page["previous"]
    assert [len(rows) for rows in seen] == [2, 2, 1]
    assert len({uid for rows in seen for uid in rows}) == 5
    assert [row["uid"] for row in lin.get(back.removeprefix("/api/v1")).json()["items"]] == seen[1]


def test_a_cursor_of_another_register_is_refused(lin: Caller) -> None:
    for number in range(2):
        entered(lin, "checks", {**CHECK, "subject": f"排查{number}"})
    cursor = lin.get("/registers/checks/entries?limit=1").json()["next"].split("cursor=")[1]
    assert lin.get(f"/registers/rectifications/entries?cursor={cursor}").status_code == 422


def test_a_stale_change_is_refused_with_both_sides(lin: Caller) -> None:
    made = entered(lin, "checks", CHECK)
    path = f"/registers/checks/entries/{made['uid']}"
    changed = lin.patch(path, {"values": {"subject": "物资采购排查"}}, If_Match='"1"')
    assert (changed.status_code, changed["ETag"]) == (200, '"2"')
    stale = lin.patch(path, {"values": {"subject": "招标排查"}, "version": 1})
    assert stale.status_code == 409
    (line,) = [row for row in stale.json()["data"]["fields"] if row["field"] == "subject"]
    assert (line["theirs"], line["yours"]) == ("物资采购排查", "招标排查")


def test_a_record_moves_through_its_states(lin: Caller) -> None:
    made = entered(lin, "rectifications", PROBLEM)
    path = f"/registers/rectifications/entries/{made['uid']}"
    assert [move["code"] for move in made["moves"]] == ["submit"]
    assert lin.post(f"{path}/move", {"move": "submit"}).status_code == 422
    given = {"measures": "补审", "cause": "急件先盖章", "cause_kind": "not_followed"}
    moved = lin.post(f"{path}/move", {"move": "submit", "values": given})
    assert moved.json()["status"] == "submitted"
    assert lin.post(f"{path}/move", {"move": "submit"}).status_code == 409
    assert lin.post(f"{path}/move", {"move": "fly"}).status_code == 404
    sentences = [line["action"] for line in lin.get(f"{path}/history").json()]
    assert sentences == ["entry.moved", "entry.created"]


def test_a_removed_record_keeps_its_history_and_versions(lin: Caller, tan: Caller) -> None:
    made = entered(lin, "checks", CHECK)
    path = f"/registers/checks/entries/{made['uid']}"
    lin.patch(path, {"values": {"subject": "物资采购排查"}, "version": 1})
    assert lin.delete(f"{path}?version=1&reason=重复").status_code == 409
    assert lin.delete(f"{path}?version=2").status_code == 422
    assert lin.delete(f"{path}?version=2&reason=重复").status_code == 204
    assert lin.get(path).status_code == 404
    versions = lin.get(f"{path}/versions").json()
    assert [(row["version"], row["removed"]) for row in versions] == [(2, True), (1, False)]
    assert versions[1]["values"]["checker"]["name"] == "王敏"
    assert lin.get(f"{path}/history").json()[0]["action"] == "entry.removed"
    assert tan.get(f"{path}/history").status_code == 404
    assert tan.get(f"{path}/versions").status_code == 404


def test_many_records_are_entered_together_or_not_at_all(lin: Caller) -> None:
    rows = [{**CHECK, "subject": f"排查{number}"} for number in range(30)]
    made = lin.post("/registers/checks/bulk", {"unit": "HD-01", "rows": rows})
    assert (made.status_code, made.json()) == (201, {"created": 30})
    rows[17] = {**CHECK, "result": "perfect"}
    answer = lin.post("/registers/checks/bulk", {"unit": "HD-01", "rows": rows})
    assert answer.status_code == 422
    assert answer.json()["faults"][0]["where"] == "18.result"
    assert Entry.objects.count() == 30
    assert lin.post("/registers/checks/bulk", {"unit": "HD-01", "rows": [CHECK] * 1001}).status_code == 422


def test_units_and_people_are_registers_too(lin: Caller) -> None:
    made = entered(lin, "people", {"name": "李静", "number": "2002", "department": "经营部"})
    assert made["values"]["department"]["code"] == "HD-01-D1"
    assert {row["title"] for row in lin.get("/registers/people/entries").json()["items"]} == {"王敏", "李静"}
    changed = lin.patch(f"/registers/people/entries/{made['uid']}", {"values": {"post": "部长"}, "version": 1})
    assert changed.json()["values"]["post"] == "部长"
    units = lin.get("/registers/units/entries?sort=code").json()["items"]
    assert [row["values"]["code"] for row in units] == ["HD", "HD-01", "HD-01-A", "HD-01-D1"]
    assert lin.delete(f"/registers/people/entries/{made['uid']}?version=2&reason=x").status_code == 422
    rows = [{"name": "赵一"}, {"name": "钱二", "joined_on": "never"}]
    answer = lin.post("/registers/people/bulk", {"unit": "HD-01", "rows": rows})
    assert answer.status_code == 422
    assert answer.json()["faults"][0]["where"] == "2.joined_on"
    assert lin.get("/registers/people/entries?q=赵一").json()["count"] == 0


def test_a_parent_outside_the_scope_stays_unnamed_in_the_register_of_units(mei: Caller) -> None:
    answer = mei.get("/registers/units/entries")
    assert "集团" not in answer.content.decode()


def test_a_file_is_attached_listed_and_fetched(lin: Caller, tan: Caller) -> None:
    made = entered(lin, "checks", CHECK)
    path = f"/registers/checks/entries/{made['uid']}/files"
    answer = lin.upload(path, {"file": SimpleUploadedFile("排查记录.txt", "无问题".encode())})
    assert answer.status_code == 201, answer.json()
    (file,) = answer.json()
    assert (file["name"], file["field"]) == ("排查记录.txt", "files")
    fetched = lin.get(f"{path}/{file['digest']}")
    assert b"".join(fetched.streaming_content).decode() == "无问题"
    assert "attachment" in fetched["Content-Disposition"]
    assert tan.get(f"{path}/{file['digest']}").status_code == 404
    assert lin.get(f"{path}/{'0' * 64}").status_code == 404
    assert lin.get(f"/registers/checks/entries/{made['uid']}").json()["file_count"] == 1
    refused = lin.upload(path, {"file": SimpleUploadedFile("x.exe", b"MZ")})
    assert refused.status_code == 422
    assert lin.get(f"/registers/checks/entries/{made['uid']}").json()["version"] == 2


def workbook(rows: list[list[object]]) -> SimpleUploadedFile:
    book = Workbook()
    for row in [["排查内容", "排查日期", "结果", "排查人"], *rows]:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return SimpleUploadedFile("排查.xlsx", out.getvalue())


def test_a_workbook_is_previewed_and_then_saved(lin: Caller) -> None:
    file = workbook(
        [["合同排查", "2026-03-01", "无问题（零风险）", "王敏"], ["用印排查", "2026-03-02", "一般问题", "王敏"]]
    )
    begun = lin.upload("/registers/checks/imports", {"file": file, "unit": "HD-01"})
    assert begun.status_code == 201, begun.json()
    run = begun.json()
    assert (run["state"], run["summary"]["new"], run["faults"]) == ("ready", 2, [])
    assert not Entry.objects.exists()
    assert lin.get(f"/imports/{run['uid']}").json() == run
    done = lin.post(f"/imports/{run['uid']}/confirm", {})
    assert (done.json()["state"], Entry.objects.count()) == ("done", 2)
    assert lin.post(f"/imports/{run['uid']}/confirm", {}).status_code == 200
    assert Entry.objects.count() == 2


def test_wrong_cells_are_told_and_marked_and_nothing_is_saved(lin: Caller, mei: Caller) -> None:
    file = workbook([["合同排查", "someday", "无问题（零风险）", "王敏"]])
    run = lin.upload("/registers/checks/imports", {"file": file, "unit": "HD-01"}).json()
    assert [fault["ref"] for fault in run["faults"]] == ["B2"]
    assert lin.post(f"/imports/{run['uid']}/confirm", {}).status_code == 422
    assert mei.get(f"/imports/{run['uid']}").status_code == 404
    marked = lin.get(f"/imports/{run['uid']}/marked")
    assert load_workbook(BytesIO(marked.content)).sheetnames
    assert lin.delete(f"/imports/{run['uid']}").status_code == 204
    assert not Entry.objects.exists()


def test_a_programme_says_what_a_word_means_and_the_file_is_read_again(lin: Caller, mei: Caller) -> None:
    file = workbook([["合同排查", "2026-03-01", "挺好", "王敏"], ["用印排查", "2026-03-02", "挺好", "张无名"]])
    run = lin.upload("/registers/checks/imports", {"file": file, "unit": "HD-01"}).json()
    assert {(one["field"], one["value"], one["rows"]) for one in run["summary"]["questions"]} == {
        ("result", "挺好", 2), ("checker", "张无名", 1),
    }  # fmt: skip
    address = f"/imports/{run['uid']}"
    wang = str(Person.objects.get(name="王敏").uid)
    answers = {"values": {"result": {"挺好": {"to": "none"}}, "checker": {"张无名": {"to": wang}}}}
    assert mei.patch(address, answers).status_code == 404
    wrong = lin.patch(address, {"values": {"result": {"挺好": {"to": "splendid"}}}})
    assert (wrong.status_code, wrong.json()["faults"][0]["where"]) == (422, "values.result.挺好")
    told = lin.patch(address, answers)
    assert (told.status_code, told.json()["summary"]["new"], told.json()["faults"]) == (200, 2, [])
    assert not Entry.objects.exists()
    assert lin.post(f"{address}/confirm", {}).json()["state"] == "done"
    assert Entry.objects.count() == 2


def test_what_is_no_workbook_is_refused(lin: Caller) -> None:
    file = SimpleUploadedFile("排查.xlsx", b"hello")
    answer = lin.upload("/registers/checks/imports", {"file": file, "unit": "HD-01"})
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"


def test_a_list_goes_out_as_a_workbook(lin: Caller) -> None:
    entered(lin, "checks", CHECK)
    entered(lin, "checks", {**CHECK, "subject": "用印排查", "result": "major"})
    answer = lin.get("/registers/checks/export?result=major&unit=HD")
    assert answer.status_code == 200, answer.content
    text = [cell.value for row in load_workbook(BytesIO(answer.content)).active.iter_rows() for cell in row]
    assert "用印排查" in text
    assert "招投标排查" not in text
    assert lin.get("/registers/checks/template").status_code == 200


def test_a_reader_writes_nothing(lin: Caller, reader: Caller) -> None:
    made = entered(lin, "checks", CHECK)
    path = f"/registers/checks/entries/{made['uid']}"
    assert reader.get(path).status_code == 200
    assert reader.patch(path, {"values": {"subject": "x"}, "version": 1}).status_code == 403
    assert reader.post("/registers/checks/entries", {"unit": "HD-01", "values": CHECK}).status_code == 403
    assert reader.delete(f"{path}?version=1&reason=x").status_code == 403
