"""`/v1`: what was homologated, for programmes. The addresses are those of the real service, without a final slash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from common import throttle
from common.exceptions import Busy
from common.requests import HttpRequest
from declarations.models import Declaration
from transparency.api.openapi import description
from transparency.services import mirror
from transparency.services.official import Official, official_of, receipt_of

MINUTE = 60
# From one address: a class of thirty behind one router asks twenty times a minute each.
MOST = 600
CROWDED = "Muitas consultas deste endereço. Aguarde {wait} segundos."
_P = ParamSpec("_P")


def reading(view: Callable[Concatenate[HttpRequest, _P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Open to everybody, so many times a minute. Raises Busy."""

    @login_not_required
    @require_safe
    @wraps(view)
    def counted(request: HttpRequest, *args: _P.args, **kwargs: _P.kwargs) -> HttpResponse:
        who = request.META.get("REMOTE_ADDR", "")
        if throttle.count("siops-leitura", who, seconds=MINUTE, at=request.real_at) > MOST:
            wait = throttle.seconds_left(seconds=MINUTE, at=request.real_at)
            raise Busy(CROWDED.format(wait=wait), retry_after=wait)
        return view(request, *args, **kwargs)

    return counted


@reading
def states(request: HttpRequest) -> HttpResponse:
    return JsonResponse(mirror.states(), safe=False)


@reading
def municipalities(request: HttpRequest, uf: str) -> HttpResponse:
    return JsonResponse(mirror.municipalities(uf), safe=False)


@reading
def years(request: HttpRequest) -> HttpResponse:
    return JsonResponse(mirror.years(request.at), safe=False)


@reading
def annex(request: HttpRequest, uf: str, ibge6: str, year: int, code: str) -> HttpResponse:
    return _answer(request, mirror.annex_rows, uf=uf, ibge6=ibge6, year=year, code=code)


@reading
def expenses(request: HttpRequest, uf: str, ibge6: str, year: int, code: str) -> HttpResponse:
    return _answer(request, mirror.expense_rows, uf=uf, ibge6=ibge6, year=year, code=code)


@reading
def indicators(request: HttpRequest, ibge6: str, year: int, code: str) -> HttpResponse:
    return _answer(request, mirror.indicator_rows, uf=ibge6[:2], ibge6=ibge6, year=year, code=code)


@reading
def openapi(request: HttpRequest) -> HttpResponse:
    return JsonResponse(description(request.build_absolute_uri("/v1")))


def _answer(request: HttpRequest, rows: Callable[[Official], list[dict[str, Any]]], **asked: Any) -> HttpResponse:
    """The rows of the version in force; whoever knows its tag already gets 304 before anything is computed."""
    declaration = mirror.declared(**asked, at=request.at)
    tag = _tag(declaration, rows.__name__)
    if known := get_conditional_response(request, etag=tag):
        return known
    return JsonResponse(rows(official_of(declaration)), safe=False, headers={"ETag": tag})


def _tag(declaration: Declaration, what: str) -> str:
    """Strong: of what was homologated, by which version of what is said of it."""
    facts = (settings.VERSION, what, declaration.content_hash, declaration.version, declaration.homologated_at)
    text = " ".join(str(fact) for fact in (*facts, receipt_of(declaration)))
    return f'"{hashlib.sha256(text.encode()).hexdigest()}"'
