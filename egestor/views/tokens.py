"""«Gerador de Token»: the tabs «Geração de Token» and «Tokens gerados», for the session of the fund."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import Organisation
from accounts.offices import fund_of
from common.actor import ActorRequest
from common.attempts import attempt
from common.exceptions import NotAllowedNow, NotPermitted
from common.legal_time import BRASILIA
from common.ui import Tab, paginate, search_text
from egestor import deadlines
from egestor.forms.tokens import ConfirmedResponsibleForm, EstablishmentForm, ResponsibleForm
from egestor.models import DeploymentToken
from egestor.permissions import Permission
from egestor.services.tokens import Responsible, cancel_token, find_responsible, generate_token, token_expiry
from egestor.views.people import suggest_responsible
from territory.models import Establishment

ONLY_FUNDS = "Para gerar o token é necessário entrar com o CNPJ do Fundo Municipal de Saúde."


@dataclass(frozen=True)
class TokenRow:
    """A token as the list shows it at one instant."""

    token: DeploymentToken
    at: datetime

    @property
    def status(self) -> DeploymentToken.Status:
        return self.token.effective_status(self.at)

    @property
    def is_live(self) -> bool:
        return self.token.is_live_at(self.at)

    @property
    def value(self) -> str:
        return self.token.value if self.is_live else ""

    @property
    def validity(self) -> str:
        return deadlines.validity_text(self.token.expires_at, self.token.entity)

    @property
    def last_minute(self) -> datetime:
        return deadlines.last_minute(self.token.expires_at)


@never_cache
@require_http_methods(["GET", "POST"])
def token_create(request: ActorRequest) -> HttpResponse:
    """Tab «Geração de Token»; without JavaScript «Buscar» comes here too."""
    fund, at = _own_fund(request), request.at
    if request.method == "GET":
        return _create_page(request, fund, at, ResponsibleForm(), EstablishmentForm(_choices(request)))
    if "buscar" in request.POST:
        chosen = {"establishment": request.POST.get("establishment", "")}
        place = EstablishmentForm(_choices(request), initial=chosen)
        return _create_page(request, fund, at, ResponsibleForm(request.POST), place)
    responsible, place = ConfirmedResponsibleForm(request.POST), EstablishmentForm(_choices(request), request.POST)
    if not all([responsible.is_valid(), place.is_valid()]):
        return _create_page(request, fund, at, responsible, place)
    establishment = get_object_or_404(
        Establishment.objects.visible_to(request.actor), pk=place.cleaned_data["establishment"]
    )
    with attempt(responsible, place):
        token = generate_token(
            organisation_id=fund.pk,
            responsible_cpf=responsible.cleaned_data["cpf"],
            cnes=establishment.cnes,
            by=request.actor,
            at=at,
        )
        _tell(request, token)
        return redirect(f"{reverse('egestor:token_list')}?novo={token.pk}")
    return _create_page(request, fund, at, responsible, place)


@never_cache
@require_POST
def token_responsible(request: ActorRequest) -> HttpResponse:
    """«Buscar» with JavaScript: only the block of the responsible. By POST, so that no CPF is in an address."""
    fund, form = _own_fund(request), ResponsibleForm(request.POST)
    context: dict[str, Any] = {
        "responsible": _search(form, fund, request.at),
        "search_errors": form.errors.get("cpf", []),
    }
    return render(request, "egestor/token_responsible.html", context)


@never_cache
@require_GET
def token_list(request: ActorRequest) -> HttpResponse:
    """Tab «Tokens gerados»."""
    fund, at, text = _own_fund(request), request.at, search_text(request)
    tokens = DeploymentToken.objects.visible_to(request.actor).for_list()
    page = paginate(request, tokens.matching(text))
    context: dict[str, Any] = {
        "at": at,
        "fund": fund,
        "new": request.GET.get("novo", ""),
        "page": page,
        "rows": [TokenRow(token, at) for token in page.object_list],
        "search": text,
        "tabs": _tabs(request),
        "total": tokens.count() if text else page.paginator.count,
    }
    return render(request, "egestor/token_list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def token_cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """Ask, then cancel."""
    _own_fund(request)
    at = request.at
    token = get_object_or_404(DeploymentToken.objects.visible_to(request.actor).for_list(), pk=pk)
    if request.method == "POST":
        cancel_token(token_id=token.pk, by=request.actor, at=at)
        messages.success(request, "Token cancelado.")
        return redirect("egestor:token_list")
    row = TokenRow(token, at)
    if not row.is_live:
        raise NotAllowedNow(row.status.label)
    return render(request, "egestor/token_cancel.html", {"row": row})


def _own_fund(request: ActorRequest) -> Organisation:
    """The fund of the session; any other account is told which one to use."""
    fund = fund_of(request.actor)
    if fund is None:
        raise NotPermitted(ONLY_FUNDS, permission=Permission.GENERATE_TOKEN)
    return fund


def _choices(request: ActorRequest) -> Any:
    return Establishment.objects.visible_to(request.actor).open()


def _search(form: ResponsibleForm, fund: Organisation, at: datetime) -> Responsible | None:
    """Who has the CPF of a valid form; an unknown one becomes an error of the field."""
    if form.is_valid():
        with attempt(form):
            return find_responsible(cpf=form.cleaned_data["cpf"], entity_id=fund.entity_id, at=at)
    return None


def _create_page(
    request: ActorRequest, fund: Organisation, at: datetime, responsible: ResponsibleForm, place: EstablishmentForm
) -> HttpResponse:
    expires_at = token_expiry(at)
    suggest_responsible(responsible.fields["cpf"], fund.entity, request.actor)
    context: dict[str, Any] = {
        "establishment_form": place,
        "fund": fund,
        "responsible_form": responsible,
        "responsible": _search(responsible, fund, at) if responsible.is_bound else None,
        "soon": _warning(expires_at - at),
        "tabs": _tabs(request),
        "validity": deadlines.validity_text(expires_at, fund.entity),
    }
    return render(request, "egestor/token_create.html", context)


def _warning(left: timedelta) -> str:
    """Said before generating, when less than two hours are left."""
    return f"Atenção: este token expira em {deadlines.remaining_text(left)}." if left < deadlines.SOON else ""


def _tell(request: ActorRequest, token: DeploymentToken) -> None:
    last = deadlines.last_minute(token.expires_at).astimezone(BRASILIA)
    until = f"{last:%H:%M} {deadlines.day_text(token.expires_at, token.generated_at)}"
    messages.success(request, f"Token gerado com sucesso. Válido até {until} (horário de Brasília).")
    if DeploymentToken.objects.visible_to(request.actor).replaced_by(token).exists():
        messages.info(request, "O token anterior deste estabelecimento foi cancelado.")


def _tabs(request: ActorRequest) -> list[Tab]:
    pages = (("Geração de Token", "egestor:token_create"), ("Tokens gerados", "egestor:token_list"))
    return [Tab(label, reverse(name), request.path == reverse(name)) for label, name in pages]
