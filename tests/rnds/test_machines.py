"""The whole transition tables of the request and of the credential (SM2), refused cells included."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django_fsm import TransitionNotAllowed, can_proceed

from accounts.models import User
from config import state_machines
from rnds.models import Credential, CredentialRequest
from tests.actors import acting
from tests.cells import walk_cell
from tests.factories import NOON
from tests.factories.credentials import make_credential, make_draft

STAFF = User(pk=1, name="Analista")
ARGUMENTS: dict[str, dict[str, Any]] = {
    "complete": {"at": NOON},
    "return_to_form": {"at": NOON},
    "submit_for_review": {"at": NOON},
    "grant": {"at": NOON},
    "send_back": {"by": acting(STAFF), "reason": "Falta algo aqui", "at": NOON},
    "resubmit": {"at": NOON},
    "reject": {"by": acting(STAFF), "reason": "Falta algo aqui", "at": NOON},
    "withdraw": {"at": NOON},
    "discard": {"at": NOON},
}
# source → transition → target; what is not written is refused.
REQUEST = {
    "draft": {"complete": "awaiting_terms", "withdraw": "cancelled", "discard": "discarded"},
    "awaiting_terms": {
        "return_to_form": "draft",
        "submit_for_review": "under_review",
        "grant": "granted",
        "withdraw": "cancelled",
        "discard": "discarded",
    },
    "under_review": {"grant": "granted", "send_back": "pending", "reject": "rejected", "withdraw": "cancelled"},
    "pending": {"resubmit": "under_review", "withdraw": "cancelled"},
    "granted": {},
    "rejected": {},
    "cancelled": {},
    "discarded": {},
}
CREDENTIAL = {"active": {"revoke": "revoked"}, "revoked": {}}
CLOSED = {"granted", "rejected", "cancelled", "discarded"}


def test_the_table_names_every_state_and_every_transition() -> None:
    assert set(REQUEST) == set(CredentialRequest.Status.values)
    assert set(CREDENTIAL) == set(Credential.Status.values)
    field = next(field for model, field in state_machines.machines() if model is CredentialRequest)
    known = {event for _, event, _ in state_machines.transitions(CredentialRequest, field)}
    assert known == set(ARGUMENTS)


@pytest.mark.parametrize("name", ARGUMENTS)
@pytest.mark.parametrize("source", REQUEST)
def test_request_cell(source: str, name: str) -> None:
    request = CredentialRequest(status=source, sealed_password=b"sealed")
    target = walk_cell(request, name, REQUEST, ARGUMENTS[name])
    if target is None:
        return
    assert (request.closed_at == NOON) is (target in CLOSED)
    assert (request.sealed_password is None) is (target in CLOSED)


@pytest.mark.parametrize("source", CREDENTIAL)
def test_credential_cell(source: str) -> None:
    credential = Credential(status=source)
    assert can_proceed(credential.revoke) is ("revoke" in CREDENTIAL[source])
    if source == "revoked":
        with pytest.raises(TransitionNotAllowed):
            credential.revoke(by=acting(STAFF), reason="x", at=NOON)
        return
    credential.revoke(by=acting(STAFF), reason="vazou", at=NOON)
    assert (credential.status, credential.revoked_at, credential.revocation_reason) == ("revoked", NOON, "vazou")


@pytest.mark.parametrize("model", [CredentialRequest, Credential])
def test_a_state_is_never_assigned(model: Any) -> None:
    row = model()
    with pytest.raises(AttributeError):
        row.status = "granted"


# What the database itself refuses


def forced(rows: Any, **fields: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**fields)


@pytest.mark.django_db
def test_the_database_refuses_states_without_their_facts(authorities: None) -> None:
    draft = CredentialRequest.objects.filter(pk=make_draft().pk)
    for status in ("awaiting_terms", "under_review", "pending", "granted", "rejected"):
        forced(draft, status=status)
    forced(draft, closed_at=NOON)
    forced(draft, status="cancelled")
    forced(draft, status="cancelled", closed_at=NOON, sealed_password=b"kept")
    row = make_credential()
    credential = Credential.objects.filter(pk=row.pk)
    forced(credential, status="revoked")
    forced(credential, status="revoked", revoked_at=NOON)
    forced(credential, revoked_at=NOON)
    granted = CredentialRequest.objects.filter(pk=row.request_id)
    forced(granted, status="pending", closed_at=None)
    forced(granted, portfolio_start=None, portfolio_end=date(2027, 1, 1))


@pytest.mark.django_db
def test_one_live_request_per_token_and_one_active_credential_per_cnes(authorities: None) -> None:
    first, second = make_draft(), make_draft()
    forced(CredentialRequest.objects.filter(pk=second.pk), token=first.token)
    one, two = make_credential(), make_credential()
    forced(Credential.objects.filter(pk=two.pk), establishment=one.establishment)
    forced(Credential.objects.filter(pk=two.pk), requester_id=one.requester_id)
    forced(Credential.objects.filter(pk=two.pk), requester_id=one.requester_id, version=2)
