"""Every kind of certificate that can be had here × every door: who signed it and which profile it has decide.

An identity is proven only by an authority entitled to attest it, from the field that names the holder.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.test import Client

from accounts.models import Membership, User
from common.exceptions import Refusal
from pki import services as pki
from pki.authority import containers, defects, hierarchy, uses
from pki.models import Authority, Certificate, Medium
from pki.services import certificates as issuing
from pki.services.authorities import issuer_for
from pki.services.defects import issue_defect
from rnds.services import requests
from rnds.services.access import authorise_certificate
from rnds.services.key_files import open_key_file
from rnds.services.requests.public_certificate import import_public
from siops.models import HealthManager
from siops.services import sign_in
from siops.services.sign_in import Door
from tests.actors import acting
from tests.factories import NOON, make_person, make_user
from tests.factories.credentials import PFX_PASSWORD, accept, fill_draft, make_draft
from tests.factories.siops import make_health_manager
from tests.siops.certification import Counter
from tests.siops.doors import PIN, PUK, bound_to, present, show, text_of
from tests.switches import Switch

pytestmark = pytest.mark.django_db

OPENS = "abre"


@dataclass(frozen=True)
class Presented:
    """A certificate as whoever holds its key has it."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey | None

    @property
    def pem(self) -> str:
        return hierarchy.pem(self.certificate).decode()

    @property
    def container(self) -> bytes:
        return containers.write(
            self.certificate, key=self.key, chain=(), friendly_name="x", password=PFX_PASSWORD, form="moderno"
        )


@pytest.fixture
def head() -> HealthManager:
    """The mayor in whose name everybody tries to enter."""
    pki.ensure_authorities(at=NOON)
    return make_health_manager(HealthManager.Role.HEAD)


def as_holder(head: HealthManager, name: str = "") -> pki.PersonHolder:
    person = head.person
    return pki.PersonHolder(name=name or person.name, cpf=person.cpf_text, birth_date=person.birth_date)


def signed(holder: Any, authority: str, kind: str = "A1") -> Presented:
    row, made, _ = issuing.sign_certificate(holder=holder, authority_slug=authority, kind=kind, at=NOON)
    pki.activate_certificate(certificate_id=row.pk, at=NOON)
    return Presented(made.certificate, made.key)


def with_responsible(responsible: pki.PersonHolder) -> pki.OrganisationHolder:
    return pki.OrganisationHolder(name="Prefeitura de Ensaio", cnpj="12ABC34501DE35", responsible=responsible)


def of_the_server(kind: str) -> Presented:
    identity = pki.server_certificate(hosts=["localhost"], at=NOON)
    chain, key = getattr(identity, f"{kind}_chain"), getattr(identity, f"{kind}_key")
    private: Any = load_pem_private_key(key, None)
    return Presented(x509.load_pem_x509_certificate(chain), private)


def of_an_authority(slug: str) -> Presented:
    issuer = issuer_for(Authority.objects.get(slug=slug))
    key: Any = issuer.key
    return Presented(issuer.certificate, key)


def defective(name: str, head: HealthManager) -> Presented:
    made = issue_defect(name=name, holder=as_holder(head), password=PFX_PASSWORD, form="moderno", at=NOON)
    return Presented(x509.load_pem_x509_certificate(made.certificate_pem), made.key)


def on_record(presented: Presented) -> Certificate | None:
    return Certificate.objects.filter(sha256=pki.read_facts(pem=presented.pem).sha256).first()  # type: ignore[union-attr]  # it was parsed


def at_tls(presented: Presented) -> None:
    sign_in.identify(pem=presented.pem, door=Door.MUNICIPALITY, at=NOON)


def at_virtual_token(presented: Presented) -> None:
    """Even when somebody could put it on a medium."""
    row = on_record(presented)
    if row is None or presented.key is None:
        raise Refusal("sem registro ou sem chave", code="no_medium")
    pki.create_medium(certificate_id=row.pk, key=presented.key, kind="A1", pin=PIN, puk=PUK, at=NOON)
    cpf = HealthManager.objects.get(role=HealthManager.Role.HEAD).person.cpf_text
    answer = sign_in.open_virtual_token(cpf=cpf, pin=PIN, at=NOON)
    if not answer.pem:
        raise Refusal(answer.message, code="no_medium")
    sign_in.identify(pem=answer.pem, door=Door.MUNICIPALITY, at=NOON)


