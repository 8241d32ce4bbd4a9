"""`manage.py prepare`: bring database and data folder to this version of the code; safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.preparation import OtherVersion, prepare


class Command(BaseCommand):
    help = "Prepara o banco: lista de salas, mundo-modelo, sala aberta e raízes em ca.pem. Repetir não desfaz nada."
    requires_migrations_checks = False

    def handle(self, **options: Any) -> None:
        try:
            prepare()
        except OtherVersion as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write("Pronto.")
