"""Goal c2: a sweep that finds nothing due against the emptiest question the index can answer."""

from datetime import timedelta

from bench import support

LIVE = 100_000 if support.FULL else 10_000
TOTAL = LIVE * 5
CALLS = 500
GOAL = 3.0


def main() -> int:
    support.start_portal()
    from bench import token_table

    token_table.fill(total=TOTAL, due=LIVE)
    seconds = support.interleave(sweep=_sweep, select=_select)
    assert token_table.count("status = 'generated'") == LIVE
    per_call = {side: [value / CALLS * 1e6 for value in values] for side, values in seconds.items()}
    figures = ", ".join(support.figures(side, values, "µs") for side, values in per_call.items())
    ratio = support.ratio(seconds["sweep"], seconds["select"])
    return support.finish(support.Goal.at_most("c2 varredura sem nada a fazer", ratio, GOAL, figures))


def _sweep() -> float:
    from bench import token_table
    from egestor.services.expiry import record_expiries

    at = token_table.MIDNIGHT - timedelta(microseconds=1)
    with support.stopwatch() as seconds:
        for _ in range(CALLS):
            assert record_expiries(at=at) == 0
    return seconds()


def _select() -> float:
    from django.db import connection

    from bench import token_table

    at = token_table.MIDNIGHT - timedelta(microseconds=1)
    question = (
        "SELECT 1 FROM egestor_deploymenttoken WHERE status = 'generated' AND expires_at <= %s"
        " ORDER BY expires_at LIMIT 1"
    )

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {question}", [at])
        assert "token_due" in str(cursor.fetchall()), "the reference must read the index"
    with support.stopwatch() as seconds:
        for _ in range(CALLS):
            with connection.cursor() as cursor:
                cursor.execute(question, [at])
                assert cursor.fetchone() is None
    return seconds()


if __name__ == "__main__":
    support.run(main)
