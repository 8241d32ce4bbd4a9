"""Writing the SIOPS part of the synthetic world: records of gestores, technicians, certifiers, and certificates."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.conf import settings

from accounts.models import User, account_of
from common.legal_time import BRASILIA
from config.seed.civil import seeded_people
from config.seed.entities import ENTITIES
from config.seed.offices import CERTIFIERS
from config.seed.plans import TECHNICIAN, EntityPlan, OfficePlan, PersonPlan
from pki import services as pki
from pki.models import Medium
from registry.models import Person
from siops.models import Certifier, HealthManager, ServicePoint, Technician
from territory.models import Entity

SUBSTITUTION = timedelta(days=30)
AUTHORITY = "icp"


class Record(NamedTuple):
    """A person's record in the SIOPS, with whoever it points to."""

    plan: EntityPlan
    person: PersonPlan
    office: OfficePlan


def offices() -> list[Record]:
    """Every office of the plan, heads first."""
    everybody = ((plan, person) for plan in ENTITIES for person in plan.people)
    return [Record(plan, person, person.office) for plan, person in everybody if person.office]


def plant_health_managers(entities: dict[str, Entity], states: dict[str, Entity], at: datetime) -> int:
    """A person that ever had the record does not get it again; who comes from a Tribunal de Contas is of the state."""
    people = _people_with_accounts()
    known = set(HealthManager.objects.values_list("entity_id", "role", "person_id"))
    rows = []
    for plan, person, office in offices():
        is_of_court = office.role == HealthManager.Role.COURT
        entity, holder = states[plan.uf] if is_of_court else entities[plan.key], people[plan.cpf(person)]
        if office.role != TECHNICIAN and (entity.pk, office.role, holder.pk) not in known:
            row = HealthManager(entity=entity, role=office.role, person=holder, **_fields(plan, person, office, at))
            is_appointed = office.role != HealthManager.Role.HEAD and not is_of_court
            row.registered_by = _head_account(plan, people) if is_appointed else None
            rows.append(row)
    return len(HealthManager.objects.bulk_create(rows))


def plant_technicians(entities: dict[str, Entity], at: datetime) -> int:
    """Each one registered by the secretary of the plan, the former one where the secretary has changed."""
    people = _people_with_accounts()
    known = set(Technician.objects.values_list("entity_id", "person_id"))
    secretaries = {
        (record.entity_id, record.status in HealthManager.CURRENT): record
        for record in HealthManager.objects.filter(role=HealthManager.Role.SECRETARY).select_related("person__user")
    }
    rows = []
    for plan, person, office in offices():
        entity, holder = entities[plan.key], people[plan.cpf(person)]
        secretary = secretaries.get((entity.pk, not office.is_former))
        if office.role != TECHNICIAN or secretary is None or (entity.pk, holder.pk) in known:
            continue
        row = Technician(
            entity=entity,
            person=holder,
            email=holder.email,
            phone=holder.phone,
            bond=Technician.Bond.EMPLOYEE,
            secretary=secretary,
            registered_by=_account(secretary.person),
            registered_at=_midnight(office.starts_on, at),
        )
        row.enter_first(at=row.registered_at)
        if office.is_former:
            row.lose_secretary()
        rows.append(row)
    return len(Technician.objects.bulk_create(rows))


def plant_certifiers() -> int:
    """Returns how many points of attendance were written."""
    known = set(ServicePoint.objects.values_list("name", flat=True))
    Certifier.objects.bulk_create([Certifier(name=name) for name in CERTIFIERS], ignore_conflicts=True)
    by_name = {certifier.name: certifier for certifier in Certifier.objects.filter(name__in=CERTIFIERS)}
    rows = [
        ServicePoint(certifier=by_name[certifier], municipality_id=municipality, name=name)
        for certifier, points in CERTIFIERS.items()
        for municipality, name in points
        if name not in known
    ]
    return len(ServicePoint.objects.bulk_create(rows))


def plant_media(*, at: datetime) -> int:
    """Certificates on media for who has one by plan and none in force; needs the authorities. Never shipped expired.

    Outside DEMO none, because PIN and PUK are published: each holder walks the four etapas.
    """
    if not settings.DEMO:
        return 0
    in_force = Medium.objects.filter(certificate__not_after__gt=at)
    known = set(in_force.values_list("certificate__holder_document", flat=True))
    people = {person.cpf: person for person in seeded_people()}
    written = 0
    for plan, person, office in offices():
        cpf = plan.cpf(person)
        if not office.medium or cpf in known:
            continue
        holder = people[cpf]
        pki.issue_on_medium(
            holder=pki.PersonHolder(name=holder.name, cpf=cpf, birth_date=holder.birth_date, email=holder.email),
            authority_slug=AUTHORITY,
            kind=office.medium,
            pin=plan.pin(person),
            puk=plan.puk(person),
            at=at,
        )
        written += 1
    return written


def _people_with_accounts() -> dict[str | None, Person]:
    return {person.cpf: person for person in seeded_people().exclude(user=None).select_related("user")}


def _fields(plan: EntityPlan, person: PersonPlan, office: OfficePlan, at: datetime) -> dict[str, object]:
    starts_on = office.starts_on or at.astimezone(BRASILIA).date()
    is_substitute = office.role in HealthManager.SUBSTITUTES
    return {
        "status": HealthManager.Status.SUBSTITUTED if office.is_former else HealthManager.Status.ACTIVE,
        "email": plan.mailbox(person),
        "phone": plan.phone(person.sequence),
        "position": office.position,
        "act_number": f"{person.sequence}/{starts_on.year}",
        "act_date": starts_on,
        "starts_on": starts_on,
        "ends_on": starts_on + SUBSTITUTION if is_substitute else None,
        "registered_at": _midnight(office.starts_on, at),
        "closed_at": at if office.is_former else None,
    }


def _midnight(day: date | None, at: datetime) -> datetime:
    """Beginning of the day in Brasília; without a day, `at`."""
    return datetime(day.year, day.month, day.day, tzinfo=BRASILIA) if day else at


def _head_account(plan: EntityPlan, people: dict[str | None, Person]) -> User:
    head = next(p for p in plan.people if p.office and p.office.role == HealthManager.Role.HEAD)
    return _account(people[plan.cpf(head)])


def _account(person: Person) -> User:
    account = account_of(person)
    if account is None:
        raise TypeError("who holds an office has an account")
    return account
