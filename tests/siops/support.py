"""A session of the SIOPS, and what a refused action must leave as it was."""

from typing import Any

from django.contrib.auth.models import Group
from django.test import Client

from accounts.actors import BOND
from accounts.models import CERTIFIER_GROUP, User
from common.models import AuditEvent, OutboxMessage
from siops.models import Attachment, FundUpdate, HealthManager, RuleRelease, SupportTicket, TicketMessage
from siops.models.scoped import TECHNICIAN
from territory.models import Entity
from tests.factories import make_staff, siops
from tests.factories.siops import Acting

BACKEND = "accounts.backends.AccountBackend"
ROLES = (*(role.value for role in HealthManager.Role), TECHNICIAN)


def enter(client: Client, acting: Acting) -> Client:
    """Open the session as the doors of the SIOPS do."""
    client.force_login(acting.user, backend=BACKEND)
    session = client.session
    session[BOND] = {"entity": acting.entity_id, "role": acting.role, "proof": "certificate"}
    session.save()
    return client


def make_certifier() -> User:
    """A staff account that works for a certifier: not the ministry."""
    user = make_staff("certificadora")
    user.groups.add(Group.objects.get_or_create(name=CERTIFIER_GROUP)[0])
    return user


def everybody(entity: Entity) -> dict[str, Any]:
    """One of each: the roles of the entity, the ministry, the certifier."""
    people: dict[str, Any] = {role: siops.make_acting(role, entity) for role in ROLES}
    return people | {"ministry": make_staff(), "certifier": make_certifier()}


def session_of(who: Any) -> Client:
    client = Client(raise_request_exception=True)
    if isinstance(who, Acting):
        return enter(client, who)
    client.force_login(who, backend=BACKEND)
    return client


def traces() -> list[Any]:
    """Everything a refused action must leave as it was."""
    tables = (FundUpdate, SupportTicket, TicketMessage, RuleRelease)
    rows = [list(model._default_manager.order_by("pk").values_list()) for model in tables]
    files = list(Attachment.objects.order_by("pk").values_list("pk", "sha256", "filename"))
    return [AuditEvent.objects.count(), OutboxMessage.objects.count(), files, *rows]
