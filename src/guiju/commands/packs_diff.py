"""`guiju packs diff A B`: what another version of a document changes, and what it would change for a unit."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from guiju.commands import output
from guiju.commands.language import say as _

if TYPE_CHECKING:
    from guiju.packs.compare import Difference, FieldChange
    from guiju.posture.preview import Outlook


def add(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Declare the command."""
    parser = actions.add_parser("diff", help=_("what another version changes, and what would turn red for a unit"))
    parser.add_argument("a", metavar="A", help=_("URN, URN@VERSION, or a pack's folder"))
    parser.add_argument("b", metavar="B", help=_("the same"))
    parser.add_argument("--unit", metavar=_("CODE"), help=_("also what would turn red for this unit"))
    parser.set_defaults(run=run)
    return parser


def run(args: argparse.Namespace) -> int:
    """Differences are no fault: 0 whether there are any or not."""
    from guiju.packs import compare

    difference = compare.differ(compare.side(args.a), compare.side(args.b))
    outlook = _outlook(args.unit, difference) if args.unit else None
    if args.json:
        output.data(difference.as_dict() | ({"unit": outlook.as_dict()} if outlook else {}))
        return 0
    for line in lines(difference):
        output.line(line)
    for line in _ahead(outlook) if outlook else ():
        output.line(line)
    return 0


def _outlook(code: str, difference: Difference) -> Outlook:
    from guiju.lib import clock
    from guiju.lib.errors import NotFound
    from guiju.org.models import Unit
    from guiju.posture import findings, preview

    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        raise NotFound(_("There is no unit with the code “%(code)s” here.") % {"code": code})
    adoption = findings.adoption_on(unit, difference.a.pack, clock.today())
    return preview.outlook(unit, difference, adoption=adoption)


def lines(found: Difference) -> Iterator[str]:
    """For people, with - and + as in other tools."""
    yield f"{found.a.name} → {found.b.name}"
    if found.is_empty:
        yield _("No difference in what is asked.")
    for one in found.header:
        yield from _field(one, "")
    for title, sign, rows in ((_("Added"), "+", found.added), (_("Removed"), "-", found.removed)):
        if rows:
            yield f"\n{title} ({len(rows)})"
            yield from (f"{sign} {row.code}  {_official(row)}" for row in rows)
    if found.changed:
        yield f"\n{_('Changed')} ({len(found.changed)})"
    for change in found.changed:
        yield f"~ {change.before.code} → {change.after.code}" if change.renamed else f"~ {change.after.code}"
        for one in change.fields:
            yield from _field(one, "    ")
    for title, sign, cells in (
        (_("Cells added"), "+", found.cells_added),
        (_("Cells removed"), "-", found.cells_removed),
    ):
        if cells:
            yield f"\n{title} ({len(cells)})"
            yield from (f"{sign} {name}" for name in cells)


def _official(row: Any) -> str:
    return _("[gist] %(words)s") % {"words": row.official} if row.is_gist else str(row.official)


def _field(one: FieldChange, indent: str) -> Iterator[str]:
    if one.words:
        marks = {"same": ("", ""), "gone": ("[-", "-]"), "new": ("{+", "+}")}
        shown = "".join(f"{marks[each.state][0]}{each.text}{marks[each.state][1]}" for each in one.words)
        yield f"{indent}{one.name}: {shown}"
    else:
        yield f"{indent}{one.name}: {_shown(one.before)} → {_shown(one.after)}"


def _shown(value: Any) -> str:
    if value is None:
        return "∅"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _ahead(outlook: Outlook) -> Iterator[str]:
    """The unit's part."""
    yield f"\n{outlook.unit.name}"
    for title, counts in ((_("now"), outlook.before), (_("then"), outlook.after)):
        yield f"  {title}: " + ", ".join(f"{status.label} {count}" for status, count in counts.items())
    worse = outlook.worse
    yield _("What would turn red: %(count)s") % {"count": len(worse)}
    for turn in worse:
        was = turn.was.label if turn.was else _("not asked")
        yield f"! {turn.requirement.code}  {was} → {turn.becomes.label}  {turn.requirement.plain}"
        if turn.missing:
            yield f"    {turn.missing}"
