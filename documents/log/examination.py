"""An exported log against itself, its checkpoints and the receipts that people hold: what was removed or changed.

Whoever changes a row in the database leaves it beside hashes that no longer fit; whoever makes all hashes anew has a
log that no checkpoint signed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from documents.log import checkpoint as checkpoints
from documents.log import tree
from documents.log.checkpoint import Checkpoint
from documents.log.proof import Proof, Unreadable, entry_facts, leaf_of

FORMAT = "ensaio-registro/1"
# Rows that do not fit, up to which each is looked for in the place of every other.
_MOST_COMPARED = 2000
_FEWER = "Faltam {2} registros: do nº {0} ao nº {1}, não são os que o ponto de controle assinou."
_OTHERS = "Os registros do nº {0} ao nº {1} não são os que o ponto de controle assinou: foram reescritos."


class Kind(StrEnum):
    """What was done to the log (fraude)."""

    REMOVED = "removido"
    REORDERED = "fora de ordem"
    REWRITTEN = "reescrito"
    UNSIGNED = "ponto de controle sem assinatura"


@dataclass(frozen=True)
class Finding:
    """`first` and `last` are the entries that it is about, by their numbers."""

    kind: Kind
    first: int
    last: int
    words: str


@dataclass(frozen=True)
class Row:
    """One entry as the database has it, with the hashes of the subtrees that it completes."""

    index: int
    entry: str
    nodes: tuple[bytes, ...]


@dataclass(frozen=True)
class Export:
    """A log as it was exported."""

    log: str
    checkpoints: tuple[Checkpoint, ...]
    rows: tuple[Row, ...]


def export_lines(*, log: str, points: Iterable[Checkpoint], rows: Iterable[Row]) -> Iterator[str]:
    """One JSON in each line: the log with its checkpoints, the certificates of each seal once, then each entry."""
    seals: dict[tuple[str, ...], int] = {}
    written = [point.as_dict() | {"certificates": seals.setdefault(point.certificates, len(seals))} for point in points]
    head = {"format": FORMAT, "log": log, "seals": [list(seal) for seal in seals], "checkpoints": written}
    yield json.dumps(head, ensure_ascii=False) + "\n"
    for row in rows:
        line = {"index": row.index, "entry": row.entry, "nodes": [node.hex() for node in row.nodes]}
        yield json.dumps(line, ensure_ascii=False) + "\n"


def read_export(lines: Iterable[str]) -> Export:
    """Raises Unreadable."""
    try:
        given = iter(lines)
        head = json.loads(next(given))
        if head["format"] != FORMAT:
            raise ValueError
        seals = head["seals"]
        points = tuple(
            checkpoints.from_dict(each | {"certificates": seals[each["certificates"]]}) for each in head["checkpoints"]
        )
        return Export(str(head["log"]), points, tuple(_row(json.loads(line)) for line in given))
    except (StopIteration, ValueError, IndexError, KeyError, TypeError, RecursionError) as error:
        raise Unreadable("não é uma exportação do registro de recibos") from error


def _row(line: dict[str, Any]) -> Row:
    return Row(int(line["index"]), str(line["entry"]), tuple(bytes.fromhex(node) for node in line["nodes"]))


def examine(export: Export, proofs: Sequence[Proof]) -> list[Finding]:
    """Everything that is wrong with the log, by its own rows, its checkpoints, and receipts that hold."""
    found = _unsigned(export.checkpoints)
    found += _moved_rows(export.rows)
    for proof in proofs:
        found += _missing_receipt(export.rows, proof)
    signed = [point for point in export.checkpoints if checkpoints.is_signed(point)]
    found += _broken_history(export.rows, [*signed, *(proof.checkpoint for proof in proofs)], found)
    return found


def _unsigned(points: Iterable[Checkpoint]) -> list[Finding]:
    words = "O ponto de controle de {0} registros não foi assinado pelo selo do portal."
    return [
        Finding(Kind.UNSIGNED, 0, point.size - 1, words.format(point.size))
        for point in points
        if not checkpoints.is_signed(point)
    ]


def _moved_rows(rows: Sequence[Row]) -> list[Finding]:
    """What the rows tell of themselves: an entry has its hash only in the place where it was written."""
    misfits = [row for row in rows if _stored(row) != leaf_of(row.index, row.entry)]
    origins = {row.index: row.index for row in rows} | _origins(rows, misfits)
    places = [place for place in origins.values() if place is not None]
    found = []
    for row in misfits:
        if origins[row.index] is None and row.index not in places:
            found.append(_one(Kind.REWRITTEN, row.index, "O registro nº {0} foi reescrito."))
            places.append(row.index)
    missing = sorted(set(range(max(places, default=-1) + 1)) - set(places))
    found += [_one(Kind.REMOVED, place, "O registro nº {0} foi removido.") for place in missing]
    order = [place for row in rows if (place := origins[row.index]) is not None]
    if order != sorted(order):
        for index, place in origins.items():
            if place not in {None, index}:
                words = f"O registro nº {place} está fora de ordem, no lugar do nº {index}."
                found.append(Finding(Kind.REORDERED, place, place, words))
    return found


def _stored(row: Row) -> bytes:
    return row.nodes[0] if row.nodes else b""


def _origins(rows: Sequence[Row], misfits: Sequence[Row]) -> dict[int, int | None]:
    """Where each misfit was written: moved with its hash, or its words alone; None when nowhere."""
    stored = {row.index: _stored(row) for row in rows}
    end = max(stored, default=-1) + 2
    candidates = sorted({row.index for row in misfits} | (set(range(end)) - stored.keys()))
    if len(candidates) > _MOST_COMPARED:
        candidates = []
    found: dict[int, int | None] = {}
    shift = 1
    for row in misfits:
        places = (place for place in (row.index + shift, *candidates) if place != row.index)
        fits = (place for place in places if leaf_of(place, row.entry) in {_stored(row), stored.get(place)})
        place = found[row.index] = next(fits, None)
        shift = place - row.index if place is not None else shift
    return found


def _missing_receipt(rows: Sequence[Row], proof: Proof) -> list[Finding]:
    """The entry of a receipt that somebody holds, looked for in the log."""
    receipt = proof.receipt
    if receipt is None:
        return []
    index = receipt.index
    here = [row.index for row in rows if row.entry == receipt.entry]
    if index in here:
        return []
    if here:
        words = f"O recibo, registro nº {index}, está fora de ordem, no lugar do nº {here[0]}."
        return [Finding(Kind.REORDERED, index, index, words)]
    code = receipt.facts.get("code")
    if code and any(entry_facts(row.entry).get("code") == code for row in rows if code in row.entry):
        return [_one(Kind.REWRITTEN, index, "O recibo, registro nº {0}, foi reescrito.")]
    return [_one(Kind.REMOVED, index, "O recibo, registro nº {0}, foi removido.")]


def _broken_history(rows: Sequence[Row], points: Iterable[Checkpoint], told: Sequence[Finding]) -> list[Finding]:
    """The first checkpoint that did not sign this log, when no row has told why yet."""
    points = sorted(points, key=lambda each: each.size)
    missing = points[-1].size - len(rows) if points else 0
    peaks: list[bytes] = []
    good, index = 0, 0
    for point in points:
        while index < min(point.size, len(rows)):
            tree.append(peaks, index, leaf_of(rows[index].index, rows[index].entry))
            index += 1
        if index < point.size or tree.peaks_root(peaks) != point.root:
            kind, words = (Kind.REMOVED, _FEWER) if missing > 0 else (Kind.REWRITTEN, _OTHERS)
            return _unless(told, kind, good, point.size - 1, words.format(good, point.size - 1, missing))
        good = point.size
    return []


def _unless(told: Sequence[Finding], kind: Kind, first: int, last: int, words: str) -> list[Finding]:
    """Nothing, where a finding of a row or a receipt is already about these entries."""
    if any(finding.kind != Kind.UNSIGNED and finding.first <= last for finding in told):
        return []
    return [Finding(kind, first, last, words)]


def _one(kind: Kind, index: int, words: str) -> Finding:
    return Finding(kind, index, index, words.format(index))
