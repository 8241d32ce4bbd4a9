from django.apps import AppConfig


class HouseConfig(AppConfig):
    name = "config"
    verbose_name = "Casa (montagem)"

    def ready(self) -> None:
        """Register the checks when the settings are loaded."""
        from config import checks  # noqa: F401, PLC0415 -- registers itself when the settings are loaded
