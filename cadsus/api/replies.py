"""Writing PRPA_IN201306UV02: prepared fragments in the order of the schema, as all known clients read them.

No prefixes; the mother before the father; the principal CNS first, each with its kind; e-mails after telephones;
times with fourteen digits; the question again at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from lxml import etree

from cadsus.api import oids
from cadsus.api.hl7 import Header, Identifier
from cadsus.services.wire import Found
from common.legal_time import BRASILIA
from registry.models.tables import BRAZIL, CnsKind, ContactKind

OK, NOT_FOUND, ERROR = "OK", "NF", "QE"
_ESCAPES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;"}
# What XML cannot hold in any form is left out.
_ESCAPES_ALL = {code: None for code in range(32) if code not in (9, 10, 13)} | _ESCAPES | {0xFFFE: None, 0xFFFF: None}
_MOBILE_DIGITS, _LAND_DIGITS = 11, 10


@dataclass(frozen=True, slots=True)
class Quantities:
    """How many records there are in all, in this answer, and still to come."""

    total: int = 0
    current: int = 0
    remaining: int = 0


def found(records: Iterable[Found], *, header: Header, quantities: Quantities, message_id: str, at: datetime) -> str:
    """The answer with its records; without any, NF."""
    subjects = "".join(_subject(record) for record in records)
    code = OK if quantities.total else NOT_FOUND
    inside = f"{subjects}{_query_ack(header, code, quantities)}"
    return _message(header, detail="", inside=inside, message_id=message_id, at=at)


def refused(text: str, code: str, *, header: Header, message_id: str, at: datetime) -> str:
    """AE and QE: a question that was read, and that has no answer as it is."""
    detail = _detail(code, text)
    query_ack = _query_ack(header, ERROR, Quantities())
    return _message(header, detail=detail, inside=query_ack, message_id=message_id, at=at)


def acknowledged(
    refusals: Iterable[tuple[str, str]] = (), *, header: Header, message_id: str, at: datetime, processing: str = "T"
) -> str:
    """MCCI_IN000002UV01: it was done (CA), or not, and why (CE). A detail is read as an error by every client."""
    details = "".join(_detail(code, text) for code, text in refusals)
    kind = "CE" if details else "CA"
    return (
        f'<MCCI_IN000002UV01 xmlns="{oids.HL7}" ITSVersion="XML_1.0">'
        f"{_opening('MCCI_IN000002UV01', header, message_id, at, processing)}"
        f'<acknowledgement><typeCode code="{kind}"/><targetMessage>{_ii(header.id)}</targetMessage>{details}'
        "</acknowledgement>"
        "</MCCI_IN000002UV01>"
    )


def esc(text: str | None) -> str:
    """Text as it may stand in an element or an attribute."""
    return (text or "").translate(_ESCAPES_ALL)


def _detail(code: str, text: str) -> str:
    return (
        f'<acknowledgementDetail typeCode="E"><code code="{esc(code)}"/><text>{esc(text)}</text>'
        "</acknowledgementDetail>"
    )


def _message(header: Header, *, detail: str, inside: str, message_id: str, at: datetime) -> str:
    kind = "AE" if detail else "AA"
    echo = _echo(header.query) if header.query is not None else ""
    return (
        f'<PRPA_IN201306UV02 xmlns="{oids.HL7}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' ITSVersion="XML_1.0">{_opening("PRPA_IN201306UV02", header, message_id, at)}'
        f'<acknowledgement><typeCode code="{kind}"/><targetMessage>{_ii(header.id)}</targetMessage>{detail}'
        '</acknowledgement><controlActProcess classCode="CACT" moodCode="EVN"><code code="PRPA_TE201306UV02"/>'
        f"{inside}{echo}</controlActProcess></PRPA_IN201306UV02>"
    )


def _opening(interaction: str, header: Header, message_id: str, at: datetime, processing: str = "T") -> str:
    """What every answer begins with."""
    name = f"<name>{esc(header.sender)}</name>" if header.sender else ""
    return (
        f'<id root="{message_id}"/><creationTime value="{_time(at)}"/>'
        f'<interactionId root="{oids.INTERACTIONS}" extension="{interaction}"/>'
        f'<processingCode code="{processing}"/><processingModeCode code="T"/><acceptAckCode code="NE"/>'
        '<receiver typeCode="RCV"><device classCode="DEV" determinerCode="INSTANCE">'
        f'<id root="{oids.CONSUMER}"/>{name}</device></receiver>'
        '<sender typeCode="SND"><device classCode="DEV" determinerCode="INSTANCE">'
        f'<id root="{oids.PROVIDER}"/></device></sender>'
    )


def _query_ack(header: Header, code: str, quantities: Quantities) -> str:
    return (
        f'<queryAck>{_ii(header.query_id, "queryId")}<queryResponseCode code="{code}"/>'
        f'<resultTotalQuantity value="{quantities.total}"/><resultCurrentQuantity value="{quantities.current}"/>'
        f'<resultRemainingQuantity value="{quantities.remaining}"/></queryAck>'
    )


def _subject(record: Found) -> str:
    # A person that a scenario made up has a number below zero, and ends at the far end.
    number = f"{record.person_id % 10**10:010d}"
    status = "active" if record.is_active else "inactive"
    vip = '<veryImportantPersonCode code="VIP"/>' if record.is_vip else ""
    return (
        '<subject typeCode="SUBJ" contextConductionInd="false"><registrationEvent classCode="REG" moodCode="EVN">'
        '<statusCode code="completed"/><subject1 typeCode="SBJ"><patient classCode="PAT">'
        f'<id root="{oids.RES_BRAZIL}.10" extension="{number}" assigningAuthorityName="CADSUS-ESUSAB"/>'
        f'<id root="{oids.RES_BRAZIL}" extension="{number}" assigningAuthorityName="RES-BRASIL"/>'
        f'<statusCode code="{status}"/><confidentialityCode code="{"R" if record.is_protected else "N"}"/>{vip}'
        f"{_person(record)}"
        '<providerOrganization classCode="ORG" determinerCode="INSTANCE">'
        f'<id root="{oids.RES_BRAZIL}"/><contactParty classCode="CON"/></providerOrganization>'
        '<subjectOf1><queryMatchObservation classCode="OBS" moodCode="EVN"><code code="IHE_PDQ"/>'
        f'<value xsi:type="INT" value="{record.score}"/></queryMatchObservation></subjectOf1></patient></subject1>'
        '<custodian typeCode="CST"><assignedEntity classCode="ASSIGNED">'
        f'<id root="{oids.RES_BRAZIL}"/></assignedEntity></custodian></registrationEvent></subject>'
    )


def _person(record: Found) -> str:
    social = f'<name use="ASGN"><given>{esc(record.social_name)}</given></name>' if record.social_name else ""
    ethnicity = f'<ethnicGroupCode code="{esc(record.ethnicity)}"/>' if record.ethnicity else ""
    city = f"<city>{_city(record.birth_city)}</city>" if record.birth_city else ""
    return (
        '<patientPerson classCode="PSN" determinerCode="INSTANCE">'
        f'<name use="L"><given>{esc(record.name)}</given></name>{social}{"".join(_telecoms(record))}'
        f'<administrativeGenderCode code="{record.sex}" codeSystem="2.16.840.1.113883.5.1"/>'
        f'<birthTime value="{_day(record.birth_date)}"/>{_death(record.deceased_on)}{_home(record)}'
        f'<raceCode code="{record.race}"/>{ethnicity}{"".join(_other_ids(record))}'
        f"{_relative('PRN', record.mother)}{_relative('NPRN', record.father)}"
        f'<birthPlace classCode="BIRTHPL"><addr>{city}<country>{record.birth_country}</country></addr></birthPlace>'
        '<languageCommunication><languageCode code="pt"/><preferenceInd value="true"/></languageCommunication>'
        "</patientPerson>"
    )


def _city(ibge: str) -> str:
    """Without the check digit, as the CADSUS writes a municipality."""
    return ibge[:6]


def _death(day: date | None) -> str:
    if day is None:
        return '<deceasedInd value="false"/>'
    return f'<deceasedInd value="true"/><deceasedTime value="{_day(day)}"/>'


def _telecoms(record: Found) -> Iterator[str]:
    """Each telephone in three parts; one without DDD has no such form. The e-mails come last."""
    contacts = [(each[:3], each[3:]) for each in record.contacts]
    own = (ContactKind.MOBILE if len(record.phone) == _MOBILE_DIGITS else ContactKind.HOME, record.phone)
    for kind, number in (own, *contacts):
        if kind != ContactKind.EMAIL and len(number) >= _LAND_DIGITS:
            yield f'<telecom use="{kind}" value="+55-{number[:2]}-{number[2:]}"/>'
    for address in (record.email, *(value for kind, value in contacts if kind == ContactKind.EMAIL)):
        if address:
            yield f'<telecom use="NET" value="{esc(address)}"/>'


def _home(record: Found) -> str:
    home = record.home
    if home is None:
        return ""
    if home["country"] != BRAZIL:
        return f'<addr use="H"><city>{esc(home["foreign_city"])}</city><country>{home["country"]}</country></addr>'
    number = home["number"] if home["number"].isdecimal() else "S/N"
    parts = (
        ("city", _city(home["city"])),
        ("state", home["state"]),
        ("postalCode", home["postal_code"]),
        ("country", BRAZIL),
        ("houseNumber", number),
        ("streetName", home["street"]),
        ("streetNameType", home["street_kind"]),
        ("additionalLocator", home["district"]),
        ("unitID", home["complement"]),
    )
    inside = "".join(f"<{name}>{esc(text)}</{name}>" for name, text in parts if text)
    return f'<addr use="H">{inside}</addr>'


def _other_ids(record: Found) -> Iterator[str]:
    for each in record.numbers:
        kind = [(oids.CNS_KIND, each[0])] if each[0] in CnsKind.values else []
        yield _as_other((oids.CNS, each[1:]), *kind)
    if record.cpf:
        yield _as_other((oids.CPF, record.cpf))
    for document in record.documents:
        if document["kind"] in oids.DOCUMENTS:
            root, facts = oids.DOCUMENTS[document["kind"]]
            told = ((of, str(document[name]).replace("-", "")) for name, of in facts.items() if document[name])
            yield _as_other((root, document["number"]), *told)


def _as_other(*ids: tuple[str, str]) -> str:
    """The number first, then what belongs to it."""
    numbers = "".join(f'<id root="{root}" extension="{esc(value)}"/>' for root, value in ids)
    roots = "".join(f'<id root="{root}"/>' for root, _ in ids)
    return (
        f'<asOtherIDs classCode="ROL">{numbers}<scopingOrganization classCode="ORG" determinerCode="INSTANCE">'
        f"{roots}</scopingOrganization></asOtherIDs>"
    )


def _relative(code: str, name: str) -> str:
    return (
        f'<personalRelationship classCode="PRS"><code code="{code}" codeSystem="2.16.840.1.113883.1.11.19563"/>'
        '<relationshipHolder1 classCode="PSN" determinerCode="INSTANCE"><name xsi:type="PN" use="L">'
        f"<given>{esc(name)}</given></name></relationshipHolder1></personalRelationship>"
    )


def _ii(identifier: Identifier, name: str = "id") -> str:
    extension = f' extension="{esc(identifier.extension)}"' if identifier.extension else ""
    return f'<{name} root="{esc(identifier.root)}"{extension}/>'


def _echo(element: etree._Element) -> str:
    """An element as it came, but without prefixes: whoever reads by qualified name finds it."""
    name = str(element.tag).rpartition("}")[2]
    plain = [(str(key), str(value)) for key, value in element.items()]
    attributes = "".join([f' {key}="{esc(value)}"' for key, value in plain if not key.startswith("{")])
    inside = "".join([_echo(child) for child in element])
    return f"<{name}{attributes}>{esc((element.text or '').strip())}{inside}</{name}>"


def _time(at: datetime) -> str:
    return f"{at.astimezone(BRASILIA):%Y%m%d%H%M%S}"


def _day(day: date) -> str:
    return f"{day.year:04d}{day.month:02d}{day.day:02d}000000"
