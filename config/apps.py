from pathlib import Path

from django.apps import AppConfig
from django.conf import settings


class HouseConfig(AppConfig):
    name = "config"
    verbose_name = "Casa (montagem)"

    def ready(self) -> None:
        """Register the checks, and make the folders of the filesystem broker: they must exist before the first task."""
        from config import checks  # noqa: F401, PLC0415 -- registers itself when the settings are loaded

        for folder in settings.CELERY_BROKER_TRANSPORT_OPTIONS.values():
            if isinstance(folder, str):
                Path(folder).mkdir(parents=True, exist_ok=True)
