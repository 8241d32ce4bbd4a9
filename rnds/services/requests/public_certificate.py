"""The «.cer» button: a file with the public certificate only, refused or taken according to CER_POLICY."""

from datetime import datetime

from cryptography import x509
from django.conf import settings
from django.db import transaction

from accounts.models import User
from common import audit
from common.exceptions import RuleBroken
from common.legal_time import BRASILIA
from pki.authority import reading, trust
from pki.authority.hierarchy import pem
from pki.authority.profiles import STRICT_ORGANISATION
from pki.models import Authority, Certificate
from pki.services.authorities import trust_store
from pki.services.certificates import certificate_fields
from pki.services.revocation import revoked_at_of

REFUSE, WARN = "recusar", "avisar"
MOST_BYTES = 100 * 1024
EXTENSIONS = (".cer", ".crt")
NOT_COMPATIBLE = (
    "Não carregue o 'certificado .cer'. O tipo de arquivo gerado não é compatível com o sistema. "
    "O arquivo .cer contém apenas a chave pública; o PEC precisa do arquivo .pfx ou .p12 com a chave privada."
)
WITHOUT_KEY = "Atenção: o arquivo .cer não tem chave privada; o PEC não conseguirá habilitá-lo."


@transaction.atomic
def import_public(*, content: bytes, filename: str, actor: User, at: datetime) -> tuple[Certificate, tuple[str, ...]]:
    """Keep a public certificate, in the modes "avisar" and "aceitar"; a certificate already known keeps its row.

    Raises RuleBroken: not a certificate, real ICP-Brasil, or — in "recusar", the default — the manual's own sentence.
    """
    certificate = _parsed(content, filename)
    if settings.CER_POLICY == REFUSE:
        raise RuleBroken(NOT_COMPATIBLE, code="cer_refused", field="file")
    authority_slug = _check(certificate, at)
    fields = certificate_fields(reading.facts_of(certificate))
    row, is_new = Certificate.objects.get_or_create(
        sha256=fields.pop("sha256"),
        defaults={
            "authority": Authority.objects.get(slug=authority_slug),
            "origin": Certificate.Origin.IMPORTED,
            "pem": pem(certificate).decode(),
            "created_at": at,
            **fields,
        },
    )
    audit.record("certificate.imported", target=row, at=at, actor=actor, new=is_new, public_only=True)
    return row, (WITHOUT_KEY,) if settings.CER_POLICY == WARN else ()


def _parsed(content: bytes, filename: str) -> x509.Certificate:
    if not filename.lower().endswith(EXTENSIONS) or not 0 < len(content) <= MOST_BYTES:
        raise RuleBroken("Selecione um arquivo .cer ou .crt de até 100 KB.", code="C1", field="file")
    certificate = reading.public_certificate_in(content)
    if certificate is None:
        raise RuleBroken("O arquivo não é um certificado (.cer) válido.", code="C2", field="file")
    return certificate


def _check(certificate: x509.Certificate, at: datetime) -> str:
    """Slug of the simulated authority that issued the certificate."""
    try:
        path = trust_store().path(certificate)
    except trust.WeakSignature:
        raise RuleBroken("Algoritmo do certificado não permitido.", code="C13", field="file") from None
    if not path and STRICT_ORGANISATION in reading.organisations_of(certificate):
        raise RuleBroken("Este ambiente é um simulador. Não envie certificados reais.", code="REAL", field="file")
    if at >= certificate.not_valid_after_utc:
        day = certificate.not_valid_after_utc.astimezone(BRASILIA)
        raise RuleBroken(f"Certificado expirado em {day:%d/%m/%Y}.", code="C5", field="file")
    if not path:
        message = "Certificado não emitido por autoridade da ICP-Brasil (simulada)."
        raise RuleBroken(message, code="C7", field="file")
    revoked_at = trust.revocation_of(certificate, path, revoked_at_of)
    if revoked_at:
        raise RuleBroken(
            f"Certificado revogado em {revoked_at.astimezone(BRASILIA):%d/%m/%Y}.", code="C8", field="file"
        )
    return path[0].slug
