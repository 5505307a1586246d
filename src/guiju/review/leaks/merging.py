"""The three ledgers beside each other (三台账合并), contract by contract, and the deeds that they tell of. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from guiju.lib import pairing
from guiju.review.enums import LedgerKind as L
from guiju.review.leaks.facts import Deed, Payment, Source
from guiju.review.leaks.ledgers import Ledger, Line

#: Words of the merged ledger, which is an official form and stays Chinese.
COMPLETE = "全部匹配"
LACKS = {L.CONTRACT: "缺少合同表内容", L.PURCHASE: "缺少采购表内容", L.FINANCE: "缺少财务表内容"}
HEADINGS = {L.CONTRACT: "[合同]", L.PURCHASE: "[采购]", L.FINANCE: "[财务]"}
STATUS, NUMBER, LOOSE = "匹配状态", "合同编号", "没有合同编号"


@dataclass(slots=True)
class Match:
    """One contract number with its rows in each ledger."""

    key: str
    number: str
    lines: dict[str, list[Line]] = field(default_factory=dict)

    def state(self, kinds: Iterable[str]) -> str:
        """In the words of the form, as far as the ledgers of these kinds are there."""
        lacking = [LACKS[L(kind)] for kind in L.values if kind in kinds and kind not in self.lines]
        return "、".join(lacking) or COMPLETE


@dataclass(slots=True)
class Merged:
    """All of them, and the rows without a number, which match nothing."""

    kinds: tuple[str, ...]
    labels: dict[str, tuple[str, ...]]
    matches: list[Match]
    loose: list[tuple[str, Line]]

    def counts(self) -> dict[str, int]:
        """How many numbers stand in which state."""
        found: dict[str, int] = {}
        for one in self.matches:
            state = one.state(self.kinds)
            found[state] = found.get(state, 0) + 1
        return found


def merge(ledgers: Sequence[Ledger]) -> Merged:
    """The ledgers by contract number; several sheets of one kind count together."""
    kinds = tuple(kind for kind in L.values if any(one.kind == kind for one in ledgers))
    labels: dict[str, tuple[str, ...]] = {}
    found: dict[str, Match] = {}
    loose: list[tuple[str, Line]] = []
    for ledger in ledgers:
        labels.setdefault(ledger.kind, ledger.labels)
        for line in ledger.lines:
            key = pairing.number_key(line.number)
            if not key:
                loose.append((ledger.kind, line))
                continue
            found.setdefault(key, Match(key, line.number)).lines.setdefault(ledger.kind, []).append(line)
    return Merged(kinds, labels, list(found.values()), loose)


def rows(merged: Merged) -> list[list[object]]:
    """The rows of the form: status, number, and the cells of each ledger side by side."""
    found: list[list[object]] = []
    for one in merged.matches:
        state = one.state(merged.kinds)
        sides = [one.lines.get(kind, []) for kind in merged.kinds]
        found += [[state, one.number, *_cells(merged, held)] for held in zip_longest(*sides)]
    for kind, line in merged.loose:
        alone = [line if kind == each else None for each in merged.kinds]
        found.append([LOOSE, "", *_cells(merged, alone)])
    return found


def _cells(merged: Merged, held: Iterable[Line | None]) -> list[object]:
    cells: list[object] = []
    for kind, line in zip(merged.kinds, held, strict=True):
        width = len(merged.labels[kind])
        given = line.cells if line is not None else ()
        cells += [given[at] if at < len(given) else "" for at in range(width)]
    return cells


# --- deeds ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Told:
    """What ledgers tell: deeds, and rows that name no day and so cannot be judged."""

    deeds: list[Deed]
    undated: list[Line]


def deeds(merged: Merged, *, unit: str, known: Iterable[Deed] = ()) -> Told:
    """Contracts signed and paid. A contract that is known already keeps its record and gains what the ledgers add.

    What is reviewed are contracts (001 task 6), and so a payment alone is none: one that names a contract tells of it, one
    that names none is left to people, and in no rate.
    """
    held = {one.key: one for one in known}
    told = Told([], [])
    for match in merged.matches:
        key = contract_key(unit, match.number)
        payments = tuple(_payment(line) for line in match.lines.get(L.FINANCE, ()) if not _is_deposit_back(line))
        contracts = _once(match.lines.get(L.CONTRACT, []))
        if key in held:
            told.deeds.append(_joined(held.pop(key), contracts, payments))
            continue
        for place, line in enumerate(contracts or match.lines.get(L.FINANCE, [])[:1]):
            own = key if not place else f"{key}#{place + 1}"
            _add(told, _deed(line, unit, own, payments if not place else ()), line)
    for kind, line in merged.loose:
        if kind == L.PURCHASE:
            continue
        key = f"{unit}|contract|{pairing.title_key(line.title)}|{pairing.party_key(line.party)}|{line.on}|{line.amount}"
        if kind == L.FINANCE:
            bare = _deed(line, unit, key, (_payment(line),))
            _add(told, replace(bare, is_counted=False, is_bare=True) if bare is not None else None, line)
        else:
            _add(told, _deed(line, unit, key, ()), line)
    told.deeds += held.values()
    return told


def _once(lines: Sequence[Line]) -> list[Line]:
    """A contract that is carried on from year to year stands in several sheets, and is one contract."""
    return list({(pairing.title_key(line.title), line.on, line.amount): line for line in reversed(lines)}.values())[
        ::-1
    ]


def _is_deposit_back(line: Line) -> bool:
    """Bidders get their deposits back before anything is signed: that is no payment of a contract."""
    return "保证金" in line.title and "退" in line.title


def contract_key(unit: str, number: str) -> str:
    """A contract by its number, whichever source tells of it."""
    return f"{unit}|contract|{pairing.number_key(number)}"


def _add(told: Told, deed: Deed | None, line: Line) -> None:
    if deed is None:
        told.undated.append(line)
    else:
        told.deeds.append(deed)


def _payment(line: Line) -> Payment:
    return Payment(line.on, line.amount, line.source)


def _deed(line: Line, unit: str, key: str, payments: tuple[Payment, ...]) -> Deed | None:
    days = [line.on] if line.on is not None else [one.on for one in payments if one.on is not None]
    if not days:
        return None
    is_payment = any(one.source == line.source for one in payments)
    return Deed(
        key=key, unit=unit, kind="contract", title=line.title or line.number, on=min(days),
        number=line.number, party=line.party, amount=None if is_payment else line.amount, named=_named(line.review),
        payments=payments, source=line.source, tolerance=line.tolerance,
        others=(line.other,) if line.other is not None and not is_payment else (),
    )  # fmt: skip


def _named(written: str) -> tuple[str, ...]:
    return pairing.several(written) if written else ()


def _joined(deed: Deed, contracts: Sequence[Line], payments: tuple[Payment, ...]) -> Deed:
    """The record, with the earlier day where the ledger says that it was signed before, and the higher amount."""
    days = [line.on for line in contracts if line.on is not None]
    told = [line for line in contracts if line.amount is not None]
    highest = max(told, key=lambda line: line.amount or Decimal(0), default=None)
    more: dict[str, Any] = {}
    if highest is not None and highest.amount is not None:
        if deed.amount is None or highest.amount - deed.amount > highest.tolerance:
            more = {"amount": highest.amount, "tolerance": highest.tolerance}
        more["others"] = tuple(line.other for line in told if line.other is not None)
    return replace(deed, on=min([deed.on, *days]), payments=(*deed.payments, *payments), **more)


def place_of(source: Source) -> str:
    """A row of a sheet as people find it."""
    return f"{source.file} · {source.sheet} · {source.row}" if source.file else ""
