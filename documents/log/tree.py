"""The Merkle tree of RFC 6962: what each leaf adds to it, and proofs that one is in it and that it only grew.

A complete subtree is named by its level and its place in that level. The leaf that completes it stores its hash, so a
log is one list of rows, and any proof reads a few of them, named beforehand.
"""

from collections.abc import Mapping, Sequence
from functools import reduce
from hashlib import sha256

HASH_OCTETS = 32
# The root of a log without leaves.
EMPTY = sha256().digest()
# A complete subtree: level (0 is the leaves) and place in it.
Node = tuple[int, int]
# The leaves from the first up to the second, exclusive.
Range = tuple[int, int]


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def append(peaks: list[bytes], index: int, leaf: bytes) -> list[bytes]:
    """The hashes of the subtrees that the leaf `index` completes, its own first; `peaks` becomes those after it."""
    nodes = [leaf]
    while (index >> (len(nodes) - 1)) & 1:
        nodes.append(node_hash(peaks.pop(), nodes[-1]))
    peaks.append(nodes[-1])
    return nodes


def row_of(node: Node) -> int:
    """The leaf that completes the subtree: the hash stands there, at the place of its level."""
    level, place = node
    return ((place + 1) << level) - 1


def cover(leaves: Range) -> list[Node]:
    """The complete subtrees that make up a range of the tree, from left to right."""
    start, end = leaves
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        found.append((level, start >> level))
        start += 1 << level
    return found


def root_of(leaves: Range, nodes: Mapping[Node, bytes]) -> bytes:
    """The hash of a range of the tree, from its complete subtrees."""
    return peaks_root([nodes[node] for node in cover(leaves)])


def peaks_root(peaks: Sequence[bytes]) -> bytes:
    """The hash of complete subtrees side by side, from left to right."""
    return reduce(lambda right, left: node_hash(left, right), reversed(peaks)) if peaks else EMPTY


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The ranges whose hashes prove that the leaf `index` is in the tree of `size` (PATH), from the leaf upwards."""
    start, end = 0, size
    found: list[Range] = []
    while end - start > 1:
        middle = start + _half(end - start)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return found[::-1]


def consistency_ranges(earlier: int, later: int) -> list[Range]:
    """The ranges whose hashes prove that the tree of `later` leaves begins with that of `earlier` (PROOF)."""
    start, end = 0, later
    found: list[Range] = []
    while earlier != end:
        middle = start + _half(end - start)
        if earlier <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return ([(start, end)] if start else []) + found[::-1]


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that the path leads to; None when a path of this length proves nothing."""
    ranges = inclusion_ranges(index, size) if 0 <= index < size else None
    if ranges is None or len(ranges) != len(path):
        return None
    found = leaf
    for (start, _), sibling in zip(ranges, path, strict=True):
        found = node_hash(found, sibling) if start > index else node_hash(sibling, found)
    return found


def known_nodes(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> dict[Node, bytes]:
    """Every complete subtree whose hash a proof shows: its siblings, and what they make with the leaf."""
    start, end, found = index, index + 1, leaf
    shown = {(start, end): leaf}
    for (left, right), sibling in zip(inclusion_ranges(index, size), path, strict=True):
        shown[left, right] = sibling
        found = node_hash(found, sibling) if left > index else node_hash(sibling, found)
        start, end = min(start, left), max(end, right)
        shown[start, end] = found
    covers = ((cover(leaves), hashed) for leaves, hashed in shown.items())
    return {nodes[0]: hashed for nodes, hashed in covers if len(nodes) == 1}


def is_consistent(earlier: int, earlier_root: bytes, later: int, later_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path proves that nothing of the earlier tree changed in the later one."""
    if not 0 < earlier <= later:
        return False
    ranges = consistency_ranges(earlier, later)
    if len(ranges) != len(path):
        return False
    # It begins with the subtree in which the earlier tree ends, unless that is the whole earlier tree.
    steps = list(zip(ranges, path, strict=True))
    before = after = steps.pop(0)[1] if ranges and ranges[0][1] == earlier else earlier_root
    for (start, _), sibling in steps:
        if start >= earlier:
            after = node_hash(after, sibling)
        else:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
    return (before, after) == (earlier_root, later_root)


def _half(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)
