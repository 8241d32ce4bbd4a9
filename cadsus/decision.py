"""What the answer of the national base means for a citizen (spec 6.2 and 6.7): one table, read from the top.

Pure functions over plain data: no query, no clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from cadsus import messages
from cadsus.comparison import Identity
from common import documents
from common.switch_choices import CadsusRules
from registry import keys, tax, temporary
from registry.models.tables import TaxSituation
from registry.similarity import name_score, word_score
from registry.temporary import Standing

ADULT = 18
# Below this likeness of the names, or of the first ones, an equal number with another birth date may be somebody
# else's: mother and child have the surnames in common.
UNLIKE, UNLIKE_FIRST = 0.6, 0.8


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
    # Since when it has its definitive CNS, where that is known; who needs no CPF by the rules of 2025.
    given_on: date | None = None
    stays_on_cns: bool = False

    def standing_on(self, today: date) -> Standing:
        """By the rules of 2025."""
        return temporary.standing(cpf=self.identity.cpf, stays=self.stays_on_cns, given_on=self.given_on, today=today)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer of the national base: whole records, those of one person beside those of namesakes.

    `holders` is what the Receita answers, by the CPF of each record that has one; `disabled`, what is said of a base
    that was turned off for a time; `rules`, those that are in force.
    """

    is_available: bool = True
    disabled: str = ""
    records: tuple[Record, ...] = ()
    holders: Mapping[str, tax.Holder] = field(default_factory=dict)
    rules: CadsusRules = CadsusRules.OF_2020

    def check(self, record: Record) -> tax.Check | None:
        """The record beside the Receita; None where that did not answer, or there is no CPF to ask it for."""
        holder = self.holders.get(record.identity.cpf)
        return tax.check(record.identity, holder) if holder else None


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
    check: tax.Check | None = None
    doubts: tuple[Doubt, ...] = ()

    @property
    def divergent(self) -> tuple[str, ...]:
        """Fields that the Receita has otherwise."""
        return self.check.divergent if self.check else ()

    @property
    def definitives(self) -> tuple[str, ...]:
        """The definitive number of each record of the one person; of several people, none."""
        records = self.people[0] if len(self.people) == 1 else ()
        return tuple(record.identity.cns for record in records if record.identity.cns)


def decide(answer: Answer, local: Identity, *, today: date, chosen: int | None = None) -> Verdict:
    """What the answer means for who the SISRede knows as `local`; `chosen` is the person picked among several."""
    if not answer.is_available:
        return Verdict(step=Step.DOWN, reason=unavailable(answer))
    people = same_people(answer.records)
    if chosen is not None:
        people = tuple(each for each in people if any(record.person_id == chosen for record in each))
    if not people:
        return Verdict(step=Step.NO_CNS, reason=Said("M09", messages.M09))
    if len(people) > 1:
        return Verdict(step=Step.CHOOSE, reason=Said("M44", messages.M44), people=people)
    return _of_one_person(people[0], answer, local, today)


def unavailable(answer: Answer) -> Said:
    """Why the base did not answer: it was turned off for a time, or is down."""
    return Said("M21", answer.disabled) if answer.disabled else Said("M20", messages.M20)


def _of_one_person(records: Sequence[Record], answer: Answer, local: Identity, today: date) -> Verdict:
    definitive = [record for record in records if record.identity.cns]
    record = (definitive or list(records))[0]
    if len(definitive) > 1:
        return Verdict(
            step=Step.UNIFICATION, reason=_two_definitives(definitive), record=record, people=(tuple(records),)
        )
    blocked = _without_number(record) or _without_cpf(record, answer.rules, today)
    if blocked is not None:
        return Verdict(step=blocked[0], reason=blocked[1], record=record)
    check = answer.check(record)
    doubts = tuple(_doubts(record, local))
    if check is not None and not check.allows:
        return Verdict(step=Step.REVENUE, reason=_of_revenue(check), record=record, check=check, doubts=doubts)
    warnings = tuple(_warnings(record, check, answer.rules, today))
    return Verdict(step=Step.READY, record=record, warnings=warnings, check=check, doubts=doubts)


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


def _without_cpf(record: Record, rules: CadsusRules, today: date) -> tuple[Step, Said] | None:
    """From the 18th birthday on, the CPF is required; by the rules of 2025, once the temporary record is over."""
    if rules is CadsusRules.OF_2025:
        is_over = record.standing_on(today) is Standing.INACTIVE
        return (Step.CPF, Said("M51", _until(messages.M51, record))) if is_over else None
    if not record.identity.cpf and is_adult(record.identity.birth_date, today):
        return Step.CPF, Said("M14", messages.M14)
    return None


