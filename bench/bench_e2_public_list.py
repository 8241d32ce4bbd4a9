"""e2: «Situação de entrega» of a UF against a minimal page: the base template and three queries, by the same door.

Whoever asks comes with a session cookie, as most do. The same page is then asked for by many at once, five times over.
"""

import statistics
import threading
import time

import requests

from bench import support

PLACES, CLIENTS, ASKED = (853, 32, 40) if support.FULL else (200, 8, 20)
GOAL, MOST_QUERIES, SPREAD = 0.80, 6, 2.0
LIST, MINIMAL = "/siops/consulta/uf/mg/?ano={year}&bimestre=4", "/siops/consulta/minima/"


def main() -> int:
    folder = support.start_portal(DJANGO_SETTINGS_MODULE="bench.public_page")
    fill()
    from common import clock

    address = LIST.format(year=clock.now().year - 1)
    queries = count_queries(address)
    with support.running(folder, "serve") as (_, url, _):
        session = requests.Session()
        session.cookies.set("sessionid", "0" * 32)

        def rate(path: str) -> float:
            with support.stopwatch() as seconds:
                for _ in range(ASKED):
                    answer = session.get(url + path, timeout=60)
                    assert answer.status_code == requests.codes.ok, answer.text[:200]
            return ASKED / seconds()

        assert "Município 0001" in session.get(url + address, timeout=60).text
        assert "Página mínima" in session.get(url + MINIMAL, timeout=60).text
        rates = support.interleave(lists=lambda: rate(address), minimal=lambda: rate(MINIMAL))
        crowds = [crowded(url + address) for _ in range(support.ROUNDS)]
    absolute = ", ".join(support.figures(name, values, "/s") for name, values in rates.items())
    return support.finish(
        support.Goal.at_least(
            "e2 lista / página mínima", support.ratio(rates["lists"], rates["minimal"]), GOAL, absolute
        ),
        support.Goal.at_most("e2 consultas", queries, MOST_QUERIES, f"{PLACES} municípios"),
        support.Goal.at_most(
            f"e2 p95 / p50 de {CLIENTS} ao mesmo tempo",
            statistics.median(support.late(crowd) / statistics.median(crowd) for crowd in crowds),
            SPREAD,
            support.milliseconds("lista", [seconds for crowd in crowds for seconds in crowd]),
        ),
    )


def fill() -> None:
    """A UF with so many municípios, half of which have homologated the 4º bimestre of last year."""
    from django.db import connection

    from accounts.models import User
    from common import clock
    from declarations.models import Declaration, ReportingPeriod
    from declarations.services.calendar import keep_calendar
    from territory.models import Entity, Municipality, Uf

    now = clock.now()
    keep_calendar(at=now)
    uf = Uf.objects.create(ibge="31", acronym="MG", name="Minas Gerais", time_zone="America/Sao_Paulo")
    places = Municipality.objects.bulk_create(
        Municipality(
            ibge=f"31{number:05d}",
            name=f"Município {number:04d}",
            search_name=f"MUNICIPIO {number:04d}",
            uf=uf,
            time_zone=uf.time_zone,
        )
        for number in range(1, PLACES + 1)
    )
    entities = Entity.objects.bulk_create(
        Entity(kind="municipality", uf=uf, municipality=place) for place in places[::2]
    )
    account = User.objects.create_user(
        "bench", kind=User.Kind.STAFF, name="Bench", staff_role=User.StaffRole.AUDITOR, is_staff=True
    )
    period = ReportingPeriod.objects.get(year=now.year - 1, bimester=4)
    Declaration.objects.bulk_create(
        Declaration(
            entity=entity,
            period=period,
            status="homologated",
            opened_by=account,
            opened_at=now,
            content_hash="0" * 64,
            rules="regras",
            verified_at=now,
            packed_at=now,
            transmitted_by=account,
            transmitted_at=now,
            homologated_by=account,
            homologated_at=now,
            percent=1787,
        )
        for entity in entities
    )
    # What autovacuum does within a minute of so many new rows.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def count_queries(address: str) -> int:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        answer = Client(SERVER_NAME="127.0.0.1").get(address)
    assert answer.status_code == requests.codes.ok
    return len(captured)


def crowded(url: str) -> list[float]:
    """Seconds of every answer, to so many clients at once."""
    taken: list[float] = []

    def ask() -> None:
        session = requests.Session()
        for _ in range(ASKED):
            begun = time.perf_counter()
            assert session.get(url, timeout=60).status_code == requests.codes.ok
            taken.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == CLIENTS * ASKED
    return taken


if __name__ == "__main__":
    support.run(main)
