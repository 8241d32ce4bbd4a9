"""What the PEC's screens show of its own calls: who made them is in the trail, how they ended in the log of calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from common import house, sheets, switches
from common.legal_time import BRASILIA
from interop import journal
from interop.models import Exchange
from rnds.models import PecInstallation
from rnds.services.connection import on_record
from rnds.services.pec_line import Step

CALLING = ("pec.connection_tested", "pec.citizen_searched")
# As long as the log of calls keeps them.
KEPT_FOR = journal.KEPT_FOR
NO_ANSWER = "sem resposta"
HEADER = ("Data do envio", "Tipo de registro", "Id do registro", "Status do envio", "Erro retornado")


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


def calls_of(installation: PecInstallation, *, since: datetime, until: datetime) -> list[Call]:
    """The calls of an installation from `since` to `until`, the newest first, whatever its certificate was."""
    events = installation.history().filter(verb__in=CALLING, at__gte=since, at__lte=until)
    noted = [(event.at, call) for event in events for call in reversed(event.details.get("calls", []))]
    return _told(noted)


def error_lines(installation: PecInstallation, *, since: datetime, until: datetime) -> Iterator[str]:
    """«Relatório de erros»: the calls that failed from `since` to `until`, as CSV; real attempts only."""
    failed = [call for call in calls_of(installation, since=since, until=until) if call.failed]
    rows = ([local(call.at), call.label, call.request_id, call.told_status, call.reason] for call in failed)
    about = f"chamadas com erro de {installation.name}, de {local(since)} a {local(until)}"
    return sheets.csv_lines(about=about, header=HEADER, rows=rows)


def local(at: datetime) -> str:
    return f"{at.astimezone(BRASILIA):%d/%m/%Y %H:%M:%S}"


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
