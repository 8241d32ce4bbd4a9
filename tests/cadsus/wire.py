"""What the tests of the services on the wire need: a person with everything, messages, and calls without a listener."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from lxml import etree

from cadsus.api import oids, pdq, wsse
from interop.gateway import Application
from registry.models import Address, Cns, Contact, Person
from registry.models.tables import CnsKind
from rnds.services import bearer
from rnds.services.access import Grant, sign_access_token
from tests.clock import now
from tests.factories import make_cns, make_municipality, make_person

SAMPLES = Path(__file__).parent / "samples"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SHA256 = "ab" * 32


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def root(self) -> etree._Element:
        return etree.fromstring(self.content)

    def value(self, path: str, attribute: str = "value") -> str:
        """An attribute of the first element of HL7 with this path of local names, anywhere."""
        found = self.root.find(".//" + "/".join(f"{{{oids.HL7}}}{name}" for name in path.split("/")))
        assert found is not None, path
        return found.get(attribute) or ""

    @property
    def code(self) -> str:
        return self.value("queryAck/queryResponseCode", "code")

    @property
    def names(self) -> list[str]:
        """The name of each record, in order."""
        given = f"{{{oids.HL7}}}patientPerson/{{{oids.HL7}}}name[@use='L']/{{{oids.HL7}}}given"
        return [str(each.text) for each in self.root.iterfind(f".//{given}")]

    @property
    def counts(self) -> tuple[int, int, int]:
        """In all, in this answer, still to come."""
        names = ("resultTotalQuantity", "resultCurrentQuantity", "resultRemainingQuantity")
        total, current, remaining = (int(self.value(f"queryAck/{name}")) for name in names)
        return total, current, remaining


def make_known(**fields: Any) -> Person:
    """A record with address, contacts, a principal CNS and a provisional one."""
    city = make_municipality()
    person = make_person(
        **{
            "name": "MARIA EXEMPLO DA SILVA",
            "social_name": "NOME SOCIAL EXEMPLO",
            "mother": "ANA EXEMPLO",
            "birth_date": date(1987, 1, 15),
            "sex": "F",
            "race": "03",
            "phone": "31999990000",
            "email": "maria@exemplo.invalid",
            "birth_city": city,
        }
        | fields
    )
    Cns.objects.create(number=make_cns(880_000 + person.pk), person=person, kind=CnsKind.PROVISIONAL)
    Address.objects.create(
        person=person,
        municipality=city,
        postal_code="30000000",
        district="CENTRO",
        street_kind="081",
        street="RUA EXEMPLO",
        number="10",
        complement="APTO 1",
    )
    Contact.objects.create(person=person, kind="PRN", value="3133330000")
    return person


def token(*, at: datetime | None = None, sha256: str = SHA256, audience: str = "") -> str:
    """What the bus would give to the certificate of that fingerprint."""
    grant = Grant("12ABC34501DE35", sha256, "CN=AC de Ensaio", ("pem",))
    return sign_access_token(grant=grant, at=at or now(), audience=audience or bearer.audience())


def query(*parameters: str, query_id: str = "1840997084", more: str = "") -> str:
    """PRPA_IN201305UV02 with these parameters."""
    return (
        f'<PRPA_IN201305UV02 ITSVersion="XML_1.0" xmlns="{oids.HL7}">'
        '<id root="2.16.840.1.113883.4.714" extension="123456"/><creationTime value="20261122003500"/>'
        '<interactionId root="2.16.840.1.113883.1.6" extension="PRPA_IN201305UV02"/>'
        '<processingCode code="T"/><processingModeCode code="T"/><acceptAckCode code="AL"/>'
        '<sender typeCode="SND"><device classCode="DEV" determinerCode="INSTANCE">'
        '<id root="2.16.840.1.113883.3.72.6.2"/><name>SISREDE</name></device></sender>'
        '<controlActProcess classCode="CACT" moodCode="EVN"><queryByParameter>'
        f'<queryId root="1.2.840.114350.1.13.28.1.18.5.999" extension="{query_id}"/><statusCode code="new"/>'
        f'<responseModalityCode code="R"/><responsePriorityCode code="I"/>{more}'
        f"<parameterList>{''.join(parameters)}</parameterList></queryByParameter></controlActProcess>"
        "</PRPA_IN201305UV02>"
    )


def continuation(*, query_id: str = "1840997084", more: str = "", cancel: bool = False) -> str:
    name = "QUQI_IN000003UV01_Cancel" if cancel else "QUQI_IN000003UV01"
    return (
        f'<{name} ITSVersion="XML_1.0" xmlns="{oids.HL7}"><id root="1.2.3" extension="1"/><controlActProcess>'
        f'<queryContinuation><queryId root="1.2.840.114350.1.13.28.1.18.5.999" extension="{query_id}"/>{more}'
        f"</queryContinuation></controlActProcess></{name}>"
    )


def by_id(number: str, root: str = "") -> str:
    root = root or (oids.CPF if len(number) == 11 else oids.CNS)
    text = "<semanticsText>LivingSubject.id</semanticsText>"
    return f'<livingSubjectId><value root="{root}" extension="{number}"/>{text}</livingSubjectId>'


def by_name(name: str) -> str:
    return f'<livingSubjectName><value use="L"><given>{name}</given></value></livingSubjectName>'


def by_mother(name: str) -> str:
    return f'<mothersMaidenName><value use="L"><family>{name}</family></value></mothersMaidenName>'


def by_birth(day: str) -> str:
    return f'<livingSubjectBirthTime><value value="{day}"/></livingSubjectBirthTime>'


def envelope(message: str, space: str = SOAP_12, header: str = "") -> bytes:
    return f'<soap:Envelope xmlns:soap="{space}">{header}<soap:Body>{message}</soap:Body></soap:Envelope>'.encode()


def security(username: str, password: str, *, kind: str | None = wsse.PASSWORD_TEXT) -> str:
    """The header of WS-Security, with the password in plain text unless of another kind."""
    said = f' Type="{kind}"' if kind else ""
    return (
        f'<soap:Header><w:Security xmlns:w="{wsse.SPACE}"><w:UsernameToken><w:Username>{username}</w:Username>'
        f"<w:Password{said}>{password}</w:Password></w:UsernameToken></w:Security></soap:Header>"
    )


def post(
    body: bytes | str,
    *,
    shown: str | None = None,
    kind: str = "application/soap+xml",
    application: Application = pdq.application,
    **environ: str,
) -> Reply:
    """The answer to a body, or to a message in an envelope of SOAP 1.2; with a good token unless another is shown."""
    content = envelope(body) if isinstance(body, str) else body
    started: list[Any] = []
    request = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": pdq.PATHS[0],
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(content)),
        "HTTP_AUTHORIZATION": f"jwt {token()}" if shown is None else shown,
        "wsgi.input": BytesIO(content),
    } | environ
    answer = b"".join(application(request, lambda status, headers: started.extend((status, headers))))
    return Reply(int(started[0][:3]), dict(started[1]), answer)
