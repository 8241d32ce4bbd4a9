"""Writing the synthetic world: only what is missing, in bulk, so that a second run changes nothing people did."""

import hashlib
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.factors import SecondFactor
from accounts.models import Membership, Organisation, ProfessionalLink, User
from accounts.published import published_secret
from common import vault
from config.seed.cadsus import plant_areas, plant_operators, plant_postings
from config.seed.civil import civil_facts, seeded_people
from config.seed.declared import plant_declarations
from config.seed.entities import ENTITIES
from config.seed.homes import plant_homes
from config.seed.plans import EntityPlan, PersonPlan
from config.seed.room import plant_room_people
from config.seed.siops import offices, plant_certifiers, plant_health_managers, plant_technicians
from config.seed.staff import STAFF
from declarations.services.calendar import keep_calendar
from registry.models import Person
from rnds.models import PecInstallation
from siops.models import Attendant, Certifier, HealthManager
from territory.models import Entity, Establishment
from territory.services import state_kind

GRANTED_DAYS_AGO = 200
LINKED_SINCE = date(2024, 2, 1)


class Planted(NamedTuple):
    """Rows written now; zero everywhere when the world was already there."""

    entities: int
    establishments: int
    funds: int
    people: int
    memberships: int
    professional_links: int
    pec_installations: int
    health_managers: int
    technicians: int
    service_points: int
    staff: int
    postings: int
    areas: int
    operators: int
    room_people: int
    periods: int
    declarations: int


@transaction.atomic
def plant(*, at: datetime) -> Planted:
    """Write what is missing of the synthetic world. The territory must be loaded."""
    entities_written = _plant_entities()
    by_code = {entity.ibge: entity for entity in Entity.objects.all()}
    entities = {plan.key: by_code[plan.ibge] for plan in ENTITIES}
    states = {code: entity for code, entity in by_code.items() if entity.municipality_id is None}
    return Planted(
        entities=entities_written,
        establishments=_plant_establishments(entities),
        funds=_plant_funds(entities),
        people=_plant_people(),
        memberships=_plant_memberships(entities, at),
        professional_links=_plant_professional_links(),
        pec_installations=_plant_installations(entities),
        health_managers=plant_health_managers(entities, states, at),
        technicians=plant_technicians(entities, at),
        service_points=plant_certifiers(),
        staff=_plant_staff(at),
        postings=plant_postings(),
        areas=plant_areas(),
        operators=plant_operators(at),
        room_people=plant_room_people(at),
        periods=keep_calendar(at=at),
        declarations=plant_declarations(entities, at),
    )


def counter_key(plan: EntityPlan, number: int) -> str:
    """The contra-chave of an installation: always the same one, eight groups of four."""
    text = hashlib.sha256(f"contra-chave {plan.key} {number}".encode()).hexdigest()[:32].upper()
    return "-".join(text[i : i + 4] for i in range(0, len(text), 4))


def _everybody() -> list[tuple[EntityPlan, PersonPlan]]:
    return [(plan, person) for plan in ENTITIES for person in plan.people]


def _plant_entities() -> int:
    """Those of the plan, and the states whose Tribunal de Contas has somebody in it."""
    planned = {plan.ibge: (_kind(plan), plan.uf, None if plan.is_state else plan.municipality) for plan in ENTITIES}
    watched = {record.plan.uf for record in offices() if record.office.role == HealthManager.Role.COURT}
    states = {uf: (state_kind(uf), uf, None) for uf in watched}
    known = {entity.ibge for entity in Entity.objects.all()}
    rows = [
        Entity(kind=kind, uf_id=uf, municipality_id=municipality)
        for ibge, (kind, uf, municipality) in (states | planned).items()
        if ibge not in known
    ]
    return len(Entity.objects.bulk_create(rows))


def _kind(plan: EntityPlan) -> Entity.Kind:
    return state_kind(plan.uf) if plan.is_state else Entity.Kind.MUNICIPALITY


def _plant_establishments(entities: dict[str, Entity]) -> int:
    known = set(Establishment.objects.values_list("cnes", flat=True))
    rows = [
        Establishment(
            cnes=plan.cnes(unit.sequence),
            cnpj=plan.establishment_cnpj(unit.sequence),
            name=unit.name,
            unit_type=unit.unit_type,
            entity=entities[plan.key],
            municipality_id=unit.seat or plan.municipality,
            postal_code=plan.postal_code,
            district=unit.district,
            street=unit.street,
            is_active=unit.is_active,
        )
        for plan in ENTITIES
        for unit in plan.establishments
        if plan.cnes(unit.sequence) not in known
    ]
    return len(Establishment.objects.bulk_create(rows))


def _plant_funds(entities: dict[str, Entity]) -> int:
    known = set(Organisation.objects.values_list("cnpj", flat=True))
    plans = [plan for plan in ENTITIES if plan.cnpj not in known]
    users = User.objects.bulk_create(
        User(
            login=plan.cnpj,
            kind=User.Kind.ORGANISATION,
            name=plan.fund_name,
            email=plan.fund_mailbox,
            password=_password(plan.password),
        )
        for plan in plans
    )
    Organisation.objects.bulk_create(
        Organisation(
            user=user,
            kind=Organisation.Kind.FES if plan.is_state else Organisation.Kind.FMS,
            cnpj=plan.cnpj,
            name=plan.fund_name,
            entity=entities[plan.key],
        )
        for plan, user in zip(plans, users, strict=True)
    )
    return len(plans)


