"""What was typed in a version of a declaration: an amount for each cell, and the justifications."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from declarations.engine import records
from declarations.models.declarations import Declaration

LARGEST = 10**16 - 1
# Amounts that may be negative: (record, column).
SIGNED = (("receitas", "realizada"), ("receitas_adicionais", "realizada"), ("disponibilidade", "saldo_caixa"))
AMOUNT_RECORDS = [(record.name, record.file) for record in records.RECORDS.values() if not record.holds_text]


def _may_be_negative() -> Q:
    condition = Q(cents__gte=0)
    for record, column in SIGNED:
        condition |= Q(record=record, column=column)
    return condition


class Cell(models.Model):
    """One amount in cents (célula): of a record, a row of it and a column, as the transmission file names them.

    Empty is left blank. `version` grows with each change: who saves a cell says which one was seen.
    """

    declaration = models.ForeignKey(
        Declaration, models.CASCADE, verbose_name="declaração", related_name="cells", db_index=False
    )
    record = models.CharField("pasta", max_length=24, choices=AMOUNT_RECORDS)
    key = models.CharField("linha", max_length=240)
    column = models.CharField("coluna", max_length=16)
    cents = models.BigIntegerField("centavos", null=True, blank=True)
    version = models.PositiveIntegerField("versão", default=1)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="digitada por",
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    changed_at = models.DateTimeField("digitada em")

    class Meta:
        verbose_name = "célula"
        verbose_name_plural = "células"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["declaration", "record", "key", "column"], name="cell_once"),
            models.CheckConstraint(
                condition=Q(record__in=[name for name, _ in AMOUNT_RECORDS]), name="cell_record_exists"
            ),
            models.CheckConstraint(
                condition=Q(cents=None) | Q(cents__gte=-LARGEST, cents__lte=LARGEST), name="cell_has_sixteen_digits"
            ),
            models.CheckConstraint(condition=Q(cents=None) | _may_be_negative(), name="cell_negative_where_allowed"),
            models.CheckConstraint(condition=Q(version__gte=1), name="cell_version_grows"),
        ]

    def __str__(self) -> str:
        return f"{self.record} {self.key} {self.column}"


class Justification(models.Model):
    """Why a crítica does not block in one line (justificativa), as of an amount that was reversed (estorno)."""

    declaration = models.ForeignKey(
        Declaration, models.CASCADE, verbose_name="declaração", related_name="justifications", db_index=False
    )
    rule_code = models.CharField("crítica", max_length=7)
    line = models.CharField("linha", max_length=24)
    text = models.TextField("texto")

    class Meta:
        verbose_name = "justificativa"
        verbose_name_plural = "justificativas"
        ordering = ["rule_code", "line"]
        constraints = [
            models.UniqueConstraint(fields=["declaration", "rule_code", "line"], name="justification_once"),
            models.CheckConstraint(condition=~Q(text=""), name="justification_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_code} {self.line}"
