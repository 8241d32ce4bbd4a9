"""Where somebody works in the SISRede, and whom they find there."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from cadsus.decision import Answer, Record
from cadsus.models import Citizen, Module, OperatorAccess, Posting
from cadsus.models.citizens import CHART_DIGITS, CitizenQuerySet
from cadsus.offices import MODULE
from cadsus.permissions import Permission
from cadsus.services import national
from cadsus.workplaces import UnitReport, Workplace
from common import audit, documents, permissions
from common.actor import Actor
from common.folding import fold
from territory.models import Establishment

Function = Posting.Function
MOST_FOUND = 50


def places_of(actor: Actor) -> list[Workplace]:
    """Every module of every unit in which the actor has a function, in the order of the modules."""
    held = [office for office in actor.offices if office.kind == MODULE and office.unit_id is not None]
    units = Establishment.objects.in_bulk({f"{office.unit_id:07d}" for office in held})
    found = [
        Workplace(Module(office.role), unit.cnes, unit.entity_id, unit.name)
        for office in held
        if office.role in Module.values and (unit := units.get(f"{office.unit_id:07d}"))
    ]
    return sorted(found, key=lambda place: (place.name, Module.values.index(place.module)))


def find_place(actor: Actor, *, cnes: str, module: Module) -> Workplace | None:
    """A module of a unit of the municipality in which the actor works; what may be done there the services say."""
    unit = Establishment.objects.filter(cnes=cnes).first()
    entities = {office.entity_id for office in actor.offices if office.kind == MODULE}
    if unit is None or unit.entity_id not in entities:
        return None
    return Workplace(module, unit.cnes, unit.entity_id, unit.name)


def reports_of(actor: Actor) -> list[Establishment]:
    """The units whose report the actor may open: of the TI all that have areas, of the others their own."""
    entities = {o.entity_id for o in actor.offices if o.kind == MODULE and o.role == Function.MUNICIPAL_IT}
    own = {
        f"{office.unit_id:07d}"
        for office in actor.offices
        if office.kind == MODULE and office.role in (Function.MANAGER, Function.REGISTRATION)
    }
    wanted = Q(cnes__in=own) | Q(entity__in=entities, areas__isnull=False)
    return list(Establishment.objects.filter(wanted).distinct().order_by("name", "cnes"))


def report_target(unit: Establishment) -> UnitReport:
    return UnitReport(unit.cnes, unit.entity_id)


def search_citizens(
    visible: CitizenQuerySet, *, text: str, birth_date: date | None = None, mother: str = ""
) -> list[Citizen]:
    """Who the SISRede knows by name, CPF, CNS or prontuário, narrowed by birth and mother."""
    rows = visible.select_related("establishment", "microarea__area")
    digits = documents.digits(text)
    if digits and not re.search("[A-Za-zÀ-ÿ]", text):
        rows = rows.filter(_by_number(digits))
    elif text:
        rows = rows.filter(search_name__contains=fold(" ".join(text.split())))
    if birth_date:
        rows = rows.filter(birth_date=birth_date)
    if mother:
        rows = rows.filter(mother__icontains=" ".join(mother.split()))
    return list(rows.order_by("name", "pk")[:MOST_FOUND])


def _by_number(digits: str) -> Q:
    chart = Q(pk=int(digits)) if len(digits) <= CHART_DIGITS else Q()
    return Q(cpf=digits) | Q(cns=digits) | chart


@transaction.atomic
def search_national(*, text: str, birth_date: date | None, place: Workplace, by: Actor, at: datetime) -> Answer:
    """The same in the national base: by a whole number, or by the whole name and the birth. Each search is audited.

    Records under protection are left out: who needs one opens the chart and says why.
    """
    permissions.require(by, Permission.SEARCH_CITIZENS)
    digits = documents.digits(text)
    number = digits if len(digits) in (documents.CPF_LENGTH, documents.CNS_LENGTH) else ""
    nobody = Citizen(name="" if number else " ".join(text.split()), birth_date=birth_date)
    answer = national.ask(nobody, entity_id=place.entity_id, at=at, number=number)
    shown = tuple(record for record in answer.records if not record.is_protected)
    unit = Establishment.objects.get(cnes=place.cnes)
    audit.record("registry.searched", target=unit, by=by, at=at, number=bool(number), found=len(shown))
    return replace(answer, records=shown)


def charts_of(records: tuple[Record, ...]) -> dict[int, Citizen]:
    """The charts that these people of the national base have already."""
    rows = Citizen.objects.filter(person__in=[record.person_id for record in records if record.person_id > 0])
    return {row.person_id: row for row in rows if row.person_id is not None}


def managers_of(cnes: str, *, at: datetime) -> list[str]:
    """Who answers for the unit (gerente)."""
    return list(
        Posting.objects.managing(cnes, at).order_by("link__person__name").values_list("link__person__name", flat=True)
    )


def registrars_of(cnes: str, *, at: datetime) -> list[str]:
    """Who can unify and correct in the CADSUSWEB by this unit (cadastrador)."""
    rows = OperatorAccess.objects.in_force_at(at).filter(establishment=cnes, profile=OperatorAccess.Profile.REGISTRAR)
    return list(rows.order_by("operator__person__name").values_list("operator__person__name", flat=True))


def is_registrar(actor: Actor, cnes: str) -> bool:
    """Whether who is at the desk is one of them."""
    rows = OperatorAccess.objects.in_force_at(actor.at).filter(
        establishment=cnes, profile=OperatorAccess.Profile.REGISTRAR, operator__person__user=actor.account_id
    )
    return rows.exists()
