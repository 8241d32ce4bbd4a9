"""The mark that a browser keeps after the right PIN of a room, for as long as the room lives."""

from functools import lru_cache

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare

COOKIE = "entrada"
# Between the code of a room and the name of a cookie; no cookie of the house has it in its name.
MARK = "~"
_SALT = "rooms.entry"


def cookie_name(code: str, name: str = COOKIE) -> str:
    """The name under which a browser keeps a cookie of this room."""
    return f"{code}{MARK}{name}"


def mark(code: str) -> str:
    """What the cookie of `code` holds. A code is never used twice, so it cannot open a later room."""
    return _signed(code, settings.SECRET_KEY)


@lru_cache(maxsize=256)
def _signed(code: str, key: str) -> str:
    """Worked out once: every page of the room asks."""
    return signing.Signer(key=key, salt=_SALT).sign(code)


def is_good(value: str, code: str) -> bool:
    return constant_time_compare(value, mark(code))
