"""Section A: the certificate to generate, the .pfx with C1 to C14, and the .cer by policy."""

from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from common import documents
from common.exceptions import RuleBroken
from common.models import AuditEvent
from pki import services as pki
from pki.authority.recognition import NOT_A_CONTAINER
from pki.authority.uses import NOT_OURS
from pki.models import Certificate, Pkcs12File
from pki.services.passwords import NOT_TYPED
from rnds.models import CredentialRequest
from rnds.services.requests import complete_request, discard_overtaken, withdraw_request
from rnds.services.requests.certificate import IN_USE_ELSEWHERE
from rnds.services.requests.public_certificate import CHOOSE_FILE, NOT_A_CERTIFICATE, NOT_COMPATIBLE, REAL, WITHOUT_KEY
from tests.actors import acting
from tests.factories import NOON, make_manager, make_other_entity
from tests.factories.credentials import (
    PFX_PASSWORD,
    accept,
    choose_certificate,
    fill_draft,
    make_draft,
    make_own_pfx,
    public_part,
)
from tests.switches import Switch

pytestmark = pytest.mark.django_db

CER_SENTENCE = NOT_COMPATIBLE


NOT_FOR_JAVA = (
    "A senha só pode ter letras sem acento, números, espaços e os sinais do teclado americano: o Java, em que o PEC "
    "roda, não abre um arquivo cuja senha tem acento."
)


@pytest.fixture
def draft(authorities: None) -> CredentialRequest:
    return make_draft()


def refused(draft: CredentialRequest, **given: Any) -> RuleBroken:
    before = (AuditEvent.objects.count(), Certificate.objects.count(), Pkcs12File.objects.count())
    with pytest.raises(RuleBroken) as found:
        choose_certificate(draft, **given)
    assert (AuditEvent.objects.count(), Certificate.objects.count(), Pkcs12File.objects.count()) == before
    assert CredentialRequest.objects.get(pk=draft.pk).certificate_source == ""
    return found.value


# Generate


@pytest.mark.parametrize(
    ("password", "confirmation", "message", "field"),
    [
        ("", "", "Este campo é obrigatório.", "password"),
        ("1234567", "1234567", "A senha deve ter no mínimo 8 caracteres.", "password"),
        ("x" * 65, "x" * 65, "A senha deve ter no máximo 64 caracteres.", "password"),
        ("12345678", "12345679", "As senhas não conferem.", "confirmation"),
        ("12345678", "", "As senhas não conferem.", "confirmation"),
        ("1234\x005678", "1234\x005678", NOT_TYPED, "password"),
        (" " * 8, " " * 8, "A senha não pode ter só espaços.", "password"),
        ("maçã verde", "maçã verde", NOT_FOR_JAVA, "password"),
        ("senha€uro", "senha€uro", NOT_FOR_JAVA, "password"),
    ],
)
def test_password_rules(draft: Any, password: str, confirmation: str, message: str, field: str) -> None:
    refusal = refused(draft, source="generate", password=password, confirmation=confirmation)
    assert (refusal.message, refusal.field) == (message, field)


def test_the_password_is_nobodys_document(draft: CredentialRequest) -> None:
    fund, cpf = draft.token.organisation.cnpj, draft.requester.cpf_text
    dotted = f"{cpf[:3]}.{cpf[3:6]}.{cpf[6:9]}-{cpf[9:]}"
    for password in (cpf, dotted, fund, draft.establishment.cnpj):
        refusal = refused(draft, source="generate", password=password, confirmation=password)
        assert refusal.message == "A senha não pode ser igual ao CPF ou ao CNPJ."


@pytest.mark.parametrize("password", ["12345678", "x" * 64, "com espaco sim, com sinais ~!@#"])
def test_the_password_waits_sealed(draft: CredentialRequest, password: str) -> None:
    choose_certificate(draft, source="generate", password=password, confirmation=password, form="compativel")
    row = CredentialRequest.objects.get(pk=draft.pk)
    assert (row.certificate_source, row.pkcs12_form, row.password) == ("generate", "compativel", password)
    assert row.sealed_password
    assert password.encode() not in bytes(row.sealed_password)
    assert password not in str(list(AuditEvent.objects.values_list("details", flat=True)))


