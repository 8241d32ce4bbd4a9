"""g4: a call of a machine among 200,000 people against the same call among 10,000.

Two rooms of one server, one with so many people more, and every kind of call to the registry through its door: by CPF,
CNS and NIS, by name and birth, and a record added (PIX). Called as a listener calls, without sockets.

    BENCH_PEOPLE=10000,500000 python -m bench.bench_g4_calls
"""

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from bench import support

SMALL, LARGE = support.sizes((5_000, 40_000), full=(10_000, 200_000))
CALLS = 300 if support.FULL else 100
GOAL = 1.2
Send = Callable[[], Any]


def main() -> int:
    support.start_portal(SALAS_MAXIMO="3", SALAS_RESERVA="0")
    from config import preparation

    preparation.prepare()
    rooms = {"small": _room(SMALL), "large": _room(LARGE)}
    calls = {side: _calls(world) for side, world in rooms.items()}
    goals = []
    for kind in calls["small"]:
        seconds = support.interleave(
            small=partial(_timed, rooms["small"], calls["small"][kind]),
            large=partial(_timed, rooms["large"], calls["large"][kind]),
        )
        figures = f"{support.figures(f'{LARGE}', seconds['large'])}, {support.figures(f'{SMALL}', seconds['small'])}"
        ratio = support.ratio(seconds["large"], seconds["small"])
        goals.append(support.Goal.at_most(f"g4 {kind}: entre {LARGE} pessoas sobre {SMALL}", ratio, GOAL, figures))
    return support.finish(*goals)


def _room(people: int) -> Any:
    from bench import registry_tables
    from common import clock
    from registry.population import load
    from rooms import services, worlds

    world = worlds.world_of(services.open_room(title=f"{people} pessoas", at=clock.real_now()).room)
    with worlds.entered(world):
        registry_tables.populate(people)
        load.tidy()
    return world


def _calls(world: Any) -> dict[str, list[Send]]:
    """So many calls of each kind, of people all over the population."""
    from cadsus.api import oids
    from pki import services as pki
    from registry.models import Document, Person
    from rooms import worlds
    from territory.models import Establishment
    from tests.cadsus.pix import record, send
    from tests.cadsus.wire import by_birth, by_id, by_name, post, query, token
    from tests.clock import now

    with worlds.entered(world):
        pki.current_signing_key(at=now())
        shown = f"jwt {token()}"
        # The degree of quality has nothing to do with the order in which they were written.
        people = list(Person.objects.exclude(cpf=None).exclude(cns=None).order_by("quality", "birth_date")[:CALLS])
        papers = list(Document.objects.filter(kind="NIS").order_by("issued_on", "-number")[:CALLS])
        cnes = Establishment.objects.order_by("pk")[0].pk

    def asked(*parameters: str) -> Send:
        message = query(*parameters)
        return lambda: post(message, shown=shown)

    return {
        "PDQ por CPF": [asked(by_id(each.cpf_text)) for each in people],
        "PDQ por CNS": [asked(by_id(str(each.cns))) for each in people],
        "PDQ por NIS": [asked(by_id(each.number, root=oids.NIS)) for each in papers],
        "PDQ por nome e nascimento": [
            asked(by_name(each.name), by_birth(f"{each.birth_date:%Y%m%d}")) for each in people
        ],
        "PIX, inclusão": [partial(send, record(local=str(number)), cnes) for number in range(CALLS)],
    }


def _timed(world: Any, sends: list[Send]) -> float:
    """All of them, each answered; what was added is added once and afterwards found."""
    from rooms import worlds

    with worlds.entered(world), support.stopwatch() as seconds:
        answers = [send() for send in sends]
    assert all(answer.status == 200 for answer in answers)
    assert all(b'code="OK"' in answer.content or b'code="CA"' in answer.content for answer in answers)
    return seconds()


if __name__ == "__main__":
    sys.exit(main())
