"""Faults that a caller asks for by header (cenários), to rehearse what the real service does on its bad days."""

from __future__ import annotations

import threading
import time
from http import HTTPStatus
from typing import Any

from interop.doors import Door
from interop.refusals import Fault

HEADER = "HTTP_X_SIMULADOR_CENARIO"
ANSWERED = "X-Simulador-Cenario"
NORMAL, SLOW, SILENT = "ok", "lento", "timeout"
ASKED = "Pedido pelo cabeçalho X-Simulador-Cenario."
SLOWEST = 5000  # milliseconds
SILENCE = 60_000  # longer than any published client waits
# Each slow call holds a thread of the server; the others must stay free.
SLOW_AT_ONCE = 2
COMMON = {
    NORMAL: "resposta normal",
    "indisponivel": "503 com Retry-After",
    "502": "502, como quando um servidor intermediário não alcança o serviço",
    "429": "429 com Retry-After",
    f"{SLOW}:<ms>": f"resposta normal depois de tantos milissegundos, até {SLOWEST}",
    SILENT: f"nenhuma resposta por {SILENCE // 1000} segundos; depois, 504",
}
# An error that goes away (vezes): so many calls of one caller, and then the service answers as usual.
TIMES_FORM, MOST_TIMES = ";vezes=N", 100
_FAULTS = {
    "indisponivel": Fault(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "temporarily_unavailable",
        "Serviço indisponível no momento.",
        ASKED,
        headers=(("Retry-After", "30"),),
    ),
    "502": Fault(HTTPStatus.BAD_GATEWAY, "bad_gateway", "O serviço não respondeu ao intermediário.", ASKED),
    SILENT: Fault(HTTPStatus.GATEWAY_TIMEOUT, "gateway_timeout", "O serviço não respondeu a tempo.", ASKED),
    "429": Fault(
        HTTPStatus.TOO_MANY_REQUESTS,
        "too_many_requests",
        "Limite de chamadas excedido.",
        ASKED,
        headers=(("Retry-After", "1"),),
    ),
}
_CROWDED = Fault(
    HTTPStatus.TOO_MANY_REQUESTS,
    "too_many_slow_calls",
    "Já há chamadas lentas em andamento. Tente novamente em instantes.",
    f"Os cenários lento e timeout atendem {SLOW_AT_ONCE} chamadas ao mesmo tempo, para não parar o simulador.",
    headers=(("Retry-After", "1"),),
)
_slow = threading.BoundedSemaphore(SLOW_AT_ONCE)


def asked_for(environ: dict[str, Any], door: Door) -> tuple[str, int, Fault | None]:
    """The scenario that the header names ("" for none), how many times (0 for always), and the refusal when the door
    does not know it."""
    name, times, is_countable = _times(str(environ.get(HEADER, "")).strip())
    kind, _, milliseconds = name.partition(":")
    is_slow = kind == SLOW and milliseconds.isdecimal() and int(milliseconds[:6]) <= SLOWEST
    if is_countable and (not name or is_slow or name in COMMON or name in door.scenarios):
        return name, times, None
    known = ", ".join({**COMMON, **door.scenarios})
    text = f"Cenário desconhecido. Esta porta conhece: {known}. Depois do nome pode vir {TIMES_FORM}."
    return "", 0, Fault(HTTPStatus.BAD_REQUEST, "unknown_scenario", text)


def _times(text: str) -> tuple[str, int, bool]:
    """«nome;vezes=N» → the name, N, and whether N can be counted."""
    name, separator, rest = (part.strip() for part in text.partition(";"))
    if not separator:
        return name, 0, True
    said = rest.removeprefix("vezes=")
    is_good = said != rest and said.isascii() and said.isdecimal() and 0 < int(said[:4]) <= MOST_TIMES
    return name, int(said[:4]) if is_good else 0, is_good


def play(name: str) -> Fault | None:
    """What the gateway itself does in a scenario: wait, or refuse in the service's place. The rest is the door's."""
    kind, _, milliseconds = name.partition(":")
    if kind not in (SLOW, SILENT):
        return _FAULTS.get(name)
    if not _slow.acquire(blocking=False):
        return _CROWDED
    try:
        time.sleep((SILENCE if kind == SILENT else int(milliseconds)) / 1000)
    finally:
        _slow.release()
    return _FAULTS.get(name)
