"""Elements of a Word file: paragraphs and runs."""

from __future__ import annotations

import re
from typing import Any

#: The mark that something is missing, and what.
MISSING = re.compile(r"(〔待补充：([^〕]*)〕)")


def w(tag: str, *children: Any, **attributes: object) -> Any:
    """An element of the format: `w("jc", val="center")`."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    for child in children:
        element.append(child)
    return element


def split(text: str) -> list[tuple[str, bool]]:
    """Stretches of text, and whether each only says that something is missing."""
    found: list[tuple[str, bool]] = []
    at = 0
    for match in MISSING.finditer(text):
        found += [(text[at : match.start()], False), (match[1], True)]
        at = match.end()
    return [(part, is_missing) for part, is_missing in [*found, (text[at:], False)] if part]


def runs(text: str, style: str = "") -> list[Any]:
    """The text as runs: what is missing in red, line breaks kept, everything as words and never as a field."""
    found = []
    for part, is_missing in split(text):
        properties = w("rPr", w("rFonts", hint="eastAsia"))
        named = "Missing" if is_missing else style
        if named:
            properties.insert(0, w("rStyle", val=named))
        run = w("r", properties)
        for number, line in enumerate(part.split("\n")):
            if number:
                run.append(w("br"))
            run.append(words(line))
        found.append(run)
    return found


def words(text: str) -> Any:
    """Text as it is, blanks kept."""
    element = w("t")
    element.text = text
    element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return element


def paragraph(style: str, *content: Any, **properties: Any) -> Any:
    """A paragraph; `properties` are elements that differ from its style, in the order of the format."""
    order = ("keepNext", "tabs", "spacing", "ind", "jc")
    own = [properties[name] for name in order if properties.get(name) is not None]
    return w("p", w("pPr", w("pStyle", val=style), *own), *content)
