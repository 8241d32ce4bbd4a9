"""The virtual token: PIN, PUK, and nothing that tells whether a CPF exists."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common import pace
from common.models import AuditEvent
from pki import services as pki
from pki.models import Medium
from pki.services.media import BAD_PIN, BAD_PUK
from registry.models import Person
from siops.models import HealthManager
from siops.services import sign_in as service
from siops.services.sign_in import BLOCKED
from siops.views.sign_in import PROOF_LASTS, PROVE_AGAIN, UNBLOCKED
from tests.clock import standing_at
from tests.concurrency import at_once
from tests.factories import NOON, make_cpf, make_entity, make_other_entity, make_person
from tests.factories.siops import make_health_manager
from tests.siops.doors import (
    ISSUED_AT,
    PIN,
    PUK,
    WRONG,
    bound_to,
    make_medium,
    take_token,
    text_of,
    type_pin,
    use_puk,
    use_token,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

Role = HealthManager.Role
MICROSECOND = timedelta(microseconds=1)
ANSWERS = [
    "PIN incorreto. Restam 2 tentativas.",
    "PIN incorreto. Resta 1 tentativa.",
    BLOCKED,
    BLOCKED,
]


def block(client: Client, cpf: str) -> None:
    for _ in range(3):
        use_token(client, cpf, WRONG)


def test_the_right_pin_enters(client: Client) -> None:
    office = make_health_manager(Role.HEAD)
    make_medium(office.person)

    first = take_token(client, office.person.cpf_text)
    assert (first.status_code, first["Location"]) == (302, reverse("siops:sign_in_pin"))
    page = text_of(client.get(reverse("siops:sign_in_pin")))
    assert office.person.cpf_text not in page
    response = type_pin(client, PIN)

    assert (response.status_code, response["Location"]) == (302, reverse("siops:home"))
    assert bound_to(client) == {"entity": office.entity_id, "role": "head", "proof": "token_virtual"}
    assert AuditEvent.objects.get(verb="sign_in.succeeded").details["proof"] == "token_virtual"
    assert "siops_claim" not in client.session


def test_the_signature_is_made_and_checked(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    office = make_health_manager()
    medium = make_medium(office.person)
    asked: list[dict[str, Any]] = []

    def sign(**arguments: Any) -> Any:
        asked.append(arguments)
        return original(**arguments)

    original = pki.sign_challenge
    monkeypatch.setattr(pki, "sign_challenge", sign)
    use_token(client, office.person.cpf_text, PIN)
    use_token(Client(), office.person.cpf_text, PIN)

    assert [call["medium_id"] for call in asked] == [medium.pk, medium.pk]
    challenges = {call["challenge"] for call in asked}
    assert len(challenges) == 2
    assert all(len(challenge) == 32 for challenge in challenges)


@pytest.mark.parametrize("who", ["holder", "without_medium", "unknown"])
def test_every_cpf_gets_the_same_answers_to_wrong_pins(client: Client, who: str) -> None:
    office = make_health_manager()
    make_medium(office.person)
    cpf = {"holder": office.person.cpf_text, "without_medium": make_person().cpf_text, "unknown": make_cpf(999_999)}[
        who
    ]

    first = take_token(client, cpf)
    answers = [type_pin(client, WRONG) for _ in ANSWERS]

    assert (first.status_code, first["Location"]) == (302, reverse("siops:sign_in_pin"))
    assert [answer.status_code for answer in answers] == [200] * 4
    for answer, expected in zip(answers, ANSWERS, strict=True):
        assert expected in text_of(answer)
    assert bound_to(client) is None


def test_the_pages_of_known_and_unknown_are_the_same_to_the_letter(client: Client) -> None:
    office = make_health_manager()
    make_medium(office.person)

    def pages(cpf: str) -> list[str]:
        visitor = Client()
        take_token(visitor, cpf)
        shown = [visitor.get(reverse("siops:sign_in_pin")), *(type_pin(visitor, WRONG) for _ in ANSWERS)]
        shown += [use_puk(visitor, cpf, "00000000") for _ in range(4)]
        return [neutral(answer, cpf) for answer in shown]

    def neutral(answer: Any, cpf: str) -> str:
        content = str(answer.content.decode())
        for shown in (answer.context["csrf_token"], f"***.{cpf[3:6]}.{cpf[6:9]}-**", answer["X-Simulador-Request-Id"]):
            content = content.replace(str(shown), "")
        return content.replace(f"{cpf[:3]}.{cpf[3:6]}.{cpf[6:9]}-{cpf[9:]}", "")

    assert pages(office.person.cpf_text) == pages(make_cpf(999_998))


def test_every_answer_is_given_at_the_same_pace(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The work for a CPF that exists is longer by a locked row and an audit event; the answer waits for the step."""
    blocked, fresh = make_health_manager(Role.HEAD), make_health_manager()
    for office in (blocked, fresh):
        make_medium(office.person)
    block(client, blocked.person.cpf_text)
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)

    for cpf in (fresh.person.cpf_text, blocked.person.cpf_text, make_person().cpf_text, make_cpf(999_997)):
        waits.clear()
        use_token(Client(), cpf, WRONG)
        use_puk(Client(), cpf, "00000000")
        assert len(waits) == 2
        assert all(0 <= wait < pace.STEP for wait in waits)


