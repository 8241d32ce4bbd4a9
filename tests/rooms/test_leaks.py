"""Everything that belongs to one room, asked for in another: nothing of it is told, by a page or to a programme."""

import hashlib
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from django.core.cache import cache

from accounts.models import Organisation, User
from accounts.services import passwords
from common.models import OutboxMessage
from config.management.commands.room import obtain
from config.personas import PERSONAS
from declarations.models import ReportingPeriod
from egestor.models import DeploymentToken
from egestor.services.tokens import generate_token
from pki import services as pki
from pki.models import Certificate, SigningKey
from rnds.models import Credential
from rooms import entry, services, worlds
from rooms.worlds import entered, world_of
from territory.models import Entity
from tests.actors import acting
from tests.clock import now, today
from tests.factories.declarations import make_declaration
from tests.rooms.conftest import Rooms, field
from tests.rooms.test_machines import CNES, alert
from tests.switches import Switch

pytestmark = [pytest.mark.xdist_group("rooms"), pytest.mark.django_db(databases=["default", "control"])]

PEOPLE = {persona.key: persona for persona in PERSONAS}
FUND, MANAGER = PEOPLE["aracatuba-fundo"], PEOPLE["aracatuba-programa"]
# Pages of one crawl.
MOST = 70
MACHINES = ("/healthz", "/api/token", "/api/jwks", "/.well-known/jwks.json", "/sim/salas", "/api/nada")


@dataclass
class Trainee:
    """A browser that gave the PIN of one room."""

    url: str
    code: str
    session: requests.Session

    @property
    def inside(self) -> str:
        return f"{self.url}/s/{self.code}"

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.session.get(self.inside + path, timeout=30, **options)

    def post(self, path: str, data: dict[str, str]) -> requests.Response:
        """As the form of the sign-in page would."""
        data = data | {"csrfmiddlewaretoken": field(self.get("/entrar/").text, "csrfmiddlewaretoken")}
        return self.session.post(self.inside + path, data, headers={"Referer": f"{self.inside}/entrar/"}, timeout=30)

    def enter_as_fund(self, password: str = FUND.password) -> requests.Response:
        return self.post("/entrar/fundo/", {"cnpj": FUND.login, "password": password, "not_a_robot": "on"})

    def enter_as_manager(self) -> requests.Response:
        return self.post("/entrar/govbr/", {"cpf": MANAGER.login, "level": "ouro"})


def trainee(rooms: Rooms, opened: services.Opened) -> Trainee:
    return Trainee(rooms.url, opened.room.code, rooms.browser(opened))


@dataclass
class Belongings:
    """What only room B has: its secrets, and the addresses under which it shows them."""

    opened: services.Opened
    credential: dict[str, Any]
    serial: str
    secrets: dict[str, str]
    addresses: list[str]


@pytest.fixture
def theirs(rooms: Rooms, curl: Any) -> Belongings:
    """Room B: a credential, a deployment token, a password link, mail, keys; room A has none of these rows."""
    opened = rooms.open("Sala da outra turma")
    credential = obtain(opened.room, CNES)
    access_token = curl(f"/s/{opened.room.code}/api/token", credential)[1]["access_token"]
    with entered(world_of(opened.room)):
        fund = Organisation.objects.get(cnpj=FUND.login)
        token = generate_token(
            organisation_id=fund.pk, responsible_cpf=MANAGER.login, cnes=FUND.cnes, by=acting(fund.user), at=now()
        )
        link = passwords.send_organisation_recovery(cnpj=FUND.login, at=now())
        assert link is not None
        letter = OutboxMessage.objects.latest("pk")
        secret = re.search(r"/entrar/senha/(\S+?)/", letter.body)
        assert secret
        row = Credential.objects.select_related("certificate", "request__acceptance").latest("pk")
        verifier = row.request.acceptance.verification_code
        secrets = {
            "code": f"/{opened.room.code}/",
            "title": opened.room.title,
            "key": opened.key,
            "verifier code": verifier,
            "deployment token": token.value,
            "password link": secret[1],
            "serial": row.certificate.serial,
            "fingerprint": row.certificate.sha256,
            "certificate": row.certificate.pem.splitlines()[5],
            "signing key": SigningKey.objects.latest("pk").kid,
            "access token": access_token[-80:],
        }
        mine = DeploymentToken.objects.latest("pk")
        addresses = [
            f"/rnds/credencial/{row.pk}/",
            f"/rnds/credencial/{row.pk}/termo/",
            f"/rnds/credencial/{row.pk}/termo.pdf",
            f"/rnds/credencial/{row.pk}/revogar/",
            f"/rnds/solicitacao/{row.request_id}/",
            f"/rnds/solicitacao/{row.request_id}/termo/",
            f"/e-gestor/tokens/{mine.pk}/cancelar/",
            f"/e-gestor/tokens/#token-{mine.pk}",
            f"/entrar/senha/{secret[1]}/",
            f"/termo/{verifier}/",
            f"/caixa-de-saida/{letter.pk}/",
            f"/caixa-de-correio/?endereco={letter.to_email}",
        ]
    return Belongings(opened, credential, secrets["serial"], secrets, addresses)


