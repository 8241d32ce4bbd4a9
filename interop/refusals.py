"""The one table that turns a refusal into what a machine reads: JSON, problem, OperationOutcome or SOAP Fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any
from xml.sax.saxutils import escape

from common import switches
from common.exceptions import Busy, NotAllowedNow, NotPermitted, Refusal
from interop.answers import FACT, INFERENCE, JSON, Answer, Headers, as_json

# The first kind that fits decides, unless the door has a status of its own for the code.
STATUS: tuple[tuple[type[Refusal], HTTPStatus], ...] = (
    (NotPermitted, HTTPStatus.FORBIDDEN),
    (NotAllowedNow, HTTPStatus.CONFLICT),
    (Busy, HTTPStatus.TOO_MANY_REQUESTS),
    (Refusal, HTTPStatus.UNPROCESSABLE_ENTITY),
)
PROBLEM_JSON = "application/problem+json"
SECURITY = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
# What a SOAP client is to see as it is; everything else is 500, because a Fault with 200 is read as "not found".
SOAP_STATUS = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.NOT_IMPLEMENTED,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.GATEWAY_TIMEOUT,
    HTTPStatus.SERVICE_UNAVAILABLE,
)

# Of a code: the status, and the name that the real service gives it ("" for the code itself).
Published = Mapping[str, tuple[HTTPStatus, str]]


@dataclass(frozen=True, slots=True)
class Fault:
    """A refusal on its way out. `message` is the published text, `explanation` the cause in plain words."""

    status: HTTPStatus
    code: str
    message: str
    explanation: str = ""
    source: str = INFERENCE
    headers: Headers = ()


class Format(StrEnum):
    """What a door speaks."""

    JSON = "json"
    FHIR = "fhir"
    SOAP = "soap"
    SOAP_11 = "soap_11"
    PROBLEM = "problem"


def fault_of(refusal: Refusal, published: Published) -> Fault:
    """The refusal of a service, by the door's own words and then by its kind."""
    usual = next(status for kind, status in STATUS if isinstance(refusal, kind))
    status, name = published.get(refusal.code, (usual, ""))
    headers = (("Retry-After", str(refusal.retry_after)),) if isinstance(refusal, Busy) else ()
    return Fault(status, name or refusal.code, refusal.message, refusal.explanation, headers=headers)


def render(fault: Fault, speaks: Format) -> Answer:
    """The refusal as the door says it."""
    return RENDERERS[speaks](fault)


def in_json(fault: Fault) -> Answer:
    """`{"error", "error_description"}`; the explanation comes after the real fields, which clients read by name.

    What is known to be a fact goes out to the letter: a client that is strict about fields must find no other.
    """
    body: dict[str, Any] = {"error": fault.code, "error_description": fault.message}
    if switches.now().training_mode and fault.explanation and fault.source != FACT:
        body["simulador"] = {"fonte": fault.source, "explicacao": fault.explanation}
    return _answer(fault, as_json(body))


def in_problem(fault: Fault) -> Answer:
    """Problem details (RFC 9457), with the code of the refusal beside the message."""
    return _answer(fault, as_json(problem_of(fault)), kind=PROBLEM_JSON)


def problem_of(fault: Fault) -> dict[str, Any]:
    """The same before it is written, for who has more to tell."""
    body: dict[str, Any] = {"type": "about:blank", "title": fault.message, "status": fault.status.value}
    return body | {"codigo": fault.code} | ({"detail": fault.explanation} if fault.explanation else {})


def in_operation_outcome(fault: Fault) -> Answer:
    """The OperationOutcome of the RNDS: `(CODE) text`, of kind security or processing."""
    kind = "security" if fault.status in SECURITY else "processing"
    issue = {"severity": "error", "code": kind, "diagnostics": f"({fault.code}) {fault.message}"}
    body = {"resourceType": "OperationOutcome", "issue": [issue]}
    return _answer(fault, as_json(body), kind="application/fhir+json")


def in_soap_fault(fault: Fault) -> Answer:
    """A SOAP 1.2 Fault as the bus of the DATASUS writes it, with an MSFalha."""
    return _in_soap(fault, _SOAP_FAULT, ("Sender", "Receiver"), "application/soap+xml; charset=utf-8")


def in_soap_11_fault(fault: Fault) -> Answer:
    """The same in SOAP 1.1, for who asked in it."""
    return _in_soap(fault, _SOAP_11_FAULT, ("Client", "Server"), "text/xml; charset=utf-8")


def _in_soap(fault: Fault, form: str, sides: tuple[str, str], kind: str) -> Answer:
    status = fault.status if fault.status in SOAP_STATUS else HTTPStatus.INTERNAL_SERVER_ERROR
    side = sides[fault.status >= HTTPStatus.INTERNAL_SERVER_ERROR]
    content = form.format(side=side, code=escape(fault.code), message=escape(fault.message)).encode()
    return _answer(fault, content, status=status, kind=kind)


_DETAIL = (
    '<msf:MSFalha xmlns:msf="http://servicos.saude.gov.br/wsdl/mensageria/falha/v5r0/msfalha">'
    '<msf:Mensagem xmlns:men="http://servicos.saude.gov.br/wsdl/mensageria/falha/v5r0/mensagem">'
    "<men:codigo>{code}</men:codigo><men:descricao>{message}</men:descricao></msf:Mensagem></msf:MSFalha>"
)
_SOAP_FAULT = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Header/><soap:Body><soap:Fault>'
    "<soap:Code><soap:Value>soap:{side}</soap:Value></soap:Code>"
    '<soap:Reason><soap:Text xml:lang="pt-BR">{message}</soap:Text></soap:Reason>'
    f"<soap:Detail>{_DETAIL}</soap:Detail></soap:Fault></soap:Body></soap:Envelope>"
)
_SOAP_11_FAULT = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Header/><soap:Body><soap:Fault>'
    "<faultcode>soap:{side}</faultcode><faultstring>{message}</faultstring>"
    f"<detail>{_DETAIL}</detail></soap:Fault></soap:Body></soap:Envelope>"
)


def _answer(fault: Fault, content: bytes, *, kind: str = JSON, status: HTTPStatus | None = None) -> Answer:
    return Answer(status or fault.status, content, kind, fault.source, fault.explanation, fault.headers)


RENDERERS: Mapping[Format, Callable[[Fault], Answer]] = {
    Format.JSON: in_json,
    Format.FHIR: in_operation_outcome,
    Format.SOAP: in_soap_fault,
    Format.SOAP_11: in_soap_11_fault,
    Format.PROBLEM: in_problem,
}
