"""Sessions in the database, found only by keys that this server could have made."""

from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore

KEY_LENGTH = 32


class SessionStore(DatabaseSessionStore):
    """A cookie may hold anything, such as a NUL that the database refuses; what is no key is no session."""

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key) and len(key or "") == KEY_LENGTH and set(key or "") <= set(VALID_KEY_CHARS)
