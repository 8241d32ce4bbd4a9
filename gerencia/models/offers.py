"""An offer of the APS (oferta), as data."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from common.actor import Actor
from territory.models import Entity


class OfferQuerySet(models.QuerySet["Offer"]):
    def visible_to(self, actor: Actor) -> OfferQuerySet:
        """An offer is published: whoever may enter the Gerencia APS reads all of them."""
        return self.order_by("-opens_at", "-pk")


class Offer(models.Model):
    """What entities may join (oferta), in one edition: who may, in which window, and what they take upon themselves.

    Both limits are exclusive: «até 03/12/2025» is kept as the midnight of Brasília that ends the day. `letters_until`
    is that of the ofício of the states; without it no ofício is accepted.
    """

    class Phase(models.TextChoices):
        UPCOMING = "upcoming", "AINDA NÃO ABRIU"
        OPEN = "open", "ABERTA"
        CLOSED = "closed", "ENCERRADA"

    RESPONSIBILITIES = 3
    # What another edition takes from this one.
    CARRIED_OVER = (
        "name",
        "summary",
        "accepts_municipalities",
        "accepts_states",
        "accepts_federal_district",
        "responsibilities",
        "terms",
    )
    _ACCEPTED_BY = {
        Entity.Kind.MUNICIPALITY: "accepts_municipalities",
        Entity.Kind.STATE: "accepts_states",
        Entity.Kind.FEDERAL_DISTRICT: "accepts_federal_district",
    }

    name = models.CharField("nome", max_length=160)
    edition = models.CharField("edição", max_length=40)
    summary = models.CharField("resumo", max_length=300)
    accepts_municipalities = models.BooleanField("aceita municípios", default=True)
    accepts_states = models.BooleanField("aceita estados", default=True)
    accepts_federal_district = models.BooleanField("aceita o Distrito Federal", default=True)
    responsibilities = ArrayField(
        models.CharField(max_length=200), verbose_name="responsabilidades do ente", size=RESPONSIBILITIES
    )
    terms = models.TextField("termo de compromisso")
    opens_at = models.DateTimeField("abre em")
    closes_at = models.DateTimeField("encerra em", help_text="Instante em que já não se adere.")
    letters_until = models.DateTimeField(
        "ofício enviado antes de", null=True, blank=True, help_text="Instante em que já não se envia ofício."
    )

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = "oferta"
        verbose_name_plural = "ofertas"
        constraints = [
            models.UniqueConstraint(fields=["name", "edition"], name="offer_once_each_edition"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="offer_window_in_order"),
            models.CheckConstraint(
                condition=Q(letters_until=None) | Q(letters_until__gt=F("opens_at")), name="offer_letters_after_opening"
            ),
            models.CheckConstraint(condition=Q(responsibilities__len=3), name="offer_has_three_responsibilities"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.edition})"

    def phase_at(self, at: datetime) -> Offer.Phase:
        """Where the window stands at `at`."""
        if at < self.opens_at:
            return Offer.Phase.UPCOMING
        return Offer.Phase.OPEN if at < self.closes_at else Offer.Phase.CLOSED

    def accepts(self, entity: Entity) -> bool:
        """Whether entities of this kind may join."""
        return bool(getattr(self, self._ACCEPTED_BY[Entity.Kind(entity.kind)]))
