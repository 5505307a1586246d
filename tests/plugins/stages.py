"""Rows that many tests begin with, made once and kept below them.

`@staged` marks a fixture that only enters rows. The first test that wants it makes them in a transaction which stays
open; each test then runs in a transaction of its own on top (as Django's TestCase does) and gets a copy of the objects,
so that nothing it does reaches the next one. Tests with other stages, without any, or with real commits find the
rows gone. A test that comes to such a fixture late, or at another hour, makes the rows itself.
"""

from __future__ import annotations

import copy
import inspect
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import translation

#: So many tests may stand on the same rows: a transaction that never ends keeps PostgreSQL from clearing up.
MOST = 150
_WORLD = pytest.StashKey[dict[str, Any]]()


@dataclass(frozen=True)
class _Stage:
    name: str
    needs: tuple[str, ...]
    build: Callable[..., Any]
    fixture: Callable[..., Any]


@dataclass
class _Level:
    stage: _Stage
    atomic: transaction.Atomic
    #: All that this stage and those below it made.
    world: dict[str, Any]
    #: Counts the tests that came by.
    tests: Iterator[int] = field(default_factory=itertools.count)


_stages: list[_Stage] = []
_standing: list[_Level] = []


def staged(build: Callable[..., Any]) -> Any:
    """A fixture of this name whose rows are made once; its parameters are other such fixtures."""
    name, needs = build.__name__, tuple(inspect.signature(build).parameters)

    def fixture(request: pytest.FixtureRequest, **given: Any) -> Any:
        world = request.node.stash.get(_WORLD, {})
        return world[name] if name in world else build(*(given[each] for each in needs))

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    fixture.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(each, kind) for each in ("request", "db", *needs)]
    )
    fixture.__doc__ = build.__doc__
    _stages.append(_Stage(name, needs, build, fixture))
    return pytest.fixture(name=name)(fixture)


def touches_database(item: pytest.Item) -> bool:
    """Does a test use the suite's own database?"""
    if any(item.get_closest_marker(name) for name in ("django_db", "postgres")):
        return True
    if {"db", "transactional_db"} & set(getattr(item, "fixturenames", ())):
        return True
    from django.test import TransactionTestCase

    cls = getattr(item, "cls", None)
    return isinstance(cls, type) and issubclass(cls, TransactionTestCase)


def prepare(item: pytest.Item) -> None:
    """Put the rows in place with which a test begins."""
    wanted = _wanted(item)
    if _standing and next(_standing[0].tests) > MOST:
        clear()
    keep = 0
    while keep < min(len(wanted), len(_standing)) and _standing[keep].stage is wanted[keep]:
        keep += 1
    clear(keep)
    for stage in wanted[keep:]:
        _raise(stage)
    if wanted:
        item.stash[_WORLD] = copy.deepcopy(_standing[-1].world)


def clear(keep: int = 0) -> None:
    """Take the rows away, from the top."""
    while len(_standing) > keep:
        level = _standing.pop()
        transaction.set_rollback(True)
        level.atomic.__exit__(None, None, None)


def _wanted(item: pytest.Item) -> list[_Stage]:
    """The stages of a test in the order of their declaration, which is that of their needs."""
    info = getattr(item, "_fixtureinfo", None)
    if info is None:
        return []
    found = {name: defs[-1].func for name, defs in info.name2fixturedefs.items()}
    return [stage for stage in _stages if found.get(stage.name) is stage.fixture]


def _raise(stage: _Stage) -> None:
    world = copy.deepcopy(_standing[-1].world) if _standing else {}
    atomic = transaction.atomic()
    atomic.__enter__()
    waiting = list(connection.run_on_commit)
    try:
        with translation.override(settings.LANGUAGE_CODE):
            world[stage.name] = stage.build(*(world[each] for each in stage.needs))
    except BaseException as error:
        atomic.__exit__(type(error), error, error.__traceback__)
        raise
    connection.run_on_commit = waiting  # nothing of it is ever committed
    _standing.append(_Level(stage, atomic, world))


_close_old = BaseDatabaseWrapper.close_if_unusable_or_obsolete


def _keep_in_use(self: BaseDatabaseWrapper) -> None:
    """A response that a test closes by hand ends a request; the connection below it holds the stages and stays."""
    if not self.in_atomic_block:
        _close_old(self)


BaseDatabaseWrapper.close_if_unusable_or_obsolete = _keep_in_use  # type: ignore[method-assign]
