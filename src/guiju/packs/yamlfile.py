"""Reading one YAML file: plain values, and the line on which each of them stands.

Built from the parser's events rather than from a loader: nothing can be constructed but text, numbers, dates, lists
and mappings, depth and size are bounded, and words such as `on` and `no` stay words (YAML 1.1 would make them true
and false).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import yaml
from django.utils.translation import gettext as _

from guiju.lib.errors import Fault

LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SIZE_AT_MOST = 4 * 2**20
DEPTH_AT_MOST = 40

#: Where a value stands inside a file: keys of mappings and places in lists.
Place = tuple[str | int, ...]

_NULL = {"", "~", "null", "Null", "NULL"}
_TRUE, _FALSE = {"true", "True", "TRUE"}, {"false", "False", "FALSE"}
# Leading zeros and very long numbers are codes, not quantities: as text they lose no digit.
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,12}", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(slots=True)
class Document:
    """What a file holds. `lines` tells on which line each key or list item begins."""

    name: str
    value: object = None
    lines: dict[Place, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def where(self, place: Place = ()) -> str:
        """`pack/file.yaml:12 requirements[3].force`, the line of the nearest known ancestor."""
        at = place
        while at and at not in self.lines:
            at = at[:-1]
        line = self.lines.get(at, 1)
        return f"{self.name}:{line}{' ' + key_text(place) if place else ''}"

    def fault(self, place: Place, what: str, fix: str = "") -> Fault:
        """A fault at one place of this file."""
        return Fault(self.where(place), what, fix)


class _Refused(Exception):
    """Reading cannot go on from here."""

    def __init__(self, line: int, what: str, fix: str) -> None:
        super().__init__(what)
        self.line, self.what, self.fix = line, what, fix


def key_text(place: Place) -> str:
    """`requirements[3].tests[0].params`, list places counted from 1 as people do."""
    text = ""
    for step in place:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def read(path: Path, *, name: str) -> Document:
    """The file as values with lines; what is wrong with its YAML stands in `faults`, and nothing is raised."""
    document = Document(name)
    try:
        data = path.read_bytes()
    except OSError as error:
        document.faults.append(Fault(name, _("This file cannot be read: %(why)s.") % {"why": error.strerror}))
        return document
    return parse(data, into=document)


def parse(data: bytes, *, into: Document) -> Document:
    """The same from bytes."""
    try:
        _refuse_long(data)
        text = data.decode("utf-8-sig")
        _Builder(into, yaml.parse(text, Loader=LOADER)).run()
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        what = _("This file is not UTF-8 text.")
        into.faults.append(Fault(f"{into.name}:{line}", what, _("Save it again as UTF-8.")))
    except _Refused as refused:
        into.faults.append(Fault(f"{into.name}:{refused.line}", refused.what, refused.fix))
    except yaml.YAMLError as error:
        into.faults.append(_syntax_fault(into.name, error))
    if into.faults:
        into.value = None
    return into


def _refuse_long(data: bytes) -> None:
    if len(data) > SIZE_AT_MOST:
        what = _("This file is larger than %(limit)s MB.") % {"limit": SIZE_AT_MOST // 2**20}
        raise _Refused(1, what, _("Split it into several files."))


def _syntax_fault(name: str, error: yaml.YAMLError) -> Fault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    why = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    place = f"{name}:{mark.line + 1}" if mark else name
    what = _("This is not valid YAML: %(why)s.") % {"why": " ".join(str(why).split())}
    return Fault(place, what, _("Look at the indentation, the colons and the quotes on this line and the one before."))


class _Builder:
    """Turns parser events into values, bounded in depth."""

    def __init__(self, document: Document, events: Iterator[yaml.Event]) -> None:
        self.document = document
        self.events = events

    def run(self) -> None:
        found = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                found += 1
                if found > 1:
                    what = _("This file holds several YAML documents.")
                    raise _Refused(_line(event), what, _("Remove the line --- between them."))
            elif isinstance(event, yaml.NodeEvent):
                self.document.value = self._value(event, ())

    def _value(self, event: yaml.Event, place: Place) -> object:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            what = _("Anchors and aliases (& and *) are not read here.")
            raise _Refused(_line(event), what, _("Write the value out."))
        if len(place) > DEPTH_AT_MOST:
            raise _Refused(_line(event), _("Values are nested too deeply."), _("Check the indentation."))
        self.document.lines.setdefault(place, _line(event))
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if getattr(event, "tag", None) is not None:
            raise _Refused(_line(event), _("Tags (!) are not read here."), _("Remove the tag."))
        return self._list(place) if isinstance(event, yaml.SequenceStartEvent) else self._mapping(place)

    def _list(self, place: Place) -> list[object]:
        items: list[object] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._value(event, (*place, len(items))))
        return items

    def _mapping(self, place: Place) -> dict[str, object]:
        found: dict[str, object] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(event)
            inside = (*place, key)
            if key in found:
                first = self.document.lines[inside]
                what = _("The key “%(key)s” stands twice; it stands on line %(line)s already.")
                raise _Refused(_line(event), what % {"key": key, "line": first}, _("Remove one of the two."))
            self.document.lines[inside] = _line(event)
            found[key] = self._value(next(self.events), inside)
        return found

    def _key(self, event: yaml.Event) -> str:
        if isinstance(event, yaml.ScalarEvent) and not event.anchor and event.tag is None:
            return str(event.value)
        raise _Refused(_line(event), _("A key must be a word."), _("Put it in quotes if it holds special characters."))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _scalar(event: yaml.ScalarEvent) -> object:
    text = str(event.value)
    if event.tag is not None and event.tag not in {"!", "tag:yaml.org,2002:str"}:
        raise _Refused(_line(event), _("Tags (!) are not read here."), _("Remove the tag."))
    if not event.implicit[0] or event.tag is not None:
        return text
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text
