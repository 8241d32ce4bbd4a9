"""What happens to an access by itself: the end of the link, a new link, and thirty days without an answer.

None of it decides anything: whether a link is in force and a request is in time is asked at use. This records it, for
lists and letters, one row in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django_fsm import can_proceed

from accounts.models import ProfessionalLink, ProfessionalLinkQuerySet
from cadsus.models import OperatorAccess
from cadsus.models.accesses import OperatorAccessQuerySet
from cadsus.services.asking import locked
from cadsus.services.post import write_to_deciders, write_to_operator
from common import audit
from common.actor import Actor
from common.legal_time import BRASILIA


def record_lapses(*, at: datetime) -> int:
    """EXPIRADO: requests that nobody decided within thirty days of `at`; returns how many."""
    return _each(OperatorAccess.objects.lapsed_at(at), _lapse, at)


def record_links(*, at: datetime) -> int:
    """SUSPENSO where the link is over at `at`, and PENDENTE again where a new one is in force; returns how many."""
    ended = _each(OperatorAccess.objects.approved().unlinked_at(at), _suspend, at)
    return ended + _each(OperatorAccess.objects.suspended().linked_at(at), _resume, at)


def next_change_of_links(after: datetime) -> datetime | None:
    """The first instant after `after` at which the link of an operator ends or begins."""
    today = after.astimezone(BRASILIA).date()
    links = ProfessionalLink.objects.filter(person__operator__isnull=False)
    end = links.filter(ended_on__gte=today).order_by("ended_on").values_list("ended_on", flat=True).first()
    start = links.filter(started_on__gt=today).order_by("started_on").values_list("started_on", flat=True).first()
    instants = ([midnight_after(end)] if end else []) + ([start_of(start)] if start else [])
    return min(instants, default=None)


def links_ending(after: datetime, until: datetime) -> ProfessionalLinkQuerySet:
    """Links by which somebody has access and whose last day is over in (after, until]."""
    days = (after.astimezone(BRASILIA).date(), until.astimezone(BRASILIA).date() - timedelta(days=1))
    return _links_behind(OperatorAccess.objects.approved()).filter(ended_on__range=days)


def links_bringing_back(after: datetime, until: datetime) -> ProfessionalLinkQuerySet:
    """Links that begin in (after, until] and bring a suspended access back to the manager."""
    days = (after.astimezone(BRASILIA).date() + timedelta(days=1), until.astimezone(BRASILIA).date())
    return _links_behind(OperatorAccess.objects.suspended()).filter(started_on__range=days)


def _links_behind(accesses: OperatorAccessQuerySet) -> ProfessionalLinkQuerySet:
    behind = accesses.filter(operator__person=OuterRef("person"), establishment=OuterRef("establishment"))
    return ProfessionalLink.objects.filter(Exists(behind)).select_related("person").order_by("pk")


def start_of(day: date) -> datetime:
    return datetime.combine(day, time(), BRASILIA)


def end_of(link: ProfessionalLink) -> datetime:
    """Of a link that has a last day."""
    if link.ended_on is None:
        raise TypeError("only a link with a last day ends")
    return midnight_after(link.ended_on)


def midnight_after(last_day: date) -> datetime:
    """The first instant at which a link with this last day is over, in Brasília."""
    return start_of(last_day + timedelta(days=1))


def _each(rows: OperatorAccessQuerySet, record: Callable[..., int], at: datetime) -> int:
    return sum(record(access_id=pk, at=at) for pk in list(rows.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _lapse(*, access_id: int, at: datetime) -> int:
    """Ask again under the lock: somebody may have decided."""
    access = locked(OperatorAccess, access_id)
    if not can_proceed(access.expire):
        return 0
    access.expire(at=at)
    access.save(update_fields=["status", "reason", "closed_at"])
    audit.record("operator_access.expired", target=access, by=_routine("lapses", at), at=at)
    write_to_operator("cadsus_access_expired", access, at=at)
    return 1


@transaction.atomic
def _suspend(*, access_id: int, at: datetime) -> int:
    access = locked(OperatorAccess, access_id)
    if not can_proceed(access.suspend) or OperatorAccess.objects.linked_at(at).filter(pk=access_id).exists():
        return 0
    access.suspend(at=at)
    access.save(update_fields=["status", "reason", "closed_at"])
    audit.record("operator_access.suspended", target=access, by=_routine("links", at), at=at)
    write_to_operator("cadsus_access_suspended", access, at=at)
    return 1


@transaction.atomic
def _resume(*, access_id: int, at: datetime) -> int:
    access = locked(OperatorAccess, access_id)
    if not can_proceed(access.resume) or OperatorAccess.objects.unlinked_at(at).filter(pk=access_id).exists():
        return 0
    access.resume(at=at)
    access.save(update_fields=["status", "asked_at", "closed_at", "decided_at", "decided_by"])
    audit.record("operator_access.resumed", target=access, by=_routine("links", at), at=at)
    write_to_deciders(access, at=at)
    return 1


def _routine(name: str, at: datetime) -> Actor:
    return Actor.routine(f"cadsus.record_{name}", at)
