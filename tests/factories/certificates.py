"""Certificates and credentials made straight in the tables, for tests of what comes after the credentialing."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from common import vault
from common.legal_time import BRASILIA
from egestor.models import DeploymentToken
from pki import services as pki
from pki.models import Certificate, Pkcs12File
from rnds.models import Credential, CredentialRequest, PecInstallation, PecKeyFile
from territory.models import Establishment
from tests import factories

PFX_PASSWORD = "Senha do pfx 1"

_numbers = count(50_001)


@dataclass(frozen=True)
class Pfx:
    """A certificate in force with its container; `pem` is what a TLS listener would hand over."""

    certificate: Certificate
    file: Pkcs12File

    @property
    def content(self) -> bytes:
        return self.file.content

    @property
    def pem(self) -> str:
        return str(self.certificate.pem)


def make_pfx(
    *,
    at: datetime,
    authority_slug: str = "egestor",
    cnpj: str = "",
    not_before: datetime | None = None,
    not_after: datetime | None = None,
) -> Pfx:
    """An e-CNPJ A1 of a synthetic fund, in force; the authorities are made on first use."""
    pki.ensure_authorities(at=at)
    certificate, file = pki.issue_certificate(
        holder=make_holder(cnpj or factories.make_cnpj(next(_numbers))),
        authority_slug=authority_slug,
        password=PFX_PASSWORD,
        form=Pkcs12File.Form.MODERN,
        at=at,
        not_before=not_before,
        not_after=not_after,
    )
    return Pfx(pki.activate_certificate(certificate_id=certificate.pk, at=at), file)


def make_holder(cnpj: str) -> pki.OrganisationHolder:
    person = pki.PersonHolder(name="Pessoa de Ensaio", cpf=factories.make_cpf(1), birth_date=date(1980, 1, 1))
    return pki.OrganisationHolder(name="Fundo de Ensaio", cnpj=cnpj, responsible=person)


def grant_credential(
    pfx: Pfx, *, at: datetime, installation: PecInstallation | None = None, **fields: Any
) -> Credential:
    """An active credential that uses the certificate, with the row of its finished request."""
    installation = installation or factories.make_installation()
    establishment = installation.establishment
    defaults = {
        "requester_id": next(_numbers),
        "request": _granted_request(establishment, installation, at),
        "entity": establishment.entity,
        "uf": establishment.entity.uf,
        "establishment": establishment,
        "certificate": pfx.certificate,
        "file": pfx.file,
        "activated_at": at,
    }
    credential: Credential = Credential.objects.create(**(defaults | fields))
    return credential


def put_file(
    installation: PecInstallation,
    content: bytes,
    *,
    at: datetime,
    filename: str = "credencial.pfx",
    is_cleared: bool = True,
) -> PecKeyFile:
    """A file already in the folder "chaves", which stays unless told otherwise, and the state that follows."""
    file = PecKeyFile.objects.create(
        installation=installation,
        filename=filename,
        sealed_content=vault.seal(content),
        size=len(content),
        uploaded_by=factories.make_user(),
        uploaded_at=at,
        cleared_at=at if is_cleared else None,
    )
    if installation.status == PecInstallation.Status.NO_CERTIFICATE:
        installation.receive_file()
        installation.save(update_fields=["status"])
    return file


def _granted_request(establishment: Establishment, installation: PecInstallation, at: datetime) -> CredentialRequest:
    user, today = factories.make_manager(establishment.entity), at.astimezone(BRASILIA).date()
    fund = getattr(establishment.entity, "fund", None) or factories.make_organisation(establishment.entity)
    token = DeploymentToken.objects.create(
        value_hash=f"{next(_numbers):064x}",
        last4="TEST",
        organisation=fund,
        entity=establishment.entity,
        responsible=factories.person_of(user),
        establishment=establishment,
        status=DeploymentToken.Status.USED,
        generated_at=at,
        expires_at=at,
        used_at=at,
    )
    request: CredentialRequest = CredentialRequest.objects.create(
        token=token,
        installation=installation,
        entity=establishment.entity,
        establishment=establishment,
        requested_by=user,
        requester=factories.person_of(user),
        status=CredentialRequest.Status.GRANTED,
        opened_at=at,
        changed_at=at,
        closed_at=at,
        certificate_source=CredentialRequest.CertificateSource.GENERATE,
        establishment_phone="11987654321",
        establishment_email="ubs@ensaio.example",
        children_confirmed=True,
        responsible=factories.person_of(user),
        ip_first="203.0.113.1",
        ip_last="203.0.113.9",
        recorded_visits=1000,
        visits_per_day_min=10,
        visits_per_day_max=100,
        peak_accesses=50,
        portfolio_start=today + timedelta(days=39),
        portfolio_end=today + timedelta(days=403),
    )
    return request
