"""Who finds what a meeting asks of him among his tasks, and who has to be told otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from guiju.access import holders
from guiju.access.permissions import Permission
from guiju.lib import clock
from guiju.org.models import Person


def without_tasks(people: Iterable[Any]) -> list[str]:
    """Of the people with these uids, the names of those who have no account, or one that shows no tasks."""
    asked = list(Person.objects.filter(uid__in=list(people)).select_related("unit", "department").order_by("pk"))
    places = {one.pk: (one.department or one.unit).path for one in asked}
    held = holders.of(places.values(), on=clock.today())
    return [
        one.name
        for one in asked
        if one.user_id is None or one.user_id not in held.may(places[one.pk], Permission.WORKFLOW_TASK_VIEW)
    ]
