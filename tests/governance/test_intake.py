"""制度清理：一批文件进来，读、分、判，人看过以后一次入库。"""

from __future__ import annotations

from datetime import date

import pytest

from guiju.demo import stock, stockfiles
from guiju.files.models import FileText
from guiju.governance.enums import Advice, FileState, IntakeState
from guiju.governance.intake import actions, queries, reading
from guiju.governance.models import IntakeFile, PolicyVersion
from guiju.jobs import worker
from guiju.lib import clock
from guiju.lib.errors import Conflict, Denied, NotFound, Problem
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.trail import verify
from guiju.trail.models import Event
from tests.conftest import Cast
from tests.governance import stocks
from tests.governance.stocks import confirm, fresh, line, raw, settle, word
from tests.lib.extract import make

pytestmark = pytest.mark.django_db


def codes(intake, ordinal: int) -> list[str]:
    return [one["code"] for one in line(intake, ordinal).item.why]


def test_a_file_is_read_sorted_and_waits_for_a_person(cast: Cast) -> None:
    intake = stocks.read(cast, word("合同管理办法", number="华路发〔2022〕8号", folder="法务/合同"))
    one = line(intake, 1)
    assert (intake.state, one.item.state) == (IntakeState.READY, FileState.READ)
    assert {code: one.value(code) for code in ("name", "number", "issued_on", "level", "business", "mechanism")} == {
        "name": "合同管理办法", "number": "华路发〔2022〕8号", "issued_on": "2022-03-01", "level": "specific",
        "business": "legal", "mechanism": "business",
    }  # fmt: skip
    assert one.open == []
    assert not Entry.objects.filter(register="policies").exists()


def test_what_is_confirmed_is_in_force_with_its_text_its_file_and_a_counted_stocktake(cast: Cast) -> None:
    intake = stocks.read(
        cast,
        word("公司章程", day="2020年1月6日"),
        word("反商业贿赂合规指引"),
        word("印章管理办法（试行）", day="2016年5月4日"),
    )
    done = confirm(cast, intake)
    assert done.state == IntakeState.CONFIRMED
    rows = Entry.objects.filter(register="policies", unit=cast.sub).select_related("body").order_by("on")
    assert [(row.title, row.status, row.level) for row in rows] == [
        ("印章管理办法（试行）", "issued", "specific"),
        ("公司章程", "issued", "basic"),
        ("反商业贿赂合规指引", "issued", "guideline"),
    ]
    version = PolicyVersion.objects.get(policy=rows[1].uid)
    assert (version.number, version.state, version.text.split("\n")[0]) == (1, "in_force", "公司章程")
    assert version.files[0]["name"] == "公司章程.docx"
    assert rows[1].body.data["charter"] is True
    stocktake = Entry.objects.select_related("body").get(uid=done.stocktake).body.data
    year = clock.today().year
    assert {code: stocktake[code] for code in ("total", "basic", "specific", "guideline", "to_amend", "to_repeal")} == {
        "total": 3, "basic": 1, "specific": 1, "guideline": 1, "to_amend": 2, "to_repeal": 0,
    }  # fmt: skip
    assert stocktake["classified"]
    assert stocktake["graded"]
    assert stocktake["files"][0]["name"].endswith(".xlsx")
    plans = Entry.objects.filter(register="policy_plans", unit=cast.sub, period=str(year)).order_by("title_key")
    assert {(row.title, row.kind) for row in plans} == {("印章管理办法（试行）", "amend"), ("公司章程", "amend")}


def test_a_stocktake_counts_what_was_in_force_on_its_day_and_only_what_is_really_planned(cast: Cast) -> None:
    by, year = cast.actor(cast.mei), clock.today().year
    since = {"name": "后来废止的办法", "mechanism": "business", "level": "specific", "business": "office"}
    gone = registers.create(register="policies", unit=cast.sub, values=since | {"issued_on": "2020-01-01"}, by=by)
    registers.move(entry=gone, move="repeal", values={"repealed_on": "2023-02-01"}, reason="合并", by=by)
    plan = {"action": "enact", "period": str(year), "planned_on": clock.today().isoformat()}
    for name, status in (("要立的办法", "planned"), ("不需要的办法", "not_needed")):
        values = plan | {"name": name, "reason": "经研究"}
        registers.create(register="policy_plans", unit=cast.sub, values=values, status=status, by=by, reason="经研究")
    done = confirm(cast, stocks.read(cast, word("反商业贿赂合规指引")))
    found = Entry.objects.select_related("body").get(uid=done.stocktake).body.data
    assert {code: found[code] for code in ("total", "specific", "guideline", "to_enact")} == {
        "total": 2, "specific": 1, "guideline": 1, "to_enact": 1,
    }  # fmt: skip


