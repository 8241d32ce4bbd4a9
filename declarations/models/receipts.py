"""The receipt (recibo) that each act of delivery leaves: a row that only the act writes, and its signed paper."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from common.actor import Actor
from declarations.engine.money import brazilian
from declarations.engine.receipt_numbers import FORM, MOST
from declarations.models.declarations import HASH, Declaration
from documents.models import LogEntry

SHA256 = r"^[0-9a-f]{64}$"
# As a log may show it: ***.456.789-**.
MASKED_CPF = r"^\*{3}\.[0-9]{3}\.[0-9]{3}-\*{2}$"


class ReceiptQuerySet(models.QuerySet["Receipt"]):
    def visible_to(self, actor: Actor) -> ReceiptQuerySet:
        """That a receipt exists is public for who has its number; it shows what was delivered, never the amounts."""
        return self.select_related("declaration__period", "declaration__entity__municipality__uf")


class Receipt(models.Model):
    """What proves that a version was delivered, with what it said then (spec of the SIOPS, section 9).

    The row and its entry in the receipts log are of the transaction of the act, and stay. Its paper (PDF) is signed
    once nothing is locked: whoever asks for it first makes it, so a portal that died in between owes nothing.
    """

    class Kind(models.TextChoices):
        TRANSMISSION = "transmission", "TRANSMISSÃO"
        HOMOLOGATION = "homologation", "HOMOLOGAÇÃO"
        RECTIFICATION = "rectification", "RETIFICAÇÃO"

    declaration = models.ForeignKey(
        Declaration, models.PROTECT, verbose_name="declaração", related_name="receipts", db_index=False
    )
    kind = models.CharField("tipo", max_length=16, choices=Kind.choices)
    # Of the room, whatever the entity: with gaps, as in any protocol.
    sequence = models.PositiveIntegerField("sequencial", unique=True)
    number = models.CharField("número", max_length=27, unique=True)
    entry = models.OneToOneField(LogEntry, models.PROTECT, verbose_name="entrada no registro", related_name="receipt")
    # Of all that was delivered, as the file says it; and of the cells as they were typed, for this to be recomputed.
    content_hash = models.CharField("resumo do conteúdo", max_length=HASH)
    typed_hash = models.CharField("resumo do digitado", max_length=HASH)
    # Of a transmission: what its totals followed from when they were judged (knowledge.Origins).
    origins_hash = models.CharField("resumo das origens", max_length=HASH, blank=True)
    rules = models.CharField("conjunto de regras", max_length=24)
    warnings = models.PositiveIntegerField("avisos")
    # Codes of the críticas that a liberação pontual let pass, by a comma.
    released = models.CharField("críticas liberadas", max_length=400, blank=True)
    # Hundredths of a percent; none without a base.
    committed_percent = models.IntegerField("percentual empenhado", null=True)
    settled_percent = models.IntegerField("percentual liquidado", null=True)
    paid_percent = models.IntegerField("percentual pago", null=True)
    actor_name = models.CharField("quem enviou", max_length=120)
    actor_cpf = models.CharField("CPF mascarado", max_length=14)
    actor_role = models.CharField("função", max_length=120)
    by_substitution = models.BooleanField("por substituição", default=False)
    received_at = models.DateTimeField("recebido em")

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = "recibo"
        verbose_name_plural = "recibos"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["declaration", "kind"], name="receipt_once_for_each_act"),
            models.CheckConstraint(
                condition=Q(kind__in=["transmission", "homologation", "rectification"]), name="receipt_kind_exists"
            ),
            models.CheckConstraint(condition=Q(number__regex=FORM), name="receipt_number_has_its_form"),
            models.CheckConstraint(condition=Q(sequence__gte=1, sequence__lte=MOST), name="receipt_sequence_fits"),
            models.CheckConstraint(
                condition=Q(content_hash__regex=SHA256, typed_hash__regex=SHA256), name="receipt_says_of_what"
            ),
            models.CheckConstraint(condition=Q(actor_cpf__regex=MASKED_CPF), name="receipt_cpf_is_masked"),
            models.CheckConstraint(condition=~Q(actor_name="") & ~Q(actor_role=""), name="receipt_says_who"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def role(self) -> str:
        """«Substituto do Secretário de Saúde, por substituição»."""
        return self.actor_role + (", por substituição" if self.by_substitution else "")

    @property
    def percents(self) -> list[tuple[str, str]]:
        """By stage of the expense, as a person reads them."""
        values = (
            ("Empenhada", self.committed_percent),
            ("Liquidada", self.settled_percent),
            ("Paga", self.paid_percent),
        )
        return [(stage, "sem base" if value is None else f"{brazilian(value)} %") for stage, value in values]

    @property
    def did(self) -> str:
        """What its author did, before the name."""
        return "Enviado por" if self.kind == self.Kind.TRANSMISSION else "Homologado por"

    @property
    def entity_id(self) -> int:
        return self.declaration.entity_id
