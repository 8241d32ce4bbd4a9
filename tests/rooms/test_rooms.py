"""Rooms on real databases: opened, walked, reset, closed, and never one in another."""

import json
import threading
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import requests
from django.core.cache import cache
from django.db import OperationalError, connections
from django.test import RequestFactory, override_settings

from accounts.models import User
from common.exceptions import RuleBroken
from pki.models import Authority
from registry.models import Person
from rooms import services, stock, worlds
from rooms.backend.base import DatabaseWrapper
from rooms.models import Golden, Room, Spare
from rooms.restart import server_error
from rooms.worlds import entered, world_of
from tests.clock import now
from tests.rooms.conftest import MOST, Rooms, field

# The worlds of these tests are databases of their own: nothing here touches the two that the runner makes.
pytestmark = [pytest.mark.xdist_group("rooms"), pytest.mark.django_db(databases=["default", "control"])]


def databases() -> set[str]:
    with worlds.control() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [stock.mark()])
        return {name for (name,) in cursor.fetchall()}


def first_person() -> Person:
    return Person.objects.order_by("pk")[0]


def test_a_new_room_has_everybody_of_the_golden_world(rooms: Rooms) -> None:
    opened = rooms.open()

    with entered(world_of(opened.room)):
        people, root = User.objects.count(), Authority.objects.get(slug="icp-raiz").certificate_pem
    with entered(worlds.open_world()):
        assert people == User.objects.count() > 50
        assert root == Authority.objects.get(slug="icp-raiz").certificate_pem


def test_no_connection_weighs_every_order_of_the_joins(rooms: Rooms) -> None:
    with entered(world_of(rooms.open().room)), connections["default"].cursor() as cursor:
        cursor.execute("SHOW join_collapse_limit")
        assert cursor.fetchone() == ("4",)


def test_what_is_done_in_one_room_is_not_seen_in_another(rooms: Rooms) -> None:
    one, other = (world_of(rooms.open().room) for _ in range(2))

    with entered(one):
        Person.objects.filter(pk=first_person().pk).update(name="Mudada na primeira")
        cache.set("visto", "na primeira")
    with entered(other):
        assert first_person().name != "Mudada na primeira"
        assert cache.get("visto") is None
    with entered(one):
        assert first_person().name == "Mudada na primeira"
        assert cache.get("visto") == "na primeira"


def test_a_queryset_made_in_a_room_reads_the_room_where_it_is_used_and_nothing_outside(rooms: Rooms) -> None:
    one, other = (world_of(rooms.open().room) for _ in range(2))
    with entered(one):
        Person.objects.filter(pk=first_person().pk).update(name="Mudada na primeira")
        late = Person.objects.filter(name="Mudada na primeira")
    outside = DatabaseWrapper(connections.settings["default"], "default")
    kept = connections["default"]
    connections["default"] = outside
    try:
        with pytest.raises(OperationalError, match="fora de qualquer sala"):
            late.exists()
    finally:
        connections["default"] = kept
    with entered(other):
        assert not late.all().exists()


def test_a_thread_started_in_a_room_is_outside_of_it(rooms: Rooms) -> None:
    seen: list[object] = []
    with entered(world_of(rooms.open().room)):
        thread = threading.Thread(target=lambda: seen.append(worlds.current()))
        thread.start()
        thread.join()

    assert seen == [None]


def test_reset_gives_a_fresh_world_and_leaves_the_others(rooms: Rooms) -> None:
    opened, other = rooms.open(), rooms.open()
    for each in (opened, other):
        with entered(world_of(each.room)):
            Person.objects.filter(pk=first_person().pk).update(name="Mudada")

    after = services.reset_room(code=opened.room.code, key=opened.key, at=now())

    assert (after.generation, after.database != opened.room.database) == (2, True)
    with entered(worlds.find(opened.room.code)):
        assert first_person().name != "Mudada"
    with entered(worlds.find(other.room.code)):
        assert first_person().name == "Mudada"