def test_a_stocktake_without_any_rule_in_force_on_its_day_is_not_called_sorted(cast: Cast) -> None:
    done = confirm(cast, stocks.read(cast, word("采购管理办法", day="2024年3月1日")))
    found = Entry.objects.select_related("body").get(uid=done.stocktake).body.data
    assert (found["total"], found.get("classified", False), found.get("graded", False)) == (0, False, False)


def test_the_words_taken_over_are_found_by_the_search(cast: Cast) -> None:
    passages = pytest.importorskip("guiju.registers.passages")
    confirm(cast, stocks.read(cast, word("车辆管理办法", more=("第九条 公务用车实行定点加油。",))))
    hits = passages.find(Entry.objects.filter(register="policies"), "加油", limit=5)
    assert [hit.entry.title for hit in hits] == ["车辆管理办法"]


def test_a_copy_must_be_settled_before_anything_is_taken_over(cast: Cast) -> None:
    same = stockfiles.docx(stocks.rule("档案管理办法"))
    intake = stocks.read(cast, raw("档案管理办法.docx", same), raw("档案 - 副本.docx", same))
    assert line(intake, 2).open == ["copy"]
    with pytest.raises(Problem) as refused:
        confirm(cast, intake)
    assert refused.value.code == "intake.open"
    assert "档案 - 副本.docx" in str(refused.value)
    assert not Entry.objects.filter(register="policies").exists()
    settle(cast, intake, 2, left_out=True)
    confirm(cast, intake)
    assert Entry.objects.filter(register="policies").count() == 1


def test_of_two_versions_the_older_one_is_named_and_both_are_never_in_force(cast: Cast) -> None:
    intake = stocks.read(
        cast,
        word("考勤管理办法", day="2015年1月5日"),
        word("华东路桥工程有限公司考勤管理办法", day="2022年7月1日", more=("第八条 考勤采用人脸识别。",)),
    )
    assert "newer" in codes(intake, 1)
    assert line(intake, 1).advice == Advice.REPEAL
    assert line(intake, 1).open == line(intake, 2).open == ["twice"]
    with pytest.raises(Problem):
        confirm(cast, intake)
    settle(cast, intake, 1, left_out=True)
    confirm(cast, intake)
    assert [row.title for row in Entry.objects.filter(register="policies")] == ["华东路桥工程有限公司考勤管理办法"]


def test_two_rules_that_only_look_alike_may_both_come_in(cast: Cast) -> None:
    intake = stocks.read(cast, word("检测有限公司车辆管理办法"), word("车辆管理办法", more=("第八条 另一件事。",)))
    assert line(intake, 2).open == ["twice"]
    settle(cast, intake, 1, apart=True)
    settle(cast, intake, 2, apart=True)
    confirm(cast, intake)
    assert Entry.objects.filter(register="policies", status="issued").count() == 2


def existing(cast: Cast, name: str, **more: object) -> Entry:
    values = {"name": name, "mechanism": "business", "issued_on": "2019-02-01"} | more
    return registers.create(register="policies", unit=cast.sub, values=values, by=cast.actor(cast.mei))


def test_a_rule_of_the_library_is_recognised_and_gets_its_text(cast: Cast) -> None:
    held = existing(cast, "投资管理办法")
    intake = stocks.read(cast, word("投资管理办法", number="华路发〔2019〕2号"))
    assert line(intake, 1).open == ["there"]
    with pytest.raises(Problem):
        confirm(cast, intake)
    settle(cast, intake, 1, policy=str(held.uid))
    confirm(cast, intake)
    version = PolicyVersion.objects.get(policy=held.uid)
    assert (version.state, "投资管理办法" in version.text) == ("in_force", True)
    now = Entry.objects.select_related("body").get(uid=held.uid)
    assert (now.number, now.on) == ("华路发〔2019〕2号", date(2019, 2, 1))
    assert len(now.body.data["files"]) == 1


def test_a_newer_text_of_a_rule_in_force_becomes_a_draft_and_nothing_changes_silently(cast: Cast) -> None:
    first = stocks.read(cast, word("采购管理办法"))
    confirm(cast, first)
    held = Entry.objects.get(register="policies")
    second = stocks.read(cast, word("采购管理办法", day="2022年9月1日", more=("第八条 采购应当公开。",)))
    settle(cast, second, 1, policy=str(held.uid))
    confirm(cast, second)
    states = dict(PolicyVersion.objects.filter(policy=held.uid).values_list("number", "state"))
    assert states == {1: "in_force", 2: "draft"}


