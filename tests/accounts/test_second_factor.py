"""The second factor of the team: enrolled at the first entry, each code once, asked again for what decides."""

import base64
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.factors import RecoveryCode, SecondFactor
from accounts.models import Membership, User
from accounts.published import published_secret
from accounts.services import second_factor as service
from common import house, vault
from common.exceptions import NotPermitted, RuleBroken
from common.models import AuditEvent
from siops.models import FundUpdate
from tests.actors import acting
from tests.clock import NOON, Clock, now
from tests.concurrency import at_once
from tests.factories import PASSWORD, make_administrator, make_member, make_organisation, make_staff, siops

SECRET = bytes(range(20))
STEP, MINUTE = timedelta(seconds=30), timedelta(minutes=1)
DOOR, FACTOR, ENROL = "admin:login", "accounts:second_factor", "accounts:second_factor_enrol"
QUEUE = "siops:fund_update_queue"


def code(secret: bytes = SECRET, *, steps: int = 0) -> str:
    """What an authenticator shows now, or so many steps from now."""
    return service._code(secret, service._step(now()) + steps)


def enrolled(user: User) -> list[str]:
    """With the recovery codes; the code of the enrolment is of half a minute before."""
    return service.enrol(user_id=user.pk, secret=SECRET, code=code(steps=-1), at=now())


def enter(user: User, client: Client | None = None) -> Client:
    client = client or Client()
    client.post(reverse(DOOR), {"username": user.login, "password": PASSWORD})
    return client


def refused(user: User, given: str) -> str:
    with pytest.raises(RuleBroken) as caught:
        service.prove(user_id=user.pk, code=given, at=now())
    return caught.value.code


@pytest.mark.django_db
def test_each_code_counts_once_and_half_a_minute_is_forgiven(clock: Clock) -> None:
    user = make_staff()
    enrolled(user)
    assert refused(user, code(steps=-1)) == "wrong_code", "it was the code of the enrolment"
    assert refused(user, code(steps=2)) == "wrong_code"
    for right in (code(), code(steps=1)):
        service.prove(user_id=user.pk, code=f"{right[:3]} {right[3:]}", at=now())
        assert refused(user, right) == "wrong_code"
    clock.shift(4 * STEP)
    assert refused(user, code(steps=-2)) == "wrong_code"
    service.prove(user_id=user.pk, code=code(steps=-1), at=now())
    assert AuditEvent.objects.filter(verb="second_factor.shown").count() == 3


@pytest.mark.django_db
def test_a_recovery_code_counts_once_and_none_is_kept_in_the_clear() -> None:
    user = make_staff()
    codes = enrolled(user)
    assert len(set(codes)) == 10
    kept = str(list(RecoveryCode.objects.values())) + str(list(AuditEvent.objects.values()))
    assert not any(each in kept or each.replace("-", "") in kept for each in codes)
    assert vault.unseal(SecondFactor.objects.get().sealed_secret) == SECRET
    assert bytes(SecondFactor.objects.get().sealed_secret).find(SECRET) == -1

    service.prove(user_id=user.pk, code=codes[0].lower(), at=now())
    assert refused(user, codes[0]) == "wrong_code"
    assert AuditEvent.objects.get(verb="second_factor.recovered").details["left"] == 9
    with pytest.raises(RuleBroken, match="já tem"):
        service.enrol(user_id=user.pk, secret=SECRET, code=code(), at=now())


@pytest.mark.django_db
def test_tries_are_counted_and_the_right_code_comes_too_late(clock: Clock) -> None:
    user = make_staff()
    enrolled(user)
    assert {refused(user, "000000") for _ in range(service.MOST)} == {"wrong_code"}
    assert refused(user, code()) == "too_many"
    clock.shift(service.LASTS)
    service.prove(user_id=user.pk, code=code(), at=now())
    failures = AuditEvent.objects.filter(verb="sign_in.failed")
    assert {event.details["reason"] for event in failures} == {"wrong_code"}


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_with_one_code_one_enters() -> None:
    user = make_staff()
    enrolled(user)
    given = code()
    results = at_once(*[lambda: service.prove(user_id=user.pk, code=given, at=NOON)] * 3)
    assert sum(isinstance(result, RuleBroken) for result in results) == 2


@pytest.mark.django_db
def test_the_published_secret_is_for_many_at_once_and_for_the_demonstration_alone(settings: Any, clock: Clock) -> None:
    user = make_staff("siops", staff_role=User.StaffRole.SIOPS_COORDINATION)
    secret = published_secret("siops")
    assert secret is not None
    service.enrol(user_id=user.pk, secret=secret, code=code(secret), at=now())
    for _ in range(5):
        shown = service.shown_in_demo(user, at=now())
        assert shown is not None
        service.prove(user_id=user.pk, code=shown.code, at=now())

    settings.DEMO = False
    assert service.factor_of(user) is None
    clock.shift(10 * MINUTE)
    assert refused(user, code(secret)) == "wrong_code"
    assert service.shown_in_demo(user, at=now()) is None
    service.enrol(user_id=user.pk, secret=SECRET, code=code(), at=now())
    settings.DEMO = True
    assert service.shown_in_demo(user, at=now()) is None


