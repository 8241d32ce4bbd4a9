"""The medium's machine, its PIN and its PUK: every cell, every count, and tries at the same time."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.db import IntegrityError, transaction
from django_fsm import TransitionNotAllowed, can_proceed

from common import vault
from common.exceptions import NotAllowedNow, RuleBroken
from common.models import AuditEvent
from pki import services
from pki.authority import reading
from pki.authority.hierarchy import key_pem
from pki.models import Authority, Certificate, Medium, Pkcs12File
from pki.services import Verdict
from pki.services.authorities import parse
from pki.services.held_keys import held_identity
from tests.concurrency import at_once
from tests.factories import NOON
from tests.pki.conftest import PERSON

pytestmark = pytest.mark.django_db

PIN, PUK = "1234", "12345678"
WRONG = "4321"
LATER = NOON + timedelta(minutes=1)
REFUSED = None
TABLE = {
    ("ready", "block"): "blocked",
    ("ready", "unblock"): REFUSED,
    ("ready", "destroy"): REFUSED,
    ("blocked", "block"): REFUSED,
    ("blocked", "unblock"): "ready",
    ("blocked", "destroy"): "destroyed",
    ("destroyed", "block"): REFUSED,
    ("destroyed", "unblock"): REFUSED,
    ("destroyed", "destroy"): REFUSED,
}
DATA: dict[str, dict[str, Any]] = {"unblock": {"pin_hash": "x"}}


@pytest.fixture
def medium(authorities: list[Authority]) -> Medium:
    return services.issue_on_medium(holder=PERSON, authority_slug="icp", kind="A3", pin=PIN, puk=PUK, at=NOON)


def again(medium: Medium) -> Medium:
    return Medium.objects.get(pk=medium.pk)


def open_(medium: Medium, pin: str) -> services.MediumAnswer:
    return services.open_with_pin(medium_id=medium.pk, pin=pin, at=LATER)


def unblock(medium: Medium, puk: str, new_pin: str = "987654") -> services.MediumAnswer:
    return services.unblock_with_puk(medium_id=medium.pk, puk=puk, new_pin=new_pin, at=LATER)


def block(medium: Medium) -> None:
    for _ in range(3):
        open_(medium, WRONG)


def destroy(medium: Medium) -> None:
    block(medium)
    for _ in range(3):
        unblock(medium, "00000000")


TO_STATE: dict[str, Callable[[Medium], None]] = {"ready": lambda _: None, "blocked": block, "destroyed": destroy}


def test_the_table_is_complete() -> None:
    moves = {t.name for t in Medium._meta.get_field("status").get_all_transitions(Medium)}
    assert set(TABLE) == {(state.value, move) for state in Medium.Status for move in moves}


@pytest.mark.parametrize(("state", "event", "target"), [(*cell, target) for cell, target in TABLE.items()])
def test_machine(medium: Medium, state: str, event: str, target: str | None) -> None:
    TO_STATE[state](medium)
    row = again(medium)
    move = getattr(row, event)
    assert can_proceed(move) is (target is not REFUSED)
    if target is REFUSED:
        with pytest.raises(TransitionNotAllowed):
            move(**DATA.get(event, {}))
        assert again(medium).status == state
        return
    move(**DATA.get(event, {}))
    row.save()
    assert again(medium).status == target


def test_a_new_medium_holds_a_certificate_in_force_and_the_only_copy_of_its_key(medium: Medium) -> None:
    assert (medium.status, medium.kind) == ("ready", "A3")
    certificate = medium.certificate
    assert (certificate.status, certificate.holder_document) == (Certificate.Status.VALID, PERSON.cpf)
    verdict = services.judge_certificate(pem=certificate.pem, use=services.Use.PERSON, at=LATER)
    assert verdict.outcome is services.Outcome.OK
    assert not Pkcs12File.objects.exists()
    assert PIN not in f"{medium.pin_hash}{medium.puk_hash}"
    assert b"PRIVATE" not in bytes(medium.sealed_key or b"PRIVATE")


@pytest.mark.parametrize(
    ("kind", "policy", "days"), [("A1", "2.16.76.1.2.1.9902", 365), ("A3", "2.16.76.1.2.3.9902", 1825)]
)
def test_policy_and_validity_are_those_of_the_kind(
    authorities: list[Authority], kind: str, policy: str, days: int
) -> None:
    row = services.issue_on_medium(
        holder=PERSON, authority_slug="icp", kind=kind, pin=PIN, puk=PUK, at=NOON
    ).certificate
    assert reading.policies_of(parse(row.pem)) == (policy,)
    assert row.not_after == NOON + timedelta(days=days)
    for instant, current in ((row.not_after - timedelta(microseconds=1), True), (row.not_after, False)):
        verdict = services.judge_certificate(pem=row.pem, use=services.Use.PERSON, at=instant)
        assert (verdict.outcome is services.Outcome.OK) is current


@pytest.mark.parametrize(
    ("pin", "puk", "field"),
    [
        ("123", PUK, "pin"),
        ("123456789", PUK, "pin"),
        ("12a4", PUK, "pin"),
        ("١٢٣٤", PUK, "pin"),
        ("1234\n", PUK, "pin"),
        ("", PUK, "pin"),
        (PIN, "1234567", "puk"),
        (PIN, "123456789", "puk"),
        (PIN, "1234567x", "puk"),
    ],
)
def test_pin_and_puk_have_a_shape(authorities: list[Authority], pin: str, puk: str, field: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        services.issue_on_medium(holder=PERSON, authority_slug="icp", kind="A1", pin=pin, puk=puk, at=NOON)
    assert refusal.value.field == field
    assert not Medium.objects.exists()
    assert not Certificate.objects.exists()


@pytest.mark.parametrize("pin", ["0000", "12345678"])
def test_the_shortest_and_the_longest_pin_open(authorities: list[Authority], pin: str) -> None:
    medium = services.issue_on_medium(holder=PERSON, authority_slug="icp", kind="A1", pin=pin, puk=PUK, at=NOON)
    assert open_(medium, pin).verdict is Verdict.OPEN


def test_a_key_of_somebody_else_is_refused(medium: Medium) -> None:
    key = rsa.generate_private_key(65537, 2048)
    with pytest.raises(ValueError, match="not that of the certificate"):
        services.create_medium(certificate_id=medium.certificate_id, key=key, kind="A3", pin=PIN, puk=PUK, at=NOON)


def test_three_wrong_pins_block_and_each_answer_says_what_is_left(medium: Medium) -> None:
    answers = [open_(medium, WRONG) for _ in range(4)]
    assert [answer.message for answer in answers] == [
        "PIN incorreto. Restam 2 tentativas.",
        "PIN incorreto. Resta 1 tentativa.",
        "Certificado bloqueado. Use o PUK.",
        "Certificado bloqueado. Use o PUK.",
    ]
    assert (again(medium).status, again(medium).pin_failures) == ("blocked", 3)
    assert list(
        AuditEvent.objects.filter(verb__startswith="medium.").order_by("pk").values_list("verb", flat=True)
    ) == [
        "medium.created",
        "medium.wrong_pin",
        "medium.wrong_pin",
        "medium.blocked",
    ]


def test_a_right_pin_forgives_the_wrong_ones_before_it(medium: Medium) -> None:
    for _ in range(4):
        open_(medium, WRONG)
        assert open_(medium, WRONG).remaining == 1
        assert open_(medium, PIN).is_accepted
        assert again(medium).pin_failures == 0


def test_a_blocked_medium_does_not_open_with_the_right_pin(medium: Medium) -> None:
    block(medium)
    answer = open_(medium, PIN)
    assert (answer.verdict, answer.message) == (Verdict.BLOCKED, "Certificado bloqueado. Use o PUK.")
    assert again(medium).status == "blocked"


def test_the_puk_gives_a_new_pin(medium: Medium) -> None:
    block(medium)
    assert unblock(medium, "00000000").message == "PUK incorreto. Restam 2 tentativas."
    answer = unblock(medium, PUK)
    assert (answer.verdict, answer.is_accepted, answer.message) == (Verdict.UNBLOCKED, True, "")
    row = again(medium)
    assert (row.status, row.pin_failures, row.puk_failures) == ("ready", 0, 0)
    assert open_(medium, PIN).remaining == 2
    assert open_(medium, "987654").is_accepted


def test_three_wrong_puks_destroy_the_key(medium: Medium) -> None:
    block(medium)
    verdicts = [unblock(medium, "00000000").verdict for _ in range(3)]
    assert verdicts == [Verdict.WRONG_PUK, Verdict.WRONG_PUK, Verdict.DESTROYED]
    row = again(medium)
    assert (row.status, row.sealed_key) == ("destroyed", None)
    assert open_(medium, PIN).verdict is Verdict.DESTROYED
    with pytest.raises(NotAllowedNow):
        unblock(medium, PUK)


def test_a_medium_that_is_not_blocked_counts_no_puk(medium: Medium) -> None:
    with pytest.raises(NotAllowedNow, match="Válida"):
        unblock(medium, "00000000")
    assert again(medium).puk_failures == 0


def test_a_bad_new_pin_costs_no_try(medium: Medium) -> None:
    block(medium)
    with pytest.raises(RuleBroken) as refusal:
        unblock(medium, "00000000", new_pin="12")
    assert refusal.value.field == "new_pin"
    assert again(medium).puk_failures == 0


def test_a_challenge_is_signed_by_the_key_of_the_certificate(medium: Medium) -> None:
    answer = services.sign_challenge(medium_id=medium.pk, pin=PIN, challenge=b"desafio", at=LATER)
    key: Any = parse(medium.certificate.pem).public_key()
    key.verify(answer.signature, b"desafio", padding.PKCS1v15(), hashes.SHA256())
    with pytest.raises(InvalidSignature):
        key.verify(answer.signature, b"outro", padding.PKCS1v15(), hashes.SHA256())
    assert answer.signature.hex() not in repr(answer)


def test_a_challenge_is_not_signed_with_a_wrong_pin_which_counts(medium: Medium) -> None:
    answer = services.sign_challenge(medium_id=medium.pk, pin=WRONG, challenge=b"desafio", at=LATER)
    assert (answer.verdict, answer.signature) == (Verdict.WRONG_PIN, b"")
    assert again(medium).pin_failures == 1


def test_a_key_that_is_no_longer_of_the_certificate_signs_nothing(medium: Medium) -> None:
    stranger = key_pem(rsa.generate_private_key(65537, 2048))
    Medium.objects.filter(pk=medium.pk).update(sealed_key=vault.seal(stranger))
    with pytest.raises(InvalidSignature):
        services.sign_challenge(medium_id=medium.pk, pin=PIN, challenge=b"desafio", at=LATER)
    with pytest.raises(ValueError, match="not that of the certificate"):
        held_identity(medium=again(medium))


def test_the_database_knows_that_a_destroyed_medium_has_no_key(medium: Medium) -> None:
    for fields in ({"sealed_key": None}, {"pin_failures": 4}, {"puk_failures": 4}, {"status": "destroyed"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Medium.objects.filter(pk=medium.pk).update(**fields)


@pytest.mark.django_db(transaction=True)
def test_wrong_pins_at_once_are_all_counted_and_never_more_than_three(medium: Medium) -> None:
    answers = at_once(*[lambda: open_(medium, WRONG)] * 8)
    assert sorted(answer.remaining for answer in answers) == [0] * 6 + [1, 2]
    assert [answer.verdict for answer in answers].count(Verdict.BLOCKED) == 6
    assert (again(medium).status, again(medium).pin_failures) == ("blocked", 3)
    assert AuditEvent.objects.filter(verb="medium.blocked").count() == 1


@pytest.mark.django_db(transaction=True)
def test_wrong_puks_at_once_destroy_once(medium: Medium) -> None:
    block(medium)

    answers = at_once(*[lambda: unblock(medium, "00000000")] * 6)

    verdicts = [getattr(answer, "verdict", "late") for answer in answers]
    assert [verdicts.count(v) for v in (Verdict.WRONG_PUK, Verdict.DESTROYED, "late")] == [2, 1, 3]
    assert (again(medium).status, again(medium).puk_failures) == ("destroyed", 3)