def test_source_and_form_are_of_the_list(draft: CredentialRequest) -> None:
    assert refused(draft, source="borrow").field == "source"
    assert refused(draft, source="generate", confirmation=PFX_PASSWORD, form="zip").field == "form"


# Import


def test_a_pfx_of_the_fund_is_taken_as_it_is(draft: CredentialRequest) -> None:
    content = make_own_pfx(draft.token.organisation.cnpj)
    assert choose_certificate(draft, content=content).warnings == ()
    row = CredentialRequest.objects.get(pk=draft.pk)
    assert row.imported_file is not None
    assert row.imported_file.content == content
    assert row.sealed_password is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"filename": "meu.cer"}, "Selecione um arquivo .pfx ou .p12 de até 100 KB."),
        ({"content": b""}, "Selecione um arquivo .pfx ou .p12 de até 100 KB."),
        ({"content": b"0" * (100 * 1024 + 1)}, "Selecione um arquivo .pfx ou .p12 de até 100 KB."),
        ({"content": b"nothing of the kind"}, NOT_A_CONTAINER),
        ({"password": "errada"}, "Senha do certificado incorreta."),
    ],
)
def test_c1_to_c3(draft: CredentialRequest, given: dict[str, Any], message: str) -> None:
    content = make_own_pfx(draft.token.organisation.cnpj)
    assert refused(draft, **({"content": content} | given)).message in {
        message,
        "Senha incorreta ou arquivo corrompido.",
    }


def test_c2_a_cer_renamed_pfx(draft: CredentialRequest) -> None:
    content = public_part(make_own_pfx(draft.token.organisation.cnpj))
    assert refused(draft, content=content).message == CER_SENTENCE


def test_c4_a_container_without_the_key(draft: CredentialRequest) -> None:
    certificate = x509.load_der_x509_certificate(public_part(make_own_pfx(draft.token.organisation.cnpj)))
    content = pkcs12.serialize_key_and_certificates(
        b"x", None, certificate, None, BestAvailableEncryption(PFX_PASSWORD.encode())
    )
    assert refused(draft, content=content).message == "O arquivo não contém a chave privada do certificado."


def test_c5_expired(draft: CredentialRequest) -> None:
    content = make_own_pfx(draft.token.organisation.cnpj, at=NOON - timedelta(days=400))
    assert refused(draft, content=content).message.startswith("Certificado expirado em ")


def test_c6_less_than_thirty_days_is_a_warning(draft: CredentialRequest) -> None:
    content = make_own_pfx(draft.token.organisation.cnpj, at=NOON - timedelta(days=350))
    (warning,) = choose_certificate(draft, content=content).warnings
    assert warning.startswith("Atenção: este certificado vence em ")


def test_c12_someone_elses_certificate_is_a_warning(draft: CredentialRequest) -> None:
    content = make_own_pfx("11222333000181", name="PREFEITURA ALHEIA")
    assert choose_certificate(draft, content=content).warnings == (
        "O certificado pertence a PREFEITURA ALHEIA, que não é o estabelecimento nem o fundo municipal.",
    )


def test_c12_blocks_in_strict_mode(draft: CredentialRequest, switch: Switch) -> None:
    switch(strict_holder=True)
    content = make_own_pfx("11222333000181", name="PREFEITURA ALHEIA")
    refusal = refused(draft, content=content)
    assert (refusal.code, refusal.field) == ("C12", "file")


def test_c12_the_root_of_the_cnpj_and_the_cpf_of_the_requester_count(draft: CredentialRequest, switch: Switch) -> None:
    switch(strict_holder=True)
    root = draft.token.organisation.cnpj[:8]
    branch = next(number for number in (f"{root}0002{tail:02d}" for tail in range(100)) if documents.is_cnpj(number))
    assert choose_certificate(draft, content=make_own_pfx(branch)).warnings == ()
    requester = draft.requester
    holder = pki.PersonHolder(name=requester.name, cpf=requester.cpf_text, birth_date=requester.birth_date)
    _, file = pki.issue_certificate(holder=holder, authority_slug="icp", password=PFX_PASSWORD, form="moderno", at=NOON)
    assert choose_certificate(draft, content=file.content).warnings == ()


