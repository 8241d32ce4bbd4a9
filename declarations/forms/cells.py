"""What was typed in the cells of a page: which of them changed, to what, and what cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from common.exceptions import RuleBroken
from common.requests import whole_number
from declarations.engine.typed import WrongAmount, cents_typed
from declarations.services.saving import CellName, Change, require_amount


@dataclass(frozen=True)
class Read:
    """The cells that a person changed; of those that cannot be read, the text and why."""

    changes: list[Change] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def read_cells(typed: Mapping[str, tuple[str, str]]) -> Read:
    """`typed` says of each cell its text and, as «version|text», how it was drawn: what is equal was not touched."""
    read = Read()
    for cell, (text, seen) in typed.items():
        version, _, before = seen.partition("|")
        if text.strip() == before:
            continue
        name = CellName.read(cell)
        read.texts[cell] = text
        try:
            cents = cents_typed(text)
            require_amount(name, cents)
        except WrongAmount as wrong:
            read.errors[cell] = str(wrong)
        except RuleBroken as refusal:
            read.errors[cell] = refusal.message
        else:
            read.changes.append(Change(name, cents, whole_number(version) or 0))
    return read
