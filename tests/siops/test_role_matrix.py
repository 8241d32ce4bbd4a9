"""Who may do what in the SIOPS (spec, section 2), asked of the server itself: every route, every act, every role.

The letters are those of tests.matrix.

The rows are those of one entity. Members of the Conselho may read what the spec lets the Conselho read, and nothing
more; who comes from the Tribunal de Contas has nothing to do here.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from django.db import transaction
from django.test import Client

from siops.models import (
    CertificationRequest,
    ElectionLoad,
    FundUpdate,
    HealthManager,
    OfficialLetter,
    RuleRelease,
    Technician,
)
from tests.matrix import (
    PROFILES,
    Asking,
    Key,
    Tables,
    column_of,
    has_every_role,
    roles_of,
    routes_of,
    unlisted,
)
from tests.siops.role_world import World
from tickets.models import SupportTicket, TicketMessage

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
    # Of the Tribunal de Contas.
    ("court",),
    # Of another entity, with the numbers of this one.
    ("other_head", "other_secretary"),
    # Of the e-Gestor: by CNPJ, by CPF with each profile, and by CPF without any.
    ("fund", *PROFILES, "nobody"),
    # The desks: coordination of the SIOPS, FNS/SECON, the certifier of the request and another one.
    ("coordination", "checker", "certifier", "other_certifier"),
    # Who reads everything and acts at no desk.
    ("auditor", "administrator"),
    # Of the team, with nothing to do here.
    ("analyst", "saps", "trainer"),
)

# fmt: off
#                                                            an h+ s+ lost t+ c o oo fbgtmin sfcx ad rpt
ROUTES = {
    ("technician_entity", "GET"):                             "D DD DD DDDD .U D D DD DDDDDDD DDDD DD DDD",
    ("technician_entity", "POST"):                            "D DD DD DDDD .U D D DD DDDDDDD DDDD DD DDD",
    ("technician_home", "GET"):                               "D FF FF DDDD .D F F FF DDDDDDD DDDD DD DDD",
    ("manager_list", "GET"):                                  "D .. .. DDDD .D . F .. DDDDDDD DDDD DD DDD",
    ("manager_history", "GET"):                               "D .. .. DDDD .D . F .. DDDDDDD DDDD DD DDD",
    ("manager_register secretario", "GET"):                   "D .. FF DDDD FD F F .F DDDDDDD DDDD DD DDD",
    ("manager_register secretario", "POST"):                  "D .. FF DDDD FD F F .F DDDDDDD DDDD DD DDD",
    ("manager_register substituto-do-secretario", "GET"):     "D .. FF DDDD FD F F .F DDDDDDD DDDD DD DDD",
    ("manager_register substituto-do-secretario", "POST"):    "D .. FF DDDD FD F F .F DDDDDDD DDDD DD DDD",
    ("manager_register substituto-do-chefe", "GET"):          "D .. FF DDDD FD F F .F DDDDDDD DDDD DD DDD",
    ("manager_register substituto-do-chefe", "POST"):         "D .. FF DDDD FD F F .F DDDDDDD DDDD DD DDD",
    ("manager_register conselho", "GET"):                     "D FF .. DDDD FD F F F. DDDDDDD DDDD DD DDD",
    ("manager_register conselho", "POST"):                    "D FF .. DDDD FD F F F. DDDDDDD DDDD DD DDD",
    ("manager_register chefe", "GET"):                        "D NN NN DDDD ND N N NN DDDDDDD DDDD DD DDD",
    ("manager_register chefe", "POST"):                       "D NN NN DDDD ND N N NN DDDDDDD DDDD DD DDD",
    ("manager_confirm", "POST"):                              "D CC FF DDDD FD F F NN DDDDDDD DDDD DD DDD",
    ("manager_term", "GET"):                                  "D .. FF DDDD FD F F NN DDDDDDD DDDD DD DDD",
    ("manager_term", "POST"):                                 "D .. FF DDDD FD F F NN DDDDDDD DDDD DD DDD",
    ("manager_end", "GET"):                                   "D .. FF DDDD FD F F NN DDDDDDD DDDD DD DDD",
    ("manager_end", "POST"):                                  "D >> FF DDDD FD F F NN DDDDDDD DDDD DD DDD",
    ("technician_register", "GET"):                           "D FF .. DDDD FD F F F. DDDDDDD DDDD DD DDD",
    ("technician_register", "POST"):                          "D FF .. DDDD FD F F F. DDDDDDD DDDD DD DDD",
    ("technician_contact", "GET"):                            "D FF .. DDDD FD F F NN DDDDDDD DDDD DD DDD",
    ("technician_contact", "POST"):                           "D FF .. DDDD FD F F NN DDDDDDD DDDD DD DDD",
    ("letter_list", "GET"):                                   "D .. .. DDDD .D . F .. DDDDDDD DDDD DD DDD",
    ("letter_send", "GET"):                                   "D .. .. DDDD FD F F .. DDDDDDD DDDD DD DDD",
    ("letter_send", "POST"):                                  "D .. .. DDDD FD F F .. DDDDDDD DDDD DD DDD",
    ("checklist", "GET"):                                     ". .. .. .... .. . . .. ....... .... .. ...",
    ("fund_update_list", "GET"):                              "D .. .. DDDD FD F F .. DDDDDDD DDDD DD DDD",
    ("fund_update_open", "POST"):                             "D >> >> DDDD FD F F >> DDDDDDD DDDD DD DDD",
    ("fund_update_detail", "GET"):                            "D .. .. DDDD FD F F NN DDDDDDD DDDD DD DDD",
    ("fund_update_edit", "GET"):                              "D .. .. DDDD FD F F NN DDDDDDD DDDD DD DDD",
    ("fund_update_edit", "POST"):                             "D .. .. DDDD FD F F NN DDDDDDD DDDD DD DDD",
    ("fund_update_attach", "GET"):                            "D .. .. DDDD FD F F NN DDDDDDD DDDD DD DDD",
    ("fund_update_attach", "POST"):                           "D .. .. DDDD FD F F NN DDDDDDD DDDD DD DDD",
    ("fund_update_send", "POST"):                             "D .. .. DDDD FD F F NN DDDDDDD DDDD DD DDD",
    ("annex_sign", "GET"):                                    "D .. .. DDDD FD F F NN DDDDDDD DDDD DD DDD",
    ("annex_sign", "POST"):                                   "D .. .. DDDD FD F F NN DDDDDDD DDDD DD DDD",
    ("fund_update_print", "GET"):                             "D .. .. DDDD FD F F NN DDDDDDD DDDD DD DDD",
    ("ticket_list", "GET"):                                   "D FF .. DDDD .D F F F. DDDDDDD DDDD DD DDD",
    ("ticket_open", "GET"):                                   "D FF .. DDDD .D F F F. DDDDDDD DDDD DD DDD",
    ("ticket_open", "POST"):                                  "D FF .. DDDD .D F F F. DDDDDDD DDDD DD DDD",
    ("ticket_detail", "GET"):                                 "D FF .. DDDD .D F F NN DDDDDDD DDDD DD DDD",
    ("ticket_solve", "POST"):                                 "D FF >> DDDD >D F F NN DDDDDDD DDDD DD DDD",
    ("ticket_reopen", "GET"):                                 "D FF .. DDDD .D F F NN DDDDDDD DDDD DD DDD",
    ("ticket_reopen", "POST"):                                "D FF .. DDDD .D F F NN DDDDDDD DDDD DD DDD",
    ("attachment_download fns", "GET"):                       "D .. .. NNNN NN N N NN NNNNNNN N.NN .. NNN",
    ("attachment_download oficio", "GET"):                    "D .. .. NNNN .N . N NN NNNNNNN .NNN .. NNN",
    ("attachment_download chamado", "GET"):                   "D NN .. NNNN .N N N NN NNNNNNN .NNN .. NNN",
    ("court_list", "GET"):                                    "D FF FF FFFF FF F F FF FFFFFFF .FFF .. FFF",
    ("court_invite", "GET"):                                  "D FF FF FFFF FF F F FF FFFFFFF .FFF FF FFF",
    ("court_invite", "POST"):                                 "D FF FF FFFF FF F F FF FFFFFFF .FFF FF FFF",
    ("court_end", "GET"):                                     "D FF FF FFFF FF F F FF FFFFFFF .FFF FF FFF",
    ("court_end", "POST"):                                    "D FF FF FFFF FF F F FF FFFFFFF >FFF FF FFF",
    ("letter_queue", "GET"):                                  "D FF FF FFFF FF F F FF FFFFFFF .FFF .. FFF",
    ("letter_review", "GET"):                                 "D FF FF FFFF FF F F FF FFFFFFF .FFF .. FFF",
    ("letter_approve", "POST"):                               "D FF FF FFFF FF F F FF FFFFFFF >FFF FF FFF",
    ("letter_return", "POST"):                                "D FF FF FFFF FF F F FF FFFFFFF .FFF FF FFF",
    ("election_list", "GET"):                                 "D FF FF FFFF FF F F FF FFFFFFF .FFF .. FFF",
    ("election_sample", "GET"):                               "D FF FF FFFF FF F F FF FFFFFFF .FFF .. FFF",
    ("election_list", "POST"):                                "D FF FF FFFF FF F F FF FFFFFFF .FFF FF FFF",
    ("election_confirm", "GET"):                              "D FF FF FFFF FF F F FF FFFFFFF >FFF FF FFF",
    ("election_confirm", "POST"):                             "D FF FF FFFF FF F F FF FFFFFFF >FFF FF FFF",
    ("fund_update_queue", "GET"):                             "D FF FF FFFF FF F F FF FFFFFFF F.FF .. FFF",
    ("fund_update_check", "GET"):                             "D FF FF FFFF FF F F FF FFFFFFF F.FF .. FFF",
    ("fund_update_take", "POST"):                             "D FF FF FFFF FF F F FF FFFFFFF FCFF FF FFF",
    ("fund_update_return", "GET"):                            "D FF FF FFFF FF F F FF FFFFFFF FCFF FF FFF",
    ("fund_update_return", "POST"):                           "D FF FF FFFF FF F F FF FFFFFFF FCFF FF FFF",
    ("fund_update_approve", "POST"):                          "D FF FF FFFF FF F F FF FFFFFFF FCFF FF FFF",
    ("ticket_queue", "GET"):                                  "D FF FF FFFF FF F F FF FFFFFFF .FFF .. FFF",
    ("ticket_answer", "GET"):                                 "D FF FF FFFF FF F F FF FFFFFFF .FFF .. FFF",
    ("ticket_answer", "POST"):                                "D FF FF FFFF FF F F FF FFFFFFF .FFF FF FFF",
    ("ticket_release", "GET"):                                "D FF FF FFFF FF F F FF FFFFFFF .FFF FF FFF",
    ("ticket_release", "POST"):                               "D FF FF FFFF FF F F FF FFFFFFF .FFF FF FFF",
    ("certifier_list", "GET"):                                "D FF FF FFFF FF F F FF FFFFFFF FF.. .. FFF",
    ("certifier_list", "POST"):                               "D FF FF FFFF FF F F FF FFFFFFF FF>> >> FFF",
    ("certifier_issue", "GET"):                               "D FF FF FFFF FF F F FF FFFFFFF FF.N .. FFF",
    ("certifier_issue", "POST"):                              "D FF FF FFFF FF F F FF FFFFFFF FF.N FF FFF",
    ("certifier_refuse", "GET"):                              "D FF FF FFFF FF F F FF FFFFFFF FF.N FF FFF",
    ("certifier_refuse", "POST"):                             "D FF FF FFFF FF F F FF FFFFFFF FF.N FF FFF",
}

# With a valid form: `>` must be done.
ACTS = {
    "register secretary":                                     "D >> FF DDDD FD F F .F DDDDDDD DDDD DD DDD",
    "register substitute of secretary":                       "D >> FF DDDD FD F F >F DDDDDDD DDDD DD DDD",
    "register substitute of head":                            "D >> FF DDDD FD F F >F DDDDDDD DDDD DD DDD",
    "register head":                                          "D NN NN DDDD ND N N NN DDDDDDD DDDD DD DDD",
    "register council":                                       "D FF >> DDDD FD F F F> DDDDDDD DDDD DD DDD",
    "confirm substitute of secretary":                        "D >> FD DDDD FD F F NN DDDDDDD DDDD DD DDD",
    "date substitute of secretary":                           "D >> FF DDDD FD F F NN DDDDDDD DDDD DD DDD",
    "date substitute of head":                                "D >. FF DDDD FD F F NN DDDDDDD DDDD DD DDD",
    "end secretary":                                          "D >> FF DDDD FD F F NN DDDDDDD DDDD DD DDD",
    "end substitute of head":                                 "D >> FF DDDD FD F F NN DDDDDDD DDDD DD DDD",
    "end head":                                               "D FF FF DDDD FD F F NN DDDDDDD DDDD DD DDD",
    "end council":                                            "D FF >> DDDD FD F F NN DDDDDDD DDDD DD DDD",
    "register technician":                                    "D FF >> DDDD FD F F F> DDDDDDD DDDD DD DDD",
    "alter technician":                                       "D FF >> DDDD FD F F NN DDDDDDD DDDD DD DDD",
    "send letter":                                            "D >> >> DDDD FD F F >> DDDDDDD DDDD DD DDD",
    "open fund update":                                       "D >> >> DDDD FD F F >> DDDDDDD DDDD DD DDD",
    "attach to fund update":                                  "D >> >> DDDD FD F F NN DDDDDDD DDDD DD DDD",
    "send fund update":                                       "D >> >> DDDD FD F F NN DDDDDDD DDDD DD DDD",
    "open ticket":                                            "D FF >> DDDD >D F F F> DDDDDDD DDDD DD DDD",
    "solve ticket":                                           "D FF >> DDDD >D F F NN DDDDDDD DDDD DD DDD",
    "reopen ticket":                                          "D FF >> DDDD >D F F NN DDDDDDD DDDD DD DDD",
    "invite to the court":                                    "D FF FF FFFF FF F F FF FFFFFFF >FFF FF FFF",
    "end an invitation":                                      "D FF FF FFFF FF F F FF FFFFFFF >FFF FF FFF",
    "load election":                                          "D FF FF FFFF FF F F FF FFFFFFF >FFF FF FFF",
    "approve letter":                                         "D FF FF FFFF FF F F FF FFFFFFF >FFF FF FFF",
    "return letter":                                          "D FF FF FFFF FF F F FF FFFFFFF >FFF FF FFF",
    "take fund update":                                       "D FF FF FFFF FF F F FF FFFFFFF F>FF FF FFF",
    "return fund update":                                     "D FF FF FFFF FF F F FF FFFFFFF F>FF FF FFF",
    "approve fund update":                                    "D FF FF FFFF FF F F FF FFFFFFF F>FF FF FFF",
    "answer ticket":                                          "D FF FF FFFF FF F F FF FFFFFFF >FFF FF FFF",
    "release rule":                                           "D FF FF FFFF FF F F FF FFFFFFF >FFF FF FFF",
    "issue certificate":                                      "D FF FF FFFF FF F F FF FFFFFFF FF>N FF FFF",
    "refuse at the counter":                                  "D FF FF FFFF FF F F FF FFFFFFF FF>N FF FFF",
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
    ("council_sign_in", "GET"): ".",
    ("council_sign_in", "POST"): ".",
    ("council_link", "GET"): "F",
    ("council_link", "POST"): "F",
    ("technician_forgot", "GET"): ".",
    ("technician_forgot", "POST"): ".",
    ("certification_orientation", "GET"): ".",
    ("certification_drivers", "GET"): ".",
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
    ("certification_paper", "GET"): ">",
    ("certification_activate", "GET"): ".",
}

TABLES: Tables = (
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


def answers(client: Client, world: World, rows: Iterable[Key]) -> dict[Key, str]:
    asked = Asking(TABLES)
    return {(name, method): asked(client, method, world.address(name)) for name, method in rows}


def answers_to_acts(client: Client, world: World) -> dict[str, str]:
    letters = {}
    for name, act in world.acts().items():
        with transaction.atomic():
            act.prepare()
            letters[name] = Asking(TABLES)(client, "POST", act.address, act.data())
            transaction.set_rollback(True)
    return letters


def test_every_route_is_decided() -> None:
    assert {name.partition(" ")[0] for name, _ in (*ROUTES, *PUBLIC)} == routes_of("siops")


def test_a_row_says_something_of_every_role() -> None:
    assert [row for row, letters in (ROUTES | ACTS).items() if not has_every_role(letters, COLUMNS)] == []


# Who answers, who once did or watches, the e-Gestor, the team; of one part all are in one world, each as if alone.
@pytest.mark.parametrize(
    "columns", [COLUMNS[:4], COLUMNS[4:8], COLUMNS[8:9], COLUMNS[9:]], ids=["entity", "others", "egestor", "team"]
)
def test_every_route_and_act_answers_the_role(world: World, columns: tuple[tuple[str, ...], ...]) -> None:
    for role in roles_of(columns):
        with transaction.atomic():
            client = world.enter(role)
            assert (role, answers(client, world, ROUTES)) == (role, column_of(ROUTES, role, COLUMNS))
            assert (role, answers_to_acts(client, world)) == (role, column_of(ACTS, role, COLUMNS))
            transaction.set_rollback(True)


def test_the_doors_answer_everybody_alike(world: World) -> None:
    for role in ("anon", "secretary", "fund", "coordination", "auditor"):
        assert (role, answers(world.enter(role), world, PUBLIC)) == (role, PUBLIC)


def test_a_method_that_is_not_listed_does_not_exist(world: World) -> None:
    missing = unlisted(ROUTES, PUBLIC)
    assert answers(world.enter("coordination"), world, missing) == dict.fromkeys(missing, "-")
