"""The whole way on the screens, without JavaScript: token, form A to F, termo, download."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12
from django.urls import reverse

from common.models import OutboxMessage
from rnds.models import Credential, CredentialRequest
from rnds.services import terms
from tests.factories import NOON, make_establishment, make_installation, make_manager
from tests.factories.credentials import PFX_PASSWORD, SYSTEM, make_token

pytestmark = pytest.mark.django_db

PERIODS = {
    "periodo-TOTAL_FORMS": "1",
    "periodo-INITIAL_FORMS": "0",
    "periodo-0-turn": "morning",
    "periodo-0-start": "08:00",
    "periodo-0-end": "11:30",
}


def step(pk: int, slug: str) -> str:
    return reverse("rnds:request_step", args=[pk, slug])


def test_from_token_to_download(authorities: None, client: Any) -> None:
    manager, establishment = make_manager(), make_establishment()
    child = make_establishment()
    token, installation = make_token(manager, establishment), make_installation()
    client.force_login(manager)

    page = client.get(reverse("rnds:credential_list"))
    assert "Nenhuma credencial gerada." in page.content.decode()
    opened = client.post(
        reverse("rnds:request_open"), {"token_value": token.value, "counter_key": installation.counter_key}
    )
    request = CredentialRequest.objects.get()
    assert opened.url == reverse("rnds:request_detail", args=[request.pk])
    assert client.get(opened.url).url == step(request.pk, "certificado")

    answers = {
        "certificado": {"password": PFX_PASSWORD, "confirmation": PFX_PASSWORD, "form": "compativel"},
        "estabelecimento": {"phone": "(11) 3214-5678", "email": "Ubs@ENSAIO.example"},
        "filhos": {"shown": child.cnes, "children": child.cnes, "salvar": "1"},
        "gestor": {"cpf": request.requester.cpf, "phone": "11 98765-4321", "email": "g@ensaio.example"},
        "sistema": SYSTEM | {"periods": ""} | PERIODS,
    }
    slugs = [*answers, "revisao"]
    for slug, answer in answers.items():
        assert client.get(step(request.pk, slug)).status_code == 200
        sent = client.post(step(request.pk, slug) + ("?tipo=gerar" if slug == "certificado" else ""), answer)
        assert sent.status_code == 302, sent.content.decode()
        assert sent.url == step(request.pk, slugs[slugs.index(slug) + 1])

    assert client.get(step(request.pk, "revisao")).status_code == 200
    assert client.post(step(request.pk, "revisao")).url == reverse("rnds:request_terms", args=[request.pk])
    page = client.get(reverse("rnds:request_terms", args=[request.pk]))
    assert "CLÁUSULA PRIMEIRA – DO OBJETO" in page.content.decode()
    shown = terms.render_terms(request=CredentialRequest.objects.get(), at=NOON).sha256
    assert shown in page.content.decode()
    accepted = client.post(
        reverse("rnds:request_terms", args=[request.pk]), {"shown_hash": shown, "accepted": "on"}, follow=True
    )
    assert "Sua credencial foi gerada com sucesso!" in accepted.content.decode()

    credential = Credential.objects.get()
    assert (credential.status, credential.version) == ("active", 1)
    assert credential.requester_id >= 10001
    assert list(credential.children.all()) == [*credential.request.children.all()]
    assert child in credential.children.all()
    mail = OutboxMessage.objects.get(subject="Sua credencial foi gerada")
    assert str(credential.requester_id) in mail.body
    assert PFX_PASSWORD not in mail.body

    listed = client.get(reverse("rnds:credential_list")).content.decode()
    assert "23/11/2026 às 12:00" in listed
    assert "ATIVO" in listed
    download = client.post(reverse("rnds:credential_file", args=[credential.pk]))
    assert download["Content-Type"] == "application/x-pkcs12"
    assert "no-store" in download["Cache-Control"]
    assert download["X-Content-Type-Options"] == "nosniff"
    name = f"credencial-{credential.requester_id}-{establishment.cnes}.pfx"
    assert download["Content-Disposition"] == f'attachment; filename="{name}"'
    key, certificate, _ = pkcs12.load_key_and_certificates(download.content, PFX_PASSWORD.encode())
    assert key is not None
    assert certificate is not None
    assert key.public_key() == certificate.public_key()
