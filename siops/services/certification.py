"""«Certificado Digital», 2ª, 3ª and 4ª etapas (SM-1), by people who have no way in yet.

A new secretary has neither certificate nor password, so no account can be asked: the CPF of a registered gestor opens a
request, and the protocol it gives is from then on the proof. The audit trail names the routine as who acted.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django_fsm import can_proceed

from accounts.models import account_of
from common import audit, documents, mail, switches
from common.actor import Actor
from common.exceptions import AllAtOnce, NotAllowedNow, RuleBroken
from common.holidays import is_business_day
from pki import services as pki
from pki.models import Medium
from registry import lookup
from registry.models import Person
from siops import tasks
from siops.models import CertificationRequest, HealthManager, ServicePoint
from siops.models.certification import PROTOCOL_ALPHABET, SYSTEM, plain_protocol
from siops.services.registry import legal_date, may_have_another_certificate

Status = CertificationRequest.Status

NOT_FOUND = "CPF não localizado entre os chefes do Poder Executivo ou gestores cadastrados."
CHOOSE_POINT = "Selecione a certificadora e o posto de atendimento."
OTHER_CERTIFIER = "O posto escolhido não é desta certificadora."
BAD_DATE = "A data do agendamento deve ser um dia útil futuro."
TOO_FAR = "O atendimento pode ser agendado com até 90 dias de antecedência: até {day}."
HAS_CERTIFICATE = (
    "Já existe um certificado válido para este CPF: as etapas 1 a 3 não são necessárias. Siga para a 4ª etapa."
)
ALREADY_OPEN = "Já existe uma solicitação em andamento para este CPF. Acompanhe-a pelo CPF e pelo protocolo."
UNKNOWN_PROTOCOL = "Nenhuma solicitação foi encontrada com este CPF e este protocolo."
FILE_GONE = "O arquivo .p12 já foi entregue e apagado do simulador."

GROUPS, GROUP = 3, 4
SCHEDULED_AHEAD = timedelta(days=90)


def find_registrations(*, cpf: str, at: datetime) -> list[HealthManager]:
    """The records by which this CPF may ask for a certificate.

    Raises RuleBroken (not_a_manager), and as registry.lookup does.
    """
    return registrations_of(person=lookup.find(cpf=cpf, field="cpf", for_anybody=True), at=at)


def registrations_of(*, person: Person | None, at: datetime) -> list[HealthManager]:
    """The same, of a person who needs no looking up. Raises RuleBroken (not_a_manager)."""
    today = legal_date(at)
    records = HealthManager.objects.current().filter(
        Q(ends_on=None) | Q(ends_on__gte=today), person=person, role__in=HealthManager.BY_CERTIFICATE
    )
    found = list(
        records.select_related("person__user", "entity__municipality__uf", "entity__uf").order_by("entity", "role")
    )
    if not found:
        raise RuleBroken(NOT_FOUND, code="not_a_manager", field="cpf")
    return found


def find_certification(*, cpf: str, protocol: str) -> CertificationRequest:
    """The request of this CPF with this protocol, typed in any way. Raises RuleBroken (unknown_protocol)."""
    rows = CertificationRequest.objects.for_reading().filter(protocol=normalise_protocol(protocol), person__cpf=cpf)
    return _found(rows.first())


def certification_of(*, protocol: str) -> CertificationRequest:
    """The request that a browser which has shown its protocol may follow. Raises RuleBroken (unknown_protocol)."""
    return _found(CertificationRequest.objects.for_reading().filter(protocol=protocol).first())


@transaction.atomic
def request_certification(
    *, cpf: str, entity_id: int, certifier_id: int, service_point_id: int, kind: str, at: datetime
) -> CertificationRequest:
    """2ª etapa: ask for an e-CPF financed by the ministry, for one gestor of one entity; the protocol is mailed (E1).

    Raises RuleBroken as registry.lookup does, or all at once: not_a_manager, has_certificate or already_open (`field`
    "cpf"), service_point.
    """
    person = lookup.find(cpf=cpf, field="cpf", locked=True, for_anybody=True)
    rules = AllAtOnce()
    found = rules.ask(_registration, person, entity_id, at)
    lapsed = rules.ask(_lapsed_request, person, at) if person and found else None
    rules.ask(_require_point, service_point_id, certifier_id)
    record = rules.settled(found)

    if lapsed is not None:
        _close(lapsed, at)
    row = CertificationRequest.objects.create(
        person=record.person,
        entity_id=entity_id,
        certifier_id=certifier_id,
        service_point_id=service_point_id,
        kind=Medium.Kind(kind),
        protocol=_new_protocol(),
        requested_at=at,
    )
    _record("certification.requested", row, at, kind=kind, role=record.role)
    _write("siops_certification_requested", row, at)
    transaction.on_commit(partial(tasks.issue_protocol.delay, row.pk))
    return row


@transaction.atomic
def schedule_certification(*, protocol: str, date: date, period: str, at: datetime) -> CertificationRequest:
    """3ª etapa: the day at the certifier, of the 90 that follow the Brasília day; a scheduled request changes its day.

    Raises RuleBroken (unknown_protocol, date) and NotAllowedNow once issued or cancelled.
    """
    row = _locked(protocol)
    if not can_proceed(row.schedule):
        raise NotAllowedNow(row.get_status_display())
    if date <= legal_date(at) or not is_business_day(date):
        raise RuleBroken(BAD_DATE, code="date", field="date")
    if date > (last := last_day_to_schedule(at)):
        raise RuleBroken(TOO_FAR.format(day=f"{last:%d/%m/%Y}"), code="date", field="date")

    row.schedule(date=date, period=CertificationRequest.Period(period))
    row.save(update_fields=["status", "scheduled_for", "period"])
    _record("certification.scheduled", row, at, day=date.isoformat(), period=period)
    _write("siops_certification_scheduled", row, at)
    return row


@transaction.atomic
def cancel_certification(*, protocol: str, at: datetime) -> CertificationRequest:
    """Give up before the issue. Raises RuleBroken (unknown_protocol) and NotAllowedNow once issued or cancelled."""
    row = _locked(protocol)
    if not can_proceed(row.cancel):
        raise NotAllowedNow(row.get_status_display())

    row.cancel(at=at)
    row.save(update_fields=["status", "cancelled_at"])
    _record("certification.cancelled", row, at)
    _write("siops_certification_cancelled", row, at)
    return row


@transaction.atomic
def activate_certification(*, person_id: int, serial: str, at: datetime) -> CertificationRequest | None:
    """4ª etapa, done by the first entry with that very certificate; None when no issued request waits for it."""
    rows = CertificationRequest.objects.select_for_update(of=("self",)).select_related("person__user")
    issued = rows.filter(person=person_id, status=Status.ISSUED, medium__certificate__serial=serial)
    row: CertificationRequest | None = issued.first()
    if row is None:
        return None

    row.activate(at=at)
    row.save(update_fields=["status", "activated_at"])
    user = account_of(row.person)
    by = Actor.identified(user, at=at) if user else Actor.routine(SYSTEM, at)
    audit.record("certification.activated", target=row, by=by, at=at)
    return row


@transaction.atomic
def certification_file(*, protocol: str, at: datetime) -> bytes:
    """The .p12 of an issued A1, still under the holder's password; with GUARDAR_PFX off it is delivered once.

    Raises RuleBroken (unknown_protocol, file_erased) and NotAllowedNow when there is none to deliver.
    """
    row = _locked(protocol)
    if row.medium is None or row.kind != Medium.Kind.A1 or row.status == Status.CANCELLED:
        raise NotAllowedNow(row.get_status_display())
    file = row.medium.certificate.files.order_by("-pk").first()
    content: bytes = file.content if file else b""
    if file is None or not content:
        raise RuleBroken(FILE_GONE, code="file_erased")
    _record("certification.file_delivered", row, at)
    if not switches.now().keep_pfx:
        pki.erase_file(file_id=file.pk, at=at)
    return content


def last_day_to_schedule(at: datetime) -> date:
    """The last day that the 3ª etapa takes at `at`."""
    return legal_date(at) + SCHEDULED_AHEAD


def normalise_protocol(text: str) -> str:
    """`7QK4-9XTB-M2CD` from what a person typed: any case, with or without hyphens and spaces."""
    plain = plain_protocol(text)
    return "-".join(plain[start : start + GROUP] for start in range(0, len(plain), GROUP))


def write_to_holder(template: str, row: CertificationRequest, at: datetime, **context: Any) -> None:
    """Mail to the address of the holder's record; never a PIN, PUK, password or key."""
    record = (
        HealthManager.objects.current()
        .filter(person=row.person_id, entity=row.entity_id, role__in=HealthManager.BY_CERTIFICATE)
        .first()
    )
    context |= {"row": row, "masked_cpf": documents.mask_cpf(row.person.cpf_text), "portal": settings.PORTAL_URL}
    mail.write(
        template, to=record.email if record else row.person.email, addressee=account_of(row.person), at=at, **context
    )


