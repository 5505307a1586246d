"""Reviews typed into the register: the honest ledger of a paper firm gets its rate, a row made up for it does not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from guiju.lib import clock
from guiju.lib.excel import writer
from guiju.posture import evidence, reading
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.review import actions
from guiju.review.enums import LeakKind as K
from guiju.review.leaks import queries, telling, wording
from guiju.review.models import LeakFinding, LeakRun, Matter
from guiju.trail import verify
from tests.conftest import Cast, english
from tests.review.house import Reviewers, committee, passed, said, submitted
from tests.review.test_leaks_actions import ago, contract, kinds, look, rate_in_posture
from tests.web.review.hands import client

pytestmark = pytest.mark.django_db

TITLE, PARTY = "保洁合同", "丁公司"


def on_day(day: str) -> Any:
    """As if it were that day."""
    return clock.simulate(clock.now() - (clock.today() - date.fromisoformat(day)))


def typed(them: Reviewers, *, who: str = "staff", entered: str = "", **more: Any) -> Entry:
    """A row of the review register by somebody's hand, today where no other day is named."""
    values = {
        "matter": TITLE, "subject": "contract", "reviewed_on": ago(70), "outcome": "agree", "about": "HT-9", "party": PARTY,
        "reviewer": str(them.person("staff").uid), "submitter": str(them.person("buyer").uid),
    }  # fmt: skip
    with on_day(entered or ago(0)):
        unit = them.department if who == "officer" else them.unit
        return registers.create(register="reviews", unit=unit, values=values | more, by=them.by(who))


def signed(them: Reviewers, days_ago: int = 60) -> Entry:
    return contract(them, "HT-9", name=TITLE, party=PARTY, signed_on=ago(days_ago))


def rate(run: LeakRun) -> tuple[int, int, int]:
    """Reviewed, of how many, and entered afterwards."""
    whole, _single = queries.rates(run)
    line = next(one for one in whole if one.kind == "contract")
    return line.ok, line.n, line.entered


def test_a_paper_firm_that_enters_its_reviews_in_time_gets_its_rate(them: Reviewers) -> None:
    signed(them)
    typed(them, entered=ago(68))
    run = look(them)
    assert rate(run) == (1, 1, 0)
    assert kinds(run) == []
    assert rate_in_posture(them, "contract") == (1, 1)


def test_entered_on_the_day_of_the_signing_is_in_time(them: Reviewers) -> None:
    signed(them)
    typed(them, entered=ago(60))
    assert rate(look(them)) == (1, 1, 0)
    assert rate_in_posture(them, "contract") == (1, 1)


def test_what_the_officer_types_after_the_signing_is_told_beside_the_rate(them: Reviewers) -> None:
    signed(them)
    typed(them)
    run = look(them)
    assert rate(run) == (0, 1, 1)
    assert kinds(run) == [(K.ENTERED, TITLE)]
    found = LeakFinding.objects.get(run=run)
    assert found.sides["figures"] == {"days": "60", "entered_on": clock.today().isoformat()}
    assert wording.why(found)
    assert any("100%" in line for line in telling.lines(run))
    assert rate_in_posture(them, "contract") == (0, 1)
    assert verify.run().findings == []


def test_the_page_of_the_leak_finder_says_what_the_rate_would_be_with_them(cast: Cast, them: Reviewers) -> None:
    signed(them)
    contract(them, "HT-10", name="绿化合同", party="戊公司")
    typed(them)
    look(them)
    page = english(client(cast, them, "staff")).get(reverse("review-leaks", args=[them.unit.code])).content.decode()
    assert "1 entered afterwards is not counted; with it 1 of 2 (50%)" in page
    assert "A review on paper counts where it was entered by that day." in page
    assert "Review entered afterwards" in page


def test_a_review_by_whoever_submitted_it_proves_nothing(them: Reviewers) -> None:
    signed(them)
    own = str(them.person("officer").uid)
    typed(them, who="officer", submitter=own, reviewer=own, entered=ago(69))
    run = look(them)
    assert rate(run) == (0, 1, 0)
    found = LeakFinding.objects.get(run=run)
    assert (found.kind, found.why) == (K.UNREVIEWED, "own")
    assert wording.why(found)
    assert rate_in_posture(them, "contract") == (0, 1)


@pytest.mark.parametrize(
    "later",
    [
        {"about": "HT-9", "matter": TITLE, "party": PARTY}, {"outcome": "agree"}, {"reviewed_on": "70"},
        {"valid_until": "1"}, {"reviewer": "staff"},
    ],
)  # fmt: skip
def test_a_row_that_is_made_into_the_review_afterwards_counts_from_then_on(
    them: Reviewers, later: dict[str, str]
) -> None:
    """Entered in time as something else: of another contract, not passed, later, ended, by himself."""
    before: dict[str, dict[str, Any]] = {
        "about": {"about": "HT-1", "matter": "别的合同", "party": "别家"}, "outcome": {"outcome": "revise"},
        "reviewed_on": {"reviewed_on": ago(69)}, "valid_until": {"valid_until": ago(69)},
        "reviewer": {"reviewer": str(them.person("officer").uid), "submitter": str(them.person("officer").uid)},
    }  # fmt: skip
    signed(them)
    row = typed(them, entered=ago(69), **before[next(iter(later))])
    values = {
        name: str(them.person(said).uid) if name == "reviewer" else ago(int(said)) if said.isdigit() else said
        for name, said in later.items()
    }
    registers.update(entry=row, values=values, version=row.version, by=them.by("staff"))
    assert rate(look(them)) == (0, 1, 1)
    assert rate_in_posture(them, "contract") == (0, 1)


