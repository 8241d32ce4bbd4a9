"""What the pages of the CADSUSWEB share: the tabs, the records that may be opened, and why a protected one was."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from cadsus.permissions import Permission
from cadsus.services.people import consult_people, readable_by
from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.ui import Tab
from registry.models import Person

CONSULT, WRITE = Permission.CONSULT_REGISTRY, Permission.WRITE_REGISTRY
# Why each protected record was opened in this session, by the key of the record.
REASONS = "cadsus.reasons"
TABS = (
    ("Consulta", "cadsus:person_search", CONSULT),
    ("Novo registro", "cadsus:person_create", WRITE),
    ("Cadastros duplicados", "cadsus:pair_queue", CONSULT),
    ("Unificações", "cadsus:unification_list", CONSULT),
)


def tabs(request: ActorRequest) -> list[Tab]:
    """Those that who is in may open; the present one is marked."""
    here = request.path
    return [
        Tab(label, reverse(route), current=reverse(route) == here)
        for label, route, permission in TABS
        if request.actor.has_perm(permission)
    ]


def visible(request: ActorRequest, pk: int) -> Person:
    """The record, for whoever may consult; the page itself says how it is opened."""
    permissions.require(request.actor, CONSULT)
    person: Person = get_object_or_404(readable_by(request.actor), pk=pk)
    return person


def why_of(request: ActorRequest, pk: int) -> str:
    """What was said when the record was opened; nothing when it needed no reason."""
    return str(request.session.get(REASONS, {}).get(str(pk), ""))


def keep_why(request: ActorRequest, pk: int, why: str) -> None:
    request.session[REASONS] = request.session.get(REASONS, {}) | {str(pk): why}


def opened(request: ActorRequest, pk: int) -> Person | HttpResponse:
    """The record, with the consultation in the trail; or the way to the page that asks why (M41)."""
    people = all_opened(request, [pk])
    return people if isinstance(people, HttpResponse) else people[0]


def all_opened(request: ActorRequest, pks: Sequence[int]) -> list[Person] | HttpResponse:
    """The same of several, shown side by side."""
    whys = {visible(request, pk).pk: why_of(request, pk) for pk in pks}
    with attempt(request):
        return consult_people(whys=whys, by=request.actor, at=request.at)
    closed = next(pk for pk in pks if not whys[pk] and visible(request, pk).is_protected)
    return redirect("cadsus:person_reason", closed)
