"""What differs between two texts, as people read it: clause by clause, moved and renumbered ones known again. Pure.

The work grows with the length of the texts, not with its square: equal clauses are found by their words, changed ones
by the rarest pairs of characters that they share. Words inside a clause are compared only where somebody looks.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import islice

from guiju.governance.policies.structure import Piece, parse
from guiju.lib import text as letters

#: Two clauses with less in common than this are two clauses.
_ALIKE = 0.4
_SAME_LABEL = 0.1
_RAREST, _CANDIDATES = 16, 6
#: Characters of a clause up to which single words are compared; above it sentences.
_FINE = 1_500
#: Words of one text times words of the other up to which they are compared one by one; above it the whole counts.
_CELLS = 4_000_000
_SHORT = 300
#: A figure is one word, whatever it is written in: “一百五十元” becomes “二百元”, not “二” for “一” and “五十”.
_TOKEN = re.compile(r"[A-Za-z0-9]+(?:[.,][0-9]+)*%?|[〇零一二三四五六七八九十百千万亿两]+|\s+|.", re.DOTALL)
_SENTENCE = re.compile(r"[^。；;\n]*[。；;\n]?", re.DOTALL)


class Kind(StrEnum):
    """What became of a clause."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Row:
    """One clause beside what it was; `before` or `after` is None where it was added or removed."""

    kind: Kind
    before: Piece | None
    after: Piece | None
    moved: bool = False

    @property
    def old(self) -> str:
        """What it said."""
        return self.before.text if self.before is not None else ""

    @property
    def new(self) -> str:
        """What it says."""
        return self.after.text if self.after is not None else ""

    @property
    def place(self) -> str:
        """Where it stands now; where it stood, if it is gone."""
        piece = self.after or self.before
        return piece.place if piece is not None else ""

    @property
    def renumbered(self) -> bool:
        """It is cited differently now."""
        return self.before is not None and self.after is not None and self.before.label != self.after.label

    @property
    def is_plain(self) -> bool:
        """Nothing about it is worth a look."""
        return self.kind == Kind.SAME and not self.moved and not self.renumbered


@dataclass(frozen=True, slots=True)
class Comparison:
    """All clauses of two texts in the order of the later one, removed ones where they stood."""

    rows: list[Row] = field(default_factory=list)

    def changed(self) -> list[Row]:
        """Those whose words differ."""
        return [row for row in self.rows if row.kind != Kind.SAME]

    def counts(self) -> dict[str, int]:
        """How many were changed, added, removed, moved and renumbered."""
        found = Counter(str(row.kind) for row in self.rows)
        found["moved"] = sum(row.moved for row in self.rows)
        found["renumbered"] = sum(row.renumbered and not row.moved for row in self.rows)
        return {name: found[name] for name in ("changed", "added", "removed", "moved", "renumbered", "same")}

    @property
    def is_same(self) -> bool:
        """Nothing differs at all."""
        return all(row.is_plain for row in self.rows)


def compare(before: str, after: str) -> Comparison:
    """The clauses of the later text beside those of the earlier one."""
    old, new = parse(before), parse(after)
    pairs = _pairs(old, new)
    steady = set(_longest_rising(pairs))
    gone = _by_place(old, pairs, steady)
    rows = list(_removed(old, gone.pop(-1, [])))
    for at, piece in enumerate(new):
        was = pairs.get(at)
        if was is None:
            rows.append(Row(Kind.ADDED, None, piece))
        else:
            same = old[was].words == piece.words
            rows.append(Row(Kind.SAME if same else Kind.CHANGED, old[was], piece, at not in steady))
        rows += _removed(old, gone.pop(at, []))
    return Comparison(rows)


def _removed(old: Sequence[Piece], places: Iterable[int]) -> Iterator[Row]:
    return (Row(Kind.REMOVED, old[at], None) for at in places)


# --- which clause is which ------------------------------------------------------------------------------------------


def _pairs(old: Sequence[Piece], new: Sequence[Piece]) -> dict[int, int]:
    """Place in the later text -> place in the earlier one."""
    found = _equal(old, new)
    taken = set(found.values())
    left = [at for at in range(len(old)) if at not in taken]
    right = [at for at in range(len(new)) if at not in found]
    found.update(_alike(old, new, left, right))
    return found


def _key(piece: Piece) -> tuple[bool, str]:
    return piece.is_heading, letters.normalise(piece.words) or piece.label


def _equal(old: Sequence[Piece], new: Sequence[Piece]) -> dict[int, int]:
    """Clauses with the same words, the one with the same number first, then in their order."""
    waiting: dict[tuple[bool, str], deque[int]] = defaultdict(deque)
    for at, piece in enumerate(old):
        waiting[_key(piece)].append(at)
    found: dict[int, int] = {}
    rest = []
    for at, piece in enumerate(new):
        places = waiting.get(_key(piece), deque())
        same = next((place for place in islice(places, 50) if old[place].label == piece.label), None)
        if same is None:
            rest.append(at)
        else:
            places.remove(same)
            found[at] = same
    for at in rest:
        places = waiting.get(_key(new[at]), deque())
        if places:
            found[at] = places.popleft()
    return found


