"""What a file of transmission is of: the written version that page «Transmissor» sends, and the ticket about one."""

from __future__ import annotations

from datetime import datetime

from common.actor import Actor
from common.exceptions import RuleBroken
from declarations.engine import opening, packing
from declarations.engine.faults import MESSAGES
from declarations.models import Declaration, ReportingPeriod
from declarations.services.packing import completed_content
from declarations.services.transmitting import Outcome, transmit
from siops.models import SupportTicket
from siops.services.tickets import open_ticket
from territory.models import Entity

Status = Declaration.Status
SENDABLE = (Status.PACKED, Status.TRANSMITTED, Status.HOMOLOGATED)
NOT_WRITTEN_HERE = (
    "O arquivo não é o que foi gravado no portal para este bimestre. Importe-o na declaração, verifique as críticas e "
    "grave o arquivo outra vez."
)


def transmit_file(*, entity_id: int, period_id: int, content: bytes, by: Actor, at: datetime) -> Outcome:
    """«Buscar arquivo na pasta», «Transmitir»: the version of the bimestre whose content the file has.

    Outside a transaction. Raises RuleBroken (file_refused, other_file) and as `transmit` does.
    """
    read, faults = opening.read(content)
    if read is None:
        first = faults.listed[0]
        raise RuleBroken(f"Arquivo recusado: {first.code} {first.message}", code="file_refused", field="file")
    entity, period = Entity.objects.get(pk=entity_id), ReportingPeriod.objects.get(pk=period_id)
    if (read.identity.ibge7, *read.identity.period) != (entity.ibge, *period.period):
        raise RuleBroken(MESSAGES["F-16"], code="other_file", field="file")
    versions = Declaration.objects.filter(entity=entity, period=period, status__in=SENDABLE)
    found = versions.filter(content_hash=read.content_hash).newest_first().first()
    if found is None:
        raise RuleBroken(NOT_WRITTEN_HERE, code="other_file", field="file")
    return transmit(declaration_id=found.pk, shown_hash=read.content_hash, by=by, at=at)


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
