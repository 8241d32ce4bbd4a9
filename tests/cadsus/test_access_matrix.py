"""Who gets what in the CADSUS and in the SISRede, asked of the server itself (letters in tests.matrix).

The rows are of one unit: `asker` is its operator with a draft, a pending access and a pending machine; `registrar` has
an approved access and machine there.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import ProfessionalLink, User
from cadsus.models import Machine, Operator, OperatorAccess
from cadsus.session import SGOP, SISREDE
from tests.cadsus import test_sisrede_matrix, test_web_pages
from tests.factories import make_establishment, make_organisation, make_other_entity
from tests.factories.cadsus import (
    end_link_of,
    link_of,
    make_access,
    make_machine,
    make_municipal_it,
    make_unit_manager,
    make_worker,
    session,
)
from tests.in_room import below
from tests.matrix import (
    Asking,
    Key,
    Tables,
    column_of,
    has_every_role,
    make_profiles,
    make_team,
    roles_of,
    routes_of,
    unlisted,
)

pytestmark = pytest.mark.django_db(databases=["default", "control"])

# In groups, as the letters of a row are.
COLUMNS = (
    ("anon",),
    # Sessions of the SGOP: no operator yet, operator, with each profile.
    ("newcomer", "asker", "registrar", "consultant"),
    # Of the unit, of another unit, of the municipality; registrar and manager whose link ended.
    ("manager", "other_manager", "it"),
    ("late_registrar", "late_manager"),
    # Manager and TI of another municipality.
    ("foreign_manager", "foreign_it"),
    # Sessions of the SISRede: in force, and of a link that ended.
    ("reception", "late_reception"),
    # Of the e-Gestor, and of the team.
    ("fund", "ab_manager", "nobody"),
    ("coordination", "auditor", "administrator"),
)
ROLES = roles_of(COLUMNS)

# fmt: off
#                                            an nark mot ll ff rl fan cad
ROUTES: dict[Key, str] = {
    ("web_home", "GET"):                    "D FF.. ... FF .. DD DDD DDD",
    ("operator_register", "GET"):           "D .>>> ... >. .. DD DDD DDD",
    ("operator_register", "POST"):          "D .... ... .. .. DD DDD DDD",
    ("request_list", "GET"):                "D >... >>> .> >> DD DDD DDD",
    ("access_start", "GET"):                "D >... >>> .> >> DD DDD DDD",
    ("access_start", "POST"):               "D >... >>> .> >> DD DDD DDD",
    ("access_ask", "GET"):                  "D N.NN NNN NN NN DD DDD DDD",
    ("access_ask", "POST"):                 "D N.NN NNN NN NN DD DDD DDD",
    ("access_cancel", "POST"):              "D N>NN NNN NN NN DD DDD DDD",
    ("machine_ask", "GET"):                 "D >... >>> .> >> DD DDD DDD",
    ("machine_ask", "POST"):                "D >... >>> .> >> DD DDD DDD",
    ("approval_pending", "GET"):            "D FFFF ... FF .. DD DDD DDD",
    ("approval_done", "GET"):               "D FFFF ... FF .. DD DDD DDD",
    ("operator_manage", "GET"):             "D FFFF ... FF .. DD DDD DDD",
    ("machine_manage", "GET"):              "D FFFF ... FF .. DD DDD DDD",
    ("access_detail", "GET"):               "D NFNN .F. NN NN DD DDD DDD",
    ("access_approve", "POST"):             "D NFNN >F> NN NN DD DDD DDD",
    ("access_deny", "GET"):                 "D NFNN .F. NN NN DD DDD DDD",
    ("access_deny", "POST"):                "D NFNN .F. NN NN DD DDD DDD",
    ("access_revoke", "GET"):               "D NNFN .F. NN NN DD DDD DDD",
    ("access_revoke", "POST"):              "D NNFN .F. NN NN DD DDD DDD",
    ("machine_detail", "GET"):              "D NFNN .F. NN NN DD DDD DDD",
    ("machine_approve", "POST"):            "D NFNN >F> NN NN DD DDD DDD",
    ("machine_deny", "GET"):                "D NFNN .F. NN NN DD DDD DDD",
    ("machine_deny", "POST"):               "D NFNN .F. NN NN DD DDD DDD",
    ("machine_revoke", "GET"):              "D NNFN .F. NN NN DD DDD DDD",
    ("machine_revoke", "POST"):             "D NNFN .F. NN NN DD DDD DDD",
    ("link_list", "GET"):                   "D FFFF FF. FF F. DD DDD DDD",
    ("link_start", "GET"):                  "D FFFF FF. FF F. DD DDD DDD",
    ("link_start", "POST"):                 "D FFFF FF. FF F. DD DDD DDD",
    ("link_end", "GET"):                    "D FFFF FF. FF FN DD DDD DDD",
    ("link_end", "POST"):                   "D FFFF FF. FF FN DD DDD DDD",
    ("sisrede_home", "GET"):                "D DDDD DDD DD DD .F DDD DDD",
}
# fmt: on
# The same for everybody: it is how one comes in.
PUBLIC: dict[Key, str] = {
    ("home", "GET"): ".",
    # What the CADSUS has on the wire and the simulator does not yet.
    ("not_simulated", "GET"): "S",
    ("not_simulated", "POST"): "S",
    ("service_not_simulated", "GET"): "S",
    ("service_not_simulated", "POST"): "S",
    ("audit_not_simulated", "GET"): "S",
    ("audit_not_simulated", "POST"): "S",
    ("pdq_with_slash", "GET"): "S",
    ("pdq_with_slash", "POST"): "S",
    ("pix_with_slash", "GET"): "S",
    ("pix_with_slash", "POST"): "S",
    ("sign_in", "GET"): ".",
    ("sign_in", "POST"): ".",
    # A link that nobody made.
    ("access_link", "GET"): "F",
    ("access_link", "POST"): "F",
    ("sisrede_sign_in", "GET"): ".",
    ("sisrede_sign_in", "POST"): ".",
    ("sisrede_forgot", "GET"): ".",
    ("sisrede_forgot", "POST"): ".",
}
TABLES: Tables = (Operator, OperatorAccess, Machine, ProfessionalLink)


class World:
    """One unit with everybody who may come."""

    def __init__(self) -> None:
        unit = make_establishment()
        abroad = make_establishment(make_other_entity())
        self.sgop: dict[str, User] = {
            "newcomer": make_worker(unit),
            "asker": make_worker(unit),
            "registrar": make_worker(unit),
            "consultant": make_worker(unit),
            "manager": make_unit_manager(unit),
            "other_manager": make_unit_manager(make_establishment(unit.entity)),
            "it": make_municipal_it(make_establishment(unit.entity)),
            "late_registrar": make_worker(unit),
            "late_manager": make_unit_manager(unit),
            "foreign_manager": make_unit_manager(abroad),
            "foreign_it": make_municipal_it(abroad),
        }
        self.sisrede = {
            "reception": make_worker(unit, "reception"),
            "late_reception": make_worker(unit, "reception"),
        }
        self.others = make_profiles(unit.entity) | make_team() | {"fund": make_organisation(unit.entity).user}
        asker, registrar = self.sgop["asker"], self.sgop["registrar"]
        draft, pending = make_access(asker, status="draft"), make_access(asker)
        approved = make_access(registrar, status="approved")
        make_access(self.sgop["consultant"], status="approved", profile="consultant")
        make_access(self.sgop["late_registrar"], status="approved")
        asked, used = make_machine(asker), make_machine(registrar, status="approved")
        for name in ("late_registrar", "late_manager"):
            end_link_of(self.sgop[name])
        end_link_of(self.sisrede["late_reception"])
        self.arguments: dict[str, list[Any]] = {
            "service_not_simulated": ["v6r0"],
            "audit_not_simulated": ["v6r0"],
            "not_simulated": ["OutroJWT"],
            "access_link": ["nunca-feito"],
            "access_ask": [draft.pk],
            "access_cancel": [pending.pk],
            "access_detail": [pending.pk],
            "access_approve": [pending.pk],
            "access_deny": [pending.pk],
            "access_revoke": [approved.pk],
            "machine_detail": [asked.pk],
            "machine_approve": [asked.pk],
            "machine_deny": [asked.pk],
            "machine_revoke": [used.pk],
            "link_end": [link_of(registrar).pk],
        }

    def enter(self, role: str) -> Client:
        if role in self.sgop:
            return session(self.sgop[role], SGOP)
        if role in self.sisrede:
            return session(self.sisrede[role], SISREDE)
        client = Client()
        if role != "anon":
            client.force_login(self.others[role])
        return client


def answers(roles: Collection[str], rows: Collection[Key]) -> dict[str, dict[Key, str]]:
    """Of every role, in one world, with one session each."""
    world = World()
    addresses = {row: below(reverse(f"cadsus:{row[0]}", args=world.arguments.get(row[0], []))) for row in rows}
    letters: dict[str, dict[Key, str]] = {}
    for role in roles:
        client, asked = world.enter(role), Asking(TABLES)
        letters[role] = {row: asked(client, row[1], address) for row, address in addresses.items()}
    return letters


def test_every_route_is_decided() -> None:
    """The CADSUSWEB and the SISRede have tables of their own, of those who act there."""
    tables = (ROUTES, PUBLIC, test_web_pages.ROUTES, test_sisrede_matrix.ROUTES)
    assert {name for table in tables for name, _ in table} == routes_of("cadsus")


def test_a_row_says_something_of_every_role() -> None:
    assert [row for row, letters in ROUTES.items() if not has_every_role(letters, COLUMNS)] == []


@pytest.mark.parametrize("roles", [ROLES[:8], ROLES[8:]], ids=["sgop", "others"])
def test_every_route_answers_the_role(roles: list[str]) -> None:
    assert answers(roles, ROUTES) == {role: column_of(ROUTES, role, COLUMNS) for role in roles}


def test_what_is_public_answers_everybody_alike() -> None:
    roles = ("anon", "registrar", "reception", "fund", "auditor")
    assert answers(roles, PUBLIC) == dict.fromkeys(roles, PUBLIC)


def test_a_method_that_is_not_listed_does_not_exist() -> None:
    missing = unlisted(ROUTES, PUBLIC)
    assert answers(["manager"], missing)["manager"] == dict.fromkeys(missing, "-")
