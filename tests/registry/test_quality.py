"""The degree of quality: a hundred points, and the level that they reach."""

import pytest

from registry import quality
from registry.models import Address, Person
from tests.factories import make_municipality, make_person


def test_the_weights_are_a_hundred() -> None:
    assert sum(item.weight for item in quality.ITEMS) == 100


@pytest.mark.parametrize(
    ("points", "level"),
    [(49, "Abaixo de bronze"), (50, "Bronze"), (74, "Bronze"), (75, "Prata"), (89, "Prata"), (90, "Ouro")],
)
def test_levels(points: int, level: str) -> None:
    assert quality.level(points) == level


@pytest.mark.django_db
def test_what_is_not_known_counts_nothing() -> None:
    whole = make_person(birth_city=make_municipality(), father="José Pai", race="03")
    Address.objects.create(
        person=whole, municipality=whole.birth_city, district="Centro", street_kind="081", street="A", number="1"
    )
    assert quality.degree(whole) == 100
    bare = Person.objects.enrol([Person(name="Ana Maria", birth_date=whole.birth_date)])[0]
    assert quality.degree(bare) == 20
