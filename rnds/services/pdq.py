"""The messages of the PEC's citizen search: PRPA_IN201305UV02 out, PRPA_IN201306UV02 or a Fault in. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from cadsus.api import oids
from cadsus.api.hl7 import find, text_of
from cadsus.api.soap import SOAP_12
from common import documents
from common.legal_time import BRASILIA
from interop import xml

NOT_XML = "A resposta não é uma mensagem SOAP: {begin}"
EMPTY = "A resposta veio vazia."
NOTHING_SAID = "A resposta não diz o motivo."
# How much of an answer that is no message is shown.
_BEGIN = 60


class Unreadable(Exception):
    """An answer that is no message, as a page of maintenance."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who is looked for: by a number (CPF or CNS), or by personal data."""

    number: str = ""
    name: str = ""
    mother: str = ""
    birth_date: date | None = None

    @property
    def kind(self) -> str:
        """How it is asked, without saying who for."""
        if not self.number:
            return "dados pessoais"
        return "CPF" if len(self.number) == documents.CPF_LENGTH else "CNS"


@dataclass(frozen=True, slots=True)
class Number:
    """A CNS of somebody, and whether it is definitive (D), provisional (P) or of an unsaid kind."""

    number: str
    kind: str

    @property
    def label(self) -> str:
        return {"D": "definitivo", "P": "provisório"}.get(self.kind, "tipo não informado")


