"""The 6º bimestre that was not homologated, with the machine SM-6 of the specification (section 6)."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from declarations.models import ReportingPeriod
from sanctions.models.written import CaseQuerySet
from sanctions.terms import ANSWER_WITHIN, DAY
from territory.models import Entity


class OmissionQuerySet(CaseQuerySet["Omission"]):
    def open(self) -> OmissionQuerySet:
        return self.filter(status__in=Omission.OPEN)


class Omission(ConcurrentTransitionMixin, models.Model):
    """A year whose 6º bimestre was late (omissão): notified, and suspended while nothing is homologated.

    REGULAR is the absence of a row. Days are those on which each step was recorded, at their first instant.
    """

    class Status(models.TextChoices):
        NOTIFIED = "notified", "NOTIFICADO"
        REPORTED = "suspension_reported", "SUSPENSÃO COMUNICADA"
        SUSPENDED = "transfers_suspended", "SUSPENSO"
        RESTORATION_REQUESTED = "restoration_requested", "RESTABELECIMENTO SOLICITADO"
        RESTORED = "restored", "RESTABELECIDO"
        SETTLED = "settled", "REGULARIZADO"

    OPEN = (Status.NOTIFIED, Status.REPORTED, Status.SUSPENDED, Status.RESTORATION_REQUESTED)
    UNANSWERED = (Status.NOTIFIED, Status.REPORTED, Status.SUSPENDED)
    # While no transfer comes.
    WITHHELD = (Status.SUSPENDED, Status.RESTORATION_REQUESTED)
    WRITTEN = ("status", "reported_on", "suspended_on", "requested_on", "closed_on")

    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name="ente", related_name="omissions", db_index=False)
    period = models.ForeignKey(ReportingPeriod, models.PROTECT, verbose_name="bimestre", related_name="omissions")
    status = FSMField("situação", max_length=24, choices=Status.choices, default=Status.NOTIFIED, protected=True)
    notified_on = models.DateField("notificado em")
    reported_on = models.DateField("suspensão comunicada em", null=True, blank=True)
    suspended_on = models.DateField("suspenso em", null=True, blank=True)
    requested_on = models.DateField("restabelecimento solicitado em", null=True, blank=True)
    closed_on = models.DateField("encerrado em", null=True, blank=True)

    objects = OmissionQuerySet.as_manager()

    class Meta:
        verbose_name = "omissão do 6º bimestre"
        verbose_name_plural = "omissões do 6º bimestre"
        ordering = ["-period__year", "entity"]
        constraints = [
            models.UniqueConstraint(fields=["entity", "period"], name="omission_once"),
            models.CheckConstraint(
                condition=Q(status="notified", reported_on=None, requested_on=None, closed_on=None)
                | Q(status="suspension_reported", reported_on__isnull=False, suspended_on=None, closed_on=None)
                | Q(status="transfers_suspended", suspended_on__isnull=False, requested_on=None, closed_on=None)
                | Q(status="restoration_requested", requested_on__isnull=False, closed_on=None)
                | Q(status="restored", requested_on__isnull=False, closed_on__isnull=False)
                | Q(status="settled", closed_on__isnull=False),
                name="omission_says_when",
            ),
            models.CheckConstraint(
                condition=(Q(reported_on=None) | Q(reported_on__gt=F("notified_on")))
                & (Q(suspended_on=None) | Q(suspended_on__gt=F("reported_on")))
                & (Q(requested_on=None) | Q(requested_on__gt=F("reported_on"))),
                name="omission_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"6º bimestre de {self.period.year} não homologado: {self.entity}"

    @property
    def last_day(self) -> date:
        """Until which, inclusive, homologating avoids the suspension; a prorogation moves it with the deadline."""
        return max(self.notified_on, self.period.closes_on + DAY) + ANSWER_WITHIN

    @property
    def opened_on(self) -> date:
        """The day from which the entity may defend itself."""
        return self.notified_on

    @property
    def defence_until(self) -> date:
        """The last day of the defence: that of the thirty days."""
        return self.last_day

    def takes_defence(self, day: date) -> bool:
        return self.status == self.Status.NOTIFIED and day <= self.defence_until

    @transition(status, source=Status.NOTIFIED, target=Status.SETTLED)
    def settle(self, *, on: date) -> None:
        """Homologated within the thirty days."""
        self.closed_on = on

    @transition(status, source=UNANSWERED, target=Status.SETTLED)
    def void(self, *, on: date) -> None:
        """Homologated in time, and written only after the day was judged: what followed counts for nothing."""
        self.closed_on = on

    @transition(status, source=Status.NOTIFIED, target=Status.REPORTED)
    def report(self, *, on: date) -> None:
        """The thirty days are over: the file goes to the bank."""
        self.reported_on = on

    @transition(status, source=Status.REPORTED, target=Status.SUSPENDED)
    def suspend(self, *, on: date) -> None:
        """The first decêndio that does not come: FPM or FPE, ITR, IPI-Exportação, and voluntary transfers."""
        self.suspended_on = on

    @transition(status, source=[Status.REPORTED, Status.SUSPENDED], target=Status.RESTORATION_REQUESTED)
    def request_restoration(self, *, on: date) -> None:
        """Homologated at last: the file of the day asks the bank to restore."""
        self.requested_on = on

    @transition(status, source=Status.RESTORATION_REQUESTED, target=Status.RESTORED)
    def restore(self, *, on: date) -> None:
        self.closed_on = on
