"""No private key and no password in a representation, an error, a log, an audit event or a row in clear."""

import logging
import traceback

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from django.test import Client

from common import vault
from common.models import AuditEvent
from pki import services
from pki.authority import containers, issuing
from pki.models import Authority, Certificate, Pkcs12File, SigningKey
from pki.services.authorities import issuer_for
from pki.services.defects import issue_defect
from tests.factories import NOON, make_administrator
from tests.pki.conftest import PERSON, SECRET, Issue

pytestmark = pytest.mark.django_db


def give_away(key: rsa.RSAPrivateKey) -> list[str]:
    """Texts that would betray the key."""
    numbers = key.private_numbers()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return [str(numbers.d), f"{numbers.d:x}", str(numbers.p), pem.splitlines()[5], "PRIVATE KEY", SECRET]


def test_representations(issue: Issue, issued: issuing.Issued) -> None:
    certificate, file = issue()
    opened = containers.open_container(file.content, SECRET)
    inspected = services.inspect_pkcs12(content=file.content, filename="a.pfx", password=SECRET, at=NOON)
    identity = services.server_certificate(hosts=["localhost"], at=NOON)
    made = issue_defect(name="acentos", holder=PERSON, password=SECRET, form="moderno", at=NOON)
    assert isinstance(opened.key, rsa.RSAPrivateKey)
    shown = [
        issued,
        opened,
        inspected,
        identity,
        made,
        issuer_for(Authority.objects.get(slug="icp")),
        services.current_signing_key(at=NOON),
        certificate,
        file,
        Authority.objects.get(slug="icp"),
        SigningKey.objects.get(),
    ]
    for thing in shown:
        for text in (repr(thing), str(thing)):
            assert not [secret for secret in give_away(opened.key) if secret in text], type(thing)


def test_errors_and_logs(issue: Issue, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    _, file = issue()
    with pytest.raises(services.CertificateRefused) as caught:
        services.inspect_pkcs12(content=file.content, filename="a.pfx", password=SECRET + "?", at=NOON)
    told = "".join(traceback.format_exception(caught.value)) + str(caught.value.__dict__)
    with pytest.raises(services.CertificateRefused) as caught:
        services.inspect_pkcs12(content=file.content[:-1], filename="a.pfx", password=SECRET, at=NOON)
    told += "".join(traceback.format_exception(caught.value))
    assert SECRET not in told
    assert SECRET not in caplog.text
    assert "PRIVATE KEY" not in caplog.text


def test_audit_trail(issue: Issue) -> None:
    certificate, file = issue()
    inspected = services.inspect_pkcs12(content=file.content, filename="a.pfx", password=SECRET, at=NOON)
    services.keep_pkcs12(inspected=inspected, content=file.content, at=NOON)
    services.revoke_certificate(certificate_id=certificate.pk, reason="perda", at=NOON)
    for event in AuditEvent.objects.all():
        told = f"{event.verb} {event.target_label} {event.details}"
        assert SECRET not in told
        assert PERSON.cpf not in told


def test_rows_hold_nothing_in_clear(issue: Issue) -> None:
    _, file = issue()
    services.current_signing_key(at=NOON)
    row = Pkcs12File.objects.get(pk=file.pk)
    assert row.sealed_content is not None
    sealed = [
        bytes(row.sealed_content),
        *(bytes(authority.sealed_key) for authority in Authority.objects.all()),
        bytes(SigningKey.objects.get().sealed_key),
    ]
    for content in sealed:
        assert b"PRIVATE KEY" not in content
        assert not content.startswith(b"0\x82")
        assert vault.unseal(content)
    assert load_pem_private_key(vault.unseal(SigningKey.objects.get().sealed_key), None)


def test_admin_shows_no_key(client: Client, issue: Issue) -> None:
    certificate, file = issue()
    services.current_signing_key(at=NOON)
    staff = make_administrator("equipe")
    client.force_login(staff)
    rows = [(Authority, certificate.authority_id), (Certificate, certificate.pk), (Pkcs12File, file.pk)]
    for model, pk in [*rows, (SigningKey, SigningKey.objects.get().pk)]:
        base = f"/admin/pki/{model._meta.model_name}/"
        for path in (base, f"{base}{pk}/change/"):
            page = client.get(path)
            assert page.status_code == 200, path
            assert "PRIVATE KEY" not in page.content.decode()
            assert "sealed" not in page.content.decode()
        assert client.post(f"{base}add/").status_code == 403
        assert client.post(f"{base}{pk}/delete/").status_code == 403
