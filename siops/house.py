"""What the SIOPS brings to the house."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from common.house import NOBODY, Due, DueKind, SystemCard, WayIn
from common.legal_time import BRASILIA
from siops.models import HealthManager
from siops.rail import CHANGE_OF_MANAGERS
from siops.services import certificate_notices
from siops.services.registry import RENEWAL


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


def ends_of_term(after: datetime, until: datetime) -> Iterator[Due]:
    """Terms of office (vigência) that end; nothing is recorded, whoever acts is asked for it each time."""
    first, last = (instant.astimezone(BRASILIA).date() for instant in (after, until))
    rows = HealthManager.objects.current().filter(ends_on__gte=first, ends_on__lt=last)
    for row in rows.select_related("person", "entity__municipality__uf", "entity__uf").order_by("ends_on", "pk"):
        last_day = row.ends_on or first
        end = datetime.combine(last_day + timedelta(days=1), time(), BRASILIA)
        what = f"Termina a vigência de {row.person.name} ({row.get_role_display()}) em {row.entity}"
        yield Due(end, what, NOBODY, "perde o acesso")


DUE_KINDS = (
    DueKind("manager_notice", notices, next_notice, certificate_notices.warn_of_expiry),
    DueKind("end_of_term", ends_of_term),
)
WAYS_IN = (
    WayIn("Certificado do navegador", "siops:sign_in"),
    WayIn("Token virtual e PIN", "siops:sign_in_virtual"),
    WayIn("Responsável pelo envio: CPF e senha", "siops:technician_sign_in"),
)
SYSTEM_CARDS = (SystemCard("SIOPS", "Gestores, certificado, responsável pelo envio e cadastro no FNS.", "siops:home"),)
RAILS = (CHANGE_OF_MANAGERS,)
