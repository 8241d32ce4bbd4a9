"""Entering and leaving: what must be true to open a session, and what is written down about it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction

from accounts.models import Membership, User, account_of
from accounts.services.memberships import inactivate_idle_memberships
from accounts.services.people import open_account
from common import audit, clock, counters, documents, switches
from common.actor import Actor
from common.exceptions import RuleBroken
from registry.models import Person

NO_ACTIVE_PROFILE = "Seu CPF não possui perfil ativo no e-Gestor APS. Procure o gestor municipal."
GOVBR_CLOSED = (
    "A identificação gov.br simulada só existe na demonstração: um CPF sozinho não prova quem você é. Peça um link de "
    "acesso a quem administra este portal."
)
INACTIVE_PROFILE = "O seu perfil {profile} está INATIVO por falta de acesso. Quem reativa: {giver}, no e-Gestor APS."
LEVEL_TOO_LOW = "Sua conta gov.br é de nível bronze. Para entrar no e-Gestor APS é necessário nível prata ou ouro."
UNKNOWN_ACCOUNT = "Conta desconhecida"
# The trail can never be emptied, so nobody may fill it: failures of one kind of one login, and those of all logins that
# exist or do not, are written down this often within the time; the last one says that more are not.
FAILED, FAILURES, FAILURES_LAST = "sign_in.failed", 10, timedelta(hours=1)
KNOWN_FAILURES, UNKNOWN_FAILURES = 2000, 200


class Level(models.TextChoices):
    """Trust level of a gov.br account (nível da conta)."""

    BRONZE = "bronze", "Bronze"
    SILVER = "prata", "Prata"
    GOLD = "ouro", "Ouro"


@transaction.atomic
def sign_in_person(*, cpf: str, level: str, at: datetime) -> User:
    """Let a person in by the simulated gov.br and return the account, made at the first entry.

    Only in a demonstration (govbr_closed): the CPF is all that is asked. Raises RuleBroken when the level is too low
    (level_too_low) or no profile of the person is active at `at` (inactive_profile when one may be brought back,
    no_active_profile otherwise).
    """
    if not settings.DEMO:
        raise RuleBroken(GOVBR_CLOSED, code="govbr_closed")
    if level == Level.BRONZE:
        raise RuleBroken(LEVEL_TOO_LOW, code="level_too_low", field="level")
    return enter_as_person(cpf=cpf, at=at, proof="govbr_simulado", level=level)


@transaction.atomic
def enter_as_person(*, cpf: str, at: datetime, proof: str, **details: str) -> User:
    """Let in the person that `proof` has shown, and return the account. Raises RuleBroken without an active profile."""
    # Two first entries of one person wait for each other here; who only refers to the row does not wait.
    person = Person.objects.select_for_update(no_key=True).filter(cpf=cpf).first()
    if person is None or not _may_enter(person, at):
        raise _nothing_active(person)

    inactivate_idle_memberships(at=at, person_id=person.pk)
    record_access(person_id=person.pk, at=at)
    user = open_account(person)
    audit.record("sign_in.succeeded", target=user, by=Actor.identified(user, at=at), at=at, proof=proof, **details)
    return user


@transaction.atomic
def record_access(*, person_id: int, at: datetime) -> int:
    """Write that the person used the active profiles at `at`; returns how many changed."""
    used = Membership.objects.active().filter(person=person_id, last_access_at__lt=at)
    changed: int = used.update(last_access_at=at)
    return changed


@transaction.atomic
def record_password_sign_in(*, user_id: int, at: datetime) -> None:
    """Write that a fund entered with CNPJ and password."""
    user = User.objects.get(pk=user_id)
    audit.record("sign_in.succeeded", target=user, by=Actor.identified(user, at=at), at=at, proof="senha")


@transaction.atomic
def record_failure(*, kind: str, login: str, reason: str, at: datetime, **details: str) -> None:
    """Write that somebody failed to enter, up to FAILURES times an hour; the document appears masked."""
    user = User.objects.filter(login=login).first()
    everybody = ("known", KNOWN_FAILURES) if user else ("unknown", UNKNOWN_FAILURES)
    for who, most in ((f"{login} {reason}", FAILURES), everybody):
        times = counters.count(FAILED, who, lasts=FAILURES_LAST, at=clock.real(at)).times
        if times > most:
            return
        if times == most:
            details["more"] = "not_recorded"
    user = user or User(pk=0, kind=kind, name=UNKNOWN_ACCOUNT)
    audit.record(
        FAILED, target=user, by=Actor.routine("sign_in", at), at=at, login=_masked(login), reason=reason, **details
    )


@transaction.atomic
def record_sign_out(*, user_id: int, at: datetime) -> None:
    """Write that a session was closed by its owner."""
    user = User.objects.get(pk=user_id)
    audit.record("sign_out", target=user, by=Actor.identified(user, at=at), at=at)


def _may_enter(person: Person, at: datetime) -> bool:
    if _is_closed(person):
        return False
    return person.memberships.usable_at(at, days=switches.now().membership_idle_days).exists()


def _is_closed(person: Person) -> bool:
    account = account_of(person)
    return account is not None and not account.is_active


def _nothing_active(person: Person | None) -> RuleBroken:
    """Why nobody enters: a profile that may be brought back is called INATIVO, with who does it."""
    kept = Membership.objects.exclude(status=Membership.Status.EXCLUDED).filter(person=person)
    profile = kept.select_related("entity__municipality__uf", "entity__uf").order_by("-last_access_at", "-pk").first()
    # A closed account enters by no profile.
    if profile is None or (person and _is_closed(person)):
        return RuleBroken(NO_ACTIVE_PROFILE, code="no_active_profile")
    return RuleBroken(INACTIVE_PROFILE.format(profile=profile, giver=profile.giver), code="inactive_profile")


def _masked(login: str) -> str:
    return documents.mask_cpf(login) if documents.is_cpf(login) else documents.mask_cnpj(login)
