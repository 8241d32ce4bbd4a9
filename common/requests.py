"""What the edge settles once about a request, for everything below it: its id, its two instants, its voice."""

from datetime import datetime
from typing import Any, Protocol
from uuid import uuid4

from django import http
from django.http import HttpResponse, JsonResponse

from common import clock
from common.exceptions import Refusal

# Keys of the WSGI environment. No header of a client can become one of them.
REQUEST_ID, INSTANTS, VOICE = "ensaio.request_id", "ensaio.instants", "ensaio.voice"


class Voice(Protocol):
    """How the door of machines that a request came by says no (JSON, OperationOutcome or SOAP Fault)."""

    def say(self, status: int, code: str, message: str) -> HttpResponse: ...

    def refuse(self, refusal: Refusal) -> HttpResponse: ...


class HttpRequest(http.HttpRequest):
    """A request inside its room: `at` is the room's instant, `real_at` the real one, each read once at the edge."""

    at: datetime
    real_at: datetime


def request_id_of(environ: dict[str, Any]) -> str:
    """The id of the request, made for who asks first."""
    found: str | None = environ.get(REQUEST_ID)
    if found is None:
        found = environ[REQUEST_ID] = str(uuid4())
    return found


def instants_of(environ: dict[str, Any]) -> clock.Instants:
    """Both instants of the request, read for who asks first; only inside its room."""
    found: clock.Instants | None = environ.get(INSTANTS)
    if found is None:
        found = environ[INSTANTS] = clock.instants()
    return found


# As many digits as a number of the database surely holds.
DIGITS = 18


def whole_number(text: str) -> int | None:
    """What a query string gives as a number; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS else None


def say_to_machine(request: http.HttpRequest, status: int, code: str, message: str) -> HttpResponse:
    """A refusal in the words of the request's door; in JSON where no door was declared."""
    voice: Voice | None = request.META.get(VOICE)
    if voice is not None:
        return voice.say(status, code, message)
    return JsonResponse({"error": code, "error_description": message}, status=status)
