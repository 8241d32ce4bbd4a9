"""`/v1`: what was homologated, for programmes. The addresses are those of the real service, without a final slash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.utils.cache import get_conditional_response

from common.requests import HttpRequest
from declarations.models import Declaration
from transparency.api.openapi import description
from transparency.crowds import reading
from transparency.services import mirror
from transparency.services.official import Official, official_of, receipt_of


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
