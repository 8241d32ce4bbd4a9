"""The opinion of the Conselho (SM-8) and the assessment of the Tribunal (SM-9) on a homologated declaration."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from declarations.models import Declaration

SHORTEST_TEXT = 50


class Opinion(ConcurrentTransitionMixin, models.Model):
    """Parecer do Conselho de Saúde on one homologated version of the 2nd, 4th or 6th bimestre.

    Nothing waits for it: the declaration is official without (spec of the SIOPS, SM-8). A row exists from the moment
    when the Conselho takes the version for analysis; before, it is PENDENTE.
    """

    class Status(models.TextChoices):
        PENDING = "pending", "PENDENTE"
        UNDER_REVIEW = "before_council", "EM ANÁLISE"
        FAVOURABLE = "favourable", "FAVORÁVEL"
        WITH_RESERVATIONS = "with_reservations", "FAVORÁVEL COM RESSALVAS"
        UNFAVOURABLE = "unfavourable", "DESFAVORÁVEL"
        RETURNED = "returned_for_adjustment", "RETORNADO PARA AJUSTES"

    VERDICTS = (Status.FAVOURABLE, Status.WITH_RESERVATIONS, Status.UNFAVOURABLE)
    BIMESTERS = (2, 4, 6)

    declaration = models.OneToOneField(
        Declaration, models.PROTECT, verbose_name="declaração", related_name="opinion", primary_key=True
    )
    status = FSMField("situação", max_length=24, choices=Status.choices, default=Status.PENDING, protected=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="assumido por", related_name="+"
    )
    taken_at = models.DateTimeField("assumido em")
    reason = models.TextField("o que ajustar", blank=True)
    text = models.TextField("parecer", blank=True)
    met_on = models.DateField("data da reunião", null=True, blank=True)
    resolution = models.CharField("número da resolução", max_length=40, blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="dado por", related_name="+", null=True, blank=True
    )
    given_at = models.DateTimeField("dado em", null=True, blank=True)

    class Meta:
        verbose_name = "parecer do Conselho"
        verbose_name_plural = "pareceres do Conselho"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(status="pending"), name="opinion_row_was_taken"),
            models.CheckConstraint(
                condition=~Q(status="returned_for_adjustment") | ~Q(reason=""), name="opinion_returned_says_what"
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["favourable", "with_reservations", "unfavourable"],
                    met_on__isnull=False,
                    given_by__isnull=False,
                    given_at__isnull=False,
                )
                & ~Q(text="")
                & ~Q(resolution="")
                | ~Q(status__in=["favourable", "with_reservations", "unfavourable"])
                & Q(met_on=None, given_by=None, given_at=None, text="", resolution=""),
                name="opinion_given_says_what_and_who",
            ),
        ]

    def __str__(self) -> str:
        return f"Parecer do Conselho sobre a {self.declaration}"

    @property
    def entity_id(self) -> int:
        return self.declaration.entity_id

    @transition(status, source=[Status.PENDING, Status.RETURNED], target=Status.UNDER_REVIEW)
    def take(self, *, by_id: int, at: datetime) -> None:
        """The Conselho begins its analysis, or takes it up again."""
        self.taken_by_id, self.taken_at, self.reason = by_id, at, ""

    @transition(status, source=Status.UNDER_REVIEW, target=Status.RETURNED)
    def send_back(self, *, reason: str) -> None:
        """To the gestor, for adjustments."""
        self.reason = reason

    @transition(status, source=Status.UNDER_REVIEW, target=Status.FAVOURABLE)
    def approve(self, *, text: str, met_on: date, resolution: str, by_id: int, at: datetime) -> None:
        self._give(text, met_on, resolution, by_id, at)

    @transition(status, source=Status.UNDER_REVIEW, target=Status.WITH_RESERVATIONS)
    def approve_with_reservations(self, *, text: str, met_on: date, resolution: str, by_id: int, at: datetime) -> None:
        self._give(text, met_on, resolution, by_id, at)

    @transition(status, source=Status.UNDER_REVIEW, target=Status.UNFAVOURABLE)
    def disapprove(self, *, text: str, met_on: date, resolution: str, by_id: int, at: datetime) -> None:
        self._give(text, met_on, resolution, by_id, at)

    def _give(self, text: str, met_on: date, resolution: str, by_id: int, at: datetime) -> None:
        self.text, self.met_on, self.resolution = text, met_on, resolution
        self.given_by_id, self.given_at = by_id, at


class CourtAssessment(ConcurrentTransitionMixin, models.Model):
    """What the Tribunal de Contas found of the percentage of a homologated version (MCE); it edits no data.

    A row exists once it was analysed; before, it is NÃO ANALISADO.
    """

    class Status(models.TextChoices):
        NOT_ANALYSED = "not_analysed", "NÃO ANALISADO"
        CONFIRMED = "confirmed_by_court", "CONFIRMADO"
        DIVERGENT = "divergent", "DIVERGENTE"

    declaration = models.OneToOneField(
        Declaration, models.PROTECT, verbose_name="declaração", related_name="court_assessment", primary_key=True
    )
    status = FSMField("situação", max_length=24, choices=Status.choices, default=Status.NOT_ANALYSED, protected=True)
    # Hundredths of a percent.
    percent = models.IntegerField("percentual apurado", null=True, blank=True)
    decision = models.CharField("número da decisão", max_length=40)
    assessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="registrado por", related_name="+"
    )
    assessed_at = models.DateTimeField("registrado em")

    class Meta:
        verbose_name = "apuração do Tribunal de Contas"
        verbose_name_plural = "apurações do Tribunal de Contas"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="confirmed_by_court", percent=None) | Q(status="divergent", percent__isnull=False),
                name="assessment_divergent_says_how_much",
            ),
            models.CheckConstraint(condition=~Q(decision=""), name="assessment_has_decision"),
            models.CheckConstraint(
                condition=Q(percent=None) | Q(percent__gte=0, percent__lte=100_00), name="assessment_is_a_percentage"
            ),
        ]

    def __str__(self) -> str:
        return f"Apuração do Tribunal sobre a {self.declaration}"

    @property
    def entity_id(self) -> int:
        return self.declaration.entity_id

    @transition(status, source=Status.NOT_ANALYSED, target=Status.CONFIRMED)
    def confirm(self, *, decision: str, by_id: int, at: datetime) -> None:
        """The percentage is the one that was declared."""
        self._register(decision, by_id, at)

    @transition(status, source=Status.NOT_ANALYSED, target=Status.DIVERGENT)
    def diverge(self, *, percent: int, decision: str, by_id: int, at: datetime) -> None:
        """The Tribunal came to another one."""
        self.percent = percent
        self._register(decision, by_id, at)

    def _register(self, decision: str, by_id: int, at: datetime) -> None:
        self.decision, self.assessed_by_id, self.assessed_at = decision, by_id, at
