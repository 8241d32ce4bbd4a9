"""Limits count what is attacked: a class behind one address meets none, a flood at one account meets them anywhere."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts import lockout
from accounts.limits import Limit
from accounts.models import PasswordLink
from accounts.services import passwords
from accounts.services import sign_in as accounts_sign_in
from common import counters, pace
from common.models import AuditEvent, Counter, OutboxMessage
from siops.models import HealthManager
from siops.views import sign_in as siops_sign_in
from tests.accounts.doors import account_of, post_fund, post_person
from tests.accounts.test_passwords import secret_in
from tests.clock import Clock
from tests.concurrency import at_once
from tests.factories import (
    NOON,
    PASSWORD,
    make_cpf,
    make_entity,
    make_manager,
    make_municipality,
    make_organisation,
    make_staff,
    person_of,
)
from tests.factories.siops import make_health_manager
from tests.siops.certification import Counter as Posto
from tests.siops.doors import PIN, WRONG, bound_to, make_medium, text_of, use_puk, use_token
from tests.siops.technician_door import bound, knock, make_entered

pytestmark = pytest.mark.django_db

TRAINEES = 30
CLASS = "203.0.113.50"
NOT_REGISTERED = "CPF não localizado entre os chefes do Poder Executivo ou gestores cadastrados."
NOT_FOUND = "Nenhuma solicitação foi encontrada com este CPF e este protocolo."


@pytest.fixture(autouse=True)
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pace of the answers is proved elsewhere."""
    monkeypatch.setattr(pace, "STEP", 0.001)


@pytest.fixture
def worker(django_capture_on_commit_callbacks: Any) -> Callable[..., Any]:
    """Do something and let the queue do its part."""

    def run(work: Callable[[], Any]) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return work()

    return run


def trainee() -> Client:
    return Client(REMOTE_ADDR=CLASS)


def refused_at(browser: Client, door: str, sent: dict[str, str]) -> str:
    """What a door that redirects to itself says of what was sent."""
    answer = browser.post(reverse(door), sent)
    assert (answer.status_code, answer["Location"]) == (302, reverse(door))
    page = browser.get(reverse(door))
    assert page.status_code == 200
    return text_of(page)


def refuse_and_remember(monkeypatch: pytest.MonkeyPatch, tried: list[str]) -> None:
    """Every password is wrong, and written down when somebody looks at it."""

    def check(_: Any, word: str) -> bool:
        tried.append(word)
        return False

    monkeypatch.setattr("accounts.models.User.check_password", check)


