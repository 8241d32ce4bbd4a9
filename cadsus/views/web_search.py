"""«Consulta» of the CADSUSWEB. What is asked never comes into an address: numbers of people would stay in logs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cadsus.forms.web import SearchForm
from cadsus.session import sgop_session
from cadsus.views.web import CONSULT, WRITE, tabs
from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.ui import PAGE_PARAMETER
from registry import search
from registry.search import Hit
from registry.similarity import Share

PER_PAGE = 20
FIELD_NAMES = {
    "name": "Nome",
    "mother": "Mãe",
    "birth_date": "Nascimento",
    "sex": "Sexo",
    "birth_city": "Município de nascimento",
}


@dataclass(frozen=True)
class Reason:
    """One line of «por que casou»."""

    label: str
    points: int
    weight: int


@dataclass(frozen=True)
class Row:
    """A hit as the list shows it."""

    hit: Hit
    score: int | None
    reasons: list[Reason]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sgop_session
def person_search(request: ActorRequest) -> HttpResponse:
    """The criteria, and below them whoever was found."""
    permissions.require(request.actor, CONSULT)
    form = SearchForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "tabs": tabs(request), "may_write": request.actor.has_perm(WRITE)}
    if form.is_bound and form.is_valid():
        with attempt(form):
            hits = search.find(form.criteria(), form.cleaned_data["kind"])
            results: Page[Any] = Paginator(hits, PER_PAGE).get_page(request.POST.get(PAGE_PARAMETER))
            results.object_list = [row_of(hit) for hit in results.object_list]
            # Not `page`: its pager would ask by the address, in which nothing of a person may stand.
            context |= {"results": results, "total": len(hits)}
    return render(request, "cadsus/person_search.html", context)


def row_of(hit: Hit) -> Row:
    if hit.match is None:
        return Row(hit, None, [])
    return Row(hit, round(hit.match.score), reasons_of(hit.match.shares))


def reasons_of(shares: tuple[Share, ...]) -> list[Reason]:
    """Each field that both say, with what it weighs and what it gave."""
    return [
        Reason(FIELD_NAMES[share.field], round(share.points), share.weight)
        for share in shares
        if share.likeness is not None
    ]
