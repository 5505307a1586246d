"""Which tests share a worker: those of one file, and all that tell stories of one loaded demonstration.

Tests of a file share what its fixtures prepare. Loading the demonstration takes longer than most files, so whatever
uses one is kept together and begins first: the last worker does not wait for it at the end.

A browser and two cores shared with everything else now and then fail a story without a fault of the product. It gets a
second time; what fails twice fails the run, and what failed once is printed and listed.
"""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

#: Beginnings of node ids -> the scope they belong to, the longest first.
SHARED = {
    "tests/e2e/journeys/test_demo_": "the served demonstration",
    "tests/demo/test_load.py": "the loaded demonstration",
    "tests/demo/test_large.py": "the large demonstration",
    "tests/review/test_review_races.py": "several at once",
    "tests/review/test_gate_races.py": "several at once",
    "tests/review/test_lift_reopened.py": "several at once",
    "tests/governance/test_attack5b_races.py": "several at once",
    "tests/api/test_idempotency.py": "several at once",
}
#: Files of a few tests that take long.
LONG = ("tests/api/test_fuzz.py", "tests/cli/test_installation.py", "tests/posture/test_incremental.py")


def scope_of(nodeid: str) -> str:
    """The scope of a test: one worker runs it whole."""
    for begins, name in SHARED.items():
        if nodeid.startswith(begins):
            return name
    return nodeid.partition("::")[0]


class Sharing(LoadScopeScheduling):
    """Hands out one scope after the other. A test whose worker died is over, unless its marks ask for a second time."""

    def __init__(self, config: pytest.Config, log: Any = None) -> None:
        super().__init__(config, log)
        self._again: dict[str, str] = {}

    def _split_scope(self, nodeid: str) -> str:
        return self._again.get(nodeid) or scope_of(nodeid)

    def schedule(self) -> None:
        """Hand out tests. A worker begins its last one when it knows the next or that there is none: so ask twice."""
        super().schedule()
        for node in self.nodes:
            self._reschedule(node)

    def remove_node(self, node: WorkerController) -> str | None:
        """The test that the worker died of, if any; what it had not begun goes to the others."""
        units = self.assigned_work.pop(node)
        ended = next(((unit, test) for unit in units.values() for test, done in unit.items() if not done), None)
        if ended is None:
            return None
        unit, test = ended
        unit[test] = True
        self.workqueue.update({scope: unit for scope, unit in units.items() if not all(unit.values())})
        for other in self.assigned_work:
            self._reschedule(other)
        return test

    def mark_test_pending(self, item: str) -> None:
        """A second time for a test whose worker died."""
        self._again[item] = f"{item} once more"
        self.workqueue[self._again[item]] = {item: False}


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Sharing:
    """The scheduler of this suite; in the order in which the tests were collected."""
    config.option.loadscopereorder = False
    return Sharing(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first. A story in a browser that fails is told once more, and the run says so."""
    items.sort(key=_turn)
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


def _turn(item: pytest.Item) -> int:
    if item.nodeid.startswith(tuple(SHARED)):
        return list(SHARED).index(next(begins for begins in SHARED if item.nodeid.startswith(begins)))
    return len(SHARED) if item.nodeid.startswith(LONG) else len(SHARED) + 1
