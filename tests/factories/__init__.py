"""Makers of the smallest valid world a test needs. Synthetic people only; documents have right check digits.

What they make is dated by the clock of the test (tests.clock): `at` is now unless told, and every day is so many days
from today.
"""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from accounts.models import Membership, Organisation, ProfessionalLink, User
from common import documents
from registry.models import Person
from registry.models.tables import Sex
from registry.numbers import complete_cpf
from rnds.models import PecInstallation
from territory.models import Entity, Establishment, Municipality, Uf
from territory.services import search_key
from tests.clock import NOON as NOON
from tests.clock import now

PASSWORD = "Ensaio-2026"

_sequence = count(1)


def make_cpf(number: int) -> str:
    """A valid CPF from a small number, in the range 000.xxx.xxx reserved here for tests."""
    return complete_cpf(f"{number:09d}")


def make_cnpj(number: int) -> str:
    """A valid numeric CNPJ from a small number."""
    base = f"{number:08d}0001"
    for weights in ((5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2), (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)):
        rest = sum(int(d) * w for d, w in zip(base, weights, strict=True)) % 11
        base += str(0 if rest < 2 else 11 - rest)
    return base


def make_cns(number: int) -> str:
    """A valid CNS of the 7 series from a small number."""
    base = f"7{number:012d}"
    for tail in range(100):
        candidate = f"{base}{tail:02d}"
        if documents.is_cns(candidate):
            return candidate
    raise AssertionError("every block of one hundred holds a valid CNS")


def make_uf(ibge: str = "35", acronym: str = "SP", name: str = "São Paulo", time_zone: str = "America/Sao_Paulo") -> Uf:
    return Uf.objects.get_or_create(ibge=ibge, defaults={"acronym": acronym, "name": name, "time_zone": time_zone})[0]


def make_municipality(
    ibge: str = "3550308", name: str = "São Paulo", *, uf: Uf | None = None, time_zone: str = "America/Sao_Paulo"
) -> Municipality:
    return Municipality.objects.get_or_create(
        ibge=ibge,
        defaults={"name": name, "search_name": search_key(name), "uf": uf or make_uf(), "time_zone": time_zone},
    )[0]


def make_entity(municipality: Municipality | None = None) -> Entity:
    """The entity of a municipality (São Paulo unless told)."""
    municipality = municipality or make_municipality()
    return Entity.objects.get_or_create(
        municipality=municipality, defaults={"kind": Entity.Kind.MUNICIPALITY, "uf": municipality.uf}
    )[0]


def make_other_entity() -> Entity:
    """Rio Branco/AC: another entity, in another UF and time zone (−05)."""
    acre = make_uf("12", "AC", "Acre", "America/Rio_Branco")
    return make_entity(make_municipality("1200401", "Rio Branco", uf=acre, time_zone="America/Rio_Branco"))


def make_establishment(entity: Entity | None = None, **fields: Any) -> Establishment:
    n = next(_sequence)
    entity = entity or make_entity()
    municipality = entity.municipality or make_municipality()
    defaults = {
        "cnes": f"{9_000_000 + n:07d}",
        "cnpj": make_cnpj(n),
        "name": f"UBS Ensaio {n}",
        "unit_type": "CENTRO DE SAUDE/UNIDADE BASICA",
        "entity": entity,
        "municipality": municipality,
        "postal_code": "01001000",
        "district": "Centro",
        "street": f"Rua do Ensaio, {n}",
    }
    return Establishment.objects.create(**(defaults | fields))


def make_person(**fields: Any) -> Person:
    """A person of the synthetic CADSUS base, without an account."""
    n = next(_sequence)
    defaults = {
        "cpf": make_cpf(n),
        "cns": make_cns(n),
        "name": f"Pessoa de Ensaio {n}",
        "birth_date": date(1980, 1, 1) + timedelta(days=n),
        "email": f"pessoa{n}@ensaio.example",
        "phone": "11987654321",
        "mother": f"Mãe de Ensaio {n}",
        "sex": Sex.FEMALE if n % 2 else Sex.MALE,
    }
    return Person.objects.enrol([Person(**(defaults | fields))])[0]


