"""Every bad certificate through the screens: each gets its message, and nothing of it stays."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from accounts.models import Membership
from common.models import AuditEvent
from pki import services as pki
from pki.authority import defects
from pki.authority.recognition import NOT_A_CONTAINER
from pki.authority.uses import FORBIDDEN_ALGORITHM, INCONSISTENT, NO_CLIENT, NOT_OURS
from pki.models import Certificate, Pkcs12File
from pki.services.defects import issue_defect
from rnds.models import CredentialRequest, PecKeyFile
from rnds.services.requests.public_certificate import CHOOSE_FILE, IS_CONTAINER, NOT_COMPATIBLE
from tests import factories
from tests.factories import NOON
from tests.factories.credentials import PFX_PASSWORD, make_draft, make_own_pfx, public_part

pytestmark = pytest.mark.django_db
REAL = "Este ambiente é um simulador. Não envie certificados reais."
SIZE = "Selecione um arquivo .pfx ou .p12 de até 100 KB."
CER_SIZE = CHOOSE_FILE
IS_PFX = IS_CONTAINER
NOT_A1 = NOT_A_CONTAINER
CER = NOT_COMPATIBLE
# By the check of the catalogue, as the specification words them.
MESSAGES = {
    "C4": "O arquivo não contém a chave privada do certificado.",
    "C7": NOT_OURS,
    "C8": "Certificado revogado em 23/11/2026.",
    "C9": "Certificado do tipo A3 não é aceito; utilize um certificado A1.",
    "C10": NO_CLIENT,
    "C11": INCONSISTENT,
    "C13": FORBIDDEN_ALGORITHM,
    "REAL": REAL,
}
OWN = {"expirado": "Certificado expirado em 22/11/2026.", "ainda-nao-valido": "ainda não é válido"}


@pytest.fixture(autouse=True)
def noon(db: None) -> None:
    pki.ensure_authorities(at=NOON)


@pytest.fixture
def draft(client: Client) -> CredentialRequest:
    draft = make_draft()
    client.force_login(draft.requested_by)
    return draft


def traces() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Certificate, Pkcs12File, AuditEvent, PecKeyFile))


def send(client: Client, draft: CredentialRequest, name: str, content: bytes, password: str, kind: str = "pfx") -> str:
    """The page after the upload, which must have kept nothing."""
    before = traces()
    address = reverse("rnds:request_step", args=[draft.pk, "certificado"])
    file = SimpleUploadedFile(name, content)
    answer = client.post(f"{address}?tipo={kind}", {"file": file, "password": password})
    assert answer.status_code == 200
    assert traces() == before
    after = CredentialRequest.objects.get(pk=draft.pk)
    assert (after.certificate_source, after.imported_certificate, after.imported_file) == ("", None, None)
    text = answer.content.decode()
    assert PFX_PASSWORD not in text
    return text


@pytest.mark.parametrize("defect", [defect for defect in defects.CATALOGUE if defect.check], ids=lambda d: d.name)
def test_each_defect_of_the_catalogue(client: Client, draft: CredentialRequest, defect: defects.Defect) -> None:
    person = draft.requester
    holder = pki.PersonHolder(name=person.name, cpf=person.cpf_text, birth_date=person.birth_date)
    made = issue_defect(name=defect.name, holder=holder, password=PFX_PASSWORD, form="moderno", at=NOON)
    text = send(client, draft, "meu.pfx", made.container, PFX_PASSWORD)
    assert escape(OWN.get(defect.name) or MESSAGES[defect.check]) in text


def test_files_that_are_not_what_their_name_says(client: Client, draft: CredentialRequest) -> None:
    pfx = make_own_pfx(draft.token.organisation.cnpj)
    cer = public_part(pfx)
    assert "Senha do certificado incorreta." in send(client, draft, "meu.pfx", pfx, "outra senha")
    # A .cer by its content gets the manual's sentence, whatever its name and wherever it is brought.
    assert escape(CER) in send(client, draft, "meu.pfx", cer, PFX_PASSWORD)
    assert escape(CER) in send(client, draft, "meu.cer", cer, PFX_PASSWORD)
    assert escape(NOT_A1) in send(client, draft, "meu.p12", b"-----BEGIN CERTIFICATE-----\nabc", PFX_PASSWORD)
    assert escape(SIZE) in send(client, draft, "meu.cer", b"abc", PFX_PASSWORD)
    assert escape(SIZE) in send(client, draft, "meu.pfx.exe", pfx, PFX_PASSWORD)
    assert escape(SIZE) in send(client, draft, "vazio.pfx", b"", PFX_PASSWORD)
    assert escape(SIZE) in send(client, draft, "grande.pfx", b"\x30" * 3 * 1024 * 1024, PFX_PASSWORD)
    assert escape(CER) in send(client, draft, "meu.cer", cer, "", kind="cer")
    assert CER_SIZE in send(client, draft, "meu.pfx", b"abc", "", kind="cer")
    # And a .pfx where a .cer is asked for is led to its own tab.
    for name in ("meu.pfx", "meu.cer"):
        assert IS_PFX in send(client, draft, name, pfx, "", kind="cer")


def test_a_real_certificate_stays_nowhere_in_the_pec_either(client: Client) -> None:
    """Its key can only be seen when the password opens it; then the file is erased, and the trail has no name of it."""
    entity = factories.make_entity()
    installation = factories.make_installation(entity)
    person = pki.PersonHolder(name="Fulana Verdadeira da Silva", cpf=factories.make_cpf(9), birth_date=NOON.date())
    made = issue_defect(name="emissor-real", holder=person, password=PFX_PASSWORD, form="moderno", at=NOON)
    server = factories.make_member(Membership.Role.PEC_INSTALLATION_ADMIN, entity)
    client.force_login(server)
    file = SimpleUploadedFile("meu.pfx", made.container)
    client.post(reverse("rnds:pec_keys", args=[installation.pk]), {"file": file})
    kept = PecKeyFile.objects.get()

    municipal = factories.make_member(Membership.Role.PEC_MUNICIPAL_ADMIN, entity)
    client.force_login(municipal)
    data: dict[str, Any] = {"services": ["rnds"], "file": kept.pk, "password": PFX_PASSWORD, "requester_id": "10001"}
    answer = client.post(reverse("rnds:pec_certificates", args=[installation.pk]), data)
    assert escape(REAL) in answer.content.decode()
    assert not PecKeyFile.objects.exists()
    assert not Certificate.objects.exists()
    told = " ".join(f"{event.target_label} {event.details}" for event in AuditEvent.objects.all())
    assert "VERDADEIRA" not in told.upper()
    assert person.cpf not in told
