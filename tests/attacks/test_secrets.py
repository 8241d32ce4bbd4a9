"""A whole credentialing over real HTTP with every log at DEBUG: what must stay secret is looked for everywhere."""

import base64
import logging.config
import re
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import serializers

from accounts.models import Membership
from common import documents
from common.models import AuditEvent, OutboxMessage
from common.tasks import deliver_outbox
from config import logs
from pki import services as pki
from rnds.models import Credential, CredentialRequest, PecKeyFile
from rnds.services.terms import ensure_terms_text
from tests import factories
from tests.attacks.pages import forms_of
from tests.clock import now, today
from tests.in_room import cookie_name, entrance
from tests.live import LivePortal

PFX_PASSWORD = "Senha-do-arquivo-77"
WRONG_PASSWORD = "Senha-errada-88"


class Visitor:
    """A browser that remembers every answer."""

    def __init__(self, url: str) -> None:
        self.url, self.session = url, requests.Session()
        self.session.cookies.update(entrance())
        self.answers: list[requests.Response] = []

    def get(self, path: str) -> requests.Response:
        return self._keep(self.session.get(self.url + path, timeout=30))

    def post(self, path: str, data: dict[str, Any], files: dict[str, Any] | None = None) -> requests.Response:
        token = {"X-CSRFToken": self.session.cookies.get(cookie_name(settings.CSRF_COOKIE_NAME), "")}
        return self._keep(self.session.post(self.url + path, data, headers=token, files=files, timeout=30))

    def enter_as_fund(self, cnpj: str, password: str) -> requests.Response:
        self.get("/entrar/")
        return self.post("/entrar/fundo/", {"cnpj": cnpj, "password": password, "not_a_robot": "on"})

    def enter_as_person(self, cpf: str) -> requests.Response:
        self.get("/entrar/govbr/")
        return self.post("/entrar/govbr/", {"cpf": cpf, "level": "ouro"})

    def _keep(self, answer: requests.Response) -> requests.Response:
        self.answers += [*answer.history, answer]
        return answer


