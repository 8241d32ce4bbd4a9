"""«INSTALAÇÃO/ATUALIZAÇÃO PEC E-SUS APS» of the fund: «Geração de Código» and «Códigos gerados»."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Organisation
from accounts.offices import fund_of
from common.actor import ActorRequest
from common.attempts import attempt
from common.exceptions import NotAllowedNow, NotPermitted
from common.ui import Tab, paginate
from egestor.forms.codes import CodeForm
from egestor.models import InstallationCode
from egestor.permissions import Permission
from egestor.services.codes import cancel_code, generate_code, managers_of

ONLY_FUNDS = "Para gerar o código é necessário entrar com o CNPJ do Fundo de Saúde."


@dataclass(frozen=True)
class CodeRow:
    """A code as the list shows it at one instant."""

    code: InstallationCode
    at: datetime

    @property
    def status(self) -> Any:
        return self.code.effective_status(self.at)

    @property
    def is_live(self) -> bool:
        return self.code.is_live_at(self.at)

    @property
    def value(self) -> str:
        return self.code.value if self.is_live else ""


@never_cache
@require_http_methods(["GET", "POST"])
def code_create(request: ActorRequest) -> HttpResponse:
    """Tab «Geração de Código»."""
    fund, at = _own_fund(request), request.at
    managers = list(managers_of(entity_id=fund.entity_id, at=at))
    form = CodeForm(managers, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        with attempt(form):
            code = generate_code(
                organisation_id=fund.pk, manager_id=data["manager"], reason=data["reason"], by=request.actor, at=at
            )
            messages.success(request, "Código de autenticação gerado com sucesso.")
            if InstallationCode.objects.visible_to(request.actor).replaced_by(code).exists():
                messages.info(request, "O código anterior deste gestor foi cancelado.")
            return redirect("egestor:code_list")
    context = {"form": form, "managers": managers, "tabs": _tabs(request)}
    return render(request, "egestor/code_create.html", context)


@never_cache
@require_GET
def code_list(request: ActorRequest) -> HttpResponse:
    """Tab «Códigos gerados»."""
    _own_fund(request)
    page = paginate(request, InstallationCode.objects.visible_to(request.actor).for_list())
    rows = [CodeRow(code, request.at) for code in page.object_list]
    context = {"at": request.at, "page": page, "rows": rows, "tabs": _tabs(request)}
    return render(request, "egestor/code_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def code_cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """Ask, then cancel."""
    _own_fund(request)
    code = get_object_or_404(InstallationCode.objects.visible_to(request.actor).for_list(), pk=pk)
    if request.method == "POST":
        cancel_code(code_id=code.pk, by=request.actor, at=request.at)
        messages.success(request, "Código cancelado.")
        return redirect("egestor:code_list")
    if not code.is_live_at(request.at):
        raise NotAllowedNow(code.effective_status(request.at).label)
    return render(request, "egestor/code_cancel.html", {"code": code})


def _own_fund(request: ActorRequest) -> Organisation:
    """The fund of the session; any other account is told which one to use."""
    fund = fund_of(request.actor)
    if fund is None:
        raise NotPermitted(ONLY_FUNDS, permission=Permission.GENERATE_INSTALLATION_CODE)
    return fund


def _tabs(request: ActorRequest) -> list[Tab]:
    pages = (("Geração de Código", "egestor:code_create"), ("Códigos gerados", "egestor:code_list"))
    return [Tab(label, reverse(name), request.path == reverse(name)) for label, name in pages]
