"""h1–h3: opening and resetting a room under load, making a copy, and a page in a room against the open room.

The load is a class that never stops to think: in each room somebody opens a page every second, through the WSGI
application, for as long as the measurement lasts. Asked for more than it can serve (some 90 pages a second on two
cores), a process measures its queue and not the opening of a room.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from bench import support

ROOMS = 30 if support.FULL else 6
SAMPLES = 30
# Many short rounds: a page takes a few milliseconds, and the machine's other work comes in longer waves.
PAGES, PAGE_ROUNDS = 12, 121
COPIES = 7
PAGE_EVERY_SECONDS = 1.0
OPEN_SECONDS, SPARE_RATIO, PAGE_RATIO = 0.1, 1.3, 0.95


def main() -> int:
    support.start_portal(SALAS_MAXIMO=str(ROOMS + SAMPLES), SALAS_RESERVA=str(2 * SAMPLES), ALLOWED_HOSTS="testserver")
    from config import preparation
    from rooms import services, stock

    with support.stopwatch() as first:
        preparation.prepare()
    begun = time.perf_counter()
    opened = [services.open_room(title=f"Sala {number}", at=_now()) for number in range(ROOMS)]
    all_seconds = time.perf_counter() - begun
    stock.tend(at=_now())

    copies = support.interleave(COPIES, ours=_spare, bare=_bare)
    stock.tend(at=_now())
    _let_the_server_rest()
    sides = {"room": lambda: _pages(opened[0].room.code), "open": lambda: _pages("")}
    support.interleave(2, **sides)
    pages = support.interleave(PAGE_ROUNDS, **sides)
    with _load([each.room.code for each in opened]) as answers:
        opens = [support.timed(lambda: services.open_room(title="Sob carga", at=_now())) for _ in range(SAMPLES)]
        resets = [support.timed(partial(_reset, opened[number % ROOMS])) for number in range(SAMPLES)]
    assert len(answers) > ROOMS, "the load did not read pages"
    assert set(answers) <= {200, 409}, set(answers)
    return support.finish(
        support.Goal.at_most("h1 abrir sob carga, p95", support.late(opens), OPEN_SECONDS, _told(opens)),
        support.Goal.at_most(
            "h1 cópia de reserva / CREATE DATABASE puro",
            support.ratio(copies["ours"], copies["bare"]),
            SPARE_RATIO,
            f"{support.figures('cópia', copies['ours'])}, {support.figures('pura', copies['bare'])}",
        ),
        support.Goal.at_most(f"h1 abrir {ROOMS} salas", all_seconds, 10.0, f"primeiro preparo {first():.1f} s"),
        support.Goal.at_most("h2 reiniciar sob carga, p95", support.late(resets), OPEN_SECONDS, _told(resets)),
        support.Goal.at_least(
            "h3 página na sala / na sala aberta",
            support.ratio(pages["room"], pages["open"]),
            PAGE_RATIO,
            f"{support.figures('sala', pages['room'], 'p/s')}, {support.figures('aberta', pages['open'], 'p/s')}",
        ),
    )


def _told(seconds: list[float]) -> str:
    return f"{support.figures('mediana', seconds)}, n = {len(seconds)}"


def _now() -> Any:
    from common import clock

    return clock.real_now()


def _spare() -> float:
    from rooms import stock

    return support.timed(lambda: stock.make_spare(at=_now()))


def _bare() -> float:
    from rooms import stock, worlds
    from rooms.models import Golden

    with worlds.control() as connection, connection.cursor() as cursor:
        golden = Golden.objects.get(is_ready=True)
        statement = f'CREATE DATABASE "{stock.new_name()}" TEMPLATE "{golden.database}"'
        return support.timed(lambda: cursor.execute(statement))


def _let_the_server_rest() -> None:
    """Write now what the copies left to be written while pages are read."""
    from rooms import worlds

    with worlds.control() as connection, connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")


def _reset(opened: Any) -> None:
    from rooms import services

    services.reset_room(code=opened.room.code, key=opened.key, at=_now())


def _pages(code: str) -> float:
    """Pages a second, of one thread with a kept connection. In a room a page has the room's strip more.

    The first page comes right after those of the other side, and does not count.
    """
    _page(code)
    with support.stopwatch() as seconds:
        for _ in range(PAGES):
            assert _page(code) == 200
    return PAGES / seconds()


def _page(code: str) -> int:
    """Status of the public page of the SIOPS steps, which reads the database."""
    from django.test import RequestFactory

    from config.wsgi import application
    from rooms import entry

    path = f"/s/{code}/pki/" if code else "/pki/"
    environ = RequestFactory().get(path).environ
    if code:
        environ["HTTP_COOKIE"] = f"{entry.cookie_name(code)}={entry.mark(code)}"
    answer: list[int] = []
    body = application(environ, lambda status, *_: answer.append(int(status[:3])))  # type: ignore[arg-type]
    for _ in body:
        pass
    close: Callable[[], None] | None = getattr(body, "close", None)
    if close:
        close()
    return answer[0]


@contextmanager
def _load(codes: list[str]) -> Iterator[list[int]]:
    over, answers = threading.Event(), list[int]()

    def read(code: str, first: float) -> None:
        over.wait(first)
        while not over.is_set():
            seconds = support.timed(lambda: answers.append(_page(code)))
            over.wait(PAGE_EVERY_SECONDS - seconds)

    starts = [PAGE_EVERY_SECONDS * number / len(codes) for number in range(len(codes))]
    readers = [threading.Thread(target=read, args=each) for each in zip(codes, starts, strict=True)]
    for reader in readers:
        reader.start()
    time.sleep(2 * PAGE_EVERY_SECONDS)
    yield answers
    over.set()
    for reader in readers:
        reader.join()


if __name__ == "__main__":
    support.run(main)
