"""Makers for the SIOPS: who answers for an entity, and the paperwork of a change of government."""

import hashlib
from dataclasses import fields
from datetime import datetime, timedelta
from itertools import count
from typing import Any, cast

from accounts.actors import Proof, actor_of
from accounts.models import User, account_of
from common import vault
from common.actor import Actor, Bond
from registry.models import Person
from siops.models import (
    Attachment,
    Attendant,
    CertificationRequest,
    Certifier,
    FundUpdate,
    HealthManager,
    OfficialLetter,
    ServicePoint,
    Technician,
)
from siops.models.scoped import TECHNICIAN
from siops.offices import office_of
from territory.models import Entity, Municipality
from tests.clock import now, today
from tests.factories import make_cnpj, make_cpf, make_entity, make_municipality, make_person, make_staff, make_user
from tickets.models import Product, SupportTicket, TicketMessage

Role = HealthManager.Role
_numbers = count(70_001)


def make_health_manager(
    role: str = Role.SECRETARY, entity: Entity | None = None, *, person: Person | None = None, **fields: Any
) -> HealthManager:
    """A record in office for most of a year; substitutes for 38 days more. The person has an account."""
    person = person or make_person()
    if account_of(person) is None:
        make_user(person)
    until = today() + timedelta(days=38) if role in HealthManager.SUBSTITUTES else None
    defaults: dict[str, Any] = {
        "email": f"gestor{next(_numbers)}@saude.ensaio.example",
        "phone": "1132145678",
        "position": HealthManager.Role(role).label,
        "starts_on": today() - timedelta(days=326),
        "ends_on": until,
        "registered_at": now(),
    }
    made: HealthManager = HealthManager.objects.create(
        role=role, entity=entity or make_entity(), person=person, **(defaults | fields)
    )
    return made


def make_technician(
    entity: Entity | None = None,
    *,
    person: Person | None = None,
    secretary: HealthManager | None = None,
    **fields: Any,
) -> Technician:
    """An active technician, registered by the entity's secretary (made when there is none)."""
    entity, person = entity or make_entity(), person or make_person()
    if account_of(person) is None:
        make_user(person)
    if secretary is None:
        current = HealthManager.objects.current().filter(entity=entity, role=Role.SECRETARY).first()
        secretary = current or make_health_manager(Role.SECRETARY, entity)
    defaults: dict[str, Any] = {
        "status": Technician.Status.ACTIVE,
        "first_access_at": now(),
        "email": f"tecnico{next(_numbers)}@saude.ensaio.example",
        "phone": "11987654321",
        "bond": Technician.Bond.EMPLOYEE,
        "registered_by": secretary.person.user,
        "registered_at": now(),
    }
    made: Technician = Technician.objects.create(
        entity=entity, person=person, secretary=secretary, **(defaults | fields)
    )
    return made


class Acting(Actor):
    """The actor of a session of the SIOPS, with what tests ask of it; the bond still tells an office lost since."""

    @property
    def user(self) -> User:
        return cast("User", self.account)

    @property
    def entity_id(self) -> int:
        return cast("Bond", self.bond).entity_id

    @property
    def entity(self) -> Entity:
        return Entity.objects.select_related("municipality__uf", "uf").get(pk=self.entity_id)

    @property
    def role(self) -> str:
        return cast("Bond", self.bond).role

    @property
    def holds_role(self) -> bool:
        """As the database says now."""
        self.read_again()
        return self.office is not None

    @property
    def record(self) -> HealthManager | Technician:
        self.read_again()
        return office_of(self).record


PROOFS = {TECHNICIAN: Proof.TECHNICIAN_PASSWORD, Role.COUNCIL.value: Proof.COUNCIL_LINK}


def session_of_office(user: User, entity: Entity, role: str, at: datetime | None = None) -> Acting:
    """Who entered by the door of that role, bound to it and to the entity."""
    proof = PROOFS.get(role, Proof.CERTIFICATE)
    actor = actor_of(user, at=at or now(), proof=proof, bond=Bond(entity.pk, role))
    return Acting(**{field.name: getattr(actor, field.name) for field in fields(actor)})


def make_acting(role: str = Role.SECRETARY, entity: Entity | None = None, at: datetime | None = None) -> Acting:
    """Somebody who holds `role` (a HealthManager.Role, or TECHNICIAN) for the entity, acting at `at`."""
    entity = entity or make_entity()
    record = make_technician(entity) if role == TECHNICIAN else make_health_manager(role, entity)
    user = record.person.user
    assert user is not None
    return session_of_office(user, entity, role, at)


def acting_of(record: HealthManager | Technician, at: datetime | None = None) -> Acting:
    """The holder of a record, acting at `at`."""
    role = record.role if isinstance(record, HealthManager) else TECHNICIAN
    user = record.person.user
    assert user is not None
    return session_of_office(user, record.entity, role, at)