def at_token(presented: Presented) -> None:
    authorise_certificate(pem=presented.pem, at=NOON)


def at_import(presented: Presented) -> None:
    pki.inspect_pkcs12(content=presented.container, filename="a.pfx", password=PFX_PASSWORD, at=NOON)


def at_public_import(presented: Presented) -> None:
    import_public(content=presented.pem.encode(), filename="a.cer", by=acting(User.objects.all()[0]), at=NOON)


def at_pec(presented: Presented) -> None:
    """The PEC is the município's own programme: it looks for a key, and the RNDS judges later."""
    open_key_file(presented.container, PFX_PASSWORD)


DOORS: tuple[Callable[[Presented], None], ...] = (
    at_tls,
    at_virtual_token,
    at_token,
    at_import,
    at_public_import,
    at_pec,
)

Maker = Callable[[HealthManager], Presented]
KINDS: dict[str, Maker] = {
    "e-CPF A1 da ICP": lambda head: signed(as_holder(head), "icp"),
    "e-CPF A3 da ICP": lambda head: signed(as_holder(head), "icp", "A3"),
    "e-CNPJ da ICP, responsável": lambda head: signed(with_responsible(as_holder(head)), "icp"),
    "e-CNPJ da ICP, outro nome": lambda head: signed(with_responsible(as_holder(head, name="Outra Pessoa")), "icp"),
    "e-CPF A1 do e-Gestor": lambda head: signed(as_holder(head), "egestor"),
    "e-CPF A3 do e-Gestor": lambda head: signed(as_holder(head), "egestor", "A3"),
    "e-CNPJ do e-Gestor": lambda head: signed(with_responsible(as_holder(head)), "egestor"),
    "servidor P-256": lambda head: of_the_server("ecdsa"),
    "servidor RSA": lambda head: of_the_server("rsa"),
    "AC ICP": lambda head: of_an_authority("icp"),
    "AC raiz e-Gestor": lambda head: of_an_authority("egestor-raiz"),
} | {defect.name: lambda head, name=defect.name: defective(name, head) for defect in defects.CATALOGUE}

# Door by door: SIOPS by TLS, SIOPS by virtual token, /api/token, .pfx and .cer of the request, folder of the PEC.
TABLE: dict[str, tuple[str, str, str, str, str, str]] = {
    "e-CPF A1 da ICP": (OPENS, OPENS, OPENS, OPENS, OPENS, OPENS),
    "e-CPF A3 da ICP": (OPENS, OPENS, "untrusted", "C9", "C9", OPENS),
    "e-CNPJ da ICP, responsável": (OPENS, "no_medium", OPENS, OPENS, OPENS, OPENS),
    "e-CNPJ da ICP, outro nome": ("other_responsible", "no_medium", OPENS, OPENS, OPENS, OPENS),
    "e-CPF A1 do e-Gestor": ("unfit", "unfit", OPENS, OPENS, OPENS, OPENS),
    "e-CPF A3 do e-Gestor": ("unfit", "unfit", "untrusted", "C9", "C9", OPENS),
    "e-CNPJ do e-Gestor": ("unfit", "no_medium", OPENS, OPENS, OPENS, OPENS),
    "servidor P-256": ("unfit", "no_medium", "untrusted", "C9", "C9", OPENS),
    "servidor RSA": ("unfit", "no_medium", "untrusted", "C9", "C9", OPENS),
    "AC ICP": ("unfit", "no_medium", "untrusted", "C9", "C9", OPENS),
    "AC raiz e-Gestor": ("unfit", "no_medium", "untrusted", "C9", "C9", OPENS),
    "expirado": ("outside_validity", "outside_validity", "outside_validity", "C5", "C5", OPENS),
    "ainda-nao-valido": ("outside_validity", "outside_validity", "outside_validity", "C5", "C5", OPENS),
    "vence-logo": (OPENS, OPENS, OPENS, OPENS, OPENS, OPENS),
    "revogado": ("revoked", "revoked", "revoked", "C8", "C8", OPENS),
    "ac-revogada": ("revoked", "revoked", "revoked", "C8", "C8", OPENS),
    "ac-desconhecida": ("untrusted", "no_medium", "untrusted", "C7", "C7", OPENS),
    "emissor-real": ("untrusted", "no_medium", "untrusted", "REAL", "REAL", "real_certificate"),
    "sem-chave": (OPENS, "no_medium", OPENS, "C4", OPENS, "no_private_key"),
    "uso-errado": ("unfit", "unfit", "untrusted", "C10", "C10", OPENS),
    "sem-assinatura-digital": ("unfit", "unfit", "untrusted", "C10", "C10", OPENS),
    "politica-a3": (OPENS, OPENS, "untrusted", "C9", "C9", OPENS),
    "cpf-invalido": ("unfit", "no_medium", "untrusted", "C11", "C11", OPENS),
    "cpf-diferente": ("unfit", "unfit", "untrusted", "C11", "C11", OPENS),
    "acentos": (OPENS, OPENS, OPENS, OPENS, OPENS, OPENS),
    "rg-antigo": (OPENS, OPENS, OPENS, OPENS, OPENS, OPENS),
    "uma-lcr": (OPENS, OPENS, OPENS, OPENS, OPENS, OPENS),
    "sha1": ("unfit", "unfit", "untrusted", "C13", "C13", OPENS),
    "rsa-1024": ("unfit", "unfit", "untrusted", "C13", "C13", OPENS),
}


