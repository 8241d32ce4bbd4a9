"""The Celery application: Redis or Valkey when REDIS_URL is set, otherwise a folder of the data directory."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready
from kombu.transport import TRANSPORT_ALIASES

TRANSPORT_ALIASES["folder"] = "config.folder_queue:Transport"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

app = Celery("ensaio", task_cls="rooms.queue:RoomTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def show_life(**_: Any) -> None:
    """The first sign of life does not wait for the scheduler's first turn; it goes through the broker all the same."""
    app.send_task("common.tasks.beat_heart", headers={"sala": ""})
