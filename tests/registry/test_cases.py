"""The special cases and the slice of a room: stable keys, right ages whatever the day, one record of each."""

from collections import Counter
from datetime import date

import pytest

from common import documents
from registry import duplicates
from registry.numbers import DEFINITIVE
from registry.population import cases
from registry.population.blocks import make_block
from registry.population.case_list import CASES
from registry.population.case_papers import driving_licence, voter_card
from registry.population.cases import STATES, Case, born
from registry.population.papers import Papers
from registry.population.people import Person
from registry.population.room import PEOPLE, SEED, describe_cases, room_slice

REFERENCE = date(2026, 11, 23)
LEAP_DAY, LEAP_EVE = date(2028, 2, 29), date(2028, 2, 28)
# The scenarios of the specification that are people.
ASKED = (
    *("homonimos-1", "dois-definitivos-1", "so-provisorio", "provisorio-e-definitivo", "cns-ordem-primeiro"),
    *("cns-ordem-meio", "cns-ordem-fim", "obito", "inativo", "protegido", "sem-mae", "sem-cpf", "cpf-suspenso"),
    *("cpf-falecido", "nome-casada", "mudou-cns", "menor-17-364", "faz-18-hoje", "rn-sem-registro", "gemeos-1", "rua"),
    *("estrangeiro", "indigena", "nome-70", "apostrofo", "nome-social", "cpf-da-mae", "cpf-cancelado", "cpf-nulo"),
)


def case(key: str) -> Case:
    (found,) = (each for each in CASES if each.key == key)
    return found


def age_on(day: date, birth: date) -> int:
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


@pytest.fixture(scope="module")
def people() -> list[Person]:
    return room_slice(REFERENCE, "3106200")


@pytest.mark.parametrize("key", ASKED)
def test_every_scenario_has_its_case(key: str) -> None:
    assert case(key).ends_in in STATES


def test_keys_and_numbers_are_of_one_case_only() -> None:
    assert max(Counter(each.key for each in CASES).values()) == 1
    assert max(Counter(each.number for each in CASES).values()) == 1
    assert all(0 < each.number < 1000 for each in CASES)


def test_every_state_is_reached_and_named() -> None:
    assert {each.ends_in for each in CASES} == set(STATES)
    assert all((each.ends_in == cases.JUSTIFIED) == bool(each.justification) for each in CASES)


def test_references_between_cases_exist() -> None:
    charts = [each.chart for each in CASES if each.chart]
    named = {key for chart in charts for key in (chart.cpf_of, chart.cns_of, chart.newborn_of)}
    assert named | {each.survivor for each in CASES} <= {each.key for each in CASES} | {""}


@pytest.mark.parametrize("reference", [REFERENCE, LEAP_EVE, LEAP_DAY, date(2028, 3, 1), date(2027, 1, 1)])
def test_the_ages_hold_on_any_day(reference: date) -> None:
    assert age_on(reference, case("menor-17-364").born_on(reference)) == 17
    assert age_on(reference, case("faz-18-hoje").born_on(reference)) == 18
    assert case("nascido-hoje").born_on(reference) == reference
    assert age_on(reference, case("centenaria").born_on(reference)) == 104


def test_a_birth_on_a_29_february_that_was_not() -> None:
    assert born(LEAP_DAY, years=18, days=0) == date(2010, 2, 28)
    assert born(LEAP_EVE, years=18, days=-1) == date(2010, 3, 1)


def test_the_longest_name_and_the_marks() -> None:
    assert len(case("nome-70").name) == 70
    assert "'" in case("apostrofo").name
    assert "-" in case("hifen-e-acentos").name


def test_the_order_of_the_cns_is_that_of_the_plan() -> None:
    assert [cns.kind for cns in case("cns-ordem-meio").own_numbers] == ["P", "D", "P"]


def test_who_absorbed_another_answers_by_its_numbers(people: list[Person]) -> None:
    by_number = {person.ordinal: person for person in people}
    survivor, absorbed = by_number[case("mudou-cns").number], by_number[case("mudou-cns-antigo").number]
    (old,) = case("mudou-cns-antigo").own_numbers
    assert (old.number, "P") in survivor.cns
    assert old.kind == DEFINITIVE
    assert survivor.principal == survivor.cns[0].number
    assert (absorbed.survivor, absorbed.cns, absorbed.cpf) == (survivor.ordinal, (), None)


