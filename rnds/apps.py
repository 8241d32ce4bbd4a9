from importlib import import_module

from django.apps import AppConfig


class RndsConfig(AppConfig):
    name = "rnds"
    verbose_name = "PEC e RNDS"

    def ready(self) -> None:
        """Who reads tokens for the doors of machines registers itself."""
        import_module("rnds.services.bearer")
