"""What the compliance core keeps besides the registers: links, marks, frozen versions, rounds, runs of checks, hearings.

The nodes of the graph are records of registers (obligations, risk_list, controls, posts, duty_list, process_list,
policy_clauses, policies, trainings, training_plans, contracts); an edge is a `Link` between two of them.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from guiju.compliance.enums import HearingState, ItemResult, LinkState, ListKind, Outcome, RoundState, RunState


class Link(models.Model):
    """An edge between two records of one tree. `low` and `high` are ordered by uid, so that an edge exists once.

    `why` says on which words the proposal rests. `value_low`/`value_high` are the registers of the two records.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    root = models.ForeignKey("org.Unit", models.CASCADE, related_name="+", db_index=False)
    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    low = models.UUIDField()
    low_register = models.CharField(max_length=40)
    high = models.UUIDField()
    high_register = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=LinkState, default=LinkState.PROPOSED)
    why = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=80, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="link_once", fields=["low", "high"]),
            models.CheckConstraint(name="link_ordered", condition=Q(low__lt=F("high"))),
        ]
        indexes = [
            models.Index(fields=["high"], name="link_high"),
            models.Index(fields=["unit", "state", "low_register"], name="link_unit_state"),
        ]


class Mark(models.Model):
    """A record that a change of another one touches, until somebody has looked at it. `path` are the uids between."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    root = models.ForeignKey("org.Unit", models.CASCADE, related_name="+", db_index=False)
    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    cause = models.UUIDField()
    cause_register = models.CharField(max_length=40)
    cause_version = models.PositiveIntegerField()
    cause_title = models.CharField(max_length=200)
    #: What changed, field by field: [{"field", "label", "old", "new"}].
    changes = models.JSONField(default=list)
    target = models.UUIDField()
    target_register = models.CharField(max_length=40)
    #: The version of the target that the change met: who says “changed” must have made a later one.
    target_version = models.PositiveIntegerField(default=1)
    department = models.ForeignKey("org.Unit", models.CASCADE, null=True, blank=True, related_name="+", db_index=False)
    path = models.JSONField(default=list)
    task = models.UUIDField(null=True, blank=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    note = models.CharField(max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=80, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="mark_once_open", fields=["cause", "target"], condition=Q(settled_at__isnull=True)
            )
        ]
        indexes = [
            models.Index(fields=["target"], name="mark_target"),
            models.Index(fields=["unit", "settled_at", "made_at"], name="mark_unit_open"),
            models.Index(fields=["task"], name="mark_task", condition=Q(task__isnull=False)),
        ]


class Snapshot(models.Model):
    """The rows of a list as they were when a version (an entry of `list_versions`) was submitted.

    It is there from the draft on, which makes the version one that is kept here; until it is submitted, and again
    after it was sent back, nothing is frozen (`taken_at` is empty). `rows` holds `[uid, version]` pairs in the order
    of the list; the values come from the present entry or its past versions. `digest` commits to the values themselves.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    department = models.ForeignKey("org.Unit", models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=8, choices=ListKind)
    #: The entry of `list_versions`.
    list_version = models.UUIDField(unique=True)
    rows = models.JSONField(default=list)
    row_count = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.CharField(max_length=80, blank=True)
    #: Whose account submitted it: that account does not approve it.
    account = models.BigIntegerField(null=True, blank=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["unit", "kind", "department", "taken_at"], name="snapshot_of_list")]


class Matrix(models.Model):
    """How probability and impact (and, if used, how hard a risk is to detect) give a level; for a unit and all below it.

    `cells`: {"p,i": "high|medium|low"} for p, i in 1..5. With a third factor a level rises or falls by `third`:
    {"1": -1, "5": 1} steps, bounded. `names` name the steps of the scales: {"probability": [5 words], "impact": [...],
    "detectability": [...]}.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.OneToOneField("org.Unit", models.CASCADE, related_name="+")
    cells = models.JSONField(default=dict)
    uses_third = models.BooleanField(default=False)
    third = models.JSONField(default=dict)
    names = models.JSONField(default=dict)
    #: Working days: {"analyse", "decide", "settle", "release"}; what is missing is as shipped.
    limits = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=80)


class Taken(models.Model):
    """A risk of a unit that was taken over from a library above, and the version of it that was last looked at."""

    risk = models.UUIDField(unique=True)
    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    #: The entry of `risk_library`, its version, and whether it was still shared then.
    source = models.UUIDField()
    source_version = models.PositiveIntegerField()
    was_shared = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        indexes = [
            models.Index(fields=["source"], name="taken_source"),
            models.Index(fields=["unit"], name="taken_unit"),
        ]


class Round(models.Model):
    """One assessment of all risks of a unit, or of all levels below it, by their departments until a day."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    title = models.CharField(max_length=200)
    period = models.CharField(max_length=8)
    all_levels = models.BooleanField(default=False)
    opened_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=RoundState, default=RoundState.OPEN)
    closed_on = models.DateField(null=True, blank=True)
    #: Risks that nobody had rated when it was closed: [{"risk", "title", "at"}], `at` the unit that answers for it.
    unrated = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(name="round_due_after_start", condition=Q(due_on__gte=F("opened_on"))),
            models.CheckConstraint(
                name="round_closed_has_day",
                condition=Q(state="open", closed_on__isnull=True) | Q(state="closed", closed_on__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["unit", "state", "due_on"], name="round_unit")]


