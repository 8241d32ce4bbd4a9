"""The token with which the technician's own programmes transmit, issued by the secretary (spec of the SIOPS, 2)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from siops.models import HealthManager, Technician
from siops.models.scoped import EntityScopedQuerySet
from territory.models import Entity


class TransmissionTokenQuerySet(EntityScopedQuerySet["TransmissionToken"]):
    def standing(self) -> TransmissionTokenQuerySet:
        """Not revoked; whether they still open anything is asked at use."""
        return self.filter(revoked_at=None)


class TransmissionToken(models.Model):
    """A bearer token of one technician of one entity. Only its SHA-256 is kept; it was shown once.

    It lives while it is not revoked, its technician is active, and whoever issued it is in office: asked at each use.
    """

    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name="ente", related_name="transmission_tokens")
    technician = models.ForeignKey(
        Technician, models.PROTECT, verbose_name="responsável pelo envio", related_name="transmission_tokens"
    )
    manager = models.ForeignKey(HealthManager, models.PROTECT, verbose_name="emitido por (gestor)", related_name="+")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="emitido por (conta)", related_name="+"
    )
    issued_at = models.DateTimeField("emitido em")
    digest = models.CharField("SHA-256", max_length=64, unique=True, editable=False)
    # To tell one from another on the page.
    ending = models.CharField("final", max_length=4)
    revoked_at = models.DateTimeField("revogado em", null=True, blank=True)

    objects = TransmissionTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "token de transmissão"
        verbose_name_plural = "tokens de transmissão"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["entity"], condition=Q(revoked_at=None), name="transmission_token_one"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="transmission_token_is_hashed"),
        ]

    def __str__(self) -> str:
        return f"Token …{self.ending}"

    def opens_at(self, at: datetime) -> bool:
        """Whether whoever it stands for may still act; needs technician and manager."""
        is_active = self.technician.status == Technician.Status.ACTIVE
        return self.revoked_at is None and is_active and self.manager.is_in_office_at(at)
