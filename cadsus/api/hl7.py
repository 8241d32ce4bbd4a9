"""Reading an HL7 v3 message, liberally: by namespace and not by prefix, and only what the answer needs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from lxml import etree

from cadsus.api import oids
from cadsus.api.soap import Malformed
from common.exceptions import RuleBroken

QUERY = "PRPA_IN201305UV02"
CONTINUE, CANCEL = "QUQI_IN000003UV01", "QUQI_IN000003UV01_Cancel"
CONTINUATION = "controlActProcess/queryContinuation"
MOST_AT_ONCE = 50

WRONG_SPACE = "A mensagem não é do espaço de nomes urn:hl7-org:v3."
# What a question cannot do without, in the order in which it is looked for.
STRUCTURE = (
    ("controlActProcess", "Falta controlActProcess."),
    ("controlActProcess/queryByParameter", "Falta controlActProcess/queryByParameter."),
    ("controlActProcess/queryByParameter/queryId", "Falta queryByParameter/queryId."),
    ("controlActProcess/queryByParameter/parameterList", "Falta queryByParameter/parameterList."),
)
BAD_DATE = "Data de nascimento inválida: use yyyyMMdd."
# A number of the registry has at most so many digits; more is nobody's.
LONGEST = 20
_NOT_DIGITS = re.compile(r"\D")
_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")


@dataclass(frozen=True, slots=True)
class Identifier:
    """An instance identifier (II) as it was sent, to be sent back."""

    root: str = ""
    extension: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """What of a message its answer repeats."""

    id: Identifier
    sender: str
    query_id: Identifier
    query: etree._Element | None


class Incomplete(RuleBroken):
    """A question that cannot be answered as it is (AE, QE)."""

    def __init__(self, message: str, explanation: str = "") -> None:
        super().__init__(message, code="204")
        self.explanation = explanation


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters of a question. `others` are identifiers of roots that are no number of the registry."""

    numbers: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]
    name: str = ""
    mother: str = ""
    birth_date: date | None = None
    sex: str = ""
    birth_city: str = ""


def name_of(message: etree._Element) -> str:
    """The interaction that a message is. Raises Malformed for one of another namespace."""
    name = etree.QName(message)
    if name.namespace != oids.HL7:
        raise Malformed(WRONG_SPACE, f"O elemento «{name.localname}» é do espaço «{name.namespace or ''}».")
    return name.localname


def header_of(message: etree._Element) -> Header:
    """What there is of it; what is missing is empty."""
    query = find(message, "controlActProcess/queryByParameter")
    query_id = find(query, "queryId") if query is not None else find(message, f"{CONTINUATION}/queryId")
    return Header(
        id=identifier(find(message, "id")),
        sender=text_of(find(message, "sender/device/name"))[:80],
        query_id=identifier(query_id),
        query=query,
    )


def require_structure(message: etree._Element, table: Sequence[tuple[str, str]] = STRUCTURE) -> None:
    """Raise Incomplete for the first element of the table that is missing."""
    for path, text in table:
        if find(message, path) is None:
            raise Incomplete(text)


def asked(message: etree._Element) -> Asked:
    """The parameters of a complete question. Raises Incomplete for a birth date that is none."""
    parameters = find(message, "controlActProcess/queryByParameter/parameterList")
    identifiers = [identifier(value) for value in _values(parameters, "livingSubjectId")]
    return Asked(
        numbers=tuple((each.root, digits(each.extension)) for each in identifiers if each.root in oids.NUMBERS),
        others=tuple((each.root, each.extension) for each in identifiers if each.root not in oids.NUMBERS),
        name=_first_text(parameters, "livingSubjectName"),
        mother=_first_text(parameters, "mothersMaidenName"),
        birth_date=_birth(parameters),
        sex=sex_of(_first_value(parameters, "livingSubjectAdministrativeGender", "code")),
        birth_city=digits(_first_text(parameters, "patientAddress"))[:6],
    )


def quantity(message: etree._Element) -> int:
    """How many records one answer may bring, where the question says; never more than MOST_AT_ONCE."""
    for path in ("controlActProcess/queryByParameter/initialQuantity", f"{CONTINUATION}/continuationQuantity"):
        said = _integer(find(message, path))
        if said:
            return min(said, MOST_AT_ONCE)
    return 0


def start(message: etree._Element) -> int | None:
    """From which record on, counted from 1, where a continuation says."""
    return _integer(find(message, f"{CONTINUATION}/startResultNumber")) or None


def is_aborted(message: etree._Element) -> bool:
    """Whether a continuation says that nothing more is wanted."""
    status = find(message, f"{CONTINUATION}/statusCode")
    return status is not None and status.get("code") == "aborted"


def find(element: etree._Element | None, path: str) -> etree._Element | None:
    """The first element of HL7 down a path of local names."""
    for name in path.split("/"):
        if element is None:
            return None
        element = element.find(f"{{{oids.HL7}}}{name}")
    return element


def text_of(element: etree._Element | None) -> str:
    """All the text below an element, in one line."""
    return " ".join("".join(map(str, element.itertext())).split()) if element is not None else ""


def digits(text: str) -> str:
    return _NOT_DIGITS.sub("", text)[:LONGEST]


def _integer(element: etree._Element | None) -> int:
    said = (element.get("value") or "").strip() if element is not None else ""
    return int(said[:6]) if said.isascii() and said.isdecimal() else 0


def each(element: etree._Element | None, name: str) -> Iterator[etree._Element]:
    """The children of HL7 of that name."""
    return element.iterfind(f"{{{oids.HL7}}}{name}") if element is not None else iter(())


def attribute(element: etree._Element | None, name: str) -> str:
    """What an attribute says; "" where there is none, or no element."""
    return (element.get(name) or "").strip() if element is not None else ""


def identifier(element: etree._Element | None) -> Identifier:
    if element is None:
        return Identifier()
    return Identifier((element.get("root") or "").strip(), (element.get("extension") or "").strip())


def _values(parameters: etree._Element | None, name: str) -> Iterator[etree._Element]:
    """Each `value` of a parameter, however often either is repeated."""
    if parameters is None:
        return
    for parameter in parameters.iterfind(f"{{{oids.HL7}}}{name}"):
        yield from parameter.iterfind(f"{{{oids.HL7}}}value")


def _first_text(parameters: etree._Element | None, name: str) -> str:
    return next((text_of(value) for value in _values(parameters, name)), "")[:70]


def _first_value(parameters: etree._Element | None, name: str, attribute: str) -> str:
    return next((value.get(attribute) or "" for value in _values(parameters, name)), "").strip()


def sex_of(code: str) -> str:
    """N is what one of the published clients sends for ignorado."""
    return {"M": "M", "F": "F", "I": "I", "N": "I"}.get(code, "")


def _birth(parameters: etree._Element | None) -> date | None:
    """Eight digits, with or without an hour after them."""
    said = _first_value(parameters, "livingSubjectBirthTime", "value")
    if not said:
        return None
    parts = _DAY.match(said)
    if parts is None:
        raise Incomplete(BAD_DATE)
    try:
        return date(*(int(part) for part in parts.groups()))
    except ValueError as error:
        raise Incomplete(BAD_DATE) from error
