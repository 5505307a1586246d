"""How a unit would stand to another version is worked out without saving anything."""

from __future__ import annotations

import shutil
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from guiju.packs import catalogue, compare
from guiju.packs.models import Pack
from guiju.posture import findings, preview, wiring
from guiju.posture.models import Status
from tests.posture.conftest import URN, Story

PACKS = Path(__file__).resolve().parents[2] / "packs"


def _folder(tmp_path: Path, **replaced: str) -> compare.Side:
    """The standard's folder with some words replaced in its indicators."""
    folder = tmp_path / "next"
    shutil.copytree(PACKS / "cn-casmes-effectiveness", folder)
    path = folder / "indicators.yaml"
    text = path.read_text(encoding="utf-8")
    for before, after in replaced.items():
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")
    return compare.of_folder(folder)


@pytest.mark.parametrize(
    "name", ["cn-casmes-effectiveness", "cn-cq-sasac-2023-7", "cn-bt-sasac-2023-120", "cn-sh-auction-2023"]
)
@pytest.mark.django_db
def test_a_folder_is_wired_in_memory_as_it_would_be_once_loaded(name: str) -> None:
    side = compare.of_folder(PACKS / name)
    held, read = wiring.one(catalogue.current(side.pack.urn)), preview.in_memory(side)
    mine, theirs = _by_name(read), _by_name(held)
    assert [replace(row, pk=0, places=()) for row in read.requirements] == [
        replace(row, pk=0, places=()) for row in held.requirements
    ]
    assert [[[mine[pk] for pk in place] for place in row.places] for row in read.requirements] == [
        [[theirs[pk] for pk in sorted(place, key=row.instances.index)] for place in row.places]
        for row in held.requirements
    ]
    plain = {one.name for one in fields(wiring.Wiring)} - {"pack_id", "requirements", "instances", "by_code"}
    assert {name: getattr(read, name) for name in plain - {"profiles", "deadlines"}} == {
        name: getattr(held, name) for name in plain - {"profiles", "deadlines"}
    }


def _by_name(found: wiring.Wiring) -> dict[int, Any]:
    return {pk: (one.test.name, one.params) for pk, one in found.instances.items()}


def test_the_same_version_turns_nothing(story: Story, tmp_path: Path) -> None:
    story.sized("small")
    adoption = story.adopt()
    difference = compare.differ(compare.of_pack(story.pack), _folder(tmp_path))
    found = preview.outlook(story.cast.sub, difference, adoption=adoption)
    assert found.turns == ()
    assert found.before == found.after


def test_a_stricter_test_would_turn_red_and_nothing_is_saved(story: Story, tmp_path: Path) -> None:
    story.sized("small")
    adoption = story.adopt()
    wang = story.cast.wang
    story.enter(
        "appointments", role="compliance_staff", person=str(wang.uid), from_on="2026-01-05", document="任命〔2026〕1号"
    )
    met = {row.code for row in findings.findings(story.cast.sub, story.pack) or [] if row.status == Status.MET}
    assert "A.1.2-s01" in met
    before = (Pack.objects.count(), catalogue.current(URN).version)
    stricter = _folder(tmp_path, **{"roles: [compliance_staff, compliance_head]": "roles: [general_counsel]"})
    found = preview.outlook(story.cast.sub, compare.differ(compare.of_pack(story.pack), stricter), adoption=adoption)
    turn = next(turn for turn in found.worse if turn.requirement.code == "A.1.2-s01")
    assert (turn.was, turn.becomes) == (Status.MET, Status.UNMET)
    assert turn.missing
    assert found.as_dict()["turns"][0]["worse"] in {True, False}
    assert (Pack.objects.count(), catalogue.current(URN).version) == before


def test_what_is_no_longer_asked_is_no_worse(story: Story, tmp_path: Path) -> None:
    story.sized("small")
    adoption = story.adopt()
    found = preview.outlook(
        story.cast.sub,
        compare.differ(compare.of_pack(story.pack), _folder(tmp_path, **{"sizes: [small, micro]": "sizes: [micro]"})),
        adoption=adoption,
    )
    assert found.worse == []
    assert found.better
