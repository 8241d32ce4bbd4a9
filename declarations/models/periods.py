"""The calendar: when each bimestre may be sent (spec of the SIOPS, section 4)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.db.models import ExpressionWrapper, F, Func, Q

from common.actor import Actor
from common.legal_time import BRASILIA
from declarations.engine.anexo12 import FIRST_YEAR
from declarations.engine.periods import CLOSES_AFTER, OPENS_AFTER, Period, Term, legal_term

DAY = timedelta(days=1)


class MonthEnd(Func):
    """Last day of a month of a year."""

    template = "(make_date(%(expressions)s, 1) + interval '1 month' - interval '1 day')::date"


def _after_the_end(span: timedelta) -> ExpressionWrapper[Any]:
    return ExpressionWrapper(F("ends_on") + span, models.DateField())


class ReportingPeriodQuerySet(models.QuerySet["ReportingPeriod"]):
    def visible_to(self, actor: Actor) -> ReportingPeriodQuerySet:
        """The calendar is the same for everybody."""
        return self

    def of_years(self, *years: int) -> ReportingPeriodQuerySet:
        return self.filter(year__in=years)

    def open_on(self, day: date) -> ReportingPeriodQuerySet:
        """Those within their term (prazo)."""
        return self.filter(opens_on__lte=day, closes_on__gte=day)

    def opening_after(self, day: date) -> ReportingPeriodQuerySet:
        return self.filter(opens_on__gt=day).order_by("opens_on")


class ReportingPeriod(models.Model):
    """A bimestre of a year: it may be sent from the 10th to the 30th day after its end, unless it was prorogued.

    Both days are whole, in Brasília; a weekend does not extend them. Open or over is asked at each use, never stored.
    """

    year = models.PositiveSmallIntegerField("ano")
    bimester = models.PositiveSmallIntegerField("bimestre")
    ends_on = models.DateField("fim do bimestre")
    opens_on = models.DateField("abertura")
    closes_on = models.DateField("prazo")
    reason = models.TextField("motivo da mudança", blank=True)

    objects = ReportingPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "bimestre"
        verbose_name_plural = "bimestres"
        ordering = ["year", "bimester"]
        constraints = [
            models.UniqueConstraint(fields=["year", "bimester"], name="period_once"),
            models.CheckConstraint(
                condition=Q(bimester__gte=1, bimester__lte=6, year__gte=FIRST_YEAR), name="period_exists"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=MonthEnd(F("year"), F("bimester") * 2, output_field=models.DateField())),
                name="period_ends_with_its_month",
            ),
            models.CheckConstraint(
                condition=Q(opens_on__gt=F("ends_on"), closes_on__gte=F("opens_on")), name="period_in_order"
            ),
            models.CheckConstraint(
                condition=Q(opens_on=_after_the_end(OPENS_AFTER), closes_on=_after_the_end(CLOSES_AFTER))
                | ~Q(reason=""),
                name="period_moved_says_why",
            ),
        ]

    def __str__(self) -> str:
        return str(self.period)

    @classmethod
    def legal(cls, period: Period) -> ReportingPeriod:
        """As the law has it; not saved."""
        term = legal_term(period)
        return cls(
            year=period.year,
            bimester=period.bimester,
            ends_on=period.ends_on,
            opens_on=term.opens_on,
            closes_on=term.closes_on,
        )

    @property
    def period(self) -> Period:
        return Period(self.year, self.bimester)

    @property
    def prorogued(self) -> Term | None:
        """Its term, when it is not the one of the law."""
        term = Term(self.opens_on, self.closes_on)
        return None if term == legal_term(self.period) else term

    @property
    def opens_at(self) -> datetime:
        return datetime.combine(self.opens_on, time(0), tzinfo=BRASILIA)

    @property
    def closes_at(self) -> datetime:
        """The first instant that is late."""
        return datetime.combine(self.closes_on + DAY, time(0), tzinfo=BRASILIA)

    def has_opened_at(self, at: datetime) -> bool:
        return at >= self.opens_at

    def is_open_at(self, at: datetime) -> bool:
        return self.opens_at <= at < self.closes_at
