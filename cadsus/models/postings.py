"""What a professional does where the CNES says that they work (lotação)."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from accounts.models import ProfessionalLink
from common.actor import Actor


class PostingQuerySet(models.QuerySet["Posting"]):
    def in_force_at(self, at: datetime) -> PostingQuerySet:
        """Postings whose link is in force: it has no dates of its own, so that it ends with the link."""
        return self.filter(link__in=ProfessionalLink.objects.in_force_at(at))

    def managing(self, cnes: str, at: datetime) -> PostingQuerySet:
        """Of who answers for an establishment (gerente da unidade)."""
        return self.in_force_at(at).filter(function=Posting.Function.MANAGER, link__establishment=cnes)

    def visible_to(self, actor: Actor) -> PostingQuerySet:
        """One's own, at the actor's instant."""
        return self.in_force_at(actor.at).filter(link__person__user=actor.account_id)

    def of_account(self, user_id: int) -> PostingQuerySet:
        return self.filter(link__person__user=user_id, link__person__user__is_active=True)


class Posting(models.Model):
    """One function of a professional in an establishment: manager of the unit, a module of the SISRede, or the TI.

    The CBO says what somebody is by trade; which modules are theirs is said by the municipality.
    """

    class Function(models.TextChoices):
        MANAGER = "manager", "Gerente da unidade"
        REGISTRATION = "registration", "Cadastro (ACS)"
        RECEPTION = "reception", "Recepção"
        COLLECTION = "collection", "Coleta"
        PHARMACY = "pharmacy", "Farmácia"
        MUNICIPAL_IT = "municipal_it", "TI municipal"

    link = models.ForeignKey(ProfessionalLink, models.PROTECT, verbose_name="vínculo", related_name="postings")
    function = models.CharField("função", max_length=20, choices=Function.choices)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = "lotação"
        verbose_name_plural = "lotações"
        ordering = ["link", "function"]
        constraints = [models.UniqueConstraint(fields=["link", "function"], name="posting_once")]

    def __str__(self) -> str:
        return f"{self.get_function_display()} · {self.link.person}"
