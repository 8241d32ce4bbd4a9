"""«Acesso ao Módulo do Gestor – login/senha»: who enters, who is locked out, and that nothing tells a CPF apart."""

import re
import statistics
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership, User
from accounts.session import BOND
from common import documents
from common.models import AuditEvent, OutboxMessage
from registry.models import Person
from siops import doors
from siops.models import HealthManager, Technician
from siops.models.scoped import TECHNICIAN
from siops.services import technician_access as service
from tests.accounts.doors import account_of, post_fund
from tests.clock import Clock
from tests.factories import (
    NOON,
    make_cpf,
    make_entity,
    make_membership,
    make_organisation,
    make_other_entity,
    make_person,
    make_staff,
    make_user,
)
from tests.factories import PASSWORD as FUND_PASSWORD
from tests.factories.siops import make_health_manager, make_technician
from tests.siops.technician_door import (
    ANSWER,
    MICROSECOND,
    PASSWORD,
    WRONG,
    bound,
    knock,
    make_entered,
    recover,
    set_password,
)

pytestmark = pytest.mark.django_db

Status = Technician.Status
UNKNOWN = make_cpf(987_654)
BLOCKED = timedelta(minutes=30)


def with_password(user: User, password: str = PASSWORD) -> User:
    user.set_password(password)
    user.save()
    return user


def sign_in(client: Client, person: Person, backend: str) -> None:
    """Open a session by another proof than the password; the account is read anew, its password may have changed."""
    client.force_login(User.objects.get(login=person.cpf_text), backend=backend)


def main_of(response: Any, cpf: str) -> str:
    """The page's own part, without what differs from request to request."""
    text = response.content.decode()
    text = text[text.index("<main") : text.index("</main>")]
    text = re.sub(r'(name="csrfmiddlewaretoken" value=)"[^"]+"', r"\1", text)
    return text.replace(documents.format_cpf(cpf), "…").replace(cpf, "…")


class TestEntering:
    def test_binds_the_session_to_entity_and_role(self, client: Client) -> None:
        technician = make_entered()
        response = knock(client, documents.format_cpf(technician.person.cpf_text))

        assert response["Location"] == reverse("siops:technician_home")
        assert bound(client) == {"entity": technician.entity.pk, "role": TECHNICIAN, "proof": "senha"}
        page = client.get(response["Location"]).content.decode()
        for text in (technician.person.name, str(technician.entity), technician.email, reverse("siops:ticket_list")):
            assert text in page
        assert technician.person.cpf_text not in page
        event = AuditEvent.objects.get(verb="sign_in.succeeded")
        assert (event.actor, event.target_id, event.entity_id) == (
            technician.person.user,
            str(technician.pk),
            technician.entity.pk,
        )

    def test_of_several_entities_one_is_chosen(self, client: Client) -> None:
        here = make_entered(make_entity())
        there = make_technician(make_other_entity(), person=here.person, email=here.email, registered_at=NOON)
        stranger = make_technician(make_entity_of_nobody())

        response = knock(client, here.person.cpf_text)
        assert response["Location"] == reverse("siops:technician_entity")
        assert bound(client) is None
        assert client.get(reverse("siops:technician_home")).status_code == 302
        page = client.get(response["Location"]).content.decode()
        assert str(here.entity) in page
        assert str(there.entity) in page
        assert str(stranger.entity) not in page

        client.post(response["Location"], {"technician": stranger.pk})
        assert bound(client) is None
        client.post(response["Location"], {"technician": there.pk})
        assert (bound(client) or {})["entity"] == there.entity.pk

    def test_the_choice_is_only_for_who_gave_the_password(self, client: Client) -> None:
        technician = make_entered()
        for backend in ("accounts.backends.GovBrBackend", "accounts.backends.CertificateBackend"):
            sign_in(client, technician.person, backend)
            response = client.post(reverse("siops:technician_entity"), {"technician": technician.pk})
            assert response["Location"] == reverse("siops:technician_sign_in")
            assert bound(client) is None

    def test_a_former_binding_of_the_browser_does_not_survive(self, client: Client) -> None:
        secretary = make_health_manager(HealthManager.Role.SECRETARY, make_entity())
        technician = make_entered(make_other_entity(), person=secretary.person)
        sign_in(client, secretary.person, "accounts.backends.CertificateBackend")
        session = client.session
        session[BOND] = {"entity": secretary.entity.pk, "role": "secretary", "proof": "certificado"}
        session.save()

        knock(client, technician.person.cpf_text)

        assert (bound(client) or {})["role"] == TECHNICIAN

    def test_the_home_is_only_the_technicians(self, client: Client) -> None:
        secretary = make_health_manager(HealthManager.Role.SECRETARY)
        sign_in(client, secretary.person, "accounts.backends.CertificateBackend")
        session = client.session
        session[BOND] = {"entity": secretary.entity.pk, "role": "secretary", "proof": "certificado"}
        session.save()
        assert client.get(reverse("siops:technician_home")).status_code == 403

    def test_the_password_distinguishes_capitals(self, client: Client) -> None:
        technician = make_entered()
        for wrong in (PASSWORD.lower(), PASSWORD.upper(), f"{PASSWORD} "):
            assert WRONG in knock(client, technician.person.cpf_text, wrong).content.decode()
            assert account_of(client) is None

    def test_a_new_password_ends_the_sessions_of_the_old_one(self, client: Client) -> None:
        technician = make_entered()
        knock(client, technician.person.cpf_text)
        recover(technician, at=NOON + MICROSECOND)
        set_password(technician.email, password="Outra-Senha-2027", at=NOON + MICROSECOND)

        assert client.get(reverse("siops:technician_home"))["Location"].startswith(reverse("siops:sign_in"))
        assert WRONG in knock(client, technician.person.cpf_text).content.decode()
        knock(client, technician.person.cpf_text, "Outra-Senha-2027")
        assert bound(client)

    def test_nothing_typed_is_sent_back_or_logged(self, client: Client, caplog: pytest.LogCaptureFixture) -> None:
        cpf = make_entered().person.cpf_text
        with caplog.at_level("DEBUG"):
            page = knock(client, cpf, "Senha-errada-1")
        assert "Senha-errada-1" not in page.content.decode()
        assert "Senha-errada-1" not in caplog.text
        assert cpf not in caplog.text
        written = " ".join(f"{e.target_label} {e.details}" for e in AuditEvent.objects.all())
        assert cpf not in written


