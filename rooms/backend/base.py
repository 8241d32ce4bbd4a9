"""PostgreSQL as Django sees it outside every room: it knows the dialect and refuses to connect."""

from typing import Any, NoReturn

from django.db import OperationalError
from django.db.backends.postgresql import base


class NoRoom(OperationalError):
    """Somebody asked the database without having entered a world: a thread, a forgotten edge, a late queryset."""

    def __init__(self) -> None:
        super().__init__("fora de qualquer sala: entre em uma antes de consultar o banco de dados")


class DatabaseWrapper(base.DatabaseWrapper):
    """What stands for the aliases "default" and "control" until an edge puts the connection of a world in its place."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> NoReturn:
        raise NoRoom
