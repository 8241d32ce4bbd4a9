"""g3: a PDQ by CPF through its door, against a bare door that reads one indexed row and sends the same bytes.

Both are called as a listener calls them, without sockets; the CPFs are another at each call. Ours also reads the
token and leaves the line of the log, and the bare door does neither. Then 32 clients ask at once through the portal's
listener, each again as soon as it has its answer: how late is the 95th percentile, in the median of the rounds?

    BENCH_PEOPLE=500000 python -m bench.bench_g3_pdq
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import BytesIO
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Any

from requests import Session

from bench import support

PEOPLE, CALLS = support.people(20_000, full=2_500_000), 3_000 if support.FULL else 1_500
GOAL, LATE_GOAL = 0.5, 2.0
# In the first round the server warms up, and it does not count.
CLIENTS, CROWDED_ROUNDS, ASKED_BY_EACH = 32, support.ROUNDS + 1, 12

Application = Callable[[dict[str, Any], Callable[..., Any]], Any]


def main() -> int:
    folder = support.start_portal()
    from bench import registry_tables
    from registry.population import load
    from rooms import worlds
    from territory.services import load_reference_data

    load_reference_data()
    registry_tables.populate(PEOPLE)
    load.tidy()
    # The token is of the room in which the listener serves.
    with worlds.standing_in(worlds.only_world()):
        return support.finish(*_goals(folder))


def _goals(folder: Path) -> list[support.Goal]:
    from cadsus.api import pdq
    from pki import services as pki
    from registry.models import Person
    from rnds.services import access, bearer

    at = datetime.now(UTC)
    pki.current_signing_key(at=at)
    grant = access.Grant("12ABC34501DE35", "ab" * 32, "CN=AC", ("pem",))
    token = access.sign_access_token(grant=grant, at=at, audience=bearer.audience())
    people = Person.objects.exclude(cpf=None).order_by("quality", "pk")
    cpfs = [person.cpf_text for person in people.only("cpf")[:CALLS]]
    requests = [_request(cpf, token) for cpf in cpfs]

    answers = [_ask(pdq.application, environ()) for environ in requests]
    assert all(b'queryResponseCode code="OK"' in answer for answer in answers)
    assert len(set(answers)) == len(answers)
    same = cycle(sorted(answers, key=len)[len(answers) // 2 : len(answers) // 2 + 1])
    bare = _bare(cpfs, same)
    seconds = support.interleave(
        ours=lambda: support.timed(lambda: [_ask(pdq.application, environ()) for environ in requests]),
        bare=lambda: support.timed(lambda: [_ask(bare, environ()) for environ in requests]),
    )
    figures = ", ".join(
        f"{name} {1e6 * sorted(seconds[key])[len(seconds[key]) // 2] / len(cpfs):.0f} µs"
        for name, key in (("PDQ", "ours"), ("linha nua", "bare"))
    )
    return [
        support.Goal.at_least(
            f"g3 PDQ por CPF entre {PEOPLE} pessoas sobre uma linha nua",
            support.ratio(seconds["bare"], seconds["ours"]),
            GOAL,
            figures,
        ),
        _of_many_clients(folder, [environ() for environ in requests]),
    ]


def _of_many_clients(folder: Path, asked: list[dict[str, Any]]) -> support.Goal:
    """Each with a connection of its own, through all of the rounds."""
    bodies = [environ["wsgi.input"].read() for environ in asked]
    headers = {"Authorization": asked[0]["HTTP_AUTHORIZATION"], "Content-Type": asked[0]["CONTENT_TYPE"]}
    waited: list[list[float]] = [[] for _ in range(CROWDED_ROUNDS)]

    def client(number: int) -> None:
        session, asks = Session(), CROWDED_ROUNDS * ASKED_BY_EACH
        for place in range(asks):
            body = bodies[(number * asks + place) % len(bodies)]
            with support.stopwatch() as seconds:
                answer = session.post(address, data=body, headers=headers, timeout=60)
            assert b'queryResponseCode code="OK"' in answer.content, answer.content[:800]
            waited[place // ASKED_BY_EACH].append(seconds())

    with support.running(folder, "serve") as (_, url, _), ThreadPoolExecutor(CLIENTS) as crowd:
        address = f"{url}{asked[0]['PATH_INFO']}"
        list(crowd.map(client, range(CLIENTS)))
    return support.Goal.at_most(
        f"g3 PDQ entre {PEOPLE} pessoas, {CLIENTS} clientes: p95 sobre a mediana",
        median(support.late(each) / median(each) for each in waited[1:]),
        LATE_GOAL,
        support.milliseconds("resposta", [seconds for each in waited[1:] for seconds in each]),
    )


def _request(cpf: str, token: str) -> Callable[[], dict[str, Any]]:
    """A request anew each time, as a listener makes it."""
    from tests.cadsus.wire import by_id, envelope, query

    body = envelope(query(by_id(cpf)))
    fixed = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/cadsus/v2/PDQSupplierJWT",
        "CONTENT_TYPE": "application/soap+xml",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": f"jwt {token}",
    }
    return lambda: fixed | {"wsgi.input": BytesIO(body)}


def _bare(cpfs: list[str], content: Any) -> Application:
    """One row by its CPF, and the bytes of a typical answer."""
    from registry.models import Person

    asked = cycle(cpfs)

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        environ["wsgi.input"].read()
        row = Person.objects.filter(cpf=next(asked)).values_list("pk", "name", "birth_date").get()
        assert row
        body = next(content)
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]

    return application


def _ask(application: Application, environ: dict[str, Any]) -> bytes:
    started: list[str] = []
    body = b"".join(application(environ, lambda status, headers: started.append(status)))
    assert started[0].startswith("200"), (started, body[:800])
    return body


if __name__ == "__main__":
    support.run(main)
