"""One person reads and confirms, for himself and nobody else; signatures on paper are recorded by the office."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from guiju.access import check
from guiju.access.actor import Actor
from guiju.access.permissions import Permission as P
from guiju.files.models import StoredFile
from guiju.governance.enums import ReadingState, ReceiptState
from guiju.governance.models import Reading, Receipt
from guiju.governance.policies import structure
from guiju.governance.policies.structure import Piece
from guiju.governance.reading import following, issuing, queries, telling
from guiju.governance.reading.terms import ONLINE, PAPER
from guiju.lib import clock
from guiju.lib.errors import Conflict, Denied, NotFound, Problem
from guiju.org.models import Unit
from guiju.trail.events import Action

#: Pieces of a text on one page; a rule of usual length is one part.
SIZE = 300
#: Signatures recorded at once.
MOST = 2_000


def pieces(row: Reading) -> list[Piece]:
    """The text that is read."""
    return structure.parse(row.policy_version.text) if row.policy_version else []


def parts(found: list[Piece]) -> int:
    """Into how many parts it is divided; a text in files alone is one."""
    return max(-(-len(found) // SIZE), 1)


def open_(receipt: Receipt) -> None:
    """Somebody looks at it for the first time."""
    if receipt.opened_at is None and receipt.state == ReceiptState.PENDING:
        receipt.opened_at = clock.now()
        held = Receipt.objects.filter(pk=receipt.pk, opened_at__isnull=True, state=ReceiptState.PENDING)
        held.update(opened_at=receipt.opened_at)


def reach(receipt: Receipt, part: int, *, of: int) -> Receipt:
    """He has come to the end of a part; parts are read in their order."""
    if receipt.state == ReceiptState.PENDING and part == receipt.reached + 1 and part <= of:
        receipt.reached = part
        Receipt.objects.filter(pk=receipt.pk, reached=part - 1).update(reached=part)
    return receipt


@transaction.atomic
def confirm(*, reading: UUID, by: Actor) -> Receipt:
    """The signed-in person confirms; again it changes nothing."""
    row = _own(reading, by)
    if row.state == ReceiptState.CONFIRMED:
        return row
    whole = parts(pieces(row.reading))
    row = _held_own(row)
    if row.state == ReceiptState.CONFIRMED:
        return row
    _refuse_closed(row)
    if row.reached < whole:
        raise Problem(
            "reading.not_read",
            _("The text has not been read to its end yet."),
            fix=_("Read on to the end; the button stands there."),
            status=422,
        )
    Reading.objects.filter(pk=row.reading_id).update(confirmed_count=F("confirmed_count") + 1)
    row.state, row.way = ReceiptState.CONFIRMED, ONLINE
    row.confirmed_at, row.by = clock.now(), by.name[:80]
    row.version += 1
    row.save()
    telling.confirmed(row, by=by)
    if by.user_id is not None:
        following.read(row.reading, by.user_id)
    return row


def _own(reading: UUID, by: Actor) -> Receipt:
    """The receipt of the signed-in person; nobody finds another's."""
    if not check.can_anywhere(by, P.GOVERNANCE_READING_CONFIRM):
        raise Denied(
            _("Your account may not confirm."), fix=_("Ask the security administrator for the role of employee.")
        )
    mine = Receipt.objects
    rows = mine.filter(reading__uid=reading, person__user=by.user) if by.user is not None else mine.none()
    found = rows.select_related("reading__policy_version").first()
    if found is None:
        raise queries.not_asked()
    return found


def _held_own(row: Receipt) -> Receipt:
    """The same, held: the reading before the receipt, as the office takes them, or both would wait for each other."""
    Reading.objects.select_for_update(of=("self",)).get(pk=row.reading_id)
    rows = Receipt.objects.select_for_update(of=("self",))
    return rows.select_related("reading__unit", "person", "unit", "department").get(pk=row.pk)


def _refuse_closed(row: Receipt) -> None:
    if row.state == ReceiptState.RELEASED:
        raise Conflict(
            _("You are no longer asked to confirm this."), fix=_("Nothing is left to do."), code="reading.released"
        )
    if row.reading.state == ReadingState.CLOSED:
        raise _closed(row.reading)


def _closed(row: Reading) -> Conflict:
    return Conflict(
        _("The reading of “%(title)s” has been closed.") % {"title": row.title},
        fix=_("Give it out anew if somebody is still to confirm."),
        code="reading.closed",
    )


# --- on paper -------------------------------------------------------------------------------------------------------


@transaction.atomic
def paper(
    *, reading: Reading, people: Iterable[str], file: Mapping[str, object], by: Actor, unit: Unit | None = None
) -> int:
    """Record the signatures of a list; the list itself is kept. Returns how many are new."""
    wanted = list(dict.fromkeys(people))
    if not wanted or len(wanted) > MOST:
        raise Problem(
            "reading.paper_people",
            _("Tick the people whose signatures stand on the list.")
            if not wanted
            else _("These are more than %(most)d people.") % {"most": MOST},
            fix=_("Record one list after the other."),
            where="pick",
            status=422,
        )
    digest = str(file.get("digest") or "")
    stored = StoredFile.objects.filter(digest=digest).first()
    if stored is None:
        raise Problem(
            "reading.paper_file",
            _("The signed list is missing."),
            fix=_("Attach a scan or a photo of it."),
            where="file",
            status=422,
        )
    row = _held(reading)
    found = _ticked(row, wanted, by)
    for one in found:
        one.state, one.way, one.paper = ReceiptState.CONFIRMED, PAPER, digest
        one.confirmed_at, one.by, one.version = clock.now(), by.name[:80], one.version + 1
    Receipt.objects.bulk_update(found, ["state", "way", "paper", "confirmed_at", "by", "version"], batch_size=500)
    if found:
        _keep(row, stored, str(file.get("name") or ""), len(found), unit=unit or row.unit, by=by)
        telling.many(Action.READING_CONFIRMED, row, found, by=by, paper=digest)
    return len(found)


def _held(reading: Reading) -> Reading:
    rows = Reading.objects.select_for_update(of=("self",)).select_related("unit", "policy_version", "compared")
    row = rows.get(pk=reading.pk)
    if row.state == ReadingState.CLOSED:
        raise _closed(row)
    return row


def _ticked(row: Reading, wanted: list[str], by: Actor) -> list[Receipt]:
    """Of the people ticked those who have not confirmed; refuses people whom this office does not look after."""
    try:
        uids = [UUID(one) for one in wanted]
    except ValueError:
        raise NotFound(_("There is nobody of this address here.")) from None
    pks = list(Receipt.objects.filter(reading=row, person__uid__in=uids).values_list("pk", flat=True))
    if len(pks) != len(uids):
        raise NotFound(_("Not all of these people were asked."), fix=_("Load the page again and tick them anew."))
    found = list(issuing.locked(pks, state=ReceiptState.PENDING))
    for unit in {one.unit for one in found}:
        check.require(by, P.GOVERNANCE_READING_ISSUE, unit)
    return found


def _keep(row: Reading, stored: StoredFile, name: str, count: int, *, unit: Unit, by: Actor) -> None:
    told = {
        "digest": stored.digest, "name": name[:200] or stored.digest[:12], "size": stored.size,
        "media_type": stored.media_type, "by": by.name[:80], "on": clock.today().isoformat(), "count": count, "unit": unit.code,
    }  # fmt: skip
    row.papers = [*row.papers, told]
    row.confirmed_count = F("confirmed_count") + count
    telling.save(row, Action.READING_CHANGED, by=by, about={"paper": count})
