"""The SISRede of Belo Horizonte: since when each unit synchronizes, and some three hundred people over its microareas.

The first microarea has the special cases of the national registry, each as a receptionist meets it; all others are
ordinary. Their numbers are seeds of the municipality, from PEOPLE on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import prefetch_related_objects

from cadsus.comparison import changes, merged
from cadsus.decision import Record, Step, Verdict
from cadsus.models import (
    Citizen,
    Consultation,
    Document,
    Enablement,
    Family,
    Household,
    MicroArea,
    Module,
    Posting,
    Synchronization,
)  # fmt: skip
from cadsus.services.consulting import digest_of
from cadsus.services.national import record_of
from common.actor import Actor
from config.seed.case_charts import plant_case_charts, synchronized_before
from config.seed.room import reference_day
from registry.models import Cns, Person
from registry.models.tables import CnsKind, Sex
from registry.numbers import PROVISIONAL, room_cns, seed_cns, seed_cpf
from registry.population.case_list import CASES
from territory.models import Establishment

BELO_HORIZONTE, NUMBER = "3106200", 8
# Sequences of the municipality's seeds that are of these people, and ordinals of their provisional numbers.
PEOPLE, PROVISIONALS = 300, 190_000
IN_EACH_MICROAREA = 30
CADASTRO, EARLY, EVERYWHERE = date(2018, 1, 1), date(2018, 7, 1), date(2020, 5, 1)
# Two centros de saúde and the CREABs synchronized in recepção before the others.
EARLY_CENTRES = 2
BASIC = "CENTRO DE SAÚDE"

WOMEN = ("MARIA", "ANA", "LUZIA", "ROSÂNGELA", "IRACI", "ADALGISA", "TEREZA", "JOANA", "CLARICE", "DALVA")
MEN = ("JOSÉ", "ANTÔNIO", "BENVINDO", "SEBASTIÃO", "GERALDO", "PAULO", "CARLOS", "MÁRCIO", "ELIAS", "DAVI")
MIDDLE = ("APARECIDA", "DO CARMO", "DAS GRAÇAS", "HELENA", "LUZ", "BATISTA", "DE JESUS")
SURNAMES = (
    "CEDRO",
    "MOGNO",
    "PEROBA",
    "BRAÚNA",
    "ANGICO",
    "IPÊ",
    "JACARANDÁ",
    "AROEIRA",
    "SUCUPIRA",
    "PEQUI",
    "BURITI",
)


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    """An ordinary person; `local` is what the SISRede has otherwise."""

    name: str
    age: int
    local: dict[str, Any]


def plant_sisrede(*, at: datetime) -> int:
    """Enablements, homes and people of the microareas; nothing when somebody is there. Answers how many people."""
    units = list(Establishment.objects.filter(entity__municipality=BELO_HORIZONTE, is_active=True).order_by("cnes"))
    rows = MicroArea.objects.filter(area__establishment__in=units).select_related("area__establishment")
    microareas = list(rows.order_by("area__establishment__cnes", "area__code", "code"))
    if not microareas or Citizen.objects.filter(establishment__in=units).exists():
        return 0
    Enablement.objects.bulk_create(_enablements(units))
    homes = Household.objects.bulk_create(
        Household(microarea=microarea, code=f"{n:06d}", address=f"Rua das Palmeiras, {10 * n}")
        for microarea in microareas
        for n in range(1, 5)
    )
    Family.objects.bulk_create(Family(household=home, code="001") for home in homes)
    return _plant_people(microareas, at)


def _enablements(units: list[Establishment]) -> Iterator[Enablement]:
    basic = [unit for unit in units if unit.unit_type.startswith(BASIC)]
    rehabilitation = [unit for unit in units if unit.name.startswith("CREAB")]
    early = [*basic[:EARLY_CENTRES], *rehabilitation]
    for unit in basic:
        yield Enablement(establishment=unit, module=Module.REGISTRATION, starts_on=CADASTRO)
        for module in (Module.COLLECTION, Module.PHARMACY):
            yield Enablement(establishment=unit, module=module, starts_on=EVERYWHERE)
    for unit in {*basic, *rehabilitation}:
        starts_on = EARLY if unit in early else EVERYWHERE
        yield Enablement(establishment=unit, module=Module.RECEPTION, starts_on=starts_on)


def _plant_people(microareas: list[MicroArea], at: datetime) -> int:
    reference = reference_day(at)
    cases = plant_case_charts(CASES, microareas[0], reference)
    neighbours = [_neighbour(n) for n in range(IN_EACH_MICROAREA * len(microareas))]
    people = Person.objects.enrol(_person(n, each, reference) for n, each in enumerate(neighbours))
    Cns.objects.bulk_create(
        Cns(number=_provisional(n), person=person, kind=CnsKind.PROVISIONAL) for n, person in enumerate(people)
    )
    prefetch_related_objects(people, "cns_numbers")
    charts = [
        _chart(n, each, person, microareas[n // IN_EACH_MICROAREA])
        for n, (each, person) in enumerate(zip(neighbours, people, strict=True))
    ]
    Citizen.objects.bulk_create(charts)
    done = [(chart, record_of(person)) for n, (chart, person) in enumerate(zip(charts, people, strict=True)) if n % 3]
    _synchronize([*synchronized_before(cases), *done], at)
    return len(cases) + len(charts)


def _neighbour(n: int) -> Neighbour:
    """One in six has an older name in the SISRede, one in seven no CPF there."""
    first = (WOMEN if n % 2 else MEN)[n // 2 % 10]
    short = f"{first} {MIDDLE[n % 7]}"
    name = f"{short} {SURNAMES[n % 11]} {SURNAMES[(n // 11 + 3) % 11]}"
    local = ({"name": name.rpartition(" ")[0]} if n % 6 == 0 else {}) | ({"cpf": ""} if n % 7 == 0 else {})
    return Neighbour(name=name, age=1 + n * 7 % 90, local=local)


def _person(n: int, neighbour: Neighbour, today: date) -> Person:
    return Person(
        cpf=seed_cpf(NUMBER, PEOPLE + n),
        cns=seed_cns(NUMBER, PEOPLE + n),
        name=neighbour.name,
        mother=f"MARIA {MIDDLE[n % 7]} {neighbour.name.rpartition(' ')[2]}",
        birth_date=today.replace(day=1) - timedelta(days=round(365.25 * neighbour.age) + n % 300),
        sex=Sex.FEMALE if n % 2 else Sex.MALE,
        birth_city_id=BELO_HORIZONTE,
    )


def _provisional(n: int) -> str:
    return room_cns(PROVISIONAL, PROVISIONALS + n)


def _chart(n: int, neighbour: Neighbour, person: Person, microarea: MicroArea) -> Citizen:
    """As the SISRede had people before anybody synchronized: with a provisional number."""
    facts: dict[str, Any] = {
        "name": person.name,
        "mother": "" if n % 9 == 0 else person.mother,
        "birth_date": person.birth_date,
        "sex": person.sex,
        "cpf": person.cpf or "",
        "cns": _provisional(n),
        "street": "Rua das Palmeiras",
        "number": str(10 + n),
        "district": microarea.area.establishment.district,
        "microarea": microarea,
        "establishment": microarea.area.establishment,
    }
    facts |= neighbour.local
    return Citizen(**facts, cns_kind=CnsKind.PROVISIONAL if facts["cns"] else "")


def _synchronize(charts: list[tuple[Citizen, Record]], at: datetime) -> None:
    """What was done before the seeding, as the service would have: facts, and a row of each act."""
    desks = Posting.objects.filter(function=Posting.Function.RECEPTION).select_related("link__person__user")
    accounts = {
        posting.link.establishment_id: posting.link.person.user for posting in desks if posting.link.person.user
    }
    done = [(chart, record) for chart, record in charts if accounts.get(chart.establishment_id)]
    before = {chart.pk: chart.identity() for chart, _ in done}
    when = {chart.pk: at - timedelta(days=30 + chart.pk % 300) for chart, _ in done}
    for chart, record in done:
        by = Actor.identified(accounts[chart.establishment_id], at=when[chart.pk])
        chart.take(merged(chart.identity(), record.identity))
        digest = digest_of(Verdict(step=Step.READY, record=record))
        chart.synchronize(person_id=record.person_id, digest=digest, module=Module.RECEPTION, by=by, at=when[chart.pk])
        chart.save()
    consultations = Consultation.objects.bulk_create(
        Consultation(
            citizen=chart,
            outcome=Step.READY,
            digest=chart.digest,
            until=when[chart.pk],
            closed_at=when[chart.pk],
            **_at_desk(chart, when[chart.pk]),
        )
        for chart, _ in done
    )
    Synchronization.objects.bulk_create(
        Synchronization(
            citizen=chart,
            consultation=consultation,
            person_id=record.person_id,
            document=Document.RG,
            changes=changes(before[chart.pk], chart.identity()),
            **_at_desk(chart, when[chart.pk]),
        )
        for (chart, record), consultation in zip(done, consultations, strict=True)
    )


def _at_desk(chart: Citizen, when: datetime) -> dict[str, Any]:
    return {
        "account_id": chart.synchronized_by_id,
        "at": when,
        "module": Module.RECEPTION,
        "establishment": chart.establishment,
    }
