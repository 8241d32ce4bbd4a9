"""Request id on every answer, and refusals turned into pages instead of tracebacks."""

import json
import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

from common import clock, stopped
from common.exceptions import Busy, NotAllowedNow, NotPermitted, Refusal
from common.forbidden import forbidden
from common.outage import MACHINE_PATHS
from common.rail import SHOWN, Rail

_request_id: ContextVar[str] = ContextVar("request_id", default="")

CHARSET = re.compile(r"charset\s*=\s*([^;]*)", re.IGNORECASE)
# Names of it that clients send.
UTF_8 = frozenset({"", "utf-8", "utf8"})
WRONG_CHARSET = {"error": "unsupported_media_type", "error_description": "O corpo do pedido precisa estar em UTF-8."}
WRONG_METHOD = {"error": "method_not_allowed", "error_description": "Este endereço não aceita este método HTTP."}

GetResponse = Callable[[HttpRequest], HttpResponse]


def current_request_id() -> str:
    """Id of the request being answered, or "" outside a request."""
    return _request_id.get()


class RequestIdMiddleware:
    """Give each request an id, shown in `X-Simulador-Request-Id`, in logs and in the audit trail."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _request_id.set(str(uuid.uuid4()))
        try:
            response = self.get_response(request)
            response["X-Simulador-Request-Id"] = current_request_id()
            return response
        finally:
            _request_id.reset(token)


class CharsetMiddleware:
    """Refuse a body that says to be in another character set than ours, before anybody decodes it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        named = CHARSET.findall(request.META.get("CONTENT_TYPE", ""))
        if named:
            # Also for the page of the refusal, whose tags read the parameters of the request.
            request.encoding = "utf-8"
        if all(name.strip().strip("\"'").lower() in UTF_8 for name in named):
            return self.get_response(request)
        if request.path.startswith(MACHINE_PATHS):
            return JsonResponse(WRONG_CHARSET, status=415)
        return render(request, "415.html", status=415)


class PrivatePagesMiddleware:
    """Keep what is shown in a session out of every cache, also that of the browser after «Sair»."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


class WrongMethodMiddleware:
    """Say in words that an address takes another method; Django answers that with nothing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or response.content:
            return response
        if request.path_info.startswith(MACHINE_PATHS):
            response.content = json.dumps(WRONG_METHOD)
            response["Content-Type"] = "application/json"
        elif request.method not in ("HEAD", "OPTIONS"):
            response.content = render_to_string("405.html", request=request)
        return response


class RefusalMiddleware:
    """Show a refusal that no view turned into a form error as a page with the right status."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        if isinstance(exception, Busy):
            answer = render(request, "refusal.html", {"refusal": exception}, status=HTTPStatus.TOO_MANY_REQUESTS)
            answer["Retry-After"] = str(exception.retry_after)
            return answer
        if isinstance(exception, NotPermitted):
            return forbidden(request, exception)
        status = 409 if isinstance(exception, NotAllowedNow) else 422
        return render(request, "refusal.html", {"refusal": exception}, status=status)


class RailMiddleware:
    """Remember where the path of the page stands; a page that tells of an error shows no rail."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        rail: Rail | None = getattr(request, SHOWN, None)
        if rail and settings.DEMO:
            stopped.keep(response, rail, at=clock.real_now())
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        setattr(request, SHOWN, None)
