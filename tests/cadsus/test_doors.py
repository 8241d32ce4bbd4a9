"""The doors of the SGOP and of the SISRede: who enters, what the session reaches, and what a password opens."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actors import Proof, actor_of
from accounts.models import Membership, PasswordLink, User
from accounts.services import passwords
from accounts.services.passwords import set_password_by_link
from cadsus import doors, offices
from cadsus.services import sign_in
from cadsus.session import SGOP, SISREDE
from common.models import AuditEvent, OutboxMessage
from siops.doors import TECHNICIAN
from territory.models import Establishment
from tests.factories import NOON, make_membership, make_person, make_user, person_of
from tests.factories.cadsus import end_link_of, in_sisrede, make_access, make_worker, session
from tests.refusals import page_after

pytestmark = pytest.mark.django_db
PASSWORD = "Minha-Senha-2026"
WRONG = "CPF ou senha inválidos. Atenção: a senha diferencia maiúsculas de minúsculas."


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


class TestSgop:
    @staticmethod
    def enter(client: Client, cpf: str, **query: str) -> Any:
        return page_after(client, client.post(reverse("cadsus:sign_in", query=query), {"cpf": cpf}))

    def test_whoever_the_registry_knows_enters_and_gets_an_account(self, client: Client) -> None:
        person = make_person()
        answer = self.enter(client, person.cpf_text)
        assert answer["Location"] == reverse("cadsus:home")
        assert client.session[SGOP]
        assert User.objects.get(login=person.cpf).person == person
        assert AuditEvent.objects.get(verb="sign_in.succeeded").details == {"proof": "govbr_simulado"}

    def test_an_unknown_cpf_and_a_closed_account_do_not(self, client: Client) -> None:
        closed = make_user(is_active=False)
        for cpf in (closed.login, "99900199988"):
            assert "CPF" in text_of(self.enter(client, cpf))
            assert SGOP not in client.session

    def test_it_is_closed_outside_the_demonstration(self, client: Client, worker: User, settings: Any) -> None:
        opened = session(worker)
        settings.DEMO = False
        assert "gov.br simulada só existe na demonstração" in text_of(self.enter(client, worker.login))
        assert opened.get(reverse("cadsus:request_list"))["Location"].startswith(reverse("cadsus:sign_in"))

    def test_it_leads_on_to_the_page_asked_for(self, client: Client, worker: User) -> None:
        asked = reverse("cadsus:access_start")
        assert client.get(asked)["Location"] == f"{reverse('cadsus:sign_in')}?next={asked}"
        answer = client.post(reverse("cadsus:sign_in"), {"cpf": worker.login, "next": asked})
        assert answer["Location"] == asked

    def test_the_session_reaches_no_profile_of_the_e_gestor_and_theirs_no_office_of_the_sgop(self) -> None:
        user = make_worker(None, "manager", "reception")
        make_membership(person_of(user), Membership.Role.AB_MANAGER)
        make_access(user, status="approved")
        kinds = {
            proof: {office.kind for office in actor_of(user, at=NOON, proof=proof).offices} for proof in list(Proof)
        }
        assert kinds == {
            Proof.OPERATOR: {offices.PERSON, offices.UNIT_MANAGER, offices.OPERATOR},
            Proof.UNIT_PASSWORD: {offices.MODULE},
            Proof.GOVBR: {"profile"},
            Proof.ACCESS_LINK: {"profile"},
            Proof.COMMAND_LINE: {"profile"},
            Proof.PASSWORD: set(),
            Proof.CERTIFICATE: set(),
            Proof.TECHNICIAN_PASSWORD: set(),
            Proof.COUNCIL_LINK: set(),
            Proof.AUTOMATIC: set(),
            Proof.HALF: set(),
        }


class TestSisrede:
    @pytest.fixture
    def receptionist(self, unit: Establishment) -> User:
        user = make_worker(unit, "reception")
        user.set_password(PASSWORD)
        user.save()
        return user

    @staticmethod
    def knock(client: Client, cpf: str, password: str = PASSWORD) -> Any:
        data = {"cpf": cpf, "password": password}
        return page_after(client, client.post(reverse("cadsus:sisrede_sign_in"), data))

    def test_cpf_and_password_open_it(self, client: Client, receptionist: User, unit: Establishment) -> None:
        assert self.knock(client, receptionist.login)["Location"] == reverse("cadsus:sisrede_home")
        page = text_of(client.get(reverse("cadsus:sisrede_home")))
        assert "Recepção" in page
        assert unit.name in page
        assert client.session[SISREDE]

    def test_the_same_answer_for_a_wrong_password_and_for_who_has_no_function(
        self, client: Client, receptionist: User, worker: User
    ) -> None:
        worker.set_password(PASSWORD)
        worker.save()
        for cpf, password in ((receptionist.login, PASSWORD.lower()), (worker.login, PASSWORD), ("99900199988", "x")):
            page = text_of(self.knock(client, cpf, password))
            assert WRONG in page or "CPF inválido" in page
        assert not client.session.get(SISREDE)

    def test_it_closes_after_five_wrong_ones_by_cpf(self, client: Client, receptionist: User) -> None:
        for _ in range(5):
            answer = self.knock(client, receptionist.login, "errada")
        assert answer.status_code == 429
        assert self.knock(client, receptionist.login).status_code == 429
        # Counted by door: that of another system is not closed by it.
        portal = client.post(reverse("siops:technician_sign_in"), {"cpf": receptionist.login, "password": "x"})
        assert portal.status_code == 302

    def test_it_is_closed_to_whose_link_ended(self, client: Client, receptionist: User) -> None:
        opened = session(receptionist, SISREDE)
        end_link_of(receptionist)
        assert "não tem função em vigor" in text_of(self.knock(client, receptionist.login))
        assert opened.get(reverse("cadsus:sisrede_home")).status_code == 403
        assert not in_sisrede(receptionist).offices

    def test_a_published_password_opens_nothing_outside_the_demonstration(
        self, client: Client, receptionist: User, settings: Any
    ) -> None:
        settings.DEMO, settings.DEMO_PERSONAS = False, "config.personas.personas_for_sign_in"
        published = "Sisrede-Belohorizonte-2026"
        receptionist.set_password(published)
        receptionist.save()
        assert WRONG in text_of(self.knock(client, receptionist.login, published))

    def test_a_sgop_session_is_none_of_the_sisrede_and_the_other_way_round(self, receptionist: User) -> None:
        home, requests = reverse("cadsus:sisrede_home"), reverse("cadsus:request_list")
        assert session(receptionist).get(home)["Location"].startswith(reverse("cadsus:sisrede_sign_in"))
        assert session(receptionist, SISREDE).get(requests)["Location"].startswith(reverse("cadsus:sign_in"))


class TestThePasswordOfTheSisrede:
    @staticmethod
    def secret_sent_to(email: str) -> str:
        message = OutboxMessage.objects.filter(to_email=email, body__contains="/entrar/senha/").latest("pk")
        found = re.search(r"/entrar/senha/([\w-]+)/", message.body)
        assert found
        return found.group(1)

    def use_newest_link(self, email: str) -> None:
        set_password_by_link(secret=self.secret_sent_to(email), password=PASSWORD, confirmation=PASSWORD, at=NOON)

    def test_a_link_to_the_e_mail_of_the_record_sets_the_first_one(self, client: Client, unit: Establishment) -> None:
        user = make_worker(unit, "pharmacy")
        answer = client.post(reverse("cadsus:sisrede_forgot"), {"cpf": user.login}, follow=True)
        assert "as instruções foram enviadas" in text_of(answer)
        sign_in.send_recovery(cpf=user.login, at=NOON)
        self.use_newest_link(person_of(user).email)
        assert TestSisrede.knock(client, user.login)["Location"] == reverse("cadsus:sisrede_home")

    def test_nobody_without_a_function_gets_one(self, worker: User) -> None:
        assert sign_in.send_recovery(cpf=worker.login, at=NOON) == []
        assert sign_in.send_recovery(cpf="99900199988", at=NOON) == []
        assert not PasswordLink.objects.exists()

    def test_a_password_set_for_another_system_in_another_mailbox_opens_nothing(
        self, client: Client, unit: Establishment
    ) -> None:
        """A secretary who registers somebody as technician, with a mailbox of their own, gains nothing here."""
        user = make_worker(unit, "reception")
        for email in ("outra@ensaio.example", person_of(user).email):
            passwords.send_password_link(
                user_id=user.pk, email=email, template="password_technician", door=TECHNICIAN, at=NOON
            )
            self.use_newest_link(email)
            assert "Defina a senha do SISRede" in text_of(TestSisrede.knock(client, user.login))

    def test_a_link_of_one_door_does_not_end_that_of_another(self, unit: Establishment) -> None:
        user = make_worker(unit, "reception")
        facts: dict[str, Any] = {
            "user_id": user.pk,
            "email": person_of(user).email,
            "template": "password_sisrede",
            "at": NOON,
        }
        theirs = passwords.send_password_link(**facts, door=TECHNICIAN)
        ours = passwords.send_password_link(**facts, door=doors.SISREDE)
        open_links = set(PasswordLink.objects.open().values_list("pk", flat=True))
        assert open_links == {theirs.pk, ours.pk}
