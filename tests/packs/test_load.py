"""Packs come into the database whole or not at all, and what was adopted stays what it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import translation

from guiju.access.actor import system
from guiju.lib.errors import Conflict, NotFound, Problem
from guiju.packs import catalogue, changes, load
from guiju.packs.models import Pack, Requirement
from guiju.trail.models import Event
from tests.packs.conftest import HEADER, INDICATORS, MakePack

BY = system("guiju")
URN = "cn:test:booklet"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english(pack_dirs: Path):
    with translation.override("en"):
        yield


def load_all(**options: bool) -> list[str]:
    return [result.outcome for result in load.load_all(by=BY, **options)]


def test_a_pack_is_loaded_once_and_told_on_the_trail(make_pack: MakePack) -> None:
    make_pack()
    events = Event.objects.filter(action="pack.loaded").count()
    assert load_all() == ["new"]
    assert load_all() == ["unchanged"]
    assert Event.objects.filter(action="pack.loaded").count() == events + 1
    assert [row.code for row in catalogue.requirements(catalogue.current(URN))] == ["1", "2", "3"]


def test_line_ends_of_another_system_change_nothing(make_pack: MakePack) -> None:
    folder = make_pack()
    load_all()
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_all() == ["unchanged"]


def test_other_content_under_the_same_version_is_refused(make_pack: MakePack) -> None:
    make_pack()
    load_all()
    make_pack(indicators=INDICATORS.replace("有没有专员？", "专员在不在？"))
    with pytest.raises(Conflict, match="Raise the version") as refused:
        load_all()
    assert refused.value.code == "pack.same_version"
    assert "No pack was loaded, because of this one: version 1 of cn:test:booklet" in refused.value.what
    assert str(Path("packs") / "cn-test") in refused.value.what


def test_a_gist_is_loaded_as_one(make_pack: MakePack) -> None:
    header = HEADER.format(urn=URN, version="1", status="in_force").replace("source: {file: source.txt}", "words: gist")
    make_pack(pack=header)
    load_all()
    assert all(row.is_gist for row in catalogue.requirements(catalogue.current(URN)))
    shown = catalogue.show(URN)
    assert (shown["words"], shown["source"]) == ("gist", "")
    assert catalogue.show(URN, "small")["words"] == "gist"


def test_words_of_the_document_are_no_gist(make_pack: MakePack) -> None:
    make_pack()
    load_all()
    assert not any(row.is_gist for row in catalogue.requirements(catalogue.current(URN)))
    assert catalogue.show(URN)["words"] == "verbatim"
    assert Requirement.objects.get(pack__urn=URN, code="2").plain == "有没有专员？"


def test_replacing_keeps_the_rows_that_others_point_to(make_pack: MakePack) -> None:
    make_pack()
    load_all()
    before = dict(Requirement.objects.filter(pack__urn=URN).values_list("code", "pk"))
    make_pack(indicators=INDICATORS.replace("有没有专员？", "专员在不在？").replace("id: '3'", "id: '4'"))
    assert load_all(replace=True) == ["replaced"]
    after = dict(Requirement.objects.filter(pack__urn=URN).values_list("code", "pk"))
    assert after.keys() == {"1", "2", "4"}
    assert (after["1"], after["2"]) == (before["1"], before["2"])
    assert Requirement.objects.get(pack__urn=URN, code="2").plain == "专员在不在？"


def test_ones_own_pack_may_change_without_a_new_version(make_pack: MakePack) -> None:
    make_pack(status="own")
    load_all()
    make_pack(status="own", indicators=INDICATORS.replace("有没有专员？", "专员在不在？"))
    assert load_all() == ["replaced"]


def test_a_new_version_takes_over_and_the_old_one_stays(make_pack: MakePack) -> None:
    make_pack()
    load_all()
    old = catalogue.current(URN)
    make_pack(version="2")
    assert load_all() == ["superseded"]
    assert catalogue.current(URN).version == "2"
    assert len(catalogue.requirements(old)) == 3
    assert Pack.objects.filter(urn=URN, is_current=True).count() == 1


def test_going_back_to_an_old_version_makes_it_current_again(make_pack: MakePack) -> None:
    make_pack()
    load_all()
    make_pack(version="2")
    load_all()
    make_pack()
    load_all()
    assert catalogue.current(URN).version == "1"
    assert Pack.objects.filter(urn=URN, is_current=True).count() == 1


def test_one_wrong_pack_keeps_all_others_out(make_pack: MakePack) -> None:
    make_pack("one", urn="cn:test:one")
    make_pack("two", urn="cn:test:two", indicators="requirements: 3")
    with pytest.raises(Problem, match=r"two/indicators\.yaml:1"):
        load_all()
    assert not Pack.objects.filter(urn="cn:test:one").exists()


def test_two_folders_with_one_urn_are_refused(make_pack: MakePack, pack_dirs: Path) -> None:
    make_pack("one")
    make_pack("two")
    with pytest.raises(Problem, match="Two folders carry the pack"):
        load_all()
    with pytest.raises(Problem, match="Two folders carry the pack"):
        load.load(pack_dirs / "one", by=BY)


def test_listeners_hear_of_packs_that_changed_only(make_pack: MakePack) -> None:
    heard: list[list[str]] = []
    changes.listen(lambda packs: heard.append([pack.version for pack in packs]))
    make_pack()
    load_all()
    load_all()
    make_pack(version="2")
    load_all()
    assert heard == [["1"], ["2"]]


def test_a_listener_that_fails_undoes_the_load(make_pack: MakePack) -> None:
    def refuse(packs: object) -> None:
        raise Problem("test", "no")

    changes.listen(refuse)
    make_pack()
    with pytest.raises(Problem, match="no"):
        load_all()
    with pytest.raises(NotFound):
        catalogue.current(URN)


def test_a_register_belongs_to_one_pack(make_pack: MakePack) -> None:
    text = (
        "register: visits_of_tests\ntitle: 走访台账\ngroup: checks\n"
        "fields: [{code: what, label: 内容, type: text, slot: title}]\nlist: {columns: [what]}\n"
    )
    folder = make_pack("one", urn="cn:test:one")
    (folder / "registers").mkdir()
    (folder / "registers" / "visits_of_tests.yaml").write_text(text, encoding="utf-8")
    load.load(folder, by=BY)
    assert "visits_of_tests" in [row.code for row in catalogue.registers()]
    (folder / "registers").rename(make_pack("two", urn="cn:test:two") / "registers")
    with pytest.raises(Conflict, match="belongs to cn:test:one"):
        load.load(folder.parent / "two", by=BY)
    # The pack that gave it up must say so first.
    load.load(folder, by=BY, replace=True)
    assert "visits_of_tests" not in [row.code for row in catalogue.registers()]
    load.load(folder.parent / "two", by=BY)
    assert "visits_of_tests" in [row.code for row in catalogue.registers()]
