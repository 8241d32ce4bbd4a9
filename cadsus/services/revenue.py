"""«Buscar na Receita»: what the simulated Receita Federal answers for a CPF, and what it goes on knowing."""

from __future__ import annotations

from collections.abc import Mapping
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
CPF_TAKEN = "Já existe cadastro com este CPF. Pesquise-o antes de cadastrar de novo."
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


def look_up(cpf: str, *, of: Person | None) -> TaxFacts:
    """What a regular CPF is known by, for the record that has it or is to have it; never what another record says.

    Raises RuleBroken: cadsus_down, cpf_taken, unknown_cpf, not_regular (M17).
    """
    if not switches.now().cadsus_available:
        raise RuleBroken(lookup.DOWN, code="cadsus_down", field="cpf")
    require_free(cpf, of=of)
    row = TaxRecord.objects.filter(cpf=cpf).first()
    if row is not None and row.situation != TaxSituation.REGULAR:
        text = NOT_REGULAR.format(situation=row.get_situation_display())
        raise RuleBroken(text, code="not_regular", field="cpf")
    known = row or (of if of is not None and of.cpf == cpf else None)
    if known is None:
        raise RuleBroken(UNKNOWN_CPF, code="unknown_cpf", field="cpf")
    return TaxFacts(known.name, known.mother, known.birth_date, known.sex)


def require_free(cpf: str, *, of: Person | None) -> None:
    """A CPF has one record."""
    owner = Person.objects.filter(cpf=cpf).first()
    if owner is not None and owner != of:
        raise RuleBroken(CPF_TAKEN, code="cpf_taken", field="cpf")


def keep_known(person: Person, columns: Mapping[str, Any]) -> None:
    """Before the CPF stands for other data, write down what the Receita knew: until then it was equal to the record."""
    if not person.cpf or all(columns[name] == getattr(person, name) for name in CHECKED):
        return
    TaxRecord.objects.get_or_create(cpf=person.cpf, defaults={name: getattr(person, name) for name in CHECKED})
