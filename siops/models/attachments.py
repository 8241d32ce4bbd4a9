"""Files that people send (anexos): checked by content, sealed, never served from a public folder."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from common import vault
from siops.models.fund_updates import FundUpdate
from siops.models.letters import OfficialLetter
from siops.models.scoped import EntityScopedQuerySet
from territory.models import Entity
from tickets.models import TicketMessage


class Attachment(models.Model):
    """One file of a fund update, an official letter or a ticket message."""

    class Kind(models.TextChoices):
        SIGNED_FORM = "signed_form", "Anexo I assinado"
        LETTER = "letter", "Ofício do dirigente, com o CNPJ"
        IDENTITY = "identity", "Cópia da identidade do dirigente"
        INAUGURATION = "inauguration", "Ato de posse"
        RESIDENCE = "residence", "Comprovante de residência"
        MINUTES = "minutes", "Ata de posse"
        DIPLOMA = "diploma", "Diploma"
        ARCHIVE = "archive", "Arquivo compactado (.zip)"

    FOR_FUND_UPDATE = (Kind.SIGNED_FORM, Kind.LETTER, Kind.IDENTITY, Kind.INAUGURATION, Kind.RESIDENCE)
    FOR_LETTER = (Kind.LETTER, Kind.MINUTES, Kind.DIPLOMA)

    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name="ente", related_name="attachments")
    fund_update = models.ForeignKey(
        FundUpdate, models.CASCADE, verbose_name="atualização", null=True, blank=True, related_name="attachments"
    )
    letter = models.ForeignKey(
        OfficialLetter, models.CASCADE, verbose_name="ofício", null=True, blank=True, related_name="attachments"
    )
    message = models.ForeignKey(
        TicketMessage, models.CASCADE, verbose_name="mensagem", null=True, blank=True, related_name="attachments"
    )
    kind = models.CharField("documento", max_length=14, choices=Kind.choices)
    filename = models.CharField("arquivo", max_length=120)
    content_type = models.CharField("tipo", max_length=60)
    size = models.PositiveIntegerField("tamanho (bytes)")
    sha256 = models.CharField("SHA-256", max_length=64)
    sealed_content = models.BinaryField("conteúdo cifrado", editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="enviado por", related_name="+"
    )
    uploaded_at = models.DateTimeField("enviado em")
    uploaded_by_substitution = models.BooleanField("por substituição", default=False)

    objects = EntityScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "anexo"
        verbose_name_plural = "anexos"
        ordering = ["uploaded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(fund_update__isnull=False, letter__isnull=True, message__isnull=True)
                | Q(fund_update__isnull=True, letter__isnull=False, message__isnull=True)
                | Q(fund_update__isnull=True, letter__isnull=True, message__isnull=False),
                name="attachment_of_exactly_one",
            ),
            models.UniqueConstraint(
                fields=["fund_update", "kind"],
                condition=Q(fund_update__isnull=False),
                name="attachment_one_of_each_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def content(self) -> bytes:
        return vault.unseal(self.sealed_content)
