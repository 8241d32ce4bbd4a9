"""A credential after it exists: download, revocation, notices before its certificate expires."""

from datetime import timedelta
from typing import Any

import pytest

from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.models import AuditEvent, OutboxMessage
from pki.models import Authority, Certificate
from rnds.models import Credential, CredentialRequest
from rnds.services import credentials
from rnds.services.credentials import credential_file, revoke_credential, warn_of_expiry
from rnds.services.requests import complete_request
from rooms.tasks import catch_up
from tests.actors import acting
from tests.clock import Clock
from tests.factories import NOON, make_administrator, make_manager, make_member, make_other_entity, make_staff
from tests.factories.credentials import (
    accept,
    choose_certificate,
    fill_draft,
    make_credential,
    make_draft,
    make_own_pfx,
    public_part,
)
from tests.switches import Switch

pytestmark = pytest.mark.django_db
REASON = "Notebook do servidor furtado"


@pytest.fixture
def credential(authorities: None) -> Credential:
    return make_credential()


def requester(credential: Credential) -> Any:
    return credential.request.requested_by


def reload(credential: Credential) -> Credential:
    return Credential.objects.get(pk=credential.pk)


# Revocation


def test_revoking_puts_a_generated_certificate_in_the_list(credential: Credential) -> None:
    before = Authority.objects.get(slug="egestor").crl_number
    later = NOON + timedelta(hours=2)
    revoke_credential(credential_id=credential.pk, reason=f" {REASON}\n", by=acting(requester(credential)), at=later)
    row = reload(credential)
    assert (row.status, row.revoked_at, row.revoked_by, row.revocation_reason) == (
        "revoked",
        later,
        requester(credential),
        REASON,
    )
    assert (row.certificate.status, row.certificate.revoked_at) == ("revoked", later)
    assert Authority.objects.get(slug="egestor").crl_number > before
    assert REASON in OutboxMessage.objects.get(subject__contains="revogada").body
    assert AuditEvent.objects.filter(verb="credential.revoked", details__reason=REASON).count() == 1


def test_a_certificate_of_the_municipio_stays_out_of_the_list(authorities: None) -> None:
    draft = fill_draft(make_draft(), certificate=False)
    choose_certificate(draft, content=make_own_pfx(draft.token.organisation.cnpj))
    complete_request(request_id=draft.pk, by=acting(draft.requested_by), at=NOON)
    credential = accept(draft).credential
    revoke_credential(credential_id=credential.pk, reason=REASON, by=acting(draft.requested_by), at=NOON)
    assert reload(credential).certificate.status == "superseded"


def test_another_manager_of_the_municipio_and_staff_may_revoke(authorities: None) -> None:
    for by in (make_manager(), make_staff()):
        credential = make_credential()
        revoke_credential(credential_id=credential.pk, reason=REASON, by=acting(by), at=NOON)
        assert reload(credential).status == "revoked"


def test_nobody_else_may(credential: Credential) -> None:
    fund = credential.request.token.organisation.user
    outsiders = [
        fund,
        make_manager(make_other_entity()),
        *(make_member(r) for r in ("ab_manager", "pec_municipal_admin")),
    ]
    for by in outsiders:
        with pytest.raises(NotPermitted):
            revoke_credential(credential_id=credential.pk, reason=REASON, by=acting(by), at=NOON)
        with pytest.raises(NotPermitted):
            credential_file(credential_id=credential.pk, by=acting(by), at=NOON)
    assert reload(credential).status == "active"


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("", "Informe o motivo da revogação."),
        (" \n ", "Informe o motivo da revogação."),
        ("a" * 301, "O motivo deve ter no máximo 300 caracteres."),
    ],
)
def test_a_revocation_has_its_motivo(credential: Credential, reason: str, message: str) -> None:
    with pytest.raises(RuleBroken) as found:
        revoke_credential(credential_id=credential.pk, reason=reason, by=acting(requester(credential)), at=NOON)
    assert found.value.message == message
    assert reload(credential).certificate.status == "valid"


def test_revoking_twice_is_refused(credential: Credential) -> None:
    revoke_credential(credential_id=credential.pk, reason=REASON, by=acting(requester(credential)), at=NOON)
    events = AuditEvent.objects.count()
    with pytest.raises(NotAllowedNow) as found:
        revoke_credential(credential_id=credential.pk, reason=REASON, by=acting(requester(credential)), at=NOON)
    assert found.value.message == "Operação não permitida na situação atual (REVOGADA)."
    assert AuditEvent.objects.count() == events


# Download


