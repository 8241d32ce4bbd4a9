"""The connections of this process, whatever their database: taken on entering a world, given back on leaving.

Django keeps a connection for each thread and alias; threads times rooms would not fit in what a server takes.
"""

import copy
import threading
import time
from collections import OrderedDict
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper

# Waits (seconds) for a server that takes nobody else just now.
FULL_PAUSES = (0.05, 0.2, 0.5)
# How the server says so (SQLSTATE 53300): of a connection that failed libpq tells the text alone.
FULL = ("too many clients", "connection slots", "too many connections")
# A connection that rested longer than this is asked whether it still stands.
TRUSTED_SECONDS = 1.0


class Pool:
    """Idle connections of any database; beyond settings.ROOM_CONNECTIONS_IDLE the least recently used are closed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: OrderedDict[int, tuple[DatabaseWrapper, float]] = OrderedDict()

    def take(self, alias: str, database: str) -> DatabaseWrapper:
        """A connection to `database` for this thread alone, known to Django as `alias`. Connects at the first query."""
        with self._lock:
            rested = (key for key, (kept, _) in reversed(self._idle.items()) if _is(kept, alias, database))
            key = next(rested, None)
            found = self._idle.pop(key) if key is not None else None
        if found is None:
            return _new(alias, database)
        wrapper, since = found
        if time.monotonic() - since > TRUSTED_SECONDS:
            wrapper.close_if_unusable_or_obsolete()
        return wrapper

    def give(self, wrapper: DatabaseWrapper) -> None:
        """Keep the connection for the next who asks; one in the middle of a transaction is closed, which undoes it."""
        if wrapper.in_atomic_block:
            wrapper.close()
            return
        wrapper.close_if_unusable_or_obsolete()
        if wrapper.connection is None:
            return
        wrapper.health_check_done = True  # type: ignore[attr-defined]  # Django's own, left out of the stubs
        with self._lock:
            self._idle[id(wrapper)] = wrapper, time.monotonic()
            over = max(0, len(self._idle) - settings.ROOM_CONNECTIONS_IDLE)
            surplus = [self._idle.popitem(last=False)[1][0] for _ in range(over)]
        for each in surplus:
            each.close()

    def forget(self, database: str = "") -> None:
        """Close the idle connections to a database that is going away; without a name, all of them."""
        with self._lock:
            gone = [key for key, (kept, _) in self._idle.items() if database in ("", kept.settings_dict["NAME"])]
            closing = [self._idle.pop(key)[0] for key in gone]
        for each in closing:
            each.close()

    def __len__(self) -> int:
        return len(self._idle)


class PooledConnection(DatabaseWrapper):
    """A connection that waits a moment for its turn on a server that is full, having given up what rests here."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        for pause in FULL_PAUSES:
            try:
                return super().get_new_connection(conn_params)
            except psycopg.OperationalError as refusal:
                if not any(sign in str(refusal) for sign in FULL):
                    raise
            pool.forget()
            time.sleep(pause)
        return super().get_new_connection(conn_params)


def _is(wrapper: DatabaseWrapper, alias: str, database: str) -> bool:
    return wrapper.alias == alias and wrapper.settings_dict["NAME"] == database


def _new(alias: str, database: str) -> DatabaseWrapper:
    wrapper = PooledConnection(copy.deepcopy(connections.settings[alias]) | {"NAME": database}, alias)
    # The pool hands it from thread to thread, to one at a time.
    wrapper.inc_thread_sharing()
    return wrapper


pool = Pool()
