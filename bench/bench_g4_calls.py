"""g4: a call of a machine among 200,000 people against the same call among 10,000.

Two rooms of one server, one with so many people more, and every kind of call to the registry through its door: by CPF,
CNS and NIS, by name and birth, and a record added (PIX), another at each call. Called as a listener calls, without
sockets. No commit waits for the disk, which takes as long in both rooms and would hide what differs. Of one size alone
the other room has a twentieth.

    BENCH_PEOPLE=10000,500000 python -m bench.bench_g4_calls
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import count, cycle, islice
from typing import Any

from bench import support

SIZES = support.sizes((5_000, 40_000), full=(10_000, 200_000))
SMALL, LARGE = SIZES[0] if len(SIZES) > 1 else SIZES[0] // 20, SIZES[-1]
# A round is short, so that both sides share the noise of the machine; each kind of call goes through all of its people.
ROUNDS, AT_ONCE = (60, 10) if support.FULL else (20, 10)
CALLS = 300 if support.FULL else 100
GOAL = 1.2
Send = Callable[[], Any]


def main() -> int:
    support.start_portal(SALAS_MAXIMO="3", SALAS_RESERVA="0", PGOPTIONS="-c synchronous_commit=off")
    from config import preparation

    preparation.prepare()
    rooms = {"small": _room(SMALL), "large": _room(LARGE)}
    calls = {side: _calls(world) for side, world in rooms.items()}
    return support.finish(*[_goal(rooms, calls, kind) for kind in calls["small"]])


def _goal(rooms: dict[str, Any], calls: dict[str, dict[str, list[Send]]], kind: str) -> support.Goal:
    sides = {side: partial(_round, world, cycle(calls[side][kind])) for side, world in rooms.items()}
    seconds = support.interleave(ROUNDS, **sides)
    figures = (
        f"{AT_ONCE} chamadas: {support.figures(f'{LARGE}', seconds['large'])},"
        f" {support.figures(f'{SMALL}', seconds['small'])}"
    )
    ratio = support.ratio(seconds["large"], seconds["small"])
    return support.Goal.at_most(f"g4 {kind}: entre {LARGE} pessoas sobre {SMALL}", ratio, GOAL, figures)


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
    from cadsus.api import oids, pix
    from pki import services as pki
    from registry.models import Document, Person
    from rooms import worlds
    from territory.models import Establishment
    from tests.cadsus.pix import PATH, record, system_token
    from tests.cadsus.wire import by_birth, by_id, by_name, post, query, token
    from tests.clock import now

    with worlds.entered(world):
        pki.current_signing_key(at=now())
        # A record under protection is found by its number alone; whoever is older than anybody is not added again.
        ordinary = Person.objects.filter(is_standing=True, is_protected=False, birth_date__year__range=(1940, 2005))
        found = ordinary.exclude(cpf=None).exclude(cns=None)
        people, papers = _from_all_over(found), _from_all_over(Document.objects.filter(kind="NIS", person__in=found))
        shown = f"jwt {token()}"
        of_system = f"jwt {system_token(Establishment.objects.order_by('pk')[0].pk)}"
    numbers = count()

    def asked(*parameters: str) -> Send:
        message = query(*parameters)
        return lambda: post(message, shown=shown)

    def added() -> Any:
        """Somebody new, with the name of one and the birth of another."""
        number = next(numbers)
        born = people[(number + 1 + number // CALLS) % CALLS].birth_date
        message = record(local=str(number + 1), name=people[number % CALLS].name, birth=f"{born:%Y%m%d}")
        return post(message, shown=of_system, application=pix.application, PATH_INFO=PATH)

    return {
        "PDQ por CPF": [asked(by_id(each.cpf_text)) for each in people],
        "PDQ por CNS": [asked(by_id(str(each.cns))) for each in people],
        "PDQ por NIS": [asked(by_id(each.number, root=oids.NIS)) for each in papers],
        "PDQ por nome e nascimento": [
            asked(by_name(each.name), by_birth(f"{each.birth_date:%Y%m%d}")) for each in people
        ],
        "PIX, inclusão": [added] * CALLS,
    }


def _from_all_over(rows: Any) -> list[Any]:
    """As many as there are calls, as far from each other as may be."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    found = rows.in_bulk(keys[:: len(keys) // CALLS][:CALLS])
    assert len(found) == CALLS
    return list(found.values())


def _round(world: Any, sends: Iterator[Send]) -> float:
    """The next calls, each answered."""
    from rooms import worlds

    with worlds.entered(world), support.stopwatch() as seconds:
        answers = [send() for send in islice(sends, AT_ONCE)]
    for answer in answers:
        assert b'code="OK"' in answer.content or b'code="CA"' in answer.content, answer.content.decode()
    return seconds()


if __name__ == "__main__":
    support.run(main)
