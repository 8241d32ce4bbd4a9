from pathlib import Path

from django.apps import AppConfig
from django.conf import settings


class HouseConfig(AppConfig):
    name = "config"
    verbose_name = "Casa (montagem)"

    def ready(self) -> None:
        """The folders of the filesystem broker must exist before the first task is sent."""
        for folder in settings.CELERY_BROKER_TRANSPORT_OPTIONS.values():
            if isinstance(folder, str):
                Path(folder).mkdir(parents=True, exist_ok=True)