class TestRefusedAfterTheRightPassword:
    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"status": Status.TO_REGISTER_AGAIN}, service.TO_REGISTER_AGAIN),
            ({"status": Status.SUBSTITUTED, "closed_at": NOON}, service.SUBSTITUTED),
            ({"status": Status.PASSWORD_SENT, "registered_at": NOON + MICROSECOND}, service.FIRST_SET_ANOTHER),
            ({"email": "outro@ensaio.example"}, service.FIRST_SET_ANOTHER),
        ],
    )
    def test_says_why_only_to_the_right_password(self, client: Client, changes: dict[str, Any], message: str) -> None:
        technician = make_entered()
        Technician.objects.filter(pk=technician.pk).update(**changes)

        wrong = knock(client, technician.person.cpf_text, "Senha-errada-1").content.decode()
        assert WRONG in wrong
        assert message not in wrong
        assert message in knock(client, technician.person.cpf_text).content.decode()
        assert account_of(client) is None
        reasons = [e.details["reason"] for e in AuditEvent.objects.filter(verb="sign_in.failed").order_by("pk")]
        assert reasons[0] == "wrong_password"
        assert reasons[1] in {"to_register_again", "substituted", "new_password_needed"}

    def test_the_right_password_of_a_refused_one_does_not_count_as_failure(self, client: Client) -> None:
        technician = make_entered()
        Technician.objects.filter(pk=technician.pk).update(status=Status.TO_REGISTER_AGAIN)
        assert [knock(client, technician.person.cpf_text).status_code for _ in range(6)] == [200] * 6


