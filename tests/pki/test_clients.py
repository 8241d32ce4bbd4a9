"""Certificates presented in a handshake: the verdict at an instant, its boundaries and its cost."""

from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from pki import services
from pki.models import Authority, Certificate
from pki.services import Outcome
from pki.services.defects import issue_defect
from tests.authorities import other_keys
from tests.factories import NOON
from tests.pki.conftest import ORGANISATION, PERSON, SECRET, Issue, make_house

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)


def judge(pem: bytes | str, at: Any = NOON, use: services.Use = services.Use.SERVICE) -> services.PresentedCertificate:
    return services.judge_certificate(pem=pem, use=use, at=at)


@pytest.mark.parametrize("authority", ["icp", "egestor"])
def test_ours_is_accepted_with_its_facts(issue: Issue, authority: str) -> None:
    certificate, _ = issue(holder=ORGANISATION, authority_slug=authority)
    verdict = judge(certificate.pem)
    assert verdict.outcome is Outcome.OK
    assert verdict.certificate == certificate
    assert verdict.facts is not None
    assert (verdict.facts.holder_kind, verdict.facts.holder_document) == ("pj", "12ABC34501DE35")
    assert verdict.facts.sha256 == certificate.sha256


def test_der_is_read_too(issue: Issue) -> None:
    certificate, _ = issue()
    der = x509.load_pem_x509_certificate(certificate.pem.encode()).public_bytes(Encoding.DER)
    assert judge(der).outcome is Outcome.OK


def test_validity_boundaries(issue: Issue) -> None:
    certificate, _ = issue()
    outside, inside = Outcome.OUTSIDE_VALIDITY, Outcome.OK
    for instant, expected in (
        (certificate.not_before - TICK, outside),
        (certificate.not_before, inside),
        (certificate.not_before + TICK, inside),
        (certificate.not_after - TICK, inside),
        (certificate.not_after, outside),
        (certificate.not_after + TICK, outside),
    ):
        assert judge(certificate.pem, instant).outcome is expected, instant


def test_revoked_is_seen_at_once_and_every_time(issue: Issue) -> None:
    certificate, _ = issue()
    assert judge(certificate.pem).outcome is Outcome.OK
    services.revoke_certificate(certificate_id=certificate.pk, reason="perda", at=NOON)
    assert judge(certificate.pem).outcome is Outcome.REVOKED


def test_a_revoked_superior_takes_its_certificates_along(issue: Issue) -> None:
    certificate, other = issue()[0], issue(authority_slug="egestor")[0]
    services.revoke_authority(authority_slug="icp", at=NOON)
    assert judge(certificate.pem).outcome is Outcome.REVOKED
    assert judge(other.pem).outcome is Outcome.OK


def test_ours_without_a_row_is_judged_by_its_path(issue: Issue) -> None:
    certificate, file = issue()
    pem = certificate.pem
    file.delete()
    certificate.delete()
    verdict = judge(pem)
    assert (verdict.outcome, verdict.certificate) == (Outcome.OK, None)
    services.revoke_authority(authority_slug="icp", at=NOON)
    assert judge(pem).outcome is Outcome.REVOKED


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("expirado", Outcome.OUTSIDE_VALIDITY),
        ("ainda-nao-valido", Outcome.OUTSIDE_VALIDITY),
        ("revogado", Outcome.REVOKED),
        ("ac-revogada", Outcome.REVOKED),
        ("ac-desconhecida", Outcome.UNTRUSTED),
        ("emissor-real", Outcome.UNTRUSTED),
        ("uso-errado", Outcome.UNFIT),
        ("sem-assinatura-digital", Outcome.UNFIT),
        ("cpf-invalido", Outcome.UNFIT),
        ("cpf-diferente", Outcome.UNFIT),
        ("sha1", Outcome.UNFIT),
        ("rsa-1024", Outcome.UNFIT),
        ("acentos", Outcome.OK),
    ],
)
def test_defects(authorities: list[Authority], name: str, outcome: Outcome) -> None:
    """The same for whoever presents it as a person and as a system."""
    made = issue_defect(name=name, holder=PERSON, password=SECRET, form="moderno", at=NOON)
    for use in services.Use:
        assert judge(made.certificate_pem, use=use).outcome is outcome


def test_a3_proves_a_person_and_no_system(authorities: list[Authority]) -> None:
    made = issue_defect(name="politica-a3", holder=PERSON, password=SECRET, form="moderno", at=NOON)
    assert judge(made.certificate_pem, use=services.Use.PERSON).outcome is Outcome.OK
    verdict = judge(made.certificate_pem)
    assert (verdict.outcome, verdict.defect) == (
        Outcome.UNFIT,
        "Certificado do tipo A3 não é aceito; utilize um certificado A1.",
    )


def test_the_servers_own_certificate_is_no_client(authorities: list[Authority]) -> None:
    identity = services.server_certificate(hosts=["localhost"], at=NOON)
    for use in services.Use:
        assert judge(identity.ecdsa_chain, use=use).outcome is Outcome.UNFIT
        assert judge(identity.rsa_chain, use=use).outcome is Outcome.UNFIT


def test_names_alone_do_not_make_it_ours(issue: Issue) -> None:
    """A house with the same names and other keys."""
    certificate, _ = issue()
    with other_keys():
        other = make_house().icp.certificate
    Authority.objects.filter(slug="icp").update(certificate_pem=other.public_bytes(Encoding.PEM).decode())
    assert judge(certificate.pem).outcome is Outcome.UNTRUSTED


@pytest.mark.parametrize(
    "rubbish", [b"", "", b"\x00" * 100, "-----BEGIN CERTIFICATE-----\n", "-----BEGIN CERTIFICATE-----\nAAAA\n", "é"]
)
def test_rubbish_is_untrusted(authorities: list[Authority], rubbish: bytes | str) -> None:
    assert judge(rubbish) == services.PresentedCertificate(Outcome.UNTRUSTED)


def test_on_record_it_is_judged_again_by_one_query(issue: Issue, django_assert_num_queries: Any) -> None:
    certificate, _ = issue()

    def again(at: Any = NOON) -> Outcome:
        with django_assert_num_queries(1):
            return services.judge_again(sha256=certificate.sha256, at=at)

    assert again() is Outcome.OK
    assert again(certificate.not_before - TICK) is Outcome.OUTSIDE_VALIDITY
    assert again(certificate.not_after - TICK) is Outcome.OK
    assert again(certificate.not_after) is Outcome.OUTSIDE_VALIDITY
    services.revoke_authority(authority_slug="icp", at=NOON)
    assert again() is Outcome.REVOKED
    Authority.objects.update(revoked_at=None)
    services.revoke_certificate(certificate_id=certificate.pk, reason="perda", at=NOON)
    assert again() is Outcome.REVOKED
    assert services.judge_again(sha256="0" * 64, at=NOON) is Outcome.UNTRUSTED


def test_one_query_once_known(issue: Issue, django_assert_num_queries: Any) -> None:
    certificate, _ = issue()
    for _ in range(2):
        with django_assert_num_queries(1):
            judge(certificate.pem)
    assert Certificate.objects.count() == 1
