"""Several people at one matter at once, on a database on disk; prints what came of each story.

Each story starts its threads behind one barrier.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tests.plugins import apart

if TYPE_CHECKING:
    from guiju.access.actor import Actor
    from guiju.review.models import Matter
    from tests.review.house import Reviewers

ROUNDS = 2
LARGE = {"title": "对外担保合同", "amount": "8000000", "form": {"party": "某某公司"}}
SMALL = {"title": "办公设备采购合同", "amount": "300000", "form": {"party": "某某公司"}}
_NAMES = ("食堂承包", "绿化养护", "车辆租赁", "保洁服务", "档案托管", "电梯维保")
_OTHERS = ("消防器材", "网络专线", "广告投放", "翻译资料", "仓库搬迁", "饮水设备")
Act = Callable[[], object]


def furnished() -> Reviewers:
    from tests.governance.races import people
    from tests.review.house import committee, reviewers

    them = reviewers(people())
    committee(them)
    return them


def findings() -> list[str]:
    """What verification of the trail finds."""
    from guiju.trail import log, verify

    while log.sequence():
        pass
    return [str(one) for one in verify.run().findings]


def main(home: str, database: str) -> None:
    apart.begin(home, database)
    them = furnished()
    found: dict[str, object] = {name: [story(them, n) for n in range(ROUNDS)] for name, story in STORIES.items()}
    found["trail"] = findings()
    sys.stdout.write(json.dumps(found, ensure_ascii=False))


# --- what holds whatever happened -----------------------------------------------------------------------------------


def faults(row: Matter) -> list[str]:
    """Ways round the review: a pass without every answer, for other papers, or beside a veto. There are none."""
    from guiju.access.actor import system
    from guiju.review import gate, keeping, passes
    from guiju.review.models import Matter
    from guiju.workflow.routes.enums import RunState

    row = Matter.objects.select_related("unit", "department", "owner").get(pk=row.pk)
    live = list(row.passes.filter(revoked_at__isnull=True))
    run = keeping.last_run(row)
    told = {
        "pass and state disagree": len(live) != (row.state in {"passed", "stayed"}),
        "two rounds are open": row.rounds and keeping.rounds(row)[:-1] != [
            one for one in keeping.rounds(row)[:-1] if one.state == RunState.ENDED
        ],
        "round and state disagree": run is not None
        and run.state != {"in_review": RunState.OPEN, "suspended": RunState.PAUSED}.get(row.state, RunState.ENDED),
        "somebody is still asked": row.state not in {"in_review", "suspended"}
        and run is not None and run.seats.filter(state__in=["open", "waiting"]).exists(),
    }  # fmt: skip
    for paper in row.papers.all():
        answer = gate.ask(system="oa", ref=row.ref, digest=paper.digest, by=system("oa"))
        told[f"the gate says {answer.code}"] = answer.cleared != (row.state == "passed" and paper.until_round is None)
    if row.state == "passed" and live:
        said = passes.read(live[0].token, passes.known())
        now = {one.digest for one in keeping.current_papers(row)}
        told["the pass speaks for other papers"] = {one["sha256"] for one in said["papers"]} != now
        told["the pass speaks for another form"] = said["form"] != keeping.form_digest(row)
        told |= _unanswered(row)
    return [what for what, holds in told.items() if holds]


def _unanswered(row: Matter) -> dict[str, bool]:
    from guiju.review import keeping
    from guiju.review.enums import Stand

    run = keeping.last_run(row)
    if run is None or row.veto.get("lifted"):
        return {}
    spoken = run.seats.filter(state="spoken")
    answers = [Stand.AGREE, Stand.CONDITIONS, Stand.DISAGREE]
    last = spoken.filter(step=len(run.steps) - 1)
    return {
        "a veto was passed over": bool(row.veto) or spoken.filter(stand=Stand.VETO).exists(),
        "a step has no answer": any(
            not spoken.filter(step=n, kind__in=["route", "handed"], stand__in=answers).exists()
            for n in range(len(run.steps))
        ),
        "somebody who was asked as well was not heard": run.seats.filter(
            kind__in=["added", "counsel"], state="dropped"
        ).exists(),
        "who brought it has spoken": spoken.filter(acted_user__in=row.authors).exists(),
        "who stepped aside has spoken": last.filter(person_id__in=run.shut_out).exists(),
        "who decides disagreed": last.filter(stand=Stand.DISAGREE).exists(),
    }


def outcome(row: Matter, *acts: Act) -> list[Any]:
    """What each was told, where the matter stands then, and what went wrong."""
    from guiju.review.models import Matter
    from tests.governance.races import at_once

    told = at_once(*acts)
    return [told, Matter.objects.get(pk=row.pk).state, faults(row)]


def _unlike(turn: int, names: Sequence[str] = _NAMES) -> dict[str, Any]:
    """A small contract like no other: what is called like a vetoed one goes on to the head."""
    return {**SMALL, "title": names[turn % len(names)]}


# --- beginnings -----------------------------------------------------------------------------------------------------


def at_staff(them: Reviewers, ref: str) -> Matter:
    """An ordinary contract: two of the compliance staff are asked, each may pass it and each may veto."""
    from tests.review.house import said, submitted

    return said(them, submitted(them, ref=ref, values={**SMALL, "title": f"合同{ref}"}, papers=[_text(ref)]), "officer")


def at_head(them: Reviewers, ref: str) -> Matter:
    """A large contract: the head alone is asked."""
    from tests.review.house import said, submitted

    row = submitted(them, ref=ref, values={**LARGE, "title": f"合同{ref}"}, papers=[_text(ref)])
    return said(them, said(them, row, "officer"), "staff")


def suspended(them: Reviewers, ref: str) -> Matter:
    from tests.review.house import said

    return said(them, at_head(them, ref), "head", "veto", "违规担保")


def vetoed(them: Reviewers, ref: str) -> Matter:
    from guiju.review import actions

    return actions.report_veto(matter=suspended(them, ref), receiver=them.person("chair"), by=them.by("head"))


def passed(them: Reviewers, ref: str) -> Matter:
    from tests.review.house import said

    return said(them, at_staff(them, ref), "staff")


def returned(them: Reviewers, ref: str) -> Matter:
    from tests.review.house import said

    return said(them, at_staff(them, ref), "staff", "revise", "第五条须修改")


def _text(ref: str) -> dict[str, Any]:
    from tests.review.house import paper

    return paper(f"合同 {ref}".encode())


BEGINNINGS: Mapping[str, Callable[[Reviewers, str], Matter]] = {
    one.__name__: one for one in (at_staff, at_head, suspended, vetoed, passed, returned)
}


# --- acts -----------------------------------------------------------------------------------------------------------


def does(them: Reviewers, what: str, who: str, row: Matter) -> object:
    """One act on the matter as it was last seen; `row` is never read anew before it."""
    from guiju.review import actions, gate, keeping
    from guiju.review.enums import Stand

    by, person = them.by(who), them.person
    run = keeping.last_run(row)
    seat = run.seats.filter(state="open").order_by("pk").first() if run is not None else None
    uid = seat.uid if seat is not None else row.uid
    given: dict[str, Any] = {"matter": row, "by": by}
    if what in Stand.values:
        conditions = [{"text": "补充", "due_on": "2999-01-01"}] if what == "conditions" else []
        return actions.speak(**given, stand=what, opinion="意见", conditions=conditions, version=row.version)
    plain: dict[str, Act] = {
        "withdraw": lambda: actions.withdraw(**given, reason="不做了"),
        "change": lambda: actions.change(
            **given, values={"amount": "1"}, papers=[_text(f"{row.ref} 改 {who}")], version=row.version
        ),
        "resubmit": lambda: _resubmit(row, by),
        "submit": lambda: actions.submit(**given),
        "again": lambda: actions.again(**given),
        "report": lambda: actions.report_veto(**given, receiver=person("chair")),
        "take_back": lambda: actions.take_back_veto(**given, reason="改主意了"),
        "recuse": lambda: actions.recuse(**given, seat=uid, reason="亲属", twice=True),
        "exclude": lambda: actions.exclude(**given, seat=uid, reason="亲属", twice=True),
        "hand_over": lambda: actions.hand_over(**given, seat=uid, to=person("chair"), reason="出差"),
        "add": lambda: actions.add(**given, person=person("chair"), reason="请一并看"),
        "escalate": lambda: actions.escalate(**given, reason="风险重大"),
        "ask_counsel": lambda: actions.ask_counsel(**given, name="某某律师事务所", reason="外聘"),
        "void": lambda: actions.void(**given, reason="资质系伪造"),
        "seal": lambda: gate.use(
            system="oa", ref=row.ref, digest=row.papers.order_by("pk")[0].digest, kind="seal", doing="YY-1", by=by
        ),
    }  # fmt: skip
    return plain[what]()


def _resubmit(row: Matter, by: Actor) -> Matter:
    from guiju.review import actions
    from guiju.review.models import Matter

    now = Matter.objects.get(pk=row.pk)
    papers = [_text(f"{row.ref} 二稿")]
    return actions.submit(
        matter=actions.change(matter=now, values={}, papers=papers, version=now.version, by=by), by=by
    )


def _act(them: Reviewers, what: str, who: str, row: Matter) -> Act:
    return lambda: does(them, what, who, row)


# --- stories --------------------------------------------------------------------------------------------------------


def approve_and_veto(them: Reviewers, turn: int) -> list[Any]:
    """One of the staff agrees while the other vetoes."""
    from tests.review.house import said, submitted

    # A round may end with a veto, so that the next must not be called like it.
    ref = f"A-{turn}"
    row = said(them, submitted(them, ref=ref, values=_unlike(turn, _OTHERS), papers=[_text(ref)]), "officer")
    return outcome(row, _act(them, "agree", "staff", row), _act(them, "veto", "second", row))


def agree_twice(them: Reviewers, turn: int) -> list[Any]:
    """Both agree at once."""
    row = at_staff(them, f"B-{turn}")
    return outcome(row, _act(them, "agree", "staff", row), _act(them, "agree", "second", row))


def approve_and_withdraw(them: Reviewers, turn: int) -> list[Any]:
    row = at_staff(them, f"C-{turn}")
    return outcome(row, _act(them, "agree", "staff", row), _act(them, "withdraw", "buyer", row))


def veto_and_withdraw(them: Reviewers, turn: int) -> list[Any]:
    row = at_staff(them, f"D-{turn}")
    return outcome(row, _act(them, "veto", "second", row), _act(them, "withdraw", "buyer", row))


def approve_and_return(them: Reviewers, turn: int) -> list[Any]:
    row = at_staff(them, f"E-{turn}")
    return outcome(row, _act(them, "agree", "staff", row), _act(them, "revise", "second", row))


def approve_while_it_comes_back_changed(them: Reviewers, turn: int) -> list[Any]:
    """Returned by one, changed and submitted again at once, while the other agrees to what he had read."""
    row = at_staff(them, f"F-{turn}")

    def round_trip() -> None:
        does(them, "revise", "second", row)
        does(them, "resubmit", "buyer", row)

    return outcome(row, _act(them, "agree", "staff", row), round_trip)


def change_and_submit(them: Reviewers, turn: int) -> list[Any]:
    """The text is changed in one window while another hands the matter in."""
    row = returned(them, f"G-{turn}")
    does(them, "change", "buyer", row)
    row.refresh_from_db()
    return outcome(row, _act(them, "submit", "buyer", row), lambda: _change(them, row))


def _change(them: Reviewers, row: Matter) -> None:
    from guiju.review import actions

    papers = [_text(f"{row.ref} 三稿")]
    actions.change(matter=row, values={}, papers=papers, version=row.version, by=them.by("buyer"))


def submit_twice(them: Reviewers, turn: int) -> list[Any]:
    row = returned(them, f"H-{turn}")
    does(them, "change", "buyer", row)
    row.refresh_from_db()
    found = outcome(row, *(_act(them, "submit", "buyer", row) for _n in range(2)))
    row.refresh_from_db()
    return [*found, row.rounds]


def approve_and_add(them: Reviewers, turn: int) -> list[Any]:
    """One more opinion is asked for while somebody agrees."""
    row = at_staff(them, f"I-{turn}")
    return outcome(row, _act(them, "agree", "staff", row), _act(them, "add", "second", row))


def approve_and_escalate(them: Reviewers, turn: int) -> list[Any]:
    """One reports the matter to the leading body while the other agrees at the last step."""
    from tests.review.house import said, submitted

    ref = f"EL-{turn}"
    row = said(them, submitted(them, ref=ref, values=_unlike(turn), papers=[_text(ref)]), "officer")
    return outcome(row, _act(them, "agree", "staff", row), _act(them, "escalate", "second", row))


def approve_and_ask_counsel(them: Reviewers, turn: int) -> list[Any]:
    row = at_staff(them, f"J-{turn}")
    return outcome(row, _act(them, "agree", "staff", row), _act(them, "ask_counsel", "second", row))


def approve_and_be_excluded(them: Reviewers, turn: int) -> list[Any]:
    """One of the staff agrees while the head makes him step aside."""
    row = at_staff(them, f"K-{turn}")
    return outcome(row, _act(them, "agree", "staff", row), _act(them, "exclude", "head", row))


def approve_and_hand_over(them: Reviewers, turn: int) -> list[Any]:
    row = at_head(them, f"L-{turn}")
    return outcome(row, _act(them, "agree", "head", row), _act(them, "hand_over", "head", row))


def step_aside_all(them: Reviewers, turn: int) -> list[Any]:
    """Both of the staff step aside at once: the step falls to somebody else and stays unanswered."""
    from guiju.review import actions, keeping
    from guiju.workflow.routes import runs

    row = at_staff(them, f"M-{turn}")
    run = keeping.last_run(row)
    assert run is not None
    seats = {one.name: one.uid for one in runs.open_seats(run)}
    acts = (
        lambda who=who, name=name: actions.recuse(
            matter=row, seat=seats[name], reason="亲属", by=them.by(who), twice=True
        )
        for who, name in (("staff", "何规"), ("second", "何矩"))
    )
    found = outcome(row, *acts)
    run = keeping.last_run(row)
    assert run is not None
    return [*found, [one.name for one in runs.open_seats(run)]]


def deputy_and_end(them: Reviewers, turn: int) -> list[Any]:
    """Standing in ends while the deputy speaks."""
    from guiju.lib import clock
    from guiju.workflow.routes import standing

    row, day = at_head(them, f"N-{turn}"), clock.today()
    given = standing.give(
        giver=them.person("head"), taker=them.person("chair"), starts_on=day, ends_on=day, reason="出差",
        by=them.by("head"),
    )  # fmt: skip
    end: Act = lambda: standing.end(delegation=given.uid, by=them.by("head"))  # noqa: E731
    return outcome(row, _act(them, "agree", "chair", row), end)


def submitter_stands_in(them: Reviewers, turn: int) -> list[Any]:
    """The head asks the very person to stand in who brought the matter, and he tries at once."""
    from guiju.lib import clock
    from guiju.workflow.routes import standing

    row, day = at_head(them, f"O-{turn}"), clock.today()

    def give() -> None:
        given = standing.give(
            giver=them.person("head"), taker=them.person("buyer"), starts_on=day, ends_on=day, reason="出差",
            by=them.by("head"),
        )  # fmt: skip
        does(them, "agree", "buyer", row)
        standing.end(delegation=given.uid, by=them.by("head"))

    return outcome(row, give, _act(them, "agree", "buyer", row))


def report_and_take_back(them: Reviewers, turn: int) -> list[Any]:
    row = suspended(them, f"P-{turn}")
    return outcome(row, _act(them, "report", "head", row), _act(them, "take_back", "head", row))


def take_back_and_withdraw(them: Reviewers, turn: int) -> list[Any]:
    row = suspended(them, f"Q-{turn}")
    return outcome(row, _act(them, "take_back", "head", row), _act(them, "withdraw", "buyer", row))


def lift_twice(them: Reviewers, turn: int) -> list[Any]:
    from guiju.review import actions
    from tests.review.house import resolution

    row = vetoed(them, f"R-{turn}")
    item = resolution(them, row)
    acts = [lambda: actions.lift_veto(matter=row, resolution=item.uid, by=them.by("head")) for _n in range(2)]
    found = outcome(row, *acts)
    return [*found, row.passes.count()]


def lift_and_begin_again(them: Reviewers, turn: int) -> list[Any]:
    """The veto is lifted while the department brings the same thing anew."""
    from guiju.review import actions
    from guiju.review.models import Matter
    from tests.review.house import resolution

    row = vetoed(them, f"S-{turn}")
    item = resolution(them, row)
    lift: Act = lambda: actions.lift_veto(matter=row, resolution=item.uid, by=them.by("head"))  # noqa: E731
    found = outcome(row, lift, _act(them, "again", "buyer", row))
    return [*found, sorted(Matter.objects.filter(ref=row.ref).values_list("state", flat=True))]


def lift_and_reopen(them: Reviewers, turn: int) -> list[Any]:
    """The minutes are opened again while the veto is lifted by them."""
    from guiju.governance.meetings import actions as meetings
    from guiju.review import actions
    from tests.review.house import agenda, committee, settled

    row = vetoed(them, f"T-{turn}")
    from guiju.registers.models import Entry

    body = Entry.objects.filter(register="bodies", unit=them.unit).first() or committee(them)
    meeting, item = agenda(them, row, body)
    settled(them, meeting, item)
    meeting.refresh_from_db()
    return outcome(
        row,
        lambda: actions.lift_veto(matter=row, resolution=item.uid, by=them.by("head")),
        lambda: meetings.reopen(meeting=meeting, reason="票数有误", by=them.house),
    )


def bring_twice(them: Reviewers, turn: int) -> list[Any]:
    """The same contract is brought in two windows."""
    from guiju.review.models import Matter
    from tests.governance.races import at_once
    from tests.review.house import submitted

    ref = f"U-{turn}"
    told = at_once(*(lambda n=n: submitted(them, ref=ref, papers=[_text(f"{ref} {n}")]) for n in range(2)))  # type: ignore[misc]
    return [told, sorted(Matter.objects.filter(ref=ref).values_list("state", flat=True))]


def same_text_vetoed_and_passed(them: Reviewers, turn: int) -> list[Any]:
    """One text under two numbers: passed under one while it is vetoed under the other."""
    from tests.governance.races import at_once
    from tests.review.house import said, submitted

    text, refs = _text(f"同文 {turn}"), (f"V-{turn}-1", f"V-{turn}-2")
    one, two = (said(them, submitted(them, ref=ref, values=_unlike(turn), papers=[text]), "officer") for ref in refs)
    told = at_once(_act(them, "agree", "staff", one), _act(them, "veto", "second", two))
    one.refresh_from_db()
    return [told, one.state, faults(one) + faults(two)]


STORIES: dict[str, Callable[[Reviewers, int], list[Any]]] = {
    story.__name__: story
    for story in (
        approve_and_veto, agree_twice, approve_and_withdraw, veto_and_withdraw, approve_and_return,
        approve_while_it_comes_back_changed, change_and_submit, submit_twice, approve_and_add, approve_and_ask_counsel,
        approve_and_escalate,
        approve_and_be_excluded, approve_and_hand_over, step_aside_all, deputy_and_end, submitter_stands_in,
        report_and_take_back, take_back_and_withdraw, lift_twice, lift_and_begin_again, lift_and_reopen, bring_twice,
        same_text_vetoed_and_passed,
    )
}  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
