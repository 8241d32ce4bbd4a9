"""Outside DEMO nothing with a published secret exists or works, also in a database that was a demonstration."""

import re
import sys
from io import StringIO
from typing import Any

import pytest
from django.core.checks import CheckMessage, run_checks
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from accounts.models import PasswordLink, User
from accounts.published import PUBLISHED
from accounts.services.passwords import send_organisation_recovery, set_password_by_link
from accounts.services.sign_in import GOVBR_CLOSED
from cadsus.models import Posting
from common.exceptions import RuleBroken
from common.models import AuditEvent, OutboxMessage
from config import checks
from config.management.commands.staff import ROLES
from config.personas import PERSONAS
from pki.models import Medium
from registry.models import Person
from tests.accounts.doors import account_of, post_fund, post_person
from tests.clock import now, today
from tests.factories import make_establishment, make_manager, make_organisation, make_person, make_staff, person_of
from tests.factories.siops import make_service_point
from tests.siops.doors import bound_to, text_of, use_puk, use_token
from tests.siops.technician_door import bound, knock

pytestmark = pytest.mark.django_db

FUNDS = [persona for persona in PERSONAS if persona.login_kind == "pj"]
STAFF = [persona for persona in PERSONAS if persona.login_kind == "staff"]
TECHNICIANS = [persona for persona in PERSONAS if persona.login_kind == "pf" and persona.password]
HOLDERS = [persona for persona in PERSONAS if persona.puk]
OWN = "Uma-Senha-Propria-1"


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def deploy() -> dict[str, CheckMessage]:
    return {str(found.id): found for found in run_checks(include_deployment_checks=True) if "config." in str(found.id)}


def post_staff(client: Client, login: str, password: str) -> Any:
    return client.post(reverse("admin:login"), {"username": login, "password": password})


@pytest.fixture
def was_demo(seeded: None, settings: Any) -> None:
    """A database seeded as a demonstration, in an installation that no longer is one."""
    settings.DEMO = False


@pytest.fixture
def never_demo(settings: Any) -> None:
    settings.DEMO = False
    run("seed")


def entered() -> set[str]:
    """Which published secret opened its door."""
    found = set()
    for persona in (*FUNDS, *STAFF, *TECHNICIANS):
        client = Client()
        if persona in FUNDS:
            post_fund(client, persona.cnpj, persona.password)
        elif persona in STAFF:
            post_staff(client, persona.login, persona.password)
        else:
            knock(client, persona.cpf, persona.password)
        if account_of(client) is not None or bound(client) is not None:
            found.add(persona.key)
    for persona in HOLDERS:
        client = Client()
        use_token(client, persona.cpf, persona.pin)
        if account_of(client) is not None or "siops_proved" in client.session:
            found.add(persona.key)
    return found


@pytest.mark.usefixtures("seeded")
def test_in_the_demonstration_every_published_secret_of_who_may_enter_opens() -> None:
    """Otherwise the refusals below would prove nothing."""
    opened = entered()
    assert {persona.key for persona in (*FUNDS, *STAFF)} <= opened
    assert len(opened & {persona.key for persona in TECHNICIANS}) > 3
    assert len(opened & {persona.key for persona in HOLDERS}) > 3


@pytest.mark.usefixtures("never_demo")
def test_the_seed_creates_no_published_secret_outside_demo() -> None:
    assert not User.objects.filter(kind=User.Kind.STAFF).exists()
    assert not Medium.objects.exists()
    assert {user.has_usable_password() for user in User.objects.all()} == {False}
    assert Person.objects.filter(cpf=HOLDERS[0].cpf).exists(), "the people are there"
    assert entered() == set()


@pytest.mark.usefixtures("was_demo")
def test_what_was_a_demonstration_opens_to_no_published_secret() -> None:
    """Even before anybody has taken the secrets out of the database."""
    assert entered() == set()


@pytest.mark.usefixtures("was_demo")
def test_a_published_puk_gives_no_new_pin() -> None:
    cpf, puk = HOLDERS[0].cpf, HOLDERS[0].puk
    for _ in range(3):
        use_token(Client(), cpf, "9999")
    client = Client()
    use_puk(client, cpf, puk, "86420")
    use_token(client, cpf, "86420")
    assert bound_to(client) is None


