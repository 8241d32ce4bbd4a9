"""h5: advancing a room's clock through N due events against recording them one by one at their instants."""

from datetime import timedelta
from typing import Any

from bench import support

TOKENS = 400 if support.FULL else 100
GOAL = 0.7


def main() -> int:
    support.start_portal(SALAS_MAXIMO="20", SALAS_RESERVA="2")
    from config import preparation

    preparation.prepare()
    seconds = support.interleave(replay=_replay, bare=_bare)
    figures = f"{support.figures('avançar', seconds['replay'])}, {support.figures('um a um', seconds['bare'])}"
    ratio = support.ratio(seconds["bare"], seconds["replay"])
    return support.finish(support.Goal.at_least(f"h5 {TOKENS} prazos em 90 dias", ratio, GOAL, figures))


def _room() -> Any:
    """A room with that many tokens, each dying at an instant of its own in the next ninety days."""
    from bench import token_table
    from common import clock
    from rooms import services, worlds

    opened = services.open_room(title="Medição", at=clock.real_now())
    with worlds.entered(worlds.world_of(opened.room)):
        token_table.fill_spread(total=TOKENS, first=clock.real_now() + timedelta(hours=1), over=timedelta(days=89))
    return opened


def _replay() -> float:
    from common import clock
    from rooms import clockwork

    opened = _room()
    to = clock.real_now() + timedelta(days=90)
    try:
        return support.timed(
            lambda: clockwork.advance(
                code=opened.room.code, key=opened.key, to=to, spares_people=True, at=clock.real_now()
            )
        )
    finally:
        _check_and_close(opened)


def _bare() -> float:
    from accounts.services.memberships import renew_accesses
    from common import clock
    from common.house import due_kinds
    from rooms import worlds

    opened = _room()
    start = clock.real_now()
    with worlds.entered(worlds.world_of(opened.room)):
        instants = sorted(
            {due.at for kind in due_kinds() if kind.apply for due in kind.upcoming(start, start + timedelta(days=90))}
        )

        def one_by_one() -> None:
            for at in instants:
                for kind in due_kinds():
                    if kind.apply:
                        (renew_accesses if kind.spare else kind.apply)(at=at)

        seconds = support.timed(one_by_one)
    _check_and_close(opened)
    return seconds


def _check_and_close(opened: Any) -> None:
    from bench import token_table
    from common import clock
    from rooms import services, worlds

    with worlds.entered(worlds.find(opened.room.code)):
        assert token_table.count("status = 'expired'") == TOKENS
    services.close_room(code=opened.room.code, key=opened.key, at=clock.real_now())


if __name__ == "__main__":
    support.run(main)
