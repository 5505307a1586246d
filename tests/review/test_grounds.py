"""What an opinion rests on is chosen by whoever gives it, kept as it read then, and printed (审查依据)."""

from __future__ import annotations

import pytest

from guiju.documents.kinds import review_opinion
from guiju.lib.errors import Problem
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.review import grounds, keeping, queries
from guiju.review.models import Ground, Matter
from guiju.trail import verify
from tests.api.conftest import open_caller
from tests.conftest import Cast
from tests.documents.reviewed import in_registers
from tests.governance.policy_house import account
from tests.review.house import Reviewers, passed, reviewers, said, submitted
from tests.web.review.hands import client, does, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def them(cast: Cast) -> Reviewers:
    found = reviewers(cast)
    in_registers(found)
    values = {
        "name": "合同管理办法",
        "number": "华东〔2026〕3号",
        "mechanism": "business",
        "field": "contract",
        "issued_on": "2026-01-05",
    }
    registers.create(register="policies", unit=found.unit, values=values, by=found.house)
    return found


def _row(register: str) -> Entry:
    return Entry.objects.select_related("body").get(register=register)


def _paper(them: Reviewers, row: Matter) -> str:
    return str(review_opinion.of_matter(queries.one(them.by("staff"), row.uid)).as_dict())


def test_the_rules_that_apply_stand_beside_obligations_and_risks(them: Reviewers) -> None:
    found = grounds.offered(them.by("staff"), submitted(them))
    assert [row.title for row in found.policies] == ["合同管理办法"]
    assert [row.title for row in found.risks] == ["无权代理签约"]


def test_what_a_reviewer_chose_is_kept_with_his_opinion_and_printed_as_it_read_then(them: Reviewers) -> None:
    duty, rule = _row("obligations"), _row("policies")
    row = said(them, submitted(them), "officer", basis=[{"entry": str(rule.uid)}, {"entry": str(duty.uid)}])
    row = said(them, row, "staff", basis=[{"text": "民法典第五百零二条"}, {"entry": str(duty.uid)}])
    registers.update(
        entry=rule, values={"name": "合同管理办法（修订）"}, version=rule.version, by=them.house, reason="改名"
    )
    printed = _paper(them, row)
    assert "合同管理办法（修订）" not in printed
    for words in ("合同管理办法", "华东〔2026〕3号", "民法典第五百零二条", "民法典第一百七十一条"):
        assert words in printed, words
    assert printed.count("合同签订前核实对方主体资格和授权") == 1
    run = keeping.last_run(row)
    assert run is not None
    named = {one.name: [ground.title for ground in row.grounds.filter(seat=one.uid)] for one in run.seats.all()}
    assert named["管平"] == ["合同签订前核实对方主体资格和授权", "合同管理办法"]
    assert verify.run().findings == []


def test_what_nobody_chose_is_not_printed_as_if_somebody_had(them: Reviewers) -> None:
    printed = _paper(them, passed(them))
    assert "无权代理签约" not in printed
    assert "审查依据" in review_opinion.of_matter(queries.one(them.by("staff"), Matter.objects.get().uid)).missing


def test_a_ground_that_is_not_there_for_the_reviewer_is_refused_with_the_opinion(them: Reviewers, cast: Cast) -> None:
    other = registers.create(
        register="policies", unit=cast.stranger, by=them.house,
        values={"name": "别家制度", "mechanism": "business", "field": "contract", "issued_on": "2026-01-05"},
    )  # fmt: skip
    row = submitted(them)
    for basis in ([{"entry": str(other.uid)}], [{"entry": "x"}], [{"text": "长" * 301}]):
        with pytest.raises(Problem) as refused:
            said(them, row, "officer", basis=basis)
        assert {fault.where for fault in refused.value.faults} == {"grounds"}
    assert Ground.objects.count() == 0


def test_a_reviewer_ticks_what_his_opinion_rests_on_and_finds_it_on_the_way(them: Reviewers, cast: Cast) -> None:
    row, officer = submitted(them), client(cast, them, "officer")
    duty = _row("obligations")
    assert f'name="ground" value="{duty.uid}"' in page(officer, "review-one", row.uid)
    again = does(
        officer, row, "speak", status=422, stand="revise", opinion="", ground=[str(duty.uid)], ground_words="价格法"
    )
    assert f'value="{duty.uid}" checked' in again
    assert "价格法</textarea>" in again
    does(officer, row, "speak", stand="agree", ground=[str(duty.uid)], ground_words="价格法第十四条\n\n招标投标法")
    assert [one.title for one in Ground.objects.order_by("ordinal")] == [duty.title, "价格法第十四条", "招标投标法"]
    shown = page(client(cast, them, "buyer"), "review-one", row.uid)
    assert "价格法第十四条" in shown
    assert f"/r/obligations/{duty.uid}/" not in shown  # she sees no register
    assert f"/r/obligations/{duty.uid}/" in page(client(cast, them, "staff"), "review-one", row.uid)


def test_a_programme_chooses_from_the_same_rows(them: Reviewers) -> None:
    row = submitted(them)
    row = said(them, row, "officer")
    caller = open_caller(them.staff, them.unit)
    offered = caller.get(f"/reviews/{row.uid}/grounds").json()
    assert [one["register"] for one in offered] == ["obligations", "policies", "risk_list"]
    body = {"stand": "agree", "version": row.version, "basis": [{"entry": offered[1]["entry"]}, {"text": "合同法"}]}
    answer = caller.post(f"/reviews/{row.uid}/opinions", body)
    assert answer.status_code == 200, answer.content
    seat = answer.json()["rounds"][0]["seats"][1]
    assert [(one["register"], one["title"]) for one in seat["basis"]] == [("policies", "合同管理办法"), ("", "合同法")]


def test_whoever_sees_no_register_rests_his_opinion_on_his_own_words(them: Reviewers, cast: Cast) -> None:
    adviser = account("Fawu", "employee", cast.sub, cast.house)
    assert grounds.offered(cast.actor(adviser), submitted(them)).is_empty