@dataclass(frozen=True, slots=True)
class Citizen:
    """Somebody (cidadão) as the answer tells them."""

    name: str
    social_name: str
    mother: str
    birth_date: date | None
    sex: str
    cpf: str
    numbers: tuple[Number, ...]
    is_active: bool
    is_protected: bool
    is_deceased: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer says: people, a refusal of the question (AE), or a Fault of the service."""

    citizens: tuple[Citizen, ...] = ()
    total: int = 0
    refusal: str = ""
    fault: str = ""


def question(asked: Asked, *, sender: str, at: datetime) -> bytes:
    """The question in its envelope; `sender` is the name of the system that asks."""
    parameters = "".join(_parameters(asked))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="{SOAP_12}"><soap:Body>'
        f'<PRPA_IN201305UV02 xmlns="{oids.HL7}" ITSVersion="XML_1.0">'
        f'<id root="{uuid4()}"/><creationTime value="{at.astimezone(BRASILIA):%Y%m%d%H%M%S}"/>'
        f'<interactionId root="{oids.INTERACTIONS}" extension="PRPA_IN201305UV02"/>'
        '<processingCode code="T"/><processingModeCode code="T"/><acceptAckCode code="AL"/>'
        '<receiver typeCode="RCV"><device classCode="DEV" determinerCode="INSTANCE">'
        f'<id root="{oids.PROVIDER}"/></device></receiver>'
        '<sender typeCode="SND"><device classCode="DEV" determinerCode="INSTANCE">'
        f'<id root="{oids.CONSUMER}"/><name>{escape(sender)}</name></device></sender>'
        '<controlActProcess classCode="CACT" moodCode="EVN"><code code="PRPA_TE201305UV02"/><queryByParameter>'
        f'<queryId root="{uuid4()}" extension="1"/><statusCode code="new"/><responseModalityCode code="R"/>'
        f'<responsePriorityCode code="I"/><parameterList>{parameters}</parameterList></queryByParameter>'
        "</controlActProcess></PRPA_IN201305UV02></soap:Body></soap:Envelope>"
    ).encode()


def _parameters(asked: Asked) -> Iterator[str]:
    if asked.number:
        root = oids.CPF if len(asked.number) == documents.CPF_LENGTH else oids.CNS
        value = f'<value root="{root}" extension={quoteattr(asked.number)}/>'
        yield f"<livingSubjectId>{value}<semanticsText>LivingSubject.id</semanticsText></livingSubjectId>"
        return
    if asked.birth_date:
        value = f'<value value="{asked.birth_date:%Y%m%d}"/>'
        yield f"<livingSubjectBirthTime>{value}<semanticsText>LivingSubject.birthTime</semanticsText>"
        yield "</livingSubjectBirthTime>"
    if asked.name:
        value = f'<value use="L"><given>{escape(asked.name)}</given></value>'
        yield f"<livingSubjectName>{value}<semanticsText>LivingSubject.name</semanticsText></livingSubjectName>"
    if asked.mother:
        value = f'<value use="L"><given>{escape(asked.mother)}</given></value>'
        yield f"<mothersMaidenName>{value}<semanticsText>Person.MothersMaidenName</semanticsText></mothersMaidenName>"


def read(content: bytes) -> Told:
    """What an answer says. Raises Unreadable for what is no SOAP message."""
    message = _message(content)
    if etree.QName(message).localname == "Fault":
        return Told(fault=_fault(message))
    detail = find(message, "acknowledgement/acknowledgementDetail/text")
    if detail is not None:
        return Told(refusal=text_of(detail) or NOTHING_SAID)
    process = find(message, "controlActProcess")
    if process is None:
        raise Unreadable(NOT_XML.format(begin=etree.QName(message).localname[:_BEGIN]))
    people = (find(subject, "registrationEvent/subject1/patient") for subject in _all(process, "subject"))
    citizens = tuple(_citizen(patient) for patient in people if patient is not None)
    total = _value(find(process, "queryAck/resultTotalQuantity"))
    return Told(citizens, int(total) if total.isdecimal() else len(citizens))


def _message(content: bytes) -> etree._Element:
    """The first element of the Body."""
    if not content.strip():
        raise Unreadable(EMPTY)
    try:
        root = xml.parse(content)
    except (xml.NotXml, xml.WithDtd) as error:
        raise Unreadable(NOT_XML.format(begin=_begin(content))) from error
    body = next((each for each in root if etree.QName(each).localname == "Body"), None)
    message: etree._Element | None = next(iter(body), None) if body is not None else None
    if message is None:
        raise Unreadable(NOT_XML.format(begin=_begin(content)))
    return message


def _begin(content: bytes) -> str:
    return content[:_BEGIN].decode("utf-8", "replace")


def _fault(fault: etree._Element) -> str:
    """The reason of a Fault: the bus says it in its own detail, else it is the text of SOAP 1.2 or 1.1."""
    said = {etree.QName(each).localname: text_of(each) for each in fault.iter(etree.Element)}
    return next((said[name] for name in ("descricao", "Text", "faultstring") if said.get(name)), NOTHING_SAID)


def _citizen(patient: etree._Element) -> Citizen:
    person = find(patient, "patientPerson")
    names = {each.get("use"): text_of(each) for each in _all(person, "name")}
    numbers = list(_numbers(person))
    cns = (ids for ids in numbers if ids[0][0] == oids.CNS)
    return Citizen(
        name=names.get("L", ""),
        social_name=names.get("ASGN", ""),
        mother=_mother(person),
        birth_date=_day(_value(find(person, "birthTime"))),
        sex=_value(find(person, "administrativeGenderCode"), "code"),
        cpf=next((ids[0][1] for ids in numbers if ids[0][0] == oids.CPF), ""),
        numbers=tuple(Number(ids[0][1], dict(ids).get(oids.CNS_KIND, "")) for ids in cns),
        is_active=_value(find(patient, "statusCode"), "code") != "inactive",
        is_protected=_value(find(patient, "confidentialityCode"), "code") not in ("", "N"),
        is_deceased=_value(find(person, "deceasedInd")) == "true",
    )


def _numbers(person: etree._Element | None) -> Iterator[list[tuple[str, str]]]:
    """Of each document, (root, value): its number first, then what belongs to it."""
    for other in _all(person, "asOtherIDs"):
        ids = [(one.get("root") or "", one.get("extension") or "") for one in _all(other, "id")]
        if ids:
            yield ids


def _mother(person: etree._Element | None) -> str:
    """The relationship of code PRN; the first one where none has it."""
    found = [
        (_value(find(each, "code"), "code"), text_of(find(each, "relationshipHolder1/name")))
        for each in _all(person, "personalRelationship")
    ]
    return next((name for code, name in found if code == "PRN"), found[0][1] if found else "")


def _all(element: etree._Element | None, name: str) -> Iterator[etree._Element]:
    return iter(()) if element is None else element.iterfind(f"{{{oids.HL7}}}{name}")


def _value(element: etree._Element | None, attribute: str = "value") -> str:
    return (element.get(attribute) or "") if element is not None else ""


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text[:8], "%Y%m%d").date()  # noqa: DTZ007 -- a day, without an hour
    except ValueError:
        return None
