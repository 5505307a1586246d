"""One record of an archive against the trail: its state, the event that tells it, the proof of that event."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from guiju.governance.archive import form
from guiju.lib import merkle, note
from guiju.lib.errors import Problem
from guiju.lib.hashing import canonical
from guiju.lib.i18n import _
from guiju.lib.note import VerifierKey

_MALFORMED = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one record."""

    where: str
    text: str


@dataclass(slots=True)
class Checker:
    """Checks line by line; a checkpoint under which many records stand is verified once."""

    keys: list[VerifierKey]
    #: Digests of the files that the archive holds or says it lacks.
    files: Set[str]
    _heads: dict[str, note.Checkpoint] = field(default_factory=dict)

    def fault(self, line: bytes, number: int) -> Fault | None:
        """What is wrong with this line, None when the trail proves it."""
        name = _("Record %(number)d") % {"number": number}
        try:
            told = json.loads(line)
            record = told["record"]
            name = _("“%(title)s” (%(register)s)") % {
                "title": str(record["title"])[:200], "register": str(record["label"])[:80],
            }  # fmt: skip
            state = self._proven(told)
        except Problem as problem:
            return Fault(name, _("The record %(name)s is not proved: %(why)s") % {"name": name, "why": problem.what})
        except _MALFORMED:
            return Fault(name, _("The record %(name)s was changed: its proof cannot be read.") % {"name": name})
        if state is None:
            return Fault(name, _("The record %(name)s is not as the trail knows it: it was changed.") % {"name": name})
        lost = [str(file["name"])[:120] for file in _files(state) if file["digest"] not in self.files]
        if lost:
            text = _("The record %(name)s names the file “%(file)s”, which is not in the archive.")
            return Fault(name, text % {"name": name, "file": lost[0]})
        return None

    def _proven(self, told: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The state of the record as the log holds it, None where log and record do not agree."""
        event, record = told["event"], told["record"]
        header, content = json.loads(event["header"]), json.loads(event["content"])
        proof = note.parse_proof(told["proof"])
        head = self._head(proof.checkpoint)
        in_log = merkle.verify_inclusion(
            index=proof.index, size=head.size, leaf=form.event_leaf(event), path=proof.path, root=head.root
        )
        if not in_log or not form.is_committed(event, header):
            return None
        state = _of_batch(told, content) if told.get("row") else _of_event(record, header, content)
        return state if state is not None and _is_of(record, state) else None

    def _head(self, checkpoint: str) -> note.Checkpoint:
        if checkpoint not in self._heads:
            self._heads[checkpoint] = note.verify(checkpoint, self.keys).checkpoint
        return self._heads[checkpoint]


def _of_event(
    record: Mapping[str, Any], header: Mapping[str, Any], content: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    named = (header["object_type"], header["object_id"], header["object_version"], header["object_title"])
    return content if named == (record["type"], record["uid"], record["version"], record["title"]) else None


def _of_batch(told: Mapping[str, Any], content: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A row of a bulk action: its own leaf leads to the root that the event holds."""
    row, record = told["row"], told["record"]
    leaf = form.row_leaf(row, object_type=record["type"], object_id=record["uid"], version=record["version"])
    path = [bytes.fromhex(item) for item in row["path"]]
    root = bytes.fromhex(content["root"])
    held = merkle.verify_inclusion(index=row["place"], size=content["count"], leaf=leaf, path=path, root=root)
    state: Mapping[str, Any] = json.loads(row["state"])
    return state if held and canonical(state).decode() == row["state"] else None


def _is_of(record: Mapping[str, Any], state: Mapping[str, Any]) -> bool:
    """What stands at the head of the line is what the state says, so that a sentence names the right record."""
    columns = state["columns"]
    named = (columns["uid"], columns["register"], columns["version"], columns["title"])
    return named == (record["uid"], record["register"], record["version"], record["title"])


def _files(state: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    for value in state["data"].values():
        for one in value if isinstance(value, list) else ():
            if isinstance(one, Mapping) and "digest" in one and "name" in one:
                yield one
