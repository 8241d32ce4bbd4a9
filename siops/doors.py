"""The doors of the SIOPS: that of its pages, that of the Conselho de Saúde, and the one that a password opens."""

from datetime import timedelta

from accounts.models import User
from common.house import PasswordDoor

SIOPS_DOOR = "siops:sign_in"
COUNCIL_DOOR = "siops:council_sign_in"
# The page of the one-time link, which opens no other door.
COUNCIL_LINK = "siops:council_link"
# A person's password: counted by CPF alone, from wherever it is tried (SM-3, BLOQUEADO).
TECHNICIAN = PasswordDoor(
    name="person",
    kinds=frozenset({User.Kind.PERSON}),
    closed_for=timedelta(minutes=30),
    counted_by=("username",),
    route="siops:technician_sign_in",
    recovery="siops:technician_forgot",
    holder="Responsável pelo envio de dados do SIOPS",
)
