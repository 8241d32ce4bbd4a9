"""The answer to what went wrong: 503 while database, queue or cache are away, 500 for a fault of ours, 404.

Neither 503 nor 500 asks any of them.
"""

import sys

from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers
from django.views.defaults import page_not_found
from kombu.exceptions import OperationalError as QueueError
from redis.exceptions import RedisError

from common.house import is_for_machines
from common.requests import say_to_machine

RETRY_SECONDS = 30
UNAVAILABLE = "Serviço indisponível no momento."
NOT_FOUND = "Endereço não encontrado."
FAILED = "Erro interno do simulador."
_FULL = "53100"
# SQLSTATE classes and codes of a server that cannot be reached, is going down, takes nobody else or has no disk left; a
# statement under way while it dies may end with an error of the server's own insides (class XX).
_AWAY = ("08", "3D000", "57P01", "57P02", "57P03", "53300", _FULL, "XX")


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler of what nobody caught; called while the exception is being handled."""
    is_machine = is_for_machines(request.path_info)
    if not is_outage(sys.exc_info()[1]):
        if is_machine:
            return say_to_machine(request, 500, "server_error", FAILED)
        return HttpResponse(render_to_string("500.html"), status=500)
    if is_machine:
        answer = say_to_machine(request, 503, "temporarily_unavailable", UNAVAILABLE)
    else:
        answer = HttpResponse(render_to_string("503.html"), status=503)
    answer["Retry-After"] = str(RETRY_SECONDS)
    add_never_cache_headers(answer)
    return answer


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler of an address that does not exist: JSON for programmes, a page for people."""
    if is_for_machines(request.path_info):
        return say_to_machine(request, 404, "not_found", NOT_FOUND)
    return page_not_found(request, exception)


def is_outage(error: BaseException | None) -> bool:
    """Whether database, queue or cache itself is away. Deadlocks and late statements are not that."""
    if isinstance(error, QueueError | RedisError):
        return True
    if not isinstance(error, OperationalError | InterfaceError | InternalError):
        return False
    state = _state_of(error)
    if state is None:
        return not isinstance(error, InternalError)
    return state.startswith(_AWAY)


def is_disk_full(error: BaseException) -> bool:
    """Whether the database had no room for what was to be written."""
    return _state_of(error) == _FULL


def _state_of(error: BaseException) -> str | None:
    state: str | None = getattr(error.__cause__, "sqlstate", None)
    return state
