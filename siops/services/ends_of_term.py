"""The end of a term of office (fim da vigência) by its date: nothing ends it but the day, and its owner is told."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from common import audit
from common.actor import Actor
from common.legal_time import BRASILIA
from common.models import OutboxMessage
from siops.models import HealthManager
from siops.services.post import write_once_to_record
from siops.services.registry import legal_date

KEY = "term-over:"


def tell_ends_of_term(*, at: datetime) -> int:
    """Write to each gestor whose last day is over at `at`, once for each last day; returns how many.

    The record keeps its state: whoever acts is asked for the dates each time, and other dates bring the office back.
    """
    return sum(_tell(manager_id=pk, at=at) for pk in _untold(at).values_list("pk", flat=True))


def ends_between(first: date, last: date) -> QuerySet[HealthManager]:
    """The present records whose last day is one of these, inclusive, in the order in which they end."""
    rows = HealthManager.objects.current().filter(ends_on__range=(first, last))
    related = ("person__user", "entity__municipality__uf", "entity__uf")
    return rows.select_related(*related).order_by("ends_on", "pk")


def end_of(last_day: date) -> datetime:
    """The first instant at which an office with this last day is over: midnight in Brasília."""
    return datetime.combine(last_day + timedelta(days=1), time(), BRASILIA)


def _untold(at: datetime) -> QuerySet[HealthManager]:
    key = Concat(Value(KEY), Cast("pk", CharField()), Value(":"), Cast("ends_on", CharField()))
    told = OutboxMessage.objects.filter(idempotency_key=OuterRef("key"))
    over = HealthManager.objects.current().filter(ends_on__lt=legal_date(at))
    return over.annotate(key=key).exclude(Exists(told)).order_by("ends_on", "pk")


@transaction.atomic
def _tell(*, manager_id: int, at: datetime) -> int:
    """Ask again under the lock: another may have told, or the dates may have changed."""
    HealthManager.objects.select_for_update().get(pk=manager_id)
    rows = _untold(at).select_related("person__user", "entity__municipality__uf", "entity__uf")
    manager = rows.filter(pk=manager_id).first()
    if manager is None or manager.ends_on is None:
        return 0
    write_once_to_record(
        "siops_manager_ended",
        manager,
        key=f"{KEY}{manager.pk}:{manager.ends_on}",
        at=at,
        successor=None,
        ended_at=end_of(manager.ends_on),
        reason=f"a vigência terminou em {manager.ends_on:%d/%m/%Y}",
    )
    audit.record(
        "manager.term_over",
        target=manager,
        by=Actor.routine("siops.tell_ends_of_term", at),
        at=at,
        last_day=str(manager.ends_on),
    )
    return 1