def test_what_a_rule_repeals_by_name_is_to_be_repealed(cast: Cast) -> None:
    ends = ("第八条 原《业务招待管理办法》同时废止。",)
    intake = stocks.read(
        cast, word("业务招待管理办法", day="2015年1月5日"), word("公务接待管理办法", day="2021年1月5日", more=ends)
    )
    assert "replaced" in codes(intake, 1)
    assert (line(intake, 1).advice, line(intake, 2).advice) == (Advice.REPEAL, Advice.AMEND)
    confirm(cast, intake)
    plan = Entry.objects.select_related("body").get(register="policy_plans", kind="repeal")
    assert plan.title == "业务招待管理办法"
    assert "公务接待管理办法" in plan.body.data["reason"]


def test_a_reference_to_a_repealed_rule_asks_for_an_amendment(cast: Cast) -> None:
    gone = existing(cast, "差旅费管理办法")
    registers.move(
        entry=gone, move="repeal", values={"repealed_on": "2022-01-01"}, reason="并入费用管理", by=cast.actor(cast.mei)
    )
    recent = f"{clock.today().year - 1}年3月1日"
    intake = stocks.read(cast, word("报销管理办法", day=recent, more=("第八条 按照《差旅费管理办法》执行。",)))
    assert codes(intake, 1) == ["refers_repealed"]
    assert line(intake, 1).advice == Advice.AMEND


BAD = {
    "scanned": ("扫描.pdf", stockfiles.scan()),
    "locked": ("加密.pdf", stockfiles.locked_pdf()),
    "macros": ("宏.docm", b"PK\x03\x04"),
    "disguised": ("改名.docx", b"%PDF-1.4 not a word file"),
    "broken": ("坏.pdf", b"%PDF-1.4 nothing"),
    "empty": ("空.docx", b""),
    "unknown": ("图.cad", b"abc"),
    "list": ("制度目录.xlsx", b"PK\x03\x04"),
    "nested": ("里层.rar", b"Rar!\x1a\x07"),
}


@pytest.mark.parametrize("fault", [*BAD, "locked-word", "locked-doc"])
def test_each_bad_file_says_what_is_wrong_and_what_to_do(cast: Cast, fault: str) -> None:
    from guiju.governance.intake import faults

    name, data = BAD.get(fault, ("a.docx", make.locked_docx()))
    if fault == "locked-doc":
        name, data = "a.doc", stockfiles.doc(make.RULE, encrypted=True)
    if fault == "macros":
        name = "宏.docx"
        parts = {"[Content_Types].xml": "<T/>", "word/document.xml": "<w/>", "word/vbaProject.bin": "x"}
        data = stockfiles.zipped(parts)
    intake = stocks.read(cast, raw(name, data), word("印章管理办法"))
    one = line(intake, 1)
    assert (one.item.fault, one.open) == (fault.split("-", maxsplit=1)[0], ["faulty"])
    said = faults.words(one.item.fault)
    assert said.what
    assert said.fix
    with pytest.raises(Problem):
        confirm(cast, intake)
    settle(cast, intake, 1, left_out=True)
    assert confirm(cast, intake).state == IntakeState.CONFIRMED


def test_a_scan_is_entered_by_hand_and_kept(cast: Cast) -> None:
    intake = stocks.read(cast, raw("董事会议事规则.pdf", stockfiles.scan()))
    settle(cast, intake, 1, by_hand=True, issued_on="2021-05-01", business="governance")
    assert line(intake, 1).open == []
    confirm(cast, intake)
    row = Entry.objects.select_related("body").get(register="policies")
    assert (row.title, row.level, row.body.data["files"][0]["name"]) == (
        "董事会议事规则",
        "basic",
        "董事会议事规则.pdf",
    )


def test_a_repaired_file_takes_the_place_of_the_faulty_one(cast: Cast) -> None:
    intake = stocks.read(cast, raw("印章管理办法.pdf", stockfiles.locked_pdf()))
    item = queries.find_file(intake, 1)
    actions.replace(item=item, upload=word("印章管理办法"), version=item.version, by=cast.actor(cast.mei))
    worker.drain()
    one = line(intake, 1)
    assert (one.item.state, one.name, one.open) == (FileState.READ, "印章管理办法", [])


