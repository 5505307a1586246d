"""Posture of 5,000 units in five levels, half a million records: from nothing, after one record, and its pages.

    python bench/posture.py [--units 5000] [--rows 100] [--documents 5] [--times 40]

Beyond the first, the documents are the same under other names and share its tests, as documents of one house do.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import _bench
import _house

URN = "cn:casmes:effectiveness-draft"


def main() -> int:
    options = _bench.arguments(__doc__, units=5000, rows=100, documents=5, times=40)
    with _bench.installation():
        from guiju.lib import clock

        with clock.simulate(datetime(2026, 6, 1, 2, tzinfo=UTC)):
            measure(options, _bench.Table("posture"))
    return 0


def measure(options: argparse.Namespace, table: _bench.Table) -> None:
    from guiju.packs import catalogue
    from guiju.posture import engine

    _house.tree(options.units)
    rows = _house.records(options.rows)
    pack = catalogue.current(URN)
    _house.adopt([pack])
    _bench.analyse()
    table.number(f"units ({options.rows} records each, 1 document)", options.units)
    cold, _units = _bench.once(engine.full)
    table.once(f"from nothing: {options.units:,} units, {rows:,} records, 1 document", cold)
    _changes(options, table)
    _pages(options, table, pack)
    if options.documents > 1:
        _house.adopt(_house.copies(pack, options.documents - 1))
        more, _units = _bench.once(engine.full)
        table.once(f"the same with {options.documents} documents that share tests", more, most=60)
        again, _units = _bench.once(engine.full)
        table.once(f"again, nothing changed, {options.documents} documents", again)
    _nights(table)
    _pictures(options, table, pack)


def _nights(table: _bench.Table) -> None:
    """What the night writes down of the group's history, and a programme that ends for everybody at once."""
    from guiju.lib import clock
    from guiju.posture import engine, recorded
    from guiju.posture.models import Adoption, PackRollup

    rollups = PackRollup.objects.count()
    first, _rows = _bench.once(lambda: recorded.record(_house.TODAY))
    table.once(f"history: all {rollups:,} roll-ups written down for the first time", first)
    PackRollup.objects.filter(pk__in=list(PackRollup.objects.values_list("pk", flat=True)[:500])).update(met=1)
    few, _rows = _bench.once(lambda: recorded.record(_house.TODAY + timedelta(days=1)))
    table.once("history: 500 of them changed since", few)
    engine.full()
    last = Adoption.objects.order_by("-pack_id").values_list("pack_id", flat=True)[0]
    end = _house.TODAY
    Adoption.objects.filter(pack_id=last).update(to_on=end, programme_end=end)
    with clock.simulate(clock.now() + timedelta(days=1)):
        night, _units = _bench.once(engine.nightly)
    table.once("the night in which a programme ends for every unit", night)


def _pictures(options: argparse.Namespace, table: _bench.Table, pack: Any) -> None:
    """The group's picture, without its pages."""
    from guiju.access.actor import of_user
    from guiju.org.models import Unit
    from guiju.posture import lateness, queries

    root = Unit.objects.get(pk=1)
    by = of_user(_bench.member("viewer", "compliance_office", root))
    deep = Unit.objects.order_by("-depth", "pk").first()
    for name, act in (
        ("heat map of the group: children by documents", lambda: queries.heat(by=by, unit=root)),
        ("heat map of the group: children by sections", lambda: queries.heat(by=by, unit=root, pack=pack)),
        ("crosswalk of one unit", lambda: queries.crosswalk(by=by, unit=deep)),
        ("recorded history of the group", lambda: queries.history(by=by, unit=root, pack=pack)),
        ("lateness of one unit", lambda: queries.lateness(by=by, unit=deep)),
        ("lateness of the group, counted at night", lambda: queries.lateness(by=by, unit=root, all_levels=True)),
    ):
        table.turns(name, _bench.often(act, options.times), p95=300)
    counted, _large = _bench.once(lambda: lateness.keep(_house.TODAY))
    table.once("lateness of the large parts of the group, at night", counted)
    eve, _found = _bench.once(lambda: queries.eve(by=by, unit=root, before=_house.TODAY, all_levels=True))
    table.once("records made on the eve of a day, all levels, not kept", eve)


def _changes(options: argparse.Namespace, table: _bench.Table) -> None:
    """One record entered in the deepest unit: permission, trail, search words, posture, all levels above."""
    from guiju.access.actor import of_user
    from guiju.org.models import Unit
    from guiju.registers import changes

    deep = Unit.objects.order_by("-depth", "pk").first()
    assert deep is not None
    save = _saver(deep, of_user(_bench.member("keeper", "compliance_office", deep)))
    having = _bench.often(save, options.times)
    table.turns("save one record: permission, trail, search, posture on 5 levels", having, p50=25)
    table.number("questions to the database of it", _bench.asked(save))
    kept = list(changes._listeners)
    changes._listeners.clear()
    without = _bench.often(save, options.times)
    changes._listeners.extend(kept)
    table.turns("the same without posture", without)
    ms = [(one - other) * 1000 for one, other in zip(having.seconds, without.seconds, strict=True)]
    table.add("one record changes posture, the difference", wall=f"{ms[0]:.1f} ms", cpu=f"{ms[1]:.1f} ms",
              aim="200 ms", holds=ms[1] <= 200)  # fmt: skip


def _saver(unit: Any, by: Any) -> Callable[[], Any]:
    from guiju.registers import actions

    numbers = count()

    def save() -> Any:
        values = {
            "topic": f"培训{next(numbers)}",
            "audience": "all",
            "held_on": _house.TODAY,
            "attended": 7,
            "organiser": "合规部",
        }
        return actions.create(register="trainings", unit=unit, values=values, by=by)

    return save


def _pages(options: argparse.Namespace, table: _bench.Table, pack: Any) -> None:
    from guiju.org.models import Unit
    from guiju.posture import findings

    # The unit below the others, of the size to which most requirements are addressed.
    medium = next(unit for unit in Unit.objects.order_by("-depth", "pk") if unit.pk % 3 == 0)
    root = Unit.objects.get(pk=1)
    officer = _bench.browser(_bench.member("officer", "compliance_office", root))
    own = _bench.browser(_bench.member("own", "compliance_office", medium))
    principal = _bench.browser(_bench.member("principal", "principal", root))
    shown = (
        (
            "the 155 indicators of a medium unit as a page",
            own,
            f"/u/{medium.code}/posture/{URN}/?kind=indicator",
            150,
            0,
        ),
        ("desk of an officer of one unit", own, "/", 0, 0),
        ("one unit", own, f"/u/{medium.code}/", 0, 0),
        ("desk of an officer of the group", officer, "/", 0, 0),
        ("desk of a principal of the group", principal, "/", 0, 0),
        ("roll-up page of the group (children by parts)", officer, f"/u/{root.code}/posture/{URN}/levels/", 0, 300),
    )
    for name, get, address, p50, p95 in shown:
        act = _act(get, address)
        table.turns(f"page: {name}", _bench.often(act, options.times), p50=p50 or None, p95=p95 or None)
        table.number("questions to the database of it", _bench.asked(act))
    past = _house.TODAY - timedelta(days=100)
    table.turns("all findings of one unit, as of 100 days ago",
                _bench.often(lambda: findings.findings(medium, pack, as_of=past), 20))  # fmt: skip


def _act(get: Callable[[str], Any], address: str) -> Callable[[], Any]:
    return lambda: get(address)


if __name__ == "__main__":
    sys.exit(main())
