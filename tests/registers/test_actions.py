"""Entering, changing, moving and removing rows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from guiju.files.models import StoredFile
from guiju.lib import clock
from guiju.lib.errors import Conflict, Denied, NotFound, Problem
from guiju.registers import actions, changes, queries
from guiju.registers.models import Entry, EntryPast, EntryVersion
from guiju.trail import log as trail
from tests.registers.conftest import account

PLAIN = {
    "name": "办公用品采购合同",
    "number": "HT-001",
    "kind": "采购",
    "amount": "1,234.5",
    "signed_on": "2026年3月31日",
}


@pytest.fixture
def contract(house, contracts, officer):
    return actions.create(register="contracts", unit=house.power, values=PLAIN, by=officer)


def test_an_officer_enters_a_contract_and_its_columns_and_body_agree(contract, house):
    entry = Entry.objects.get(pk=contract.pk)
    assert (entry.title, entry.kind, str(entry.amount), str(entry.on)) == (
        "办公用品采购合同",
        "purchase",
        "1234.50",
        "2026-03-31",
    )
    assert entry.body.data == {
        "name": "办公用品采购合同",
        "number": "HT-001",
        "kind": "purchase",
        "amount": "1234.50",
        "signed_on": "2026-03-31",
        "party": "未填",
    }
    assert (entry.status, entry.version, entry.root_id, entry.created_by) == ("open", 1, house.group.pk, "officer")


def test_every_faulty_field_is_named_at_once_and_nothing_is_saved(house, contracts, officer):
    with pytest.raises(Problem) as refusal:
        actions.create(
            register=contracts,
            unit=house.power,
            by=officer,
            values={
                "kind": "租赁",
                "amount": "很多",
                "copies": 0,
                "signed_on": "2026-02-30",
                "handler": "孙悟空",
                "colour": "red",
            },
        )
    assert refusal.value.code == "entry.invalid"
    assert {fault.where for fault in refusal.value.faults} == {
        "name",
        "kind",
        "amount",
        "copies",
        "signed_on",
        "handler",
        "colour",
    }
    assert not Entry.objects.exists()


def test_a_date_may_not_lie_before_the_one_it_follows(contract, officer):
    with pytest.raises(Problem) as refusal:
        actions.update(entry=contract, values={"closed_on": "2026-03-01"}, version=1, by=officer)
    assert [fault.where for fault in refusal.value.faults] == ["closed_on"]


def test_a_number_that_must_be_unique_is_refused_within_the_group_and_allowed_outside(contract, house, officer):
    with pytest.raises(Problem) as refusal:
        actions.create(register="contracts", unit=house.gas, values=PLAIN, by=officer)
    assert "办公用品采购合同" in str(refusal.value)
    outside = account("outside", house.other)
    assert actions.create(register="contracts", unit=house.other, values=PLAIN, by=outside).pk


def test_a_change_keeps_the_old_version_and_its_history_names_the_field(contract, officer):
    changed = actions.update(entry=contract, values={"amount": "2000"}, version=1, by=officer, reason="补充协议")
    assert changed.version == 2
    old = EntryVersion.objects.get(uid=contract.uid)
    assert (old.version, str(old.amount), old.superseded_by, old.removed) == (1, "1234.50", "officer", False)
    latest = trail.history("entry", str(contract.uid))[0]
    assert latest.reason == "补充协议"
    assert [(change.label, change.before, change.after) for change in latest.changes] == [
        ("金额（元）", "1,234.50", "2,000.00")
    ]


def test_saving_without_a_change_leaves_no_trace(contract, officer):
    same = actions.update(entry=contract, values={"amount": "1234.50", "kind": "purchase"}, version=1, by=officer)
    assert same.version == 1
    assert not EntryVersion.objects.exists()
    assert len(trail.history("entry", str(contract.uid))) == 1


def test_the_second_of_two_editors_sees_both_sides_and_nothing_is_lost(contract, house, officer):
    colleague = account("colleague", house.power)
    actions.update(entry=contract, values={"amount": "3000", "party": "甲公司"}, version=1, by=colleague)
    with pytest.raises(Conflict) as refusal:
        actions.update(entry=contract, values={"amount": "2500", "note": "急件"}, version=1, by=officer)
    told = {line["field"]: line for line in refusal.value.data["fields"]}
    assert (told["amount"]["before"], told["amount"]["theirs"], told["amount"]["yours"]) == (
        "1234.50",
        "3000.00",
        "2500.00",
    )
    assert told["amount"]["clash"]
    assert not told["note"]["clash"]
    assert not told["party"]["clash"]
    assert refusal.value.data["version"] == 2
    assert refusal.value.data["by"] == "colleague"
    saved = Entry.objects.get(pk=contract.pk)
    assert (str(saved.amount), saved.text_2) == ("3000.00", "甲公司")


def test_a_move_needs_its_fields_and_its_reason(contract, officer):
    with pytest.raises(Problem) as refusal:
        actions.move(entry=contract, move="close", by=officer)
    assert {fault.where for fault in refusal.value.faults} == {"closed_on", "reason"}
    closed = actions.move(entry=contract, move="close", values={"closed_on": "2026-05-01"}, by=officer, reason="已付清")
    assert (closed.status, str(closed.done_on), closed.version) == ("closed", "2026-05-01", 2)
    told = {change.label: change.after for change in trail.history("entry", str(contract.uid))[0].changes}
    assert "已办结" in told.values()
    with pytest.raises(Conflict):
        actions.move(entry=closed, move="close", values={}, by=officer, reason="再来")


def test_a_row_may_begin_in_a_later_state_only_with_what_the_move_needs(house, contracts, officer):
    with pytest.raises(Problem) as refusal:
        actions.create(register="contracts", unit=house.power, values=PLAIN, by=officer, status="closed")
    assert [fault.where for fault in refusal.value.faults] == ["closed_on"]
    done = {**PLAIN, "closed_on": "2026-06-01"}
    assert (
        actions.create(register="contracts", unit=house.power, values=done, by=officer, status="closed").status
        == "closed"
    )


def test_a_removed_row_lives_on_among_the_versions(contract, officer):
    with pytest.raises(Problem):
        actions.remove(entry=contract, version=1, by=officer, reason=" ")
    actions.remove(entry=contract, version=1, by=officer, reason="录重了")
    assert not Entry.objects.exists()
    last = EntryVersion.objects.get(uid=contract.uid)
    assert last.removed
    assert last.data["number"] == "HT-001"
    assert trail.history("entry", str(contract.uid))[0].reason == "录重了"
    with pytest.raises(NotFound):
        queries.find(officer, contract.uid)


def test_a_row_that_another_one_refers_to_is_not_removed(contract, house, officer):
    actions.create(
        register="contracts",
        unit=house.power,
        by=officer,
        values={"name": "补充协议一", "number": "HT-002", "kind": "采购", "main": "HT-001"},
    )
    with pytest.raises(Problem) as refusal:
        actions.remove(entry=contract, version=1, by=officer, reason="录重了")
    assert "补充协议一" in refusal.value.what
    assert [row.title for row in queries.related_for(officer, contract)] == ["补充协议一"]


def test_outside_the_scope_there_is_nothing_and_a_reader_may_only_look(contract, house, officer):
    stranger = account("stranger", house.other)
    with pytest.raises(NotFound):
        queries.find(stranger, contract.uid)
    with pytest.raises(NotFound):
        actions.create(register="contracts", unit=house.power, values=PLAIN, by=stranger)
    with pytest.raises(NotFound):
        actions.update(entry=contract, values={"amount": "1"}, version=1, by=stranger)
    reader = account("reader", house.group, "reader")
    assert queries.find(reader, contract.uid).pk == contract.pk
    with pytest.raises(Denied):
        actions.update(entry=contract, values={"amount": "1"}, version=1, by=reader)
    with pytest.raises(Denied):
        actions.remove(entry=contract, version=1, by=reader, reason="x")


def test_a_state_as_of_an_earlier_day_is_what_was_recorded_by_then(house, contracts, officer):
    day = datetime(2026, 3, 1, 2, tzinfo=UTC)
    with clock.simulate(day):
        entry = actions.create(register="contracts", unit=house.power, values=PLAIN, by=officer)
    with clock.simulate(day + timedelta(days=10)):
        entry = actions.update(entry=entry, values={"amount": "9"}, version=1, by=officer)
    with clock.simulate(day + timedelta(days=20)):
        actions.remove(entry=entry, version=2, by=officer, reason="录重了")

    def known_on(days):
        at = day + timedelta(days=days)
        rows = EntryPast.objects.filter(recorded_at__lte=at).exclude(superseded_at__lte=at)
        return [str(row.amount) for row in rows]

    assert [known_on(days) for days in (-1, 0, 5, 10, 15, 20, 30)] == [
        [],
        ["1234.50"],
        ["1234.50"],
        ["9.00"],
        ["9.00"],
        [],
        [],
    ]


def test_a_late_entry_says_by_how_many_days(house, contracts, officer):
    with clock.simulate(datetime(2026, 4, 10, 2, tzinfo=UTC)):
        entry = actions.create(register="contracts", unit=house.power, values=PLAIN, by=officer)
    assert queries.late_days(entry, contracts) == 10
    assert trail.history("entry", str(entry.uid))[0].late_days == 10


def test_a_record_points_only_to_files_that_are_there(contract, officer):
    digest = "ab" * 32
    with pytest.raises(Problem) as refusal:
        actions.update(
            entry=contract, values={"files": [{"digest": digest, "name": "合同.pdf"}]}, version=1, by=officer
        )
    assert "合同.pdf" in str(refusal.value)
    StoredFile.objects.create(digest=digest, size=5, media_type="application/pdf", stored_at=clock.now())
    changed = actions.update(
        entry=contract, values={"files": [{"digest": digest, "name": "合同.pdf"}]}, version=1, by=officer
    )
    assert changed.file_count == 1


def test_listeners_hear_of_each_change_with_both_sides(house, contracts, officer, monkeypatch):
    heard: list[changes.Change] = []
    monkeypatch.setattr(changes, "_listeners", [heard.extend])
    entry = actions.create(register="contracts", unit=house.power, values=PLAIN, by=officer)
    actions.update(entry=entry, values={"amount": "9"}, version=1, by=officer)
    actions.remove(entry=Entry.objects.get(), version=2, by=officer, reason="录重了")
    sides = [(one.before and str(one.before["amount"]), one.after and str(one.after["amount"])) for one in heard]
    assert sides == [(None, "1234.50"), ("1234.50", "9.00"), ("9.00", None)]
    assert {(one.register, one.unit_id) for one in heard} == {("contracts", house.power.pk)}


def test_many_rows_are_entered_together_or_not_at_all(house, contracts, officer):
    many = [{**PLAIN, "number": f"HT-{number:03}"} for number in range(1, 8)]
    with pytest.raises(Problem) as refusal:
        actions.create_many(
            register="contracts", unit=house.power, rows=[*many, {**PLAIN, "number": "", "kind": "?"}], by=officer
        )
    assert refusal.value.faults[0].where == "8.kind"
    assert not Entry.objects.exists()
    assert actions.create_many(register="contracts", unit=house.power, rows=many, by=officer) == 7
    assert Entry.objects.count() == 7


def test_what_no_action_wrote_is_found_by_verification(contract, officer):
    from guiju.registers import telling
    from guiju.trail import reconcile

    def findings():
        found = reconcile.Findings()
        reconcile.reconcile(found)
        return [sentence for sentence in found.sentences if str(contract.uid) in sentence]

    actions.update(entry=contract, values={"amount": "5", "closed_on": "2026-04-01"}, version=1, by=officer)
    assert telling.live([str(contract.uid)])
    assert findings() == []
    Entry.objects.filter(pk=contract.pk).update(amount="6")
    assert len(findings()) == 1