def test_every_kind_is_decided() -> None:
    assert set(TABLE) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_at_each_door(head: HealthManager, switch: Switch, kind: str) -> None:
    switch(cer_policy="aceitar")
    presented = KINDS[kind](head)

    def knock(door: Callable[[Presented], None]) -> str:
        try:
            door(presented)
        except Refusal as refusal:
            return refusal.code
        return OPENS

    assert tuple(knock(door) for door in DOORS) == TABLE[kind]


def test_a_credential_in_a_mayors_name_opens_no_door_of_the_siops(client: Client, head: HealthManager) -> None:
    """The gestor responsável of a request is a CPF that somebody typed; the certificate then says that CPF."""
    draft = make_draft(entity=head.entity)
    by = draft.requested_by
    fill_draft(draft)
    contact = {"phone": "11987654321", "email": "gestor@ensaio.example"}
    requests.save_responsible(request_id=draft.pk, cpf=head.person.cpf_text, **contact, by=acting(by), at=NOON)
    complete = requests.complete_request(request_id=draft.pk, by=acting(by), at=NOON).request
    certificate = accept(complete).credential.certificate
    facts = pki.read_facts(pem=certificate.pem)
    assert facts is not None
    assert facts.person_cpf == head.person.cpf_text

    for response in (show(client, certificate.pem), present(client, certificate.pem, head)):
        assert response.status_code == 403
        assert uses.NO_PERSON in text_of(response)
        assert "solicite o certificado" in text_of(response)
    assert bound_to(client) is None
    assert authorise_certificate(pem=certificate.pem, at=NOON).credential is not None


@pytest.mark.parametrize("kind", ["A1", "A3"])
def test_what_the_posto_issues_proves_the_person(client: Client, kind: str) -> None:
    pki.ensure_authorities(at=NOON)
    counter = Counter()
    issued = counter.issue(counter.schedule(kind=kind))
    present(client, Medium.objects.get(certificationrequest=issued.row).certificate.pem, counter.record)
    assert bound_to(client) is not None


def test_an_unrecorded_certificate_proves_nobody(client: Client, head: HealthManager) -> None:
    """A list of revocations that was lost with its database could not name it any more."""
    presented = signed(as_holder(head), "icp")
    Certificate.objects.all().delete()
    assert sign_in.NOT_ON_RECORD in text_of(show(client, presented.pem))
    assert bound_to(client) is None


def test_a_gestor_responsavel_gets_nothing_from_being_named(client: Client) -> None:
    """Neither an account, nor a profile, nor the request in a list."""
    draft = make_draft()
    named = make_person()
    contact = {"phone": "11987654321", "email": "gestor@ensaio.example"}
    requests.save_responsible(
        request_id=draft.pk, cpf=named.cpf_text, **contact, by=acting(draft.requested_by), at=NOON
    )
    named.refresh_from_db()
    assert not User.objects.filter(person=named).exists()
    assert not Membership.objects.filter(person=named).exists()
    user = make_user(named)
    assert not type(draft).objects.visible_to(acting(user)).exists()
