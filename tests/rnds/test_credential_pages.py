"""Pages of the credentials: who sees what, foreign rows, the termo as PDF, constant cost, hostile input."""

import io
import re
from datetime import timedelta
from typing import Any

import pypdf
import pytest
import segno
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import documents
from documents.qr import QrCode
from rnds.models import Credential, CredentialRequest, TermsAcceptance
from rnds.services import terms, terms_paper, terms_pdf
from rnds.services.credentials import revoke_credential
from tests.actors import acting
from tests.clock import Clock
from tests.factories import NOON, make_establishment, make_manager, make_member, make_other_entity, make_staff
from tests.factories.credentials import accept, make_awaiting_terms, make_credential, make_draft
from tests.switches import Switch

pytestmark = pytest.mark.django_db
LIST = "/rnds/"


@pytest.fixture
def credential(authorities: None) -> Credential:
    return make_credential()


def page(client: Any, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return str(answer.content.decode())


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


# The list


def test_the_table_has_the_columns_of_the_screen(credential: Credential, client: Any) -> None:
    client.force_login(credential.request.requested_by)
    text = page(client, LIST)
    table = text[text.index("CREDENCIAIS GERADAS</caption>") :]
    assert re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', table) == [
        "Nº",
        "CNES",
        "ID SOLICITAÇÃO",
        "STATUS",
        "DATA DE ACEITE",
        "TERMO",
        "CREDENCIAL",
    ]
    assert "Mostrando" not in text, "one row needs no pager"
    assert text.count("<h1>") == 1


def test_the_buttons_are_only_on_the_active_row(credential: Credential, client: Any) -> None:
    manager = credential.request.requested_by
    newer = make_credential(manager, establishment=credential.establishment)
    client.force_login(manager)
    text = page(client, LIST)
    assert "REVOGADA" in text
    for name in ("rnds:credential_terms", "rnds:credential_file"):
        assert reverse(name, args=[newer.pk]) in text
        assert reverse(name, args=[credential.pk]) not in text


def test_search_by_cnes_id_and_name(credential: Credential, client: Any) -> None:
    manager = credential.request.requested_by
    make_credential(manager, establishment=make_establishment(name="Policlínica do Porto"))
    client.force_login(manager)
    for typed in (credential.establishment_id, str(credential.requester_id)):
        assert "1 filtrado no total de 2 registros" in flat(page(client, f"{LIST}?q={typed}"))
    assert "1 filtrado no total de 2 registros" in flat(page(client, f"{LIST}?q=policlínica"))
    for hostile in ("%00", "%E2%80%AE", "9" * 60, "%27%3B--", "²"):
        assert "Nenhuma credencial encontrada." in page(client, f"{LIST}?q={hostile}zz")


def test_an_empty_list_says_what_to_do(client: Any) -> None:
    client.force_login(make_manager())
    text = page(client, LIST)
    assert "Nenhuma credencial gerada." in text
    assert "SOLICITAR NOVA CREDENCIAL" in text
    assert "Olá, Gestor(a)," in text


def test_requests_in_progress_have_their_panel(client: Any, clock: Clock) -> None:
    draft = make_draft()
    client.force_login(draft.requested_by)
    assert "RASCUNHO" in page(client, LIST)
    clock.move_to(NOON + timedelta(days=1))
    client.force_login(draft.requested_by)
    text = page(client, LIST)
    assert "DESCARTADA" in text
    assert "RASCUNHO" not in text


def test_a_certificate_about_to_expire_has_a_banner(credential: Credential, client: Any, clock: Clock) -> None:
    end = credential.certificate.not_after
    clock.move_to(end - timedelta(days=10))
    client.force_login(credential.request.requested_by)
    text = page(client, LIST)
    number = credential.requester_id
    assert (
        f"O certificado da credencial nº {number} vence em 10 dias ({end:%d/%m/%Y}). Solicite nova credencial." in text
    )
    assert "Recurso do simulador" in text


def test_the_list_costs_the_same_with_ten_rows(authorities: None, client: Any) -> None:
    manager = make_manager()
    client.force_login(manager)
    make_credential(manager)
    make_draft(manager)
    page(client, LIST)
    with CaptureQueriesContext(connection) as one:
        page(client, LIST)
    for _ in range(9):
        make_credential(manager)
        make_draft(manager)
    with CaptureQueriesContext(connection) as ten:
        page(client, LIST)
    assert len(ten) == len(one)


