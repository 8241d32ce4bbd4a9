"""The entity joins an offer (adesão), by the system or by ofício (SM7)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from common.actor import Actor
from gerencia.models.offers import Offer
from territory.models import Entity


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def visible_to(self, actor: Actor) -> EnrolmentQuerySet:
        """Of the entities the actor acts for; the desk sees all."""
        return actor.seen(self, "gerencia")


class Enrolment(ConcurrentTransitionMixin, models.Model):
    """The one row of an entity in an offer, from the first act on. A withdrawal is final: there is no second row."""

    class Status(models.TextChoices):
        NOT_STARTED = "not_started", "NÃO INICIADA"
        DRAFT = "draft", "RASCUNHO"
        LETTER_CHECK = "letter_check", "OFÍCIO EM CONFERÊNCIA"
        ENROLLED = "enrolled", "ADERIDO"
        WITHDRAWN = "withdrawn", "DESISTENTE"

    class Via(models.TextChoices):
        SYSTEM = "system", "pelo sistema"
        LETTER = "letter", "por ofício"

    offer = models.ForeignKey(Offer, models.PROTECT, verbose_name="oferta", related_name="enrolments")
    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name="ente", related_name="enrolments")
    status = FSMField("situação", max_length=16, choices=Status.choices, default=Status.NOT_STARTED, protected=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="iniciada por", null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField("iniciada em", null=True, blank=True)
    via = models.CharField("como aderiu", max_length=10, choices=Via.choices, blank=True)
    enrolled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="aderida por", null=True, blank=True, related_name="+"
    )
    enrolled_at = models.DateTimeField("aderida em", null=True, blank=True)
    terms_text = models.TextField("termo aceito", blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="desistência por",
        null=True,
        blank=True,
        related_name="+",
    )
    withdrawn_at = models.DateTimeField("desistência em", null=True, blank=True)
    reason = models.TextField("motivo da desistência", blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = "adesão"
        verbose_name_plural = "adesões"
        constraints = [
            models.UniqueConstraint(fields=["offer", "entity"], name="enrolment_one_per_entity_and_offer"),
            models.CheckConstraint(
                condition=~Q(status__in=["enrolled", "withdrawn"])
                | ~Q(via="") & Q(enrolled_at__isnull=False, enrolled_by__isnull=False),
                name="enrolment_enrolled_has_who_when_and_how",
            ),
            models.CheckConstraint(condition=~Q(via="system") | ~Q(terms_text=""), name="enrolment_has_its_terms"),
            models.CheckConstraint(
                condition=Q(status="withdrawn", withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(reason="")
                | ~Q(status="withdrawn") & Q(withdrawn_at=None),
                name="enrolment_withdrawn_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"Adesão de {self.entity}"

    @transition(status, source=Status.NOT_STARTED, target=Status.DRAFT)
    def start(self, *, by: Actor, at: datetime) -> None:
        """«Iniciar adesão», with the three responsibilities ticked."""
        self.started_by_id, self.started_at = by.account_id, at

    @transition(status, source=Status.DRAFT, target=Status.ENROLLED)
    def accept(self, *, terms_text: str, by: Actor, at: datetime) -> None:
        """«Aceitar e assinar o termo»."""
        self.via, self.terms_text = self.Via.SYSTEM, terms_text
        self.enrolled_by_id, self.enrolled_at = by.account_id, at

    @transition(status, source=[Status.NOT_STARTED, Status.DRAFT], target=Status.LETTER_CHECK)
    def receive_letter(self) -> None:
        """The SAPS registered an ofício of the state; a draft that met the trouble of the system is overtaken."""

    @transition(status, source=Status.LETTER_CHECK, target=Status.NOT_STARTED)
    def drop_letter(self) -> None:
        """The ofício was returned."""

    @transition(status, source=Status.LETTER_CHECK, target=Status.ENROLLED)
    def confirm_letter(self, *, by: Actor, at: datetime) -> None:
        """The ofício was checked, and the state has joined."""
        self.via = self.Via.LETTER
        self.enrolled_by_id, self.enrolled_at = by.account_id, at

    @transition(status, source=Status.ENROLLED, target=Status.WITHDRAWN)
    def withdraw(self, *, reason: str, by: Actor, at: datetime) -> None:
        """«Desistir», with a reason."""
        self.withdrawn_by_id, self.withdrawn_at, self.reason = by.account_id, at, reason
