"""Matters under review with papers and conditions, their passes, what was done with those, and who is told of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from guiju.review.enums import ConditionState, DeliveryState, LeakKind, LeakState, MatterState, Stand, UseKind


class Matter(models.Model):
    """Something that may not be carried out before it was reviewed (001 任务6, 002 任务18)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    root = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey("org.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    #: Given when it is first submitted: 审2026-0001, counted per unit and year.
    number = models.CharField(max_length=24, blank=True)
    #: A code of `subjects`.
    kind = models.CharField(max_length=24)
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    overseas = models.BooleanField(default=False)
    major = models.BooleanField(default=False)
    level = models.CharField(max_length=40, blank=True)
    #: What the kind asks for besides: {code: value}.
    form = models.JSONField(default=dict)
    #: The other system that sent it, and its own name of the thing: what its gate asks by.
    system = models.CharField(max_length=40, blank=True)
    ref = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=MatterState, default=MatterState.DRAFT)
    outcome = models.CharField(max_length=12, choices=Stand, blank=True)
    owner = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    #: The account that brought it, where that is not the owner's own: another system sees what it sent.
    account = models.BigIntegerField(null=True, blank=True)
    #: Accounts that wrote or submitted it: none of them gives an opinion on it.
    authors = models.JSONField(default=list)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=80, blank=True)
    #: Of a veto: who, why, how it was reported to the leading body, and the resolution that lifted it.
    veto = models.JSONField(default=dict)
    #: The item of settled minutes on which the lifting of its veto rests; empty where none does.
    lifted_item = models.UUIDField(null=True, blank=True)
    #: While minutes are open again by which the leading body signed at its step: since when, by whom, why, which meeting.
    stayed = models.JSONField(default=dict, blank=True)
    #: What became of the opinions once it was decided: taken up, or why not.
    adopted = models.BooleanField(null=True, blank=True)
    not_adopted = models.CharField(max_length=1000, blank=True)
    #: The day on which it was decided or carried out in the end.
    done_on = models.DateField(null=True, blank=True)
    #: The matter that was refused, or whose pass ended, in whose place this one stands.
    previous = models.UUIDField(null=True, blank=True)
    #: Its row in the register `reviews`.
    entry = models.UUIDField(null=True, blank=True)
    #: Digest of form and papers when it was returned: it does not come back as it was.
    returned_as = models.CharField(max_length=64, blank=True)
    #: Why it ended.
    reason = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0)
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=80)
    #: How many rounds of review it has begun.
    rounds = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="matter_number_once", fields=["unit", "number"], condition=~Q(number="")),
            models.UniqueConstraint(
                name="matter_one_under_way",
                fields=["unit", "system", "ref"],
                condition=~Q(ref="") & Q(state__in=["draft", "in_review", "returned", "suspended", "vetoed"]),
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "state", "-recorded_at"], name="matter_unit_state"),
            models.Index(fields=["root", "-recorded_at"], name="matter_root"),
            models.Index(fields=["system", "ref"], name="matter_ref", condition=~Q(ref="")),
            models.Index(fields=["account", "-recorded_at"], name="matter_account"),
            models.Index(fields=["lifted_item"], name="matter_lifted", condition=Q(lifted_item__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title


class Paper(models.Model):
    """One document of a matter; of those that count now `until_round` is empty."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="papers")
    ordinal = models.PositiveSmallIntegerField()
    #: A code of the kind's list of papers; `text` is what is to be signed or issued.
    role = models.CharField(max_length=24)
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField(default=0)
    media_type = models.CharField(max_length=100, blank=True)
    since_round = models.PositiveSmallIntegerField(default=1)
    until_round = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="paper_place_once", fields=["matter", "ordinal"])]
        indexes = [models.Index(fields=["digest"], name="paper_digest")]


class Condition(models.Model):
    """Something that has to be done besides: tracked until somebody else than its owner says it is met."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="conditions")
    ordinal = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500)
    due_on = models.DateField()
    owner = models.ForeignKey("org.Person", models.PROTECT, related_name="+")
    #: Before the matter is carried out, or afterwards.
    before = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=ConditionState, default=ConditionState.OPEN)
    set_by = models.CharField(max_length=80)
    proof = models.CharField(max_length=1000, blank=True)
    files = models.JSONField(default=list)
    claimed_by = models.BigIntegerField(null=True, blank=True)
    settled_on = models.DateField(null=True, blank=True)
    settled_by = models.CharField(max_length=80, blank=True)
    #: The round that set it, and the latest one that said what has become of it.
    round = models.PositiveSmallIntegerField(default=1)
    stated_round = models.PositiveSmallIntegerField(default=0)
    stated_by = models.CharField(max_length=80, blank=True)
    #: Why a later round dropped it, or how it saw it met.
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="condition_place_once", fields=["matter", "ordinal"])]
        indexes = [models.Index(fields=["state", "due_on"], name="condition_due")]