# Who


def test_pages_by_role(credential: Credential) -> None:
    """Status of GET (pages) and POST (actions) for each kind of person of the entity."""
    draft = make_draft()
    gets = {
        "list": LIST,
        "open": reverse("rnds:request_open"),
        "detail": reverse("rnds:credential_detail", args=[credential.pk]),
        "termo": reverse("rnds:credential_terms", args=[credential.pk]),
        "print": reverse("rnds:credential_terms_print", args=[credential.pk]),
        "revoke": reverse("rnds:credential_revoke", args=[credential.pk]),
        "request": reverse("rnds:request_detail", args=[draft.pk]),
    }
    none = dict.fromkeys(gets, 403)
    everything = dict.fromkeys(gets, 200)
    roles = ("ab_manager", "technical_manager", "pec_municipal_admin", "pec_installation_admin")
    expected = [
        (make_manager(), everything),
        (credential.request.token.organisation.user, none),
        *((make_member(role), none) for role in roles),
        (make_staff(), everything | {"open": 403}),
    ]
    for user, statuses in expected:
        client = Client()
        client.force_login(user)
        assert {name: client.get(path).status_code for name, path in gets.items()} == statuses, user
    anonymous = Client()
    assert {anonymous.get(path).status_code for path in gets.values()} == {302}


def test_posts_by_role(credential: Credential) -> None:
    draft, awaiting = make_draft(), make_awaiting_terms()
    posts = {
        "file": reverse("rnds:credential_file", args=[credential.pk]),
        "step": reverse("rnds:request_step", args=[draft.pk, "estabelecimento"]),
        "children": reverse("rnds:request_step", args=[draft.pk, "filhos"]),
        "person": reverse("rnds:request_person", args=[draft.pk]),
        "termo": reverse("rnds:request_terms", args=[awaiting.pk]),
        "withdraw": reverse("rnds:request_withdraw", args=[draft.pk]),
        "resubmit": reverse("rnds:request_resubmit", args=[draft.pk]),
    }
    refused = dict.fromkeys(posts, 403)
    for user, statuses in [
        (make_manager(), refused | {"file": 200}),
        (credential.request.token.organisation.user, refused),
        (make_member("ab_manager"), refused),
        (make_member("pec_installation_admin"), refused),
        (make_staff(), refused),
    ]:
        client = Client()
        client.force_login(user)
        sent = {"accepted": "on", "shown_hash": "x"}
        assert {name: client.post(path, sent).status_code for name, path in posts.items()} == statuses, user
    assert CredentialRequest.objects.get(pk=draft.pk).status == "draft"
    assert CredentialRequest.objects.get(pk=awaiting.pk).status == "awaiting_terms"


@pytest.mark.parametrize("method", ["get", "post"])
def test_rows_of_another_municipio_do_not_exist(credential: Credential, client: Any, method: str) -> None:
    draft = make_draft()
    client.force_login(make_manager(make_other_entity()))
    addresses = [
        *(
            reverse(f"rnds:{name}", args=[credential.pk])
            for name in ("credential_detail", "credential_terms", "credential_terms_print", "credential_revoke")
        ),
        *(reverse(f"rnds:{name}", args=[draft.pk]) for name in ("request_detail", "request_terms", "request_withdraw")),
        *(reverse("rnds:request_step", args=[draft.pk, slug]) for slug in ("certificado", "filhos", "revisao")),
    ]
    if method == "post":
        addresses.append(reverse("rnds:credential_file", args=[credential.pk]))
    else:
        assert credential.establishment_id not in page(client, LIST)
    for address in addresses:
        assert getattr(client, method)(address).status_code in ({404} if method == "get" else {404, 405}), address


def test_a_download_is_not_a_link_and_wants_the_csrf_token(credential: Credential) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(credential.request.requested_by)
    address = reverse("rnds:credential_file", args=[credential.pk])
    assert strict.get(address).status_code == 405
    assert strict.post(address).status_code == 403


# Revoking on the screen


