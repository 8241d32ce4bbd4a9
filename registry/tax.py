"""The simulated Receita Federal: what it answers for a CPF, and what that means for a record (higienização).

Only what differs is stored (TaxRecord). The real rules of the CADSUS are not published: the effects are our inference.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from registry import keys
from registry.models import Person, TaxRecord
from registry.models.tables import TaxSituation

# What the check compares, and what the Receita hands over for a CPF («Buscar na Receita»).
COMPARED = {"name": "nome", "mother": "nome da mãe", "birth_date": "data de nascimento"}
HANDED_OVER = (*COMPARED, "sex")


@dataclass(frozen=True, kw_only=True)
class Holder:
    """What the Receita has of the holder of a CPF (titular)."""

    situation: TaxSituation = TaxSituation.REGULAR
    name: str
    mother: str
    birth_date: date
    sex: str

    def columns(self) -> dict[str, Any]:
        """What it hands over."""
        return {name: getattr(self, name) for name in HANDED_OVER}


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What a situation of the CPF does to the record of its holder."""

    allows: bool
    # The identity is good: it is worth comparing.
    compares: bool = False
    # The data are handed over («Buscar na Receita»).
    hands_over: bool = False
    # What the unit does about it.
    guidance: str = ""
    alerts_manager: bool = False


EFFECTS = {
    TaxSituation.REGULAR: Effect(allows=True, compares=True, hands_over=True),
    TaxSituation.PENDING: Effect(allows=True, compares=True, guidance="Os dados de identificação continuam válidos."),
    TaxSituation.SUSPENDED: Effect(
        allows=False, guidance="Há dado incorreto ou incompleto na Receita: a pessoa o corrige lá."
    ),
    TaxSituation.CANCELLED: Effect(
        allows=False, guidance="Confira se a pessoa tem outro CPF, regular, e corrija o cadastro no CADSUSWEB."
    ),
    TaxSituation.DECEASED: Effect(
        allows=False, guidance="Confira o óbito e, se for verdadeiro, registre-o no CADSUSWEB."
    ),
    TaxSituation.VOID: Effect(
        allows=False,
        guidance="O CPF foi anulado por fraude. Não copie nada dele e avise o gerente da unidade.",
        alerts_manager=True,
    ),
}


class Described(Protocol):
    """What is compared of a record."""

    @property
    def name(self) -> str: ...
    @property
    def mother(self) -> str: ...
    @property
    def birth_date(self) -> date | None: ...


@dataclass(frozen=True)
class Check:
    """A record beside the Receita: the situation, and the fields that stand in the way (divergentes)."""

    situation: TaxSituation
    divergent: tuple[str, ...]

    @property
    def effect(self) -> Effect:
        return EFFECTS[self.situation]

    @property
    def allows(self) -> bool:
        return self.effect.allows and not self.divergent


def ask(cpfs: Iterable[str]) -> dict[str, Holder]:
    """The holder of each of these CPFs that the Receita has; what is not stored is made from the record."""
    wanted = [cpf for cpf in cpfs if cpf]
    if not wanted:
        return {}
    same = {person.cpf_text: _holder(person) for person in Person.objects.filter(cpf__in=wanted)}
    stored = TaxRecord.objects.filter(cpf__in=wanted)
    return same | {row.cpf: _holder(row, situation=TaxSituation(row.situation)) for row in stored}


def check(record: Described, holder: Holder) -> Check:
    """Compare a record with the holder of its CPF, where the situation leaves anything to compare."""
    compares = EFFECTS[holder.situation].compares
    return Check(holder.situation, tuple(name for name in COMPARED if compares and _diverges(name, record, holder)))


def keep_former(person: Person, *, becomes: Mapping[str, Any]) -> None:
    """Before the CPF stands for other data: what the Receita knew stays what it was.

    Call it with the person locked, as it was before the change.
    """
    if person.cpf and any(name in becomes and becomes[name] != getattr(person, name) for name in HANDED_OVER):
        former = TaxRecord(cpf=person.cpf, **_holder(person).columns())
        TaxRecord.objects.bulk_create([former], ignore_conflicts=True)


def _holder(known: Person | TaxRecord, **fields: Any) -> Holder:
    return Holder(**{name: getattr(known, name) for name in HANDED_OVER}, **fields)


def _diverges(field: str, record: Described, holder: Holder) -> bool:
    """Accents and capitals are no difference, a name that either side does not know is none, and a surname that
    changed is a marriage or a divorce: of the own name only the first word tells.
    """
    ours, theirs = getattr(record, field), getattr(holder, field)
    if field == "birth_date":
        return bool(ours != theirs)
    if keys.is_unknown(ours) or keys.is_unknown(theirs):
        return False
    if field == "name":
        return keys.words(ours)[:1] != keys.words(theirs)[:1]
    return keys.fold_name(ours) != keys.fold_name(theirs)
