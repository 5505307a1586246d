"""What the cells of the three lists mention: laws, rules, risks, measures, posts, as people write them into one cell.

Pure text: nothing here knows records. A proposal quotes the words that this module found.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from guiju.lib import text

#: Two wordings are taken for the same from this share of common character pairs on (Dice: twice the common pairs over
#: all pairs). 0.75 lets a changed verb or an added 等 pass in a phrase of ten characters and tells apart phrases that
#: share half of their words; below 0.7 "未按规定招标" meets "未按规定评标". Proposals are looked at by people, so a few
#: too many do less harm than ones that are missed, but pages full of them are not read.
ALIKE = 0.75
#: Shorter wordings are compared as a whole only: three characters share a pair by chance.
SHORTEST = 4
#: 民法典: no document has a shorter name.
SHORTEST_NAME = 3

_PART = r"第[一二三四五六七八九十百千零〇\d]+[章节条款项](?:之[一二三四五六七八九十\d]+)?"
_TITLE = re.compile(rf"《([^《》]{{2,120}})》\s*((?:{_PART}(?:[、和及](?={_PART}))?)*)")
_CLAUSE = re.compile(r"第[一二三四五六七八九十百千零〇\d]+条(?:之[一二三四五六七八九十\d]+)?")
_PLACE = re.compile(r"第[一二三四五六七八九十百千零〇\d]+[编章节条款项].*$")
_BREAK = re.compile(r"[；;\n]+")
_COMMA = re.compile(r"[、，,；;\n]+")
_NUMBERING = re.compile(r"^\s*(?:[（(]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[）).、．]\s*)+")
_EDITION = re.compile(r"[（(][^（）()]*(?:\d{4}|修正|修订|试行|暂行|版)[^（）()]*[）)]$")
_STATE = ("中华人民共和国",)
_PUNCTUATION = re.compile(r"[\W_]+")

Key = TypeVar("Key", bound=Hashable)


class Cited(NamedTuple):
    """A document named in a cell, with the place in it where one is given, and the words as they stand."""

    name: str
    clause: str
    words: str


def cited(cell: str, *, loose: bool = True) -> list[Cited]:
    """The documents that a cell names: everything in 《》; with `loose` also pieces of a list that stand without."""
    found: list[Cited] = []
    for piece in _BREAK.split(cell):
        marked = list(_TITLE.finditer(piece))
        for match in marked:
            found += [Cited(match[1].strip(), clause, match[0].strip()) for clause in _clauses(match[2])]
        if not marked and loose:
            found += [bare for part in piece.split("、") if (bare := _bare(part)) is not None]
    return _once(found)


def _clauses(place: str) -> list[str]:
    """Every article that is cited together (第四条、第五条); one empty one where the whole document is."""
    return [match[0] for match in _CLAUSE.finditer(place)] or [""]


def _bare(part: str) -> Cited | None:
    words = _NUMBERING.sub("", part).strip(" 。.")
    name = _PLACE.sub("", words).strip()
    return Cited(name, clause_of(words), words) if SHORTEST_NAME <= len(name) <= 60 else None


def _once(found: Iterable[Cited]) -> list[Cited]:
    return list({(document(item.name), item.clause): item for item in found}.values())


def clause_of(words: str) -> str:
    """The article that is cited (第四条), empty without one; paragraphs below it do not tell two citations apart."""
    match = _CLAUSE.search(words)
    return match[0] if match else ""


@lru_cache(maxsize=20_000)
def document(name: str) -> str:
    """A document's name for comparing: without the state's name before it and the year of its edition behind it."""
    plain = text.normalise(name).strip("()")
    for word in _STATE:
        plain = plain.removeprefix(word)
    return _EDITION.sub("", plain)


def pieces(cell: str) -> list[str]:
    """The single points of a cell: split at semicolons, line breaks and enumerating commas, without their numbers."""
    found: dict[str, None] = {}
    for part in _BREAK.split(cell):
        whole = _NUMBERING.sub("", part).strip(" 。.")
        # A sentence may hold an enumeration of its own; both the sentence and its parts may be somebody's name.
        for one in (whole, *(_NUMBERING.sub("", bit).strip(" 。.") for bit in _COMMA.split(whole))):
            if len(one) >= 2:
                found[one] = None
    return list(found)


@lru_cache(maxsize=50_000)
def plain(words: str) -> str:
    """For comparing wordings: no punctuation, no blanks, one width."""
    return _PUNCTUATION.sub("", text.normalise(words)).lower()


@lru_cache(maxsize=50_000)
def pairs(words: str) -> frozenset[str]:
    """The neighbouring pairs of characters of a wording."""
    bare = plain(words)
    return frozenset(bare[at : at + 2] for at in range(len(bare) - 1))


def likeness(one: str, other: str) -> float:
    """How alike two wordings are: 1 for the same, 0 for nothing in common."""
    if plain(one) == plain(other):
        return 1.0
    if min(len(plain(one)), len(plain(other))) < SHORTEST:
        return 0.0
    left, right = pairs(one), pairs(other)
    return 2 * len(left & right) / (len(left) + len(right))


class Wordings(Generic[Key]):
    """Names to look up by equal or like wording; like ones are found through their pairs, not one by one."""

    def __init__(self) -> None:
        self._names: dict[str, list[Key]] = defaultdict(list)
        self._holding: dict[str, set[str]] = defaultdict(set)

    def add(self, words: str, key: Key) -> None:
        """A name and what bears it."""
        bare = plain(words)
        if len(bare) < 2:
            return
        if bare not in self._names:
            for pair in pairs(words):
                self._holding[pair].add(bare)
        self._names[bare].append(key)

    def same(self, words: str) -> list[Key]:
        """What bears exactly this name."""
        return self._names.get(plain(words), [])

    def alike(self, words: str) -> list[Key]:
        """What bears this name or one much like it."""
        exact = self.same(words)
        if exact or len(plain(words)) < SHORTEST:
            return exact
        return [key for name in self._near(words) for key in self._names[name]]

    def _near(self, words: str) -> Iterator[str]:
        mine = pairs(words)
        shared: dict[str, int] = defaultdict(int)
        for pair in mine:
            for name in self._holding.get(pair, ()):
                shared[name] += 1
        for name, count in shared.items():
            if len(name) >= SHORTEST and 2 * count / (len(mine) + len(pairs(name))) >= ALIKE:
                yield name
