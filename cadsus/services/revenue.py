"""«Buscar na Receita»: what the simulated Receita Federal answers for the CPF of a record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from common import switches
from common.exceptions import RuleBroken
from registry import lookup, tax
from registry.models import Person
from registry.models.tables import TaxSituation

CPF_TAKEN = "Já existe cadastro com este CPF. Pesquise-o antes de cadastrar de novo."
UNKNOWN_CPF = "CPF não consta na Receita Federal."


@dataclass(frozen=True)
class TaxFacts:
    """Regular, and with these data."""

    name: str
    mother: str
    birth_date: date
    sex: str

    def as_columns(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in tax.HANDED_OVER}


def look_up(cpf: str, *, of: Person | None) -> TaxFacts:
    """What a regular CPF is known by, for the record that has it or is to have it; never what another record says.

    Raises RuleBroken: cadsus_down, cpf_taken, unknown_cpf, not_regular (M17).
    """
    if not switches.now().cadsus_available:
        raise RuleBroken(lookup.DOWN, code="cadsus_down", field="cpf")
    require_free(cpf, of=of)
    known = tax.ask(cpf=cpf)
    if known is None:
        raise RuleBroken(UNKNOWN_CPF, code="unknown_cpf", field="cpf")
    if known.situation != TaxSituation.REGULAR:
        text = tax.SITUATION.format(situation=known.get_situation_display())
        raise RuleBroken(text, code="not_regular", field="cpf")
    return TaxFacts(known.name, known.mother, known.birth_date, known.sex)


def require_free(cpf: str, *, of: Person | None) -> None:
    """A CPF has one record."""
    owner = Person.objects.filter(cpf=cpf).first()
    if owner is not None and owner != of:
        raise RuleBroken(CPF_TAKEN, code="cpf_taken", field="cpf")
