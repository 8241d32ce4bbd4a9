"""The pages of an operator: record, termo, requests."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cadsus.forms.asking import EstablishmentForm, MachineForm, OperatorForm, ProfileForm
from cadsus.models import Machine, Operator, OperatorAccess
from cadsus.permissions import Permission
from cadsus.services import asking
from cadsus.services.operators import ALREADY, TERMS_VERSION, operator_of, register_operator
from cadsus.session import sgop_session
from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from common.exceptions import NotAllowedNow
from common.ui import paginate

REGISTER_FIRST = "Antes de solicitar acesso, faça o cadastro de usuário e aceite o termo."
Status = OperatorAccess.Status


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sgop_session
def operator_register(request: ActorRequest) -> HttpResponse:
    """«Cadastro de usuário», with the termo."""
    permissions.require(request.actor, Permission.REGISTER_OPERATOR)
    if request.method != "POST" and operator_of(request.actor.account_id):
        messages.info(request, ALREADY)
        return redirect("cadsus:request_list")
    form = OperatorForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            register_operator(**form.cleaned_data, by=request.actor, at=request.at)
            messages.success(request, "Cadastro de usuário realizado. Agora solicite acesso ao seu estabelecimento.")
            return redirect("cadsus:access_start")
    return render(request, "cadsus/operator_register.html", {"form": form, "version": TERMS_VERSION})


@never_cache
@require_safe
@sgop_session
def request_list(request: ActorRequest) -> HttpResponse:
    """«Minhas solicitações»."""
    permissions.require(request.actor, Permission.ASK_ACCESS)
    if _operator(request) is None:
        return redirect("cadsus:operator_register")
    own = request.actor.account_id
    page = paginate(request, OperatorAccess.objects.visible_to(request.actor).of_account(own).with_names())
    machines = Machine.objects.visible_to(request.actor).of_account(own).with_names()
    context = {"page": page, "total": page.paginator.count, "machines": machines}
    return render(request, "cadsus/request_list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sgop_session
def access_start(request: ActorRequest) -> HttpResponse:
    """«Solicitação de acesso a um estabelecimento»; `?cnes=` fills it, for who changes the profile."""
    permissions.require(request.actor, Permission.ASK_ACCESS)
    if _operator(request) is None:
        return redirect("cadsus:operator_register")
    form = EstablishmentForm(
        request.POST if request.method == "POST" else None, initial={"cnes": request.GET.get("cnes", "")}
    )
    if form.is_bound and form.is_valid():
        with attempt(form):
            access = asking.start_access(**form.cleaned_data, by=request.actor, at=request.at)
            return redirect("cadsus:access_ask", access.pk)
    return render(request, "cadsus/access_start.html", {"form": form})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sgop_session
def access_ask(request: ActorRequest, pk: int) -> HttpResponse:
    """«Solicitação de perfil»."""
    access = _own_access(request, pk)
    if access.status != Status.DRAFT:
        raise NotAllowedNow(access.get_status_display())
    form = ProfileForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            asking.ask_access(access_id=pk, **form.cleaned_data, by=request.actor, at=request.at)
            messages.success(request, "Solicitação enviada ao gerente da unidade.")
            return redirect("cadsus:request_list")
    return render(request, "cadsus/access_ask.html", {"form": form, "access": access})


@require_POST
@sgop_session
def access_cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """«Cancelar»."""
    asking.cancel_access(access_id=_own_access(request, pk).pk, by=request.actor, at=request.at)
    messages.success(request, "Solicitação cancelada.")
    return redirect("cadsus:request_list")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sgop_session
def machine_ask(request: ActorRequest) -> HttpResponse:
    """«Solicitação de computador/máquina»."""
    permissions.require(request.actor, Permission.ASK_ACCESS)
    if _operator(request) is None:
        return redirect("cadsus:operator_register")
    form = MachineForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with attempt(form):
            asking.ask_machine(**form.cleaned_data, by=request.actor, at=request.at)
            messages.success(request, "Solicitação da máquina enviada ao gerente da unidade.")
            return redirect("cadsus:request_list")
    return render(request, "cadsus/machine_ask.html", {"form": form})


def _operator(request: ActorRequest) -> Operator | None:
    """The own record; without it the page says what comes first."""
    operator = operator_of(request.actor.account_id)
    if operator is None:
        messages.info(request, REGISTER_FIRST)
    return operator


def _own_access(request: ActorRequest, pk: int) -> OperatorAccess:
    """One of the own requests, or 404."""
    rows = OperatorAccess.objects.visible_to(request.actor).of_account(request.actor.account_id).with_names()
    access: OperatorAccess = get_object_or_404(rows, pk=pk)
    permissions.require(request.actor, Permission.ASK_ACCESS, access)
    return access
