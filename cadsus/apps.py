from importlib import import_module

from django.apps import AppConfig


class CadsusConfig(AppConfig):
    name = "cadsus"
    verbose_name = "CADSUS e SISRede"

    def ready(self) -> None:
        """Who gives offices registers itself."""
        import_module("cadsus.offices")