def _write(template: str, row: CertificationRequest, at: datetime) -> None:
    write_to_holder(template, row, at)


def _require_point(service_point_id: int, certifier_id: int) -> None:
    point = ServicePoint.objects.filter(pk=service_point_id).first()
    if point is None:
        raise RuleBroken(CHOOSE_POINT, code="service_point", field="service_point")
    if point.certifier_id != certifier_id:
        raise RuleBroken(OTHER_CERTIFIER, code="service_point", field="service_point")


def _found(row: CertificationRequest | None) -> CertificationRequest:
    if row is None:
        raise RuleBroken(UNKNOWN_PROTOCOL, code="unknown_protocol", field="protocol")
    return row


def _locked(protocol: str) -> CertificationRequest:
    rows = CertificationRequest.objects.for_reading().select_related("person__user")
    return _found(rows.select_for_update(of=("self",)).filter(protocol=protocol).first())


def _registration(person: Person | None, entity_id: int, at: datetime) -> HealthManager:
    """The person's record in the entity, by which the certificate is asked for."""
    record = next((row for row in registrations_of(person=person, at=at) if row.entity_id == entity_id), None)
    if record is None:
        raise RuleBroken(NOT_FOUND, code="not_a_manager", field="cpf")
    return record


def _lapsed_request(person: Person, at: datetime) -> CertificationRequest | None:
    """Refuse a second certificate and a second open request; one lost before its first use makes room."""
    if not may_have_another_certificate(person, at):
        raise RuleBroken(HAS_CERTIFICATE, code="has_certificate", field="cpf")
    rows = CertificationRequest.objects.open().select_for_update(of=("self",)).select_related("person")
    former: CertificationRequest | None = rows.filter(person=person).first()
    if former is not None and not can_proceed(former.lapse):
        raise RuleBroken(ALREADY_OPEN, code="already_open", field="cpf")
    return former


def _close(former: CertificationRequest, at: datetime) -> None:
    former.lapse(at=at)
    former.save(update_fields=["status", "cancelled_at"])
    _record("certification.lapsed", former, at)
    _write("siops_certification_lapsed", former, at)


def _new_protocol() -> str:
    """60 random bits."""
    return normalise_protocol("".join(secrets.choice(PROTOCOL_ALPHABET) for _ in range(GROUPS * GROUP)))


def _record(verb: str, row: CertificationRequest, at: datetime, **details: Any) -> None:
    audit.record(verb, target=row, by=Actor.routine(SYSTEM, at), at=at, **details)
