"""Who gets what of the declaration: every route × every role (letters in tests.matrix)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from declarations.services.calendar import keep_calendar
from siops.models.scoped import TECHNICIAN
from tests.clock import now
from tests.factories import make_entity, make_other_entity, siops
from tests.factories.declarations import make_declaration, make_period
from tests.in_room import below
from tests.matrix import Asking, routes_of
from tests.siops.support import everybody, session_of

pytestmark = pytest.mark.django_db(databases=["default", "control"])
MANAGERS = ("head", "head_substitute", "secretary", "secretary_substitute", "council")
# Nobody; who answers for the entity; who fills; of another entity; the ministry, and who only reads.
ROLES = ("anon", *MANAGERS, "technician", "foreign", "coordination", "auditor")
# fmt: off
ROUTES = {
    ("rule_list", "GET"):         ". ..... . . ..",
    ("receipt_verify", "GET"):    "N NNNNN N N NN",
    ("downloads", "GET"):         ". ..... . . ..",
    ("tool", "GET"):              ". ..... . . ..",
    ("token_page", "GET"):        "D FF..F F F DD",
    ("token_page", "POST"):       "D FF>>F F F DD",
    ("token_revoke", "POST"):     "D FF>>F F F DD",
    ("api_description", "GET"):   ". ..... . . ..",
    ("api_file", "POST"):         "A AAAAA A A AA",
    ("api_findings", "POST"):     "A AAAAA A A AA",
    ("api_transmission", "POST"): "A AAAAA A A AA",
    ("api_receipt", "GET"):       "N NNNNN N N NN",
    ("receipt_file", "GET"):      "N NNNNN N N NN",
    ("transmitter", "GET"):       "D FFFFF . . DD",
    ("transmitter", "POST"):      "D FFFFF . . DD",
    ("declaration_transmit", "GET"): "D FFFFF . N DD",
    ("declaration_transmit", "POST"): "D FFFFF . N DD",
    ("receipt_detail", "GET"):    "D NNNNF N N DD",
    ("ticket_with_file", "GET"):  "D FFFFF . N DD",
    ("ticket_with_file", "POST"): "D FFFFF . N DD",
    ("period_list", "GET"):       "D FFFFF F F ..",
    ("period_change", "GET"):     "D FFFFF F F .F",
    ("period_change", "POST"):    "D FFFFF F F .F",
    ("panel", "GET"):             "D ....F . . DD",
    ("declaration_open", "POST"): "D FFFFF > > DD",
    ("homologation_choose", "GET"): "D FF..F F F DD",
    ("homologation_choose", "POST"): "D FF..F F F DD",
    ("homologate", "GET"):        "D FF>>F F N DD",
    ("homologate", "POST"):       "D FF>>F F N DD",
    ("send_back", "GET"):         "D FF..F F N DD",
    ("send_back", "POST"):        "D FF..F F N DD",
    ("homologation", "GET"):      "D >>>>F > N DD",
    ("statement_file", "GET"):    "D NNNNF N N DD",
    ("signature_file", "GET"):    "D NNNNF N N DD",
    ("rectify", "GET"):           "D FF..F F N DD",
    ("rectify", "POST"):          "D FF..F F N DD",
    ("folder", "GET"):            "D ....F . N DD",
    ("folder", "POST"):           "D FFFFF > N DD",
    ("row_add", "GET"):           "D FFFFF . N DD",
    ("row_add", "POST"):          "D FFFFF . N DD",
    ("summary", "GET"):           "D ....F . N DD",
    ("cells_save", "POST"):       "D FFFFF U N DD",
    ("declaration_pack", "GET"):  "D FFFFF . N DD",
    ("declaration_pack", "POST"): "D FFFFF . N DD",
    ("declaration_import", "GET"): "D FFFFF . N DD",
    ("declaration_import", "POST"): "D FFFFF . N DD",
    ("import_columns", "GET"):    "D FFFFF > N DD",
    ("import_columns", "POST"):   "D FFFFF > N DD",
    ("import_confirm", "GET"):    "D FFFFF > N DD",
    ("import_confirm", "POST"):   "D FFFFF > N DD",
    ("example_confirm", "GET"):   "D FFFFF . N DD",
    ("example_confirm", "POST"):  "D FFFFF > N DD",
    ("example_download", "GET"):  "D FFFFF . N DD",
    ("justify", "GET"):           "D FFFFF . N DD",
    ("justify", "POST"):          "D FFFFF . N DD",
    ("declaration_file", "GET"):  "D >>>>F > N DD",
    ("declaration_context", "GET"): "D ....F . N DD",
    ("findings", "GET"):          "D ....F . N DD",
    ("findings", "POST"):         "D FFFFF > N DD",
    ("findings_pdf", "GET"):      "D >>>>F > N DD",
    ("findings_csv", "GET"):      "D ....F . N DD",
    ("findings_json", "GET"):     "D ....F . N DD",
}
# fmt: on


def test_every_route_answers_every_role() -> None:
    keep_calendar(at=now())
    entity = make_entity()
    people = everybody(entity) | {"foreign": siops.make_acting(TECHNICIAN, make_other_entity())}
    clients = {role: Client() if role == "anon" else session_of(people[role]) for role in ROLES}
    declaration = make_declaration(entity, make_period(2026, 4))
    arguments: dict[str, list[Any]] = {
        "panel": [],
        "homologation_choose": [],
        "rule_list": [],
        "downloads": [],
        "tool": ["validador"],
        "token_page": [],
        "token_revoke": [],
        "api_description": [],
        "api_receipt": ["SIM-20265-1200401-000001-95"],
        **{name: [entity.ibge, 2026, 5] for name in ("api_file", "api_findings", "api_transmission")},
        "transmitter": [],
        "receipt_file": ["SIM-20265-1200401-000001-95"],
        "receipt_verify": ["SIM-20265-1200401-000001-95"],
        "period_list": [],
        "period_change": [make_period().pk],
        "declaration_open": [make_period().pk],
        "folder": [declaration.pk, "receita"],
        "justify": [declaration.pk, "SIM-I19", "IPTU"],
        "example_confirm": [declaration.pk, "apui"],
        "example_download": [declaration.pk, "apui"],
    }
    found, asked = {}, Asking()
    for name, method in ROUTES:
        address = below(reverse(f"declarations:{name}", args=arguments.get(name, [declaration.pk])))
        letters = "".join(asked(clients[role], method, address) for role in ROLES)
        found[name, method] = " ".join((letters[0], letters[1:6], letters[6], letters[7], letters[8:]))
    assert found == ROUTES


def test_every_route_is_decided() -> None:
    assert {name for name, _ in ROUTES} == routes_of("declarations")