@pytest.fixture
def mine(rooms: Rooms) -> Trainee:
    """Room A, whose browser belongs to the same fund."""
    return trainee(rooms, rooms.open("Minha sala"))


def told(theirs: Belongings, answer: requests.Response) -> set[str]:
    """Which secrets are in the answer, but for what was asked with."""
    asked = f"{answer.request.url} {answer.request.headers.get('Cookie', '')}"
    text = f"{answer.text} {answer.headers} {answer.url}"
    return {what for what, secret in theirs.secrets.items() if secret in text and secret not in asked}


@pytest.mark.parametrize("enter", [Trainee.enter_as_fund, Trainee.enter_as_manager], ids=["fund", "manager"])
def test_every_address_of_one_room_asked_in_another(
    mine: Trainee, theirs: Belongings, enter: Callable[[Trainee], Any]
) -> None:
    for who in ("nobody", "entered"):
        for address in theirs.addresses:
            answer = mine.get(address)
            assert told(theirs, answer) == set(), (who, address)
            assert "Traceback" not in answer.text
        enter(mine)


def test_the_addresses_are_good_in_their_own_room(rooms: Rooms, theirs: Belongings) -> None:
    """Else the test above would prove nothing."""
    own = trainee(rooms, theirs.opened)
    link = f"/entrar/senha/{theirs.secrets['password link']}/"
    assert "não vale mais" not in own.get(link).text
    assert own.get(f"/termo/{theirs.secrets['verifier code']}/").status_code == 200
    own.enter_as_manager()
    shown = {what for address in theirs.addresses for what in told(theirs, own.get(address))}
    assert {"verifier code", "title"} <= shown


def test_links_of_one_room_are_dead_in_another(mine: Trainee, theirs: Belongings) -> None:
    assert "não vale mais" in mine.get(f"/entrar/senha/{theirs.secrets['password link']}/").text
    assert mine.get(f"/termo/{theirs.secrets['verifier code']}/").status_code == 404


def test_a_crawl_of_one_room_meets_nothing_of_another(mine: Trainee, theirs: Belongings) -> None:
    mine.enter_as_manager()
    seen = dict(crawl(mine))
    assert len(seen) > 30
    for address, answer in seen.items():
        assert answer.status_code < 500, address
        assert told(theirs, answer) == set(), address


def crawl(visitor: Trainee) -> Iterator[tuple[str, requests.Response]]:
    """Every page reached by links from the room's home; a link that leaves the room goes to the lobby or to a file."""
    waiting, known = deque([f"{visitor.inside}/"]), {f"{visitor.inside}/"}
    for _ in range(MOST):
        if not waiting:
            return
        address = waiting.popleft()
        answer = visitor.session.get(address, timeout=30)
        yield address, answer
        if not answer.headers.get("Content-Type", "").startswith("text/html") or "/s/" not in answer.url:
            continue
        for link in re.findall(r'<a [^>]*href="([^"#]+)', answer.text):
            target = urljoin(answer.url, link.replace("&amp;", "&"))
            if not target.startswith(visitor.url) or target in known:
                continue
            path = urlsplit(target).path
            assert path.startswith((f"/s/{visitor.code}/", "/sala/", "/static/")), f"{address} leads to {path}"
            known.add(target)
            waiting.append(target)


def test_machines_of_one_room_are_told_nothing_of_another(mine: Trainee, theirs: Belongings) -> None:
    for path in MACHINES:
        for method in ("get", "post"):
            answer = requests.request(method, mine.inside + path, timeout=30)
            assert told(theirs, answer) == set(), (method, path)
            assert answer.status_code not in {500, 503}
    for path in (f"/sim/salas/{theirs.opened.room.code}", f"/sim/salas/{theirs.opened.room.code}/reiniciar"):
        for method in ("get", "post", "delete"):
            answer = requests.request(method, mine.url + path, timeout=30)
            assert answer.status_code in {403, 405}
            assert told(theirs, answer) == set()


def test_each_room_publishes_only_its_own_revocations(mine: Trainee, theirs: Belongings) -> None:
    with entered(worlds.find(theirs.opened.room.code)):
        row = Certificate.objects.get(serial=theirs.serial)
        certificate = x509.load_pem_x509_certificate(row.pem.encode())
        authority = row.authority.slug
        issuer = x509.load_pem_x509_certificate(row.authority.certificate_pem.encode())
        pki.revoke_certificate(certificate_id=row.pk, reason="perda", at=now())
        pki.publish_due_crls(at=now())
    built = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, certificate.signature_hash_algorithm)  # type: ignore[arg-type]  # it has one
    asked = built.build().public_bytes(encoding=Encoding.DER)

    def said(code: str) -> tuple[bool, Any]:
        place = f"{mine.url}/s/{code}/pki"
        crl = x509.load_der_x509_crl(requests.get(f"{place}/lcr/{authority}.crl", timeout=30).content)
        answer = requests.post(
            f"{place}/ocsp/{authority}/", asked, headers={"Content-Type": "application/ocsp-request"}, timeout=30
        )
        listed = crl.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None
        return listed, ocsp.load_der_ocsp_response(answer.content).certificate_status

    assert said(theirs.opened.room.code) == (True, ocsp.OCSPCertStatus.REVOKED)
    assert said(mine.code) == (False, ocsp.OCSPCertStatus.UNKNOWN)


