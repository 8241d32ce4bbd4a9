"""Support tickets (chamados) with their 72-hour clock, and the one-off release of a crítica (SM-12)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from siops.models.scoped import EntityScopedQuerySet
from territory.models import Entity

ANSWER_WITHIN = timedelta(hours=72)


class SupportTicketQuerySet(EntityScopedQuerySet["SupportTicket"]):
    def by_lateness(self) -> SupportTicketQuerySet:
        """First those that wait for the ministry, the longest wait first; then the others, the newest first."""
        waits = Q(status__in=SupportTicket.WAITING)
        waiting_since = Case(When(waits, then=F("waiting_since")), default=None)
        return self.order_by(waiting_since.asc(nulls_last=True), "-opened_at", "-pk")


class SupportTicket(ConcurrentTransitionMixin, models.Model):
    """A chamado of the entity, with the zipped file of the declaration attached."""

    class Status(models.TextChoices):
        OPEN = "open", "ABERTO"
        ANSWERED = "answered", "RESPONDIDO"
        SOLVED = "solved", "RESOLVIDO"
        REOPENED = "reopened", "REABERTO"

    WAITING = (Status.OPEN, Status.REOPENED)

    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name="ente", related_name="support_tickets")
    subject = models.CharField("assunto", max_length=120)
    rule_code = models.CharField("código da crítica", max_length=20, blank=True)
    status = FSMField("situação", max_length=10, choices=Status.choices, default=Status.OPEN, protected=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="aberto por", related_name="+")
    opened_at = models.DateTimeField("aberto em")
    opened_by_substitution = models.BooleanField("por substituição", default=False)
    waiting_since = models.DateTimeField("aguardando resposta desde")
    answered_at = models.DateTimeField("respondido em", null=True, blank=True)
    solved_at = models.DateTimeField("resolvido em", null=True, blank=True)

    objects = SupportTicketQuerySet.as_manager()

    class Meta:
        verbose_name = "chamado"
        verbose_name_plural = "chamados"
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=["answered", "solved"]) | Q(answered_at__isnull=False),
                name="ticket_answered_has_instant",
            ),
            models.CheckConstraint(
                condition=~Q(status="solved") | Q(solved_at__isnull=False), name="ticket_solved_has_instant"
            ),
        ]

    def __str__(self) -> str:
        return f"Chamado nº {self.pk}"

    @property
    def answer_due_at(self) -> datetime:
        """When the 72 hours end, counted from the opening or the last reopening."""
        return self.waiting_since + ANSWER_WITHIN

    def is_late_at(self, at: datetime) -> bool:
        return self.status in self.WAITING and at >= self.answer_due_at

    @transition(status, source=[Status.OPEN, Status.REOPENED], target=Status.ANSWERED)
    def answer(self, *, at: datetime) -> None:
        self.answered_at = at

    @transition(status, source=Status.ANSWERED, target=Status.SOLVED)
    def solve(self, *, at: datetime) -> None:
        self.solved_at = at

    @transition(status, source=[Status.ANSWERED, Status.SOLVED], target=Status.REOPENED)
    def reopen(self, *, at: datetime) -> None:
        self.waiting_since, self.solved_at = at, None


class TicketMessage(models.Model):
    """One message of a ticket, by the entity or by the ministry."""

    ticket = models.ForeignKey(SupportTicket, models.CASCADE, verbose_name="chamado", related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="autor", related_name="+")
    written_at = models.DateTimeField("escrita em")
    written_by_substitution = models.BooleanField("por substituição", default=False)
    text = models.TextField("mensagem")

    class Meta:
        verbose_name = "mensagem do chamado"
        verbose_name_plural = "mensagens do chamado"
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"Mensagem de {self.author}"


class RuleRelease(models.Model):
    """One-off release of one crítica (liberação pontual): for one entity, period and version, with a reason."""

    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name="ente", related_name="rule_releases")
    ticket = models.ForeignKey(SupportTicket, models.PROTECT, verbose_name="chamado", related_name="releases")
    rule_code = models.CharField("código da crítica", max_length=20)
    year = models.PositiveSmallIntegerField("ano")
    bimester = models.PositiveSmallIntegerField("bimestre")
    version = models.PositiveSmallIntegerField("versão da declaração", default=1)
    reason = models.TextField("motivo")
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="liberada por", related_name="+"
    )
    granted_at = models.DateTimeField("liberada em")

    objects = EntityScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "liberação pontual"
        verbose_name_plural = "liberações pontuais"
        ordering = ["-granted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "rule_code", "year", "bimester", "version"], name="release_once_per_version"
            ),
            models.CheckConstraint(condition=Q(bimester__gte=1, bimester__lte=6), name="release_bimester_exists"),
            models.CheckConstraint(condition=~Q(reason=""), name="release_has_reason"),
        ]

    def __str__(self) -> str:
        return f"Liberação de {self.rule_code}"
