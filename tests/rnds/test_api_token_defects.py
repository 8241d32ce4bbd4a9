"""GET /api/token with each certificate of `manage.py pki defects`, and with what is no A1: judged as in the import."""

from datetime import date

import pytest
from django.core.cache import cache

from pki import services as pki
from pki.authority import defects
from pki.models import Certificate
from pki.services.defects import issue_defect
from rnds.services.access import AccessDenied, authorise_certificate
from tests.clock import now
from tests.rnds.test_api_token import call, denied

pytestmark = pytest.mark.django_db

HOLDER = pki.PersonHolder("PESSOA DE TESTE", "52998224725", date(1980, 1, 1))
TOKEN = ""
VERDICTS = {
    "expirado": "outside_validity",
    "ainda-nao-valido": "outside_validity",
    "vence-logo": TOKEN,
    "revogado": "revoked",
    "ac-revogada": "revoked",
    "ac-desconhecida": "untrusted",
    "emissor-real": "untrusted",
    # Whoever presents it in a handshake has the key.
    "sem-chave": TOKEN,
    "uso-errado": "untrusted",
    "sem-assinatura-digital": "untrusted",
    "politica-a3": "untrusted",
    "cpf-invalido": "untrusted",
    "cpf-diferente": "untrusted",
    "acentos": TOKEN,
    "rg-antigo": TOKEN,
    "uma-lcr": TOKEN,
    "sha1": "untrusted",
    "rsa-1024": "untrusted",
}
EXPLAINED = {
    "uso-errado": "não permite autenticação de cliente",
    "sem-assinatura-digital": "não permite autenticação de cliente",
    "politica-a3": "do tipo A3 não é aceito",
    "cpf-invalido": "CPF/CNPJ do certificado inconsistente",
    "cpf-diferente": "CPF/CNPJ do certificado inconsistente",
    "sha1": "Algoritmo do certificado não permitido",
    "rsa-1024": "Algoritmo do certificado não permitido",
}


def make(name: str) -> str:
    made = issue_defect(name=name, holder=HOLDER, password="senha-do-pfx", form="moderno", at=now())
    return made.certificate_pem.decode()


def verdict(pem: str) -> tuple[str, str]:
    """Code of the refusal and its explanation; both empty for a token."""
    try:
        authorise_certificate(pem=pem, at=now())
    except AccessDenied as denial:
        return denial.code, denial.explanation
    return TOKEN, ""


def test_every_defect_of_the_catalogue_is_decided() -> None:
    assert set(VERDICTS) == set(defects.BY_NAME)


@pytest.mark.parametrize("name", VERDICTS)
def test_a_defective_certificate_on_record(name: str) -> None:
    code, explanation = verdict(make(name))
    assert code == VERDICTS[name]
    assert EXPLAINED.get(name, "") in explanation


@pytest.mark.parametrize("name", sorted(set(VERDICTS) - {"revogado"}))
def test_what_is_not_on_record_is_refused_for_its_own_defect_first(name: str) -> None:
    """All but the revoked one, known only by its record; what is good is of another room, or of before a reset."""
    pem = make(name)
    Certificate.objects.all().delete()
    assert verdict(pem)[0] == (VERDICTS[name] or "untrusted")


def test_the_a3_of_a_manager_gets_no_token() -> None:
    at = now()
    pki.ensure_authorities(at=at)
    medium = pki.issue_on_medium(holder=HOLDER, authority_slug="icp", kind="A3", pin="1234", puk="12345678", at=at)
    cache.clear()
    response = call(medium.certificate.pem)
    assert denied(response) == "Certificado não emitido por autoridade confiável."
    assert response.explanation == "Certificado do tipo A3 não é aceito; utilize um certificado A1."


def test_the_same_person_with_an_a1_gets_one() -> None:
    at = now()
    pki.ensure_authorities(at=at)
    medium = pki.issue_on_medium(holder=HOLDER, authority_slug="icp", kind="A1", pin="1234", puk="12345678", at=at)
    assert verdict(medium.certificate.pem) == (TOKEN, "")