def test_revoking_asks_first_and_then_the_downloads_vanish(credential: Credential, client: Any) -> None:
    client.force_login(credential.request.requested_by)
    address = reverse("rnds:credential_revoke", args=[credential.pk])
    assert "O acesso à RNDS termina na hora" in page(client, address)
    assert "Este campo é obrigatório." in client.post(address, {"reason": ""}).content.decode()
    answer = client.post(address, {"reason": "Servidor furtado"}, follow=True).content.decode()
    assert f"Credencial nº {credential.requester_id} revogada." in answer
    assert client.get(address).status_code == 409
    for name in ("credential_terms", "credential_terms_print"):
        assert client.get(reverse(f"rnds:{name}", args=[credential.pk])).status_code == 409
    assert client.post(reverse("rnds:credential_file", args=[credential.pk])).status_code == 409
    assert "Servidor furtado" in page(client, reverse("rnds:credential_detail", args=[credential.pk]))


def test_an_erased_file_is_explained(credential: Credential, client: Any, switch: Switch) -> None:
    switch(keep_pfx=False)
    client.force_login(credential.request.requested_by)
    address = reverse("rnds:credential_file", args=[credential.pk])
    assert client.post(address).status_code == 200
    assert "já foi baixado e apagado" in client.post(address, follow=True).content.decode()


# The termo


def test_the_pdf_reads_like_the_accepted_text(credential: Credential, client: Any) -> None:
    client.force_login(credential.request.requested_by)
    answer = client.get(reverse("rnds:credential_terms", args=[credential.pk]))
    assert answer["Content-Type"] == "application/pdf"
    name = f"termo-{credential.requester_id}-{credential.establishment_id}.pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    reader = pypdf.PdfReader(io.BytesIO(answer.content))
    acceptance = credential.request.acceptance
    assert all("DOCUMENTO SIMULADO – SEM VALOR LEGAL" in sheet.extract_text() for sheet in reader.pages)
    text = flat(" ".join(sheet.extract_text() for sheet in reader.pages))
    assert "Aos 23 dias do mês de novembro do ano de 2026" in text
    assert "CLÁUSULA PRIMEIRA – DO OBJETO" in text
    assert "00.394.544/0008-51" in text
    assert acceptance.verification_code in text
    assert f"{django_settings.PORTAL_URL}/termo/{acceptance.verification_code}/" in text


def test_the_same_acceptance_gives_the_same_pdf(credential: Credential) -> None:
    acceptance = TermsAcceptance.objects.get()
    url = terms.verification_url(acceptance)
    assert terms_pdf.render(acceptance, url=url) == terms_pdf.render(acceptance, url=url)


def test_the_qr_is_the_public_verification_address(credential: Credential) -> None:
    url = terms.verification_url(TermsAcceptance.objects.get())
    drawn = QrCode(url).rows
    assert drawn == [list(row) for row in segno.make(url, error="m", micro=False).matrix]


def test_hostile_names_in_the_pdf(authorities: None) -> None:
    establishment = make_establishment(name="UBS <b>&\u202e\u0007 {cpf} %s <para>")
    accept(make_awaiting_terms(establishment=establishment))
    content = terms_pdf.render(TermsAcceptance.objects.get(), url="http://127.0.0.1/termo/X/")
    text = flat(" ".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(content)).pages))
    assert "CEDENTE" in text


def test_the_address_of_the_termo_leads_to_its_conference(credential: Credential, client: Any) -> None:
    """Also when the task that issues it was lost, and once the credential was revoked."""
    acceptance, person = credential.request.acceptance, credential.request.requester
    address = f"/termo/{acceptance.verification_code.lower()}/"
    answer = client.get(address)
    paper = terms_paper.paper_of(acceptance)
    assert paper is not None
    assert answer["Location"] == reverse("documents:paper", args=[paper.code, paper.crc])
    by = credential.request.requested_by
    revoke_credential(credential_id=credential.pk, reason="Fim do uso", by=acting(by), at=NOON)
    text = client.get(address, follow=True).content.decode()
    assert credential.establishment_id in text
    assert paper.sha256 in text
    assert "23/11/2026 às 12:00" in text
    for secret in (person.cpf_text, documents.format_cpf(person.cpf_text), "CLÁUSULA"):
        assert secret not in text
    for wrong in ("0" * 16, "x", "%00"):
        assert client.get(f"/termo/{wrong}/").status_code == 404


def test_the_print_view_has_the_whole_text(credential: Credential, client: Any) -> None:
    client.force_login(credential.request.requested_by)
    text = page(client, reverse("rnds:credential_terms_print", args=[credential.pk]))
    assert "CLÁUSULA OITAVA" in text
    assert 'src="data:image/svg+xml' in text
    assert "DOCUMENTO SIMULADO – SEM VALOR LEGAL" in text