def _alike(old: Sequence[Piece], new: Sequence[Piece], left: Sequence[int], right: Sequence[int]) -> dict[int, int]:
    """Changed clauses, the most alike first."""
    grams = {at: _grams(new[at]) for at in right}
    where: dict[str, list[int]] = defaultdict(list)
    for at, mine in grams.items():
        for gram in mine:
            where[gram].append(at)
    labels = {(new[at].is_heading, new[at].label): at for at in reversed(right) if new[at].label}
    scored = []
    for place in left:
        mine = _grams(old[place])
        scored += [
            (-score, abs(at - place), at, place)
            for at in _candidates(mine, where, labels.get((old[place].is_heading, old[place].label)))
            if old[place].is_heading == new[at].is_heading and (score := _score(old[place], new[at], mine, grams[at]))
        ]
    found: dict[int, int] = {}
    taken: set[int] = set()
    for *_rank, at, place in sorted(scored):
        if at not in found and place not in taken:
            found[at] = place
            taken.add(place)
    return found


def _grams(piece: Piece) -> frozenset[str]:
    words = letters.normalise(piece.words)
    return frozenset(words[at : at + 2] for at in range(max(len(words) - 1, 1)))


def _candidates(mine: frozenset[str], where: dict[str, list[int]], same_label: int | None) -> list[int]:
    known = sorted((gram for gram in mine if gram in where), key=lambda gram: (len(where[gram]), gram))[:_RAREST]
    votes = Counter(at for gram in known for at in where[gram][:100])
    best = [at for at, _count in votes.most_common(_CANDIDATES)]
    return best if same_label is None or same_label in best else [*best, same_label]


def _score(one: Piece, other: Piece, mine: frozenset[str], theirs: frozenset[str]) -> float:
    """How alike, 0 where they are not; the same number counts a little, a heading keeps its number."""
    dice = 2 * len(mine & theirs) / (len(mine) + len(theirs) or 1)
    if one.label and one.label == other.label:
        dice += _SAME_LABEL
    return dice if dice >= _ALIKE else 0.0


def _longest_rising(pairs: dict[int, int]) -> list[int]:
    """The most clauses that kept their order; all others were moved."""
    tails: list[int] = []
    ends: list[int] = []
    before: dict[int, int] = {}
    for at in sorted(pairs):
        place = bisect_left(tails, pairs[at])
        if place:
            before[at] = ends[place - 1]
        if place == len(tails):
            tails.append(pairs[at])
            ends.append(at)
        else:
            tails[place], ends[place] = pairs[at], at
    found = ends[-1:]
    while found and found[-1] in before:
        found.append(before[found[-1]])
    return found


def _by_place(old: Sequence[Piece], pairs: dict[int, int], steady: set[int]) -> dict[int, list[int]]:
    """Removed clauses by the clause after which they stood; -1 for the beginning."""
    now = {pairs[at]: at for at in steady}
    kept = set(pairs.values())
    found: dict[int, list[int]] = defaultdict(list)
    last = -1
    for place in range(len(old)):
        if place in now:
            last = now[place]
        elif place not in kept:
            found[last].append(place)
    return found


# --- words inside a clause ------------------------------------------------------------------------------------------

Segment = tuple[str, str]


def words(before: str, after: str) -> list[Segment]:
    """(same | del | ins, words) which joined without `ins` give the earlier text, without `del` the later one."""
    split = _TOKEN if max(len(before), len(after)) <= _FINE else _SENTENCE
    old, new = split.findall(before), split.findall(after)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    segments: list[Segment] = [("same", "".join(old[:head]))]
    for tag, i1, i2, j1, j2 in _steps(middle_old, middle_new):
        if tag == "equal":
            segments.append(("same", "".join(middle_old[i1:i2])))
        else:
            segments += [("del", "".join(middle_old[i1:i2])), ("ins", "".join(middle_new[j1:j2]))]
    segments.append(("same", "".join(old[len(old) - tail :] if tail else [])))
    return _smooth([segment for segment in segments if segment[1]])


def _steps(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """What leads from one to the other; a clause of thousands of short sentences has changed as a whole."""
    if len(old) * len(new) > _CELLS:
        return [("replace", 0, len(old), 0, len(new))]
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def _smooth(segments: Sequence[Segment]) -> list[Segment]:
    """A character or two that happen to stand in both between two changes belong to the change."""
    found: list[Segment] = []
    gone, come = "", ""
    last = len(segments) - 1
    for at, (kind, said) in enumerate(segments):
        if kind == "del":
            gone += said
        elif kind == "ins":
            come += said
        elif (gone or come) and len(said) <= 2 and at != last and not said.isspace():
            gone, come = gone + said, come + said
        else:
            found += _change(gone, come)
            gone, come = "", ""
            found.append(("same", said))
    return found + _change(gone, come)


def _change(gone: str, come: str) -> list[Segment]:
    """What went and what came; the words that both end with are no change."""
    old, new = _TOKEN.findall(gone), _TOKEN.findall(come)
    tail = _common(old[::-1], new[::-1])
    kept = "".join(old[len(old) - tail :])
    gone, come = "".join(old[: len(old) - tail]), "".join(new[: len(new) - tail])
    return [segment for segment in (("del", gone), ("ins", come), ("same", kept)) if segment[1]]


def short(said: str) -> str:
    """The beginning of a clause, for a line."""
    return said if len(said) <= _SHORT else f"{said[: _SHORT - 1]}…"
