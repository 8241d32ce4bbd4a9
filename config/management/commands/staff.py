"""`manage.py staff`: the accounts of the team, the first administrator among them."""

import getpass
import secrets
import sys
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from accounts.services.second_factor import erase_second_factor
from accounts.services.staff import open_staff_account, renew_staff_account
from common import clock
from common.exceptions import Refusal
from siops.services.attendants import assign_attendant

StaffRole = User.StaffRole
ROLES = {
    "administrador": StaffRole.ADMINISTRATOR,
    "analista": StaffRole.RNDS_ANALYST,
    "siops": StaffRole.SIOPS_COORDINATION,
    "fns": StaffRole.FNS_CHECKER,
    "saps": StaffRole.SAPS,
    "certificadora": StaffRole.CERTIFIER,
    "instrutor": StaffRole.TRAINER,
    "auditor": StaffRole.AUDITOR,
}
DIFFERENT = "As senhas não são iguais."
WHICH_CERTIFIER = "O atendente é de uma certificadora, e só ele: use --role certificadora --certifier NOME."
NO_TERMINAL = "Sem terminal para perguntar a senha: use --generate."


class Command(BaseCommand):
    help = "Abre uma conta da equipe (por padrão, de administrador) ou dá nova senha a uma que existe."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("login", help="com o que a pessoa entra na Administração")
        parser.add_argument("--name", default="", metavar="NOME", help="nome da pessoa; sem ele, o próprio login")
        parser.add_argument("--role", choices=[*ROLES], default="administrador", help="papel da conta nova")
        parser.add_argument("--certifier", metavar="NOME", help="a certificadora do atendente (--role certificadora)")
        parser.add_argument("--generate", action="store_true", help="sorteia a senha e a mostra uma só vez")
        parser.add_argument("--renew", action="store_true", help="nova senha para uma conta que já existe")

        parser.add_argument("--reset-factor", action="store_true", help="zera o segundo fator de quem o perdeu")

    def handle(self, **options: Any) -> None:
        login, at = options["login"], clock.now()
        if options["reset_factor"]:
            self._reset(login, at)
            return
        password = secrets.token_urlsafe(15) if options["generate"] else ask_password()
        role = ROLES[options["role"]]
        if not options["renew"] and (role == StaffRole.CERTIFIER) != bool(options["certifier"]):
            raise CommandError(WHICH_CERTIFIER)
        try:
            if options["renew"]:
                user = renew_staff_account(login=login, password=password, at=at)
            else:
                with transaction.atomic():
                    user = open_staff_account(
                        login=login, name=options["name"] or login, password=password, role=role, at=at
                    )
                    if options["certifier"]:
                        assign_attendant(user_id=user.pk, certifier_name=options["certifier"], at=at)
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        done = "recebeu nova senha" if options["renew"] else f"foi aberta como {options['role']}"
        self.stdout.write(f"A conta «{user.login}» {done}. Entre em /admin/.")
        if options["generate"]:
            self.stdout.write(f"Senha (anote: não aparece de novo): {password}")

    def _reset(self, login: str, at: datetime) -> None:
        try:
            erase_second_factor(login=login, at=at)
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(f"A conta «{login}» cadastra outro segundo fator na próxima entrada.")


def ask_password() -> str:
    """Ask twice, without showing it."""
    if not sys.stdin.isatty():
        raise CommandError(NO_TERMINAL)
    password = getpass.getpass("Senha: ")
    if password != getpass.getpass("Repita a senha: "):
        raise CommandError(DIFFERENT)
    return password
