"""Goals d1, d3 and d4: a lot at full speed against the best bare SQL, and its report against the lot.

The reference does the same work in two sessions over the same tables: CREATE TABLE AS for the log, from the whole rule,
and one UPDATE from it, with work_mem of 256 MB. Both classify with the same statement, so that what is compared is what
the slices, their locks, the counters and the resuming cost. Between rounds the charts are as before and vacuumed.

    BENCH_PEOPLE=100000,500000 python -m bench.bench_d1_lot

d3 compares each size with the first one, so that it needs two.
"""

import resource
from threading import Thread
from typing import Any

from bench import support

# The first is what d3 compares the others with; one that fits into a slice of each worker says nothing of d1 and d4.
# Nor does one whose slices do not come out even: the reference divides its people between two sessions exactly.
SIZES = support.sizes((20_000, 100_000), full=(100_000, 500_000, 2_500_000))
# What the reference keeps of each person.
_LOG = "SELECT id, microarea_id, outcome, mask, target, code, text FROM moved"
GOAL, MEMORY_GOAL, REPORT_GOAL, PAGE_GOAL = 0.90, 64, 0.01, 5.0
# Seconds, whatever the lot took.
REPORT_SECONDS = 3.0
# How much more of its rate a lot may lose with more people than the reference loses.
FALL_GOAL = 0.05
Seconds = dict[str, list[float]]


def main() -> int:
    support.start_portal()
    from territory.services import load_reference_data

    load_reference_data()
    measured = [_of_size(size) for size in SIZES]
    goals = [goal for _, _, found in measured for goal in found]
    return support.finish(*goals, *(_fall(measured[0][:2], each[:2]) for each in measured[1:]))


def _fall(small: tuple[int, Seconds], large: tuple[int, Seconds]) -> support.Goal:
    """d3: what the lot loses of its rate from the first size to another, less what the reference loses."""
    kept = {side: _rate(large, side) / _rate(small, side) for side in ("lot", "reference")}
    return support.Goal.at_most(
        f"d3 {large[0]} pessoas contra {small[0]}, queda do ritmo além da do SQL",
        kept["reference"] - kept["lot"],
        FALL_GOAL,
        f"o lote guarda {kept['lot']:.0%} do seu ritmo, o SQL {kept['reference']:.0%} do seu",
    )


def _rate(of: tuple[int, Seconds], side: str) -> float:
    people, seconds = of
    return people / min(seconds[side])


def _of_size(people: int) -> tuple[int, Seconds, list[support.Goal]]:
    from datetime import timedelta

    from bench import lot_tables, registry_tables
    from common import clock

    _empty_charts()
    registry_tables.empty()
    registry_tables.populate(people)
    entity, _ = lot_tables.make_city()
    made = lot_tables.make_charts(clock.real_now() - timedelta(days=30))
    outcomes: dict[str, Any] = {}
    memory = _peak()
    seconds = support.interleave(
        lot=lambda: _lot(entity, made, outcomes), reference=lambda: _reference(entity, made, outcomes)
    )
    grown = _peak() - memory
    rate = support.ratio(seconds["reference"], seconds["lot"])
    absolute = (
        f"{support.figures('lote', seconds['lot'])}, {support.figures('SQL', seconds['reference'])};"
        f" {made / min(seconds['lot']):.0f} pessoas/s contra {made / min(seconds['reference']):.0f}"
    )
    goals = [
        support.Goal.at_most(
            f"d3 {made} pessoas, memória que o lote acrescenta (MB)",
            grown,
            MEMORY_GOAL,
            f"pico do processo {_peak():.0f} MB",
        ),
    ]
    if says_something(made):
        goals.insert(0, support.Goal.at_least(f"d1 {made} pessoas, lote sobre o SQL nu", rate, GOAL, absolute))
        goals += _report(entity, made, min(seconds["lot"]))
    return made, seconds, goals


def says_something(people: int) -> bool:
    """Whether each worker has more than a slice to do: with fewer people one of them mostly waits."""
    from lots.models.lots import MOST_IN_A_SLICE
    from lots.tasks import WORKERS

    return people > WORKERS * MOST_IN_A_SLICE


def _lot(entity: int, people: int, outcomes: dict[str, Any]) -> float:
    """Two workers, from the claimed first slice to the closing check."""
    from bench import lot_tables

    lot_tables.be_as_before()
    lot = begun(entity)
    with support.stopwatch() as seconds:
        together(lambda: work(lot.pk), lambda: work(lot.pk))
    check_done(lot.pk, people, outcomes)
    return seconds()


def check_done(lot_id: int, people: int, outcomes: dict[str, Any]) -> None:
    """Everybody was visited once, with the outcomes of every other time."""
    from lots.models import Lot

    done = Lot.objects.get(pk=lot_id)
    assert done.is_finished, done.reason
    assert done.visits == done.visited == people
    _same_outcomes(outcomes, _totals(lot_id))


def _reference(entity: int, people: int, outcomes: dict[str, Any]) -> float:
    from bench import lot_tables

    lot_tables.be_as_before()
    lot, middle = begun(entity), middle_person()
    with support.stopwatch() as seconds:
        numbers = bare_pass(lot, middle)
    check_bare(numbers, people, outcomes)
    return seconds()