@pytest.mark.django_db
def test_only_another_administrator_resets(clock: Clock) -> None:
    boss, other, user = make_administrator(), make_administrator("outro"), make_staff()
    enrolled(user)
    enrolled(boss)
    for who in (user, boss):
        with pytest.raises(NotPermitted):
            service.reset_second_factor(user_id=boss.pk, by=acting(who), at=now())
    service.reset_second_factor(user_id=user.pk, by=acting(boss), at=now())
    with pytest.raises(RuleBroken, match="ainda não cadastrou"):
        service.reset_second_factor(user_id=user.pk, by=acting(boss), at=now())
    page = Client()
    page.force_login(other)
    page.post(reverse("accounts:second_factor_reset", args=[boss.pk]))
    assert not SecondFactor.objects.exists()
    resets = AuditEvent.objects.filter(verb="second_factor.reset").order_by("pk")
    assert [event.actor for event in resets] == [boss, other]


@pytest.mark.django_db
def test_the_command_resets_outside_the_portal() -> None:
    user = make_staff()
    enrolled(user)
    call_command("staff", user.login, reset_factor=True, verbosity=0)
    assert not SecondFactor.objects.exists()
    assert AuditEvent.objects.get(verb="second_factor.reset").system_actor == "command_line"
    for login, said in ((user.login, "ainda não"), (make_organisation().user.login, "Não há conta")):
        with pytest.raises(CommandError, match=said):
            call_command("staff", login, reset_factor=True)


# --- The door ---


@pytest.fixture
def checker(asks_factor: None, db: None) -> User:
    return siops.make_checker("conferente")


@pytest.mark.usefixtures("clock")
def test_the_first_entry_enrols_and_shows_ten_codes_once(checker: User) -> None:
    client, asked = Client(), reverse(QUEUE)
    client.post(f"{reverse(DOOR)}?next={asked}", {"username": checker.login, "password": PASSWORD})
    answer = client.get(asked, follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse(ENROL))
    text = answer.content.decode()
    found = re.search(r"[A-Z2-7]{32}", text)
    assert found is not None
    secret = base64.b32decode(found[0])
    assert client.get(reverse(ENROL)).content.decode().count(found[0]), "a reload keeps the secret"
    assert "Código incorreto" in client.post(reverse(ENROL), {"code": "000000"}).content.decode()

    done = client.post(reverse(ENROL), {"code": code(secret), "next": asked}).content.decode()
    assert len(re.findall(r"<code>[A-Z2-9]{5}-[A-Z2-9]{5}</code>", done)) == 10
    assert client.get(asked).status_code == 200
    assert client.get(reverse(ENROL)).status_code == 302


@pytest.mark.usefixtures("clock")
def test_the_password_alone_opens_no_page_and_holds_no_office(checker: User) -> None:
    enrolled(checker)
    client = enter(checker)
    for route in (QUEUE, "desk:home", "admin:index", "accounts:outbox", "accounts:team"):
        answer = client.get(reverse(route))
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse(FACTOR)), route
    assert client.post(reverse("siops:fund_update_take", args=[1])).status_code == 302
    assert client.get(reverse("siops:home")).status_code == 200

    before = client.session.session_key
    answer = client.post(reverse(FACTOR), {"code": code(), "next": reverse(QUEUE)})
    assert answer["Location"] == reverse(QUEUE)
    assert client.session.session_key != before
    assert client.get(reverse(QUEUE)).status_code == 200


def test_after_fifteen_minutes_what_decides_asks_again_and_reading_does_not(checker: User, clock: Clock) -> None:
    enrolled(checker)
    client = enter(checker)
    client.post(reverse(FACTOR), {"code": code()})
    update = siops.make_fund_update(status="sent", sent_at=NOON)
    page = reverse("siops:fund_update_check", args=[update.pk])
    assert client.get(page).status_code == 200

    clock.shift(15 * MINUTE)
    assert client.get(reverse(QUEUE)).status_code == 200
    act = reverse("siops:fund_update_take", args=[update.pk])
    acts = client.post(act, headers={"Referer": f"http://testserver{page}"})
    assert acts["Location"] == reverse(FACTOR, query={"next": page})
    assert FundUpdate.objects.get().status == "sent"
    elsewhere = client.post(act, headers={"Referer": "http://outro.example/x"})
    assert elsewhere["Location"] == reverse(FACTOR)

    assert client.post(reverse(FACTOR), {"code": code(), "next": page})["Location"] == page
    client.post(act)
    assert FundUpdate.objects.get().status == "under_check"


@pytest.mark.usefixtures("clock", "asks_factor")
def test_trainees_are_never_asked(db: None) -> None:
    for user in (make_member(Membership.Role.AB_MANAGER), make_organisation().user):
        client = Client()
        client.force_login(user)
        assert client.get(reverse(FACTOR)).status_code == 302
        assert client.get(reverse("egestor:home")).status_code == 200


def test_what_asks_it_again_are_permissions_of_the_house() -> None:
    from common.permissions import told_holders  # noqa: PLC0415 -- once the apps have told

    assert house.stepped_up() <= set(told_holders())
    assert {"rnds.review_request", "rnds.revoke_credential", "rooms.change"} <= house.stepped_up()
