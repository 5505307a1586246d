"""Conditions of earlier rounds: a later round that agrees says of each whether it is met, still holds or is dropped.

left(matter)                -> those that earlier rounds have set and that are neither met nor dropped
state(matter, given, ...)   -> what somebody says of them with his opinion

Nothing falls away by itself, and nothing stays open without anybody having said so: whoever decides says it of each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.lib import clock
from guiju.lib import text as letters
from guiju.lib.errors import Fault
from guiju.review import keeping
from guiju.review.enums import SETTLED_CONDITIONS, ConditionState, Earlier, Stand
from guiju.review.models import Condition, Matter

#: Who sends a matter back or refuses it says nothing of its conditions.
AGREEING = frozenset({Stand.AGREE, Stand.CONDITIONS})
_STATES = {Earlier.MET: ConditionState.MET, Earlier.DROPPED: ConditionState.DROPPED}


def left(matter: Matter) -> list[Condition]:
    """Conditions that earlier rounds have set and that are neither met nor dropped."""
    rows = matter.conditions.select_related("owner").filter(round__lt=matter.rounds)
    return list(rows.exclude(state__in=SETTLED_CONDITIONS).order_by("ordinal"))


def state(fresh: Matter, given: Sequence[Mapping[str, Any]], *, stand: str, decides: bool, by: Actor) -> None:
    """Keep what is said of them: [{"condition": uid, "state": holds|met|dropped, "reason"}].

    Whoever decides says it of each of which nobody has spoken in this round.
    """
    if stand not in AGREEING:
        if given:
            raise keeping.invalid(
                [Fault("earlier", _("Only whoever agrees says what becomes of the conditions of earlier rounds."))]
            )
        return
    held = {str(one.uid): one for one in left(fresh)}
    faults: list[Fault] = []
    said = [_read(one, number, held, by, faults) for number, one in enumerate(given, 1)]
    named = {str(one.get("condition")) for one in given}
    silent = [one for uid, one in held.items() if uid not in named and one.stated_round != fresh.rounds]
    if decides:
        faults += [
            Fault(
                "earlier",
                _("Nothing is said of the condition “%(text)s” of an earlier round.") % {"text": one.text},
                _("Say whether it is met, still holds or is dropped."),
            )
            for one in silent
        ]
    if faults:
        raise keeping.invalid(faults)
    for row in said:
        if row is not None:
            row.stated_round, row.stated_by = fresh.rounds, by.name[:80]
            row.save()


def _read(
    one: Mapping[str, Any], number: int, held: Mapping[str, Condition], by: Actor, faults: list[Fault]
) -> Condition | None:
    where, row = f"earlier.{number}", held.get(str(one.get("condition")))
    if row is None:
        faults.append(Fault(where, _("There is no such open condition of an earlier round.")))
        return None
    now, reason = str(one.get("state") or ""), letters.clean(str(one.get("reason") or ""))[:300]
    if now not in Earlier.values:
        faults.append(Fault(f"{where}.state", _("Say whether it is met, still holds or is dropped.")))
        return None
    if now == Earlier.HOLDS:
        return row
    if by.user_id is not None and by.user_id in {row.owner.user_id, row.claimed_by}:
        what = _("Who has to meet a condition does not say himself that it is met or dropped.")
        faults.append(Fault(f"{where}.state", what, _("Leave it as it is; somebody else confirms it.")))
    if now == Earlier.DROPPED and not reason:
        faults.append(Fault(f"{where}.reason", _("Say why “%(text)s” is dropped.") % {"text": row.text}))
    row.state, row.reason = _STATES[Earlier(now)], reason
    row.settled_on, row.settled_by = clock.today(), by.name[:80]
    return row
