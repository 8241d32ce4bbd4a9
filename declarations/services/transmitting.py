"""«Transmitir» (T14): the version that was written, judged again on reception, and its receipt (SM-4).

Judging and signing happen with no row locked. What is one at a time is the whole transmission of a bimestre, by a lock
of its own that nobody waits for; the same content sent again gets the receipt that it has.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django_fsm import can_proceed

from common import audit, permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow, Refusal, RuleBroken
from declarations.engine import catalogue
from declarations.engine.faults import MESSAGES
from declarations.engine.report import Report
from declarations.models import Declaration, Receipt
from declarations.services.grid import judged
from declarations.services.knowledge import origins_of
from declarations.services.opening import require_rectification
from declarations.services.packing import CHANGED
from declarations.services.receipts import figures_of, receipt_paper, record_receipt
from declarations.services.verifying import JUDGED
from siops.models import HealthManager
from siops.offices import office_of
from siops.permissions import Permission
from siops.services.post import Record, write_once_to_record
from siops.services.registry import lock_entity

Status = Declaration.Status
UNDER_WAY = "Outra transmissão em andamento."
NO_SECRETARY = (
    "O ente não tem Secretário de Saúde ativo: o Chefe do Poder Executivo o cadastra ou confirma antes da transmissão."
)
REJECTED = "Transmissão rejeitada: {verdict}. Corrija, verifique as críticas e grave o arquivo outra vez."


class AnotherUnderWay(NotAllowedNow):
    """The bimestre of the entity is being transmitted at this moment (HTTP 409)."""

    def __init__(self) -> None:
        Refusal.__init__(self, UNDER_WAY, code="under_way")


@dataclass(frozen=True)
class Outcome:
    """What came of a transmission: its receipt, or the report for which it was rejected."""

    declaration: Declaration
    receipt: Receipt | None
    report: Report
    # Whether it was this call that delivered it.
    is_new: bool = False

    @property
    def rejection(self) -> str:
        return "" if self.receipt else REJECTED.format(verdict=self.report.verdict)


def transmit(*, declaration_id: int, shown_hash: str, by: Actor, at: datetime) -> Outcome:
    """Deliver the version whose content was shown; it comes back rejected when something blocks by now.

    Outside a transaction: to judge and to sign take time. Raises NotPermitted, AnotherUnderWay, NotAllowedNow, or
    RuleBroken (changed_since_shown, no_secretary, not_open, official).
    """
    rows = Declaration.objects.select_related("entity", "period")
    declaration: Declaration = rows.get(pk=declaration_id)
    permissions.require(by, Permission.SEND_DATA, declaration)
    with _alone(declaration):
        # Before they are judged: what changes in between makes the digest of no use, and never a wrong one.
        origins = origins_of(declaration).digest
        report = judged(declaration, at)
        outcome = _receive(
            declaration_id=declaration_id, shown_hash=shown_hash, report=report, origins=origins, by=by, at=at
        )
        if outcome.receipt:
            receipt_paper(receipt_id=outcome.receipt.pk, by=by, at=at)
    return outcome


@contextmanager
def _alone(declaration: Declaration) -> Iterator[None]:
    """One transmission at a time of an entity and period. The lock is of the connection: it dies with the process."""
    name = f"siops.transmission:{declaration.entity_id}:{declaration.period_id}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        if not cursor.fetchone()[0]:
            raise AnotherUnderWay
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


@transaction.atomic
def _receive(*, declaration_id: int, shown_hash: str, report: Report, origins: str, by: Actor, at: datetime) -> Outcome:
    """GRAVADA → TRANSMITIDA, or REJEITADA. Who answers for the entity cannot change meanwhile."""
    lock_entity(Declaration.objects.values_list("entity", flat=True).get(pk=declaration_id))
    rows = Declaration.objects.select_for_update(of=("self",)).select_related("entity__municipality__uf", "period")
    declaration: Declaration = rows.get(pk=declaration_id)
    permissions.require(by, Permission.SEND_DATA, declaration)
    if declaration.content_hash == shown_hash and (receipt := _delivered(declaration)):
        return Outcome(declaration, receipt, report)
    if not can_proceed(declaration.transmit):
        raise NotAllowedNow(declaration.get_status_display())
    _require(declaration, at)
    if report.blocking:
        return _reject(declaration, report, by, at)
    judged_hash = report.case.declaration.content_hash if report.case else ""
    if not declaration.content_hash == shown_hash == judged_hash:
        raise RuleBroken(CHANGED, code="changed_since_shown")

    _substitute_former(declaration, by, at)
    declaration.transmit(by_id=by.author_id, at=at)
    declaration.save(update_fields=["status", "transmitted_by", "transmitted_at"])
    figures = figures_of(report, rules=catalogue.VERSION)
    kind = Receipt.Kind.TRANSMISSION
    receipt = record_receipt(declaration=declaration, kind=kind, figures=figures, origins=origins, author=by, at=at)
    audit.record(
        "declaration.transmitted", target=declaration, by=by, at=at, receipt=receipt.number, released=figures.released
    )
    _tell_of_receipt(declaration, receipt, by, at)
    return Outcome(declaration, receipt, report, is_new=True)


def _delivered(declaration: Declaration) -> Receipt | None:
    """The receipt that this very content has, while it stands: what was returned or substituted is sent anew."""
    if declaration.status not in (Status.TRANSMITTED, Status.HOMOLOGATED):
        return None
    return declaration.receipts.filter(kind=Receipt.Kind.TRANSMISSION).first()


def _require(declaration: Declaration, at: datetime) -> None:
    if not declaration.period.has_opened_at(at):
        raise RuleBroken(MESSAGES["F-18"], code="not_open")
    require_rectification(declaration.entity, declaration.period)
    secretaries = HealthManager.objects.in_office_at(at).filter(role=HealthManager.Role.SECRETARY)
    if not secretaries.filter(entity=declaration.entity_id).exists():
        raise RuleBroken(NO_SECRETARY, code="no_secretary")


def _reject(declaration: Declaration, report: Report, by: Actor, at: datetime) -> Outcome:
    """What blocks by now keeps its report, and leaves no receipt (E7)."""
    content_hash = report.case.declaration.content_hash if report.case else ""
    declaration.reject(
        content_hash=content_hash,
        rules=catalogue.VERSION,
        blocking=report.blocking,
        warnings=report.warnings,
        at=at,
    )
    declaration.save(update_fields=JUDGED)
    audit.record("declaration.rejected", target=declaration, by=by, at=at, blocking=report.blocking)
    _write("siops_transmission_rejected", declaration, office_of(by).record, at, key=at.isoformat(), report=report)
    return Outcome(declaration, None, report)


def _substitute_former(declaration: Declaration, by: Actor, at: datetime) -> None:
    """The version that waited for homologação gives way to the one transmitted now."""
    waiting = Declaration.objects.select_for_update().filter(
        entity=declaration.entity_id, period=declaration.period_id, status=Status.TRANSMITTED
    )
    for former in waiting:
        former.substitute()
        former.save(update_fields=["status"])
        audit.record("declaration.substituted", target=former, by=by, at=at, by_version=declaration.version)


def _tell_of_receipt(declaration: Declaration, receipt: Receipt, by: Actor, at: datetime) -> None:
    """E5 to who transmitted, E6 to who may homologate: each once."""
    number = receipt.number
    _write("siops_transmission_received", declaration, office_of(by).record, at, key=number, receipt=receipt)
    in_office = HealthManager.objects.in_office_at(at).filter(role__in=HealthManager.SECRETARIAT)
    managers = in_office.filter(entity=declaration.entity_id)
    for manager in managers.select_related("person__user"):
        _write("siops_homologation_waits", declaration, manager, at, key=number, receipt=receipt)


def _write(template: str, declaration: Declaration, record: Record, at: datetime, *, key: str, **facts: Any) -> None:
    once = f"{template}:{declaration.pk}:{key}:{record._meta.label_lower}:{record.pk}"
    write_once_to_record(template, record, key=once, at=at, declaration=declaration, **facts)
