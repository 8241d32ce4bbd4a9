"""What the PEC's screens show of its own calls: who made them is in the trail, how they ended in the log of calls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from common import house, switches
from interop import journal
from interop.models import Exchange
from rnds.services.connection import on_record
from rnds.services.pec_line import Step

NO_ANSWER = "sem resposta"


@dataclass(frozen=True, slots=True)
class Call:
    """A call that this PEC really made (chamada), with its reason in words; no status when nobody answered."""

    at: datetime
    label: str
    status: int
    reason: str
    request_id: str
    scenario: str = ""

    failed: bool = False

    @property
    def told_status(self) -> str:
        return str(self.status) if self.status else NO_ANSWER


def told(steps: Sequence[Step], at: datetime) -> list[Call]:
    """Calls made just now, in their order."""
    return _told([(at, on_record(step)) for step in steps])


def _told(noted: Sequence[tuple[datetime, dict[str, Any]]]) -> list[Call]:
    rows = _on_record({call["request_id"] for _, call in noted} - {""})
    return [_call(at, call, rows.get(call["request_id"])) for at, call in noted]


def _on_record(ids: Iterable[str]) -> dict[str, Exchange]:
    """The lines of the log; those that this process has in hand are written first."""
    journal.write()
    return {row.request_id: row for row in Exchange.objects.filter(request_id__in=ids)}


def _call(at: datetime, noted: dict[str, Any], row: Exchange | None) -> Call:
    said = [noted["reason"]]
    if row is not None and switches.now().training_mode and row.explanation not in said:
        said.append(row.explanation)
    return Call(
        at=at,
        label=_label(noted["door"]),
        status=noted["status"],
        reason=" ".join(filter(None, said)),
        request_id=noted["request_id"],
        scenario=row.scenario if row else "",
        failed=noted["failed"],
    )


def _label(door: str) -> str:
    return next((each.label for each in house.machine_doors() if each.name == door), door)
