"""«Homologar» (T16): the gestor signs exactly what was shown, and the version becomes official.

The order is that of the costs: what may be refused at once; what is computed, the PIN, which counts, and the signature,
with nothing locked; and under the lock whether all that still holds, to keep the result or to forget it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django_fsm import can_proceed

from common import audit, permissions, prepared
from common.actor import Actor
from common.documents import mask_cpf
from common.exceptions import NotAllowedNow, RuleBroken
from common.legal_time import BRASILIA
from declarations.engine import catalogue
from declarations.engine.differences import Change, changes
from declarations.models import Declaration, Homologation, Receipt
from declarations.permissions import Permission
from declarations.services import waiting
from declarations.services.calendar import hold_period
from declarations.services.contents import content_of, stored_percent, typed_hash
from declarations.services.knowledge import Origins, origins_of, totals_of
from declarations.services.letters import tell_homologated
from declarations.services.receipts import Figures, Sent, record_receipt, sent_of, sign_receipt
from documents.services import log
from documents.services.signatories import Signatory
from pki import services as pki
from pki.authority.statements import sign_statement
from pki.models import Certificate
from siops.offices import office_of
from siops.services.registry import hold_entity
from siops.services.sign_in import medium_of
from siops.services.signing import signatory_by_medium

CHANGED = "Os dados mudaram desde a exibição. Revise novamente."
CHANGED_SINCE_SENT = (
    "O portal soube de outro exercício depois do envio, e um total mudou. Devolva ao técnico, que transmite de novo."
)
OWN_TRANSMISSION = "Quem transmitiu os dados não os homologa."
TOO_EARLY = "A homologação fica disponível 24 horas depois do envio: em {when}."
NO_KEY = "A chave do seu certificado não está no token virtual, e sem ela não há como assinar aqui."
CERTIFICATE_OVER = "O certificado de quem assina deixou de valer agora. Nada foi homologado."
STATEMENT = (
    "Declaro, na condição de gestor do SUS, a fidedignidade das informações do demonstrativo (RREO, Anexo 12) do "
    "{period} de {entity}, código IBGE {ibge}, versão {version}, cujo resumo SHA-256 é {sha256}. {name}, CPF {cpf}, "
    "{role}{substitution}, em {when} (horário de Brasília). SIMULADO – SEM VALOR LEGAL."
)


@dataclass(frozen=True)
class Computed:
    """What is known of the content that is signed, while nothing is locked, and what it follows from."""

    content_hash: str
    typed: str
    percent: int | None
    # What the receipt says, as that of the transmission.
    figures: Figures
    origins: Origins
    # How it differs from the official version of the bimestre.
    changed: list[Change]


@dataclass(frozen=True)
class Signed:
    """The declaration of responsibility under the key of its author, made while nothing was locked."""

    statement: str
    signature: bytes
    certificate: Certificate


@prepared.statements()
def homologate_declaration(*, declaration_id: int, shown_hash: str, pin: str, by: Actor, at: datetime) -> Declaration:
    """Sign what was shown and make it official, or raise and leave no trace but the count of a wrong PIN.

    Outside a transaction. The same act twice gives the same homologation. Raises NotPermitted, NotAllowedNow, or
    RuleBroken (own_transmission, changed_since_shown, changed_since_sent, too_early, no_key, pin, certificate).
    """
    declaration: Declaration = _with_entity_and_period(pk=declaration_id)[0]
    permissions.require_as_read(by, Permission.HOMOLOGATE, declaration)
    if _is_done(declaration, shown_hash, by):
        return declaration
    _required(declaration, by, at)
    computed = _compute(declaration, shown_hash)
    person, role = office_of(by).record.person, office_of(by).label
    medium = medium_of(person.cpf_text, at)
    if medium is None:
        raise RuleBroken(NO_KEY, code="no_key", field="pin")
    signatory = signatory_by_medium(medium, name=person.name, role=role, cpf=person.cpf_text, pin=pin, at=at)
    signed = _sign(declaration, signatory, medium.certificate, by=by, at=at)
    homologated, receipt = _keep(declaration, computed, signed, by=by, at=at)
    # None is that of a double click, which has just been homologated.
    if receipt:
        sign_receipt(receipt=receipt, by=by, at=at, identity=signatory.identity)
    return homologated


@prepared.composed
def _with_entity_and_period(pk: int) -> QuerySet[Declaration]:
    return Declaration.objects.filter(pk=pk).select_related("entity__municipality__uf", "period")


def receipt_of(declaration: Declaration) -> Receipt:
    """That of the homologation."""
    receipt: Receipt = declaration.receipts.exclude(kind=Receipt.Kind.TRANSMISSION).get()
    return receipt


def _is_done(declaration: Declaration, shown_hash: str, by: Actor) -> bool:
    """Whether this very person has already homologated this very content: a double click."""
    return (
        declaration.status == Declaration.Status.HOMOLOGATED
        and declaration.homologated_by_id == by.account_id
        and declaration.content_hash == shown_hash
    )


def _required(declaration: Declaration, by: Actor, at: datetime) -> None:
    """What a version and who signs it must be, asked before the PIN and again under the lock."""
    if declaration.status == Declaration.Status.SUBSTITUTED:
        raise RuleBroken(CHANGED, code="changed_since_shown")
    if not can_proceed(declaration.homologate):
        raise NotAllowedNow(declaration.get_status_display())
    if declaration.transmitted_by_id == by.account_id:
        raise RuleBroken(OWN_TRANSMISSION, code="own_transmission")
    if at < (available := waiting.available_at(declaration)):
        when = f"{available.astimezone(BRASILIA):%d/%m/%Y às %H:%M}"
        raise RuleBroken(TOO_EARLY.format(when=when), code="too_early")


def _compute(declaration: Declaration, shown_hash: str) -> Computed:
    """What follows from the rows as they are now, which is what was shown and what was sent."""
    # What is written after this question is found under the lock.
    origins, sent = origins_of(declaration), sent_of(declaration)
    if _is_as_sent(declaration, shown_hash, origins, sent):
        percent = sent.figures.official_percent(declaration.period.period)
        return Computed(shown_hash, sent.typed_hash, percent, sent.figures, origins, [])
    content = content_of(declaration)
    case = totals_of(declaration, content, origins)
    now = case.declaration.content_hash
    if shown_hash != now:
        raise RuleBroken(CHANGED, code="changed_since_shown")
    if now != declaration.content_hash:
        raise RuleBroken(CHANGED_SINCE_SENT, code="changed_since_sent")
    changed = []
    if origins.official:
        former = Declaration.objects.get(pk=origins.official)
        former.entity, former.period = declaration.entity, declaration.period
        changed = changes(totals_of(former, content_of(former), origins), case)
    return Computed(now, typed_hash(content), stored_percent(case), sent.figures, origins, changed)


def _is_as_sent(declaration: Declaration, shown_hash: str, origins: Origins, sent: Sent) -> bool:
    """Whether computing could only find again what was judged as it was sent, and there is no version to compare."""
    return (
        shown_hash == declaration.content_hash == sent.figures.content_hash
        and origins.digest == sent.origins_hash
        and origins.official is None
        and sent.figures.rules == catalogue.VERSION
    )


def _sign(
    declaration: Declaration, signatory: Signatory, certificate: Certificate, *, by: Actor, at: datetime
) -> Signed:
    identity = signatory.identity
    if identity is None:
        raise TypeError("who signs by the PIN has a key")
    statement = STATEMENT.format(
        period=declaration.period,
        entity=declaration.entity,
        ibge=declaration.entity.ibge,
        version=declaration.version,
        sha256=declaration.content_hash,
        name=signatory.name,
        cpf=mask_cpf(office_of(by).record.person.cpf_text),
        role=signatory.role,
        substitution=", por substituição" if by.by_substitution else "",
        when=f"{at.astimezone(BRASILIA):%d/%m/%Y, %H:%M:%S}",
    )
    return Signed(statement, sign_statement(statement, identity), certificate)


@transaction.atomic
def _keep(
    shown: Declaration, computed: Computed, signed: Signed, *, by: Actor, at: datetime
) -> tuple[Declaration, Receipt | None]:
    """Under the lock, the same questions of what is there now; then everything that the act is, and the mails."""
    hold_period(shown.period_id)
    hold_entity(shown.entity_id)
    declaration: Declaration = Declaration.objects.select_for_update().get(pk=shown.pk)
    declaration.entity, declaration.period = shown.entity, shown.period
    permissions.require(by, Permission.HOMOLOGATE, declaration)
    if _is_done(declaration, computed.content_hash, by):
        return declaration, None
    _required(declaration, by, at)
    if declaration.content_hash != shown.content_hash or origins_of(declaration) != computed.origins:
        raise RuleBroken(CHANGED, code="changed_since_shown")
    if pki.judge_again(sha256=signed.certificate.sha256, at=at) is not pki.Outcome.OK:
        raise RuleBroken(CERTIFICATE_OVER, code="certificate", field="pin")

    former = None
    if computed.origins.official:
        former = Declaration.objects.select_for_update().get(pk=computed.origins.official)
        former.rectify()
        former.save(update_fields=["status"])
    declaration.homologate(by_id=by.author_id, at=at)
    declaration.percent = computed.percent
    declaration.save(update_fields=["status", "homologated_by", "homologated_at", "percent"])
    Homologation.objects.create(
        declaration=declaration,
        replaced=former,
        changes=[list(each) for each in computed.changed],
        by_substitution=by.by_substitution,
        statement=signed.statement,
        signature=signed.signature,
        certificate=signed.certificate,
    )
    receipt = _write_down(declaration, computed, signed, by=by, at=at)
    tell_homologated(declaration, by=by, at=at)
    return declaration, receipt


def _write_down(declaration: Declaration, computed: Computed, signed: Signed, *, by: Actor, at: datetime) -> Receipt:
    """The receipt, the signature in the receipts log, and the trail."""
    kind = Receipt.Kind.RECTIFICATION if declaration.homologation.replaced else Receipt.Kind.HOMOLOGATION
    receipt = record_receipt(
        declaration=declaration, kind=kind, figures=computed.figures, typed=computed.typed, author=by, at=at
    )
    log.enter(
        "homologation",
        receipt=receipt.number,
        statement=signed.statement,
        signature=signed.signature.hex(),
        certificate=signed.certificate.sha256,
    )
    audit.record(
        "declaration.homologated",
        target=declaration,
        by=by,
        at=at,
        sha256=declaration.content_hash,
        receipt=receipt.number,
        certificate=signed.certificate.sha256,
    )
    return receipt
