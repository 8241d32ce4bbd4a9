"""Below the minimum in a year that was homologated, with the machine SM-7 of the specification (section 6)."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from declarations.engine.money import brazilian
from declarations.models import Declaration, ReportingPeriod
from sanctions.models.written import CaseQuerySet
from sanctions.terms import DEFENCE, twelve_months_after
from territory.models import Entity


class Assessment(models.Model):
    """What a homologated 6º bimestre left to apply (XIX), judged once by its exact amounts (apuração)."""

    declaration = models.OneToOneField(
        Declaration, models.PROTECT, verbose_name="declaração", related_name="assessment"
    )
    missing = models.BigIntegerField("valor não aplicado, em centavos")
    assessed_on = models.DateField("apurado em")

    class Meta:
        verbose_name = "apuração do mínimo"
        verbose_name_plural = "apurações do mínimo"
        constraints = [models.CheckConstraint(condition=Q(missing__gte=0), name="assessment_not_negative")]

    def __str__(self) -> str:
        return f"Apuração: {self.declaration}"


class ShortfallQuerySet(CaseQuerySet["Shortfall"]):
    def open(self) -> ShortfallQuerySet:
        return self.exclude(status=Shortfall.Status.REGULARIZED)


class Shortfall(ConcurrentTransitionMixin, models.Model):
    """What a year left to apply in health (descumprimento): directed from each parcel, deposited, proven.

    The deposits reach the amount, which is then to be applied, and proven in later declarations, within twelve months
    of the first parcel that was directed. A rectification changes the amount; what was deposited beyond it stays.
    """

    class Status(models.TextChoices):
        BREACHED = "breached", "DESCUMPRIU"
        CONDITIONED = "conditioned", "CONDICIONADO"
        DEPOSITED = "deposited", "DEPÓSITO INTEGRAL"
        SUSPENDED = "proof_suspended", "SUSPENSO"
        REGULARIZED = "regularized", "REGULARIZADO"

    WRITTEN = ("status", "amount", "control_informed_on", "conditioned_on", "deposited_on", "suspended_on", "closed_on")

    entity = models.ForeignKey(Entity, models.PROTECT, verbose_name="ente", related_name="shortfalls", db_index=False)
    period = models.ForeignKey(ReportingPeriod, models.PROTECT, verbose_name="bimestre", related_name="shortfalls")
    status = FSMField("situação", max_length=24, choices=Status.choices, default=Status.BREACHED, protected=True)
    amount = models.BigIntegerField("valor a depositar, em centavos")
    found_on = models.DateField("apurado em")
    control_informed_on = models.DateField("informado ao controle externo em", null=True, blank=True)
    # The day of the first parcel that was directed.
    conditioned_on = models.DateField("condicionado em", null=True, blank=True)
    deposited_on = models.DateField("depósito integral em", null=True, blank=True)
    suspended_on = models.DateField("suspenso em", null=True, blank=True)
    closed_on = models.DateField("regularizado em", null=True, blank=True)

    objects = ShortfallQuerySet.as_manager()

    class Meta:
        verbose_name = "descumprimento do mínimo"
        verbose_name_plural = "descumprimentos do mínimo"
        ordering = ["-period__year", "entity"]
        constraints = [
            models.UniqueConstraint(fields=["entity", "period"], name="shortfall_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="shortfall_not_negative"),
            models.CheckConstraint(
                condition=Q(status="breached", closed_on=None)
                | Q(status="conditioned", conditioned_on__isnull=False, closed_on=None)
                | Q(status="deposited", conditioned_on__isnull=False, deposited_on__isnull=False, closed_on=None)
                | Q(status="proof_suspended", conditioned_on__isnull=False, suspended_on__isnull=False, closed_on=None)
                | Q(status="regularized", closed_on__isnull=False),
                name="shortfall_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"Abaixo do mínimo em {self.period.year}: {self.entity}"

    @property
    def in_reais(self) -> str:
        return brazilian(self.amount)

    @property
    def defence_until(self) -> date:
        """The last day of the defence (contraditório)."""
        return self.found_on + DEFENCE

    @property
    def opened_on(self) -> date:
        """The day from which the entity may defend itself."""
        return self.found_on

    def takes_defence(self, day: date) -> bool:
        """Until it is told to those who control from outside."""
        is_open = self.control_informed_on is None and self.status != self.Status.REGULARIZED
        return is_open and day <= self.defence_until

    @property
    def proof_until(self) -> date | None:
        """The last day on which the application may be proven."""
        return twelve_months_after(self.conditioned_on) if self.conditioned_on else None

    @transition(status, source=Status.REGULARIZED, target=Status.BREACHED)
    def breach_again(self, *, on: date) -> None:
        """A rectification leaves more to apply than was settled; the terms begin anew."""
        self.found_on = on
        self.control_informed_on = self.conditioned_on = self.deposited_on = None
        self.suspended_on = self.closed_on = None

    @transition(status, source=Status.BREACHED, target=Status.CONDITIONED)
    def condition(self, *, on: date) -> None:
        """The first parcel is directed (condicionamento)."""
        self.conditioned_on = on

    @transition(status, source=Status.CONDITIONED, target=Status.DEPOSITED)
    def complete(self, *, on: date) -> None:
        """The deposits reach the amount: nothing more is directed (art. 13, § 3º)."""
        self.deposited_on = on

    @transition(status, source=Status.DEPOSITED, target=Status.CONDITIONED)
    def resume(self, *, on: date) -> None:
        """A rectification leaves more to deposit."""
        self.deposited_on = None

    @transition(status, source=[Status.CONDITIONED, Status.DEPOSITED], target=Status.SUSPENDED)
    def suspend(self, *, on: date) -> None:
        """Twelve months without proof of application (art. 18)."""
        self.suspended_on = on

    @transition(
        status,
        source=[Status.BREACHED, Status.CONDITIONED, Status.DEPOSITED, Status.SUSPENDED],
        target=Status.REGULARIZED,
    )
    def regularize(self, *, on: date) -> None:
        """The application is proven, or a rectification shows the minimum met."""
        self.closed_on = on


class Deposit(models.Model):
    """What was directed of one decendial parcel to the account of the fund (depósito); amounts are synthetic."""

    shortfall = models.ForeignKey(
        Shortfall, models.PROTECT, verbose_name="descumprimento", related_name="deposits", db_index=False
    )
    directed_on = models.DateField("decêndio")
    transfer = models.BigIntegerField("repasse simulado, em centavos")
    rate = models.PositiveSmallIntegerField("limite, em %")
    amount = models.BigIntegerField("valor direcionado, em centavos")
    told_on = models.DateField("informado pelo banco até")

    class Meta:
        verbose_name = "depósito"
        verbose_name_plural = "depósitos"
        ordering = ["directed_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["shortfall", "directed_on"], name="deposit_once_a_decendio"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, amount__lte=F("transfer") * F("rate") / 100), name="deposit_within_the_rate"
            ),
            models.CheckConstraint(condition=Q(rate__in=[12, 15]), name="deposit_rate_of_the_law"),
        ]

    def __str__(self) -> str:
        return f"Depósito de {self.directed_on:%d/%m/%Y}"
