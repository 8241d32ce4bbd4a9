"""A door that answers by itself, as a WSGI application before Django's middleware: no session, cookie or form there."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from typing import Any, TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection
from redis.exceptions import RedisError

from common import outage
from common.exceptions import Refusal
from interop import scenarios
from interop.answers import Answer, StartResponse
from interop.calls import Call
from interop.doors import Door, door_of
from interop.refusals import Fault, Format, fault_of, render

logger = logging.getLogger("ensaio.interop")

UNAVAILABLE = Fault(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "temporarily_unavailable",
    "Serviço indisponível no momento.",
    "O simulador não alcança o seu banco de dados. Tente novamente em alguns minutos.",
    headers=(("Retry-After", "30"),),
)
DISK_FULL = replace(
    UNAVAILABLE,
    explanation="O disco do simulador está cheio: nada do que esta chamada gravaria foi gravado. Avise quem o mantém.",
)
FAILED = Fault(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "server_error",
    "Erro interno do simulador.",
    "Falha do simulador, e não do certificado. Informe o X-Simulador-Request-Id a quem o mantém.",
)

Who = TypeVar("Who")
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]
# By the name of their door.
_applications: dict[str, Application] = {}


def _nothing(call: Call) -> Answer | None:
    """What most doors tell anybody."""
    return None


def answering(
    door: Door,
    *,
    who: Callable[[Call], Who],
    answer: Callable[[Call, Who], Answer],
    openly: Callable[[Call], Answer | None] = _nothing,
) -> Application:
    """The application of a door: `who` finds out who calls, or raises a Refusal; `answer` serves them.

    `openly` serves anybody before that, as with the description of the service; None for a call that is for `who`.

    It never raises: what goes wrong is an answer with a request id.
    """

    def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        call = Call.begin(door, environ)
        given = openly(call) or _answer(call, environ, who, answer)
        call.end(given.status, given)
        given = with_scenario(given, call.scenario)
        return given.send(start_response, request_id=call.request_id, head_only=call.method == "HEAD")

    _applications[door.name] = application
    return application


def application_of(door_name: str) -> Application | None:
    """What answers at that door, where it answers by itself."""
    return _applications.get(door_name)


def with_scenario(answer: Answer, name: str) -> Answer:
    """The answer says which scenario it was given in; "ok" also when an error went away."""
    return replace(answer, headers=(*answer.headers, (scenarios.ANSWERED, name))) if name else answer


def _answer(
    call: Call, environ: dict[str, Any], who: Callable[[Call], Who], answer: Callable[[Call, Who], Answer]
) -> Answer:
    try:
        if fault := call.early_end(environ):
            _recognise(call, who)
            return call.write(fault)
        return answer(call, _authenticated(call, who))
    except Refusal as refusal:
        return call.write(fault_of(refusal, call.door.refusals))
    except (DatabaseError, InterfaceError, RedisError) as error:
        logger.exception("%s %s: storage unavailable", call.door.name, call.request_id)
        return call.write(DISK_FULL if outage.is_disk_full(error) else UNAVAILABLE)
    except Exception:
        logger.exception("%s %s: failed", call.door.name, call.request_id)
        return call.write(FAILED)
    finally:
        # As at the end of a Django request: closed when broken or too old, unless a caller's transaction still owns it.
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


def _recognise(call: Call, who: Callable[[Call], Who]) -> None:
    """Whose a call is that ends before its door asks: its message belongs in the log of that system."""
    if call.heard and not call.fingerprint:
        with suppress(Refusal):
            who(call)


def _authenticated(call: Call, who: Callable[[Call], Who]) -> Who:
    """Try once more when the connection kept from an earlier request died, as after a restart of the database."""
    try:
        return who(call)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return who(call)


def refuse(path: str, status: int, code: str, message: str) -> tuple[str, bytes]:
    """Kind and content of a refusal before any room, in the format of the door that the address belongs to."""
    door = door_of(path)
    answer = render(Fault(HTTPStatus(status), code, message), door.speaks if door else Format.JSON)
    return answer.content_type, answer.content
