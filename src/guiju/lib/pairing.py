"""Pairs what was carried out with the review that speaks for it, by number or by name, and says in one word how it stands.

Pure. The evidence tests and the leak finder pair with this one function, so their numbers cannot differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache

from guiju.lib.text import normalise

_DASHES = str.maketrans(dict.fromkeys("—–―－‐‑‒﹣−_", "-"))
_SEPARATORS = re.compile(r"[、,，;；\n]+")
_QUOTES = str.maketrans("", "", "《》〈〉“”‘’「」『』\"'")
_MOTION = re.compile(r"^(?:提请)?(?:审议|审定)?(.+?)(?:的?(?:议案|请示|提案|议题))?$")
#: 关于签订…合同的请示, 关于印发…的通知: what follows the verb is the thing.
_CONCERNING = re.compile(
    r"^(?:提请)?(?:审议|审定)?关于(?:提请)?(?:审议|审定|研究|讨论|签订|签署|订立|印发|发布|制定|修订)?(.+?)"
    r"(?:的?(?:议案|请示|提案|议题|通知))?$"
)

#: What says which draft or edition it was, not what it is about.
_EDITION = re.compile(
    r"\((?:\d{4}年?)?(?:版|修订版?|修订稿|新版|试行|暂行|送审稿|审议稿|报批稿|草案|初稿|定稿|征求意见稿)\)$"
)
#: What the review register puts behind the name of a matter that stands there already.
_OWN_NUMBER = re.compile(r"\(审\d{4}-\d+\)$")


#: A run of digits, with the letters in it that a scan writes for 0 and 1.
_SCANNED = re.compile(r"[OIL〇]*[0-9][0-9OIL〇]*")
_DIGITS = str.maketrans("OIL〇", "0110")
#: What is written in brackets behind a firm: its former name, or what it is called here.
_ASIDE = re.compile(r"\((?:原|曾用名|更名前|现更名|以下简称|简称|下称|甲方|乙方)[^()]*\)")
_FORMER = re.compile(r"\((?:原名|原|曾用名|更名前)(?:称)?(?:为)?[:：]?([^()]+)\)")
_LEGAL_FORM = re.compile(r"(?:有限责任公司|有限公司|公司|co\.?,?ltd\.?|limited|ltd\.?)$")


class Verdict(StrEnum):
    """How something carried out stands to the reviews: one of them spoke for it in time and held, or why not."""

    REVIEWED = "reviewed"
    UNREVIEWED = "unreviewed"
    LATE = "late"
    ENTERED = "entered"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """Something that was carried out: a contract signed, a rule issued, a decision taken. `named` is its review's number."""

    key: str
    kind: str
    on: date
    title: str
    number: str = ""
    party: str = ""
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A review that passed. `numbers` name what it is about, `aliases` it itself and what other systems call it.

    It holds from `on` to `until`, both days included. `entered` is the day since which its record says what it says;
    None where that needs no proof: a record that follows from the review itself, a case of a test.
    """

    key: str
    kind: str
    on: date
    title: str
    until: date | None = None
    numbers: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    party: str = ""
    entered: date | None = None

    def holds(self, on: date) -> bool:
        """Does it speak for something of this day?"""
        return self.on <= on and (self.until is None or on <= self.until)

    def stood(self, on: date) -> bool:
        """Was it on record by this day? What was entered afterwards (补录) does not show that it came before."""
        return self.entered is None or self.entered <= on


@dataclass(frozen=True, slots=True)
class Pair:
    """What was found for one doing."""

    verdict: Verdict
    given: Given | None = None


NOTHING = Pair(Verdict.UNREVIEWED)


@lru_cache(maxsize=50_000)
def number_key(number: str) -> str:
    """Numbers as they are compared: half-width, one kind of bracket and dash, upper case, without a 号 at the end.

    Letters among digits that a scan takes for digits are digits (2O26), and a number of digits alone has no noughts
    before it, as a spreadsheet drops them.
    """
    plain = normalise(normalise(number).translate(_DASHES).upper()).rstrip("号.。")
    plain = _SCANNED.sub(lambda found: found[0].translate(_DIGITS), plain)
    return plain.lstrip("0") or plain if plain.isdigit() else plain


@lru_cache(maxsize=50_000)
def title_key(title: str) -> str:
    """Names as they are compared: half-width, without quotation marks, and a motion as what it is about."""
    plain = _OWN_NUMBER.sub("", normalise(title.translate(_QUOTES)).casefold())
    plain = _EDITION.sub("", plain) or plain
    found = _CONCERNING.match(plain) or _MOTION.match(plain)
    about = found[1] if found and found[1] else plain
    return _EDITION.sub("", about) or about


@lru_cache(maxsize=50_000)
def firms(party: str) -> tuple[str, ...]:
    """A firm as it is compared: half-width, without its legal form; behind it the names that it had before."""
    plain = normalise(party).casefold()
    former = [found[1] for found in _FORMER.finditer(plain)]
    named = [_LEGAL_FORM.sub("", one) or one for one in (_ASIDE.sub("", plain), *former)]
    return tuple(dict.fromkeys(one for one in named if one))


def party_key(party: str) -> str:
    """The firm by its present name."""
    return next(iter(firms(party)), "")


def is_same_firm(one: str, other: str) -> bool:
    """Can both be the same firm? Where nothing is said nothing differs."""
    first, second = firms(one), firms(other)
    return not first or not second or not set(first).isdisjoint(second)


def several(numbers: str) -> tuple[str, ...]:
    """The numbers written in one field, one behind the other."""
    return tuple(part.strip() for part in _SEPARATORS.split(numbers) if part.strip())


@dataclass(slots=True)
class _Reviews:
    """The reviews by what they may be found by."""

    by_number: dict[str, list[Given]] = field(default_factory=dict)
    by_title: dict[tuple[str, str], list[Given]] = field(default_factory=dict)

    def add(self, one: Given) -> None:
        for number in {key for word in (*one.numbers, *one.aliases) if (key := number_key(word))}:
            self.by_number.setdefault(number, []).append(one)
        if key := title_key(one.title):
            self.by_title.setdefault((one.kind, key), []).append(one)


def pair(doings: Iterable[Doing], givens: Iterable[Given], *, later: Iterable[Doing] = ()) -> dict[str, Pair]:
    """How each doing stands, by its key.

    A number settles it, for as many doings as carry it. By its name alone one review speaks for one doing: each takes
    the one that ends first of those that held on its day and were on record; what is left over are reviews that were
    entered afterwards, that had ended, or came after.
    `later` are paired with what the others leave.
    """
    reviews = _Reviews()
    for given in sorted(givens, key=_order):
        reviews.add(given)
    found: dict[str, Pair] = {}
    first, second = _Wave(), _Wave()
    for wave, several in ((first, doings), (second, later)):
        for doing in several:
            wave.add(doing, reviews, found)
    for key in dict.fromkeys((*first.unnamed, *second.unnamed)):
        _by_name(reviews.by_title.get(key, ()), (first, second), key, found)
    return found


@dataclass(slots=True)
class _Wave:
    """Doings of one turn: reviews that a number has given to some of them, by kind, and those that have only a name.

    By kind, so that each kind alone comes to what all together come to.
    """

    used: dict[str, set[str]] = field(default_factory=dict)
    unnamed: dict[tuple[str, str], list[Doing]] = field(default_factory=dict)

    def add(self, doing: Doing, reviews: _Reviews, found: dict[str, Pair]) -> None:
        """By its number, where it has one that a review names."""
        if own := _numbered(doing, reviews):
            found[doing.key] = _judged(doing, own)
            self.used.setdefault(doing.kind, set()).update(one.key for one in own)
        else:
            self.unnamed.setdefault((doing.kind, title_key(doing.title)), []).append(doing)


def _turn(doing: Doing) -> tuple[date, bool, str, bool, str]:
    """Whose turn it is: by day, then whoever can take the fewest reviews; the key only between equals."""
    party = party_key(doing.party)
    return doing.on, not party, party, not number_key(doing.number), doing.key


def _order(given: Given) -> tuple[date, date, str]:
    return given.until or date.max, given.on, given.key


def _numbered(doing: Doing, reviews: _Reviews) -> list[Given]:
    keys = {number_key(word) for word in (doing.number, *doing.named)} - {""}
    found = {one.key: one for key in keys for one in reviews.by_number.get(key, ())}
    if not found and doing.named:
        titles = {title_key(word) for word in doing.named}
        found = {one.key: one for title in titles for one in reviews.by_title.get((doing.kind, title), ())}
    return sorted(found.values(), key=_order)


def _judged(doing: Doing, own: Sequence[Given]) -> Pair:
    """The best that any of them says."""
    if holding := [one for one in own if one.holds(doing.on)]:
        stood = [one for one in holding if one.stood(doing.on)]
        return Pair(Verdict.REVIEWED if stood else Verdict.ENTERED, max(stood or holding, key=lambda one: one.on))
    if ended := [one for one in own if one.on <= doing.on]:
        return Pair(Verdict.EXPIRED, max(ended, key=lambda one: one.until or date.max))
    return Pair(Verdict.LATE, min(own, key=lambda one: one.on))


def _by_name(named: Iterable[Given], waves: Sequence[_Wave], key: tuple[str, str], found: dict[str, Pair]) -> None:
    """What holds is given away first, to the first wave before the second; then what was entered, ended, or came after."""
    left = _Left(named)
    groups = [(wave, sorted(wave.unnamed.get(key, ()), key=_turn)) for wave in waves]
    for verdict in (Verdict.REVIEWED, Verdict.ENTERED, Verdict.EXPIRED, Verdict.LATE):
        for wave, group in groups:
            left.taken |= wave.used.get(key[0], set())
            for doing in group:
                if doing.key not in found and (choice := left.take(doing, verdict)) is not None:
                    found[doing.key] = Pair(verdict, choice)
    for _wave, group in groups:
        for doing in group:
            found.setdefault(doing.key, NOTHING)


class _Left:
    """Reviews of one name that nobody has taken yet, by firm and by whether they name a number: a name that
    thousands of contracts carry is not searched from end to end for each."""

    def __init__(self, givens: Iterable[Given]) -> None:
        self._held: dict[tuple[str, bool], list[Given]] = {}
        self.taken: set[str] = set()
        for one in givens:
            for firm in firms(one.party) or ("",):
                self._held.setdefault((firm, bool(one.numbers)), []).append(one)
        self._every = tuple(dict.fromkeys(firm for firm, _numbered in self._held))

    def take(self, doing: Doing, verdict: Verdict) -> Given | None:
        """The one that fits: of the very same firm before one that names none; then whichever ends first."""
        own = firms(doing.party)
        for named in (own, ("",)) if own else (self._every,):
            keys = [(firm, numbered) for firm in named for numbered in self._open_to(doing)]
            if found := [one for key in keys if (one := self._first(key, doing, verdict)) is not None]:
                choice = min(found, key=_order)
                self.taken.add(choice.key)
                return choice
        return None

    def _open_to(self, doing: Doing) -> tuple[bool, ...]:
        """What has a number of its own is not another number's."""
        return (False,) if number_key(doing.number) else (False, True)

    def _first(self, key: tuple[str, bool], doing: Doing, verdict: Verdict) -> Given | None:
        held = self._held.get(key, [])
        while held and held[0].key in self.taken:
            held.pop(0)
        return next((one for one in held if one.key not in self.taken and _fits(verdict, doing, one)), None)


def _fits(verdict: Verdict, doing: Doing, given: Given) -> bool:
    if verdict in (Verdict.REVIEWED, Verdict.ENTERED):
        return given.holds(doing.on) and given.stood(doing.on) is (verdict is Verdict.REVIEWED)
    return given.on <= doing.on if verdict is Verdict.EXPIRED else given.on > doing.on


def shares(pairs: Mapping[str, Pair]) -> tuple[int, int]:
    """How many were reviewed in time by a review that held, of how many."""
    return sum(one.verdict is Verdict.REVIEWED for one in pairs.values()), len(pairs)
