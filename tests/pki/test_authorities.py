"""The simulated hierarchies: made once, even by several at a time, and marked as simulated."""

import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connection
from pytest_django import Settings

from pki import services
from pki.models import Authority, SigningKey
from tests.factories import NOON
from tests.pki.conftest import Issue

SLUGS = ["egestor-raiz", "egestor", "icp-raiz", "icp"]


@pytest.mark.django_db
def test_two_hierarchies_marked_as_simulated(authorities: list[Authority]) -> None:
    assert [authority.slug for authority in authorities] == SLUGS
    for authority in authorities:
        certificate = x509.load_pem_x509_certificate(authority.certificate_pem.encode())
        subject = certificate.subject.rfc4514_string()
        assert "SIMULADA - SEM VALOR LEGAL" in subject
        assert "O=ICP-Brasil SIMULADA" in subject
        assert isinstance(certificate.public_key(), ec.EllipticCurvePublicKey)
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
        assert (constraints.critical, constraints.value.ca) == (True, True)
        assert constraints.value.path_length == (1 if authority.parent is None else 0)
        parent = (authority.parent or authority).certificate_pem
        certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(parent.encode()))


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
