"""The simulated Receita Federal: what it answers for a CPF, and what that means for a record (higienização).

Only what differs is stored (TaxRecord). The real rules of the CADSUS are not published: the effects are our inference.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registry import keys
from registry.models import Person, TaxRecord
from registry.models.tables import TaxSituation

# What the check compares, and what the Receita hands over for a CPF («Buscar na Receita»).
COMPARED = {"name": "nome", "mother": "nome da mãe", "birth_date": "data de nascimento"}
HANDED_OVER = (*COMPARED, "sex")

DIFFERENT = (
    "Dados divergentes da Receita Federal: {fields}. Entregue o impresso “Atualização de dados cadastrais”."  # M16
)
SITUATION = "Situação do CPF na Receita Federal: {situation}. Oriente o usuário a regularizar."  # M17


@dataclass(frozen=True)
class Effect:
    """What a situation of the CPF does to the record of its holder."""

    allows: bool
    # The identity is good: it is worth comparing.
    compares: bool = False
    proposes_death: bool = False
    alerts_manager: bool = False


EFFECTS = {
    TaxSituation.REGULAR: Effect(allows=True, compares=True),
    TaxSituation.PENDING: Effect(allows=True, compares=True),
    TaxSituation.SUSPENDED: Effect(allows=False),
    TaxSituation.CANCELLED: Effect(allows=False),
    TaxSituation.DECEASED: Effect(allows=False, proposes_death=True),
    TaxSituation.VOID: Effect(allows=False, alerts_manager=True),
}


@dataclass(frozen=True)
class Check:
    """The answer of a check. `differs` are fields of the record; one that only differs by a married name is allowed."""

    situation: TaxSituation
    differs: tuple[str, ...]
    allows: bool
    message: str
    proposes_death: bool
    alerts_manager: bool

    @property
    def is_clean(self) -> bool:
        """Whether the record may say that its data are those of the Receita (originalRFB)."""
        return self.situation == TaxSituation.REGULAR and not self.differs


def ask(*, cpf: str) -> TaxRecord | None:
    """What the Receita has for a CPF, None when it is not there; what is not stored is made from the record."""
    stored = TaxRecord.objects.filter(pk=cpf).first()
    if stored is not None:
        return stored
    person = Person.objects.filter(cpf=cpf).first()
    return _equal_to(person) if person else None


def check(person: Person) -> Check | None:
    """Compare a record with the Receita; None when there is nothing to compare it with."""
    answer = ask(cpf=person.cpf) if person.cpf else None
    if answer is None:
        return None
    situation = TaxSituation(answer.situation)
    effect = EFFECTS[situation]
    differs = tuple(name for name in COMPARED if effect.compares and _differ(name, person, answer))
    allows = effect.allows and (not differs or _only_married(differs, person, answer))
    return Check(situation, differs, allows, _message(situation, differs), effect.proposes_death, effect.alerts_manager)


def keep_former(person: Person, *, becomes: Mapping[str, Any]) -> None:
    """Before the CPF stands for other data: what the Receita knew stays what it was.

    Call it with the person locked, as it was before the change.
    """
    if person.cpf and any(name in becomes and becomes[name] != getattr(person, name) for name in HANDED_OVER):
        TaxRecord.objects.bulk_create([_equal_to(person)], ignore_conflicts=True)


def _equal_to(person: Person) -> TaxRecord:
    return TaxRecord(cpf=person.cpf_text, **{name: getattr(person, name) for name in HANDED_OVER})


def _differ(field: str, person: Person, answer: TaxRecord) -> bool:
    """A name that either side does not know is no difference; accents and capitals are none either."""
    ours, theirs = getattr(person, field), getattr(answer, field)
    if field == "birth_date":
        return bool(ours != theirs)
    if keys.is_unknown(ours) or keys.is_unknown(theirs):
        return False
    return keys.fold_name(ours) != keys.fold_name(theirs)


def _only_married(differs: tuple[str, ...], person: Person, answer: TaxRecord) -> bool:
    """The name alone differs, and not the first one: who marries or divorces changes the surname."""
    return differs == ("name",) and keys.words(person.name)[:1] == keys.words(answer.name)[:1]


def _message(situation: TaxSituation, differs: tuple[str, ...]) -> str:
    if situation != TaxSituation.REGULAR:
        return SITUATION.format(situation=situation.label)
    return DIFFERENT.format(fields=", ".join(COMPARED[name] for name in differs)) if differs else ""
