"""One-time links that set a password, and «Esqueci minha senha» of the e-Gestor."""

import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail as django_mail
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.urls import reverse

from accounts.doors import PORTAL
from accounts.models import PasswordLink, User
from accounts.services import passwords
from accounts.services.passwords import (
    DEAD_LINK,
    NOT_EQUAL,
    send_password_link,
    send_password_links,
    set_password_by_link,
)
from accounts.views.passwords import PASSWORD_SET
from common import house
from common.exceptions import RuleBroken
from common.house import PasswordDoor
from common.models import AuditEvent, OutboxMessage
from common.redaction import redact
from tests.accounts.doors import account_of, post_fund
from tests.clock import Clock
from tests.factories import (
    NOON,
    PASSWORD,
    make_cnpj,
    make_cpf,
    make_manager,
    make_organisation,
    make_person,
    make_user,
    person_of,
)

pytestmark = pytest.mark.django_db

MICROSECOND = timedelta(microseconds=1)
HALF_HOUR = timedelta(minutes=30)
TEMPLATE = "password_organisation"
NEW = "Outra-Senha-2026"
STAFF = {"person": {}, "staff": {"is_staff": True, "staff_role": User.StaffRole.AUDITOR}}
CNPJ_ANSWER = "Se o CNPJ estiver cadastrado, as instruções foram enviadas ao e-mail do cadastro."
CPF_ANSWER = "Se o CPF estiver cadastrado, as instruções foram enviadas ao e-mail do cadastro."


def send(user: User, email: str = "caixa@ensaio.example", at: datetime = NOON, door: PasswordDoor = PORTAL) -> str:
    """Send a link and give the secret that the mailbox received."""
    send_password_link(user_id=user.pk, email=email, template=TEMPLATE, door=door, at=at)
    return secret_in(OutboxMessage.objects.filter(to_email=email).latest("pk"))


def secret_in(message: OutboxMessage) -> str:
    found = re.search(r"/entrar/senha/([\w-]+)/", message.body)
    assert found
    return found.group(1)


def use(secret: str, at: datetime = NOON, password: str = NEW, confirmation: str | None = None) -> User:
    return set_password_by_link(
        secret=secret, password=password, confirmation=password if confirmation is None else confirmation, at=at
    )


