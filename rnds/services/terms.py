"""The «Termo de Uso e-SUS APS para RNDS e CNS»: its versions, its text for one request, and its acceptance."""

import hashlib
import secrets
import unicodedata
from datetime import UTC, date, datetime
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from common import documents
from common.legal_time import BRASILIA
from rnds.models import CredentialRequest, TermsAcceptance, TermsText
from rnds.services.terms_text import BODY

VERSION = "2026.1"
SIGNATORY_UNIT = "Coordenação-Geral de Projetos e Inovação da Atenção Primária à Saúde – CGPROJ/SAPS"
_PUBLISHED_AT = datetime(2023, 6, 1, 3, 0, tzinfo=UTC)
_MONTHS = (
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split()  # noqa: SIM905 -- one readable line
)
_CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Terms(NamedTuple):
    """The termo as one person reads it for one request; `sha256` is of exactly this text."""

    version: TermsText
    text: str
    sha256: str


@transaction.atomic
def ensure_terms_text(*, at: datetime) -> TermsText:
    """The version in force at `at`; the built-in one is put in the database first if it is not there yet."""
    TermsText.objects.get_or_create(
        version=VERSION,
        defaults={
            "body": BODY,
            "sha256": sha256_of(BODY),
            "signatory_unit": SIGNATORY_UNIT,
            "published_at": _PUBLISHED_AT,
        },
    )
    return TermsText.objects.filter(published_at__lte=at).latest()


def render_terms(*, request: CredentialRequest, at: datetime) -> Terms:
    """The termo in force at `at`, with the parties and the Brasília date in words."""
    version = ensure_terms_text(at=at)
    text = version.body.format_map(_blanks(request, version, at))
    return Terms(version, text, sha256_of(text))


def record_acceptance(
    *, request: CredentialRequest, terms: Terms, ip: str | None, user_agent: str, at: datetime
) -> TermsAcceptance:
    """Write down who accepted which text, when and from where; the caller asked and audits."""
    return _acceptance_row(request, terms, ip, user_agent, at)


def verification_url(acceptance: TermsAcceptance) -> str:
    """Address of the public page that confirms the acceptance; what the QR code says."""
    return f"{settings.PORTAL_URL}{reverse('rnds:terms_verify', args=[acceptance.verification_code])}"


def sha256_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def day_in_words(day: date) -> str:
    """«Aos 15 dias do mês de junho do ano de 2023»; the first of the month is said so."""
    opening = "Ao primeiro dia" if day.day == 1 else f"Aos {day.day} dias"
    return f"{opening} do mês de {_MONTHS[day.month - 1]} do ano de {day.year}"


def _acceptance_row(
    request: CredentialRequest, terms: Terms, ip: str | None, user_agent: str, at: datetime
) -> TermsAcceptance:
    return TermsAcceptance.objects.create(
        request=request,
        text=terms.version,
        text_sha256=terms.sha256,
        rendered=terms.text,
        cpf=request.requester.cpf_text,
        accepted_at=at,
        ip=ip,
        user_agent=_printable(user_agent)[:300],
        verification_code="".join(secrets.choice(_CODE_ALPHABET) for _ in range(16)),
    )


def _blanks(request: CredentialRequest, version: TermsText, at: datetime) -> dict[str, str]:
    establishment, responsible = request.establishment, request.responsible
    assert responsible is not None  # noqa: S101 -- the database refuses a complete request without it
    return {
        "data_extenso": day_in_words(at.astimezone(BRASILIA).date()),
        "unidade": version.signatory_unit,
        "cessionario": _printable(establishment.name),
        "cnes": establishment.cnes,
        "cnpj": documents.format_cnpj(establishment.cnpj),
        "municipio": str(establishment.municipality),
        "representante": _printable(responsible.name),
        "cpf": documents.format_cpf(responsible.cpf_text),
        "email": request.responsible_email,
        "telefone": documents.format_phone(request.responsible_phone),
        "aceitante": _printable(request.requester.name),
        "cpf_aceitante": documents.format_cpf(request.requester.cpf_text),
        "filhos": str(request.children.count()),
    }


def _printable(text: str) -> str:
    """`text` without control and directional characters, which could make the termo read otherwise than it says."""
    return "".join(character for character in text if unicodedata.category(character) not in {"Cc", "Cf"})
