from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Contas e perfis"

    def ready(self) -> None:
        """Who gives offices registers itself."""
        import_module("accounts.offices")
