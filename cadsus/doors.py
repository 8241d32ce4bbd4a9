"""The doors of the CADSUS and of the SISRede, and the one that a password opens."""

from datetime import timedelta

from accounts.models import User
from common.house import PasswordDoor

CADSUS_DOOR, SISREDE_DOOR = "cadsus:sign_in", "cadsus:sisrede_sign_in"
# Where a link given by who runs the portal opens the SGOP.
SGOP_LINK = "cadsus:access_link"
# Counted by CPF alone, from wherever it is tried.
SISREDE = PasswordDoor(
    name="sisrede",
    kinds=frozenset({User.Kind.PERSON}),
    closed_for=timedelta(minutes=30),
    counted_by=("username",),
    route=SISREDE_DOOR,
    recovery="cadsus:sisrede_forgot",
    holder="Profissional com acesso ao SISRede",
)
