"""The one machinery of the SOAP services: scenario, envelope, operation, and the refusal in the service's own words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from lxml import etree

from cadsus.api import hl7, rehearsal, soap, ways, wsdl
from common.actor import Actor
from common.exceptions import RuleBroken
from interop import bearers
from interop.answers import FACT, Answer
from interop.calls import Call
from interop.doors import Door
from interop.gateway import Application, answering
from interop.refusals import Format, Published

UNKNOWN_OPERATION = "Esta porta não conhece a mensagem {name}."
REFUSALS: Published = {**bearers.PUBLISHED, "cadsus_down": (HTTPStatus.SERVICE_UNAVAILABLE, "")}

Operation = Callable[[etree._Element, Call, Actor], str]


@dataclass(frozen=True, slots=True)
class Service:
    """A service of HL7 v3 over SOAP, at its addresses.

    `operations` by the name of the message. What is wrong with the message itself (`is_own`) is answered by
    `refused`, in the words of the service; everything else is a Fault.
    """

    door: Door
    ways: Mapping[str, ways.Way]
    operations: Mapping[str, Operation]
    is_own: Callable[[RuleBroken], bool]
    refused: Callable[[RuleBroken, hl7.Header, Call], str]

    def application(self) -> Application:
        return answering(self.door, who=ways.caller(self.ways), answer=self._answered, openly=wsdl.served)

    def _answered(self, call: Call, by: Actor) -> Answer:
        if (instead := rehearsal.instead(call)) is not None:
            return instead
        message = soap.read(call).message
        name = hl7.name_of(message)
        if name not in self.operations:
            raise RuleBroken(UNKNOWN_OPERATION.format(name=name[:60]), code="unknown_operation")
        try:
            reply = self.operations[name](message, call, by)
        except RuleBroken as refusal:
            if not self.is_own(refusal):
                raise
            call.code, call.explanation = refusal.code, refusal.explanation or refusal.message
            reply = self.refused(refusal, hl7.header_of(message), call)
        return Answer(HTTPStatus.OK, soap.wrap(reply, call.speaks), soap.KINDS[call.speaks], FACT, call.explanation)


def door(name: str, label: str, paths: Collection[str], scenarios: Mapping[str, str]) -> Door:
    """The door of such a service."""
    return Door(
        name,
        label,
        tuple(paths),
        speaks=Format.SOAP,
        refusals=REFUSALS,
        scenarios=scenarios,
        methods=lambda: ("POST",),
        method_note="Envie a mensagem HL7 por POST, em um envelope SOAP.",
        keeps_messages=True,
    )
