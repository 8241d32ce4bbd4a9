"""The permissions over rooms; the accounts, which stand above, say who holds them."""

from enum import StrEnum


class Permission(StrEnum):
    OPEN = "rooms.open"
    CHANGE = "rooms.change"