def test_a_document_of_two_thousand_pages_is_read_whole(cast: Cast) -> None:
    intake = stocks.read(cast, raw("工程质量检验标准.pdf", make.long_pdf(2_000)))
    one = line(intake, 1)
    assert (one.item.state, one.item.found["pages"]) == (FileState.READ, 2_000)


def test_a_zip_of_folders_is_opened_and_its_folders_are_the_categories(cast: Cast) -> None:
    found = [
        stock.StockFile(
            "制度/安全环保", "巡查办法.docx", stockfiles.docx(stocks.rule("巡查办法")), "", "", "", date.min
        ),
        stock.StockFile("制度/__MACOSX", "x.docx", b"", "", "", "", date.min),
        stock.StockFile("制度", "~$巡查办法.docx", b"", "", "", "", date.min),
        stock.StockFile("制度", "里层.zip", b"PK", "", "", "", date.min),
    ]
    intake = stocks.read(cast, raw("制度.zip", stock.archive(found)))
    rows = IntakeFile.objects.filter(intake=intake).order_by("name")
    assert {(row.folder, row.name, row.fault) for row in rows} == {
        ("制度/安全环保", "巡查办法.docx", ""),
        ("制度", "里层.zip", "nested"),
    }
    assert next(one for one in queries.lines_of(intake) if not one.item.fault).value("business") == "safety"


def test_chinese_names_in_a_zip_made_on_windows_are_readable(cast: Cast) -> None:
    import io
    import zipfile

    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("xx/xxxx.txt", "印章管理办法\n第一条 用印应当登记，并由两人在场。")
    data = target.getvalue().replace(b"xx/xxxx.txt", "采/用印".encode("gb18030") + b".txt")
    intake = stocks.read(cast, raw("a.zip", data))
    assert IntakeFile.objects.get(intake=intake).folder == "采"
    assert IntakeFile.objects.get(intake=intake).name == "用印.txt"


def test_each_file_is_read_once_and_a_stock_whose_worker_was_killed_goes_on(cast: Cast) -> None:
    intake = stocks.empty(cast)
    uploads = [word(f"管理办法之{at}", more=(f"第{at}点 不同。",)) for at in range(1, 6)]
    actions.add(intake=intake, uploads=uploads, by=cast.actor(cast.mei))
    # Two were read before the worker died.
    from guiju.lib.extract.reader import Reader

    with Reader() as reader:
        for item in list(reading._waiting(intake))[:2]:
            reading._note(item, reader)
    moments = dict(FileText.objects.values_list("file_id", "read_at"))
    assert queries.progress(intake) == (2, 5)
    worker.drain()
    assert fresh(intake).state == IntakeState.READY
    assert {
        digest: at for digest, at in FileText.objects.values_list("file_id", "read_at") if digest in moments
    } == moments
    assert queries.progress(intake) == (5, 5)


def test_the_same_upload_sent_twice_is_there_once(cast: Cast) -> None:
    intake = stocks.empty(cast)
    for _time in range(2):
        actions.add(intake=intake, uploads=[word("印章管理办法")], by=cast.actor(cast.mei))
    assert IntakeFile.objects.filter(intake=intake).count() == 1


def test_two_people_at_one_file_and_the_second_sees_both_sides(cast: Cast) -> None:
    intake = stocks.read(cast, word("印章管理办法"))
    item = queries.find_file(intake, 1)
    actions.settle(item=item, values={"level": "basic"}, version=item.version, by=cast.actor(cast.lin))
    with pytest.raises(Conflict) as refused:
        actions.settle(item=item, values={"level": "guideline"}, version=item.version, by=cast.actor(cast.mei))
    assert refused.value.data["current"] == {"level": "basic"}
    assert refused.value.data["yours"] == {"level": "guideline"}
    assert line(intake, 1).value("level") == "basic"


def test_who_confirms_a_page_that_a_colleague_has_changed_is_told(cast: Cast) -> None:
    intake = stocks.read(cast, word("印章管理办法"))
    item = queries.find_file(intake, 1)
    actions.settle(item=item, values={"level": "basic"}, version=item.version, by=cast.actor(cast.lin))
    with pytest.raises(Conflict):
        actions.confirm(intake=intake, version=intake.version, year=clock.today().year, by=cast.actor(cast.mei))


def test_several_files_are_settled_at_once_or_none(cast: Cast) -> None:
    intake = stocks.read(cast, word("印章管理办法"), word("档案管理办法"))
    by = cast.actor(cast.mei)
    actions.settle_many(intake=intake, picked={1: 1, 2: 1}, values={"business": "office", "advice": "keep"}, by=by)
    assert [line(intake, at).value("business") for at in (1, 2)] == ["office", "office"]
    with pytest.raises(Conflict):
        actions.settle_many(intake=intake, picked={1: 1, 2: 2}, values={"level": "basic"}, by=by)
    assert line(intake, 2).value("level") == "specific"


