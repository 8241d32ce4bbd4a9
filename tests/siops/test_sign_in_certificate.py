"""«Com Certificado Digital»: what the listener handed over decides who enters, for which entity and in which role."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.contrib.auth import authenticate
from django.test import Client
from django.urls import reverse

from accounts.models import User
from common import documents
from common.exceptions import RuleBroken
from common.models import AuditEvent
from pki import services as pki
from pki.models import Certificate
from registry.models import Person
from siops.models import HealthManager, Technician
from siops.services import sign_in as service
from siops.services.sign_in import Door, Proof
from territory.models import Entity
from tests.factories import (
    NOON,
    PASSWORD,
    make_cpf,
    make_entity,
    make_organisation,
    make_other_entity,
    make_person,
    make_uf,
    make_user,
)
from tests.factories.siops import make_health_manager, make_technician
from tests.siops.doors import ISSUED_AT, bound_to, make_medium, make_pem, present, show, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

Role = HealthManager.Role
MICROSECOND = timedelta(microseconds=1)


def state() -> Entity:
    bahia = make_uf("29", "BA", "Bahia", "America/Bahia")
    return Entity.objects.get_or_create(uf=bahia, municipality=None, defaults={"kind": Entity.Kind.STATE})[0]


def federal_district() -> Entity:
    uf = make_uf("53", "DF", "Distrito Federal", "America/Sao_Paulo")
    return Entity.objects.create(uf=uf, municipality=None, kind=Entity.Kind.FEDERAL_DISTRICT)


@pytest.mark.parametrize("role", HealthManager.BY_CERTIFICATE)
def test_each_role_of_the_certificate_enters_for_its_entity(client: Client, role: str) -> None:
    office = make_health_manager(role)
    pem = make_pem(office.person)

    page = show(client, pem)
    assert page.status_code == 200
    assert bound_to(client) is None
    response = present(client, pem, office)

    assert (response.status_code, response["Location"]) == (302, reverse("siops:home"))
    assert bound_to(client) == {"entity": office.entity_id, "role": role, "proof": "certificado"}
    assert client.session["_auth_user_id"] == str(office.person.user.pk)
    home = text_of(client.get(reverse("siops:home")))
    assert f"{Role(role).label} · {office.entity}" in home
    assert ("(por substituição)" in home) is (role in HealthManager.SUBSTITUTES)


def test_the_entry_is_written_down_with_certificate_role_and_entity(client: Client) -> None:
    office = make_health_manager()
    medium = make_medium(office.person)

    present(client, medium.certificate.pem, office)

    event = AuditEvent.objects.get(verb="sign_in.succeeded")
    assert event.actor == office.person.user
    assert event.details == {
        "proof": "certificado",
        "role": "secretary",
        "entity": office.entity.ibge,
        "certificate": medium.certificate.serial,
    }


def test_the_first_entry_opens_the_account(client: Client) -> None:
    office = make_health_manager()
    user = office.person.user
    assert user is not None
    user.delete()
    office.person = Person.objects.get(pk=office.person_id)

    present(client, make_pem(office.person), office)

    opened = User.objects.get(login=office.person.cpf_text)
    assert (opened.kind, opened.has_usable_password()) == (User.Kind.PERSON, False)
    assert client.session["_auth_user_id"] == str(opened.pk)


def test_without_certificate_the_page_says_where_the_browser_is_asked_for_one(client: Client, settings: Any) -> None:
    settings.TLS_URL = "https://ensaio.example:8443"
    response = show(client, "", "estado")
    assert response.status_code == 403
    assert service.NO_CERTIFICATE in text_of(response)
    assert 'href="https://ensaio.example:8443/siops/entrar/certificado/?ente=estado"' in text_of(response)
    doors = text_of(client.get(reverse("siops:sign_in")))
    for door in ("estado", "municipio"):
        assert f'href="https://ensaio.example:8443/siops/entrar/certificado/?ente={door}"' in doors


def test_a_header_is_no_certificate(client: Client) -> None:
    office = make_health_manager()
    pem = make_pem(office.person)
    headers = {"X-SSL-Client-Cert": pem, "SSL-Client-Cert": pem, "SSL_CLIENT_CERT": pem}
    url = reverse("siops:sign_in_certificate")
    assert service.NO_CERTIFICATE in text_of(client.get(url, headers=headers))


def self_signed(cpf: str) -> str:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"IMPOSTOR:{cpf}")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(ISSUED_AT).not_valid_after(NOON + timedelta(days=1))
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


@pytest.mark.parametrize("kind", ["self_signed", "garbage"])
def test_a_stranger_is_not_trusted(client: Client, kind: str) -> None:
    office = make_health_manager()
    make_pem(office.person)
    pems = {
        "self_signed": self_signed(office.person.cpf_text),
        "garbage": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
    }
    for response in (show(client, pems[kind]), present(client, pems[kind], office)):
        assert response.status_code == 403
        assert service.UNTRUSTED in text_of(response)
    assert bound_to(client) is None


BRASILIA = ZoneInfo("America/Sao_Paulo")
BEGINS = datetime(2026, 6, 10, 12, 0, tzinfo=BRASILIA)
ENDS = datetime(2027, 6, 10, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "message"),
    [
        (
            datetime.fromisoformat("2026-06-10T11:59:59.999999-03:00"),
            "Este certificado só vale a partir de 10/06/2026.",
        ),
        (datetime.fromisoformat("2026-06-10T12:00:00-03:00"), ""),
        (datetime.fromisoformat("2026-06-10T15:00:00.000001Z"), ""),
        (datetime.fromisoformat("2027-06-10T14:59:59.999999Z"), ""),
        (datetime.fromisoformat("2027-06-10T15:00:00Z"), "Certificado expirado em 10/06/2027."),
        (datetime.fromisoformat("2027-06-10T12:00:00.000001-03:00"), "Certificado expirado em 10/06/2027."),
    ],
)
def test_the_validity_counts_to_the_microsecond(at: datetime, message: str) -> None:
    office = make_health_manager()
    medium = make_medium(office.person, at=BEGINS)
    # The authorities are older than what they sign.
    assert (medium.certificate.not_before, medium.certificate.not_after) == (BEGINS, ENDS)

    if message:
        with pytest.raises(RuleBroken, match=message) as refusal:
            service.identify(pem=medium.certificate.pem, door=Door.MUNICIPALITY, at=at)
        assert refusal.value.code == "outside_validity"
    else:
        holder = service.identify(pem=medium.certificate.pem, door=Door.MUNICIPALITY, at=at)
        assert holder.offices == (office,)


@pytest.mark.parametrize("what", ["certificate", "authority"])
def test_a_revoked_certificate_does_not_enter(client: Client, what: str) -> None:
    office = make_health_manager()
    medium = make_medium(office.person)
    assert show(client, medium.certificate.pem).status_code == 200
    if what == "certificate":
        pki.revoke_certificate(certificate_id=medium.certificate_id, reason="perda", at=NOON)
    else:
        pki.revoke_authority(authority_slug="icp", at=NOON)

    response = present(client, medium.certificate.pem, office)

    assert response.status_code == 403
    assert service.REVOKED in text_of(response)
    assert bound_to(client) is None


def make_organisation_pem(responsible: Person, name: str = "") -> str:
    pki.ensure_authorities(at=ISSUED_AT)
    person = pki.PersonHolder(name=name or responsible.name, cpf=responsible.cpf_text, birth_date=NOON.date())
    holder = pki.OrganisationHolder(name="Prefeitura de Ensaio", cnpj="12ABC34501DE35", responsible=person)
    certificate, _ = pki.issue_certificate(
        holder=holder, authority_slug="icp", password="senha-do-arquivo", form="moderno", at=ISSUED_AT
    )
    return str(certificate.pem)


def test_an_e_cnpj_enters_for_the_responsible_person_inside_it(client: Client) -> None:
    office = make_health_manager(Role.HEAD)
    pem = make_organisation_pem(office.person)
    present(client, pem, office)
    assert bound_to(client) == {"entity": office.entity_id, "role": "head", "proof": "certificado"}


def test_an_e_cnpj_whose_responsible_has_no_role_does_not_enter(client: Client) -> None:
    make_health_manager(Role.HEAD)
    response = show(client, make_organisation_pem(make_person()))
    assert response.status_code == 403
    assert service.NO_ROLE in text_of(response)


def test_an_e_cnpj_proves_its_responsible_by_cpf_and_name(client: Client) -> None:
    office = make_health_manager(Role.HEAD, person=make_person(name="Joana D’Arc Conceição"))
    response = show(client, make_organisation_pem(office.person, "Outra Pessoa"))
    assert response.status_code == 403
    assert service.OTHER_RESPONSIBLE in text_of(response)
    present(client, make_organisation_pem(office.person, "JOANA D'ARC CONCEICAO"), office)
    assert bound_to(client) is not None


def test_a_person_unknown_to_the_house_has_no_role(client: Client) -> None:
    person = Person(cpf=make_cpf(999_123), name="Ninguém da Silva", birth_date=date(1980, 1, 1))
    assert service.NO_ROLE in text_of(show(client, make_pem(person)))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"role": Role.COUNCIL}, service.NO_ROLE),
        ({"status": "to_confirm"}, "está A CONFIRMAR pelo novo Chefe do Poder Executivo."),
        ({"status": "substituted", "closed_at": NOON}, "foi encerrado em 23/11/2026."),
        ({"status": "ended", "closed_at": NOON}, "foi encerrado em 23/11/2026."),
        ({"starts_on": datetime(2026, 11, 24).date()}, "começa em 24/11/2026."),  # noqa: DTZ001 -- a plain date
        ({"ends_on": datetime(2026, 11, 22).date()}, "terminou em 22/11/2026."),  # noqa: DTZ001 -- a plain date
    ],
)
def test_who_is_not_in_office_is_told_why(client: Client, fields: dict[str, Any], message: str) -> None:
    office = make_health_manager(**fields)
    pem = make_pem(office.person)
    for response in (show(client, pem), present(client, pem, office)):
        assert response.status_code == 403
        assert message in text_of(response)
    assert bound_to(client) is None
    assert not AuditEvent.objects.filter(verb="sign_in.succeeded").exists()


def test_the_technician_is_sent_to_the_other_door(client: Client) -> None:
    technician = make_technician()
    assert service.TECHNICIAN in text_of(show(client, make_pem(technician.person)))
    Technician.objects.update(status="substituted", closed_at=NOON)
    assert service.NO_ROLE in text_of(show(client, Certificate.objects.latest("created_at").pem))


@pytest.mark.parametrize(
    ("make", "own", "wrong", "label"),
    [(make_entity, "municipio", "estado", "Município"), (state, "estado", "municipio", "Estado")],
)
def test_each_kind_of_entity_has_its_door(client: Client, make: Any, own: str, wrong: str, label: str) -> None:
    office = make_health_manager(Role.HEAD, make())
    pem = make_pem(office.person)
    assert service.OTHER_DOOR.format(other=label) in text_of(show(client, pem, wrong))
    present(client, pem, office, wrong)
    assert bound_to(client) is None
    present(client, pem, office, own)
    assert bound_to(client) is not None


def test_the_federal_district_enters_by_the_door_of_the_states(client: Client) -> None:
    office = make_health_manager(Role.HEAD, federal_district())
    present(client, make_pem(office.person), office, "estado")
    assert bound_to(client) == {"entity": office.entity_id, "role": "head", "proof": "certificado"}


def test_who_holds_several_roles_chooses_one_and_the_session_has_only_that_one(client: Client) -> None:
    person = make_person()
    here = make_health_manager(Role.SECRETARY, make_entity(), person=person)
    there = make_health_manager(Role.SECRETARY_SUBSTITUTE, make_other_entity(), person=person)
    pem = make_pem(person)

    page = text_of(show(client, pem))
    assert f"{here.entity} – Secretário de Saúde" in page
    assert f"{there.entity} – Substituto do Secretário de Saúde" in page
    assert "checked" not in page
    nothing = client.post(reverse("siops:sign_in_certificate"), {}, secure=True, SSL_CLIENT_CERT=pem)
    assert service.CHOOSE in text_of(nothing)
    present(client, pem, there)

    assert bound_to(client) == {"entity": there.entity_id, "role": "secretary_substitute", "proof": "certificado"}
    home = text_of(client.get(reverse("siops:home")))
    assert str(there.entity) in home
    assert str(here.entity) not in home


def test_somebody_elses_record_cannot_be_chosen(client: Client) -> None:
    own, other = make_health_manager(Role.SECRETARY), make_health_manager(Role.HEAD)
    pem = make_pem(own.person)
    response = present(client, pem, other)
    assert response.status_code == 200
    assert bound_to(client) is None
    with pytest.raises(RuleBroken) as refusal:
        service.enter(pem=pem, door=Door.MUNICIPALITY, office_id=other.pk, proof=Proof.TLS, at=NOON)
    assert refusal.value.code == "not_offered"


def test_a_closed_account_does_not_enter(client: Client) -> None:
    office = make_health_manager()
    User.objects.update(is_active=False)
    response = present(client, make_pem(office.person), office)
    assert response.status_code == 403
    assert service.ACCOUNT_CLOSED in text_of(response)
    assert bound_to(client) is None


def test_the_session_gets_a_new_key_and_forgets_who_was_there_before(client: Client) -> None:
    fund, office = make_organisation(), make_health_manager()
    client.force_login(fund.user)
    session = client.session
    session["of_the_fund"] = "x"
    session.save()
    before = session.session_key

    present(client, make_pem(office.person), office)

    assert client.session.session_key not in (None, before)
    assert "of_the_fund" not in client.session
    assert client.session["_auth_user_backend"] == "accounts.backends.CertificateBackend"


def test_signing_out_closes_the_session(client: Client) -> None:
    office = make_health_manager()
    present(client, make_pem(office.person), office)
    client.post(reverse("accounts:sign_out"))
    assert bound_to(client) is None
    assert client.get(reverse("siops:manager_list"))["Location"].startswith(reverse("siops:sign_in"))


@pytest.mark.parametrize("role", HealthManager.BY_CERTIFICATE)
def test_no_password_opens_a_session_for_who_must_use_the_certificate(rf: Any, role: str) -> None:
    office = make_health_manager(role)
    user = make_user(make_person()) if office.person.user is None else office.person.user
    user.set_password(PASSWORD)
    user.save()
    for credentials in ({"username": user.login}, {"cpf": user.login}):
        assert authenticate(rf.post("/"), password=PASSWORD, **credentials) is None


def test_names_are_escaped(client: Client) -> None:
    office = make_health_manager(person=make_person(name="<script>alert(1)</script> Ensaio"))
    page = show(client, make_pem(office.person)).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert office.person.cpf_text not in page


def failures() -> list[tuple[str, str, str]]:
    events = AuditEvent.objects.filter(verb="sign_in.failed").order_by("pk")
    return [(event.details["login"], event.details["reason"], event.details["certificate"]) for event in events]


def test_a_certificate_that_does_not_open_is_written_down(client: Client) -> None:
    loser, revoked = make_person(), make_health_manager()
    lost, gone = make_medium(loser).certificate, make_medium(revoked.person).certificate
    pki.revoke_certificate(certificate_id=gone.pk, reason="perda", at=NOON)
    stranger = self_signed(revoked.person.cpf_text)

    assert show(client, "").status_code == 403
    assert failures() == []
    for pem in (lost.pem, gone.pem, stranger, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"):
        assert show(client, pem).status_code == 403
    assert failures() == [
        (documents.mask_cpf(loser.cpf_text), "no_role", lost.serial),
        (documents.mask_cpf(revoked.person.cpf_text), "revoked", gone.serial),
        ("***", "untrusted", "7"),
        ("***", "untrusted", ""),
    ]
    assert present(client, lost.pem, 1).status_code == 403
    assert len(failures()) == 5
    written = "".join(f"{event.target_label}{event.details}" for event in AuditEvent.objects.all())
    assert loser.cpf_text not in written
    assert revoked.person.cpf_text not in written


def test_a_certificate_that_opens_leaves_no_failure(client: Client) -> None:
    office = make_health_manager()
    pem = make_pem(office.person)
    show(client, pem)
    present(client, pem, office)
    assert failures() == []
    assert bound_to(client) is not None