def stored(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.fixture
def fund() -> User:
    return make_organisation().user


class TestTheLink:
    def test_sets_the_password_once(self, fund: User) -> None:
        secret = send(fund)
        use(secret)

        assert stored(fund).check_password(NEW)
        with pytest.raises(RuleBroken, match="não vale mais") as refused:
            use(secret, password="Terceira-Senha-1")
        assert refused.value.code == "dead_link"
        assert stored(fund).check_password(NEW)

    def test_keeps_no_secret(self, fund: User) -> None:
        secret = send(fund)
        link = PasswordLink.objects.get()
        written = " ".join(str(getattr(link, field.attname)) for field in PasswordLink._meta.fields)
        events = " ".join(f"{event.target_label} {event.details}" for event in AuditEvent.objects.all())

        assert re.fullmatch(r"[0-9a-f]{32}", secret), "128 bits"
        assert secret not in written + events
        assert link.sent_to not in events

    def test_every_link_has_another_secret(self, fund: User) -> None:
        assert len({send(fund) for _ in range(20)}) == 20

    @pytest.mark.parametrize(
        ("at", "lives"),
        [
            ("2026-03-10T12:29:59.999999-03:00", True),
            ("2026-03-10T15:29:59.999999+00:00", True),
            ("2026-03-10T12:30:00-03:00", False),
            ("2026-03-10T15:30:00+00:00", False),
            ("2026-03-10T12:30:00.000001-03:00", False),
            ("2026-03-10T15:30:00.000001+00:00", False),
        ],
    )
    def test_lasts_thirty_minutes_to_the_microsecond(self, fund: User, at: str, lives: bool) -> None:
        secret = send(fund, at=datetime.fromisoformat("2026-03-10T12:00:00-03:00"))
        instant = datetime.fromisoformat(at)

        assert (passwords.find_live_link(secret=secret, at=instant) is not None) is lives
        if lives:
            use(secret, at=instant)
        else:
            with pytest.raises(RuleBroken):
                use(secret, at=instant)
        assert stored(fund).check_password(NEW) is lives

    def test_does_not_live_before_it_was_made(self, fund: User) -> None:
        with pytest.raises(RuleBroken):
            use(send(fund), at=NOON - MICROSECOND)

    def test_dies_when_a_newer_one_is_sent_even_to_another_mailbox(self, fund: User) -> None:
        old, newer = send(fund, "velho@ensaio.example"), send(fund, "novo@ensaio.example")
        with pytest.raises(RuleBroken):
            use(old)
        use(newer)
        assert PasswordLink.objects.that_set_the_password().get().sent_to == "novo@ensaio.example"

    def test_of_several_sent_together_one_counts(self, fund: User) -> None:
        emails = ["um@ensaio.example", "dois@ensaio.example", "UM@ensaio.example"]
        links = send_password_links(user_id=fund.pk, emails=emails, template=TEMPLATE, door=PORTAL, at=NOON)
        first, second = (secret_in(message) for message in OutboxMessage.objects.order_by("pk"))

        assert len(links) == 2
        use(first)
        with pytest.raises(RuleBroken):
            use(second)

    def test_of_another_account_is_untouched(self, fund: User) -> None:
        other = make_user()
        secret = send(fund)
        send(other)
        use(secret)
        assert stored(fund).check_password(NEW)

    def test_dies_with_the_account(self, fund: User) -> None:
        secret = send(fund)
        User.objects.filter(pk=fund.pk).update(is_active=False)
        with pytest.raises(RuleBroken):
            use(secret)

    def test_unknown_is_dead(self) -> None:
        with pytest.raises(RuleBroken, match="não vale mais"):
            use("0" * 32)

    def test_use_is_told_to_the_mailbox_and_audited(self, fund: User) -> None:
        use(send(fund))

        told = OutboxMessage.objects.latest("pk")
        assert (told.to_email, told.subject) == ("caixa@ensaio.example", "Sua senha foi redefinida")
        assert NEW not in told.body
        event = AuditEvent.objects.get(verb="password.changed")
        assert (event.actor, event.details) == (fund, {"proof": "link"})

    def test_the_database_refuses_two_open_links_of_one_mailbox(self, fund: User) -> None:
        link = send_password_link(user_id=fund.pk, email="a@ensaio.example", template=TEMPLATE, door=PORTAL, at=NOON)
        link.pk, link.secret_hash = None, "outro"
        with pytest.raises(IntegrityError, match="password_link_one_open_per_mailbox"), transaction.atomic():
            link.save(force_insert=True)

    @pytest.mark.parametrize(
        ("changes", "constraint"),
        [
            ({"used_at": NOON, "withdrawn_at": NOON}, "password_link_one_end"),
            ({"used_at": NOON + HALF_HOUR}, "password_link_used_in_time"),
            ({"used_at": NOON - MICROSECOND}, "password_link_used_in_time"),
            ({"expires_at": NOON}, "password_link_lasts"),
        ],
    )
    def test_the_database_refuses_a_link_that_cannot_be(
        self, fund: User, changes: dict[str, datetime], constraint: str
    ) -> None:
        send(fund)
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            PasswordLink.objects.update(**changes)


class TestThePassword:
    @pytest.mark.parametrize(
        ("password", "message"),
        [
            ("curta-7", "muito curta"),
            ("password1", "muito comum"),
            ("a" * 65, "no máximo 64"),
            ("aA1-" * 17, "no máximo 64"),
        ],
    )
    def test_bad_ones_are_refused_and_the_link_lives_on(self, fund: User, password: str, message: str) -> None:
        secret = send(fund)
        with pytest.raises(RuleBroken, match=message) as refused:
            use(secret, password=password)

        assert (refused.value.code, refused.value.field) == ("bad_password", "password")
        assert stored(fund).check_password(PASSWORD)
        use(secret)

    @pytest.mark.parametrize("password", ["Aa1-" * 2, "Aa1-" * 16])
    def test_eight_and_sixty_four_are_enough(self, fund: User, password: str) -> None:
        use(send(fund), password=password)
        assert stored(fund).check_password(password)

    @pytest.mark.parametrize("typed", ["12ABC34501DE35", "12abc34501de35", "12.ABC.345/01DE-35", "12.abc.345/01de-35 "])
    def test_never_the_login_itself(self, typed: str) -> None:
        user = make_organisation(cnpj="12ABC34501DE35").user
        with pytest.raises(RuleBroken, match="próprio CPF ou CNPJ"):
            use(send(user), password=typed)

    def test_both_must_be_equal(self, fund: User) -> None:
        with pytest.raises(RuleBroken) as refused:
            use(send(fund), confirmation=NEW.lower())
        assert (refused.value.code, refused.value.field) == ("not_equal", "confirmation")

    def test_distinguishes_capitals_and_keeps_spaces(self, fund: User, client: Client) -> None:
        use(send(fund), password=" Com Espaço ")
        for wrong in (" com espaço ", "Com Espaço"):
            post_fund(client, fund.login, wrong)
            assert account_of(client) is None
        post_fund(client, fund.login, " Com Espaço ")
        assert account_of(client) == fund.pk

    def test_ends_the_sessions_of_the_old_one(self, fund: User) -> None:
        desk, telephone = Client(), Client()
        for browser in (desk, telephone):
            post_fund(browser, fund.login)
            assert browser.get(reverse("egestor:token_list")).status_code == 200

        use(send(fund))

        for browser in (desk, telephone):
            assert browser.get(reverse("egestor:token_list")).status_code == 302
        post_fund(desk, fund.login)
        assert account_of(desk) is None

    def test_opens_a_door_that_failures_had_closed(self, fund: User, clock: Clock) -> None:
        browser = Client()
        assert [post_fund(browser, fund.login, "errada").status_code for _ in range(5)][-1] == 429
        use(send(fund))

        post_fund(browser, fund.login, NEW)

        assert account_of(browser) == fund.pk


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def run(self, *works: Callable[[], Any]) -> list[Any]:
        gate = threading.Barrier(len(works))
        results: list[Any] = [None] * len(works)

        def start(place: int, work: Callable[[], Any]) -> None:
            try:
                gate.wait(timeout=10)
                results[place] = work()
            except RuleBroken as refusal:
                results[place] = refusal
            finally:
                connections.close_all()

        threads = [threading.Thread(target=start, args=(place, work)) for place, work in enumerate(works)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        return results

    def test_a_link_used_twice_counts_once(self) -> None:
        fund = make_organisation().user
        secret = send(fund)
        words = [f"Senha-numero-{n}" for n in range(4)]

        results = self.run(*[lambda word=word: use(secret, password=word) for word in words])

        won = [word for word, result in zip(words, results, strict=True) if isinstance(result, User)]
        assert len(won) == 1
        assert {r.code for r in results if isinstance(r, RuleBroken)} == {"dead_link"}
        assert stored(fund).check_password(won[0])
        assert AuditEvent.objects.filter(verb="password.changed").count() == 1

    def test_links_sent_together_leave_one_open(self) -> None:
        fund = make_organisation().user

        self.run(
            *[
                lambda: send_password_link(
                    user_id=fund.pk, email="a@ensaio.example", template=TEMPLATE, door=PORTAL, at=NOON
                )
            ]
            * 4
        )

        assert PasswordLink.objects.count() == 4
        assert PasswordLink.objects.open().count() == 1


class TestThePages:
    def test_the_secret_leaves_the_address_bar(self, fund: User, client: Client, clock: Clock) -> None:
        secret = send(fund)
        first = client.get(reverse("accounts:password_link", args=[secret]))

        assert first.status_code == 302
        assert first["Location"] == reverse("accounts:password_set")
        assert "no-store" in first["Cache-Control"]
        assert secret not in str(dict(client.session.items()))
        page = client.get(first["Location"])
        assert secret not in page.content.decode()
        assert fund.name in page.content.decode()
        assert not PasswordLink.objects.exclude(used_at=None).exists(), "looking does not use it"

    def test_the_new_password_is_set_and_leads_to_the_door(self, fund: User, client: Client, clock: Clock) -> None:
        client.get(reverse("accounts:password_link", args=[send(fund)]))
        page = client.post(reverse("accounts:password_set"), {"password": NEW, "confirmation": NEW}, follow=True)

        assert page.redirect_chain[-1] == (reverse("accounts:sign_in_organisation"), 302)
        assert PASSWORD_SET in page.content.decode()
        post_fund(client, fund.login, NEW)
        assert account_of(client) == fund.pk

    @pytest.mark.parametrize("name", ["person", "sisrede", "portal"])
    def test_whoever_set_a_password_is_led_to_the_door_that_sent_the_link(
        self, client: Client, clock: Clock, name: str
    ) -> None:
        door = house.password_door(name)
        client.get(reverse("accounts:password_link", args=[send(make_user(), door=door)]))
        response = client.post(reverse("accounts:password_set"), {"password": NEW, "confirmation": NEW})
        assert response["Location"] == reverse(door.route)

    def test_a_refused_password_is_explained_beside_the_field(self, fund: User, client: Client, clock: Clock) -> None:
        client.get(reverse("accounts:password_link", args=[send(fund)]))
        page = client.post(reverse("accounts:password_set"), {"password": NEW, "confirmation": "outra"})
        assert page.status_code == 200
        assert NOT_EQUAL in page.content.decode()
        assert NEW not in page.content.decode()

    @pytest.mark.parametrize("late", [HALF_HOUR, timedelta(days=1)])
    def test_a_link_that_dies_meanwhile_says_so(
        self, fund: User, client: Client, clock: Clock, late: timedelta
    ) -> None:
        client.get(reverse("accounts:password_link", args=[send(fund)]))
        clock.move_to(NOON + late)
        for answer in (
            client.post(reverse("accounts:password_set"), {"password": NEW, "confirmation": NEW}),
            client.get(reverse("accounts:password_set")),
        ):
            assert DEAD_LINK in answer.content.decode()
        assert stored(fund).check_password(PASSWORD)

    def test_a_dead_link_puts_out_a_live_one_of_the_same_browser(
        self, fund: User, client: Client, clock: Clock
    ) -> None:
        client.get(reverse("accounts:password_link", args=[send(fund)]))
        client.get(reverse("accounts:password_link", args=["0" * 32]))
        assert DEAD_LINK in client.get(reverse("accounts:password_set")).content.decode()

    def test_junk_makes_no_session(self, client: Client) -> None:
        client.get(reverse("accounts:password_link", args=["0" * 32]))
        assert not client.cookies.get("sessionid")

    def test_the_access_log_does_not_tell_the_secret(self, fund: User) -> None:
        secret = send(fund)
        assert redact(reverse("accounts:password_link", args=[secret])) == "/entrar/senha/***/"


class TestForgottenByTheFund:
    def ask(self, client: Client, cnpj: str) -> Any:
        return client.post(reverse("accounts:forgot_organisation"), {"cnpj": cnpj}, follow=True)

    def test_the_link_goes_to_the_e_mail_of_the_fns(
        self, client: Client, django_capture_on_commit_callbacks: Any, clock: Clock
    ) -> None:
        user = make_organisation(cnpj="12ABC34501DE35").user
        with django_capture_on_commit_callbacks(execute=True):
            page = self.ask(client, "12.abc.345/01de-35")

        assert CNPJ_ANSWER in page.content.decode()
        message = OutboxMessage.objects.get()
        assert (message.to_email, message.addressee) == (user.email, user)
        use(secret_in(message))
        assert stored(user).check_password(NEW)
        assert django_mail.outbox == []

    @pytest.mark.parametrize("case", ["unknown", "inactive", "without e-mail", "staff", "person"])
    def test_nobody_else_is_written_to_and_the_answer_is_the_same(
        self, client: Client, django_capture_on_commit_callbacks: Any, case: str
    ) -> None:
        cnpj = make_cnpj(4321)
        if case in ("inactive", "without e-mail"):
            make_organisation(cnpj=cnpj)
            changes: dict[str, Any] = {"is_active": False} if case == "inactive" else {"email": ""}
            User.objects.filter(login=cnpj).update(**changes)
        elif case != "unknown":
            User.objects.create_user(
                cnpj, PASSWORD, kind=case, name="Conta", email="conta@ensaio.example", **STAFF[case]
            )
        with django_capture_on_commit_callbacks(execute=True):
            page = self.ask(client, cnpj)

        assert CNPJ_ANSWER in page.content.decode()
        assert not OutboxMessage.objects.exists()
        assert not PasswordLink.objects.exists()

    def test_who_asked_is_audited_masked_and_the_queue_carries_no_cnpj(
        self, client: Client, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
    ) -> None:
        queued: list[str] = []
        monkeypatch.setattr("accounts.tasks.send_organisation_recovery.delay", queued.append)
        cnpj = make_organisation().cnpj
        with django_capture_on_commit_callbacks(execute=True):
            self.ask(client, cnpj)

        event = AuditEvent.objects.get()
        assert event.verb == "password.recovery_asked"
        assert cnpj not in f"{event.target_label} {event.details}"
        assert len(queued) == 1
        assert cnpj not in queued[0]

    def test_the_request_does_the_same_whether_or_not_the_cnpj_exists(
        self, client: Client, django_assert_num_queries: Any
    ) -> None:
        known, unknown = make_organisation().cnpj, make_cnpj(999_999)
        for cnpj in (known, unknown):
            with django_assert_num_queries(5):
                client.post(reverse("accounts:forgot_organisation"), {"cnpj": cnpj})

    @pytest.mark.parametrize(("typed", "message"), [("", "Este campo é obrigatório."), ("123", "CNPJ inválido.")])
    def test_refusals_of_the_form(self, client: Client, typed: str, message: str) -> None:
        page = self.ask(client, typed)
        assert message in page.content.decode()
        assert not AuditEvent.objects.exists()

    def test_the_page_tells_the_way_out_for_an_outdated_e_mail(self, client: Client) -> None:
        page = client.get(reverse("accounts:forgot_organisation")).content.decode()
        assert "Procure a DICON do seu estado ou atualize o cadastro no FNS (Anexo I)" in page
        assert "diferencia maiúsculas" in page
        assert reverse("accounts:forgot_organisation") in client.get("/entrar/fundo/").content.decode()


class TestForgottenByAPerson:
    def ask(self, client: Client, cpf: str) -> Any:
        return client.post(reverse("accounts:forgot_person"), {"cpf": cpf}, follow=True)

    def test_the_instructions_go_to_the_record(self, client: Client, django_capture_on_commit_callbacks: Any) -> None:
        user = make_manager()
        with django_capture_on_commit_callbacks(execute=True):
            page = self.ask(client, person_of(user).cpf_text)

        assert CPF_ANSWER in page.content.decode()
        message = OutboxMessage.objects.get()
        assert message.to_email == person_of(user).email
        assert "Entrar com gov.br" in message.body
        assert "Gestor da Atenção Básica" in message.body
        assert not PasswordLink.objects.exists()

    @pytest.mark.parametrize("known", [True, False])
    def test_nobody_without_profile_is_written_to_and_the_answer_is_the_same(
        self, client: Client, django_capture_on_commit_callbacks: Any, known: bool
    ) -> None:
        cpf = make_person().cpf_text if known else make_cpf(987_654)
        with django_capture_on_commit_callbacks(execute=True):
            page = self.ask(client, cpf)
        assert CPF_ANSWER in page.content.decode()
        assert not OutboxMessage.objects.exists()

    def test_the_page_tells_the_way_out_for_an_outdated_e_mail(self, client: Client) -> None:
        page = client.get(reverse("accounts:forgot_person")).content.decode()
        assert "Gestor da Atenção Básica" in page
        assert "gov.br" in page
        assert reverse("accounts:forgot_person") in client.get("/entrar/").content.decode()
