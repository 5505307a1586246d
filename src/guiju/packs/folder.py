"""One pack's folder as read from disk: its parts in their schema, and everything that is wrong with its files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from guiju.lib.errors import Fault
from guiju.packs import aligning, explain, schema, yamlfile
from guiju.packs.aligning import Alignment, Folded
from guiju.packs.yamlfile import Document, Place

HEADER, ATTRIBUTES, SIZES, REGISTERS = "pack.yaml", "attributes.yaml", "size-classes.yaml", "registers"

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Located(Generic[T]):
    """Something read, with the document and place it was read from."""

    value: T
    document: Document
    place: Place

    def fault(self, what: str, fix: str = "", *, key: Place = ()) -> Fault:
        """A fault at this thing or at one of its keys."""
        return self.document.fault((*self.place, *key), what, fix)


@dataclass
class PackFolder:
    """A folder that holds a pack.yaml. Parts that could not be read are missing; `faults` says why."""

    path: Path
    header: Located[schema.Header] | None = None
    items: list[Located[schema.Item]] = field(default_factory=list)
    marks: list[Located[schema.Mark]] = field(default_factory=list)
    forms: list[Located[schema.Form]] = field(default_factory=list)
    attributes: list[Located[schema.Attribute]] = field(default_factory=list)
    size_tables: list[Located[schema.SizeTable]] = field(default_factory=list)
    registers: list[Located[Any]] = field(default_factory=list)
    register_data: dict[str, dict[str, Any]] = field(default_factory=dict)
    source: str | None = None
    digest: str = ""
    faults: list[Fault] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The folder's own name."""
        return self.path.name

    @property
    def urn(self) -> str:
        """The pack's name, empty when its header could not be read."""
        return self.header.value.urn if self.header else ""

    @property
    def is_gist(self) -> bool:
        """Is `official` a gist in our words?"""
        return self.header is not None and self.header.value.words == "gist"

    @cached_property
    def folded(self) -> Folded | None:
        """The document's text as words are looked for in it."""
        return None if self.source is None else Folded(self.source)

    @cached_property
    def alignment(self) -> Alignment:
        """Where requirements, marks and cells stand in the text."""
        return aligning.align(self)

    @property
    def size_industries(self) -> list[Located[schema.SizeRow]]:
        """Every row of every size table."""
        return [
            Located(row, table.document, (*table.place, "rows", number))
            for table in self.size_tables
            for number, row in enumerate(table.value.rows)
        ]


def read(path: Path) -> PackFolder:
    """Read all of a pack's files; nothing is raised, faults are collected."""
    return _Reader(PackFolder(path.resolve())).run()


def read_declarations(path: Path) -> PackFolder:
    """Only the header and the attributes: enough to know what other packs may refer to."""
    return _Reader(PackFolder(path.resolve())).declarations()


def find(root: Path) -> list[Path]:
    """The pack folders directly inside a folder, the base pack first, then by name."""
    if not root.is_dir():
        return []
    found = [path for path in root.iterdir() if (path / HEADER).is_file()]
    return sorted(found, key=lambda path: (path.name != "base", path.name))


