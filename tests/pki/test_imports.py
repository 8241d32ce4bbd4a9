"""Importing a municipality's own certificate: what is kept, what is reused, what leaves no trace."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from common.models import AuditEvent
from pki import services
from pki.authority import defects
from pki.models import Authority, Certificate, Pkcs12File
from pki.services.defects import issue_defect
from tests.factories import NOON
from tests.pki.conftest import PERSON, SECRET, Issue


def bring(content: bytes, password: str = SECRET) -> tuple[Certificate, Pkcs12File, tuple[str, ...]]:
    inspected = services.inspect_pkcs12(content=content, filename="meu.pfx", password=password, at=NOON)
    return *services.keep_pkcs12(inspected=inspected, content=content, at=NOON), inspected.warnings


def forget(certificate: Certificate) -> None:
    """As if the house had signed it elsewhere and never seen it."""
    Pkcs12File.objects.filter(certificate=certificate).delete()
    certificate.delete()


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["moderno", "compativel"])
def test_an_unknown_certificate_of_our_authority_is_kept(issue: Issue, form: str) -> None:
    original, file = issue(form=form)
    content, sha256, serial = file.content, original.sha256, original.serial
    forget(original)

    certificate, kept, warnings = bring(content)

    assert (certificate.origin, certificate.status) == ("imported", "pending")
    assert (certificate.sha256, certificate.serial, certificate.authority.slug) == (sha256, serial, "icp")
    assert (kept.form, kept.content, warnings) == (form, content, ())


@pytest.mark.django_db
def test_a_known_certificate_keeps_its_row_and_gets_another_file(issue: Issue) -> None:
    original, file = issue()
    services.activate_certificate(certificate_id=original.pk, at=NOON)
    again, kept, _ = bring(file.content)
    assert again.pk == original.pk
    assert (again.origin, again.status) == ("issued", "valid")
    assert kept.pk != file.pk
    assert original.files.count() == 2


@pytest.mark.django_db
def test_warnings_reach_the_person(issue: Issue) -> None:
    _, file = issue(not_after=NOON + timedelta(days=3))
    assert bring(file.content)[2] == ("Atenção: este certificado vence em 3 dias.",)


@pytest.mark.django_db
@pytest.mark.parametrize("name", [defect.name for defect in defects.CATALOGUE if defect.check])
def test_every_refused_defect_leaves_no_trace(authorities: list[Authority], name: str) -> None:
    made = issue_defect(name=name, holder=PERSON, password=SECRET, form="moderno", at=NOON)
    before = (Certificate.objects.count(), Pkcs12File.objects.count(), AuditEvent.objects.count())
    with pytest.raises(services.CertificateRefused) as caught:
        bring(made.container)
    assert (caught.value.check, caught.value.code) == (made.defect.check, made.defect.check)
    assert caught.value.field == "file"
    assert (Certificate.objects.count(), Pkcs12File.objects.count(), AuditEvent.objects.count()) == before


@pytest.mark.django_db
def test_a_wrong_password_points_to_its_field(issue: Issue) -> None:
    _, file = issue()
    with pytest.raises(services.CertificateRefused) as caught:
        bring(file.content, password="outra-senha")
    assert (caught.value.check, caught.value.field) == ("C3", "password")


@pytest.mark.django_db
def test_a_renamed_certificate_tells_what_it_is(issue: Issue) -> None:
    certificate, _ = issue()
    with pytest.raises(services.CertificateRefused) as caught:
        bring(certificate.pem.encode())
    assert (caught.value.check, caught.value.found) == ("C2", "pem")


@pytest.mark.django_db
def test_inspection_alone_keeps_nothing(issue: Issue) -> None:
    original, file = issue()
    content = file.content
    forget(original)
    found = services.inspect_pkcs12(content=content, filename="meu.pfx", password=SECRET, at=NOON)
    assert found.facts.holder_document == PERSON.cpf
    assert not Certificate.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_make_one_certificate(issue: Issue) -> None:
    original, file = issue()
    content = file.content
    forget(original)
    start = threading.Barrier(4)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            start.wait()
            bring(content)
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
    assert Certificate.objects.count() == 1
    assert Pkcs12File.objects.count() == 4
