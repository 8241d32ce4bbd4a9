"""The permission of the lots. Who holds it is said in lots/rules.py."""

from enum import StrEnum


class Permission(StrEnum):
    RUN_LOT = "lots.run_lot"
