"""The seven fields that the CADSUS gives to the SISRede, side by side, and the one rule by which they are copied.

Pure functions. What the CADSUS does not fill never erases what the SISRede has; the address is no field of these.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from registry import keys
from registry.models.tables import Sex

# In the order of the screen: who it is first, then the numbers.
LABELS = {
    "name": "Nome",
    "mother": "Nome da mãe",
    "birth_date": "Data de nascimento",
    "sex": "Sexo",
    "birth_city": "Município de nascimento",
    "cpf": "CPF",
    "cns": "CNS definitivo",
}


class Situation(StrEnum):
    """What will become of a field (situação)."""

    SAME = "same"
    UPDATED = "updated"
    KEPT = "kept"
    DIVERGENT = "divergent"
    TO_UNIFY = "to_unify"
    EMPTY = "empty"


@dataclass(frozen=True, kw_only=True)
class Identity:
    """The seven fields of one record, on either side. `birth_city` is the IBGE code of the município."""

    cns: str = ""
    name: str = ""
    mother: str = ""
    birth_date: date | None = None
    sex: str = ""
    birth_city: str = ""
    cpf: str = ""


FIELDS = tuple(field.name for field in fields(Identity))


@dataclass(frozen=True)
class Row:
    """One field of the comparison."""

    field: str
    local: Any
    national: Any
    situation: Situation

    @property
    def label(self) -> str:
        return LABELS[self.field]

    @property
    def is_changed(self) -> bool:
        return self.situation is Situation.UPDATED


@dataclass(frozen=True)
class Piece:
    """A stretch of the new text; `is_new` is what the old one did not have, `is_label` what is said of the rest."""

    text: str
    is_new: bool
    is_label: bool = False


def normal(value: Any) -> Any:
    """How a value is stored and compared: trimmed, single spaces, capitals; accents stay."""
    return " ".join(value.split()).upper() if isinstance(value, str) else value


def is_filled(field: str, value: Any) -> bool:
    """Whether the side says anything: «SEM INFORMAÇÃO» and sex «ignorado» say nothing."""
    if field in ("name", "mother"):
        return not keys.is_unknown(value)
    return bool(value) and (field != "sex" or value != Sex.UNKNOWN)


def compare(local: Identity, national: Identity, *, divergent: Collection[str] = ()) -> tuple[Row, ...]:
    """The seven rows, in the order of the screen. `divergent` are the fields that the Receita has otherwise."""
    return tuple(_row(field, getattr(local, field), getattr(national, field), divergent) for field in LABELS)


def _row(field: str, local: Any, national: Any, divergent: Collection[str]) -> Row:
    return Row(field, local, national, _situation(field, local, national, divergent))


def _situation(field: str, local: Any, national: Any, divergent: Collection[str]) -> Situation:
    if field in divergent:
        return Situation.DIVERGENT
    if not is_filled(field, national):
        return Situation.KEPT if is_filled(field, local) else Situation.EMPTY
    return Situation.SAME if normal(local) == normal(national) else Situation.UPDATED


def merged(local: Identity, national: Identity) -> Identity:
    """What the SISRede has after the synchronization: each field that the CADSUS fills, else its own."""
    chosen = {
        field: normal(getattr(national, field)) if is_filled(field, getattr(national, field)) else getattr(local, field)
        for field in FIELDS
    }
    # A difference of spaces or capitals alone is no change.
    same = {field: getattr(local, field) for field in FIELDS if normal(getattr(local, field)) == chosen[field]}
    return Identity(**{**chosen, **same})


def changes(local: Identity, after: Identity) -> list[dict[str, str]]:
    """What is kept of a synchronization: field, before and after, as text."""
    return [
        {"field": field, "before": _written(getattr(local, field)), "after": _written(getattr(after, field))}
        for field in LABELS
        if getattr(local, field) != getattr(after, field)
    ]


def digest(identity: Identity, *others: str) -> str:
    """A summary of what was shown: when it differs at the confirmation, the CADSUS changed meanwhile."""
    text = json.dumps({**asdict(identity), "others": others}, default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def pieces(old: str, new: str) -> Sequence[Piece]:
    """The new text in stretches, word by word against the old one."""
    before, after = normal(old).split(), normal(new).split()
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [Piece(" ".join(after[start:end]), tag != "equal") for tag, _, _, start, end in steps if end > start]


def _written(value: Any) -> str:
    return "" if value is None else str(value)