def test_what_is_added_of_the_decision_afterwards_changes_nothing(them: Reviewers) -> None:
    signed(them)
    row = typed(them, entered=ago(68))
    values = {"decided_on": ago(60), "adopted": True, "signed_by": "合规管理委员会"}
    row = registers.update(entry=row, values=values, version=row.version, by=them.by("staff"))
    assert row.version == 2
    assert rate(look(them)) == (1, 1, 0)
    assert rate_in_posture(them, "contract") == (1, 1)


def test_a_typed_row_does_not_pass_what_was_vetoed_here(them: Reviewers) -> None:
    committee(them)
    row = said(them, said(them, submitted(them), "officer"), "staff", "veto", "违法")
    row = actions.report_veto(matter=row, receiver=them.person("chair"), by=them.by("staff"))
    today = clock.today().isoformat()
    contract(them, "HT-2026-001", signed_on=today)
    for more in (
        {"matter": "补录的审查", "number": row.number}, {"matter": "补录的审查", "about": "HT-2026-001"},
        {"matter": "补录的审查二", "reference": "HT-2026-001"}, {"matter": row.title, "party": "某某科技有限公司"},
    ):  # fmt: skip
        typed(them, reviewed_on=ago(1), entered=ago(1), **{"about": None, "party": None, **more})
    run = look(them)
    assert rate(run) == (0, 1, 0)
    found = LeakFinding.objects.get(run=run)
    assert (found.kind, found.why) == (K.UNREVIEWED, "vetoed")
    assert found.sides["review"]["number"] == row.number
    assert rate_in_posture(them, "contract") == (0, 1)


def test_the_number_of_a_review_here_is_its_own_rows_alone(them: Reviewers) -> None:
    """A major decision names the review that passed here; a typed row with its number stands for nothing else."""
    row = passed(them)
    typed(them, matter="完全不同的事", number=row.number, about=None, party=None, subject="decision", entered=ago(1))
    told = _rows(them)
    assert [one.own_number for one in told if one.said_on is None] == [row.number]
    assert [one.own_number for one in told if one.said_on is not None] == [""]


def test_an_outcome_against_it_is_no_pass_because_a_last_day_is_typed_beside(them: Reviewers) -> None:
    signed(them)
    typed(them, outcome="disagree", valid_until=ago(-100), entered=ago(69))
    assert rate(look(them)) == (0, 1, 0)
    assert rate_in_posture(them, "contract") == (0, 1)


def test_what_passed_here_needs_no_hand(them: Reviewers) -> None:
    """The row follows the matter, and changes of the matter do not make it late."""
    row = passed(them)
    contract(them, "HT-2026-001", signed_on=clock.today().isoformat())
    with clock.simulate(clock.now() + timedelta(days=9)):
        actions.void(matter=Matter.objects.get(pk=row.pk), reason="对方资质到期", by=them.by("head"))
        assert rate(look(them)) == (1, 1, 0)
        assert rate_in_posture(them, "contract") == (1, 1)


def test_a_ledger_taken_in_from_a_workbook_afterwards_is_told_beside_the_rate(them: Reviewers, tmp_path: Any) -> None:
    from guiju.registers import importing

    signed(them)
    path = tmp_path / "审查台账.xlsx"
    columns = ["审查事项", "事项类别", "审查日期", "审查人", "审查意见", "合同编号或文号", "相对方"]
    line = [TITLE, "经济合同", ago(70), "何规", "同意", "HT-9", PARTY]
    writer.write(path, title="审查台账", columns=[writer.Column(one) for one in columns], rows=[line])
    run = importing.prepare(register="reviews", unit=them.unit, path=path, name=path.name, by=them.by("staff"))
    importing.confirm(run, them.by("staff"))
    assert Entry.objects.filter(register="reviews", title=TITLE).count() == 1
    assert rate(look(them)) == (0, 1, 1)


def _rows(them: Reviewers) -> list[Any]:
    test = evidence.get("review.rate")
    found = reading.read([them.unit.pk], test.relations(test.Params()), on=clock.today())[them.unit.pk]
    return [row for row in found.of(_review()) if row.number]


def _review() -> Any:
    from guiju.posture import facts

    return facts.Review


def test_a_question_as_of_an_earlier_day_knows_only_what_stood_then(them: Reviewers) -> None:
    signed(them)
    row = typed(them, entered=ago(69), outcome="revise")
    registers.update(entry=row, values={"outcome": "agree"}, version=row.version, by=them.by("staff"))
    test = evidence.get("review.rate")
    params = test.Params(subjects=("contract",), months=12)  # type: ignore[call-arg]
    day = clock.today() - timedelta(days=2)
    facts = reading.read(
        [them.unit.pk], test.relations(params), on=day, recorded_by=reading.end_of_day(day), titles=True
    )[them.unit.pk]
    rows = facts.of(_review())
    assert [(one.outcome, one.bar, one.said_on) for one in rows] == [
        ("revise", "not_passed", clock.today() - timedelta(days=69))
    ]
