"""What an operator asks of the manager of an establishment, and how it is answered (spec 6.1)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django_fsm import ConcurrentTransitionMixin

from common.actor import Actor
from registry.models import Person
from territory.models import Establishment

_M = TypeVar("_M", bound=models.Model)


class Operator(models.Model):
    """A person who registered as an operator of the CADSUS (operador) and accepted the termo; access comes apart."""

    person = models.OneToOneField(Person, models.PROTECT, verbose_name="pessoa", related_name="operator")
    registered_at = models.DateTimeField("cadastrado em")
    terms_version = models.CharField("versão do termo", max_length=10)

    class Meta:
        verbose_name = "operador"
        verbose_name_plural = "operadores"

    def __str__(self) -> str:
        return f"Operador · {self.person}"


class UnitRequestQuerySet(models.QuerySet[_M]):
    def of_account(self, user_id: int | None) -> Self:
        """One's own."""
        return self.filter(operator__person__user=user_id)

    def visible_to(self, actor: Actor) -> Self:
        """One's own, and those of the entity for who answers for a unit or for the whole of it.

        To see another unit's request is not to decide it: the service says whose decision it is.
        """
        entities = actor.entities_in("cadsus")
        if entities is None:
            return self
        return self.filter(Q(operator__person__user=actor.account_id) | Q(establishment__entity__in=entities))

    def at_desk(self, *, units: Collection[str], entities: Collection[int]) -> Self:
        """Those of some establishments, and of all of some entities: what somebody may decide."""
        return self.filter(Q(establishment__in=units) | Q(establishment__entity__in=entities))

    def with_names(self) -> Self:
        """What the lists and the letters name, in one query."""
        return self.select_related(
            "operator__person__user",
            "establishment__entity__municipality__uf",
            "establishment__entity__uf",
            "decided_by",
        )


class UnitRequest(ConcurrentTransitionMixin, models.Model):
    """A request of an operator that the manager of the establishment decides."""

    operator = models.ForeignKey(Operator, models.PROTECT, verbose_name="operador", related_name="%(class)s_requests")
    establishment = models.ForeignKey(Establishment, models.PROTECT, verbose_name="estabelecimento", related_name="+")
    decided_at = models.DateTimeField("decidido em", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="decidido por", null=True, blank=True, related_name="+"
    )
    reason = models.CharField("motivo", max_length=300, blank=True)
    closed_at = models.DateTimeField("encerrado em", null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def entity_id(self) -> int:
        """The entity of the establishment."""
        return self.establishment.entity_id

    def decide(self, *, by: Actor, at: datetime) -> None:
        """Keep who decided, and when; a transition calls it."""
        self.decided_by_id, self.decided_at = by.author_id, at

    def close(self, *, at: datetime, reason: str = "") -> None:
        """Nothing is open any more; a transition calls it."""
        self.closed_at, self.reason = at, reason
