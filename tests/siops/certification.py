"""What every test of «Certificado Digital» stands on."""

from dataclasses import InitVar, dataclass, field
from datetime import date, datetime
from typing import Any

from accounts.models import User
from common.models import AuditEvent, OutboxMessage
from pki.models import Certificate, Medium, Pkcs12File
from siops.models import CertificationRequest, HealthManager, ServicePoint
from siops.services.certification import activate_certification, request_certification, schedule_certification
from siops.services.certification_issue import Issued, issue_certification
from tests.actors import acting
from tests.factories import NOON
from tests.factories.siops import make_attendant, make_health_manager, make_service_point

PIN, PASSWORD = "739105", "senha do arquivo 9"
# The day after NOON, a Tuesday.
TOMORROW = date(2026, 11, 24)


@dataclass
class Counter:
    """A new secretary without certificate, a posto, and its agent."""

    record: HealthManager = field(default_factory=make_health_manager)
    point: ServicePoint = field(default_factory=make_service_point)
    attendant: InitVar[User | None] = None
    agent: User = field(init=False)

    def __post_init__(self, attendant: User | None) -> None:
        self.agent = attendant or make_attendant(self.point.certifier)

    @property
    def cpf(self) -> str:
        return str(self.record.person.cpf)

    def request(self, at: datetime = NOON, **changes: Any) -> CertificationRequest:
        usual: dict[str, Any] = {
            "cpf": self.cpf,
            "entity_id": self.record.entity_id,
            "certifier_id": self.point.certifier_id,
            "service_point_id": self.point.pk,
            "kind": "A3",
            "at": at,
        }
        return request_certification(**(usual | changes))

    def schedule(self, at: datetime = NOON, **changes: Any) -> CertificationRequest:
        """Of a request made now, unless a protocol is given."""
        usual: dict[str, Any] = {"date": TOMORROW, "period": "morning", "at": at}
        if "protocol" not in changes:
            usual["protocol"] = self.request(at, kind=changes.pop("kind", "A3")).protocol
        return schedule_certification(**(usual | changes))

    def issue(self, row: CertificationRequest, at: datetime = NOON, **changes: Any) -> Issued:
        usual: dict[str, Any] = {
            "certification_id": row.pk,
            "documents": list(row.required_documents),
            "pin": PIN,
            "password": PASSWORD if row.kind == "A1" else "",
            "by": acting(self.agent),
            "at": at,
        }
        return issue_certification(**(usual | changes))


def stored(row: CertificationRequest) -> CertificationRequest:
    return CertificationRequest.objects.get(pk=row.pk)


def medium_of(row: CertificationRequest) -> Medium:
    """The medium of an issued request."""
    medium = stored(row).medium
    assert medium is not None
    return medium


def first_entry(row: CertificationRequest, at: datetime = NOON) -> CertificationRequest | None:
    """4ª etapa with the certificate of that request."""
    serial = medium_of(row).certificate.serial
    return activate_certification(person_id=row.person_id, serial=serial, at=at)


def marks() -> list[Any]:
    """Everything that a refusal must leave as it was."""
    return [
        AuditEvent.objects.count(),
        OutboxMessage.objects.count(),
        Certificate.objects.count(),
        Pkcs12File.objects.count(),
        Medium.objects.count(),
        list(CertificationRequest.objects.order_by("pk").values_list()),
    ]
