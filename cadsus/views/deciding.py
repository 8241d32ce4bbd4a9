"""The pages of who answers for an establishment: what waits, what was decided, who has access, which machines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import is_own
from cadsus.messages import M30
from cadsus.models import Machine, OperatorAccess
from cadsus.offices import desk_of
from cadsus.permissions import Permission
from cadsus.services import deciding
from cadsus.services.post import Request
from cadsus.session import sgop_session
from common import permissions
from common.actor import Actor, ActorRequest
from common.attempts import attempt
from common.forms.shared import ReasonForm
from common.ui import Tab, paginate

DECIDE = Permission.DECIDE_REQUEST
Service = Callable[..., Request]


@dataclass(frozen=True)
class Kind:
    """What is decided, and by which services."""

    name: str
    title: str
    visible_to: Callable[[Actor], Any]
    approve: Service
    deny: Service
    revoke: Service


ACCESS = Kind(
    "access",
    "Acessos",
    OperatorAccess.objects.visible_to,
    deciding.approve_access,
    deciding.deny_access,
    deciding.revoke_access,
)
MACHINE = Kind(
    "machine",
    "Máquinas",
    Machine.objects.visible_to,
    deciding.approve_machine,
    deciding.deny_machine,
    deciding.revoke_machine,
)
# `?tipo=`.
KINDS = {"acessos": ACCESS, "maquinas": MACHINE}


@never_cache
@require_safe
@sgop_session
def approval_pending(request: ActorRequest) -> HttpResponse:
    """«Aprovações pendentes», the oldest first."""
    permissions.require(request.actor, DECIDE)
    kind = _kind_asked(request)
    counts = {each.name: _rows(request, each).pending().count() for each in KINDS.values()}
    return _list(
        request, "cadsus/approval_pending.html", _rows(request, kind).pending().order_by("asked_at", "pk"), counts
    )


@never_cache
@require_safe
@sgop_session
def approval_done(request: ActorRequest) -> HttpResponse:
    """«Aprovações realizadas», the newest first."""
    permissions.require(request.actor, DECIDE)
    rows = _rows(request, _kind_asked(request)).filter(decided_at__isnull=False)
    return _list(request, "cadsus/approval_done.html", rows.order_by("-decided_at", "-pk"), {})


@never_cache
@require_safe
@sgop_session
def operator_manage(request: ActorRequest) -> HttpResponse:
    """«Gerir operadores – acesso»."""
    permissions.require(request.actor, DECIDE)
    page = paginate(request, _rows(request, ACCESS).filter(status__in=["approved", "suspended"]))
    return render(request, "cadsus/operator_manage.html", {"page": page, "total": page.paginator.count})


@never_cache
@require_safe
@sgop_session
def machine_manage(request: ActorRequest) -> HttpResponse:
    """«Gerir operadores – máquinas»."""
    permissions.require(request.actor, DECIDE)
    page = paginate(request, _rows(request, MACHINE).approved())
    return render(request, "cadsus/machine_manage.html", {"page": page, "total": page.paginator.count})


@never_cache
@require_safe
@sgop_session
def request_detail(request: ActorRequest, pk: int, kind: Kind) -> HttpResponse:
    """Who asks for what, and the decision."""
    row = _visible(request, pk, kind)
    permissions.require(request.actor, DECIDE, row)
    own = is_own(row.operator.person, request.actor)
    link = deciding.link_behind(row, request.at)
    context = {"row": row, "kind": kind.name, "link": link, "is_own": own, "own_message": M30}
    return render(request, "cadsus/request_detail.html", context)


@require_POST
@sgop_session
def request_approve(request: ActorRequest, pk: int, kind: Kind) -> HttpResponse:
    """«Aprovar». Of another establishment, or of oneself, the service refuses with its own words."""
    row = _visible(request, pk, kind)
    with attempt(request):
        kind.approve(request_id=row.pk, by=request.actor, at=request.at)
        messages.success(request, f"Aprovado: {row.what}, {row.operator.person.name}.")
        return redirect("cadsus:approval_pending")
    return redirect(f"cadsus:{kind.name}_detail", pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sgop_session
def request_deny(request: ActorRequest, pk: int, kind: Kind) -> HttpResponse:
    """«Negar», with the reason."""
    return _with_reason(
        request, pk, kind, service=kind.deny, verb="Negar", done="negado", after="cadsus:approval_pending"
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sgop_session
def request_revoke(request: ActorRequest, pk: int, kind: Kind) -> HttpResponse:
    """«Revogar», with the reason."""
    manage = "cadsus:operator_manage" if kind is ACCESS else "cadsus:machine_manage"
    return _with_reason(request, pk, kind, service=kind.revoke, verb="Revogar", done="revogado", after=manage)


def _with_reason(
    request: ActorRequest, pk: int, kind: Kind, *, service: Service, verb: str, done: str, after: str
) -> HttpResponse:
    row = _visible(request, pk, kind)
    deciding.require_decider(request.actor, row)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            service(request_id=row.pk, reason=form.cleaned_data["reason"], by=request.actor, at=request.at)
            messages.success(request, f"{done.capitalize()}: {row.what}, {row.operator.person.name}.")
            return redirect(after)
    context = {"row": row, "kind": kind.name, "form": form, "verb": verb, "after": after}
    return render(request, "cadsus/request_reason.html", context)


def _list(request: ActorRequest, template: str, rows: Any, counts: dict[str, int]) -> HttpResponse:
    kind, page = _kind_asked(request), paginate(request, rows)
    tabs = [_tab(slug, each, counts, current=each is kind) for slug, each in KINDS.items()]
    context = {"kind": kind.name, "page": page, "total": page.paginator.count, "tabs": tabs}
    return render(request, template, context)


def _tab(slug: str, kind: Kind, counts: dict[str, int], *, current: bool) -> Tab:
    label = f"{kind.title} ({counts[kind.name]})" if kind.name in counts else kind.title
    return Tab(label, f"?tipo={slug}", current)


def _kind_asked(request: ActorRequest) -> Kind:
    return KINDS.get(request.GET.get("tipo", ""), ACCESS)


def _rows(request: ActorRequest, kind: Kind) -> Any:
    """What lies at the desk of who is asking: of the units managed, or of the whole municipality."""
    desk = desk_of(request.actor)
    return kind.visible_to(request.actor).at_desk(units=desk.units, entities=desk.entities).with_names()


def _visible(request: ActorRequest, pk: int, kind: Kind) -> Request:
    """One's own, or one of the municipality that one answers for some unit of; any other does not exist."""
    row: Request = get_object_or_404(kind.visible_to(request.actor).with_names(), pk=pk)
    return row
