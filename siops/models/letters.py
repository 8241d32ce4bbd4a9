"""The official letter (ofício) that asks for a permanent change of the head of the executive."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from common.actor import Actor
from siops.models.scoped import EntityScopedQuerySet
from territory.models import Entity


class OfficialLetter(ConcurrentTransitionMixin, models.Model):
    """Sent with copies of the Ata de Posse and the Diploma, reviewed by the ministry."""

    class Status(models.TextChoices):
        SENT = "sent", "ENVIADO"
        APPROVED = "approved", "APROVADO"
        RETURNED = "returned", "DEVOLVIDO"

    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name="ente", related_name="official_letters")
    cpf = models.CharField("CPF do novo chefe", max_length=11)
    name = models.CharField("nome", max_length=120)
    email = models.EmailField("e-mail")
    phone = models.CharField("telefone", max_length=11)
    position = models.CharField("cargo", max_length=120)
    starts_on = models.DateField("início")
    status = FSMField("situação", max_length=10, choices=Status.choices, default=Status.SENT, protected=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="enviado por", null=True, blank=True, related_name="+"
    )
    sent_at = models.DateTimeField("enviado em")
    sent_by_substitution = models.BooleanField("por substituição", default=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="analisado por", null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField("analisado em", null=True, blank=True)
    reason = models.TextField("motivo da devolução", blank=True)

    objects = EntityScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "ofício de mudança do chefe do Executivo"
        verbose_name_plural = "ofícios de mudança do chefe do Executivo"
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["entity"], condition=Q(status="sent"), name="letter_one_open_per_entity"),
            models.CheckConstraint(
                condition=Q(status="sent", reviewed_at__isnull=True)
                | (~Q(status="sent") & Q(reviewed_at__isnull=False, reviewed_by__isnull=False)),
                name="letter_reviewed_has_who_and_when",
            ),
            models.CheckConstraint(condition=~Q(status="returned") | ~Q(reason=""), name="letter_returned_has_reason"),
        ]

    def __str__(self) -> str:
        return f"Ofício nº {self.pk}"

    @transition(status, source=Status.SENT, target=Status.APPROVED)
    def approve(self, *, by: Actor, at: datetime) -> None:
        self.reviewed_by_id, self.reviewed_at = by.account_id, at

    @transition(status, source=Status.SENT, target=Status.RETURNED)
    def send_back(self, *, by: Actor, reason: str, at: datetime) -> None:
        self.reviewed_by_id, self.reviewed_at, self.reason = by.account_id, at, reason
