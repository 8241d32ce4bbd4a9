"""The door of CadsusService v5r0, the older service of the CADSUS: pesquisar, consultar, calcularGrauDeQualidade.

The operations that write are not simulated, and answer a Fault that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus

from lxml import etree

from cadsus.api import rehearsal, soap, v5r0, v5r0_types, ways, wsdl, wsse
from cadsus.api import v5r0_replies as replies
from cadsus.api.service import REFUSALS
from cadsus.services import wire
from common.actor import Actor
from common.exceptions import RuleBroken
from interop.answers import Answer
from interop.calls import Call
from interop.doors import Door
from interop.gateway import answering
from interop.refusals import Format

PATH = "/cadsus/CadsusService/v5r0"
NOT_SIMULATED = "not_implemented"
DOOR = Door(
    "cadsus-v5r0",
    "CADSUS: CadsusService v5r0",
    (PATH,),
    speaks=Format.SOAP,
    refusals={**REFUSALS, NOT_SIMULATED: (HTTPStatus.NOT_IMPLEMENTED, "")},
    scenarios=rehearsal.KNOWN,
    methods=lambda: ("POST",),
    method_note="Envie a operação por POST, em um envelope SOAP.",
    keeps_messages=True,
)
WRITES = frozenset({"requestIncluir", "requestAtualizar", "requestAlterarSituacao"})
WRONG_SPACE = f"A mensagem não é do espaço de nomes {v5r0_types.SPACE}."
UNKNOWN_OPERATION = "Esta porta não conhece a mensagem {name}."
NO_WRITING = "Operação não simulada: aqui o CadsusService v5r0 só consulta. Para incluir ou corrigir, use o CADSUSWEB."
NO_DOCUMENT = "Pesquisa por outro documento que não o CPF: não simulada."
NOBODY = "Nenhum cadastro é como o filtro pede."
NO_CNS = "Nenhum cadastro tem este CNS."


def _answered(call: Call, by: Actor) -> Answer:
    if (instead := rehearsal.instead(call)) is not None:
        return instead
    message = soap.read(call).message
    name = etree.QName(message)
    if name.namespace != v5r0_types.SPACE:
        raise soap.Malformed(WRONG_SPACE, f"O elemento «{name.localname}» é do espaço «{name.namespace or ''}».")
    if name.localname in WRITES:
        raise RuleBroken(NO_WRITING, code=NOT_SIMULATED)
    if name.localname not in _OPERATIONS:
        raise RuleBroken(UNKNOWN_OPERATION.format(name=name.localname[:60]), code="unknown_operation")
    v5r0.require_structure(message)
    reply = _OPERATIONS[name.localname](message, call, by)
    return Answer(
        HTTPStatus.OK, replies.wrap(reply, call.speaks), soap.KINDS[call.speaks], explanation=call.explanation
    )


def _search(message: etree._Element, call: Call, by: Actor) -> str:
    asked = v5r0.filter_of(message)
    if asked.cpf:
        found = wire.by_numbers([(wire.CPF, asked.cpf)], by=by)
    elif asked.document:
        raise RuleBroken(NO_DOCUMENT, code=NOT_SIMULATED)
    else:
        found = wire.told(wire.by_personal_data(asked.criteria, kind=asked.kind, by=by))
    fit = rehearsal.played([each for each in found if asked.fits(each)], call)
    call.explanation = "" if fit else NOBODY
    return replies.searched(fit)


def _consult(message: etree._Element, call: Call, by: Actor) -> str:
    found = rehearsal.played(wire.by_numbers([(wire.CNS, v5r0.cns_of(message))], by=by), call)
    if not found:
        raise RuleBroken(NO_CNS, code="not_found")
    return replies.consulted(found[0])


def _calculate(message: etree._Element, call: Call, by: Actor) -> str:
    # Of what the message itself says; whoever may not ask, or asks a base that is down, is told so all the same.
    rehearsal.played(wire.nobody(by=by), call)
    return replies.calculated(v5r0.quality_of(message))


_OPERATIONS: Mapping[str, Callable[[etree._Element, Call, Actor], str]] = {
    "requestPesquisar": _search,
    "requestConsultar": _consult,
    "requestCalcularGrauDeQualidade": _calculate,
}

application = answering(DOOR, who=ways.caller({PATH: wsse.by_password}), answer=_answered, openly=wsdl.served)
