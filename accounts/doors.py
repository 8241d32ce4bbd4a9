"""The doors of the portal, by URL name, and the one that a password opens."""

from datetime import timedelta

from accounts.models import User
from common.house import PasswordDoor

PERSON_DOOR, FUND_DOOR = "accounts:sign_in", "accounts:sign_in_organisation"
PORTAL = PasswordDoor(
    name="portal",
    kinds=frozenset({User.Kind.ORGANISATION, User.Kind.STAFF}),
    closed_for=timedelta(minutes=15),
    counted_by=("username", "ip_address"),
    route=FUND_DOOR,
    recovery="accounts:forgot_organisation",
    holder="Fundo de saúde",
)
