"""What was done to records, and what the Receita Federal of the simulator knows."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from registry.models.people import NAME, Person
from registry.models.tables import Sex, TaxSituation, TransactionKind
from territory.models import Establishment


class Transaction(models.Model):
    """One thing done to a record (transação), with the record before and after. The database refuses changes."""

    kind = models.CharField("tipo", max_length=10, choices=TransactionKind.choices)
    at = models.DateTimeField("quando")
    person = models.ForeignKey(Person, models.PROTECT, verbose_name="pessoa", related_name="transactions")
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="operador", null=True, blank=True, related_name="+"
    )
    routine = models.CharField("rotina", max_length=80, blank=True)
    establishment = models.ForeignKey(
        Establishment, models.PROTECT, verbose_name="CNES", null=True, blank=True, related_name="+", db_index=False
    )
    before = models.JSONField("antes", default=dict, blank=True)
    after = models.JSONField("depois", default=dict, blank=True)

    class Meta:
        verbose_name = "transação"
        verbose_name_plural = "transações"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(operator__isnull=False) | ~Q(routine=""), name="transaction_is_never_anonymous"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.person}"


class TaxRecord(models.Model):
    """What the simulated Receita Federal has for a CPF, where it differs from the registry.

    Without a row, a CPF that is in the registry is regular and equal to it, and one that is not does not exist.
    """

    cpf = models.CharField("CPF", max_length=11, primary_key=True)
    name = models.CharField("nome", max_length=NAME)
    mother = models.CharField("nome da mãe", max_length=NAME)
    birth_date = models.DateField("data de nascimento")
    sex = models.CharField("sexo", max_length=1, choices=Sex.choices)
    situation = models.CharField(
        "situação cadastral", max_length=22, choices=TaxSituation.choices, default=TaxSituation.REGULAR
    )
    death_year = models.PositiveSmallIntegerField("ano do óbito", null=True, blank=True)

    class Meta:
        verbose_name = "registro na Receita Federal"
        verbose_name_plural = "registros na Receita Federal"
        constraints = [
            models.CheckConstraint(
                condition=Q(situation=TaxSituation.DECEASED) | Q(death_year=None), name="tax_record_death_has_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_situation_display()})"
