"""Trying CPFs and CNPJs at the doors tells nothing: same status, text, headers and size, and the same time.

The one place that does tell is the 2ª etapa, as the procedure has it, and there the tries of an address are counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership
from common import documents, pace
from siops.services import sign_in
from siops.services.certification import NOT_FOUND
from siops.views import certification
from siops.views.certification import MISSES
from tests.factories import make_cnpj, make_cpf, make_membership, make_organisation
from tests.refusals import page_after
from tests.siops.doors import WRONG, make_medium, take_token, type_pin, use_puk
from tests.siops.technician_door import make_entered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

UNKNOWN, UNKNOWN_CNPJ = make_cpf(999_123), make_cnpj(99_123)


@dataclass(frozen=True)
class Door:
    """One page at which somebody types a document, and what is done before."""

    knock: Callable[[Client, str], Any]
    before: Callable[[Client, str], Any] = lambda client, document: None
    by_cnpj: bool = False


def post(route: str, field: str, **data: str) -> Callable[[Client, str], Any]:
    return lambda client, document: client.post(reverse(route), {field: document} | data)


DOORS = {
    "virtual token, CPF": Door(take_token),
    "virtual token, PIN": Door(lambda client, _: type_pin(client, WRONG), take_token),
    "PUK": Door(lambda client, cpf: use_puk(client, cpf, "00000000")),
    "technician": Door(post("siops:technician_sign_in", "cpf", password="Senha-errada-1")),
    "technician, forgot": Door(post("siops:technician_forgot", "cpf")),
    "e-Gestor, forgot, person": Door(post("accounts:forgot_person", "cpf")),
    "e-Gestor, forgot, fund": Door(post("accounts:forgot_organisation", "cnpj"), by_cnpj=True),
}
# What these do differs for who exists; their answers leave at whole steps of time instead.
PACED = ("virtual token, PIN", "PUK")


@pytest.fixture
def known() -> dict[bool, str]:
    """The CPF of somebody who is everything at once, and the CNPJ of a fund."""
    technician = make_entered()
    make_membership(technician.person, Membership.Role.PROGRAMME_MANAGER, technician.entity)
    make_medium(technician.person)
    return {False: technician.person.cpf_text, True: make_organisation().cnpj}


def pair(door: Door, known: dict[bool, str]) -> tuple[str, str]:
    return known[door.by_cnpj], UNKNOWN_CNPJ if door.by_cnpj else UNKNOWN


def seen(door: Door, document: str) -> list[Any]:
    """All that a browser gets to see of the answer and of the page after it, but for what changes every time."""
    client = Client()
    door.before(client, document)
    answer = door.knock(client, document)
    pages = [answer, client.get(answer["Location"])] if answer.status_code == 302 else [answer]
    cookies = {name: (len(cookie.value), cookie["max-age"]) for name, cookie in client.cookies.items()}
    return [[facts_of(page, document) for page in pages], cookies]


def facts_of(page: Any, document: str) -> tuple[int, dict[str, str], str, int]:
    headers = dict(page.headers)
    text = page.content.decode()
    hidden = [
        headers.pop("X-Simulador-Request-Id"),
        document,
        documents.format_cpf(document),
        documents.mask_cpf(document),
    ]
    hidden += [documents.format_cnpj(document)]
    if page.context is not None:
        hidden.append(str(page.context["csrf_token"]))
    for value in hidden:
        text = text.replace(value, "")
    return page.status_code, headers, text, len(page.content)


@pytest.mark.parametrize("name", DOORS)
def test_known_and_unknown_see_the_same(known: dict[bool, str], name: str) -> None:
    door = DOORS[name]
    one, other = (seen(door, document) for document in pair(door, known))
    assert one == other


@pytest.mark.parametrize("name", [name for name in DOORS if name not in PACED])
def test_known_and_unknown_cost_the_same_queries(known: dict[bool, str], name: str) -> None:
    door, costs = DOORS[name], set()
    for document in pair(door, known):
        client = Client()
        door.before(client, document)
        with CaptureQueriesContext(connection) as queries:
            door.knock(client, document)
        costs.add(len(queries))
    assert len(costs) == 1, costs


@pytest.mark.parametrize("name", PACED)
def test_however_long_the_work_the_answer_leaves_at_the_same_step(
    known: dict[bool, str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a clock that only work and waiting move: 70 ms for who exists, 10 ms for who does not."""
    now = [1000.0]

    def spend(seconds: float) -> None:
        now[0] += seconds

    looked_up = sign_in.medium_of

    def slow_for_the_known(cpf: str, at: Any) -> Any:
        spend(0.07 if cpf == known[False] else 0.01)
        return looked_up(cpf, at)

    monkeypatch.setattr(sign_in, "medium_of", slow_for_the_known)
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "sleep", spend)
    taken = []
    for cpf in (known[False], UNKNOWN):
        client = Client()
        DOORS[name].before(client, cpf)
        begun = now[0]
        DOORS[name].knock(client, cpf)
        taken.append(now[0] - begun)
    assert taken == [pytest.approx(pace.STEP)] * 2


@pytest.mark.parametrize("name", PACED)
def test_measured_answers_fall_in_one_bucket(known: dict[bool, str], name: str) -> None:
    """For real: the quickest of answers taken in turns, since a busy machine only ever adds to one."""
    taken: dict[str, list[float]] = {known[False]: [], UNKNOWN: []}
    for _ in range(7):
        for cpf, times in taken.items():
            client = Client()
            DOORS[name].before(client, cpf)
            begun = time.perf_counter()
            DOORS[name].knock(client, cpf)
            times.append(time.perf_counter() - begun)
    one, other = (min(times) for times in taken.values())
    assert min(one, other) >= pace.STEP
    assert abs(one - other) < pace.STEP / 2


# --- The 2ª etapa ---


def ask_for_a_certificate(cpf: str, address: str = "203.0.113.7") -> Any:
    client = Client(REMOTE_ADDR=address)
    return page_after(client, client.post(reverse("siops:certification_request"), {"cpf": cpf}))


def test_the_second_etapa_says_that_a_cpf_is_of_no_manager_until_an_address_has_tried_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(certification, "MISSES", replace(MISSES, each=99, address=5))
    secretary = make_entered().secretary.person.cpf_text
    for _ in range(5):
        assert NOT_FOUND in ask_for_a_certificate(UNKNOWN).content.decode()
    one, other = ask_for_a_certificate(secretary), ask_for_a_certificate(UNKNOWN)
    assert one.status_code == other.status_code == 429
    assert facts_of(one, secretary)[2] == facts_of(other, UNKNOWN)[2]
    assert NOT_FOUND not in one.content.decode()
    assert ask_for_a_certificate(secretary, "203.0.113.8").status_code == 200
