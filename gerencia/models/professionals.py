"""Professionals of an entity enrolled in an offer that it joined (inscrição de profissionais)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import ProfessionalLink
from common.actor import Actor
from gerencia.models.enrolments import Enrolment
from registry.models import Person


class EnrolledProfessionalQuerySet(models.QuerySet["EnrolledProfessional"]):
    def visible_to(self, actor: Actor) -> EnrolledProfessionalQuerySet:
        """Of the entities the actor acts for; the desk sees all."""
        entities = actor.entities_in("gerencia")
        return self if entities is None else self.filter(enrolment__entity__in=entities)

    def present(self) -> EnrolledProfessionalQuerySet:
        """Enrolled, and not cancelled."""
        return self.filter(cancelled_at=None)


class EnrolledProfessional(models.Model):
    """One professional in one offer, by a link of the CNES with a house of the entity, with the hours that it frees."""

    class Level(models.TextChoices):
        PRIMARY = "aps", "Atenção Primária à Saúde (APS)"
        SPECIALISED = "aes", "Atenção Especializada à Saúde (AES)"
        SURVEILLANCE = "vs", "Vigilância em Saúde (VS)"

    MOST_HOURS = 40

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, verbose_name="adesão", related_name="professionals")
    person = models.ForeignKey(Person, models.PROTECT, verbose_name="profissional", related_name="+")
    link = models.ForeignKey(ProfessionalLink, models.PROTECT, verbose_name="vínculo no CNES", related_name="+")
    level = models.CharField("nível de atenção", max_length=3, choices=Level.choices)
    protected_hours = models.PositiveSmallIntegerField("carga horária protegida por semana")
    enrolled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="inscrito por", related_name="+"
    )
    enrolled_at = models.DateTimeField("inscrito em")
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="cancelado por", null=True, blank=True, related_name="+"
    )
    cancelled_at = models.DateTimeField("cancelado em", null=True, blank=True)

    objects = EnrolledProfessionalQuerySet.as_manager()

    class Meta:
        verbose_name = "profissional inscrito"
        verbose_name_plural = "profissionais inscritos"
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "person"], condition=Q(cancelled_at=None), name="professional_enrolled_once"
            ),
            models.CheckConstraint(
                condition=Q(protected_hours__gte=1, protected_hours__lte=40), name="professional_hours_in_a_week"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancelled_by=None)
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
                name="professional_cancelled_has_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"Inscrição de {self.person}"

    @property
    def entity_id(self) -> int:
        return self.enrolment.entity_id
