"""What commands write: results to stdout, complaints to stderr, data as JSON."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Sequence
from typing import Any


def line(text: str = "") -> None:
    """One line of the result."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    """One line about what went wrong, or about progress; never part of the result."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def data(value: Any) -> None:
    """The result for programmes."""
    line(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def table(rows: Sequence[Sequence[object]]) -> None:
    """Columns side by side; a Chinese character takes the room of two letters."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(width(row[column]) for row in texts) for column in range(len(texts[0]))] if texts else []
    for row in texts:
        cells = [cell + " " * (room - width(cell)) for cell, room in zip(row, widths, strict=True)]
        line("  ".join(cells).rstrip())


def width(text: str) -> int:
    """Room on a terminal."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
