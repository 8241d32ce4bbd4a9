"""The edge: which room a request is in, and that nothing of another room comes along."""

import json
from typing import Any

import pytest
from django.db import connections

from interop.gateway import refuse
from rooms import edge, entry, marks, worlds
from rooms.worlds import World

ROOM = World("a7k2m", "Turma da manhã", "ensaio_sala_de_prova", 1)
OPEN = World("", "Sala aberta", "ensaio_sala_aberta", 1)


class Inside:
    """An application that tells where it was called."""

    def __init__(self) -> None:
        self.environ: dict[str, Any] = {}
        self.world: World | None = None
        self.cookie = "sessionid=abc; Path=/; HttpOnly"

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.environ, self.world = environ, worlds.current()
        start_response("200 OK", [("Set-Cookie", self.cookie), ("Content-Type", "text/plain")])
        return [b"ok"]


@pytest.fixture
def inside() -> Inside:
    return Inside()


@pytest.fixture(autouse=True)
def _two_rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {world.code: world for world in (OPEN, ROOM)}

    def find(code: str) -> World:
        try:
            return known[code]
        except KeyError:
            raise worlds.RoomNotFound(code) from None

    monkeypatch.setattr(worlds, "find", find)


def ask(inside: Inside, path: str, **environ: str) -> tuple[str, dict[str, str], bytes]:
    seen: dict[str, Any] = {}

    def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
        seen.update(status=status, headers=dict(headers))

    given = {"PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": "", "REQUEST_METHOD": "GET", **environ}
    body = edge.in_its_room(inside, refuse)(given, start_response)  # type: ignore[arg-type]  # it needs no writer
    content = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    return seen["status"], seen["headers"], content


def entered_cookie(code: str) -> str:
    return f"{entry.cookie_name(code)}={entry.mark(code)}"


def test_who_names_no_room_is_in_the_open_one(inside: Inside) -> None:
    status, headers, _ = ask(inside, "/entrar/")

    assert status == "200 OK"
    assert inside.world == OPEN
    assert headers["Set-Cookie"] == inside.cookie
    assert "X-Sala" not in headers
    assert worlds.current() is None


def test_the_path_names_the_room_and_becomes_the_script_name(inside: Inside) -> None:
    status, headers, _ = ask(inside, "/s/a7k2m/entrar/", HTTP_COOKIE=entered_cookie("a7k2m"))

    assert status == "200 OK"
    assert inside.world == ROOM
    assert (inside.environ["SCRIPT_NAME"], inside.environ["PATH_INFO"]) == ("/s/a7k2m", "/entrar/")
    assert headers["X-Sala"] == "a7k2m"


def test_each_room_has_cookies_of_its_own(inside: Inside) -> None:
    sent = f"sessionid=da-aberta; a7k2m~sessionid=da-sala; b3n4p~sessionid=de-outra; {entered_cookie('a7k2m')}"

    _, headers, _ = ask(inside, "/s/a7k2m/entrar/", HTTP_COOKIE=sent)
    assert "sessionid=da-sala" in inside.environ["HTTP_COOKIE"]
    assert "da-aberta" not in inside.environ["HTTP_COOKIE"]
    assert "de-outra" not in inside.environ["HTTP_COOKIE"]
    assert headers["Set-Cookie"] == "a7k2m~sessionid=abc; Path=/s/a7k2m/; HttpOnly"

    ask(inside, "/entrar/", HTTP_COOKIE=sent)
    assert inside.environ["HTTP_COOKIE"] == "sessionid=da-aberta"


@pytest.mark.parametrize("cookie", ["", "a7k2m~entrada=a7k2m", "a7k2m~entrada=b3n4p:forjado", entered_cookie("b3n4p")])
def test_a_page_of_a_room_asks_for_the_pin_first(inside: Inside, cookie: str) -> None:
    status, headers, _ = ask(inside, "/s/a7k2m/siops/", QUERY_STRING="q=a", HTTP_COOKIE=cookie)

    assert status == "302 Found"
    assert headers["Location"] == "/sala/a7k2m/?next=%2Fsiops%2F%3Fq%3Da"
    assert inside.world is None


def test_a_machine_path_of_a_room_needs_no_pin(inside: Inside) -> None:
    status, _, _ = ask(inside, "/s/a7k2m/api/token")

    assert status == "200 OK"
    assert inside.world == ROOM


def test_a_room_that_is_over_is_told_in_words_and_to_machines_in_json(inside: Inside) -> None:
    status, headers, content = ask(inside, "/s/zzzzz/entrar/")
    assert status == "404 Not Found"
    assert "Esta sala não existe ou já foi encerrada." in content.decode()
    assert 'href="/sala/"' in content.decode()

    status, headers, content = ask(inside, "/s/zzzzz/api/token")
    assert (status, headers["Content-Type"]) == ("404 Not Found", "application/json")
    assert json.loads(content)["error"] == "no_room"


def test_before_the_first_preparation_everybody_is_told_so(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    def find(code: str) -> World:
        raise worlds.NotPrepared

    monkeypatch.setattr(worlds, "find", find)

    assert ask(inside, "/entrar/")[0] == "503 Service Unavailable"
    status, _, content = ask(inside, "/api/token")
    assert (status, json.loads(content)["error"]) == ("503 Service Unavailable", "not_prepared")


def test_a_certificate_names_its_room(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "room_of", lambda pem: "a7k2m" if pem else "")

    ask(inside, "/api/token", SSL_CLIENT_CERT="pem")
    assert inside.world == ROOM

    status, headers, _ = ask(inside, "/siops/", SSL_CLIENT_CERT="pem")
    assert (status, headers["Location"]) == ("302 Found", "/s/a7k2m/siops/")


def test_a_certificate_of_another_room_than_the_path_is_refused(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marks, "room_of", lambda pem: "b3n4p")

    status, _, content = ask(inside, "/s/a7k2m/api/token", SSL_CLIENT_CERT="pem")

    assert status == "403 Forbidden"
    assert json.loads(content)["error"] == "other_room"
    assert inside.world is None


def test_the_room_without_a_slash_leads_to_its_home(inside: Inside) -> None:
    status, headers, _ = ask(inside, "/s/a7k2m")

    assert (status, headers["Location"]) == ("302 Found", "/s/a7k2m/")


def test_leaving_gives_the_connection_back_even_when_the_application_fails() -> None:
    def failing(environ: Any, start_response: Any) -> Any:
        raise ValueError

    outside = connections["default"]
    with pytest.raises(ValueError, match=r"^$"):
        edge.in_its_room(failing, refuse)({"PATH_INFO": "/", "SCRIPT_NAME": ""}, lambda *_: lambda _: None)

    assert connections["default"] is outside
    assert worlds.current() is None
