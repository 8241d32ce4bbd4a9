"""Who calls without a certificate of its own: a system with user name and password, on behalf of a credential."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.actor import Actor
from rnds.models.credentials import Credential

USERNAME = 40
DIGEST = r"^[0-9a-f]{64}$"


class SystemAccessQuerySet(models.QuerySet["SystemAccess"]):
    def visible_to(self, actor: Actor) -> SystemAccessQuerySet:
        """Those of the credentials that exist for who asks."""
        return self.filter(credential__in=Credential.objects.visible_to(actor))


class SystemAccess(models.Model):
    """A user of WSSE and of /login (acesso de sistema). The portal made its password and keeps only the digest.

    It opens as much as the credential does, and not a moment longer. A name is of one access for good.
    """

    credential = models.ForeignKey(Credential, models.PROTECT, verbose_name="credencial", related_name="+")
    username = models.CharField("usuário", max_length=USERNAME, unique=True)
    password_hash = models.CharField("resumo da senha", max_length=64)
    created_at = models.DateTimeField("criado em")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="criado por", related_name="+"
    )
    revoked_at = models.DateTimeField("revogado em", null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="revogado por", null=True, blank=True, related_name="+"
    )

    objects = SystemAccessQuerySet.as_manager()

    class Meta:
        verbose_name = "acesso de sistema"
        verbose_name_plural = "acessos de sistemas"
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="system_access_revoked_has_who",
            ),
            models.CheckConstraint(condition=Q(password_hash__regex=DIGEST), name="system_access_is_hashed"),
        ]

    def __str__(self) -> str:
        return f"Acesso de sistema {self.username}"

    @property
    def entity_id(self) -> int:
        return int(self.credential.entity_id)

    def revoke(self, *, by: Actor, at: datetime) -> None:
        self.revoked_by_id, self.revoked_at = by.author_id, at