class Ground(models.Model):
    """What an opinion rests on, as it read when the opinion was given (审查依据): a row of a register, or own words."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    matter = models.ForeignKey(Matter, models.CASCADE, related_name="grounds")
    #: The place at which the opinion was given.
    seat = models.UUIDField()
    ordinal = models.PositiveSmallIntegerField()
    #: Where it stands; both empty where the reviewer wrote it himself.
    register = models.CharField(max_length=24, blank=True)
    entry = models.UUIDField(null=True, blank=True)
    title = models.CharField(max_length=300)
    #: Document and article, number of the rule, or control measure.
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="ground_place_once", fields=["matter", "ordinal"])]
        indexes = [models.Index(fields=["entry"], name="ground_item", condition=Q(register="agenda_items"))]


class Pass(models.Model):
    """A signed pass (审查通行证): what exactly was reviewed, until when it holds."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="passes")
    #: Eight letters that people can read out.
    code = models.CharField(max_length=12, unique=True)
    token = models.TextField()
    key_id = models.CharField(max_length=64)
    system = models.CharField(max_length=40, blank=True)
    ref = models.CharField(max_length=120, blank=True)
    issued_at = models.DateTimeField()
    #: The last day on which it holds.
    expires_on = models.DateField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="pass_one_live", fields=["matter"], condition=Q(revoked_at__isnull=True))
        ]
        indexes = [
            models.Index(fields=["system", "ref"], name="pass_ref", condition=~Q(ref="")),
            models.Index(fields=["expires_on"], name="pass_ended", condition=Q(revoked_at__isnull=False)),
        ]


class PassDigest(models.Model):
    """One reviewed document of a pass, for the gate."""

    issued = models.ForeignKey(Pass, models.CASCADE, related_name="digests")
    digest = models.CharField(max_length=64)
    role = models.CharField(max_length=24)

    class Meta:
        constraints = [models.UniqueConstraint(name="pass_digest_once", fields=["issued", "digest"])]
        indexes = [models.Index(fields=["digest"], name="pass_digest")]