class TestNothingElseOpens:
    def test_the_e_gestor_and_the_admin_refuse_the_technicians_password(self, client: Client) -> None:
        technician = make_entered()
        make_membership(technician.person, Membership.Role.PROGRAMME_MANAGER, technician.entity)
        user = technician.person.user
        assert user is not None

        client.post(reverse("admin:login"), {"username": user.login, "password": PASSWORD})
        assert account_of(client) is None
        post_fund(client, user.login, PASSWORD)
        assert account_of(client) is None
        request = RequestFactory().post("/")
        assert authenticate(request, username=user.login, password=PASSWORD) is None
        assert authenticate(request, cpf=user.login, password=PASSWORD) == user

    def test_in_the_session_there_is_no_profile_of_the_e_gestor(self, client: Client) -> None:
        technician = make_entered()
        for role in (Membership.Role.AB_MANAGER, Membership.Role.PROGRAMME_MANAGER):
            make_membership(technician.person, role, technician.entity)
        knock(client, technician.person.cpf_text)

        assert "Nenhum perfil ativo" in client.get(reverse("egestor:home")).content.decode()
        for route in ("egestor:membership_list", "egestor:membership_create", "rnds:credential_list", "rnds:pec_list"):
            assert client.get(reverse(route)).status_code == 403
        sign_in(client, technician.person, "accounts.backends.GovBrBackend")
        assert client.get(reverse("egestor:membership_list")).status_code == 200

    def test_of_the_outbox_only_the_proven_mailbox_is_seen(self, client: Client) -> None:
        technician = make_entered()
        user = technician.person.user
        assert user is not None
        other = OutboxMessage.objects.create(
            addressee=user, to_email=user.email, subject="Assunto alheio", body="Texto", written_at=NOON
        )
        knock(client, technician.person.cpf_text)

        page = client.get(reverse("accounts:outbox")).content.decode()
        assert "Sua senha foi redefinida" in page
        assert "Assunto alheio" not in page
        assert client.get(reverse("accounts:outbox_message", args=[other.pk])).status_code == 404

    @pytest.mark.parametrize("kind", ["fund", "staff", "person without registration", "secretary"])
    def test_accounts_of_others_do_not_enter_here(self, client: Client, kind: str) -> None:
        if kind == "fund":
            login = make_organisation().user.login
            password = FUND_PASSWORD
        elif kind == "staff":
            login, password = make_staff(make_cpf(4242)).login, FUND_PASSWORD
        elif kind == "secretary":
            user = make_health_manager().person.user
            assert user is not None
            login, password = with_password(user).login, PASSWORD
        else:
            login, password = with_password(make_user(make_person())).login, PASSWORD
        knock(client, login, password)
        assert account_of(client) is None

    def test_an_inactive_account_does_not_enter(self, client: Client) -> None:
        technician = make_entered()
        User.objects.filter(login=technician.person.cpf_text).update(is_active=False)
        assert WRONG in knock(client, technician.person.cpf_text).content.decode()
        assert account_of(client) is None


class TestNoEnumeration:
    def test_text_and_status_are_the_same(self) -> None:
        known = make_entered().person.cpf_text
        unusable = make_technician(make_other_entity()).person.cpf_text
        outsider = with_password(make_user()).login
        answers = {cpf: knock(Client(), cpf, "Senha-errada-1") for cpf in (known, unusable, outsider, UNKNOWN)}

        assert {response.status_code for response in answers.values()} == {200}
        assert len({main_of(response, cpf) for cpf, response in answers.items()}) == 1

    def test_one_hash_and_as_many_queries_whoever_it_is(self) -> None:
        known = make_entered().person.cpf_text
        unusable = make_technician(make_other_entity()).person.cpf_text
        outsider = with_password(make_user()).login
        work = set()
        for cpf in (known, unusable, outsider, UNKNOWN):
            hashing = mock.patch.object(
                MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode
            )
            with hashing as encode, CaptureQueriesContext(connection) as queries:
                knock(Client(), cpf, "Senha-errada-1")
            work.add((encode.call_count, len(queries)))
        assert len(work) == 1, work
        assert work.pop()[0] == 1

    @pytest.mark.parametrize("route", ["siops:technician_sign_in", "siops:technician_forgot"])
    def test_many_answers_fall_in_one_bucket_of_time(self, route: str) -> None:
        """Medians of many interleaved answers, so that a busy machine slows both alike."""
        known = make_entered().person.cpf_text
        taken: dict[str, list[float]] = {known: [], UNKNOWN: []}
        with mock.patch.object(doors, "TECHNICIAN", replace(doors.TECHNICIAN, closed_for=timedelta(0))):
            for _ in range(60):
                for cpf, times in taken.items():
                    browser, begun = Client(), time.perf_counter()
                    browser.post(reverse(route), {"cpf": cpf, "password": "Senha-errada-1"})
                    times.append(time.perf_counter() - begun)
        one, other = (statistics.median(times[5:]) for times in taken.values())
        assert max(one, other) / min(one, other) < 1.5, (one, other)


