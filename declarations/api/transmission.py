"""The API of transmission: file, críticas, transmission, receipt; what it is in OpenAPI. Refusals are problem+json."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from common.actor import Actor, ActorRequest
from declarations.api.door import sender_of
from declarations.engine.report import as_dict
from declarations.limits import look_up
from declarations.models import Declaration, Receipt, ReportingPeriod
from declarations.services.grid import judged
from declarations.services.receipts import is_public, receipt_url
from declarations.services.sending_files import FileRefused, newest_version, receive_file, transmit_newest
from declarations.services.verifying import verify_declaration
from interop.answers import JSON, as_json
from interop.calls import call_of
from interop.refusals import PROBLEM_JSON, Fault, problem_of
from territory.models import Entity

DESCRIPTION = Path(__file__).with_name("openapi.json")
NO_RECEIPT = "Recibo inexistente ou adulterado."


def of_period(
    view: Callable[[ActorRequest, Actor, Entity, ReportingPeriod], HttpResponse],
) -> Callable[..., HttpResponse]:
    """A POST of who transmits for the entity of the address, about the bimestre of the address."""

    @wraps(view)
    def wrapped(request: ActorRequest, ibge: str, year: int, bimester: int) -> HttpResponse:
        entity = get_object_or_404(Entity.objects.filter(municipality=ibge))
        actor = sender_of(request, entity.pk)
        periods = ReportingPeriod.objects.visible_to(actor)
        return view(request, actor, entity, get_object_or_404(periods, year=year, bimester=bimester))

    return login_not_required(csrf_exempt(never_cache(require_POST(wrapped))))


@of_period
def file(request: ActorRequest, actor: Actor, entity: Entity, period: ReportingPeriod) -> HttpResponse:
    """Take the `.opsz` as the content of the version at work; the content that was delivered answers its receipt."""
    try:
        version = receive_file(entity_id=entity.pk, period_id=period.pk, content=request.body, by=actor, at=request.at)
    except FileRefused as refusal:
        faults = [{"codigo": each.code, "mensagem": each.message} for each in refusal.faults]
        return _problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, refusal.code, refusal.message, falhas=faults)
    return _answer(_facts(version))


@of_period
def findings(request: ActorRequest, actor: Actor, entity: Entity, period: ReportingPeriod) -> HttpResponse:
    """«Verificar Críticas» of the version at work; of one that was delivered, the report alone."""
    version = newest_version(entity_id=entity.pk, period_id=period.pk, by=actor)
    if version.is_open:
        version = verify_declaration(declaration_id=version.pk, by=actor, at=request.at)
    return _answer(_facts(version) | {"relatorio": as_dict(judged(version, request.at))})


@of_period
def transmission(request: ActorRequest, actor: Actor, entity: Entity, period: ReportingPeriod) -> HttpResponse:
    """Write the file if nothing blocks, and transmit: 201 with the receipt, 200 with the one that it has."""
    outcome = transmit_newest(entity_id=entity.pk, period_id=period.pk, by=actor, at=request.at)
    if outcome.receipt is None:
        report = as_dict(outcome.report)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _problem(request, status, "rejected", outcome.rejection, relatorio=report)
    status = HTTPStatus.CREATED if outcome.is_new else HTTPStatus.OK
    return _answer(_receipt(outcome.receipt, outcome.declaration, whole=True), status)


@login_not_required
@never_cache
@require_safe
def receipt(request: ActorRequest, number: str) -> HttpResponse:
    """What the public page says, recomputed."""
    found = look_up(request, number)
    if found is None:
        return _problem(request, HTTPStatus.NOT_FOUND, "not_found", NO_RECEIPT)
    return _answer(_receipt(found, found.declaration, whole=is_public(found)))


@login_not_required
@require_safe
def description(request: ActorRequest) -> HttpResponse:
    """This API, as OpenAPI."""
    return HttpResponse(DESCRIPTION.read_bytes(), content_type=JSON)


def _facts(version: Declaration) -> dict[str, Any]:
    receipt = version.receipts.filter(kind=Receipt.Kind.TRANSMISSION).first()
    return {
        "versao": version.version,
        "situacao": version.get_status_display(),
        "sha256_conteudo": version.content_hash or None,
        "recibo": receipt.number if receipt else None,
    }


def _receipt(receipt: Receipt, declaration: Declaration, *, whole: bool) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "recibo": receipt.number,
        "tipo": receipt.get_kind_display(),
        "ibge7": declaration.entity.ibge,
        "ano": declaration.period.year,
        "bimestre": declaration.period.bimester,
        "versao": declaration.version,
        "situacao": declaration.get_status_display(),
        "recebido_em": receipt.received_at.isoformat(),
        "enviado_por": receipt.actor_name,
        "cpf": receipt.actor_cpf,
        "funcao": receipt.role,
        "sha256_conteudo": receipt.content_hash,
        "regras": receipt.rules,
        "avisos": receipt.warnings,
        "liberadas": receipt.released.split(", ") if receipt.released else [],
        "conferencia": receipt_url(receipt),
    }
    if whole:
        facts["percentual"] = {stage.lower(): percent for stage, percent in receipt.percents}
    return facts


def _answer(body: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    return HttpResponse(as_json(body), status=status, content_type=JSON)


def _problem(request: ActorRequest, status: HTTPStatus, code: str, message: str, **more: Any) -> HttpResponse:
    """A refusal that says more than its words; the log of calls remembers it."""
    fault = Fault(status, code, message)
    call_of(request).write(fault)
    body = as_json(problem_of(fault) | more)
    return HttpResponse(body, status=status, content_type=PROBLEM_JSON)
