"""Whom the coordination invites from the Tribunais de Contas."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_fsm import can_proceed

from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.exceptions import NotAllowedNow
from common.permissions import staff_page
from common.ui import paginate
from siops.forms.courts import CourtForm
from siops.models import HealthManager
from siops.permissions import Permission
from siops.services.courts import ROLE, end_court_member, invite_court_member


@staff_page
@never_cache
@require_safe
def court_list(request: ActorRequest) -> HttpResponse:
    """Everybody who was invited, the present ones first."""
    permissions.require(request.actor, Permission.READ_COURTS)
    rows = HealthManager.objects.visible_to(request.actor).filter(role=ROLE)
    shown = rows.select_related("person", "entity__uf", "entity__municipality__uf").order_by("closed_at", "-pk")
    may_invite = request.actor.has_perm(Permission.INVITE_COURT)
    return render(request, "siops/court_list.html", {"page": paginate(request, shown), "may_invite": may_invite})


@staff_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def court_invite(request: ActorRequest) -> HttpResponse:
    """«Convidar»."""
    actor = request.actor
    permissions.require(actor, Permission.INVITE_COURT)
    form = CourtForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_search:
        form.search()
    elif form.is_bound and form.is_valid():
        with attempt(form):
            made = invite_court_member(**form.values, by=actor, at=actor.at)
            messages.success(request, f"{made.person.name} convidado(a) pelo Tribunal de Contas de {made.entity}.")
            return redirect("siops:court_list")
    return render(request, "siops/court_invite.html", {"form": form})


@staff_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def court_end(request: ActorRequest, pk: int) -> HttpResponse:
    """«Encerrar o convite», after a page that says what follows."""
    permissions.require(request.actor, Permission.INVITE_COURT)
    rows = HealthManager.objects.visible_to(request.actor).select_related("person", "entity__uf")
    member: HealthManager = get_object_or_404(rows, pk=pk, role=ROLE)
    if not can_proceed(member.end):
        raise NotAllowedNow(member.get_status_display())
    if request.method == "POST":
        end_court_member(manager_id=member.pk, by=request.actor, at=request.actor.at)
        messages.success(request, f"Convite de {member.person.name} encerrado.")
        return redirect("siops:court_list")
    return render(request, "siops/court_end.html", {"manager": member})
