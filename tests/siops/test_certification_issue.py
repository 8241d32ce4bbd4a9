"""The issue at the counter: who, with which documents, and a certificate that is real."""

import logging
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import pkcs12

from accounts.models import User
from common.exceptions import NotAllowedNow, NotPermitted, Refusal, RuleBroken
from common.models import AuditEvent, OutboxMessage
from pki import services as pki
from pki.models import Certificate, Medium
from pki.services.media import BAD_PIN
from siops.models import CertificationRequest, HealthManager
from siops.services.certification import certification_file
from siops.services.certification_issue import MISSING_DOCUMENTS
from tests.actors import acting
from tests.factories import NOON, make_administrator, make_other_entity, make_staff, make_user
from tests.factories.siops import make_acting, make_attendant, make_coordinator
from tests.siops.certification import PASSWORD, PIN, Counter, marks, medium_of, stored
from tests.siops.support import ROLES
from tests.switches import Switch

pytestmark = pytest.mark.django_db
Status = CertificationRequest.Status


@pytest.fixture
def counter() -> Counter:
    pki.ensure_authorities(at=NOON)
    return Counter()


def refused(counter: Counter, row: CertificationRequest, **changes: Any) -> Refusal:
    """The refusal of an issue, which leaves no trace."""
    before = marks()
    with pytest.raises(Refusal) as caught:
        counter.issue(row, **changes)
    assert marks() == before
    return caught.value


@pytest.mark.parametrize("kind", ["A1", "A3"])
def test_the_certificate_opens_doors(counter: Counter, kind: str) -> None:
    issued = counter.issue(counter.schedule(kind=kind))
    row = stored(issued.row)
    assert (row.status, row.issued_by, row.issued_at) == (Status.ISSUED, counter.agent, NOON)
    assert row.documents == list(row.required_documents)
    medium = medium_of(row)
    assert (medium.kind, medium.status, medium.certificate.status) == (kind, "ready", Certificate.Status.VALID)
    presented = pki.judge_certificate(pem=medium.certificate.pem, use=pki.Use.PERSON, at=NOON)
    assert presented.outcome is pki.Outcome.OK
    assert presented.facts is not None
    assert (presented.facts.holder_kind, presented.facts.holder_document) == ("pf", counter.cpf)


