"""What each register's cells mention, and what each record is called: the two sides from which proposals are made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from guiju.compliance.graph import words
from guiju.compliance.graph.words import Cited, Wordings

#: Register -> field -> what its words name. `law?` and `rule?` look at 《…》 only: the field holds running text.
READ: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "duty_list": {
        "source_law": ("law",), "source_rules": ("rule",), "basis": ("law?", "rule"), "risk_points": ("risk",),
        "post": ("post",), "duty": ("law?", "rule?"),
    },
    "process_list": {
        "source_law": ("law",), "source_rules": ("rule",), "risk_points": ("risk",), "measures": ("control",),
        "review_content": ("law?", "rule?"),
    },
    "risk_list": {
        "basis": ("law", "rule?"), "basis_policy": ("law",), "basis_law": ("law",), "basis_regulation": ("law",),
        "basis_standard": ("law",), "basis_other": ("law?", "rule?"), "basis_rules": ("rule",), "duty": ("duty",),
        "measure": ("control",), "business": ("process",),
    },
    "obligations": {"measure": ("control", "rule?"), "business": ("process",), "source": ("rule?",)},
    "policy_clauses": {"source": ("rule",), "text": ("law?",)},
    "controls": {"measure": ("law?", "rule?")},
    "posts": {"basis": ("rule",), "compliance_duties": ("law?", "rule?"), "bottom_line": ("law?",)},
    "policies": {"gist": ("law?",)},
}  # fmt: skip

#: A document that so many records would answer to says nothing about which of them is meant.
TOO_MANY = 8
_WHY = 300


@dataclass(frozen=True, slots=True)
class Node:
    """What proposals need to know of a record."""

    uid: UUID
    register: str
    unit_id: int
    root_id: int
    department_id: int | None
    title: str
    number: str
    source: str
    process: str
    data: Mapping[str, Any] = field(default_factory=dict)


class Mention(NamedTuple):
    """Words in a cell that name something of a kind."""

    kind: str
    field: str
    words: str
    document: Cited | None = None


class Found(NamedTuple):
    """A proposal: the record that mentions, the one that is meant, and the words."""

    holder: Node
    meant: Node
    mention: Mention


def mentions(node: Node) -> Iterator[Mention]:
    """Everything that a record's cells mention."""
    for code, kinds in READ.get(node.register, {}).items():
        cell = node.data.get(code)
        if not isinstance(cell, str) or not cell.strip():
            continue
        for kind in kinds:
            yield from _read(cell, kind, code)


def _read(cell: str, kind: str, code: str) -> Iterator[Mention]:
    base = kind.rstrip("?")
    if base in {"law", "rule"}:
        for item in words.cited(cell, loose=not kind.endswith("?")):
            yield Mention(base, code, item.words, item)
    elif base == "post":
        yield Mention(base, code, cell.strip())
    else:
        for piece in words.pieces(cell):
            yield Mention(base, code, piece)


class Names:
    """What the records of a unit are called, to look mentions up."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._by_kind: dict[str, Wordings[Node]] = defaultdict(Wordings)
        self._documents: dict[str, dict[str, list[tuple[str, Node]]]] = {"law": defaultdict(list),
                                                                        "rule": defaultdict(list)}  # fmt: skip
        for node in nodes:
            self._add(node)

    def _add(self, node: Node) -> None:
        kind = {"risk_list": "risk", "controls": "control", "posts": "post", "obligations": "duty"}.get(node.register)
        if kind:
            self._by_kind[kind].add(node.title, node)
        if node.register == "process_list":
            self._by_kind["process"].add(node.process, node)
        elif node.register == "obligations":
            for item in (*words.cited(node.source), *words.cited(node.title, loose=False)):
                self._put("law", item.name, item.clause, node)
                self._put("rule", item.name, item.clause, node)
            self._put("law", node.title, "", node)
        elif node.register == "policies":
            self._put("rule", node.title.strip("《》"), "", node)
        elif node.register == "policy_clauses":
            self._put("rule", node.source.strip("《》"), words.clause_of(node.number) or node.number, node)

    def _put(self, kind: str, name: str, clause: str, node: Node) -> None:
        held = self._documents[kind][words.document(name)]
        if (clause, node) not in held:
            held.append((clause, node))

    def meant(self, mention: Mention, *, department: int | None) -> list[Node]:
        """The records that a mention may mean."""
        if mention.document is not None:
            return self._cited(mention.kind, mention.document)
        if mention.kind == "post":
            same = self._by_kind["post"].same(mention.words)
            return [node for node in same if node.department_id == department]
        if mention.kind == "process":
            return self._by_kind["process"].same(mention.words)
        return self._by_kind[mention.kind].alike(mention.words)

    def _cited(self, kind: str, item: Cited) -> list[Node]:
        held = self._documents[kind].get(words.document(item.name), [])
        if not item.clause:
            return [node for _clause, node in held]
        exact = [node for clause, node in held if clause == item.clause]
        # Another article of the same law is another obligation; a record of the law as a whole is meant all the same.
        return exact or [node for clause, node in held if not clause]


def match(holders: Iterable[Node], names: Names) -> Iterator[Found]:
    """The proposals that the words of these records give."""
    for holder in holders:
        for mention in mentions(holder):
            meant = [node for node in names.meant(mention, department=holder.department_id) if node.uid != holder.uid]
            if len({node.uid for node in meant}) <= TOO_MANY:
                for node in meant:
                    yield Found(holder, node, mention)


def why(found: Found, label: str) -> str:
    """On which words a proposal rests, as the holder's cell says them."""
    quoted = found.mention.words if len(found.mention.words) <= 160 else f"{found.mention.words[:159]}…"
    return f"{label}：“{quoted}”"[:_WHY]
