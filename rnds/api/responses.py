"""JSON answers to machines, with the simulator's own headers and, in training mode, the cause in plain words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse

from common import switches
from common.text import in_ascii

FACT, INFERENCE = "fato", "inferência"

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer before it has an id. `source` says whether the real service is known to answer so."""

    status: HTTPStatus
    body: dict[str, Any]
    source: str
    explanation: str
    headers: tuple[tuple[str, str], ...] = field(default=())

    def send(self, start_response: StartResponse, *, request_id: str, head_only: bool) -> Iterable[bytes]:
        """Write status and headers, and return the body (none for HEAD)."""
        content = self._content()
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(content))),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Simulador-Request-Id", request_id),
            *self._headers(),
        ]
        start_response(f"{self.status.value} {self.status.phrase}", headers)
        return [] if head_only else [content]

    def as_response(self) -> HttpResponse:
        """The same answer from inside Django, whose middleware adds the request id."""
        headers = dict(self._headers())
        return HttpResponse(self._content(), status=self.status, content_type="application/json", headers=headers)

    def _content(self) -> bytes:
        """The body; a refusal explains itself after the real fields, which clients read by name.

        An answer known to be a fact goes out to the letter: a client that is strict about fields must find no other.
        """
        body = self.body
        if switches.now().training_mode and self.source != FACT:
            body = body | {"simulador": {"fonte": self.source, "explicacao": self.explanation}}
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()

    def _headers(self) -> list[tuple[str, str]]:
        """Headers in plain ASCII: many clients take each octet as a letter of Latin-1."""
        told = [("X-Simulador-Fonte", self.source), ("X-Simulador-Explicacao", self.explanation)]
        explained = [(name, in_ascii(text)) for name, text in told] if switches.now().training_mode else []
        return [("Cache-Control", "no-store"), *self.headers, *explained]
