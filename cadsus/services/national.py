"""Asking the national base who a citizen is: by the numbers of the SISRede or of a document, else by name and birth."""

from __future__ import annotations

from django.db.models import Q

from cadsus import scenarios
from cadsus.comparison import Identity
from cadsus.decision import Answer, Record, Tax, same_people
from cadsus.models import Citizen
from common import switches
from common.folding import fold
from registry.models import Cns, Person, TaxRecord
from registry.models.tables import CnsKind, TaxSituation

# As many namesakes as a person can choose from.
MOST = 25


def ask(citizen: Citizen, *, number: str = "", scenario: str = "") -> Answer:
    """What the CADSUS and, for the CPF that it gives, the Receita answer about a citizen.

    `number` is the CPF or CNS of a document, when it is asked by that.
    """
    if not switches.now().cadsus_available:
        return Answer(is_available=False)
    numbers = [number] if number else [text for text in (citizen.cns, citizen.cpf) if text]
    named = _by_numbers(numbers)
    records = _with_namesakes(named, citizen) if named or not number else ()
    answer = Answer(records=records, taxes=_taxes_of(records))
    return scenarios.play(scenario, answer)


def _by_numbers(numbers: list[str]) -> list[Person]:
    if not numbers:
        return []
    rows = Person.objects.filter(Q(cns_numbers__in=numbers) | Q(cpf__in=numbers), is_standing=True)
    return list(rows.distinct().prefetch_related("cns_numbers").order_by("pk"))


def _with_namesakes(named: list[Person], citizen: Citizen) -> tuple[Record, ...]:
    """Who has the numbers and their repeated records; without such a number, whoever has name and birth."""
    wanted = Q()
    for person in named:
        wanted |= Q(search_name=person.search_name, birth_date=person.birth_date)
    if not named and citizen.birth_date:
        wanted = Q(search_name=fold(citizen.name), birth_date=citizen.birth_date)
    if not wanted:
        return ()
    others = Person.objects.filter(wanted, is_standing=True).exclude(pk__in=[person.pk for person in named])
    found = [*named, *others.prefetch_related("cns_numbers").order_by("pk")[:MOST]]
    records = tuple(record_of(person) for person in found)
    if not named:
        return records
    # A number tells people apart: namesakes of its owner are nobody's question.
    owners = {person.pk for person in named}
    groups = [group for group in same_people(records) if owners & {record.person_id for record in group}]
    return tuple(record for group in groups for record in group)


def record_of(person: Person) -> Record:
    """A person as the answer says them; `cns_numbers` should be fetched already."""
    numbers = list(person.cns_numbers.all())
    return Record(
        person_id=person.pk,
        identity=Identity(
            cns=person.cns or "",
            name=person.name,
            mother=person.mother,
            birth_date=person.birth_date,
            sex=person.sex,
            birth_city=person.birth_city_id or "",
            cpf=person.cpf or "",
        ),
        other_definitives=_numbers(numbers, CnsKind.DEFINITIVE, besides=person.cns),
        provisionals=_numbers(numbers, CnsKind.PROVISIONAL),
        is_active=person.is_active,
        is_protected=person.is_protected,
        deceased_on=person.deceased_on,
    )


def _numbers(numbers: list[Cns], kind: str, *, besides: str | None = None) -> tuple[str, ...]:
    return tuple(sorted(cns.number for cns in numbers if cns.kind == kind and cns.number != besides))


def _taxes_of(records: tuple[Record, ...]) -> dict[str, Tax]:
    """The Receita keeps only what differs: without a row the CPF is regular and equal to the registry."""
    same = {
        each.identity.cpf: Tax(
            situation=TaxSituation.REGULAR,
            name=each.identity.name,
            mother=each.identity.mother,
            birth_date=each.identity.birth_date,
        )
        for each in records
        if each.identity.cpf
    }
    rows = TaxRecord.objects.filter(cpf__in=same) if same else ()
    known = {
        row.cpf: Tax(situation=row.situation, name=row.name, mother=row.mother, birth_date=row.birth_date)
        for row in rows
    }
    return same | known
