"""What every registration of the Módulo de Gestores asks: the entity in line, the person and a free e-mail."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import QuerySet

from accounts.services.people import open_account
from common.exceptions import RuleBroken
from common.legal_time import BRASILIA
from pki.models import Certificate, Medium
from registry import lookup
from registry.models import Person
from siops.models import HealthManager, Technician
from territory.models import Entity

PERSON_NOT_FOUND = "Pessoa não encontrada no CADSUS."
NAME_DIFFERS = "O nome não confere com o cadastro desta pessoa no CADSUS. Clique em Buscar para conferir."
# A certificate that ends within this time may be replaced by a new one.
RENEWAL = timedelta(days=30)
EMAIL_TAKEN = "Este e-mail já pertence a outro usuário do ente."


def lock_entity(entity_id: int) -> Entity:
    """The entity, locked: who changes who answers for it waits in line here."""
    rows = Entity.objects.select_for_update(no_key=True, of=("self",)).select_related("municipality__uf", "uf")
    entity: Entity = rows.get(pk=entity_id)
    return entity


def hold_entity(entity_id: int) -> None:
    """The same lock, for who has read the entity already."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM territory_entity WHERE id = %s FOR NO KEY UPDATE", [entity_id])


def find_name(*, cpf: str) -> str:
    """The name that the CADSUS has for a CPF. Raises RuleBroken (person_not_found), and as registry.lookup does."""
    return _found(cpf).name


def find_named_person(*, cpf: str, name: str) -> Person:
    """The person of that CPF, locked and with an account.

    Raises RuleBroken (person_not_found, name_differs), and as registry.lookup does.
    """
    person = _found(cpf, locked=True)
    if not same_name(name, person.name):
        raise RuleBroken(NAME_DIFFERS, code="name_differs", field="name")
    open_account(person)
    return person


def _found(cpf: str, *, locked: bool = False) -> Person:
    person = lookup.find(cpf=cpf, field="cpf", locked=locked)
    if person is None:
        raise RuleBroken(PERSON_NOT_FOUND, code="person_not_found", field="cpf")
    return person


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same, but for accents, capitals and spaces."""
    return _plain(one) == _plain(other)


def require_free_email(
    *, entity: Entity, email: str, person: Person, leaving: HealthManager | Technician | None = None
) -> None:
    """Refuse an e-mail of another current user of the entity; the record that is leaving no longer counts."""
    for model in (HealthManager, Technician):
        taken = model.objects.current().filter(entity=entity, email__iexact=email).exclude(person=person)
        if isinstance(leaving, model):
            taken = taken.exclude(pk=leaving.pk)
        if taken.exists():
            raise RuleBroken(EMAIL_TAKEN, code="email_taken", field="email")


def certificates_in_force(at: datetime) -> QuerySet[Certificate]:
    """The e-CPFs in force at `at`; those on a medium that was destroyed no longer serve."""
    of_people = Certificate.objects.that_prove_a_person().filter(holder_kind=Certificate.HolderKind.PERSON)
    return of_people.in_force_at(at).exclude(medium__status=Medium.Status.DESTROYED)


def valid_certificates(person: Person, at: datetime) -> QuerySet[Certificate]:
    """The person's e-CPFs in force at `at`."""
    return certificates_in_force(at).filter(holder_document=person.cpf_text)


def has_valid_certificate(person: Person, at: datetime) -> bool:
    """Whether the person can enter by certificate at `at`."""
    return valid_certificates(person, at).exists()


def may_have_another_certificate(person: Person, at: datetime) -> bool:
    """Whether the person holds none at `at` that opens, or only such as end within RENEWAL.

    A blocked one does not count: who has lost the PUK as well has no other way to a certificate.
    """
    usable = valid_certificates(person, at).exclude(medium__status=Medium.Status.BLOCKED)
    return not usable.filter(not_after__gt=at + RENEWAL).exists()


def legal_date(at: datetime) -> date:
    """The Brasília day of `at`."""
    return at.astimezone(BRASILIA).date()


def _plain(name: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(bare.casefold().split())
