"""Four threads send the same write with the same key to a database on disk; prints what came of it."""

from __future__ import annotations

import json
import sys
import threading
from datetime import date, timedelta

from tests.plugins import apart


def main(home: str, database: str) -> None:
    apart.begin(home, database)
    sys.stdout.write(json.dumps(race()))


def race() -> dict[str, object]:
    from django.db import connections
    from django.test import Client

    from guiju.access import actions as access
    from guiju.access.actor import system
    from guiju.lib import clock
    from guiju.org import actions as org
    from guiju.org.models import Unit
    from guiju.trail.models import Event

    house = system("guiju")
    group = org.create_unit(code="HD", name="华东集团", kind="company", by=house)
    lin = access.create_account(username="lin", name="Lin", password="correct-horse-battery", by=house)
    access.grant(user=lin, role="compliance_office", unit=group, by=house, reason="race", from_on=date(2020, 1, 1))
    _token, secret = access.issue_token(
        user=lin, name="race", scopes=["org:unit:edit", "org:unit:view"], unit=group,
        expires_on=clock.today() + timedelta(days=1), by=house,
    )  # fmt: skip
    found: list[tuple[int, bytes]] = []
    start = threading.Barrier(4, timeout=60)

    def send() -> None:
        start.wait()
        answer = Client().post(
            "/api/v1/units",
            {"code": "HD-02", "name": "新设公司", "kind": "company", "parent": "HD"},
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": "same", "Host": "localhost"},
        )
        found.append((answer.status_code, answer.content))
        connections.close_all()

    threads = [threading.Thread(target=send, daemon=True) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return {
        "statuses": sorted(status for status, _body in found),
        "bodies": len({body for _status, body in found}),
        "units": Unit.objects.filter(code="HD-02").count(),
        "events": Event.objects.filter(object_title="新设公司").count(),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
