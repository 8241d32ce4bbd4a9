"""What the national base answers on its bad days, for training: asked for by header or by the switch of the room.

Pure: each scenario makes another answer of the true one. Numbers that it makes up are of the CNS series of this use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from cadsus.decision import Answer
from common.switch_choices import CadsusScenario
from registry.models.tables import UNKNOWN, TaxSituation
from registry.numbers import DEFINITIVE, PROVISIONAL, room_cns

# Ordinals that no room gives away: behind those of its slice.
_MADE_UP = 200_000
MANY = 25
_DEATH = date(2026, 1, 31)


def _changed(answer: Answer, **fields: object) -> Answer:
    """The first record with other data."""
    if not answer.records:
        return answer
    first, *others = answer.records
    return replace(answer, records=(replace(first, **fields), *others))  # type: ignore[arg-type] # fields of Record


def _identified(answer: Answer, **fields: object) -> Answer:
    """The first record with other ones of the seven fields."""
    if not answer.records:
        return answer
    return _changed(answer, identity=replace(answer.records[0].identity, **fields))  # type: ignore[arg-type] # of Identity


def _cns(kind: str, ordinal: int) -> str:
    return room_cns(kind, _MADE_UP + ordinal)


def _others(answer: Answer, count: int, *, namesakes: bool) -> Answer:
    """More records of the same name and birth; namesakes have another mother each."""
    if not answer.records:
        return answer
    first = answer.records[0]
    more = tuple(
        replace(
            first,
            person_id=-n,
            identity=replace(
                first.identity,
                cns=_cns(DEFINITIVE, n),
                cpf="",
                mother=f"MARIA {_ORDINALS[n % len(_ORDINALS)]} {n}" if namesakes else first.identity.mother,
            ),
        )
        for n in range(1, count)
    )
    return replace(answer, records=(*answer.records, *more))


_ORDINALS = ("APARECIDA", "DO CARMO", "DAS GRAÇAS", "DE FÁTIMA", "DA PENHA")


def _tax(answer: Answer, situation: TaxSituation) -> Answer:
    return replace(answer, holders={cpf: replace(each, situation=situation) for cpf, each in answer.holders.items()})


def _married(answer: Answer) -> Answer:
    """The CADSUS has a married name, which the Receita does not have yet."""
    if not answer.records:
        return answer
    return _identified(answer, name=f"{answer.records[0].identity.name} PEROBA")


def _only_provisional(answer: Answer) -> Answer:
    return _changed(_identified(answer, cns=""), provisionals=(_cns(PROVISIONAL, 1),), other_definitives=())


SCENARIOS: Mapping[CadsusScenario, Callable[[Answer], Answer]] = {
    CadsusScenario.NORMAL: lambda answer: answer,
    CadsusScenario.DOWN: lambda _: Answer(is_available=False),
    CadsusScenario.MANY: lambda answer: _others(answer, MANY, namesakes=True),
    CadsusScenario.NAMESAKES: lambda answer: _others(answer, 3, namesakes=True),
    CadsusScenario.TWO_DEFINITIVES: lambda answer: _others(answer, 2, namesakes=False),
    CadsusScenario.ONLY_PROVISIONAL: _only_provisional,
    CadsusScenario.DEATH: lambda answer: _changed(answer, deceased_on=_DEATH),
    CadsusScenario.INACTIVE: lambda answer: _changed(answer, is_active=False),
    CadsusScenario.PROTECTED: lambda answer: _changed(answer, is_protected=True),
    CadsusScenario.NO_MOTHER: lambda answer: _identified(answer, mother=UNKNOWN),
    CadsusScenario.NO_CPF: lambda answer: _identified(answer, cpf=""),
    CadsusScenario.CPF_SUSPENDED: lambda answer: _tax(answer, TaxSituation.SUSPENDED),
    CadsusScenario.CPF_DECEASED: lambda answer: _tax(answer, TaxSituation.DECEASED),
    CadsusScenario.MARRIED_NAME: _married,
    CadsusScenario.OTHER_CNS: lambda answer: _identified(answer, cns=_cns(DEFINITIVE, 1)),
}


_NAMED = {scenario.value: scenario for scenario in CadsusScenario}


def play(name: str, answer: Answer) -> Answer:
    """The answer in a scenario; without one, as it is."""
    return SCENARIOS[_NAMED[name or CadsusScenario.NORMAL]](answer)


def unknown(name: str) -> str:
    """What is said of a scenario that does not exist; nothing when it does."""
    return "" if not name or name in _NAMED else f"Cenário desconhecido. Esta porta conhece: {', '.join(_NAMED)}."
