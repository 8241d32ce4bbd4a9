"""The tree of RFC 6962, against its definition written out, at every size up to more than one of each shape."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.log import tree
from documents.log.tree import Node

SIZES = range(1, 40)
LEAVES = [tree.leaf_hash(bytes([number])) for number in SIZES]


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH of the RFC: split at the largest power of two below the size."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return tree.node_hash(by_definition(leaves[:half]), by_definition(leaves[half:]))


@pytest.fixture(scope="module")
def nodes() -> dict[Node, bytes]:
    peaks: list[bytes] = []
    found = {}
    for index, leaf in enumerate(LEAVES):
        for level, hashed in enumerate(tree.append(peaks, index, leaf)):
            assert tree.row_of((level, index >> level)) == index
            found[level, index >> level] = hashed
    return found


def test_known_answers() -> None:
    """Of the RFC: an empty log, and the leaf of no octets."""
    assert tree.EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert tree.leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert tree.root_of((0, 0), {}) == tree.EMPTY


@pytest.mark.parametrize("size", SIZES)
def test_every_leaf_is_proved_and_no_other(nodes: dict[Node, bytes], size: int) -> None:
    root = by_definition(LEAVES[:size])
    assert tree.root_of((0, size), nodes) == root
    for index in range(size):
        path = [tree.root_of(leaves, nodes) for leaves in tree.inclusion_ranges(index, size)]
        assert tree.root_from_inclusion(LEAVES[index], index, size, path) == root
        assert tree.root_from_inclusion(LEAVES[index - 1], index, size, path) != root or size == 1
        assert tree.root_from_inclusion(LEAVES[index], index, size, [*path, root]) is None
        assert tree.known_nodes(LEAVES[index], index, size, path).items() <= nodes.items()


@pytest.mark.parametrize("later", SIZES)
def test_growth_is_proved_and_a_change_is_not(nodes: dict[Node, bytes], later: int) -> None:
    end = by_definition(LEAVES[:later])
    for earlier in range(1, later + 1):
        start = by_definition(LEAVES[:earlier])
        path = [tree.root_of(leaves, nodes) for leaves in tree.consistency_ranges(earlier, later)]
        assert tree.is_consistent(earlier, start, later, end, path)
        assert not tree.is_consistent(earlier, tree.EMPTY, later, end, path)
        assert not tree.is_consistent(earlier, start, later, tree.EMPTY, path)
        assert not tree.is_consistent(earlier, start, later, end, [*path, end])
        for place in range(len(path)):
            spoiled = [*path[:place], tree.EMPTY, *path[place + 1 :]]
            assert not tree.is_consistent(earlier, start, later, end, spoiled)


@given(st.integers(-2, 50), st.integers(-2, 50), st.lists(st.binary(min_size=32, max_size=32), max_size=8))
def test_nonsense_proves_nothing(index: int, size: int, path: list[bytes]) -> None:
    assert tree.root_from_inclusion(LEAVES[0], index, size, path) != tree.EMPTY
    assert not tree.is_consistent(index, LEAVES[0], size, LEAVES[1], path)
