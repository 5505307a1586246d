"""Judgements and adoptions stand in the trail exactly as they stand in the tables."""

from __future__ import annotations

from typing import Any

from guiju.lib import clock
from guiju.packs import catalogue
from guiju.posture import actions
from guiju.posture.models import Adoption, Judgement
from guiju.trail import verify


def lived_through(cast: Any) -> None:
    pack = catalogue.current("cn:casmes:effectiveness-draft")
    actions.adopt(unit=cast.stranger, pack=pack, by=cast.house, mode="voluntary", from_on=clock.today(), reason="对标")
    requirement = pack.requirements.filter(judgement=True, kind="indicator").first()
    for status in ("partly", "met"):
        actions.judge(unit=cast.stranger, requirement=requirement, status=status, reason="看过会议记录", by=cast.house)


def test_judgements_and_adoptions_of_an_honest_year_verify(cast: Any) -> None:
    lived_through(cast)
    assert verify.run().findings == []
    actions.end_adoption(adoption=Adoption.objects.get(), by=cast.house, reason="不再对标")
    assert verify.run().findings == []


def test_a_judgement_changed_by_hand_is_found(cast: Any) -> None:
    lived_through(cast)
    Judgement.objects.filter(superseded_at__isnull=True).update(status="na")
    assert not verify.run().ok


def test_an_adoption_ended_by_hand_is_found(cast: Any) -> None:
    lived_through(cast)
    Adoption.objects.update(to_on=clock.today())
    assert not verify.run().ok
