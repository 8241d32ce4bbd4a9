"""The SISRede of Belo Horizonte: since when each unit synchronizes, and some two hundred people over its microareas.

The first people of the first microarea are one of each case that a receptionist meets; all others are ordinary. Their
numbers are seeds of the municipality, from PEOPLE on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from cadsus.comparison import changes, merged
from cadsus.decision import Step, Verdict
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
from cadsus.services.citizens import newborn_name
from cadsus.services.consulting import digest_of
from cadsus.services.national import record_of
from common.actor import Actor
from common.legal_time import BRASILIA
from registry.models import Cns, Person, TaxRecord
from registry.models.tables import UNKNOWN, CnsKind, Sex, TaxSituation
from registry.numbers import PROVISIONAL, room_cns, seed_cns, seed_cpf
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
class Case:
    """Somebody whose record has something of its own; `local` is what the SISRede has otherwise."""

    name: str
    national: dict[str, Any] = field(default_factory=dict)
    local: dict[str, Any] = field(default_factory=dict)
    tax: dict[str, Any] = field(default_factory=dict)
    twin: dict[str, Any] | None = None
    age: int = 40
    has_chart: bool = True


CASES = (
    Case(name="MARIA APARECIDA SOUSA PEROBA", local={"name": "MARIA APARECIDA SOUSA", "cpf": ""}),
    Case(name="JOÃO BATISTA DO NASCIMENTO CEDRO", twin={"cpf": None}),
    Case(name="BENEDITA HOMÔNIMA IPÊ", local={"cpf": "", "cns": ""}, twin={"cpf": None, "mother": "JOANA ANGICO"}),
    Case(name="OTÁVIO PROVISÓRIO MOGNO", national={"cns": None}),
    Case(name="INÁCIO INATIVO BRAÚNA", national={"is_active": False, "inactive_reason": "Pedido do usuário"}),
    Case(name="FALECIDA DAS GRAÇAS BURITI", national={"deceased_on": date(2026, 1, 31)}, age=81),
    Case(name="RESTRITA HELENA PEQUI", national={"is_protected": True, "protected_reason": "Proteção a testemunha"}),
    Case(name="ADULTO SEM CPF JACARANDÁ", national={"cpf": None}),
    Case(name="JOVEM SEM CPF SUCUPIRA", national={"cpf": None}, age=16),
    Case(name="SUSPENSA DO CARMO AROEIRA", tax={"situation": TaxSituation.SUSPENDED}),
    Case(name="REGULARIZAR DE JESUS IPÊ", tax={"situation": TaxSituation.PENDING}),
    Case(name="MÃE DIFERENTE CEDRO", tax={"mother": "OUTRA MÃE MOGNO"}),
    Case(
        name="CASADA HELENA ANGICO PEROBA", tax={"name": "CASADA HELENA ANGICO"}, local={"name": "CASADA HELENA ANGICO"}
    ),
    Case(name="SEM MÃE NO CADSUS BRAÚNA", national={"mother": UNKNOWN}),
    Case(name="IRACI DAS DORES MOGNO"),
    Case(name="VISITANTE DE LONGE ANGICO", has_chart=False),
)


def plant_sisrede(*, at: datetime) -> int:
    """Enablements, homes and people of the microareas; nothing when somebody is there. Answers how many people."""
    units = list(Establishment.objects.filter(entity__municipality=BELO_HORIZONTE, is_active=True).order_by("cnes"))
    microareas = list(MicroArea.objects.filter(area__establishment__in=units).select_related("area__establishment"))
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
    today = at.astimezone(BRASILIA).date()
    ordinary = IN_EACH_MICROAREA * len(microareas) - len(CASES)
    cases = [*CASES, *(_ordinary(n) for n in range(ordinary))]
    people = Person.objects.enrol(_person(n, case, today) for n, case in enumerate(cases))
    Person.objects.enrol(
        _person(n, replace(case, national=case.national | case.twin), today, sequence=PEOPLE + len(cases) + n)
        for n, case in enumerate(cases)
        if case.twin is not None
    )
    Cns.objects.bulk_create(
        Cns(number=_provisional(n), person=person, kind=CnsKind.PROVISIONAL) for n, person in enumerate(people)
    )
    TaxRecord.objects.bulk_create(
        TaxRecord(**_tax(person) | case.tax) for person, case in zip(people, cases, strict=True) if case.tax
    )
    charts = [
        _chart(n, case, person, microareas[n // IN_EACH_MICROAREA])
        for n, (case, person) in enumerate(zip(cases, people, strict=True))
        if case.has_chart
    ]
    Citizen.objects.bulk_create(charts)
    _open_newborn(next(chart for chart in charts if chart.name == "IRACI DAS DORES MOGNO"), today)
    _synchronize([chart for n, chart in enumerate(charts) if n >= len(CASES) and n % 3], at)
    return len(charts) + 1


def _ordinary(n: int) -> Case:
    """One in six has an older name in the SISRede, one in seven no CPF there."""
    first = (WOMEN if n % 2 else MEN)[n // 2 % 10]
    short = f"{first} {MIDDLE[n % 7]}"
    name = f"{short} {SURNAMES[n % 11]} {SURNAMES[(n // 11 + 3) % 11]}"
    local = ({"name": name.rpartition(" ")[0]} if n % 6 == 0 else {}) | ({"cpf": ""} if n % 7 == 0 else {})
    return Case(name=name, local=local, age=1 + n * 7 % 90)


def _person(n: int, case: Case, today: date, *, sequence: int = 0) -> Person:
    sequence = sequence or PEOPLE + n
    facts: dict[str, Any] = {
        "cpf": seed_cpf(NUMBER, sequence),
        "cns": seed_cns(NUMBER, sequence),
        "name": case.name,
        "mother": f"MARIA {MIDDLE[n % 7]} {case.name.rpartition(' ')[2]}",
        "birth_date": today.replace(day=1) - timedelta(days=round(365.25 * case.age) + n % 300),
        "sex": Sex.FEMALE if n % 2 else Sex.MALE,
        "birth_city_id": BELO_HORIZONTE,
    }
    return Person(**facts | case.national)


def _provisional(n: int) -> str:
    return room_cns(PROVISIONAL, PROVISIONALS + n)


def _tax(person: Person) -> dict[str, Any]:
    return {
        "cpf": person.cpf,
        "name": person.name,
        "mother": person.mother,
        "birth_date": person.birth_date,
        "sex": person.sex,
    }


def _chart(n: int, case: Case, person: Person, microarea: MicroArea) -> Citizen:
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
    facts |= case.local
    return Citizen(**facts, cns_kind=CnsKind.PROVISIONAL if facts["cns"] else "")


def _open_newborn(mother: Citizen, today: date) -> None:
    Citizen.objects.create(
        name=newborn_name(mother.name),
        mother=mother.name,
        birth_date=today - timedelta(days=9),
        kind=Citizen.Kind.NEWBORN,
        mother_citizen=mother,
        microarea=mother.microarea,
        establishment=mother.establishment,
    )


def _synchronize(charts: list[Citizen], at: datetime) -> None:
    """What was done before the seeding, as the service would have: facts, and a row of each act."""
    desks = Posting.objects.filter(function=Posting.Function.RECEPTION).select_related("link__person__user")
    accounts = {
        posting.link.establishment_id: posting.link.person.user for posting in desks if posting.link.person.user
    }
    people = Person.objects.filter(cns_numbers__in=[chart.cns for chart in charts]).prefetch_related("cns_numbers")
    records = {cns.number: record_of(person) for person in people for cns in person.cns_numbers.all()}
    done = [(chart, records[chart.cns]) for chart in charts if accounts.get(chart.establishment_id)]
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
