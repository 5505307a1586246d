"""The leak finder itself: deeds and reviews in, findings by kind out. Pure.

unreviewed  carried out, and no review of it passed; a payment that names no contract stands here for people to settle
late        a review passed, but afterwards (倒签)
entered     a review says that it passed before, but was entered by hand afterwards (补录): nothing shows that it did
expired     the pass had ended, or had been withdrawn, when it was carried out
changed     what was carried out is not what was reviewed: another document, amount or party, or more was paid
condition   carried out before a condition was met that had to come first, or a condition is overdue
split       several contracts with one party, near in time and name, each below the amount at which the route asks
            for more, and together above it
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from guiju.lib import pairing
from guiju.lib.pairing import Verdict
from guiju.review.enums import LeakKind as K
from guiju.review.leaks import splitting
from guiju.review.leaks.facts import ANY, Deed, Leak, Review, Terms, Thresholds
from guiju.review.leaks.rates import Rate, rates

_FRAMEWORK = "框架"
#: The number of a supplement begins with that of its contract.
_SUPPLEMENT = re.compile(r"(.+?)[-/]?\(?补(?:充)?(?:协议)?[-(]?[0-9一二三四五六七八九十]*\)?")
#: The thresholds of a company, by its key; asked only for companies with contracts that could be one.
ThresholdsOf = Callable[[str], Thresholds]


@dataclass(frozen=True, slots=True)
class Result:
    """What was looked at, and what was found."""

    leaks: tuple[Leak, ...]
    rates: tuple[Rate, ...]
    looked: int


@dataclass(frozen=True, slots=True)
class Paired:
    """A deed with the word on it and its review."""

    deed: Deed
    verdict: Verdict
    review: Review | None
    #: The amounts of all deeds for which this review speaks, where they are several.
    together: Decimal | None = None
    #: What reviewed supplements of it allow to be paid besides.
    added: Decimal = Decimal(0)


def find(
    deeds: Iterable[Deed],
    reviews: Iterable[Review],
    *,
    thresholds: ThresholdsOf,
    terms: Terms,
    within: tuple[date, date] | None = None,
) -> Result:
    """All findings, and the rates. `within` narrows what is judged, not what it is compared with."""
    paired = pairs(deeds, reviews)
    judged = [one for one in paired if within is None or _touches(one.deed, within)]
    leaks = [leak for one in judged for leak in _of_one(one, terms)]
    leaks += splitting.find(paired, judged, thresholds=thresholds, terms=terms)
    counted = [
        one for one in judged if one.deed.is_counted and (within is None or within[0] <= one.deed.on <= within[1])
    ]
    return Result(tuple(sorted(leaks, key=_order)), rates(counted, _kinds(leaks)), len(judged))


def _kinds(leaks: Iterable[Leak]) -> dict[str, set[str]]:
    """The kinds of leaks found on each deed, by its key."""
    found: dict[str, set[str]] = {}
    for leak in leaks:
        for deed in leak.deeds:
            found.setdefault(deed.key, set()).add(str(leak.kind))
    return found


def pairs(deeds: Iterable[Deed], reviews: Iterable[Review]) -> list[Paired]:
    """Each deed with its review, company by company."""
    by_unit: dict[str, tuple[list[Deed], list[Review]]] = {}
    for deed in deeds:
        by_unit.setdefault(deed.unit, ([], []))[0].append(deed)
    for review in reviews:
        if review.unit in by_unit:
            by_unit[review.unit][1].append(review)
    return [one for held, given in by_unit.values() for one in _of_company(held, given)]


def _of_company(deeds: Sequence[Deed], reviews: Sequence[Review]) -> Iterator[Paired]:
    passed = {one.key: one for one in reviews if not one.state}
    first, later = ([deed.doing() for deed in deeds if deed.is_counted is counts] for counts in (True, False))
    # What the rates count goes first, as where the evidence tests pair it alone: their numbers are the same.
    found = pairing.pair(first, [one.given() for one in passed.values()], later=later)
    rest = [deed for deed in deeds if found[deed.key].given is None]
    others = {one.key: one for one in reviews if one.state}
    beside = pairing.pair([deed.doing() for deed in rest], [one.given() for one in others.values()]) if others else {}
    near = _near(rest, passed)
    totals, added = _totals(deeds, found, passed), _added(deeds, found)
    for deed in deeds:
        pair = found[deed.key]
        given = pair.given or (beside[deed.key].given if deed.key in beside else None)
        review = (passed.get(given.key) or others[given.key]) if given is not None else near.get(deed.key)
        together = totals.get(review.key) if review is not None else None
        yield Paired(deed, _verdict(deed, pair, review), review, together, added.get(deed.key, Decimal(0)))


def _verdict(deed: Deed, pair: pairing.Pair, review: Review | None) -> Verdict:
    """Days do not tell what came first on one day; a source that knows the hour does."""
    same_day = deed.is_before and review is not None and review.on == deed.begun_on
    return Verdict.LATE if same_day and pair.verdict is Verdict.REVIEWED else pair.verdict


def _near(rest: Sequence[Deed], passed: Mapping[str, Review]) -> dict[str, Review]:
    """A review of the same name with the same firm that names another number: perhaps somebody mistyped it."""
    held: dict[tuple[str, str, str], Review] = {}
    for review in passed.values():
        for firm in pairing.firms(review.party) if review.about else ():
            held.setdefault((review.kind, pairing.title_key(review.title), firm), review)
    found: dict[str, Review] = {}
    for deed in rest:
        keys = [(deed.kind, pairing.title_key(deed.title), firm) for firm in pairing.firms(deed.party)]
        if (key := next((key for key in keys if key in held), None)) is not None:
            found[deed.key] = held[key]
    return found


def _totals(
    deeds: Sequence[Deed], found: Mapping[str, pairing.Pair], reviews: Mapping[str, Review]
) -> dict[str, Decimal]:
    """What the deeds of one review come to, for reviews that speak for several."""
    held: dict[str, list[Deed]] = {}
    for deed in deeds:
        pair = found[deed.key]
        given = pair.given
        if given is not None and pair.verdict is Verdict.REVIEWED:
            held.setdefault(given.key, []).append(deed)
    return {
        key: sum((one.amount for one in _ordered(several, reviews[key]) if one.amount is not None), Decimal(0))
        for key, several in held.items()
        if len(several) > 1
    }


def _ordered(several: Sequence[Deed], review: Review) -> Sequence[Deed]:
    """Under a framework its orders are counted, not the framework itself, whose amount is what they may come to."""
    frames = [one for one in several if _FRAMEWORK in one.title and one.amount == review.amount]
    return [one for one in several if one is not frames[0]] if len(frames) == 1 else several


def _added(deeds: Sequence[Deed], found: Mapping[str, pairing.Pair]) -> dict[str, Decimal]:
    """By the key of a contract the amounts of its supplements (补充协议) that were reviewed themselves."""
    numbered = {key: deed.key for deed in deeds if deed.kind == "contract" and (key := pairing.number_key(deed.number))}
    added: dict[str, Decimal] = {}
    for deed in deeds:
        told = _SUPPLEMENT.fullmatch(pairing.number_key(deed.number)) if deed.amount else None
        whole = numbered.get(told[1]) if told is not None else None
        if whole is not None and deed.amount is not None and found[deed.key].verdict is Verdict.REVIEWED:
            added[whole] = added.get(whole, Decimal(0)) + deed.amount
    return added


def _touches(deed: Deed, within: tuple[date, date]) -> bool:
    days = [deed.on, *(one.on for one in deed.payments if one.on is not None)]
    return any(within[0] <= day <= within[1] for day in days)


def _order(leak: Leak) -> tuple[int, str, date, str]:
    return list(K.values).index(leak.kind), leak.deed.unit, leak.deed.on, leak.deed.key


# --- one deed -------------------------------------------------------------------------------------------------------


def _of_one(one: Paired, terms: Terms) -> Iterator[Leak]:
    deed, review = one.deed, one.review
    if one.verdict is Verdict.UNREVIEWED:
        nothing = "payment" if deed.is_bare else "none"
        yield Leak(K.UNREVIEWED, (review.state or "number") if review is not None else nothing, (deed,), review)
    elif review is None:
        return
    elif one.verdict is Verdict.LATE:
        why = "paid_before" if deed.begun_on < deed.on and review.on <= deed.on else "after"
        days = (review.on - deed.begun_on).days
        why = why if days else "same_day"
        yield Leak(K.LATE, why, (deed,), review, (("days", str(days)),))
    elif one.verdict is Verdict.ENTERED and review.entered is not None:
        told = (("days", str((review.entered - deed.begun_on).days)), ("entered_on", review.entered.isoformat()))
        yield Leak(K.ENTERED, "entered", (deed,), review, told)
    elif one.verdict is Verdict.EXPIRED:
        yield Leak(K.EXPIRED, review.ended or "ended", (deed,), review)
    else:
        yield from _changed(one, deed, review)
        yield from _conditions(deed, review, terms)


def _changed(one: Paired, deed: Deed, review: Review) -> Iterator[Leak]:
    told: list[tuple[str, str]] = []
    if _is_another_document(deed, review):
        told.append(("document", ""))
    if (more := _more(deed, review, one.together)) is not None:
        told.append(("amount", f"{more:.2f}"))
    if not pairing.is_same_firm(deed.party, review.party):
        told.append(("party", ""))
    limit = review.amount if review.amount is not None else deed.amount
    if limit is not None and deed.paid - limit - one.added > deed.tolerance:
        told.append(("paid", f"{deed.paid - limit - one.added:.2f}"))
    if told:
        yield Leak(K.CHANGED, told[0][0], (deed,), review, tuple(told))


def _more(deed: Deed, review: Review, together: Decimal | None) -> Decimal | None:
    """By how much the amount differs; one review of several contracts bounds what they come to together."""
    if deed.amount is None or review.amount is None:
        return None
    if together is None and any(abs(each - review.amount) <= deed.tolerance for each in deed.amounts):
        return None
    more = (deed.amount if together is None else together) - review.amount
    differs = abs(more) > deed.tolerance if together is None else more > deed.tolerance
    return more if differs else None


def _is_another_document(deed: Deed, review: Review) -> bool:
    endings = {one.ending for one in deed.files} & {ANY, *(one.ending for one in review.files)}
    signed = {one.digest for one in deed.files if one.ending in endings}
    seen = {one.digest for one in review.files}
    return bool(signed) and bool(seen) and not signed & seen


def _conditions(deed: Deed, review: Review, terms: Terms) -> Iterator[Leak]:
    for one in review.conditions:
        told = (("text", one.text), ("due_on", one.due_on.isoformat()))
        if one.before and (one.met_on is None or one.met_on > deed.begun_on):
            yield Leak(K.CONDITION, "before", (deed,), review, told)
        elif not one.before and one.met_on is None and one.due_on < terms.today:
            yield Leak(K.CONDITION, "overdue", (deed,), review, told)


def by_kind(leaks: Iterable[Leak]) -> Mapping[str, int]:
    """How many of each kind."""
    found = dict.fromkeys(K.values, 0)
    for leak in leaks:
        found[leak.kind] += 1
    return found
