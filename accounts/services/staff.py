"""Accounts of the team: opened, and given a new password, only from the command line of the machine."""

import re
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.automatic import PREFIX as AUTOMATIC
from accounts.models import User
from common import audit, documents
from common.actor import Actor
from common.exceptions import RuleBroken

ROUTINE = "command_line"
TAKEN = "Já existe uma conta «{login}». Para lhe dar outra senha, repita com --renew."
NOT_STAFF = "«{login}» não é uma conta da equipe."
NOT_FOUND = "Não há conta «{login}»."
BAD_LOGIN = "O login começa por letra, tem de 3 a 40 letras minúsculas, números, pontos ou hifens, e não é um CNPJ."
LOGIN = re.compile(r"[a-z][a-z0-9.\-]{2,39}")


@transaction.atomic
def open_staff_account(*, login: str, name: str, password: str, role: User.StaffRole, at: datetime) -> User:
    """Open an account of the team in one role (papel). Raises RuleBroken: login, taken, bad_password."""
    _require_login(login)
    if User.objects.filter(login=login).exists():
        raise RuleBroken(TAKEN.format(login=login), code="taken", field="login")
    user = User(login=login, kind=User.Kind.STAFF, name=name, is_staff=True, staff_role=role)
    _require_good_password(password, user)
    user.set_password(password)
    user.save()
    audit.record("account.staff_opened", target=user, by=Actor.routine(ROUTINE, at), at=at, staff_role=role)
    return user


@transaction.atomic
def renew_staff_account(*, login: str, password: str, at: datetime) -> User:
    """Give an account of the team another password; its sessions end. Raises RuleBroken: not_found, not_staff, …"""
    # Costly, and so before the row is locked.
    encoded = make_password(password)
    people = User.objects.exclude(login__startswith=AUTOMATIC)
    user = people.select_for_update(no_key=True).filter(login=login).first()
    if user is None:
        raise RuleBroken(NOT_FOUND.format(login=login), code="not_found", field="login")
    if user.kind != User.Kind.STAFF:
        raise RuleBroken(NOT_STAFF.format(login=login), code="not_staff", field="login")
    _require_good_password(password, user)
    user.password = encoded
    user.is_active = True
    user.save(update_fields=["password", "is_active"])
    audit.record("account.staff_renewed", target=user, by=Actor.routine(ROUTINE, at), at=at)
    return user


def _require_login(login: str) -> None:
    if not LOGIN.fullmatch(login) or documents.is_cnpj(login.upper()):
        raise RuleBroken(BAD_LOGIN, code="login", field="login")


def _require_good_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise RuleBroken(" ".join(error.messages), code="bad_password", field="password") from error
