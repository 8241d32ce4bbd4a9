"""The doors: the simulated gov.br of the SGOP and CADSUSWEB, and CPF and password of the SISRede."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.models import PasswordLink, User, account_of
from accounts.services import passwords
from accounts.services.access_links import use_up
from accounts.services.people import open_account
from accounts.services.sign_in import GOVBR_CLOSED
from cadsus.doors import SGOP_LINK, SISREDE
from cadsus.models import Posting
from common import audit
from common.actor import Actor
from common.exceptions import RuleBroken
from registry.models import Person

UNKNOWN_CPF = "CPF não encontrado no cadastro nacional."
NOT_POSTED = "Você não tem função em vigor em unidade alguma. Procure o gerente da unidade ou a TI municipal."
FIRST_SET_ANOTHER = "Defina a senha do SISRede antes de entrar: use «Esqueceu a senha?»."


@transaction.atomic
def enter_sgop(*, cpf: str, at: datetime) -> User:
    """Let in whoever the registry knows, by the simulated gov.br, and return the account, made at the first entry.

    Only in a demonstration (govbr_closed): the CPF is all that is asked.
    """
    if not settings.DEMO:
        raise RuleBroken(GOVBR_CLOSED, code="govbr_closed")
    return _enter_sgop(cpf, proof="govbr_simulado", at=at)


@transaction.atomic
def enter_sgop_by_link(*, secret: str, at: datetime) -> User:
    """Let in, once, whom who runs the portal gave a link: outside a demonstration the only way into the SGOP.

    Raises RuleBroken: dead_link, or unknown_cpf, which leaves the link alive.
    """
    return _enter_sgop(use_up(secret=secret, page=SGOP_LINK, at=at).person.cpf_text, proof="link_de_acesso", at=at)


def _enter_sgop(cpf: str, *, proof: str, at: datetime) -> User:
    person = Person.objects.select_for_update(no_key=True, of=("self",)).select_related("user").filter(cpf=cpf).first()
    if person is None or ((known := account_of(person)) is not None and not known.is_active):
        raise RuleBroken(UNKNOWN_CPF, code="unknown_cpf", field="cpf")
    user = open_account(person)
    audit.record("sign_in.succeeded", target=user, by=Actor.identified(user, at=at), at=at, proof=proof)
    return user


@transaction.atomic
def enter_sisrede(*, user_id: int, at: datetime) -> User:
    """Let in who has given the right password. Raises RuleBroken: new_password_needed, or not_posted."""
    person = Person.objects.select_for_update(no_key=True, of=("self",)).select_related("user").get(user=user_id)
    if not _was_set_for_sisrede(person):
        raise RuleBroken(FIRST_SET_ANOTHER, code="new_password_needed")
    if not Posting.objects.in_force_at(at).of_account(user_id).exists():
        raise RuleBroken(NOT_POSTED, code="not_posted")
    user = open_account(person)
    audit.record("sign_in.succeeded", target=user, by=Actor.identified(user, at=at), at=at, proof="senha")
    return user


@transaction.atomic
def send_recovery(*, cpf: str, at: datetime) -> list[PasswordLink]:
    """«Esqueceu a senha?»: a link to the e-mail of the person's record; none for who has no function."""
    person = Person.objects.filter(cpf=cpf, user__is_active=True).select_related("user").first()
    if person is None or (user := account_of(person)) is None or not person.email:
        return []
    if not Posting.objects.in_force_at(at).of_account(user.pk).exists():
        return []
    return passwords.resend_password_links(
        user_id=user.pk, emails=[person.email], template="password_sisrede", door=SISREDE, at=at
    )


def _was_set_for_sisrede(person: Person) -> bool:
    """A password set by another system's link, in a mailbox that somebody else named, opens nothing here.

    One that came with the synthetic world was set by no link.
    """
    link = PasswordLink.objects.filter(user__person=person).that_set_the_password().first()
    if link is None:
        return True
    return link.door == SISREDE.name and link.sent_to.casefold() == person.email.casefold()
