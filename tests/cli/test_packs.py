"""Packs on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from guiju.packs import catalogue

PACKS = Path(__file__).resolve().parents[2] / "packs"
URN = "cn:casmes:effectiveness-draft"


@pytest.fixture
def _loaded(db: None) -> None:
    catalogue.forget()


@pytest.mark.usefixtures("_loaded")
def test_somebody_lists_the_packs(guiju) -> None:
    ran = guiju("packs", "list")
    assert ran.code == 0
    assert URN in ran.out
    assert URN in [pack["urn"] for pack in json.loads(guiju("packs", "list", "--json").out)["packs"]]


@pytest.mark.usefixtures("_loaded")
def test_somebody_reads_what_is_asked_of_a_size(guiju) -> None:
    ran = guiju("packs", "show", URN, "--size", "micro", "--json")
    assert ran.code == 0
    assert json.loads(ran.out) == catalogue.show(URN, "micro")
    assert "\\u" not in ran.out
    assert "A.1.1-s01" in guiju("packs", "show", URN, "--size", "small").out


@pytest.mark.usefixtures("_loaded")
def test_a_pack_that_is_not_there_is_wrong_use(guiju) -> None:
    ran = guiju("packs", "show", "cn:casmes:effectiveness", "--json")
    assert (ran.code, ran.out) == (2, "")
    assert f"Did you mean “{URN}”?" in ran.err


def test_an_author_checks_a_good_folder(guiju) -> None:
    ran = guiju("packs", "check", PACKS)
    assert (ran.code, ran.err) == (0, "")


def test_an_author_sees_the_faults_of_a_bad_one(guiju, tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text("urn: cn:x:y\nversion: 1\n", encoding="utf-8")
    ran = guiju("packs", "check", tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert f"{tmp_path.name}/pack.yaml:2 version: “1” is not text. Put it in quotes." in ran.err
    faults = json.loads(guiju("packs", "check", tmp_path, "--json").out)["faults"]
    assert faults[0]["where"].startswith(f"{tmp_path.name}/pack.yaml:2")


def test_a_folder_without_a_pack_is_wrong_use(guiju, tmp_path: Path) -> None:
    ran = guiju("packs", "check", tmp_path)
    assert ran.code == 2
    assert "pack.yaml" in ran.err


@pytest.mark.usefixtures("_loaded")
def test_packs_are_loaded_once(guiju) -> None:
    ran = guiju("packs", "load", "--json")
    assert ran.code == 0
    assert {pack["outcome"] for pack in json.loads(ran.out)["packs"]} == {"unchanged"}


@pytest.mark.usefixtures("_loaded")
def test_faults_keep_packs_from_being_loaded(guiju, tmp_path: Path, settings) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "pack.yaml").write_text("urn: [\n", encoding="utf-8")
    settings.PACK_DIRS = [*settings.PACK_DIRS, tmp_path]
    ran = guiju("packs", "load")
    assert ran.code == 1
    assert "mine/pack.yaml:" in ran.err


@pytest.mark.usefixtures("_loaded")
def test_somebody_reads_everything_a_document_holds(guiju) -> None:
    out = guiju("packs", "show", "cn:cq-sasac:2023-7").out
    for words in ("2023-01-01 … 2023-12-31", "企业", "body.meets {", "no_duty (heading): ", "  → "):
        assert words in out
    shown = json.loads(guiju("packs", "show", "cn:cq-sasac:2023-7", "--json").out)
    assert shown == catalogue.show("cn:cq-sasac:2023-7")


@pytest.mark.usefixtures("_loaded")
def test_the_list_counts_what_each_pack_holds(guiju) -> None:
    found = {pack["urn"]: pack for pack in json.loads(guiju("packs", "list", "--json").out)["packs"]}
    kinds = found["cn:cq-sasac:2023-7"]["kinds"]
    assert {"task", "milestone", "duty", "date", "no_duty", "form", "cell"} <= set(kinds)
    assert sum(kinds[kind] for kind in kinds if kind in {"indicator", "clause"}) == 0


@pytest.mark.usefixtures("_loaded")
def test_two_documents_are_compared_and_a_difference_is_no_fault(guiju) -> None:
    ran = guiju("packs", "diff", URN, PACKS / "cn-casmes-effectiveness")
    assert ran.code == 0
    assert "→" in ran.out
    found = json.loads(guiju("packs", "diff", URN, "cn:samr:platform-draft", "--json").out)
    assert found["added"]
    assert found["removed"]


@pytest.mark.usefixtures("_loaded")
def test_a_version_that_is_not_there_is_wrong_use(guiju) -> None:
    ran = guiju("packs", "diff", f"{URN}@0.0", URN)
    assert (ran.code, ran.out) == (2, "")


def test_an_author_looks_up_the_codes_of_a_register(guiju) -> None:
    out = guiju("packs", "registers", "meetings").out
    assert "topic*" in out
    assert "compliance_report" in out
    assert "→ meeting:" in out
    assert json.loads(guiju("packs", "registers", "--json").out)["registers"]
    assert guiju("packs", "registers", "meetngs").code == 2


@pytest.mark.usefixtures("_loaded")
def test_somebody_reads_what_is_said_of_the_document_itself(guiju) -> None:
    out = guiju("packs", "show", "cn:sasac:order-42").out
    for words in (
        "Number: 国务院国有资产监督管理委员会令第42号",
        "In force from: 2022-10-01",
        "Standing: The official text",
    ):
        assert words in out
    assert "[gist] " in out
    shown = json.loads(guiju("packs", "show", "cn:sasac:order-42", "--json").out)
    assert shown["words"] == "gist"
    assert shown["number"].endswith("令第42号")
    assert shown["effective_on"] == "2022-10-01"
    assert shown["status_note"]
    assert "gist" not in guiju("packs", "show", URN).out


def test_an_author_reads_what_a_test_asks_and_what_its_parameters_mean(guiju) -> None:
    out = guiju("packs", "tests", "policy.in_force").out
    assert "Is a rule in force on: <mechanisms>?" in out
    assert "accountability" in out
    assert "a rule on compliance as a whole counts in full" in out
    (test,) = json.loads(guiju("packs", "tests", "lists.in_use", "--json").out)["tests"]
    assert test["says"]["kinds"] == "each one given is asked for"
    assert test["params"]["kinds"].startswith("[duty | risk | process]")
    assert guiju("packs", "tests", "policy.in_forse").code == 2


def test_an_author_is_told_what_is_no_fault_but_worth_knowing(guiju) -> None:
    ran = guiju("packs", "check", PACKS / "cn-sasac-order-42")
    assert (ran.code, ran.err) == (0, "")
    assert "Note: cn-sasac-order-42/pack.yaml" in ran.out
    (note,) = json.loads(guiju("packs", "check", PACKS / "cn-sasac-order-42", "--json").out)["notes"]
    assert "gist" in note["what"]
