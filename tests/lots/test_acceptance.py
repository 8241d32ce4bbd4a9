"""Acceptance tests of the specification (section 15) that are of the night: 12, and the batch's half of 17.

At full size they are measured: bench/lot_kills.py kills workers and server, bench/bench_d1_lot.py times the report and
bench/bench_d7_search.py the search.
"""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cadsus.services import wire
from lots.models import Lot, Slice
from lots.services import planning, reading, running
from lots.services.running import Worked, work_slice
from lots.services.steering import done
from tests.cadsus.sisrede import Network
from tests.clock import now
from tests.factories import make_person
from tests.lots.night import begin, it_of, read, work
from tests.lots.test_running import counted, visits

PEOPLE, KILLED_AT = 14, 0.43


@pytest.mark.django_db(transaction=True)
def test_acceptance_12_a_batch_killed_at_43_percent_resumes_and_totals_are_equal(monkeypatch: Any) -> None:
    monkeypatch.setattr(planning, "send_workers", lambda lot: None)
    network = Network()
    citizens = [network.citizen(make_person()) for _ in range(PEOPLE)]
    whole = counted(_finished(begin(network, it_of(network), pace="class")))
    lot = begin(network, it_of(network), pace="class")
    work(lot, slices=int(KILLED_AT * PEOPLE))
    assert done(lot) == int(KILLED_AT * PEOPLE)

    _kill_in_mid_slice(lot, monkeypatch)
    assert done(lot) == int(KILLED_AT * PEOPLE)
    assert len(visits(lot)) == int(KILLED_AT * PEOPLE)

    assert counted(_finished(lot)) == whole
    assert visits(lot) == {citizen.pk: 1 for citizen in citizens}


def _finished(lot: Lot) -> Lot:
    work(lot)
    assert read(lot).is_finished
    return lot


def _kill_in_mid_slice(lot: Lot, monkeypatch: Any) -> None:
    """The server ends the session of the worker after the statement of the slice, and before its end."""
    classify = running.classify

    def and_die(lot: Lot, claimed: Slice, at: Any) -> int:
        assert classify(lot, claimed, at) > 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        raise AssertionError("the session outlived its end")

    with monkeypatch.context() as patched:
        patched.setattr(running, "classify", and_die)
        assert work_slice(lot_id=lot.pk, at=now()) == Worked(waits=True)


def test_acceptance_17_search_and_report_read_no_table_from_end_to_end(network: Network) -> None:
    """What keeps them fast at 2.5 million: an index for each number, and counters instead of people."""
    for kinds in (("cpf",), ("cns",), ("cpf", "cns")):
        sql, parameters = wire._query(kinds)
        with connection.cursor() as cursor:
            # Of so few rows the planner would rather read all.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}", parameters)
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "Seq Scan" not in plan, plan

    network.citizen(make_person())
    lot = _finished(begin(network, it_of(network)))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert sum(line.total for line in reading.lines(lot)) == 1
    read_of = " ".join(query["sql"] for query in asked.captured_queries)
    assert "lots_tally" in read_of
    assert not [table for table in ("cadsus_citizen", "lots_visit", "registry_person") if f'"{table}"' in read_of]
