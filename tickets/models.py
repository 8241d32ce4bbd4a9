"""Support tickets (chamados) with their 72-hour clock (SM-12): one machine, for each product that answers them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from common.actor import Actor
from territory.models import Entity

ANSWER_WITHIN = timedelta(hours=72)


class Product(models.TextChoices):
    """Where a ticket is opened and answered; each value is the label of the app that has its pages."""

    SIOPS = "siops", "SIOPS"
    EGESTOR = "egestor", "e-Gestor/Gerencia APS"


class SupportTicketQuerySet(models.QuerySet["SupportTicket"]):
    def of(self, product: Product) -> SupportTicketQuerySet:
        return self.filter(product=product)

    def visible_to(self, actor: Actor) -> SupportTicketQuerySet:
        """Of each product, those of the entities whose rows of its app the actor sees."""
        seen = Q(pk=None)
        for product in Product:
            entities = actor.entities_in(product)
            seen |= Q(product=product) if entities is None else Q(product=product, entity__in=entities)
        return self.filter(seen)

    def waiting(self) -> SupportTicketQuerySet:
        """Those that wait for the ministry."""
        return self.filter(status__in=SupportTicket.WAITING)

    def by_lateness(self) -> SupportTicketQuerySet:
        """First those that wait for the ministry, the longest wait first; then the others, the newest first."""
        waits = Q(status__in=SupportTicket.WAITING)
        waiting_since = Case(When(waits, then=F("waiting_since")), default=None)
        return self.order_by(waiting_since.asc(nulls_last=True), "-opened_at", "-pk")


class SupportTicket(ConcurrentTransitionMixin, models.Model):
    """A chamado of the entity: in the SIOPS about a crítica, in the e-Gestor about one of its systems."""

    class Status(models.TextChoices):
        OPEN = "open", "ABERTO"
        ANSWERED = "answered", "RESPONDIDO"
        SOLVED = "solved", "RESOLVIDO"
        REOPENED = "reopened", "REABERTO"

    class Topic(models.TextChoices):
        EGESTOR = "egestor", "e-Gestor AB/APS"
        GERENCIA = "gerencia", "Gerencia APS"

    WAITING = (Status.OPEN, Status.REOPENED)

    product = models.CharField("produto", max_length=8, choices=Product.choices)
    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name="ente", related_name="support_tickets")
    subject = models.CharField("assunto", max_length=120)
    topic = models.CharField("sobre", max_length=8, choices=Topic.choices, blank=True)
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
                condition=(Q(product="egestor", rule_code="") & ~Q(topic="")) | Q(product="siops", topic=""),
                name="ticket_says_what_its_product_asks",
            ),
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
