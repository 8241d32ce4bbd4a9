"""The receipts log (registro de recibos): entries, their places, signed checkpoints, and proofs.

An entry is written, without a place, in the transaction of what it is of: nobody waits for anybody. Places are given to
all that wait for one, under one lock, by whoever needs a proof: three short statements, whatever their number. Nothing
is drawn or signed under it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from common import addresses, audit, clock, permissions, prepared
from common.actor import Actor
from documents.log import checkpoint, examination, tree
from documents.log.checkpoint import Checkpoint
from documents.log.proof import Growth, Proof, Receipt, leaf_of
from documents.models import LogCheckpoint, LogEntry, Paper
from documents.permissions import Permission
from pki.authority import reading
from pki.authority.identities import SigningIdentity
from pki.models import Certificate
from pki.services import locks
from pki.services.authorities import lineage
from pki.services.seals import current_seal

# Advisory lock of the places of the log.
_PLACES = 8_002
_ENTER = "INSERT INTO documents_logentry (paper_id, content) VALUES (%s, %s) RETURNING id"
# How many have a place, the rows of the peaks, and the entries that wait for one.
_WAITING = """
    SELECT log.size, (
            SELECT string_agg(peak.index || ' ' || encode(peak.nodes, 'hex'), ',')
            FROM documents_logentry AS peak
            WHERE peak.index IN (SELECT ((log.size >> level) << level) - 1 FROM generate_series(0, 40) AS level)
        ),
        coalesce((SELECT array_agg(id ORDER BY id) FROM documents_logentry WHERE index IS NULL), '{}'),
        coalesce((SELECT array_agg(content ORDER BY id) FROM documents_logentry WHERE index IS NULL), '{}')
    FROM (SELECT coalesce(max(index) + 1, 0) AS size FROM documents_logentry) AS log
"""
_GIVE_PLACES = """
    UPDATE documents_logentry AS entry SET index = given.index, nodes = given.nodes
    FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[]) AS given (id, index, nodes) WHERE entry.id = given.id
