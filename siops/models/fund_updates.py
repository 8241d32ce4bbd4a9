"""The update of the entity's record at the FNS/SECON (Anexo I), which gives access to the proposals site (SM-10)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from common.actor import Actor
from siops.models.scoped import EntityScopedQuerySet
from territory.models import Entity


class FundUpdateQuerySet(EntityScopedQuerySet["FundUpdate"]):
    def for_checking(self) -> FundUpdateQuerySet:
        """What the ministry sees: never a draft; first what waits for it, by the time it was sent."""
        waits = Q(status__in=FundUpdate.WAITING)
        waiting_since = Case(When(waits, then=F("sent_at")), default=None)
        sent = self.exclude(status=FundUpdate.Status.DRAFT)
        return sent.order_by(waiting_since.asc(nulls_last=True), "-checked_at", "-pk")


class FundUpdate(ConcurrentTransitionMixin, models.Model):
    """Anexo I with the data of entity and dirigente; the attachments are checked by the ministry."""

    class Status(models.TextChoices):
        DRAFT = "draft", "RASCUNHO"
        SENT = "sent", "ENVIADO"
        UNDER_CHECK = "under_check", "EM CONFERÊNCIA"
        RETURNED = "returned", "DEVOLVIDO"
        APPROVED = "approved", "APROVADO"

    WAITING = (Status.SENT, Status.UNDER_CHECK)
    EDITABLE = (Status.DRAFT, Status.RETURNED)

    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name="ente", related_name="fund_updates")
    status = FSMField("situação", max_length=12, choices=Status.choices, default=Status.DRAFT, protected=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="aberto por", related_name="+")
    opened_at = models.DateTimeField("aberto em")
    opened_by_substitution = models.BooleanField("por substituição", default=False)
    cnpj = models.CharField("CNPJ da entidade", max_length=14)
    entity_name = models.CharField("nome da entidade", max_length=120)
    institutional_email = models.EmailField("e-mail institucional", blank=True)
    phone = models.CharField("telefone", max_length=11, blank=True)
    postal_code = models.CharField("CEP", max_length=8, blank=True)
    address = models.CharField("endereço", max_length=160, blank=True)
    director_name = models.CharField("nome do dirigente", max_length=120, blank=True)
    director_cpf = models.CharField("CPF do dirigente", max_length=11, blank=True)
    director_position = models.CharField("cargo do dirigente", max_length=120, blank=True)
    director_identity = models.CharField("documento de identidade", max_length=30, blank=True)
    sent_at = models.DateTimeField("enviado em", null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="conferido por", null=True, blank=True, related_name="+"
    )
    checked_at = models.DateTimeField("conferido em", null=True, blank=True)
    reason = models.TextField("motivos da devolução", blank=True)

    objects = FundUpdateQuerySet.as_manager()

    class Meta:
        verbose_name = "atualização cadastral no FNS"
        verbose_name_plural = "atualizações cadastrais no FNS"
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["entity"], condition=~Q(status="approved"), name="fund_update_one_open_per_entity"
            ),
            models.CheckConstraint(
                condition=Q(status="draft")
                | (Q(sent_at__isnull=False) & ~Q(institutional_email="") & ~Q(director_cpf="") & ~Q(director_name="")),
                name="fund_update_sent_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(status="returned") | ~Q(reason=""), name="fund_update_returned_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "returned"])
                | Q(checked_by__isnull=False, checked_at__isnull=False),
                name="fund_update_checked_has_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"Atualização cadastral nº {self.pk}"

    @transition(status, source=[Status.DRAFT, Status.RETURNED], target=Status.SENT)
    def send(self, *, at: datetime) -> None:
        self.sent_at, self.reason = at, ""

    @transition(status, source=Status.SENT, target=Status.UNDER_CHECK)
    def take(self, *, by: Actor) -> None:
        """Somebody of the ministry starts checking."""
        self.checked_by_id = by.account_id

    @transition(status, source=Status.UNDER_CHECK, target=Status.RETURNED)
    def send_back(self, *, by: Actor, reason: str, at: datetime) -> None:
        self.checked_by_id, self.checked_at, self.reason = by.account_id, at, reason

    @transition(status, source=Status.UNDER_CHECK, target=Status.APPROVED)
    def approve(self, *, by: Actor, at: datetime) -> None:
        """The access goes to the institutional e-mail."""
        self.checked_by_id, self.checked_at = by.account_id, at
