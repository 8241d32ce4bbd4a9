"""What every door has from the gateway: id, scenarios, limit, authentication, words of refusal."""

import json
import threading
import time
from http import HTTPStatus

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client

from common.exceptions import RuleBroken
from interop import scenarios
from interop.answers import Answer, as_json
from interop.calls import Call
from interop.doors import Door, Limit, door_of
from interop.gateway import answering, refuse
from interop.refusals import Format
from rooms.edge import OTHER_ROOM
from tests.clock import now
from tests.factories.certificates import make_pfx
from tests.interop.conftest import ask

pytestmark = pytest.mark.django_db


def nobody(call: Call) -> str:
    return "ninguém"


def greet(call: Call, who: str) -> Answer:
    return Answer(HTTPStatus.OK, as_json({"who": who, "scenario": call.scenario}))


DOOR = Door("prova", "Porta de prova", ("/prova",), scenarios={"surpresa": "uma surpresa"})
APPLICATION = answering(DOOR, who=nobody, answer=greet)


def test_an_answer_carries_the_id_of_the_request() -> None:
    status, headers, body = ask(APPLICATION)
    assert (status, json.loads(body)["who"]) == (200, "ninguém")
    assert len(headers["X-Simulador-Request-Id"]) == 36
    assert headers["Cache-Control"] == "no-store"


def test_the_edge_may_have_given_the_id_already() -> None:
    _, headers, _ = ask(APPLICATION, **{"ensaio.request_id": "da-borda"})
    assert headers["X-Simulador-Request-Id"] == "da-borda"


@pytest.mark.parametrize("name", ["", "ok", "surpresa", " surpresa "])
def test_a_known_scenario_reaches_the_door(name: str) -> None:
    status, _, body = ask(APPLICATION, HTTP_X_SIMULADOR_CENARIO=name)
    assert (status, json.loads(body)["scenario"]) == (200, name.strip())


@pytest.mark.parametrize(
    "name", ["desastre", "lento", "lento:", "lento:5001", "lento:-1", "lento:1e3", "lento:" + "9" * 5000, "OK", "\x00"]
)
def test_an_unknown_scenario_is_told_which_there_are(name: str) -> None:
    status, headers, body = ask(APPLICATION, HTTP_X_SIMULADOR_CENARIO=name)
    assert status == 400
    assert headers["X-Simulador-Request-Id"]
    told = json.loads(body)
    assert told["error"] == "unknown_scenario"
    for known in ("ok", "indisponivel", "502", "429", "lento:<ms>", "surpresa"):
        assert known in told["error_description"]


@pytest.mark.parametrize(
    ("name", "status", "wait"), [("indisponivel", 503, "30"), ("502", 502, None), ("429", 429, "1")]
)
def test_the_gateway_fails_in_place_of_the_service(name: str, status: int, wait: str | None) -> None:
    answered, headers, body = ask(APPLICATION, HTTP_X_SIMULADOR_CENARIO=name)
    assert (answered, headers.get("Retry-After")) == (status, wait)
    assert "X-Simulador-Cenario" in json.loads(body)["simulador"]["explicacao"]


def test_a_slow_answer_is_a_normal_one_and_few_are_slow_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    go = threading.Event()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        go.wait(5)

    monkeypatch.setattr("interop.scenarios.time.sleep", sleep)
    threads = [threading.Thread(target=scenarios.play, args=["lento:5000"]) for _ in range(scenarios.SLOW_AT_ONCE)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 5
    while len(slept) < len(threads) and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    status, headers, _ = ask(APPLICATION, HTTP_X_SIMULADOR_CENARIO="lento:10")
    go.set()
    for thread in threads:
        thread.join()
    assert (status, headers["Retry-After"]) == (429, "1")
    assert ask(APPLICATION, HTTP_X_SIMULADOR_CENARIO="lento:10")[0] == 200
    assert slept == [5.0, 5.0, 0.01]


def test_a_limit_is_for_each_certificate_and_minute() -> None:
    cache.clear()
    limit = Limit(lambda: 2, "Demais.", "Até {most}; espere {wait} s.")
    application = answering(Door("limite", "Limite", ("/x",), limit=limit), who=nobody, answer=greet)
    one, other = make_pfx(at=now()).pem, make_pfx(at=now()).pem
    assert [ask(application, SSL_CLIENT_CERT=one)[0] for _ in range(3)] == [200, 200, 429]
    assert ask(application, SSL_CLIENT_CERT=other)[0] == 200
    # Who shows nothing that can be read is not counted; the door refuses it, or serves everybody.
    assert {ask(application, SSL_CLIENT_CERT=pem)[0] for pem in ("", "lixo") for _ in range(3)} == {200}
    _, headers, body = ask(application, SSL_CLIENT_CERT=one)
    assert headers["Retry-After"] == "60"
    assert json.loads(body)["simulador"]["explicacao"] == "Até 2; espere 60 s."


@pytest.mark.parametrize(("speaks", "kind"), [(Format.FHIR, "fhir+json"), (Format.SOAP, "soap+xml")])
def test_a_door_refuses_in_its_own_format(speaks: Format, kind: str) -> None:
    def refuses(call: Call) -> str:
        raise RuleBroken("Não.", code="nao")

    application = answering(Door("formato", "Formato", ("/x",), speaks=speaks), who=refuses, answer=greet)
    _, headers, body = ask(application)
    assert kind in headers["Content-Type"]
    assert b"nao" in body
    # What the gateway says by itself is in that format too.
    _, headers, body = ask(application, HTTP_X_SIMULADOR_CENARIO="desastre")
    assert kind in headers["Content-Type"]
    assert b"unknown_scenario" in body


def test_a_lost_connection_is_tried_once_more(transactional_db: None) -> None:
    tries: list[str] = []

    def who(call: Call) -> str:
        tries.append(call.request_id)
        if len(tries) == 1:
            raise OperationalError("server closed the connection unexpectedly")
        return "de novo"

    assert json.loads(ask(answering(DOOR, who=who, answer=greet))[2])["who"] == "de novo"


def test_the_longest_declared_address_is_the_door() -> None:
    names = {
        path: getattr(door_of(path), "name", None)
        for path in ("/api/token", "/api/token/", "/api", "/apis", "/sim/x", "/")
    }
    assert names == {
        "/api/token": "access-token",
        "/api/token/": "rnds",
        "/api": "rnds",
        "/apis": None,
        "/sim/x": "sim",
        "/": None,
    }


def test_doors_of_django_have_the_same_gateway() -> None:
    answer = Client().get("/api/fhir/r4/metadata", headers={"X-Simulador-Cenario": "indisponivel"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert answer["X-Simulador-Request-Id"]
    answer = Client().get("/sim/salas", headers={"X-Simulador-Cenario": "desastre"})
    assert (answer.status_code, answer.json()["error"]) == (400, "unknown_scenario")
    assert "token-expirado" not in answer.json()["error_description"]


def test_pages_do_not_know_scenarios() -> None:
    assert Client().get("/fidelidade/", headers={"X-Simulador-Cenario": "indisponivel"}).status_code == 200


def test_before_any_room_a_machine_is_refused_in_its_format_too() -> None:
    kind, body = refuse("/api/token", 403, "other_room", OTHER_ROOM)
    assert kind == "application/json"
    assert json.loads(body) == {"error": "other_room", "error_description": OTHER_ROOM}
    assert refuse("/pki/lcr/x", 404, "no_room", "Não.")[0] == "application/json"
