"""What the answer of the national base means for a citizen (spec 6.2 and 6.7): one table, read from the top.

Pure functions over plain data: no query, no clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from cadsus import messages
from cadsus.comparison import Identity
from common import documents
from registry import keys
from registry.models.tables import TaxSituation
from registry.similarity import name_score

ADULT = 18
# Below this likeness of the names, an equal number with another birth date may be somebody else's.
UNLIKE = 0.6


class Step(StrEnum):
    """Where the answer leads: each but the first two is also a status of the citizen."""

    READY = "ready"
    CHOOSE = "choose"
    REVENUE = "pending_revenue"
    DOWN = "pending_down"
    NO_CNS = "pending_no_cns"
    UNIFICATION = "pending_unification"
    CPF = "pending_cpf"


class Doubt(StrEnum):
    """What whoever confirms says a second time that was seen."""

    DEATH = "death"
    PERSON = "person"


@dataclass(frozen=True, kw_only=True)
class Record:
    """One record of the national base, with its numbers. `identity.cns` is the principal definitive one."""

    person_id: int
    identity: Identity
    other_definitives: tuple[str, ...] = ()
    provisionals: tuple[str, ...] = ()
    is_active: bool = True
    is_protected: bool = False
    deceased_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Tax:
    """What the Receita Federal has of a CPF. Without situation it did not answer, or there is no CPF to ask for."""

    situation: str = ""
    name: str = ""
    mother: str = ""
    birth_date: date | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer of the national base: whole records, those of one person beside those of namesakes.

    `taxes` is what the Receita answers, by the CPF of each record that has one.
    """

    is_available: bool = True
    records: tuple[Record, ...] = ()
    taxes: Mapping[str, Tax] = field(default_factory=dict)

    def tax_of(self, record: Record) -> Tax:
        return self.taxes.get(record.identity.cpf, Tax())


