"""Bringing packs from their folders into the database: all of them, or none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from guiju.access.actor import Actor
from guiju.lib import clock
from guiju.lib.errors import Conflict, Problem
from guiju.packs import catalogue, changes, check, folder, schema
from guiju.packs.folder import House, Located, PackFolder
from guiju.packs.models import DocumentStatus, Pack, PackText, RegisterDefinition, Requirement
from guiju.packs.schema import Item
from guiju.trail import log as trail
from guiju.trail.events import Action


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What became of one pack."""

    urn: str
    version: str
    title: str
    outcome: Literal["unchanged", "new", "superseded", "replaced"]
    requirement_count: int
    register_count: int


def load_all(*, by: Actor, replace: bool = False) -> list[LoadResult]:
    """Load every pack of the installation, the base pack first. A fault in one leaves all as they were."""
    return _load([folder.read(path) for path in check.installed()], (), by=by, replace=replace)


def load(path: Path, *, by: Actor, replace: bool = False) -> LoadResult:
    """Load the pack in one folder."""
    others = [folder.read_declarations(other) for other in check.installed() if other.resolve() != path.resolve()]
    return _load([folder.read(path)], others, by=by, replace=replace)[0]


def _load(found: Sequence[PackFolder], others: Sequence[PackFolder], *, by: Actor, replace: bool) -> list[LoadResult]:
    house = House((*others, *found))
    faults = [fault for each in found for fault in check.faults(each, house)]
    if faults:
        what = _("The packs were not loaded: %(count)s faults.") % {"count": len(faults)}
        fix = _("Correct them; `guiju packs check PATH` shows them again.")
        raise Problem("pack.invalid", what, fix=fix, status=422, faults=faults)
    try:
        with transaction.atomic():
            _refuse_silent_changes(found, replace=replace)
            results = [_save(each, by=by, replace=replace) for each in found]
            catalogue.forget()
            touched = [result.urn for result in results if result.outcome != "unchanged"]
            if touched:
                changes.announce(list(Pack.objects.filter(urn__in=touched, is_current=True).order_by("pk")))
    finally:
        # After a rollback the catalogue may have read what is no longer there.
        catalogue.forget()
    return results


def _save(found: PackFolder, *, by: Actor, replace: bool) -> LoadResult:
    assert found.header is not None  # a pack without header has faults
    header = found.header.value
    same = Pack.objects.filter(urn=header.urn, version=header.version).first()
    if same is not None and same.digest == found.digest and same.is_current:
        return _result(same, "unchanged")
    earlier = Pack.objects.filter(urn=header.urn, is_current=True).exclude(version=header.version)
    outcome: Literal["new", "superseded", "replaced"] = "superseded" if earlier else "replaced" if same else "new"
    earlier.update(is_current=False)
    pack = same or Pack(urn=header.urn, version=header.version)
    _fill(pack, found)
    pack.save()
    _save_requirements(pack, found)
    _save_text(pack, found)
    _save_registers(pack, found)
    _record(pack, outcome, by=by)
    return _result(pack, outcome)


def _refuse_silent_changes(found: Sequence[PackFolder], *, replace: bool) -> None:
    """What was adopted must stay what it was: other content needs another version, except in one's own packs."""
    if replace or settings.DEBUG:
        return
    for each in found:
        assert each.header is not None
        header = each.header.value
        pack = Pack.objects.filter(urn=header.urn, version=header.version).first()
        if pack is None or pack.digest == each.digest or pack.document_status == DocumentStatus.OWN:
            continue
        raise Conflict(
            _(
                "No pack was loaded, because of this one: version %(version)s of %(urn)s is loaded already, with other"
                " content than %(folder)s has now."
            )
            % {"version": pack.version, "urn": pack.urn, "folder": each.path},
            fix=_(
                "Raise the version in its pack.yaml; or put the old files back, or move the folder elsewhere."
                " `guiju packs load --replace` is for slips of the pen."
            ),
            code="pack.same_version",
        )


def unsaved(found: PackFolder) -> tuple[Pack, list[Requirement]]:
    """A folder as it would be loaded, without a trace in the database: for looking before loading."""
    assert found.header is not None
    pack = Pack(urn=found.urn, version=found.header.value.version)
    _fill(pack, found)
    rows = [Requirement(pack=pack, order=order, **_columns(found, item)) for order, item in enumerate(found.items, 1)]
    return pack, rows


