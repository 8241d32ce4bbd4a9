"""What the SIOPS brings to the house."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from common.house import Due, DueKind
from siops.services import certificate_notices, ends_of_term
from siops.services.registry import RENEWAL, legal_date


def next_notice(after: datetime) -> datetime | None:
    first = certificate_notices.expiring_managers(at=after).filter(certificate_ends_at__gt=after + RENEWAL).first()
    ends_at: datetime | None = getattr(first, "certificate_ends_at", None)
    return ends_at - RENEWAL if ends_at else None


def notices(after: datetime, until: datetime) -> Iterator[Due]:
    managers = certificate_notices.expiring_managers(at=after)
    due = managers.filter(certificate_ends_at__gt=after + RENEWAL, certificate_ends_at__lte=until + RENEWAL)
    for row in due:
        ends_at: datetime = row.certificate_ends_at
        yield Due(ends_at - RENEWAL, f"Certificado de {row.person.name}: aviso de 30 dias", row.email, "1 e-mail")


def next_end_of_term(after: datetime) -> datetime | None:
    first = ends_of_term.ends_between(legal_date(after), date.max).first()
    return ends_of_term.end_of(first.ends_on) if first and first.ends_on else None


def terms(after: datetime, until: datetime) -> Iterator[Due]:
    for row in ends_of_term.ends_between(legal_date(after), legal_date(until) - timedelta(days=1)):
        what = f"Termina a vigência de {row.person.name} ({row.get_role_display()}) em {row.entity}"
        yield Due(ends_of_term.end_of(row.ends_on or date.max), what, row.email, "perde o acesso; 1 e-mail")


DUE_KINDS = (
    DueKind("manager_notice", notices, next_notice, certificate_notices.warn_of_expiry),
    DueKind("end_of_term", terms, next_end_of_term, ends_of_term.tell_ends_of_term),
)
