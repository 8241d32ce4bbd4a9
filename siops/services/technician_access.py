"""The technician's door (SM-3, T4, T8): first access, sign-in by CPF and password, «ESQUECEU A SENHA».

The password is of the person, the mailbox is of each registration. A password therefore opens only the entities whose
registration bears the e-mail that received the link by which it was set, and only if set after the registration: a
secretary who registers somebody else's technician gains nothing elsewhere.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django_fsm import can_proceed

from accounts.models import PasswordLink, User, account_of
from accounts.services import passwords
from common import audit
from common.actor import Actor
from common.exceptions import RuleBroken
from siops.doors import TECHNICIAN
from siops.models import Technician
from siops.services.registry import lock_entity

Status = Technician.Status

FIRST_SET_ANOTHER = (
    "Defina uma nova senha antes de entrar: abra o link enviado ao e-mail do seu cadastro ou use «ESQUECEU A SENHA»."
)
TO_REGISTER_AGAIN = (
    "O Secretário de Saúde mudou: o novo Secretário precisa cadastrar novamente o responsável pelo envio de dados, "
    "mesmo que seja a mesma pessoa."
)
SUBSTITUTED = "Outra pessoa é agora a responsável pelo envio de dados do ente. Procure o Secretário de Saúde."


@transaction.atomic
def send_first_access(*, technician_id: int, at: datetime) -> PasswordLink:
    """E2: send the one-time link to the e-mail of a registration just made."""
    technician = Technician.objects.select_related("person__user", "entity__municipality__uf", "entity__uf").get(
        pk=technician_id
    )
    return passwords.send_password_link(
        user_id=_account(technician).pk,
        email=technician.email,
        template="siops_technician_access",
        door=TECHNICIAN,
        at=at,
        technician=technician,
        portal=settings.PORTAL_URL,
    )


@transaction.atomic
def send_recovery(*, cpf: str, at: datetime) -> list[PasswordLink]:
    """«ESQUECEU A SENHA»: a link to the present e-mail of each of the person's registrations; none for anybody else."""
    able = Technician.objects.able().filter(person__cpf=cpf, person__user__is_active=True)
    technicians = list(able.select_related("person__user"))
    if not technicians:
        return []
    return passwords.resend_password_links(
        user_id=_account(technicians[0]).pk,
        emails=[technician.email for technician in technicians],
        template="password_technician",
        door=TECHNICIAN,
        at=at,
    )


@transaction.atomic
def leave_mailbox(*, technician_id: int, email: str, at: datetime) -> None:
    """After «ALTERAR»: a link on its way to a mailbox that is of no registration of the person sets no password."""
    technician = Technician.objects.select_related("person__user").get(pk=technician_id)
    registrations = Technician.objects.able().filter(person=technician.person_id, email__iexact=email)
    if not registrations.exists():
        passwords.withdraw_links_to(user_id=_account(technician).pk, email=email, at=at)


def find_openings(*, user_id: int) -> list[Technician]:
    """The registrations that the person's present password opens.

    Raises RuleBroken when there is none: new_password_needed, to_register_again or substituted.
    """
    records = Technician.objects.filter(person__user=user_id).select_related("entity__municipality__uf", "entity__uf")
    link = PasswordLink.objects.filter(user=user_id).that_set_the_password().first()
    opened = [record for record in records if _opens(record, link)]
    if not opened:
        raise _refusal({record.status for record in records})
    return opened


@transaction.atomic
def sign_in_technician(*, technician_id: int, user_id: int, at: datetime) -> Technician:
    """Open the session of a registration to who has given the right password; the first time it becomes ATIVO.

    Raises RuleBroken as find_openings does.
    """
    lock_entity(Technician.objects.values_list("entity", flat=True).get(pk=technician_id))
    technician = next((t for t in find_openings(user_id=user_id) if t.pk == technician_id), None)
    if technician is None:
        raise RuleBroken(FIRST_SET_ANOTHER, code="new_password_needed")
    user = User.objects.get(pk=user_id)

    if can_proceed(technician.enter_first):
        technician.enter_first(at=at)
        technician.save(update_fields=["status", "first_access_at"])
        audit.record("technician.entered_first", target=technician, by=Actor.identified(user, at=at), at=at)
    audit.record("sign_in.succeeded", target=technician, by=Actor.identified(user, at=at), at=at, proof="senha")
    return technician


def _opens(technician: Technician, link: PasswordLink | None) -> bool:
    if technician.status not in Technician.ABLE:
        return False
    if link is None or link.used_at is None:
        # A password that came with the synthetic world, for who is past the first access.
        return technician.status == Status.ACTIVE
    was_for_it = link.door == TECHNICIAN.name and link.sent_to.casefold() == technician.email.casefold()
    return was_for_it and link.used_at >= technician.registered_at


def _refusal(statuses: set[str]) -> RuleBroken:
    if statuses & set(Technician.ABLE):
        return RuleBroken(FIRST_SET_ANOTHER, code="new_password_needed")
    if Status.TO_REGISTER_AGAIN in statuses:
        return RuleBroken(TO_REGISTER_AGAIN, code="to_register_again")
    return RuleBroken(SUBSTITUTED, code="substituted")


def _account(technician: Technician) -> User:
    """Every registration opens the person's account first."""
    user = account_of(technician.person)
    if user is None:
        raise TypeError("a registered technician has an account")
    return user
