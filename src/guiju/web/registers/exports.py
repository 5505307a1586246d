"""Lists as workbooks: what is shown, and the empty form to fill in."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from typing import IO

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from guiju.lib import clock
from guiju.org.models import Unit
from guiju.registers import books, exporting, tables
from guiju.registers.listing import ListQuery
from guiju.registers.models import OwnLayout
from guiju.registers.spec import RegisterSpec, in_english
from guiju.web.registers import asked
from guiju.web.registers.gate import EXPORT, IMPORT, Here, at_register


@require_GET
@at_register(EXPORT)
def export(request: HttpRequest, here: Here) -> HttpResponseBase:
    """All rows that the list finds, on however many pages, in its order."""
    query = asked.of(request, here).query
    return workbook(here, query, layout=request.GET.get("layout", tables.STANDARD))


def choices(spec: RegisterSpec, unit: Unit, forms: Iterable[OwnLayout] | None = None) -> list[dict[str, str]]:
    """The forms in which a unit's list comes and goes: code, title, and what is to be known of them.

    `forms` are the own ones that hold for the unit, where they have been read already.
    """
    layouts = tables.layouts_for(spec, unit, forms)
    held = books.kept(spec, unit) if layouts else {}
    own = {"code": tables.STANDARD, "title": _("The system's own form"), "note": _("All columns of this register."),
           "kept": ""}  # fmt: skip
    named = [
        {"code": code, "title": layout.title, "note": layout.note_en if in_english() and layout.note_en else layout.note,
         "kept": held[code].name if code in held else ""}
        for code, layout in layouts.items() if code != tables.STANDARD
    ]  # fmt: skip
    return [own, *named]


def workbook(here: Here, query: ListQuery, *, layout: str = tables.STANDARD) -> FileResponse:
    """The rows of a query as a file."""
    assert query.within is not None
    here.require(EXPORT, query.within)

    def write(content: IO[bytes]) -> None:
        exporting.export(by=here.by, spec=here.spec, query=query, layout=layout, to=content)

    name = f"{here.spec.title()} {query.within.label} {clock.today().isoformat()}.xlsx"
    return FileResponse(drafted(write), as_attachment=True, filename=name)


def drafted(write: Callable[[IO[bytes]], None]) -> IO[bytes]:
    """A file without a name, gone once the answer has been sent, or at once when it cannot be written."""
    content = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115  the answer closes it
    try:
        write(content)
    except BaseException:
        content.close()
        raise
    content.seek(0)
    return content


@require_GET
@at_register(IMPORT)
def template(request: HttpRequest, here: Here) -> HttpResponseBase:
    """An empty workbook with the headings and lists to pick from."""
    unit = asked.unit_of(request, here)

    def write(content: IO[bytes]) -> None:
        exporting.template(spec=here.spec, layout=request.GET.get("layout", tables.STANDARD), unit=unit, to=content)

    name = _("%(register)s (form).xlsx") % {"register": here.spec.title()}
    return FileResponse(drafted(write), as_attachment=True, filename=name)
