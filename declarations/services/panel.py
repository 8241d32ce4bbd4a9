"""The panel of the entity (T9): the six bimestres of a year, what each lacks and whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from common.actor import Actor
from common.ui import Tone
from declarations.engine.money import brazilian
from declarations.models import Declaration, Receipt, ReportingPeriod
from declarations.services.waiting import Badge, badge_of
from siops.models import HealthManager, Technician
from siops.services.registry import legal_date

Status = Declaration.Status
SENDER, SECRETARY = "Responsável pelo envio", "Secretário de Saúde"
# Situation of the newest version → what is to be done, and by whom.
NEXT = {
    Status.DRAFT: ("Preencher e verificar as críticas", SENDER),
    Status.WITH_FINDINGS: ("Corrigir o que impede", SENDER),
    Status.REJECTED: ("Corrigir o que impede", SENDER),
    Status.VALIDATED: ("Gravar o arquivo para transmissão", SENDER),
    Status.PACKED: ("Transmitir", SENDER),
    Status.TRANSMITTED: ("Homologar", SECRETARY),
    Status.RETURNED: ("Abrir a versão corrigida", SENDER),
    Status.SUBSTITUTED: ("Abrir a versão corrigida", SENDER),
}
# A version that was being filled when another was homologated.
OVERTAKEN = "Abrir a retificação, para a versão que já estava em preenchimento"


@dataclass(frozen=True)
class PeriodRow:
    """A bimestre as it stands for the entity at one instant."""

    period: ReportingPeriod
    at: datetime
    declaration: Declaration | None
    official: Declaration | None
    people: dict[str, str]

    @property
    def has_opened(self) -> bool:
        return self.period.has_opened_at(self.at)

    @property
    def is_within_term(self) -> bool:
        return self.period.is_open_at(self.at)

    @property
    def is_done(self) -> bool:
        return self.declaration is not None and self.declaration.status == Status.HOMOLOGATED

    @property
    def has_receipt(self) -> bool:
        """Whether it waits for the secretary: what was delivered is shown, and not yet begun anew.

        What came with the synthetic world was delivered without a receipt.
        """
        if self.declaration is None or self.declaration.status != Status.TRANSMITTED:
            return False
        return bool(self.declaration.receipted)  # type: ignore[attr-defined]  # annotated by _versions

    @property
    def term(self) -> str:
        return term_of(self.period, self.at)

    @property
    def word(self) -> str:
        if self.declaration is not None:
            return str(self.declaration.get_status_display())
        return "NÃO INICIADA" if self.has_opened else "AINDA NÃO ABERTO"

    @property
    def tone(self) -> str:
        """Of a bimestre without declaration; the machine has its own."""
        if not self.has_opened:
            return Tone.NEUTRAL
        return Tone.INFO if self.is_within_term else Tone.DANGER

    @property
    def percent(self) -> str:
        """The official one, as long as there is one."""
        shown = self.official or self.declaration
        return f"{brazilian(shown.percent)} %" if shown and shown.percent is not None else ""

    @property
    def is_rectified_now(self) -> bool:
        """Whether a later version is under way to correct the official one."""
        return self.official is not None and self.official != self.declaration

    @property
    def is_overtaken(self) -> bool:
        """Whether that later version waits for the gestor to open the rectification."""
        return self.is_rectified_now and not hasattr(self.official, "rectification")

    @property
    def badge(self) -> Badge | None:
        return badge_of(self.declaration, self.at) if self.declaration else None

    @property
    def task(self) -> str:
        return self._next[0]

    @property
    def turn(self) -> str:
        """Whose turn it is: the office, and who holds it."""
        task, office = self._next
        return f"{office}: {self.people.get(office) or 'ninguém cadastrado'}" if task else ""

    @property
    def _next(self) -> tuple[str, str]:
        if self.declaration is None:
            return ("Abrir a declaração" if self.has_opened else "", SENDER)
        if self.is_overtaken:
            return (OVERTAKEN, SECRETARY)
        return NEXT.get(Status(self.declaration.status), ("", ""))

    @property
    def waits_for_secretary(self) -> bool:
        return self.declaration is not None and self.declaration.status == Status.TRANSMITTED

    @property
    def may_be_begun(self) -> bool:
        """Whether the next version may be opened by who fills."""
        if self.declaration is None:
            return self.has_opened
        return self.declaration.status in Declaration.SENT and not self.is_overtaken


def term_of(period: ReportingPeriod, at: datetime) -> str:
    """How far the last day of a bimestre is, in words."""
    today = legal_date(at)
    if not period.has_opened_at(at):
        return f"abre em {_days((period.opens_on - today).days)}"
    left = (period.closes_on - today).days
    if left > 0:
        return f"faltam {_days(left)}" if left > 1 else "falta 1 dia"
    return "último dia" if left == 0 else f"venceu há {_days(-left)}"


def _days(number: int) -> str:
    return "1 dia" if number == 1 else f"{number} dias"


@dataclass(frozen=True)
class Panel:
    """Six bimestres, and the one at hand."""

    year: int
    rows: list[PeriodRow]
    # What opens next, when nothing is open today.
    coming: ReportingPeriod | None

    @property
    def at_hand(self) -> PeriodRow | None:
        """The one within its term, while it is not homologated."""
        return next((row for row in self.rows if row.is_within_term and not row.is_done), None)


def panel_of(*, entity_id: int, actor: Actor, year: int | None, at: datetime) -> Panel:
    """Five queries, however many versions there are. Without a year, that of the bimestre at hand."""
    year = year or _year_at_hand(actor, at)
    newest, official = _versions(entity_id, actor, year)
    people = _people(entity_id, actor)
    periods = ReportingPeriod.objects.visible_to(actor).of_years(year)
    rows = [PeriodRow(period, at, newest.get(period.pk), official.get(period.pk), people) for period in periods]
    return Panel(year, rows, coming_period(actor, at))


def coming_period(actor: Actor, at: datetime) -> ReportingPeriod | None:
    """What opens next, when nothing is within its term."""
    day, periods = legal_date(at), ReportingPeriod.objects.visible_to(actor)
    return None if periods.open_on(day).exists() else periods.opening_after(day).first()


def _year_at_hand(actor: Actor, at: datetime) -> int:
    """Of the first bimestre whose term is not over."""
    row = ReportingPeriod.objects.visible_to(actor).filter(closes_on__gte=legal_date(at)).first()
    return row.year if row else legal_date(at).year


def _versions(entity_id: int, actor: Actor, year: int) -> tuple[dict[int, Declaration], dict[int, Declaration]]:
    """Period → its newest version; period → the official one."""
    rows = Declaration.objects.visible_to(actor).filter(entity=entity_id, period__year=year)
    receipts = Receipt.objects.filter(declaration=OuterRef("pk"))
    found = list(
        rows.select_related("period", "rectification").annotate(receipted=Exists(receipts)).order_by("version")
    )
    official = {row.period_id: row for row in found if row.status == Status.HOMOLOGATED}
    return {row.period_id: row for row in found}, official


def _people(entity_id: int, actor: Actor) -> dict[str, str]:
    """Who holds each office now."""
    sender = Technician.objects.visible_to(actor).current().filter(entity=entity_id).select_related("person").first()
    secretaries = HealthManager.objects.visible_to(actor).current().filter(entity=entity_id)
    secretary = secretaries.filter(role=HealthManager.Role.SECRETARY).select_related("person").first()
    held = {SENDER: sender, SECRETARY: secretary}
    return {office: record.person.name for office, record in held.items() if record is not None}
