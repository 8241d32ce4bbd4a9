"""The log of calls is of the room of each call, and is written after the answer."""

import time
from collections.abc import Iterator

import pytest
import requests
from django.test import override_settings

from interop import journal
from interop.models import Exchange
from rooms import services, worlds
from rooms.worlds import entered
from tests.clock import now
from tests.rooms.conftest import Rooms

pytestmark = [pytest.mark.xdist_group("rooms"), pytest.mark.django_db(databases=["default", "control"])]


@pytest.fixture
def writer(rooms: Rooms) -> Iterator[None]:
    """The thread that writes, for the length of the test."""
    journal._waiting.clear()
    journal._arrived.clear()
    with override_settings(EXCHANGES_PAUSE=0.01):
        yield
    journal._arrived.set()
    journal._writer[0].join(10)
    assert not journal._writer[0].is_alive()


def lines_of(opened: services.Opened | None) -> list[str]:
    world = worlds.find(opened.room.code) if opened else worlds.open_world()
    with entered(world):
        return list(Exchange.objects.order_by("pk").values_list("path", flat=True))


def until_there(opened: services.Opened | None, count: int) -> list[str]:
    deadline = time.monotonic() + 30
    while len(lines_of(opened)) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    return lines_of(opened)


def test_each_room_has_the_calls_made_in_it(rooms: Rooms, writer: None) -> None:
    one, other = rooms.open(), rooms.open()
    for code, name in ((one.room.code, "um"), (other.room.code, "outro"), (one.room.code, "um-de-novo")):
        answer = requests.get(f"{rooms.url}/s/{code}/api/{name}", timeout=10)
        assert (answer.status_code, answer.headers["X-Sala"]) == (501, code)

    assert until_there(one, 2) == ["/api/um", "/api/um-de-novo"]
    assert until_there(other, 1) == ["/api/outro"]


def test_a_room_that_began_again_loses_its_lines_and_nobody_elses(rooms: Rooms) -> None:
    journal._waiting.clear()
    gone, other = rooms.open(), rooms.open()
    for opened in (gone, other):
        requests.get(f"{rooms.url}/s/{opened.room.code}/api/x", timeout=10)
    before = worlds.find(gone.room.code).database
    services.reset_room(code=gone.room.code, key=gone.key, at=now())
    with worlds.control() as control, control.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {before} WITH (FORCE)")

    assert journal.write() == 2
    assert (lines_of(gone), lines_of(other)) == ([], ["/api/x"])


def test_a_refusal_before_every_room_has_an_id(rooms: Rooms) -> None:
    answer = requests.get(f"{rooms.url}/s/zzzzz/api/token", timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (404, "no_room")
    assert len(answer.headers["X-Simulador-Request-Id"]) == 36


def test_the_rooms_api_refuses_by_the_gateway(rooms: Rooms) -> None:
    opened = rooms.open()
    address = f"{rooms.url}/sim/salas/{opened.room.code}"
    wrong = {"Authorization": "Bearer errada"}
    for answer, status, code in (
        (requests.get(address, headers=wrong, timeout=10), 403, "wrong_key"),
        (requests.get(f"{rooms.url}/sim/salas/zzzzz", headers=wrong, timeout=10), 404, "no_room"),
        (requests.post(f"{rooms.url}/sim/salas", timeout=10), 422, "not_json"),
        (requests.put(address, headers=wrong, timeout=10), 405, "method_not_allowed"),
    ):
        assert (answer.status_code, answer.json()["error"]) == (status, code)
        assert set(answer.json()) == {"error", "error_description"}
        assert answer.headers["X-Simulador-Request-Id"]