def test_wrong_pins_from_several_browsers_count_together(client: Client) -> None:
    office = make_health_manager()
    make_medium(office.person)
    for _ in range(3):
        use_token(Client(), office.person.cpf_text, WRONG)
    answer = use_token(client, office.person.cpf_text, PIN)
    assert BLOCKED in text_of(answer)
    assert bound_to(client) is None


def test_the_puk_unblocks_and_the_new_pin_enters(client: Client) -> None:
    office = make_health_manager()
    make_medium(office.person)
    block(client, office.person.cpf_text)

    response = use_puk(client, office.person.cpf_text, PUK, "86420")
    assert (response.status_code, response["Location"]) == (302, reverse("siops:sign_in_virtual"))
    assert UNBLOCKED in text_of(client.get(response["Location"]))
    assert ANSWERS[0] in text_of(use_token(client, office.person.cpf_text, PIN))
    use_token(client, office.person.cpf_text, "86420")
    assert bound_to(client) is not None


def test_three_wrong_puks_destroy_in_the_same_words(client: Client) -> None:
    office = make_health_manager()
    medium = make_medium(office.person)
    block(client, office.person.cpf_text)

    answers = [use_puk(client, office.person.cpf_text, "00000000") for _ in range(3)]
    assert all(service.NOT_UNBLOCKED in text_of(answer) for answer in answers)
    assert Medium.objects.get(pk=medium.pk).status == "destroyed"
    assert service.NOT_UNBLOCKED in text_of(use_puk(client, office.person.cpf_text, PUK))
    assert BLOCKED in text_of(use_token(client, office.person.cpf_text, PIN))


@pytest.mark.parametrize("who", ["not_blocked", "unknown"])
def test_a_puk_where_nothing_is_blocked_says_the_same_and_counts_nothing(client: Client, who: str) -> None:
    office = make_health_manager()
    medium = make_medium(office.person)
    for _ in range(4):
        answer = use_puk(client, office.person.cpf_text if who == "not_blocked" else make_cpf(999_996), PUK)
        assert (answer.status_code, service.NOT_UNBLOCKED in text_of(answer)) == (200, True)
    row = Medium.objects.get(pk=medium.pk)
    assert (row.status, row.puk_failures) == ("ready", 0)


@pytest.mark.parametrize(
    ("puk", "new_pin", "repeated", "message"),
    [
        ("1234567", "8642", None, BAD_PUK),
        ("123456789", "8642", None, BAD_PUK),
        (PUK, "864", None, BAD_PIN),
        (PUK, "86a2", None, BAD_PIN),
        (PUK, "8642", "8643", "Os PINs não são iguais."),
        ("\x00" * 8, "8642", None, BAD_PUK),
    ],
)
def test_the_form_of_the_puk_refuses_before_a_try_is_counted(
    client: Client, puk: str, new_pin: str, repeated: str | None, message: str
) -> None:
    office = make_health_manager()
    medium = make_medium(office.person)
    block(client, office.person.cpf_text)
    answer = use_puk(client, office.person.cpf_text, puk, new_pin, repeated)
    assert message in text_of(answer)
    row = Medium.objects.get(pk=medium.pk)
    assert (row.status, row.puk_failures) == ("blocked", 0)


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12e4", "٢٤٦٨", "2468 ", "\x002468", "1" * 100_000])
def test_a_pin_of_another_shape_is_refused_and_not_counted(client: Client, pin: str) -> None:
    office = make_health_manager()
    medium = make_medium(office.person)
    answer = use_token(client, office.person.cpf_text, pin)
    assert answer.status_code == 200
    assert (BAD_PIN if pin else "obrigatório") in text_of(answer)
    assert Medium.objects.get(pk=medium.pk).pin_failures == 0
    assert bound_to(client) is None


@pytest.mark.parametrize("data", [{"cpf": "11111111111"}, {"cpf": ""}, {"cpf": "\x00"}, {"door": "pais"}, {"door": ""}])
def test_the_first_step_wants_a_cpf_and_a_door(client: Client, data: dict[str, str]) -> None:
    answer = client.post(reverse("siops:sign_in_virtual"), {"cpf": make_cpf(5), "door": "municipio"} | data)
    assert answer.status_code == 200
    assert client.get(reverse("siops:sign_in_pin"))["Location"] == reverse("siops:sign_in_virtual")


def test_a_loss_of_role_is_told_only_after_the_right_pin(client: Client) -> None:
    office = make_health_manager()
    make_medium(office.person)
    HealthManager.objects.update(status="substituted", closed_at=NOON)
    assert ANSWERS[0] in text_of(use_token(client, office.person.cpf_text, WRONG))

    answer = use_token(client, office.person.cpf_text, PIN)

    assert answer.status_code == 403
    assert "foi encerrado em 23/11/2026" in text_of(answer)
    failures = AuditEvent.objects.filter(verb="sign_in.failed").order_by("pk")
    assert [event.details["reason"] for event in failures] == ["pin", "no_role"]
    assert all(office.person.cpf_text not in str(event.details) for event in failures)


