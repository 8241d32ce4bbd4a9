"""Days and amounts of the deadlines and sanctions; pure. Every term counts whole days, in Brasília.

Decreto 7.827/2012: the parcels of the constitutional transfers fall on the 10th, the 20th and the 30th (decêndios).
"""

from __future__ import annotations

import hashlib
from calendar import monthrange
from datetime import date, timedelta

from common.holidays import next_business_day
from territory.models import Entity

DAY = timedelta(days=1)
# From the notification to the suspension (art. 7º).
ANSWER_WITHIN = timedelta(days=30)
# From the request, in the file of each day, to the restoration: 72 hours after the homologation at most.
RESTORED_AFTER = timedelta(days=2)
# How long the defence is open (contraditório); the real term is not published.
DEFENCE = timedelta(days=15)
# By when the bank tells what it directed (art. 14).
BANK_TELLS_AFTER = 5
# Most of each parcel that is directed, in percent (art. 13, § 2º).
MUNICIPAL_RATE, STATE_RATE = 15, 12
# Of the first two decêndios and of the last one, in percent of the synthetic month.
WEIGHTS, LAST_WEIGHT = {10: 50, 20: 20}, 30
LEAST_MONTH, MONTH_SPAN = 400_000_00, 800_000_00


def is_decendial(day: date) -> bool:
    return day.day in WEIGHTS or day.day == _third(day)


def decendial_after(day: date) -> date:
    """The first decêndio after a day."""
    day += DAY
    while not is_decendial(day):
        day += DAY
    return day


def _third(day: date) -> int:
    """The 30th, or the last day of February."""
    return min(30, monthrange(day.year, day.month)[1])


def twelve_months_after(day: date) -> date:
    """The same day a year later; the 29th of February meets the 1st of March (Código Civil, art. 132, § 3º)."""
    leap_day = (day.month, day.day) == (2, 29)
    return date(day.year + 1, 3, 1) if leap_day else day.replace(year=day.year + 1)


def told_by_bank(directed_on: date) -> date:
    """The fifth business day after a parcel was directed."""
    for _ in range(BANK_TELLS_AFTER):
        directed_on = next_business_day(directed_on)
    return directed_on


def rate_of(entity: Entity) -> int:
    return MUNICIPAL_RATE if entity.kind == Entity.Kind.MUNICIPALITY else STATE_RATE


def transfer_to(ibge: str, day: date) -> int:
    """A synthetic parcel, in cents: the same for the same entity and decêndio in every room."""
    digest = hashlib.sha256(f"repasse simulado {ibge}".encode()).digest()
    month = LEAST_MONTH + int.from_bytes(digest[:6], "big") % MONTH_SPAN
    return month * WEIGHTS.get(day.day, LAST_WEIGHT) // 100


def directed_of(transfer: int, *, rate: int, missing: int) -> int:
    """What of a parcel goes to the account of the fund: up to the rate, and no more than is missing."""
    return min(transfer * rate // 100, missing)
