"""Which database a table is in: the list of rooms in "control", every table of a world in "default"."""

from typing import Any

CONTROL, WORLD = "control", "default"


class RoomsRouter:
    """No table of the rooms is in a world, and no table of a world is in control."""

    def db_for_read(self, model: type[Any], **_: Any) -> str:
        return CONTROL if model._meta.app_label == "rooms" else WORLD

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **_: Any) -> bool:
        return (app_label == "rooms") == (db == CONTROL)
