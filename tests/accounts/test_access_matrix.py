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
        never_made = ["0" * 32]
        return {"outbox_message": [message.pk], "password_link": never_made, "access_link": never_made}
