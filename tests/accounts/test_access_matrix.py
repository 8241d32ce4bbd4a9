"""Who gets what at the doors of the portal and in the outbox (letters in tests.matrix)."""

from typing import Any

from common.models import OutboxMessage
from tests.clock import now
from tests.matrix import AccessMatrix, House

# fmt: off
#                                                         an f bgtmi on rsfpct ad
ROUTES = {
    ("sign_in", "GET"):                                   ". > >>>>> >> >>>>>> >>",
    ("sign_in_organisation", "GET"):                      ". > >>>>> >> >>>>>> >>",
    ("sign_in_organisation", "POST"):                     ". > >>>>> >> >>>>>> >>",
    ("continue_as", "POST"):                              "U U UUUUU UU UUUUUU UU",
    ("sign_in_govbr", "GET"):                             ". > >>>>> >> >>>>>> >>",
    ("sign_in_govbr", "POST"):                            ". > >>>>> >> >>>>>> >>",
    # Of the team, here without a second factor yet, and by the doors of tests.actors as if it had been shown.
    ("second_factor", "GET"):                             "D > >>>>> >> DDDDDD DD",
    ("second_factor", "POST"):                            "D > >>>>> >> DDDDDD DD",
    ("second_factor_enrol", "GET"):                       "D > >>>>> >> ...... ..",
    ("second_factor_enrol", "POST"):                      "D > >>>>> >> ...... ..",
    ("team", "GET"):                                      "D F FFFFF FF FFFFFF ..",
    ("second_factor_reset", "POST"):                      "D F FFFFF FF FFFFFF F>",
    ("dead_letters", "GET"):                              "D F FFFFF FF FFFFFF ..",
    ("dead_letter_retry", "POST"):                        "D F FFFFF FF FFFFFF F>",
    ("sign_out", "POST"):                                 "D > >>>>> >> >>>>>> >>",
    ("outbox", "GET"):                                    "D . ..... .. ...... ..",
    ("outbox_message", "GET"):                            "D N N.NNN NN NNNNNN NN",
}
# fmt: on
PUBLIC = {
    ("forgot_organisation", "GET"): ".",
    ("forgot_organisation", "POST"): ".",
    ("forgot_person", "GET"): ".",
    ("forgot_person", "POST"): ".",
    ("mailbox", "GET"): ".",
    ("password_link", "GET"): "D",
    ("access_link", "GET"): "F",
    ("access_link", "POST"): "F",
    ("password_set", "GET"): ".",
    ("password_set", "POST"): ".",
}


class TestAccess(AccessMatrix):
    app, routes, public = "accounts", ROUTES, PUBLIC

    def arguments(self, house: House) -> dict[str, list[Any]]:
        reader = house.accounts["programme_manager"]
        message = OutboxMessage.objects.create(
            addressee=reader, to_email=reader.email, subject="Assunto", body="Texto", written_at=now()
        )
        dead = OutboxMessage.objects.create(
            to_email="a@b.example", subject="Assunto", body="Texto", written_at=now(), given_up_at=now()
        )
        never_made = ["0" * 32]
        analyst = house.accounts["analyst"].pk
        return {
            "second_factor_reset": [analyst],
            "outbox_message": [message.pk],
            "dead_letter_retry": [dead.pk],
            "password_link": never_made,
            "access_link": never_made,
        }
