"""«Certificado Digital» for who has no way in yet: the four etapas, followed by CPF and protocol."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.automatic import is_automatic
from accounts.limits import Limit
from accounts.personas import asked_persona, demo_personas, suggest
from common import attempts, clock
from common.attempts import attempt
from common.downloads import pdf_download
from common.exceptions import NotAllowedNow, RuleBroken
from common.holidays import next_business_day
from common.legal_time import BRASILIA
from common.navigation import with_next
from common.requests import HttpRequest
from common.ui import Step
from pki.models import Medium
from siops.automatic import COUNTER
from siops.forms.certification import ConfirmedCpfForm, CpfForm, ProtocolForm, RequestForm, ScheduleForm
from siops.models import CertificationRequest, HealthManager
from siops.services import certification as service
from siops.services.answers import delivery_codes
from siops.services.protocol_paper import issue_protocol

Status = CertificationRequest.Status
# The protocol that this browser has shown.
KEY = "siops_certification"
# Misses: of one CPF or one protocol, and of one address.
MISSES = Limit(KEY, each=60, address=600, lasts=timedelta(minutes=10))
SHOW_PROTOCOL = "Informe o CPF e o protocolo da solicitação."


@dataclass(frozen=True)
class Reader:
    """What the status page may offer at this state."""

    row: CertificationRequest

    @property
    def may_schedule(self) -> bool:
        return self.row.status in (Status.REQUESTED, Status.SCHEDULED)

    @property
    def may_download(self) -> bool:
        return self.row.status in (Status.ISSUED, Status.ACTIVATED) and self.row.kind == Medium.Kind.A1

    @property
    def may_request_again(self) -> bool:
        return bool(self.row.status == Status.CANCELLED)

    @property
    def may_activate(self) -> bool:
        return bool(self.row.status == Status.ISSUED)


@login_not_required
@never_cache
@require_safe
def certification_orientation(request: HttpRequest) -> HttpResponse:
    """1ª etapa: what is needed, and the way to the others."""
    row = _followed(request)
    documents = CertificationRequest.DOCUMENTS_A3
    return render(request, "siops/certification_orientation.html", {"row": row, "documents": documents})


@login_not_required
@require_safe
def certification_drivers(request: HttpRequest) -> HttpResponse:
    """«Procedimento de instalação dos drivers»: what the computer needs before the first access."""
    return render(request, "siops/certification_drivers.html")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def certification_request(request: HttpRequest) -> HttpResponse:
    """2ª etapa: «Buscar» the CPF, then «Enviar».

    The procedure has it say that a CPF is of no gestor: who answers for an entity is public, and whoever is asking has
    no other way to learn that the head has yet to register them. Misses are counted, so that nobody tries them in bulk.
    """
    at = request.at
    if request.method != "POST":
        persona = asked_persona(request, door="siops:certification_request")
        head = CpfForm(initial={"cpf": persona.cpf} if persona else None)
        suggest(head.fields["cpf"], [who for who in demo_personas() if who.door == "siops:certification_request"])
        attempts.put_back(request, "certification_request", head)
        return _request_page(request, head)
    sent = "enviar" in request.POST
    head = ConfirmedCpfForm(request.POST) if sent else CpfForm(request.POST)
    cpf = head.cleaned_data["cpf"] if head.is_valid() else ""
    if wait := MISSES.take(request, cpf, at=clock.real(at)):
        return _limited(request, wait)
    records = _records(head, at)
    if not records:
        attempts.keep(request, "certification_request", head, fields=["cpf"])
        return redirect("siops:certification_request")
    MISSES.give_back(request, cpf)
    entities = {record.entity_id: record.entity for record in records}
    form = RequestForm(list(entities.values()), request.POST if sent else None)
    if sent and form.is_valid() and (row := _request(head, form, at)):
        request.session[KEY] = row.protocol
        messages.success(request, f"Solicitação enviada. Protocolo {row.protocol}.")
        return redirect("siops:certification_status")
    return _request_page(request, head, form, records)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def certification_status(request: HttpRequest) -> HttpResponse:
    """Where the request stands, for who shows CPF and protocol once."""
    if request.method == "POST":
        return _show_protocol(request, request.at)
    row = _followed(request)
    if row is None:
        form = ProtocolForm()
        attempts.put_back(request, "certification_status", form)
        return render(request, "siops/certification_protocol.html", {"form": form})
    counter_url = with_next("admin:login", reverse("siops:certifier_list"))
    context = {
        "row": row,
        "reader": Reader(row),
        "situation": row.certificate_situation_at(request.at),
        "steps": steps_of(row),
        "counter_url": counter_url,
        "answers_at": COUNTER.due_of(row),
        "codes": delivery_codes(row) if is_automatic(row.issued_by) and row.medium else None,
    }
    return render(request, "siops/certification_status.html", context)


@login_not_required
@never_cache
@require_POST
def certification_leave(request: HttpRequest) -> HttpResponse:
    """Forget the protocol in this browser, to follow another one."""
    request.session.pop(KEY, None)
    return redirect("siops:certification_status")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def certification_schedule(request: HttpRequest) -> HttpResponse:
    """3ª etapa."""
    row, at = _followed(request), request.at
    if row is None:
        messages.info(request, SHOW_PROTOCOL)
        return redirect("siops:certification_status")
    if not Reader(row).may_schedule:
        raise NotAllowedNow(row.get_status_display())
    first = next_business_day(at.astimezone(BRASILIA).date())
    initial = {"date": row.scheduled_for, "period": row.period} if row.scheduled_for else None
    data = request.POST if request.method == "POST" else None
    form = ScheduleForm(data, initial=initial, first=first, last=service.last_day_to_schedule(at))
    if form.is_bound and form.is_valid():
        with attempt(form):
            row = service.schedule_certification(protocol=row.protocol, **form.cleaned_data, at=at)
            messages.success(request, f"Atendimento agendado para {row.scheduled_for:%d/%m/%Y}.")
            return redirect("siops:certification_status")
    return render(request, "siops/certification_schedule.html", {"row": row, "form": form, "steps": steps_of(row)})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def certification_cancel(request: HttpRequest) -> HttpResponse:
    """Ask, then give up."""
    row = _followed(request)
    if row is None:
        messages.info(request, SHOW_PROTOCOL)
        return redirect("siops:certification_status")
    if request.method == "POST":
        service.cancel_certification(protocol=row.protocol, at=request.at)
        messages.success(request, "Solicitação cancelada.")
        return redirect("siops:certification_status")
    if not Reader(row).may_schedule:
        raise NotAllowedNow(row.get_status_display())
    return render(request, "siops/certification_cancel.html", {"row": row})


@login_not_required
@never_cache
@require_POST
def certification_file(request: HttpRequest) -> HttpResponse:
    """The .p12 of an A1. By POST, because the delivery is audited and may erase the key."""
    row = _followed(request)
    if row is None:
        messages.info(request, SHOW_PROTOCOL)
        return redirect("siops:certification_status")
    with attempt(request):
        content = service.certification_file(protocol=row.protocol, at=request.at)
        headers = {"Content-Disposition": 'attachment; filename="certificado-e-cpf.p12"'}
        return HttpResponse(content, content_type="application/x-pkcs12", headers=headers)
    return redirect("siops:certification_status")


@login_not_required
@never_cache
@require_safe
def certification_paper(request: HttpRequest) -> HttpResponse:
    """The protocolo as a signed PDF, for the browser that has shown it."""
    row = _followed(request)
    if row is None:
        messages.info(request, SHOW_PROTOCOL)
        return redirect("siops:certification_status")
    paper = issue_protocol(certification_id=row.pk)
    return pdf_download(paper.content, f"protocolo-{paper.code}.pdf")


@login_not_required
@never_cache
@require_safe
def certification_activate(request: HttpRequest) -> HttpResponse:
    """4ª etapa: PIN and PUK explained, and the doors of the Módulo de Gestores."""
    row = _followed(request)
    context = {"row": row, "steps": steps_of(row) if row else []}
    return render(request, "siops/certification_activate.html", context)


def steps_of(row: CertificationRequest) -> list[Step]:
    """The four etapas of a request, with when and who."""
    done = {
        Status.REQUESTED: 2,
        Status.SCHEDULED: 2,
        Status.ISSUED: 3,
        Status.ACTIVATED: 4,
        Status.CANCELLED: 3 if row.issued_at else 2,
    }[Status(row.status)]
    facts: list[tuple[str, datetime | None, str]] = [
        ("1ª etapa: orientações", None, ""),
        ("2ª etapa: solicitação", row.requested_at, row.person.name),
        ("3ª etapa: agendamento e emissão", row.issued_at, _attendance(row)),
        ("4ª etapa: ativação", row.activated_at, row.person.name if row.activated_at else ""),
    ]
    after: Any = "failed" if row.status == Status.CANCELLED else "current"
    return [
        Step(label, "done" if number < done else after if number == done else "todo", at, who)
        for number, (label, at, who) in enumerate(facts)
    ]


def _attendance(row: CertificationRequest) -> str:
    """For when the posto was scheduled and, once attended, who issued there."""
    if not row.scheduled_for:
        return ""
    day = f"Para {row.scheduled_for:%d/%m/%Y}, {row.get_period_display().lower()}."
    issue = f"Emissão: {row.issued_by.name}, " if row.issued_by else ""
    return f"{day} {issue}{row.service_point}"


def _followed(request: HttpRequest) -> CertificationRequest | None:
    """The request whose protocol this browser has shown."""
    protocol = request.session.get(KEY)
    if not protocol:
        return None
    try:
        return service.certification_of(protocol=protocol)
    except RuleBroken:
        return None


def _records(head: CpfForm, at: datetime) -> list[HealthManager]:
    """The records of the CPF typed; none becomes an error of the field."""
    if head.is_valid():
        with attempt(head):
            return service.find_registrations(cpf=head.cleaned_data["cpf"], at=at)
    return []


def _request(head: CpfForm, form: RequestForm, at: datetime) -> CertificationRequest | None:
    with attempt(form, head):
        return service.request_certification(
            cpf=head.cleaned_data["cpf"],
            entity_id=form.cleaned_data["entity"],
            certifier_id=form.cleaned_data["certifier"].pk,
            service_point_id=form.cleaned_data["service_point"].pk,
            kind=form.cleaned_data["kind"],
            at=at,
        )
    return None


def _request_page(
    request: HttpRequest, head: CpfForm, form: RequestForm | None = None, records: list[HealthManager] | None = None
) -> HttpResponse:
    context = {"head": head, "form": form, "records": records or []}
    return render(request, "siops/certification_request.html", context)


def _show_protocol(request: HttpRequest, at: datetime) -> HttpResponse:
    form = ProtocolForm(request.POST)
    if form.is_valid():
        tried = form.cleaned_data["cpf"], service.normalise_protocol(form.cleaned_data["protocol"])
        if wait := MISSES.take(request, *tried, at=clock.real(at)):
            return _limited(request, wait)
        with attempt(form):
            row = service.find_certification(**form.cleaned_data)
            MISSES.give_back(request, *tried)
            request.session[KEY] = row.protocol
            return redirect("siops:certification_status")
    attempts.keep(request, "certification_status", form, fields=form.fields)
    return redirect("siops:certification_status")


def _limited(request: HttpRequest, wait: int) -> HttpResponse:
    answer = render(request, "siops/certification_limited.html", {"minutes": -(-wait // 60)}, status=429)
    answer["Retry-After"] = str(wait)
    return answer
