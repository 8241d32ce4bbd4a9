"""What the tests of the Módulo de Gestores share: an entity in order, and the shortest registration."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from django.db import models

from accounts.models import User
from common.exceptions import Refusal, RuleBroken
from common.models import AuditEvent, OutboxMessage
from registry.models import Person
from siops.models import Attachment, ElectionLoad, HealthManager, OfficialLetter, Technician
from siops.services.managers import register_manager
from siops.services.technicians import register_technician
from territory.models import Entity
from tests.actors import acting
from tests.factories import NOON, make_entity, make_person, siops
from tests.factories.siops import Acting

Role = HealthManager.Role


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def register(
    by: Acting, role: str, person: Person | None = None, *, at: datetime = NOON, **fields: Any
) -> HealthManager:
    """register_manager with the least; substitutes until the end of 2026."""
    person = person or make_person()
    defaults: dict[str, Any] = {
        "entity_id": getattr(by, "entity_id", None),
        "role": role,
        "cpf": person.cpf,
        "name": person.name,
        "email": f"p{person.pk}@saude.ensaio.example",
        "phone": "1132145678",
        "position": "Secretária Municipal de Saúde",
        "act_number": "12/2026",
        "act_date": date(2026, 11, 1),
        "starts_on": date(2026, 11, 1),
        "ends_on": date(2026, 12, 31) if role in HealthManager.SUBSTITUTES else None,
    }
    return register_manager(by=acting(by), at=at, **(defaults | fields))


def register_sender(by: Acting, person: Person | None = None, *, at: datetime = NOON, **fields: Any) -> Technician:
    """register_technician with the least, by who has seen the present record and confirms."""
    person = person or make_person()
    entity = getattr(by, "entity_id", None)
    present = Technician.objects.current().filter(entity=fields.get("entity_id", entity)).first()
    defaults: dict[str, Any] = {
        "entity_id": entity,
        "replaces_id": present.pk if present else None,
        "cpf": person.cpf,
        "name": person.name,
        "email": f"t{person.pk}@saude.ensaio.example",
        "phone": "11987654321",
        "bond": Technician.Bond.EMPLOYEE,
    }
    return register_technician(by=acting(by), at=at, **(defaults | fields))


@dataclass(frozen=True)
class Town:
    """An entity with head, secretary and an active technician."""

    entity: Entity
    head: HealthManager
    secretary: HealthManager
    technician: Technician

    @property
    def as_head(self) -> Acting:
        return siops.acting_of(self.head)

    @property
    def as_secretary(self) -> Acting:
        return siops.acting_of(self.secretary)

    @property
    def as_technician(self) -> Acting:
        return siops.acting_of(self.technician)

    def current(self, role: str) -> HealthManager:
        return HealthManager.objects.current().get(entity=self.entity, role=role)

    def sender(self) -> Technician:
        return Technician.objects.current().get(entity=self.entity)


def make_town(entity: Entity | None = None) -> Town:
    entity = entity or make_entity()
    head = siops.make_health_manager(Role.HEAD, entity)
    secretary = siops.make_health_manager(Role.SECRETARY, entity)
    return Town(entity, head, secretary, siops.make_technician(entity, secretary=secretary))


def traces() -> list[Any]:
    """Everything that a refusal must leave as it was."""
    tables: tuple[type[models.Model], ...] = (HealthManager, Technician, OfficialLetter, ElectionLoad, Attachment)
    rows = [list(table._default_manager.order_by("pk").values_list()) for table in tables]
    return [AuditEvent.objects.count(), OutboxMessage.objects.count(), User.objects.count(), *rows]


def refused(work: Callable[[], Any], error: type[Refusal] = RuleBroken) -> Refusal:
    """The refusal, which left no trace."""
    before = traces()
    with pytest.raises(error) as caught:
        work()
    assert traces() == before
    return caught.value


def stored(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)
