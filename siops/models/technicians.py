"""The technician (responsável pelo envio de dados): fills and transmits, enters by CPF and password (SM-3)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from registry.models import Person
from siops.models.managers import HealthManager
from siops.models.scoped import EntityScopedQuerySet
from territory.models import Entity


class TechnicianQuerySet(EntityScopedQuerySet["Technician"]):
    def current(self) -> TechnicianQuerySet:
        """The present record of each entity, able to act or waiting to be registered again."""
        return self.exclude(status=Technician.Status.SUBSTITUTED)

    def able(self) -> TechnicianQuerySet:
        """Records that open a session."""
        return self.filter(status__in=Technician.ABLE)


class Technician(ConcurrentTransitionMixin, models.Model):
    """One registration of a technician by a secretary. The password is of the person's account, not of this row."""

    class Bond(models.TextChoices):
        EMPLOYEE = "employee", "Servidor"
        OFFICE = "office", "Escritório contratado"

    class Status(models.TextChoices):
        PASSWORD_SENT = "password_sent", "SENHA ENVIADA"
        ACTIVE = "active", "ATIVO"
        TO_REGISTER_AGAIN = "to_register_again", "PENDENTE DE RECADASTRO"
        SUBSTITUTED = "substituted", "SUBSTITUÍDO"

    ABLE = (Status.PASSWORD_SENT, Status.ACTIVE)
    CURRENT = (*ABLE, Status.TO_REGISTER_AGAIN)

    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name="ente", related_name="technicians")
    person = models.ForeignKey(Person, models.PROTECT, verbose_name="pessoa", related_name="technician_records")
    status = FSMField("situação", max_length=20, choices=Status.choices, default=Status.PASSWORD_SENT, protected=True)
    email = models.EmailField("e-mail")
    phone = models.CharField("telefone", max_length=11)
    crc = models.CharField("CRC", max_length=20, blank=True)
    bond = models.CharField("vínculo", max_length=10, choices=Bond.choices)
    secretary = models.ForeignKey(
        HealthManager, models.PROTECT, verbose_name="cadastrado por (gestor)", related_name="technicians"
    )
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="cadastrado por (conta)", related_name="+"
    )
    registered_at = models.DateTimeField("cadastrado em")
    first_access_at = models.DateTimeField("primeiro acesso em", null=True, blank=True)
    closed_at = models.DateTimeField("encerrado em", null=True, blank=True)

    objects = TechnicianQuerySet.as_manager()

    class Meta:
        verbose_name = "responsável pelo envio"
        verbose_name_plural = "responsáveis pelo envio"
        ordering = ["entity", "-registered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["entity"], condition=~Q(status="substituted"), name="technician_one_current_per_entity"
            ),
            models.CheckConstraint(
                condition=Q(status="substituted", closed_at__isnull=False)
                | (~Q(status="substituted") & Q(closed_at__isnull=True)),
                name="technician_closed_has_instant",
            ),
            models.CheckConstraint(
                condition=~Q(status="active") | Q(first_access_at__isnull=False), name="technician_active_has_entered"
            ),
        ]

    def __str__(self) -> str:
        return f"Responsável pelo envio · {self.person}"

    @transition(status, source=Status.PASSWORD_SENT, target=Status.ACTIVE)
    def enter_first(self, *, at: datetime) -> None:
        """First access, with the password changed."""
        self.first_access_at = at

    @transition(status, source=[Status.PASSWORD_SENT, Status.ACTIVE], target=Status.TO_REGISTER_AGAIN)
    def lose_secretary(self) -> None:
        """The secretary changed: nobody transmits until the new one registers a technician, even the same person."""

    @transition(
        status,
        source=[Status.PASSWORD_SENT, Status.ACTIVE, Status.TO_REGISTER_AGAIN],
        target=Status.SUBSTITUTED,
    )
    def substitute(self, *, at: datetime) -> None:
        """A newer registration takes the place of this one."""
        self.closed_at = at

    def change_contact(self, *, email: str, phone: str) -> None:
        """«ALTERAR»: only e-mail and telephone."""
        self.email, self.phone = email, phone

    @property
    def registered_by_substitution(self) -> bool:
        """Whether it was the substitute of the secretary who registered."""
        return self.secretary.role in HealthManager.SUBSTITUTES
