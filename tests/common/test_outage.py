"""While the database is away: 503 and words, on every page; never 500 and never a traceback."""

import json
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import InterfaceError, InternalError, OperationalError, connection
from django.test import Client

from common import outage
from tests.factories import PASSWORD, make_organisation
from tests.runs import free_port

PAGES = [
    "/entrar/esqueci/fundo/",
    "/e-gestor/",
    "/credenciais/",
    "/pec/",
    "/caixa-de-saida/",
    "/siops/",
    "/siops/gestores/",
    "/siops/entrar/certificado/",
    "/admin/",
    "/pki/",
    "/nao-existe/",
]
# The last one answers by itself, but not to who brings the cookie of a session.
MACHINES = [
    "/api/jwks",
    "/.well-known/jwks.json",
    "/pki/ac/icp.cer",
    "/pki/lcr/icp.crl",
    "/pki/ocsp/icp/AAAA",
    "/healthz",
]


@pytest.fixture
def visitor(transactional_db: None) -> Client:
    """Signed in as a fund, in a browser that shows what the server answers."""
    client = Client(raise_request_exception=False)
    client.force_login(make_organisation().user)
    return client


@pytest.fixture
def database_away(visitor: Client) -> Iterator[None]:
    """The server is stopped: its port refuses. No connection of before is left."""
    known = {key: connection.settings_dict[key] for key in ("HOST", "PORT")}
    connection.close()
    connection.settings_dict |= {"HOST": "127.0.0.1", "PORT": str(free_port())}
    yield
    connection.close()
    connection.settings_dict |= known


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_so(visitor: Client, database_away: None, path: str) -> None:
    answer = visitor.get(path)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert "no-store" in answer["Cache-Control"]
    assert len(re.findall(r"<h1[ >]", page)) == 1
    assert "O simulador está indisponível no momento" in page
    assert answer["X-Simulador-Request-Id"] in page
    assert "Traceback" not in page


@pytest.mark.parametrize("path", MACHINES)
def test_a_programme_is_told_in_json(visitor: Client, database_away: None, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert json.loads(answer.content)["error"] == "temporarily_unavailable"


def test_what_is_sent_is_told_too(visitor: Client, database_away: None) -> None:
    stranger = Client(raise_request_exception=False)
    words = {"cnpj": "11222333000181", "password": PASSWORD, "not_a_robot": "on"}
    assert stranger.get("/entrar/").status_code == 503
    assert stranger.post("/entrar/fundo/", words).status_code == 503
    assert visitor.post("/sair/").status_code == 503


def test_the_session_survives(visitor: Client, database_away: None) -> None:
    assert visitor.get("/e-gestor/").status_code == 503
    assert "sessionid" in visitor.cookies
    assert visitor.cookies["sessionid"].value


def test_it_ends_with_the_outage(visitor: Client) -> None:
    known = connection.settings_dict["PORT"]
    connection.close()
    connection.settings_dict["PORT"] = str(free_port())
    try:
        assert visitor.get("/e-gestor/").status_code == 503
    finally:
        connection.settings_dict["PORT"] = known
    assert visitor.get("/e-gestor/").status_code == 200


def test_pages_that_need_no_database_are_still_read(database_away: None) -> None:
    for path in ("/", "/fidelidade/", "/glossario/", "/robots.txt"):
        assert Client().get(path).status_code == 200


def caused_by(kind: type[Exception], cause: Exception | None) -> Exception:
    error = kind("password=segredo")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (caused_by(OperationalError, psycopg.OperationalError("connection refused")), True),
        (caused_by(OperationalError, psycopg.errors.AdminShutdown()), True),
        (caused_by(OperationalError, psycopg.errors.CannotConnectNow()), True),
        (caused_by(OperationalError, psycopg.errors.TooManyConnections()), True),
        (caused_by(OperationalError, psycopg.errors.DiskFull()), True),
        (caused_by(OperationalError, psycopg.errors.ConnectionFailure()), True),
        (caused_by(InterfaceError, psycopg.InterfaceError("connection already closed")), True),
        (
            caused_by(InternalError, psycopg.errors.InternalError_("batch already in progress")),
            True,
        ),
        (caused_by(InternalError, psycopg.errors.InFailedSqlTransaction()), False),
        (caused_by(InternalError, None), False),
        (caused_by(OperationalError, psycopg.errors.DeadlockDetected()), False),
        (caused_by(OperationalError, psycopg.errors.QueryCanceled()), False),
        (RuntimeError("segredo"), False),
        (None, False),
    ],
)
def test_what_is_an_outage(error: Exception | None, expected: bool) -> None:
    assert outage.is_outage(error) is expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RuntimeError("segredo"), 500),
        (caused_by(OperationalError, psycopg.errors.DeadlockDetected()), 500),
        (caused_by(OperationalError, psycopg.errors.AdminShutdown()), 503),
    ],
)
def test_only_an_outage_is_503(monkeypatch: pytest.MonkeyPatch, error: Exception, status: int) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise error

    monkeypatch.setattr("common.views.render", fail)
    answer = Client(raise_request_exception=False).get("/glossario/")
    assert answer.status_code == status
    assert "segredo" not in answer.content.decode()
    assert answer["X-Simulador-Request-Id"] in answer.content.decode()
