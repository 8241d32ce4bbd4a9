"""What the RNDS brings to the house."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min, QuerySet
from django.db.models.functions import Coalesce

from accounts import offices
from accounts.models import User
from common.house import Due, DueKind, Entry, Queue, SystemCard, Waiting
from common.terms import desk_term
from common.ui import Tone
from rnds import fidelity
from rnds.api import login, osb, token, token_osb, unknown
from rnds.models import Credential, CredentialRequest
from rnds.permissions import Permission
from rnds.rail import CREDENTIALING
from rnds.services.credentials.expiry import NOTICE_DAYS, warn_of_expiry
from rnds.services.requests import discard_overtaken


def _drafts(after: datetime) -> QuerySet[Any]:
    """Drafts that lose their token after this instant (`lost_at`): it is cancelled, or its day ends."""
    drafts = CredentialRequest.objects.filter(status__in=CredentialRequest.BEFORE_ACCEPTANCE)
    lost_at = Coalesce("token__cancelled_at", "token__expires_at")
    return drafts.annotate(lost_at=lost_at).filter(lost_at__gt=after)


def next_discard(after: datetime) -> datetime | None:
    found: datetime | None = _drafts(after).aggregate(first=Min("lost_at"))["first"]
    return found


def discards(after: datetime, until: datetime) -> Iterator[Due]:
    rows = _drafts(after).filter(lost_at__lte=until)
    for row in rows.select_related("token__establishment", "requester").order_by("lost_at", "pk"):
        what = f"Solicitação de {row.token.establishment.name} perde o token"
        yield Due(row.lost_at, what, row.requester.name, "é descartada")


def next_notice(after: datetime) -> datetime | None:
    firsts = (
        Credential.objects.active()
        .filter(certificate__not_after__gt=after + timedelta(days=days))
        .aggregate(first=Min("certificate__not_after"))["first"]
        for days in NOTICE_DAYS
    )
    instants = [first - timedelta(days=days) for first, days in zip(firsts, NOTICE_DAYS, strict=True) if first]
    return min(instants, default=None)


def notices(after: datetime, until: datetime) -> Iterator[Due]:
    active = Credential.objects.active().select_related("certificate", "request__requester")
    for days in NOTICE_DAYS:
        span = timedelta(days=days)
        rows = active.filter(certificate__not_after__gt=after + span, certificate__not_after__lte=until + span)
        for row in rows:
            what = f"Certificado da credencial nº {row.requester_id}: aviso de {days} dia{'s' if days > 1 else ''}"
            yield Due(row.certificate.not_after - span, what, row.request.requester.name, "1 e-mail")


DUE_KINDS = (
    DueKind("request_discard", discards, next_discard, discard_overtaken),
    DueKind("credential_notice", notices, next_notice, warn_of_expiry, only_tells=True),
)

SEEN_BY = (
    offices.PROFILE,
    offices.FUND,
    User.StaffRole.RNDS_ANALYST,
    User.StaffRole.AUDITOR,
    User.StaffRole.ADMINISTRATOR,
)
PERSON, STAFF = User.Kind.PERSON, User.Kind.STAFF
MENU = (
    Entry("Credenciais", "rnds:credential_list", frozenset({PERSON, STAFF}), Permission.VIEW_CREDENTIALS),
    Entry("PEC", "rnds:pec_list", frozenset({PERSON}), Permission.VIEW_PEC),
)
QUEUES = (
    Queue(
        "Credenciais da RNDS",
        "Análise das solicitações e credenciais",
        "certificate",
        "rnds:credential_list",
        Permission.VIEW_CREDENTIALS,
        Waiting(
            key="credenciais",
            rows=lambda actor: CredentialRequest.objects.visible_to(actor).filter(
                status=CredentialRequest.Status.UNDER_REVIEW
            ),
            since="changed_at",
            term=desk_term,
            act=Permission.REVIEW_REQUEST,
            item="rnds:request_detail",
            decisions={
                "request.approved": "aprovada",
                "request.sent_back": "devolvida",
                "request.rejected": "reprovada",
            },
            codes=("establishment__cnes",),
            note=lambda row: str(row.establishment),
        ),
    ),
)
# Those of the PEC are the words of its own audit screen.
VERBS = {
    "credential.downloaded": "Credencial baixada",
    "credential.granted": "Credencial gerada",
    "credential.revoked": "Credencial revogada",
    "credential.superseded": "Credencial substituída por outra",
    "message.sent_again": "Mensagem enviada de novo",
    "pec.citizen_searched": "Buscar cidadão no CADSUS",
    "pec.activated": "Instalar ou atualizar o PEC com a contra-chave do e-Gestor",
    "pec.certificate_disabled": "Desabilitar PEC a acessar RNDS",
    "pec.certificate_enabled": "Habilitar o PEC a acessar RNDS",
    "pec.connection_tested": "Testar conexão",
    "pec.key_file_opened": 'Abrir arquivo da pasta "chaves"',
    "pec.key_file_put": 'Incluir arquivo na pasta "chaves"',
    "pec.key_file_removed": 'Remover arquivo da pasta "chaves"',
    "pec.real_certificate_erased": "Apagar certificado real",
    "pec.unopened_file_erased": 'Apagar arquivo da pasta "chaves" que ninguém abriu em uma hora',
    "request.approved": "Solicitação aprovada",
    "request.completed": "Formulário completo, aguardando termo",
    "request.discarded": "Solicitação descartada",
    "request.opened": "Solicitação aberta",
    "request.paired_again": "Token e contra-chave validados de novo",
    "request.rejected": "Solicitação reprovada",
    "request.resubmitted": "Solicitação reenviada para análise",
    "request.returned_to_form": "Volta ao formulário antes do aceite",
    "request.sample_certificate": "Certificado de exemplo gerado",
    "request.section_saved": "Etapa salva",
    "request.sent_back": "Solicitação devolvida com pendência",
    "request.submitted_for_review": "Solicitação enviada para análise",
    "request.withdrawn": "Desistência da solicitação",
    "system_access.created": "Acesso de sistema criado",
    "system_access.revoked": "Acesso de sistema revogado",
    "terms.accepted": "Termo aceito",
}
RECORDED = (
    "credential.granted",
    "credential.revoked",
    "credential.superseded",
    "request.approved",
    "request.rejected",
    "terms.accepted",
)
STEP_UP = (Permission.REVIEW_REQUEST, Permission.REVOKE_CREDENTIAL)
TONES = {
    "active": Tone.SUCCESS,
    "granted": Tone.SUCCESS,
    "enabled": Tone.SUCCESS,
    "success": Tone.SUCCESS,
    "awaiting_terms": Tone.WARNING,
    "under_review": Tone.WARNING,
    "pending": Tone.WARNING,
    "file_available": Tone.WARNING,
    "draft": Tone.NEUTRAL,
    "revoked": Tone.DANGER,
    "rejected": Tone.DANGER,
    "certificate_expired": Tone.DANGER,
    "certificate_failure": Tone.DANGER,
    "no_connection": Tone.DANGER,
}
MACHINE_PATHS = ("/api/", "/.well-known/", "/login", "/token/")
FIDELITY, NOT_YET, GAPS = fidelity.AREAS, fidelity.NOT_YET, fidelity.GAPS
MACHINE_DOORS = (token.DOOR, osb.DOOR, login.DOOR, token_osb.DOOR, unknown.DOOR)
RAILS = (CREDENTIALING,)
SYSTEM_CARDS = (
    SystemCard("PEC (simulado)", "Contra-chave, certificado e teste de conexão.", "rnds:pec_list"),
    SystemCard("RNDS", "Credencial, certificado A1 e token de acesso.", "rnds:credential_list"),
)
