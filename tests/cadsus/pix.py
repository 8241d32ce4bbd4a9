"""Messages of the PIX, and calls of a system with a credential."""

from __future__ import annotations

from cadsus.api import oids, pix
from rnds.services import bearer
from rnds.services.access import Grant, GrantedCredential, sign_access_token
from tests.cadsus.wire import Reply, post
from tests.clock import now

ROOT = "2.16.840.1.113883.99.1"
PATH = "/cadsus/v2/PIXManagerJWT"


def system_token(cnes: str | None, *, number: int = 12) -> str:
    """What the bus gives to a certificate, with a credential of that establishment or with none."""
    credential = GrantedCredential(number, 1, cnes, "SP") if cnes else None
    grant = Grant("12ABC34501DE35", "ab" * 32, "CN=AC de Ensaio", ("pem",), credential)
    return sign_access_token(grant=grant, at=now(), audience=bearer.audience())


def send(message: str, cnes: str | None, *, number: int = 12, **environ: str) -> Reply:
    shown = f"jwt {system_token(cnes, number=number)}"
    return post(message, shown=shown, application=pix.application, **{"PATH_INFO": PATH} | environ)


def other_ids(*pairs: tuple[str, str]) -> str:
    ids = "".join(f'<id root="{root}" extension="{value}"/>' for root, value in pairs)
    return f'<asOtherIDs classCode="ROL">{ids}</asOtherIDs>'


def relative(code: str, name: str) -> str:
    return (
        f'<personalRelationship classCode="PRS"><code code="{code}"/><relationshipHolder1 classCode="PSN">'
        f'<name use="L"><given>{name}</given></name></relationshipHolder1></personalRelationship>'
    )


ADDRESS = (
    '<addr use="H"><streetNameType>081</streetNameType><streetName>RUA DAS ACÁCIAS</streetName><houseNumber>10'
    "</houseNumber><additionalLocator>CENTRO</additionalLocator><city>355030</city><state>SP</state>"
    "<postalCode>01001000</postalCode><country>010</country></addr>"
)
ABROAD = '<addr use="H"><city>NOVA IORQUE</city><country>249</country></addr>'
PHONE = '<telecom value="+55-61-982997451" use="ASN"/>'
MOTHER, FATHER = relative("PRN", "ANA DO CARMO LAURO"), relative("NPRN", "PAULO LAURO")


def record(
    *,
    local: str = "1",
    root: str = ROOT,
    name: str = "PEDRO MOREIRA LAURO",
    cpf: str = "",
    more: str = "",
    mother: str = MOTHER,
    inside: str = ADDRESS + PHONE,
    birth: str = "19850205",
    status: str = "active",
    confidentiality: str = "N",
    operation: str = pix.ADD,
) -> str:
    """PRPA_IN201301UV02, or 302, as the e-SUS APS composes it."""
    own = f'<id assigningAuthorityName="HOSPITAL" extension="{local}" root="{root}"/>' if local else ""
    numbers = other_ids((oids.CPF, cpf)) if cpf else ""
    return (
        f'<{operation} ITSVersion="XML_1.0" xmlns="{oids.HL7}">'
        '<id extension="6e88df42-70ac-4db6-a4ba-449c7fbf2a4e" root="2.16.840.1.113883.3.72.6.1"/>'
        '<creationTime value="20101123115812"/><processingCode code="P"/>'
        '<controlActProcess classCode="CACT" moodCode="EVN"><subject typeCode="SUBJ"><registrationEvent>'
        f'<id nullFlavor="NA"/><statusCode code="active"/><subject1 typeCode="SBJ"><patient classCode="PAT">{own}'
        f'<statusCode code="{status}"/><confidentialityCode code="{confidentiality}"/>'
        f'<patientPerson><name use="L"><given>{name}</given></name>'
        f'<administrativeGenderCode code="M"/><birthTime value="{birth}"/><deceasedInd value="false"/>{inside}'
        f'<raceCode code="01"/>{numbers}{more}{FATHER}{mother}'
        '<birthPlace classCode="BIRTHPL"><addr><city>355030</city><country>010</country></addr></birthPlace>'
        "</patientPerson></patient></subject1></registrationEvent></subject></controlActProcess>"
        f"</{operation}>"
    )


def merging(survivor: tuple[str, str], *absorbed: tuple[str, str]) -> str:
    """PRPA_IN201304UV02: each is a root and an identifier under it."""
    prior = "".join(
        '<replacementOf typeCode="RPLC"><priorRegistration><statusCode code="obsolete"/><subject1 typeCode="SBJ">'
        f'<priorRegisteredRole classCode="PAT"><id root="{root}" extension="{value}"/></priorRegisteredRole>'
        "</subject1></priorRegistration></replacementOf>"
        for root, value in absorbed
    )
    root, value = survivor
    return (
        f'<{pix.MERGE} xmlns="{oids.HL7}"><id root="1.2" extension="3"/><controlActProcess><subject>'
        f'<registrationEvent><subject1><patient><id root="{root}" extension="{value}"/></patient></subject1>{prior}'
        f"</registrationEvent></subject></controlActProcess></{pix.MERGE}>"
    )
