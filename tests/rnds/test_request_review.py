"""Analyst mode: under review, approved, returned, answered, rejected; by staff other than the requester."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.mail import REASON_HERE
from common.models import AuditEvent, OutboxMessage
from rnds import reasons
from rnds.models import Credential, CredentialRequest
from rnds.services import credentials, requests
from rnds.services.letters import preview_to_requester
from tests.actors import acting
from tests.clock import Clock
from tests.factories import NOON, make_administrator, make_manager, make_other_entity, make_staff
from tests.factories.credentials import PFX_PASSWORD, accept, make_awaiting_terms, make_credential
from tests.switches import Switch

pytestmark = pytest.mark.django_db
REASON = "Falta o telefone da gestão."
LATER = NOON + timedelta(days=3)


@pytest.fixture
def under_review(authorities: None, switch: Switch) -> CredentialRequest:
    switch(review_mode="analista")
    return accept(make_awaiting_terms())


@pytest.fixture
def analyst(db: Any) -> User:
    return make_staff()


def reload(request: CredentialRequest) -> CredentialRequest:
    return CredentialRequest.objects.get(pk=request.pk)


def test_the_termo_sends_to_review_and_uses_the_token(under_review: CredentialRequest) -> None:
    assert under_review.status == "under_review"
    assert reload(under_review).token.status == "used"
    assert not Credential.objects.exists()


def test_approval_grants_days_later(under_review: CredentialRequest, analyst: User) -> None:
    credential = credentials.approve_request(request_id=under_review.pk, by=acting(analyst), at=LATER)
    row = reload(under_review)
    assert (row.status, row.reviewed_by, row.closed_at) == ("granted", analyst, LATER)
    assert (credential.status, credential.activated_at) == ("active", LATER)
    assert OutboxMessage.objects.filter(subject="Sua credencial foi gerada").exists()


def test_a_pendencia_is_answered_without_another_token(under_review: CredentialRequest, analyst: User) -> None:
    requester = under_review.requested_by
    credentials.send_back_request(request_id=under_review.pk, reason=f"  {REASON} ", by=acting(analyst), at=NOON)
    row = reload(under_review)
    assert (row.status, row.reason) == ("pending", REASON)
    assert REASON in OutboxMessage.objects.get(subject__contains="pendência").body
    requests.save_establishment(
        request_id=row.pk, phone="1133334444", email="novo@ensaio.example", by=acting(requester), at=LATER
    )
    credentials.resubmit_request(request_id=row.pk, by=acting(requester), at=LATER)
    assert reload(row).status == "under_review"
    assert credentials.approve_request(request_id=row.pk, by=acting(analyst), at=LATER).status == "active"


def test_rejection_is_final_and_forgets_the_password(under_review: CredentialRequest, analyst: User) -> None:
    credentials.reject_request(request_id=under_review.pk, reason=REASON, by=acting(analyst), at=LATER)
    row = reload(under_review)
    assert (row.status, row.reason, row.sealed_password, row.closed_at) == ("rejected", REASON, None, LATER)
    with pytest.raises(NotAllowedNow):
        credentials.approve_request(request_id=row.pk, by=acting(analyst), at=LATER)


@pytest.mark.parametrize("state", ["under_review", "pending"])
def test_the_requester_may_give_up(under_review: CredentialRequest, analyst: User, state: str) -> None:
    if state == "pending":
        credentials.send_back_request(request_id=under_review.pk, reason=REASON, by=acting(analyst), at=NOON)
    requests.withdraw_request(request_id=under_review.pk, by=acting(under_review.requested_by), at=LATER)
    assert reload(under_review).status == "cancelled"


def verdicts() -> dict[str, tuple[Callable[..., Any], dict[str, str]]]:
    return {
        "approve": (credentials.approve_request, {}),
        "send back": (credentials.send_back_request, {"reason": REASON}),
        "reject": (credentials.reject_request, {"reason": REASON}),
    }


@pytest.mark.parametrize("name", verdicts())
def test_only_staff_judge_and_never_their_own(
    under_review: CredentialRequest, name: str, django_user_model: Any
) -> None:
    act, given = verdicts()[name]
    requester = under_review.requested_by
    outsiders = [requester, make_manager(), make_manager(make_other_entity()), under_review.token.organisation.user]
    events = AuditEvent.objects.count()
    for by in outsiders:
        with pytest.raises(NotPermitted):
            act(request_id=under_review.pk, by=acting(by), at=NOON, **given)
    # An analyst who opened the request is still who opened it; the administrator judges nothing.
    own = make_staff("analista-que-pediu")
    CredentialRequest.objects.filter(pk=under_review.pk).update(requested_by=own)
    for by in (own, make_administrator()):
        with pytest.raises(NotPermitted):
            act(request_id=under_review.pk, by=acting(by), at=NOON, **given)
    assert AuditEvent.objects.count() == events
    assert reload(under_review).status == "under_review"


@pytest.mark.parametrize("act", [credentials.send_back_request, credentials.reject_request])
@pytest.mark.parametrize(
    ("reason", "accepted"), [("", False), ("a" * 9, False), (" a \n b    c ", False), ("a" * 10, True)]
)
def test_a_motivo_has_ten_characters(
    under_review: CredentialRequest, analyst: User, act: Callable[..., Any], reason: str, accepted: bool
) -> None:
    if accepted:
        assert act(request_id=under_review.pk, reason=reason, by=acting(analyst), at=NOON).reason == reason
        return
    with pytest.raises(RuleBroken) as found:
        act(request_id=under_review.pk, reason=reason, by=acting(analyst), at=NOON)
    assert found.value.message == "Informe o motivo com pelo menos 10 caracteres."
    assert reload(under_review).status == "under_review"


# The desk


@pytest.fixture
def desk(client: Any, django_user_model: Any, clock: Clock) -> Any:
    clock.move_to(LATER)
    client.force_login(make_staff("chefe"))
    return client


def decision(request: CredentialRequest, name: str) -> str:
    return reverse(f"rnds:request_{name}", args=[request.pk])


def test_the_desk_shows_the_buttons_of_the_state(under_review: CredentialRequest, desk: Any) -> None:
    text = desk.get(reverse("rnds:request_detail", args=[under_review.pk])).content.decode()
    assert all(decision(under_review, name) in text for name in ("approve", "send_back", "reject"))
    assert all(desk.get(decision(under_review, name)).status_code == 200 for name in ("send_back", "reject"))
    assert reload(under_review).status == "under_review"
    facts = desk.get(reverse("admin:rnds_credentialrequest_change", args=[under_review.pk])).content.decode()
    assert reverse("rnds:request_detail", args=[under_review.pk]) in facts


def test_the_desk_tells_the_history_from_the_audit_trail(under_review: CredentialRequest, desk: Any) -> None:
    desk.post(decision(under_review, "send_back"), {"cause": "other", "reason": REASON})
    address = reverse("admin:rnds_credentialrequest_history", args=[under_review.pk])
    text = desk.get(address).content.decode()
    asked, returned = text.index("Solicitação enviada para análise"), text.index("Solicitação devolvida com pendência")
    assert returned < asked
    assert under_review.requester.name in text
    assert desk.get(reverse("admin:rnds_credentialrequest_history", args=[0])).status_code == 404
    desk.logout()
    assert desk.get(address).status_code == 302


def test_the_desk_approves_by_post_and_revokes(under_review: CredentialRequest, desk: Any) -> None:
    answer = desk.post(decision(under_review, "approve"))
    credential = Credential.objects.get()
    assert answer["Location"] == reverse("rnds:credential_detail", args=[credential.pk])
    revoke = reverse("rnds:credential_revoke", args=[credential.pk])
    assert revoke in desk.get(answer["Location"]).content.decode()
    desk.post(revoke, {"reason": "Uso indevido relatado"})
    assert Credential.objects.get().status == "revoked"


def test_the_desk_asks_for_the_motivo(under_review: CredentialRequest, desk: Any) -> None:
    page = desk.post(decision(under_review, "reject"), {"cause": "other", "reason": "curto"})
    assert page.context["form"].errors["reason"]
    assert f"Motivo: {REASON_HERE}" in page.content.decode()
    returned = desk.post(decision(under_review, "send_back"), {"cause": "addresses"})
    assert returned["Location"] == reverse("desk:home")
    row = reload(under_review)
    assert (row.status, row.reason) == ("pending", reasons.PENDENCY["addresses"])


@pytest.mark.parametrize(
    ("act", "mail"),
    [
        (credentials.send_back_request, "credential_sent_back"),
        (credentials.reject_request, "credential_rejected"),
    ],
)
def test_what_the_requester_will_read_is_what_is_written(
    under_review: CredentialRequest, analyst: User, act: Callable[..., Any], mail: str
) -> None:
    shown = preview_to_requester(mail, under_review)
    act(request_id=under_review.pk, reason=REASON, by=acting(analyst), at=NOON)
    written = OutboxMessage.objects.latest("pk")
    assert (shown.subject, shown.body.replace(REASON_HERE, REASON)) == (written.subject, written.body)


def test_the_desk_refuses_what_the_state_does_not_allow(under_review: CredentialRequest, desk: Any) -> None:
    desk.post(decision(under_review, "approve"))
    assert [desk.post(decision(under_review, name)).status_code for name in ("approve", "send_back", "reject")] == [
        409
    ] * 3
    assert Credential.objects.count() == 1


def test_the_desk_wants_a_csrf_token_and_the_analyst(under_review: CredentialRequest, client: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_staff("outra"))
    assert strict.post(decision(under_review, "approve")).status_code == 403
    for user, status in ((under_review.requested_by, 403), (make_staff("saps", staff_role="saps"), 404)):
        client.force_login(user)
        assert client.post(decision(under_review, "approve")).status_code == status
    assert reload(under_review).status == "under_review"


@pytest.mark.parametrize("model", ["credentialrequest", "credential", "termstext"])
def test_the_lists_of_the_desk_cost_the_same_with_more_rows(authorities: None, desk: Any, model: str) -> None:
    manager = make_manager()
    address = reverse(f"admin:rnds_{model}_changelist")
    make_credential(manager)
    desk.get(address)
    with CaptureQueriesContext(connection) as one:
        assert desk.get(address).status_code == 200
    for _ in range(4):
        make_credential(manager)
    with CaptureQueriesContext(connection) as five:
        assert desk.get(address).status_code == 200
    assert len(five) == len(one)
    assert desk.get(f"{address}?q=UBS").status_code == 200


def test_the_desk_shows_no_secret(under_review: CredentialRequest, desk: Any) -> None:
    text = desk.get(reverse("admin:rnds_credentialrequest_change", args=[under_review.pk])).content.decode()
    assert PFX_PASSWORD not in text
    assert bytes(under_review.sealed_password or b"").decode() not in text
    assert desk.get(reverse("admin:rnds_credentialrequest_add")).status_code == 403
