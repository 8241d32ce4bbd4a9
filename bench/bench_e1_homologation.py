"""e1: homologations, many at a time, against a bare act that checks the same PIN, renders and signs the same bytes
(the declaration of responsibility and the receipt's paper) with a held key and writes one locked row, by the same door
and under the same server (gunicorn, sync workers).

What counts is work per CPU second of the servers (gunicorn and PostgreSQL), as in b1: the machine is shared, and every
statement of the longer act waits for its turn on it. Acts a second of the clock are told beside it.

Every secretary answers for as many entities as it takes, and acts for them one after another. Afterwards every version
is homologated, each by one act with one receipt and one signed paper: none is lost, none is there twice.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import requests

from bench import support
from config.paths import BASE_DIR

if TYPE_CHECKING:
    from bench.delivered import Act

PLACES, CLIENTS = (5_570, 32) if support.FULL else (81, 8)
GOAL, PIN, CSRF = 0.70, "271828", "c" * 32
WORKERS = "2"
PATIENCE = 120


def main() -> int:
    folder = support.start_portal(DJANGO_SETTINGS_MODULE="bench.public_page", DEMO="false", WEB_WORKERS=WORKERS)

    # Models only exist after the portal started.
    from bench.delivered import fill

    acts = fill(places=PLACES, secretaries=CLIENTS, pin=PIN)
    first, rest = acts[0], acts[1:]
    share = len(rest) // support.ROUNDS
    postgres = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
    with serving() as (url, application):
        assert homologate(requests.Session(), url, first)
        ours, reference = Side(url, homologate), Side(url, bare)
        waiting = iter([rest[number * share : (number + 1) * share] for number in range(support.ROUNDS)])
        servers = [application, postgres]
        rates = support.interleave(
            homologations=lambda: ours.rate(next(waiting), servers),
            bare=lambda: reference.rate(rest[:share], servers),
        )
    done, failed = 1 + share * support.ROUNDS, [*ours.failed, *reference.failed]
    absolute = ", ".join(support.figures(name, values, "/s de CPU") for name, values in rates.items())
    by_clock = support.ratio(ours.by_clock, reference.by_clock)
    absolute += f"; pelo relógio {by_clock:.3g}: " + ", ".join(
        support.figures(name, side.by_clock, "/s") for name, side in (("homologations", ours), ("bare", reference))
    )
    return support.finish(
        support.Goal.at_least(
            "e1 homologação / ato mínimo", support.ratio(rates["homologations"], rates["bare"]), GOAL, absolute
        ),
        support.Goal.at_most("e1 erros", len(failed), 0, f"{done} homologações, {CLIENTS} de cada vez"),
        support.Goal.at_most("e1 perdidas ou em dobro", astray(done), 0, "versões, atos, recibos e papéis contados"),
    )


def homologate(client: requests.Session, url: str, act: Act) -> bool:
    fields = {"shown_hash": act.sha256, "has_declared": "on", "pin": PIN}
    answer = post(client, f"{url}/siops/declaracoes/{act.pk}/homologar/", act, fields)
    # A refusal leads back to the same page.
    is_done = bool(answer.headers.get("Location", "").endswith("/homologacao/"))
    if not is_done:
        sys.stderr.write(f"{answer.status_code} {answer.headers.get('Location')} {answer.text[:500]}\n")
    return is_done


def bare(client: requests.Session, url: str, act: Act) -> bool:
    answer = post(client, f"{url}/siops/ato-minimo/{act.pk}/", act, {"pin": PIN, "medium": str(act.medium)})
    return answer.text == "feito"


def post(client: requests.Session, address: str, act: Act, fields: dict[str, str]) -> requests.Response:
    cookies = {"sessionid": act.session, "csrftoken": CSRF}
    return client.post(
        address, fields, headers={"X-CSRFToken": CSRF}, cookies=cookies, allow_redirects=False, timeout=PATIENCE
    )


@dataclass
class Side:
    """One kind of act, many at a time: what failed, and acts a second of the clock in each round."""

    url: str
    act_on: Callable[[requests.Session, str, Act], bool]
    failed: list[Act] = field(default_factory=list)
    by_clock: list[float] = field(default_factory=list)

    def rate(self, acts: list[Act], servers: list[int]) -> float:
        """Acts per CPU second of the servers."""
        turns, taking, before = iter(acts), threading.Lock(), support.cpu_seconds(servers)

        def work() -> None:
            client = requests.Session()
            while True:
                with taking:
                    act = next(turns, None)
                if act is None:
                    return
                if not self.succeeds(client, act):
                    self.failed.append(act)

        with support.stopwatch() as seconds:
            threads = [threading.Thread(target=work) for _ in range(CLIENTS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.by_clock.append(len(acts) / seconds())
        return len(acts) / (support.cpu_seconds(servers) - before)

    def succeeds(self, client: requests.Session, act: Act) -> bool:
        """A worker that died, or that never answered, has failed as well as one that refused."""
        try:
            return self.act_on(client, self.url, act)
        except requests.RequestException as error:
            sys.stderr.write(f"{error}\n")
            return False


def astray(done: int) -> int:
    """How far each count is from the one that it has to be."""
    from declarations.models import Declaration, Homologation, Receipt
    from documents.models import Paper

    receipts = Receipt.objects.filter(kind=Receipt.Kind.HOMOLOGATION)
    counts = (
        Declaration.objects.homologated().count(),
        Homologation.objects.count(),
        receipts.count(),
        receipts.values("number").distinct().count(),
        Paper.objects.issued().values("target_id").distinct().count(),
        Paper.objects.issued().count(),
    )
    return sum(abs(count - done) for count in counts)


@contextmanager
def serving() -> Iterator[tuple[str, int]]:
    """The portal under gunicorn, as it is deployed: its address and its process."""
    address = f"127.0.0.1:{support.free_port()}"
    settings = BASE_DIR / "deploy" / "gunicorn.conf.py"
    # A machine that is busy with other work makes an act slow: that no worker be killed for it.
    patient = ["--timeout", str(PATIENCE)]
    command = ["-m", "gunicorn", "--config", str(settings), "--bind", address, *patient, "config.wsgi:application"]
    process = subprocess.Popen([sys.executable, *command], cwd=BASE_DIR)
    try:
        while not answers(f"http://{address}"):
            assert process.poll() is None
            time.sleep(0.1)
        yield f"http://{address}", process.pid
    finally:
        process.terminate()
        process.wait()


def answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/healthz", timeout=20).status_code > 0
    except requests.ConnectionError:
        return False


if __name__ == "__main__":
    support.run(main)
