"""i2: receipts appended to a log of 1 M leaves against bare inserts of the same bytes; and the proof of one.

As they come in a day of homologations: each in a transaction of its own, and places given to 32 at once.
"""

import io
import secrets
import statistics
import time
from typing import Any

from bench import support

LEAVES = 1_000_000 if support.FULL else 50_000
# In five rounds, those of every município.
RECEIPTS, AT_ONCE, PROOFS = (1_120 if support.FULL else 320), 32, 200
GOAL, PROOF_SECONDS = 0.8, 0.005


def main() -> int:
    support.start_portal()

    # Models only exist after the portal started.
    from django.db import connection, transaction

    from common import clock
    from documents.models import LogEntry
    from documents.services import log
    from pki import services as pki

    now = clock.now()
    pki.ensure_authorities(at=now)
    facts: dict[str, Any] = {
        "title": "Termo de ensaio",
        "code": "0004700001",
        "sha256": secrets.token_hex(32),
        "bytes": 12345,
    }
    words = log.content_of("paper", facts)

    def receipts() -> float:
        started = time.perf_counter()
        for number in range(RECEIPTS):
            with transaction.atomic():
                log.enter("paper", paper=None, **facts)
            if number % AT_ONCE == AT_ONCE - 1:
                assert log.place_entries() == AT_ONCE
        return RECEIPTS / (time.perf_counter() - started)

    def bare() -> float:
        started = time.perf_counter()
        for _ in range(RECEIPTS):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("INSERT INTO bench_bare (content) VALUES (%s) RETURNING id", [words])
        return RECEIPTS / (time.perf_counter() - started)

    _fill(words)
    rates = support.interleave(receipts=receipts, bare=bare)
    size = log.sign_checkpoint(at=now).size
    assert size == LEAVES + support.ROUNDS * RECEIPTS
    entries = list(LogEntry.objects.order_by("?").values_list("pk", flat=True)[:PROOFS])
    times = []
    for pk in entries:
        started = time.perf_counter()
        proof = log.prove(entry_id=pk, at=now)
        times.append(time.perf_counter() - started)
        assert proof.holds()
        assert proof.checkpoint.size == size

    absolute = ", ".join(support.figures(name, values, "/s") for name, values in rates.items())
    return support.finish(
        support.Goal.at_least(
            "i2 recibos no registro", support.ratio(rates["receipts"], rates["bare"]), GOAL, absolute
        ),
        support.Goal.at_most(
            "i2 prova, segundos",
            statistics.median(times),
            PROOF_SECONDS,
            f"{support.milliseconds('prova', times)}, em {size} registros",
        ),
    )


def _fill(words: str) -> None:
    """A log of so many entries, with their places, and the table of the reference."""
    from django.db import connection

    from documents.log import tree
    from documents.log.proof import leaf_of

    peaks: list[bytes] = []
    lines = io.StringIO()
    for index in range(LEAVES):
        content = f"{words} {index}"
        nodes = b"".join(tree.append(peaks, index, leaf_of(index, content)))
        lines.write(f"{content}\t{index}\t\\\\x{nodes.hex()}\n")
    with connection.cursor() as cursor:
        with cursor.copy("COPY documents_logentry (content, index, nodes) FROM STDIN") as rows:
            rows.write(lines.getvalue())
        cursor.execute("CREATE TABLE bench_bare (id bigserial PRIMARY KEY, content text NOT NULL)")
        cursor.execute("VACUUM ANALYZE documents_logentry")


if __name__ == "__main__":
    support.run(main)
