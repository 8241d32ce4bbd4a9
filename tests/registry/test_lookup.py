"""Whom the registry names when somebody types a number, and that every screen that asks goes through it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from accounts.services.people import find_person
from common.exceptions import RuleBroken
from egestor.services.tokens import find_responsible
from registry import lookup
from registry.models import Cns, Person
from rnds.services.requests import drafts
from siops.models import HealthManager
from siops.services.certification import find_registrations
from siops.services.registry import find_name, find_named_person
from tests.factories import NOON, make_cns, make_cpf, make_entity, make_person
from tests.factories.siops import make_health_manager
from tests.switches import Switch

pytestmark = pytest.mark.django_db

OTHER = make_cns(9001)
DEAD: dict[str, Any] = {"deceased_on": date(2026, 3, 4)}
INACTIVE = {"is_active": False, "inactive_reason": "Cadastro em duplicidade"}
NOBODY = Person(cpf=make_cpf(999_999), cns=OTHER, name="Ninguém")
PROTECTED = {"is_protected": True, "protected_reason": "Testemunha"}


DOORS: dict[str, Callable[[Person], Any]] = {
    "egestor, a profile": lambda person: find_person(cpf=person.cpf_text),
    "egestor, who redeems a token": lambda person: find_responsible(
        cpf=person.cpf_text, entity_id=make_entity().pk, at=NOON
    ),
    "rnds, by CPF": lambda person: drafts.find_person(cpf=person.cpf_text),
    "rnds, by CNS": lambda person: drafts.find_person(cns=str(person.cns)),
    "siops, Buscar": lambda person: find_name(cpf=person.cpf_text),
    "siops, a registration": lambda person: find_named_person(cpf=person.cpf_text, name=person.name),
    "siops, 2ª etapa": lambda person: find_registrations(cpf=person.cpf_text, at=NOON),
}
# Who has not entered is not told what became of somebody.
FOR_ANYBODY = {"siops, 2ª etapa"}


def somebody(**fields: Any) -> Person:
    """A head of the executive, so that every door is for this person."""
    return make_health_manager(HealthManager.Role.HEAD, person=make_person(**fields)).person


def refused(door: str, person: Person) -> tuple[str, str, str | None]:
    with pytest.raises(RuleBroken) as refusal:
        DOORS[door](person)
    return refusal.value.message, refusal.value.code, refusal.value.field


@pytest.mark.parametrize("door", DOORS)
class TestEveryDoor:
    def test_opens_for_who_is_in_order(self, door: str) -> None:
        assert DOORS[door](somebody())

    def test_says_that_the_cadsus_is_down(self, door: str, switch: Switch) -> None:
        person = somebody()
        switch(cadsus_available=False)
        assert refused(door, person) == (lookup.DOWN, "cadsus_down", "cns" if door == "rnds, by CNS" else "cpf")

    def test_says_until_when_it_was_turned_off(self, door: str, switch: Switch) -> None:
        person = somebody()
        switch(cadsus_available="2026-11-23T12:30")
        words = "Consulta ao CADSUS desabilitada pelo administrador até 23/11/2026 12:30."
        assert refused(door, person)[:2] == (words, "cadsus_down")

    @pytest.mark.parametrize(
        ("fields", "words"), [(DEAD, "Consta óbito em 04/03/2026 no CADSUS."), (INACTIVE, lookup.INACTIVE)]
    )
    def test_names_no_one_who_died_or_is_inactive(self, door: str, fields: dict[str, Any], words: str) -> None:
        refusal = refused(door, somebody(**fields))
        assert refusal == refused(door, NOBODY) if door in FOR_ANYBODY else refusal[0] == words

    def test_answers_for_a_protected_one_as_for_nobody(self, door: str) -> None:
        assert refused(door, somebody(**PROTECTED)) == refused(door, NOBODY)


@pytest.mark.parametrize("kind", ["D", "P"])
def test_an_aggregated_number_answers_as_the_principal(kind: str) -> None:
    person = make_person()
    Cns.objects.create(number=OTHER, person=person, kind=kind)
    assert lookup.find(cns=OTHER, field="cns") == lookup.find(cns=str(person.cns), field="cns") == person


def test_many_at_once_say_whom_the_registry_does_not_offer() -> None:
    people = [make_person(), make_person(**DEAD), make_person(**INACTIVE), make_person(**PROTECTED)]
    found = list(lookup.find_each(cpfs=[person.cpf_text for person in people], field="file").order_by("pk"))
    assert found == people[:3]
    codes = [objection.code if (objection := lookup.objection_to(person)) else "" for person in found]
    assert codes == ["", "person_deceased", "person_inactive"]


def test_numbers_of_both_kinds_are_asked_for_in_one_query(django_assert_num_queries: Any) -> None:
    one, other, _ = (make_person() for _ in range(3))
    with django_assert_num_queries(1):
        assert set(Person.objects.filter(lookup.bears(one.cpf_text, str(other.cns)))) == {one, other}
