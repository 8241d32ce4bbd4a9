"""How often somebody did something lately, counted in the cache: fast, and forgotten by a restart or a full cache.

Only for a limit of comfort, such as the tokens of a certificate in a minute; without Redis each process counts by
itself. What protects an account, a CPF or a protocol is counted by common.counters, in the database.
"""

from datetime import datetime

from django.core.cache import cache


def count(what: str, who: str, *, seconds: int, at: datetime) -> int:
    """Count one more time in the present window of `seconds`, and say how many there are."""
    key = _key(what, who, seconds, at)
    try:
        return int(cache.incr(key))
    except ValueError:
        # The first of the window, or the first of two that came together.
        cache.add(key, 0, timeout=2 * seconds)
        return int(cache.incr(key))


def seconds_left(*, seconds: int, at: datetime) -> int:
    """Until the next window."""
    return seconds - int(at.timestamp()) % seconds


def _key(what: str, who: str, seconds: int, at: datetime) -> str:
    return f"throttle:{what}:{who}:{int(at.timestamp()) // seconds}"
