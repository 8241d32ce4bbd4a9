"""What systems tell the registry (PIX): a record added, revised, or two that are one. The rules are of the CADSUSWEB.

A record is known by the system's own identifier, else by its CPF or CNS. Told again, what is known is brought up to
date; what changes nothing leaves nothing behind, so that the same message twice has one effect.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q

from cadsus.models import LocalIdentifier
from cadsus.services import people, unification
from cadsus.services.records import keep_history, locked, locked_one, photograph, require_registrar, save_version
from common import audit
from common.actor import Actor
from common.exceptions import RuleBroken
from pki.services.locks import take
from registry import lookup, snapshot
from registry.models import Cns, Person
from registry.models.tables import CnsKind, TransactionKind

SOURCE = "Informado por sistema (PIX)."
UNIFIED = "Junção informada por sistema (PIX)."
# As another consumer of the CADSUS words it.
NOT_FOUND = "O usuário SUS não consta na base do CADSUS"
NO_LOCAL = "Informe ao menos um identificador local do paciente (id e raiz)."
# More of one record, or records of one merge, than anybody tells in one message.
MOST = 20
TOO_MANY = f"Informe no máximo {MOST} identificadores, ou cadastros, por mensagem."
TWO_RECORDS = "Os identificadores informados são de cadastros diferentes. Envie a junção (PRPA_IN201304UV02) antes."


@dataclass(frozen=True, slots=True)
class Identifiers:
    """By what a message calls somebody: own identifiers (root, extension), and numbers of the registry."""

    local: tuple[tuple[str, str], ...] = ()
    cpf: str = ""
    cns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """A record as the message tells it, on top of what is known of the person; whether it is to be inactive."""

    record: people.Record
    is_inactive: bool = False


# The record for who is known, or for somebody new (None). Raises RuleBroken for every field that is wrong.
Fill = Callable[[Person | None], Told]


@transaction.atomic
def add(*, known_by: Identifiers, fill: Fill, by: Actor, at: datetime) -> Person:
    """«Inclusão»: a new record, or what is known of it brought up to date.

    A definitive CNS is given to who has a CPF or a certidão, and a provisional one to all others. Raises RuleBroken.
    """
    person = _who(known_by, by)
    if person is not None:
        return _brought_up_to_date(person, known_by, fill, by=by, at=at)
    told = fill(None)
    is_proven = bool(told.record.person["cpf"] or told.record.civil_record)
    kind = CnsKind.DEFINITIVE if is_proven else CnsKind.PROVISIONAL
    person = people.create_person(record=told.record, manual=None, kind=kind, by=by, at=at)
    return _settled(person, known_by, told, by=by, at=at)


@transaction.atomic
def revise(*, known_by: Identifiers, fill: Fill, by: Actor, at: datetime) -> Person:
    """«Revisão» of who is known. Raises RuleBroken: unknown_record when nobody is."""
    person = _who(known_by, by)
    if person is None:
        raise RuleBroken(NOT_FOUND, code="unknown_record")
    return _brought_up_to_date(person, known_by, fill, by=by, at=at)


@transaction.atomic
def merge(*, survivor: Identifiers, absorbed: Sequence[Identifiers], by: Actor, at: datetime) -> None:
    """«Junção»: the unification of the CADSUSWEB. What is one record already stays as it is. Raises RuleBroken."""
    take(people.CNS_NUMBERS)
    require_registrar(by)
    lookup.require_available()
    _require_few(len(absorbed))
    found = [_one_of(each, by) for each in (survivor, *absorbed)]
    if not absorbed or None in found:
        raise RuleBroken(NOT_FOUND, code="unknown_record")
    first, *others = [person.pk for person in found if person is not None]
    absorbed_ids = sorted({pk for pk in others if pk != first})
    if absorbed_ids:
        # Nobody looked at a preview: what is locked now is what is unified.
        shown = snapshot.digest(snapshot.take(locked([first, *absorbed_ids])))
        unification.unify(survivor_id=first, absorbed_ids=absorbed_ids, reason=UNIFIED, shown_hash=shown, by=by, at=at)


def number_of(root: str, extension: str, *, by: Actor) -> str:
    """A CNS of the record that this system calls so; "" when it calls none so."""
    people_found = _by_local(Identifiers(local=((root[:200], extension[:200]),)), by)
    rows = Cns.objects.filter(person__in=people_found, is_active=True).order_by("-is_principal", "number")
    return str(rows.values_list("number", flat=True).first() or "")


def _who(known_by: Identifiers, by: Actor) -> Person | None:
    """Whom a message is about, locked; None when nobody is known by any of it. One message at a time."""
    take(people.CNS_NUMBERS)
    require_registrar(by)
    lookup.require_available()
    if not known_by.local:
        raise RuleBroken(NO_LOCAL, code="no_local_identifier")
    person = _one_of(known_by, by)
    return locked_one(person.pk) if person else None


def _one_of(known_by: Identifiers, by: Actor) -> Person | None:
    """The one record that all of it leads to, through unifications. Raises RuleBroken when it leads to two."""
    _require_few(len(known_by.local) + len(known_by.cns))
    found = {person.pk: person for person in (*_by_local(known_by, by), *_by_numbers(known_by))}
    if len(found) > 1:
        raise RuleBroken(TWO_RECORDS, code="two_records")
    return next(iter(found.values()), None)


def _require_few(count: int) -> None:
    if count > MOST:
        raise RuleBroken(TOO_MANY, code="too_many_identifiers")


def _by_local(known_by: Identifiers, by: Actor) -> list[Person]:
    if not known_by.local:
        return []
    called = reduce(or_, (Q(root=root, extension=extension) for root, extension in known_by.local))
    mine = LocalIdentifier.objects.of(by.system).filter(called).select_related("person__survivor").order_by("pk")
    return [row.person.survivor or row.person for row in mine]


def _by_numbers(known_by: Identifiers) -> list[Person]:
    numbers = [number for number in (known_by.cpf, *known_by.cns) if number]
    return list(Person.objects.filter(lookup.bears(*numbers))) if numbers else []


def _brought_up_to_date(person: Person, known_by: Identifiers, fill: Fill, *, by: Actor, at: datetime) -> Person:
    """Corrected as in the CADSUSWEB, unless nothing changes: then not even a version is left."""
    told = fill(person)
    before = photograph(person.pk)[person.pk]
    with transaction.atomic():
        corrected = people.correct_person(
            person_id=person.pk, version=person.version, record=told.record, why=SOURCE, by=by, at=at
        )
        if not snapshot.changes(before, photograph(person.pk)[person.pk]):
            corrected = person
            transaction.set_rollback(True)
    return _settled(corrected, known_by, told, by=by, at=at)


def _settled(person: Person, known_by: Identifiers, told: Told, *, by: Actor, at: datetime) -> Person:
    """What the message says besides the record: its identifiers, and that the record is not to be used any more."""
    LocalIdentifier.objects.bulk_create(
        (
            LocalIdentifier(holder=by.system, root=root, extension=extension, person=person, known_since=at)
            for root, extension in known_by.local
        ),
        ignore_conflicts=True,
    )
    _aggregate(person, known_by.cns, by=by, at=at)
    if told.is_inactive and person.is_active:
        people.set_standing(
            person_id=person.pk,
            version=locked_one(person.pk).version,
            is_active=False,
            reason=SOURCE,
            why=SOURCE,
            by=by,
            at=at,
        )
    return person


def _aggregate(person: Person, numbers: Sequence[str], *, by: Actor, at: datetime) -> None:
    """CNS that nobody has become further provisional numbers: what a system says of their kind proves nothing."""
    taken = set(Cns.objects.filter(number__in=numbers).values_list("number", flat=True))
    fresh = [number for number in dict.fromkeys(numbers) if number not in taken]
    if not fresh:
        return
    before = photograph(person.pk)
    Cns.objects.bulk_create(
        Cns(number=number, person=person, kind=CnsKind.PROVISIONAL, is_manual=True, manual_reason=SOURCE)
        for number in fresh
    )
    save_version(locked_one(person.pk), [])
    keep_history(kind=TransactionKind.MAINTAINED, before=before, after=photograph(person.pk), by=by, at=at)
    audit.record("cns.aggregated", target=person, by=by, at=at, count=len(fresh))