@pytest.mark.parametrize("what", ["expired", "revoked"])
def test_an_expired_or_revoked_certificate_is_told_only_after_the_right_pin(client: Client, what: str) -> None:
    office = make_health_manager()
    medium = make_medium(office.person, at=NOON - timedelta(days=365 if what == "expired" else 10))
    if what == "revoked":
        pki.revoke_certificate(certificate_id=medium.certificate_id, reason="perda", at=NOON)
    assert ANSWERS[0] in text_of(use_token(client, office.person.cpf_text, WRONG))

    answer = use_token(client, office.person.cpf_text, PIN)

    assert answer.status_code == 403
    shown = {"expired": "Certificado expirado em 23/11/2026.", "revoked": service.REVOKED}[what]
    assert shown in text_of(answer)
    assert bound_to(client) is None


def test_the_medium_in_force_is_the_one_that_is_asked(client: Client) -> None:
    office = make_health_manager()
    old = make_medium(office.person, at=NOON - timedelta(days=400), pin="1111")
    lost = make_medium(office.person, at=NOON - timedelta(days=30), pin="2222")
    Medium.objects.filter(pk=lost.pk).update(status="destroyed", sealed_key=None)
    good = make_medium(office.person, at=ISSUED_AT, pin="3333")
    make_medium(make_person(), pin="4444")
    for pin, remaining in (("1111", 2), ("2222", 1)):
        assert pki.MediumAnswer(pki.Verdict.WRONG_PIN, remaining).message in text_of(
            use_token(client, office.person.cpf_text, pin)
        )
    use_token(client, office.person.cpf_text, "3333")
    assert bound_to(client) is not None
    assert Medium.objects.get(pk=old.pk).pin_failures == Medium.objects.get(pk=good.pk).pin_failures == 0


def several() -> Person:
    person = make_person()
    make_health_manager(Role.SECRETARY, make_entity(), person=person)
    make_health_manager(Role.HEAD_SUBSTITUTE, make_other_entity(), person=person)
    make_medium(person)
    return person


def choose(client: Client, office: HealthManager) -> Any:
    return client.post(reverse("siops:sign_in_choose"), {"office": str(office.pk)})


def test_who_holds_several_roles_chooses_after_the_pin(client: Client) -> None:
    person = several()
    office = HealthManager.objects.get(role=Role.HEAD_SUBSTITUTE)

    answer = use_token(client, person.cpf_text, PIN)
    assert answer["Location"] == reverse("siops:sign_in_choose")
    assert bound_to(client) is None
    assert str(office.entity) in text_of(client.get(reverse("siops:sign_in_choose")))
    choose(client, office)

    assert bound_to(client) == {"entity": office.entity_id, "role": "head_substitute", "proof": "token_virtual"}
    assert "siops_proved" not in client.session


@pytest.mark.parametrize(
    ("after", "chooses"), [(PROOF_LASTS - MICROSECOND, True), (PROOF_LASTS, False), (PROOF_LASTS + MICROSECOND, False)]
)
def test_the_choice_has_five_minutes(client: Client, after: timedelta, chooses: bool) -> None:
    person = several()
    use_token(client, person.cpf_text, PIN)
    with standing_at(NOON + after):
        answer = choose(client, HealthManager.objects.get(role=Role.SECRETARY))
        assert (bound_to(client) is not None) is chooses
        if not chooses:
            assert PROVE_AGAIN in text_of(client.get(answer["Location"]))


def test_nobody_chooses_without_the_pin(client: Client) -> None:
    person = several()
    take_token(client, person.cpf_text)
    answer = choose(client, HealthManager.objects.get(role=Role.SECRETARY))
    assert answer["Location"] == reverse("siops:sign_in_pin")
    assert bound_to(client) is None


def test_a_role_lost_between_pin_and_choice_is_no_longer_offered(client: Client) -> None:
    person = several()
    use_token(client, person.cpf_text, PIN)
    office = HealthManager.objects.get(role=Role.SECRETARY)
    office.substitute(at=NOON)
    office.save()
    assert choose(client, office).status_code == 200
    assert bound_to(client) is None


@pytest.mark.django_db(transaction=True)
def test_wrong_pins_at_once_leave_three_failures_and_a_blocked_medium() -> None:
    office = make_health_manager()
    medium = make_medium(office.person)

    def attempt() -> str:
        return service.open_virtual_token(cpf=office.person.cpf_text, pin=WRONG, at=NOON).message

    messages = sorted(at_once(*[attempt] * 8))

    assert messages == sorted([*ANSWERS[:2], *[ANSWERS[2]] * 6])
    row = Medium.objects.get(pk=medium.pk)
    assert (row.status, row.pin_failures) == ("blocked", 3)
