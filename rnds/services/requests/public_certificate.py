"""The «.cer» button: a file with the public certificate only, refused or taken according to CER_POLICY."""

from datetime import datetime

from cryptography import x509
from django.db import transaction

from common import audit, switches
from common.actor import Actor
from common.exceptions import RuleBroken
from common.switch_choices import CerPolicy
from pki import services as pki
from pki.authority import inspection, reading, recognition
from pki.authority.errors import InspectionRefused
from pki.authority.hierarchy import pem
from pki.models import Authority, Certificate
from pki.services.authorities import trust_store
from pki.services.certificates import certificate_fields
from pki.services.revocation import revoked_at_of

MOST_BYTES = 100 * 1024
EXTENSIONS = (".cer", ".crt")
NOT_COMPATIBLE = (
    "Não carregue o 'certificado .cer'. O tipo de arquivo gerado não é compatível com o sistema. "
    "O arquivo .cer contém apenas a chave pública; o PEC precisa do arquivo .pfx ou .p12 com a chave privada."
)
CHOOSE_FILE = "Selecione um arquivo .cer ou .crt de até 100 KB."
NOT_A_CERTIFICATE = "O arquivo não é um certificado (.cer) válido."
IS_CONTAINER = "Este arquivo é um .pfx, com a chave privada. Envie-o na opção «Certificado A1 (.pfx)»."
REAL = "Este ambiente é um simulador. Não envie certificados reais."
WITHOUT_KEY = "Atenção: o arquivo .cer não tem chave privada; o PEC não conseguirá habilitá-lo."


@transaction.atomic
def import_public(*, content: bytes, filename: str, by: Actor, at: datetime) -> tuple[Certificate, tuple[str, ...]]:
    """Keep a public certificate, in the modes "avisar" and "aceitar"; a certificate already known keeps its row.

    Raises RuleBroken: not a certificate, real ICP-Brasil, or — in "recusar", the default — the manual's own sentence.
    """
    certificate = _parsed(content, filename)
    if switches.now().cer_policy is CerPolicy.REFUSE:
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
    audit.record("certificate.imported", target=row, at=at, by=by, new=is_new, public_only=True)
    return row, (WITHOUT_KEY,) if switches.now().cer_policy is CerPolicy.WARN else ()


def refuse_public(content: bytes) -> None:
    """Raise RuleBroken, with the manual's sentence, for a .cer where a .pfx is asked for, whatever its name."""
    if len(content) <= MOST_BYTES and recognition.what_it_is(content) in ("pem", "der"):
        if pki.shows_real_certificate(content):
            raise RuleBroken(REAL, code="REAL", field="file")
        raise RuleBroken(NOT_COMPATIBLE, code="cer_refused", field="file")


def _parsed(content: bytes, filename: str) -> x509.Certificate:
    if not 0 < len(content) <= MOST_BYTES:
        raise RuleBroken(CHOOSE_FILE, code="C1", field="file")
    if recognition.is_container(content):
        raise RuleBroken(IS_CONTAINER, code="C2", field="file")
    if not filename.lower().endswith(EXTENSIONS):
        raise RuleBroken(CHOOSE_FILE, code="C1", field="file")
    certificate = reading.public_certificate_in(content)
    if certificate is None:
        message = recognition.sentence_of(recognition.what_it_is(content), otherwise=NOT_A_CERTIFICATE)
        raise RuleBroken(message, code="C2", field="file")
    return certificate


def _check(certificate: x509.Certificate, at: datetime) -> str:
    """Slug of the simulated authority that issued the certificate."""
    try:
        return inspection.check_certificate(certificate, at=at, store=trust_store(), revoked_at=revoked_at_of)
    except InspectionRefused as refused:
        raise RuleBroken(refused.message, code=refused.check, field="file") from None
