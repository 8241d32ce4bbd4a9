"""The simulated hierarchies: made once, even by several at a time, and marked as simulated."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import SignatureAlgorithmOID
from django.db import connection
from pytest_django import Settings

from pki import services
from pki.authority import hierarchy
from pki.models import Authority, SigningKey
from pki.services.defects import issue_defect
from tests.factories import NOON
from tests.pki.conftest import PERSON, SECRET, Issue

_KEY_LENGTHS = """
from pki.authority.hierarchy import SPECS, new_key
print(*(new_key(spec).key_size for spec in SPECS[:2]))
"""
SLUGS = ["egestor-raiz", "egestor", "icp-raiz", "icp"]


@pytest.mark.django_db
def test_two_hierarchies_marked_as_simulated(authorities: list[Authority]) -> None:
    assert [authority.slug for authority in authorities] == SLUGS
    for authority in authorities:
        certificate = x509.load_pem_x509_certificate(authority.certificate_pem.encode())
        subject = certificate.subject.rfc4514_string()
        assert "SIMULADA - SEM VALOR LEGAL" in subject
        assert "O=ICP-Brasil SIMULADA" in subject
        assert isinstance(certificate.public_key(), rsa.RSAPublicKey)
        assert certificate.signature_algorithm_oid == SignatureAlgorithmOID.RSA_WITH_SHA256
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
        assert (constraints.critical, constraints.value.ca) == (True, True)
        assert constraints.value.path_length == (1 if authority.parent is None else 0)
        parent = (authority.parent or authority).certificate_pem
        certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(parent.encode()))


def test_roots_have_4096_bits_and_the_issuing_authorities_2048() -> None:
    assert {spec.slug: spec.key_bits for spec in (*hierarchy.SPECS, hierarchy.REVOKED)} == {
        "egestor-raiz": 4096,
        "egestor": 2048,
        "icp-raiz": 4096,
        "icp": 2048,
        "icp-revogada": 2048,
    }


@pytest.mark.usefixtures("real_clock")
def test_an_authoritys_key_has_its_length() -> None:
    made = subprocess.run(
        [sys.executable, "-c", _KEY_LENGTHS], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert made.stdout.split() == ["4096", "2048"]


@pytest.mark.django_db
def test_everything_up_to_the_root_is_rsa_with_sha256(issue: Issue, authorities: list[Authority]) -> None:
    """What client libraries that know only RSA read: the file, its chain, the lists and the responder."""
    _, file = issue(form="compativel")
    opened = pkcs12.load_pkcs12(file.content, SECRET.encode())
    assert opened.cert is not None
    for each in (opened.cert.certificate, *(entry.certificate for entry in opened.additional_certs)):
        assert each.signature_algorithm_oid == SignatureAlgorithmOID.RSA_WITH_SHA256
        assert isinstance(each.public_key(), rsa.RSAPublicKey)
    assert len(opened.additional_certs) == 2
    for authority in authorities:
        crl = x509.load_der_x509_crl(services.current_crl(authority_slug=authority.slug, at=NOON))
        assert crl.signature_algorithm_oid == SignatureAlgorithmOID.RSA_WITH_SHA256


@pytest.mark.django_db
def test_authorities_of_an_older_data_folder_go_on_issuing(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are P-256, and stay until somebody renews them."""
    monkeypatch.setattr(hierarchy, "new_key", lambda spec: ec.generate_private_key(ec.SECP256R1()))
    services.ensure_authorities(at=NOON)
    for name, outcome in (("acentos", services.Outcome.OK), ("sha1", services.Outcome.UNFIT)):
        made = issue_defect(name=name, holder=PERSON, password=SECRET, form="moderno", at=NOON)
        verdict = services.judge_certificate(pem=made.certificate_pem, use=services.Use.PERSON, at=NOON)
        assert verdict.outcome is outcome


@pytest.mark.django_db
def test_a_second_call_changes_nothing(authorities: list[Authority]) -> None:
    before = [(authority.pk, authority.certificate_pem) for authority in authorities]
    again = services.ensure_authorities(at=NOON)
    assert [(authority.pk, authority.certificate_pem) for authority in again] == before


@pytest.mark.django_db
def test_a_missing_authority_is_made_again(authorities: list[Authority]) -> None:
    Authority.objects.filter(slug="icp").delete()
    assert sorted(authority.slug for authority in services.ensure_authorities(at=NOON)) == sorted(SLUGS)


@pytest.mark.django_db(transaction=True)
def test_several_at_once_make_four_authorities_and_one_signing_key() -> None:
    start = threading.Barrier(4)
    failures: list[BaseException] = []
    kids: list[str] = []

    def work() -> None:
        try:
            start.wait()
            services.ensure_authorities(at=NOON)
            kids.append(services.current_signing_key(at=NOON).kid)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(Authority.objects.values_list("slug", flat=True)) == sorted(SLUGS)
    assert SigningKey.objects.count() == 1
    assert len(kids) == 4
    assert len(set(kids)) == 1


@pytest.mark.django_db
def test_chain_and_bundle(authorities: list[Authority]) -> None:
    pems = {authority.slug: authority.certificate_pem.encode() for authority in authorities}
    assert services.chain_pem("icp") == pems["icp"] + pems["icp-raiz"]
    assert services.chain_pem("icp-raiz") == pems["icp-raiz"]
    assert services.trusted_bundle_pem() == b"".join(pems[slug] for slug in SLUGS)
    with pytest.raises(Authority.DoesNotExist):
        services.chain_pem("nenhuma")


@pytest.mark.django_db
def test_strict_subjects_are_a_switch(settings: Settings, issue: Issue) -> None:
    Authority.objects.exclude(parent=None).delete()
    Authority.objects.all().delete()
    settings.BARE_ICP_SUBJECT = True
    services.ensure_authorities(at=NOON)
    certificate, _ = issue()
    subject = x509.load_pem_x509_certificate(certificate.pem.encode()).subject.rfc4514_string()
    assert "O=ICP-Brasil,C=BR" in subject


@pytest.mark.django_db
def test_addresses_in_certificates_follow_the_portal(settings: Settings, issue: Issue) -> None:
    settings.PORTAL_URL = "https://ensaio.example/"
    certificate, _ = issue()
    parsed = x509.load_pem_x509_certificate(certificate.pem.encode())
    points = parsed.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert points[0].full_name is not None
    assert points[0].full_name[0].value == "https://ensaio.example/pki/lcr/icp.crl"
