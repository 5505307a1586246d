"""The demonstration of `guiju demo load --scale large`: 5,000 units, a million records, the five documents themselves.

    python bench/large.py [--home FOLDER] [--times 40]

Without a folder it makes the demonstration first, which takes some eight minutes; `--home` names one that is there
(`GUIJU_HOME=FOLDER guiju init --demo`, then `guiju demo load --scale large`). Posture is worked out anew in it.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import _bench


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--times", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="guiju-bench-") as name:
        home = options.home or Path(name)
        os.environ.pop("DATABASE_URL", None)
        os.environ.update(GUIJU_HOME=str(home), GUIJU_EMBEDDED_WORKER="0", DJANGO_SETTINGS_MODULE="guiju.settings")
        sys.path.insert(0, str(_bench.ROOT / "src"))
        table = _bench.Table("large")
        if options.home is None:
            made, _code = _bench.once(lambda: [_guiju("init", "--demo"), _guiju("demo", "load", "--scale", "large")])
            table.once("making it: units, people, records, tasks, posture, trail", made)
        import django

        django.setup()
        measure(options.times, table)
    return 0


def _guiju(*words: str) -> None:
    import subprocess

    subprocess.run(
        [sys.executable, "-m", "guiju", *words], check=True, env={**os.environ, "PYTHONPATH": str(_bench.ROOT / "src")}
    )


def measure(times: int, table: _bench.Table) -> None:
    """Cold posture, one change with all levels above it, and the group's pages as somebody who sees all of it."""
    from guiju.access.actor import of_user
    from guiju.org.models import Unit
    from guiju.posture import engine
    from guiju.posture.models import Adoption, PackRollup, Standing, UnitAnswers
    from guiju.registers.models import Entry

    root = Unit.objects.filter(kind="company", parent=None).order_by("pk").first()
    deep = Unit.objects.filter(kind="company", pk__in=Adoption.objects.values("unit")).order_by("-depth", "pk").first()
    assert root is not None
    assert deep is not None
    table.number("units", Unit.objects.count())
    table.number("records", Entry.objects.count())
    table.number("documents, adoptions", Adoption.objects.count())
    for model in (Standing, UnitAnswers, PackRollup):
        model.objects.all().delete()
    _bench.analyse()
    cold, _units = _bench.once(engine.full)
    table.once("posture from nothing, all documents", cold, most=60)
    member = _bench.member(f"bench-{os.getpid()}", "compliance_office", root)
    numbers = count()

    def save() -> Any:
        from guiju.lib import clock
        from guiju.registers import actions

        values = {"topic": f"培训{next(numbers)}", "audience": "all", "held_on": clock.today(), "attended": 7}
        values["organiser"] = "合规部"
        return actions.create(register="trainings", unit=deep, values=values, by=of_user(member))

    table.turns("save one record in the deepest unit: trail, search, tasks, posture of all levels",
                _bench.often(save, times), p95=200)  # fmt: skip
    get = _bench.browser(member)
    for name, address in _pages(root):
        table.turns(f"page, as root: {name}", _bench.often(_act(get, address), times), p95=300)
        table.number("questions to the database of it", _bench.asked(_act(get, address)))


def _pages(root: Any) -> list[tuple[str, str]]:
    from guiju.packs import catalogue

    at = f"/u/{root.code}"
    pages = [
        ("what we answer to", f"{at}/posture/"),
        ("heat map, units by documents", f"{at}/heat/"),
        ("one record to all documents", f"{at}/crosswalk/"),
        ("late entries", f"{at}/late/"),
        ("tasks of all units", "/tasks/?view=units"),
        ("calendar", "/calendar/"),
    ]
    for pack in catalogue.packs():
        if pack.urn in {"cn:cq-sasac:2023-7", "cn:bt-sasac:2023-120"}:
            pages += [
                (f"roll-up of {pack.urn}", f"{at}/posture/{pack.urn}/levels/"),
                (f"heat map of {pack.urn}", f"{at}/heat/?pack={pack.urn}"),
                (f"tree of {pack.urn}", f"{at}/posture/{pack.urn}/tree/"),
            ]
    return pages


def _act(get: Callable[[str], Any], address: str) -> Callable[[], Any]:
    return lambda: get(address)


if __name__ == "__main__":
    sys.exit(main())
