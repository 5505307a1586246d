"""Names inside an archive: readable, in the language of the records, safe on every system, never twice."""

from __future__ import annotations

import re
import unicodedata

_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+')
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))}
)  # fmt: skip
#: Windows takes 260 characters with the folder into which people unpack.
COMPONENT = 60


def component(text: str, *, room: int = COMPONENT, fallback: str = "_") -> str:
    """One part of a path; a file's extension survives the cutting."""
    kept = " ".join(_FORBIDDEN.sub("_", unicodedata.normalize("NFC", text)).split())
    stem, dot, extension = kept.rpartition(".")
    if not (dot and stem and 0 < len(extension) <= 10):
        stem, extension = kept, ""
    tail = f".{extension.strip()}" if extension.strip() else ""
    stem = stem.strip(" .")[: room - len(tail)].strip(" .") or fallback
    if stem.split(".")[0].strip().casefold() in _DEVICES:
        stem = f"_{stem}"
    return stem + tail


class Names:
    """Names given so far; Windows does not tell large letters from small ones."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def give(self, *parts: str) -> str:
        """A path of safe parts that nobody has yet; the second of a name gets a number."""
        *folders, last = (component(part) for part in parts)
        path = "/".join([*folders, last])
        key = _key(path)
        number = self._taken.get(key, 0) + 1
        self._taken[key] = number
        if number == 1:
            return path
        stem, dot, extension = last.rpartition(".")
        stem, tail = (stem, f".{extension}") if dot and stem else (last, "")
        return self.give(*folders, f"{stem[: COMPONENT - len(tail) - 8]} ({number}){tail}")

    def folder(self, *parts: str) -> tuple[str, ...]:
        """A folder that nobody has yet."""
        return tuple(self.give(*parts).split("/"))


def _key(path: str) -> str:
    return unicodedata.normalize("NFKC", path).casefold()