class Flow:
    """What was done, by whom, and what nobody else may learn from it."""

    def __init__(self, portal: LivePortal, folder: Path) -> None:
        entity = factories.make_entity()
        self.portal, self.folder = portal, folder
        self.fund = factories.make_organisation(entity)
        roles = (
            Membership.Role.PROGRAMME_MANAGER,
            Membership.Role.PEC_INSTALLATION_ADMIN,
            Membership.Role.PEC_MUNICIPAL_ADMIN,
        )
        self.people = [factories.make_person() for _ in roles]
        for person, role in zip(self.people, roles, strict=True):
            factories.make_membership(person, role, entity, at=now())
        self.installation = factories.make_installation(entity)
        self.visitors: list[Visitor] = []
        self.access_token = ""

    def visitor(self) -> Visitor:
        self.visitors.append(Visitor(self.portal.url))
        return self.visitors[-1]

    def walk(self) -> None:
        self.generate_token()
        self.request_credential()
        self.enable_in_the_pec()
        self.get_access_token()
        self.make_mistakes()

    def generate_token(self) -> None:
        fund = self.visitor()
        fund.enter_as_fund(self.fund.cnpj, WRONG_PASSWORD)
        fund.enter_as_fund(self.fund.cnpj, factories.PASSWORD)
        cpf = self.people[0].cpf
        data = {"cpf": cpf, "confirmed_cpf": cpf, "establishment": self.installation.establishment_id}
        page = fund.post("/e-gestor/token/", data)
        found = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){4}(?!-)", page.text)
        assert found
        self.token = found.group()

    def request_credential(self) -> None:
        manager = self.visitor()
        manager.enter_as_person(self.people[0].cpf_text)
        counter_key = self.installation.counter_key
        manager.post("/rnds/solicitacao/nova/", {"token_value": self.token, "counter_key": "A" * 32})
        manager.post("/rnds/solicitacao/nova/", {"token_value": self.token, "counter_key": counter_key})
        self.request = CredentialRequest.objects.get()
        home = f"/rnds/solicitacao/{self.request.pk}"
        stranger = {"file": ("alheio.pfx", b"\x30\x82 segredo alheio")}
        manager.post(f"{home}/certificado/?tipo=pfx", {"password": WRONG_PASSWORD}, stranger)
        passwords = {"password": PFX_PASSWORD, "confirmation": PFX_PASSWORD, "form": "moderno"}
        manager.post(f"{home}/certificado/?tipo=gerar", passwords | {"confirmation": WRONG_PASSWORD})
        manager.post(f"{home}/certificado/?tipo=gerar", passwords)
        contact = {"phone": "1132145678", "email": "posto@saude.example"}
        manager.post(f"{home}/estabelecimento/", contact)
        manager.post(f"{home}/filhos/", {"salvar": "1", "none_confirmed": "on"})
        manager.post(f"{home}/gestor/consulta/", {"cns": self.people[0].cns})
        manager.post(f"{home}/gestor/", contact | {"cpf": self.people[0].cpf})
        day = today().isoformat()
        manager.post(
            f"{home}/sistema/",
            {
                "ip_first": "200.160.2.3",
                "ip_last": "200.160.2.9",
                "recorded_visits": "1",
                "visits_per_day_min": "1",
                "visits_per_day_max": "2",
                "peak_accesses": "1",
                "portfolio_start": day,
                "portfolio_end": day,
                "periodo-TOTAL_FORMS": "0",
                "periodo-INITIAL_FORMS": "0",
            },
        )
        terms = manager.post(f"{home}/revisao/", {})
        form = next(f for f in forms_of(terms.text, terms.url) if "shown_hash" in f.fields)
        manager.post(f"{home}/termo/", {"shown_hash": form.fields["shown_hash"][1], "accepted": "on"})
        self.credential = Credential.objects.get()
        card = f"/rnds/credencial/{self.credential.pk}"
        self.pfx = manager.post(f"{card}/credencial.pfx", {}).content
        for page in ("", "termo/", "termo.pdf", "revogar/"):
            assert manager.get(f"{card}/{page}").status_code == 200
        manager.get("/caixa-de-saida/")
        manager.get(f"/caixa-de-saida/{OutboxMessage.objects.filter(addressee=self.people[0].user).latest('pk').pk}/")

    def enable_in_the_pec(self) -> None:
        server, municipal = self.visitor(), self.visitor()
        server.enter_as_person(self.people[1].cpf_text)
        server.post(f"/pec/{self.installation.pk}/chaves/", {}, {"file": ("credencial.pfx", self.pfx)})
        file = PecKeyFile.objects.get()
        municipal.enter_as_person(self.people[2].cpf_text)
        data = {"services": "rnds", "file": file.pk, "requester_id": self.credential.requester_id}
        page = f"/pec/{self.installation.pk}/certificados/"
        municipal.post(page, data | {"password": WRONG_PASSWORD})
        assert "Certificado habilitado." in municipal.post(page, data | {"password": PFX_PASSWORD}).text
        assert "Conexão bem-sucedida" in municipal.post(f"{page}testar/", {}).text

    def get_access_token(self) -> None:
        key, certificate, _ = pkcs12.load_key_and_certificates(self.pfx, PFX_PASSWORD.encode())
        assert key is not None
        assert certificate is not None
        self.key = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        pem = self.folder / "client.pem"
        pem.write_bytes(certificate.public_bytes(Encoding.PEM) + self.key)
        answer = requests.get(
            self.portal.tls_url + "/api/token", cert=str(pem), verify=str(self.portal.ca_bundle), timeout=20
        )
        self.access_token = answer.json()["access_token"]

    def make_mistakes(self) -> None:
        lost = self.visitor()
        for path in (f"/nada/{self.people[0].cpf}/", f"/termo/{self.token}/", "/e-gestor/", "/admin/"):
            lost.get(path)
        lost.session.post(lost.url + "/entrar/fundo/", {"cnpj": self.fund.cnpj, "password": factories.PASSWORD})
        visitor = self.visitors[1]
        visitor.post("/rnds/solicitacao/nova/", {"token_value": self.token, "counter_key": "x"})
        visitor.get("/e-gestor/token/")
        visitor.post("/sair/", {})

    @property
    def secrets(self) -> dict[str, str]:
        """By what they are; nothing else may show them."""
        body = b"".join(self.key.splitlines()[1:-1])
        return {
            "password of the fund": factories.PASSWORD,
            "password of the file": PFX_PASSWORD,
            "wrong password": WRONG_PASSWORD,
            "token": self.token,
            "token without dashes": self.token.replace("-", ""),
            "private key": body[100:160].decode(),
            "any private key": "PRIVATE KEY",
            "container": base64.b64encode(self.pfx)[100:160].decode(),
            "container in hexadecimal": self.pfx[100:130].hex(),
            "access token": self.access_token[-80:],
            "key of the portal": settings.SECRET_KEY,
        }

    @property
    def documents(self) -> dict[str, str]:
        """Whole CPF and CNS of the people, with and without their masks."""
        plain = {f"{kind} {n}": getattr(p, kind) for n, p in enumerate(self.people) for kind in ("cpf", "cns")}
        masks = {f"CPF {n}": documents.format_cpf(p.cpf_text) for n, p in enumerate(self.people)}
        return plain | masks


