"""The Celery application: Redis when REDIS_URL is set, otherwise a folder of the data directory."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

app = Celery("ensaio")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
