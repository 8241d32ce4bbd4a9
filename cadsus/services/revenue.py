"""«Buscar na Receita»: what the simulated Receita Federal hands over for the CPF of a record."""

from __future__ import annotations

from cadsus.messages import M17
from common.exceptions import RuleBroken
from registry import lookup, tax
from registry.models import Person

CPF_TAKEN = "Já existe cadastro com este CPF. Pesquise-o antes de cadastrar de novo."
UNKNOWN_CPF = "CPF não consta na Receita Federal."


def look_up(cpf: str, *, of: Person | None) -> tax.Holder:
    """What a regular CPF is known by, for the record that has it or is to have it; never what another record says.

    Raises RuleBroken: cadsus_down, cpf_taken, unknown_cpf, not_regular (M17).
    """
    lookup.require_available(field="cpf")
    require_free(cpf, of=of)
    holder = tax.ask([cpf]).get(cpf)
    if holder is None:
        raise RuleBroken(UNKNOWN_CPF, code="unknown_cpf", field="cpf")
    if not tax.EFFECTS[holder.situation].hands_over:
        raise RuleBroken(M17.format(situacao=holder.situation.label), code="not_regular", field="cpf")
    return holder


def require_free(cpf: str, *, of: Person | None) -> None:
    """A CPF has one record."""
    owner = Person.objects.filter(lookup.bears(cpf)).first()
    if owner is not None and owner != of:
        raise RuleBroken(CPF_TAKEN, code="cpf_taken", field="cpf")
