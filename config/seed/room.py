"""Writing the people whom every room has: the special cases, many of one name, and some neighbours."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from common.legal_time import BRASILIA
from registry.models import Cns, Person, PopulatedBlock, TaxRecord
from registry.population.case_list import CASES
from registry.population.cases import Case, Tax
from registry.population.load import write_people
from registry.population.people import Person as Planned
from registry.population.room import SEED, room_slice

MUNICIPALITY = "3106200"


def reference_day(at: datetime) -> date:
    """The day that the ages count back from: that on which the room was seeded, or else today."""
    planted = PopulatedBlock.objects.filter(number=PopulatedBlock.ROOM).first()
    return planted.reference if planted else at.astimezone(BRASILIA).date()


def plant_room_people(at: datetime) -> int:
    """Who is missing. A record is there as long as somebody has one of its numbers, whatever became of it."""
    reference = reference_day(at)
    people = room_slice(reference, MUNICIPALITY)
    missing = _missing(people)
    if missing:
        write_people(missing)
        TaxRecord.objects.bulk_create(_tax_records(reference, {person.ordinal for person in missing}))
        PopulatedBlock.objects.update_or_create(
            number=PopulatedBlock.ROOM,
            defaults={
                "seed": SEED,
                "municipality_id": MUNICIPALITY,
                "reference": reference,
                "people": len(people),
            },
        )
    return len(missing)


def _missing(people: list[Planned]) -> list[Planned]:
    """An absorbed record is there when the one that answers for it is."""
    numbers = {person.ordinal: {person.cpf, *(cns.number for cns in person.cns)} - {None} for person in people}
    every = set().union(*numbers.values())
    cns = Cns.objects.filter(number__in=every).values_list("number", flat=True)
    known = set(Person.objects.filter(cpf__in=every).values_list("cpf", flat=True).union(cns))
    return [person for person in people if not numbers[person.survivor or person.ordinal] & known]


def _tax_records(reference: date, planted: Iterable[int]) -> list[TaxRecord]:
    return [_tax_record(case, case.tax, reference) for case in CASES if case.tax and case.number in planted]


def _tax_record(case: Case, tax: Tax, reference: date) -> TaxRecord:
    return TaxRecord(
        cpf=case.cpf or "",
        name=tax.name or case.name,
        mother=tax.mother or case.mother,
        birth_date=case.born_on(reference) + timedelta(days=tax.days_later),
        sex=case.sex,
        situation=tax.situation,
        death_year=None if tax.died_years_ago is None else reference.year - tax.died_years_ago,
    )
