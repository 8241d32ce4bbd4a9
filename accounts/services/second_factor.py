"""The second factor of the team: enrolled at the first entry, shown at each, reset by another administrator.

Its time is the real one. A published secret is for the demonstration alone: outside of it, it is as if there were none.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NoReturn
from urllib.parse import quote

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac
from django_otp.oath import hotp

from accounts.automatic import PREFIX as AUTOMATIC
from accounts.factors import RecoveryCode, SecondFactor
from accounts.models import User
from accounts.permissions import Permission
from accounts.published import published_secret
from accounts.services.sign_in import record_failure
from common import audit, clock, counters, permissions, vault
from common.actor import Actor
from common.exceptions import RuleBroken

STEP, DIGITS, SECRET_BYTES = 30, 6, 20
# Steps that a clock may be behind or ahead. Many enter as one member of the demonstration within the same thirty
# seconds, each with a code of their own: the published authenticators may run ahead.
BEHIND, AHEAD, AHEAD_PUBLISHED = 1, 1, 40
RECOVERY_CODES, ALPHABET = 10, "23456789ABCDEFGHJKMNPQRSTVWXYZ"
TRIES, MOST, LASTS = "second_factor", 10, timedelta(minutes=15)
ROUTINE = "command_line"
WRONG = "Código incorreto ou já usado. Espere o próximo código do autenticador."
TOO_MANY = "Muitos códigos incorretos. Tente de novo em 15 minutos."
ALREADY = "Esta conta já tem um segundo fator."
NONE = "Esta conta ainda não cadastrou o segundo fator."
NOT_FOUND = "Não há conta da equipe «{login}»."


@dataclass(frozen=True)
class Shown:
    """What the demonstration shows of the authenticator of its own team, so that nobody needs a telephone."""

    secret: str = field(repr=False)
    code: str = field(repr=False)


def factor_of(user: User) -> SecondFactor | None:
    """The factor of the account, where it counts here."""
    return _in_force(SecondFactor.objects.filter(user=user), user)


def new_secret(user: User) -> bytes:
    """For an enrolment: drawn, or in the demonstration that of its member."""
    return (settings.DEMO and published_secret(user.login)) or secrets.token_bytes(SECRET_BYTES)


def in_base32(secret: bytes) -> str:
    return base64.b32encode(secret).decode().rstrip("=")


def address_of(user: User, secret: bytes) -> str:
    """What the QR code says to an authenticator."""
    return f"otpauth://totp/Ensaio:{quote(user.login)}?secret={in_base32(secret)}&issuer=Ensaio&digits={DIGITS}"


def shown_in_demo(user: User, *, at: datetime) -> Shown | None:
    """The secret and the next unused code of a member of the demonstration; None of anybody else."""
    secret = published_secret(user.login) if settings.DEMO else None
    if secret is None:
        return None
    factor = factor_of(user)
    if factor is not None and _secret(factor) != secret:
        return None
    last = factor.last_step if factor else 0
    return Shown(in_base32(secret), _code(secret, max(_step(at), last + 1)))


def enrol(*, user_id: int, secret: bytes, code: str, at: datetime) -> list[str]:
    """Keep the secret whose code was right, and return ten recovery codes, which are nowhere else in the clear.

    Raises RuleBroken: too_many, wrong_code, already.
    """
    _count(user_id, at)
    user = User.objects.get(pk=user_id)
    step = _step_of(code, secret, after=0, ahead=_ahead(user, secret), at=at)
    if step is None:
        _fail(user, at)
    codes = _enrol(user_id, secret, step, at)
    counters.forget(TRIES, str(user_id))
    return codes


def prove(*, user_id: int, code: str, at: datetime) -> None:
    """Show a code of the authenticator, or a recovery code. Raises RuleBroken: too_many, wrong_code."""
    _count(user_id, at)
    user = User.objects.get(pk=user_id)
    if not _is_right(user, code, at):
        _fail(user, at)
    counters.forget(TRIES, str(user_id))


@transaction.atomic
def reset_second_factor(*, user_id: int, by: Actor, at: datetime) -> None:
    """An administrator lets somebody else of the team, who lost the authenticator, enrol another.

    Raises NotPermitted, or RuleBroken (none).
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    permissions.require(by, Permission.RESET_SECOND_FACTOR, user)
    _reset(user, by, at)


