"""People of the synthetic registry: finding one by CPF and keeping the contact right."""

from datetime import datetime

from django.db import transaction

from accounts.models import Person, User
from accounts.permissions import Permission
from common import audit, permissions
from common.actor import Actor
from common.exceptions import RuleBroken

NOT_FOUND = "CPF não encontrado."


def find_person(*, cpf: str) -> Person:
    """The person of that CPF in the simulated registry. Raises RuleBroken (person_not_found)."""
    person = Person.objects.filter(cpf=cpf).first()
    if person is None:
        raise RuleBroken(NOT_FOUND, code="person_not_found", field="cpf")
    return person


@transaction.atomic
def change_contact(*, person_id: int, email: str, phone: str, by: Actor, at: datetime) -> Person:
    """«Alterar Cadastro»: new e-mail and telephone of a person, and of the account's e-mail with it.

    Raises NotPermitted unless `by` is the Gestor da AB of an entity where the person has a profile.
    """
    person = Person.objects.select_for_update(of=("self",), no_key=True).select_related("user").get(pk=person_id)

    permissions.require(by, Permission.CHANGE_CONTACT, person)
    person.email, person.phone = email, phone
    person.save(update_fields=["email", "phone"])
    if person.user is not None:
        person.user.email = email
        person.user.save(update_fields=["email"])
    audit.record("person.contact_changed", target=person, by=by, at=at)
    return person


def account_of(person: Person) -> User:
    """The person's account, opened when there is none; call with the person's row locked."""
    if person.user is None:
        person.user = User.objects.create_user(person.cpf, kind=User.Kind.PERSON, name=person.name, email=person.email)
        person.save(update_fields=["user"])
    return person.user
