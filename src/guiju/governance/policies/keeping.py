"""Writing a version: what is checked, what the trail commits to, one number after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.files.models import StoredFile
from guiju.governance.models import PolicyVersion
from guiju.governance.policies import texts
from guiju.governance.policies.terms import DRAFT, ISSUED, LONGEST, REGISTER
from guiju.lib import clock
from guiju.lib import text as letters
from guiju.lib.errors import Conflict, Fault
from guiju.org.models import Unit
from guiju.registers import rows, writing
from guiju.registers.models import Entry
from guiju.trail import log as trail
from guiju.trail.events import Action
from guiju.trail.models import Event

_MOST_FILES = 20


def next_number(policy: UUID) -> int:
    """The number of a policy's next version."""
    last = PolicyVersion.objects.filter(policy=policy).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def save(row: PolicyVersion, action: Action, *, by: Actor, reason: str = "", changed: Sequence[str] = ()) -> None:
    """Write the row as its next version, with its event."""
    row.version += 1
    row.recorded_at, row.by = clock.now(), by.name[:80]
    row.save()
    trail.record(
        action,
        by=by,
        unit=row.unit,
        object_type="policy_version",
        object_id=str(row.uid),
        object_version=row.version,
        title=_name(row),
        content={**content(row), **({"about": {"changed": list(changed)}} if changed else {})},
        reason=reason,
        happened_on=row.in_force_on if action == Action.POLICY_VERSION_IN_FORCE else None,
    )


def writer_of(uid: str) -> int | None:
    """The account that wrote a record last; None where it was the installation, or one of many at once."""
    last = Event.objects.filter(object_type="entry", object_id=uid).order_by("-id").first()
    return last.actor_id if last is not None else None


def _name(row: PolicyVersion) -> str:
    return f"{row.title[:180]} · 第{row.number}版"


def content(row: PolicyVersion) -> dict[str, object]:
    """What the trail commits to: the text by its digest (a text may be long), and who stood for it."""
    return {
        "policy": str(row.policy),
        "number": row.number,
        "state": str(row.state),
        "title": row.title,
        "document_number": row.document_number,
        "text": sha256(row.text.encode()).hexdigest(),
        "files": row.files,
        "reason": row.reason,
        "issued_on": row.issued_on,
        "in_force_on": row.in_force_on,
        "ended_on": row.ended_on,
        "end_reason": row.end_reason,
        "end_number": row.end_number,
        "plan": str(row.plan) if row.plan else "",
        "drafted_by": row.drafted_by,
        "authors": row.authors,
        "submitted_at": row.submitted_at,
        "submitted_by": row.submitted_by,
        "approved_at": row.approved_at,
        "approved_by": row.approved_by,
        "opinion": row.opinion,
    }


# --- what may be written --------------------------------------------------------------------------------------------


def checked_title(written: object) -> str:
    """A title in one line."""
    title = letters.clean(str(written)).replace("\n", " ")
    if not title or len(title) > 200:
        what = _("The title is missing.") if not title else _("The title has more than 200 characters.")
        raise rows.invalid([Fault("title", what, _("Write the name of the rule as it stands on its first page."))])
    return title


def checked_text(written: object) -> str:
    """Paragraphs, one a line."""
    text = texts.tidy(str(written))
    if len(text) > LONGEST:
        what = _("The text has %(count)s characters; %(most)s are possible.") % {
            "count": f"{len(text):,}",
            "most": f"{LONGEST:,}",
        }
        raise rows.invalid([Fault("text", what, _("Split the rule, or keep its annexes as files."))])
    return text


def checked_files(given: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Files that are there, as a record keeps them."""
    wanted = {str(one.get("digest") or ""): str(one.get("name") or "") for one in given}
    stored = StoredFile.objects.in_bulk(list(wanted))
    faults = [
        Fault("files", _("The file “%(name)s” has not been uploaded.") % {"name": name}, _("Attach it again."))
        for digest, name in wanted.items()
        if digest not in stored
    ]
    if len(wanted) > _MOST_FILES:
        faults.append(Fault("files", _("These are more than %(most)d files.") % {"most": _MOST_FILES}))
    if faults:
        raise rows.invalid(faults)
    return [
        {
            "digest": digest,
            "name": name[:200] or digest[:12],
            "size": stored[digest].size,
            "media_type": stored[digest].media_type,
        }
        for digest, name in wanted.items()
    ]


# --- the same rule twice --------------------------------------------------------------------------------------------


def spellings(name: str) -> set[str]:
    """A name with and without the brackets that people put around it."""
    bare = name.strip().strip("《》〈〉").strip()
    return {name, bare, f"《{bare}》", f"〈{bare}〉"}


def bare(name: str) -> str:
    """A name without its brackets and blanks, for comparing."""
    return letters.normalise(name).strip("()")


def hold_names(units: Iterable[int]) -> None:
    """Nobody else gives a rule of these units a name until this transaction ends: two at once would not see each other."""
    for unit in sorted(set(units)):
        writing.lock_value("policy_names", unit)


def refuse_begun(unit: Unit, name: str) -> None:
    """A new rule does not begin under the name of one that is in force, or being drafted, at the same unit."""
    hold_names([unit.pk])
    found = Entry.objects.filter(
        register=REGISTER, unit=unit, status__in=(ISSUED, DRAFT), title__in=spellings(name)
    ).first()
    if found is not None:
        raise twice(found, name)


def twice(other: Entry, name: str) -> Conflict:
    """The refusal of a rule that is there already."""
    in_force = other.status == ISSUED
    what = _("“%(title)s” is in force already.") if in_force else _("“%(title)s” is being drafted already.")
    fix = _("Begin a revision of it, repeal it first, or give this one another name.")
    problem = Conflict(what % {"title": name}, fix=fix if in_force else _("Go on with that draft."), where="name",
                       code="policy.duplicate")  # fmt: skip
    problem.faults = (Fault("name", problem.what, problem.fix),)
    problem.data = {"policy": str(other.uid)}
    return problem
