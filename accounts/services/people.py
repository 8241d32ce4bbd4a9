"""People as accounts meet them: finding one by CPF, keeping the contact right, and opening an account."""

from datetime import datetime

from django.db import transaction

from accounts.models import User, account_of
from accounts.permissions import Permission
from common import audit, permissions
from common.actor import Actor
from common.exceptions import RuleBroken
from registry import lookup
from registry.models import Person

NOT_FOUND = "CPF não encontrado."


def find_person(*, cpf: str) -> Person:
    """The person of that CPF in the registry. Raises RuleBroken (person_not_found), and as registry.lookup does."""
    person = lookup.find(cpf=cpf, field="cpf")
    if person is None:
        raise RuleBroken(NOT_FOUND, code="person_not_found", field="cpf")
    return person


@transaction.atomic
def change_contact(*, person_id: int, email: str, phone: str, by: Actor, at: datetime) -> Person:
    """«Alterar Cadastro»: new e-mail and telephone of a person, and of the account's e-mail with it.

    Raises NotPermitted unless `by` is the Gestor da AB of an entity where the person has a profile.
    """
    person = Person.objects.select_for_update(no_key=True).get(pk=person_id)

    permissions.require(by, Permission.CHANGE_CONTACT, person)
    person.email, person.phone = email, phone
    person.save(update_fields=["email", "phone"])
    if account := account_of(person):
        account.email = email
        account.save(update_fields=["email"])
    audit.record("person.contact_changed", target=person, by=by, at=at)
    return person


def open_account(person: Person) -> User:
    """The person's account, opened when there is none; call with the person's row locked.

    Its login is the CPF, by which whoever gets here was found.
    """
    account = account_of(person)
    if account is None:
        if not person.cpf:
            raise TypeError("an account needs a CPF to enter with")
        account = User.objects.create_user(
            person.cpf, kind=User.Kind.PERSON, name=person.name, email=person.email, person=person
        )
    return account
