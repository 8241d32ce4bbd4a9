"""Who gets what in the e-Gestor (letters in tests.matrix)."""

from typing import Any

from accounts.models import Membership
from egestor.models import DeploymentToken, InstallationCode
from tests.factories import NOON, person_of
from tests.factories.credentials import make_code, make_token
from tests.factories.tickets import make_ticket
from tests.matrix import AccessMatrix, House
from tickets.models import SupportTicket

# fmt: off
#                                                         an f bgtmi on rsfpct ad
ROUTES = {
    ("home", "GET"):                                      "D . ..... .. >>>>>> >>",
    ("token_create", "GET"):                              "D . FFFFF FF FFFFFF FF",
    ("token_create", "POST"):                             "D . FFFFF FF FFFFFF FF",
    ("token_responsible", "POST"):                        "D . FFFFF FF FFFFFF FF",
    ("token_list", "GET"):                                "D . FFFFF FF FFFFFF FF",
    ("token_cancel", "GET"):                              "D . FFFFF FF FFFFFF FF",
    ("token_cancel", "POST"):                             "D > FFFFF FF FFFFFF FF",
    ("code_create", "GET"):                               "D . FFFFF FF FFFFFF FF",
    ("code_create", "POST"):                              "D . FFFFF FF FFFFFF FF",
    ("code_list", "GET"):                                 "D . FFFFF FF FFFFFF FF",
    ("code_cancel", "GET"):                               "D . FFFFF FF FFFFFF FF",
    ("code_cancel", "POST"):                              "D > FFFFF FF FFFFFF FF",
    ("counter_key", "GET"):                               "D F FF.FF FF FFFFFF FF",
    ("counter_key", "POST"):                              "D F FF.FF FF FFFFFF FF",
    ("ab_manager", "GET"):                                "D . FFFFF FF FFFFFF FF",
    ("ab_manager", "POST"):                               "D . FFFFF FF FFFFFF FF",
    ("membership_list", "GET"):                           "D > ..FFF .F FFFFFF FF",
    ("membership_create", "GET"):                         "D F ..FFF .F FFFFFF FF",
    ("membership_create", "POST"):                        "D F ..FFF .F FFFFFF FF",
    ("membership_person", "GET"):                         "D F ..FFF NF FFFFFF FF",
    ("membership_add", "GET"):                            "D F ..FFF NF FFFFFF FF",
    ("membership_add", "POST"):                           "D F ..FFF NF FFFFFF FF",
    ("membership_contact", "GET"):                        "D F ..FFF NF FFFFFF FF",
    ("membership_contact", "POST"):                       "D F ..FFF NF FFFFFF FF",
    ("membership_reactivate", "POST"):                    "D F >FFFF NN NNN>NN FF",
    ("ticket_list", "GET"):                               "D . ..... .F FFFFFF FF",
    ("ticket_open", "GET"):                               "D . ..... .F FFFFFF FF",
    ("ticket_open", "POST"):                              "D . ..... .F FFFFFF FF",
    ("ticket_detail", "GET"):                             "D . ..... NF FFFFFF FF",
    ("ticket_solve", "POST"):                             "D > >>>>> NF FFFFFF FF",
    ("ticket_reopen", "GET"):                             "D . ..... NF FFFFFF FF",
    ("ticket_reopen", "POST"):                            "D . ..... NF FFFFFF FF",
    ("profile_list", "GET"):                              "D F FFFFF FF FFF.FF ..",
    ("ticket_queue", "GET"):                              "D F FFFFF FF FFF.FF ..",
    ("ticket_answer", "GET"):                             "D F FFFFF FF FFF.FF ..",
    ("ticket_answer", "POST"):                            "D F FFFFF FF FFF.FF FF",
    ("membership_exclude", "POST"):                       "D F >FFFF NN NNN>NN FF",
}
# fmt: on


class TestAccess(AccessMatrix):
    app, routes, tables = "egestor", ROUTES, (Membership, DeploymentToken, InstallationCode, SupportTicket)

    def arguments(self, house: House) -> dict[str, list[Any]]:
        person = person_of(house.accounts["technical_manager"])
        profile = person_of(house.accounts["municipal_pec"]).memberships.get()
        ticket = make_ticket(house.entity, status="answered", answered_at=NOON)
        return {
            **{f"ticket_{name}": [ticket.pk] for name in ("detail", "solve", "reopen", "answer")},
            "code_cancel": [make_code(house.accounts["technical_manager"]).pk],
            "token_cancel": [make_token(house.accounts["programme_manager"]).pk],
            "membership_person": [person.pk],
            "membership_add": [person.pk],
            "membership_contact": [person.pk],
            "membership_exclude": [profile.pk],
            "membership_reactivate": [profile.pk],
        }
