"""A lot (lote): one pass over every citizen of a municipality, with the states of the specification (8.5)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from cadsus.models.modules import OFFICE
from common.actor import Actor
from common.legal_time import BRASILIA
from territory.models import Entity

# The window (janela) in which a night lot works, by the clock of the room.
WINDOW = (time(0), time(6))
MOST_IN_A_SLICE, SLICES_AT_LEAST, SECONDS_OF_A_SLICE = 25_000, 50, 2
# A link that changes is of a confirmation whose request began at most so long ago.
UNSETTLED = timedelta(minutes=15)


class Pace(models.TextChoices):
    """Ritmo: how fast the simulated national base lets itself be asked."""

    REAL = "real", "Real (33 pessoas por segundo)"
    CLASS = "class", "Turma (2.000 por segundo)"
    FULL = "full", "Máximo"


PER_SECOND = {Pace.REAL: 33, Pace.CLASS: 2_000, Pace.FULL: MOST_IN_A_SLICE}


def slice_size(pace: str, people: int) -> int:
    """People of a slice: small enough to show progress; at full speed always as many as go well in a statement."""
    if pace == Pace.FULL:
        return MOST_IN_A_SLICE
    return max(1, min(MOST_IN_A_SLICE, people // SLICES_AT_LEAST, SECONDS_OF_A_SLICE * PER_SECOND[Pace(pace)]))


def is_in_window(at: datetime) -> bool:
    """From midnight on, and until just before six in the morning, in Brasília."""
    return WINDOW[0] <= at.astimezone(BRASILIA).time() < WINDOW[1]


class LotQuerySet(models.QuerySet["Lot"]):
    def visible_to(self, actor: Actor) -> LotQuerySet:
        """Those of the municipality in which somebody has a function; whether they may open one is another question."""
        entities = {office.entity_id for office in actor.offices if office.kind == OFFICE}
        return self.filter(entity__in=entities)

    def running(self) -> LotQuerySet:
        return self.filter(status=Lot.Status.RUNNING)

    def open(self) -> LotQuerySet:
        """Neither finished nor cancelled."""
        return self.filter(status__in=Lot.OPEN)

    def waiting_for_the_window(self) -> LotQuerySet:
        return self.filter(status__in=[Lot.Status.SCHEDULED, Lot.Status.INTERRUPTED], in_window=True)

    def finished(self) -> LotQuerySet:
        return self.filter(status__in=Lot.FINISHED)


class Lot(ConcurrentTransitionMixin, models.Model):
    """One pass (lote de sincronização). It classifies and detects; it copies nothing.

    `people` and `last_citizen` are of the plan: who is registered later is of another night.
    """

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", "AGENDADO"
        RUNNING = "running", "EM EXECUÇÃO"
        PAUSED = "paused", "PAUSADO"
        INTERRUPTED = "interrupted", "INTERROMPIDO"
        DONE = "done", "CONCLUÍDO"
        DONE_PENDING = "done_pending", "CONCLUÍDO COM PENDÊNCIAS"
        CANCELLED = "cancelled", "CANCELADO"

    OPEN = (Status.SCHEDULED, Status.RUNNING, Status.PAUSED, Status.INTERRUPTED)
    FINISHED = (Status.DONE, Status.DONE_PENDING)

    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name="município", related_name="lots")
    status = FSMField("situação", max_length=12, choices=Status.choices, default=Status.SCHEDULED, protected=True)
    pace = models.CharField("ritmo", max_length=5, choices=Pace.choices)
    in_window = models.BooleanField("só na janela da noite", default=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="pedido por", related_name="+")
    asked_at = models.DateTimeField("pedido em")
    begun_at = models.DateTimeField("começou em", null=True, blank=True)
    ended_at = models.DateTimeField("terminou em", null=True, blank=True)
    reason = models.CharField("motivo", max_length=120, blank=True)
    people = models.PositiveIntegerField("pessoas", default=0)
    last_citizen = models.BigIntegerField("último prontuário", default=0)
    # The stretch since it last began or went on: in the room's time, in real time, and what was done before it.
    running_from = models.DateTimeField("em execução desde", null=True, blank=True)
    running_since = models.DateTimeField("em execução desde (relógio real)", null=True, blank=True)
    done_before = models.PositiveIntegerField("feitas antes", default=0)
    # Slices that failed one after the other: three open the breaker (disjuntor).
    failures = models.PositiveSmallIntegerField("falhas seguidas", default=0)
    # What the closing check counted.
    visits = models.PositiveIntegerField("visitas", null=True, blank=True)
    visited = models.PositiveIntegerField("pessoas visitadas", null=True, blank=True)

    objects = LotQuerySet.as_manager()

    class Meta:
        verbose_name = "lote de sincronização"
        verbose_name_plural = "lotes de sincronização"
        ordering = ["-pk"]
        constraints = [
            # M48.
            models.UniqueConstraint(
                fields=["entity"],
                condition=Q(status__in=["scheduled", "running", "paused", "interrupted"]),
                name="lot_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["running", "paused"])
                | Q(begun_at__isnull=False, running_from__isnull=False, running_since__isnull=False),
                name="lot_running_has_begun",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["done", "done_pending", "cancelled"], ended_at__isnull=False)
                | Q(status__in=["scheduled", "running", "paused", "interrupted"], ended_at=None),
                name="lot_ended_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["interrupted", "cancelled"]) | ~Q(reason=""), name="lot_stopped_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["done", "done_pending"])
                | Q(visits__isnull=False, visited__isnull=False, visits=F("people"), visited=F("people")),
                name="lot_done_visited_everybody_once",
            ),
        ]

    def __str__(self) -> str:
        return f"Lote {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def is_finished(self) -> bool:
        return self.status in self.FINISHED

    @property
    def settled_before(self) -> datetime:
        """Whose link is older than this is where the plan has it."""
        return (self.begun_at or self.asked_at) - UNSETTLED

    def _run(self, at: datetime, real_at: Any, done: int) -> None:
        self.running_from, self.running_since, self.done_before = at, real_at, done
        self.failures, self.reason = 0, ""

    @transition(status, source=Status.SCHEDULED, target=Status.RUNNING)
    def begin(self, *, people: int, last_citizen: int, at: datetime, real_at: Any) -> None:
        """The plan is made and the first slice may be claimed."""
        self.people, self.last_citizen, self.begun_at = people, last_citizen, at
        self._run(at, real_at, 0)

    @transition(status, source=Status.RUNNING, target=Status.PAUSED)
    def pause(self) -> None:
        """Pausar: slices in progress end, and no other begins."""

    @transition(status, source=[Status.PAUSED, Status.INTERRUPTED], target=Status.RUNNING)
    def resume(self, *, done: int, at: datetime, real_at: Any) -> None:
        """Retomar, from where it stood."""
        self._run(at, real_at, done)

    @transition(status, source=Status.RUNNING, target=Status.INTERRUPTED)
    def interrupt(self, *, reason: str) -> None:
        """The window ended or the breaker opened; who was not visited stays as they were."""
        self.reason = reason

    def _end(self, visits: int, visited: int, at: datetime) -> None:
        self.visits, self.visited, self.ended_at = visits, visited, at

    @transition(status, source=Status.RUNNING, target=Status.DONE)
    def finish(self, *, visits: int, visited: int, at: datetime) -> None:
        """Everybody was visited, and all are as in the CADSUS."""
        self._end(visits, visited, at)

    @transition(status, source=Status.RUNNING, target=Status.DONE_PENDING)
    def finish_with_pending(self, *, visits: int, visited: int, at: datetime) -> None:
        """Everybody was visited, and there is something to do."""
        self._end(visits, visited, at)

    @transition(status, source=list(OPEN), target=Status.CANCELLED)
    def cancel(self, *, reason: str, at: datetime) -> None:
        """Cancelar: what was found stays on record."""
        self.reason, self.ended_at = reason, at
