"""A fund, an establishment and the person who will redeem the token: what every test of tokens stands on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Organisation, User
from common.models import AuditEvent, OutboxMessage
from egestor.models import DeploymentToken
from egestor.services.tokens import generate_token
from registry.models import Person
from territory.models import Entity, Establishment
from tests.actors import acting
from tests.factories import (
    NOON,
    make_entity,
    make_establishment,
    make_manager,
    make_municipality,
    make_organisation,
    make_uf,
    person_of,
)


@dataclass
class Stage:
    fund: Organisation
    establishment: Establishment
    manager: User

    @property
    def person(self) -> Person:
        return person_of(self.manager)

    def generate(self, at: datetime = NOON, **changes: Any) -> DeploymentToken:
        arguments: dict[str, Any] = {
            "organisation_id": self.fund.pk,
            "responsible_cpf": self.person.cpf,
            "cnes": self.establishment.cnes,
            "by": acting(self.fund.user),
            "at": at,
        }
        return generate_token(**(arguments | changes))


def make_stage(entity: Entity | None = None) -> Stage:
    entity = entity or make_entity()
    return Stage(make_organisation(entity), make_establishment(entity), make_manager(entity))


def make_noronha() -> Entity:
    """Fernando de Noronha/PE: one hour ahead of Brasília and of its own UF."""
    pernambuco = make_uf("26", "PE", "Pernambuco", "America/Recife")
    name = "Fernando de Noronha"
    return make_entity(make_municipality("2605459", name, uf=pernambuco, time_zone="America/Noronha"))


def instant(text: str) -> datetime:
    """`instant("2026-11-23T23:59:59.999999-03:00")`."""
    return datetime.fromisoformat(text)


def stored(token: DeploymentToken) -> DeploymentToken:
    return DeploymentToken.objects.get(pk=token.pk)


def traces() -> tuple[int, int, list[tuple[Any, ...]]]:
    """Everything a refused action must leave as it was."""
    rows = DeploymentToken.objects.order_by("pk").values_list(
        "pk", "status", "used_at", "cancelled_at", "cancelled_by", "sealed_value"
    )
    return (
        AuditEvent.objects.count(),
        OutboxMessage.objects.count(),
        [(*row[:-1], bytes(row[-1]) if row[-1] else None) for row in rows],
    )
