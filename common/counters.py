"""How often something was tried lately, kept in the database: no flood, restart or second process forgets it.

For whatever protects an account, a CPF or a protocol. Limits of comfort may live in the cache (common.throttle).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils.crypto import salted_hmac

from common.models import Counter

# One statement, so that parallel requests take turns at the row and each reads its own number. The count that reaches
# `limit` begins the time anew: what closes stays closed for all of it, and trying meanwhile does not lengthen it.
_COUNT = """
INSERT INTO common_counter AS c (key, times, ends_at) VALUES (%(key)s, 1, %(end)s)
ON CONFLICT (key) DO UPDATE SET
    times = CASE WHEN c.ends_at <= %(at)s THEN 1 ELSE c.times + 1 END,
    ends_at = CASE WHEN c.ends_at <= %(at)s OR c.times + 1 = %(limit)s THEN %(end)s ELSE c.ends_at END
RETURNING times, ends_at
"""


@dataclass(frozen=True)
class Tally:
    """How many times, and until when they are remembered."""

    times: int
    ends_at: datetime

    def seconds_left(self, at: datetime) -> int:
        return max(1, -int((at - self.ends_at).total_seconds() // 1))


def count(what: str, who: str, *, lasts: timedelta, at: datetime, limit: int = 0) -> Tally:
    """Count one more time; the first one of a row begins a time of `lasts`, and so does the one that reaches `limit`.

    Outside a transaction that may be undone: the count would be, too. Concurrent callers wait for each other's commit.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"key": _key(what, who), "end": at + lasts, "at": at, "limit": limit})
        times, ends_at = cursor.fetchone()
    return Tally(times, ends_at)


def tally(what: str, who: str, *, at: datetime) -> Tally:
    """How many there are now."""
    row = Counter.objects.filter(key=_key(what, who), ends_at__gt=at).first()
    return Tally(row.times, row.ends_at) if row else Tally(0, at)


def give_back(what: str, who: str, *, times: int = 1) -> None:
    """Take counts back: what was tried turned out to be right."""
    Counter.objects.filter(key=_key(what, who)).update(times=Greatest(F("times") - times, Value(0)))


def forget(what: str, who: str) -> None:
    """Begin anew."""
    Counter.objects.filter(key=_key(what, who)).delete()


def sweep(*, at: datetime) -> int:
    """Erase the counts whose time is over; returns how many."""
    return Counter.objects.filter(ends_at__lte=at).delete()[0]


def _key(what: str, who: str) -> str:
    """No CPF, CNPJ or address is readable in the table."""
    return f"{what}:{salted_hmac(f'common.counters.{what}', who, algorithm='sha256').hexdigest()}"
