from importlib import import_module

from django.apps import AppConfig


class SiopsConfig(AppConfig):
    name = "siops"
    verbose_name = "SIOPS"

    def ready(self) -> None:
        """Who gives offices registers itself."""
        import_module("siops.offices")
