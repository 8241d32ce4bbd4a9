"""«Vínculo ao domicílio»: the page of the community agent."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cadsus.forms.citizens import LinkForm, UnlinkForm
from cadsus.messages import M24
from cadsus.permissions import Permission
from cadsus.services import households
from cadsus.session import sisrede_session
from cadsus.views.desk import citizen_at, desk_context, to_citizen
from common.actor import ActorRequest
from common.attempts import attempt
from common.exceptions import NotPermitted


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sisrede_session
def household_link(request: ActorRequest, cnes: str, module: str, pk: int) -> HttpResponse:
    """A home and a family of the own microarea, with the day of the visit."""
    place, citizen = citizen_at(request, cnes, module, pk)
    _require_agent(request)
    families = households.families_for(request.actor)
    form = LinkForm(request.POST if request.method == "POST" else None, families=families)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        with attempt(form):
            link = households.link_household(
                citizen_id=pk,
                family_id=given["family"].pk,
                visited_on=given["visited_on"],
                is_head=given["is_head"],
                by=request.actor,
                at=request.at,
            )
            messages.success(request, f"{citizen.name}: vinculado a {link.family}.")
            return to_citizen(place, citizen)
    context = desk_context(place) | {"citizen": citizen, "form": form, "history": households.history_of(citizen)}
    return render(request, "cadsus/household_link.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sisrede_session
def household_unlink(request: ActorRequest, cnes: str, module: str, pk: int) -> HttpResponse:
    """«Desvincular», with the reason."""
    place, citizen = citizen_at(request, cnes, module, pk)
    _require_agent(request)
    form = UnlinkForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            households.unlink_household(
                citizen_id=pk, reason=form.cleaned_data["reason"], place=place, by=request.actor, at=request.at
            )
            messages.success(request, f"{citizen.name}: desvinculado do domicílio.")
            return to_citizen(place, citizen)
    return render(request, "cadsus/household_unlink.html", desk_context(place) | {"citizen": citizen, "form": form})


def _require_agent(request: ActorRequest) -> None:
    """Whoever links anywhere may see the page; of which home, the service judges."""
    if not households.may_link_somewhere(request.actor):
        raise NotPermitted(M24, permission=Permission.LINK_HOUSEHOLD)
