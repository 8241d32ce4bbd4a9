"""Goal c1: the sweep of due tokens, in small committed batches, against one bare UPDATE that locks them all at once."""

import statistics
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from unittest import mock

from bench import support

DUE = 1_000_000 if support.FULL else 50_000
TOTAL = DUE * 5
RATE_GOAL = 0.85
# At full size there are five hundred batches; a small table has few, and each is a larger part of the whole.
LONGEST_GOAL = 0.005 if support.FULL else 0.1


def main() -> int:
    support.start_portal()
    from bench import token_table

    token_table.fill(total=TOTAL, due=DUE)
    longest: list[float] = []
    seconds = support.interleave(bare=_bare_update, sweep=lambda: _sweep(longest))
    rate = support.ratio(seconds["bare"], seconds["sweep"])
    _two_at_once()
    figures = f"{support.figures('varredura', seconds['sweep'])}, {support.figures('UPDATE único', seconds['bare'])}"
    return support.finish(
        support.Goal.at_least(f"c1 vazão da varredura de {DUE} entre {TOTAL}", rate, RATE_GOAL, figures),
        support.Goal.at_most(
            "c1 transação mais longa sobre o todo",
            statistics.median(longest),
            LONGEST_GOAL,
            support.figures("parte", longest, ""),
        ),
    )


def _bare_update() -> float:
    from django.db import connection

    from bench import token_table

    with token_table.copied_database(), connection.cursor() as cursor:
        seconds = support.timed(
            lambda: cursor.execute(
                "UPDATE egestor_deploymenttoken SET status = 'expired', sealed_value = NULL"
                " WHERE status = 'generated' AND expires_at <= %s",
                [token_table.MIDNIGHT],
            )
        )
        _verify()
    return seconds


def _sweep(longest: list[float]) -> float:
    from bench import token_table
    from egestor.services import expiry

    transactions: list[float] = []
    with token_table.copied_database(), _timing_transactions(transactions):
        token_table.count("false")  # opens the connection
        with support.stopwatch() as seconds:
            done = expiry.record_expiries(at=token_table.MIDNIGHT)
        assert done == DUE
        assert expiry.record_expiries(at=token_table.MIDNIGHT) == 0
        _verify()
        _verify_audit()
    longest.append(max(transactions) / seconds())
    return seconds()


def _two_at_once() -> None:
    """Two sweeps together take every row once."""
    from django.db import connections

    from bench import token_table
    from egestor.services import expiry

    done: list[int] = []

    def work() -> None:
        done.append(expiry.record_expiries(at=token_table.MIDNIGHT))
        connections.close_all()

    with token_table.copied_database():
        threads = [threading.Thread(target=work) for _ in range(2)]
        with support.stopwatch() as seconds:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        left = expiry.record_expiries(at=token_table.MIDNIGHT)
        assert sum(done) + left == DUE, done
        assert min(done) > 0, done
        _verify()
        _verify_audit()
    sys.stdout.write(f"duas varreduras juntas: {done[0]} + {done[1]} linhas em {seconds():.4g} s, nenhuma repetida\n")


def _verify() -> None:
    from bench import token_table

    recorded = token_table.count(
        "expires_at = %s AND status = 'expired' AND sealed_value IS NULL", token_table.MIDNIGHT
    )
    assert recorded == DUE
    assert token_table.count("status = 'expired'") == TOTAL


def _verify_audit() -> None:
    from common.models import AuditEvent
    from egestor.services import expiry

    counts = [event.details["count"] for event in AuditEvent.objects.filter(verb="token.expired")]
    assert sum(counts) == DUE
    assert max(counts) <= expiry.BATCH


@contextmanager
def _timing_transactions(seconds: list[float]) -> Iterator[None]:
    """Collect how long each transaction of the sweep lasts, commit included."""
    from django.db import transaction

    from egestor.services import expiry

    @contextmanager
    def atomic(*, durable: bool) -> Iterator[None]:
        with support.stopwatch() as passed, transaction.atomic(durable=durable):
            yield
        seconds.append(passed())

    with mock.patch.object(expiry, "transaction", SimpleNamespace(atomic=atomic)):
        yield


if __name__ == "__main__":
    support.run(main)
