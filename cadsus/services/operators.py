"""«Cadastro de usuário» of the SGOP: whoever the registry knows becomes an operator, without any access yet."""

from datetime import datetime

from django.db import transaction

from cadsus.models import Operator
from cadsus.permissions import Permission
from cadsus.services.quality import require_quality
from common import audit, permissions
from common.actor import Actor
from common.exceptions import AllAtOnce, RuleBroken
from registry.models import Person

TERMS_VERSION = "1.0"
NOT_YOURS = "Informe o seu próprio {number}: o cadastro é feito pelo próprio profissional."
NOT_ACCEPTED = "Aceite o termo de uso para se cadastrar."
ALREADY = "Você já está cadastrado como operador."


def operator_of(account_id: int | None) -> Operator | None:
    """The record of an account as an operator; None before «Cadastro de usuário»."""
    return Operator.objects.filter(person__user=account_id).select_related("person").first()


@transaction.atomic
def register_operator(*, cpf: str, cns: str, has_accepted: bool, by: Actor, at: datetime) -> Operator:
    """Register the person of the session. Raises RuleBroken with the field at fault, or M33."""
    person = Person.objects.select_for_update(no_key=True).get(user=by.author_id)

    permissions.require(by, Permission.REGISTER_OPERATOR)
    if Operator.objects.filter(person=person).exists():
        raise RuleBroken(ALREADY, code="already_registered")
    rules = AllAtOnce()
    rules.require(cpf == person.cpf, RuleBroken(NOT_YOURS.format(number="CPF"), code="not_yours", field="cpf"))
    rules.require(cns == person.cns, RuleBroken(NOT_YOURS.format(number="CNS"), code="not_yours", field="cns"))
    rules.require(has_accepted, RuleBroken(NOT_ACCEPTED, code="not_accepted", field="has_accepted"))
    rules.ask(require_quality, person)
    rules.settle()

    operator: Operator = Operator.objects.create(person=person, registered_at=at, terms_version=TERMS_VERSION)
    audit.record("operator.registered", target=operator, by=by, at=at, terms_version=TERMS_VERSION)
    return operator
