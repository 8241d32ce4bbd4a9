"""The nightly search for repeated records: whoever is new or was changed since the last pass, against everybody.

Each slice of people is one transaction with its pairs and the place where the pass stands, so that one that was killed
goes on from there and nothing comes twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max, Q

from cadsus import tasks
from cadsus.models import DetectionPass, SuspectedPair
from cadsus.models.unification import compared_digest
from cadsus.services.pairs import Found, take_in
from cadsus.services.records import establishment_of, require_registrar
from common import audit
from common.actor import Actor
from pki.services.locks import take
from registry import duplicates
from registry.models import Person, Transaction
from territory.models import Establishment

# So many people are looked for together: each slice reads the registry once.
SLICE = 50_000
# How long a pass waits for who is writing; the next visit tries again.
PATIENCE = "2s"
DETECTION = 7_102


@transaction.atomic
def ask_detection(*, by: Actor, at: datetime) -> None:
    """«Procurar agora»: the search of the night, in the background."""
    take(DETECTION)
    require_registrar(by)
    unit = Establishment.objects.get(cnes=establishment_of(by))
    audit.record("detection.asked", target=unit, by=by, at=at)
    transaction.on_commit(tasks.detect_duplicates.delay)


def last_pass() -> DetectionPass | None:
    """The last search that reached the end."""
    return DetectionPass.objects.finished().first()


def detect(*, at: datetime, size: int = SLICE) -> int:
    """Compare all that changed since the last pass, or what a pass that was cut short left; returns the pairs found.

    Who comes while somebody else is at it finds nothing to do.
    """
    found = 0
    begun = _begin(at=at)
    while begun is not None:
        begun, more = _compare_slice(pass_id=begun.pk, size=size, at=at)
        found += more
    return found


@transaction.atomic
def _begin(*, at: datetime) -> DetectionPass | None:
    """The pass that was begun, or the next one; None when nothing changed."""
    take(DETECTION)
    if unfinished := DetectionPass.objects.unfinished().first():
        return unfinished
    last = last_pass()
    people_after, changes_after = (last.people_until, last.changes_until) if last else (0, 0)
    people_until, changes_until = _marks()
    if (people_until, changes_until) == (people_after, changes_after):
        return None
    return DetectionPass.objects.create(
        people_after=people_after,
        people_until=people_until,
        changes_after=changes_after,
        changes_until=changes_until,
        started_at=at,
    )


def _marks() -> tuple[int, int]:
    """The last person and the last transação.

    An id is taken before its row is seen: only while nobody writes are all the lower ones there.
    """
    tables = ", ".join(model._meta.db_table for model in (Person, Transaction))
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        cursor.execute(f"LOCK TABLE {tables} IN SHARE MODE")
    person = Person.objects.aggregate(last=Max("pk"))["last"] or 0
    change = Transaction.objects.aggregate(last=Max("pk"))["last"] or 0
    return person, change


@transaction.atomic
def _compare_slice(*, pass_id: int, size: int, at: datetime) -> tuple[DetectionPass | None, int]:
    """The pairs of the next people, into the queue; no pass when this was the end, or somebody else is at it."""
    here = DetectionPass.objects.unfinished().select_for_update(skip_locked=True).filter(pk=pass_id).first()
    if here is None:
        return None, 0
    people = _next_people(here, size)
    if not people:
        here.finish(at=at)
        here.save(update_fields=["finished_at"])
        by = Actor.routine("cadsus.detect_duplicates", at)
        audit.record_batch("detection.finished", model=SuspectedPair, count=here.found, by=by, at=at)
        return None, 0
    found = take_in(pairs=_suspects_among(people), at=at)
    here.cursor, here.compared, here.found = people[-1], here.compared + len(people), here.found + found
    here.save(update_fields=["cursor", "compared", "found"])
    return here, found


def _next_people(here: DetectionPass, size: int) -> list[int]:
    """Who is new or was changed, after the place where the pass stands."""
    changes = Transaction.objects.filter(pk__gt=here.changes_after, pk__lte=here.changes_until)
    changed = Q(pk__gt=here.people_after, pk__lte=here.people_until) | Q(pk__in=changes.values("person"))
    people = Person.objects.filter(changed, pk__gt=here.cursor, is_standing=True, is_active=True)
    return list(people.order_by("pk").values_list("pk", flat=True)[:size])


def _suspects_among(people: list[int]) -> Iterator[Found]:
    with connection.cursor() as cursor:
        cursor.execute(duplicates.pairs_sql(of_some=True), {"people": people})
        for pair in duplicates.suspicions(cursor):
            digest = compared_digest(pair.left, pair.right)
            yield Found(pair.left.id, pair.right.id, int(pair.match.score), digest)
