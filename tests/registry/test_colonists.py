"""The third population: the same for a seed, with its pairs; what the comparator finds in it is measured by d5."""

from collections import Counter

from common import documents
from tests.registry.colonists import REFERENCE, make_colonists

SIZE = 4_000


def test_it_is_the_same_for_a_seed() -> None:
    assert make_colonists(1, 500) == make_colonists(1, 500)
    assert make_colonists(1, 500) != make_colonists(2, 500)


def test_its_pairs_are_the_same_person_with_mistakes() -> None:
    people, pairs = make_colonists(1, SIZE)
    assert 0.015 < len(pairs) / SIZE < 0.025
    assert all(people[older - 1].ordinal == older < newer for older, newer in pairs)
    assert all(people[newer - 1].cpf is None for _, newer in pairs)
    differ = Counter(
        sum(
            (
                people[one - 1].name != people[other - 1].name,
                people[one - 1].mother != people[other - 1].mother,
                people[one - 1].birth_date != people[other - 1].birth_date,
            )
        )
        for one, other in pairs
    )
    assert differ[1] > differ[2] > differ[3]


def test_its_people_can_be_written() -> None:
    people, _ = make_colonists(3, SIZE)
    assert all(person.birth_date <= REFERENCE and 2 < len(person.name) <= 70 for person in people)
    assert all(documents.is_cpf(person.cpf) for person in people if person.cpf)
