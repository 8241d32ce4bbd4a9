"""One call of a machine, from the moment it reaches its door to the line that the log keeps of it."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

from common import throttle
from common.exceptions import Refusal
from common.requests import VOICE, instants_of, request_id_of
from interop import journal, messages, scenarios
from interop.answers import Answer
from interop.doors import Door
from interop.refusals import Fault, Format, fault_of, render
from pki import services as pki

MINUTE, TEN_MINUTES = 60, 600  # seconds


@dataclass(slots=True)
class Call:
    """A call (chamada). `pem` is the certificate that the TLS connection proved, or ""; `at` is of the room.

    Whoever answers leaves in `token` what it issued or was shown, for the log to tell its claims. `speaks` is the
    door's format, until the request turns out to be of a version of it. The request itself is let go at the end.
    """

    door: Door
    method: str
    path: str
    request_id: str
    at: datetime
    real_at: datetime
    pem: str
    environ: dict[str, Any] = field(default_factory=dict, repr=False)
    speaks: Format = Format.JSON
    scenario: str = ""
    fingerprint: str = ""
    token: str = ""
    code: str = ""
    explanation: str = ""
    heard: messages.Heard | None = None
    _begun: float = field(default_factory=time.perf_counter)

    @classmethod
    def begin(cls, door: Door, environ: dict[str, Any]) -> Call:
        """The call that a request is. Its fingerprint is "" also when the certificate cannot be read."""
        instants, pem = instants_of(environ), environ.get("SSL_CLIENT_CERT", "")
        call = cls(
            door,
            environ["REQUEST_METHOD"],
            environ["PATH_INFO"],
            request_id_of(environ),
            instants.at,
            instants.real,
            pem,
            environ,
            door.speaks,
        )
        if pem:
            call.fingerprint = pki.fingerprint_of(pem)
        if door.keeps_messages:
            length = str(environ.get("CONTENT_LENGTH") or "")
            call.heard = environ["wsgi.input"] = messages.Heard(environ.get("wsgi.input"), length)
        return call

    def early_end(self, environ: dict[str, Any]) -> Fault | None:
        """What the gateway answers by itself: unknown scenario, wrong method, the scenario asked for, the limit."""
        self.scenario, times, unknown = scenarios.asked_for(environ, self.door)
        if times and self._played(times, environ) > times:
            self.scenario = scenarios.NORMAL
        return unknown or self._wrong_method() or scenarios.play(self.scenario) or self._over_limit()

    def say(self, status: int, code: str, message: str) -> HttpResponse:
        """What the house says no with below the views: a wrong method, an outage, an address that does not exist."""
        return self.write(Fault(HTTPStatus(status), code, message)).as_response()

    def refuse(self, refusal: Refusal) -> HttpResponse:
        """What a service refused."""
        return self.write(fault_of(refusal, self.door.refusals)).as_response()

    def write(self, fault: Fault) -> Answer:
        """The refusal in the door's format; the log remembers it."""
        self.code, self.explanation = fault.code, fault.explanation
        return render(fault, self.speaks)

    def end(self, status: int, answer: Answer | None = None) -> None:
        """Hand the call to the log, with its message where the door keeps them and somebody may read it."""
        milliseconds, content = (time.perf_counter() - self._begun) * 1000, None
        if answer and self.heard and self.fingerprint and journal.takes_messages():
            content = messages.content_of(self.environ, self.heard, answer, token=self.token, pem=self.pem)
        self.environ, self.heard = {}, None
        journal.note(journal.Line(self, status, milliseconds, content))

    def _played(self, times: int, environ: dict[str, Any]) -> int:
        """How often this caller met the scenario at this door in the present ten minutes, with this call."""
        shown = self.fingerprint or str(environ.get("HTTP_AUTHORIZATION") or environ.get("REMOTE_ADDR", ""))
        who = hashlib.sha256(f"{self.scenario};{times};{shown}".encode()).hexdigest()
        return throttle.count(f"cenario:{self.door.name}", who, seconds=TEN_MINUTES, at=self.real_at)

    def _wrong_method(self) -> Fault | None:
        allowed = self.door.methods() if self.door.methods else (self.method,)
        if self.method in allowed:
            return None
        return Fault(
            HTTPStatus.METHOD_NOT_ALLOWED,
            "invalid_request",
            f"Método não permitido. Utilize {allowed[0]}.",
            self.door.method_note,
            headers=(("Allow", ", ".join(allowed)),),
        )

    def _over_limit(self) -> Fault | None:
        """Count this call in the certificate's present minute, which is of the real time."""
        limit = self.door.limit
        if limit is None or not self.fingerprint:
            return None
        if throttle.count(self.door.name, self.fingerprint, seconds=MINUTE, at=self.real_at) <= limit.most():
            return None
        wait = throttle.seconds_left(seconds=MINUTE, at=self.real_at)
        return Fault(
            HTTPStatus.TOO_MANY_REQUESTS,
            "too_many_requests",
            limit.message,
            limit.explanation.format(most=limit.most(), wait=wait),
            headers=(("Retry-After", str(wait)),),
        )


def call_of(request: HttpRequest) -> Call:
    """The call that a request is, in a view behind a door."""
    call: Call = request.META[VOICE]
    return call
