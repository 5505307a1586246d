"""The one kind of refusal that people read.

Every layer raises `Problem`; the edges turn it into a page message, problem+json or a line on stderr.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault at one place: `where` is a field code, a cell such as `Sheet1!C12`, or a file line."""

    where: str
    what: str
    fix: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.what}{' ' + self.fix if self.fix else ''}"


class Problem(Exception):
    """A refusal that says what happened, where, and what to do.

    `code` is stable and machine-readable (`entry.conflict`), `status` the HTTP status an edge answers with,
    `what` the sentence, `fix` the next step, `faults` the single places when there are several.
    """

    def __init__(
        self,
        code: str,
        what: str,
        *,
        fix: str = "",
        where: str = "",
        status: int = 400,
        faults: Sequence[Fault] = (),
        data: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.fix = fix
        self.where = where
        self.status = status
        self.faults = tuple(faults)
        self.data = dict(data or {})

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        lines = [f"{place}{self.what}{' ' + self.fix if self.fix else ''}"]
        lines += [f"  {fault}" for fault in self.faults]
        return "\n".join(lines)


class NotFound(Problem):
    """Not there, or not for this person: the two are never told apart."""

    def __init__(self, what: str, *, fix: str = "", where: str = "") -> None:
        super().__init__("not_found", what, fix=fix, where=where, status=404)


class Denied(Problem):
    """The person sees the thing but may not do this with it.

    `lacks` is the permission that the account does not hold, where a role would help: pages tell who holds it.
    """

    def __init__(self, what: str, *, fix: str = "", lacks: str = "") -> None:
        super().__init__("denied", what, fix=fix, status=403)
        self.lacks = lacks


class Conflict(Problem):
    """Somebody else changed the thing first, or it clashes with another."""

    def __init__(self, what: str, *, fix: str = "", where: str = "", code: str = "conflict") -> None:
        super().__init__(code, what, fix=fix, where=where, status=409)
