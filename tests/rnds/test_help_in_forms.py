"""«Preencher com dados de exemplo» of «Sistema solicitante» and the example .pfx; only in a demonstration."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common.exceptions import NotPermitted, RuleBroken
from pki import services as pki
from rnds.forms import system as system_forms
from rnds.models import CredentialRequest
from rnds.services import requests
from rnds.services.sample_certificate import PASSWORD, PER_HOUR, sample_certificate
from tests.actors import acting
from tests.factories import NOON, make_manager
from tests.factories.credentials import make_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(db: None, settings: Any) -> CredentialRequest:
    settings.DEMO = True
    pki.ensure_authorities(at=NOON)
    return make_draft()


def enter(draft: CredentialRequest) -> Client:
    client = Client()
    client.force_login(draft.requested_by)
    return client


def test_every_field_of_the_system_has_a_hint() -> None:
    assert all(field.help_text for field in system_forms.SystemForm.base_fields.values())


def test_the_sample_of_the_system_is_valid_and_fills_the_page(draft: CredentialRequest) -> None:
    today = NOON.date()
    form = system_forms.SystemForm(system_forms.sample_of(today), today=today)
    assert form.is_valid(), form.errors
    page = reverse("rnds:request_step", args=[draft.pk, "sistema"])
    text = enter(draft).get(f"{page}?exemplo=1").content.decode()
    assert 'value="200.160.2.3"' in text
    assert 'value="08:00' in text
    assert 'value="200.160.2.3"' not in enter(draft).get(page).content.decode()


def test_the_example_certificate_is_one_that_the_import_takes(draft: CredentialRequest) -> None:
    page = reverse("rnds:request_step", args=[draft.pk, "certificado"]) + "?tipo=pfx"
    client = enter(draft)
    assert PASSWORD in client.get(page).content.decode()
    answer = client.post(reverse("rnds:request_sample_certificate", args=[draft.pk]))
    assert answer["Content-Type"] == "application/x-pkcs12"
    saved = requests.save_certificate(
        request_id=draft.pk,
        source="import",
        content=answer.content,
        filename="certificado-simulado.pfx",
        password=PASSWORD,
        by=acting(draft.requested_by),
        at=NOON,
    )
    assert saved.request.imported_certificate is not None
    assert "SIMULAD" in saved.request.imported_certificate.authority.name.upper()


def test_it_is_for_the_demonstration_for_the_own_request_and_a_few_times_an_hour(
    draft: CredentialRequest, settings: Any
) -> None:
    def ask(by: Any = draft.requested_by, at: Any = NOON) -> bytes:
        return sample_certificate(request_id=draft.pk, by=acting(by), at=at)

    with pytest.raises(NotPermitted):
        ask(make_manager(draft.entity))
    for _ in range(PER_HOUR):
        ask()
    with pytest.raises(RuleBroken):
        ask()
    assert ask(at=NOON + timedelta(hours=1))
    settings.DEMO = False
    with pytest.raises(RuleBroken, match="só existe na demonstração"):
        ask(at=NOON + timedelta(hours=2))
    page = reverse("rnds:request_step", args=[draft.pk, "certificado"]) + "?tipo=pfx"
    assert not re.search("Baixar .pfx de exemplo", enter(draft).get(page).content.decode())


def test_what_is_wrong_by_itself_and_what_breaks_a_rule_are_told_together() -> None:
    today = NOON.date()
    typed = system_forms.sample_of(today) | {
        "ip_first": "",
        "ip_last": "não é",
        "recorded_visits": "muitos",
        "visits_per_day_min": 90,
        "portfolio_start": today - timedelta(days=1),
        "portfolio_end": "",
    }
    form = system_forms.SystemForm(typed, today=today)
    assert set(form.errors) == {
        "ip_first",
        "ip_last",
        "recorded_visits",
        "visits_per_day_min",
        "portfolio_start",
        "portfolio_end",
    }
    assert form.errors["portfolio_start"] == ["A data início não pode ser anterior a hoje."]
    alone = system_forms.SystemForm(typed | {"visits_per_day_max": ""}, today=today)
    assert "visits_per_day_min" not in alone.errors
