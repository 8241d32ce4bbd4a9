"""The verbs of the CADSUSWEB on one record: consult, create, correct, inactivate and give a definitive CNS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from cadsus.messages import M46
from cadsus.permissions import Permission
from cadsus.services import pairs, revenue
from cadsus.services.records import (
    establishment_of,
    keep_history,
    locked_one,
    photograph,
    require_registrar,
    require_shown,
    require_writable,
    save_version,
)
from common import audit, permissions
from common.actor import Actor
from common.exceptions import AllAtOnce, NotAllowedNow, RuleBroken
from common.legal_time import BRASILIA
from pki.services.locks import take
from registry import numbers, tax
from registry.models import Address, CivilRecord, Cns, Contact, Document, Person, PersonQuerySet
from registry.models.tables import AddressKind, CnsKind, Nationality, Race, TransactionKind

# Numbers given on screen come one after the other.
CNS_NUMBERS = 7_101
OLDEST = 130

CPF_STAYS = "O CPF do cadastro não se altera aqui."
CNS_TAKEN = "Este CNS já é de outro cadastro."
NO_ETHNICITY = "Informe a etnia de quem é indígena."
NO_CITY = "Informe o município de nascimento de quem é brasileiro."
FROM_REVENUE = "Este dado veio da Receita Federal e não se altera."
HAS_DEFINITIVE = "O cadastro já tem CNS definitivo."
NO_WHY = "Justifique o CNS informado à mão."


@dataclass(frozen=True, kw_only=True)
class ManualCns:
    """A number that was typed instead of given by the CADSUS, with the reason (justificativa)."""

    number: str
    kind: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Record:
    """What the operator fills: the columns of the person, and what hangs on it, by its kind.

    What is not filled is None, and goes when the record had it.
    """

    person: Mapping[str, Any]
    address: Mapping[str, Any] | None = None
    documents: Mapping[str, Mapping[str, Any] | None] = field(default_factory=dict)
    civil_record: Mapping[str, Any] | None = None
    contacts: Mapping[str, str] = field(default_factory=dict)
    from_revenue: bool = False


def readable_by(actor: Actor) -> PersonQuerySet:
    """The records that exist for who asks: all of the country for whoever may consult, and otherwise none."""
    people: PersonQuerySet = Person.objects.all()
    return people if actor.has_perm(Permission.CONSULT_REGISTRY) else people.none()


@transaction.atomic
def consult_people(*, whys: Mapping[int, str], by: Actor, at: datetime) -> list[Person]:
    """Open records, each with the reason that was given: who, when and by which CNES stays in the trail.

    Raises RuleBroken M41 for a protected one without a reason.
    """
    permissions.require(by, Permission.CONSULT_REGISTRY)
    people = list(readable_by(by).filter(pk__in=whys).select_related("birth_city__uf", "survivor").order_by("pk"))
    cnes = establishment_of(by)
    for person in people:
        require_shown(person, whys[person.pk])
        audit.record("person.consulted", target=person, by=by, at=at, cnes=cnes, why=whys[person.pk])
    return people


@transaction.atomic
def create_person(
    *, record: Record, manual: ManualCns | None, kind: str = CnsKind.DEFINITIVE, by: Actor, at: datetime
) -> Person:
    """«Novo registro»: with a CNS of this kind that the CADSUS gives, or one that was typed.

    Tells every broken rule at once.
    """
    take(CNS_NUMBERS)
    require_registrar(by)
    columns = _judged(record, at=at, person=None)
    _require_free(manual)

    given = "" if manual else _next_number(kind)
    principal = given if kind == CnsKind.DEFINITIVE else ""
    person = Person.objects.enrol([Person(**columns, cns=principal or None, from_revenue=record.from_revenue)])[0]
    today = _day(at)
    if manual:
        _keep_manual(person, manual, today)
    elif not principal:
        Cns.objects.create(number=given, person=person, kind=kind)
    Cns.objects.filter(person=person).update(assigned_on=today)
    _write_details(person, record)
    # The one that was enrolled does not know what the database computed.
    person = locked_one(person.pk)
    save_version(person, ["cns"])
    keep_history(kind=TransactionKind.ADDED, before={}, after=photograph(person.pk), by=by, at=at)
    audit.record("person.created", target=person, by=by, at=at, cnes=establishment_of(by))
    pairs.suspect_of(person, at=at)
    return person


@transaction.atomic
def correct_person(*, person_id: int, version: int, record: Record, why: str, by: Actor, at: datetime) -> Person:
    """«Edição», of what was shown as `version`. Tells every broken rule at once; M43 when somebody was faster."""
    person = locked_one(person_id)
    require_registrar(by)
    require_writable(person, version=version, why=why)
    columns = _judged(record, at=at, person=person)

    before = photograph(person.pk)
    tax.keep_former(person, becomes=columns)
    for name, value in columns.items():
        setattr(person, name, value)
    person.from_revenue = person.from_revenue or record.from_revenue
    person.write_keys()
    _write_details(person, record)
    save_version(person, [*columns, "from_revenue", "phonetic", "mother_phonetic"])
    keep_history(kind=TransactionKind.UPDATED, before=before, after=photograph(person.pk), by=by, at=at)
    audit.record("person.corrected", target=person, by=by, at=at, cnes=establishment_of(by), why=why)
    pairs.judge_again(person, at=at)
    pairs.suspect_of(person, at=at)
    return person


@transaction.atomic
def set_standing(
    *, person_id: int, version: int, is_active: bool, reason: str, why: str, by: Actor, at: datetime
) -> Person:
    """Inactivate or reactivate a record (situação), with the reason."""
    person = locked_one(person_id)
    require_registrar(by)
    require_writable(person, version=version, why=why)
    if person.is_active == is_active:
        raise NotAllowedNow("ATIVO" if is_active else "INATIVO")

    before = photograph(person.pk)
    person.is_active, person.inactive_reason = is_active, "" if is_active else reason
    save_version(person, ["is_active", "inactive_reason"])
    kind = TransactionKind.ACTIVATED if is_active else TransactionKind.DEACTIVATED
    keep_history(kind=kind, before=before, after=photograph(person.pk), by=by, at=at)
    verb = "person.reactivated" if is_active else "person.inactivated"
    audit.record(verb, target=person, by=by, at=at, reason=reason, cnes=establishment_of(by))
    return person


@transaction.atomic
def give_definitive(*, person_id: int, version: int, why: str, by: Actor, at: datetime) -> Person:
    """A definitive CNS for who has only provisional ones; those stay valid."""
    take(CNS_NUMBERS)
    person = locked_one(person_id)
    require_registrar(by)
    require_writable(person, version=version, why=why)
    if person.cns:
        raise RuleBroken(HAS_DEFINITIVE, code="has_definitive")

    before = photograph(person.pk)
    person.cns = _next_number(CnsKind.DEFINITIVE)
    Cns.objects.create(
        number=person.cns, person=person, kind=CnsKind.DEFINITIVE, is_principal=True, assigned_on=_day(at)
    )
    save_version(person, ["cns"])
    keep_history(kind=TransactionKind.MAINTAINED, before=before, after=photograph(person.pk), by=by, at=at)
    audit.record("cns.given", target=person, by=by, at=at, cnes=establishment_of(by))
    return person


def _judged(record: Record, *, at: datetime, person: Person | None) -> dict[str, Any]:
    """The columns to write, when no rule is broken."""
    columns, rules = dict(record.person), AllAtOnce()
    cpf = columns["cpf"]
    if record.from_revenue:
        facts = rules.ask(revenue.look_up, cpf or "", of=person)
        columns |= facts.columns() if facts else {}
    elif person is not None and person.from_revenue:
        for name in tax.HANDED_OVER:
            same = columns[name] == getattr(person, name)
            rules.require(same, RuleBroken(FROM_REVENUE, code="from_revenue", field=name))
    if person is not None and person.cpf:
        rules.require(cpf == person.cpf, RuleBroken(CPF_STAYS, code="cpf_stays", field="cpf"))
    elif cpf and not record.from_revenue:
        rules.ask(revenue.require_free, cpf, of=person)
    has_ethnicity = columns["race"] != Race.INDIGENOUS or bool(columns["ethnicity"])
    rules.require(has_ethnicity, RuleBroken(NO_ETHNICITY, code="no_ethnicity", field="ethnicity"))
    has_city = columns["nationality"] != Nationality.BRAZILIAN or columns["birth_city"] is not None
    rules.require(has_city, RuleBroken(NO_CITY, code="no_birth_city", field="birth_city"))
    is_possible = _is_possible(columns["birth_date"], _day(at))
    rules.require(is_possible, RuleBroken(M46, code="birth_date", field="birth_date"))
    rules.settle()
    return columns


def _is_possible(birth: date, today: date) -> bool:
    """Not after today, and nobody lives longer than OLDEST years."""
    return birth <= today and today.year - birth.year <= OLDEST


def _require_free(manual: ManualCns | None) -> None:
    if manual is None:
        return
    rules = AllAtOnce()
    rules.require(bool(manual.reason), RuleBroken(NO_WHY, code="no_reason", field="manual_reason"))
    taken = Cns.objects.filter(number=manual.number).exists()
    rules.require(not taken, RuleBroken(CNS_TAKEN, code="cns_taken", field="manual_cns"))
    rules.settle()


def _keep_manual(person: Person, manual: ManualCns, today: date) -> None:
    """A definitive one is the principal of a record that has no other."""
    is_principal = manual.kind == CnsKind.DEFINITIVE
    Cns.objects.create(
        number=manual.number,
        person=person,
        kind=manual.kind,
        is_principal=is_principal,
        is_manual=True,
        manual_reason=manual.reason,
        assigned_on=today,
    )
    if is_principal:
        Person.objects.filter(pk=person.pk).update(cns=manual.number)


def _next_number(kind: str) -> str:
    """The number after the last of its kind that was given; who calls holds the lock."""
    first = numbers.screen_cns(kind, 1)
    series = first[: numbers.SERIES]
    last = Cns.objects.filter(number__startswith=series).aggregate(Max("number"))["number__max"]
    ordinal = int(last[numbers.SERIES : numbers.BASE]) if last else 0
    return numbers.screen_cns(kind, ordinal + 1)


def _write_details(person: Person, record: Record) -> None:
    """Each kind once: changed where it is there, made where it is not, gone where nothing is filled."""
    _put(Address, {"person": person, "kind": AddressKind.HOME}, record.address)
    for kind, columns in record.documents.items():
        _put(Document, {"person": person, "kind": kind}, columns)
    _put(CivilRecord, {"person": person}, record.civil_record)
    for kind, value in record.contacts.items():
        _put(Contact, {"person": person, "kind": kind}, {"value": value} if value else None)


def _put(model: type[Any], which: Mapping[str, Any], columns: Mapping[str, Any] | None) -> None:
    rows = model.objects.filter(**which).order_by("pk")
    if columns is None:
        rows.delete()
        return
    first = rows.first()
    if first is None:
        model.objects.create(**which, **columns)
        return
    changed = [name for name, value in columns.items() if getattr(first, name) != value]
    for name in changed:
        setattr(first, name, columns[name])
    if changed:
        first.save(update_fields=changed)


def _day(at: datetime) -> date:
    return at.astimezone(BRASILIA).date()
