"""Lin enters, changes, moves and removes a record; Mei is quicker once."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guiju.org import actions as org
from guiju.packs import catalogue
from guiju.posture import actions as posture
from guiju.registers import actions
from guiju.registers.models import Entry
from tests.conftest import Cast
from tests.web.conftest import Firm
from tests.web.registers.conftest import Enter, obligation

URL = "/r/obligations/"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def _text(response) -> str:
    return response.content.decode()


def test_lin_enters_an_obligation_and_sees_it_saved(cast: Cast) -> None:
    client = cast.client(cast.lin)
    response = client.post(f"{URL}new", {"unit": "HD", **obligation(), "owner": str(cast.wang.uid)}, follow=True)
    entry = Entry.objects.get(register="obligations")
    assert response.redirect_chain[-1][0] == f"{URL}{entry.uid}/?saved=1"
    assert (entry.number, entry.unit, entry.owner) == ("YW-001", cast.group, cast.wang)
    assert "王敏" in _text(response)


def test_a_form_with_faults_comes_back_with_everything_that_was_entered(cast: Cast) -> None:
    given = {"unit": "HD", **obligation(duty="", identified_on="2025-02-31"), "owner": str(cast.wang.uid)}
    response = cast.client(cast.lin).post(f"{URL}new", given)
    assert response.status_code == 422
    form = response.context["form"]
    assert set(form.errors) == {"duty", "identified_on"}
    assert 'value="YW-001"' in _text(response)
    assert f'value="{cast.wang.uid}" selected' in _text(response)
    assert not Entry.objects.exists()


def test_what_an_address_knows_is_filled_in(cast: Cast) -> None:
    client = cast.client(cast.lin)
    response = client.get(f"{URL}new?unit=HD-01&set.scope=internal&set.owner=王敏&set.nothing=1")
    assert response.context["form"].initial == {"scope": "internal", "owner": str(cast.wang.uid)}
    assert response.context["unit"] == cast.sub


def test_one_more_like_this_takes_over_all_but_number_and_days(cast: Cast, enter: Enter) -> None:
    entry = enter(business="投标")
    initial = cast.client(cast.lin).get(f"{URL}new?like={entry.uid}").context["form"].initial
    assert initial["business"] == "投标"
    assert not initial.keys() & {"number", "identified_on"}


def test_the_record_shows_its_facts_by_section_and_says_what_is_missing(cast: Cast, enter: Enter) -> None:
    entry = enter()
    response = cast.client(cast.lin).get(f"{URL}{entry.uid}/")
    titles = [section["title"] for section in response.context["sections"]]
    assert titles == ["义务", "来源", "关联", "时间"]
    facts = {row["label"]: row for section in response.context["sections"] for row in section["rows"]}
    assert facts["编号"]["text"] == "YW-001"
    assert facts["负责人"]["missing"]


def test_a_group_of_facts_is_changed_in_place(cast: Cast, enter: Enter) -> None:
    entry = enter()
    client = cast.client(cast.lin)
    form = client.get(f"{URL}{entry.uid}/section/0", headers={"HX-Request": "true"})
    assert "<html" not in _text(form)
    assert 'name="duty"' in _text(form)
    assert 'name="source"' not in _text(form)
    given = {"version": 1, "number": "YW-001", "duty": "改过的义务", "scope": "external"}
    response = client.post(f"{URL}{entry.uid}/section/0", given)
    assert response.url == f"{URL}{entry.uid}/?saved=1#section-0"
    entry.refresh_from_db()
    assert (entry.title, entry.text_1, entry.version) == ("改过的义务", "《招标投标法》第三条", 2)


def test_a_group_with_a_fault_is_shown_in_its_place(cast: Cast, enter: Enter) -> None:
    entry = enter()
    given = {"version": 1, "number": "Y-1", "duty": "", "scope": "external"}
    response = cast.client(cast.lin).post(f"{URL}{entry.uid}/section/0", given)
    assert response.status_code == 422
    assert "duty" in response.context["sections"][0]["form"]["form"].errors


def _full(entry: Entry, **changed: object) -> dict[str, object]:
    return {"version": entry.version, **obligation(entry.number), **changed}


def test_when_two_change_the_same_record_both_sides_are_shown_and_nothing_is_lost(cast: Cast, enter: Enter) -> None:
    entry = enter(unit=cast.sub)
    lin = cast.client(cast.lin)
    theirs = {"source": "梅填的", "business": "投标"}
    actions.update(entry=entry, values=theirs, version=1, by=cast.actor(cast.mei))
    response = lin.post(f"{URL}{entry.uid}/edit", _full(entry, source="林填的", reviewed_on="2025-06-01"))
    assert response.status_code == 409
    assert [line["code"] for line in response.context["clashes"]] == ["source"]
    assert {line["code"]: line["kind"] for line in response.context["quiet"]} == {
        "business": "theirs",
        "reviewed_on": "mine",
    }
    assert "梅填的" in _text(response)
    assert "林填的" in _text(response)
    held = {name: response.context[name] for name in ("mine", "base", "version")}
    undecided = lin.post(f"{URL}{entry.uid}/resolve", held)
    assert undecided.status_code == 409
    assert "林填的" in _text(undecided)
    saved = lin.post(f"{URL}{entry.uid}/resolve", {**held, "take.source": "mine"})
    assert saved.status_code == 302
    entry.refresh_from_db()
    assert (entry.text_1, entry.text_3, str(entry.date_1)) == ("林填的", "投标", "2025-06-01")


def test_one_may_leave_the_field_as_the_other_wrote_it(cast: Cast, enter: Enter) -> None:
    entry = enter()
    lin = cast.client(cast.lin)
    actions.update(entry=entry, values={"source": "梅填的"}, version=1, by=cast.house)
    page = lin.post(f"{URL}{entry.uid}/edit", _full(entry, source="林填的", reviewed_on="2025-06-01")).context
    held = {name: page[name] for name in ("mine", "base", "version")}
    lin.post(f"{URL}{entry.uid}/resolve", {**held, "take.source": "theirs"})
    entry.refresh_from_db()
    assert (entry.text_1, str(entry.date_1)) == ("梅填的", "2025-06-01")


def test_a_move_asks_for_what_it_needs_and_tells_what_is_lacking(cast: Cast, enter: Enter) -> None:
    entry = enter()
    client = cast.client(cast.lin)
    (move,) = client.get(f"{URL}{entry.uid}/").context["moves"]
    assert list(move["form"].fields) == ["ends_on"]
    refused = client.post(move["url"], {"ends_on": "2025-12-31", "reason": ""})
    assert refused.status_code == 422
    assert "2025-12-31" in _text(refused)
    assert client.post(move["url"], {"ends_on": "2025-12-31", "reason": "法规废止"}).status_code == 302
    entry.refresh_from_db()
    assert entry.status == "lapsed"


def test_a_removed_record_still_says_what_it_was_who_removed_it_and_why(cast: Cast, enter: Enter) -> None:
    entry = enter()
    client = cast.client(cast.lin)
    client.post(f"{URL}{entry.uid}/remove", {"version": 1, "reason": "登记错误"})
    assert not Entry.objects.filter(uid=entry.uid).exists()
    response = client.get(f"{URL}{entry.uid}/")
    assert response.status_code == 410
    for word in ("Lin", "登记错误", "依法招标 YW-001"):
        assert word in _text(response)
    assert cast.client(cast.tan).get(f"{URL}{entry.uid}/").status_code == 404


def test_history_tells_each_change_field_by_field(cast: Cast, enter: Enter) -> None:
    entry = enter()
    actions.update(entry=entry, values={"source": "新依据"}, version=1, by=cast.actor(cast.lin), reason="条文修订")
    told = cast.client(cast.lin).get(f"{URL}{entry.uid}/history").context["history"]
    assert [(change.before, change.after) for change in told[0].changes] == [("《招标投标法》第三条", "新依据")]
    assert told[0].reason == "条文修订"
    assert told[0].late_days == 0
    assert told[-1].late_days > 0


def test_a_file_is_handed_out_only_to_those_who_may_see_its_record(cast: Cast) -> None:
    client = cast.client(cast.lin)
    given = {"unit": "HD", **obligation(), "files__shown": "1", "files": SimpleUploadedFile("依据.pdf", PDF)}
    client.post(f"{URL}new", given)
    entry = Entry.objects.get(register="obligations")
    assert entry.file_count == 1
    (file,) = client.get(f"{URL}{entry.uid}/").context["files"]
    assert b"".join(client.get(file["url"]).streaming_content) == PDF
    assert cast.client(cast.tan).get(file["url"]).status_code == 404
    other = re.sub(r"files/[0-9a-f]{64}", "files/" + "0" * 64, file["url"])
    assert client.get(other).status_code == 404


def test_a_form_with_faults_comes_back_with_its_files(cast: Cast) -> None:
    client = cast.client(cast.lin)
    given = {"unit": "HD", **obligation(duty=""), "files__shown": "1", "files": SimpleUploadedFile("依据.pdf", PDF)}
    response = client.post(f"{URL}new", given)
    (token,) = re.findall(r'name="files__kept" value="([^"]+)"', _text(response))
    client.post(f"{URL}new", {"unit": "HD", **obligation(), "files__shown": "1", "files__kept": [token, "forged:x"]})
    assert Entry.objects.get(register="obligations").file_count == 1


def test_a_program_is_refused_beside_its_field(cast: Cast) -> None:
    given = {"unit": "HD", **obligation(), "files__shown": "1", "files": SimpleUploadedFile("x.exe", b"MZ" + b"0" * 99)}
    response = cast.client(cast.lin).post(f"{URL}new", given)
    assert response.status_code == 422
    assert "files" in response.context["form"].errors
    assert not Entry.objects.exists()


def test_lin_moves_several_rows_at_once_or_none(cast: Cast, enter: Enter) -> None:
    entries = [enter("YW-001"), enter("YW-002"), enter("YW-003")]
    actions.move(entry=entries[2], move="lapse", by=cast.house, values={"ends_on": "2025-05-01"}, reason="x")
    client = cast.client(cast.lin)
    picked = [str(entry.uid) for entry in entries]
    asked = client.post(f"{URL}bulk", {"action": "move:lapse", "pick": picked})
    assert list(asked.context["form"].fields) == ["ends_on"]
    told = {"action": "move:lapse", "confirmed": "1", "ends_on": "2025-06-30", "reason": "法规废止"}
    refused = client.post(f"{URL}bulk", {**told, "pick": picked})
    assert [line["title"] for line in refused.context["refused"]] == ["依法招标 YW-003"]
    assert Entry.objects.filter(status="in_force").count() == 2
    client.post(f"{URL}bulk", {**told, "pick": picked[:2]})
    assert not Entry.objects.filter(status="in_force").exists()


def test_removing_several_rows_needs_a_reason(cast: Cast, enter: Enter) -> None:
    picked = [str(enter("YW-001").uid), str(enter("YW-002").uid)]
    client = cast.client(cast.lin)
    told = {"action": "remove", "confirmed": "1", "pick": picked}
    assert client.post(f"{URL}bulk", {**told, "reason": ""}).status_code == 422
    assert Entry.objects.count() == 2
    client.post(f"{URL}bulk", {**told, "reason": "重复"})
    assert not Entry.objects.exists()


def test_units_and_people_go_through_the_same_pages(cast: Cast) -> None:
    client = cast.client(cast.lin)
    client.post("/r/people/new", {"unit": "HD", "name": "李强", "number": "2001", "external": "0"})
    found = client.get("/r/people/?q=李强").context["page"].rows
    assert [row.title for row in found] == ["李强"]
    record = client.get(f"/r/people/{found[0].uid}/")
    assert record.context["remove"] is None
    given = {"version": 1, "name": "李强", "number": "2001", "post": "部长", "external": "0"}
    client.post(f"/r/people/{found[0].uid}/edit", given)
    assert "部长" in _text(client.get(f"/r/people/{found[0].uid}/"))
    assert "华东路桥" in _text(client.get("/r/units/"))


def test_two_who_change_the_same_person_are_shown_both_sides(cast: Cast) -> None:
    client = cast.client(cast.lin)
    page = f"/r/people/{cast.wang.uid}/edit"
    given = {"version": cast.wang.version, "name": "王敏", "number": "1001", "external": "0"}
    assert client.post(page, {**given, "post": "专员"}).status_code == 302
    response = client.post(page, {**given, "post": "部长"})
    assert response.status_code == 409
    held = {name: response.context[name] for name in ("mine", "base", "version")}
    client.post(f"/r/people/{cast.wang.uid}/resolve", {**held, "take.post": "mine"})
    cast.wang.refresh_from_db()
    assert cast.wang.post == "部长"


def test_a_picker_finds_people_by_name_sound_and_number(cast: Cast) -> None:
    client = cast.client(cast.mei)
    for q in ("王", "wm", "wangmin", "1001"):
        results = client.get("/r/pick/person", {"q": q, "unit": "HD-01"}).json()["results"]
        assert [one["value"] for one in results] == [str(cast.wang.uid)], q
    assert client.get("/r/pick/person", {"q": "王", "unit": "SJ"}).status_code == 404
    stranger = cast.client(cast.tan).get("/r/pick/person", {"q": "王", "unit": "SJ"}).json()
    assert stranger == {"results": []}


def test_after_saving_the_record_says_what_it_now_proves(cast: Cast) -> None:
    pack = catalogue.current("cn:casmes:effectiveness-draft")
    org.set_attribute(
        unit=cast.group, code="size_override", value="medium", from_on=date(2024, 1, 1), by=cast.house, reason="tests"
    )
    posture.adopt(unit=cast.group, pack=pack, by=cast.actor(cast.lin))
    client = cast.client(cast.lin)
    given = {"unit": "HD", **obligation(business="投标"), "owner": str(cast.wang.uid)}
    response = client.post(f"{URL}new", given, follow=True)
    assert response.context["just_saved"]
    proofs = response.context["proofs"]
    assert proofs
    assert all(proof["url"].startswith("/u/HD/posture/") for proof in proofs)
    assert any(proof["is_new"] for proof in proofs)
    later = client.get(response.redirect_chain[-1][0].split("?")[0])
    assert "proofs" not in later.context
    assert proofs[0]["code"] in _text(client.get(later.context["proofs_url"]))


def test_lin_enters_a_row_for_a_subsidiary_and_stays_where_she_works(cast: Cast) -> None:
    client = cast.client(cast.lin)
    client.post(f"{URL}new", {"unit": "HD-01", **obligation()})
    assert Entry.objects.get(register="obligations").unit == cast.sub
    assert client.get(URL).context["unit"] == cast.group


def test_mei_cannot_enter_rows_for_the_group(cast: Cast) -> None:
    assert cast.client(cast.mei).post(f"{URL}new", {"unit": "HD", **obligation()}).status_code == 404
    assert not Entry.objects.exists()


def test_the_form_says_which_requirement_the_row_is_to_prove(firm: Firm) -> None:
    asked = "/r/bodies/new?unit=HD&proves=cn:casmes:effectiveness-draft/A.1.1-m01"
    assert "企业制定某个机构作为企业合规最高领导机构" in firm.page(asked)


@pytest.mark.parametrize("reason", ["nothing", "cn:none/A.1", "cn:casmes:effectiveness-draft/Z.9", "/"])
def test_a_form_works_without_the_requirement_of_a_mistyped_address(firm: Firm, reason: str) -> None:
    assert "What this record is to prove" not in firm.page(f"/r/bodies/new?unit=HD&proves={reason}")


def test_columns_that_the_firm_has_not_named_are_on_no_form_and_what_a_later_step_asks_is_folded(cast: Cast) -> None:
    client = cast.client(cast.lin)
    page = client.get("/r/risk_list/new?unit=HD")
    assert "own_1" not in page.context["form"].fields
    assert "level" in page.context["form"].fields
    rectification = client.get("/r/rectifications/new?unit=HD")
    folded = [one["title"] for one in rectification.context["form"].sections if one["is_later"]]
    assert folded == ["验收"]
