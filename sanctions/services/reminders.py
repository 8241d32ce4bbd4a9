"""E11 and E15: a term that comes near, told once to whoever holds the office then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import account_of
from common import mail
from declarations.models import ReportingPeriod
from sanctions.models import Shortfall
from sanctions.services.facts import first_instant, shortfall_cases, silent
from siops.models import HealthManager, Technician
from siops.services.post import Record
from siops.services.registry import legal_date

# Days before the last one of a bimestre; and before that of the proof.
DEADLINE = (15, 7, 1, 0)
PROOF = (90, 30)
PROVING = (Shortfall.Status.CONDITIONED, Shortfall.Status.DEPOSITED)
WORDS = {0: "hoje", 1: "amanhã"}
RELATED = ("person__user", "entity__municipality__uf", "entity__uf")


@transaction.atomic
def remind(*, at: datetime) -> int:
    """Write what is due on the day of `at` itself; a reminder that came too late says nothing true."""
    day = legal_date(at)
    written = 0
    for period, days in _periods_near(day):
        letters = [
            _letter(record, f"siops-deadline:{period.pk}:{period.closes_on}:{days}", period=period, when=_when(days))
            for record in _who_sends(period, at)
        ]
        mail.write_each("siops_deadline_near", letters, at=at)
        written += len(letters)
    for row, days in _proofs_near(day):
        managers = HealthManager.objects.in_office_at(at).filter(
            entity=row.entity_id, role__in=HealthManager.BY_CERTIFICATE
        )
        letters = [
            _letter(record, f"siops-proof:{row.pk}:{row.proof_until}:{days}", case=row, year=row.period.year, days=days)
            for record in managers.select_related(*RELATED).order_by("pk")
        ]
        mail.write_each("siops_proof_near", letters, at=at)
        written += len(letters)
    return written


def reminder_days(after: date) -> Iterator[tuple[date, str, str]]:
    """(day, what is reminded, who is told) of every reminder after a day, as the facts are now."""
    for period in ReportingPeriod.objects.filter(closes_on__gt=after).order_by("closes_on"):
        for days in DEADLINE:
            if (day := period.closes_on - timedelta(days=days)) > after:
                yield day, f"Aviso de prazo do {period}", "quem transmite e homologa, onde falta homologar"
    for case in shortfall_cases():
        for days in PROOF:
            until = case.row.proof_until
            if until and case.row.status in PROVING and (day := until - timedelta(days=days)) > after:
                yield day, f"Aviso da comprovação de {case.row.entity}", "quem responde pelo ente"


def _periods_near(day: date) -> Iterator[tuple[ReportingPeriod, int]]:
    near = {day + timedelta(days=days): days for days in DEADLINE}
    for period in ReportingPeriod.objects.filter(closes_on__in=near, opens_on__lte=day).order_by("pk"):
        yield period, near[period.closes_on]


def _who_sends(period: ReportingPeriod, at: datetime) -> Iterator[Record]:
    """Technician and secretary, or who substitutes the secretary, where the bimestre is not homologated."""
    late = silent(period, before=first_instant(legal_date(at)))
    secretaries = HealthManager.objects.in_office_at(at).filter(role__in=HealthManager.SECRETARIAT, entity__in=late)
    yield from secretaries.select_related(*RELATED).order_by("pk")
    yield from Technician.objects.current().filter(entity__in=late).select_related(*RELATED).order_by("pk")


def _proofs_near(day: date) -> Iterator[tuple[Shortfall, int]]:
    near = {day + timedelta(days=days): days for days in PROOF}
    for case in shortfall_cases():
        until = case.row.proof_until
        if until in near and case.row.status in PROVING and case.proven_on is None:
            yield case.row, near[until]


def _letter(record: Record, key: str, **context: Any) -> mail.Letter:
    """The key ends in the record: who takes over the office is told too."""
    return mail.Letter(
        to=record.email,
        addressee=account_of(record.person),
        context={"record": record, "portal": settings.PORTAL_URL} | context,
        idempotency_key=f"{key}:{record._meta.model_name}:{record.pk}",
    )


def _when(days: int) -> str:
    return WORDS.get(days, f"em {days} dias")
