"""Telling other systems what becomes of their matters: signed, tried again, once for each event.

The body is JSON. `Guiju-Signature: t=<seconds>,v1=<hex>` is HMAC-SHA256 with the hook's secret over `<seconds>.<body>`;
`Guiju-Event` is the id of the event, the same at every attempt. Anything but 2xx is tried again by the jobs backend,
later and later. Addresses are those that the administrator allows (`GUIJU_WEBHOOK_HOSTS`).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django_tasks import task

from guiju.access import check, scope
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.jobs import backend
from guiju.jobs.models import Job, JobState
from guiju.lib import clock
from guiju.lib.errors import Conflict, NotFound, Problem
from guiju.org.models import Unit
from guiju.org.tree import ancestor_paths
from guiju.review import sending
from guiju.review.enums import DeliveryState
from guiju.review.models import Delivery, Matter, Webhook
from guiju.trail import header
from guiju.trail import log as trail
from guiju.trail.events import Action
from guiju.trail.reconcile import register_reconciler

OBJECT = "webhook"
SIGNATURE, EVENT = "Guiju-Signature", "Guiju-Event"
#: Attempts at one message, over about a day.
ATTEMPTS = 28
#: What is told: everything that changes what the other system may do, and whether it is asked for something.
TOLD = frozenset(
    {
        Action.REVIEW_SUBMITTED, Action.REVIEW_RETURNED, Action.REVIEW_PASSED, Action.REVIEW_REFUSED, Action.REVIEW_ENDED,
        Action.REVIEW_VETOED, Action.REVIEW_VETO_TAKEN_BACK, Action.REVIEW_VETO_REPORTED, Action.REVIEW_VETO_LIFTED,
        Action.REVIEW_STAYED, Action.REVIEW_RESUMED, Action.REVIEW_VETO_RESTORED,
        Action.REVIEW_VOIDED, Action.REVIEW_CONDITION, Action.REVIEW_CARRIED_OUT,
    }
)  # fmt: skip


# --- addresses ------------------------------------------------------------------------------------------------------


@transaction.atomic
def make(*, unit: Unit, url: str, by: Actor, system: str = "") -> Webhook:
    """Tell this address what becomes of the matters of a unit and those below it, or only of one system's."""
    check.require(by, P.REVIEW_MATTER_MANAGE, unit)
    target = sending.target(url.strip())
    row = Webhook(
        unit=unit,
        root_id=unit.root_id or unit.pk,
        system=system.strip()[:40],
        url=target.url,
        salt=secrets.token_hex(16),
    )
    try:
        with transaction.atomic():
            _save(row, by=by)
    except IntegrityError as error:
        raise Conflict(_("This address is told already."), code="hook.twice") from error
    return row


@transaction.atomic
def end(*, hook: Webhook, version: int, by: Actor) -> Webhook:
    """Tell this address nothing more; what still waits is not sent."""
    row = Webhook.objects.select_for_update(of=("self",)).select_related("unit").get(pk=hook.pk)
    check.require(by, P.REVIEW_MATTER_MANAGE, row.unit)
    if row.version != version:
        raise Conflict(_("Somebody else has changed this address."), fix=_("Reload the page."), code="hook.conflict")
    if row.ended_at is None:
        row.ended_at = clock.now()
        _save(row, by=by)
    return row


def visible(by: Actor) -> QuerySet[Webhook]:
    """The addresses that an account looks after."""
    rows = Webhook.objects.select_related("unit")
    return scope.restrict(rows, by=by, permission=P.REVIEW_MATTER_MANAGE)


def find(by: Actor, uid: UUID) -> Webhook:
    """One of them, or 404."""
    found = visible(by).filter(uid=uid).first()
    if found is None:
        raise NotFound(_("There is no such address here."))
    return found


def secret(row: Webhook) -> str:
    """The secret that signs messages to this address: made from the key of the installation, kept nowhere."""
    key = str(settings.SECRET_KEY).encode()
    return "whs_" + hmac.new(key, f"guiju.webhook:{row.uid}:{row.salt}".encode(), hashlib.sha256).hexdigest()