def make_user(person: Person | None = None, **fields: Any) -> User:
    """The account of a person."""
    person = person or make_person()
    given: dict[str, Any] = {"kind": User.Kind.PERSON, "name": person.name, "email": person.email, "person": person}
    return User.objects.create_user(person.cpf_text, **(given | fields))


def person_of(user: User) -> Person:
    """The person whose account it is."""
    assert user.person is not None
    return user.person


def make_staff(login: str = "analista", **fields: Any) -> User:
    """A member of the team: the analyst of the RNDS, unless another role is told."""
    given = {"kind": User.Kind.STAFF, "name": "Analista de Ensaio", "is_staff": True}
    fields = given | {"staff_role": User.StaffRole.RNDS_ANALYST} | fields
    return User.objects.create_user(login, PASSWORD, **fields)


def make_administrator(login: str = "administrador") -> User:
    return make_staff(login, staff_role=User.StaffRole.ADMINISTRATOR, is_superuser=True)


def make_organisation(entity: Entity | None = None, **fields: Any) -> Organisation:
    """The health fund of an entity, with its account (password PASSWORD)."""
    entity = entity or make_entity()
    cnpj = fields.pop("cnpj", None) or make_cnpj(next(_sequence))
    name = fields.pop("name", f"Fundo Municipal de Saúde de {entity}")
    kind = Organisation.Kind.FMS if entity.municipality_id else Organisation.Kind.FES
    user = User.objects.create_user(
        cnpj, PASSWORD, kind=User.Kind.ORGANISATION, name=name, email=f"fundo{cnpj[:8].lower()}@ensaio.example"
    )
    return Organisation.objects.create(user=user, kind=kind, cnpj=cnpj, name=name, entity=entity, **fields)


def make_membership(
    person: Person,
    role: str = Membership.Role.PROGRAMME_MANAGER,
    entity: Entity | None = None,
    *,
    programme: str | None = None,
    at: datetime | None = None,
    **fields: Any,
) -> Membership:
    """A profile; a programme manager's is in IMPLANTAÇÃO E-SUS APS unless told."""
    if programme is None:
        deployment = role in (Membership.Role.PROGRAMME_MANAGER, Membership.Role.TECHNICAL_MANAGER)
        programme = Membership.Programme.DEPLOYMENT if deployment else Membership.Programme.NONE
    at = at or now()
    defaults = {"granted_at": at, "last_access_at": at}
    return Membership.objects.create(
        person=person, entity=entity or make_entity(), role=role, programme=programme, **(defaults | fields)
    )


def make_manager(entity: Entity | None = None) -> User:
    """Account of a programme manager (GESTOR DO PROGRAMA MUNICIPAL) of the entity."""
    return make_member(Membership.Role.PROGRAMME_MANAGER, entity)


def make_member(role: str, entity: Entity | None = None) -> User:
    """Account of a person that holds `role` for the entity."""
    user = make_user()
    make_membership(person_of(user), role, entity)
    return user


def make_installation(entity: Entity | None = None, **fields: Any) -> PecInstallation:
    n = next(_sequence)
    entity = entity or make_entity()
    groups = f"{n:032X}"
    defaults = {
        "entity": entity,
        "name": f"PEC Ensaio {n}",
        "counter_key": "-".join(groups[i : i + 4] for i in range(0, 32, 4)),
    }
    if "establishment" not in fields:
        fields["establishment"] = make_establishment(entity)
    return PecInstallation.objects.create(**(defaults | fields))


def make_professional_link(person: Person, establishment: Establishment) -> ProfessionalLink:
    return ProfessionalLink.objects.create(
        person=person,
        establishment=establishment,
        cbo="225142",
        occupation="Médico da estratégia de saúde da família",
        started_on=now().date() - timedelta(days=400),
    )
