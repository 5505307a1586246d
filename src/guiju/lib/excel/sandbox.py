"""Child processes that touch foreign files: no secrets, little memory, little time."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import guiju

_KEPT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "LANG", "TMP", "TEMP", "TMPDIR")


def command(module: str) -> list[str]:
    """How to start a module of ours; -P keeps the current folder out of the import path."""
    return [sys.executable, "-P", "-m", module]


def environment() -> dict[str, str]:
    """Only what an interpreter needs to start and to find this package."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    source = os.fspath(Path(guiju.__file__).resolve().parent.parent)
    paths = [source, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return kept | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def restrain(*, memory_bytes: int, cpu_seconds: int) -> None:
    """Called by the child: lets the system stop it; on Windows the parent's clock has to do."""
    if sys.platform == "win32":
        return
    import resource

    for kind, wanted in ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_CPU, cpu_seconds)):
        hard = resource.getrlimit(kind)[1]
        value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (value, value))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
