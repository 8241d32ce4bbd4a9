"""The professionals of an entity in an offer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.personas import suggest
from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.ui import paginate
from gerencia.forms.professionals import ProfessionalForm
from gerencia.models import EnrolledProfessional
from gerencia.permissions import Permission
from gerencia.services import professionals, reading
from gerencia.views.enrolments import find_enrolment, own_enrolment
from gerencia.views.offers import require_linked

LIST = "gerencia:professional_list"


@never_cache
@require_safe
def professional_list(request: ActorRequest, pk: int, ibge: str) -> HttpResponse:
    """Who is enrolled now."""
    enrolment = find_enrolment(request, pk, ibge)
    rows = EnrolledProfessional.objects.visible_to(request.actor).present().filter(enrolment=enrolment.pk)
    page = paginate(request, rows.select_related("person", "link__establishment").order_by("person__name", "pk"))
    context = {
        "enrolment": enrolment,
        "page": page,
        "total": page.paginator.count,
        "may_enrol": request.actor.has_perm(Permission.ENROL, enrolment),
    }
    return render(request, "gerencia/professional_list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def professional_enrol(request: ActorRequest, pk: int, ibge: str) -> HttpResponse:
    """«Inscrever profissional»: open before the adesão too, where it is refused in words."""
    enrolment = own_enrolment(request, pk, ibge)
    form = ProfessionalForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            row = professionals.enrol_professional(
                offer_id=pk, entity_id=enrolment.entity_id, by=request.actor, at=request.at, **form.cleaned_data
            )
            messages.success(request, f"{row.person} inscrito(a).")
            return redirect(LIST, pk, ibge)
    suggest(form.fields["cpf"], reading.demo_professionals(enrolment.entity, at=request.at))
    return render(request, "gerencia/professional_enrol.html", {"form": form, "enrolment": enrolment})


@require_POST
def professional_cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """«Cancelar inscrição»."""
    require_linked(request.actor)
    related = ("enrolment__entity__municipality__uf", "enrolment__entity__uf")
    row = get_object_or_404(EnrolledProfessional.objects.visible_to(request.actor).select_related(*related), pk=pk)
    permissions.require(request.actor, Permission.ENROL, row)
    professionals.cancel_professional(professional_id=row.pk, by=request.actor, at=request.at)
    messages.success(request, "Inscrição cancelada.")
    return redirect(LIST, row.enrolment.offer_id, row.enrolment.entity.ibge)
