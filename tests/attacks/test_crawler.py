"""As each persona of the demonstration, and signed out: every link leads to a page, and every page leads on.

No 5xx, no broken link, no refusal behind a link, no refusal without a named role and a place to go, no page without a
way on. The world is the seeded one, with a row of everything in one município.
"""

from collections.abc import Iterator
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from accounts.models import Membership, User
from accounts.personas import Persona
from common.models import OutboxMessage
from config.personas import PERSONAS
from config.seed.entities import ENTITIES
from config.seed.world import plant
from gerencia.services.catalogue import ensure_offers
from pki import services as pki
from rnds.models import PecInstallation
from rnds.services.terms import ensure_terms_text
from siops.models import HealthManager, ServicePoint, Technician
from territory.models import Entity, Establishment
from tests.attacks.crawler import ANOTHER_PORT, Crawl
from tests.factories import NOON, siops
from tests.factories.credentials import make_code, make_credential, make_draft, make_token
from tests.factories.siops import Acting
from tests.factories.tickets import make_ticket
from tests.in_room import inside
from tests.siops.support import enter
from tests.small_territory import load_small_territory

BUSY, SIGNED_OUT = "aracatuba", "signed out"
# Pages of one visitor: the personas of the other entes have the roles of the busy one, over fewer rows.
MOST, MOST_ELSEWHERE = 75, 6
# Who also asks for every page by its address: one of each kind of session. What each role gets there, and that whoever
# is refused is told who may, is of the access matrices (tests.matrix).
BY_ADDRESS = {SIGNED_OUT, f"{BUSY}-programa", f"{BUSY}-secretario", "auditor"}
# Pages to which no link leads: what only a button sends to, what a step of a door leads to, and what programmes read.
UNSEEN = {
    "accounts:continue_as",
    "accounts:password_set",
    # The rest of the sign-in of the team, which tests.actors completes by itself.
    "accounts:second_factor",
    "accounts:second_factor_enrol",
    "accounts:sign_out",
    # In sessions of doors of their own: tests/cadsus/test_crawl.py walks there.
    "cadsus:access_start",
    "cadsus:link_start",
    "cadsus:lookup_pause",
    "cadsus:lookup_resume",
    "cadsus:machine_ask",
    "cadsus:pair_detect",
    "cadsus:pair_queue",
    "cadsus:person_create",
    "cadsus:person_search",
    "cadsus:report_list",
    "cadsus:unification_list",
    "cadsus:unification_preview",
    "lots:lot_list",
    "lots:lot_start",
    "common:health",
    "common:robots",
    "declarations:token_revoke",
    "documents:check_file",
    "documents:log_export",
    "egestor:token_responsible",
    "cadsus:pdq_with_slash",
    "cadsus:pix_with_slash",
    "rnds:login_with_slash",
    "rnds:not_simulated",
    "rnds:well_known_jwks",
    "rooms:api_rooms",
    "siops:certification_cancel",
    "siops:certification_file",
    "siops:certification_leave",
    "siops:certification_paper",
    "siops:election_confirm",
    "siops:fund_update_open",
    "siops:sign_in_choose",
    "siops:sign_in_pin",
    "siops:technician_entity",
}
# What the RNDS has and the simulator does not yet, told to everybody alike.
NOT_SIMULATED = dict.fromkeys(
    ("rnds:not_simulated", "rnds:login_with_slash", "cadsus:pdq_with_slash", "cadsus:pix_with_slash"),
    HTTPStatus.NOT_IMPLEMENTED,
)


@pytest.fixture
def world(db: None) -> None:
    """The seeded world, and one row of everything in one município."""
    _plant()


def _plant() -> None:
    load_small_territory()
    pki.ensure_authorities(at=NOON)
    ensure_terms_text(at=NOON)
    ensure_offers(at=NOON)
    plant(at=NOON)
    _make_busy()


