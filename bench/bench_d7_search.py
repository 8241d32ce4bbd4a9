"""d7: «Consulta» of the CADSUSWEB over HTTP, one operator, warm: identical, and approximate and phonetic.

Half of the people looked for are drawn, half have the commonest names there are, asked with what finds the most. The
reference is the same page without a question: sign-in, session, permission and template cost that much in both.

    BENCH_PEOPLE=100000 python -m bench.bench_d7_search

fills the open room of an installation of its own with so many people and asks 60 times of each kind; BENCH_FULL=1 asks
400 times, among 2.5 million unless BENCH_PEOPLE says how many.
"""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

import requests

from bench import support
from bench.registry_tables import CITY, SEED
from bench.support import milliseconds

PEOPLE, ASKED = support.people(20_000, full=2_500_000), 400 if support.FULL else 60
OPERATOR = "belohorizonte-consultador"
# Seconds.
IDENTICAL, OTHERS = 0.050, 0.150
KINDS = ("identical", "approximate", "phonetic")
# What the page says of nobody, and of too many.
NOBODY, TOO_MANY = "Nenhum cadastro encontrado", "Muitos cadastros encontrados"
# A record under protection, or absorbed by another, is nobody here.
FEW = 0.1


def main() -> int:
    folder = support.start_portal(SALAS_MAXIMO="5", SALAS_RESERVA="1")
    from config import preparation

    preparation.prepare()
    reference = _populate()
    people = list(_wanted(reference))
    with support.running(folder, "serve") as (_, url, _):
        operator = _Operator(url)
        for kind in KINDS:
            operator.ask(kind, people[0])
        operator.nobody = operator.too_many = 0
        # Neighbours in time share the noise of the machine.
        rounds = [(operator.look(), *(operator.ask(kind, each) for kind in KINDS)) for each in people]
    bare, identical, approximate, phonetic = (list(column) for column in zip(*rounds, strict=True))
    assert operator.nobody <= FEW * len(people) * len(KINDS), f"{operator.nobody} searches found nobody"
    others = approximate + phonetic
    absolute = f"entre {PEOPLE}; {milliseconds('idêntica', identical)}; {milliseconds('página sem pesquisa', bare)}"
    others_absolute = f"{milliseconds('ambas', others)}; {operator.too_many} «refine», {operator.nobody} sem resposta"
    return support.finish(
        support.Goal.at_most("d7 idêntica, p95", support.late(identical), IDENTICAL, absolute),
        support.Goal.at_most("d7 aproximada e fonética, p95", support.late(others), OTHERS, others_absolute),
    )


def _populate() -> date:
    """Fill the open room, and the day to which the ages refer."""
    order = [sys.executable, "manage.py", "populate", "--people", str(PEOPLE), "--ibge", CITY, "--json"]
    done = subprocess.run([*order, "--seed", str(SEED)], capture_output=True, text=True, check=True)
    facts = json.loads(done.stdout)
    assert facts["people"] >= PEOPLE
    return date.fromisoformat(facts["reference"])


def _wanted(reference: date) -> Iterator[Any]:
    """People of the first block: any, and those whose first and last names are the commonest."""
    from registry.population.blocks import make_block

    people = [each for each in make_block(SEED, 0, reference=reference, municipality=CITY).people if each.mother]
    common = Counter(_ends(each.name) for each in people)
    by_fame = sorted(people, key=lambda each: -common[_ends(each.name)])
    yield from by_fame[: ASKED // 2]
    yield from Random(SEED).sample(people, ASKED - ASKED // 2)


def _ends(name: str) -> tuple[str, str]:
    words = name.split()
    return words[0], words[-1]


class _Operator:
    """A consultador signed in, who counts what the searches answered."""

    def __init__(self, url: str) -> None:
        from config.personas import PERSONAS

        self.url, self.session = url, requests.Session()
        self.nobody = self.too_many = 0
        cpf = next(persona.cpf for persona in PERSONAS if persona.key == OPERATOR)
        self.session.get(f"{url}/cadsus/entrar/", timeout=60)
        answer = self._post("/cadsus/entrar/", cpf=cpf)
        assert "/entrar/" not in answer.url, answer.url

    def look(self) -> float:
        begun = time.perf_counter()
        assert self.session.get(f"{self.url}/cadsus/web/consulta/", timeout=60).ok
        return time.perf_counter() - begun

    def ask(self, kind: str, person: Any) -> float:
        """Seconds until the whole answer is here."""
        asked = {"name": person.name, "birth_date": f"{person.birth_date:%d/%m/%Y}"}
        if kind == "phonetic":
            asked |= {"mother": person.mother}
        begun = time.perf_counter()
        answer = self._post("/cadsus/web/consulta/", kind=kind, **asked)
        taken = time.perf_counter() - begun
        assert answer.ok, answer.status_code
        self.too_many += TOO_MANY in answer.text
        self.nobody += NOBODY in answer.text
        return taken

    def _post(self, path: str, **sent: str) -> requests.Response:
        token = next(cookie.value for cookie in self.session.cookies if cookie.name.endswith("csrftoken")) or ""
        return self.session.post(self.url + path, data=sent, headers={"X-CSRFToken": token}, timeout=60)


if __name__ == "__main__":
    support.run(main)
