"""Asking the national base who a citizen is: by the numbers of the SISRede or of a document, else by name and birth."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from cadsus import scenarios
from cadsus.comparison import Identity
from cadsus.decision import Answer, Record, same_people
from cadsus.models import Citizen
from cadsus.services.pausing import paused_until
from common import switches
from common.folding import fold
from registry import lookup, tax, temporary
from registry.models import Cns, Person
from registry.models.tables import CnsKind

# As many namesakes as a person can choose from.
MOST = 25


def closed(entity_id: int, at: datetime) -> Answer | None:
    """The answer while the CADSUS is off for everybody, or this municipality does without it; None when it answers."""
    if not lookup.is_available():
        return Answer(is_available=False, disabled=lookup.why_not() if lookup.disabled_until() else "")
    end = paused_until(entity_id, at)
    return Answer(is_available=False, disabled=lookup.disabled(end)) if end else None


def ask(citizen: Citizen, *, entity_id: int, at: datetime, number: str = "", scenario: str = "") -> Answer:
    """What the CADSUS and, for the CPF that it gives, the Receita answer to a municipality about a citizen.

    `number` is the CPF or CNS of a document, when it is asked by that.
    """
    if no_answer := closed(entity_id, at):
        return no_answer
    numbers = [number] if number else [text for text in (citizen.cns, citizen.cpf) if text]
    named = _by_numbers(numbers)
    records = _with_namesakes(named, citizen) if named or not number else ()
    holders = tax.ask(record.identity.cpf for record in records)
    return scenarios.play(scenario, Answer(records=records, holders=holders, rules=switches.now().cadsus_rules))


def _by_numbers(numbers: list[str]) -> list[Person]:
    if not numbers:
        return []
    rows = Person.objects.filter(lookup.bears(*numbers))
    return list(rows.prefetch_related("cns_numbers").order_by("pk"))


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
        given_on=next((cns.assigned_on for cns in numbers if cns.number == person.cns), None),
        stays_on_cns=temporary.stays_on_cns(nationality=person.nationality, race=person.race, is_nomad=person.is_nomad),
    )


def _numbers(numbers: list[Cns], kind: str, *, besides: str | None = None) -> tuple[str, ...]:
    return tuple(sorted(cns.number for cns in numbers if cns.kind == kind and cns.number != besides))
