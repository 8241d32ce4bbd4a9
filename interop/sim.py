"""The door of the simulator's own services for programmes: rooms, and the log of calls."""

from http import HTTPStatus

from interop.doors import Door

NOT_FOUND, FORBIDDEN, CONFLICT = (HTTPStatus.NOT_FOUND, ""), (HTTPStatus.FORBIDDEN, ""), (HTTPStatus.CONFLICT, "")

DOOR = Door(
    "sim",
    "Salas e registro de chamadas, para programas",
    ("/sim/",),
    refusals={
        "no_room": NOT_FOUND,
        "no_exchange": NOT_FOUND,
        "wrong_key": FORBIDDEN,
        "may_not_open": FORBIDDEN,
        "full": CONFLICT,
        "one_room": CONFLICT,
        "no_space": (HTTPStatus.INSUFFICIENT_STORAGE, ""),
    },
)
