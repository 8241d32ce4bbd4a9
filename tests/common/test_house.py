"""What the apps say in their house.py: merged in one order, and refused when it names nothing or is said twice."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from django.core.checks import run_checks

import accounts.house
import config.house
import egestor.house
import pki.house
import rnds.house
import siops.house
from common import audit, house, permissions
from common.house import ANONYMOUS, DueKind, Entry, PasswordDoor, System
from common.permissions import Holders
from common.ui import Tone
from config.layers import APPS, HOUSE_ORDER
from tests import factories
from tests.actors import routine
from tests.clock import now

NOBODY = frozenset({ANONYMOUS})


def forget() -> None:
    for merged in (house.houses, house._collected, house.verbs, house.tones):
        merged.cache_clear()


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Put a table into a house.py for the time of a test."""

    def put(module: ModuleType, name: str, table: Any) -> None:
        monkeypatch.setattr(module, name, table, raising=False)
        forget()

    yield put
    monkeypatch.undo()
    forget()


def found() -> list[tuple[str | None, str]]:
    return [(str(error.id), error.msg) for error in run_checks() if str(error.id).startswith("house.")]


def test_the_house_as_it_is_has_no_fault() -> None:
    assert found() == []


def test_every_app_has_its_place_among_the_words() -> None:
    assert sorted([*HOUSE_ORDER, "common"]) == sorted(APPS)


def more(module: ModuleType, name: str, *words: Any) -> tuple[Any, ...]:
    return (*getattr(module, name, ()), *words)


# What is wrong → the table that says it, the check that finds it, and a word of what it tells.
PLANTED: dict[str, tuple[ModuleType, str, Callable[[], Any], str, str]] = {
    "a page of the menu without a route": (
        egestor.house,
        "MENU",
        lambda: more(egestor.house, "MENU", Entry("X", "egestor:nowhere", NOBODY)),
        "house.E002",
        "egestor:nowhere",
    ),
    "a first page without a route": (
        egestor.house,
        "HOMES",
        lambda: (Entry("Início", "egestor:nowhere", NOBODY),),
        "house.E002",
        "egestor:nowhere",
    ),
    "a queue without a route": (
        siops.house,
        "QUEUES",
        lambda: (replace(siops.house.QUEUES[0], route="siops:nowhere"),),
        "house.E002",
        "siops:nowhere",
    ),
    "a system without a door": (
        siops.house,
        "SYSTEMS",
        lambda: (System("/siops/", "siops:nowhere"),),
        "house.E002",
        "siops:nowhere",
    ),
    "a password door without a page": (
        siops.house,
        "PASSWORD_DOORS",
        lambda: (replace(siops.house.PASSWORD_DOORS[0], recovery="siops:nowhere"),),
        "house.E002",
        "siops:nowhere",
    ),
    "a permission that no rule knows": (
        rnds.house,
        "MENU",
        lambda: (Entry("PEC", "rnds:pec_list", NOBODY, "rnds.view_pecs"),),
        "house.E003",
        "rnds.view_pecs",
    ),
    "a kind of session that nobody opens": (
        rnds.house,
        "MENU",
        lambda: (Entry("PEC", "rnds:pec_list", frozenset({"robot"})),),
        "house.E004",
        "robot",
    ),
    "a path of no route": (rnds.house, "MACHINE_PATHS", lambda: ("/fhir/",), "house.E005", "/fhir/"),
    "a system of no route": (
        siops.house,
        "SYSTEMS",
        lambda: (System("/siopss/", "siops:sign_in"),),
        "house.E005",
        "/siopss/",
    ),
    "a tone of no status": (egestor.house, "TONES", lambda: {"burnt": Tone.DANGER}, "house.E006", "burnt"),
    "a status of no tone": (egestor.house, "TONES", lambda: {"used": "purple"}, "house.E006", "purple"),
    "a verb of two apps": (
        rnds.house,
        "VERBS",
        lambda: rnds.house.VERBS | {"token.used": "Usado"},
        "house.E007",
        "token.used",
    ),
    "a status of two tones": (rnds.house, "TONES", lambda: {"active": Tone.DANGER}, "house.E007", "active"),
    "a page twice in one menu": (
        accounts.house,
        "MENU",
        lambda: more(accounts.house, "MENU", Entry("X", "accounts:sign_in", NOBODY)),
        "house.E007",
        "accounts:sign_in",
    ),
    "a path of two apps": (pki.house, "MACHINE_PATHS", lambda: ("/api/",), "house.E007", "/api/"),
    "a path inside another": (pki.house, "MACHINE_PATHS", lambda: ("/pki/", "/pki/ac/"), "house.E007", "/pki/ac/"),
    "a kind of session of two apps": (siops.house, "KINDS", lambda: ("siops", "person"), "house.E007", "person"),
    "a due kind of two apps": (
        rnds.house,
        "DUE_KINDS",
        lambda: (DueKind("token_expiry", lambda after, until: ()),),
        "house.E007",
        "token_expiry",
    ),
    "a door of two apps": (
        siops.house,
        "PASSWORD_DOORS",
        lambda: (replace(siops.house.PASSWORD_DOORS[0], name="portal"),),
        "house.E007",
        "porta: portal",
    ),
    "a title of two apps": (rnds.house, "FIDELITY", lambda: egestor.house.FIDELITY, "house.E007", "Entrada e perfis"),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_fault_is_found(planted: str, say: Any) -> None:
    module, name, table, number, told = PLANTED[planted]
    say(module, name, table())
    assert [error for error, text in found() if told in text][:1] == [number]


def test_a_table_that_nobody_reads_is_found(say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    written = inspect.getsource(config.house)
    monkeypatch.setattr(inspect, "getsource", lambda module: f"{written}\nMENUS = MENU\n")
    say(config.house, "MENUS", config.house.MENU)
    monkeypatch.setattr(house, "houses", lambda: (("config", config.house),))
    assert [error for error, text in found() if "MENUS" in text] == ["house.E001"]


@pytest.mark.parametrize(
    ("holders", "number"),
    [
        ({"rnds.nothing": Holders("ninguém", "", "accounts:sign_in")}, "house.E003"),
        ({"rnds.view_pec": Holders("ninguém", "", "accounts:nowhere")}, "house.E002"),
    ],
)
def test_holders_of_what_does_not_exist_are_found(
    holders: dict[str, Holders], number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(permissions, "_holders", holders)
    assert [error for error, _ in found()] == [number]


def test_holders_are_told_once() -> None:
    with pytest.raises(ValueError, match=r"rnds\.view_pec"):
        permissions.declare_holders({"rnds.view_pec": Holders("outros", "", "accounts:sign_in")})


@pytest.mark.django_db
def test_a_verb_that_no_app_names_is_not_recorded() -> None:
    entity = factories.make_entity()
    with pytest.raises(ValueError, match=r"token\.burnt"):
        audit.record("token.burnt", target=entity, by=routine(), at=now())
    with pytest.raises(ValueError, match=r"token\.burnt"):
        audit.record_batch("token.burnt", model=type(entity), count=1, by=routine(), at=now())


def test_a_password_door_is_called_by_its_name() -> None:
    door: PasswordDoor = house.password_door("person")
    assert door.route == "siops:technician_sign_in"
    with pytest.raises(LookupError):
        house.password_door("robot")
