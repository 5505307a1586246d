"""Writing a matter: what is checked, what the trail commits to, numbers, papers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.files.models import StoredFile
from guiju.lib import clock, hashing, money
from guiju.lib import text as letters
from guiju.lib.errors import Conflict, Fault, NotFound, Problem
from guiju.registers import writing
from guiju.review import subjects, webhooks
from guiju.review.enums import MatterState
from guiju.review.models import Condition, Matter, Paper
from guiju.review.subjects import Subject
from guiju.trail import header
from guiju.trail import log as trail
from guiju.trail.events import Action
from guiju.workflow.routes import runs
from guiju.workflow.routes.models import Run

OBJECT = "review"
MOST_PAPERS = 40
#: Files of one opinion or proof.
MOST_FILES = 20
_LONGEST = 8_000


def locked(matter: Matter, version: int | None = None) -> Matter:
    """The matter as it is now, held until the end of the transaction; refuses whoever has seen an older state."""
    writing.lock_value("review.matter", matter.uid)
    rows = Matter.objects.select_related("unit", "department", "owner", "owner__user", "root")
    fresh = rows.select_for_update(of=("self",)).filter(pk=matter.pk).first()
    if fresh is None:
        raise NotFound(_("There is no such matter here."))
    if version is not None and fresh.version != version:
        problem = Conflict(
            _("%(by)s has moved this matter on in the meantime; nothing was saved.") % {"by": fresh.by},
            fix=_("Reload the page and look at it again."),
            code="review.conflict",
        )
        problem.data = {"version": fresh.version, "state": str(fresh.state)}
        raise problem
    return fresh


def save(
    matter: Matter, action: Action, *, by: Actor, reason: str = "", about: Mapping[str, object] | None = None
) -> None:
    """Write the matter as its next version, with its event."""
    matter.version += 1
    matter.recorded_at, matter.by = clock.now(), by.name[:80]
    matter.save()
    trail.record(
        action, by=by, unit=matter.unit, object_type=OBJECT, object_id=str(matter.uid), object_version=matter.version,
        title=f"{matter.number} {matter.title}".strip(),
        content={**content(matter), **({"about": dict(about)} if about else {})}, reason=letters.clean(reason),
    )  # fmt: skip
    webhooks.tell(matter, action)
    if (follower := _followers.get(matter.system)) is not None:
        follower(matter, action, by)


#: (matter, what happened to it, who did it), inside the transaction.
Follower = Callable[[Matter, Action, Actor], None]
_followers: dict[str, Follower] = {}


def follow(system: str, follower: Follower) -> None:
    """Let the part of this installation in which the matters of `system` live follow what becomes of them."""
    _followers[system] = follower


def content(matter: Matter) -> dict[str, object]:
    """What the trail commits to: everything of the matter, its papers by digest, its conditions, its rounds and passes."""
    return {
        **written(matter),
        "conditions": [
            {
                "text": one.text, "due_on": one.due_on, "owner": one.owner.name, "before": one.before, "state": str(one.state),
                "proof": one.proof, "files": one.files, "settled_on": one.settled_on, "settled_by": one.settled_by,
                **_of_rounds(one),
            }
            for one in matter.conditions.select_related("owner").order_by("ordinal")
        ],
        "runs": [runs.content(one) for one in rounds(matter)],
        "passes": [
            {
                "uid": str(one.uid), "code": one.code, "token": one.token, "expires_on": one.expires_on,
                "revoked_at": one.revoked_at, "revoked_by": one.revoked_by, "reason": one.reason,
            }
            for one in matter.passes.order_by("pk")
        ],
        "uses": [
            {"kind": str(use.kind), "digest": use.digest, "used_at": use.used_at, "doing": use.doing, "by": use.by}
            for one in matter.passes.order_by("pk")
            for use in one.uses.order_by("pk")
        ],
        **grounds(matter),
        **({"stayed": matter.stayed} if matter.stayed else {}),
    }  # fmt: skip


def _of_rounds(one: Condition) -> dict[str, object]:
    """What later rounds said of it; nothing where none did, so that what was committed to before stays as it was."""
    found: dict[str, object] = {"round": one.round} if one.round > 1 else {}
    if one.stated_round:
        found |= {"stated_round": one.stated_round, "stated_by": one.stated_by, "reason": one.reason}
    return found


def stayed(matter: Matter) -> dict[str, Any] | None:
    """Since when, by whom and why its pass is suspended; None where it is not."""
    if matter.state != MatterState.STAYED:
        return None
    said: dict[str, Any] = matter.veto.get("stayed") or matter.stayed
    return said


def grounds(matter: Matter) -> dict[str, object]:
    """What opinions rest on; nothing where none names any, so that what was committed to before stays as it was."""
    rows = matter.grounds.order_by("ordinal")
    found = [
        {"seat": str(one.seat), "register": one.register, "entry": one.entry, "title": one.title, "source": one.source}
        for one in rows
    ]
    return {"grounds": found} if found else {}


_PLAIN = (
    "number", "kind", "title", "summary", "overseas", "major", "level", "form", "system", "ref", "outcome", "account", "authors",
    "submitted_at", "decided_at", "decided_by", "veto", "adopted", "not_adopted", "done_on", "reason", "rounds",
)  # fmt: skip


def written(matter: Matter) -> dict[str, object]:
    """The matter itself and its papers."""
    found: dict[str, object] = {name: getattr(matter, name) for name in _PLAIN}
    return found | {
        "state": str(matter.state),
        "amount": matter.amount,
        "owner": matter.owner.name,
        "department": matter.department.code if matter.department else "",
        "previous": str(matter.previous) if matter.previous else "",
        "entry": str(matter.entry) if matter.entry else "",
        "papers": [
            {
                "role": one.role,
                "digest": one.digest,
                "name": one.name,
                "since": one.since_round,
                "until": one.until_round,
            }
            for one in matter.papers.order_by("ordinal")
        ],
    }


def form_digest(matter: Matter) -> str:
    """SHA-256 of the form as it was reviewed: any changed figure is another form."""
    said = {
        "kind": matter.kind, "title": matter.title, "summary": matter.summary, "amount": matter.amount,
        "overseas": matter.overseas, "major": matter.major, "level": matter.level, "form": matter.form,
    }  # fmt: skip
    return hashing.digest(hashing.canonical(said)).hex()


def state_digest(matter: Matter) -> str:
    """SHA-256 of form and papers together."""
    papers = sorted(f"{one.role}:{one.digest}" for one in current_papers(matter))
    return hashing.digest(hashing.canonical([form_digest(matter), papers])).hex()


def rounds(matter: Matter) -> list[Run]:
    """All rounds of review, the first one first."""
    return list(
        Run.objects.select_related("unit", "department", "route").filter(about_uid=matter.uid).order_by("round")
    )


def next_number(matter: Matter) -> str:
    """The next number of the unit's year: 审2026-0001."""
    year = clock.today().year
    writing.lock_value("review.number", matter.unit_id, year)
    begins = f"审{year}-"
    last = Matter.objects.filter(unit=matter.unit, number__startswith=begins).aggregate(last=Max("number"))["last"]
    return f"{begins}{(int(last.removeprefix(begins)) if last else 0) + 1:04}"