def test_cookies_of_one_room_are_nothing_in_another(rooms: Rooms, mine: Trainee, theirs: Belongings) -> None:
    """Under their own name, under that of the other room, and plain."""
    other = trainee(rooms, theirs.opened)
    other.enter_as_manager()
    for kept, value in other.session.cookies.items():
        name = kept.rpartition(entry.MARK)[2]
        for forged in (kept, entry.cookie_name(mine.code, name), name):
            answer = requests.get(
                f"{mine.inside}/rnds/",
                headers={"Cookie": f"{forged}={value}; {entry.cookie_name(mine.code)}={entry.mark(mine.code)}"},
                allow_redirects=False,
                timeout=30,
            )
            assert answer.headers["Location"].startswith(f"/s/{mine.code}/entrar/"), forged
            assert told(theirs, answer) == set(), forged


def test_what_one_room_homologated_is_public_there_alone(rooms: Rooms, mine: Trainee) -> None:
    """The same address and the same tag, asked in the other: nothing was homologated there."""
    other = trainee(rooms, rooms.open("Sala da outra turma"))
    with entered(worlds.find(other.code)):
        place = Entity.objects.get(municipality="1200401")
        period = ReportingPeriod.objects.filter(closes_on__lt=today()).latest("year", "bimester")
        make_declaration(place, period, status="homologated")
    place_page = "/siops/consulta/municipio/1200401/"
    page = f"{place_page}{period.year}/{period.bimester}/"
    published = other.get(page)
    assert published.status_code == 200
    assert "só da sala Sala da outra turma" in " ".join(published.text.split())
    assert published.headers["Cache-Control"] == "private, no-cache"
    assert mine.get(page, headers={"If-None-Match": published.headers["ETag"]}).status_code == 404
    standings = [visitor.get(place_page).text for visitor in (other, mine)]
    assert [page in text for text in standings] == [True, False]


def test_a_lock_out_is_of_one_room_whatever_happens_in_the_others(rooms: Rooms, mine: Trainee) -> None:
    """Five wrong passwords close the door of the fund here; a flood elsewhere opens it not, nor closes another's."""
    others = [trainee(rooms, rooms.open()) for _ in range(6)]
    statuses = [mine.enter_as_fund("errada").status_code for _ in range(6)]
    assert statuses[-1] == 429
    for other in others:
        for _ in range(4):
            assert other.enter_as_fund("errada").status_code == 200
        with entered(worlds.find(other.code)):
            for number in range(300):
                cache.set(f"enchente-{number}", number)
    assert mine.enter_as_fund().status_code == 429
    for other in others:
        assert other.enter_as_fund().url.endswith(f"/s/{other.code}/e-gestor/")


def test_the_limit_of_tokens_is_of_one_room(rooms: Rooms, curl: Any, switch: Switch) -> None:
    one, other = (obtain(rooms.open().room, CNES) for _ in range(2))
    switch(auth_rate_limit=2)
    assert [curl("/api/token", one)[0] for _ in range(3)] == [200, 200, 429]
    assert curl("/api/token", other)[0] == 200


def test_the_roots_are_the_same_after_a_reset(rooms: Rooms, theirs: Belongings) -> None:
    kept = hashlib.sha256(rooms.ca.read_bytes()).hexdigest()
    with entered(worlds.find(theirs.opened.room.code)):
        before = pki.trusted_bundle_pem()
    services.reset_room(code=theirs.opened.room.code, key=theirs.opened.key, at=now())
    with entered(worlds.find(theirs.opened.room.code)):
        assert pki.trusted_bundle_pem() == before
        assert User.objects.exists()
    assert hashlib.sha256(rooms.ca.read_bytes()).hexdigest() == kept


def test_in_tls_mode_what_a_reset_forgot_does_not_pass_the_handshake(
    rooms: Rooms, theirs: Belongings, curl: Any, switch: Switch
) -> None:
    switch(auth_error_mode="tls")
    try:
        rooms.house.renew_trust(at=now())
        assert curl("/api/token", theirs.credential)[0] == 200
        services.reset_room(code=theirs.opened.room.code, key=theirs.opened.key, at=now())
        assert alert(rooms, theirs.credential) == "certificate unknown"
    finally:
        # The portal is that of other tests too.
        switch(auth_error_mode="http")
        rooms.house.renew_trust(at=now())
