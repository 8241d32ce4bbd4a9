"""T14 «Transmitir», page «Transmissor» and «Abrir chamado com este arquivo»."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common import permissions
from common.actor import ActorRequest
from common.attempts import attempt
from declarations.forms.transmission import HelpForm, TransmitForm, TransmitterForm
from declarations.models import ReportingPeriod
from declarations.permissions import Permission
from declarations.services.sending_files import open_ticket_with_file, transmit_file
from declarations.services.transmitting import Outcome, transmit
from declarations.views.folders import declaration_of
from siops.offices import office_of
from siops.permissions import Permission as OfSiops
from siops.services.registry import legal_date
from siops.session import office_required

SENT = "Transmissão recebida: recibo {number}. Falta a homologação pelo gestor do SUS."
SENT_BEFORE = "Este conteúdo já foi transmitido: recibo {number}."


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def declaration_transmit(request: ActorRequest, pk: int) -> HttpResponse:
    """The written version, its hash and period; «Transmitir» delivers exactly that."""
    declaration = declaration_of(request, pk, Permission.FILL_DECLARATION)
    form = TransmitForm(request.POST or None, initial={"shown_hash": declaration.content_hash})
    if form.is_bound and form.is_valid():
        with attempt(form):
            shown = form.cleaned_data["shown_hash"]
            return _answer(request, transmit(declaration_id=pk, shown_hash=shown, by=request.actor, at=request.at))
    may_send = declaration.status == declaration.Status.PACKED
    context = {"declaration": declaration, "form": form, "may_send": may_send}
    return render(request, "declarations/declaration_transmit.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def transmitter(request: ActorRequest) -> HttpResponse:
    """«Buscar arquivo na pasta», bimestre, file, «Transmitir»."""
    entity = office_of(request.actor).entity
    permissions.require(request.actor, OfSiops.SEND_DATA, entity)
    today = legal_date(request.at)
    opened = ReportingPeriod.objects.visible_to(request.actor).of_years(today.year - 1, today.year)
    periods = opened.filter(opens_on__lte=today).order_by("-year", "-bimester")
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = TransmitterForm(*given, periods=periods)
    if form.is_bound and form.is_valid():
        with attempt(form):
            outcome = transmit_file(
                entity_id=entity.pk,
                period_id=form.cleaned_data["period"].pk,
                content=form.content(),
                by=request.actor,
                at=request.at,
            )
            return _answer(request, outcome)
    return render(request, "declarations/transmitter.html", {"form": form, "entity": entity})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@office_required
def ticket_with_file(request: ActorRequest, pk: int) -> HttpResponse:
    """«Abrir chamado com este arquivo», from the report of the críticas: answered in 72 hours."""
    declaration = declaration_of(request, pk, Permission.FILL_DECLARATION)
    form = HelpForm(request.POST or None, initial={"rule_code": request.GET.get("critica", "")})
    if form.is_bound and form.is_valid():
        with attempt(form):
            ticket = open_ticket_with_file(
                declaration=declaration, **form.cleaned_data, by=request.actor, at=request.at
            )
            messages.success(request, f"{ticket} aberto com o arquivo da declaração. A resposta vem em até 72 horas.")
            return redirect("siops:ticket_detail", ticket.pk)
    return render(request, "declarations/ticket_with_file.html", {"declaration": declaration, "form": form})


def _answer(request: ActorRequest, outcome: Outcome) -> HttpResponse:
    if outcome.receipt is None:
        messages.error(request, outcome.rejection)
        return redirect("declarations:findings", outcome.declaration.pk)
    said = SENT if outcome.is_new else SENT_BEFORE
    messages.success(request, said.format(number=outcome.receipt.number))
    return redirect("declarations:receipt_detail", outcome.declaration.pk)
