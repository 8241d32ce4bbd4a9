"""Desks that answer by themselves (papel automático), for who plays alone: due events that a switch asks for.

Each app says in its house what waits, since when, and which service answers; that one decides as a person would.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Min, Model, QuerySet

from common import switches
from common.exceptions import Refusal
from common.house import Due, DueKind
from common.switch_choices import Answers
from common.ui import Check

UNMET = "Resposta automática: não atende a {rules}."
logger = logging.getLogger(__name__)


class Answer(Protocol):
    def __call__(self, *, pk: int, at: datetime) -> object: ...


@dataclass(frozen=True, kw_only=True)
class Answering:
    """What waits for one desk, and the service that answers once the hours of the room have passed.

    `switch` is the field of Switches that turns it on; `rows` wait since `since`, a field or an expression.
    """

    name: str
    switch: str
    rows: Callable[[], QuerySet[Any]]
    since: Any
    what: Callable[[Any], str]
    told: str
    answer: Answer

    @property
    def kind(self) -> DueKind:
        return DueKind(self.name, self.upcoming, self.next_due, self.apply)

    def next_due(self, after: datetime) -> datetime | None:
        waited = self._waiting().filter(begun__gt=after - _hours())
        first: datetime | None = waited.aggregate(first=Min("begun"))["first"]
        return first + _hours() if first else None

    def upcoming(self, after: datetime, until: datetime) -> Iterator[Due]:
        rows = self._waiting().filter(begun__gt=after - _hours(), begun__lte=until - _hours())
        for row in rows.order_by("begun", "pk"):
            yield Due(row.begun + _hours(), self.what(row), self.told, "resposta automática")

    def apply(self, *, at: datetime) -> int:
        """Answer all that is due at `at`, each by itself; what cannot be answered stays for a person."""
        due = self._waiting().filter(begun__lte=at - _hours()).order_by("begun", "pk")
        return sum(self._answers(pk, at) for pk in list(due.values_list("pk", flat=True)))

    def due_of(self, row: Model) -> datetime | None:
        """When this row is answered by itself; None where a person answers, or nothing waits."""
        begun: datetime | None = self._waiting().filter(pk=row.pk).values_list("begun", flat=True).first()
        return begun + _hours() if begun else None

    def _answers(self, pk: int, at: datetime) -> bool:
        try:
            self.answer(pk=pk, at=at)
        except ObjectDoesNotExist:
            return False
        except Refusal as refusal:
            # Most often somebody else decided meanwhile.
            logger.info("%s %s stays: %s", self.name, pk, refusal.code)
            return False
        return True

    def _waiting(self) -> QuerySet[Any]:
        rows = self.rows() if getattr(switches.now(), self.switch) is Answers.AUTOMATIC else self.rows().none()
        waiting: QuerySet[Any] = rows.annotate(begun=self.since)
        return waiting


def unmet(checks: Iterable[Check]) -> str:
    """Why something is returned: every rule that its facts do not meet; empty when they meet all."""
    rules = "; ".join(f"«{check.label}» ({check.rule})" for check in checks if check.holds is False)
    return UNMET.format(rules=rules) if rules else ""


def _hours() -> timedelta:
    return timedelta(hours=switches.now().automatic_hours)
