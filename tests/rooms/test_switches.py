"""The switches of a room: its own, in every process from the next request, kept over a reset and in no other room."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import requests
from django.core.management import CommandError, call_command

from accounts.models import User
from common import switches
from common.exceptions import NotPermitted, RuleBroken, RulesBroken
from common.models import AuditEvent
from common.switch_choices import CerPolicy, ReviewMode
from config.celery import app
from config.management.commands.room import keep_key, obtain
from egestor.services.tokens import token_expiry
from rnds.services import credentialing
from rooms import clockwork, services, switchboard, worlds
from rooms.models import Room
from rooms.tasks import visit
from rooms.worlds import entered, world_of
from tests.actors import acting
from tests.clock import now
from tests.factories import PASSWORD, make_staff
from tests.rooms.conftest import Rooms, field
from tests.rooms.test_machines import CNES, alert
from tests.sessions import grow_old
from tests.switches import Switch

pytestmark = [pytest.mark.xdist_group("rooms"), pytest.mark.django_db(databases=["default", "control"])]


def own(opened: services.Opened) -> dict[str, Any]:
    return {"code": opened.room.code, "key": opened.key, "at": now()}


def in_force(opened: services.Opened) -> switches.Switches:
    """What a request, a task or a command of the room finds."""
    with entered(worlds.find(opened.room.code)):
        return switches.now()


def row_of(opened: services.Opened) -> Room:
    with worlds.control():
        return Room.objects.get(pk=opened.room.pk)


def test_two_rooms_side_by_side(rooms: Rooms) -> None:
    one, other = rooms.open(), rooms.open()

    switchboard.change(**own(one), given={"TOKEN_CORTE": "23:59:00", "CER_POLICY": "aceitar", "REUSAR_ID": False})
    switchboard.change(**own(other), given={"MODO_ANALISE": "analista"})

    here, there = in_force(one), in_force(other)
    assert (here.cer_policy, here.reuse_requester_id, here.review_mode) == (
        CerPolicy.ACCEPT,
        False,
        ReviewMode.AUTOMATIC,
    )
    assert (there.cer_policy, there.reuse_requester_id, there.review_mode) == (
        CerPolicy.REFUSE,
        True,
        ReviewMode.ANALYST,
    )
    ends = []
    for room in (one, other):
        with entered(worlds.find(room.room.code)):
            ends.append(token_expiry(now()))
    assert ends[1] - ends[0] == timedelta(minutes=1)
    assert switches.now() == switches.installed()
    with entered(worlds.open_world()):
        assert switches.now() == switches.installed()


def test_only_what_differs_is_kept_and_follows_the_installation(rooms: Rooms, switch: Switch) -> None:
    opened = rooms.open()

    switchboard.change(**own(opened), given={"CER_POLICY": "avisar", "AUTH_LIMITE_POR_MINUTO": 60})
    assert row_of(opened).switches == {"CER_POLICY": "avisar"}

    switch(cer_policy="avisar", auth_rate_limit=7)
    assert in_force(opened).auth_rate_limit == 7
    switchboard.change(**own(opened), given={"CER_POLICY": None})
    assert row_of(opened).switches == {}
    assert in_force(opened) == switches.installed()


def test_a_period_counts_from_the_clock_of_the_room_and_is_over_by_itself(rooms: Rooms) -> None:
    opened = rooms.open()
    clockwork.advance(**own(opened), to=now() + timedelta(days=10))
    stood = clockwork.stop(**own(opened)).stopped_at
    assert stood

    switchboard.change(**own(opened), given={"CADSUS_DISPONIVEL": "2h"})
    end = stood.replace(microsecond=0) + timedelta(hours=2)
    assert in_force(opened).cadsus_available == end

    room = row_of(opened)
    (due,) = [due for due in clockwork.preview(room=room, until=end, at=now()).due if "CADSUS" in due.what]
    assert (due.at, due.effect) == (end, "volta a responder")
    clockwork.advance(**own(opened), to=end)
    assert in_force(opened).cadsus_available is True
    assert dict(switchboard.summary(row_of(opened)))["CADSUS"] == "Disponível"


def test_a_reset_keeps_them(rooms: Rooms) -> None:
    opened = rooms.open()
    switchboard.change(**own(opened), given={"CADSUS_DISPONIVEL": "false"})

    services.reset_room(**own(opened))

    assert not in_force(opened).cadsus_available


def test_a_change_is_on_the_room_s_own_record_once_and_at_its_own_instant(rooms: Rooms) -> None:
    opened = rooms.open()
    stood = clockwork.stop(**own(opened)).stopped_at
    later = {**own(opened), "at": now() + timedelta(hours=3)}

    switchboard.change(**later, given={"CER_POLICY": "avisar"})
    switchboard.change(**later, given={"CER_POLICY": "avisar"})

    with entered(worlds.find(opened.room.code)):
        (event,) = AuditEvent.objects.filter(verb="room.switches_changed")
    assert (event.at, event.system_actor) == (stood, switchboard.OWNER)
    assert event.details["changes"] == {"CER_POLICY": {"antes": "padrão", "depois": "avisar"}}
    with entered(worlds.open_world()):
        assert not AuditEvent.objects.filter(verb="room.switches_changed").exists()


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ({"CER_POLICY": "talvez"}, ["unknown_value"]),
        ({"DEMO": "false"}, ["unknown_switch"]),
        ({"ICP_ASSUNTO_ESTRITO": "true"}, ["unknown_switch"]),
        ({"cer_policy": "avisar"}, ["unknown_switch"]),
        ({"DEMO": None}, ["unknown_switch"]),
        ({"REUSAR_ID": {"a": 1}, "CER_POLICY": "avisar", "TOKEN_CORTE": "24:00"}, ["unknown_value"] * 2),
    ],
)
def test_a_refusal_changes_nothing(rooms: Rooms, given: dict[str, object], codes: list[str]) -> None:
    opened = rooms.open()

    with pytest.raises(RuleBroken) as refusal:
        switchboard.change(**own(opened), given=given)

    assert [one.code for one in refusal.value.broken] == codes
    assert isinstance(refusal.value, RulesBroken) == (len(codes) > 1)
    assert row_of(opened).switches == {}
    with entered(worlds.find(opened.room.code)):
        assert not AuditEvent.objects.filter(verb="room.switches_changed").exists()


def test_only_the_key_or_who_runs_the_room_from_inside(rooms: Rooms) -> None:
    opened, other = rooms.open(), rooms.open()
    wanted: dict[str, Any] = {"code": opened.room.code, "given": {"CER_POLICY": "avisar"}, "at": now()}

    for key in ("", other.key):
        with pytest.raises(RuleBroken, match="A chave não é desta sala"):
            switchboard.change(**wanted, key=key)
    with pytest.raises(RuleBroken):
        switchboard.change(**{**wanted, "code": ""}, key="")
    with entered(world_of(other.room)):
        stranger = make_staff("de.outra.sala", staff_role=User.StaffRole.TRAINER)
        with pytest.raises(NotPermitted):
            switchboard.change(**wanted, by=acting(stranger))
    with entered(world_of(opened.room)):
        manager = User.objects.filter(is_superuser=False, kind=User.Kind.PERSON).order_by("pk")[0]
        with pytest.raises(NotPermitted):
            switchboard.change(**wanted, by=acting(manager))
    assert row_of(opened).switches == {}

    with entered(world_of(opened.room)):
        trainer = make_staff("instrutora", staff_role=User.StaffRole.TRAINER)
        switchboard.change(**wanted, by=acting(trainer))
        assert AuditEvent.objects.get(verb="room.switches_changed").actor_id == trainer.pk
    assert row_of(opened).switches == {"CER_POLICY": "avisar"}


def test_a_task_and_a_visit_see_the_switches_of_their_room(rooms: Rooms) -> None:
    opened = rooms.open()
    switchboard.change(**own(opened), given={"EGESTOR_DIAS_INATIVIDADE": 180})
    seen: dict[str, int] = {}

    @app.task(name="proof")
    def look() -> None:
        world = worlds.current()
        assert world is not None
        seen[world.code] = switches.now().membership_idle_days

    try:
        visit(["proof"])
        assert (seen[""], seen[opened.room.code]) == (90, 180)
        seen.clear()
        look.push_request(sala=opened.room.code)
        look()
    finally:
        app.tasks.pop("proof")
    assert seen == {opened.room.code: 180}


def test_by_http(rooms: Rooms) -> None:
    opened, other = rooms.open(), rooms.open()
    place = f"{rooms.url}/sim/salas/{opened.room.code}/interruptores"
    key = {"Authorization": f"Bearer {opened.key}"}

    changed = requests.patch(place, headers=key, json={"CER_POLICY": "avisar", "REUSAR_ID": False}, timeout=10)
    assert changed.status_code == 200
    rows = {row["name"]: row for row in changed.json()["switches"]}
    assert set(rows) == set(switches.BY_VARIABLE)
    assert (rows["CER_POLICY"]["value"], rows["CER_POLICY"]["default"]) == ("avisar", "recusar")
    assert rows["REUSAR_ID"]["value"] is False
    assert requests.get(place, headers=key, timeout=10).json() == changed.json()
    facts = requests.get(f"{rooms.url}/sim/salas/{opened.room.code}", headers=key, timeout=10).json()
    assert facts["switches"]["CER_POLICY"] == "avisar"
    back = requests.post(place, headers=key, json={"CER_POLICY": None}, timeout=10).json()
    assert {row["name"] for row in back["switches"] if row["value"] != row["default"]} == {"REUSAR_ID"}

    for given, status, code in (
        ({"CER_POLICY": "talvez"}, 422, "unknown_value"),
        ({"OUTRO": "1"}, 422, "unknown_switch"),
        ([], 422, "not_json"),
    ):
        refused = requests.patch(place, headers=key, json=given, timeout=10)
        assert (refused.status_code, refused.json()["error"]) == (status, code)
    stranger = {"Authorization": f"Bearer {other.key}"}
    for verb in ("get", "patch", "post"):
        refused = requests.request(verb, place, headers=stranger, json={}, timeout=10)
        assert (refused.status_code, refused.json()["error"]) == (403, "wrong_key")
    assert requests.delete(place, headers=key, timeout=10).status_code == 405


def test_by_command(rooms: Rooms) -> None:
    opened = rooms.open()
    keep_key(opened.room.code, opened.key)

    def room(*arguments: str) -> Any:
        out = StringIO()
        call_command("room", *arguments, "--json", stdout=out)
        return json.loads(out.getvalue())

    code = opened.room.code
    room("switch", code, "AUTH_LIMITE_POR_MINUTO", "3")
    room("switch", code, "REUSAR_ID", "false")
    rows = {row["name"]: row["value"] for row in room("switch", code)["switches"]}
    assert (rows["AUTH_LIMITE_POR_MINUTO"], rows["REUSAR_ID"]) == (3, False)
    (listed,) = [each for each in room("list") if each["code"] == code]
    assert listed["switches"]["AUTH_LIMITE_POR_MINUTO"] == 3
    room("switch", code, "REUSAR_ID", "--default")
    assert row_of(opened).switches == {"AUTH_LIMITE_POR_MINUTO": "3"}
    room("switch", code, "--default")
    assert row_of(opened).switches == {}

    for wrong in (["REUSAR_ID"], ["REUSAR_ID", "false", "--default"], ["REUSAR_ID", "talvez"], ["OUTRO", "1"]):
        with pytest.raises(CommandError):
            room("switch", code, *wrong)
    out = StringIO()
    call_command("room", "switch", code, "CER_POLICY", "aceitar", stdout=out)
    assert "CER_POLICY=aceitar  (da sala)" in out.getvalue()


def saved(browser: requests.Session, place: str, page: str, **values: str) -> requests.Response:
    """The form of `page` posted as it was, but for `values`."""
    form = {switch.name: switches.written(getattr(switches.installed(), switch.name)) for switch in switches.ALL} | {
        name: field(page, name) for name in ("csrfmiddlewaretoken", "shown")
    }
    return browser.post(place, form | values, headers={"Referer": place})


def test_the_screen(rooms: Rooms, owner: Any) -> None:
    opened = rooms.open()
    browser = owner(opened)
    place = f"{rooms.url}/sala/{opened.room.code}/interruptores/"
    page = browser.get(place).text

    after = saved(browser, place, page, cer_policy="avisar", token_cutoff="23:59:30", membership_idle_days="180")
    assert (after.status_code, after.url) == (200, place)
    assert "foram salvos" in after.text
    assert row_of(opened).switches == {
        "CER_POLICY": "avisar",
        "TOKEN_CORTE": "23:59:30",
        "EGESTOR_DIAS_INATIVIDADE": "180",
    }
    saved(browser, place, after.text, cer_policy="avisar", cadsus_available="30min")
    panel = browser.get(f"{rooms.url}/sala/{opened.room.code}/painel/").text
    assert "Indisponível até " in panel
    kept = row_of(opened).switches["CADSUS_DISPONIVEL"]
    after = browser.get(place)
    assert f'value="{kept}" selected' in after.text
    saved(browser, place, after.text, cer_policy="avisar", token_cutoff="23:59:30", membership_idle_days="180")
    panel = browser.get(f"{rooms.url}/sala/{opened.room.code}/painel/").text
    assert "Aceitar, com aviso" in panel
    assert "Análise de credenciais" in panel

    again = browser.get(place).text
    assert 'value="23:59:30"' in again
    for name, wrong in (("membership_idle_days", "0"), ("token_cutoff", "24:00"), ("cer_policy", "talvez")):
        refused = saved(browser, place, again, **{name: wrong})
        assert "data-error-summary" in refused.text or "has-error" in refused.text
    assert row_of(opened).switches["CER_POLICY"] == "avisar"

    back = browser.post(
        f"{place}padrao/", {"csrfmiddlewaretoken": field(again, "csrfmiddlewaretoken")}, headers={"Referer": place}
    )
    assert back.url == place
    assert row_of(opened).switches == {}


def test_a_stale_form_undoes_nothing(rooms: Rooms, owner: Any) -> None:
    opened = rooms.open()
    browser = owner(opened)
    place = f"{rooms.url}/sala/{opened.room.code}/interruptores/"
    page = browser.get(place).text
    switchboard.change(**own(opened), given={"CER_POLICY": "aceitar"})

    answer = saved(browser, place, page, keep_pfx="false")

    assert switchboard.STALE in answer.text
    assert row_of(opened).switches == {"CER_POLICY": "aceitar"}
    saved(browser, place, answer.text, cer_policy="aceitar", keep_pfx="false")
    assert row_of(opened).switches == {"CER_POLICY": "aceitar", "GUARDAR_PFX": "false"}


def test_who_may_not_is_told_who_may(rooms: Rooms, owner: Any) -> None:
    opened, other = rooms.open(), rooms.open()
    path = f"/sala/{opened.room.code}/interruptores/"

    for browser in (requests.Session(), owner(other), rooms.browser(opened)):
        answer = browser.get(rooms.url + path, timeout=10)
        assert answer.status_code == 403
        assert "quem tem a chave da sala" in answer.text
    inside = rooms.browser(opened).get(f"{rooms.url}/s/{opened.room.code}{path}", timeout=10)
    assert (inside.status_code, inside.url) == (403, rooms.url + path)
    assert requests.get(f"{rooms.url}/sala/zzzzz/interruptores/", timeout=10).status_code == 404


def staff_inside(rooms: Rooms, opened: services.Opened, login: str, password: str = PASSWORD) -> requests.Session:
    """A browser inside the room, with the session of a member of the team of that room."""
    browser, door = rooms.browser(opened), f"{rooms.url}/s/{opened.room.code}/admin/login/"
    token = field(browser.get(door).text, "csrfmiddlewaretoken")
    given = {"csrfmiddlewaretoken": token, "username": login, "password": password}
    browser.post(door, given, headers={"Referer": door})
    return browser


def test_who_runs_the_room_does_it_from_inside(rooms: Rooms) -> None:
    opened = rooms.open()
    with entered(world_of(opened.room)):
        make_staff("instrutora", staff_role=User.StaffRole.TRAINER)
    browser, inside = staff_inside(rooms, opened, "instrutora"), f"{rooms.url}/s/{opened.room.code}"
    place = f"{inside}/sala/{opened.room.code}/interruptores/"

    page = browser.get(place)
    assert (page.status_code, page.url) == (200, place)
    assert "foram salvos" in saved(browser, place, page.text, cadsus_available="false").text

    assert row_of(opened).switches == {"CADSUS_DISPONIVEL": "false"}


@pytest.mark.usefixtures("asks_factor")
@pytest.mark.parametrize("login", ["instrutor", "administrador"])
def test_who_runs_the_room_shows_the_second_factor_again_after_fifteen_minutes(rooms: Rooms, login: str) -> None:
    opened = rooms.open()
    browser = staff_inside(rooms, opened, login, f"{login.capitalize()}-2026")
    inside = f"{rooms.url}/s/{opened.room.code}"
    place, factor = f"{inside}/sala/{opened.room.code}/interruptores/", f"{inside}/entrar/segundo-fator/"
    show_factor(browser, factor)
    with entered(world_of(opened.room)):
        grow_old()

    page = browser.get(place)
    assert page.status_code == 200
    refused = saved(browser, place, page.text, cadsus_available="false")
    assert refused.url.startswith(factor)
    assert row_of(opened).switches == {}

    show_factor(browser, factor)
    assert "foram salvos" in saved(browser, place, browser.get(place).text, cadsus_available="false").text
    assert row_of(opened).switches == {"CADSUS_DISPONIVEL": "false"}


def show_factor(browser: requests.Session, page: str) -> None:
    """With the code that the page of the demonstration brings."""
    shown = browser.get(page).text
    given = {name: field(shown, name) for name in ("csrfmiddlewaretoken", "code")}
    assert browser.post(page, given, headers={"Referer": page}).url != page


def test_who_runs_the_room_moves_its_clock_from_inside(rooms: Rooms) -> None:
    opened = rooms.open()
    with entered(world_of(opened.room)):
        make_staff("instrutora", staff_role=User.StaffRole.TRAINER)
        make_staff("analista-daqui")
    place = f"{rooms.url}/s/{opened.room.code}/sala/{opened.room.code}/relogio/"

    trainer = staff_inside(rooms, opened, "instrutora")
    page = trainer.get(place)
    assert (page.status_code, page.url) == (200, place)
    token = field(page.text, "csrfmiddlewaretoken")
    trainer.post(f"{place}parar/", {"csrfmiddlewaretoken": token}, headers={"Referer": place})
    stopped = row_of(opened).stopped_at
    assert stopped is not None
    later = (stopped + timedelta(hours=1)).isoformat()
    trainer.post(place, {"csrfmiddlewaretoken": token, "to": later}, headers={"Referer": place})
    assert row_of(opened).stopped_at == stopped + timedelta(hours=1)

    # Whoever else is inside is asked for the key, outside.
    analyst = staff_inside(rooms, opened, "analista-daqui")
    asked = analyst.get(place)
    assert asked.url == f"{rooms.url}/sala/{opened.room.code}/painel/"
    inside = f"{rooms.url}/s/{opened.room.code}/"
    assert ["Mudar o relógio" in browser.get(inside).text for browser in (trainer, analyst)] == [True, False]


def test_the_next_request_in_the_room_and_in_no_other(rooms: Rooms, curl: Any) -> None:
    one, other = rooms.open(), rooms.open()
    keys = {each.room.code: obtain(each.room, CNES) for each in (one, other)}
    switchboard.change(**own(one), given={"AUTH_LIMITE_POR_MINUTO": 1, "AMBIENTE": "producao"})

    def statuses(opened: services.Opened) -> list[int]:
        path = f"/s/{opened.room.code}/api/token"
        return [curl(path, keys[opened.room.code])[0] for _ in range(3)]

    assert 429 in statuses(one)
    assert statuses(other) == [200] * 3
    switchboard.change(**own(one), given={"AUTH_LIMITE_POR_MINUTO": None})
    assert statuses(one) == [200] * 3


def test_one_room_in_tls_mode_beside_another_in_http_mode(rooms: Rooms, curl: Any) -> None:
    strict, lenient = rooms.open(), rooms.open()
    keys = {}
    for opened in (strict, lenient):
        keys[opened.room.code] = credential = obtain(opened.room, CNES)
        with entered(world_of(opened.room)):
            credentialing.revoke(requester_id=credential["requester_id"], at=now())
    switchboard.change(**own(strict), given={"AUTH_MODO_ERRO": "tls"})
    rooms.house.renew_trust(at=now())

    assert alert(rooms, keys[strict.room.code]) == "certificate revoked"
    assert curl(f"/s/{lenient.room.code}/api/token", keys[lenient.room.code])[0] == 401
    # Who presents nothing belongs to no room.
    assert requests.get(f"{rooms.tls_url}/api/token", verify=str(rooms.ca), timeout=10).status_code == 401

    switchboard.change(**own(strict), given={"AUTH_MODO_ERRO": None})
    assert curl(f"/s/{strict.room.code}/api/token", keys[strict.room.code])[0] == 401
    rooms.house.renew_trust(at=now())


def test_a_room_in_http_mode_where_the_installation_is_in_tls_mode(rooms: Rooms, curl: Any, switch: Switch) -> None:
    opened = rooms.open()
    credential = obtain(opened.room, CNES)
    with entered(world_of(opened.room)):
        credentialing.revoke(requester_id=credential["requester_id"], at=now())
    switch(auth_error_mode="tls")
    rooms.house.renew_trust(at=now())
    try:
        assert alert(rooms, credential) == "certificate revoked"
        switchboard.change(**own(opened), given={"AUTH_MODO_ERRO": "http"})
        assert curl(f"/s/{opened.room.code}/api/token", credential)[0] == 401
        with pytest.raises((requests.exceptions.SSLError, requests.exceptions.ConnectionError)):
            requests.get(f"{rooms.tls_url}/api/token", verify=str(rooms.ca), timeout=10)
    finally:
        switch(auth_error_mode="http")
        rooms.house.renew_trust(at=now())
