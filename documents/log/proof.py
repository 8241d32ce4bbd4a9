"""What a receipt carries: its entry, where it stands in the log, the path to a checkpoint, and how the log grew."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from documents.log import checkpoint as checkpoints
from documents.log import tree
from documents.log.checkpoint import Checkpoint

FORMAT = "ensaio-recibo/1"


class Unreadable(ValueError):
    """It is not one of our files."""


def leaf_of(index: int, entry: str) -> bytes:
    """The hash of an entry in its place: moved elsewhere, it has another."""
    return tree.leaf_hash(f"{index} {entry}".encode())


@dataclass(frozen=True)
class Receipt:
    """An entry, in its place, with the path that proves it."""

    index: int
    entry: str
    path: tuple[bytes, ...]

    @property
    def facts(self) -> dict[str, Any]:
        """What the entry says."""
        return entry_facts(self.entry)


@dataclass(frozen=True)
class Growth:
    """The path that proves that the log of `size` entries is how that of the checkpoint begins."""

    size: int
    path: tuple[bytes, ...]


@dataclass(frozen=True)
class Proof:
    """A checkpoint, and what is proved against it: a receipt, or that an earlier log was not changed, or both."""

    checkpoint: Checkpoint
    receipt: Receipt | None = None
    growth: Growth | None = None

    def holds(self) -> bool:
        """Whether the receipt is in the log of the checkpoint."""
        if self.receipt is None:
            return False
        leaf = leaf_of(self.receipt.index, self.receipt.entry)
        root = tree.root_from_inclusion(leaf, self.receipt.index, self.checkpoint.size, self.receipt.path)
        return root == self.checkpoint.root

    def known_nodes(self) -> dict[tree.Node, bytes]:
        """The hashes of the log that a receipt which holds shows."""
        if self.receipt is None:
            return {}
        leaf = leaf_of(self.receipt.index, self.receipt.entry)
        return tree.known_nodes(leaf, self.receipt.index, self.checkpoint.size, self.receipt.path)

    def as_text(self) -> str:
        written: dict[str, Any] = {"format": FORMAT, "checkpoint": self.checkpoint.as_dict()}
        if self.receipt:
            path = _written(self.receipt.path)
            written["receipt"] = {"index": self.receipt.index, "entry": self.receipt.entry, "path": path}
        if self.growth:
            written["growth"] = {"size": self.growth.size, "path": _written(self.growth.path)}
        return json.dumps(written, ensure_ascii=False, indent=1)


def from_text(text: str | bytes) -> Proof:
    """Raises Unreadable."""
    try:
        given = json.loads(text)
        if given["format"] != FORMAT:
            raise ValueError
        receipt, growth = given.get("receipt"), given.get("growth")
        return Proof(
            checkpoint=checkpoints.from_dict(given["checkpoint"]),
            receipt=receipt and Receipt(int(receipt["index"]), str(receipt["entry"]), _read(receipt["path"])),
            growth=growth and Growth(int(growth["size"]), _read(growth["path"])),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unreadable("não é um recibo nem um ponto de controle do registro") from error


def entry_facts(entry: str) -> dict[str, Any]:
    """What an entry says; nothing when it is not written as we write."""
    try:
        facts = json.loads(entry)
    except (ValueError, RecursionError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _written(path: Sequence[bytes]) -> list[str]:
    return [one.hex() for one in path]


def _read(path: Sequence[str]) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(one) for one in path)
