"""Every certificate issued is read again, and strangers agree: cryptography's own verifier and the openssl command."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509.verification import ExtensionPolicy, PolicyBuilder, Store, VerificationError

from common.exceptions import NotAllowedNow, RuleBroken
from common.models import AuditEvent
from pki import services
from pki.authority.errors import LintFailed
from pki.authority.holders import Holder, PersonHolder
from pki.models import Authority, Certificate, Pkcs12File
from tests.factories import NOON
from tests.pki.conftest import ORGANISATION, PERSON, SECRET, Issue

pytestmark = pytest.mark.django_db

EVERY = [
    (PERSON, "icp", "moderno"),
    (PERSON, "egestor", "compativel"),
    (ORGANISATION, "icp", "compativel"),
    (ORGANISATION, "egestor", "moderno"),
]


def openssl(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["openssl", *arguments], capture_output=True, text=True, timeout=60, check=False)


def pem_of(slug: str) -> str:
    return Authority.objects.get(slug=slug).certificate_pem


@pytest.mark.parametrize(("holder", "authority", "form"), EVERY)
def test_whole_issue(issue: Issue, holder: Holder, authority: str, form: str) -> None:
    certificate, file = issue(holder=holder, authority_slug=authority, form=form)
    parsed = x509.load_pem_x509_certificate(certificate.pem.encode())

    assert certificate.status == Certificate.Status.PENDING
    assert certificate.origin == Certificate.Origin.ISSUED
    assert certificate.holder_document == holder.document
    assert (certificate.not_before, certificate.not_after) == (NOON, NOON + timedelta(days=365))
    assert certificate.authority.slug == authority
    assert (file.form, file.created_at, file.erased_at) == (form, NOON, None)
    opened = pkcs12.load_pkcs12(file.content, SECRET.encode())
    assert opened.cert is not None
    assert opened.key is not None
    assert opened.cert.certificate == parsed
    assert opened.cert.friendly_name == f"{certificate.holder_name}:{holder.document}".encode()
    assert opened.key.public_key() == parsed.public_key()
    assert [entry.certificate.public_bytes(Encoding.PEM).decode() for entry in opened.additional_certs] == [
        pem_of(authority),
        pem_of(f"{authority}-raiz"),
    ]


@pytest.mark.parametrize(("holder", "authority", "form"), EVERY)
def test_the_library_verifies_the_path(issue: Issue, holder: Holder, authority: str, form: str) -> None:
    certificate, _ = issue(holder=holder, authority_slug=authority, form=form)
    leaf, intermediate, root = (
        x509.load_pem_x509_certificate(pem.encode())
        for pem in (certificate.pem, pem_of(authority), pem_of(f"{authority}-raiz"))
    )
    policy = PolicyBuilder().store(Store([root])).time(NOON)
    verified = policy.build_client_verifier().verify(leaf, [intermediate])
    assert verified.chain == [leaf, intermediate, root]
    late = PolicyBuilder().store(Store([root])).time(NOON + timedelta(days=365, seconds=1)).build_client_verifier()
    with pytest.raises(VerificationError):
        late.verify(leaf, [intermediate])


@pytest.mark.parametrize(("holder", "authority", "form"), EVERY)
def test_openssl_verifies_the_path(issue: Issue, tmp_path: Path, holder: Holder, authority: str, form: str) -> None:
    certificate, _ = issue(holder=holder, authority_slug=authority, form=form)
    paths = {}
    for name, pem in (
        ("leaf", certificate.pem),
        ("intermediate", pem_of(authority)),
        ("root", pem_of(f"{authority}-raiz")),
    ):
        paths[name] = tmp_path / f"{name}.pem"
        paths[name].write_text(pem)
    strict = ["verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", str(paths["root"])]
    files = ["-untrusted", str(paths["intermediate"]), str(paths["leaf"])]
    assert openssl(*strict, "-attime", str(int(NOON.timestamp())), *files).stdout.strip().endswith("OK")
    late = int((NOON + timedelta(days=365, seconds=1)).timestamp())
    assert "has expired" in openssl(*strict, "-attime", str(late), *files).stderr


@pytest.mark.parametrize(("form", "flags"), [("moderno", []), ("compativel", ["-legacy"]), ("compativel", [])])
def test_openssl_opens_both_forms(issue: Issue, tmp_path: Path, form: str, flags: list[str]) -> None:
    certificate, file = issue(form=form)
    path = tmp_path / "a.pfx"
    path.write_bytes(file.content)
    opened = openssl("pkcs12", "-in", str(path), "-passin", f"pass:{SECRET}", "-nodes", "-info", *flags)
    assert opened.returncode == 0, opened.stderr
    assert opened.stdout.count("BEGIN CERTIFICATE") == 3
    assert opened.stdout.count("BEGIN PRIVATE KEY") == 1
    assert certificate.pem.strip() in opened.stdout
    cipher = (
        "AES-256-CBC, Iteration 10000" if form == "moderno" else "pbeWithSHA1And3-KeyTripleDES-CBC, Iteration 10000"
    )
    assert cipher in opened.stderr
    assert openssl("pkcs12", "-in", str(path), "-passin", "pass:errada", "-nodes", *flags).returncode != 0


def test_own_validity(issue: Issue) -> None:
    start, end = NOON - timedelta(days=200), NOON - timedelta(days=1)
    certificate, _ = issue(not_before=start, not_after=end)
    assert (certificate.not_before, certificate.not_after) == (start, end)


def test_a_certificate_is_current_from_its_first_to_before_its_last_instant(issue: Issue) -> None:
    certificate, _ = issue()
    tick = timedelta(microseconds=1)
    assert not certificate.is_current_at(certificate.not_before - tick)
    assert certificate.is_current_at(certificate.not_before)
    assert certificate.is_current_at(certificate.not_after - tick)
    assert not certificate.is_current_at(certificate.not_after)


def test_issuing_in_the_middle_of_a_second_is_valid_at_once(issue: Issue) -> None:
    at = NOON + timedelta(microseconds=1)
    certificate, _ = issue(at=at)
    assert certificate.is_current_at(at)


def test_what_cannot_be_issued_leaves_no_trace(issue: Issue) -> None:
    events = AuditEvent.objects.count()
    wrong = PersonHolder("ANA", "52998224724", PERSON.birth_date)
    with pytest.raises(LintFailed, match="documento do nome comum não é válido"):
        issue(holder=wrong)
    with pytest.raises(RuleBroken, match="não tem letras"):
        issue(holder=PersonHolder("名前", PERSON.cpf, PERSON.birth_date))
    with pytest.raises(RuleBroken, match="senha"):
        issue(password="senha\x00de-teste")
    with pytest.raises(LintFailed, match="passa da do e-CPF A1"):
        issue(not_after=NOON + timedelta(days=400))
    assert not Certificate.objects.exists()
    assert not Pkcs12File.objects.exists()
    assert AuditEvent.objects.count() == events


def test_a_revoked_authority_issues_nothing(issue: Issue) -> None:
    services.revoke_authority(authority_slug="icp", at=NOON)
    with pytest.raises(NotAllowedNow):
        issue()
    assert issue(authority_slug="egestor")


def test_an_erased_file_forgets_the_key_and_keeps_the_facts(issue: Issue) -> None:
    certificate, file = issue()
    erased = services.erase_file(file_id=file.pk, at=NOON + timedelta(hours=1))
    kept = Pkcs12File.objects.get(pk=file.pk)
    assert erased.content == kept.content == b""
    assert kept.sealed_content is None
    assert kept.erased_at == NOON + timedelta(hours=1)
    assert kept.certificate == certificate
    with pytest.raises(NotAllowedNow):
        services.erase_file(file_id=file.pk, at=NOON + timedelta(hours=2))
    assert Pkcs12File.objects.get(pk=file.pk).erased_at == NOON + timedelta(hours=1)


def test_server_identity_is_accepted_by_the_library_and_by_openssl(
    authorities: list[Authority], tmp_path: Path
) -> None:
    identity = services.server_certificate(hosts=["localhost", "127.0.0.1"], at=NOON)
    root = x509.load_pem_x509_certificate(pem_of("egestor-raiz").encode())
    for chain, key in ((identity.ecdsa_chain, identity.ecdsa_key), (identity.rsa_chain, identity.rsa_key)):
        leaf, intermediate = x509.load_pem_x509_certificates(chain)
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert names.get_values_for_type(x509.DNSName) == ["localhost"]
        assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]
        verifier = PolicyBuilder().store(Store([root])).time(NOON).build_server_verifier(x509.DNSName("localhost"))
        assert verifier.verify(leaf, [intermediate])
        assert key.startswith(b"-----BEGIN PRIVATE KEY-----")
        assert leaf.not_valid_after_utc - NOON <= timedelta(days=30)
        client = PolicyBuilder().store(Store([root])).time(NOON)
        client = client.extension_policies(
            ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=ExtensionPolicy.webpki_defaults_ee()
        )
        with pytest.raises(VerificationError):
            client.build_client_verifier().verify(leaf, [intermediate])
    (tmp_path / "chain.pem").write_bytes(identity.ecdsa_chain)
    (tmp_path / "root.pem").write_text(pem_of("egestor-raiz"))
    arguments = ["-attime", str(int(NOON.timestamp())), "-CAfile", str(tmp_path / "root.pem")]
    presented = str(tmp_path / "chain.pem")
    verified = openssl("verify", "-purpose", "sslserver", *arguments, "-untrusted", presented, presented)
    assert verified.returncode == 0, verified.stderr
