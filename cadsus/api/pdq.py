"""The door of the PDQ (Patient Demographics Query): who is this person? POST, a message of HL7 v3 in SOAP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus

from lxml import etree

from cadsus.api import hl7, oids, rehearsal, replies, soap
from cadsus.services import continuations, wire
from common.actor import Actor
from common.exceptions import RuleBroken
from interop import bearers
from interop.answers import FACT, Answer
from interop.calls import Call
from interop.doors import Door
from interop.gateway import answering
from interop.refusals import Format
from registry.search import Criteria

PATHS = ("/cadsus/v2/PDQSupplierJWT",)
DOOR = Door(
    "cadsus-pdq",
    "CADSUS: consulta de pessoas (PDQ)",
    PATHS,
    speaks=Format.SOAP,
    refusals={**bearers.PUBLISHED, "cadsus_down": (HTTPStatus.SERVICE_UNAVAILABLE, "")},
    scenarios=rehearsal.KNOWN,
    methods=lambda: ("POST",),
    method_note="Envie a mensagem HL7 por POST, em um envelope SOAP.",
    keeps_messages=True,
)
PAGE = 10
# What is wrong with the question itself is answered in its own words (AE, QE), and not by a Fault.
OF_THE_QUESTION = {"204", "empty_search", "one_criterion", "too_many", "too_many_numbers", "no_continuation"}
REFUSED = "204"
KINDS = {oids.CPF: wire.CPF, oids.CNS: wire.CNS}
UNKNOWN_OPERATION = "Esta porta não conhece a mensagem {name}."
FOUND = "Encontrado {count} de {total}; restam {remaining}."
NOBODY = "Nenhum cadastro tem todos os números pedidos."
UNKNOWN_ROOT = "Nenhum cadastro: {root} não é raiz de CPF ({cpf}) nem de CNS ({cns})."
FILTERED = "O número existe, mas o nascimento ou o sexo pedidos são outros."


def _who(call: Call) -> Actor:
    soap.expect(call)
    return bearers.actor_of(call)


def _answered(call: Call, by: Actor) -> Answer:
    if (instead := rehearsal.instead(call)) is not None:
        return instead
    message = soap.read(call).message
    name = hl7.name_of(message)
    if name not in _OPERATIONS:
        raise RuleBroken(UNKNOWN_OPERATION.format(name=name[:60]), code="unknown_operation")
    try:
        reply = _OPERATIONS[name](message, call, by)
    except RuleBroken as refusal:
        if refusal.code not in OF_THE_QUESTION:
            raise
        call.code, call.explanation = refusal.code, refusal.explanation or refusal.message
        header = hl7.header_of(message)
        reply = replies.refused(refusal.message, REFUSED, header=header, message_id=call.request_id, at=call.at)
    return Answer(HTTPStatus.OK, soap.wrap(reply, call.speaks), soap.KINDS[call.speaks], FACT, call.explanation)


def _query(message: etree._Element, call: Call, by: Actor) -> str:
    hl7.require_structure(message)
    header, asked = hl7.header_of(message), hl7.asked(message)
    if asked.numbers or asked.others:
        return _one(header, rehearsal.played(_by_numbers(asked, call, by), call), call)
    criteria = Criteria(
        name=asked.name, mother=asked.mother, birth_date=asked.birth_date, sex=asked.sex, birth_city=asked.birth_city
    )
    found = wire.by_personal_data(criteria, by=by)
    page = continuations.keep(
        query=_key(header), found=found, page=hl7.quantity(message) or PAGE, by=by, real_at=call.real_at
    )
    return _page(header, page, call)


def _by_numbers(asked: hl7.Asked, call: Call, by: Actor) -> list[wire.Found]:
    """All of the numbers are of the one record; the birth and the sex, where they are asked too, are its own."""
    strange = [root for root, _ in asked.numbers if root not in KINDS] + list(asked.others)
    numbers = [(KINDS[root], number) for root, number in asked.numbers if root in KINDS]
    # Whoever may not ask, or asks a base that is down, is told so first.
    found = wire.by_numbers(numbers, by=by) if numbers else wire.nobody(by=by)
    if strange:
        call.explanation = UNKNOWN_ROOT.format(root=strange[0][:60] or "(vazio)", cpf=oids.CPF, cns=oids.CNS)
        return []
    fit = [each for each in found if asked.birth_date in (None, each.birth_date) and asked.sex in ("", each.sex)]
    call.explanation = "" if fit else FILTERED if found else NOBODY
    return fit


def _one(header: hl7.Header, found: list[wire.Found], call: Call) -> str:
    count = len(found)
    quantities = replies.Quantities(count, count, 0)
    return replies.found(found, header=header, quantities=quantities, message_id=call.request_id, at=call.at)


def _go_on(message: etree._Element, call: Call, by: Actor) -> str:
    if hl7.is_aborted(message):
        return _cancel(message, call, by)
    header = hl7.header_of(message)
    page = continuations.go_on(
        query=_key(header),
        page=hl7.quantity(message) or PAGE,
        start=hl7.start(message),
        by=by,
        real_at=call.real_at,
    )
    return _page(header, page, call)


def _cancel(message: etree._Element, call: Call, by: Actor) -> str:
    header = hl7.header_of(message)
    continuations.cancel(query=_key(header), by=by, real_at=call.real_at)
    return replies.accepted(header=header, message_id=call.request_id, at=call.at)


def _page(header: hl7.Header, page: continuations.Page, call: Call) -> str:
    records = rehearsal.played(wire.told(page.scores), call)
    call.explanation = FOUND.format(count=len(records), total=page.total, remaining=page.remaining)
    made_up = max(len(records) - len(page.scores), 0)
    quantities = replies.Quantities(page.total + made_up, len(records), page.remaining)
    return replies.found(records, header=header, quantities=quantities, message_id=call.request_id, at=call.at)


def _key(header: hl7.Header) -> tuple[str, str]:
    return header.query_id.root[:200], header.query_id.extension[:200]


_OPERATIONS: Mapping[str, Callable[[etree._Element, Call, Actor], str]] = {
    hl7.QUERY: _query,
    hl7.CONTINUE: _go_on,
    hl7.CANCEL: _cancel,
}

application = answering(DOOR, who=_who, answer=_answered)