def _make_busy() -> None:
    """One row of everything in one município."""
    plan = next(plan for plan in ENTITIES if plan.key == BUSY)
    entity = Entity.objects.get(municipality=plan.municipality)
    logins = {persona.key: persona.login for persona in PERSONAS}
    accounts = {key: User.objects.get(login=logins[f"{BUSY}-{key}"]) for key in ("programa", "secretario", "envio")}
    programme, installation = accounts["programa"], PecInstallation.objects.filter(entity=entity).first()
    first, second, third = Establishment.objects.filter(entity=entity, is_active=True)[:3]
    make_credential(programme, establishment=first, installation=installation)
    make_draft(programme, establishment=second, installation=installation)
    make_token(programme, third)
    make_code(User.objects.get(login=logins[f"{BUSY}-tecnico"]))
    update = siops.make_fund_update(entity, status="sent", sent_at=NOON, opened_by=accounts["secretario"])
    siops.make_attachment(update)
    siops.make_ticket(entity, opened_by=accounts["envio"])
    make_ticket(entity, opened_by=accounts["programa"])
    siops.make_attachment(siops.make_letter(entity))
    record = HealthManager.objects.current().get(entity=entity, role=HealthManager.Role.SECRETARY)
    siops.make_certification(
        record,
        status="scheduled",
        scheduled_for=NOON.date(),
        period="morning",
        service_point=ServicePoint.objects.first(),
    )
    for account in User.objects.all():
        OutboxMessage.objects.create(
            addressee=account,
            to_email=account.email or "alguem@saude.example",
            subject="Aviso",
            body="Texto",
            written_at=NOON,
        )


def visitors() -> Iterator[tuple[str, Client]]:
    """Nobody, and each persona that can enter, in the session that its own door opens."""
    yield SIGNED_OUT, Client()
    for persona in PERSONAS:
        client = Client()
        if not persona.door and _may_enter(persona):
            client.force_login(User.objects.get(login=persona.login))
        elif acting := _acting(persona):
            enter(client, acting)
        else:
            continue
        yield persona.key, client


def is_elsewhere(name: str) -> bool:
    """Whether the persona belongs to an ente other than the busy one."""
    return any(name.startswith(f"{plan.key}-") for plan in ENTITIES if plan.key != BUSY)


def _may_enter(persona: Persona) -> bool:
    held = Membership.objects.active().filter(person__cpf=persona.login)
    return persona.login_kind != "pf" or held.exists()


def _acting(persona: Persona) -> Acting | None:
    """The office by which the persona acts in the SIOPS now."""
    managers = HealthManager.objects.in_office_at(NOON).filter(role__in=HealthManager.BY_CERTIFICATE)
    technicians = Technician.objects.filter(status=Technician.Status.ACTIVE)
    for rows in (managers, technicians):
        record = rows.filter(person__cpf=persona.cpf).select_related("person__user", "entity").first()
        if record is not None:
            return siops.acting_of(record)
    return None


# Thousands of pages, one after the other.
@pytest.mark.timeout(600)
@pytest.mark.usefixtures("world")
def test_every_link_leads_to_a_page_and_every_page_leads_on() -> None:
    """A page of another role says whose it is and where to go: each with no number of its own, asked for by address."""
    faults: dict[str, list[str]] = {}
    seen: set[str] = set()
    for name, client in visitors():
        crawl = Crawl(client)
        crawl.walk(f"{inside()}/", most=MOST_ELSEWHERE if is_elsewhere(name) else MOST)
        seen |= crawl.routes
        assert len(crawl.visited) >= MOST_ELSEWHERE, name
        answers = {route: crawl.status_at(reverse(route)) for route in pages()} if name in BY_ADDRESS else {}
        unexpected = {route: status for route, status in answers.items() if status not in _expected(route)}
        faults[name] = [*crawl.faults, *(f"{route}: {status}" for route, status in unexpected.items())]
    assert {name: found for name, found in faults.items() if found} == {}
    assert {name for name in pages() if name not in seen} == UNSEEN
    assert faults.keys() >= BY_ADDRESS


def _expected(route: str) -> set[int]:
    return {NOT_SIMULATED[route]} if route in NOT_SIMULATED else {HTTPStatus.OK, 403, 405}


def pages() -> Iterator[str]:
    """Routes with an address that needs no number; the admin is Django's."""

    def walk(resolver: URLResolver, namespace: str) -> Iterator[str]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver) and entry.app_name != "admin":
                yield from walk(entry, entry.namespace or namespace)
            elif isinstance(entry, URLPattern) and not entry.pattern.converters:
                yield f"{namespace}:{entry.name}"

    yield from (name for name in walk(get_resolver(), "") if name not in ANOTHER_PORT and has_address(name))


def has_address(route: str) -> bool:
    try:
        return bool(reverse(route))
    except NoReverseMatch:
        return False