class PassUse(models.Model):
    """Something that was done on the ground of a pass, as the other system told it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    issued = models.ForeignKey(Pass, models.PROTECT, related_name="uses")
    kind = models.CharField(max_length=8, choices=UseKind)
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField()
    #: What the other system calls this doing; the same one is told twice without harm.
    doing = models.CharField(max_length=120)
    by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            # A contract is sealed and signed once, and paid in as many parts as it says.
            models.UniqueConstraint(name="pass_use_once", fields=["issued", "kind"], condition=~Q(kind="pay")),
            models.UniqueConstraint(name="pass_use_told_once", fields=["issued", "kind", "doing"]),
        ]


class PassKey(models.Model):
    """The public half of a key that signed or signs passes; what it signed stays verifiable after it was replaced."""

    key_id = models.CharField(max_length=64, unique=True)
    #: The 32 bytes of the Ed25519 key, base64url without padding, as a JWK carries them.
    public = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    #: When somebody said that it may be in other hands, and why; only passes that are known hold from then on.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)


class Unasked(models.Model):
    """What another system did, or left undone, while the gate could not be reached; told afterwards, kept for good."""

    #: The other system's own id of the entry: the same one is told twice without harm.
    uid = models.UUIDField()
    account = models.BigIntegerField(null=True)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    root = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", db_index=False)
    system = models.CharField(max_length=40)
    ref = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    #: What it was about to do; empty where it only asked.
    kind = models.CharField(max_length=8, choices=UseKind, blank=True)
    doing = models.CharField(max_length=120, blank=True)
    acted_at = models.DateTimeField()
    #: Whether it went on (open) or stopped (closed).
    went_on = models.BooleanField()
    reason = models.CharField(max_length=300, blank=True)
    #: What the gate would have said, as it stood when this was told.
    code = models.CharField(max_length=16)
    matter = models.UUIDField(null=True, blank=True)
    told_at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(name="unasked_once", fields=["account", "uid"])]
        indexes = [models.Index(fields=["unit", "-acted_at"], name="unasked_unit")]


class Webhook(models.Model):
    """An address of another system that is told what becomes of its matters."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    root = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", db_index=False)
    #: Only matters that came from this system; all of the unit and those below it where it is empty.
    system = models.CharField(max_length=40, blank=True)
    url = models.CharField(max_length=500)
    #: The secret follows from this and from the key of the installation; it is kept nowhere.
    salt = models.CharField(max_length=32)
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="webhook_once", fields=["unit", "system", "url"], condition=Q(ended_at__isnull=True)
            )
        ]


class Delivery(models.Model):
    """One message to one address: the same event goes there once, however often it has to be tried."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    hook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    matter = models.UUIDField()
    version = models.PositiveIntegerField()
    event = models.CharField(max_length=40)
    #: Exactly the bytes that are signed and sent.
    body = models.TextField()
    state = models.CharField(max_length=8, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    answer = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="delivery_once", fields=["hook", "matter", "version"])]
        indexes = [models.Index(fields=["hook", "-made_at"], name="delivery_hook")]


class LeakRun(models.Model):
    """One look for leaks: over which units and days, from which ledgers, and what was found."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    root = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", db_index=False)
    #: All levels below as well.
    below = models.BooleanField(default=False)
    #: `2026`, `2026Q1`, `2026-03`, or `12m` for the twelve months up to the day of looking.
    period = models.CharField(max_length=8)
    starts_on = models.DateField()
    ends_on = models.DateField()
    #: Ledgers that were handed in: [{"digest", "name", "kind", "sheet", "rows", "totals", "doubts"}].
    ledgers = models.JSONField(default=list)
    looked = models.PositiveIntegerField(default=0)
    #: {kind of leak: how many}.
    counts = models.JSONField(default=dict)
    #: [{"unit", "name", "kind", "n", "ok"}]; the exceptions are findings of the run.
    rates = models.JSONField(default=list)
    #: Rows that could not be judged because they name no day, and how the three ledgers match: {state: how many}.
    undated = models.PositiveIntegerField(default=0)
    matched = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["unit", "-made_at"], name="leakrun_unit")]


class LeakFinding(models.Model):
    """One finding of a run, with both sides as they were then. `key` is the same when it is found again."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    run = models.ForeignKey(LeakRun, models.CASCADE, related_name="findings")
    ordinal = models.PositiveIntegerField()
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=LeakKind)
    key = models.CharField(max_length=64)
    why = models.CharField(max_length=16)
    title = models.CharField(max_length=200)
    on = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    #: {"deeds": [...], "review": {...} or null, "figures": {...}}
    sides = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(name="leak_place_once", fields=["run", "ordinal"])]
        indexes = [
            models.Index(fields=["run", "kind", "ordinal"], name="leak_kind"),
            models.Index(fields=["key", "unit"], name="leak_key"),
        ]


class LeakSettlement(models.Model):
    """What a person made of a finding: it is being put right, or it is none, and why. Holds for later runs too."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    kind = models.CharField(max_length=12, choices=LeakKind)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=9, choices=LeakState)
    reason = models.CharField(max_length=1000, blank=True)
    #: Its row in the register `rectifications`.
    rectification = models.UUIDField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(name="leak_settled_once", fields=["unit", "key"])]
