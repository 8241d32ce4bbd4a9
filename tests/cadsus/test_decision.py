"""The decision table of the synchronization, row by row (spec 6.2 and 6.7)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cadsus.comparison import Identity
from cadsus.decision import Answer, Doubt, Record, Said, Step, age_on, decide, for_the_citizen, same_people
from common.switch_choices import CadsusRules
from registry.models.tables import TaxSituation
from registry.tax import Holder
from tests.cadsus.test_comparison import WHOLE

TODAY = date(2026, 11, 23)
BORN_18_YEARS_AGO = date(2008, 11, 23)
assert WHOLE.birth_date
REGULAR = Holder(name=WHOLE.name, mother=WHOLE.mother, birth_date=WHOLE.birth_date, sex=WHOLE.sex)


def record(person_id: int = 1, identity: Identity = WHOLE, **fields: Any) -> Record:
    return Record(person_id=person_id, identity=identity, **fields)


def answer(*records: Record, holder: Holder = REGULAR) -> Answer:
    return Answer(records=records, holders={WHOLE.cpf: holder})


def step(*records: Record, holder: Holder = REGULAR, **options: Any) -> tuple[str, str]:
    verdict = decide(answer(*records, holder=holder), WHOLE, today=TODAY, **options)
    return verdict.step, verdict.reason.code if verdict.reason else ""


def test_ready() -> None:
    assert step(record()) == (Step.READY, "")


def test_unavailable() -> None:
    verdict = decide(Answer(is_available=False), WHOLE, today=TODAY)
    assert (verdict.step, verdict.reason and verdict.reason.code) == (Step.DOWN, "M20")


def test_turned_off_for_a_time() -> None:
    verdict = decide(Answer(is_available=False, disabled="até as 14h"), WHOLE, today=TODAY)
    assert (verdict.step, verdict.reason) == (Step.DOWN, Said("M21", "até as 14h"))


def test_the_paper_of_the_citizen_says_nothing_to_the_professional() -> None:
    other = replace(REGULAR, mother="Outra Mãe")
    verdict = decide(answer(record(), holder=other), WHOLE, today=TODAY)
    assert for_the_citizen(verdict) == "Dados divergentes da Receita Federal: nome da mãe."
    void = replace(REGULAR, situation=TaxSituation.VOID)
    verdict = decide(answer(record(), holder=void), WHOLE, today=TODAY)
    assert for_the_citizen(verdict) == "Situação do CPF na Receita Federal: Nula."


@pytest.mark.parametrize(
    ("given_on", "stays", "expected", "warned"),
    [
        (date(2025, 11, 23), False, (Step.READY, ""), "M50"),
        (date(2025, 11, 22), False, (Step.CPF, "M51"), ""),
        (date(2025, 11, 22), True, (Step.READY, ""), ""),
    ],
)
def test_by_the_rules_of_2025_a_record_without_cpf_lasts_a_year(
    given_on: date, stays: bool, expected: tuple[str, str], warned: str
) -> None:
    """Whatever the age: on the last day there is a warning, and on the next the CPF is missing."""
    for born in (BORN_18_YEARS_AGO, TODAY):
        one = record(identity=replace(WHOLE, cpf="", birth_date=born), given_on=given_on, stays_on_cns=stays)
        said = replace(answer(one), rules=CadsusRules.OF_2025)
        verdict = decide(said, WHOLE, today=TODAY)
        assert (verdict.step, verdict.reason.code if verdict.reason else "") == expected
        assert [each.code for each in verdict.warnings] == [warned] * bool(warned)
        told = [*verdict.warnings, *filter(None, [verdict.reason])]
        assert all(f"{given_on:%d/%m}/2026" in each.text for each in told)


def test_with_a_cpf_both_rule_sets_say_the_same() -> None:
    said = replace(answer(record()), rules=CadsusRules.OF_2025)
    assert decide(said, WHOLE, today=TODAY) == decide(answer(record()), WHOLE, today=TODAY)


def test_nobody() -> None:
    assert step() == (Step.NO_CNS, "M09")


def test_only_provisional_numbers() -> None:
    assert step(record(identity=replace(WHOLE, cns=""), provisionals=("898000000000000",))) == (Step.NO_CNS, "M12")


def test_inactive() -> None:
    assert step(record(is_active=False)) == (Step.NO_CNS, "M40")


def test_two_definitives_of_one_person_are_unified_first() -> None:
    other = record(2, replace(WHOLE, cns="700000000000101", cpf=""))
    verdict = decide(Answer(records=(record(), other)), WHOLE, today=TODAY)
    assert verdict.step == Step.UNIFICATION
    assert verdict.reason is not None
    assert "2 CNS definitivos não unificados: 700 0000 0000 0005, 700 0000 0000 0101." in verdict.reason.text


def test_a_second_record_without_definitive_is_no_obstacle() -> None:
    """The definitive always wins."""
    only_provisional = record(2, replace(WHOLE, cns=""), provisionals=("898000000000000",))
    verdict = decide(answer(only_provisional, record()), WHOLE, today=TODAY)
    assert (verdict.step, verdict.record and verdict.record.person_id) == (Step.READY, 1)


def test_a_further_definitive_of_the_same_record_is_unified_already() -> None:
    assert step(record(other_definitives=("700000000000101",))) == (Step.READY, "")


def test_namesakes_are_chosen_from_and_the_choice_decides() -> None:
    namesake = record(2, replace(WHOLE, cns="700000000000101", cpf="", mother="JOANA DIAS"))
    assert step(record(), namesake) == (Step.CHOOSE, "M44")
    assert step(record(), namesake, chosen=1) == (Step.READY, "")
    assert step(record(), namesake, chosen=2) == (Step.CPF, "M14")


def test_two_cpfs_are_two_people() -> None:
    other = replace(WHOLE, cns="700000000000101", cpf="52998224725")
    assert len(same_people([record(), record(2, other)])) == 2


def test_an_unknown_mother_does_not_make_a_namesake() -> None:
    assert len(same_people([record(), record(2, replace(WHOLE, mother="SEM INFORMAÇÃO"))])) == 1


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (date(2008, 11, 24), (Step.READY, "M15")),  # 17 years and 364 days
        (BORN_18_YEARS_AGO, (Step.CPF, "M14")),  # the 18th birthday
        (date(2008, 11, 22), (Step.CPF, "M14")),
    ],
)
def test_the_cpf_is_required_from_the_eighteenth_birthday(born: date, expected: tuple[str, str]) -> None:
    verdict = decide(
        Answer(records=(record(identity=replace(WHOLE, cpf="", birth_date=born)),)),
        replace(WHOLE, birth_date=born),
        today=TODAY,
    )
    said = [verdict.reason] if verdict.reason else list(verdict.warnings)
    assert (verdict.step, said[0].code) == expected


def test_born_on_the_29th_of_february_is_of_age_on_the_first_of_march() -> None:
    assert [age_on(date(2008, 2, 29), day) for day in (date(2026, 2, 28), date(2026, 3, 1))] == [17, 18]


@pytest.mark.parametrize(
    ("differs", "expected"),
    [
        ({}, (Step.READY, "")),
        ({"mother": "JOANA DIAS"}, (Step.REVENUE, "M16")),
        ({"situation": TaxSituation.PENDING}, (Step.READY, "")),
        ({"situation": TaxSituation.SUSPENDED}, (Step.REVENUE, "M17")),
    ],
)
def test_the_receita_allows_or_not(differs: dict[str, Any], expected: tuple[str, str]) -> None:
    assert step(record(), holder=replace(REGULAR, **differs)) == expected


def test_the_fields_that_the_receita_has_otherwise_are_named() -> None:
    differs = replace(REGULAR, mother="JOANA DIAS", birth_date=date(1981, 4, 14))
    verdict = decide(answer(record(), holder=differs), WHOLE, today=TODAY)
    assert verdict.divergent == ("mother", "birth_date")
    assert verdict.reason is not None
    assert "Receita Federal: nome da mãe, data de nascimento." in verdict.reason.text


def test_without_answer_of_the_receita_nothing_is_checked() -> None:
    verdict = decide(Answer(records=(record(),)), WHOLE, today=TODAY)
    assert (verdict.step, verdict.check, verdict.divergent) == (Step.READY, None, ())


def test_a_cpf_to_be_regularised_is_a_warning() -> None:
    verdict = decide(answer(record(), holder=replace(REGULAR, situation=TaxSituation.PENDING)), WHOLE, today=TODAY)
    assert [said.code for said in verdict.warnings] == ["M17"]


def test_a_death_and_a_restricted_record_are_warned_of() -> None:
    verdict = decide(answer(record(deceased_on=date(2026, 5, 1), is_protected=True)), WHOLE, today=TODAY)
    assert [said.code for said in verdict.warnings] == ["M39", "M41"]
    assert verdict.doubts == (Doubt.DEATH,)


def test_the_number_of_somebody_else_asks_for_a_second_confirmation() -> None:
    """The CPF of the mother typed for the child."""
    found = answer(record())
    for name in ("ENZO GABRIEL PEQUI", "ENZO SOUSA LIMA", "BENTO APARECIDO SOUSA LIMA"):
        child = replace(WHOLE, name=name, birth_date=date(2019, 1, 2))
        assert decide(found, child, today=TODAY).doubts == (Doubt.PERSON,)
    assert decide(found, replace(WHOLE, birth_date=date(1981, 4, 13)), today=TODAY).doubts == ()
