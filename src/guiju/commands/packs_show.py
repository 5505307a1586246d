"""A pack as lines to read: requirements by section, marks, forms, the programme."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from guiju.commands.language import chosen
from guiju.commands.language import say as _

Row = Mapping[str, Any]


def lines(shown: Row) -> Iterator[str]:
    """With a size the document's words alone, else everything."""
    yield from (f"  {line}" for line in _head(shown))
    yield from _programme(shown.get("programme"))
    yield from _requirements(shown)
    if shown.get("definitions"):
        yield from _part(_("Definitions"), (f"{row['id']}  {_official(row, shown)}" for row in shown["definitions"]))
    if shown.get("marks"):
        yield from _part(_("What asks nothing"), (_mark(row) for row in shown["marks"]))
    for form in shown.get("forms") or ():
        yield from _part(f"{form['code']}  {form['title']}  ({form['source']})", (_cell(row) for row in form["cells"]))


def _head(shown: Row) -> Iterator[str]:
    """What is said of the document itself."""
    for title, key in (
        (_("Issued by"), "issuer"),
        (_("Number"), "number"),
        (_("Issued on"), "issued_on"),
        (_("In force from"), "effective_on"),
        (_("Ended on"), "ended_on"),
        (_("Language"), "language"),
        (_("Text"), "source"),
        (_("Derived from"), "derives_from"),
        (_("Standing"), "status_note"),
        (_("Rights"), "licence_note"),
        (_("Note"), "note"),
    ):
        text = shown.get(f"{key}_en") if chosen() == "en" else ""
        if text or shown.get(key):
            yield f"{title}: {text or shown[key]}"
    if shown.get("words") == "gist":
        yield _("The official words are a gist in our own words, not the document's.")


def _official(row: Row, shown: Row) -> str:
    """The document's words, or a gist that says it is one."""
    words = " ".join(str(row["official"]).split())
    return _("[gist] %(words)s") % {"words": words} if shown.get("words") == "gist" else words


def _part(title: str, rows: Iterable[str]) -> Iterator[str]:
    yield f"\n{title}"
    yield from (f"  {row}" for row in rows)


def _programme(programme: Row | None) -> Iterator[str]:
    if not programme:
        return
    rows = [f"{programme['from_on']} … {programme['to_on']}"]
    rows += [f"{stage['from_on']} … {stage['to_on']}  {stage['title']}" for stage in programme["stages"]]
    yield from _part(_("Programme"), rows)


def _requirements(shown: Row) -> Iterator[str]:
    section = None
    for row in shown["requirements"]:
        if row["section"] != section:
            section = row["section"]
            yield f"\n{section}"
        tie = f"  [{row['group']}]" if row["group"] else ""
        yield f"  {row['id']}  {_official(row, shown)}{tie}"
        if "addressee" in row:
            yield from (f"      {line}" for line in _details(row))


def _details(row: Row) -> Iterator[str]:
    """What stands beside the document's words."""
    facts = [row["kind"], row["force"]]
    facts += [row["addressee"]] if row["addressee"] != "unit" else []
    facts += [row["who"] + (f" ({row['role']})" if row["role"] else "")] if row["who"] or row["role"] else []
    facts += [_when(row["when"])] if row["when"] else []
    facts += [_("applies to: %(what)s") % {"what": row["applies"]}] if row["applies"] else []
    facts += [", ".join(row["sizes"])] if row["sizes"] else []
    yield " · ".join(facts)
    yield row["plain"]
    for test in row["tests"]:
        yield "? " + " | ".join(_test(one) for one in test.get("any") or [test])
    if row["judgement"]:
        yield "? " + _("a person")
    if row["note"]:
        yield f"* {row['note']}"


def _test(ref: Row) -> str:
    given = ", ".join(f"{name}={value}" for name, value in (ref.get("params") or {}).items())
    return f"{ref['test']} {{{given}}}" if given else str(ref["test"])


def _when(when: Row) -> str:
    found = [when["text"]]
    found += [str(when["due_on"])] if when.get("due_on") else []
    found += [when["cycle"]] if when.get("cycle") else []
    found += [f"→ {when['task']}"] if when.get("task") else []
    return " ".join(found)


def _mark(row: Row) -> str:
    why = f" ({row['why']})" if row.get("why") else ""
    return f"{row['kind']}{why}: {' '.join(row['official'].split())}"


def _cell(row: Row) -> str:
    about = f"  → {row['about']}" if row.get("about") else ""
    return f"{row['id']}  {row['role']}: {' '.join(row['official'].split())}{about}"
