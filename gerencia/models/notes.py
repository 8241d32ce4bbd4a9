"""The nota técnica that opens, extends or changes an offer: signed in turn, valid at the last signature."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from common.actor import Actor
from gerencia.models.offers import Offer


class NoteQuerySet(models.QuerySet["Note"]):
    def visible_to(self, actor: Actor) -> NoteQuerySet:
        """A nota is public; who may open its page, the permission says."""
        return self.order_by("-written_at", "-pk")

    def in_turn(self) -> NoteQuerySet:
        """In signature: whose turn it is (`turn_of`), and since when (`turn_since`)."""
        of_it = NoteSignature.objects.filter(note=OuterRef("pk"))
        signed = of_it.exclude(signed_at=None).order_by("-position")
        waiting = of_it.filter(signed_at=None).order_by("position")
        return self.filter(status=Note.Status.SIGNING).annotate(
            turn_of=Subquery(waiting.values("account")[:1]),
            turn_since=Coalesce(Subquery(signed.values("signed_at")[:1]), F("written_at")),
        )

    def valid(self) -> NoteQuerySet:
        return self.filter(status=Note.Status.VALID).order_by("valid_at", "pk")


class Note(ConcurrentTransitionMixin, models.Model):
    """One nota and what it sets: `limit` is the new end (exclusive) of the window, or of the ofício of the states.

    One that opens takes `offer` as its model; once valid, it is of the edition that it opened.
    """

    class Kind(models.TextChoices):
        OPENS = "opens", "Abre outra edição"
        EXTENDS = "extends", "Prorroga a adesão"
        LETTERS = "letters", "Aceita ofício dos estados"

    class Status(models.TextChoices):
        SIGNING = "signing", "EM ASSINATURA"
        VALID = "valid", "VÁLIDA"
        CANCELLED = "cancelled", "CANCELADA"

    offer = models.ForeignKey(Offer, models.PROTECT, verbose_name="oferta", related_name="notes")
    kind = models.CharField("o que faz", max_length=10, choices=Kind.choices)
    number = models.PositiveIntegerField("número")
    year = models.PositiveSmallIntegerField("ano")
    text = models.CharField("o que diz", max_length=300)
    edition = models.CharField("edição que abre", max_length=40, blank=True)
    opens_at = models.DateTimeField("abre em", null=True, blank=True)
    limit = models.DateTimeField("novo limite", null=True, blank=True)
    status = FSMField("situação", max_length=10, choices=Status.choices, default=Status.SIGNING, protected=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="escrita por", null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField("escrita em", null=True, blank=True)
    valid_at = models.DateTimeField("vale desde", null=True, blank=True)
    reason = models.TextField("motivo do cancelamento", blank=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = "nota técnica"
        verbose_name_plural = "notas técnicas"
        ordering = ["valid_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["number", "year"], name="note_number_once_a_year"),
            models.CheckConstraint(
                condition=Q(status="valid", valid_at__isnull=False) | ~Q(status="valid") & Q(valid_at=None),
                name="note_valid_says_since_when",
            ),
            models.CheckConstraint(condition=~Q(status="cancelled") | ~Q(reason=""), name="note_cancelled_says_why"),
        ]

    def __str__(self) -> str:
        return f"Nota Técnica nº {self.number}/{self.year}"

    @transition(status, source=Status.SIGNING, target=Status.VALID)
    def complete(self, *, at: datetime) -> None:
        """The last signatory has signed."""
        self.valid_at = at

    @transition(status, source=Status.SIGNING, target=Status.CANCELLED)
    def cancel(self, *, reason: str) -> None:
        """«Cancelar», by the SAPS, before it is valid."""
        self.reason = reason


class NoteSignature(models.Model):
    """One signatory of a nota, in turn (a vez de assinar)."""

    class Style(models.TextChoices):
        HOLDER = "holder", "Titular"
        SUBSTITUTE = "substitute", "Substituto(a)"
        AWARE = "aware", "Ciente e de acordo"
        EXTERNAL = "external", "Usuário Externo"

    note = models.ForeignKey(Note, models.PROTECT, verbose_name="nota", related_name="signatures")
    position = models.PositiveSmallIntegerField("ordem")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="conta", related_name="+")
    role = models.CharField("cargo", max_length=120, blank=True)
    style = models.CharField("como assina", max_length=12, choices=Style.choices, default=Style.HOLDER)
    signed_at = models.DateTimeField("assinado em", null=True, blank=True)

    class Meta:
        verbose_name = "assinatura de nota"
        verbose_name_plural = "assinaturas de nota"
        ordering = ["note", "position"]
        constraints = [
            models.UniqueConstraint(fields=["note", "position"], name="note_signature_once_in_its_place"),
            models.UniqueConstraint(fields=["note", "account"], name="note_signature_once_each"),
        ]

    def __str__(self) -> str:
        return f"{self.account.name}, {self.as_what}"

    @property
    def as_what(self) -> str:
        """What the stripe says beside the name, as in the foot of the seed's nota."""
        if self.style == self.Style.EXTERNAL:
            return self.Style.EXTERNAL.label
        return f"{self.role} substituto(a)" if self.style == self.Style.SUBSTITUTE else self.role
