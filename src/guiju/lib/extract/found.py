"""What reading a document gives, and how much it may ask of us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

MB = 1024 * 1024

State = Literal["read", "scanned", "locked", "broken", "none"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes or characters, times in seconds for each file."""

    pages: int = 3_000
    characters: int = 4_000_000
    part_bytes: int = 200 * MB
    memory_bytes: int = 1024 * MB
    cpu_seconds: int = 60
    wait_seconds: int = 90


@dataclass(frozen=True, slots=True)
class Found:
    """The words of one document, one paragraph a line, pages of a PDF parted by a form feed.

    `cut`: it is longer than the limits; only its first part was read. `why` is for the log, never for people.
    """

    state: State
    text: str = ""
    page_count: int | None = None
    cut: bool = False
    why: str = ""


class LockedError(Exception):
    """The document is protected by a password."""


class BrokenError(Exception):
    """The document is not what its first bytes promise."""


def whole(lines: list[str], *, page_count: int | None, has_pictures: bool, limits: Limits, cut: bool = False) -> Found:
    """What was read, with its state: few words and pictures are a scan, no words at all are nothing to read."""
    text = "\n".join(lines)
    if len(text) > limits.characters:
        text, cut = text[: limits.characters], True
    letters = sum(1 for char in text[:2_000] if char.isalnum())
    if letters < 10 * min(page_count or 1, 20):
        if has_pictures:
            return Found("scanned", text, page_count)
        if letters == 0:
            return Found("none", "", page_count)
    return Found("read", text, page_count, cut)


def from_message(message: dict[str, Any]) -> Found:
    """What the child wrote, as an object again."""
    return Found(message["state"], message["text"], message["pages"], message["cut"], message["why"])