def jsonable(value: Any) -> Any:
    """The value with dates as text, fit for a JSON column."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): jsonable(item) for key, item in value.items()}
    return [jsonable(item) for item in value] if isinstance(value, list | tuple) else value


class _Reader:
    """Fills a PackFolder step by step."""

    def __init__(self, folder: PackFolder) -> None:
        self.folder = folder

    def run(self) -> PackFolder:
        self.declarations()
        header = self.folder.header
        if header is not None:
            for place, name in enumerate(header.value.files):
                self._items(header, name, place)
            self._source(header)
        self._size_tables()
        self._registers()
        self.folder.digest = self._digest()
        return self.folder

    def declarations(self) -> PackFolder:
        document = self._document(HEADER)
        header = self._parsed(document, schema.Header)
        if header is not None:
            self.folder.header = Located(header, document, ())
            self._add_attributes(header.attributes, document)
        if (self.folder.path / ATTRIBUTES).exists():
            document = self._document(ATTRIBUTES)
            found = self._parsed(document, schema.Attributes)
            self._add_attributes(found.attributes if found else [], document)
        return self.folder

    def _add_attributes(self, found: list[schema.Attribute], document: Document) -> None:
        self.folder.attributes += [Located(item, document, ("attributes", number)) for number, item in enumerate(found)]

    def _items(self, header: Located[schema.Header], name: str, place: int) -> None:
        if not self._inside(name):
            what = _("There is no file “%(name)s” in this pack's folder.") % {"name": name}
            self.folder.faults.append(header.fault(what, _("Correct the name, or add the file."), key=("files", place)))
            return
        document = self._document(name)
        if not self._is_lists(document, schema.Items):
            return
        self.folder.items += self._parsed_list(document, "requirements", schema.Item)
        self.folder.marks += self._parsed_list(document, "marks", schema.Mark)
        self.folder.forms += self._parsed_list(document, "forms", schema.Form)

    def _source(self, header: Located[schema.Header]) -> None:
        given = header.value.source
        if given is None:
            return
        if not self._inside(given.file):
            what = _("There is no file “%(name)s” in this pack's folder.") % {"name": given.file}
            fix = _("Put the document's own text there, or remove “source”.")
            self.folder.faults.append(header.fault(what, fix, key=("source", "file")))
            return
        try:
            self.folder.source = (self.folder.path / given.file).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            what = _("The file “%(name)s” is not UTF-8 text.") % {"name": given.file}
            self.folder.faults.append(header.fault(what, _("Save it again as UTF-8."), key=("source", "file")))

    def _size_tables(self) -> None:
        if (self.folder.path / SIZES).exists():
            document = self._document(SIZES)
            found = self._parsed(document, schema.SizeTables)
            tables = found.tables if found else []
            self.folder.size_tables = [Located(table, document, ("tables", n)) for n, table in enumerate(tables)]

    def _registers(self) -> None:
        # Registers know their own shape; asked for only now, because that module reads packs in turn.
        paths = sorted((self.folder.path / REGISTERS).glob("*.yaml"))
        if not paths:
            return
        from guiju.packs.registerfile import SHAPE, unsound

        for path in paths:
            if not self._inside(f"{REGISTERS}/{path.name}"):
                what = _("“%(name)s” leads out of this pack's folder.") % {"name": f"{REGISTERS}/{path.name}"}
                self.folder.faults.append(Fault(where=f"{self.folder.name}/{REGISTERS}/{path.name}", what=what))
                continue
            document = self._document(f"{REGISTERS}/{path.name}")
            spec = self._parsed(document, SHAPE)
            if spec is not None and isinstance(document.value, dict):
                self.folder.faults += unsound(spec, document)
                self.folder.registers.append(Located(spec, document, ()))
                self.folder.register_data[spec.code] = jsonable(document.value)

    def _inside(self, name: str) -> bool:
        root, path = self.folder.path.resolve(), (self.folder.path / name).resolve()
        return path.is_file() and root in path.parents

    def _document(self, name: str) -> Document:
        document = yamlfile.read(self.folder.path / name, name=f"{self.folder.name}/{name}")
        self.folder.faults += document.faults
        return document

    def _parsed(self, document: Document, model: type[M]) -> M | None:
        if document.faults:
            return None
        try:
            return model.model_validate(document.value)
        except ValidationError as error:
            self.folder.faults += explain.faults(error, model=model, document=document)
        return None

    def _is_lists(self, document: Document, model: type[BaseModel]) -> bool:
        """Whether the file holds lists under known keys, and nothing else; if not, the model says what is wrong."""
        value = document.value
        known = set(model.model_fields)
        if isinstance(value, dict) and set(value) <= known and all(isinstance(rows, list) for rows in value.values()):
            return True
        self._parsed(document, model)
        return False

    def _parsed_list(self, document: Document, key: str, model: type[M]) -> list[Located[M]]:
        """The good rows of a list even when others are bad, so that one look shows every fault."""
        value = document.value
        rows = value.get(key, []) if isinstance(value, dict) else []
        found: list[Located[M]] = []
        for number, row in enumerate(rows):
            place: Place = (key, number)
            try:
                found.append(Located(model.model_validate(row), document, place))
            except ValidationError as error:
                self.folder.faults += explain.faults(error, model=model, document=document, at=place)
        return found

    def _digest(self) -> str:
        """SHA-256 over names and contents; line ends do not count, because checkouts differ in them."""
        total = hashlib.sha256()
        for path in sorted(self.folder.path.rglob("*"), key=lambda path: path.relative_to(self.folder.path).as_posix()):
            if path.is_file() and path.suffix in {".yaml", ".txt"}:
                try:
                    data = path.read_bytes().replace(b"\r\n", b"\n")
                except OSError:
                    continue
                name = path.relative_to(self.folder.path).as_posix().encode()
                total.update(b"%d:%s%d:" % (len(name), name, len(data)))
                total.update(data)
        return total.hexdigest()


@dataclass(frozen=True)
class House:
    """What the packs of one installation declare together; rules look here for what stands in other packs."""

    folders: tuple[PackFolder, ...]

    @cached_property
    def attributes(self) -> dict[str, list[Located[schema.Attribute]]]:
        """Every declaration of every attribute, by code; that of our own packs first, wherever checking began."""
        found: dict[str, list[Located[schema.Attribute]]] = {}
        for folder in sorted(self.folders, key=lambda folder: not folder.urn.startswith("guiju:")):
            for item in folder.attributes:
                found.setdefault(item.value.code, []).append(item)
        return found

    def others_with_urn(self, folder: PackFolder) -> list[PackFolder]:
        """Other folders that carry the same URN."""
        mine = folder.path.resolve()
        return [other for other in self.folders if other.urn == folder.urn and other.path.resolve() != mine]
