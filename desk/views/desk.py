"""«Mesa»: what waits for the team, queue by queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.house import Waiting
from common.permissions import staff_page
from common.requests import whole_number
from common.ui import Tab, paginate, search_text
from desk.permissions import Permission
from desk.services import claims, queues, trail
from territory.models import Entity

LABELS = {queues.MINE: "Minhas", queues.UNCLAIMED: "Sem dono", queues.EVERYBODY: "Todas"}
NOTHING_LEFT = "Nada mais espera por você nesta fila."


@dataclass(frozen=True, slots=True)
class Row:
    """One item as the list shows it."""

    item: Any
    entity: Entity | None
    url: str
    note: str
    due: datetime
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Group:
    """What is late alike: how many in the whole list, and those of this page."""

    lateness: queues.Lateness
    size: int
    rows: list[Row]


@staff_page
@never_cache
@require_safe
def desk_home(request: ActorRequest) -> HttpResponse:
    """The first queue in which something waits."""
    permissions.require(request.actor, Permission.OPEN_DESK)
    found = queues.queues_of(request.actor)
    first = next((each for each in found if each.count), found[0])
    return queue_list(request, first.waiting.key)


@staff_page
@never_cache
@require_safe
def queue_list(request: ActorRequest, key: str) -> HttpResponse:
    """One queue: by lateness, and by who has what in hand."""
    waiting = _waiting(request, key)
    every = queues.queues_of(request.actor)
    current = next(each for each in every if each.waiting.key == key)
    rows = queues.matching(queues.in_order(waiting, request.actor, request.at), waiting, search_text(request))
    scope = _scope(request)
    shown = queues.narrowed(rows, scope, request.actor)
    page = paginate(request, queues.with_entity(shown, waiting))
    decided = trail.own_decisions(request.actor, since=trail.today_of(request.at))
    context = {
        "current": current,
        "queues": every,
        "others": queues.others_of(request.actor),
        "tabs": _tabs(request, queues.counted(rows, request.actor), scope),
        "page": page,
        "groups": _groups(page.object_list, queues.sizes(shown), waiting, request),
        "search": search_text(request),
        "scope": scope,
        "decided": decided.count(),
    }
    return render(request, "desk/queue_list.html", context)


@staff_page
@require_POST
def item_take(request: ActorRequest, key: str, pk: int) -> HttpResponse:
    """«Assumir»; then the item itself."""
    waiting = _waiting(request, key)
    with attempt(request):
        claims.take_item(key=key, item_id=pk, by=request.actor, at=request.at)
        return redirect(waiting.item, pk)
    return redirect("desk:queue", key)


@staff_page
@require_POST
def item_give_back(request: ActorRequest, key: str, pk: int) -> HttpResponse:
    """«Devolver à fila»."""
    _waiting(request, key)
    with attempt(request):
        claims.give_back_item(key=key, item_id=pk, by=request.actor, at=request.at)
        messages.success(request, "O item voltou à fila.")
    return redirect("desk:queue", key)


@staff_page
@require_POST
def next_item(request: ActorRequest, key: str) -> HttpResponse:
    """«Próximo da fila»: taken, and opened."""
    waiting = _waiting(request, key)
    after = whole_number(request.POST.get("depois", ""))
    found = claims.take_next(key=key, after=after, by=request.actor, at=request.at)
    if found is None:
        messages.info(request, NOTHING_LEFT)
        return redirect("desk:queue", key)
    return redirect(waiting.item, found)


@staff_page
@never_cache
@require_safe
def decision_list(request: ActorRequest) -> HttpResponse:
    """«Minhas decisões», the newest first."""
    permissions.require(request.actor, Permission.OPEN_DESK)
    page = paginate(request, trail.own_decisions(request.actor))
    names = trail.names_of(page.object_list)
    words = trail.decisions_of(request.actor)
    rows = [(event, words[event.verb], names.get(event.entity_id or 0, "")) for event in page.object_list]
    return render(request, "desk/decision_list.html", {"page": page, "rows": rows})


def _waiting(request: ActorRequest, key: str) -> Waiting:
    """The queue, for who reads it; 404 for a key that no queue has."""
    try:
        queue, waiting = queues.waiting_of(key)
    except LookupError:
        raise Http404 from None
    permissions.require(request.actor, queue.permission)
    return waiting


def _scope(request: HttpRequest) -> str:
    asked = request.GET.get("ver", "")
    return asked if asked in LABELS else queues.EVERYBODY


def _tabs(request: HttpRequest, numbers: dict[str, int], scope: str) -> list[Tab]:
    tabs = []
    for name, label in LABELS.items():
        query = request.GET.copy()
        query.pop("pagina", None)
        query["ver"] = name
        tabs.append(Tab(f"{label} {numbers[name]}", f"?{query.urlencode()}", name == scope))
    return tabs


def _groups(items: Any, sizes: dict[int, int], waiting: Waiting, request: ActorRequest) -> list[Group]:
    return [
        Group(queues.GROUPS[number], sizes[number], [_row(item, waiting, request) for item in some])
        for number, some in groupby(items, key=lambda item: int(item.group))
    ]


def _row(item: Any, waiting: Waiting, request: ActorRequest) -> Row:
    return Row(
        item=item,
        entity=queues.entity_of(item, waiting),
        url=reverse(waiting.item, args=[item.pk]),
        note=waiting.note(item),
        due=waiting.term().due(item.waits_since),
        is_mine=item.holder_id == request.actor.account_id,
    )
