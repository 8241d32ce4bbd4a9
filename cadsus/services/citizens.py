"""Opening a chart (prontuário), of somebody or of a newborn; the address, which is of the SISRede alone."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from cadsus.messages import M38
from cadsus.models import Citizen, MicroArea
from cadsus.permissions import Permission
from cadsus.services.consulting import locked_citizen
from cadsus.workplaces import Workplace
from common import audit, permissions
from common.actor import Actor
from common.exceptions import RuleBroken
from common.legal_time import BRASILIA
from registry.models import Person
from registry.models.people import NAME
from registry.models.tables import CnsKind
from territory.models import Establishment

ALREADY = "Já existe o prontuário {chart} com este {number}."
BORN_LATER = "A data de nascimento não pode ser futura."
ALREADY_BORN = "Já há recém-nascido desta mãe com esta data: prontuário {chart}."
NOT_OF_THE_UNIT = "A microárea não é desta unidade."
MOST_TWINS = 6


@transaction.atomic
def register_citizen(
    *,
    name: str,
    birth_date: date | None = None,
    mother: str = "",
    sex: str = "",
    cpf: str = "",
    cns: str = "",
    lives_outside: bool = False,
    microarea_id: int | None = None,
    place: Workplace,
    by: Actor,
    at: datetime,
) -> Citizen:
    """A new chart, «não vinculado ao domicílio», whoever opens it: linking is another act, of the ACS."""
    Establishment.objects.select_for_update(no_key=True).get(cnes=place.cnes)
    permissions.require(by, Permission.REGISTER_CITIZEN, place)
    if birth_date and birth_date > at.astimezone(BRASILIA).date():
        raise RuleBroken(BORN_LATER, code="birth_in_future", field="birth_date")
    _require_new(place, cpf=cpf, cns=cns)
    microarea = _microarea_of(place, microarea_id)
    citizen: Citizen = Citizen.objects.create(
        name=" ".join(name.split()).upper(),
        mother=" ".join(mother.split()).upper(),
        birth_date=birth_date,
        sex=sex,
        cpf=cpf,
        cns=cns,
        # Nothing but the CADSUS says that a number is definitive.
        cns_kind=CnsKind.PROVISIONAL if cns else "",
        lives_outside=lives_outside,
        microarea=microarea,
        establishment_id=place.cnes,
    )
    audit.record("citizen.registered", target=citizen, by=by, at=at, cnes=place.cnes, lives_outside=lives_outside)
    return citizen


@transaction.atomic
def register_known(
    *, person_id: int, lives_outside: bool = False, place: Workplace, by: Actor, at: datetime
) -> Citizen:
    """A chart for somebody of the national base: by name and birth; the rest comes with the synchronization."""
    person = Person.objects.filter(is_protected=False, is_standing=True).get(pk=person_id)
    known = Citizen.objects.filter(person=person).first()
    if known is not None:
        raise RuleBroken(ALREADY.format(chart=known.chart, number="cadastro do CADSUS"), code="known")
    return register_citizen(
        name=person.name,
        birth_date=person.birth_date,
        cpf=person.cpf_text,
        cns="" if person.cpf else person.cns or "",
        lives_outside=lives_outside,
        place=place,
        by=by,
        at=at,
    )


@transaction.atomic
def register_newborn(
    *,
    mother_id: int | None,
    birth_date: date,
    sex: str = "",
    how_many: int = 1,
    place: Workplace,
    by: Actor,
    at: datetime,
) -> list[Citizen]:
    """«RN DE …»: who was born and has no registration yet; twins are numbered. Raises RuleBroken M38."""
    mother = Citizen.objects.select_for_update(of=("self",), no_key=True).filter(pk=mother_id or 0).first()
    permissions.require(by, Permission.REGISTER_CITIZEN, place)
    if mother is None:
        raise RuleBroken(M38, code="no_mother", field="mother")
    if birth_date > at.astimezone(BRASILIA).date():
        raise RuleBroken(BORN_LATER, code="birth_in_future", field="birth_date")
    twin = Citizen.objects.filter(mother_citizen=mother, birth_date=birth_date).first()
    if twin is not None:
        raise RuleBroken(ALREADY_BORN.format(chart=twin.chart), code="already_born", field="birth_date")

    born = []
    for number in range(1, how_many + 1):
        twin_number = number if how_many > 1 else 0
        citizen: Citizen = Citizen.objects.create(
            name=newborn_name(mother.name, twin_number),
            mother=mother.name,
            birth_date=birth_date,
            sex=sex,
            kind=Citizen.Kind.NEWBORN,
            mother_citizen=mother,
            twin=twin_number,
            microarea=mother.microarea if mother.establishment_id == place.cnes else None,
            lives_outside=mother.lives_outside,
            establishment_id=place.cnes,
        )
        audit.record("citizen.newborn_registered", target=citizen, by=by, at=at, mother=mother.pk)
        born.append(citizen)
    return born


def newborn_name(mother: str, twin: int = 0) -> str:
    """RN DE FULANA; of twins, RN 1 DE FULANA."""
    return f"RN {f'{twin} ' if twin else ''}DE {mother.upper()}"[:NAME].strip()


@transaction.atomic
def change_local_address(
    *,
    citizen_id: int,
    street: str,
    number: str,
    complement: str = "",
    district: str = "",
    postal_code: str = "",
    place: Workplace,
    by: Actor,
    at: datetime,
) -> Citizen:
    """The address by hand, in the SISRede alone: it is never synchronized (M18)."""
    citizen = locked_citizen(citizen_id, entity_id=place.entity_id)
    permissions.require(by, Permission.REGISTER_CITIZEN, place)
    citizen.street, citizen.number, citizen.complement = street, number, complement
    citizen.district, citizen.postal_code = district, postal_code
    citizen.save(update_fields=["street", "number", "complement", "district", "postal_code"])
    audit.record("citizen.address_changed", target=citizen, by=by, at=at)
    return citizen


def _require_new(place: Workplace, *, cpf: str, cns: str) -> None:
    for label, value in (("CPF", cpf), ("CNS", cns)):
        same = {label.lower(): value}
        known = Citizen.objects.filter(establishment__entity=place.entity_id, **same).first() if value else None
        if known is not None:
            raise RuleBroken(ALREADY.format(chart=known.chart, number=label), code="known", field=label.lower())


def _microarea_of(place: Workplace, microarea_id: int | None) -> MicroArea | None:
    if microarea_id is None:
        return None
    found = MicroArea.objects.filter(pk=microarea_id, area__establishment=place.cnes).first()
    if found is None:
        raise RuleBroken(NOT_OF_THE_UNIT, code="other_unit", field="microarea")
    return found
