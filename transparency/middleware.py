"""Pages for everybody alike: no session is read there, no cookie is given, and so they may be kept by caches."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from rooms import worlds

API = "/v1/"
PATHS = ("/siops/consulta/", API)
# Of the open room. A room has a PIN before its pages and a clock that jumps: only its own browsers keep them, and ask.
SHARED, OF_A_ROOM = "public, max-age=60", "private, no-cache"


class PublicPagesMiddleware:
    """Before the sessions: whoever asks comes as nobody, and the answer is the same with and without cookies.

    An answer whose ETag the caller knows already is 304. A view that has a cheaper ETag than its content sets it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PATHS):
            return self.get_response(request)
        request.COOKIES = {}
        response = self.get_response(request)
        response.cookies.clear()
        del response["Vary"]
        if request.path_info.startswith(API):
            # Pages of others may read it: it is public, and there is no session to borrow.
            response["Access-Control-Allow-Origin"] = "*"
        if response.status_code == HTTPStatus.OK:
            return _kept(request, response)
        return response


def _kept(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """How long it may be kept, and by what it is known again; a stream has no ETag."""
    if not response.has_header("Cache-Control"):
        response["Cache-Control"] = cache_control()
    if response.streaming:
        return response
    if not response.has_header("ETag"):
        response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()}"'
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def cache_control() -> str:
    world = worlds.current()
    return OF_A_ROOM if world and world.code else SHARED
