"""The log of calls: what it keeps, what it never keeps, who reads it, and when it forgets."""

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any
from unittest.mock import patch

import jwt
import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import Client

from interop import journal
from interop.models import Exchange
from interop.tasks import prune_exchanges
from rnds.api import token
from tests.clock import now
from tests.factories.certificates import grant_credential, make_pfx
from tests.interop.conftest import ask

pytestmark = pytest.mark.django_db
Written = Callable[[], Exchange]


@pytest.fixture(autouse=True)
def _no_limit_yet() -> None:
    cache.clear()


def call_for_token(pem: str = "", **environ: str) -> tuple[int, dict[str, str], dict[str, Any]]:
    given = {"SSL_CLIENT_CERT": pem} if pem else {}
    status, headers, body = ask(token.application, "/api/token", **given, **environ)
    return status, headers, json.loads(body)


def test_a_token_leaves_a_line_with_its_claims(written: Written) -> None:
    pfx = make_pfx(at=now(), cnpj="12ABC34501DE35")
    credential = grant_credential(pfx, at=now())
    _, headers, body = call_for_token(pfx.pem)
    row = written()
    assert row.request_id == headers["X-Simulador-Request-Id"]
    assert (row.door, row.method, row.path, row.status) == ("access-token", "GET", "/api/token", 200)
    assert (row.at, row.real_at) == (now(), now())
    assert (row.fingerprint, row.holder) == (pfx.certificate.sha256, "12.***.***/0001-**".replace("0001", "01DE"))
    assert row.milliseconds >= 0
    issued = jwt.decode(body["access_token"], options={"verify_signature": False})
    assert row.claims == {k: v for k, v in issued.items() if k != "cert_chain"} | {"sub": row.holder}
    assert row.claims["requester_id"] == credential.requester_id


def test_no_secret_and_no_document_is_in_a_line(written: Written) -> None:
    pfx = make_pfx(at=now(), cnpj="12ABC34501DE35")
    grant_credential(pfx, at=now())
    _, _, body = call_for_token(pfx.pem)
    kept = str(vars(written()))
    for secret in (
        "12ABC34501DE35",
        body["access_token"],
        "BEGIN CERTIFICATE",
        body["access_token"].rpartition(".")[2],
    ):
        assert secret not in kept


def test_a_refusal_leaves_its_cause(written: Written) -> None:
    call_for_token()
    row = written()
    assert (row.status, row.code, row.fingerprint, row.holder, row.claims) == (401, "invalid_client", "", "", {})
    assert "TLS mútuo" in row.explanation