def make_coordinator(login: str = "") -> User:
    """Of the coordination of the SIOPS."""
    return make_staff(login or f"coordenacao-{next(_numbers)}", staff_role=User.StaffRole.SIOPS_COORDINATION)


def make_checker(login: str = "") -> User:
    """Of the FNS/SECON."""
    return make_staff(login or f"conferente-{next(_numbers)}", staff_role=User.StaffRole.FNS_CHECKER)


def make_attendant(certifier: Certifier | None = None, login: str = "") -> User:
    """Attends at the counter of a certifier (one of its own, unless told)."""
    user = make_staff(login or f"certificadora-{next(_numbers)}", staff_role=User.StaffRole.CERTIFIER)
    Attendant.objects.create(user=user, certifier=certifier or make_service_point().certifier)
    return user


def make_fund_update(entity: Entity | None = None, *, at: datetime | None = None, **fields: Any) -> FundUpdate:
    """An Anexo I with every field filled, in draft unless told; no attachments."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "opened_at": at or now(),
        "cnpj": make_cnpj(number),
        "entity_name": "Prefeitura de Ensaio",
        "institutional_email": "gabinete@saude.ensaio.example",
        "phone": "1132145678",
        "postal_code": "01001000",
        "address": "Praça do Ensaio, 1",
        "director_name": "Dirigente de Ensaio",
        "director_cpf": make_cpf(number),
        "director_position": "Secretário de Saúde",
        "director_identity": "12.345.678-9 SSP/SP",
    }
    if "opened_by" not in fields:
        fields["opened_by"] = make_user()
    made: FundUpdate = FundUpdate.objects.create(entity=entity or make_entity(), **(defaults | fields))
    return made


def make_letter(entity: Entity | None = None, *, at: datetime | None = None, **fields: Any) -> OfficialLetter:
    """An ofício waiting for the ministry, naming a person of the CADSUS; no documents."""
    person = make_person()
    if "sent_by" not in fields:
        fields["sent_by"] = make_user()
    defaults: dict[str, Any] = {
        "cpf": person.cpf,
        "name": person.name,
        "email": f"gabinete{next(_numbers)}@ensaio.example",
        "phone": "1132145678",
        "position": "Prefeita",
        "starts_on": today() - timedelta(days=22),
        "sent_at": at or now(),
    }
    made: OfficialLetter = OfficialLetter.objects.create(entity=entity or make_entity(), **(defaults | fields))
    return made


def make_attachment(
    owner: FundUpdate | OfficialLetter | TicketMessage, content: bytes = b"%PDF-1.7", **fields: Any
) -> Attachment:
    """One document of an update, a letter or a message, straight in the table."""
    place = {FundUpdate: "fund_update", OfficialLetter: "letter", TicketMessage: "message"}[type(owner)]
    row = owner.ticket if isinstance(owner, TicketMessage) else owner
    defaults: dict[str, Any] = {
        "entity": row.entity,
        "kind": Attachment.Kind.LETTER,
        "filename": "oficio.pdf",
        "content_type": "application/pdf",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "sealed_content": vault.seal(content),
        "uploaded_at": now(),
    }
    if "uploaded_by" not in fields:
        fields["uploaded_by"] = make_user()
    made: Attachment = Attachment.objects.create(**{place: owner}, **(defaults | fields))
    return made


def make_ticket(entity: Entity | None = None, *, at: datetime | None = None, **fields: Any) -> SupportTicket:
    """An open ticket with its first message; no file."""
    if "opened_by" not in fields:
        fields["opened_by"] = make_user()
    at = at or now()
    defaults: dict[str, Any] = {
        "product": Product.SIOPS,
        "subject": "Crítica que não sai",
        "opened_at": at,
        "waiting_since": at,
    }
    made: SupportTicket = SupportTicket.objects.create(entity=entity or make_entity(), **(defaults | fields))
    TicketMessage.objects.create(ticket=made, author=made.opened_by, written_at=at, text="O arquivo já foi corrigido.")
    return made


def make_service_point(municipality: Municipality | None = None) -> ServicePoint:
    """A posto of a certifier of its own."""
    number = next(_numbers)
    certifier = Certifier.objects.create(name=f"Certificadora de Ensaio {number}")
    made: ServicePoint = ServicePoint.objects.create(
        certifier=certifier, municipality=municipality or make_municipality(), name=f"Posto {number}"
    )
    return made


def make_certification(
    record: HealthManager | None = None, *, at: datetime | None = None, **fields: Any
) -> CertificationRequest:
    """A request for an e-CPF A3, just made, by a secretary unless told."""
    record = record or make_health_manager(Role.SECRETARY)
    point = fields.pop("service_point", None) or make_service_point()
    defaults: dict[str, Any] = {"kind": "A3", "protocol": f"TEST-{next(_numbers)}", "requested_at": at or now()}
    made: CertificationRequest = CertificationRequest.objects.create(
        person=record.person,
        entity=record.entity,
        certifier=point.certifier,
        service_point=point,
        **(defaults | fields),
    )
    return made
