"""Who lives in every room: the special cases, many people of one name, and some neighbours; the same in each room."""

from datetime import date, timedelta
from typing import Any

from registry import keys, numbers
from registry.numbers import DEFINITIVE, PROVISIONAL
from registry.population.blocks import make_block
from registry.population.case_list import CASES
from registry.population.case_papers import FIRST, in_hand
from registry.population.cases import Case, born, room_numbers
from registry.population.papers import region_of
from registry.population.people import INACTIVE_REASON, PROTECTED_REASON, Address, Cns, Person, Street

PEOPLE = 200
# The cases have the numbers up to 999; then come the people of one name, and from 2,000 on the neighbours.
_FIRST_OF_MANY, _MANY, _FIRST_NEIGHBOUR = 1001, 25, 2000
SEED = 2026
_MOTHERS = ("ANA", "ROSA", "JOANA", "TEREZA", "HELENA", "LÚCIA", "RITA")


def room_slice(reference: date, municipality: str) -> list[Person]:
    """The people of a room on that day. Ordinals are those of the numbers of the room."""
    registered = [_person(case, reference, municipality) for case in CASES if case.is_registered]
    many = [_one_of_many(at, reference, municipality) for at in range(_MANY)]
    left = PEOPLE - len(registered) - len(many)
    papers_from = FIRST + _FIRST_NEIGHBOUR
    block = make_block(SEED, 0, reference=reference, municipality=municipality, size=left, papers_from=papers_from)
    return [*registered, *many, *(_neighbour(person) for person in block.people)]


def describe_cases(reference: date) -> list[dict[str, Any]]:
    """Each case as programs read it."""
    return [_described(case, reference) for case in CASES]


def _described(case: Case, reference: date) -> dict[str, Any]:
    cpf, cns = case_numbers(case)
    return {
        "key": case.key,
        "cpf": cpf,
        "cns": [{"number": each.number, "type": each.kind} for each in cns],
        "name": case.name,
        "mother": case.mother,
        "birth_date": case.born_on(reference).isoformat(),
        "ends_in": case.ends_in,
    }


def case_numbers(case: Case) -> tuple[str | None, list[Cns]]:
    """CPF and CNSs of a case: its own and those of the records that it absorbed; of an absorbed one, none."""
    if case.survivor:
        return None, []
    gone = [cns.number for other in CASES if other.survivor == case.key for cns in other.own_numbers]
    return case.cpf, [*case.own_numbers, *(Cns(number, PROVISIONAL) for number in gone)]


def _person(case: Case, reference: date, municipality: str) -> Person:
    cpf, cns = case_numbers(case)
    home = Address(Street("081", "DAS ACÁCIAS", "CENTRO", "30100000", municipality), str(case.number))
    papers, email, phone = in_hand(case, reference, region_of(municipality))
    died = None if case.died_days_ago is None else reference - timedelta(days=case.died_days_ago)
    return Person(
        ordinal=case.number,
        name=case.name,
        phonetic=keys.key(case.name),
        mother=case.mother,
        mother_phonetic=keys.key(case.mother),
        birth_date=case.born_on(reference),
        sex=case.sex,
        cpf=cpf,
        father=case.father,
        birth_city_id=case.birth_city,
        race=case.race,
        ethnicity=case.ethnicity,
        social_name=case.social_name,
        nationality=case.nationality,
        birth_country=case.birth_country,
        is_active=case.is_active,
        inactive_reason="" if case.is_active else INACTIVE_REASON,
        deceased_on=died,
        is_protected=case.is_protected,
        protected_reason=PROTECTED_REASON if case.is_protected else "",
        is_vip=case.is_vip,
        is_nomad=case.is_nomad,
        survivor=next((other.number for other in CASES if other.key == case.survivor), None),
        email=email,
        phone=phone,
        cns=tuple(cns),
        address=home if case.has_address else None,
        papers=papers,
    )


def _one_of_many(at: int, reference: date, municipality: str) -> Person:
    """One of those whom a search by name finds too many of: they were born two years and some days apart."""
    number = _FIRST_OF_MANY + at
    name, mother = "MARIA JOSÉ DA SILVA", f"{_MOTHERS[at % len(_MOTHERS)]} DA SILVA"
    return Person(
        ordinal=number,
        name=name,
        phonetic=keys.key(name),
        mother=mother,
        mother_phonetic=keys.key(mother),
        birth_date=born(reference, years=20 + 2 * at, days=11 * at),
        sex="F",
        cpf=numbers.room_cpf(number),
        birth_city_id=municipality,
        cns=tuple(room_numbers(number, DEFINITIVE)),
    )


def _neighbour(person: Person) -> Person:
    """Somebody of the population, with numbers of the room."""
    number = _FIRST_NEIGHBOUR + person.ordinal
    cns = tuple(room_numbers(number, [cns.kind for cns in person.cns]))
    return person._replace(ordinal=number, cpf=person.cpf and numbers.room_cpf(number), cns=cns)