def middle_person() -> int:
    """Where the two sessions of the reference divide the people."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY person_id) FROM cadsus_citizen")
        return int(cursor.fetchone()[0])


def bare_pass(lot: Any, middle: int) -> list[int]:
    """The same rule over the two halves of the people, each in a session: log, then UPDATE from it."""
    halves = [(1, 0, middle), (2, middle + 1, 2**62)]
    together(*[lambda half=half: _bare(lot, *half) for half in halves])
    return [number for number, _, _ in halves]


def check_bare(numbers: list[int], people: int, outcomes: dict[str, Any]) -> None:
    """As `check_done`, of the logs of the two sessions, which go."""
    from django.db import connection

    found: dict[int, int] = {}
    with connection.cursor() as cursor:
        for number in numbers:
            cursor.execute(f"SELECT outcome, count(*) FROM bare_{number} GROUP BY outcome")  # noqa: S608 -- an own name
            for outcome, count in cursor.fetchall():
                found[outcome] = found.get(outcome, 0) + count
            cursor.execute(f"DROP TABLE bare_{number}")
    assert sum(found.values()) == people
    _same_outcomes(outcomes, found)


def _bare(lot: Any, number: int, first: int, last: int) -> None:
    """Half of the people: who has a link by person, and in the first half whoever has none."""
    from django.db import connection

    from lots.classification import judgement, parameters
    from lots.models import Slice

    given = parameters(
        slice_=Slice(lot=lot, number=number, first=first, last=last),
        entity_id=lot.entity_id,
        last_citizen=lot.last_citizen,
        settled=lot.settled_before,
        today=lot.begun_at.date(),
        at=lot.begun_at,
    )
    with connection.cursor() as cursor:
        cursor.execute("SET work_mem = '256MB'")
        cursor.execute(f"CREATE TABLE bare_{number} AS {judgement(Slice.Kind.PERSON)} {_LOG}", given)
        if number == 1:
            given |= {"first": 0, "last": lot.last_citizen}
            cursor.execute(f"INSERT INTO bare_{number} {judgement(Slice.Kind.CHART)} {_LOG}", given)
        cursor.execute(
            f"UPDATE cadsus_citizen c SET status = b.target, finding = coalesce(b.code, c.finding),"  # noqa: S608 -- own names
            f" finding_text = coalesce(b.text, c.finding_text),"
            f" found_at = CASE WHEN b.code IS NULL THEN c.found_at ELSE %(at)s END"
            f" FROM bare_{number} b WHERE c.id = b.id AND b.target IS NOT NULL",
            given,
        )


def _report(entity: int, people: int, pass_seconds: float) -> list[support.Goal]:
    """d4: the totals by microarea against the pass, a page of names against one row by its key."""
    from cadsus.models import Citizen, MicroArea
    from lots.services import reading

    lot = _begun_after_rest(entity)
    together(lambda: work(lot.pk), lambda: work(lot.pk))
    microarea = MicroArea.objects.select_related("area").order_by("-pk").first()
    assert microarea is not None
    cnes, one = microarea.area.establishment_id, Citizen.objects.order_by("pk").values_list("pk", flat=True)[0]
    page = reading.people_of(lot, cnes=cnes, microarea=microarea.pk, after=(1, 0))
    assert len(page) == min(reading.PAGE, len(page)) > 0
    assert sum(line.total for line in reading.lines(lot)) == people
    seconds = support.interleave(
        totals=lambda: support.timed(lambda: reading.lines(lot)),
        page=lambda: support.timed(
            lambda: [reading.people_of(lot, cnes=cnes, microarea=microarea.pk, after=(1, 0)) for _ in range(20)]
        ),
        row=lambda: support.timed(lambda: [Citizen.objects.get(pk=one) for _ in range(20)]),
    )
    totals = min(seconds["totals"]) / pass_seconds
    return [
        support.Goal.at_most(
            f"d4 {people} pessoas, relatório por microárea sobre o lote",
            totals,
            REPORT_GOAL,
            support.figures("totais", seconds["totals"]),
        ),
        support.Goal.at_most(
            f"d4 {people} pessoas, relatório por microárea (s)",
            max(seconds["totals"]),
            REPORT_SECONDS,
            support.figures("totais", seconds["totals"]),
        ),
        support.Goal.at_most(
            f"d4 {people} pessoas, página de nomes sobre uma linha",
            support.ratio(seconds["page"], seconds["row"]),
            PAGE_GOAL,
            f"{support.figures('20 páginas', seconds['page'])}, {support.figures('20 linhas', seconds['row'])}",
        ),
    ]


def begun(entity: int, pace: str = "full") -> Any:
    """A lot, planned, with nobody at work on it."""
    from django.db import transaction

    from bench import lot_tables
    from common import clock
    from common.actor import Actor
    from lots.models import Lot
    from lots.services import planning

    at = clock.real_now()
    planning.send_workers = lambda lot: None
    with transaction.atomic():
        lot = Lot.objects.create(entity_id=entity, pace=pace, asked_by_id=lot_tables.make_user(), asked_at=at)
        planning.begin(lot=lot, actor=Actor.routine("bench", at), at=at)
    return lot


def _begun_after_rest(entity: int) -> Any:
    from bench import lot_tables

    lot_tables.be_as_before()
    return begun(entity)


def work(lot_id: int) -> None:
    import time

    from common import clock
    from lots.services.running import work_slice

    while (worked := work_slice(lot_id=lot_id, at=clock.real_now())) is not None:
        if worked.waits:
            time.sleep(0.01)


def together(*works: Any) -> None:
    """Each in a thread and a session of its own; what one raises, all raise."""
    problems: list[BaseException] = []

    def run(work: Any) -> None:
        from django.db import connections

        try:
            work()
        except BaseException as problem:
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]


def _totals(lot_id: int) -> dict[int, int]:
    from lots.models import Lot
    from lots.services import reading

    return reading.totals(Lot.objects.get(pk=lot_id))


def _same_outcomes(outcomes: dict[str, Any], found: dict[int, int]) -> None:
    """Both sides found the same, every time."""
    assert outcomes.setdefault("first", found) == found, (outcomes["first"], found)


def _empty_charts() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE cadsus_citizen CASCADE")


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    support.run(main)
