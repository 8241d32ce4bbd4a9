"""Who gets what of the sanctions: every route × every role (letters in tests.matrix)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from siops.models.scoped import TECHNICIAN
from tests.factories import make_entity, make_other_entity, siops
from tests.in_room import below
from tests.matrix import ask, routes_of
from tests.sanctions.support import make_shortfall
from tests.siops.support import everybody, session_of

pytestmark = pytest.mark.django_db(databases=["default", "control"])
MANAGERS = ("head", "head_substitute", "secretary", "secretary_substitute", "council")
# Nobody; who answers for the entity; who fills; of another entity; another desk; the ministry, and who only reads.
ROLES = ("anon", *MANAGERS, "technician", "foreign", "checker", "coordination", "auditor", "administrator")
# fmt: off
ROUTES = {
    ("monitoring", "GET"):     "D ..... . . D DDD",
    ("defence_present", "GET"):  "D ....F F N D DDD",
    ("defence_present", "POST"): "D ....F F N D DDD",
    ("omission_list", "GET"):  "D FFFFF F F F ...",
    ("shortfall_list", "GET"): "D FFFFF F F F ...",
    ("entity_detail", "GET"):  "D FFFFF F F F ...",
}
# fmt: on


def test_every_route_answers_every_role() -> None:
    entity = make_entity()
    people = everybody(entity) | {"foreign": siops.make_acting(TECHNICIAN, make_other_entity())}
    clients = {role: Client() if role == "anon" else session_of(people[role]) for role in ROLES}
    of: dict[str, list[Any]] = {"entity_detail": [entity.pk], "defence_present": ["minimo", make_shortfall(entity).pk]}
    found = {}
    for name, method in ROUTES:
        arguments = of.get(name, [])
        address = below(reverse(f"sanctions:{name}", args=arguments))
        letters = "".join(ask(clients[role], method, address) for role in ROLES)
        found[name, method] = " ".join((letters[0], letters[1:6], letters[6], letters[7], letters[8], letters[9:]))
    assert found == ROUTES


def test_every_route_is_decided() -> None:
    assert {name for name, _ in ROUTES} == routes_of("sanctions")
