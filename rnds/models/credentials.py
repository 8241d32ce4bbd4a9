"""The credential (credencial): the permission that opens the RNDS to one certificate, in one UF."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from common.actor import Actor
from common.folding import fold
from common.legal_time import BRASILIA
from pki.models import Certificate, Pkcs12File
from rnds.models.requests import CredentialRequest
from territory.models import Entity, Establishment, Uf

LONGEST_NUMBER = 9


class CredentialQuerySet(models.QuerySet["Credential"]):
    def visible_to(self, actor: Actor) -> CredentialQuerySet:
        return actor.seen(self, "rnds")

    def active(self) -> CredentialQuerySet:
        return self.filter(status=Credential.Status.ACTIVE)

    def matching(self, search: str) -> CredentialQuerySet:
        """Rows whose CNES, id or establishment name begins with or holds what was typed; all for an empty search."""
        if not search:
            return self
        by_text = Q(establishment__cnes__startswith=search) | Q(establishment__search_name__contains=fold(search))
        number = search if search.isascii() and search.isdigit() and len(search) <= LONGEST_NUMBER else ""
        return self.filter(by_text | Q(requester_id=number) if number else by_text)

    def expiring_at(self, at: datetime, *, days: int = 30) -> CredentialQuerySet:
        """Active ones whose certificate is still valid at `at` and ends within `days` days."""
        end = at + timedelta(days=days)
        return self.active().filter(certificate__not_after__gt=at, certificate__not_after__lte=end)


class Credential(ConcurrentTransitionMixin, models.Model):
    """One row of «CREDENCIAIS GERADAS».

    `requester_id` (ID SOLICITAÇÃO, identificador do solicitante, the n of BRRNDS-n) may repeat when a credential is
    issued again; (requester_id, version) names the row. An expired certificate leaves the credential ACTIVE.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", "ATIVO"
        REVOKED = "revoked", "REVOGADA"

    SUPERSEDED = "substituída"

    requester_id = models.PositiveIntegerField("ID solicitação")
    version = models.PositiveIntegerField("versão", default=1)
    request = models.OneToOneField(
        CredentialRequest, models.PROTECT, verbose_name="solicitação", related_name="credential"
    )
    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name="ente", related_name="credentials")
    uf = models.ForeignKey(Uf, models.PROTECT, verbose_name="UF", related_name="+")
    establishment = models.ForeignKey(
        Establishment, models.PROTECT, verbose_name="estabelecimento", related_name="credentials"
    )
    children = models.ManyToManyField(Establishment, verbose_name="filhos", blank=True, related_name="+")
    certificate = models.ForeignKey(Certificate, models.PROTECT, verbose_name="certificado", related_name="credentials")
    # Absent when only a .cer was given (CER_POLICY avisar or aceitar).
    file = models.ForeignKey(
        Pkcs12File, models.PROTECT, verbose_name="arquivo .pfx", null=True, blank=True, related_name="+"
    )
    status = FSMField("status", max_length=10, choices=Status.choices, default=Status.ACTIVE, protected=True)
    activated_at = models.DateTimeField("data de aceite")
    revoked_at = models.DateTimeField("revogada em", null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="revogada por", null=True, blank=True, related_name="+"
    )
    revocation_reason = models.CharField("motivo", max_length=300, blank=True)
    superseded_by = models.ForeignKey(
        "self", models.PROTECT, verbose_name="substituída por", null=True, blank=True, related_name="superseded"
    )

    objects = CredentialQuerySet.as_manager()

    class Meta:
        verbose_name = "credencial"
        verbose_name_plural = "credenciais"
        ordering = ["-activated_at", "-pk"]
        indexes = [models.Index(fields=["certificate"], name="credential_of_cert", condition=Q(status="active"))]
        constraints = [
            models.UniqueConstraint(fields=["requester_id", "version"], name="credential_named_by_id_and_version"),
            models.UniqueConstraint(
                fields=["establishment"], condition=Q(status="active"), name="credential_one_active_per_cnes"
            ),
            models.UniqueConstraint(
                fields=["requester_id"], condition=Q(status="active"), name="credential_one_active_per_requester_id"
            ),
            models.CheckConstraint(
                condition=Q(status="active", revoked_at__isnull=True)
                | (Q(status="revoked", revoked_at__isnull=False) & ~Q(revocation_reason="")),
                name="credential_revoked_has_instant_and_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"Credencial {self.requester_id}"

    @property
    def ending(self) -> str:
        """How an ended credential ended, with its successor or its reason; empty while it is active."""
        if self.revoked_at is None:
            return ""
        when = f"{self.revoked_at.astimezone(BRASILIA):%d/%m/%Y às %H:%M} (Brasília)"
        if self.superseded_by is None:
            return f"A credencial nº {self.requester_id} foi revogada em {when}. Motivo: {self.revocation_reason}."
        return f"A credencial nº {self.requester_id} foi substituída em {when} pela {self.superseded_by.full_name}."

    @property
    def full_name(self) -> str:
        """Number, version when it is not the first, and CNES."""
        version = f", versão {self.version}" if self.version > 1 else ""
        return f"credencial nº {self.requester_id}{version}, do CNES {self.establishment_id}"

    @transition(status, source=Status.ACTIVE, target=Status.REVOKED)
    def revoke(self, *, by: Actor, reason: str, at: datetime) -> None:
        """By requester, by staff, or because a new credential of the same CNES took its place."""
        self.revoked_by_id, self.revocation_reason, self.revoked_at = by.account_id, reason, at
