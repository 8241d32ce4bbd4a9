"""Makers of the way to a credential, all through services: token, draft, filled draft, termo, credential."""

from datetime import datetime, time, timedelta
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from accounts.models import Membership, Organisation, User
from common.legal_time import BRASILIA
from egestor.models import DeploymentToken, InstallationCode
from egestor.services.codes import generate_code
from egestor.services.tokens import generate_token
from pki import services as pki
from rnds.models import Credential, CredentialRequest
from rnds.services import credentials, requests, terms
from territory.models import Entity, Establishment
from tests.actors import acting
from tests.clock import NOON, now
from tests.factories import (
    make_establishment,
    make_installation,
    make_manager,
    make_member,
    make_organisation,
    make_person,
    person_of,
)

PFX_PASSWORD = "segredo-do-pfx"


def system_at(at: datetime) -> dict[str, Any]:
    """Section «Sistema solicitante», with a portfolio of a year that starts in eight days."""
    today = at.astimezone(BRASILIA).date()
    return {
        "ip_first": "200.160.2.3",
        "ip_last": "200.160.2.9",
        "recorded_visits": 12000,
        "visits_per_day_min": 10,
        "visits_per_day_max": 80,
        "peak_accesses": 40,
        "portfolio_start": today + timedelta(days=8),
        "portfolio_end": today + timedelta(days=372),
        "periods": [requests.Period("morning", time(8), time(11))],
    }


SYSTEM = system_at(NOON)


def make_token(
    manager: User | None = None,
    establishment: Establishment | None = None,
    *,
    organisation: Organisation | None = None,
    at: datetime | None = None,
) -> DeploymentToken:
    """A live token that the fund generated for the manager's CPF and one establishment."""
    at = at or now()
    establishment = establishment or make_establishment()
    manager = manager or make_manager(establishment.entity)
    fund = organisation or Organisation.objects.filter(entity=establishment.entity).first()
    fund = fund or make_organisation(establishment.entity)
    return generate_token(
        organisation_id=fund.pk,
        responsible_cpf=person_of(manager).cpf_text,
        cnes=establishment.cnes,
        by=acting(fund.user),
        at=at,
    )


def make_code(technical_manager: User | None = None, *, at: datetime | None = None) -> InstallationCode:
    """A live installation code that the fund generated for a Gestor Técnico."""
    at = at or now()
    technical_manager = technical_manager or make_member(Membership.Role.TECHNICAL_MANAGER)
    person = person_of(technical_manager)
    entity = person.memberships.get(role=Membership.Role.TECHNICAL_MANAGER).entity
    fund = Organisation.objects.filter(entity=entity).first() or make_organisation(entity)
    reason = InstallationCode.Reason.INSTALLATION
    return generate_code(organisation_id=fund.pk, manager_id=person.pk, reason=reason, by=acting(fund.user), at=at)


def make_draft(
    manager: User | None = None,
    establishment: Establishment | None = None,
    *,
    entity: Entity | None = None,
    installation: Any = None,
    at: datetime | None = None,
) -> CredentialRequest:
    """A request just opened by «Validar»."""
    at = at or now()
    establishment = establishment or make_establishment(entity)
    token = make_token(manager, establishment, at=at)
    installation = installation or make_installation(establishment.entity)
    user = token.responsible.user
    assert user
    opened = requests.open_request(
        token_value=token.value, counter_key=installation.counter_key, by=acting(user), at=at
    )
    return opened.request


def fill_draft(
    request: CredentialRequest, *, certificate: bool = True, at: datetime | None = None
) -> CredentialRequest:
    """Fill every section of a draft; the certificate is to be generated."""
    by, pk, at = request.requested_by, request.pk, at or now()
    if certificate:
        requests.save_certificate(
            request_id=pk, source="generate", password=PFX_PASSWORD, confirmation=PFX_PASSWORD, by=acting(by), at=at
        )
    requests.save_establishment(request_id=pk, phone="1132145678", email="ubs@ensaio.example", by=acting(by), at=at)
    requests.save_children(request_id=pk, cnes=[], none_confirmed=True, by=acting(by), at=at)
    requests.save_responsible(
        request_id=pk,
        cpf=request.requester.cpf_text,
        phone="11987654321",
        email="gestor@ensaio.example",
        by=acting(by),
        at=at,
    )
    requests.save_system(request_id=pk, by=acting(by), at=at, **system_at(at))
    return CredentialRequest.objects.get(pk=pk)


def make_awaiting_terms(manager: User | None = None, *, at: datetime | None = None, **draft: Any) -> CredentialRequest:
    """A complete request with the termo on the screen."""
    at = at or now()
    request = fill_draft(make_draft(manager, at=at, **draft), at=at)
    return requests.complete_request(request_id=request.pk, by=acting(request.requested_by), at=at).request


def accept(
    request: CredentialRequest, *, by: User | None = None, at: datetime | None = None, pin: str = ""
) -> CredentialRequest:
    """«Confirmar e avançar» by who read the present text."""
    at = at or now()
    current = CredentialRequest.objects.get(pk=request.pk)
    return credentials.accept_terms(
        request_id=current.pk,
        shown_hash=terms.render_terms(request=current, at=at).sha256,
        pin=pin,
        ip="127.0.0.1",
        user_agent="pytest",
        by=acting(by or current.requested_by),
        at=at,
    )


def make_credential(manager: User | None = None, *, at: datetime | None = None, **draft: Any) -> Credential:
    """An ACTIVE credential with a generated certificate, walked through every service. Needs the authorities."""
    return accept(make_awaiting_terms(manager, at=at, **draft), at=at).credential


def make_own_pfx(cnpj: str, *, name: str = "FUNDO DE ENSAIO", at: datetime | None = None) -> bytes:
    """An A1 e-CNPJ of the simulated ICP-Brasil."""
    person = make_person()
    responsible = pki.PersonHolder(name=person.name, cpf=person.cpf_text, birth_date=person.birth_date)
    holder = pki.OrganisationHolder(name=name, cnpj=cnpj, responsible=responsible)
    _, file = pki.issue_certificate(
        holder=holder, authority_slug="icp", password=PFX_PASSWORD, form="moderno", at=at or now()
    )
    return file.content


def public_part(content: bytes) -> bytes:
    """The .cer of a .pfx whose password is PFX_PASSWORD."""
    _, certificate, _ = pkcs12.load_key_and_certificates(content, PFX_PASSWORD.encode())
    assert certificate is not None
    return certificate.public_bytes(Encoding.DER)


def choose_certificate(draft: CredentialRequest, **given: Any) -> requests.Saved:
    """Section A by the requester; a .pfx under PFX_PASSWORD unless told otherwise."""
    defaults: dict[str, Any] = {
        "source": "import",
        "filename": "meu.pfx",
        "password": PFX_PASSWORD,
        "by": acting(draft.requested_by),
        "at": now(),
    }
    return requests.save_certificate(request_id=draft.pk, **(defaults | given))