class Assessment(models.Model):
    """How one risk (an entry of `risk_list`) was rated in a round: inherent and residual, level and order apart."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(Round, models.CASCADE, related_name="assessments")
    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    department = models.ForeignKey("org.Unit", models.CASCADE, null=True, related_name="+")
    risk = models.UUIDField()
    probability = models.PositiveSmallIntegerField()
    impact = models.PositiveSmallIntegerField()
    detectability = models.PositiveSmallIntegerField(null=True, blank=True)
    residual_probability = models.PositiveSmallIntegerField(null=True, blank=True)
    residual_impact = models.PositiveSmallIntegerField(null=True, blank=True)
    residual_detectability = models.PositiveSmallIntegerField(null=True, blank=True)
    inherent_level = models.CharField(max_length=8)
    #: Of the residual rating where there is one, else of the inherent one; or as a person set it, with `reason`.
    level = models.CharField(max_length=8)
    priority = models.PositiveIntegerField(null=True, blank=True)
    trend = models.CharField(max_length=4, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="assessment_once", fields=["round", "risk"]),
            models.CheckConstraint(
                name="assessment_in_scale",
                condition=Q(probability__range=(1, 5)) & Q(impact__range=(1, 5)),
            ),
        ]
        indexes = [models.Index(fields=["risk", "at"], name="assessment_risk")]


class CheckRun(models.Model):
    """One carrying out of a check plan at one unit in one period; becomes an entry of `checks` when finished."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    #: The entry of `check_plans`; of a plan for all levels each unit has runs of its own.
    plan = models.UUIDField()
    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    department = models.ForeignKey("org.Unit", models.CASCADE, null=True, related_name="+")
    #: A day (2026-11-20), a week (2026-W47), a month, quarter, half or year.
    period = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    starts_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=RunState, default=RunState.DUE)
    checker = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    begun_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    #: The version of the list (entry of `list_versions`) that was looked through, and what came of it.
    list_version = models.UUIDField(null=True, blank=True)
    check_entry = models.UUIDField(null=True, blank=True)
    zero_report = models.UUIDField(null=True, blank=True)
    task = models.UUIDField(null=True, blank=True)
    #: Doubts about routine, as found when it was finished: [{"code", "words"}].
    doubts = models.JSONField(default=list)
    note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="check_run_once", fields=["plan", "unit", "period"]),
            models.CheckConstraint(name="check_run_due_after_start", condition=Q(due_on__gte=F("starts_on"))),
        ]
        indexes = [
            models.Index(fields=["unit", "state", "due_on"], name="check_run_unit"),
            models.Index(fields=["state", "due_on"], name="check_run_state"),
        ]


class CheckItem(models.Model):
    """One item of a run: what was to be looked at, whether and how it was, and what was found."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    run = models.ForeignKey(CheckRun, models.CASCADE, related_name="items")
    place = models.PositiveIntegerField()
    #: The row of the list behind it, as it was; empty for items of the plan's own.
    subject = models.UUIDField(null=True, blank=True)
    subject_register = models.CharField(max_length=40, blank=True)
    subject_version = models.PositiveIntegerField(null=True, blank=True)
    title = models.CharField(max_length=200)
    detail = models.TextField(blank=True)
    result = models.CharField(max_length=8, choices=ItemResult, blank=True)
    way = models.CharField(max_length=12, blank=True)
    population = models.PositiveIntegerField(null=True, blank=True)
    sampled = models.PositiveIntegerField(null=True, blank=True)
    sample = models.TextField(blank=True)
    note = models.TextField(blank=True)
    #: What was wrong, and what was done at once; `owner`, `due_on` and `cause_kind` go into the rectification.
    problem = models.TextField(blank=True)
    taken = models.TextField(blank=True)
    owner = models.ForeignKey("org.Person", models.PROTECT, null=True, related_name="+")
    fix_due_on = models.DateField(null=True, blank=True)
    cause_kind = models.CharField(max_length=20, blank=True)
    files = models.JSONField(default=list)
    rectification = models.UUIDField(null=True, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    looked_by = models.CharField(max_length=80, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(name="check_item_place", fields=["run", "place"])]
        indexes = [models.Index(fields=["subject", "looked_at"], name="check_item_subject")]


class Hearing(models.Model):
    """The sheet that a quarterly hearing rests on, and what it decided; becomes an entry of `meetings` when held."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("org.Unit", models.CASCADE, related_name="+")
    period = models.CharField(max_length=8)
    #: As counted on `counted_at`: {section: {figure: number | null}}, and the open matters listed.
    sheet = models.JSONField(default=dict)
    counted_at = models.DateTimeField()
    #: What people add: held_on, place, chair, attendees, reporter, remarks, next_work, decisions [{matter, owner, due_on}].
    minutes = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=HearingState, default=HearingState.PREPARED)
    meeting = models.UUIDField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(name="hearing_once", fields=["unit", "period"])]
