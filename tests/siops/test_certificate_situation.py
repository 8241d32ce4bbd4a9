"""A list never calls «Vigente» a certificate that is of no use: it says what became of it, and what took its place."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pki import services as pki
from pki.models import Certificate, Medium
from siops.models import CertificationRequest
from tests.factories import NOON, make_administrator
from tests.siops.certification import PIN, Counter, first_entry, medium_of
from tests.siops.support import session_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def counter() -> Counter:
    pki.ensure_authorities(at=NOON)
    return Counter()


def close(row: CertificationRequest, state: str) -> None:
    medium = medium_of(row)
    wrong = "1234" if PIN != "1234" else "4321"
    for _ in range(Medium.MAX_FAILURES):
        pki.open_with_pin(medium_id=medium.pk, pin=wrong, at=NOON)
    for _ in range(Medium.MAX_FAILURES if state == "destroyed" else 0):
        pki.unblock_with_puk(medium_id=medium.pk, puk="00000000", new_pin="4321", at=NOON)


def situation(row: CertificationRequest, at: Any = NOON) -> str:
    found = Certificate.objects.for_list().get(pk=medium_of(row).certificate_id)
    return found.situation_at(at, successor=found.successor)  # type: ignore[attr-defined]  # annotated by for_list


@pytest.mark.parametrize(("state", "word"), [("blocked", "Mídia bloqueada"), ("destroyed", "Mídia inutilizada")])
def test_a_closed_medium_is_told_and_then_its_successor(counter: Counter, state: str, word: str) -> None:
    row = counter.issue(counter.schedule()).row
    first_entry(row)
    assert situation(row) == "Vigente"
    close(row, state)
    assert situation(row) == word

    newer = counter.issue(counter.schedule()).row
    serial = medium_of(newer).certificate.serial
    told = f"{word}; substituído por {serial[:8]}…"
    assert situation(row) == told
    assert situation(newer) == "Vigente"

    agent = session_of(counter.agent)
    at_the_counter = agent.get(reverse("siops:certifier_list"), {"quando": "emitidos"}).content.decode()
    assert at_the_counter.count(told) == 1
    holder = Client()
    shown = {"cpf": counter.cpf, "protocol": row.protocol}
    assert told in holder.post(reverse("siops:certification_status"), shown, follow=True).content.decode()
    staff = Client()
    staff.force_login(make_administrator())
    in_the_admin = staff.get(reverse("admin:pki_certificate_changelist")).content.decode()
    assert in_the_admin.count(told) == 1


def test_time_and_the_authority_end_it_too(counter: Counter) -> None:
    row = counter.issue(counter.schedule()).row
    certificate = medium_of(row).certificate
    assert situation(row, certificate.not_after - timedelta(microseconds=1)) == "Vigente"
    assert situation(row, certificate.not_after) == "Vencido"
    certificate.authority.revoked_at = NOON
    certificate.authority.save()
    assert situation(row) == "Autoridade revogada"
    pki.revoke_certificate(certificate_id=certificate.pk, reason="perda", at=NOON)
    assert situation(row) == "Revogado"