@pytest.mark.parametrize(
    ("one", "other", "is_suspect"),
    [
        ("dois-definitivos-1", "dois-definitivos-2", True),
        ("tres-definitivos-1", "tres-definitivos-2", True),
        ("tres-definitivos-1", "tres-definitivos-3", True),
        ("tres-definitivos-2", "tres-definitivos-3", True),
        ("homonimos-1", "homonimos-2", False),
        ("homonimos-1", "homonimos-3", False),
        ("gemeos-1", "gemeos-2", False),
        ("pai-e-filho-1", "pai-e-filho-2", False),
    ],
)
def test_which_cases_are_suspected_of_being_one_person(one: str, other: str, is_suspect: bool) -> None:
    def record(key: str) -> duplicates.Record:
        each = case(key)
        birth = each.born_on(REFERENCE)
        return duplicates.Record(each.number, each.name, each.mother, birth, each.sex, each.birth_city)

    assert bool(duplicates.judge(record(one), record(other))) is is_suspect


def test_the_slice_of_a_room(people: list[Person]) -> None:
    assert len(people) == PEOPLE == 200
    assert {each.number for each in CASES if each.is_registered} <= {person.ordinal for person in people}
    numbers = [cns.number for person in people for cns in person.cns]
    cpfs = [person.cpf for person in people if person.cpf]
    assert len(set(numbers)) == len(numbers)
    assert len(set(cpfs)) == len(cpfs)
    assert all(cpf.startswith("9991") and documents.is_cpf(cpf) for cpf in cpfs)
    assert all(number.startswith(("70989", "89809")) and documents.is_cns(number) for number in numbers)
    assert all(person.birth_date <= REFERENCE for person in people)


def test_every_kind_of_paper_is_in_the_hands_of_some_case(people: list[Person]) -> None:
    kinds = {row[1] for person in people for row in person.document_rows()}
    assert kinds == {"RG", "NIS", "DNV", "TITULO", "CNH", "CTPS", "PASSAPORTE", "NATURALIZACAO"}
    held = {person.ordinal: person for person in people}
    married, nobody = held[case("nome-casada").number], held[case("rua").number]
    assert [row[1] for row in married.civil_record_rows()] == ["92"]
    assert (nobody.papers, nobody.phone, nobody.email) == (Papers(), "", "")
    assert [row[1] for row in held[case("crianca-sem-cpf").number].document_rows()] == ["DNV"]
    # On its 18th birthday, and the day before.
    of_age = [[row[1] for row in held[case(key).number].document_rows()] for key in ("faz-18-hoje", "menor-17-364")]
    assert ["TITULO" in kinds for kinds in of_age] == [True, False]


def test_no_paper_of_a_room_has_the_number_of_another_or_of_a_population(people: list[Person]) -> None:
    of_others = make_block(SEED, 0, reference=REFERENCE, municipality="3106200").people
    in_the_room, outside = (
        [row[1:3] for each in group for row in each.document_rows()] for group in (people, of_others)
    )
    assert len(set(in_the_room)) == len(in_the_room)
    assert not set(in_the_room) & set(outside)
    phones = [each.phone for each in people if each.phone]
    assert len(set(phones)) == len(phones)
    assert not set(phones) & {each.phone for each in of_others}


def test_check_digits_of_the_papers_of_the_cases() -> None:
    assert voter_card(10_238_501, uf="06") == "102385010671"
    assert driving_licence(123_456_789) == "12345678900"


def test_a_search_by_one_name_finds_too_many(people: list[Person]) -> None:
    many = [person for person in people if person.name == "MARIA JOSÉ DA SILVA"]
    assert len(many) == 25
    assert len({person.birth_date for person in many}) == 25


def test_the_cases_are_described_for_programs() -> None:
    described = describe_cases(REFERENCE)
    assert [row["key"] for row in described] == [each.key for each in CASES]
    assert described[0] == {
        "key": "ok",
        "cpf": "99910000032",
        "cns": [{"number": "709890000001008", "type": "D"}],
        "name": "HELENA BATISTA DE ANDRADE",
        "mother": "ROSA BATISTA DE ANDRADE",
        "birth_date": "1986-08-15",
        "ends_in": "synchronized",
    }