class TestAClassBehindOneAddress:
    """Thirty people, all playing the same person, each wrong once or twice."""

    def test_enters_as_the_same_fund(self) -> None:
        fund = make_organisation()
        for _ in range(TRAINEES):
            browser = trainee()
            for word in ("errada", "Errada", PASSWORD):
                post_fund(browser, fund.cnpj, word)
            assert account_of(browser) == fund.user_id

    def test_enters_as_many_funds(self) -> None:
        funds = [
            make_organisation(make_entity(make_municipality(f"35{n:05d}", f"Município {n}"))) for n in range(TRAINEES)
        ]
        for fund in funds:
            for word in ("a", "b", "c", "d"):
                assert post_fund(trainee(), fund.cnpj, word).status_code == 200
        for fund in funds:
            browser = trainee()
            post_fund(browser, fund.cnpj)
            assert account_of(browser) == fund.user_id

    def test_enters_as_the_same_technician_and_by_gov_br(self) -> None:
        technician, manager = make_entered(), make_manager()
        for _ in range(TRAINEES):
            browser, other = trainee(), trainee()
            knock(browser, technician.person.cpf_text, "Senha-errada-1")
            knock(browser, technician.person.cpf_text)
            assert bound(browser) is not None
            post_person(other, make_cpf(777_000))
            post_person(other, person_of(manager).cpf_text)
            assert account_of(other) == manager.pk

    def test_types_wrong_pins_and_then_the_right_one(self) -> None:
        office = make_health_manager(HealthManager.Role.HEAD)
        make_medium(office.person)
        for number in range(TRAINEES):
            browser = trainee()
            for _ in range(3):
                assert use_token(browser, make_cpf(770_000 + number), WRONG).status_code == 200
            use_token(browser, office.person.cpf_text, WRONG)
            use_token(browser, office.person.cpf_text, PIN)
            assert bound_to(browser) is not None

    def test_walks_the_second_and_third_etapa_and_the_mailbox(self) -> None:
        posto = Posto()
        row = posto.request()
        for number in range(TRAINEES):
            browser = trainee()
            for _ in range(3):
                wrong = {"cpf": make_cpf(780_000 + number), "buscar": "1"}
                assert NOT_REGISTERED in refused_at(browser, "siops:certification_request", wrong)
            mistyped = {"cpf": posto.cpf, "protocol": f"AAAA-AAAA-{number:04d}"}
            assert NOT_FOUND in refused_at(browser, "siops:certification_status", mistyped)
            right = {"cpf": posto.cpf, "protocol": row.protocol}
            assert browser.post(reverse("siops:certification_status"), right).status_code == 302
            assert browser.get(reverse("siops:certification_schedule")).status_code == 200
            for _ in range(5):
                looked = browser.get(reverse("accounts:mailbox"), {"endereco": "a@ensaio.example"})
                assert looked.status_code == 200

    def test_asks_for_links_each_of_its_own_fund(self, worker: Callable[..., Any]) -> None:
        funds = [
            make_organisation(make_entity(make_municipality(f"35{n:05d}", f"Município {n}"))) for n in range(TRAINEES)
        ]
        url = reverse("accounts:forgot_organisation")
        worker(lambda: [trainee().post(url, {"cnpj": fund.cnpj}) for fund in funds])
        assert OutboxMessage.objects.count() == TRAINEES


