"""The PDQ (Patient Demographics Query): who is this person? A question, its continuation, and its end."""

from __future__ import annotations

from lxml import etree

from cadsus.api import hl7, oids, rehearsal, replies, ways
from cadsus.api.service import Service, door
from cadsus.services import continuations, feeding, wire
from common.actor import Actor
from common.exceptions import RuleBroken
from interop.calls import Call
from registry.search import Criteria

WAYS = ways.of_service("PDQSupplier")
PATHS = tuple(WAYS)
DOOR = door("cadsus-pdq", "CADSUS: consulta de pessoas (PDQ)", PATHS, rehearsal.KNOWN)
PAGE = 10
# What is wrong with the question itself is answered in its own words (AE, QE), and not by a Fault.
OF_THE_QUESTION = {"204", "empty_search", "one_criterion", "too_many", "too_many_numbers", "no_continuation"}
REFUSED = "204"
NAMED = {"cpf": oids.CPF, "cns": oids.CNS, "nis": oids.NIS}
KINDS = {oids.CPF: wire.CPF, oids.CNS: wire.CNS, oids.NIS: wire.NIS}
FOUND = "Encontrado {count} de {total}; restam {remaining}."
NOBODY = "Nenhum cadastro tem todos os números pedidos."
UNKNOWN_ROOT = (
    "Nenhum cadastro: {root} não é raiz de CPF ({cpf}), de CNS ({cns}), de NIS ({nis}) nem de um identificador deste "
    "sistema."
)
FILTERED = "O número existe, mas o nascimento ou o sexo pedidos são outros."


def _query(message: etree._Element, call: Call, by: Actor) -> str:
    hl7.require_structure(message)
    header, asked = hl7.header_of(message), hl7.asked(message)
    if asked.numbers or asked.others:
        one = _by_numbers(asked, call, by)
        if not rehearsal.is_many(call):
            return _one(header, rehearsal.played(one, call), call)
        found: continuations.Scores = [(each.person_id, each.score) for each in one]
    else:
        found = wire.by_personal_data(_criteria(asked), by=by)
    if rehearsal.is_many(call):
        found = rehearsal.multiplied(found)
    page = continuations.keep(
        query=_key(header), found=found, page=hl7.quantity(message) or PAGE, by=by, real_at=call.real_at
    )
    return _page(header, page, call)


def _criteria(asked: hl7.Asked) -> Criteria:
    return Criteria(
        name=asked.name, mother=asked.mother, birth_date=asked.birth_date, sex=asked.sex, birth_city=asked.birth_city
    )


def _by_numbers(asked: hl7.Asked, call: Call, by: Actor) -> list[wire.Found]:
    """All of the numbers are of the one record; the birth and the sex, where they are asked too, are its own."""
    if len(asked.others) > wire.MOST_NUMBERS:
        raise RuleBroken(wire.TOO_MANY_NUMBERS, code="too_many_numbers")
    own = {pair: feeding.number_of(*pair, by=by) for pair in asked.others}
    strange = [pair[0] for pair in own if not own[pair]]
    numbers = [(KINDS[root], number) for root, number in asked.numbers]
    numbers += [(wire.CNS, number) for number in own.values() if number]
    # Whoever may not ask, or asks a base that is down, is told so first.
    found = wire.by_numbers(numbers, by=by) if numbers else wire.nobody(by=by)
    if strange:
        call.explanation = UNKNOWN_ROOT.format(root=strange[0][:60] or "(vazio)", **NAMED)
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
    return replies.acknowledged(header=header, message_id=call.request_id, at=call.at)


def _page(header: hl7.Header, page: continuations.Page, call: Call) -> str:
    records = rehearsal.paged(page, call)
    call.explanation = FOUND.format(count=len(records), total=page.total, remaining=page.remaining)
    made_up = max(len(records) - len(page.scores), 0)
    quantities = replies.Quantities(page.total + made_up, len(records), page.remaining)
    return replies.found(records, header=header, quantities=quantities, message_id=call.request_id, at=call.at)


def _key(header: hl7.Header) -> tuple[str, str]:
    return header.query_id.root[:200], header.query_id.extension[:200]


def _refused(refusal: RuleBroken, header: hl7.Header, call: Call) -> str:
    return replies.refused(refusal.message, REFUSED, header=header, message_id=call.request_id, at=call.at)


application = Service(
    DOOR,
    WAYS,
    {hl7.QUERY: _query, hl7.CONTINUE: _go_on, hl7.CANCEL: _cancel},
    lambda refusal: refusal.code in OF_THE_QUESTION,
    _refused,
).application()
