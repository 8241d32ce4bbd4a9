"""Who is who among namesakes, when a mother is unknown or CPFs differ: a lot groups them as the desk does."""

from datetime import date
from itertools import count, product
from typing import Any

import pytest

from cadsus.decision import same_people
from cadsus.models import Citizen
from cadsus.services import national
from cadsus.services.national import MOST, record_of
from lots.models import Outcome, Visit
from registry.keys import UNKNOWN
from registry.models import Person
from tests.cadsus.sisrede import Network
from tests.clock import now
from tests.factories import make_cns, make_cpf, make_person
from tests.lots.night import begin, it_of, work
from tests.lots.test_agreement import Expected, expected

BORN = date(1990, 5, 17)
MOTHERS = ("ANA PEROBA", "EVA CEDRO", UNKNOWN)


def namesake(name: str, mother: str, **fields: Any) -> Person:
    return make_person(name=name, mother=mother, birth_date=BORN, **fields)


def outcomes(network: Network) -> dict[int, tuple[Expected, Expected]]:
    """Of each chart, what the desk says and what a lot finds, where they differ."""
    wanted = {chart.pk: expected(chart) for chart in Citizen.objects.select_related("establishment").order_by("pk")}
    lot = begin(network, it_of(network))
    work(lot)
    rows = {row.citizen_id: row for row in Visit.objects.filter(lot=lot)}
    found = {
        pk: Expected(Outcome(rows[pk].outcome), rows[pk].mask, chart.status, chart.finding, chart.finding_text)
        for pk, chart in Citizen.objects.in_bulk().items()
    }
    return {pk: (wanted[pk], found[pk]) for pk in wanted if wanted[pk] != found[pk]}


def test_every_three_namesakes_are_as_at_the_desk(network: Network) -> None:
    """Each of three has one of two mothers or none, and a CPF or none: asked by name, by a CPF, by a CNS."""
    threes = list(product(tuple(product(MOTHERS, (True, False))), repeat=3))
    numbers = count(500_001)
    people = Person.objects.enrol(
        Person(
            name=f"PESSOA {place:03d} DUVIDOSA", mother=mother, birth_date=BORN, sex="F",
            cpf=make_cpf(next(numbers)) if has_cpf else None, cns=make_cns(next(numbers)),
        )
        for place, three in enumerate(threes)
        for mother, has_cpf in three
    )  # fmt: skip
    for place in range(len(threes)):
        asked = people[3 * place + place % 3]
        known: dict[str, Any] = ({}, {"cpf": asked.cpf_text}, {"cns": asked.cns or "", "cns_kind": "D"})[place // 3 % 3]
        network.citizen(name=asked.name, mother="", birth_date=BORN, **known)
    assert outcomes(network) == {}
    assert len({row.outcome for row in Visit.objects.all()}) > 2


def test_no_more_namesakes_are_looked_at_than_at_the_desk(network: Network) -> None:
    """The last of them would make two people of one."""
    for number in range(MOST):
        namesake("MARIA DE MUITAS", "ANA PEROBA", cpf=None, **({"cns": None} if number > 1 else {}))
    namesake("MARIA DE MUITAS", "EVA CEDRO", cpf=None)
    chart = network.citizen(name="MARIA DE MUITAS", mother="", birth_date=BORN)
    assert len(national.ask(chart, entity_id=network.entity.pk, at=now()).records) == MOST
    assert outcomes(network) == {}
    assert Visit.objects.get().outcome == Outcome.UNIFICATION


@pytest.mark.django_db
def test_the_order_of_those_who_have_no_mother_does_not_tell_two_people_together() -> None:
    """Two CPFs with no mother known between them, and a third record of neither."""
    first = namesake("JOSÉ SEM MÃE", UNKNOWN)
    second = namesake("JOSÉ SEM MÃE", MOTHERS[0])
    third = namesake("JOSÉ SEM MÃE", MOTHERS[1], cpf=None)
    groups = same_people([record_of(each) for each in (first, second, third)])
    assert [[record.person_id for record in group] for group in groups] == [[first.pk], [second.pk], [third.pk]]