"""
# An entry, the newest checkpoint that has it, and the rows of the hashes between them: those beside its path upwards,
# level by level, and the peaks of the tree. In one statement: to wait for an answer is most of what a proof costs.
_PROVEN = """
    SELECT entry.index, entry.content, point.log, point.address, point.size, point.root, point.at, point.signature,
        certificate.sha256, (
            SELECT string_agg(beside.index || ' ' || encode(beside.nodes, 'hex'), ',')
            FROM documents_logentry AS beside
            WHERE beside.index IN (
                SELECT unnest(ARRAY[
                    ((((entry.index >> level) # 1) + 1) << level) - 1,
                    ((point.size >> level) << level) - 1
                ]) FROM generate_series(0, 40) AS level
            )
        )
    FROM documents_logentry AS entry
    CROSS JOIN LATERAL (
        SELECT * FROM documents_logcheckpoint WHERE size > entry.index ORDER BY size DESC LIMIT 1
    ) AS point
    JOIN pki_certificate AS certificate ON certificate.id = point.certificate_id
    WHERE entry.{of} = %s
"""
_NODES = "SELECT index, nodes FROM documents_logentry WHERE index = ANY(%s)"
# How many have a place, whether a checkpoint says so already, and the rows of the peaks and of the first entry.
_GROWN = """
    SELECT log.size, EXISTS (SELECT FROM documents_logcheckpoint AS point WHERE point.size = log.size), (
            SELECT string_agg(peak.index || ' ' || encode(peak.nodes, 'hex'), ',')
            FROM documents_logentry AS peak
            WHERE peak.index IN (
                SELECT 0 UNION SELECT ((log.size >> level) << level) - 1 FROM generate_series(0, 40) AS level
            )
        )
    FROM (SELECT coalesce(max(index) + 1, 0) AS size FROM documents_logentry) AS log
"""
_KEEP_POINT = """
    INSERT INTO documents_logcheckpoint (size, root, log, address, at, signature, certificate_id)
    SELECT %s, %s, %s, %s, %s, %s, id FROM pki_certificate WHERE sha256 = %s
    ON CONFLICT (size) DO NOTHING
"""
_BEGINNING = "log"
# What names a log for good, and no other room's: the hash of its first entry, which a nonce makes unique.
_FIRST = (0, 1)


@prepared.statements()
def enter(kind: str, *, paper: Paper | None = None, **facts: Any) -> int:
    """Add an entry, in the transaction of what it is of: one statement, without building a row for nobody."""
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, [paper.pk if paper else None, content_of(kind, facts)])
        return int(cursor.fetchone()[0])


# In the transaction of a paper, which one failure undoes whole: a savepoint would cost two more trips.
@transaction.atomic(savepoint=False)
@prepared.statements()
def place_entries() -> int:
    """Give all entries that wait for one the next places; returns how many it gave.

    The last statements of a transaction: who comes next waits until it ends.
    """
    locks.take(_PLACES)
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        size, written, waiting, contents = cursor.fetchone()
        if not size:
            enter(_BEGINNING)
            cursor.execute(_WAITING)
            size, written, waiting, contents = cursor.fetchone()
        peaks = list(_taken([(0, size)], _rows_of(written)).values()) if size else []
        places = range(size, size + len(waiting))
        hashes = [
            b"".join(tree.append(peaks, place, leaf_of(place, content)))
            for place, content in zip(places, contents, strict=True)
        ]
        cursor.execute(_GIVE_PLACES, [waiting, list(places), hashes])
    return len(places)


def prove(*, entry_id: int, at: datetime) -> Proof:
    """The entry, its path and a signed checkpoint that has it; the entry gets its place when it has none yet."""
    proof = _proven("id", entry_id)
    if proof is None:
        if LogEntry.objects.get(pk=entry_id).index is None:
            place_entries()
        _keep_checkpoint(current_seal(at=at), at)
        proof = _proven("id", entry_id)
    return _found(proof)


def prove_paper(*, paper_id: int, seal: SigningIdentity, at: datetime) -> Proof:
    """The same of a paper that was just registered, so that it has a place and no checkpoint: `seal` signs one."""
    _keep_checkpoint(seal, at)
    return _found(_proven("paper_id", paper_id))


def _found(proof: Proof | None) -> Proof:
    if proof is None:
        raise ValueError("a signed checkpoint has every entry that has a place")
    return proof


def _proven(of: str, key: int) -> Proof | None:
    """The proof of an entry, by its `id` or its `paper_id`, that some checkpoint has already."""
    with connection.cursor() as cursor:
        cursor.execute(_PROVEN.format(of=of), [key])
        row = cursor.fetchone()
    if row is None:
        return None
    index, content, name, address, size, root, signed_at, signature, sha256, beside = row
    point = Checkpoint(name, address, size, bytes(root), signed_at, bytes(signature), _certificates(sha256))
    ranges = tree.inclusion_ranges(index, size)
    nodes = _taken(ranges, _rows_of(beside))
    return Proof(point, Receipt(index, content, _path(ranges, nodes)))


def sign_checkpoint(*, at: datetime) -> LogCheckpoint:
    """The checkpoint of the log as it is now, signed by the seal."""
    size = _keep_checkpoint(current_seal(at=at), at)
    row: LogCheckpoint = LogCheckpoint.objects.get(size=size)
    return row


def _keep_checkpoint(seal: SigningIdentity, at: datetime) -> int:
    """Sign the log as it is now, unless that was done; returns its size. Two at once of the same log keep one."""
    with connection.cursor() as cursor:
        cursor.execute(_GROWN)
        size, is_signed, written = cursor.fetchone()
        if is_signed:
            return int(size)
        nodes = _taken([_FIRST, (0, size)], _rows_of(written))
        root, name = tree.root_of((0, size), nodes), tree.root_of(_FIRST, nodes).hex()
        point = Checkpoint(name, addresses.portal_url(), size, root, clock.real(at).replace(microsecond=0))
        signature, certificate = checkpoint.signature_of(point, seal), reading.fingerprint(seal.certificate)
        cursor.execute(_KEEP_POINT, [size, root, point.log, point.address, point.at, signature, certificate])
    return int(size)


def newest_proof(*, entry_id: int) -> Proof | None:
    """The same entry under the newest checkpoint, and how the log grew from the first that had it. Reads only."""
    entry, last = LogEntry.objects.get(pk=entry_id), _signed().last()
    if entry.index is None or last is None or last.size <= entry.index:
        return None
    first = LogCheckpoint.objects.filter(size__gt=entry.index).order_by("size").values_list("size", flat=True)[0]
    return _proof(last, entry=entry, since=first)


def newest_checkpoint(*, since: int) -> Proof | None:
    """The newest checkpoint, and how the log grew to it from `since` entries; None when it is no later. Reads only."""
    last = _signed().last()
    return _proof(last, since=since) if last and 0 < since <= last.size else None


def export_log(*, by: Actor, at: datetime) -> Iterator[str]:
    """The whole log with its checkpoints, line by line, with nothing left to place (documents.log.examination)."""
    permissions.require(by, Permission.EXPORT_LOG)
    place_entries()
    audit.record("receipts.exported", target=sign_checkpoint(at=at), by=by, at=at)
    return exported_lines()


def exported_lines() -> Iterator[str]:
    """The log as the database has it, whatever was done to it."""
    points = [_checkpoint(row) for row in _signed()]
    entries = LogEntry.objects.exclude(index=None).order_by("index").iterator()
    rows = (examination.Row(_place(entry), entry.content, _split(entry.nodes)) for entry in entries)
    return examination.export_lines(log=points[-1].log if points else "", points=points, rows=rows)


def content_of(kind: str, facts: dict[str, Any]) -> str:
    """An entry in writing. The nonce keeps others from guessing it by its hash."""
    return json.dumps({"kind": kind} | facts | {"nonce": secrets.token_hex(16)}, ensure_ascii=False, sort_keys=True)


def _signed() -> QuerySet[LogCheckpoint]:
    """The checkpoints by their size."""
    return LogCheckpoint.objects.select_related("certificate").order_by("size")


def _checkpoint(row: LogCheckpoint) -> Checkpoint:
    return Checkpoint(
        log=row.log,
        address=row.address,
        size=row.size,
        root=bytes(row.root),
        at=row.at,
        signature=bytes(row.signature),
        certificates=_certificates(row.certificate.sha256),
    )


@lru_cache(maxsize=32)
def _certificates(sha256: str) -> tuple[str, ...]:
    """The certificate of a seal and those above it; by its fingerprint, the same in every room and at every time."""
    certificate = Certificate.objects.select_related("authority__parent").get(sha256=sha256)
    return (certificate.pem, *(authority.certificate_pem for authority in lineage(certificate.authority)))


def _proof(row: LogCheckpoint, *, entry: LogEntry | None = None, since: int | None = None) -> Proof:
    """All hashes that it takes are read at once."""
    inclusion = tree.inclusion_ranges(_place(entry), row.size) if entry else []
    growth = tree.consistency_ranges(since, row.size) if since else []
    nodes = _nodes_of([*inclusion, *growth])
    return Proof(
        _checkpoint(row),
        Receipt(_place(entry), entry.content, _path(inclusion, nodes)) if entry else None,
        Growth(since, _path(growth, nodes)) if since else None,
    )


def _path(ranges: Sequence[tree.Range], nodes: Mapping[tree.Node, bytes]) -> tuple[bytes, ...]:
    return tuple(tree.root_of(leaves, nodes) for leaves in ranges)


def _nodes_of(ranges: Iterable[tree.Range]) -> dict[tree.Node, bytes]:
    """The hashes that make up the ranges, in one query."""
    ranges = list(ranges)
    with connection.cursor() as cursor:
        cursor.execute(_NODES, [[*{tree.row_of(node) for leaves in ranges for node in tree.cover(leaves)}]])
        return _taken(ranges, {index: bytes(nodes) for index, nodes in cursor.fetchall()})


def _taken(ranges: Iterable[tree.Range], rows: Mapping[int, bytes]) -> dict[tree.Node, bytes]:
    """The hashes that make up the ranges, out of the rows that have them."""
    wanted = [node for leaves in ranges for node in tree.cover(leaves)]
    return {node: _split(rows[tree.row_of(node)])[node[0]] for node in wanted}


def _rows_of(written: str) -> dict[int, bytes]:
    """Place → its hashes, as a statement writes many in one value."""
    return {int(place): bytes.fromhex(nodes) for place, nodes in (each.split() for each in written.split(","))}


def _place(entry: LogEntry) -> int:
    if entry.index is None:
        raise ValueError("the entry has no place yet")
    return entry.index


def _split(nodes: bytes | memoryview | None) -> tuple[bytes, ...]:
    whole = bytes(nodes or b"")
    return tuple(whole[at : at + tree.HASH_OCTETS] for at in range(0, len(whole), tree.HASH_OCTETS))
