"""`GET /healthz`: what is up, what is down, and never a traceback."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError, connections
from django.test import Client
from kombu import Connection

from common.models import Heartbeat
from config.celery import app
from tests.clock import now
from tests.config.test_run import free_port

pytestmark = pytest.mark.django_db


def beat(*, ago: timedelta) -> None:
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": now() - ago})


def test_everything_up(client: Client) -> None:
    beat(ago=timedelta(seconds=44))
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "database": "ok",
        "broker": "ok",
        "worker": "ok",
        "version": django_settings.VERSION,
    }
    assert response["Cache-Control"] == "no-store"


def test_a_silent_worker_degrades_without_failing(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()["worker"]) == (200, "late")

    beat(ago=timedelta(seconds=45))
    response = client.get("/healthz")
    assert (response.status_code, response.json()["status"], response.json()["worker"]) == (200, "degraded", "late")


def test_database_down(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("connection refused: password=segredo")

    monkeypatch.setattr(connections["default"], "ensure_connection", refuse)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["database"] == "down"
    assert response.json()["worker"] == "unknown"
    assert "segredo" not in response.content.decode()


def test_broker_folder_gone(client: Client, settings: Any, tmp_path: Any) -> None:
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_out": str(tmp_path / "gone")}
    response = client.get("/healthz")
    assert (response.status_code, response.json()["broker"]) == (503, "down")


def test_redis_down(client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {}
    nowhere = f"redis://127.0.0.1:{free_port()}/0"
    monkeypatch.setattr(app, "connection_for_write", lambda **options: Connection(nowhere, **options))
    response = client.get("/healthz")
    assert (response.status_code, response.json()["broker"]) == (503, "down")