@transaction.atomic
def erase_second_factor(*, login: str, at: datetime) -> None:
    """The same from the command line of the machine. Raises RuleBroken: not_found, none."""
    user = User.objects.select_for_update(no_key=True).filter(login=login, kind=User.Kind.STAFF).first()
    if user is None:
        raise RuleBroken(NOT_FOUND.format(login=login), code="not_found", field="login")
    _reset(user, Actor.routine(ROUTINE, at), at)


def team_of(actor: Actor) -> QuerySet[User]:
    """The accounts of the team, for who reads that page; nobody else sees any."""
    if not actor.has_perm(Permission.READ_TEAM):
        return User.objects.none()
    people = User.objects.exclude(login__startswith=AUTOMATIC)
    team = people.filter(kind=User.Kind.STAFF, is_active=True)
    return team.select_related("second_factor").order_by("name", "pk")


def _reset(user: User, by: Actor, at: datetime) -> None:
    if not SecondFactor.objects.filter(user=user).delete()[0]:
        raise RuleBroken(NONE, code="none")
    audit.record("second_factor.reset", target=user, by=by, at=at)


@transaction.atomic
def _enrol(user_id: int, secret: bytes, step: int, at: datetime) -> list[str]:
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    if factor_of(user) is not None:
        raise RuleBroken(ALREADY, code="already")
    kept = {"sealed_secret": vault.seal(secret), "enrolled_at": at, "last_step": step}
    factor, _ = SecondFactor.objects.update_or_create(user=user, defaults=kept)
    factor.recovery_codes.all().delete()
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, digest=_digest(user, code)) for code in codes)
    audit.record("second_factor.enrolled", target=user, by=Actor.identified(user, at=at), at=at)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


@transaction.atomic
def _is_right(user: User, code: str, at: datetime) -> bool:
    factor = _in_force(SecondFactor.objects.select_for_update().filter(user=user), user)
    if factor is None:
        return False
    secret, by = _secret(factor), Actor.identified(user, at=at)
    step = _step_of(code, secret, after=factor.last_step, ahead=_ahead(user, secret), at=at)
    if step is not None:
        factor.last_step = step
        factor.save(update_fields=["last_step"])
        audit.record("second_factor.shown", target=user, by=by, at=at)
        return True
    if not factor.recovery_codes.filter(digest=_digest(user, code), used_at=None).update(used_at=at):
        return False
    left = factor.recovery_codes.filter(used_at=None).count()
    audit.record("second_factor.recovered", target=user, by=by, at=at, left=left)
    return True


def _in_force(rows: QuerySet[SecondFactor], user: User) -> SecondFactor | None:
    """The one factor of the account; outside the demonstration one with a published secret is none."""
    factor = rows.first()
    is_refused = factor is not None and not settings.DEMO and _secret(factor) == published_secret(user.login)
    return None if is_refused else factor


def _count(user_id: int, at: datetime) -> None:
    """One more try, counted before the code is looked at; the count stays although the answer is a refusal."""
    tally = counters.count(TRIES, str(user_id), lasts=LASTS, at=clock.real(at), limit=MOST + 1)
    if tally.times > MOST:
        raise RuleBroken(TOO_MANY, code="too_many", field="code")


def _fail(user: User, at: datetime) -> NoReturn:
    record_failure(kind=User.Kind.STAFF, login=user.login, reason="wrong_code", at=at)
    raise RuleBroken(WRONG, code="wrong_code", field="code")


def _step_of(code: str, secret: bytes, *, after: int, ahead: int, at: datetime) -> int | None:
    """Of which thirty seconds the code is; None for a wrong one, and for one of a step that was used already."""
    now = _step(at)
    steps = range(max(now - BEHIND, after + 1), now + ahead + 1)
    return next((step for step in steps if constant_time_compare(_code(secret, step), _plain(code))), None)


def _step(at: datetime) -> int:
    return int(clock.real(at).timestamp()) // STEP


def _code(secret: bytes, step: int) -> str:
    return f"{hotp(secret, step, DIGITS):0{DIGITS}d}"


def _ahead(user: User, secret: bytes) -> int:
    return AHEAD_PUBLISHED if settings.DEMO and secret == published_secret(user.login) else AHEAD


def _secret(factor: SecondFactor) -> bytes:
    return vault.unseal(factor.sealed_secret)


def _plain(code: str) -> str:
    return "".join(sign for sign in code if sign.isascii() and sign.isalnum()).upper()


def _digest(user: User, code: str) -> str:
    return salted_hmac(f"accounts.recovery_code.{user.pk}", _plain(code), algorithm="sha256").hexdigest()
