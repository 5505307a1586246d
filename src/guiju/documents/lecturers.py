"""Whom a line of lecturers names: name for name, with department or number in brackets where somebody wrote them."""

from __future__ import annotations

import re

from guiju.org.models import Person

_BETWEEN = re.compile(r"[、，,；;/／|\n]+|\s+(?![（(])|(?<=[）)])(?=\S)")
_WITH_HINT = re.compile(r"(?P<name>[^（(]+?)\s*(?:[（(](?P<hint>[^）)]*)[）)])?")


def named(written: str, person: Person, *, has_namesakes: bool) -> bool | None:
    """Does it name this person? None where it may as well be somebody else of the same name."""
    unsure = False
    for part in filter(None, _BETWEEN.split(written.strip())):
        found = _WITH_HINT.fullmatch(part.strip())
        if found is None or found["name"] not in _spellings(person):
            continue
        hint = (found["hint"] or "").strip()
        if hint and _is_his(hint, person):
            return True
        if has_namesakes:
            # Another department behind the name means another person.
            unsure = unsure or not hint
        else:
            return True
    return None if unsure else False


def _spellings(person: Person) -> set[str]:
    """The name, and the name with the post before or behind it."""
    posts = {person.post, *re.split(r"[、，,；;]", person.post)} - {""}
    return {person.name} | {f"{post}{person.name}" for post in posts} | {f"{person.name}{post}" for post in posts}


def _is_his(hint: str, person: Person) -> bool:
    units = [one for one in (person.department, person.unit) if one is not None]
    words = {person.number, person.post, *(one.name for one in units), *(one.short_name for one in units)} - {""}
    return hint in words
