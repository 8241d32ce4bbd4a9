"""h4: as many browsers as rooms, each walking sign-in, list, form and POST, against one browser alone.

A browser is a client of HTTP with cookies and its own connection, which asks for no picture and no style sheet; between
two pages it thinks, as whoever reads them does. All walk as the same fund, in rooms of their own, at the real web
process.
"""

import random
import sys
import threading
import time
from dataclasses import dataclass, field

import requests

from bench import support
from bench.support import late, milliseconds

ROOMS, THINK_SECONDS, WALKS = (30, 3.0, 3) if support.FULL else (6, 0.5, 3)
GOAL = 3.0


@dataclass
class Visitor:
    """One browser past the PIN of its room: the seconds of each answer by what was asked, and what was no page."""

    inside: str
    cookies: dict[str, str]
    taken: list[tuple[str, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def walk(self) -> None:
        from config.personas import PERSONAS

        people = {persona.key: persona for persona in PERSONAS}
        fund, manager = people["aracatuba-fundo"], people["aracatuba-programa"]
        session = requests.Session()
        session.cookies.update(self.cookies)
        self._ask(session, "GET", "/entrar/?aba=fundo")
        self._ask(session, "POST", "/entrar/fundo/", cnpj=fund.login, password=fund.password, not_a_robot="on")
        self._ask(session, "GET", "/e-gestor/tokens/")
        self._ask(session, "GET", "/e-gestor/token/")
        cpf = manager.login
        self._ask(session, "POST", "/e-gestor/token/", cpf=cpf, confirmed_cpf=cpf, establishment=fund.cnes)

    def _ask(self, session: requests.Session, method: str, path: str, **sent: str) -> None:
        token = next((cookie.value for cookie in session.cookies if cookie.name.endswith("csrftoken")), None) or ""
        begun = time.perf_counter()
        answer = session.request(
            method, self.inside + path, data=sent or None, headers={"X-CSRFToken": token}, timeout=60
        )
        self.taken.append((f"{method} {path}", time.perf_counter() - begun))
        was_let_in = "/entrar/" not in answer.url or path.startswith("/entrar/?")
        if answer.status_code != requests.codes.ok or not was_let_in:
            self.errors.append(f"{method} {path}: {answer.status_code} {answer.url}")
        time.sleep(THINK_SECONDS)


def main() -> int:
    folder = support.start_portal(SALAS_MAXIMO=str(ROOMS + 5), SALAS_RESERVA="1")
    from common import clock
    from config import preparation
    from rooms import services

    preparation.prepare()
    codes = [services.open_room(title=f"Sala {n}", at=clock.real_now()).room.code for n in range(ROOMS)]
    with support.running(folder, "serve") as (_, url, _):
        _crowd(url, codes)
        alone = [visitor for _ in range(2) for visitor in _crowd(url, codes[:1])]
        together = _crowd(url, codes)
    lone, all_ = ([second for each in group for _, second in each.taken] for group in (alone, together))
    errors = [error for each in (*alone, *together) for error in each.errors]
    sys.stdout.writelines(f"{error}\n" for error in errors[:10])
    for step in dict.fromkeys(step for step, _ in together[0].taken):
        sys.stdout.write(f"{milliseconds(step, _of(step, together))}; {milliseconds('um', _of(step, alone))}\n")
    figures = f"{milliseconds(f'{ROOMS} navegadores', all_)}; {milliseconds('um', lone)}"
    return support.finish(
        support.Goal.at_most(f"h4 p95 de {ROOMS} navegadores / p95 de um", late(all_) / late(lone), GOAL, figures),
        support.Goal.at_most("h4 erros", len(errors), 0, f"{len(all_) + len(lone)} respostas"),
    )


def _crowd(url: str, codes: list[str]) -> list[Visitor]:
    """One visitor for each room, who do not all arrive at the same instant."""
    from rooms import entry

    visitors = [Visitor(f"{url}/s/{code}", {entry.cookie_name(code): entry.mark(code)}) for code in codes]

    def come(visitor: Visitor) -> None:
        time.sleep(random.uniform(0, THINK_SECONDS) if len(visitors) > 1 else 0)
        for _ in range(WALKS):
            visitor.walk()

    threads = [threading.Thread(target=come, args=[visitor]) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return visitors


def _of(step: str, visitors: list[Visitor]) -> list[float]:
    return [second for each in visitors for done, second in each.taken if done == step]


if __name__ == "__main__":
    support.run(main)
