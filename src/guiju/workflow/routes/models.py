"""Versions of routes, a matter's run along one, the people at its steps, and who acts for whom."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from guiju.workflow.routes.enums import RouteState, RunState, SeatKind, SeatState


class Route(models.Model):
    """One version of a unit's decision table for a purpose; the nearest unit's own table wins over those above it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    #: What it routes: `review`.
    purpose = models.CharField(max_length=24)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=RouteState, default=RouteState.DRAFT)
    #: The table as `rules.write` gives it.
    rows = models.JSONField(default=list)
    note = models.CharField(max_length=300, blank=True)
    in_force_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="route_version_once", fields=["unit", "purpose", "number"]),
            models.UniqueConstraint(
                name="route_one_in_force", fields=["unit", "purpose"], condition=Q(state=RouteState.IN_FORCE)
            ),
            models.UniqueConstraint(
                name="route_one_draft", fields=["unit", "purpose"], condition=Q(state=RouteState.DRAFT)
            ),
        ]


class Run(models.Model):
    """One round of one matter along the steps of a row. The steps are kept as they were when it began."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    department = models.ForeignKey("org.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    #: None where the route that is shipped with the installation was used.
    route = models.ForeignKey(Route, models.PROTECT, null=True, blank=True, related_name="+")
    row_name = models.CharField(max_length=80)
    steps = models.JSONField()
    about = models.CharField(max_length=24)
    about_uid = models.UUIDField()
    round = models.PositiveSmallIntegerField(default=1)
    #: The step that is asked now, from 0; the number of steps when all are through.
    position = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=8, choices=RunState, default=RunState.OPEN)
    #: People who may not sit at any of its steps: whoever wrote or submitted the matter.
    shut_out = models.JSONField(default=list)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="run_round_once", fields=["about_uid", "round"]),
            models.UniqueConstraint(name="run_one_open", fields=["about_uid"], condition=~Q(state=RunState.ENDED)),
        ]


class Seat(models.Model):
    """One person's part at one step of a run. Outside counsel has a name instead of a person."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    run = models.ForeignKey(Run, models.CASCADE, related_name="seats")
    #: The step, from 0, and the place in which it was made.
    step = models.PositiveSmallIntegerField()
    ordinal = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=SeatKind, default=SeatKind.ROUTE)
    person = models.ForeignKey("org.Person", models.PROTECT, null=True, blank=True, related_name="+")
    #: The office by which the person sits there; empty for people named one by one.
    role = models.CharField(max_length=24, blank=True)
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=SeatState, default=SeatState.WAITING)
    stand = models.CharField(max_length=12, blank=True)
    opinion = models.TextField(blank=True)
    files = models.JSONField(default=list)
    #: Why it was handed over, stepped aside from, added or dropped.
    reason = models.CharField(max_length=300, blank=True)
    due_on = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    acted_at = models.DateTimeField(null=True, blank=True)
    #: Who did it: the person, a deputy, or the clerk who entered a paper opinion.
    acted_by = models.CharField(max_length=80, blank=True)
    acted_user = models.BigIntegerField(null=True, blank=True)
    #: The person in whose stead the deputy acted.
    on_behalf = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="seat_place_once", fields=["run", "step", "ordinal"]),
            models.CheckConstraint(name="seat_spoken_has_stand", condition=~Q(state=SeatState.SPOKEN) | ~Q(stand="")),
        ]
        indexes = [models.Index(fields=["person", "state"], name="seat_person")]


class Delegation(models.Model):
    """Somebody acts for somebody else from a day to a day; each act says so."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    giver = models.ForeignKey("org.Person", models.CASCADE, related_name="+")
    taker = models.ForeignKey("org.Person", models.CASCADE, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.CheckConstraint(name="delegation_days", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(name="delegation_two_people", condition=~Q(giver=F("taker"))),
        ]
        indexes = [models.Index(fields=["taker", "ends_on"], name="delegation_taker")]
