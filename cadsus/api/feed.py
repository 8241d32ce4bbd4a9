"""Reading a message of the PIX: whom it is about, and what it tells, in the names of the form of the CADSUSWEB.

Only what is told is read: what a message leaves out says nothing about the record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from cadsus.api import hl7, oids
from cadsus.services.feeding import Identifiers
from registry.models.tables import BRAZIL, ContactKind, DocumentKind, Nationality

_EVENT = "controlActProcess/subject/registrationEvent"
_PATIENT = f"{_EVENT}/subject1/patient"
_STEPS = ("controlActProcess", "controlActProcess/subject", _EVENT, f"{_EVENT}/subject1", _PATIENT)
OF_A_PATIENT = tuple((path, f"Falta {path}.") for path in _STEPS)
OF_A_RECORD = (*OF_A_PATIENT, (f"{_PATIENT}/patientPerson", f"Falta {_PATIENT}/patientPerson."))
OF_A_MERGE = (
    *OF_A_PATIENT,
    *((path, f"Falta {path}.") for path in (f"{_EVENT}/replacementOf", f"{_EVENT}/replacementOf/priorRegistration")),
)
_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MOTHER, _FATHER = ("PRN", "MTH"), ("NPRN", "FTH")
_HOME = {
    "city": "municipality",
    "postalCode": "postal_code",
    "houseNumber": "number",
    "streetName": "street",
    "streetNameType": "street_kind",
    "additionalLocator": "district",
    "unitID": "complement",
}
Paper = dict[str, str]


@dataclass(frozen=True, slots=True)
class Fed:
    """What a message tells of somebody. `documents` by kind, `contacts` besides the principal ones by kind."""

    known_by: Identifiers
    fields: dict[str, str]
    documents: dict[str, Paper] = field(default_factory=dict)
    contacts: dict[str, str] = field(default_factory=dict)
    is_inactive: bool = False
    is_vip: bool = False
    is_dead: bool = False


def read(message: etree._Element) -> Fed:
    """The record of a whole message. Raises Incomplete."""
    hl7.require_structure(message, OF_A_RECORD)
    patient = hl7.find(message, _PATIENT)
    person = hl7.find(patient, "patientPerson")
    papers = [_ids(other) for other in hl7.each(person, "asOtherIDs")]
    contacts = list(_contacts(person))
    phone = next((pair for pair in contacts if pair[0] != ContactKind.EMAIL), None)
    email = next((pair for pair in contacts if pair[0] == ContactKind.EMAIL), None)
    fields = {
        **_names(person),
        **_identity(person),
        **_birth_place(person, papers),
        **_home(person),
        **_civil_record(papers),
        "cpf": next((hl7.digits(ids[oids.CPF]) for ids in papers if oids.CPF in ids), ""),
        "phone": phone[1] if phone else "",
        "email": email[1] if email else "",
        "confidentiality": hl7.attribute(hl7.find(patient, "confidentialityCode"), "code"),
    }
    return Fed(
        known_by=_known_by(patient, papers),
        fields={name: text for name, text in fields.items() if text},
        documents=_documents(papers) | _passport(person),
        contacts=dict(pair for pair in contacts if pair not in (phone, email)),
        is_inactive=hl7.attribute(hl7.find(patient, "statusCode"), "code") in ("inactive", "nullified", "terminated"),
        is_vip=hl7.find(patient, "veryImportantPersonCode") is not None,
        is_dead=hl7.attribute(hl7.find(person, "deceasedInd"), "value") == "true",
    )


def read_merge(message: etree._Element) -> tuple[Identifiers, list[Identifiers]]:
    """Who stays, and each who becomes one with them. Raises Incomplete."""
    hl7.require_structure(message, OF_A_MERGE)
    patient = hl7.find(message, _PATIENT)
    papers = [_ids(other) for other in hl7.each(hl7.find(patient, "patientPerson"), "asOtherIDs")]
    replaced = hl7.each(hl7.find(message, _EVENT), "replacementOf")
    roles = (hl7.find(each, "priorRegistration/subject1/priorRegisteredRole") for each in replaced)
    return _known_by(patient, papers), [_known_by(role, []) for role in roles]


def day_of(text: str) -> str:
    """Eight digits, with or without an hour, as a form takes a day; anything else as it came, to be refused."""
    parts = _DAY.match(text)
    return "-".join(parts.groups()) if parts else text


def _known_by(patient: etree._Element | None, papers: list[Paper]) -> Identifiers:
    own = [hl7.identifier(one) for one in hl7.each(patient, "id")]
    cpf = [each.extension for each in own if each.root == oids.CPF]
    cpf += [ids[oids.CPF] for ids in papers if oids.CPF in ids]
    cns = [each.extension for each in own if each.root == oids.CNS]
    cns += [ids[oids.CNS] for ids in papers if oids.CNS in ids]
    return Identifiers(
        local=tuple((one.root[:200], one.extension[:200]) for one in own if _is_local(one)),
        cpf=next((hl7.digits(each) for each in cpf), ""),
        cns=tuple(dict.fromkeys(hl7.digits(each) for each in cns)),
    )


def _is_local(one: hl7.Identifier) -> bool:
    """Said by the system itself; what the CADSUS said of a record before is no such thing."""
    of_the_house = one.root in oids.NUMBERS or one.root.startswith(oids.RES_BRAZIL)
    return bool(one.root and one.extension) and not of_the_house


def _ids(other: etree._Element) -> Paper:
    """What one asOtherIDs says, by root."""
    found = (hl7.identifier(one) for one in hl7.each(other, "id"))
    return {one.root: one.extension for one in found}


def _names(person: etree._Element | None) -> dict[str, str]:
    said = {hl7.attribute(name, "use") or "L": hl7.text_of(name) for name in hl7.each(person, "name")}
    parents = {}
    for relation in hl7.each(person, "personalRelationship"):
        code = hl7.attribute(hl7.find(relation, "code"), "code")
        parents[code] = hl7.text_of(hl7.find(relation, "relationshipHolder1/name"))
    mother, father = (next((parents[code] for code in codes if code in parents), "") for codes in (_MOTHER, _FATHER))
    return {"name": said.get("L", ""), "social_name": said.get("ASGN", ""), "mother": mother, "father": father}


def _identity(person: etree._Element | None) -> dict[str, str]:
    return {
        "sex": hl7.sex_of(hl7.attribute(hl7.find(person, "administrativeGenderCode"), "code")),
        "birth_date": day_of(hl7.attribute(hl7.find(person, "birthTime"), "value")),
        "race": hl7.attribute(hl7.find(person, "raceCode"), "code"),
        "ethnicity": hl7.attribute(hl7.find(person, "ethnicGroupCode"), "code"),
        "deceased_on": day_of(hl7.attribute(hl7.find(person, "deceasedTime"), "value")),
    }


def _birth_place(person: etree._Element | None, papers: list[Paper]) -> dict[str, str]:
    """The message has no field for the nationality: it is in the birth place and in the papers of who came later."""
    place = hl7.find(person, "birthPlace/addr")
    country = hl7.text_of(hl7.find(place, "country"))
    if any(oids.NATURALISATION in ids for ids in papers):
        nationality = Nationality.NATURALISED.value
    elif any(oids.CAME_ON in ids for ids in papers) or country not in ("", BRAZIL):
        nationality = Nationality.FOREIGN.value
    else:
        nationality = Nationality.BRAZILIAN.value if country else ""
    city = hl7.text_of(hl7.find(place, "city"))
    return {"nationality": nationality, "birth_country": country, "birth_city": city}


def _home(person: etree._Element | None) -> dict[str, str]:
    """The first residential address; `<addr use="BAD"/>` says that there is none to tell."""
    home = next((addr for addr in hl7.each(person, "addr") if hl7.attribute(addr, "use") == "H"), None)
    if home is None:
        return {}
    told = {name: hl7.text_of(hl7.find(home, tag)) for tag, name in _HOME.items()}
    country = hl7.text_of(hl7.find(home, "country")) or BRAZIL
    if country != BRAZIL:
        told["foreign_city"] = told.pop("municipality")
    return told | {"home_country": country}


def _civil_record(papers: list[Paper]) -> dict[str, str]:
    """The first certidão of a kind that the CADSUS keeps."""
    for ids in papers:
        kind = next((oids.CIVIL_RECORDS[root] for root in ids if root in oids.CIVIL_RECORDS), "")
        if kind:
            told = {name: ids[root] for root, name in oids.CIVIL_PARTS.items() if root in ids}
            issued = {"civil_issued_on": day_of(told.pop("issued_on", ""))}
            return {"civil_kind": kind} | told | issued
    return {}


def _documents(papers: list[Paper]) -> dict[str, Paper]:
    found = {}
    for ids in papers:
        for kind, (root, facts) in oids.DOCUMENTS.items():
            if root in ids:
                number = hl7.digits(ids[root]) if root == oids.NIS else ids[root]
                found[kind] = {"number": number} | {name: ids[of] for name, of in facts.items() if of in ids}
        if oids.NATURALISATION in ids:
            issued = ids.get(oids.NATURALISED_ON, "")
            found[DocumentKind.NATURALISATION.value] = {"number": ids[oids.NATURALISATION], "issued_on": issued}
    return found


def _passport(person: etree._Element | None) -> dict[str, Paper]:
    for citizen in hl7.each(person, "asCitizen"):
        number, time = hl7.identifier(hl7.find(citizen, "id")), hl7.find(citizen, "effectiveTime")
        if number.root == oids.PASSPORT and number.extension:
            told = {
                "number": number.extension,
                "issued_on": hl7.attribute(time, "value"),
                "expires_on": hl7.attribute(hl7.find(time, "high"), "value"),
                "country": hl7.attribute(hl7.find(citizen, "politicalNation/code"), "code"),
            }
            return {DocumentKind.PASSPORT.value: told}
    return {}


def _contacts(person: etree._Element | None) -> Iterator[tuple[str, str]]:
    """Kind and value of each: telephones without the country, e-mails as they are."""
    for telecom in hl7.each(person, "telecom"):
        kind, value = hl7.attribute(telecom, "use"), hl7.attribute(telecom, "value")
        if value and kind in ContactKind.values:
            yield kind, value if kind == ContactKind.EMAIL else hl7.digits(re.sub(r"^\s*\+?\s*55-", "", value))