@pytest.mark.usefixtures("seeded")
def test_the_seed_takes_the_secrets_out_of_what_was_a_demonstration(settings: Any) -> None:
    fund = FUNDS[0]
    visitor = Client()
    post_person(visitor, next(p.cpf for p in PERSONAS if p.key == "aracatuba-gestor-ab"))
    # Anybody could have set this one, by the public mailbox.
    send_organisation_recovery(cnpj=fund.cnpj, at=now())
    set_by_a_visitor(fund.email)
    make_staff("maria")
    settings.DEMO = False

    assert "segredos" not in run("staff", "joao", "--generate")
    told = run("seed")

    assert re.search(r"Este banco foi de uma demonstração: \d+ senhas e certificados", told)
    assert {user.login for user in User.objects.all() if user.has_usable_password()} == {"maria", "joao"}
    assert {medium.certificate.status for medium in Medium.objects.select_related("certificate")} == {"revoked"}
    assert not PasswordLink.objects.open().exists()
    assert visitor.get(reverse("egestor:home")).status_code == 302
    assert AuditEvent.objects.filter(verb="password.retired").count() == len(FUNDS) + len(STAFF) + len(TECHNICIANS)
    assert "demonstração" not in run("seed"), "the second time there is nothing left"


def set_by_a_visitor(email: str) -> None:
    body = OutboxMessage.objects.filter(to_email=email).latest("pk").body
    found = re.search(r"/entrar/senha/([\w-]+)/", body)
    assert found
    set_password_by_link(secret=found.group(1), password=OWN, confirmation=OWN, at=now())


def test_a_published_password_is_not_taken_as_a_new_one(settings: Any) -> None:
    settings.DEMO = False
    fund = make_organisation()
    send_organisation_recovery(cnpj=fund.cnpj, at=now())
    body = OutboxMessage.objects.get().body
    secret = re.findall(r"/entrar/senha/([\w-]+)/", body)[0]
    word = FUNDS[0].password
    with pytest.raises(RuleBroken, match=re.escape(PUBLISHED)):
        set_password_by_link(secret=secret, password=word, confirmation=word, at=now())


class TestGovBr:
    def test_a_cpf_alone_opens_nothing_and_the_page_says_why(self, client: Client, settings: Any) -> None:
        cpf = person_of(make_manager()).cpf_text
        settings.DEMO = False
        answer = post_person(client, cpf)
        assert (answer.status_code, account_of(client)) == (422, None)
        assert GOVBR_CLOSED in text_of(answer)
        assert client.get(reverse("accounts:sign_in_govbr")).status_code == 422
        door = text_of(client.get(reverse("accounts:sign_in")))
        assert GOVBR_CLOSED in door
        assert reverse("accounts:sign_in_govbr") not in door
        assert reverse("accounts:sign_in_govbr") not in text_of(client.get("/"))

    def test_a_session_opened_by_cpf_ends_with_the_demonstration(self, client: Client, settings: Any) -> None:
        post_person(client, person_of(make_manager()).cpf_text)
        assert client.get(reverse("egestor:home")).status_code == 200
        settings.DEMO = False
        assert client.get(reverse("egestor:home")).status_code == 302

    def test_the_link_of_the_command_line_lets_the_person_in_once(self, client: Client, settings: Any) -> None:
        manager = make_manager()
        settings.DEMO = False
        address = run("access_link", person_of(manager).cpf_text).splitlines()[-1].removeprefix(settings.PORTAL_URL)

        assert person_of(manager).cpf_text not in address
        assert manager.name in text_of(client.get(address)), "looking does not use it"
        assert client.post(address)["Location"] == reverse("egestor:home")
        assert client.get(reverse("egestor:home")).status_code == 200
        for again in (Client().get(address), Client().post(address), Client().get(address[:-3] + "xx/")):
            assert again.status_code == 403
            assert "Este link não vale mais" in text_of(again)

    def test_the_link_of_who_has_no_profile_opens_nothing(self, client: Client, settings: Any) -> None:
        settings.DEMO = False
        address = run("access_link", make_person().cpf_text).splitlines()[-1].removeprefix(settings.PORTAL_URL)
        assert client.post(address).status_code == 403
        assert account_of(client) is None

    def test_the_municipal_it_is_named_enters_the_sgop_once_and_registers_the_rest(
        self, client: Client, settings: Any
    ) -> None:
        settings.DEMO = False
        unit, person, other = make_establishment(), make_person(), make_person()
        assert "config.W004" in deploy()

        run("municipal_it", person.cpf_text, unit.cnes)
        assert str(person) in deploy()["config.I003"].msg
        with pytest.raises(CommandError, match="já tem este vínculo"):
            run("municipal_it", person.cpf_text, unit.cnes)
        with pytest.raises(CommandError, match="Não há estabelecimento"):
            run("municipal_it", other.cpf_text, "0000000")

        address = run("access_link", person.cpf_text, "--sgop").splitlines()[-1].removeprefix(settings.PORTAL_URL)
        egestor = address.replace("/cadsus/entrar/acesso/", "/entrar/acesso/")
        assert client.post(egestor).status_code == 403, "made for another door"
        assert client.post(address)["Location"].endswith(reverse("cadsus:home"))
        assert Client().post(address).status_code == 403
        given = {"cpf": other.cpf_text, "cnes": unit.cnes, "cbo": "131210", "functions": ["manager"]}
        answer = client.post(reverse("cadsus:link_start"), given | {"started_on": today().strftime("%d/%m/%Y")})
        assert answer["Location"].endswith(reverse("cadsus:link_list"))
        assert Posting.objects.managing(unit.cnes, now()).get().link.person == other

    def test_nobody_is_let_in_under_an_unknown_cpf(self) -> None:
        with pytest.raises(CommandError, match="CPF não encontrado"):
            run("access_link", "11144477735")


