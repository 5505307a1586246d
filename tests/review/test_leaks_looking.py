"""Looks that follow one another: rates with what is told beside them, what comes back, what is no longer found."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from guiju.jobs import worker
from guiju.jobs.models import Job
from guiju.lib import clock, pairing
from guiju.lib.pairing import Doing, Given
from guiju.registers import actions as registers
from guiju.registers.models import Entry
from guiju.review.enums import LeakKind as K
from guiju.review.enums import LeakState
from guiju.review.leaks import actions, following, looking, queries
from guiju.review.models import LeakFinding, LeakRun, LeakSettlement
from guiju.trail import verify
from guiju.trail.presenters import history
from tests.cli import conftest as cli
from tests.review.house import Reviewers
from tests.review.test_leaks_actions import ago, contract, kinds, look, rate_in_posture, review, through

pytestmark = pytest.mark.django_db

guiju = cli.guiju


def change(row: Entry, **values: Any) -> None:
    fresh = Entry.objects.get(pk=row.pk)
    registers.update(entry=fresh, values=values, version=fresh.version, by=looking.HOUSE, reason="更正")


def contracts(run: LeakRun) -> queries.RateLine:
    (_policy, line, _decision), _single = queries.rates(run)
    return line


# --- rates ----------------------------------------------------------------------------------------------------------


def test_what_was_reviewed_but_done_otherwise_is_told_beside_the_rate(them: Reviewers) -> None:
    through(them)
    contract(them, "HT-2026-001", amount="310000")
    contract(them, "HT-2", name="沥青采购合同", party="乙公司", signed_on=ago(3))
    review(them, "沥青采购合同", ago(5), party="乙公司")
    contract(them, "HT-3", name="食堂食材采购合同", party="丙公司")
    contract(them, "HT-4", name="保洁合同", party="丁公司", signed_on=ago(30))
    review(them, "保洁合同", ago(10), party="丁公司")
    run = look(them)
    line = contracts(run)
    assert (line.ok, line.n, line.percent, line.clean) == (2, 4, 50, 1)
    assert (line.against, line.beside) == ({"unreviewed": 1, "late": 1}, {"changed": 1})
    assert rate_in_posture(them, "contract") == (line.ok, line.n)
    for kind, count in (*line.against.items(), *line.beside.items()):
        assert queries.findings(run, rate="contract", kind=kind)[1] == count
    assert queries.findings(run, rate="contract")[1] == line.n - line.ok


def test_an_older_look_that_did_not_count_so_much_says_nothing_of_it(them: Reviewers) -> None:
    contract(them, "HT-1")
    run = look(them)
    run.rates = [{name: one[name] for name in ("unit", "name", "kind", "n", "ok")} for one in run.rates]
    assert (contracts(run).clean, contracts(run).against) == (None, {})


#: To shrink such a history takes longer than to read it.
_NO_SHRINK = (Phase.explicit, Phase.reuse, Phase.generate)
_NAMES = ("采购合同", "检测合同")
_FIRMS = ("甲公司", "乙公司", "")


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=_NO_SHRINK)
@given(rng=st.randoms(use_true_random=False), many=st.integers(1, 9))
def test_posture_and_the_leak_finder_say_the_same_of_any_registers(them: Reviewers, rng: Random, many: int) -> None:
    Entry.objects.filter(register__in=["contracts", "reviews", "policies"]).delete()
    for place in range(many):
        name = rng.choice(_NAMES)
        contract(
            them, rng.choice((f"HT-{place}", f"ht－{place}号")), name=name, party=rng.choice(_FIRMS[:2]),
            signed_on=ago(rng.randint(0, 700)),
        )  # fmt: skip
        if rng.random() < 0.5:
            registers.create(
                register="policies", unit=them.unit, by=them.house,
                values={"name": f"用印办法{rng.randint(1, 3)}-{place}", "mechanism": "business", "issued_on": ago(place)},
            )  # fmt: skip
    for place in range(rng.randint(0, 9)):
        told: dict[str, Any] = {"outcome": rng.choice(("agree", "conditions", "disagree")), "number": f"审-{place}"}
        if rng.random() < 0.5:
            told["about"] = f"HT-{rng.randint(0, many)}"
        if firm := rng.choice(_FIRMS):
            told["party"] = firm
        on = rng.randint(0, 700)
        if rng.random() < 0.4:
            told["valid_until"] = ago(max(0, on - rng.randint(0, 200)))
        if rng.random() < 0.3:
            told |= {"subject": "policy"}
        name = f"用印办法{rng.randint(1, 3)}-{place}" if "subject" in told else rng.choice(_NAMES)
        review(them, name, ago(on), **told)
    told_here = {one.kind: (one.ok, one.n) for one in queries.rates(look(them))[0]}
    assert {kind: rate_in_posture(them, kind) for kind in told_here} == told_here


_DAYS = st.dates(date(2025, 1, 1), date(2025, 12, 31))


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(
    doings=st.lists(st.tuples(_DAYS, st.sampled_from(_FIRMS), st.sampled_from(("", "A-1", "B-2"))), max_size=6),
    givens=st.lists(st.tuples(_DAYS, st.sampled_from(_FIRMS), st.sampled_from(("", "A-1", "C-3"))), max_size=6),
    order=st.randoms(use_true_random=False),
)
def test_the_share_does_not_depend_on_what_rows_are_called(doings: Any, givens: Any, order: Random) -> None:
    def made(keys: list[str]) -> tuple[int, int]:
        done = [
            Doing(key=key, kind="contract", on=on, title="合同", party=party, number=number)
            for key, (on, party, number) in zip(keys, doings, strict=True)
        ]
        order.shuffle(done)
        given = [
            Given(key=f"r{at}", kind="contract", on=on, title="合同", party=party, numbers=(number,) if number else ())
            for at, (on, party, number) in enumerate(givens)
        ]
        return pairing.shares(pairing.pair(done, given))

    names = [f"d{at}" for at in range(len(doings))]
    assert made(names) == made(names[::-1])


# --- from look to look ----------------------------------------------------------------------------------------------


def test_what_was_set_aside_comes_back_when_its_facts_change(them: Reviewers) -> None:
    row = contract(them, "HT-9", amount="8000")
    finding = LeakFinding.objects.get(run=look(them))
    actions.set_aside(finding=finding, reason="八千元以下按示范文本签订。", by=them.by("staff"))
    (same,), _count = queries.findings(look(them))
    assert same.state == LeakState.ASIDE
    change(row, amount="980000")
    (back,), _count = queries.findings(look(them))
    assert (back.state, back.version) == (LeakState.OPEN, 2)
    assert back.settled is not None
    lines = history(following.OBJECT, str(back.settled.uid))
    assert ["八千元以下" in line.reason for line in lines] == [False, True]
    # Set aside anew on the new facts, it stays so.
    actions.set_aside(finding=back.row, reason="已补充审批。", by=them.by("staff"), version=2)
    (again,), _count = queries.findings(look(them))
    assert again.state == LeakState.ASIDE
    assert verify.run().findings == []


def test_what_is_put_right_stays_so_when_it_is_reviewed_afterwards(them: Reviewers) -> None:
    contract(them, "HT-9", signed_on=ago(20))
    finding = LeakFinding.objects.get(run=look(them))
    owner = str(them.person("officer").uid)
    due = clock.today().replace(year=clock.today().year + 1).isoformat()
    made = actions.rectify(finding=finding, values={"owner": owner, "due_on": due}, by=them.by("staff"))
    review(them, "办公设备采购合同", ago(1), about="HT-9", party="某某科技有限公司")
    run = look(them)
    assert kinds(run) == [(K.LATE, "办公设备采购合同")]
    (now,), _count = queries.findings(run)
    assert now.settled is not None
    assert (now.state, now.settled.rectification) == (LeakState.RECTIFIED, made.rectification)
    assert verify.run().findings == []


def test_what_is_no_longer_found_is_named(them: Reviewers) -> None:
    row = contract(them, "HT-9", signed_on=ago(20))
    contract(them, "HT-10", name="食堂食材采购合同", party="另一家公司", signed_on=ago(10))
    first = look(them)
    assert following.gone(first) is None
    review(them, "办公设备采购合同", ago(30), about="HT-9", party="某某科技有限公司")  # dated back
    second = look(them)
    gone = following.gone(second)
    assert gone is not None
    assert [one.title for one in gone.rows] == [row.title]
    assert (gone.count, gone.unread, gone.since) == (1, 0, first)
    assert following.gone(look(them)) is None


def test_a_finding_from_a_ledger_that_is_not_handed_in_again_is_not_called_gone(them: Reviewers) -> None:
    import io

    ledger = f"合同编号,合同名称,合同金额,签订日期\nHT-3,桥梁检测合同,8000,{ago(3)}\n".encode()
    look(them, handed=[looking.Handed("合同台账.csv", io.BytesIO(ledger))])
    gone = following.gone(look(them))
    assert gone is not None
    assert (gone.count, gone.unread, gone.rows) == (0, 1, [])


# --- in the background ----------------------------------------------------------------------------------------------


def test_the_same_look_asked_for_twice_is_made_once_and_bears_a_second_run(them: Reviewers) -> None:
    contract(them, "HT-1")
    jobs = {looking.begin(unit=them.unit, period="12m", by=them.by("staff")).pk for _twice in range(2)}
    assert len(jobs) == 1
    worker.drain()
    run = LeakRun.objects.get()
    job = Job.objects.get(pk=jobs.pop())
    assert (run.uid, run.by) == (looking.made_by(job), them.staff.name)
    files: list[looking.Stored] = []
    assert (
        looking.again(unit=them.unit, period="12m", below=False, files=files, by=them.by("staff"), uid=run.uid) == run
    )
    assert LeakRun.objects.count() == 1


def test_every_night_only_what_is_new_is_kept(them: Reviewers) -> None:
    assert looking.nightly() == 0
    contract(them, "HT-1")
    assert (looking.nightly(), looking.nightly(), LeakRun.objects.count()) == (1, 0, 1)
    assert LeakRun.objects.get().unit == them.unit
    contract(them, "HT-2", name="食堂食材采购合同", party="另一家公司")
    assert looking.nightly() == 1
    assert LeakSettlement.objects.count() == 0


def test_the_server_itself_looks_and_prints_rates_and_exceptions(
    them: Reviewers, tmp_path: Path, guiju: Callable[..., cli.Ran]
) -> None:
    through(them)
    contract(them, "HT-2026-001", amount="310000")
    ledger = tmp_path / "合同台账.csv"
    ledger.write_text(
        f"合同编号,合同名称,合同金额,签订日期\nHT-3,桥梁检测合同,8000,{clock.today()}\n", encoding="utf-8"
    )
    words = ("review", "leaks", "--unit", them.unit.code, "--period", str(clock.today().year))
    ran = guiju(*words, "--file", ledger, "--json")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    rate = next(one for one in told["rates"] if one["kind"] == "contract" and not one["unit"])
    beside = {"unreviewed": 1}, {"changed": 1}
    assert (rate["reviewed"], rate["total"], rate["against"], rate["beside"]) == (1, 2, *beside)
    assert {one["kind"] for one in told["findings"]} == {"unreviewed", "changed"}
    shown = guiju(*words, "--file", ledger).out
    assert all(word in shown for word in ("50% (1/2)", "桥梁检测合同", "HT-2026-001"))
    assert guiju("review", "leaks", "--unit", "NOWHERE").code == 2
    assert guiju(*words, "--file", tmp_path / "没有.xlsx").code == 2
    assert guiju(*words[:4], "--period", "soon").code == 2
    assert LeakRun.objects.filter(by="guiju").count() == 2
