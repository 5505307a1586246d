"""Any two acts of any two people on one matter, chosen at random, in two processes on one database.

`pairs` furnishes the database, starts two processes that `work`, and has Hypothesis choose where a matter stands and what
the two do with it at once; `reviewraces.faults` says whether that led round the review.
"""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import IO, TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.plugins import apart
from tests.review.reviewraces import BEGINNINGS, does, faults, findings, furnished

if TYPE_CHECKING:
    from tests.review.house import Reviewers

PAIRS, SECONDS = 24, 60
ACTS = (
    "agree", "agree", "conditions", "revise", "disagree", "veto", "withdraw", "change", "submit", "again", "report",
    "take_back", "recuse", "exclude", "hand_over", "add", "ask_counsel", "escalate", "void", "seal",
)  # fmt: skip
PEOPLE = ("buyer", "officer", "staff", "second", "head")
act = st.tuples(st.sampled_from(ACTS), st.sampled_from(PEOPLE))


class Worker:
    """A process that does one act at a time."""

    def __init__(self, home: str, database: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.review.reviewpairs", "work", home, database],
            cwd=Path(__file__).parents[2], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip
        self.lines: queue.Queue[str] = queue.Queue()
        assert self.process.stdout is not None
        threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True).start()

    def _read(self, out: IO[str]) -> None:
        for line in out:
            self.lines.put(line)

    def say(self, words: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(words + "\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        return self.lines.get(timeout=SECONDS).strip()

    def end(self) -> None:
        self.process.kill()
        self.process.wait(timeout=SECONDS)


@contextmanager
def two_workers(home: str, database: str) -> Iterator[tuple[Worker, Worker]]:
    first, second = Worker(home, database), Worker(home, database)
    try:
        yield first, second
    finally:
        first.end()
        second.end()


def pairs(home: str, database: str) -> None:
    apart.begin(home, database)
    them = furnished()
    numbers = count(1)
    with two_workers(home, database) as workers:

        @settings(
            max_examples=PAIRS, deadline=None, database=None, suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate],
        )  # fmt: skip
        @given(begins=st.sampled_from(sorted(BEGINNINGS)), acts=st.tuples(act, act))
        def no_two_acts_lead_round_the_review(begins: str, acts: tuple[tuple[str, str], tuple[str, str]]) -> None:
            row = BEGINNINGS[begins](them, f"Z-{next(numbers)}")
            for worker, (what, who) in zip(workers, acts, strict=True):
                worker.say(json.dumps({"matter": row.pk, "what": what, "who": who}))
            assert [worker.hear() for worker in workers] == ["set", "set"]
            for worker in workers:
                worker.say("go")
            told = [worker.hear() for worker in workers]
            assert not [one for one in told if "Error" in one], told
            assert faults(row) == [], told

        no_two_acts_lead_round_the_review()
    sys.stdout.write(json.dumps({"pairs": next(numbers) - 1, "trail": findings()}))


def work(home: str, database: str) -> None:
    """Do what a line says, {"matter", "what", "who"}, when the next one comes; answer done, a code, or an error."""
    apart.begin(home, database)
    from django.db import connection

    from guiju.lib.errors import Problem
    from guiju.review.models import Matter

    them = known()
    connection.ensure_connection()
    for line in sys.stdin:
        said = json.loads(line)
        row = Matter.objects.select_related("unit", "department", "owner").get(pk=said["matter"])
        sys.stdout.write("set\n")
        sys.stdout.flush()
        sys.stdin.readline()
        try:
            does(them, said["what"], said["who"], row)
            told = "done"
        except Problem as problem:
            told = problem.code
        except Exception as error:  # noqa: BLE001 - whatever it is, the test tells it
            told = f"{type(error).__name__}: {error}"[:200]
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


def known() -> Reviewers:
    """The same people, found in the database that another process has furnished."""
    from guiju.access.actor import system
    from guiju.access.models import User
    from guiju.org.models import Person, Unit
    from tests.review import house

    people = {code: Person.objects.get(number=f"R{n}") for n, code in enumerate(house._CAST, 1)}
    users = {code: User.objects.get(pk=person.user_id) for code, person in people.items()}
    return house.Reviewers(
        unit=Unit.objects.get(code="HD-01"), department=Unit.objects.get(code="HD-01-D1"), people=people,
        house=system("guiju"), **users,
    )  # fmt: skip


if __name__ == "__main__":
    {"pairs": pairs, "work": work}[sys.argv[1]](*sys.argv[2:])