class TestAFloodAtOneAccount:
    def test_from_many_addresses_the_password_is_tried_a_bounded_number_of_times(
        self, monkeypatch: pytest.MonkeyPatch, clock: Clock
    ) -> None:
        fund = make_organisation()
        tried: list[str] = []
        refuse_and_remember(monkeypatch, tried)
        for number in range(lockout.EVERYWHERE + 20):
            post_fund(Client(REMOTE_ADDR=f"198.51.100.{number}"), fund.cnpj, f"tentativa-{number}")
        assert len(tried) == lockout.EVERYWHERE
        monkeypatch.undo()

        closed = post_fund(Client(REMOTE_ADDR="192.0.2.1"), fund.cnpj)
        assert (closed.status_code, closed["Retry-After"]) == (429, "900")
        clock.shift(timedelta(minutes=15, microseconds=1))
        browser = Client(REMOTE_ADDR="192.0.2.1")
        post_fund(browser, fund.cnpj)
        assert account_of(browser) == fund.user_id

    def test_right_passwords_are_no_tries(self) -> None:
        fund = make_organisation()
        for number in range(lockout.EVERYWHERE + 5):
            browser = Client(REMOTE_ADDR=f"198.51.100.{number}")
            post_fund(browser, fund.cnpj)
            assert account_of(browser) == fund.user_id

    def test_a_forged_address_opens_no_new_chances(self) -> None:
        fund = make_organisation()
        forged = {"HTTP_X_FORWARDED_FOR": "198.51.100.{}", "HTTP_FORWARDED": "for=198.51.100.{}"}
        statuses = [
            post_fund(Client(**{name: value.format(n) for name, value in forged.items()}), fund.cnpj, "x").status_code  # type: ignore[arg-type]  # headers
            for n in range(5)
        ]
        assert statuses[-1] == 429

    def test_the_trail_is_not_filled_and_says_locked_out(self) -> None:
        fund = make_organisation()
        for _ in range(60):
            post_fund(trainee(), fund.cnpj, "errada")
        rows = AuditEvent.objects.filter(verb="sign_in.failed").order_by("pk")
        reasons = [event.details["reason"] for event in rows]
        assert reasons == ["wrong_password"] * 5 + ["locked_out"] * accounts_sign_in.FAILURES
        assert rows[14].details["more"] == "not_recorded"

    @pytest.mark.parametrize("door", ["staff", "technician"])
    def test_every_door_says_locked_out(self, door: str) -> None:
        login = make_staff().login if door == "staff" else make_entered().person.cpf_text
        for _ in range(6):
            if door == "staff":
                Client().post(reverse("admin:login"), {"username": login, "password": "errada"})
            else:
                knock(Client(), login, "Senha-errada-1")
        reasons = [event.details["reason"] for event in AuditEvent.objects.filter(verb="sign_in.failed").order_by("pk")]
        assert reasons == ["wrong_password"] * 5 + ["locked_out"]

    def test_unknown_cpfs_leave_a_bounded_trail(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(accounts_sign_in, "UNKNOWN_FAILURES", 20)
        for number in range(60):
            use_token(Client(), make_cpf(760_000 + number), WRONG)
        assert AuditEvent.objects.count() == 20

    def test_one_address_goes_through_a_bounded_number_of_cpfs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        few = Limit("siops.wrong_pin", each=0, address=5, lasts=timedelta(minutes=10))
        monkeypatch.setattr(siops_sign_in, "WRONG_PINS", few)
        answers = [use_token(trainee(), make_cpf(750_000 + number), WRONG) for number in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        assert "Muitas tentativas" in text_of(answers[-1])
        assert 0 < int(answers[-1]["Retry-After"]) <= 600

    def test_an_unknown_cpf_stays_as_blocked_as_a_known_one_after_a_flood_and_a_restart(self, clock: Clock) -> None:
        office = make_health_manager()
        make_medium(office.person)
        known, unknown = office.person.cpf_text, make_cpf(999_901)
        for cpf in (known, unknown):
            for _ in range(3):
                use_token(Client(), cpf, WRONG)
        for number in range(320):
            counters.count("siops.pin", make_cpf(740_000 + number), lasts=timedelta(days=365), at=NOON)
        # All that a restart of every process forgets.
        cache.clear()
        clock.shift(timedelta(days=90))
        counters.sweep(at=NOON + timedelta(days=90))
        for cpf in (known, unknown):
            assert "Certificado bloqueado. Desbloqueie-o com o PUK." in text_of(use_token(Client(), cpf, WRONG))
            assert use_puk(Client(), cpf, "00000000").status_code == 200


class TestForgotten:
    def ask(self, cnpj: str, **browser: str) -> Any:
        return Client(**browser).post(reverse("accounts:forgot_organisation"), {"cnpj": cnpj}, follow=True)  # type: ignore[arg-type]  # headers

    def test_a_flood_writes_few_letters_and_kills_no_link(self, worker: Callable[..., Any], clock: Clock) -> None:
        fund = make_organisation()
        worker(lambda: self.ask(fund.cnpj))
        secret = secret_in(OutboxMessage.objects.get())
        pages = worker(lambda: [self.ask(fund.cnpj, REMOTE_ADDR=f"198.51.100.{n}") for n in range(60)])

        assert len({page.content[:400] for page in pages}) == 1, "the answer is the same"
        assert OutboxMessage.objects.count() == passwords.ASKED
        assert {secret_in(letter) for letter in OutboxMessage.objects.all()} == {secret}
        assert AuditEvent.objects.filter(verb="password.recovery_asked").count() == passwords.ASKED
        assert PasswordLink.objects.count() == 1
        for minutes in (10, 10):
            clock.shift(timedelta(minutes=minutes))
            worker(lambda: self.ask(fund.cnpj))
        assert passwords.find_live_link(secret=secret, at=NOON + timedelta(minutes=29)) is not None

        clock.shift(timedelta(minutes=10))
        worker(lambda: self.ask(fund.cnpj))
        assert secret_in(OutboxMessage.objects.latest("pk")) != secret, "the dead one gives way to a new one"

    def test_the_letter_says_until_when_and_again_the_same(self, worker: Callable[..., Any], clock: Clock) -> None:
        fund = make_organisation()
        worker(lambda: self.ask(fund.cnpj))
        clock.shift(timedelta(minutes=5))
        worker(lambda: self.ask(fund.cnpj))
        first, again = OutboxMessage.objects.order_by("pk")
        assert "até as 12:30 (horário de Brasília)" in first.body
        assert (again.body, again.written_at) == (first.body, NOON + timedelta(minutes=5))

    def test_a_technicians_link_lives_on_too(self, worker: Callable[..., Any]) -> None:
        cpf = make_entered().person.cpf_text
        OutboxMessage.objects.all().delete()
        url = reverse("siops:technician_forgot")
        worker(lambda: [Client().post(url, {"cpf": cpf}) for _ in range(10)])
        assert len({secret_in(letter) for letter in OutboxMessage.objects.all()}) == 1
        assert PasswordLink.objects.open().count() == 1

    def test_many_documents_from_one_address_are_bounded(
        self, worker: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(passwords, "ASKED_FROM_ADDRESS", 10)
        url = reverse("accounts:forgot_person")
        worker(lambda: [trainee().post(url, {"cpf": make_cpf(730_000 + n)}) for n in range(30)])
        assert AuditEvent.objects.filter(verb="password.recovery_asked").count() == 10


@pytest.mark.django_db(transaction=True)
def test_parallel_tries_at_one_account_are_no_more_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is counted before its password is looked at."""
    monkeypatch.setattr(lockout, "EVERYWHERE", 6)
    fund = make_organisation()
    tried: list[str] = []
    refuse_and_remember(monkeypatch, tried)
    works = [
        lambda n=n: post_fund(Client(REMOTE_ADDR=f"198.51.100.{n}"), fund.cnpj, "errada").status_code for n in range(12)
    ]
    answers = at_once(*works)
    assert len(tried) == 6
    assert sorted(answers) == [200] * 6 + [429] * 6


FIVE, MANY = 5, 14


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("door", ["fund", "staff", "technician"])
def test_of_parallel_wrong_passwords_five_are_looked_at(monkeypatch: pytest.MonkeyPatch, door: str) -> None:
    """Those in flight count as well as those that failed; a person's are counted from all addresses together."""
    tried: list[str] = []
    fund, staff, technician = make_organisation(), make_staff(), make_entered()
    refuse_and_remember(monkeypatch, tried)

    def knock_once(number: int) -> int:
        wrong = f"errada-{number}"
        if door == "fund":
            return int(post_fund(Client(), fund.cnpj, wrong).status_code)
        if door == "staff":
            return int(Client().post(reverse("admin:login"), {"username": staff.login, "password": wrong}).status_code)
        elsewhere = Client(REMOTE_ADDR=f"198.51.100.{number}")
        return int(knock(elsewhere, technician.person.cpf_text, wrong).status_code)

    answers = at_once(*[lambda number=number: knock_once(number) for number in range(MANY)])
    looked_at = [answers[int(word.rpartition("-")[2])] for word in tried]
    assert len(looked_at) == FIVE
    # The fifth failure closes the door, and whoever failed beside it may find it closed already.
    assert 429 in looked_at
    assert sorted(answers) == sorted([*looked_at, *[429] * (MANY - FIVE)])


@pytest.mark.django_db(transaction=True)
def test_parallel_right_passwords_all_enter() -> None:
    fund = make_organisation()
    browsers = [trainee() for _ in range(MANY)]
    at_once(*[lambda browser=browser: post_fund(browser, fund.cnpj) for browser in browsers])
    assert {account_of(browser) for browser in browsers} == {fund.user_id}


def test_a_right_password_that_may_not_enter_is_no_try() -> None:
    """The account proves itself and is turned away for another reason, more often than the limit."""
    technician = make_entered()
    technician.lose_secretary()
    technician.save()
    for _ in range(FIVE + 1):
        assert knock(Client(), technician.person.cpf_text).status_code != 429


def test_the_counters_name_nobody() -> None:
    knock(Client(), make_cpf(720_000), "Senha-errada-1")
    assert make_cpf(720_000) not in str(list(Counter.objects.values()))
