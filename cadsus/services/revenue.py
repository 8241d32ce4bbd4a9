"""«Buscar na Receita»: what the simulated Receita Federal answers for a CPF, and what it goes on knowing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from common import switches
from common.exceptions import RuleBroken
from registry import lookup
from registry.models import Person, TaxRecord
from registry.models.tables import TaxSituation

# Filled by the Receita, and then read-only.
CHECKED = ("name", "mother", "birth_date", "sex")
UNKNOWN_CPF = "CPF não consta na Receita Federal."
NOT_REGULAR = "Situação do CPF na Receita Federal: {situation}. Oriente o usuário a regularizar."


@dataclass(frozen=True)
class TaxFacts:
    """Regular, and with these data."""

    name: str
    mother: str
    birth_date: date
    sex: str

    def as_columns(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in CHECKED}


def look_up(cpf: str) -> TaxFacts:
    """What a regular CPF is known by. Raises RuleBroken: cadsus_down, unknown_cpf, not_regular (M17)."""
    if not switches.now().cadsus_available:
        raise RuleBroken(lookup.DOWN, code="cadsus_down", field="cpf")
    row: TaxRecord | Person | None = TaxRecord.objects.filter(cpf=cpf).first()
    if isinstance(row, TaxRecord) and row.situation != TaxSituation.REGULAR:
        text = NOT_REGULAR.format(situation=row.get_situation_display())
        raise RuleBroken(text, code="not_regular", field="cpf")
    row = row or Person.objects.filter(cpf=cpf).first()
    if row is None:
        raise RuleBroken(UNKNOWN_CPF, code="unknown_cpf", field="cpf")
    return TaxFacts(row.name, row.mother, row.birth_date, row.sex)


def keep_known(person: Person, columns: dict[str, Any]) -> None:
    """Before a checked field is corrected, write down what the Receita knew: until then it was equal to the record."""
    if not person.cpf or all(columns[name] == getattr(person, name) for name in CHECKED):
        return
    TaxRecord.objects.get_or_create(cpf=person.cpf, defaults={name: getattr(person, name) for name in CHECKED})
