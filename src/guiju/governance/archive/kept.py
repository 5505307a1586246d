"""What an archive holds besides rows of registers: frozen lists, checks item by item, texts of policies, readings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.compliance import queries as compliance
from guiju.governance.archive import counting
from guiju.governance.archive.collecting import Attached, Collector, Extra
from guiju.governance.enums import VersionState
from guiju.governance.models import PolicyVersion, Reading, Receipt
from guiju.lib import clock
from guiju.lib.excel import writer
from guiju.org.models import Unit
from guiju.registers.directory import DEPARTMENT_KINDS
from guiju.registers.models import Entry

#: Texts that nobody has put forward are nobody's record yet.
_TOLD = (
    VersionState.APPROVED,
    VersionState.IN_FORCE,
    VersionState.SUPERSEDED,
    VersionState.REPEALED,
    VersionState.SUBMITTED,
)


def lists(collector: Collector, folder: str) -> Extra:
    """Each frozen version of a list as a workbook, the rows as they were when it was submitted."""
    label = _("Frozen versions of the lists")
    return _books(collector, folder, label, "list_versions", compliance.frozen_lists, compliance.write_frozen)


def checks(collector: Collector, folder: str) -> Extra:
    """Each check of the span item by item: method, sample, what was seen, by whom and when."""
    label = _("Checks item by item")
    return _books(collector, folder, label, "checks", compliance.checked_items, compliance.write_items)


def _books(
    collector: Collector,
    folder: str,
    label: str,
    register: str,
    chosen: Callable[[Iterable[str]], list[str]],
    write: Callable[..., object],
) -> Extra:
    """A workbook for each record of the span that has one: `chosen` says which, `write` makes it."""
    extra = Extra(label)
    found = counting.rows_of(collector.by, collector.unit, [register], collector.span)
    entries = {str(one.uid): one for one in found.only("uid", "title", "on")}
    path = collector.scratch / f"{register}.xlsx"
    for uid in chosen(entries):
        entry = entries[uid]
        write(uid, by=collector.by, to=path)
        member = collector.names.give(folder, extra.label, f"{entry.title}.xlsx")
        with path.open("rb") as source:
            digest = collector.sealed.copy(member, source).sha256
        on = entry.on.isoformat() if entry.on else ""
        extra.attached.append(Attached(entry.title, on, f"{entry.title}.xlsx", member, digest))
        extra.count += 1
        collector.step(0)
    return extra


def policies(collector: Collector, folder: str) -> Extra:
    """Every version of a policy's text that was put forward, with its own files."""
    extra = Extra(_("Texts of policies by version"))
    seen = counting.rows_of(collector.by, collector.unit, ["policies"], collector.span)
    for batch in _of_policies(seen):
        for version in batch:
            extra.count += 1
            extra.attached += _text(collector, folder, extra.label, version)
            collector.step(0)
    return extra


def _of_policies(seen: QuerySet[Entry]) -> Iterator[list[PolicyVersion]]:
    uids = list(seen.order_by("pk").values_list("uid", flat=True))
    for at in range(0, len(uids), 200):
        found = PolicyVersion.objects.filter(policy__in=uids[at : at + 200], state__in=_TOLD)
        yield list(found.order_by("policy", "number"))


def _text(collector: Collector, folder: str, label: str, version: PolicyVersion) -> Iterator[Attached]:
    on = version.in_force_on.isoformat() if version.in_force_on else ""
    name = _("%(title)s, version %(number)d") % {"title": version.title, "number": version.number}
    if version.text:
        member = collector.names.give(folder, label, f"{name}.txt")
        head = [
            version.title,
            _("Version %(number)d: %(state)s") % {"number": version.number, "state": version.get_state_display()},
            *([_("In force from: %(day)s") % {"day": on}] if on else []),
            *([_("In force until: %(day)s") % {"day": version.ended_on}] if version.ended_on else []),
            *([_("Approved by: %(name)s") % {"name": version.approved_by}] if version.approved_by else []),
        ]
        # The mark at the beginning lets the notepad of old systems read it as Chinese.
        text = "\ufeff" + "\r\n".join([*head, "", *version.text.split("\n")]) + "\r\n"
        digest = collector.sealed.add(member, text.encode("utf-8")).sha256
        yield Attached(version.title, on, f"{name}.txt", member, digest)
    for one in version.files:
        member, why = collector.pack(one["digest"], folder, label, name, one["name"])
        yield Attached(version.title, on, one["name"], member, one["digest"], why)


def readings(collector: Collector, folder: str) -> Extra:
    """Who confirmed having read which rule, and when; only for those who see the whole unit."""
    extra = Extra(_("Read and confirmed"))
    unit = collector.unit
    if unit.kind in DEPARTMENT_KINDS or not check.can(collector.by, counting.VIEW, unit):
        return extra
    found = _receipts(unit, collector)
    extra.count = found.count()
    if not extra.count:
        return extra
    path = collector.scratch / "readings.xlsx"
    columns = [
        writer.Column(_("Rule"), 40), writer.Column(_("Person"), 14), writer.Column(_("Department"), 20),
        writer.Column(_("Status"), 14), writer.Column(_("Confirmed at"), 18, "datetime"),
        writer.Column(_("What was confirmed"), 50),
    ]  # fmt: skip
    writer.write(path, title=extra.label, columns=columns, rows=_confirmed(found))
    member = collector.names.give(folder, f"{extra.label}.xlsx")
    with path.open("rb") as source:
        digest = collector.sealed.copy(member, source).sha256
    extra.attached.append(Attached(extra.label, "", f"{extra.label}.xlsx", member, digest))
    return extra


def _receipts(unit: Unit, collector: Collector) -> QuerySet[Receipt]:
    """The receipts of the unit's own people for what was given out by the end of the span and not closed before it."""
    begins = datetime.combine(collector.span.begins_on, time(), tzinfo=clock.SHANGHAI)
    ends = datetime.combine(collector.span.ends_on + timedelta(days=1), time(), tzinfo=clock.SHANGHAI)
    given = Reading.objects.filter(Q(closed_at__isnull=True) | Q(closed_at__gte=begins), issued_at__lt=ends)
    found = Receipt.objects.filter(reading__in=given, unit_id__in=[unit.pk, *counting.departments(unit)])
    return found.order_by("reading_id", "pk")


def _confirmed(found: QuerySet[Receipt]) -> Iterator[list[object]]:
    for one in found.select_related("reading", "person", "department").iterator(chunk_size=2_000):
        department = one.department.label if one.department is not None else ""
        state = one.get_state_display()
        yield [one.reading.title, one.person.name, department, state, one.confirmed_at, one.reading.statement]
