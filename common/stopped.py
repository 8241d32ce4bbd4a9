"""«Você parou aqui»: which path this browser was on, kept in a signed cookie. Only in a demonstration.

What it holds is what the browser was shown. It is signed for one world: another room, or the same one after a reset,
does not read it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from common.rail import Rail

COOKIE, LASTS = "parou", timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Where the browser was on a path, and as whom it goes on. `at` is real time."""

    title: str
    place: str
    number: int
    steps: int
    done: int
    what: str
    short: str
    persona: str
    url: str
    at: str

    def ago(self, now: datetime) -> str:
        """How long ago that was, in words."""
        days = (now - datetime.fromisoformat(self.at)).days
        if days > 1:
            return f"há {days} dias"
        return "ontem" if days == 1 else "hoje"


def keep(answer: HttpResponse, rail: Rail, *, at: datetime) -> None:
    """Remember where the path stands; one that was walked to its end, or that nobody can go on with, is forgotten."""
    if rail.turn is None or not rail.turn.persona:
        answer.delete_cookie(COOKIE, samesite="Lax")
        return
    stop = Stop(
        title=rail.title,
        place=rail.place,
        number=rail.number,
        steps=len(rail.steps),
        done=rail.done,
        what=rail.turn.sentence,
        short=rail.turn.short,
        persona=rail.turn.persona,
        url=rail.turn.url,
        at=at.isoformat(),
    )
    answer.set_cookie(
        COOKIE,
        signing.dumps(asdict(stop), salt=_salt()),
        max_age=LASTS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def where(request: HttpRequest) -> Stop | None:
    """Where this browser stopped in this world; None on a first visit."""
    signed = request.COOKIES.get(COOKIE)
    if not signed or not settings.DEMO:
        return None
    try:
        return Stop(**signing.loads(signed, salt=_salt(), max_age=LASTS))
    except (signing.BadSignature, TypeError):
        return None


def _salt() -> str:
    """Keys of the cache name the world and its generation."""
    return cache.make_key(COOKIE)
