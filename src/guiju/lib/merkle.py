"""Merkle trees of RFC 6962: roots, an append-only frontier, inclusion and consistency proofs.

All functions take and return *hashes*; `leaf_hash` turns an entry's bytes into its leaf. A node is named by
(level, index): level 0 are the leaves, node (l, i) covers the leaves [i << l, (i + 1) << l).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

EMPTY_ROOT = hashlib.sha256(b"").digest()
HASH_BYTES = 32

GetNode = Callable[[int, int], bytes]


class Node(NamedTuple):
    """A complete subtree, final once made."""

    level: int
    index: int  # type: ignore[assignment]  # no one looks for a value in a node with tuple.index
    hash: bytes


def leaf_hash(data: bytes) -> bytes:
    """SHA-256(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


class Frontier:
    """What must be kept to append for ever: the roots of the complete subtrees, largest first."""

    __slots__ = ("_hashes", "_size")

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if size < 0 or len(hashes) != size.bit_count() or any(len(item) != HASH_BYTES for item in hashes):
            raise ValueError(f"a frontier of {size} leaves has {max(size, 0).bit_count()} hashes of {HASH_BYTES} bytes")
        self._size = size
        self._hashes = list(hashes)

    @property
    def size(self) -> int:
        return self._size

    @property
    def hashes(self) -> list[bytes]:
        """With `size`, all that has to be stored."""
        return list(self._hashes)

    def append(self, leaf: bytes) -> list[Node]:
        """Add a leaf hash; returns the nodes completed by it, the leaf itself first."""
        level, index, current = 0, self._size, leaf
        completed = [Node(0, index, leaf)]
        while index & 1:
            current = node_hash(self._hashes.pop(), current)
            level, index = level + 1, index >> 1
            completed.append(Node(level, index, current))
        self._hashes.append(current)
        self._size += 1
        return completed

    def root(self) -> bytes:
        """The root of the tree so far."""
        if not self._hashes:
            return EMPTY_ROOT
        current = self._hashes[-1]
        for left in reversed(self._hashes[:-1]):
            current = node_hash(left, current)
        return current


def inclusion_proof(index: int, size: int, get_node: GetNode) -> list[bytes]:
    """The sibling hashes from leaf `index` up to the root of the tree of `size` leaves."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_root(middle, end, get_node))
            end = middle
        else:
            path.append(_range_root(start, middle, get_node))
            start = middle
    path.reverse()
    return path


def verify_inclusion(*, index: int, size: int, leaf: bytes, path: Sequence[bytes], root: bytes) -> bool:
    """Does the path lead from the leaf hash at `index` to this root? (RFC 9162, 2.1.3.2)"""
    if not 0 <= index < size or not _well_formed(leaf, root, path):
        return False
    position, last, current = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            current = node_hash(sibling, current)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and hmac.compare_digest(current, root)


def consistency_proof(old: int, new: int, get_node: GetNode) -> list[bytes]:
    """The hashes which show that the tree of `old` leaves is the beginning of the tree of `new` leaves."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} leaves cannot be the beginning of one of {new}")
    if old in (0, new):
        return []
    path: list[bytes] = []
    start, end, whole = 0, new, True
    # RFC 6962 2.1.2: walk down to the old tree's edge; `whole` says that the old root itself is a node.
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range_root(middle, end, get_node))
            end = middle
        else:
            path.append(_range_root(start, middle, get_node))
            start, whole = middle, False
    if not whole:
        path.append(_range_root(start, end, get_node))
    path.reverse()
    return path


def verify_consistency(*, old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Is the tree (old, old_root) a beginning of the tree (new, new_root)? (RFC 9162, 2.1.4.2)"""
    if not 0 <= old <= new or not _well_formed(old_root, new_root, path):
        return False
    if old == new:
        return not path and hmac.compare_digest(old_root, new_root)
    if old == 0:
        return not path and hmac.compare_digest(old_root, EMPTY_ROOT)
    hashes = list(path) if old & (old - 1) else [old_root, *path]
    if not hashes:
        return False
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    seen_old = seen_new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            seen_old, seen_new = node_hash(sibling, seen_old), node_hash(sibling, seen_new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            seen_new = node_hash(seen_new, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and hmac.compare_digest(seen_old, old_root) and hmac.compare_digest(seen_new, new_root)


def _split(width: int) -> int:
    """The largest power of two smaller than `width`."""
    return 1 << ((width - 1).bit_length() - 1)


def _range_root(start: int, end: int, get_node: GetNode) -> bytes:
    """The root over the leaves [start, end), where `start` begins a subtree at least that wide."""
    width = end - start
    if width & (width - 1) == 0:
        level = width.bit_length() - 1
        return get_node(level, start >> level)
    middle = start + _split(width)
    return node_hash(_range_root(start, middle, get_node), _range_root(middle, end, get_node))


def _well_formed(first: bytes, second: bytes, path: Sequence[bytes]) -> bool:
    return all(len(item) == HASH_BYTES for item in (first, second, *path))
