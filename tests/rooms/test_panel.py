"""The page of a room for who owns it: what will happen is seen before the button that lets it happen."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import requests

from common.legal_time import BRASILIA
from rooms import clockwork, services, worlds
from rooms.models import Room
from tests.clock import now
from tests.rooms.conftest import Rooms, field

pytestmark = [pytest.mark.xdist_group("rooms"), pytest.mark.django_db(databases=["default", "control"])]
Owner = Callable[[services.Opened], requests.Session]


def row_of(opened: services.Opened) -> Room:
    with worlds.control():
        return Room.objects.get(pk=opened.room.pk)


def asked(browser: requests.Session, rooms: Rooms, opened: services.Opened, **way: str) -> str:
    answer = browser.get(f"{rooms.url}/sala/{opened.room.code}/relogio/", params=way)
    assert answer.status_code == 200
    return answer.text


def test_the_way_is_shown_in_order_before_the_button_that_repeats_where_it_leads(rooms: Rooms, owner: Owner) -> None:
    opened = rooms.open()
    clockwork.stop(code=opened.room.code, key=opened.key, at=now())
    until = (now() + timedelta(days=100)).astimezone(BRASILIA)
    page = asked(owner(opened), rooms, opened, how="data", date=f"{until:%Y-%m-%d}", time="08:00")

    table = page[page.index('id="previa"') : page.index("Avançar até")]
    days = re.findall(r'data-label="Quando">([^<]*)<', table)
    assert len(days) > 1
    assert f"{until:%d/%m}" in page[page.index("Avançar até") :]
    assert page[: page.index("</main>")].count('class="br-button primary"') == 1


def test_the_button_goes_the_way_that_was_shown(rooms: Rooms, owner: Owner) -> None:
    opened = rooms.open()
    browser = owner(opened)
    clockwork.stop(code=opened.room.code, key=opened.key, at=now())
    before = row_of(opened).stopped_at
    assert before is not None
    page = asked(browser, rooms, opened, how="dia")

    place = f"{rooms.url}/sala/{opened.room.code}/relogio/"
    token = field(page, "csrfmiddlewaretoken")
    given = {"csrfmiddlewaretoken": token, "to": field(page, "to")}
    answer = browser.post(place, given, headers={"Referer": place})

    assert answer.url == f"{rooms.url}/sala/{opened.room.code}/painel/"
    assert row_of(opened).stopped_at == before + timedelta(days=1)


def test_a_way_back_is_refused_on_the_same_page(rooms: Rooms, owner: Owner) -> None:
    opened = rooms.open()
    past = now().astimezone(BRASILIA) - timedelta(days=2)
    page = asked(owner(opened), rooms, opened, how="data", date=f"{past:%Y-%m-%d}", time="08:00")

    assert "data-error-summary" in page or "has-error" in page
    assert "Avançar até" not in page
    assert "Recomeçar" in page


def test_the_strip_says_the_room_of_the_page(rooms: Rooms, owner: Owner) -> None:
    opened = rooms.open("Turma da manhã")
    browser = owner(opened)
    page = browser.get(f"{rooms.url}/sala/{opened.room.code}/painel/").text
    strip = page[page.index('class="room-bar"') : page.index("Trocar de sala")]

    assert "Turma da manhã" in strip
    assert "relógio da sala" not in strip
    clockwork.stop(code=opened.room.code, key=opened.key, at=now())
    assert "parado" in browser.get(f"{rooms.url}/sala/{opened.room.code}/painel/").text


def test_the_open_room_is_named_too(rooms: Rooms) -> None:
    page = requests.get(f"{rooms.url}/", timeout=30).text
    strip = page[page.index('class="room-bar"') : page.index("Trocar de sala")]
    assert "aberta" in strip
    assert "<time" not in strip
