"""Chinese full-text search over 100,000 passages: is everything found, and how soon.

    python bench/search.py [--rows 100000] [--words 300]

Passages are sentences of the loaded documents, mixed. Words are drawn from the passages themselves, two to five
characters long, and made up ones besides; what a search must find is known by reading every passage.
"""

from __future__ import annotations

import random
import re
import statistics
import sys
from itertools import cycle
from typing import Any

import _bench
import _house

#: Clauses of one policy.
CLAUSES = 10
REGISTER = "work_records"
_HAN = re.compile("[\u4e00-\u9fff]+")


def main() -> int:
    options = _bench.arguments(__doc__, rows=100_000, words=300)
    with _bench.installation():
        measure(options.rows, options.words, _bench.Table("search"))
    return 0


def measure(rows: int, words: int, table: _bench.Table) -> None:
    from guiju.access.actor import of_user

    chance = random.Random(11)
    unit = _house.tree(1)[0]
    passages = _passages(rows, chance)
    indexing, _made = _bench.once(lambda: _fill(unit, passages))
    table.rate(f"index {rows:,} passages while saving them", indexing, rows, what="passages")
    _bench.analyse()
    asked = _words(passages, words, chance)
    _recall(passages, asked, table)
    reader = of_user(_bench.member("reader", "compliance_office", unit))
    _speed(reader, asked, table)
    _clauses(unit, passages, asked, reader, table)


def _sentences() -> list[str]:
    from guiju.packs import catalogue

    found = {
        part.strip()
        for pack in catalogue.packs()
        for row in catalogue.requirements(pack)
        for part in re.split("[。；\n]", f"{row.official}。{row.plain}")
    }
    return sorted(part for part in found if len(part) >= 8)


def _passages(rows: int, chance: random.Random) -> list[str]:
    sentences = _sentences()
    return [
        "；".join(chance.sample(sentences, 3)) + "。" + "".join(chance.choices(_house.WORDS, k=12)) + str(number)
        for number in range(rows)
    ]


def _fill(unit: Any, passages: list[str]) -> None:
    from django.db import transaction

    from guiju.access.actor import system
    from guiju.registers import spec as specs
    from guiju.registers import writing
    from guiju.registers.directory import Directory

    spec, known = specs.get(REGISTER), Directory()
    for start in range(0, len(passages), 5_000):
        drafts = [
            writing.Draft(
                unit,
                {
                    "name": f"记录{number}",
                    "mechanism": "all",
                    "form": "record",
                    "made_on": f"2026-0{number % 9 + 1}-01",
                    "gist": passages[number],
                },
            )
            for number in range(start, min(start + 5_000, len(passages)))
        ]
        with transaction.atomic():
            writing.insert(spec, drafts, known, by=system("bench"))


def _words(passages: list[str], count: int, chance: random.Random) -> list[str]:
    """Half of them have two characters, as most Chinese words have; one in ten occurs nowhere or hardly."""
    found: list[str] = []
    for number, length in zip(range(count), cycle((2, 3, 2, 4, 2, 5))):
        if number % 10 == 9:
            found.append("".join(chance.choices(_house.WORDS, k=length)))
            continue
        run = max(_HAN.findall(chance.choice(passages)), key=len)
        at = chance.randrange(len(run) - length + 1)
        found.append(run[at : at + length])
    return found


def _recall(passages: list[str], words: list[str], table: _bench.Table) -> None:
    """Every passage that holds the word must be found, and no other."""
    from guiju.registers import search
    from guiju.registers.models import Entry

    rows = Entry.objects.filter(register=REGISTER)
    texts = [f"{_others(number)}\n{passage}" for number, passage in enumerate(passages)]
    places = {pk: number for number, pk in enumerate(rows.order_by("pk").values_list("pk", flat=True))}
    recalls: dict[bool, list[float]] = {True: [], False: []}
    wrong = 0
    for word in words:
        expected = {number for number, text in enumerate(texts) if word in text}
        found = {places[pk] for pk in search.narrow(rows, word).values_list("pk", flat=True)}
        if expected:
            recalls[len(word) == 2].append(len(found & expected) / len(expected))
        wrong += len(found - expected)
    for is_short, name in ((True, "words of two characters"), (False, "longer words")):
        mean = statistics.mean(recalls[is_short])
        table.add(f"recall, {len(recalls[is_short])} {name}", wall=f"{mean:.4f}", aim="1.0", holds=mean == 1.0)
    table.number("passages found that do not hold the word", wrong, most=0)


def _others(number: int) -> str:
    """What is searched besides the passage: the name and the words of the choices."""
    from guiju.registers import spec as specs

    by_code = specs.get(REGISTER).by_code
    chosen = [
        option.label()
        for code, value in (("mechanism", "all"), ("form", "record"))
        for option in by_code[code].options
        if option.code == value
    ]
    return "\n".join([f"记录{number}", *map(str, chosen)])


def _speed(by: Any, words: list[str], table: _bench.Table) -> None:
    from guiju.registers import queries, spec
    from guiju.registers.listing import ListQuery

    register = spec.get(REGISTER)
    turns = cycle(words)

    def ask() -> None:
        queries.listing(by, register, ListQuery(text=next(turns)))

    table.turns("a search: the first 50 of what is found, in order, counted", _bench.often(ask, len(words)), p95=50)


def _clauses(unit: Any, passages: list[str], words: list[str], by: Any, table: _bench.Table) -> None:
    """The same passages as clauses of policies, ten each: what `/search/` reads."""
    from django.db import transaction

    from guiju.access import scope
    from guiju.access.actor import system
    from guiju.access.permissions import Permission
    from guiju.registers import actions
    from guiju.registers import passages as clauses
    from guiju.registers.models import Entry, Passage

    names = [
        {"name": f"办法{number}", "mechanism": "business", "issued_on": "2024-01-01"}
        for number in range(len(passages) // CLAUSES)
    ]
    actions.create_many(register="policies", unit=unit, rows=names, by=system("bench"))
    kept = list(Entry.objects.filter(register="policies").select_related("unit").order_by("pk"))

    def fill() -> None:
        for place, entry in enumerate(kept):
            with transaction.atomic():
                texts = passages[place * CLAUSES : (place + 1) * CLAUSES]
                clauses.replace(entry, "text", [(f"第{number}条", words) for number, words in enumerate(texts, 1)])

    filling, _made = _bench.once(fill)
    table.rate(
        f"put {len(passages):,} clauses of {len(kept):,} policies into the index",
        filling,
        len(passages),
        what="clauses",
    )
    _bench.analyse()
    held = dict(Passage.objects.values_list("pk", "text"))
    missed = 0
    for word in words:
        found = set(clauses.matching(word).values_list("pk", flat=True))
        missed += len(found ^ {pk for pk, said in held.items() if word in said})
    table.number("clauses missed, or found without the word", missed, most=0)
    turns = cycle(words)

    def ask() -> None:
        rows = scope.restrict(Entry.objects.all(), by=by, permission=Permission.REGISTER_ENTRY_VIEW)
        clauses.find(rows, next(turns), limit=51)

    table.turns("a search in clauses: the first 50 with their words marked", _bench.often(ask, len(words)), p95=50)


if __name__ == "__main__":
    sys.exit(main())
