"""Reads the words of many documents through one limited child process.

with Reader() as reader:
    for path, name in files:
        found = reader.read(path, name=name)

A file that kills the child (too much memory, too much time, a fault inside a parser) is "broken"; the next one gets
a new child.
"""

from __future__ import annotations

import os
import subprocess
import threading
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson

from guiju.lib.excel import sandbox
from guiju.lib.extract.found import Found, Limits, from_message

__all__ = ["Found", "Limits", "Reader", "read"]


def read(path: Path, *, name: str, limits: Limits | None = None) -> Found:
    """The words of one file."""
    with Reader(limits) as reader:
        return reader.read(path, name=name)


class Reader:
    """One child for as many files as it survives."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def read(self, path: Path, *, name: str) -> Found:
        """The words of this file; the ending of its name tells texts from what holds no words."""
        process = self._process or self._begin()
        assert process.stdin is not None
        assert process.stdout is not None
        order = {
            "path": os.fspath(path.resolve()),
            "ending": name.rpartition(".")[2].lower(),
            "limits": asdict(self.limits),
        }
        late = threading.Timer(self.limits.wait_seconds, process.kill)
        late.start()
        try:
            process.stdin.write(orjson.dumps(order, option=orjson.OPT_APPEND_NEWLINE))
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = b""
        finally:
            late.cancel()
        if not line.endswith(b"\n"):
            self._end()
            return Found("broken", why="the child died")
        return from_message(orjson.loads(line))

    def _begin(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(
            sandbox.command("guiju.lib.extract.child"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=sandbox.environment(),
        )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()
