"""What the leak finder compares: things carried out, reviews, thresholds of routes. Pure; read from anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from guiju.lib.pairing import Doing, Given


@dataclass(frozen=True, slots=True)
class Source:
    """Where somebody finds it again: a record of a register, or a row of a sheet of a file."""

    register: str = ""
    uid: str = ""
    file: str = ""
    sheet: str = ""
    row: int = 0


#: The ending of a document that another system named by its digest: it is compared with all.
ANY = "*"


@dataclass(frozen=True, slots=True)
class File:
    """A document by its SHA-256; only documents of one kind are compared: a scan never equals its draft."""

    digest: str
    ending: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that went out for it."""

    on: date | None
    amount: Decimal | None
    source: Source = Source()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something carried out, of one company. `tolerance` is what the rounding of its source leaves open.

    `is_counted` is false where it is not one of what the rate of its kind is counted from, such as an amended version.
    """

    key: str
    unit: str
    kind: str
    title: str
    on: date
    number: str = ""
    party: str = ""
    amount: Decimal | None = None
    named: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    payments: tuple[Payment, ...] = ()
    owner: str = ""
    owner_user: int | None = None
    source: Source = Source()
    tolerance: Decimal = Decimal(0)
    is_counted: bool = True
    #: Money that went out without a word for which contract: nobody can tell whether there was anything to review.
    is_bare: bool = False
    #: Its source knows that it was done before its review passed, though on the same day.
    is_before: bool = False
    #: Amounts that its source writes beside it, such as the one without tax.
    others: tuple[Decimal, ...] = ()

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """Every amount under which it may have been reviewed."""
        return (*([self.amount] if self.amount is not None else []), *self.others)

    @property
    def begun_on(self) -> date:
        """The first day on which something of it was done: it may have been paid before it was signed."""
        return min([self.on, *(one.on for one in self.payments if one.on is not None)])

    @property
    def paid(self) -> Decimal:
        """All that was paid."""
        return sum((one.amount for one in self.payments if one.amount is not None), Decimal(0))

    def doing(self) -> Doing:
        """As it is paired."""
        return Doing(
            key=self.key, kind=self.kind, on=self.begun_on, title=self.title, number=self.number, party=self.party,
            named=self.named,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of a review; `met_on` is the day on which somebody confirmed it."""

    text: str
    due_on: date
    before: bool = False
    met_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A review of one company. `state` is empty where it passed, else the state of the matter that did not.

    `parts` are the steps that it went through (first, compliance, head …), empty where they are not known.
    """

    key: str
    unit: str
    kind: str
    title: str
    on: date
    until: date | None = None
    number: str = ""
    about: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    party: str = ""
    amount: Decimal | None = None
    files: tuple[File, ...] = ()
    conditions: tuple[Condition, ...] = ()
    parts: frozenset[str] = frozenset()
    state: str = ""
    ended: str = ""
    #: Since when its record says what it says; None for reviews that were held here.
    entered: date | None = None
    source: Source = Source()

    def given(self) -> Given:
        """As it is paired."""
        return Given(
            key=self.key, kind=self.kind, on=self.on, title=self.title, until=self.until, numbers=self.about,
            aliases=(self.key, self.number, *self.aliases), party=self.party, entered=self.entered,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Threshold:
    """An amount from which another row of the route holds, and the steps which that row asks for."""

    amount: Decimal
    name: str = ""
    parts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Terms:
    """The day of looking; what counts as near; how alike names are that speak of one thing cut into pieces."""

    today: date
    near_days: int = 60
    alike: float = 0.6


@dataclass(frozen=True, slots=True)
class Leak:
    """One finding: what was carried out (several for a split), the review beside it, and why, as a code with figures."""

    kind: str
    why: str
    deeds: tuple[Deed, ...]
    review: Review | None = None
    figures: tuple[tuple[str, str], ...] = ()

    @property
    def deed(self) -> Deed:
        """The first of them."""
        return self.deeds[0]

    @property
    def amount(self) -> Decimal | None:
        """How much it is about."""
        amounts = [one.amount for one in self.deeds if one.amount is not None]
        return sum(amounts, Decimal(0)) if amounts else None

    @property
    def identity(self) -> tuple[str, ...]:
        """What makes it the same finding when somebody looks again."""
        told = self.figures if self.kind == "changed" else ()
        return (self.kind, self.deed.unit, *sorted(one.key for one in self.deeds), *(f"{a}={b}" for a, b in told))


Thresholds = Sequence[Threshold]
