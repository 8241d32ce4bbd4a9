"""What the tests of the CADSUSWEB need: operators of a unit, records, and the forms as they are filled."""

from __future__ import annotations

from datetime import date
from typing import Any

from accounts.models import User
from cadsus.models import Unification
from cadsus.services import unification
from cadsus.services.people import Record
from common.actor import Actor
from registry import snapshot
from registry.models import Cns, Person
from registry.models.tables import CnsKind
from tests.clock import now
from tests.factories import make_cns, make_municipality, make_person
from tests.factories.cadsus import in_sgop, make_access, make_worker

WHY = "Conferi os documentos de ambos"
_numbers = iter(range(900_000, 999_999))


def make_registrar(profile: str = "registrar", **worker: Any) -> User:
    """An operator with an approved access to a unit of the own."""
    user = make_worker(**worker)
    make_access(user, status="approved", profile=profile)
    return user


def registrar() -> Actor:
    return in_sgop(make_registrar())


def make_citizen(**facts: Any) -> Person:
    """A record that the form takes as it is: born in some municipality of Brazil."""
    return make_person(**{"birth_city": make_municipality()} | facts)


def make_cns_row(person: Person, kind: str = CnsKind.PROVISIONAL, **columns: Any) -> Cns:
    """One more number of a person."""
    return Cns.objects.create(number=make_cns(next(_numbers)), person=person, kind=kind, **columns)


def make_pair(**of_the_second: Any) -> tuple[Person, Person]:
    """Two records of one person: only the first has a CPF; each has a definitive number and a provisional one."""
    same = {
        "name": "Zuleica Andrade Pinho",
        "mother": "Odete Andrade Pinho",
        "birth_date": date(1984, 3, 9),
        "sex": "F",
    }
    first = make_person(**same, birth_city=make_municipality())
    second = make_person(**same | {"cpf": None, "birth_city": make_municipality()} | of_the_second)
    for person in (first, second):
        make_cns_row(person)
    return first, second


def facts_of(person: Person, **changed: Any) -> Record:
    """The form as it comes up for a record, with something changed."""
    names = (
        "cpf", "name", "social_name", "mother", "father", "birth_date", "sex", "race", "ethnicity", "nationality",
        "birth_country", "birth_city", "email", "phone", "is_nomad",
    )  # fmt: skip
    return Record(person={name: getattr(person, name) for name in names} | changed)


def unify(survivor: Person, *absorbed: Person, by: Actor, **options: Any) -> Unification:
    """As the preview showed it."""
    ids = [person.pk for person in absorbed]
    shown = unification.preview_unification(survivor_id=survivor.pk, people=ids, by=by).shown_hash
    given = {"reason": WHY, "shown_hash": shown} | options
    return unification.unify(survivor_id=survivor.pk, absorbed_ids=ids, by=by, at=now(), **given)


def undo(done: Unification, *, by: Actor, **options: Any) -> Unification:
    shown = unification.preview_undo(unification_id=done.pk, by=by).shown_hash
    given = {"reason": "Eram duas pessoas", "shown_hash": shown} | options
    return unification.undo_unification(unification_id=done.pk, by=by, at=now(), **given)


def photographs(*people: Person) -> dict[int, snapshot.Photograph]:
    return snapshot.take([person.pk for person in people])


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)