# --- what may be written --------------------------------------------------------------------------------------------


def invalid(faults: Sequence[Fault]) -> Problem:
    """One refusal with every fault at its field."""
    return Problem(
        "review.invalid",
        _("This is not complete yet; nothing was saved."),
        fix=_("Correct the fields below."),
        faults=faults,
        status=422,
    )


def read(subject: Subject, values: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a matter as they are kept, those that `values` names; refuses with every fault at its field."""
    faults: list[Fault] = []
    found: dict[str, Any] = {}
    if "title" in values:
        found["title"] = _line(values["title"], "title", 200, _("Say in one line what is to be reviewed."), faults)
    if "summary" in values:
        found["summary"] = letters.clean(str(values["summary"] or ""))
        if len(found["summary"]) > _LONGEST:
            faults.append(
                Fault("summary", _("The text has more than %(most)s characters.") % {"most": f"{_LONGEST:,}"})
            )
    if "amount" in values:
        found["amount"] = _amount(values["amount"], faults)
    found |= {name: values[name] is True for name in ("overseas", "major") if name in values}
    if "level" in values:
        found["level"] = letters.clean(str(values["level"] or ""))[:40]
    if "form" in values:
        given = values["form"] if isinstance(values["form"], Mapping) else {}
        found["form"] = {item.code: _answer(item, given.get(item.code), faults) for item in subject.fields}
    if faults:
        raise invalid(faults)
    return found


def _line(given: object, where: str, most: int, fix: str, faults: list[Fault]) -> str:
    said = letters.clean(str(given or "")).replace("\n", " ").strip()
    if not said:
        faults.append(Fault(where, _("Please fill this in."), fix))
    elif len(said) > most:
        faults.append(Fault(where, _("This has more than %(most)d characters.") % {"most": most}, _("Shorten it.")))
    return said


def _amount(given: object, faults: list[Fault]) -> Decimal | None:
    if given is None or str(given).strip() == "":
        return None
    amount = money.written(given)
    if amount is None:
        faults.append(Fault("amount", _("This is no amount in yuan."), money.how()))
        return None
    return amount.quantize(Decimal("0.01"))


def _answer(item: subjects.FormField, given: object, faults: list[Fault]) -> Any:
    where = f"form.{item.code}"
    if item.type == "bool":
        return given is True
    said = letters.clean(str(given if given is not None else "")).strip()
    if item.type == "choice" and said and said not in {code for code, *_labels in item.choices}:
        faults.append(Fault(where, _("This is not one of the choices."), _("Choose from the list.")))
    if item.type == "date" and said:
        try:
            date.fromisoformat(said)
        except ValueError:
            faults.append(Fault(where, _("This is no date."), _("Write it as 2026-11-20.")))
    if len(said) > (2_000 if item.type == "longtext" else 200):
        faults.append(Fault(where, _("This is too long."), _("Shorten it.")))
    return said


def missing(matter: Matter, subject: Subject) -> list[Fault]:
    """What a submission still lacks: fields of the form, papers of the kind."""
    faults = [
        Fault(f"form.{item.code}", _("Please fill in “%(field)s”.") % {"field": subjects.said(item)})
        for item in subject.fields
        if item.required and matter.form.get(item.code) in (None, "", False)
    ]
    there = {one.role for one in current_papers(matter)}
    faults += [
        Fault(f"papers.{one.code}", _("“%(paper)s” is missing.") % {"paper": subjects.said(one)}, _("Attach it."))
        for one in subject.papers
        if one.required and one.applies(matter.form) and one.code not in there
    ]
    return faults


# --- papers ---------------------------------------------------------------------------------------------------------


def current_papers(matter: Matter) -> list[Paper]:
    """The papers that count now."""
    return list(matter.papers.filter(until_round__isnull=True).order_by("ordinal"))


def refuse_vetoed_text(matter: Matter) -> None:
    """What was vetoed does not pass as another matter, under another number or with another amount.

    Whoever vetoes and whoever passes a text wait for each other, so that neither misses the other.
    """
    texts = hold_texts(matter)
    _refuse_stayed(matter)
    stopped = [MatterState.SUSPENDED, MatterState.VETOED, MatterState.STAYED]
    same = Matter.objects.filter(
        unit_id=matter.unit_id, state__in=stopped, papers__role=subjects.TEXT, papers__digest__in=texts,
        papers__until_round=None,
    )  # fmt: skip
    if (held := same.exclude(pk=matter.pk).first()) is not None:
        raise Conflict(
            _("Exactly this text was vetoed: %(number)s.") % {"number": held.number}
            if held.veto
            else _("The resolution on which %(number)s rests is being changed.") % {"number": held.number},
            fix=_("Wait until its minutes are settled again.")
            if not held.veto
            else _("Only a resolution of the leading body on that matter lifts the veto; or change the text."),
            code="review.vetoed_text",
        )


def _refuse_stayed(matter: Matter) -> None:
    """While a resolution is being changed, nothing takes the place of the matter that rests on it."""
    rows = Matter.objects.filter(unit_id=matter.unit_id, state=MatterState.STAYED).exclude(pk=matter.pk)
    own = Q(uid=matter.previous) if matter.previous else Q(pk__in=[])
    number = Q(system=matter.system, ref=matter.ref) if matter.ref else Q(pk__in=[])
    if (held := rows.filter(own | number).first()) is not None:
        raise Conflict(
            _("The resolution on which %(number)s rests is being changed.") % {"number": held.number},
            fix=_("Wait until its minutes are settled again."),
            code="review.stayed",
        )


def hold_texts(matter: Matter) -> list[str]:
    """The digests of its texts, held against others who veto or pass the same until the end of the transaction."""
    texts = sorted({one.digest for one in current_papers(matter) if one.role == subjects.TEXT})
    for digest in texts:
        writing.lock_value("review.text", matter.unit_id, digest)
    return texts


def set_papers(matter: Matter, subject: Subject, given: Iterable[Mapping[str, Any]]) -> bool:
    """The papers become these ({"role", "digest", "name"}); returns whether anything changed.

    What an earlier round saw is kept with that round; what no round has seen goes.
    """
    wanted = [(str(one.get("role") or ""), str(one.get("digest") or ""), str(one.get("name") or "")) for one in given]
    _refuse_papers(subject, wanted)
    held = {(one.role, one.digest): one for one in current_papers(matter)}
    keys = {(role, digest) for role, digest, _name in wanted}
    gone = [one for key, one in held.items() if key not in keys]
    for one in gone:
        if one.since_round > matter.rounds:
            one.delete()
        else:
            one.until_round = matter.rounds
            one.save(update_fields=["until_round"])
    place = (matter.papers.aggregate(last=Max("ordinal"))["last"] or 0) + 1
    stored = StoredFile.objects.in_bulk([digest for _role, digest, _name in wanted])
    fresh = {(role, digest): name for role, digest, name in wanted if (role, digest) not in held}
    for offset, ((role, digest), name) in enumerate(fresh.items()):
        Paper.objects.create(
            matter=matter, ordinal=place + offset, role=role, digest=digest, name=letters.clean(name)[:200] or digest[:12],
            size=stored[digest].size, media_type=stored[digest].media_type[:100], since_round=matter.rounds + 1,
        )  # fmt: skip
    return bool(gone or fresh)


def _refuse_papers(subject: Subject, wanted: Sequence[tuple[str, str, str]]) -> None:
    stored = set(
        StoredFile.objects.filter(pk__in=[digest for _role, digest, _name in wanted]).values_list("pk", flat=True)
    )
    faults = [
        Fault(f"papers.{role}", _("“%(name)s” has not been uploaded.") % {"name": name}, _("Attach it again."))
        for role, digest, name in wanted
        if digest not in stored
    ]
    faults += [
        Fault("papers", _("There is no kind of paper “%(code)s” here.") % {"code": role[:40]})
        for role, _digest, _name in wanted
        if subject.paper(role) is None
    ]
    if len(wanted) > MOST_PAPERS:
        faults.append(Fault("papers", _("These are more than %(most)d files.") % {"most": MOST_PAPERS}))
    if faults:
        raise invalid(faults)


def checked_files(given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Files of an opinion or a proof, as they are kept; refuses what was never uploaded."""
    wanted = {str(one.get("digest") or ""): letters.clean(str(one.get("name") or ""))[:200] for one in given}
    stored = StoredFile.objects.in_bulk(list(wanted))
    faults = [
        Fault("files", _("“%(name)s” has not been uploaded.") % {"name": name}, _("Attach it again."))
        for digest, name in wanted.items()
        if digest not in stored
    ]
    if len(wanted) > MOST_FILES:
        faults.append(Fault("files", _("These are more than %(most)d files.") % {"most": MOST_FILES}))
    if faults:
        raise invalid(faults)
    return [
        {"digest": digest, "name": name or digest[:12], "size": stored[digest].size} for digest, name in wanted.items()
    ]


def papers_of_round(matter: Matter, number: int) -> list[Paper]:
    """The papers that one round saw."""
    found = matter.papers.filter(since_round__lte=number)
    return [one for one in found.order_by("ordinal") if one.until_round is None or one.until_round >= number]


def last_run(matter: Matter) -> Run | None:
    """The round under way, or the last one."""
    return (
        Run.objects.select_related("unit", "department", "route")
        .filter(about_uid=matter.uid)
        .order_by("-round")
        .first()
    )


def live(ids: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    """Versions and states as verification of the trail compares them."""
    rows = Matter.objects.select_related("owner", "department").filter(uid__in=[UUID(one) for one in ids])
    return {str(row.uid): (row.version, header.state_digest(content(row))) for row in rows}