def test_each_download_is_in_the_audit_trail(credential: Credential) -> None:
    for _ in range(2):
        file = credential_file(credential_id=credential.pk, by=acting(requester(credential)), at=NOON)
        assert credential.file is not None
        assert file.content == credential.file.content
    assert AuditEvent.objects.filter(verb="credential.downloaded", actor=requester(credential)).count() == 2


def test_a_class_may_forget_the_key_after_the_first_download(credential: Credential, switch: Switch) -> None:
    switch(keep_pfx=False)
    file = credential_file(credential_id=credential.pk, by=acting(requester(credential)), at=NOON)
    assert file.content
    with pytest.raises(RuleBroken) as found:
        credential_file(credential_id=credential.pk, by=acting(requester(credential)), at=NOON)
    assert found.value.code == "file_erased"
    assert reload(credential).certificate.status == "valid"


def test_a_revoked_credential_has_no_download(credential: Credential) -> None:
    revoke_credential(credential_id=credential.pk, reason=REASON, by=acting(requester(credential)), at=NOON)
    with pytest.raises(NotAllowedNow):
        credential_file(credential_id=credential.pk, by=acting(requester(credential)), at=NOON)


def test_staff_do_not_download_keys(credential: Credential, django_user_model: Any) -> None:
    chief = make_administrator("chefe")
    for by in (make_staff(), chief):
        with pytest.raises(NotPermitted):
            credential_file(credential_id=credential.pk, by=acting(by), at=NOON)


def test_who_gave_a_cer_gets_a_cer(authorities: None, switch: Switch) -> None:
    switch(cer_policy="avisar")
    draft = fill_draft(make_draft(), certificate=False)
    content = public_part(make_own_pfx(draft.token.organisation.cnpj))
    choose_certificate(draft, source="public", filename="m.cer", content=content)
    complete_request(request_id=draft.pk, by=acting(draft.requested_by), at=NOON)
    credential = accept(draft).credential
    file = credential_file(credential_id=credential.pk, by=acting(draft.requested_by), at=NOON)
    assert (file.content, file.content_type) == (content, "application/pkix-cert")
    assert file.filename.endswith(".cer")


# Notices


def notices() -> list[str]:
    return list(OutboxMessage.objects.filter(subject__contains="está para vencer").values_list("body", flat=True))


def end_of(credential: Credential) -> Any:
    return Certificate.objects.get(pk=credential.certificate_id).not_after


@pytest.mark.parametrize("days", [30, 15, 7, 1])
def test_each_notice_is_due_from_its_instant_on(credential: Credential, days: int) -> None:
    due = end_of(credential) - timedelta(days=days)
    longer = {30: 0, 15: 1, 7: 1, 1: 1}[days]
    assert warn_of_expiry(at=due - timedelta(microseconds=1)) == longer
    assert warn_of_expiry(at=due) == 1
    assert warn_of_expiry(at=due) == 0
    assert warn_of_expiry(at=due + timedelta(microseconds=1)) == 0


def test_the_four_notices_come_once_each(credential: Credential) -> None:
    start = end_of(credential) - timedelta(days=40)
    for hour in range(0, 24 * 45, 6):
        warn_of_expiry(at=start + timedelta(hours=hour))
    bodies = notices()
    assert len(bodies) == 4
    end = f"{end_of(credential):%d/%m/%Y}"
    number = credential.requester_id
    assert all(f"O certificado da credencial nº {number} vence em " in body and end in body for body in bodies)
    assert all("recurso do simulador" in body for body in bodies)
    assert any("vence em 1 dia (" in body for body in bodies)


def test_a_worker_that_slept_writes_only_the_most_urgent_notice(credential: Credential) -> None:
    assert warn_of_expiry(at=end_of(credential) - timedelta(days=5)) == 1
    assert warn_of_expiry(at=end_of(credential) - timedelta(days=4)) == 0
    assert len(notices()) == 1


def test_expired_and_revoked_ones_are_not_warned_about(credential: Credential) -> None:
    assert warn_of_expiry(at=end_of(credential)) == 0
    revoke_credential(credential_id=credential.pk, reason=REASON, by=acting(requester(credential)), at=NOON)
    assert warn_of_expiry(at=end_of(credential) - timedelta(days=3)) == 0


def test_an_expired_certificate_leaves_the_credential_active(credential: Credential) -> None:
    later = end_of(credential) + timedelta(days=1)
    assert reload(credential).status == "active"
    assert not credential.certificate.is_current_at(later)
    assert credentials.days_left(credential, later) == -1


def test_the_background_work_uses_the_clock(credential: Credential, clock: Clock) -> None:
    overtaken = make_draft()
    clock.move_to(end_of(credential) - timedelta(days=3))
    catch_up()
    assert len(notices()) == 1
    assert CredentialRequest.objects.get(pk=overtaken.pk).status == "discarded"
