"""Revocation as verifiers see it: lists and responder, judged by the library and by the openssl command."""

import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from common.exceptions import NotAllowedNow
from pki import services, tasks
from pki.authority.revocation import CRL_LIFE
from pki.models import Authority, Certificate
from tests.clock import now
from tests.factories import NOON
from tests.pki.conftest import Issue

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)


def parsed(signed: Certificate | Authority) -> x509.Certificate:
    pem = signed.certificate_pem if isinstance(signed, Authority) else signed.pem
    return x509.load_pem_x509_certificate(pem.encode())


def crl_of(slug: str, at: datetime = NOON) -> x509.CertificateRevocationList:
    crl = x509.load_der_x509_crl(services.current_crl(authority_slug=slug, at=at))
    key = parsed(Authority.objects.get(slug=slug)).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    assert crl.is_signature_valid(key)
    return crl


def ask(
    certificate: x509.Certificate, issuer: Authority, *, at: datetime = NOON, nonce: bytes | None = None
) -> ocsp.OCSPResponse:
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, parsed(issuer), hashes.SHA256())
    if nonce:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    der = builder.build().public_bytes(Encoding.DER)
    return ocsp.load_der_ocsp_response(services.answer_ocsp(authority_slug=issuer.slug, der=der, at=at))


def test_the_list_names_the_revoked_and_only_them(issue: Issue) -> None:
    good, bad = issue()[0], issue()[0]
    assert len(crl_of("icp")) == 0
    revoked_at = NOON + timedelta(minutes=5)
    services.revoke_certificate(certificate_id=bad.pk, reason="perda", at=revoked_at)
    crl = crl_of("icp", revoked_at)
    entry = crl.get_revoked_certificate_by_serial_number(parsed(bad).serial_number)
    assert entry is not None
    assert entry.revocation_date_utc == revoked_at
    assert crl.get_revoked_certificate_by_serial_number(parsed(good).serial_number) is None
    assert len(crl_of("egestor")) == 0


def test_the_list_is_renewed_when_it_is_due_and_not_before(authorities: list[Authority]) -> None:
    first = crl_of("icp")
    assert (first.last_update_utc, first.next_update_utc) == (NOON, NOON + CRL_LIFE)
    assert crl_of("icp", NOON + CRL_LIFE - TICK).last_update_utc == NOON
    renewed = crl_of("icp", NOON + CRL_LIFE)
    assert renewed.last_update_utc == NOON + CRL_LIFE
    numbers = [crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number for crl in (first, renewed)]
    assert numbers == [1, 2]


def test_a_revocation_publishes_at_once(issue: Issue) -> None:
    certificate, _ = issue()
    crl_of("icp")
    services.revoke_certificate(certificate_id=certificate.pk, reason="perda", at=NOON + timedelta(seconds=1))
    assert len(crl_of("icp", NOON + timedelta(seconds=1))) == 1


def test_the_sweep_renews_what_has_lived_half_its_life(authorities: list[Authority]) -> None:
    slugs = [authority.slug for authority in authorities]
    assert services.publish_due_crls(at=NOON) == slugs
    assert services.publish_due_crls(at=NOON + CRL_LIFE / 2 - TICK) == []
    assert services.publish_due_crls(at=NOON + CRL_LIFE / 2) == slugs


def test_the_task_publishes_every_list(authorities: list[Authority]) -> None:
    assert tasks.publish_revocation_lists() == [authority.slug for authority in authorities]
    assert tasks.publish_revocation_lists() == []


def test_responder_says_good_then_revoked(issue: Issue) -> None:
    certificate, _ = issue()
    issuer = certificate.authority
    good = ask(parsed(certificate), issuer)
    assert good.certificate_status is ocsp.OCSPCertStatus.GOOD
    assert (good.this_update_utc, good.next_update_utc) == (NOON, NOON + timedelta(hours=1))
    services.revoke_certificate(certificate_id=certificate.pk, reason="perda", at=NOON + timedelta(minutes=1))
    revoked = ask(parsed(certificate), issuer, at=NOON + timedelta(minutes=2))
    assert revoked.certificate_status is ocsp.OCSPCertStatus.REVOKED
    assert revoked.revocation_time_utc == NOON + timedelta(minutes=1)
    key = parsed(issuer).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(revoked.signature, revoked.tbs_response_bytes, padding.PKCS1v15(), hashes.SHA256())


@pytest.mark.parametrize(("nonce", "echoed"), [(b"n" * 16, True), (b"n" * 128, True), (b"n" * 129, False)])
def test_responder_repeats_a_nonce_of_decent_size(issue: Issue, nonce: bytes, echoed: bool) -> None:
    certificate, _ = issue()
    extensions = ask(parsed(certificate), certificate.authority, nonce=nonce).extensions
    found = [extension.value.nonce for extension in extensions if isinstance(extension.value, x509.OCSPNonce)]
    assert found == ([nonce] if echoed else [])


