"""Finds the programs that some tests need and some machines lack, and says how to get them. No pytest in here."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "msedge")
# Debian keeps PostgreSQL's server programs off the PATH; Homebrew does so for versioned packages.
POSTGRES_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")


@dataclass(frozen=True, slots=True)
class Program:
    """Something outside Python: `find` returns where it is, or None; `remedy` tells a developer how to get it."""

    find: Callable[[], Path | None]
    remedy: str


def chromium() -> Path | None:
    """The browser of the journeys."""
    given = os.environ.get("GUIJU_CHROMIUM")
    candidates = (given,) if given else CHROMIUM_NAMES
    return next((Path(path) for name in candidates if (path := shutil.which(name))), None)


def postgres() -> Path | None:
    """The folder that holds `initdb` and `pg_ctl`, of the newest version there is."""
    given = os.environ.get("GUIJU_POSTGRES_BIN")
    if given:
        folders = [Path(given)]
    else:
        on_path = shutil.which("initdb")
        folders = [Path(on_path).resolve().parent] if on_path else []
        for pattern in POSTGRES_FOLDERS:
            found = Path("/").glob(pattern.lstrip("/"))
            folders += sorted(found, key=lambda path: _version(path.parent.name), reverse=True)
    return next((folder for folder in folders if shutil.which("pg_ctl", path=str(folder))), None)


def _version(name: str) -> int:
    major = re.search(r"\d+", name)
    return int(major[0]) if major else 0


def office() -> Path | None:
    """LibreOffice, which prints our papers so that lines and characters can be counted."""
    given = os.environ.get("GUIJU_SOFFICE")
    candidates = (given,) if given else ("soffice", "libreoffice")
    return next((Path(path) for name in candidates if (path := shutil.which(name))), None)


def spark() -> Path | None:
    """Java, when pyspark is installed too."""
    java = shutil.which("java")
    return Path(java) if java and importlib.util.find_spec("pyspark") else None


PROGRAMS: dict[str, Program] = {
    "browser": Program(chromium, "install Chromium (Debian: apt-get install chromium) or name it in GUIJU_CHROMIUM"),
    "office": Program(
        office,
        "install LibreOffice Writer and a Chinese font (Debian: apt-get install libreoffice-writer-nogui fonts-noto-cjk)"
        " or name its program in GUIJU_SOFFICE",
    ),
    "postgres": Program(
        postgres, "install PostgreSQL (Debian: apt-get install postgresql) or name its folder in GUIJU_POSTGRES_BIN"
    ),
    "spark": Program(spark, "install a Java runtime and `pip install pyspark`"),
}


def required() -> frozenset[str]:
    """Names in GUIJU_REQUIRE: there, absence is a failure and not a skip."""
    return frozenset(word.strip() for word in os.environ.get("GUIJU_REQUIRE", "").split(",") if word.strip())


def unknown_requirements() -> list[str]:
    """Words in GUIJU_REQUIRE that name nothing we know; a typing error must not switch a check off."""
    return sorted(required() - PROGRAMS.keys())
