"""As each kind of person of the SGOP and of the SISRede: every link leads to a page, and every page leads on."""

import pytest

from accounts.models import User
from cadsus.session import SGOP, SISREDE
from common.models import OutboxMessage
from territory.models import Establishment
from tests.attacks.crawler import Crawl
from tests.factories import NOON, make_establishment
from tests.factories.cadsus import make_access, make_machine, make_municipal_it, make_worker, session
from tests.in_room import inside

pytestmark = pytest.mark.django_db(databases=["default", "control"])
MOST = 90


def test_no_link_leads_nowhere(unit: Establishment, worker: User, manager: User) -> None:
    registrar = make_worker(unit, "reception")
    make_access(worker)
    make_machine(worker)
    make_access(registrar, status="approved")
    make_machine(registrar, status="approved", name="FARMÁCIA 1")
    it = make_municipal_it(make_establishment(unit.entity))
    people = [(SGOP, who) for who in (worker, registrar, manager, it)] + [(SISREDE, registrar)]
    for who in (worker, registrar, manager, it):
        OutboxMessage.objects.create(addressee=who, to_email=who.email, subject="Aviso", body="Texto", written_at=NOON)
    seen: set[str] = set()
    for kind, who in people:
        crawl = Crawl(session(who, kind))
        crawl.walk(f"{inside()}/", most=MOST)
        assert crawl.faults == []
        seen |= {name for name in crawl.routes if name.startswith("cadsus:")}
    decisions = {f"cadsus:{kind}_{act}" for kind in ("access", "machine") for act in ("detail", "deny", "revoke")}
    others = {"request_list", "access_start", "machine_ask", "web_home", "link_list", "link_start", "link_end"}
    others |= {"person_search", "person_create", "pair_queue", "unification_list"}
    assert decisions | {f"cadsus:{name}" for name in others} | {"cadsus:sisrede_home"} <= seen