def test_responder_does_not_know_strangers(issue: Issue) -> None:
    ours, elsewhere = issue()[0], issue(authority_slug="egestor")[0]
    known = ocsp.OCSPRequestBuilder().add_certificate(parsed(ours), parsed(ours.authority), hashes.SHA256()).build()
    request = ocsp.OCSPRequestBuilder().add_certificate_by_hash(
        known.issuer_name_hash, known.issuer_key_hash, parsed(elsewhere).serial_number, hashes.SHA256()
    )
    der = request.build().public_bytes(Encoding.DER)
    answer = ocsp.load_der_ocsp_response(services.answer_ocsp(authority_slug="icp", der=der, at=NOON))
    assert answer.certificate_status is ocsp.OCSPCertStatus.UNKNOWN


def test_responder_answers_only_for_its_own_authority(issue: Issue) -> None:
    certificate, _ = issue()
    egestor = Authority.objects.get(slug="egestor")
    builder = ocsp.OCSPRequestBuilder().add_certificate(
        parsed(certificate), parsed(certificate.authority), hashes.SHA256()
    )
    der = builder.build().public_bytes(Encoding.DER)
    answer = ocsp.load_der_ocsp_response(services.answer_ocsp(authority_slug=egestor.slug, der=der, at=NOON))
    assert answer.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED


@pytest.mark.parametrize("der", [b"", b"\x30", b"\x00" * 500, b"\x30\x03\x02\x01\x05", bytes(range(256))])
def test_responder_survives_rubbish(authorities: list[Authority], der: bytes) -> None:
    answer = ocsp.load_der_ocsp_response(services.answer_ocsp(authority_slug="icp", der=der, at=NOON))
    assert answer.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


def test_a_revoked_authority_is_in_its_superiors_list_and_answer(authorities: list[Authority]) -> None:
    root, icp = Authority.objects.get(slug="icp-raiz"), Authority.objects.get(slug="icp")
    assert ask(parsed(icp), root).certificate_status is ocsp.OCSPCertStatus.GOOD
    services.revoke_authority(authority_slug="icp", at=NOON)
    assert ask(parsed(icp), root).certificate_status is ocsp.OCSPCertStatus.REVOKED
    assert crl_of("icp-raiz").get_revoked_certificate_by_serial_number(parsed(icp).serial_number)
    with pytest.raises(NotAllowedNow, match="Revogada"):
        services.revoke_authority(authority_slug="icp", at=NOON)
    with pytest.raises(NotAllowedNow, match="raiz"):
        services.revoke_authority(authority_slug="icp-raiz", at=NOON)


def openssl(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["openssl", *arguments], capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def files(real_clock: None, tmp_path: Path, issue: Issue) -> Any:
    """A certificate of now with its authorities on disk; openssl's responder client reads the real clock."""
    certificate, _ = issue(at=now(), not_before=now())
    (tmp_path / "leaf.pem").write_text(certificate.pem)
    (tmp_path / "icp.pem").write_text(certificate.authority.certificate_pem)
    (tmp_path / "root.pem").write_text(Authority.objects.get(slug="icp-raiz").certificate_pem)
    return certificate, tmp_path


def openssl_ocsp(folder: Path) -> str:
    common = ["ocsp", "-issuer", str(folder / "icp.pem"), "-cert", str(folder / "leaf.pem")]
    request, answer = folder / "request.der", folder / "answer.der"
    openssl(*common, "-reqout", str(request))
    answer.write_bytes(services.answer_ocsp(authority_slug="icp", der=request.read_bytes(), at=now()))
    trust = ["-CAfile", str(folder / "root.pem"), "-verify_other", str(folder / "icp.pem")]
    # The nonce compared is the one in the request; without the flag this second call would draw another.
    asked = openssl(*common, "-reqin", str(request), "-no_nonce", "-respin", str(answer), *trust)
    assert asked.stderr.strip() == "Response verify OK"
    return asked.stdout


def test_openssl_ocsp_says_good_then_revoked(files: Any) -> None:
    certificate, folder = files
    assert "leaf.pem: good" in openssl_ocsp(folder)
    services.revoke_certificate(certificate_id=certificate.pk, reason="perda", at=now())
    assert "leaf.pem: revoked" in openssl_ocsp(folder)


def test_openssl_checks_the_lists(files: Any) -> None:
    certificate, folder = files

    def verify() -> subprocess.CompletedProcess[str]:
        lists = []
        for slug in ("icp", "icp-raiz"):
            der, pem = folder / f"{slug}.crl", folder / f"{slug}-crl.pem"
            der.write_bytes(services.current_crl(authority_slug=slug, at=now()))
            shown = openssl("crl", "-inform", "DER", "-in", str(der), "-out", str(pem))
            assert shown.returncode == 0
            lists += ["-CRLfile", str(pem)]
        roots = ["-CAfile", str(folder / "root.pem"), "-untrusted", str(folder / "icp.pem")]
        return openssl("verify", "-crl_check_all", *lists, *roots, str(folder / "leaf.pem"))

    assert verify().stdout.strip().endswith("OK")
    services.revoke_certificate(certificate_id=certificate.pk, reason="perda", at=now())
    assert "certificate revoked" in verify().stderr
