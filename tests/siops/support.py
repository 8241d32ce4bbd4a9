"""A session of the SIOPS, and what a refused action must leave as it was."""

from typing import Any

from django.test import Client

from accounts.actors import Proof
from accounts.models import User
from accounts.session import BOND
from common.models import AuditEvent, OutboxMessage
from siops.models import Attachment, FundUpdate, HealthManager, RuleRelease
from siops.models.scoped import TECHNICIAN
from territory.models import Entity
from tests.factories import make_administrator, make_staff, siops
from tests.factories.siops import Acting
from tickets.models import SupportTicket, TicketMessage

BACKENDS: dict[str, str] = {
    Proof.CERTIFICATE: "accounts.backends.CertificateBackend",
    Proof.TECHNICIAN_PASSWORD: "siops.backends.TechnicianBackend",
    Proof.COUNCIL_LINK: "siops.backends.CouncilBackend",
}
ROLES = (*(role.value for role in HealthManager.Role), TECHNICIAN)


def enter(client: Client, acting: Acting) -> Client:
    """Open the session as the doors of the SIOPS do."""
    client.force_login(acting.user, backend=BACKENDS[acting.proof])
    session = client.session
    session[BOND] = {"entity": acting.entity_id, "role": acting.role, "proof": "certificate"}
    session.save()
    return client


def everybody(entity: Entity) -> dict[str, Any]:
    """One of each: the roles of the entity, the desks of the ministry, a certifier, who only reads."""
    people: dict[str, Any] = {role: siops.make_acting(role, entity) for role in ROLES}
    desks = {"coordination": siops.make_coordinator(), "checker": siops.make_checker()}
    readers = {
        "auditor": make_staff("auditor", staff_role=User.StaffRole.AUDITOR),
        "administrator": make_administrator(),
    }
    return people | desks | readers | {"certifier": siops.make_attendant()}


def session_of(who: Any) -> Client:
    client = Client(raise_request_exception=True)
    if isinstance(who, Acting):
        return enter(client, who)
    client.force_login(who)
    return client


def traces() -> list[Any]:
    """Everything a refused action must leave as it was."""
    tables = (FundUpdate, SupportTicket, TicketMessage, RuleRelease)
    rows = [list(model._default_manager.order_by("pk").values_list()) for model in tables]
    files = list(Attachment.objects.order_by("pk").values_list("pk", "sha256", "filename"))
    return [AuditEvent.objects.count(), OutboxMessage.objects.count(), files, *rows]
