"""Who may do what in the SIOPS (spec, section 2), asked of the server itself: every route, every act, every role.

`.` the page or the form (again), `>` done, `D` led to a door because there is no session or the role was lost,
`F` forbidden (403), `N` does not exist for who asks (404), `C` not in this state (409), `U` refused in words (422).

The rows are those of one entity. Members of the Conselho have a record and no door of their own yet; who has a session
in that role may read what the spec lets the Conselho read, and nothing more. What the spec lists and the simulator does
not have yet (declarations, homologation, TCE) gets its rows with its routes.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import models, transaction
from django.http import HttpResponse
from django.test import Client

from common.models import AuditEvent, OutboxMessage
from siops import urls
from siops.models import (
    CertificationRequest,
    ElectionLoad,
    FundUpdate,
    HealthManager,
    OfficialLetter,
    RuleRelease,
    SupportTicket,
    Technician,
    TicketMessage,
)
from tests.in_room import below
from tests.siops.role_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

# In groups, as the letters of a row are.
COLUMNS = (
    ("anon",),
    ("head", "head_substitute"),
    ("secretary", "secretary_substitute"),
    # Lost since the session was opened: substitute of the head before the first day, of the secretary after the last;
    # secretary with a successor, secretary whom a new head has not confirmed.
    ("early", "late", "replaced", "to_confirm"),
    ("technician", "to_register_again"),
    ("council",),
    # Of another entity, with the numbers of this one.
    ("other_head", "other_secretary"),
    # Of the e-Gestor, by CNPJ and by CPF.
    ("fund", "person"),
    # The desks: coordination of the SIOPS, FNS/SECON, the certifier of the request and another one.
    ("coordination", "checker", "certifier", "other_certifier"),
    # Who reads everything and acts at no desk.
    ("auditor", "administrator"),
    # Of the team, with nothing to do here.
    ("analyst", "saps", "trainer"),
)
ROLES = [role for group in COLUMNS for role in group]

# fmt: off
#                                                            an h+ s+ lost t+ c oo fp sfcx ad rpt
ROUTES = {
    ("technician_entity", "GET"):                             "D DD DD DDDD .U D DD DD DDDD DD DDD",
    ("technician_entity", "POST"):                            "D DD DD DDDD .U D DD DD DDDD DD DDD",
    ("technician_home", "GET"):                               "D FF FF DDDD .D F FF DD DDDD DD DDD",
    ("manager_list", "GET"):                                  "D .. .. DDDD .D . .. DD DDDD DD DDD",
    ("manager_history", "GET"):                               "D .. .. DDDD .D . .. DD DDDD DD DDD",
    ("manager_register secretario", "GET"):                   "D .. FF DDDD FD F .F DD DDDD DD DDD",
    ("manager_register secretario", "POST"):                  "D .. FF DDDD FD F .F DD DDDD DD DDD",
    ("manager_register substituto-do-secretario", "GET"):     "D .. FF DDDD FD F .F DD DDDD DD DDD",
    ("manager_register substituto-do-secretario", "POST"):    "D .. FF DDDD FD F .F DD DDDD DD DDD",
    ("manager_register substituto-do-chefe", "GET"):          "D .. FF DDDD FD F .F DD DDDD DD DDD",
    ("manager_register substituto-do-chefe", "POST"):         "D .. FF DDDD FD F .F DD DDDD DD DDD",
    ("manager_register conselho", "GET"):                     "D FF .. DDDD FD F F. DD DDDD DD DDD",
    ("manager_register conselho", "POST"):                    "D FF .. DDDD FD F F. DD DDDD DD DDD",
    ("manager_register chefe", "GET"):                        "D NN NN DDDD ND N NN DD DDDD DD DDD",
    ("manager_register chefe", "POST"):                       "D NN NN DDDD ND N NN DD DDDD DD DDD",
    ("manager_confirm", "POST"):                              "D CC FF DDDD FD F NN DD DDDD DD DDD",
    ("manager_term", "GET"):                                  "D .. FF DDDD FD F NN DD DDDD DD DDD",
    ("manager_term", "POST"):                                 "D .. FF DDDD FD F NN DD DDDD DD DDD",
    ("manager_end", "GET"):                                   "D .. FF DDDD FD F NN DD DDDD DD DDD",
    ("manager_end", "POST"):                                  "D >> FF DDDD FD F NN DD DDDD DD DDD",
    ("technician_register", "GET"):                           "D FF .. DDDD FD F F. DD DDDD DD DDD",
    ("technician_register", "POST"):                          "D FF .. DDDD FD F F. DD DDDD DD DDD",
    ("technician_contact", "GET"):                            "D FF .. DDDD FD F NN DD DDDD DD DDD",
    ("technician_contact", "POST"):                           "D FF .. DDDD FD F NN DD DDDD DD DDD",
    ("letter_list", "GET"):                                   "D .. .. DDDD .D . .. DD DDDD DD DDD",
    ("letter_send", "GET"):                                   "D .. .. DDDD FD F .. DD DDDD DD DDD",
    ("letter_send", "POST"):                                  "D .. .. DDDD FD F .. DD DDDD DD DDD",
    ("checklist", "GET"):                                     ". .. .. .... .. . .. .. .... .. ...",
    ("fund_update_list", "GET"):                              "D .. .. DDDD FD F .. DD DDDD DD DDD",
    ("fund_update_open", "POST"):                             "D >> >> DDDD FD F >> DD DDDD DD DDD",
    ("fund_update_detail", "GET"):                            "D .. .. DDDD FD F NN DD DDDD DD DDD",
    ("fund_update_edit", "GET"):                              "D .. .. DDDD FD F NN DD DDDD DD DDD",
    ("fund_update_edit", "POST"):                             "D .. .. DDDD FD F NN DD DDDD DD DDD",
    ("fund_update_attach", "GET"):                            "D .. .. DDDD FD F NN DD DDDD DD DDD",
    ("fund_update_attach", "POST"):                           "D .. .. DDDD FD F NN DD DDDD DD DDD",
    ("fund_update_send", "POST"):                             "D .. .. DDDD FD F NN DD DDDD DD DDD",
    ("fund_update_print", "GET"):                             "D .. .. DDDD FD F NN DD DDDD DD DDD",
    ("ticket_list", "GET"):                                   "D FF .. DDDD .D F F. DD DDDD DD DDD",
    ("ticket_open", "GET"):                                   "D FF .. DDDD .D F F. DD DDDD DD DDD",
    ("ticket_open", "POST"):                                  "D FF .. DDDD .D F F. DD DDDD DD DDD",
    ("ticket_detail", "GET"):                                 "D FF .. DDDD .D F NN DD DDDD DD DDD",
    ("ticket_solve", "POST"):                                 "D FF >> DDDD >D F NN DD DDDD DD DDD",
    ("ticket_reopen", "GET"):                                 "D FF .. DDDD .D F NN DD DDDD DD DDD",
    ("ticket_reopen", "POST"):                                "D FF .. DDDD .D F NN DD DDDD DD DDD",
    ("attachment_download fns", "GET"):                       "D .. .. NNNN NN N NN NN N.NN .. NNN",
    ("attachment_download oficio", "GET"):                    "D .. .. NNNN .N . NN NN .NNN .. NNN",
    ("attachment_download chamado", "GET"):                   "D NN .. NNNN .N N NN NN .NNN .. NNN",
    ("letter_queue", "GET"):                                  "D FF FF FFFF FF F FF FF .FFF .. FFF",
    ("letter_review", "GET"):                                 "D FF FF FFFF FF F FF FF .FFF .. FFF",
    ("letter_approve", "POST"):                               "D FF FF FFFF FF F FF FF >FFF FF FFF",
    ("letter_return", "POST"):                                "D FF FF FFFF FF F FF FF .FFF FF FFF",
    ("election_list", "GET"):                                 "D FF FF FFFF FF F FF FF .FFF .. FFF",
    ("election_sample", "GET"):                               "D FF FF FFFF FF F FF FF .FFF .. FFF",
    ("election_list", "POST"):                                "D FF FF FFFF FF F FF FF .FFF FF FFF",
    ("election_confirm", "GET"):                              "D FF FF FFFF FF F FF FF >FFF FF FFF",
    ("election_confirm", "POST"):                             "D FF FF FFFF FF F FF FF >FFF FF FFF",
    ("fund_update_queue", "GET"):                             "D FF FF FFFF FF F FF FF F.FF .. FFF",
    ("fund_update_check", "GET"):                             "D FF FF FFFF FF F FF FF F.FF .. FFF",
    ("fund_update_take", "POST"):                             "D FF FF FFFF FF F FF FF FCFF FF FFF",
    ("fund_update_return", "GET"):                            "D FF FF FFFF FF F FF FF FCFF FF FFF",
    ("fund_update_return", "POST"):                           "D FF FF FFFF FF F FF FF FCFF FF FFF",
    ("fund_update_approve", "POST"):                          "D FF FF FFFF FF F FF FF FCFF FF FFF",
    ("ticket_queue", "GET"):                                  "D FF FF FFFF FF F FF FF .FFF .. FFF",
    ("ticket_answer", "GET"):                                 "D FF FF FFFF FF F FF FF .FFF .. FFF",
    ("ticket_answer", "POST"):                                "D FF FF FFFF FF F FF FF .FFF FF FFF",
    ("ticket_release", "GET"):                                "D FF FF FFFF FF F FF FF .FFF FF FFF",
    ("ticket_release", "POST"):                               "D FF FF FFFF FF F FF FF .FFF FF FFF",
    ("certifier_list", "GET"):                                "D FF FF FFFF FF F FF FF FF.. .. FFF",
    ("certifier_issue", "GET"):                               "D FF FF FFFF FF F FF FF FF.N FF FFF",
    ("certifier_issue", "POST"):                              "D FF FF FFFF FF F FF FF FF.N FF FFF",
}

# With a valid form: `>` must be done.
ACTS = {
    "register secretary":                                     "D >> FF DDDD FD F .F DD DDDD DD DDD",
    "register substitute of secretary":                       "D >> FF DDDD FD F >F DD DDDD DD DDD",
    "register substitute of head":                            "D >> FF DDDD FD F >F DD DDDD DD DDD",
    "register head":                                          "D NN NN DDDD ND N NN DD DDDD DD DDD",
    "register council":                                       "D FF >> DDDD FD F F> DD DDDD DD DDD",
    "confirm substitute of secretary":                        "D >> FD DDDD FD F NN DD DDDD DD DDD",
    "date substitute of secretary":                           "D >> FF DDDD FD F NN DD DDDD DD DDD",
    "date substitute of head":                                "D >. FF DDDD FD F NN DD DDDD DD DDD",
    "end secretary":                                          "D >> FF DDDD FD F NN DD DDDD DD DDD",
    "end substitute of head":                                 "D >> FF DDDD FD F NN DD DDDD DD DDD",
    "end head":                                               "D FF FF DDDD FD F NN DD DDDD DD DDD",
    "end council":                                            "D FF >> DDDD FD F NN DD DDDD DD DDD",
    "register technician":                                    "D FF >> DDDD FD F F> DD DDDD DD DDD",
    "alter technician":                                       "D FF >> DDDD FD F NN DD DDDD DD DDD",
    "send letter":                                            "D >> >> DDDD FD F >> DD DDDD DD DDD",
    "open fund update":                                       "D >> >> DDDD FD F >> DD DDDD DD DDD",
    "attach to fund update":                                  "D >> >> DDDD FD F NN DD DDDD DD DDD",
    "send fund update":                                       "D >> >> DDDD FD F NN DD DDDD DD DDD",
    "open ticket":                                            "D FF >> DDDD >D F F> DD DDDD DD DDD",
    "solve ticket":                                           "D FF >> DDDD >D F NN DD DDDD DD DDD",
    "reopen ticket":                                          "D FF >> DDDD >D F NN DD DDDD DD DDD",
    "load election":                                          "D FF FF FFFF FF F FF FF >FFF FF FFF",
    "approve letter":                                         "D FF FF FFFF FF F FF FF >FFF FF FFF",
    "return letter":                                          "D FF FF FFFF FF F FF FF >FFF FF FFF",
    "take fund update":                                       "D FF FF FFFF FF F FF FF F>FF FF FFF",
    "return fund update":                                     "D FF FF FFFF FF F FF FF F>FF FF FFF",
    "approve fund update":                                    "D FF FF FFFF FF F FF FF F>FF FF FFF",
    "answer ticket":                                          "D FF FF FFFF FF F FF FF >FFF FF FFF",
    "release rule":                                           "D FF FF FFFF FF F FF FF >FFF FF FFF",
    "issue certificate":                                      "D FF FF FFFF FF F FF FF FF>N FF FFF",
}
# fmt: on

# The same for everybody: it is how one comes to a role.
PUBLIC = {
    ("sample documento-simulado.pdf", "GET"): ".",
    ("home", "GET"): ".",
    ("sign_in", "GET"): ".",
    # No certificate came with the request.
    ("sign_in_certificate", "GET"): "F",
    ("sign_in_certificate", "POST"): "F",
    ("sign_in_virtual", "GET"): ".",
    ("sign_in_virtual", "POST"): ".",
    ("sign_in_pin", "GET"): "D",
    ("sign_in_pin", "POST"): "D",
    ("sign_in_choose", "GET"): "D",
    ("sign_in_choose", "POST"): "D",
    ("sign_in_puk", "GET"): ".",
    ("sign_in_puk", "POST"): ".",
    ("technician_sign_in", "GET"): ".",
    ("technician_sign_in", "POST"): ".",
    ("technician_forgot", "GET"): ".",
    ("technician_forgot", "POST"): ".",
    ("certification_orientation", "GET"): ".",
    ("certification_request", "GET"): ".",
    ("certification_request", "POST"): ">",
    ("certification_status", "GET"): ".",
    ("certification_status", "POST"): ">",
    # Without a protocol they lead to where it is typed.
    ("certification_leave", "POST"): ">",
    ("certification_schedule", "GET"): ">",
    ("certification_schedule", "POST"): ">",
    ("certification_cancel", "GET"): ">",
    ("certification_cancel", "POST"): ">",
    ("certification_file", "POST"): ">",
    ("certification_activate", "GET"): ".",
}

DOORS = ("/siops/entrar/", "/entrar/", "/admin/login/")
LETTERS = {200: ".", 403: "F", 404: "N", 405: "-", 409: "C", 422: "U"}
TABLES: tuple[type[models.Model], ...] = (
    HealthManager,
    Technician,
    OfficialLetter,
    ElectionLoad,
    FundUpdate,
    SupportTicket,
    TicketMessage,
    RuleRelease,
    CertificationRequest,
)


@pytest.fixture
def world() -> World:
    return World()


def expected(table: dict[Any, str], role: str) -> dict[Any, str]:
    """The column of a role."""
    column = ROLES.index(role)
    return {row: letters.replace(" ", "")[column] for row, letters in table.items()}


def letter_of(response: HttpResponse) -> str:
    if response.status_code == 302:
        return "D" if below(response["Location"]).startswith(DOORS) else ">"
    return LETTERS[response.status_code]


def ask(client: Client, method: str, address: str, data: dict[str, Any] | None = None) -> str:
    """The answer, in a browser with the same session; whoever is refused has left no trace, and all is undone."""
    browser = Client(raise_request_exception=True)
    browser.cookies.update(client.cookies)
    with transaction.atomic():
        before = trace()
        letter = letter_of(getattr(browser, method.lower())(address, data))
        changed = trace() != before
        if method == "POST" and changed and letter == ".":
            letter = ">"
        assert not changed or letter == ">" or (method, letter) == ("GET", "."), (method, address, letter)
        transaction.set_rollback(True)
    return letter


def trace() -> list[Any]:
    rows = [list(table._default_manager.order_by("pk").values_list()) for table in TABLES]
    return [AuditEvent.objects.count(), OutboxMessage.objects.count(), *rows]


def test_every_route_is_decided() -> None:
    decided = {name.partition(" ")[0] for name, _ in ROUTES} | {name.partition(" ")[0] for name, _ in PUBLIC}
    assert decided == {route.name for route in urls.urlpatterns}


def test_a_row_says_something_of_every_role() -> None:
    groups = [len(group) for group in COLUMNS]
    for row, letters in (ROUTES | ACTS).items():
        assert [len(group) for group in letters.split()] == groups, row


@pytest.mark.parametrize("role", ROLES)
def test_every_route_answers_the_role(world: World, role: str) -> None:
    client = world.enter(role)
    answers = {(name, method): ask(client, method, world.address(name)) for name, method in ROUTES}
    assert answers == expected(ROUTES, role)


@pytest.mark.parametrize("role", ROLES)
def test_every_act_is_done_or_refused(world: World, role: str) -> None:
    client, acts = world.enter(role), world.acts()
    assert set(acts) == set(ACTS)
    answers = {}
    for name, act in acts.items():
        with transaction.atomic():
            act.prepare()
            answers[name] = ask(client, "POST", act.address, act.data())
            transaction.set_rollback(True)
    assert answers == expected(ACTS, role)


@pytest.mark.parametrize("role", ["anon", "secretary", "fund", "coordination", "auditor"])
def test_the_doors_answer_everybody_alike(world: World, role: str) -> None:
    client = world.enter(role)
    answers = {(name, method): ask(client, method, world.address(name)) for name, method in PUBLIC}
    assert answers == PUBLIC
