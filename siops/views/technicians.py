"""«CADASTRO DO RESPONSÁVEL PELO ENVIO DE DADOS»: INCLUIR and ALTERAR."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.exceptions import RuleBroken
from common.forms.shared import put_refusal
from siops.forms.managers import ContactForm, TechnicianForm
from siops.models import Technician
from siops.offices import office_of
from siops.permissions import Permission
from siops.services.technicians import change_technician_contact, register_technician
from siops.session import office_required
from siops.views.people import prepare
from siops.views.replacement import ask_to_replace, typed, wants_to_correct

FOLLOWS = (
    "{former} deixa de entrar no SIOPS na mesma hora.",
    "O cadastro anterior fica no histórico.",
    "{new} recebe por e-mail o endereço do primeiro acesso.",
)
REGISTERED = "Responsável pelo envio cadastrado. O primeiro acesso foi enviado a {email}."
CHANGED = (
    "Cadastro alterado. Com o e-mail novo, o técnico usa «ESQUECEU A SENHA» no MÓDULO GESTOR-LOGIN e recebe as "
    "instruções nele."
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def technician_register(request: ActorRequest) -> HttpResponse:
    """«INCLUIR»; when it would put somebody in another's place, the question comes first."""
    actor = request.actor
    permissions.require(actor, Permission.REGISTER_TECHNICIAN, office_of(actor).entity)
    current = Technician.objects.visible_to(actor).current().select_related("person").first()
    form = TechnicianForm(typed(request))
    shown = prepare(form, request, actor, crc="SP-000000/O", bond=Technician.Bond.EMPLOYEE)
    if form.is_bound and not shown and not wants_to_correct(request) and form.is_valid():
        try:
            made = register_technician(
                entity_id=office_of(actor).entity_id,
                replaces_id=form.cleaned_data["replaces"],
                by=actor,
                at=actor.at,
                **form.values,
            )
        except RuleBroken as refusal:
            if refusal.code == "replace_needed" and current is not None:
                return ask_to_replace(request, form, current, refusal.message, FOLLOWS)
            put_refusal(form, refusal)
        else:
            messages.success(request, REGISTERED.format(email=made.email))
            return redirect("siops:manager_list")
    return render(request, "siops/technician_register.html", {"form": form, "current": current})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def technician_contact(request: ActorRequest, pk: int) -> HttpResponse:
    """«ALTERAR»."""
    actor = request.actor
    technician = get_object_or_404(Technician.objects.visible_to(actor).select_related("person"), pk=pk)
    permissions.require(actor, Permission.REGISTER_TECHNICIAN, technician)
    initial = {"email": technician.email, "phone": technician.phone}
    form = ContactForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        with attempt(form):
            change_technician_contact(technician_id=technician.pk, by=actor, at=actor.at, **form.cleaned_data)
            messages.success(request, CHANGED)
            return redirect("siops:manager_list")
    return render(request, "siops/technician_register_contact.html", {"form": form, "technician": technician})
