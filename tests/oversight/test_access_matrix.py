"""Who gets what of the Conselho and of the Tribunal: every route × every role (letters in tests.matrix)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from oversight.models import Opinion
from siops.models import HealthManager
from tests.clock import now
from tests.factories import make_entity, make_other_entity, make_staff, siops
from tests.factories.declarations import make_declaration, make_period
from tests.in_room import below
from tests.matrix import ask, routes_of
from tests.siops.support import everybody, session_of
from tests.siops.test_courts import state_of

pytestmark = pytest.mark.django_db(databases=["default", "control"])
Role = HealthManager.Role
ANSWERING = ("head", "head_substitute", "secretary", "secretary_substitute", "technician")
FOREIGN = {"other_council": Role.COUNCIL, "other_court": Role.COURT, "other_secretary": Role.SECRETARY}
# Nobody; who answers for the entity; its Conselho, the Tribunal of its state; of another state; the ministry.
ROLES = ("anon", *ANSWERING, "council", "court", *FOREIGN, "coordination", "checker", "auditor")
# fmt: off
ROUTES = {
    ("declaration_list", "GET"):     "D ..... .. ... .F.",
    ("declaration_detail", "GET"):   "D ..... .. NNN .N.",
    ("opinion_take", "POST"):        "D FFFFF CF NNN DDD",
    ("opinion_give", "GET"):         "D FFFFF .F NNN DDD",
    ("opinion_give", "POST"):        "D FFFFF .F NNN DDD",
    ("opinion_return", "GET"):       "D FFFFF .F NNN DDD",
    ("opinion_return", "POST"):      "D FFFFF .F NNN DDD",
    ("assessment_register", "GET"):  "D FFFFF F. NNN DDD",
    ("assessment_register", "POST"): "D FFFFF F. NNN DDD",
}
# fmt: on


def test_every_route_answers_every_role() -> None:
    entity, other = make_entity(), make_other_entity()
    people: dict[str, Any] = everybody(entity)
    people["court"] = siops.make_acting(Role.COURT, state_of(entity))
    for name, role in FOREIGN.items():
        people[name] = siops.make_acting(role, state_of(other) if role == Role.COURT else other)
    clients = {role: Client() if role == "anon" else session_of(people[role]) for role in ROLES}
    declaration = make_declaration(entity, make_period(2026, 4), status="homologated")
    Opinion.objects.create(
        declaration=declaration, status="before_council", taken_by=people["council"].user, taken_at=now()
    )
    found = {}
    for name, method in ROUTES:
        arguments = [] if name == "declaration_list" else [declaration.pk]
        address = below(reverse(f"oversight:{name}", args=arguments))
        letters = "".join(ask(clients[role], method, address) for role in ROLES)
        found[name, method] = " ".join((letters[0], letters[1:6], letters[6:8], letters[8:11], letters[11:]))
    assert found == ROUTES


def test_every_route_is_decided() -> None:
    assert {name for name, _ in ROUTES} == routes_of("oversight")


@pytest.mark.parametrize(
    ("role", "reads"),
    [("secretary", True), ("secretary_substitute", True), ("court", True), ("coordination", True), ("auditor", True)]
    + [(role, False) for role in ("head", "head_substitute", "technician", "council")],
)
def test_who_reads_what_the_tribunal_found(role: str, reads: bool) -> None:
    entity = make_entity()
    people: dict[str, Any] = {
        "coordination": siops.make_coordinator,
        "auditor": lambda: make_staff("auditor", staff_role=User.StaffRole.AUDITOR),
        "court": lambda: siops.make_acting(Role.COURT, state_of(entity)),
    }
    who = people.get(role, lambda: siops.make_acting(role, entity))()
    declaration = make_declaration(entity, make_period(2026, 4), status="homologated")
    for name, arguments in (("declaration_list", []), ("declaration_detail", [declaration.pk])):
        page = session_of(who).get(below(reverse(f"oversight:{name}", args=arguments))).content.decode()
        assert ("NÃO ANALISADO" in page) is reads
