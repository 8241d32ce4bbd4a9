"""Receipts (recibos): the row in the transaction of the act, and its signed paper once nothing is locked.

Two calls, for to sign takes time. `record_receipt` is the last line but the mails of whoever transmits, homologates or
rectifies; `receipt_paper` follows the commit. What dies in between is made up for by whoever next asks for the paper.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.urls import reverse
from reportlab.lib.units import mm
from reportlab.platypus import Spacer

from common import permissions, prepared
from common.actor import Actor
from common.documents import mask_cpf
from common.legal_time import BRASILIA
from declarations.engine.periods import Period
from declarations.engine.receipt_numbers import is_receipt_number, receipt_number
from declarations.engine.report import Report
from declarations.models import Declaration, Homologation, Receipt
from declarations.permissions import Permission
from declarations.services.contents import content_of, stored_percent, typed_hash
from documents import text
from documents.models import Paper
from documents.qr import QrCode
from documents.services import log
from documents.services.issuing import Draft, find_paper, issue_paper
from documents.services.signatories import Signatory
from pki.authority.identities import SigningIdentity
from siops.offices import office_of

PAPER_KIND = "recibo-siops"
STAGES = {"committed_percent": "empenhada", "settled_percent": "liquidada", "paid_percent": "paga"}


@dataclass(frozen=True)
class Figures:
    """What a receipt says of the content that was delivered."""

    content_hash: str
    rules: str
    warnings: int
    released: str
    committed_percent: int | None
    settled_percent: int | None
    paid_percent: int | None

    def official_percent(self, period: Period) -> int | None:
        """At the stage that counts in the bimestre."""
        return self.committed_percent if period.is_final else self.settled_percent


@dataclass(frozen=True)
class Sent:
    """What the receipt of a transmission says of its content, and of what its totals followed from."""

    figures: Figures
    typed_hash: str
    origins_hash: str


def figures_of(report: Report, *, rules: str) -> Figures:
    """Those of what was just judged, which nothing blocks."""
    if report.case is None:
        raise TypeError("what was judged has a case")
    lowered = {each.code for group in report.groups for each in group.findings if each.lowered_by == "liberada"}
    return Figures(
        content_hash=report.case.declaration.content_hash,
        rules=rules,
        warnings=report.warnings,
        released=", ".join(sorted(lowered)),
        **{name: stored_percent(report.case, stage) for name, stage in STAGES.items()},
    )


def sent_of(declaration: Declaration) -> Sent:
    """As it was transmitted: what follows (homologação, retificação) is of the same content."""
    typed, origins, *figures = _transmission(declaration=declaration.pk)[0]
    return Sent(Figures(*figures), typed, origins)


@prepared.composed
def _transmission(declaration: int) -> QuerySet[Receipt, tuple[Any, ...]]:
    rows = Receipt.objects.filter(declaration=declaration, kind=Receipt.Kind.TRANSMISSION)
    return rows.values_list("typed_hash", "origins_hash", *Figures.__dataclass_fields__)


# In the transaction of the act, which one failure undoes whole: a savepoint would cost two more trips.
@transaction.atomic(savepoint=False)
def record_receipt(
    *,
    declaration: Declaration,
    kind: str,
    author: Actor,
    at: datetime,
    figures: Figures,
    typed: str = "",
    origins: str = "",
) -> Receipt:
    """The receipt of an act, in its transaction, of a declaration with its entity and period.

    `typed` is the hash of the rows, of who knows it; `origins`, of a transmission, that of what the totals followed
    from, read before they were judged. The caller holds the lock, has asked for the permission, and audits the act;
    `author` acts for the entity.
    """
    office, sequence, period = office_of(author), _next_sequence(), declaration.period
    receipt = Receipt(
        declaration=declaration,
        kind=kind,
        sequence=sequence,
        number=receipt_number(period.year, period.bimester, declaration.entity.ibge, sequence),
        typed_hash=typed or typed_hash(content_of(declaration)),
        origins_hash=origins,
        actor_name=author.name,
        actor_cpf=mask_cpf(office.record.person.cpf_text),
        actor_role=office.label,
        by_substitution=author.by_substitution,
        received_at=at,
        **asdict(figures),
    )
    receipt.entry_id = log.enter("receipt", **_facts_of(receipt))
    receipt.save(force_insert=True)
    return receipt


def find_receipt(*, number: str) -> Receipt | None:
    """The receipt of this room with this number, when all that it says is still so («Recibo válido»).

    Recomputed: the check digits; the number; the cells as they are now; the entry in the log, fact by fact; the file.
    """
    if not is_receipt_number(number):
        return None
    rows = Receipt.objects.select_related("entry", "declaration__period", "declaration__entity__municipality__uf")
    receipt = rows.filter(number=number).first()
    return receipt if receipt is not None and _still_holds(receipt) else None


def _still_holds(receipt: Receipt) -> bool:
    declaration, paper = receipt.declaration, paper_of(receipt)
    logged = json.loads(receipt.entry.content)
    return (
        receipt.number == _number_of(receipt)
        and receipt.content_hash == declaration.content_hash
        and receipt.typed_hash == typed_hash(content_of(declaration))
        and all(logged.get(name) == fact for name, fact in _facts_of(receipt).items())
        and (paper is None or hashlib.sha256(paper.content).hexdigest() == paper.sha256)
    )


def _number_of(receipt: Receipt) -> str:
    declaration = receipt.declaration
    return receipt_number(*declaration.period.period, declaration.entity.ibge, receipt.sequence)


def _facts_of(receipt: Receipt) -> dict[str, Any]:
    """All that a receipt says, as its entry in the log has it."""
    declaration = receipt.declaration
    return {
        "receipt_kind": receipt.kind,
        "number": receipt.number,
        "entity": declaration.entity.ibge,
        "period": str(declaration.period),
        "version": declaration.version,
        "actor": receipt.actor_name,
        "cpf": receipt.actor_cpf,
        "role": receipt.role,
        "at": receipt.received_at.isoformat(),
        "typed_hash": receipt.typed_hash,
    } | {name: getattr(receipt, name) for name in Figures.__dataclass_fields__}


def receipt_paper(*, receipt_id: int, by: Actor, at: datetime) -> Paper:
    """The signed PDF of a receipt, with its place in the receipts log; the same file at every call.

    Outside a transaction: to sign takes time. Where whoever acted has not signed it, the portal's seal does.
    Raises NotPermitted.
    """
    rows = Receipt.objects.select_related("declaration__period", "declaration__entity__municipality__uf")
    receipt = rows.get(pk=receipt_id)
    permissions.require(by, Permission.VIEW_DECLARATION, receipt)
    return paper_of(receipt) or sign_receipt(receipt=receipt, by=by, at=at)


def sign_receipt(*, receipt: Receipt, by: Actor, at: datetime, identity: SigningIdentity | None = None) -> Paper:
    """The same of a receipt just recorded, with its declaration, entity and period, for who has asked.

    `identity` is the actor's own key, open in memory; the portal's seal signs without one.
    """
    declaration, title = receipt.declaration, f"Recibo {receipt.number}"
    url = receipt_url(receipt)
    draft = Draft(
        kind=PAPER_KIND,
        title=title,
        target=receipt,
        matter=declaration,
        subject=f"SIOPS, {declaration.entity}, {declaration.period}, versão {declaration.version}",
        body=text.render(title, _lines_of(receipt, url), ending=[Spacer(0, 4 * mm), QrCode(url)]),
    )
    signatory = Signatory(receipt.actor_name, receipt.role, receipt.received_at, identity)
    return issue_paper(draft=draft, signatories=[signatory], by=by, at=at)


def paper_of(receipt: Receipt) -> Paper | None:
    """The signed PDF, once it was made."""
    return find_paper(kind=PAPER_KIND, target=receipt)


def is_public(receipt: Receipt) -> bool:
    """Whether everybody may see the percentages and the file: once the version is official (PC 1/2017, art. 467)."""
    return receipt.declaration.status in (Declaration.Status.HOMOLOGATED, Declaration.Status.RECTIFIED)


def receipt_url(receipt: Receipt) -> str:
    """Address of the public page that recomputes it; what its QR says."""
    return f"{settings.PORTAL_URL}{reverse('declarations:receipt_verify', args=[receipt.number])}"


def _lines_of(receipt: Receipt, url: str) -> Iterable[str]:
    """What the paper says, line by line."""
    declaration = receipt.declaration
    received = receipt.received_at.astimezone(BRASILIA)
    yield f"{receipt.get_kind_display()} dos dados do SIOPS, {declaration.period}, versão {declaration.version}."
    yield f"Ente: {declaration.entity}, código IBGE {declaration.entity.ibge}."
    yield f"Recebido em {received:%d/%m/%Y às %H:%M:%S} (UTC{received:%z}, horário de Brasília)."
    yield f"{receipt.did} {receipt.actor_name}, CPF {receipt.actor_cpf}, {receipt.role}."
    yield f"Resumo do conteúdo (SHA-256): {receipt.content_hash}."
    yield f"Críticas pelo conjunto {receipt.rules}: nenhuma impeditiva, {receipt.warnings} aviso(s)."
    if receipt.released:
        yield f"Com liberação pontual da coordenação do SIOPS: {receipt.released}."
    told = ", ".join(f"{stage} {percent}" for stage, percent in receipt.percents)
    yield f"Percentual aplicado em ASPS, por estágio da despesa: {told}."
    if receipt.kind != Receipt.Kind.TRANSMISSION:
        yield from _signed_lines(declaration.homologation)
    yield f"Confira este recibo em {url}"


def _signed_lines(act: Homologation) -> Iterable[str]:
    """What the gestor signed, and by which certificate, whoever made the paper."""
    yield act.statement
    digest = hashlib.sha256(act.signature).hexdigest()
    yield f"Declaração assinada com o certificado nº {act.certificate.serial.upper()}; SHA-256 da assinatura: {digest}."


def _next_sequence() -> int:
    """A number nobody else gets, without a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('declarations_receipt_number')")
        return int(cursor.fetchone()[0])
