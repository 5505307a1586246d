"""Brings the Chinese catalogue up to date with the source: `make messages`.

Collects every message of `src/guiju` (Python and templates), keeps the translations that are there, takes new ones from
the .po files named as arguments, and drops what the source no longer says. It names what still lacks its Chinese and
then ends with 1. gettext need not be installed: Python is read as a syntax tree, templates through Django's own
`templatize`. Messages stand sorted and without line numbers, so that a diff shows words and nothing else.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "guiju"
CATALOGUE = PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
HEADER = """\
# Chinese words of Guiju. English is the language of the source; `make messages` keeps this file.
msgid ""
msgstr ""
"Project-Id-Version: guiju\\n"
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""

# Where a function keeps its message: (context, singular, plural), as positions of arguments.
PLACES: dict[str, tuple[int | None, int, int | None]] = {
    "gettext": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
    "_": (None, 0, None),
}
TRANSLATORS = {"guiju.lib.i18n._": "gettext", "guiju.commands.language.say": "gettext"}
DEFINE_TRANSLATORS = {"lib/i18n.py", "commands/language.py"}
TEMPLATE_CALL = re.compile(r"(?<![\w.])(n?p?gettext|_)\(")
LITERAL = re.compile(r"""\s*u?("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')\s*,?""")

Key = tuple[str, str]  # context ("" for none) and msgid


@dataclass(slots=True)
class Message:
    """One thing the program says; `plural` is empty where it does not count."""

    plural: str = ""
    places: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Found:
    """All messages, and the places whose messages cannot be collected."""

    messages: dict[Key, Message] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def add(self, place: str, *, context: str, msgid: str, plural: str) -> None:
        message = self.messages.setdefault((context, msgid), Message())
        if plural and message.plural not in ("", plural):
            self.faults.append(f"{place}: “{msgid}” has another plural elsewhere.")
        message.plural = message.plural or plural
        message.places.add(place)


def collect(package: Path = PACKAGE) -> Found:
    """Read the whole package."""
    found = Found()
    for path in sorted(package.rglob("*")):
        place = path.relative_to(package).as_posix()
        if path.suffix == ".py" and place not in DEFINE_TRANSLATORS:
            collect_python(path.read_text(encoding="utf-8"), place=place, into=found)
        elif "templates" in path.parts and path.suffix in {".html", ".txt"}:
            collect_template(path.read_text(encoding="utf-8"), place=place, into=found)
    return found


def collect_python(source: str, *, place: str, into: Found) -> None:
    """Calls of the functions imported for translation, under whatever name."""
    tree = ast.parse(source, filename=place)
    functions = _translators(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in functions:
            _collect_call(node, function=functions[name], place=place, into=into)
        elif name == "_":
            into.faults.append(f"{place}:{node.lineno}: _ is not imported for translation.")


def _translators(tree: ast.Module) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        for alias in node.names:
            dotted = f"{node.module}.{alias.name}"
            plain = alias.name.removesuffix("_lazy").removesuffix("_noop")
            if node.module == "django.utils.translation" and plain in PLACES:
                found[alias.asname or alias.name] = plain
            elif dotted in TRANSLATORS:
                found[alias.asname or alias.name] = TRANSLATORS[dotted]
    return found


def _collect_call(node: ast.Call, *, function: str, place: str, into: Found) -> None:
    context, singular, plural = PLACES[function]
    where = f"{place}:{node.lineno}"
    try:
        contexts = list(_literals(node.args[context])) if context is not None else [""]
        plurals = list(_literals(node.args[plural])) if plural is not None else [""]
        for msgid in _literals(node.args[singular]):
            for one in contexts:
                into.add(place, context=one, msgid=msgid, plural=plurals[0])
    except (IndexError, ValueError):
        into.faults.append(f"{where}: the message must stand there as one literal string.")


def _literals(node: ast.expr) -> Iterator[str]:
    """The strings an argument can be; a name stands for messages marked elsewhere (`gettext_noop`)."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
    elif isinstance(node, ast.JoinedStr | ast.BinOp) or (isinstance(node, ast.Call) and _formats(node)):
        raise ValueError
    # names, attributes, subscripts: nothing to collect here


def _formats(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr in {"format", "join", "replace"}


def collect_template(source: str, *, place: str, into: Found) -> None:
    """`translate`, `blocktranslate` and `_("…")`, exactly as Django will look them up."""
    text = templatize(source, origin=place)
    for call in TEMPLATE_CALL.finditer(text):
        context, singular, plural = PLACES[call[1]]
        arguments = _leading_literals(text, start=call.end())
        if len(arguments) <= max(singular, plural or 0):
            into.faults.append(f"{place}: a message is no literal string.")
            continue
        into.add(
            place,
            context=arguments[context] if context is not None else "",
            msgid=arguments[singular],
            plural=arguments[plural] if plural is not None else "",
        )


def _leading_literals(text: str, *, start: int) -> list[str]:
    found: list[str] = []
    while match := LITERAL.match(text, start):
        found.append(ast.literal_eval(match[1]))
        start = match.end()
    return found


def read(path: Path) -> Catalog:
    """A .po file."""
    with path.open("rb") as lines:
        return read_po(lines, locale="zh_Hans")


def merged(found: Found, *, sources: Sequence[Catalog]) -> Catalog:
    """The messages of the source, each with the first translation that the sources have."""
    catalogue = Catalog(locale="zh_Hans")
    for (context, msgid), message in sorted(found.messages.items(), key=lambda row: (row[0][1], row[0][0])):
        words = next((known for source in sources if (known := _known(source, context=context, msgid=msgid))), "")
        catalogue.add(
            (msgid, message.plural) if message.plural else msgid,
            string=(words,) if message.plural else words,
            context=context or None,
            locations=[(place, 0) for place in sorted(message.places)],
        )
    return catalogue


def _known(catalogue: Catalog, *, context: str, msgid: str) -> str:
    message = catalogue.get(msgid, context or None)
    if message is None or message.fuzzy:
        return ""
    return message.string if isinstance(message.string, str) else str(message.string[0])


def write(catalogue: Catalog, *, path: Path) -> None:
    """One order, no dates, no names of people, no line numbers."""
    body = BytesIO()
    write_po(body, catalogue, width=0, omit_header=True, include_lineno=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + body.getvalue().decode().strip() + "\n", encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """Collect, merge, write, and say what is left to translate."""
    found = collect()
    sources = [read(path) for path in (CATALOGUE, *map(Path, arguments)) if path.exists()]
    catalogue = merged(found, sources=sources)
    write(catalogue, path=CATALOGUE)
    untranslated = [message for message in catalogue if message.id and not any(message.string)]
    for fault in found.faults:
        print(fault, file=sys.stderr)
    for message in untranslated:
        print(f"{' '.join(place for place, _ in message.locations)}: {message.id!r}", file=sys.stderr)
    print(
        f"{len(found.messages)} messages, {len(untranslated)} without Chinese, {len(found.faults)} faults in the source."
    )
    return 1 if untranslated or found.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
