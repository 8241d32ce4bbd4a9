"""The calendar on the desk of the coordination of the SIOPS."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.permissions import staff_page
from common.ui import paginate
from declarations.forms.calendar import TermForm
from declarations.models import ReportingPeriod
from declarations.permissions import Permission
from declarations.services.proroguing import change_term


@staff_page
@never_cache
@require_safe
def period_list(request: ActorRequest) -> HttpResponse:
    """Every bimestre, the newest first."""
    permissions.require(request.actor, Permission.READ_CALENDAR)
    page = paginate(request, ReportingPeriod.objects.visible_to(request.actor).order_by("-year", "-bimester"))
    may_change = request.actor.has_perm(Permission.CHANGE_CALENDAR)
    context = {"page": page, "total": page.paginator.count, "may_change": may_change}
    return render(request, "declarations/period_list.html", context)


@staff_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def period_change(request: ActorRequest, pk: int) -> HttpResponse:
    """«Mudar o prazo», with its reason."""
    permissions.require(request.actor, Permission.CHANGE_CALENDAR)
    period = get_object_or_404(ReportingPeriod.objects.visible_to(request.actor), pk=pk)
    initial = {"opens_on": period.opens_on, "closes_on": period.closes_on, "reason": period.reason}
    form = TermForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        with attempt(form):
            change_term(period_id=pk, **form.cleaned_data, by=request.actor, at=request.at)
            messages.success(request, f"Prazo do {period} mudado.")
            return redirect("declarations:period_list")
    return render(request, "declarations/period_change.html", {"period": period, "form": form})