def test_only_the_key_of_a_room_resets_and_closes_it(rooms: Rooms) -> None:
    opened, other = rooms.open(), rooms.open()

    for key in ("", other.key, opened.key[:-1]):
        with pytest.raises(RuleBroken, match="A chave não é desta sala"):
            services.reset_room(code=opened.room.code, key=key, at=now())
        with pytest.raises(RuleBroken, match="A chave não é desta sala"):
            services.close_room(code=opened.room.code, key=key, at=now())
    assert worlds.find(opened.room.code).generation == 1

    with pytest.raises(RuleBroken):
        services.reset_room(code="", key="", at=now())


def test_a_closed_room_is_nowhere_and_its_database_is_dropped(rooms: Rooms) -> None:
    opened = rooms.open()
    services.close_room(code=opened.room.code, key=opened.key, at=now())

    with pytest.raises(worlds.RoomNotFound):
        worlds.find(opened.room.code)
    assert requests.get(f"{rooms.url}/s/{opened.room.code}/", timeout=10).status_code == 404
    assert str(opened.room.database) in stock.tend(at=now())
    assert opened.room.database not in databases()


def test_a_room_ends_by_itself_at_its_instant(rooms: Rooms) -> None:
    opened = rooms.open()
    ends = opened.room.expires_at
    assert ends is not None

    assert services.close_expired(at=ends - timedelta(microseconds=1)) == []
    assert services.close_expired(at=ends) == [opened.room.code]
    assert services.close_expired(at=ends) == []


