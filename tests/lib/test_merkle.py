"""The tree of RFC 6962 against its published vector and against a naive reading of the RFC."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guiju.lib import merkle

VECTOR = [
    bytes.fromhex(item)
    for item in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
VECTOR_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


class Log:
    """A tree that keeps its nodes as a database would."""

    def __init__(self, size=0):
        self.frontier = merkle.Frontier()
        self.nodes = {}
        self.roots = [merkle.EMPTY_ROOT]
        for number in range(size):
            self.add(b"entry %d" % number)

    def add(self, data):
        completed = self.frontier.append(merkle.leaf_hash(data))
        assert not {(node.level, node.index) for node in completed} & set(self.nodes)
        self.nodes |= {(level, index): value for level, index, value in completed}
        self.roots.append(self.frontier.root())

    def get(self, level, index):
        return self.nodes[level, index]


def naive_root(leaves):
    if not leaves:
        return merkle.EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return merkle.node_hash(naive_root(leaves[:split]), naive_root(leaves[split:]))


LOG = Log(40)


def test_the_published_vector_gives_the_published_roots():
    leaves = [merkle.leaf_hash(item) for item in VECTOR]
    assert [merkle.root(leaves[: size + 1]).hex() for size in range(8)] == VECTOR_ROOTS


def test_an_empty_tree_has_the_root_of_nothing():
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_every_small_tree_has_the_root_that_the_rfc_defines():
    leaves = [LOG.get(0, index) for index in range(40)]
    assert [naive_root(leaves[:size]) for size in range(41)] == LOG.roots


def test_a_frontier_goes_on_where_it_was_stored():
    for size in range(40):
        stored = Log(size).frontier
        again = merkle.Frontier(stored.size, stored.hashes)
        again.append(merkle.leaf_hash(b"entry %d" % size))
        assert again.root() == LOG.roots[size + 1]
        assert len(stored.hashes) == size.bit_count()


@pytest.mark.parametrize(("size", "hashes"), [(3, [b"x" * 32]), (1, [b"short"]), (-1, [])])
def test_a_damaged_frontier_is_refused(size, hashes):
    with pytest.raises(ValueError, match="frontier"):
        merkle.Frontier(size, hashes)


def test_a_leaf_completes_all_the_nodes_that_end_with_it():
    log = Log(7)
    completed = log.frontier.append(merkle.leaf_hash(b"entry 7"))
    assert [(node.level, node.index) for node in completed] == [(0, 7), (1, 3), (2, 1), (3, 0)]
    assert completed[-1].hash == LOG.roots[8]


def test_every_entry_of_every_small_tree_can_be_proved():
    for size in range(1, 41):
        for index in range(size):
            path = merkle.inclusion_proof(index, size, LOG.get)
            leaf = LOG.get(0, index)
            assert merkle.verify_inclusion(index=index, size=size, leaf=leaf, path=path, root=LOG.roots[size])


def test_every_small_tree_is_proved_to_be_the_beginning_of_every_later_one():
    for new in range(41):
        for old in range(new + 1):
            path = merkle.consistency_proof(old, new, LOG.get)
            assert merkle.verify_consistency(
                old=old, new=new, old_root=LOG.roots[old], new_root=LOG.roots[new], path=path
            )


@pytest.mark.parametrize("index", [-1, 5])
def test_no_proof_is_made_for_a_place_outside_the_tree(index):
    with pytest.raises(ValueError, match="not in a tree"):
        merkle.inclusion_proof(index, 5, LOG.get)


def test_no_proof_is_made_that_a_longer_tree_begins_a_shorter_one():
    with pytest.raises(ValueError, match="beginning"):
        merkle.consistency_proof(6, 5, LOG.get)


def spoilt(data, path):
    """The path with one thing changed."""
    path = list(path)
    way = data.draw(st.sampled_from(["flip", "drop", "add", "swap"] if path else ["add"]))
    at = data.draw(st.integers(0, max(len(path) - 1, 0)))
    if way == "flip":
        bit = data.draw(st.integers(0, 255))
        changed = bytearray(path[at])
        changed[bit // 8] ^= 1 << bit % 8
        path[at] = bytes(changed)
    elif way == "drop":
        del path[at]
    elif way == "swap" and len(path) > 1:
        path[at], path[at - 1] = path[at - 1], path[at]
    else:
        path.insert(at, data.draw(st.binary(min_size=31, max_size=32)))
    return path


@given(st.data(), st.integers(1, 40))
def test_a_changed_inclusion_proof_is_rejected(data, size):
    index = data.draw(st.integers(0, size - 1))
    path = spoilt(data, merkle.inclusion_proof(index, size, LOG.get))
    leaf = LOG.get(0, index)
    assert not merkle.verify_inclusion(index=index, size=size, leaf=leaf, path=path, root=LOG.roots[size])


@given(st.data(), st.integers(1, 40))
def test_an_inclusion_proof_fits_no_other_place_entry_or_root(data, size):
    index = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion_proof(index, size, LOG.get)
    other = data.draw(st.integers(-1, size).filter(lambda place: place != index))
    leaf, root = LOG.get(0, index), LOG.roots[size]
    assert not merkle.verify_inclusion(index=other, size=size, leaf=leaf, path=path, root=root)
    assert not merkle.verify_inclusion(index=index, size=size, leaf=root, path=path, root=leaf) or size == 1
    assert not merkle.verify_inclusion(index=index, size=size, leaf=leaf, path=path, root=LOG.roots[size - 1])


@given(st.data(), st.integers(2, 40))
def test_a_changed_consistency_proof_is_rejected(data, new):
    old = data.draw(st.integers(1, new - 1))
    path = spoilt(data, merkle.consistency_proof(old, new, LOG.get))
    assert not merkle.verify_consistency(old=old, new=new, old_root=LOG.roots[old], new_root=LOG.roots[new], path=path)


def test_a_rewritten_history_is_not_consistent():
    rewritten = Log()
    for number in range(40):
        rewritten.add(b"forged" if number == 3 else b"entry %d" % number)
    for old, new in pairwise([4, 7, 8, 20, 40]):
        path = merkle.consistency_proof(old, new, rewritten.get)
        assert not merkle.verify_consistency(
            old=old, new=new, old_root=LOG.roots[old], new_root=rewritten.roots[new], path=path
        )
