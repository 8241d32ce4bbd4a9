"""Which column of the municipality's own spreadsheet is which column of a folder, as it was told the last time."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from declarations.models.cells import AMOUNT_RECORDS
from territory.models import Entity


class ColumnMapping(models.Model):
    """The columns of a spreadsheet for one folder of an entity: name in the folder → text of the header."""

    entity = models.ForeignKey(
        Entity, models.PROTECT, verbose_name="ente", related_name="column_mappings", db_index=False
    )
    record = models.CharField("pasta", max_length=24, choices=AMOUNT_RECORDS)
    columns = models.JSONField("colunas")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="dita por", related_name="+", db_index=False
    )
    changed_at = models.DateTimeField("dita em")

    class Meta:
        verbose_name = "colunas da planilha"
        verbose_name_plural = "colunas das planilhas"
        constraints = [
            models.UniqueConstraint(fields=["entity", "record"], name="mapping_once_for_each_folder"),
            models.CheckConstraint(
                condition=Q(record__in=[name for name, _ in AMOUNT_RECORDS]), name="mapping_record_exists"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entity}, {self.record}"
