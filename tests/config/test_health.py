"""`GET /healthz`: what is up, what is down, and never a traceback."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError, connections
from django.test import Client
from kombu import Connection

from common import health
from common.models import Heartbeat
from config.celery import app
from tests.clock import now
from tests.runs import free_port

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of a live portal in the same session are not part of these tests."""
    monkeypatch.setattr(health, "ports", {})


def beat(*, ago: timedelta) -> None:
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": now() - ago})


def test_everything_up(client: Client) -> None:
    beat(ago=timedelta(0))
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "database": "ok",
        "broker": "ok",
        "cache": "ok",
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


def test_a_sign_of_life_counts_for_45_seconds() -> None:
    at = now()
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": at - timedelta(seconds=45)})
    assert health.database_and_worker(at=at) == ("ok", "late")
    assert health.database_and_worker(at=at - timedelta(microseconds=1)) == ("ok", "ok")


def test_database_down(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("connection refused: password=segredo")

    monkeypatch.setattr(connections["default"], "ensure_connection", refuse)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["database"] == "down"
    assert response.json()["worker"] == "unknown"
    assert "segredo" not in response.content.decode()


def test_broker_folder_gone(client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "queue").write_text("a file where the folder should be")
    options = {"folder": str(tmp_path / "queue")}
    monkeypatch.setattr(
        app, "connection_for_write", lambda **rest: Connection("folder://", transport_options=options, **rest)
    )
    response = client.get("/healthz")
    assert (response.status_code, response.json()["broker"]) == (503, "down")


def test_redis_down(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = f"redis://127.0.0.1:{free_port()}/0"
    monkeypatch.setattr(app, "connection_for_write", lambda **options: Connection(nowhere, **options))
    response = client.get("/healthz")
    assert (response.status_code, response.json()["broker"]) == (503, "down")


def test_cache_down(client: Client, settings: Any) -> None:
    nowhere = f"redis://127.0.0.1:{free_port()}/0"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": nowhere}}
    response = client.get("/healthz")
    assert (response.status_code, response.json()["cache"]) == (503, "down")


def test_a_port_of_this_process_that_does_not_serve(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    beat(ago=timedelta(0))
    monkeypatch.setitem(health.ports, "tls", lambda: True)
    assert client.get("/healthz").json()["status"] == "ok"
    monkeypatch.setitem(health.ports, "tls", lambda: False)
    response = client.get("/healthz")
    assert (response.status_code, response.json()["status"], response.json()["tls"]) == (503, "down", "down")