def _plant_people() -> int:
    """People with a profile or office get an account too; the others would get theirs at the first entry."""
    known = set(seeded_people().values_list("cpf", flat=True))
    missing = [(plan, person) for plan, person in _everybody() if plan.cpf(person) not in known]
    people = Person.objects.enrol(
        Person(
            cpf=plan.cpf(person),
            cns=plan.cns(person),
            name=person.name,
            email=plan.mailbox(person),
            phone=plan.phone(person.sequence),
            **civil_facts(plan, person),
        )
        for plan, person in missing
    )
    plant_homes((plan, enrolled) for (plan, _), enrolled in zip(missing, people, strict=True))
    accounts = [
        (plan, person, enrolled)
        for (plan, person), enrolled in zip(missing, people, strict=True)
        if person.role or person.office or person.posting
    ]
    # Everybody of one SISRede has one published password: argon2 is asked once for it.
    shared = {word: _password(word) for word in {plan.person_password(person) for plan, person, _ in accounts} if word}
    User.objects.bulk_create(
        User(
            login=plan.cpf(person),
            kind=User.Kind.PERSON,
            name=person.name,
            email=plan.mailbox(person),
            password=shared.get(plan.person_password(person)) or _password(""),
            person=enrolled,
        )
        for plan, person, enrolled in accounts
    )
    return len(missing)


def _plant_memberships(entities: dict[str, Entity], at: datetime) -> int:
    """Whoever ever had the profile, excluded or not, does not get it again."""
    people = dict(seeded_people().values_list("cpf", "pk"))
    known = set(Membership.objects.values_list("person_id", "entity_id", "role", "programme"))
    rows = []
    for plan, person in _everybody():
        held = (people[plan.cpf(person)], entities[plan.key].pk, person.role, person.programme)
        if person.role and held not in known:
            rows.append(_membership(held, person, at))
    return len(Membership.objects.bulk_create(rows))


def _membership(held: tuple[int, int, str, str], person: PersonPlan, at: datetime) -> Membership:
    person_id, entity_id, role, programme = held
    membership: Membership = Membership(
        person_id=person_id,
        entity_id=entity_id,
        role=role,
        programme=programme,
        granted_at=at - timedelta(days=GRANTED_DAYS_AGO),
        last_access_at=at - timedelta(days=person.idle_days),
    )
    if person.is_idle:
        membership.inactivate()
    return membership


def _plant_professional_links() -> int:
    """Whoever ever had the link, ended or not, does not get it again."""
    people = dict(seeded_people().values_list("cpf", "pk"))
    known = set(ProfessionalLink.objects.values_list("person_id", "establishment_id", "cbo"))
    rows = [
        ProfessionalLink(
            person_id=people[plan.cpf(person)],
            establishment_id=plan.cnes(person.workplace),
            cbo=person.cbo,
            occupation=person.occupation,
            started_on=LINKED_SINCE,
        )
        for plan, person in _everybody()
        if person.cbo and (people[plan.cpf(person)], plan.cnes(person.workplace), person.cbo) not in known
    ]
    return len(ProfessionalLink.objects.bulk_create(rows))


def _plant_installations(entities: dict[str, Entity]) -> int:
    known = set(PecInstallation.objects.values_list("counter_key", flat=True))
    rows = [
        PecInstallation(
            entity=entities[plan.key],
            establishment_id=plan.cnes(sequence),
            name=f"PEC da {plan.establishment(sequence).name} – {plan.title}",
            counter_key=counter_key(plan, number),
        )
        for plan in ENTITIES
        for number, sequence in enumerate(plan.installations, 1)
        if counter_key(plan, number) not in known
    ]
    return len(PecInstallation.objects.bulk_create(rows))


def _password(published: str) -> str:
    """The stored form; outside DEMO a published password is none at all, and a link sets the first one."""
    return make_password(published if settings.DEMO and published else None)


def _plant_staff(at: datetime) -> int:
    """One of each role; outside DEMO the team is made by `manage.py staff`."""
    if not settings.DEMO:
        return 0
    known = set(User.objects.filter(kind=User.Kind.STAFF).values_list("login", flat=True))
    missing = [plan for plan in STAFF if plan.login not in known]
    users = User.objects.bulk_create(
        User(
            login=plan.login,
            kind=User.Kind.STAFF,
            name=plan.name,
            email=f"{plan.login}@ministerio.example",
            password=make_password(plan.password),
            is_staff=True,
            staff_role=plan.role,
        )
        for plan in missing
    )
    Attendant.objects.bulk_create(
        Attendant(user=user, certifier=Certifier.objects.get(name=plan.certifier))
        for user, plan in zip(users, missing, strict=True)
        if plan.certifier
    )
    SecondFactor.objects.bulk_create(
        SecondFactor(user=user, sealed_secret=vault.seal(secret), enrolled_at=at)
        for user in users
        if (secret := published_secret(user.login))
    )
    return len(users)
