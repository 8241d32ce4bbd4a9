"""One refusal, four languages."""

import json
from http import HTTPStatus
from xml.etree import ElementTree

import pytest

from common.exceptions import Busy, NotAllowedNow, NotPermitted, Refusal, RuleBroken
from interop.answers import FACT
from interop.refusals import Fault, fault_of, in_json, in_operation_outcome, in_problem, in_soap_fault
from tests.switches import Switch

SOAP = "{http://www.w3.org/2003/05/soap-envelope}"
MESSAGE = "{http://servicos.saude.gov.br/wsdl/mensageria/falha/v5r0/mensagem}"


@pytest.mark.parametrize(
    ("refusal", "status", "code"),
    [
        (RuleBroken("Não.", code="late"), 422, "late"),
        (NotAllowedNow("ATIVA"), 409, "wrong_status"),
        (NotPermitted(), 403, "not_permitted"),
        (Busy("Ocupado.", retry_after=7), 429, "busy"),
        (Refusal("Não."), 422, "refused"),
    ],
)
def test_the_kind_of_a_refusal_gives_its_status(refusal: Refusal, status: int, code: str) -> None:
    fault = fault_of(refusal, {})
    assert (fault.status, fault.code, fault.message) == (status, code, refusal.message)
    assert fault.headers == ((("Retry-After", "7"),) if isinstance(refusal, Busy) else ())


def test_a_door_has_words_of_its_own() -> None:
    published = {"late": (HTTPStatus.UNAUTHORIZED, "invalid_client"), "gone": (HTTPStatus.GONE, "")}
    late = fault_of(RuleBroken("Não.", code="late"), published)
    assert (late.status, late.code) == (401, "invalid_client")
    gone = fault_of(RuleBroken("Não.", code="gone"), published)
    assert (gone.status, gone.code) == (410, "gone")


FAULT = Fault(HTTPStatus.UNAUTHORIZED, "EHR-ERR882", "O token <x> não é válido.", "Venceu ontem.")


def test_in_json(switch: Switch) -> None:
    answer = in_json(FAULT)
    assert json.loads(answer.content) == {
        "error": "EHR-ERR882",
        "error_description": "O token <x> não é válido.",
        "simulador": {"fonte": "inferência", "explicacao": "Venceu ontem."},
    }
    fact = Fault(FAULT.status, FAULT.code, FAULT.message, FAULT.explanation, FACT)
    assert set(json.loads(in_json(fact).content)) == {"error", "error_description"}
    switch(training_mode=False)
    assert set(json.loads(in_json(FAULT).content)) == {"error", "error_description"}


def test_in_problem_details() -> None:
    answer = in_problem(FAULT)
    assert (answer.status, answer.content_type) == (401, "application/problem+json")
    assert json.loads(answer.content) == {
        "type": "about:blank",
        "title": "O token <x> não é válido.",
        "status": 401,
        "detail": "Venceu ontem.",
        "codigo": "EHR-ERR882",
    }


@pytest.mark.parametrize(("status", "kind"), [(401, "security"), (403, "security"), (422, "processing")])
def test_in_operation_outcome(status: int, kind: str) -> None:
    answer = in_operation_outcome(Fault(HTTPStatus(status), FAULT.code, FAULT.message))
    assert (answer.status, answer.content_type) == (status, "application/fhir+json")
    assert json.loads(answer.content) == {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": kind, "diagnostics": "(EHR-ERR882) O token <x> não é válido."}],
    }


@pytest.mark.parametrize(
    ("status", "sent", "side"),
    [(401, 401, "Sender"), (422, 500, "Sender"), (503, 503, "Receiver"), (500, 500, "Receiver")],
)
def test_in_soap_fault(status: int, sent: int, side: str) -> None:
    answer = in_soap_fault(Fault(HTTPStatus(status), FAULT.code, FAULT.message))
    assert (answer.status, answer.content_type) == (sent, "application/soap+xml; charset=utf-8")
    fault = ElementTree.fromstring(answer.content)[1][0]  # noqa: S314 -- written by ourselves
    assert fault.findtext(f"{SOAP}Code/{SOAP}Value") == f"soap:{side}"
    assert fault.findtext(f"{SOAP}Reason/{SOAP}Text") == FAULT.message
    assert fault.findtext(f".//{MESSAGE}codigo") == "EHR-ERR882"
    assert fault.findtext(f".//{MESSAGE}descricao") == FAULT.message