def test_a_scenario_is_told(written: Written) -> None:
    pfx = make_pfx(at=now())
    grant_credential(pfx, at=now())
    status, _, body = call_for_token(pfx.pem, HTTP_X_SIMULADOR_CENARIO="token-expirado")
    assert status == 200
    claims = jwt.decode(body["access_token"], options={"verify_signature": False})
    assert claims["exp"] < now().timestamp()
    assert written().scenario == "token-expirado"


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/api/fhir/r4/Patient/700000000000005", "/api/fhir/r4/Patient/***"),
        ("/api/fhir/r4/Patient/529.982.247-25?x=1", "/api/fhir/r4/Patient/***"),
        ("/api/%00%E2%80%AE", "/api/"),
        ("/api/" + "a/" * 300, ("/api/" + "a/" * 300)[:200]),
    ],
)
def test_an_address_is_written_without_documents(path: str, shown: str, written: Written) -> None:
    Client().get(path)
    row = written()
    assert (row.door, row.path, row.status, row.code) == ("rnds", shown, 501, "not_implemented")


def test_refusals_of_the_rooms_api_are_in_it(written: Written, django_user_model: Any) -> None:
    answer = Client().get("/sim/chamadas/nada")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")
    row = written()
    assert (row.door, row.status, row.code) == ("sim", 404, "not_found")


def test_an_answer_costs_no_query_of_the_log(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        Client().get("/api/fhir/r4/metadata")
    for _ in range(9):
        Client().get("/api/fhir/r4/metadata")
    with django_assert_num_queries(1):
        assert journal.write() == 10
    assert Exchange.objects.count() == 10


def test_a_database_that_is_away_loses_lines_and_nothing_else(caplog: Any) -> None:
    Client().get("/api/x")
    with patch.object(journal, "_copy", side_effect=OperationalError):
        assert journal.write() == 1
    assert journal.write() == 0
    assert not Exchange.objects.exists()


@pytest.mark.parametrize("token", ["", "a", "a.b", "a.!!.c", "a.bnVsbA.c", "a.WzFd.c"])
def test_what_is_no_token_has_no_claims(token: str) -> None:
    assert journal.claims_of(token) == {}


def test_a_line_is_never_changed(written: Written) -> None:
    call_for_token()
    row = written()
    row.status = 200
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        row.save()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE interop_exchange SET status = 200")


def make_line(number: int, **other: Any) -> Exchange:
    fields = {"request_id": str(number), "at": now(), "real_at": now(), "status": 200, "milliseconds": 1.0}
    return Exchange(**fields | other)


def test_old_lines_and_too_many_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    edge = now() - journal.KEPT_FOR
    Exchange.objects.bulk_create(
        [make_line(1, real_at=edge - timedelta(microseconds=1)), make_line(2, real_at=edge), make_line(3), make_line(4)]
    )
    assert prune_exchanges() == 1
    monkeypatch.setattr(journal, "KEPT_AT_MOST", 2)
    assert prune_exchanges() == 1
    assert sorted(Exchange.objects.values_list("request_id", flat=True)) == ["3", "4"]


def test_an_integrator_reads_the_calls_of_its_certificate_only() -> None:
    pfx, other = make_pfx(at=now()), make_pfx(at=now())
    grant_credential(pfx, at=now())
    _, headers, _ = call_for_token(pfx.pem)
    path = f"/sim/chamadas/{headers['X-Simulador-Request-Id']}"
    # Not written yet: who asks does not wait for the writer.
    read = Client().get(path, SSL_CLIENT_CERT=pfx.pem)
    assert read.status_code == 200
    assert read["Cache-Control"].startswith("max-age=0")
    assert (read.json()["status"], read.json()["certificate"]["sha256"]) == (200, pfx.certificate.sha256)
    assert read.json()["claims"]["cert_sha256"] == pfx.certificate.sha256
    strangers: list[dict[str, Any]] = [{"SSL_CLIENT_CERT": other.pem}, {"HTTP_X_SSL_CLIENT_CERT": pfx.pem}, {}]
    for stranger in strangers:
        refused = Client().get(path, **stranger)
        assert (refused.status_code, refused.json()["error"]) == (404, "no_exchange")


def test_a_call_without_certificate_is_nobodys() -> None:
    _, headers, _ = call_for_token()
    assert Client().get(f"/sim/chamadas/{headers['X-Simulador-Request-Id']}").status_code == 404


def test_the_command_shows_them(written: Written) -> None:
    _, headers, _ = call_for_token()
    row = written()

    def shown(*arguments: str) -> str:
        out = StringIO()
        call_command("exchanges", *arguments, stdout=out)
        return out.getvalue()

    assert f"401  GET /api/token  {row.milliseconds:.1f} ms  {row.request_id}  invalid_client" in shown()
    assert json.loads(shown(headers["X-Simulador-Request-Id"], "--json"))[0]["error"] == "invalid_client"
    with pytest.raises(CommandError):
        shown("outro")


def test_the_staff_reads_them_in_the_administration(written: Written, admin_client: Client) -> None:
    call_for_token()
    row = written()
    page = admin_client.get("/admin/interop/exchange/")
    assert "invalid_client" in page.content.decode()
    assert "TLS mútuo" in admin_client.get(f"/admin/interop/exchange/{row.pk}/change/").content.decode()
    assert admin_client.post(f"/admin/interop/exchange/{row.pk}/change/").status_code == 403