class TestTheBlock:
    def fail(self, cpf: str, times: int, **browser: str) -> list[int]:
        return [knock(Client(**browser), cpf, "Senha-errada-1").status_code for _ in range(times)]  # type: ignore[arg-type]  # headers

    @pytest.mark.parametrize("known", [True, False])
    def test_the_fifth_failure_blocks_for_thirty_minutes(self, clock: Clock, known: bool) -> None:
        cpf = make_entered().person.cpf_text if known else UNKNOWN
        assert self.fail(cpf, 4) == [200] * 4
        fifth = knock(Client(), cpf, "Senha-errada-1")

        assert fifth.status_code == 429
        assert "Acesso bloqueado por 30 minutos." in fifth.content.decode()
        assert reverse("siops:technician_sign_in") in fifth.content.decode()
        assert fifth["Retry-After"] == "1800"

    def test_the_page_of_the_block_is_the_same_whether_or_not_the_cpf_exists(self, clock: Clock) -> None:
        known = make_entered().person.cpf_text
        self.fail(known, 5)
        self.fail(UNKNOWN, 5)
        assert main_of(knock(Client(), known), known) == main_of(knock(Client(), UNKNOWN), UNKNOWN)

    @pytest.mark.parametrize(
        ("waited", "opens"), [(BLOCKED - MICROSECOND, False), (BLOCKED, False), (BLOCKED + MICROSECOND, True)]
    )
    def test_it_ends_after_thirty_minutes(self, client: Client, clock: Clock, waited: timedelta, opens: bool) -> None:
        cpf = make_entered().person.cpf_text
        self.fail(cpf, 5)
        clock.move_to(NOON + waited)

        response = knock(client, cpf)

        assert (bound(client) is not None) is opens
        assert response.status_code == (302 if opens else 429)

    def test_traffic_at_other_doors_does_not_shorten_it(self, client: Client, clock: Clock) -> None:
        technician, fund = make_entered(), make_organisation()
        self.fail(technician.person.cpf_text, 5)
        clock.move_to(NOON + timedelta(minutes=20))
        post_fund(Client(), fund.cnpj, "errada")
        post_fund(Client(), fund.cnpj)

        assert knock(client, technician.person.cpf_text).status_code == 429

    def test_it_holds_from_every_address_and_browser(self, clock: Clock) -> None:
        cpf = make_entered().person.cpf_text
        statuses = [
            self.fail(cpf, 1, REMOTE_ADDR=f"203.0.113.{n}", HTTP_USER_AGENT=f"navegador {n}")[0] for n in range(5)
        ]
        assert statuses == [200, 200, 200, 200, 429]

    def test_another_cpf_is_not_blocked(self, client: Client, clock: Clock) -> None:
        blocked, free = make_entered(), make_entered(make_other_entity())
        self.fail(blocked.person.cpf_text, 5)
        knock(client, free.person.cpf_text)
        assert bound(client)

    def test_failures_at_the_admin_do_not_block_this_door_nor_the_reverse(self, client: Client, clock: Clock) -> None:
        technician = make_entered()
        data = {"username": technician.person.cpf_text, "password": "errada"}
        assert [client.post(reverse("admin:login"), data).status_code for _ in range(5)][-1] == 429
        knock(client, technician.person.cpf_text)
        assert bound(client)

    def test_entering_forgets_the_failures(self, client: Client, clock: Clock) -> None:
        cpf = make_entered().person.cpf_text
        self.fail(cpf, 4)
        knock(client, cpf)
        assert self.fail(cpf, 4) == [200] * 4

    def test_gov_br_does_not_forget_them(self, clock: Clock) -> None:
        technician = make_entered()
        make_membership(technician.person, at=NOON)
        self.fail(technician.person.cpf_text, 4)
        Client().post(reverse("accounts:sign_in_govbr"), {"cpf": technician.person.cpf_text, "level": "ouro"})
        assert self.fail(technician.person.cpf_text, 1) == [429]

    def test_a_new_password_by_the_link_opens_it(self, client: Client, clock: Clock) -> None:
        technician = make_entered()
        self.fail(technician.person.cpf_text, 5)
        recover(technician)
        set_password(technician.email, password="Outra-Senha-2027")
        knock(client, technician.person.cpf_text, "Outra-Senha-2027")
        assert bound(client)


def make_entity_of_nobody() -> Any:
    from tests.factories import make_municipality, make_uf  # noqa: PLC0415 -- only here

    uf = make_uf("26", "PE", "Pernambuco", "America/Recife")
    return make_entity(make_municipality("2611606", "Recife", uf=uf))


@pytest.mark.parametrize("route", ["siops:technician_sign_in", "siops:technician_forgot"])
@pytest.mark.parametrize(("typed", "message"), [("", "Este campo é obrigatório."), ("123", "CPF inválido.")])
def test_refusals_of_the_forms(client: Client, route: str, typed: str, message: str) -> None:
    page = client.post(reverse(route), {"cpf": typed, "password": "x"}).content.decode()
    assert message in page
    assert ANSWER not in page
    assert not AuditEvent.objects.exists()
