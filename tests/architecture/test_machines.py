"""The drawings of the state machines are the machines, and no state is written around them."""

import pytest
from django.db.models import CheckConstraint, UniqueConstraint
from django_fsm import ConcurrentTransitionMixin

from config import state_machines

MACHINES = list(state_machines.machines())
NAMES = [model._meta.label for model, _ in MACHINES]


def test_the_machines_of_the_house_are_known() -> None:
    assert sorted(NAMES) == [
        "accounts.Membership",
        "cadsus.Citizen",
        "cadsus.Machine",
        "cadsus.OperatorAccess",
        "cadsus.SuspectedPair",
        "cadsus.Unification",
        "declarations.Declaration",
        "egestor.DeploymentToken",
        "egestor.InstallationCode",
        "gerencia.Enrolment",
        "gerencia.Note",
        "gerencia.OfficialLetter",
        "lots.Lot",
        "oversight.CourtAssessment",
        "oversight.Opinion",
        "pki.Certificate",
        "pki.Medium",
        "rnds.Credential",
        "rnds.CredentialRequest",
        "rnds.PecInstallation",
        "sanctions.Omission",
        "sanctions.Shortfall",
        "siops.CertificationRequest",
        "siops.FundUpdate",
        "siops.HealthManager",
        "siops.OfficialLetter",
        "siops.Technician",
        "tickets.SupportTicket",
    ]


@pytest.mark.parametrize(("model", "field"), MACHINES, ids=NAMES)
def test_a_machine_is_protected_concurrent_and_backed_by_the_database(model, field) -> None:  # type: ignore[no-untyped-def] # any model
    assert field.protected
    assert issubclass(model, ConcurrentTransitionMixin)
    backed = [c for c in model._meta.constraints if field.name in str(c.deconstruct())]
    assert any(isinstance(c, CheckConstraint) for c in backed) or any(isinstance(c, UniqueConstraint) for c in backed)


def test_the_drawings_are_current() -> None:
    on_disk = {path.name: path.read_text() for path in state_machines.FOLDER.glob("*.md")}
    assert on_disk == state_machines.pages(), "run: python manage.py state_machines"
