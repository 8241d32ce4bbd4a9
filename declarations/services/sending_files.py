"""Files of transmission that come from outside: to page «Transmissor», to the API, and from a version to a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from common import permissions
from common.actor import Actor
from common.exceptions import RuleBroken
from declarations.engine import opening, packing, records
from declarations.engine.declaration import Declaration as Content
from declarations.engine.faults import Fault, fault
from declarations.models import Declaration, ReportingPeriod
from declarations.models.declarations import DeclarationQuerySet
from declarations.permissions import Permission
from declarations.services.contents import content_of, typed_hash
from declarations.services.importing import shown_hash, take_tables
from declarations.services.opening import open_declaration
from declarations.services.packing import completed_content, pack_declaration
from declarations.services.transmitting import Outcome, transmit
from siops.services.tickets import open_ticket
from territory.models import Entity
from tickets.models import SupportTicket

Status = Declaration.Status
SENDABLE = (Status.PACKED, Status.TRANSMITTED, Status.HOMOLOGATED)
NO_VERSION = "Nenhuma versão deste bimestre foi aberta. Envie o arquivo."
NOT_WRITTEN_HERE = (
    "O arquivo não é o que foi gravado no portal para este bimestre. Importe-o na declaração, verifique as críticas e "
    "grave o arquivo outra vez."
)


class FileRefused(RuleBroken):
    """The file cannot be read, or is of another bimestre: `faults` say where (F-01 to F-16)."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        first = faults[0]
        super().__init__(f"Arquivo recusado: {first.code} {first.message}", code="file_refused", field="file")
        self.faults = faults


def transmit_file(*, entity_id: int, period_id: int, content: bytes, by: Actor, at: datetime) -> Outcome:
    """«Buscar arquivo na pasta», «Transmitir»: the version of the bimestre whose content the file has.

    Outside a transaction. Raises FileRefused, RuleBroken (other_file) and as `transmit` does.
    """
    read, faults = opening.read(content)
    if read is None:
        raise FileRefused(faults.listed)
    _require_same(read, entity_id, period_id)
    versions = _versions(entity_id, period_id).filter(status__in=SENDABLE, content_hash=read.content_hash)
    found = versions.newest_first().first()
    if found is None:
        raise RuleBroken(NOT_WRITTEN_HERE, code="other_file", field="file")
    return transmit(declaration_id=found.pk, shown_hash=read.content_hash, by=by, at=at)


def receive_file(*, entity_id: int, period_id: int, content: bytes, by: Actor, at: datetime) -> Declaration:
    """Take a file as the content of the version at work, opened when there is none; written content stays written.

    What was delivered already, and what is written, is answered by its version as it is. Raises NotPermitted,
    FileRefused, and as `open_declaration` and `take_tables` do.
    """
    permissions.require(by, Permission.FILL_DECLARATION, Entity.objects.get(pk=entity_id))
    read, faults = opening.read(content)
    if read is None:
        raise FileRefused(faults.listed)
    _require_same(read, entity_id, period_id)
    newest = _versions(entity_id, period_id).newest_first().first()
    if newest and newest.status in SENDABLE and typed_hash(content_of(newest)) == typed_hash(read):
        return newest
    if newest is None or not newest.is_open:
        newest = open_declaration(entity_id=entity_id, period_id=period_id, by=by, at=at)
    take_tables(
        declaration_id=newest.pk,
        tables={name: read.tables.get(name, {}) for name in records.RECORDS},
        shown=shown_hash(newest),
        source=packing.file_name(read.identity),
        by=by,
        at=at,
    )
    return _versions(entity_id, period_id).get(pk=newest.pk)


def newest_version(*, entity_id: int, period_id: int, by: Actor) -> Declaration:
    """The version at hand of the bimestre. Raises NotPermitted, or RuleBroken (no_version)."""
    permissions.require(by, Permission.FILL_DECLARATION, Entity.objects.get(pk=entity_id))
    newest = _versions(entity_id, period_id).newest_first().first()
    if newest is None:
        raise RuleBroken(NO_VERSION, code="no_version")
    return newest


def transmit_newest(*, entity_id: int, period_id: int, by: Actor, at: datetime) -> Outcome:
    """Write the file of what was verified, and transmit it. Raises as `pack_declaration` and `transmit` do."""
    newest = newest_version(entity_id=entity_id, period_id=period_id, by=by)
    if newest.status == Status.VALIDATED:
        pack_declaration(declaration_id=newest.pk, shown_hash=newest.content_hash, by=by, at=at)
    return transmit(declaration_id=newest.pk, shown_hash=newest.content_hash, by=by, at=at)


def _versions(entity_id: int, period_id: int) -> DeclarationQuerySet:
    rows = Declaration.objects.filter(entity=entity_id, period=period_id)
    return rows.select_related("entity__municipality__uf", "period")


def _require_same(read: Content, entity_id: int, period_id: int) -> None:
    """Of the very entity and bimestre of who sends it (F-16)."""
    entity, period = Entity.objects.get(pk=entity_id), ReportingPeriod.objects.get(pk=period_id)
    if (read.identity.ibge7, *read.identity.period) != (entity.ibge, *period.period):
        raise FileRefused([fault("F-16")])


def open_ticket_with_file(
    *, declaration: Declaration, rule_code: str, text: str, by: Actor, at: datetime
) -> SupportTicket:
    """«Abrir chamado com este arquivo»: the `.opsz` as it is by now, zipped, and the crítica that stays.

    Outside a transaction. Raises as `open_ticket` does.
    """
    content = completed_content(declaration, at)
    # The same data give the same file, so that a ticket that waits with it is found.
    made_at = declaration.saved_at or declaration.opened_at
    name = packing.file_name(content.identity)
    zipped = packing.zipped({name: packing.write(content, generated_at=made_at)})
    return open_ticket(
        entity_id=declaration.entity_id,
        subject=f"{rule_code or 'Críticas'} na declaração do {declaration.period}",
        rule_code=rule_code,
        text=text,
        filename=f"{name}.zip",
        content=zipped,
        by=by,
        at=at,
    )
