"""The access of an operator to the CADSUSWEB by one establishment, and the machine it is used on."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django_fsm import FSMField, transition

from accounts.models import ProfessionalLink, ProfessionalLinkQuerySet
from cadsus.models.requests import UnitRequest, UnitRequestQuerySet
from common.actor import Actor

# A request that nobody decided lapses after so long.
DECIDE_WITHIN = timedelta(days=30)


class OperatorAccessQuerySet(UnitRequestQuerySet["OperatorAccess"]):
    def pending(self) -> OperatorAccessQuerySet:
        return self.filter(status=OperatorAccess.Status.PENDING)

    def approved(self) -> OperatorAccessQuerySet:
        return self.filter(status=OperatorAccess.Status.APPROVED)

    def suspended(self) -> OperatorAccessQuerySet:
        return self.filter(status=OperatorAccess.Status.SUSPENDED)

    def linked_at(self, at: datetime) -> OperatorAccessQuerySet:
        """Whose operator has a link with the establishment in force at `at`."""
        return self.filter(Exists(_links().in_force_at(at)))

    def unlinked_at(self, at: datetime) -> OperatorAccessQuerySet:
        return self.exclude(Exists(_links().in_force_at(at)))

    def in_force_at(self, at: datetime) -> OperatorAccessQuerySet:
        """Approved, by a link that still is one: the end of the link needs nobody to record it."""
        return self.approved().linked_at(at)

    def lapsed_at(self, at: datetime) -> OperatorAccessQuerySet:
        """Still waiting, but for too long."""
        return self.pending().filter(asked_at__lte=at - DECIDE_WITHIN)


def _links() -> ProfessionalLinkQuerySet:
    return ProfessionalLink.objects.filter(person=OuterRef("operator__person"), establishment=OuterRef("establishment"))


class OperatorAccess(UnitRequest):
    """One request for access to the CADSUS, and the access that comes of it (spec 6.1)."""

    class Profile(models.TextChoices):
        REGISTRAR = "registrar", "Cadastrador"
        CONSULTANT = "consultant", "Consultador"

    class Status(models.TextChoices):
        DRAFT = "draft", "RASCUNHO"
        PENDING = "pending", "PENDENTE"
        APPROVED = "approved", "APROVADO"
        DENIED = "denied", "NEGADO"
        CANCELLED = "cancelled", "CANCELADO"
        EXPIRED = "expired", "EXPIRADO"
        REVOKED = "revoked", "REVOGADO"
        SUSPENDED = "suspended", "SUSPENSO"

    OPEN = (Status.PENDING, Status.APPROVED, Status.SUSPENDED)
    CLOSED = (Status.DENIED, Status.CANCELLED, Status.EXPIRED, Status.REVOKED, Status.SUSPENDED)

    profile = models.CharField("perfil", max_length=12, choices=Profile.choices, blank=True)
    status = FSMField("situação", max_length=12, choices=Status.choices, default=Status.DRAFT, protected=True)
    started_at = models.DateTimeField("iniciado em")
    asked_at = models.DateTimeField("solicitado em", null=True, blank=True)

    objects = OperatorAccessQuerySet.as_manager()

    class Meta:
        verbose_name = "acesso de operador"
        verbose_name_plural = "acessos de operadores"
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["operator", "establishment"], condition=Q(status="draft"), name="operator_access_one_draft"
            ),
            models.UniqueConstraint(
                fields=["operator", "establishment", "profile"],
                condition=Q(status__in=["pending", "approved", "suspended"]),
                name="operator_access_one_open",
            ),
            models.UniqueConstraint(
                fields=["operator", "establishment"],
                condition=Q(status="approved"),
                name="operator_access_one_profile",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", profile="", asked_at__isnull=True)
                | ~Q(status="draft") & ~Q(profile="") & Q(asked_at__isnull=False),
                name="operator_access_asked_has_profile",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["approved", "denied", "revoked", "suspended"], decided_at__isnull=False)
                & Q(decided_by__isnull=False)
                | Q(status__in=["draft", "pending", "cancelled", "expired"], decided_at__isnull=True),
                name="operator_access_decided_has_who",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "pending", "approved"], closed_at__isnull=True)
                | Q(status__in=["denied", "cancelled", "expired", "revoked", "suspended"], closed_at__isnull=False),
                name="operator_access_closed_has_instant",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["denied", "revoked"]) | ~Q(reason=""), name="operator_access_no_has_reason"
            ),
        ]
        indexes = [models.Index(fields=["establishment", "status"], name="operator_access_unit")]

    def __str__(self) -> str:
        return f"Acesso de {self.operator.person} ao CNES {self.establishment_id}"

    @property
    def what(self) -> str:
        """What was asked for, in words."""
        return f"acesso ao CADSUS como {self.get_profile_display()}"

    def lapses_at(self) -> datetime | None:
        """Until when, exclusive, it may be decided."""
        return self.asked_at + DECIDE_WITHIN if self.asked_at else None

    @transition(status, source=Status.DRAFT, target=Status.PENDING)
    def ask(self, *, profile: str, at: datetime) -> None:
        """Solicitar."""
        self.profile, self.asked_at = profile, at

    @transition(status, source=Status.PENDING, target=Status.APPROVED)
    def approve(self, *, by: Actor, at: datetime) -> None:
        """Aprovar: by the manager of the establishment."""
        self.decide(by=by, at=at)

    @transition(status, source=Status.PENDING, target=Status.DENIED)
    def deny(self, *, reason: str, by: Actor, at: datetime) -> None:
        """Negar, with the reason."""
        self.decide(by=by, at=at)
        self.close(at=at, reason=reason)

    @transition(status, source=Status.PENDING, target=Status.CANCELLED)
    def cancel(self, *, at: datetime) -> None:
        """Cancelar, by who asked."""
        self.close(at=at)

    @transition(status, source=Status.PENDING, target=Status.EXPIRED)
    def expire(self, *, at: datetime) -> None:
        """Nobody decided in time."""
        self.close(at=at)

    @transition(status, source=Status.APPROVED, target=Status.REVOKED)
    def revoke(self, *, reason: str, at: datetime) -> None:
        """Revogar, with the reason; who approved it stays on record, who revoked it is in the trail."""
        self.close(at=at, reason=reason)

    @transition(status, source=Status.APPROVED, target=Status.SUSPENDED)
    def suspend(self, *, at: datetime) -> None:
        """The link with the CNES ended."""
        self.close(at=at)

    @transition(status, source=Status.SUSPENDED, target=Status.PENDING)
    def resume(self, *, at: datetime) -> None:
        """A new link: it must be approved again, and the days to do so count anew."""
        self.asked_at, self.closed_at = at, None
        self.decided_at, self.decided_by = None, None


class MachineQuerySet(UnitRequestQuerySet["Machine"]):
    def pending(self) -> MachineQuerySet:
        return self.filter(status=Machine.Status.PENDING)

    def approved(self) -> MachineQuerySet:
        return self.filter(status=Machine.Status.APPROVED)


class Machine(UnitRequest):
    """A computer on which an operator works (computador/máquina), asked for and approved apart from the access."""

    class Status(models.TextChoices):
        PENDING = "pending", "PENDENTE"
        APPROVED = "approved", "APROVADO"
        DENIED = "denied", "NEGADO"
        REVOKED = "revoked", "REVOGADO"

    CLOSED = (Status.DENIED, Status.REVOKED)

    name = models.CharField("identificação da máquina", max_length=60)
    status = FSMField("situação", max_length=12, choices=Status.choices, default=Status.PENDING, protected=True)
    asked_at = models.DateTimeField("solicitado em")

    objects = MachineQuerySet.as_manager()

    class Meta:
        verbose_name = "máquina"
        verbose_name_plural = "máquinas"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["operator", "establishment", "name"],
                condition=Q(status__in=["pending", "approved"]),
                name="machine_one_open",
            ),
            models.CheckConstraint(
                condition=Q(status="pending", decided_at__isnull=True)
                | ~Q(status="pending") & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="machine_decided_has_who",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["pending", "approved"], closed_at__isnull=True, reason="")
                | Q(status__in=["denied", "revoked"], closed_at__isnull=False) & ~Q(reason=""),
                name="machine_closed_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"Máquina {self.name} de {self.operator.person}"

    @property
    def what(self) -> str:
        """What was asked for, in words."""
        return f"uso da máquina «{self.name}»"

    @transition(status, source=Status.PENDING, target=Status.APPROVED)
    def approve(self, *, by: Actor, at: datetime) -> None:
        """Aprovar."""
        self.decide(by=by, at=at)

    @transition(status, source=Status.PENDING, target=Status.DENIED)
    def deny(self, *, reason: str, by: Actor, at: datetime) -> None:
        """Negar, with the reason."""
        self.decide(by=by, at=at)
        self.close(at=at, reason=reason)

    @transition(status, source=Status.APPROVED, target=Status.REVOKED)
    def revoke(self, *, reason: str, at: datetime) -> None:
        """Revogar, with the reason."""
        self.close(at=at, reason=reason)
