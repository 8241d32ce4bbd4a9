"""Identical, approximate and phonetic search: whom each finds, why, and where it stops."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from common.exceptions import RuleBroken
from registry import search
from registry.models import Cns, Person
from registry.search import Criteria, SearchKind
from tests.factories import make_cns, make_municipality, make_person
from tests.switches import Switch

pytestmark = pytest.mark.django_db
BORN = date(1985, 3, 12)
FACTS: dict[str, Any] = {"name": "Felipe Sousa Lima", "mother": "Kelly Sousa Lima", "birth_date": BORN, "sex": "M"}
ALL = list(SearchKind)


def found(kind: str, **asked: Any) -> list[Person]:
    return [hit.person for hit in search.find(Criteria(**asked), kind)]


@pytest.mark.parametrize(
    ("kind", "asked", "finds"),
    [
        ("identical", {"name": "FELIPE SOUSA LIMA", "birth_date": BORN}, True),
        ("identical", {"name": "Felipé Sousa Lima", "mother": "KELLY SOUSA LIMA"}, True),
        ("identical", {"name": "Philipe Souza Lima", "birth_date": BORN}, False),
        ("identical", {"name": "Felipe Sousa Lima", "mother": "Quélly Souza Lima"}, False),
        ("identical", {"name": "Felipe Sousa Lima", "birth_date": date(1985, 3, 13)}, False),
        ("phonetic", {"name": "Philipe Souza Lima", "birth_date": date(1984, 11, 1)}, True),
        ("phonetic", {"name": "Philipe Souza Lima", "birth_date": date(1981, 3, 12)}, False),
        ("phonetic", {"name": "Philipe Souza Lima", "mother": "Quélly Souza Lima"}, True),
        ("phonetic", {"mother": "Quélly Souza Lima", "birth_date": BORN}, True),
        ("phonetic", {"name": "Philipe Souza Lima", "mother": "Outra Mãe", "birth_date": BORN}, True),
        ("approximate", {"name": "Felpe Sousa Lima", "birth_date": BORN}, True),
        ("approximate", {"name": "Felipe Sousa Lima", "birth_date": date(1985, 12, 3)}, True),
        ("approximate", {"name": "Gertrudes Amado", "birth_date": BORN}, False),
        ("approximate", {"birth_date": BORN, "birth_city": "3550308"}, True),
    ],
)
def test_whom_each_kind_finds(kind: str, asked: dict[str, Any], finds: bool) -> None:
    person = make_person(**FACTS, birth_city=make_municipality())
    assert (person in found(kind, **asked)) is finds


@pytest.mark.parametrize("kind", ALL)
def test_a_number_finds_its_owner_principal_or_aggregated(kind: str) -> None:
    person, other = make_person(), make_person()
    old = Cns.objects.create(number=make_cns(800_001), person=person, kind="P")
    assert found(kind, cns=person.cns) == found(kind, cns=old.number) == found(kind, cpf=person.cpf) == [person]
    assert found(kind, cns=person.cns, cpf=other.cpf) == []


def test_the_score_is_said_field_by_field() -> None:
    make_person(**FACTS, birth_city=make_municipality())
    (hit,) = search.find(Criteria(name="Philipe Souza Lima", birth_date=BORN), SearchKind.PHONETIC)
    assert hit.match is not None
    shares = {share.field: share.likeness for share in hit.match.shares}
    assert shares == {"name": 0.97, "mother": None, "birth_date": 1.0, "sex": None, "birth_city": None}
    assert hit.match.score == pytest.approx(100 * (40 * 0.97 + 25) / 65)


def test_the_likeliest_comes_first() -> None:
    near = make_person(**FACTS | {"birth_date": date(1985, 3, 13)})
    same = make_person(**FACTS)
    assert found("phonetic", name=FACTS["name"], birth_date=BORN) == [same, near]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, "Informe ao menos um dado para pesquisar."),
        ({"mother": "SEM INFORMAÇÃO"}, "Informe ao menos um dado para pesquisar."),
        ({"name": "Felipe Sousa"}, "A pesquisa por dados pessoais exige pelo menos dois critérios."),
        ({"birth_date": BORN}, "A pesquisa por dados pessoais exige pelo menos dois critérios."),
    ],
)
@pytest.mark.parametrize("kind", ALL)
def test_too_little_is_asked(kind: str, asked: dict[str, Any], told: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        found(kind, **asked)
    assert refusal.value.message == told


@pytest.mark.parametrize("kind", ALL)
def test_too_many_are_found(kind: str) -> None:
    rows = [Person(**FACTS) for _ in range(search.MOST)]
    Person.objects.enrol(rows)
    assert len(found(kind, name=FACTS["name"], birth_date=BORN)) == search.MOST
    Person.objects.enrol([Person(**FACTS)])
    with pytest.raises(RuleBroken) as refusal:
        found(kind, name=FACTS["name"], birth_date=BORN)
    assert refusal.value.message == "Muitos cadastros encontrados. Refine a pesquisa."


@pytest.mark.parametrize("kind", ALL)
def test_one_query_however_many_are_found(kind: str, django_assert_num_queries: Any) -> None:
    Person.objects.enrol([Person(**FACTS, birth_city=make_municipality()) for _ in range(10)])
    with django_assert_num_queries(1):
        assert len({str(person.birth_city) for person in found(kind, name=FACTS["name"], birth_date=BORN)}) == 1


def test_who_is_protected_is_found_by_number_alone() -> None:
    person = make_person(**FACTS, is_protected=True, protected_reason="Programa")
    assert found("identical", name=FACTS["name"], birth_date=BORN) == []
    assert found("identical", cns=person.cns) == [person]


def test_the_switch_of_the_cadsus(switch: Switch) -> None:
    switch(cadsus_available=False)
    with pytest.raises(RuleBroken, match="indisponível"):
        found("identical", cns=make_cns(1))
