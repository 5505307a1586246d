"""The index of an archive: a page that opens without a server, a workbook, and how to check the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guiju.governance.archive import form
from guiju.governance.archive.collecting import Attached, Collector, Extra, Sheet
from guiju.governance.archive.parts import Part
from guiju.governance.models import Archive
from guiju.lib import clock
from guiju.lib.excel import writer
from guiju.lib.note import VerifierKey
from guiju.trail.models import Checkpoint

_STYLE = """\
body { max-width: 60em; margin: 2em auto; padding: 0 1em; color: #1e2530; font: 16px/1.7 "Microsoft YaHei", "PingFang SC",
  "Noto Sans CJK SC", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5em; } h2 { margin-top: 2em; border-bottom: 2px solid #1f4e79; font-size: 1.2em; }
h3 { margin: 1.2em 0 .2em; font-size: 1em; } a { color: #1f4e79; }
table { width: 100%; border-collapse: collapse; } th, td { padding: 4px 8px; border: 1px solid #c5ced8; text-align: left; }
th { background: #e9eef3; } td.n { text-align: right; white-space: nowrap; } .gap { color: #9c1c1c; }
ul { margin: .2em 0; padding-left: 1.4em; } .aside { color: #55606e; } code { font-size: .9em; }
"""


@dataclass(frozen=True, slots=True)
class Folder:
    """A part as it was written."""

    part: Part
    folder: str
    sheets: list[Sheet]
    extras: list[Extra]

    @property
    def attached(self) -> Iterator[Attached]:
        """All files of the part."""
        for one in self.holders:
            yield from one.attached

    @property
    def holders(self) -> list[Sheet | Extra]:
        """What carries files: registers, then what is kept besides them."""
        return [*self.sheets, *self.extras]

    def counts(self) -> dict[str, int]:
        """Its numbers; files are those that were packed."""
        files = sum(1 for one in self.attached if one.member)
        return {
            "rows": sum(one.rows for one in self.sheets), "files": files, "bare": sum(one.bare for one in self.sheets),
            "late": sum(one.late for one in self.sheets), "absent": sum(1 for one in self.attached if not one.member),
        }  # fmt: skip

    def told(self) -> dict[str, object]:
        """What the manifest says of it."""
        return {"code": self.part.code, "label": str(self.part.label), "folder": self.folder, **self.counts()}


def write(
    archive: Archive, folders: list[Folder], collector: Collector, *, verifier: VerifierKey, checkpoint: Checkpoint
) -> None:
    """Put index, instructions, key and checkpoint into the archive."""
    sealed, names = collector.sealed, collector.names
    style = names.give(f"{_('Index')}.css")
    sealed.add(style, _STYLE.encode("utf-8"))
    with sealed.open(names.give(f"{_('Index')}.html")) as target:
        for piece in _page(archive, folders, collector, style=style, verifier=verifier):
            target.write(piece.encode("utf-8"))
    _workbook(folders, collector)
    key = names.give(_("Proofs"), f"{_('Public key')}.txt")
    sealed.add(key, f"{verifier}\n".encode())
    sealed.add(names.give(_("Proofs"), f"{_('Checkpoint')}.txt"), checkpoint.note.encode("utf-8"))
    sealed.add(names.give(f"{_('How to check this archive')}.txt"), _instructions(verifier, key))


def _page(
    archive: Archive, folders: list[Folder], collector: Collector, *, style: str, verifier: VerifierKey
) -> Iterator[str]:
    title = _("Archive of %(unit)s") % {"unit": archive.unit.name}
    head = '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{}</title>'
    yield format_html(head, title)
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield format_html('<link rel="stylesheet" href="{}"></head><body><h1>{}</h1>\n', quote(style), title)
    made = collector.sealed.at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")
    facts = (
        (_("Span"), _("%(from)s to %(to)s") % {"from": archive.begins_on, "to": archive.ends_on}),
        (_("Made"), _("%(when)s by %(who)s") % {"when": made, "who": collector.by.name}),
        (_("Records"), str(collector.count)),
        (_("Fingerprint of the key"), form.fingerprint(verifier)),
    )
    yield "<table>" + "".join(format_html("<tr><th>{}</th><td>{}</td></tr>", *one) for one in facts) + "</table>\n"
    yield format_html("<p class=aside>{}</p>\n", _advice())
    for folder in folders:
        yield from _part(folder)
    yield "</body></html>\n"


def _advice() -> str:
    name = f"{_('How to check this archive')}.txt"
    text = _("“%(name)s” says how anybody can check without a network that nothing in this file was changed.")
    return text % {"name": name}


def _part(folder: Folder) -> Iterator[str]:
    yield format_html("<h2>{}</h2>\n", str(folder.part.label))
    if folder.part.official:
        yield format_html("<p class=aside>{}</p>\n", _("Asked for as: %(words)s") % {"words": folder.part.official})
    if not folder.sheets and not folder.extras:
        yield format_html("<p class=gap>{}</p>\n", _("No record in this span."))
        return
    heads = (_("Register"), _("Records"), _("Files"), _("Without a file"), _("Entered late"))
    yield "<table><thead><tr>" + "".join(format_html("<th>{}</th>", one) for one in heads) + "</tr></thead><tbody>\n"
    for sheet in folder.sheets:
        cells = '<tr><td><a href="{}">{}</a> · <a href="{}">{}</a></td><td class=n>{}</td><td class=n>{}</td>'
        yield format_html(
            cells,
            quote(sheet.workbook),
            sheet.label,
            quote(sheet.history),
            _("History"),
            sheet.rows,
            len(sheet.attached),
        )
        yield format_html("<td class=n>{}</td><td class=n>{}</td></tr>\n", sheet.bare, sheet.late)
    yield "</tbody></table>\n"
    for label, attached in _groups(folder):
        yield from _files(label, attached)


def _groups(folder: Folder) -> Iterator[tuple[str, list[Attached]]]:
    for one in folder.holders:
        if one.attached:
            yield one.label, one.attached


def _files(label: str, attached: Iterable[Attached]) -> Iterator[str]:
    yield format_html("<h3>{}</h3><ul>\n", label)
    for one in attached:
        lead = f"{one.on} {one.record}".strip()
        if one.member:
            yield format_html('<li>{}: <a href="{}">{}</a></li>\n', lead, quote(one.member), one.name)
        else:
            yield format_html("<li class=gap>{}: {} ({})</li>\n", lead, one.name, one.why)
    yield "</ul>\n"


def _workbook(folders: list[Folder], collector: Collector) -> None:
    path = collector.scratch / "index.xlsx"
    columns = [
        writer.Column(_("Part"), 24), writer.Column(_("Register"), 24), writer.Column(_("Day"), 12),
        writer.Column(_("Record"), 36), writer.Column(_("File"), 36), writer.Column(_("Place in the archive"), 60),
        writer.Column("SHA-256", 66),
    ]  # fmt: skip
    writer.write(path, title=_("Index"), columns=columns, rows=_rows(folders))
    with path.open("rb") as source:
        collector.sealed.copy(collector.names.give(f"{_('Index')}.xlsx"), source)


def _rows(folders: list[Folder]) -> Iterator[list[object]]:
    for folder in folders:
        label = str(folder.part.label)
        for sheet in folder.sheets:
            counted = ngettext("%(n)d record", "%(n)d records", sheet.rows) % {"n": sheet.rows}
            yield [label, sheet.label, "", counted, "", sheet.workbook, ""]
            yield [label, sheet.label, "", _("History"), "", sheet.history, ""]
        for name, attached in _groups(folder):
            for one in attached:
                yield [label, name, one.on, one.record, one.name, one.member or one.why, one.digest]


def _instructions(verifier: VerifierKey, key: str) -> bytes:
    lines = (
        _("How to check this archive"),
        "",
        _("1. Any computer with this programme can check the file without a network and without a database:"),
        "   guiju verify FILE.zip",
        _("2. The check first takes the key from the archive itself. Compare its fingerprint with the one on the "
          "issuer's archive page, by telephone or on paper:"),
        f"   {form.fingerprint(verifier)}",
        _("3. Whoever has the issuer's public key from elsewhere gives it to the check:"),
        f"   guiju verify FILE.zip --key {key.rpartition('/')[2]}",
        _("4. The check names every file and every record that was changed, removed, added or exchanged."),
        "",
        _("Without the programme, the digest (“SHA-256”) of each file can be compared with “manifest.json”; the digest of "
          "“manifest.json” itself stands in the event inside “manifest.json.tlog-proof”."),
    )  # fmt: skip
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode("utf-8")
