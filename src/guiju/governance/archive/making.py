"""Asking for an archive, making it, keeping it. The making may be broken off at any moment and begins anew."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission
from guiju.files import store as files
from guiju.governance.archive import counting, form, indexing, kept, parts, proving
from guiju.governance.archive.collecting import Collector, read_states
from guiju.governance.archive.counting import PartCount, Span
from guiju.governance.archive.indexing import Folder
from guiju.governance.archive.naming import component
from guiju.governance.archive.sealing import SealedZip
from guiju.governance.enums import ArchiveState
from guiju.governance.models import Archive
from guiju.jobs import lease
from guiju.lib import clock
from guiju.lib.errors import Conflict, Denied, Problem
from guiju.lib.note import VerifierKey
from guiju.org.models import Unit
from guiju.registers.writing import lock_value
from guiju.trail import log as trail
from guiju.trail.events import Action
from guiju.trail.models import Checkpoint, Event, EventBody, Log

MAKE = Permission.GOVERNANCE_ARCHIVE_MAKE
MEDIA_TYPE = "application/zip"
_CHUNK = 500
_EXTRAS = {"lists": kept.lists, "checks": kept.checks, "policies": kept.policies}


def key(archive: Archive) -> str:
    """The name of the job that makes it."""
    return f"archive:{archive.uid}"


@transaction.atomic
def begin(*, unit: Unit, span: Span, by: Actor, codes: Sequence[str] = (), background: bool = True) -> Archive:
    """Ask for an archive; the same one asked for twice is made once."""
    _require_whole(unit, by=by)
    chosen = parts.chosen(codes)
    counted = counting.count(by, unit, span, chosen)
    if not any(one.rows for one in counted):
        raise Problem(
            "archive.empty",
            _("There is no record in this span, so there is nothing to put away."),
            fix=_("Choose another span or other parts; the page says where there are records."),
            status=422,
        )
    lock_value("archive", unit.pk)
    wanted = {"unit": unit, "begins_on": span.begins_on, "ends_on": span.ends_on, "parts": [one.code for one in chosen]}
    open_one = Archive.objects.filter(state=ArchiveState.MAKING, account=by.user_id, **wanted).first()
    if open_one is not None and background:
        return open_one
    name = (
        component(
            _("Archive of %(unit)s, %(from)s to %(to)s")
            % {"unit": unit.label, "from": span.begins_on, "to": span.ends_on},
            room=120,
        )
        + ".zip"
    )
    archive = Archive.objects.create(
        **wanted, name=name, made_at=clock.now(), by=by.name[:80], account=by.user_id, counted=told(counted)
    )
    if background:
        from guiju.governance.archive import tasks

        tasks.enqueue(archive, by=by)
    return archive


def _require_whole(unit: Unit, *, by: Actor) -> None:
    check.require(by, MAKE, unit)
    check.require(by, counting.VIEW, unit)
    if not counting.sees_whole(by, unit):
        raise Denied(
            _("You do not see all departments of %(unit)s, and its archive holds them all.") % {"unit": unit.name},
            fix=_("Ask somebody who keeps the whole of it to make the archive."),
        )


def told(counted: Sequence[PartCount]) -> dict[str, dict[str, int]]:
    """The numbers of each part."""
    return {
        one.part.code: {"rows": one.rows, "files": one.files, "bare": one.bare, "late": one.late} for one in counted
    }


def make(archive: Archive, *, by: Actor) -> Archive:
    """Write, seal and keep the file; in Chinese, as the registers are."""
    _require_whole(archive.unit, by=by)
    with override(settings.LANGUAGE_CODE), _workshop(archive) as folder:
        draft = folder / "archive.zip"
        with SealedZip(draft, clock.now()) as sealed:
            _write(archive, sealed, folder, by=by)
        return _keep(archive, draft, by=by)


@contextmanager
def _workshop(archive: Archive) -> Iterator[Path]:
    """A folder beside the stored files, so that the whole is moved and not copied; leftovers of an attempt that died go."""
    root = Path(settings.FILES_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    for left in root.glob(f"making-{archive.uid}-*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"making-{archive.uid}-", dir=root))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write(archive: Archive, sealed: SealedZip, folder: Path, *, by: Actor) -> None:
    span = Span(archive.begins_on, archive.ends_on)
    progress = _Progress(archive)
    collector = Collector(archive.unit, span, by, sealed, folder, folder / "all.jsonl", progress.step)
    collector.states.touch()
    folders = [_part(collector, part, number) for number, part in enumerate(parts.chosen(archive.parts), 1)]
    head = trail.checkpoint()
    records = _prove(collector, head)
    verifier = VerifierKey.parse(Log.objects.get().verifier_key)
    indexing.write(archive, folders, collector, verifier=verifier, checkpoint=head)
    absent = [
        {"record": one.record, "file": one.name, "sha256": one.digest, "why": one.why}
        for found in folders for one in found.attached if not one.member
    ]  # fmt: skip
    digest = sealed.write_manifest(
        {
            "archive": str(archive.uid),
            "unit": {"code": archive.unit.code, "name": archive.unit.name},
            "begins_on": span.begins_on.isoformat(),
            "ends_on": span.ends_on.isoformat(),
            "made_at": sealed.at.astimezone(clock.SHANGHAI).isoformat(timespec="seconds"),
            "made_by": by.name,
            "parts": [found.told() for found in folders],
            "absent": absent,
            "log": {"origin": Log.objects.get().origin, "verifier_key": str(verifier)},
            "checkpoint": head.note,
            "records": {"member": records, "count": collector.count},
        }
    )
    archive.counted = {found.part.code: found.counts() for found in folders}
    _seal(archive, sealed, digest, by=by)


def _part(collector: Collector, part: parts.Part, number: int) -> Folder:
    """All registers of a part, and what is kept besides them."""
    folder = component(f"{number:02d} {part.label}")
    sheets = [collector.register(part, folder, spec) for spec in parts.specs_of(part)]
    extras = [_EXTRAS[part.code](collector, folder)] if part.code in _EXTRAS else []
    if part.code == "policies":
        extras.append(kept.readings(collector, folder))
    return Folder(part, folder, [one for one in sheets if one is not None], [one for one in extras if one.count])


def _prove(collector: Collector, head: Checkpoint) -> str:
    """One line per record into the archive: what the trail knows of it, and the proof."""
    member = collector.names.give(_("Proofs"), f"{_('Proofs of the records')}.jsonl")
    batch: list[proving.Told] = []
    with collector.sealed.open(member) as target:

        def flush() -> None:
            for line in proving.lines(batch, head):
                target.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode("utf-8") + b"\n")
            batch.clear()
            collector.step(0)

        for one in read_states(collector.states):
            batch.append(one)
            if len(batch) == _CHUNK:
                flush()
        if batch:
            flush()
    return member


def content(archive: Archive) -> dict[str, object]:
    """What the trail commits to: the digest of the manifest above all."""
    return {
        "unit": archive.unit.code, "begins_on": archive.begins_on, "ends_on": archive.ends_on, "parts": archive.parts,
        "manifest": archive.manifest, "counted": archive.counted, "name": archive.name,
    }  # fmt: skip


def _seal(archive: Archive, sealed: SealedZip, digest: str, *, by: Actor) -> None:
    """Tell the trail the digest of the manifest, sign, and put the proof of that beside the manifest."""
    with transaction.atomic():
        event = _record(archive, digest, by=by)
    head = trail.checkpoint()
    event.refresh_from_db()
    body = EventBody.objects.get(pk=event.pk)
    if event.seq is None:
        raise RuntimeError("a checkpoint places every event that was committed before it")
    path = proving.path_of(event, head)
    sealed.write_seal(event=proving.event_dict(event, body), index=event.seq, path=path, checkpoint=head.note)


def _record(archive: Archive, digest: str, *, by: Actor) -> Event:
    fresh = Archive.objects.select_for_update().get(pk=archive.pk)
    if fresh.state == ArchiveState.READY:
        raise Conflict(_("This archive has been made already."), fix=_("Open it from the list."), code="archive.made")
    archive.manifest, archive.version = digest, fresh.version + 1
    archive.save(update_fields=["manifest", "version", "counted"])
    return trail.record(
        Action.ARCHIVE_MADE,
        by=by,
        unit=archive.unit,
        object_type=form.OBJECT,
        object_id=str(archive.uid),
        object_version=archive.version,
        title=archive.name,
        content=content(archive),
    )


@transaction.atomic
def _keep(archive: Archive, draft: Path, *, by: Actor) -> Archive:
    stored = files.keep(draft, name=archive.name, media_type=MEDIA_TYPE, by=by)
    archive.digest, archive.size, archive.state, archive.made_at = (
        stored.digest,
        stored.size,
        ArchiveState.READY,
        clock.now(),
    )
    archive.save(update_fields=["digest", "size", "state", "made_at"])
    return archive


class _Progress:
    """Records are passed twice: for their files and for their history."""

    def __init__(self, archive: Archive) -> None:
        self.total = 2 * sum(one["rows"] for one in archive.counted.values())
        self.done = 0

    def step(self, count: int) -> None:
        """Tell people, and stop where another worker has taken over."""
        self.done = min(self.done + count, self.total)
        lease.progress(self.done, self.total)