class Keeper(logging.Handler):
    """Everything that any logger says, with its data and its tracebacks."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        trace = "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""
        self.lines.append(f"{record.name} {record.getMessage()} {record.__dict__} {trace}")


@pytest.fixture
def log() -> Iterator[Keeper]:
    """The logs of a house started with LOG_LEVEL=DEBUG."""
    keeper, before = Keeper(), settings.LOGGING
    logging.config.dictConfig(logs.configure("DEBUG"))
    root = logging.getLogger()
    root.addHandler(keeper)
    root.setLevel(logging.DEBUG)
    yield keeper
    root.removeHandler(keeper)
    logging.config.dictConfig(before)


def test_a_whole_credentialing_keeps_its_secrets(live_portal: LivePortal, log: Keeper, tmp_path: Path) -> None:
    pki.ensure_authorities(at=now())
    ensure_terms_text(at=now())
    flow = Flow(live_portal, tmp_path)
    flow.walk()
    deliver_outbox()
    nothing_secret_is_left_anywhere(flow, log)
    no_row_holds_a_secret_in_clear(flow)
    headers_cookies_and_caches(flow)
    pages_show_secrets_only_to_whom_they_belong(flow)


def found(secrets: dict[str, str], *texts: str) -> set[str]:
    return {what for what, secret in secrets.items() for text in texts if secret in text}


def nothing_secret_is_left_anywhere(flow: Flow, log: Keeper) -> None:
    everything = flow.secrets | flow.documents
    # The library of this very test, which plays the browser, writes down the addresses that it asks for.
    logged = "\n".join(line for line in log.lines if not line.startswith("urllib3"))
    assert "ensaio.access" in logged
    assert found(everything, logged) == set()

    trail = serializers.serialize("json", AuditEvent.objects.all(), ensure_ascii=False)
    assert "credential.granted" in trail
    assert found(everything, trail) == set()

    mails = serializers.serialize("json", OutboxMessage.objects.all(), ensure_ascii=False)
    assert "credencial" in mails.lower()
    assert found(everything, mails) == set()

    sessions = " ".join(str(session.get_decoded()) for session in Session.objects.all())
    assert "_auth_user_id" in sessions
    assert found(everything, sessions) == set()

    answers = [answer for visitor in flow.visitors for answer in visitor.answers]
    addresses = " ".join(f"{a.url} {a.headers.get('Location', '')} {a.request.headers.get('Referer')}" for a in answers)
    typed = found(everything, addresses.replace("/nada/", "").replace(f"/termo/{flow.token}/", ""))
    assert typed <= {"cpf 0"}  # the one typed in an address on purpose

    cookies = " ".join(a.headers.get("Set-Cookie", "") for a in answers)
    assert found(everything, cookies) == set()


def pages_show_secrets_only_to_whom_they_belong(flow: Flow) -> None:
    kept = {name: secret for name, secret in flow.secrets.items() if not name.startswith("token")}
    for visitor in flow.visitors:
        for answer in visitor.answers:
            assert found(kept, answer.text) == set(), answer.url
    fund, manager, *pec, lost = flow.visitors
    for visitor in pec:
        assert not any(flow.token in answer.text for answer in visitor.answers)
        colleagues = [person for person in flow.people if person.cpf_text not in str(visitor.answers[1].request.body)]
        assert not any(str(person.cns) in answer.text for person in colleagues for answer in visitor.answers)
    for answer in lost.answers:
        assert found(flow.documents | {"token": flow.token}, answer.text) == set(), answer.url
    # The token of another day is not shown again, not even to its fund.
    assert flow.token not in fund.get("/e-gestor/tokens/").text
    assert not any(flow.token in answer.text for answer in manager.answers[-1:])


def no_row_holds_a_secret_in_clear(flow: Flow) -> None:
    secrets = {what: secret for what, secret in flow.secrets.items() if what != "password of the fund"}
    # The list of rooms is in no world and knows nothing of what is done in one.
    for model in (each for each in apps.get_models(include_auto_created=True) if each._meta.app_label != "rooms"):
        for row in model._default_manager.values_list():
            cells = [bytes(c).decode("latin-1") if isinstance(c, memoryview | bytes) else str(c) for c in row]
            assert found(secrets, *cells) == set(), model
            assert flow.pfx.decode("latin-1") not in cells, model


def headers_cookies_and_caches(flow: Flow) -> None:
    answers = [answer for visitor in flow.visitors for answer in visitor.answers]
    for answer in answers:
        where, headers = f"{answer.request.method} {answer.url}", answer.headers
        assert headers["X-Content-Type-Options"] == "nosniff", where
        assert headers["X-Frame-Options"] == "DENY", where
        assert headers["Referrer-Policy"] == "same-origin", where
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", where
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy, where
        assert "frame-ancestors 'none'" in policy, where
        assert "unsafe" not in policy, where
        assert re.fullmatch(r"[0-9a-f-]{36}", headers["X-Simulador-Request-Id"]), where
        assert "Server" not in headers or "/" not in headers["Server"], where
        if settings.SESSION_COOKIE_NAME in (answer.request.headers.get("Cookie") or ""):
            assert "no-store" in headers.get("Cache-Control", ""), where
    cookies = [cookie for answer in answers for cookie in answer.raw.headers.getlist("Set-Cookie")]
    assert any(cookie.startswith(f"{cookie_name('sessionid')}=") for cookie in cookies)
    for cookie in filter(lambda cookie: "Max-Age=0" not in cookie, cookies):
        assert "SameSite=Lax" in cookie, cookie
        assert "HttpOnly" in cookie or cookie.startswith(f"{cookie_name('csrftoken')}="), cookie
    token = requests.get(flow.portal.url + "/api/token", timeout=20)
    assert token.headers["Cache-Control"] == "no-store"
