"""JSON answers outside Django's middleware, with the simulator's own headers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.conf import settings

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
        content = json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(content))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Simulador-Request-Id", request_id),
            *self.headers,
        ]
        if settings.TRAINING_MODE:
            headers += [
                ("X-Simulador-Fonte", header_text(self.source)),
                ("X-Simulador-Explicacao", header_text(self.explanation)),
            ]
        start_response(f"{self.status.value} {self.status.phrase}", headers)
        return [] if head_only else [content]


def header_text(text: str) -> str:
    """`text` so that its accents leave as UTF-8, which terminals show; WSGI takes each octet as a Latin-1 letter."""
    return text.encode().decode("latin-1")
