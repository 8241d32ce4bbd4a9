"""What goes out to a machine, with the simulator's own headers and, in training mode, the cause in plain words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse

from common import switches
from common.text import in_ascii

FACT, INFERENCE = "fato", "inferência"
JSON = "application/json"

Headers = tuple[tuple[str, str], ...]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """A written answer. `source` says whether the real service is known to answer so; without explanation, nothing."""

    status: HTTPStatus
    content: bytes
    content_type: str = JSON
    source: str = INFERENCE
    explanation: str = ""
    headers: Headers = ()

    def send(self, start_response: StartResponse, *, request_id: str, head_only: bool) -> Iterable[bytes]:
        """Write status and headers, and return the body (none for HEAD)."""
        headers = [
            ("Content-Type", self.content_type),
            ("Content-Length", str(len(self.content))),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Simulador-Request-Id", request_id),
            *self._headers(),
        ]
        start_response(f"{self.status.value} {self.status.phrase}", headers)
        return [] if head_only else [self.content]

    def as_response(self) -> HttpResponse:
        """The same answer from inside Django, whose middleware adds the request id."""
        headers = dict(self._headers())
        return HttpResponse(self.content, status=self.status, content_type=self.content_type, headers=headers)

    def _headers(self) -> list[tuple[str, str]]:
        """Headers in plain ASCII: many clients take each octet as a letter of Latin-1."""
        fixed = [("Cache-Control", "no-store"), *self.headers]
        if not (switches.now().training_mode and self.explanation):
            return fixed
        told = [("X-Simulador-Fonte", self.source), ("X-Simulador-Explicacao", self.explanation)]
        return fixed + [(name, in_ascii(text)) for name, text in told]


def as_json(body: dict[str, Any]) -> bytes:
    """JSON without spaces, in UTF-8."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
