"""What another version changes, what would turn red for a unit, and the step to it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from guiju.access.actor import system
from guiju.lib import clock
from guiju.packs import catalogue, load
from guiju.posture import findings
from guiju.posture.models import Adoption
from tests.web.conftest import URN, Firm

CHANGES = f"/u/HD/posture/{URN}/changes/"


@pytest.fixture
def newer(firm: Firm, settings: Any, tmp_path: Path) -> Iterator[Firm]:
    """A version in which one row has other words, one is gone and one asks for another office."""
    root = settings.PACK_DIRS[0]
    for name in ("base", "cn-casmes-effectiveness"):
        shutil.copytree(root / name, tmp_path / name)
    folder = tmp_path / "cn-casmes-effectiveness"
    header = (folder / "pack.yaml").read_text(encoding="utf-8")
    header = header.replace(f"version: '{firm.pack.version}'", "version: '99'")
    kept = [line for line in header.splitlines() if "sha256" not in line]
    (folder / "pack.yaml").write_text("\n".join(kept), encoding="utf-8")
    old, new = "企业的法定代表人或实际控制人是合规管理委员会", "企业的法定代表人和实际控制人是合规管理委员会"
    for name in ("source.txt", "indicators.yaml"):
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    rows = (folder / "indicators.yaml").read_text(encoding="utf-8")
    rows = rows.replace("roles: [compliance_staff]", "roles: [general_counsel]", 1)
    (folder / "indicators.yaml").write_text(rows, encoding="utf-8")
    settings.PACK_DIRS = [tmp_path]
    load.load_all(by=system("guiju"))
    assert catalogue.current(URN).version == "99"
    yield firm
    catalogue.forget()


def _adopted_earlier(firm: Firm) -> None:
    """The group has answered to the document for a while."""
    Adoption.objects.filter(unit=firm.cast.group).update(from_on=clock.today() - timedelta(days=30))


def test_a_document_with_one_version_has_no_changes(firm: Firm) -> None:
    assert "Only one version is loaded" in firm.page(f"/packs/{URN}/changes/")


def test_changed_words_are_shown_within_the_sentence(newer: Firm) -> None:
    body = newer.page(f"/packs/{URN}/changes/")
    assert "<del>或</del><ins>和</ins>" in body
    assert "Asked otherwise" in body
    assert "What has changed" in newer.page(f"/packs/{URN}/")


def test_who_looks_at_the_posture_is_told_of_a_newer_version(newer: Firm) -> None:
    assert CHANGES in newer.page(f"/u/HD/posture/{URN}/")


def test_before_changing_over_one_sees_what_would_turn_red(newer: Firm) -> None:
    body = newer.page(CHANGES)
    assert "would turn red" in body
    assert "nothing has been changed yet" in body
    assert findings.adoption_on(newer.cast.group, newer.pack, clock.today()).pack_id == newer.pack.pk  # type: ignore[union-attr]


def test_who_may_adopt_changes_over_and_the_old_version_ends_the_day_before(newer: Firm) -> None:
    _adopted_earlier(newer)
    answer = newer.client().post(CHANGES, {"reason": "resolution 4"})
    assert (answer.status_code, answer["Location"]) == (302, f"/u/HD/posture/{URN}/")
    old, new = Adoption.objects.filter(unit=newer.cast.group).order_by("from_on")
    assert (old.pack.version, old.to_on) == (newer.pack.version, clock.today() - timedelta(days=1))
    assert (new.pack.version, new.from_on, new.mode) == ("99", clock.today(), old.mode)
    assert newer.client().get(CHANGES).status_code == 302


def test_without_a_reason_nothing_is_changed(newer: Firm) -> None:
    _adopted_earlier(newer)
    assert newer.client().post(CHANGES, {"reason": " "}).status_code == 422
    assert Adoption.objects.filter(unit=newer.cast.group).count() == 1


def test_who_may_not_adopt_sees_no_button_and_is_refused(newer: Firm) -> None:
    _adopted_earlier(newer)
    body = newer.page(CHANGES, "qian")
    assert "would turn red" in body
    assert 'id="move"' not in body
    assert newer.client("qian").post(CHANGES, {"reason": "I say so"}).status_code == 403
    assert Adoption.objects.filter(unit=newer.cast.group).count() == 1


def test_on_the_day_of_adoption_the_refusal_says_why(newer: Firm) -> None:
    Adoption.objects.filter(unit=newer.cast.group).update(from_on=clock.today())
    answer = newer.client().post(CHANGES, {"reason": "resolution 4"})
    assert answer.status_code == 422
    assert Adoption.objects.filter(unit=newer.cast.group, to_on__isnull=True).count() == 1