def signature(key: str, body: bytes, *, at: int) -> str:
    """The header that proves who sent this body, and when."""
    made = hmac.new(key.encode(), str(at).encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={made}"


def _save(row: Webhook, *, by: Actor) -> None:
    row.version += 1
    row.recorded_at, row.by = clock.now(), by.name[:80]
    row.save()
    trail.record(
        Action.GATE_HOOK_SET, by=by, unit=row.unit, object_type=OBJECT, object_id=str(row.uid),
        object_version=row.version, title=row.url, content=content(row),
    )  # fmt: skip


def content(row: Webhook) -> dict[str, Any]:
    """What the trail commits to."""
    return {"unit": row.unit.code, "system": row.system, "url": row.url, "salt": row.salt, "ended_at": row.ended_at}


# --- messages -------------------------------------------------------------------------------------------------------


def tell(matter: Matter, action: Action) -> None:
    """Have everybody told who follows this matter; in the transaction of what has happened."""
    if action not in TOLD or not settings.WEBHOOK_HOSTS:
        return
    paths = ancestor_paths(matter.unit.path, itself=True)
    hooks = Webhook.objects.filter(Q(system="") | Q(system=matter.system), unit__path__in=paths, ended_at__isnull=True)
    for hook in hooks:
        row = Delivery(
            hook=hook, matter=matter.uid, version=matter.version, event=action.value, made_at=clock.now(),
        )  # fmt: skip
        row.body = orjson.dumps(_message(row, matter)).decode()
        row.save()
        backend.enqueue(deliver, delivery=row.pk, unique_key=f"webhook:{row.uid}", title=action.value)


@transaction.atomic
def resend(*, delivery: Delivery, by: Actor) -> Delivery:
    """Send one message again now, under the same id: one that was given up, that waits, or that was received and lost."""
    row = Delivery.objects.select_for_update(of=("self",)).select_related("hook__unit").get(pk=delivery.pk)
    check.require(by, P.REVIEW_MATTER_MANAGE, row.hook.unit)
    if row.hook.ended_at is not None:
        raise Conflict(
            _("This address is told nothing more."), fix=_("Have the address told again first."), code="hook.ended"
        )
    row.state, row.attempts, row.error, row.answer, row.done_at = DeliveryState.WAITING, 0, "", None, None
    row.save()
    job = backend.enqueue(deliver, delivery=row.pk, unique_key=f"webhook:{row.uid}", title=row.event)
    # One that waits for its next attempt goes now, with all attempts before it; their number only grows, it is the fence.
    waiting = Job.objects.filter(pk=job.pk, state=JobState.WAITING)
    waiting.update(run_after=clock.now(), max_attempts=F("attempt") + ATTEMPTS)
    return row


def deliveries(by: Actor) -> QuerySet[Delivery]:
    """Messages to the addresses that an account looks after."""
    return Delivery.objects.select_related("hook__unit").filter(hook__in=visible(by).values("pk"))


def message_of(by: Actor, uid: UUID) -> Delivery:
    """One of them, or 404."""
    found = deliveries(by).filter(uid=uid).first()
    if found is None:
        raise NotFound(_("There is no such message here."))
    return found


def _message(row: Delivery, matter: Matter) -> dict[str, Any]:
    issued = matter.passes.order_by("-pk").first()
    return {
        "id": str(row.uid), "event": row.event, "at": row.made_at.isoformat(), "version": matter.version,
        "matter": str(matter.uid), "number": matter.number, "unit": matter.unit.code, "system": matter.system,
        "ref": matter.ref, "kind": matter.kind, "title": matter.title, "state": str(matter.state),
        "outcome": str(matter.outcome), "reason": matter.reason,
        "pass": {
            "code": issued.code, "token": issued.token, "expires_on": issued.expires_on.isoformat(),
            "revoked": issued.revoked_at is not None,
        } if issued is not None else None,
    }  # fmt: skip


@task(max_attempts=ATTEMPTS)
def deliver(delivery: int) -> str:
    """Send one message; an error makes the jobs backend try again later. The receiver knows repeats by their id."""
    row = Delivery.objects.select_related("hook").filter(pk=delivery).first()
    if row is None or row.state != DeliveryState.WAITING:
        return "done"
    if row.hook.ended_at is not None:
        return _ended(row, DeliveryState.FAILED, _("The address is told nothing more."))
    row.attempts += 1
    body, now = row.body.encode(), int(clock.now().timestamp())
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        EVENT: str(row.uid),
        SIGNATURE: signature(secret(row.hook), body, at=now),
    }
    try:
        row.answer = sending.post(row.hook.url, body, headers)
    except Problem as problem:  # the address is not allowed any more: trying again helps nothing
        return _ended(row, DeliveryState.FAILED, problem.what)
    except OSError as error:
        row.answer = None
        return _again(row, error)
    if 200 <= row.answer < 300:
        return _ended(row, DeliveryState.SENT, "")
    return _again(row, ConnectionError(f"HTTP {row.answer}"))


def _ended(row: Delivery, state: DeliveryState, why: str) -> str:
    row.state, row.error, row.done_at = state, why[:300], clock.now()
    row.save()
    return str(state)


def _again(row: Delivery, error: OSError) -> str:
    if row.attempts >= ATTEMPTS:
        return _ended(row, DeliveryState.FAILED, f"{type(error).__name__}: {error}")
    row.error = f"{type(error).__name__}: {error}"[:300]
    row.save()
    raise error


# --- verification ---------------------------------------------------------------------------------------------------


def set_up() -> None:
    """Let verification of the trail compare the addresses."""
    register_reconciler(OBJECT, _live, ids=_ids)


def _live(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    rows = Webhook.objects.select_related("unit").filter(uid__in=[UUID(one) for one in ids])
    return {str(row.uid): (row.version, header.state_digest(content(row))) for row in rows}


def _ids() -> Iterable[str]:
    return (str(uid) for uid in Webhook.objects.order_by().values_list("uid", flat=True).iterator())