def _until(text: str, record: Record) -> str:
    return text.format(data=f"{temporary.last_day(record.given_on):%d/%m/%Y}")


def _of_revenue(check: tax.Check) -> Said:
    """What the Receita says of a CPF that is not regular, or that has other data."""
    if check.divergent:
        return Said("M16", messages.M16.format(campos=_fields(check)))
    return Said("M17", messages.M17.format(situacao=check.situation.label))


def for_the_citizen(verdict: Verdict) -> str:
    """The reason on the paper that the citizen takes along, without what it asks of the professional."""
    check = verdict.check
    if verdict.step is not Step.REVENUE or check is None:
        return verdict.reason.text if verdict.reason else ""
    if check.divergent:
        return messages.DIVERGENT.format(campos=_fields(check))
    return messages.SITUATION.format(situacao=check.situation.label)


def _fields(check: tax.Check) -> str:
    return ", ".join(tax.COMPARED[name] for name in check.divergent)


def _warnings(record: Record, check: tax.Check | None, rules: CadsusRules, today: date) -> list[Said]:
    found = []
    if rules is CadsusRules.OF_2025:
        if record.standing_on(today) is Standing.TEMPORARY:
            found.append(Said("M50", _until(messages.M50, record)))
    elif not record.identity.cpf and not is_adult(record.identity.birth_date, today):
        found.append(Said("M15", messages.M15))
    if check is not None and check.situation != TaxSituation.REGULAR:
        found.append(_of_revenue(check))
    if record.deceased_on:
        found.append(Said("M39", messages.M39.format(data=f"{record.deceased_on:%d/%m/%Y}")))
    if record.is_protected:
        found.append(Said("M41", messages.M41))
    return found


def _doubts(record: Record, local: Identity) -> list[Doubt]:
    """Known trap: the CPF of the mother typed for the child. A death is said twice as well."""
    found = [Doubt.DEATH] if record.deceased_on else []
    differs = local.birth_date is not None and local.birth_date != record.identity.birth_date
    if differs and _is_unlike(local.name, record.identity.name):
        found.append(Doubt.PERSON)
    return found


def _is_unlike(one: str, other: str) -> bool:
    ours, theirs = keys.words(one), keys.words(other)
    if not ours or not theirs:
        return True
    return name_score(one, other) < UNLIKE or word_score(ours[0], theirs[0]) < UNLIKE_FIRST


def same_people(records: Sequence[Record]) -> tuple[tuple[Record, ...], ...]:
    """The records by who they are of: the same name, birth, mother and CPF are one person.

    Who has no known mother goes with the first of that name and birth who has one; then who has no CPF goes with the
    first who has. Two CPFs are two people, whatever they are called: nobody could unify them (M34). The statement of a
    slice says the same (lots.classification).
    """
    called = [(keys.fold_name(each.identity.name), each.identity.birth_date) for each in records]
    mothers = _filled(called, [_known_mother(each) for each in records])
    born = [(*who, mother) for who, mother in zip(called, mothers, strict=True)]
    cpfs = _filled(born, [each.identity.cpf for each in records])
    groups: dict[Any, list[Record]] = {}
    for record, who, cpf in zip(records, born, cpfs, strict=True):
        groups.setdefault((who, cpf), []).append(record)
    return tuple(tuple(group) for group in groups.values())


def _filled(whose: Sequence[Any], values: Sequence[str]) -> list[str]:
    """The values, each empty one with the first that is not of the same `whose`."""
    firsts: dict[Any, str] = {}
    for who, value in zip(whose, values, strict=True):
        if value:
            firsts.setdefault(who, value)
    return [value or firsts.get(who, "") for who, value in zip(whose, values, strict=True)]


def _known_mother(record: Record) -> str:
    mother = record.identity.mother
    return "" if keys.is_unknown(mother) else keys.fold_name(mother)


def age_on(born: date, today: date) -> int:
    """Whole years; who was born on 29 February comes of age on 1 March."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def is_adult(born: date | None, today: date) -> bool:
    """«Maior de 18 anos»: from the 18th birthday on."""
    return born is not None and age_on(born, today) >= ADULT
