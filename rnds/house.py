"""What the RNDS brings to the house."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Min

from common.house import Due, DueKind, SystemCard
from rnds.models import Credential, CredentialRequest
from rnds.models.requests import CredentialRequestQuerySet
from rnds.rail import CREDENTIALING
from rnds.services.credentials.expiry import NOTICE_DAYS, warn_of_expiry
from rnds.services.requests import discard_overtaken


def _drafts(after: datetime) -> CredentialRequestQuerySet:
    drafts = CredentialRequest.objects.filter(status__in=CredentialRequest.BEFORE_ACCEPTANCE)
    return drafts.filter(token__expires_at__gt=after)


def next_discard(after: datetime) -> datetime | None:
    rows = _drafts(after)
    found: datetime | None = rows.aggregate(first=Min("token__expires_at"))["first"]
    return found


def discards(after: datetime, until: datetime) -> Iterator[Due]:
    rows = _drafts(after).filter(token__expires_at__lte=until)
    for row in rows.select_related("token__establishment", "requester").order_by("token__expires_at", "pk"):
        what = f"Solicitação de {row.token.establishment.name} perde o token"
        yield Due(row.token.expires_at, what, row.requester.name, "é descartada")


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
    DueKind("credential_notice", notices, next_notice, warn_of_expiry),
)
RAILS = (CREDENTIALING,)
SYSTEM_CARDS = (
    SystemCard("PEC (simulado)", "Contra-chave, certificado e teste de conexão.", "rnds:pec_list"),
    SystemCard("RNDS", "Credencial, certificado A1 e token de acesso.", "rnds:credential_list"),
)
