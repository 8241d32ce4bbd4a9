"""The certificate's machine (SM3): every cell of the table, and what the services make of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django_fsm import TransitionNotAllowed, can_proceed

from common.exceptions import NotAllowedNow
from common.models import AuditEvent
from pki import services
from pki.models import Authority, Certificate
from tests.actors import acting
from tests.factories import NOON
from tests.pki.conftest import Issue

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)
REFUSED = None
TABLE = {
    ("pending", "activate"): "valid",
    ("pending", "supersede"): REFUSED,
    ("pending", "revoke"): "revoked",
    ("valid", "activate"): REFUSED,
    ("valid", "supersede"): "superseded",
    ("valid", "revoke"): "revoked",
    ("superseded", "activate"): "valid",
    ("superseded", "supersede"): REFUSED,
    ("superseded", "revoke"): "revoked",
    ("revoked", "activate"): REFUSED,
    ("revoked", "supersede"): REFUSED,
    ("revoked", "revoke"): REFUSED,
}
DATA: dict[str, dict[str, Any]] = {"revoke": {"at": LATER, "reason": "perda da senha"}}
SERVICES = {
    "activate": lambda pk: services.activate_certificate(certificate_id=pk, at=LATER),
    "supersede": lambda pk: services.supersede_certificate(certificate_id=pk, at=LATER),
    "revoke": lambda pk: services.revoke_certificate(certificate_id=pk, at=LATER, reason="perda da senha"),
}


@pytest.fixture
def row(authorities: list[Authority]) -> Any:
    def make(status: str) -> Certificate:
        certificate: Certificate = Certificate.objects.create(
            authority=Authority.objects.get(slug="icp"),
            origin="issued",
            status=status,
            sha256="ab" * 32,
            serial="1f",
            holder_kind="pf",
            holder_name="ANA",
            holder_document="52998224725",
            not_before=NOON,
            not_after=NOON + timedelta(days=365),
            pem="",
            created_at=NOON,
            revoked_at=NOON if status == "revoked" else None,
        )
        return certificate

    return make


def test_the_table_is_complete() -> None:
    states = {state.value for state in Certificate.Status}
    assert set(TABLE) == {(state, event) for state in states for event in SERVICES}
    assert {t.name for t in Certificate._meta.get_field("status").get_all_transitions(Certificate)} == set(SERVICES)


@pytest.mark.parametrize(("state", "event", "target"), [(*cell, target) for cell, target in TABLE.items()])
def test_machine(row: Any, state: str, event: str, target: str | None) -> None:
    certificate = row(state)
    move = getattr(certificate, event)
    assert can_proceed(move) is (target is not REFUSED)
    if target is REFUSED:
        with pytest.raises(TransitionNotAllowed):
            move(**DATA.get(event, {}))
        assert certificate.status == state
        return
    move(**DATA.get(event, {}))
    certificate.save()
    assert Certificate.objects.get(pk=certificate.pk).status == target


@pytest.mark.parametrize(("state", "event", "target"), [(*cell, target) for cell, target in TABLE.items()])
def test_services(row: Any, state: str, event: str, target: str | None) -> None:
    certificate = row(state)
    events = AuditEvent.objects.count()
    if (state, event) == ("valid", "activate"):
        assert SERVICES[event](certificate.pk).status == "valid"
        assert AuditEvent.objects.count() == events
        return
    if target is REFUSED:
        with pytest.raises(NotAllowedNow, match=f"situação atual \\({certificate.get_status_display()}\\)"):
            SERVICES[event](certificate.pk)
        found = Certificate.objects.get(pk=certificate.pk)
        assert (found.status, found.revoked_at) == (state, certificate.revoked_at)
        assert AuditEvent.objects.count() == events
        return
    SERVICES[event](certificate.pk)
    found = Certificate.objects.get(pk=certificate.pk)
    assert found.status == target
    assert found.revoked_at == (LATER if target == "revoked" else None)
    assert AuditEvent.objects.latest("pk").verb.startswith("certificate.")


def test_status_cannot_be_assigned(row: Any) -> None:
    certificate = row("valid")
    with pytest.raises(AttributeError):
        certificate.status = "revoked"


def test_the_database_refuses_a_revocation_without_instant(row: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(
            authority=Authority.objects.get(slug="icp"),
            origin="issued",
            status="revoked",
            sha256="cd" * 32,
            serial="2f",
            holder_kind="pf",
            holder_name="ANA",
            holder_document="52998224725",
            not_before=NOON,
            not_after=LATER,
            pem="",
            created_at=NOON,
        )


def test_the_trail_tells_who_and_why(issue: Issue, django_user_model: Any) -> None:
    somebody = django_user_model.objects.create_user("ana", name="ANA")
    certificate, _ = issue(by=acting(somebody))
    services.revoke_certificate(certificate_id=certificate.pk, reason="perda da senha", at=LATER, by=acting(somebody))
    issued, revoked = AuditEvent.objects.filter(target_type="pki.certificate").order_by("pk")
    assert (issued.verb, issued.actor, issued.at) == ("certificate.issued", somebody, NOON)
    assert (revoked.verb, revoked.details) == ("certificate.revoked", {"reason": "perda da senha"})
