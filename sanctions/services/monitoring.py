"""Monitoramento (T19): the cases of an entity, its timeline, whose turn it is and what restores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import NamedTuple

from common.actor import Actor
from declarations.engine.money import brazilian
from declarations.models import ReportingPeriod
from sanctions.models import Defence, Omission, SanctionEvent, Shortfall
from sanctions.permissions import Permission
from sanctions.planning import Case, ahead
from sanctions.services.defending import CASES
from sanctions.services.facts import omission_cases, shortfall_cases
from siops.services.registry import legal_date

SENDER, SECRETARY, SYSTEM = "Responsável pelo envio e Secretário de Saúde", "Secretário de Saúde", "SIOPS e banco"
HOMOLOGATE = "Transmitir e homologar o 6º bimestre"
PROVE = "Homologar uma declaração em que o controle do percentual não cumprido (Q4) mostre tudo aplicado"
ANSWERED = "Nada: a homologação entra no arquivo do dia seguinte"
AWAITING = (Omission.Status.NOTIFIED, Omission.Status.REPORTED, Omission.Status.SUSPENDED)
WAIT = "Nada: o pedido já foi feito, e o banco restabelece em até 72 horas da homologação"
RESTORES: dict[str, tuple[str, str]] = {
    Omission.Status.NOTIFIED: (SENDER, HOMOLOGATE),
    Omission.Status.REPORTED: (SENDER, HOMOLOGATE),
    Omission.Status.SUSPENDED: (SENDER, HOMOLOGATE),
    Omission.Status.RESTORATION_REQUESTED: (SYSTEM, WAIT),
    Shortfall.Status.BREACHED: (SECRETARY, "Retificar, se houver erro, ou esperar o direcionamento das parcelas"),
    Shortfall.Status.CONDITIONED: (SECRETARY, f"Aplicar o que for depositado. {PROVE}"),
    Shortfall.Status.DEPOSITED: (SECRETARY, PROVE),
    Shortfall.Status.SUSPENDED: (SENDER, PROVE),
}
# What is still to come is looked for so far: past the twelve months of the proof.
LOOKED_AHEAD = timedelta(days=400)
SHOWN = 12


class Coming(NamedTuple):
    """Something that will happen if nobody does anything."""

    on: date
    what: str
    in_reais: str


class DepositRow(NamedTuple):
    """A parcel that was directed, in reais."""

    on: date
    told_on: date
    transfer: str
    rate: int
    amount: str


@dataclass(frozen=True)
class CaseRow:
    """A case as it stands at one instant, and what comes next."""

    row: Omission | Shortfall
    deposits: list[DepositRow]
    deposited: int
    coming: list[Coming]
    # The homologation that restores was already made: only the file of the next day lacks.
    is_answered: bool
    defences: list[Defence]
    may_defend: bool

    @property
    def kind(self) -> str:
        """As the address of its defence calls it."""
        return next(kind for kind, model in CASES.items() if isinstance(self.row, model))

    @property
    def year(self) -> int:
        period: ReportingPeriod = self.row.period
        return period.year

    @property
    def is_shortfall(self) -> bool:
        return isinstance(self.row, Shortfall)

    @property
    def turn(self) -> str:
        return SYSTEM if self.is_answered else RESTORES.get(self.row.status, ("", ""))[0]

    @property
    def restores(self) -> str:
        return ANSWERED if self.is_answered else RESTORES.get(self.row.status, ("", ""))[1]

    @property
    def owed(self) -> str:
        return brazilian(self.row.amount) if isinstance(self.row, Shortfall) else ""

    @property
    def paid(self) -> str:
        return brazilian(self.deposited)


@dataclass(frozen=True)
class Monitoring:
    """Everything of one entity."""

    cases: list[CaseRow]
    timeline: list[SanctionEvent]


def monitoring_of(*, entity_id: int, actor: Actor, at: datetime) -> Monitoring:
    """The queries are the same, however long the story is."""
    day = legal_date(at)
    return Monitoring(
        cases=[*_omissions(entity_id, actor, day), *_shortfalls(entity_id, actor, day)],
        timeline=list(SanctionEvent.objects.visible_to(actor).filter(entity=entity_id).newest_first()),
    )


def _omissions(entity_id: int, actor: Actor, day: date) -> Iterator[CaseRow]:
    cases = {case.row.pk: case for case in omission_cases(entity_id)}
    rows = Omission.objects.visible_to(actor).filter(entity=entity_id).select_related("period")
    for row in rows.prefetch_related("defences__written_by"):
        case = cases.get(row.pk)
        is_answered = case is not None and case.homologated_on is not None and row.status in AWAITING
        yield CaseRow(row, [], 0, _coming(case, day), is_answered, *_defence(row, actor, day))


def _shortfalls(entity_id: int, actor: Actor, day: date) -> Iterator[CaseRow]:
    cases = {case.row.pk: case for case in shortfall_cases(entity_id)}
    rows = Shortfall.objects.visible_to(actor).filter(entity=entity_id)
    for row in rows.select_related("period").prefetch_related("deposits", "defences__written_by"):
        case, deposits = cases.get(row.pk), list(row.deposits.all())
        is_answered = case is not None and case.proven_on is not None
        shown = [
            DepositRow(each.directed_on, each.told_on, brazilian(each.transfer), each.rate, brazilian(each.amount))
            for each in deposits
        ]
        paid = sum(each.amount for each in deposits)
        yield CaseRow(row, shown, paid, _coming(case, day), is_answered, *_defence(row, actor, day))


def _defence(row: Omission | Shortfall, actor: Actor, day: date) -> tuple[list[Defence], bool]:
    """What was said in defence, and whether who looks may say it now."""
    found = list(row.defences.all())
    is_open = row.takes_defence(day) and all(each.opened_on != row.opened_on for each in found)
    return found, is_open and actor.has_perm(Permission.PRESENT_DEFENCE, row)


def _coming(case: Case | None, day: date) -> list[Coming]:
    """The case is another object than the row that is shown: moving it changes nothing."""
    steps = islice(ahead(case, day, day + LOOKED_AHEAD), SHOWN) if case is not None else ()
    return [
        Coming(step.on, str(step.kind.label), "" if step.amount is None else brazilian(step.amount)) for step in steps
    ]