@pytest.mark.parametrize(
    "values",
    [{"level": "x"}, {"issued_on": "2999-01-01"}, {"issued_on": "gestern"}, {"name": ""}, {"policy": "no"}, {"zz": 1}],
)
def test_what_cannot_be_is_refused_field_by_field(cast: Cast, values) -> None:
    intake = stocks.read(cast, word("印章管理办法"))
    with pytest.raises(Problem) as refused:
        settle(cast, intake, 1, **values)
    assert [fault.where for fault in refused.value.faults] == list(values)


def test_strangers_and_people_without_the_right_neither_see_nor_touch_a_stock(cast: Cast) -> None:
    intake = stocks.read(cast, word("印章管理办法"))
    for user in (cast.tan, cast.ou, cast.qian):
        with pytest.raises(NotFound):
            queries.find(cast.actor(user), intake.uid)
        with pytest.raises((Denied, NotFound)):
            actions.settle(item=queries.find_file(intake, 1), values={"level": "basic"}, version=1, by=cast.actor(user))
    assert queries.find(cast.actor(cast.lin), intake.uid).pk == intake.pk


def test_a_dropped_stock_leaves_nothing_and_takes_nothing(cast: Cast) -> None:
    intake = stocks.read(cast, word("印章管理办法"))
    by = cast.actor(cast.mei)
    actions.drop(intake=intake, by=by, version=intake.version)
    for act in (
        lambda: actions.add(intake=fresh(intake), uploads=[word("档案管理办法")], by=by),
        lambda: confirm(cast, intake),
        lambda: settle(cast, intake, 1, level="basic"),
    ):
        with pytest.raises(Conflict):
            act()
    assert not Entry.objects.filter(register="policies").exists()


def test_a_refusal_in_the_middle_leaves_no_record_at_all(cast: Cast) -> None:
    intake = stocks.read(cast, word("印章管理办法"), word("档案管理办法"))
    # Named apart here, but the library does not take two of one name: `《…》` around it is no other name.
    settle(cast, intake, 2, name="《印章管理办法》", apart=True)
    settle(cast, intake, 1, apart=True)
    with pytest.raises(Problem):
        confirm(cast, intake)
    assert not Entry.objects.filter(register__in=["policies", "policy_plans", "policy_stocktakes"]).exists()
    assert fresh(intake).state == IntakeState.READY


def test_a_large_stock_is_taken_over_in_the_background(cast: Cast) -> None:
    intake = stocks.read(cast, word("印章管理办法"), word("档案管理办法"))
    taking = actions.confirm(
        intake=intake, version=intake.version, year=clock.today().year, by=cast.actor(cast.mei), inline=1
    )
    assert taking.state == IntakeState.TAKING
    with pytest.raises(Conflict):
        settle(cast, intake, 1, level="basic")
    worker.drain()
    assert fresh(intake).state == IntakeState.CONFIRMED
    assert Entry.objects.filter(register="policies", status="issued").count() == 2


def test_the_trail_tells_of_the_stock_and_verifies(cast: Cast) -> None:
    intake = stocks.read(cast, word("印章管理办法"))
    settle(cast, intake, 1, level="basic")
    confirm(cast, intake)
    told = list(Event.objects.filter(object_type="intake").order_by("pk").values_list("action", flat=True))
    assert told == ["intake.begun", "intake.changed", "intake.changed", "intake.confirmed"]
    assert verify.run().findings == []


def test_the_posture_moves_when_the_stock_is_taken_over(cast: Cast) -> None:
    from guiju.packs import catalogue
    from guiju.posture import actions as posture
    from guiju.posture import findings
    from guiju.posture.models import Status

    pack, today = catalogue.current("cn:cq-sasac:2023-7"), clock.today()
    posture.adopt(unit=cast.sub, pack=pack, by=cast.house, from_on=today, base_date=today)
    asked = ["T01-1", "T01-2", "T01-3"]

    def status(code: str) -> str:
        (row,) = findings.findings(cast.sub, pack, codes=[code]) or []
        return row.status

    def met() -> list[str]:
        return [code for code in asked if status(code) == Status.MET]

    before = met()
    confirm(cast, stocks.read(cast, word("公司章程"), word("合同管理办法")))
    assert before == []
    assert met() == asked
