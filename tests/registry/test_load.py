"""A population written in blocks: a load that was cut short goes on, and everybody is there once."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from common.exceptions import RuleBroken
from registry.models import Address, CivilRecord, Cns, Contact, Document, Person, PopulatedBlock
from registry.numbers import NumbersExhausted
from registry.population import load
from registry.population.blocks import BLOCK, make_block
from registry.population.people import ADDRESS_COLUMNS
from territory.models import Municipality
from territory.services import load_reference_data
from tests.factories import make_person

CITY, REFERENCE = "3106200", date(2026, 11, 23)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def territory() -> None:
    load_reference_data()


def fill(people: int, *, seed: int = 4, reference: date = REFERENCE) -> list[int]:
    population = load.plan(people=people, seed=seed, municipality=CITY, reference=reference)
    return list(load.populate(population))


def planned(people: int, *, seed: int = 4) -> list[tuple[object, ...]]:
    made = make_block(seed, 0, reference=REFERENCE, municipality=CITY, size=people).people
    return [
        (p.name, p.cpf, p.principal, p.birth_date, sorted(cns.number for cns in p.cns), p.address is not None)
        for p in made
    ]


def stored() -> list[tuple[object, ...]]:
    people = Person.objects.order_by("pk").prefetch_related("cns_numbers", "addresses")
    return [
        (p.name, p.cpf, p.cns, p.birth_date, sorted(c.number for c in p.cns_numbers.all()), bool(p.addresses.all()))
        for p in people
    ]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """One of the tables cannot be written."""
    copy = load._copy

    def broken(cursor: Any, table: Any, columns: Any, rows: Any) -> None:
        if columns == ADDRESS_COLUMNS:
            raise ConnectionError
        copy(cursor, table, columns, rows)

    with monkeypatch.context() as patch:
        patch.setattr(load, "_copy", broken)
        yield patch


def test_a_load_that_was_cut_short_goes_on_and_everybody_is_there_once(failing: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConnectionError):
        fill(300)
    assert not PopulatedBlock.objects.exists()
    failing.undo()
    assert fill(300) == [300]
    assert fill(700, reference=REFERENCE + timedelta(days=9)) == [700]
    assert fill(500) == [500]
    assert stored() == planned(700)
    assert load.count() == 700
    load.tidy()


def test_a_block_is_all_or_nothing() -> None:
    whole = load.plan(people=BLOCK + 40, seed=4, municipality=CITY, reference=REFERENCE)
    first = next(load.populate(whole))
    assert first == Person.objects.count() == load.count() == BLOCK
    assert list(load.populate(whole)) == [BLOCK, BLOCK + 40]
    assert Person.objects.count() == BLOCK + 40
    assert list(PopulatedBlock.objects.values_list("number", "people")) == [(0, BLOCK), (1, 40)]
    assert Cns.objects.filter(is_principal=True).count() == Person.objects.exclude(cns=None).count()


def test_the_rows_are_as_the_screens_would_write_them() -> None:
    fill(400)
    assert make_person(cpf="99900100212").pk > Person.objects.exclude(cpf="99900100212").order_by("-pk")[0].pk
    assert Address.objects.count() == 400
    broken = []
    assert Contact.objects.exists()
    papers = [*Document.objects.all(), *CivilRecord.objects.all(), *Contact.objects.all()]
    for row in [*Person.objects.exclude(cpf="99900100212"), *Cns.objects.all(), *Address.objects.all(), *papers]:
        try:
            row.full_clean(validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            broken.append((row, error))
    assert broken == []


def test_two_populations_do_not_mix() -> None:
    fill(20)
    with pytest.raises(RuleBroken, match="semente 4 e do município 3106200"):
        fill(40, seed=5)
    with pytest.raises(NumbersExhausted):
        fill(3_000_001)
    assert Person.objects.count() == 20
    assert Municipality.objects.count() == 5571
