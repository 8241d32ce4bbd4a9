"""The scenarios of the wire (cenários): the records of the one list of the CADSUS, and what goes wrong on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus

from cadsus import scenarios
from cadsus.comparison import Identity
from cadsus.decision import Answer as National
from cadsus.decision import Record
from cadsus.services import wire
from cadsus.services.continuations import Page, Scores
from cadsus.services.wire import Found
from common import switches
from common.exceptions import Refusal
from common.switch_choices import CadsusScenario
from interop.answers import Answer
from interop.bearers import NotAuthenticated
from interop.calls import Call
from interop.refusals import Fault
from interop.scenarios import ASKED
from registry import lookup
from registry.models.tables import CnsKind

# What the gateway plays, and what the screens of the units know and the wire cannot show: the Receita.
_OF_OTHERS = (CadsusScenario.NORMAL, CadsusScenario.DOWN)
_OF_REVENUE = (CadsusScenario.CPF_SUSPENDED, CadsusScenario.CPF_DECEASED)
_SAME = {each.value: each for each in CadsusScenario if each not in (*_OF_OTHERS, *_OF_REVENUE)}

_OWN: Mapping[str, tuple[str, Callable[[Found], Found]]] = {
    # A space stands for the kind that is not said.
    "sem-tipo": (
        "CNS sem o tipo, como em respostas antigas",
        lambda one: replace(one, numbers=[f" {each[1:]}" for each in one.numbers]),
    ),
    "cns-ordem": (
        "o CNS definitivo por último",
        lambda one: replace(one, numbers=list(reversed(one.numbers))),
    ),
}
# What goes wrong on the way to any service.
ON_THE_WAY: Mapping[str, str] = {
    "fault-500": "SOAP Fault com a situação 500",
    "fault-200": "SOAP Fault com a situação 200, que muitos leem como «não encontrado»",
    "html-200": "página de manutenção em HTML, com a situação 200",
    "vazio-200": "corpo vazio, com a situação 200",
    "token-401": "401, como se o token não valesse",
}
KNOWN: Mapping[str, str] = {
    **ON_THE_WAY,
    **{name: str(each.label) for name, each in _SAME.items()},
    **{name: label for name, (label, _) in _OWN.items()},
}
_FAILED = Fault(HTTPStatus.INTERNAL_SERVER_ERROR, "OSB-380001", "Falha no barramento de serviços.", ASKED)
_PAGE = '<!doctype html><html lang="pt-BR"><title>Manutenção</title><h1>Sistema em manutenção</h1></html>'.encode()


def instead(call: Call) -> Answer | None:
    """What is answered in the service's place in this scenario. Raises NotAuthenticated."""
    if call.scenario == "token-401":
        raise NotAuthenticated(ASKED)
    if call.scenario in ("fault-500", "fault-200"):
        fault = call.write(_FAILED)
        return fault if call.scenario == "fault-500" else replace(fault, status=HTTPStatus.OK)
    if call.scenario == "html-200":
        return Answer(HTTPStatus.OK, _PAGE, "text/html; charset=utf-8", explanation=ASKED)
    if call.scenario == "vazio-200":
        return Answer(HTTPStatus.OK, b"", "application/soap+xml", explanation=ASKED)
    return None


def _named(call: Call) -> str:
    """The scenario of the call, else of the room's switch."""
    return call.scenario or switches.now().cadsus_scenario.value


def require_up(call: Call) -> None:
    """Raise Refusal cadsus_down in the scenario in which the base is down."""
    if _named(call) == CadsusScenario.DOWN.value:
        raise Refusal(lookup.DOWN, code="cadsus_down")


def is_many(call: Call) -> bool:
    """Whether what is found is found many times, which does not fit in one answer."""
    return _named(call) == CadsusScenario.MANY.value


def multiplied(scores: Scores) -> Scores:
    """In that scenario: as many more that are like the likeliest, by numbers below zero."""
    return [*scores, *((-n, scores[0][1]) for n in range(1, scenarios.MANY))] if scores else scores


def paged(page: Page, call: Call) -> list[Found]:
    """The records of a page as the scenario makes them, with those of `multiplied` among them."""
    real = wire.told([each for each in page.scores if each[0] > 0])
    shown = real if is_many(call) else played(real, call)
    likeliest = wire.told([(page.likeliest, 100)]) if any(pk < 0 for pk, _ in page.scores) else []
    many = {each.person_id: each for each in _played(CadsusScenario.MANY.value, likeliest)}
    return shown + [replace(many[pk], score=score) for pk, score in page.scores if pk < 0 and pk in many]


def played(found: list[Found], call: Call) -> list[Found]:
    """The records as the scenario makes them. Raises Refusal cadsus_down."""
    require_up(call)
    name = _named(call)
    if not found or name not in KNOWN:
        return found
    if name in _OWN:
        return [_OWN[name][1](each) for each in found]
    return _played(name, found)


def _played(name: str, found: list[Found]) -> list[Found]:
    """Those of the one list of the CADSUS."""
    if not found:
        return []
    answer = scenarios.play(name, National(records=tuple(_record_of(each) for each in found)))
    known = {each.person_id: each for each in found}
    # Those who are made up have everything else of the first.
    return [_told(record, known.get(record.person_id, found[0])) for record in answer.records]


def _record_of(one: Found) -> Record:
    definitives, provisionals = (
        tuple(each[1:] for each in one.numbers if each[0] == kind) for kind in (CnsKind.DEFINITIVE, CnsKind.PROVISIONAL)
    )
    return Record(
        person_id=one.person_id,
        identity=Identity(
            cns=definitives[0] if definitives else "",
            name=one.name,
            mother=one.mother,
            birth_date=one.birth_date,
            sex=one.sex,
            birth_city=one.birth_city or "",
            cpf=one.cpf or "",
        ),
        other_definitives=definitives[1:],
        provisionals=provisionals,
        is_active=one.is_active,
        is_protected=one.is_protected,
        deceased_on=one.deceased_on,
    )


def _told(record: Record, one: Found) -> Found:
    """The scenario's record with what it does not change."""
    identity = record.identity
    definitives = filter(None, (identity.cns, *record.other_definitives))
    return replace(
        one,
        person_id=record.person_id,
        cpf=identity.cpf or None,
        name=identity.name,
        mother=identity.mother,
        birth_date=identity.birth_date or one.birth_date,
        sex=identity.sex,
        birth_city=identity.birth_city or None,
        numbers=[
            *(f"{CnsKind.DEFINITIVE}{n}" for n in definitives),
            *(f"{CnsKind.PROVISIONAL}{n}" for n in record.provisionals),
        ],
        is_active=record.is_active,
        is_protected=record.is_protected,
        deceased_on=record.deceased_on,
    )