def _fill(pack: Pack, found: PackFolder) -> None:
    assert found.header is not None
    header = found.header.value
    pack.title, pack.title_en = header.title, header.title_en
    pack.document_status = header.document_status
    pack.header = {
        **header.model_dump(mode="json", exclude={"attributes", "files"}),
        "attributes": [item.value.model_dump(mode="json") for item in found.attributes],
        "size_tables": [item.value.model_dump(mode="json", exclude_none=True) for item in found.size_tables],
    }
    pack.digest = found.digest
    pack.is_current = True
    pack.loaded_at = clock.now()


def _save_requirements(pack: Pack, found: PackFolder) -> None:
    """Rows keep their primary key by code, because answers and judgements point to them."""
    there = dict(pack.requirements.values_list("code", "pk"))
    fresh: list[Requirement] = []
    kept: list[Requirement] = []
    for order, item in enumerate(found.items, start=1):
        row = Requirement(pack=pack, order=order, **_columns(found, item))
        row.pk = there.pop(row.code, None)
        (kept if row.pk else fresh).append(row)
    try:
        Requirement.objects.filter(pk__in=there.values()).delete()
    except ProtectedError:
        raise Conflict(
            _("A person has judged a requirement of %(urn)s that is gone now: %(codes)s.")
            % {"urn": pack.urn, "codes": ", ".join(sorted(there))},
            fix=_("Raise the version in pack.yaml, so that the old one stays."),
            code="pack.judged",
        ) from None
    names = [field.name for field in Requirement._meta.concrete_fields if not field.primary_key]
    Requirement.objects.bulk_update(kept, names, batch_size=50)
    Requirement.objects.bulk_create(fresh, batch_size=500)


def _columns(found: PackFolder, located: Located[Item]) -> dict[str, Any]:
    item = located.value
    extra: dict[str, Any] = {
        name: getattr(item, name) for name in ("who", "role", "weight", "cycle") if getattr(item, name)
    }
    if found.is_gist:
        extra["gist"] = True
    if item.when is not None:
        extra["when"] = item.when.model_dump(mode="json")
    applies = item.applies.model_dump(mode="json", by_alias=True, exclude_unset=True) if item.applies else {}
    return {
        "code": item.id,
        "kind": item.kind,
        "section": item.section,
        "sizes": list(item.sizes),
        "source": item.source,
        "official": item.official,
        "plain": item.plain,
        "plain_en": item.plain_en,
        "force": item.force,
        "group": item.group or "",
        "addressee": item.addressee,
        "judgement": item.judgement,
        "applies": applies,
        "tests": [_test(ref) for ref in item.tests],
        "note": item.note or "",
        "extra": extra,
    }


def _test(ref: schema.TestRef | schema.AnyOf) -> dict[str, Any]:
    if isinstance(ref, schema.AnyOf):
        return {"any": [_test(one) for one in ref.any]}
    return {"test": ref.test, "params": folder.jsonable(ref.params)}


def _save_text(pack: Pack, found: PackFolder) -> None:
    """The document's text with what became of it; a pack without text, marks and forms has none."""
    if found.source is None and not found.marks and not found.forms:
        PackText.objects.filter(pack=pack).delete()
        return
    PackText.objects.update_or_create(
        pack=pack,
        defaults={
            "text": found.source or "",
            "spans": [list(span) for span in found.alignment.spans],
            "marks": [mark.value.model_dump(mode="json") for mark in found.marks],
            "forms": [form.value.model_dump(mode="json") for form in found.forms],
        },
    )


def _save_registers(pack: Pack, found: PackFolder) -> None:
    """A register belongs to the version that declared it last; its entries know it by code only."""
    for code, spec in found.register_data.items():
        owner = RegisterDefinition.objects.filter(code=code).exclude(pack__urn=pack.urn).first()
        if owner is not None:
            raise Conflict(
                _("The register “%(code)s” belongs to %(urn)s.") % {"code": code, "urn": owner.pack.urn},
                fix=_("Give it another code."),
                code="pack.register_taken",
            )
        digest = hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()
        values = {"pack": pack, "spec": spec, "digest": digest, "order": spec.get("order") or 0}
        RegisterDefinition.objects.update_or_create(code=code, defaults=values)
    RegisterDefinition.objects.filter(pack__urn=pack.urn).exclude(code__in=found.register_data).delete()


def _record(pack: Pack, outcome: str, *, by: Actor) -> None:
    trail.record(
        Action.PACK_LOADED,
        by=by,
        unit=None,
        object_type="pack",
        object_id=pack.urn,
        title=f"{pack.title} ({pack.version})",
        content={"urn": pack.urn, "version": pack.version, "digest": pack.digest, "outcome": outcome},
    )


def _result(pack: Pack, outcome: Literal["unchanged", "new", "superseded", "replaced"]) -> LoadResult:
    return LoadResult(pack.urn, pack.version, pack.title, outcome, pack.requirements.count(), pack.registers.count())
