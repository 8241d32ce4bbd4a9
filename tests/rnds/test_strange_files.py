"""What a person reads who brings a strange file, in the form and in the PEC: the table kind × sentence of each."""

from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from common.exceptions import RuleBroken
from pki.authority import containers, recognition
from pki.authority.recognition import NOT_A_CONTAINER
from rnds.models import CredentialRequest
from rnds.services import key_files
from rnds.services.key_files import NO_PRIVATE_KEY
from rnds.services.requests.certificate import JAVA_WILL_NOT_OPEN
from tests.factories import NOON
from tests.factories.credentials import PFX_PASSWORD, choose_certificate, make_draft, make_own_pfx, public_part
from tests.pki.strange_files import SECRET, self_signed, strange_files
from tests.pki.test_found import SENTENCES
from tests.rnds.test_certificate_choice import CER_SENTENCE

KEY = rsa.generate_private_key(65537, 2048)
FILES = strange_files(KEY, self_signed(KEY, at=NOON))
NOT_VALID = NOT_A_CONTAINER
PUBLIC, OTHER = NO_PRIVATE_KEY, "O arquivo selecionado não é um .pfx ou .p12."
CHOOSE = "Selecione um arquivo .pfx ou .p12 de até 100 KB."
CERTIFICATES = [kind for kind in FILES if kind.startswith("certificate")]


@pytest.fixture
def draft(authorities: None) -> CredentialRequest:
    return make_draft()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", FILES)
def test_in_the_pec(kind: str, authorities: None) -> None:
    found, sentence = SENTENCES[kind]
    expected = sentence.replace(NOT_VALID, PUBLIC if found in recognition.PUBLIC_ONLY else OTHER)
    with pytest.raises(RuleBroken) as refused:
        key_files.open_key_file(FILES[kind](), SECRET)
    assert (refused.value.message, refused.value.field) == (expected, "file")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", FILES)
def test_in_the_form(kind: str, draft: CredentialRequest) -> None:
    expected = CER_SENTENCE if kind in CERTIFICATES else SENTENCES[kind][1]
    with pytest.raises(RuleBroken) as refused:
        choose_certificate(draft, content=FILES[kind](), password=SECRET)
    assert (refused.value.message, refused.value.field) == (expected, "file")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "kind"), [("chaves.jks", "JKS"), ("a.zip", "ZIP"), ("a.p7b", "p7b DER"), ("a", "CSR PEM")]
)
def test_another_extension_does_not_hide_the_way_out(name: str, kind: str, draft: CredentialRequest) -> None:
    with pytest.raises(RuleBroken) as refused:
        choose_certificate(draft, content=FILES[kind](), filename=name, password=SECRET)
    assert refused.value.message == SENTENCES[kind][1].replace(NOT_VALID, CHOOSE)


def post(client: Client, draft: CredentialRequest, tab: str, name: str, content: bytes) -> str:
    client.force_login(draft.requested_by, backend="accounts.backends.GovBrBackend")
    address = reverse("rnds:request_step", args=[draft.pk, "certificado"])
    given = {"file": SimpleUploadedFile(name, content), "password": PFX_PASSWORD}
    return client.post(f"{address}?tipo={tab}", given).content.decode()


def shown(page: str) -> int:
    """How often the manual's sentence stands on the page, as text and not as the summary's link to its field."""
    return page.count("não é compatível com o sistema") - page.count('href="#id_file"')


@pytest.mark.django_db
@pytest.mark.parametrize(("tab", "name"), [("pfx", "meu.cer"), ("pfx", "meu.pfx"), ("cer", "meu.cer")])
def test_a_cer_gets_the_manuals_sentence_once(tab: str, name: str, draft: CredentialRequest, client: Client) -> None:
    public = public_part(make_own_pfx(draft.token.organisation.cnpj))
    assert shown(post(client, draft, tab, name, public)) == 1


@pytest.mark.django_db
def test_a_pfx_in_the_tab_of_the_cer_is_led_to_its_own(draft: CredentialRequest, client: Client) -> None:
    page = post(client, draft, "cer", "meu.pfx", make_own_pfx(draft.token.organisation.cnpj))
    assert "Envie-o na opção «Certificado A1 (.pfx)»" in page


@pytest.mark.django_db
def test_an_accent_is_accepted_on_import_with_a_warning(draft: CredentialRequest) -> None:
    opened = containers.open_container(make_own_pfx(draft.token.organisation.cnpj), PFX_PASSWORD)
    assert isinstance(opened.certificate, x509.Certificate)
    key: Any = opened.key
    content = containers.write(
        opened.certificate, key=key, chain=opened.chain, friendly_name="x", password="maçã verde", form="moderno"
    )
    saved = choose_certificate(draft, content=content, password="maçã verde")
    assert saved.warnings == (JAVA_WILL_NOT_OPEN,)
    assert CredentialRequest.objects.get(pk=draft.pk).certificate_source == "import"
