"""Sessions in the database, found only by keys that this server could have made, by a query composed once."""

from datetime import datetime

from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.models import Session
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

from common import clock, prepared

KEY_LENGTH = 32


class SessionStore(DatabaseSessionStore):
    """A cookie may hold anything, such as a NUL that the database refuses; what is no key is no session."""

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key) and len(key or "") == KEY_LENGTH and set(key or "") <= set(VALID_KEY_CHARS)

    def _get_session_from_db(self) -> Session | None:
        """As Django's own."""
        # What a page asks first: as a cursor of Django would, see whether the server is still the one of before.
        connections[DEFAULT_DB_ALIAS].close_if_health_check_failed()
        found = _alive(key=self.session_key, at=clock.real_now())
        if not found:
            self._session_key = None
            return None
        session: Session = found[0]
        return session


@prepared.composed
def _alive(key: str, at: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=at)
