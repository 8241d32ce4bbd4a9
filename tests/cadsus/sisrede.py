"""A small SISRede: Belo Horizonte with two centros de saúde, who works there, and the citizens of a test."""

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.actors import Proof, actor_of
from accounts.models import ProfessionalLink, User
from cadsus.models import Area, Citizen, Consultation, Enablement, MicroArea, Module, Posting
from cadsus.services.confirming import confirm
from cadsus.services.consulting import consult, review
from cadsus.workplaces import Workplace
from common.actor import Actor
from registry.models import Person
from registry.models.tables import CnsKind
from tests.clock import now, today
from tests.factories import make_entity, make_establishment, make_municipality, make_person, make_uf, make_user

Function = Posting.Function


class Network:
    """Vila Jatobá has everything; Parque Buriti synchronizes in cadastro alone."""

    def __init__(self) -> None:
        minas = make_uf("31", "MG", "Minas Gerais")
        self.entity = make_entity(make_municipality("3106200", "Belo Horizonte", uf=minas))
        self.unit = make_establishment(self.entity, name="Centro de Saúde Vila Jatobá")
        self.other_unit = make_establishment(self.entity, name="Centro de Saúde Parque Buriti")
        for module in Module:
            self.enable(self.unit.cnes, module, today() - timedelta(days=2000))
        self.enable(self.other_unit.cnes, Module.REGISTRATION, today() - timedelta(days=3000))
        self.receptionist = self.worker(Function.RECEPTION, name="DULCE AMOREIRA")
        self.agent = self.worker(Function.REGISTRATION, name="SÔNIA IPÊ")
        area = Area.objects.create(establishment=self.unit, code="0101", name="Equipe Sabiá")
        self.low_risk = Area.objects.create(
            establishment=self.unit, code="0102", name="Equipe Canário", is_low_risk=True
        )
        posting = Posting.objects.get(link__person=self.agent.person, function=Function.REGISTRATION)
        self.microarea = MicroArea.objects.create(area=area, code="01", agent=posting)
        self.reception = self.place(Module.RECEPTION)

    def enable(self, cnes: str, module: Module, starts_on: date) -> None:
        Enablement.objects.create(establishment_id=cnes, module=module, starts_on=starts_on)

    def place(self, module: Module, cnes: str = "") -> Workplace:
        return Workplace(module, cnes or self.unit.cnes, self.entity.pk)

    def worker(self, *functions: Function, cnes: str = "", **fields: Any) -> User:
        person = make_person(**fields)
        user = make_user(person)
        link = ProfessionalLink.objects.create(
            person=person,
            establishment_id=cnes or self.unit.cnes,
            cbo="422105",
            occupation="Recepcionista, em geral",
            started_on=today() - timedelta(days=400),
        )
        Posting.objects.bulk_create(Posting(link=link, function=function) for function in functions)
        return user

    def citizen(self, person: Person | None = None, **fields: Any) -> Citizen:
        """The chart of a person, as the national base has them unless told."""
        same = (
            {
                "name": person.name.upper(),
                "mother": person.mother.upper(),
                "birth_date": person.birth_date,
                "cpf": person.cpf_text,
                "cns": person.cns or "",
                "cns_kind": CnsKind.PROVISIONAL if person.cns else "",
                "sex": person.sex,
            }
            if person
            else {"name": "FULANA DE TAL"}
        )
        given = {"establishment": self.unit, "microarea": self.microarea} | same | fields
        return Citizen.objects.create(**given)

    def actor(self, user: User | None = None) -> Actor:
        return at_desk(user or self.receptionist)

    def consult(self, citizen: Citizen, user: User | None = None, **options: Any) -> Consultation:
        place = options.pop("place", self.reception)
        return consult(citizen_id=citizen.pk, place=place, by=self.actor(user), at=now(), **options)

    def confirm(self, consultation: Consultation, user: User | None = None, **options: Any) -> Any:
        given = {"document": "rg", "shown_digest": review(consultation, at=now()).digest} | options
        return confirm(consultation_id=consultation.pk, place=self.reception, by=self.actor(user), at=now(), **given)

    def synchronize(self, citizen: Citizen) -> Any:
        return self.confirm(self.consult(citizen))


def at_desk(user: User) -> Actor:
    """Somebody in the SISRede."""
    return actor_of(user, at=now(), proof=Proof.UNIT_PASSWORD)


def read(citizen: Citizen) -> Citizen:
    """The row as it is now."""
    return Citizen.objects.get(pk=citizen.pk)


@pytest.fixture
def network(db: None) -> Network:
    return Network()
