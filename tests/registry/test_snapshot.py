"""A photograph of records, and what changed between two."""

from __future__ import annotations

import pytest

from common.documents import format_cns
from registry import snapshot
from registry.models import Cns, Contact, Person
from registry.snapshot import Change
from tests.factories import make_cns, make_person

pytestmark = pytest.mark.django_db


def test_it_costs_the_same_with_one_and_with_ten(django_assert_num_queries: object) -> None:
    people = [make_person().pk for _ in range(10)]
    with django_assert_num_queries(len(snapshot.TABLES)):  # type: ignore[operator] # the fixture of pytest-django
        assert set(snapshot.take(people)) == set(people)


def test_a_row_goes_back_as_it_came() -> None:
    person = make_person()
    photograph = snapshot.take([person.pk])
    Person.objects.filter(pk=person.pk).update(name="Outro", birth_date="2000-01-01", is_nomad=True)
    Person.objects.filter(pk=person.pk).update(**snapshot.values(Person, photograph[person.pk]["person"][0]))
    assert snapshot.take([person.pk]) == photograph


def test_changes_are_said_in_words() -> None:
    person = make_person(sex="F", is_nomad=False)
    before = snapshot.take([person.pk])[person.pk]
    Person.objects.filter(pk=person.pk).update(sex="M", is_nomad=True, birth_date="2000-01-02", version=9)
    Contact.objects.create(person=person, kind="ORN", value="1133334444")
    after = snapshot.take([person.pk])[person.pk]
    assert {change.what: (change.before, change.after) for change in snapshot.changes(before, after)} == {
        "data de nascimento": (f"{person.birth_date:%d/%m/%Y}", "02/01/2000"),
        "sexo": ("Feminino", "Masculino"),
        "nômade": ("não", "sim"),
        "contato": ("", "Outro telefone, 1133334444, 55"),
    }


def test_a_cns_is_grouped() -> None:
    person, number = make_person(), make_cns(970_001)
    before = snapshot.take([person.pk])[person.pk]
    Cns.objects.create(number=number, person=person, kind="P")
    after = snapshot.take([person.pk])[person.pk]
    assert [(change.what, change.after) for change in snapshot.changes(before, after)] == [
        ("CNS", f"{format_cns(number)}, Provisório")
    ]


def test_a_cpf_is_masked() -> None:
    person = make_person()
    before = snapshot.take([person.pk])[person.pk]
    Person.objects.filter(pk=person.pk).update(cpf=None)
    after = snapshot.take([person.pk])[person.pk]
    (change,) = snapshot.changes(before, after)
    assert isinstance(change, Change)
    assert (change.what, person.cpf_text in change.before, change.after) == ("CPF", False, "")
