"""What the documents tell a newcomer to do can be done."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.project.source import ROOT, files

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"(?m)^([a-z][a-z-]*):", MAKEFILE))
PROMISED = {"demo", "test", "lint", "bench", "assets", "bundle", "lock", "clean", "help"}
DOCUMENTS = [path for path in files() if path.suffix == ".md"]
FENCED = re.compile(r"(?ms)^```\w*\n(.*?)^```")
INLINE = re.compile(r"`([^`\n]+)`")


def commands(text: str, program: str) -> set[str]:
    """First words after `program` in the code of a document."""
    code = "\n".join([*FENCED.findall(text), *INLINE.findall(FENCED.sub("", text))])
    return set(re.findall(rf"(?m)^\s*(?:\$ )?(?:\w+=\S+ )*{program} ([a-z][a-z-]*)", code))


def test_the_makefile_keeps_its_promises() -> None:
    assert PROMISED <= TARGETS


def test_make_help_names_every_target_that_people_use() -> None:
    explained = set(re.findall(r"(?m)^([a-z][a-z-]*):[^\n]*## \S", MAKEFILE))
    assert TARGETS - explained == {"env", "env-test"}


def test_every_document_names_targets_that_exist() -> None:
    wrong = {
        f"{path.relative_to(ROOT)}: make {target}"
        for path in DOCUMENTS
        for target in commands(path.read_text(encoding="utf-8"), "make") - TARGETS
    }
    assert wrong == set()


def test_every_document_names_commands_that_exist() -> None:
    named = {word for path in DOCUMENTS for word in commands(path.read_text(encoding="utf-8"), "guiju")}
    shown = subprocess.run([sys.executable, "-m", "guiju", "--help"], capture_output=True, text=True, check=True).stdout
    assert {word for word in named if not re.search(rf"\b{word}\b", shown)} == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_between_documents_lead_somewhere(path) -> None:
    text = FENCED.sub("", path.read_text(encoding="utf-8"))
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
    missing = [target for target in targets if "://" not in target and not (path.parent / target).exists()]
    assert missing == []


def test_both_readmes_tell_the_same_commands() -> None:
    english, chinese = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md"))
    for program in ("make", "guiju"):
        assert commands(english, program) == commands(chinese, program)


def test_the_licence_is_the_one_that_the_project_names() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
