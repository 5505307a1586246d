"""Ledgers as they really come, with leaks that hide and clean contracts that look like leaks, made without the finder.

    python -m tests.review.hardleaks [worlds] [seed]

prints for each class how many leaks were found, how many alarms were false, and on which scenario. Nothing here is
taken from the finder: numbers, names and amounts are written by this module's own means, a finding is expected by the
rows of the ledger it is about, and what counts as a leak was written down before the finder was asked. Scenarios in
`BEYOND` are those that no ledger can settle; they are told apart and told honestly.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

if __name__ == "__main__":  # pragma: no cover  as a command it stands outside the test run
    import tempfile

    os.environ.setdefault("GUIJU_HOME", tempfile.mkdtemp(prefix="hardleaks-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guiju.settings")
    import django

    django.setup()

from tests.review.hardcases import BEYOND, CLEAN, LEAKS
from tests.review.hardyear import Scenario, Year


def year(rng: Random, scenarios: Sequence[Scenario]) -> Year:
    """A year of these scenarios."""
    made = Year(rng)
    for scenario in scenarios:
        made.now = scenario.__name__
        scenario(made)
    return made


@dataclass(slots=True)
class Score:
    """How a kind of leak was told, and on what it went wrong."""

    right: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)

    @property
    def precision(self) -> float:
        told = self.right + self.wrong.total()
        return self.right / told if told else 1.0

    @property
    def recall(self) -> float:
        there = self.right + self.missed.total()
        return self.right / there if there else 1.0


def measure(worlds: int, seed: int, *, beyond: bool = False) -> dict[str, Score]:
    """Every kind over so many years: a leak of each, and three times as much that is clean."""
    scores = {kind: Score() for kind in LEAKS}
    for number in range(worlds):
        rng = Random(seed * 7_919 + number)
        chosen = [rng.choice(held) for held in LEAKS.values()] + rng.sample(CLEAN, 18)
        chosen += rng.sample(BEYOND, 2) if beyond else []
        rng.shuffle(chosen)
        made = year(rng, chosen)
        there = made.found()
        for one in there:
            score = scores[one[0]]
            score.right += one in made.leaks
            if one not in made.leaks:
                score.wrong[" + ".join(sorted({made.made_by.get(mark, "payment") for mark in one[1]}))] += 1
        for one, scenario in made.leaks.items():
            if one not in there:
                scores[one[0]].missed[scenario] += 1
    return scores


def table(scores: dict[str, Score]) -> str:
    """As it is printed."""
    lines = [f"{'kind':<12}{'found':>8}{'false':>8}{'missed':>8}{'precision':>11}{'recall':>8}"]
    for kind, one in scores.items():
        wrong, missed = one.wrong.total(), one.missed.total()
        lines.append(f"{kind:<12}{one.right:>8}{wrong:>8}{missed:>8}{one.precision:>11.3f}{one.recall:>8.3f}")
        lines += [f"    false: {name} {count}" for name, count in one.wrong.most_common()]
        lines += [f"    missed: {name} {count}" for name, count in one.missed.most_common()]
    return "\n".join(lines)


def main(words: Sequence[str]) -> int:  # pragma: no cover
    """Print both tables."""
    worlds, seed = int(words[0]) if words else 300, int(words[1]) if len(words) > 1 else 1
    sys.stdout.write(f"{table(measure(worlds, seed))}\n\nwith what no ledger can settle:\n")
    sys.stdout.write(f"{table(measure(worlds, seed, beyond=True))}\n")
    return 0


if __name__ == "__main__":  # pragma: no cover
    sys.exit(main(sys.argv[1:]))