class TestFirstAdministrator:
    def test_the_password_is_generated_and_shown_once(self, client: Client) -> None:
        told = run("staff", "chefe", "--name", "Ana Chefe", "--generate")
        password = told.split()[-1]
        post_staff(client, "chefe", password)
        user = User.objects.get(login="chefe")
        assert account_of(client) == user.pk
        assert (user.staff_role, user.is_staff, user.name) == ("administrator", True, "Ana Chefe")
        assert password not in str(list(AuditEvent.objects.values_list("details", flat=True)))

    def test_the_password_is_asked_twice(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        answers = iter([OWN, OWN, OWN, "outra"])
        monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
        monkeypatch.setattr("getpass.getpass", lambda _: next(answers))
        run("staff", "chefe")
        post_staff(client, "chefe", OWN)
        assert account_of(client) is not None
        with pytest.raises(CommandError, match="não são iguais"):
            run("staff", "outra-chefe")

    @pytest.mark.parametrize(
        ("words", "reason"),
        [
            (["chefe", "--generate"], "Já existe uma conta"),
            (["A B", "--generate"], "começa por letra"),
            (["99900100212", "--generate"], "começa por letra"),
            (["ninguem", "--renew", "--generate"], "Não há conta"),
            (["novo"], "--generate"),
        ],
    )
    def test_what_cannot_be_is_told(self, words: list[str], reason: str) -> None:
        make_staff("chefe")
        with pytest.raises(CommandError, match=reason):
            run("staff", *words)

    def test_a_forgotten_password_is_renewed(self, client: Client) -> None:
        make_staff("chefe")
        post_staff(client, "chefe", run("staff", "chefe", "--renew", "--generate").split()[-1])
        assert account_of(client) is not None

    @pytest.mark.parametrize("role", sorted(ROLES.keys() - {"certificadora"}))
    def test_the_other_roles_of_the_team(self, role: str) -> None:
        run("staff", "pessoa", "--role", role, "--generate")
        user = User.objects.get(login="pessoa")
        assert (user.is_superuser, user.staff_role) == (False, ROLES[role])

    def test_an_attendant_is_of_one_certifier(self) -> None:
        certifier = make_service_point().certifier
        words = ["staff", "pessoa", "--role", "certificadora", "--generate"]
        with pytest.raises(CommandError, match="--certifier"):
            run(*words)
        with pytest.raises(CommandError, match=f"Há: {certifier}"):
            run(*words, "--certifier", "Outra")
        assert not User.objects.filter(login="pessoa").exists()
        run(*words, "--certifier", certifier.name)
        assert User.objects.get(login="pessoa").attendant.certifier == certifier


class TestDeployCheck:
    @pytest.mark.usefixtures("never_demo")
    def test_says_who_can_enter_and_how_and_misses_an_administrator(self) -> None:
        assert "config.W003" in deploy()
        run("staff", "chefe", "--generate")
        make_organisation(name="Fundo Aberto")
        found = deploy()
        assert {"config.W002", "config.W003", "config.E007", "config.I002"}.isdisjoint(found)
        told = found["config.I001"].msg
        assert "chefe (Administrador do simulador)" in told
        assert "fundos, com CNPJ e senha: Fundo Aberto" in told
        assert "com certificado e PIN: 0" in told

    @pytest.mark.usefixtures("was_demo")
    def test_fails_while_published_secrets_are_in_the_database(self) -> None:
        found = deploy()["config.E007"]
        assert found.is_serious()
        assert str(User.objects.get(login="administrador")) in found.msg
        run("seed")
        assert "config.E007" not in deploy()

    def test_a_demonstration_is_a_warning(self) -> None:
        assert "config.W002" in deploy()

    def test_a_database_that_cannot_be_read_is_said(self, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        def away() -> None:
            raise DatabaseError

        settings.DEMO = False
        monkeypatch.setattr(checks, "_published", away)
        assert not deploy()["config.I002"].is_serious()

    def test_the_published_secret_key_stops_the_start_outside_demo(self, settings: Any) -> None:
        settings.DEMO = False
        settings.SECRET_KEY = "local-only-not-a-secret"
        assert "config.E008" in {found.id for found in run_checks()}


def test_the_personas_are_not_printed_outside_demo(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="só existem na demonstração"):
        run("personas")