@pytest.mark.parametrize("kind", ["A1", "A3"])
def test_openssl_verifies_the_certificate(counter: Counter, kind: str, tmp_path: Path) -> None:
    medium = medium_of(counter.issue(counter.schedule(kind=kind)).row)
    (tmp_path / "ca.pem").write_bytes(pki.trusted_bundle_pem())
    (tmp_path / "e-cpf.pem").write_text(medium.certificate.pem)
    command = ["openssl", "verify", "-attime", str(int(NOON.timestamp())), "-purpose", "sslclient"]
    files = ["-CAfile", str(tmp_path / "ca.pem"), str(tmp_path / "e-cpf.pem")]
    answer = subprocess.run([*command, *files], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize("kind", ["A1", "A3"])
def test_the_medium_opens_with_the_pin_of_the_holder_and_unblocks_with_the_puk(counter: Counter, kind: str) -> None:
    issued = counter.issue(counter.schedule(kind=kind))
    medium = medium_of(issued.row)
    answer = pki.sign_challenge(medium_id=medium.pk, pin=PIN, challenge=b"desafio", at=NOON)
    public_key = x509.load_pem_x509_certificate(medium.certificate.pem.encode()).public_key()
    assert isinstance(public_key, rsa.RSAPublicKey)
    public_key.verify(answer.signature, b"desafio", padding.PKCS1v15(), SHA256())
    for _ in range(3):
        pki.open_with_pin(medium_id=medium.pk, pin="000000", at=NOON)
    assert pki.unblock_with_puk(medium_id=medium.pk, puk=issued.puk, new_pin="4321", at=NOON).is_accepted


def test_an_a1_is_also_a_file_under_the_password_of_the_holder(counter: Counter) -> None:
    row = counter.issue(counter.schedule(kind="A1")).row
    content = certification_file(protocol=row.protocol, at=NOON)
    _, certificate, chain = pkcs12.load_key_and_certificates(content, PASSWORD.encode())
    assert certificate == x509.load_pem_x509_certificate(medium_of(row).certificate.pem.encode())
    assert len(chain) >= 1
    assert AuditEvent.objects.latest("pk").verb == "certification.file_delivered"


def test_the_file_is_delivered_once_when_files_are_not_kept(counter: Counter, switch: Switch) -> None:
    switch(keep_pfx=False)
    row = counter.issue(counter.schedule(kind="A1")).row
    assert certification_file(protocol=row.protocol, at=NOON)
    with pytest.raises(RuleBroken) as caught:
        certification_file(protocol=row.protocol, at=NOON)
    assert caught.value.code == "file_erased"


def test_there_is_no_file_of_an_a3_nor_before_the_issue(counter: Counter) -> None:
    row = counter.schedule()
    for at_state in (row, None):
        asked = at_state or counter.issue(row).row
        with pytest.raises(NotAllowedNow):
            certification_file(protocol=asked.protocol, at=NOON)


def test_documents_pin_and_password_at_fault_are_told_at_once(counter: Counter) -> None:
    row = counter.schedule(kind="A1")
    with pytest.raises(RuleBroken) as caught:
        counter.issue(row, documents=[], pin="1", password="curta")
    assert [one.field for one in caught.value.broken] == ["documents", "pin", "password"]


@pytest.mark.parametrize("kind", ["A1", "A3"])
def test_every_listed_document_must_be_seen(counter: Counter, kind: str) -> None:
    row = counter.schedule(kind=kind)
    required = list(row.required_documents)
    assert ("medium" in required) is (kind == "A3")
    for missing in required:
        seen = [document for document in required if document != missing]
        no = refused(counter, row, documents=seen)
        assert (no.code, no.field) == ("documents", "documents")
    assert refused(counter, row, documents=[]).message == MISSING_DOCUMENTS


@pytest.mark.parametrize("pin", ["123", "123456789", "12a4", "", "１２３４"])
@pytest.mark.parametrize("kind", ["A1", "A3"])
def test_a_pin_of_another_shape_is_refused(counter: Counter, kind: str, pin: str) -> None:
    no = refused(counter, counter.schedule(kind=kind), pin=pin)
    assert (no.message, no.field) == (BAD_PIN, "pin")


@pytest.mark.parametrize("password", ["", "1234567", "x" * 65])
def test_a_file_without_a_fair_password_is_refused(counter: Counter, password: str) -> None:
    assert refused(counter, counter.schedule(kind="A1"), password=password).field == "password"


def test_only_a_scheduled_request_is_issued(counter: Counter) -> None:
    requested = counter.request()
    assert refused(counter, requested).message.endswith("(SOLICITADO (2ª etapa)).")
    row = counter.schedule(protocol=requested.protocol)
    counter.issue(row)
    assert isinstance(refused(counter, row), NotAllowedNow)


def test_who_lost_the_role_is_no_longer_financed(counter: Counter) -> None:
    row = counter.schedule()
    record = HealthManager.objects.get(pk=counter.record.pk)
    record.substitute(at=NOON)
    record.save()
    assert refused(counter, row).code == "not_a_manager"


def test_nobody_but_the_certifier_issues(counter: Counter) -> None:
    row = counter.schedule()
    outsider = make_staff("sem-posto", staff_role=User.StaffRole.CERTIFIER)
    people: dict[str, Any] = {role: make_acting(role, make_other_entity()) for role in ROLES}
    people |= {"own head": make_acting(HealthManager.Role.HEAD, counter.record.entity)}
    people |= {"coordination": make_coordinator()}
    people |= {"admin": make_administrator("admin"), "nobody": make_user(), "of no certifier": outsider}
    people |= {"of another certifier": make_attendant(login="umbuzeiro")}
    for name, by in people.items():
        assert isinstance(refused(counter, row, by=acting(by)), NotPermitted), name


def test_the_puk_has_eight_digits_and_differs_each_time(counter: Counter) -> None:
    first = counter.issue(counter.schedule())
    pki.revoke_certificate(certificate_id=medium_of(first.row).certificate_id, reason="perda", at=NOON)
    second = counter.issue(counter.schedule())
    assert all(re.fullmatch(r"[0-9]{8}", issued.puk) for issued in (first, second))
    assert first.puk != second.puk


@pytest.mark.parametrize("kind", ["A1", "A3"])
def test_no_secret_in_mail_trail_log_or_row(counter: Counter, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    issued = counter.issue(counter.schedule(kind=kind))
    row = stored(issued.row)
    texts = [repr(issued), repr(row), str(row), caplog.text]
    texts += [f"{m.subject}{m.body}" for m in OutboxMessage.objects.all()]
    texts += [f"{e.target_label}{e.details}" for e in AuditEvent.objects.all()]
    texts += [str(values) for values in Medium.objects.values()]
    texts += [str(values) for values in CertificationRequest.objects.values()]
    for text in texts:
        for secret in (PIN, issued.puk, PASSWORD, "PRIVATE KEY"):
            assert secret not in text
    for message in OutboxMessage.objects.all():
        assert counter.cpf not in message.body


def test_the_trail_names_the_certifier(counter: Counter) -> None:
    row = counter.issue(counter.schedule()).row
    event = AuditEvent.objects.get(verb="certification.issued")
    assert (event.actor, event.target_id, event.entity_id) == (counter.agent, str(row.pk), row.entity_id)
    assert {e.actor for e in AuditEvent.objects.filter(verb__in=["certificate.issued", "medium.created"])} == {
        counter.agent
    }