@dataclass(frozen=True)
class Said:
    """A sentence of spec section 7, by its code."""

    code: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What may be done now, in which words; `record` is the one to compare with, when there is just one."""

    step: Step
    reason: Said | None = None
    warnings: tuple[Said, ...] = ()
    record: Record | None = None
    people: tuple[tuple[Record, ...], ...] = ()
    divergent: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def decide(answer: Answer, local: Identity, *, today: date, chosen: int | None = None) -> Verdict:
    """What the answer means for who the SISRede knows as `local`; `chosen` is the person picked among several."""
    if not answer.is_available:
        return Verdict(step=Step.DOWN, reason=Said("M20", messages.M20))
    people = same_people(answer.records)
    if chosen is not None:
        people = tuple(each for each in people if any(record.person_id == chosen for record in each))
    if not people:
        return Verdict(step=Step.NO_CNS, reason=Said("M09", messages.M09))
    if len(people) > 1:
        return Verdict(step=Step.CHOOSE, reason=Said("M44", messages.M44), people=people)
    return _of_one_person(people[0], answer, local, today)


def _of_one_person(records: Sequence[Record], answer: Answer, local: Identity, today: date) -> Verdict:
    definitive = [record for record in records if record.identity.cns]
    record = (definitive or list(records))[0]
    if len(definitive) > 1:
        return Verdict(
            step=Step.UNIFICATION, reason=_two_definitives(definitive), record=record, people=(tuple(records),)
        )
    blocked = _without_number(record) or _without_cpf(record, today)
    if blocked is not None:
        return Verdict(step=blocked[0], reason=blocked[1], record=record)
    tax = answer.tax_of(record)
    divergent = divergences(record.identity, tax)
    doubts = tuple(_doubts(record, local))
    if (said := _refused_by_revenue(tax, divergent)) is not None:
        return Verdict(step=Step.REVENUE, reason=said, record=record, divergent=divergent, doubts=doubts)
    return Verdict(step=Step.READY, record=record, warnings=tuple(_warnings(record, tax, today)), doubts=doubts)


def _two_definitives(records: Sequence[Record]) -> Said:
    numbers = ", ".join(documents.format_cns(record.identity.cns) for record in records)
    return Said("M13", messages.M13.format(n=len(records), lista=numbers))


def _without_number(record: Record) -> tuple[Step, Said] | None:
    """No current record with a definitive CNS: it is mended in the CADSUSWEB first."""
    if not record.is_active:
        return Step.NO_CNS, Said("M40", messages.M40)
    if not record.identity.cns:
        return Step.NO_CNS, Said("M12", messages.M12)
    return None


def _without_cpf(record: Record, today: date) -> tuple[Step, Said] | None:
    """From the 18th birthday on, the CPF is required (CPF obrigatório para maiores de 18 anos)."""
    if not record.identity.cpf and is_adult(record.identity.birth_date, today):
        return Step.CPF, Said("M14", messages.M14)
    return None


def _refused_by_revenue(tax: Tax, divergent: Sequence[str]) -> Said | None:
    if tax.situation in (TaxSituation.SUSPENDED, TaxSituation.CANCELLED, TaxSituation.VOID, TaxSituation.DECEASED):
        return Said("M17", messages.M17.format(situacao=TaxSituation(tax.situation).label))
    if divergent:
        return Said("M16", messages.M16.format(campos=", ".join(DIVERGENCES[field] for field in divergent)))
    return None


DIVERGENCES = {"name": "nome", "mother": "nome da mãe", "birth_date": "data de nascimento"}


def divergences(identity: Identity, tax: Tax) -> tuple[str, ...]:
    """Fields that the Receita has otherwise. A surname more or less is a marriage and not a divergence."""
    if not tax.situation:
        return ()
    found = []
    if keys.words(tax.name)[:1] != keys.words(identity.name)[:1]:
        found.append("name")
    known = not keys.is_unknown(tax.mother) and not keys.is_unknown(identity.mother)
    if known and keys.fold_name(tax.mother) != keys.fold_name(identity.mother):
        found.append("mother")
    if tax.birth_date != identity.birth_date:
        found.append("birth_date")
    return tuple(found)


def _warnings(record: Record, tax: Tax, today: date) -> list[Said]:
    found = []
    if not record.identity.cpf and not is_adult(record.identity.birth_date, today):
        found.append(Said("M15", messages.M15))
    if tax.situation == TaxSituation.PENDING:
        found.append(Said("M17", messages.M17.format(situacao=TaxSituation.PENDING.label)))
    if record.deceased_on:
        found.append(Said("M39", messages.M39.format(data=f"{record.deceased_on:%d/%m/%Y}")))
    if record.is_protected:
        found.append(Said("M41", messages.M41))
    return found


def _doubts(record: Record, local: Identity) -> list[Doubt]:
    """Known trap: the CPF of the mother typed for the child. A death is said twice as well."""
    found = [Doubt.DEATH] if record.deceased_on else []
    differs = local.birth_date is not None and local.birth_date != record.identity.birth_date
    if differs and name_score(local.name, record.identity.name) < UNLIKE:
        found.append(Doubt.PERSON)
    return found


def same_people(records: Sequence[Record]) -> tuple[tuple[Record, ...], ...]:
    """The records by who they are of: the same name, birth and mother (or none known) are one person."""
    groups: list[list[Record]] = []
    for record in records:
        group = next((group for group in groups if all(_is_same(record, other) for other in group)), None)
        if group is None:
            groups.append([record])
        else:
            group.append(record)
    return tuple(tuple(group) for group in groups)


def _is_same(one: Record, other: Record) -> bool:
    a, b = one.identity, other.identity
    if keys.fold_name(a.name) != keys.fold_name(b.name) or a.birth_date != b.birth_date:
        return False
    unknown = keys.is_unknown(a.mother) or keys.is_unknown(b.mother)
    return unknown or keys.fold_name(a.mother) == keys.fold_name(b.mother)


def age_on(born: date, today: date) -> int:
    """Whole years; who was born on 29 February comes of age on 1 March."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def is_adult(born: date | None, today: date) -> bool:
    """«Maior de 18 anos»: from the 18th birthday on."""
    return born is not None and age_on(born, today) >= ADULT
