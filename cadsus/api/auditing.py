"""The door of AuditoriaCadsusService v5r0: what was done to a record, its last change and its unifications."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus

from lxml import etree

from cadsus.api import rehearsal, soap, v5r0, v5r0_types, ways, wsdl, wsse
from cadsus.api import v5r0_replies as replies
from cadsus.api.service import REFUSALS, UNKNOWN_OPERATION
from cadsus.services import auditing
from common.actor import Actor
from common.exceptions import RuleBroken
from interop.answers import Answer
from interop.calls import Call
from interop.doors import Door
from interop.gateway import answering
from interop.refusals import Format

PATH = "/cadsus/AuditoriaCadsusService/v5r0"
DOOR = Door(
    "cadsus-auditoria",
    "CADSUS: AuditoriaCadsusService v5r0",
    (PATH,),
    speaks=Format.SOAP,
    refusals=REFUSALS,
    # What is told here is the history as it was: no other data are made up.
    scenarios=rehearsal.ON_THE_WAY,
    methods=lambda: ("POST",),
    method_note="Envie a operação por POST, em um envelope SOAP.",
    keeps_messages=True,
)
WRONG_SPACE = f"A mensagem não é do espaço de nomes {v5r0_types.AUDIT_SPACE}."
# Of a printed card nothing is on record: the simulator prints none.
NO_PRINTING = "O simulador não imprime cartões: o histórico de impressão é vazio."


def _answered(call: Call, by: Actor) -> Answer:
    if (instead := rehearsal.instead(call)) is not None:
        return instead
    message = soap.read(call).message
    name = etree.QName(message)
    if name.namespace != v5r0_types.AUDIT_SPACE:
        raise soap.Malformed(WRONG_SPACE, f"O elemento «{name.localname}» é do espaço «{name.namespace or ''}».")
    if name.localname not in _OPERATIONS:
        raise RuleBroken(UNKNOWN_OPERATION.format(name=name.localname[:60]), code="unknown_operation")
    v5r0.require_structure(message)
    rehearsal.require_up(call)
    reply = _OPERATIONS[name.localname](message, call, by)
    return Answer(
        HTTPStatus.OK, replies.wrap(reply, call.speaks), soap.KINDS[call.speaks], explanation=call.explanation
    )


def _transactions(message: etree._Element, call: Call, by: Actor) -> str:
    return replies.transactions(auditing.transactions_of(v5r0.record_of(message), by=by))


def _last_change(message: etree._Element, call: Call, by: Actor) -> str:
    return replies.last_change(auditing.last_change_of(v5r0.cns_of(message), by=by))


def _changed_fields(message: etree._Element, call: Call, by: Actor) -> str:
    return replies.change(auditing.change_of(v5r0.transaction_of(message), by=by))


def _unifications(message: etree._Element, call: Call, by: Actor) -> str:
    return replies.unifications(auditing.unifications_of(v5r0.record_of(message), by=by))


def _printings(message: etree._Element, call: Call, by: Actor) -> str:
    auditing.require_card_holder(v5r0.cns_of(message), by=by)
    call.explanation = NO_PRINTING
    return replies.no_printings()


_OPERATIONS: Mapping[str, Callable[[etree._Element, Call, Actor], str]] = {
    "requestObterHistoricoTransacoesUsuarioSUS": _transactions,
    "requestObterUltimaDataAlteracaoUsuarioSUS": _last_change,
    "requestObterCamposAlteradosPorTransacao": _changed_fields,
    "requestObterHistoricoUnificacaoUsuarioSUS": _unifications,
    "requestObterHistoricoImpressao": _printings,
}

application = answering(DOOR, who=ways.caller({PATH: wsse.by_password}), answer=_answered, openly=wsdl.served)
