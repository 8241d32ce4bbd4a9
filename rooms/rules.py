"""Who runs a room from inside it; whoever holds its key runs it from anywhere."""

from common.permissions import STAFF_DOOR, Holders, declare_holders

RUN = "rooms.change_room"

declare_holders(
    {
        RUN: Holders(
            who="quem tem a chave da sala, ou quem a administra por dentro",
            given_by="A chave foi mostrada uma única vez, a quem abriu a sala: informe-a na página da sala.",
            door=STAFF_DOOR,
        )
    }
)
