"""Who may this be? Identical, approximate or phonetic search of the registry (pesquisa), each hit with its reasons.

A number finds at most one record, whichever of its numbers it is. Personal data need two criteria, and more than MOST
records answer nobody's question. A record under protection is found by its number alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Q, TextChoices

from common.exceptions import RuleBroken
from common.folding import fold
from registry import keys, lookup, similarity
from registry.models import Person, PersonQuerySet
from registry.similarity import Described, Match

MOST = 500
# What an approximate search still shows.
APPROXIMATE_FROM = 70
TWO_CRITERIA = 2
A_YEAR = timedelta(days=366)
LAST_MONTH = 12

M06 = "Informe ao menos um dado para pesquisar."
M07 = "A pesquisa por dados pessoais exige pelo menos dois critérios."
M08 = "Muitos cadastros encontrados. Refine a pesquisa."


class SearchKind(TextChoices):
    """Tipo de pesquisa."""

    IDENTICAL = "identical", "Idêntica"
    APPROXIMATE = "approximate", "Aproximada"
    PHONETIC = "phonetic", "Fonética"


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """What is known of who is looked for; also what a record says, when both are compared."""

    cpf: str = ""
    cns: str = ""
    name: str = ""
    mother: str = ""
    birth_date: date | None = None
    sex: str = ""
    birth_city: str = ""

    @property
    def personal(self) -> int:
        """How many of the criteria are personal data."""
        names = [not keys.is_unknown(name) for name in (self.name, self.mother)]
        return sum([*names, self.birth_date is not None, bool(self.birth_city)])


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found, and how it is like what was asked; no likeness when its number was asked."""

    person: Person
    match: Match | None


class Compared(NamedTuple):
    """What is compared of a record, and nothing else."""

    pk: int
    name: str
    mother: str
    birth_date: date
    sex: str
    birth_city: str | None


_COMPARED = ("pk", "name", "mother", "birth_date", "sex", "birth_city_id")


class Ranked(NamedTuple):
    """A record that was compared."""

    pk: int
    row: Described
    match: Match


def described(person: Person) -> Criteria:
    """What is compared of a record."""
    return Criteria(
        name=person.name,
        mother=person.mother,
        birth_date=person.birth_date,
        sex=person.sex,
        birth_city=person.birth_city_id or "",
    )


def find(asked: Criteria, kind: str) -> list[Hit]:
    """The records that answer, the likeliest first, in one query.

    Raises RuleBroken M06 (nothing asked), M07 (one personal datum alone), M08 (more than MOST), cadsus_down.
    """
    lookup.require_available()
    if asked.cpf or asked.cns:
        return [Hit(person, None) for person in _by_number(asked)]
    people = {person.pk: person for person in _answering(_with_cities(), asked, kind)}
    rows = ((pk, described(person)) for pk, person in people.items())
    return [Hit(people[pk], match) for pk, _, match in _ranked(asked, kind, rows)]


def scores(asked: Criteria, kind: str) -> list[tuple[int, float]]:
    """(record, score) of whoever answers personal data, as `find`, without the rest of the record. Raises as it does.

    A machine asks for a day of birth and a name, and of the many who were born that day only some are told.
    """
    lookup.require_available()
    rows = (Compared(*row) for row in _answering(_standing().order_by(), asked, kind, *_COMPARED))
    return [(pk, match.score) for pk, _, match in _ranked(asked, kind, ((row.pk, row) for row in rows))]


def near(person: Person) -> list[Compared]:
    """Other active records that an approximate search for this one would compare, where they may be the same person;
    some of them when its name is common. Two records with two CPFs are two people.
    """
    others = _standing().filter(_approximate(described(person)), is_active=True).exclude(pk=person.pk).order_by()
    if person.cpf:
        others = others.filter(cpf=None)
    return [Compared(*row) for row in others.values_list(*_COMPARED)[:MOST]]


def _standing() -> PersonQuerySet:
    people: PersonQuerySet = Person.objects.filter(survivor=None)
    return people


def _with_cities() -> PersonQuerySet:
    return _standing().select_related("birth_city__uf")


def _by_number(asked: Criteria) -> PersonQuerySet:
    people = _with_cities()
    for number in filter(None, (asked.cns, asked.cpf)):
        people = people.filter(lookup.bears(number))
    return people


def _answering(people: PersonQuerySet, asked: Criteria, kind: str, *columns: str) -> list[Any]:
    """Whoever is compared: records, or of each the columns. Raises RuleBroken M06, M07, M08."""
    if not asked.personal:
        raise RuleBroken(M06, code="empty_search")
    if asked.personal < TWO_CRITERIA:
        raise RuleBroken(M07, code="one_criterion")
    found = people.filter(_BLOCKS[SearchKind(kind)](asked), is_protected=False)
    rows = list((found.values_list(*columns) if columns else found)[: MOST + 1])
    if len(rows) > MOST:
        raise RuleBroken(M08, code="too_many")
    return rows


def _ranked(asked: Criteria, kind: str, rows: Iterable[tuple[int, Described]]) -> list[Ranked]:
    """Those who answer, the likeliest first."""
    found = (Ranked(pk, row, similarity.compare(asked, row)) for pk, row in rows)
    return sorted(_kept(asked, kind, found), key=lambda each: (-each.match.score, each.row.name, each.pk))


def _kept(asked: Criteria, kind: str, found: Iterator[Ranked]) -> Iterator[Ranked]:
    if kind == SearchKind.APPROXIMATE:
        return (each for each in found if each.match.score >= APPROXIMATE_FROM)
    if kind == SearchKind.IDENTICAL and asked.mother:
        mother = fold(asked.mother)
        return (each for each in found if fold(each.row.mother) == mother)
    return found


def _identical(asked: Criteria) -> Q:
    """The mother's name has no folded column: her sound narrows, and what is left is compared whole."""
    block = _sounds_of_mother(asked) & _born_in(asked)
    if asked.name:
        block &= Q(search_name=fold(asked.name))
    if asked.birth_date:
        block &= Q(birth_date=asked.birth_date)
    return block


def _phonetic(asked: Criteria) -> Q:
    """The sound of the name, with the birth within a year or the sound of the mother's name."""
    birth = Q()
    if asked.birth_date:
        birth = Q(birth_date__range=(asked.birth_date - A_YEAR, asked.birth_date + A_YEAR))
    mother = _sounds_of_mother(asked)
    if keys.is_unknown(asked.name):
        return mother & birth & _born_in(asked)
    either = birth | mother if birth and mother else birth & mother
    return Q(phonetic=keys.key(asked.name)) & either & _born_in(asked)


def _approximate(asked: Criteria) -> Q:
    """Whoever was born that day, also with day and month swapped, and whoever sounds the same."""
    if asked.birth_date is None:
        return _phonetic(asked)
    days = {asked.birth_date}
    if asked.birth_date.day <= LAST_MONTH:
        days.add(date(asked.birth_date.year, asked.birth_date.day, asked.birth_date.month))
    block = Q(birth_date__in=days)
    return block if keys.is_unknown(asked.name) else block | _phonetic(asked)


def _sounds_of_mother(asked: Criteria) -> Q:
    return Q() if keys.is_unknown(asked.mother) else Q(mother_phonetic=keys.key(asked.mother))


def _born_in(asked: Criteria) -> Q:
    return Q(birth_city=asked.birth_city) if asked.birth_city else Q()


_BLOCKS = {
    SearchKind.IDENTICAL: _identical,
    SearchKind.APPROXIMATE: _approximate,
    SearchKind.PHONETIC: _phonetic,
}