def test_c14_a_certificate_in_use_by_another_municipio(draft: CredentialRequest) -> None:
    other = make_other_entity()
    theirs = fill_draft(make_draft(make_manager(other), entity=other), certificate=False)
    content = make_own_pfx(theirs.token.organisation.cnpj)
    choose_certificate(theirs, content=content)
    complete_request(request_id=theirs.pk, by=acting(theirs.requested_by), at=NOON)
    assert choose_certificate(draft, content=content).warnings  # only the holder differs so far
    accept(theirs)
    with pytest.raises(RuleBroken) as found:
        choose_certificate(draft, content=content)
    assert (found.value.message, found.value.code) == (IN_USE_ELSEWHERE, "C14")


def test_c14_is_asked_again_when_the_termo_is_accepted(draft: CredentialRequest) -> None:
    other = make_other_entity()
    theirs = fill_draft(make_draft(make_manager(other), entity=other), certificate=False)
    content = make_own_pfx(theirs.token.organisation.cnpj)
    for request in (theirs, fill_draft(draft, certificate=False)):
        choose_certificate(request, content=content)
        complete_request(request_id=request.pk, by=acting(request.requested_by), at=NOON)
    accept(theirs)
    with pytest.raises(RuleBroken) as found:
        accept(draft)
    assert found.value.code == "C14"
    assert CredentialRequest.objects.get(pk=draft.pk).status == "awaiting_terms"


def test_the_same_certificate_may_serve_two_cnes_of_one_municipio(authorities: None) -> None:
    manager = make_manager()
    first, second = (fill_draft(make_draft(manager), certificate=False) for _ in range(2))
    content = make_own_pfx(first.token.organisation.cnpj)
    granted = []
    for request in (first, second):
        choose_certificate(request, content=content)
        complete_request(request_id=request.pk, by=acting(manager), at=NOON)
        granted.append(accept(request).credential)
    assert granted[0].certificate == granted[1].certificate
    assert granted[0].certificate_id == Certificate.objects.get(status="valid").pk
    assert granted[0].requester_id != granted[1].requester_id


# Keys are kept no longer than needed


def test_another_choice_erases_the_key_that_was_brought(draft: CredentialRequest) -> None:
    choose_certificate(draft, content=make_own_pfx(draft.token.organisation.cnpj))
    file = CredentialRequest.objects.get(pk=draft.pk).imported_file
    assert file is not None
    choose_certificate(draft, source="generate", confirmation=PFX_PASSWORD)
    assert Pkcs12File.objects.get(pk=file.pk).content == b""


@pytest.mark.parametrize("end", ["withdraw", "midnight"])
def test_a_request_that_ends_without_a_credential_forgets_its_key(draft: CredentialRequest, end: str) -> None:
    choose_certificate(draft, content=make_own_pfx(draft.token.organisation.cnpj))
    file = CredentialRequest.objects.get(pk=draft.pk).imported_file
    assert file is not None
    if end == "withdraw":
        withdraw_request(request_id=draft.pk, by=acting(draft.requested_by), at=NOON)
    else:
        discard_overtaken(at=NOON + timedelta(days=1))
    assert Pkcs12File.objects.get(pk=file.pk).content == b""
    assert CredentialRequest.objects.get(pk=draft.pk).imported_file is None


# .cer


def test_a_cer_is_refused_with_the_sentence_of_the_manual(draft: CredentialRequest) -> None:
    content = public_part(make_own_pfx(draft.token.organisation.cnpj))
    refusal = refused(draft, source="public", filename="municipio.CER", content=content)
    assert (refusal.message, refusal.field) == (CER_SENTENCE, "file")


@pytest.mark.parametrize("policy", ["recusar", "avisar", "aceitar"])
def test_what_is_not_a_cer_is_told_so_in_every_mode(draft: CredentialRequest, switch: Switch, policy: str) -> None:
    switch(cer_policy=policy)
    answers = {
        "x.cer": (b"nothing", NOT_A_CERTIFICATE),
        "y.cer": (b"-----BEGIN CERTIFICATE-----\nAAAA", NOT_A_CERTIFICATE),
        "z.pfx": (b"0", CHOOSE_FILE),
        "w.cer": (b"0" * (100 * 1024 + 1), CHOOSE_FILE),
    }
    for filename, (content, message) in answers.items():
        assert refused(draft, source="public", filename=filename, content=content).message == message


