"""How often somebody did something lately, counted in the cache: guessing and enumeration become slow."""

from datetime import datetime

from django.core.cache import cache


def count(what: str, who: str, *, seconds: int, at: datetime) -> int:
    """Count one more time in the present window of `seconds`, and say how many there are."""
    key = _key(what, who, seconds, at)
    cache.add(key, 0, timeout=2 * seconds)
    return int(cache.incr(key))


def counted(what: str, who: str, *, seconds: int, at: datetime) -> int:
    """How many there are in the present window."""
    return int(cache.get(_key(what, who, seconds, at), 0))


def seconds_left(*, seconds: int, at: datetime) -> int:
    """Until the next window."""
    return seconds - int(at.timestamp()) % seconds


def _key(what: str, who: str, seconds: int, at: datetime) -> str:
    return f"throttle:{what}:{who}:{int(at.timestamp()) // seconds}"
