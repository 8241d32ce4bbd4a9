"""Request id on every answer, and refusals turned into pages instead of tracebacks."""

import re
from collections.abc import Callable
from contextvars import ContextVar
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

from common import requests, stopped
from common.exceptions import Busy, NotAllowedNow, NotPermitted, ProofTooOld, Refusal
from common.forbidden import forbidden
from common.house import is_for_machines
from common.navigation import page_acted_on, page_asked_for, with_next
from common.rail import SHOWN, Rail

_request_id: ContextVar[str] = ContextVar("request_id", default="")

CHARSET = re.compile(r"charset\s*=\s*([^;]*)", re.IGNORECASE)
# Names of it that clients send.
UTF_8 = frozenset({"", "utf-8", "utf8"})
WRONG_CHARSET = "O corpo do pedido precisa estar em UTF-8."
WRONG_METHOD = "Este endereço não aceita este método HTTP."

GetResponse = Callable[[HttpRequest], HttpResponse]


def current_request_id() -> str:
    """Id of the request being answered, or "" outside a request."""
    return _request_id.get()


class EdgeMiddleware:
    """What the edge settled, in reach of the views: both instants, and the id that answers, logs and audit show."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: requests.HttpRequest) -> HttpResponse:
        instants = requests.instants_of(request.META)
        request.at, request.real_at = instants.at, instants.real
        token = _request_id.set(requests.request_id_of(request.META))
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
        if is_for_machines(request.path_info):
            return requests.say_to_machine(request, 415, "unsupported_media_type", WRONG_CHARSET)
        return render(request, "415.html", status=415)


class SignInMiddleware(LoginRequiredMiddleware):
    """Lead who is signed out to the door of the page, and from there on to the page, if it was asked for to be read."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseRedirect:
        if page_asked_for(request):
            return super().handle_no_permission(request, view_func)
        return HttpResponseRedirect(resolve_url(self.get_login_url(view_func)))


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
        if is_for_machines(request.path_info):
            said = requests.say_to_machine(request, response.status_code, "method_not_allowed", WRONG_METHOD)
            response.content, response["Content-Type"] = said.content, said["Content-Type"]
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
        voice: requests.Voice | None = request.META.get(requests.VOICE)
        if voice is not None:
            return voice.refuse(exception)
        if isinstance(exception, Busy):
            answer = render(request, "refusal.html", {"refusal": exception}, status=HTTPStatus.TOO_MANY_REQUESTS)
            answer["Retry-After"] = str(exception.retry_after)
            return answer
        if isinstance(exception, ProofTooOld):
            messages.warning(request, exception.message)
            return HttpResponseRedirect(with_next(settings.SECOND_FACTOR_URL, page_acted_on(request)))
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
            stopped.keep(response, rail, at=requests.instants_of(request.META).real)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        setattr(request, SHOWN, None)
