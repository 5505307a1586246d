"""Chinese text: cleaning, comparing, sorting, searching, highlighting."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

_CJK = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(f"[{_CJK}]+|[^\\W_{_CJK}]+")
_IS_CJK = re.compile(f"[{_CJK}]")
_NOT_CJK = re.compile(f"[^{_CJK}]+")
_WORD_GAP = re.compile(r"[\W_]+")
_BRACKETS = {ord(char): "()"[at % 2] for at, char in enumerate("[]{}【】〔〕〖〗「」『』《》〈〉")}
# Invisible characters that copying from web pages and PDFs leaves behind; controls and halves of characters, which no
# database and no workbook takes.
_INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2069\u061c\ufeff\u00ad\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]"
)
# Word keeps breaks inside a paragraph and between pages as signs that no document made here could hold.
_BREAKS = re.compile(r"\r\n?|_x000D_\n?|[\x0b\x0c]")


def normalise(text: str) -> str:
    """For comparing labels: half-width, no white space at all, one kind of bracket."""
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).translate(_BRACKETS)
    return "".join(folded.split())


def clean(text: str) -> str:
    """For cell values: no blanks (full-width ones too) at the ends, no invisible characters, `\\n` line breaks."""
    return _BREAKS.sub("\n", _INVISIBLE.sub("", text)).strip()


def word(text: str) -> str:
    """For numbers that systems give: one line, cleaned, and one way to write a composed letter (NFC)."""
    return unicodedata.normalize("NFC", clean(text)).replace("\n", " ").strip()


# --- search -------------------------------------------------------------------------------------------------------


class Phrase(NamedTuple):
    """Tokens that must stand side by side; with `prefix` the last one may go on."""

    tokens: tuple[str, ...]
    prefix: bool


def bigrams(text: str) -> str:
    """What goes into the full-text index: CJK runs as overlapping pairs and the last character, words whole."""
    return " ".join([token for run in _RUN.findall(_fold(text)) for token in _index_tokens(run)])


def phrases(text: str) -> list[Phrase]:
    """A query as phrases which must all be found; words are separated by blanks or punctuation."""
    found: list[Phrase] = []
    for word in _WORD_GAP.split(_fold(text)):
        runs = _RUN.findall(word)
        if not runs:
            continue
        # Inside a word a CJK run ends where it ends in the indexed text, so its last character is a token there.
        tokens = [token for run in runs[:-1] for token in _index_tokens(run)]
        last = runs[-1]
        single = len(last) == 1 and _IS_CJK.match(last) is not None
        tokens += [last] if single else _query_tokens(last)
        found.append(Phrase(tuple(tokens), single))
    return found


def bigram_query(text: str, *, dialect: Literal["fts5", "postgres"] = "fts5") -> str:
    """A query for SQLite's FTS5 or PostgreSQL's `to_tsquery('simple', ...)`; empty when nothing can be searched."""
    if dialect == "fts5":
        return " AND ".join(f'"{" ".join(item.tokens)}"{"*" if item.prefix else ""}' for item in phrases(text))
    return " & ".join("(" + " <-> ".join(item.tokens) + (":*" if item.prefix else "") + ")" for item in phrases(text))


def highlight(text: str, query: str) -> list[tuple[str, bool]]:
    """The text cut into segments, those that the query hits marked; joined they give the text again."""
    folded = "".join(_fold_char(char) for char in text)
    marks = [False] * len(text)
    for word in {item for item in _WORD_GAP.split(_fold(query)) if item}:
        at = folded.find(word)
        while at >= 0:
            marks[at : at + len(word)] = [True] * len(word)
            at = folded.find(word, at + 1)
    segments: list[tuple[str, bool]] = []
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or marks[at] != marks[start]:
            segments.append((text[start:at], marks[start]))
            start = at
    return segments


def _index_tokens(run: str) -> list[str]:
    if not _IS_CJK.match(run):
        return [run]
    return [run[at : at + 2] for at in range(len(run) - 1)] + [run[-1]]


def _query_tokens(run: str) -> list[str]:
    return _index_tokens(run)[:-1] if _IS_CJK.match(run) and len(run) > 1 else [run]


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _fold_char(char: str) -> str:
    """One character for one character, so that positions stay; the rare long foldings stay as they are."""
    folded = _fold(char)
    return folded if len(folded) == 1 else char


# --- sorting ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=20_000)
def sort_key(name: str) -> str:
    """By sound as a phone book does, then by the characters: equal sounds keep one fixed order."""
    return f"{' '.join(_sounds(name))}\t{name}"


@lru_cache(maxsize=20_000)
def initials(name: str) -> str:
    """First letters of the sounds, for quick search: 合规部 gives hgb."""
    return "".join(sound if sound.isdigit() else sound[0] for sound in _sounds(name))


def _sounds(name: str) -> list[str]:
    return [sound for piece in _pieces(_fold(name)) for sound in _read(piece)]


def _pieces(name: str) -> Iterator[str]:
    """Runs of other letters whole, Chinese in the longest known words: 重庆 is not read like 重要."""
    from pypinyin.constants import PHRASES_DICT  # slow to import, not needed by most commands

    at = 0
    while at < len(name):
        if (other := _NOT_CJK.match(name, at)) is not None:
            length = other.end() - at
        else:
            length = next((n for n in (4, 3, 2) if name[at : at + n] in PHRASES_DICT), 1)
        yield name[at : at + length]
        at += length


@lru_cache(maxsize=20_000)
def _read(piece: str) -> tuple[str, ...]:
    """Remembered by word, because reading a whole title anew costs an import of long lists a quarter of its time."""
    from pypinyin import lazy_pinyin

    # Without `errors` a run of other letters comes back whole: "abc-12 " is one item.
    return tuple(word for sound in lazy_pinyin(piece) for word in _WORD_GAP.split(sound) if word)
