"""How the values of a switch are written, read and named: words, on and off, numbers, hours of the day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import ClassVar, Protocol, Self

from common.legal_time import BRASILIA


class Choice(StrEnum):
    """A value, as it is written in the environment, with its label."""

    label: str

    def __new__(cls, value: str, label: str) -> Self:
        member = str.__new__(cls, value)
        member._value_, member.label = value, label
        return member


class Kind(Protocol):
    """How the values of a switch are written, read and named."""

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """(text, label) of each value; none where values are typed."""

    @property
    def values(self) -> tuple[str, ...]:
        """Every value as it is written, or what a value looks like."""

    def read(self, text: str) -> object | None:
        """The value, or None when there is none such."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few words."""

    words: type[Choice]

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        return tuple((word.value, word.label) for word in self.words)

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(word.value for word in self.words)

    def read(self, text: str) -> object | None:
        return next((word for word in self.words if word.value == text), None)


@dataclass(frozen=True, slots=True)
class OnOff:
    """`true` or `false`, with the labels of each."""

    on: str = "Ligado"
    off: str = "Desligado"

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        return ("true", self.on), ("false", self.off)

    @property
    def values(self) -> tuple[str, ...]:
        return "true", "false"

    def read(self, text: str) -> object | None:
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower())


@dataclass(frozen=True, slots=True)
class OnOffUntil(OnOff):
    """Also off until an instant, at which it is on again: `2026-11-29T14:30`, in Brasília where it says no zone."""

    # How long it may be off for, from now on.
    spans: ClassVar[Mapping[str, tuple[str, timedelta]]] = {
        "30min": ("por 30 minutos", timedelta(minutes=30)),
        "1h": ("por 1 hora", timedelta(hours=1)),
        "2h": ("por 2 horas", timedelta(hours=2)),
        "4h": ("por 4 horas", timedelta(hours=4)),
        "8h": ("por 8 horas", timedelta(hours=8)),
        "1semana": ("por 1 semana", timedelta(weeks=1)),
        "1mes": ("por 1 mês", timedelta(days=30)),
    }

    @property
    def values(self) -> tuple[str, ...]:
        return "true", "false", "data e hora AAAA-MM-DDTHH:MM", *self.spans

    def read(self, text: str) -> object | None:
        found = OnOff.read(self, text)
        return _instant(text) if found is None else found

    def ending(self, given: object, at: datetime) -> object:
        """The end of a span that begins at `at`; anything else is what was given."""
        span = self.spans.get(given) if isinstance(given, str) else None
        return (at + span[1]).astimezone(BRASILIA) if span else given


def _instant(text: str) -> datetime | None:
    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){1,2}([+-][0-9]{2}:[0-9]{2}|Z)?", text):
        return None
    try:
        given = datetime.fromisoformat(text)
        return (given if given.tzinfo else given.replace(tzinfo=BRASILIA)).astimezone(BRASILIA)
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Whole:
    """A number from 1 to `most`."""

    most: int
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def values(self) -> tuple[str, ...]:
        return (f"número de 1 a {self.most}",)

    def read(self, text: str) -> object | None:
        return int(text) if re.fullmatch(r"[0-9]{1,10}", text) and 1 <= int(text) <= self.most else None


@dataclass(frozen=True, slots=True)
class OfDay:
    """An instant of the Brasília day."""

    choices: tuple[tuple[str, str], ...] = ()
    values: tuple[str, ...] = ("hora HH:MM:SS",)

    def read(self, text: str) -> object | None:
        if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?", text):
            return None
        return time.fromisoformat(text)