def test_no_more_rooms_than_the_installation_takes(rooms: Rooms) -> None:
    refused: list[str] = []

    def open_one() -> None:
        try:
            rooms.open()
        except RuleBroken as refusal:
            refused.append(refusal.code)

    threads = [threading.Thread(target=open_one) for _ in range(MOST + 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with worlds.control():
        assert Room.objects.open().rehearsals().count() == MOST
    assert refused == ["full"] * 3


@pytest.mark.parametrize(
    ("given", "field_at_fault"),
    [
        ({"title": " "}, "title"),
        ({"title": "a" * 81}, "title"),
        ({"title": "a\0"}, "title"),
        ({"title": "a\ud800"}, "title"),
        ({"purpose": "\ud800"}, "purpose"),
        ({"days": 10**30}, "days"),
        ({"days": 0}, "days"),
        ({"days": 91}, "days"),
    ],
)
def test_a_room_needs_a_title_and_an_end(rooms: Rooms, given: dict[str, Any], field_at_fault: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        services.open_room(**{"title": "Sala", **given}, at=now())

    assert refusal.value.field == field_at_fault


def test_wrong_pins_are_limited_for_each_room(rooms: Rooms) -> None:
    opened, other = rooms.open(), rooms.open()
    at = now()
    wrong = "000000" if opened.pin != "000000" else "111111"

    def code_of(pin: str, when: Any) -> str:
        try:
            services.check_pin(code=opened.room.code, pin=pin, at=when)
        except RuleBroken as refusal:
            return refusal.code
        return "in"

    assert [code_of(wrong, at) for _ in range(services.WRONG_PINS)] == ["wrong_pin"] * services.WRONG_PINS
    assert code_of(opened.pin, at) == "too_many_pins"
    assert services.check_pin(code=other.room.code, pin=other.pin, at=at) == other.room
    window = services.WRONG_PINS_WINDOW
    assert code_of(opened.pin, at + window - timedelta(microseconds=1)) == "too_many_pins"
    assert code_of(opened.pin, at + window) == "in"


def test_what_a_killed_process_leaves_is_collected(rooms: Rooms) -> None:
    """Between any two steps of making a copy: a row without database, a database without row, an unfinished row."""
    at = now()
    golden = stock.ensure_golden(at=at)
    with worlds.control() as connection, connection.cursor() as cursor:
        Spare.objects.create(database=f"{stock.mark()}sem_banco", golden=golden, begun_at=at)
        Spare.objects.create(database=f"{stock.mark()}a_meio", golden=golden, begun_at=at)
        cursor.execute(f'CREATE DATABASE "{stock.mark()}a_meio" TEMPLATE template0')
        cursor.execute(f'CREATE DATABASE "{stock.mark()}sem_linha" TEMPLATE template0')

    stock.tend(at=at)
    assert f"{stock.mark()}sem_linha" not in databases()
    assert f"{stock.mark()}a_meio" in databases(), "somebody may still be making it"

    stock.tend(at=at + stock.ABANDONED_AFTER + timedelta(seconds=1))
    assert f"{stock.mark()}a_meio" not in databases()
    with worlds.control():
        assert not Spare.objects.filter(is_ready=False).exists()
        assert not any(name.endswith(("sem_banco", "a_meio")) for name in Spare.objects.values_list("pk", flat=True))


def test_a_copy_that_is_not_ready_is_never_entered(rooms: Rooms) -> None:
    at = now()
    golden = stock.ensure_golden(at=at)
    with worlds.control():
        Spare.objects.all().delete()
        Spare.objects.create(database=f"{stock.mark()}a_meio", golden=golden, begun_at=at)

    assert rooms.open().room.database != f"{stock.mark()}a_meio"


def test_the_golden_world_is_at_most_a_day_old(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without making one: what is asked is whether the old one would still be copied."""
    at = now()
    made = stock.ensure_golden(at=at)
    asked: list[Any] = []

    def make(*, at: Any) -> Golden:
        asked.append(at)
        return made

    monkeypatch.setattr(stock, "_make_golden", make)

    assert stock.ensure_golden(at=made.made_at + stock.COPIED_UNTIL - timedelta(microseconds=1)) == made
    assert asked == []
    stock.ensure_golden(at=made.made_at + stock.COPIED_UNTIL)
    stock.ensure_golden(at=made.made_at + stock.REMADE_AFTER, age=stock.REMADE_AFTER)
    assert len(asked) == 2
    with worlds.control():
        assert Golden.objects.count() == 1


def test_an_account_that_may_not_make_databases_has_the_open_room_alone(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    with worlds.control():
        Spare.objects.all().delete()
    monkeypatch.setattr(stock, "may_create", lambda: False)

    with pytest.raises(RuleBroken, match="só tem a sala aberta"):
        rooms.open()


def test_no_copy_is_made_for_who_cannot_prove_the_room_theirs(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = rooms.open()
    with worlds.control():
        Spare.objects.all().delete()
    monkeypatch.setattr(stock, "make_spare", lambda **_: pytest.fail("a copy was made"))

    with pytest.raises(RuleBroken, match=services.WRONG_KEY):
        services.reset_room(code=opened.room.code, key="outra", at=now())


def test_a_full_disk_is_said_before_it_is_full(rooms: Rooms) -> None:
    with override_settings(DATA_DIR="/proc"), pytest.raises(RuleBroken, match="Não há espaço"):
        rooms.open()


def test_two_browsers_in_two_rooms(rooms: Rooms) -> None:
    """The same page in two rooms has the links of its own room and the cookies of its own room."""
    opened, other = rooms.open("Turma da manhã"), rooms.open("Turma da tarde")
    browser = rooms.browser(opened)

    page = browser.get(f"{rooms.url}/s/{opened.room.code}/entrar/").text
    assert "Turma da manhã" in page
    assert f'href="/s/{opened.room.code}/siops/"' in page
    assert f"/s/{other.room.code}/" not in page
    # The PIN of one room opens no other.
    assert "/sala/" in browser.get(f"{rooms.url}/s/{other.room.code}/entrar/").url


def test_a_form_of_one_room_posted_into_another_is_refused(rooms: Rooms) -> None:
    opened, other = rooms.open(), rooms.open()
    browser = rooms.browser(opened)
    page = f"{rooms.url}/s/{opened.room.code}/entrar/fundo/"
    token = field(browser.get(page).text, "csrfmiddlewaretoken")
    browser.cookies.update(rooms.browser(other).cookies)
    browser.get(f"{rooms.url}/s/{other.room.code}/entrar/fundo/")

    answer = browser.post(
        f"{rooms.url}/s/{other.room.code}/entrar/fundo/",
        {
            "csrfmiddlewaretoken": token,
            "cnpj": "99801000000158",
            "password": "Fundo-Aracatuba-2026",
            "not_a_robot": "on",
        },
        headers={"Referer": page},
    )

    assert answer.status_code == 403


def test_a_session_of_one_room_is_none_in_another(rooms: Rooms) -> None:
    opened, other = rooms.open(), rooms.open()
    browser = rooms.browser(opened)
    browser.cookies.update(rooms.browser(other).cookies)
    inside = f"{rooms.url}/s/{opened.room.code}"
    token = field(browser.get(f"{inside}/entrar/fundo/").text, "csrfmiddlewaretoken")
    answer = browser.post(
        f"{inside}/entrar/fundo/",
        {
            "csrfmiddlewaretoken": token,
            "cnpj": "99801000000158",
            "password": "Fundo-Aracatuba-2026",
            "not_a_robot": "on",
        },
        headers={"Referer": f"{inside}/entrar/"},
    )
    assert answer.url == f"{inside}/e-gestor/"

    assert "/entrar/" in browser.get(f"{rooms.url}/s/{other.room.code}/e-gestor/").url
    assert "/entrar/" in browser.get(f"{rooms.url}/e-gestor/").url
    stolen = browser.cookies.get(f"{opened.room.code}~sessionid")
    for forged in (f"{other.room.code}~sessionid={stolen}", f"sessionid={stolen}"):
        path = "/e-gestor/" if forged.startswith("sessionid") else f"/s/{other.room.code}/e-gestor/"
        cookies = "; ".join(
            [*(f"{each.name}={each.value}" for each in browser.cookies if "entrada" in each.name), forged]
        )
        lone = requests.get(rooms.url + path, headers={"Cookie": cookies}, timeout=10, allow_redirects=False)
        assert (lone.status_code, "/entrar/?next=" in lone.headers["Location"]) == (302, True), forged


def test_the_rooms_by_http(rooms: Rooms) -> None:
    made = requests.post(f"{rooms.url}/sim/salas", json={"title": "Esteira"}, timeout=10)
    assert made.status_code == 201
    told = made.json()
    assert {"code", "pin", "key", "portal_url", "tls_url", "token_url", "ca", "expires", "personas"} <= set(told)
    own = {"Authorization": f"Bearer {told['key']}"}
    place = f"{rooms.url}/sim/salas/{told['code']}"

    assert requests.get(place, headers=own, timeout=10).json()["generation"] == 1
    assert requests.post(f"{place}/reiniciar", headers=own, timeout=10).json()["generation"] == 2
    for verb, address in (("post", f"{place}/reiniciar"), ("delete", place), ("get", place)):
        refused = requests.request(verb, address, headers={"Authorization": "Bearer errada"}, timeout=10)
        assert (refused.status_code, refused.json()["error"]) == (403, "wrong_key")
    assert requests.delete(place, headers=own, timeout=10).status_code == 204
    gone = requests.get(place, headers=own, timeout=10)
    assert (gone.status_code, gone.json()["error"]) == (404, "no_room")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"a"', b"[" * 100_000, "título".encode("utf-16")])
def test_a_body_that_is_no_object_is_refused_in_json(rooms: Rooms, body: bytes) -> None:
    answer = requests.post(
        f"{rooms.url}/sim/salas", data=body, headers={"Content-Type": "application/json"}, timeout=10
    )

    assert (answer.status_code, answer.json()["error"]) == (422, "not_json")


def test_a_form_of_a_foreign_page_opens_no_room(rooms: Rooms) -> None:
    answer = requests.post(f"{rooms.url}/sim/salas", data={"title": "De fora"}, timeout=10)

    assert answer.status_code == 422


def test_a_request_whose_world_is_gone_is_told_that_the_room_began_again(rooms: Rooms) -> None:
    opened = rooms.open()
    former = world_of(opened.room)
    services.reset_room(code=opened.room.code, key=opened.key, at=now())
    stock.tend(at=now())

    with entered(former):
        page = restart_answer("/entrar/")
        machine = restart_answer("/api/token")
    assert (page.status_code, "A sala foi reiniciada." in page.content.decode()) == (409, True)
    assert (machine.status_code, json.loads(machine.content)["error"]) == (409, "room_restarted")

    with entered(worlds.find(opened.room.code)):
        assert restart_answer("/entrar/").status_code == 503


def restart_answer(path: str) -> Any:
    """What that address answers when its query found no database."""
    try:
        raise OperationalError from psycopg.errors.InvalidCatalogName()
    except OperationalError:
        return server_error(RequestFactory().get(path))