@pytest.mark.parametrize(("policy", "warns"), [("avisar", True), ("aceitar", False)])
def test_a_cer_may_be_taken_by_policy(draft: CredentialRequest, switch: Switch, policy: str, warns: bool) -> None:
    switch(cer_policy=policy)
    content = public_part(make_own_pfx(draft.token.organisation.cnpj))
    warnings = choose_certificate(draft, source="public", filename="m.cer", content=content).warnings
    assert (warnings == (WITHOUT_KEY,)) is warns
    fill_draft(draft, certificate=False)
    complete_request(request_id=draft.pk, by=acting(draft.requested_by), at=NOON)
    credential = accept(draft).credential
    assert credential.file is None
    assert credential.certificate.status == "valid"


def self_signed(organisation: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, "ALGUEM:11222333000181"),
        ]
    )
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(NOON).not_valid_after(NOON + timedelta(days=300))
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


@pytest.mark.parametrize(
    ("organisation", "message"),
    [
        ("ICP-Brasil", REAL),
        ("Qualquer", NOT_OURS),
    ],
)
@pytest.mark.parametrize("policy", ["avisar", "aceitar"])
def test_a_cer_of_an_unknown_or_real_authority_is_never_kept(
    draft: CredentialRequest, switch: Switch, policy: str, organisation: str, message: str
) -> None:
    switch(cer_policy=policy)
    refusal = refused(draft, source="public", filename="m.cer", content=self_signed(organisation))
    assert refusal.message == message


def test_a_revoked_cer_is_never_kept(draft: CredentialRequest, switch: Switch) -> None:
    switch(cer_policy="aceitar")
    content = public_part(make_own_pfx(draft.token.organisation.cnpj))
    pki.revoke_certificate(certificate_id=Certificate.objects.get().pk, reason="perdida", at=NOON)
    refusal = refused(draft, source="public", filename="m.cer", content=content)
    assert refusal.message == "Certificado revogado em 23/11/2026."


def test_an_expired_cer_is_never_kept(draft: CredentialRequest, switch: Switch) -> None:
    switch(cer_policy="aceitar")
    expired = public_part(make_own_pfx(draft.token.organisation.cnpj, at=NOON - timedelta(days=400)))
    refusal = refused(draft, source="public", filename="m.cer", content=expired)
    assert refusal.message.startswith("Certificado expirado em ")


# On the screen


@pytest.fixture
def screen(draft: CredentialRequest, client: Any) -> Any:
    client.force_login(draft.requested_by)
    address = reverse("rnds:request_step", args=[draft.pk, "certificado"])

    def send(kind: str, **data: Any) -> str:
        answer = client.post(f"{address}?tipo={kind}", data)
        assert answer.status_code == 200
        return str(answer.content.decode())

    return send


def test_a_three_megabyte_upload_gets_its_message(screen: Any) -> None:
    page = screen("pfx", file=SimpleUploadedFile("grande.pfx", b"\x30" * 3_000_000), password="qualquer")
    assert "Selecione um arquivo .pfx ou .p12 de até 100 KB." in page


def test_the_password_never_comes_back_to_the_page(screen: Any) -> None:
    page = screen("gerar", password="segredo-digitado", confirmation="outro-segredo", form="moderno")
    assert "As senhas não conferem." in page
    assert "segredo" not in page


def test_the_cer_tab_says_so_before_and_after(screen: Any, draft: CredentialRequest) -> None:
    page = screen("cer", file=SimpleUploadedFile("m.cer", public_part(make_own_pfx(draft.token.organisation.cnpj))))
    assert "Não carregue o &#x27;certificado .cer&#x27;." in page


def test_a_pfx_on_the_screen_goes_to_the_next_step(draft: CredentialRequest, client: Any) -> None:
    client.force_login(draft.requested_by)
    upload = SimpleUploadedFile("\u202emeu\u0007.pfx", make_own_pfx(draft.token.organisation.cnpj))
    address = reverse("rnds:request_step", args=[draft.pk, "certificado"])
    answer = client.post(f"{address}?tipo=pfx", {"file": upload, "password": PFX_PASSWORD})
    assert answer.url == reverse("rnds:request_step", args=[draft.pk, "estabelecimento"])
