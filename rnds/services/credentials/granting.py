"""Granting: the certificate enters into force, the credential is numbered and takes the place of the former one."""

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from accounts.models import Organisation
from common import audit, switches
from common.actor import Actor
from pki import services as pki
from pki.models import Certificate, Pkcs12File
from rnds.models import Credential, CredentialRequest, PecInstallation
from rnds.services.credentials.retirement import EGESTOR_AUTHORITY, retire_certificate
from rnds.services.letters import write_to_requester
from territory.models import Establishment


@transaction.atomic
def grant_credential(
    *,
    request: CredentialRequest,
    key: rsa.RSAPrivateKey | None,
    reviewed_by: Actor | None = None,
    by: Actor,
    at: datetime,
) -> Credential:
    """Create the credential of a locked request whose termo was accepted; the caller asked permission and locked it.

    `key` is key_for(request), made before anything was locked.

    Active credentials of the same CNES, and of other CNES on the same installation (V10), become REVOGADA.
    """
    establishment = _lock_what_it_takes(request)
    requester_id, version = _number_for(establishment)
    replaced = list(_former(request).select_for_update(of=("self",)).order_by("pk"))
    for former in replaced:
        _end(former, by=by, at=at)
    certificate, file = _certificate_of(request, key, by, at)
    credential = Credential.objects.create(
        requester_id=requester_id,
        version=version,
        request=request,
        entity_id=request.entity_id,
        uf_id=request.entity.uf_id,
        establishment=establishment,
        certificate=certificate,
        file=file,
        activated_at=at,
    )
    credential.children.set(request.children.all())
    for former in replaced:
        _tell_successor(former, credential, by=by, at=at)
    request.grant(at=at, reviewed_by=reviewed_by)
    request.save(update_fields=["status", "reviewed_by", "closed_at", "sealed_password"])
    audit.record("credential.granted", target=credential, by=by, at=at, cnes=establishment.pk, version=version)
    write_to_requester("credential_granted", request, at=at, credential=credential)
    return credential


def key_for(*, request_id: int, status: str) -> rsa.RSAPrivateKey | None:
    """A key for the certificate to be generated, made while nothing is locked.

    None for a request that is not in `status`, which is about to be refused, or that brings its own certificate.
    """
    generated = CredentialRequest.CertificateSource.GENERATE
    rows = CredentialRequest.objects.filter(pk=request_id, status=status, certificate_source=generated)
    return pki.new_key() if rows.exists() else None


def holder_of(request: CredentialRequest) -> pki.OrganisationHolder:
    """Whom a generated certificate names: the fund that generated the token, with the «gestor responsável».

    The fund is the legal person behind every establishment of the município, so its CNPJ (alphanumeric or not) goes to
    the common name and to OID 2.16.76.1.3.3.
    """
    fund, responsible = Organisation.objects.get(pk=request.token.organisation_id), request.responsible
    if responsible is None:
        raise ValueError("a request with an accepted termo has a responsible manager")
    person = pki.PersonHolder(name=responsible.name, cpf=responsible.cpf_text, birth_date=responsible.birth_date)
    return pki.OrganisationHolder(name=fund.name, cnpj=fund.cnpj, responsible=person, email=request.establishment_email)


def _lock_what_it_takes(request: CredentialRequest) -> Establishment:
    """Requests of the same CNES, or of the same installation, are granted one after the other."""
    establishment = Establishment.objects.select_for_update(no_key=True).get(pk=request.establishment_id)
    PecInstallation.objects.select_for_update(no_key=True).get(pk=request.installation_id)
    return establishment


def _former(request: CredentialRequest) -> QuerySet[Credential]:
    same = Q(establishment=request.establishment_id) | Q(request__installation=request.installation_id)
    return Credential.objects.active().filter(same)


def _end(former: Credential, *, by: Actor, at: datetime) -> None:
    former.revoke(by=by, reason=Credential.SUPERSEDED, at=at)
    former.save(update_fields=["status", "revoked_by", "revoked_at", "revocation_reason"])
    retire_certificate(former.certificate_id, by=by, at=at)


def _tell_successor(former: Credential, successor: Credential, *, by: Actor, at: datetime) -> None:
    """Only one credential of a CNES is active at a time, so the former ends before the new one has a row to name."""
    former.superseded_by = successor
    former.save(update_fields=["superseded_by"])
    audit.record("credential.superseded", target=former, by=by, at=at, successor=successor.requester_id)
    write_to_requester("credential_superseded", former.request, at=at, credential=former)


def _number_for(establishment: Establishment) -> tuple[int, int]:
    """(requester id, version) of the next credential: the CNES keeps its id, or draws one from the sequence."""
    latest = Credential.objects.filter(establishment=establishment).order_by("-pk").first()
    if latest and switches.now().reuse_requester_id:
        named = Credential.objects.filter(requester_id=latest.requester_id).order_by("-version")
        return latest.requester_id, named.values_list("version", flat=True)[0] + 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('rnds_requester_id')")
        return int(cursor.fetchone()[0]), 1


def _certificate_of(
    request: CredentialRequest, key: rsa.RSAPrivateKey | None, by: Actor, at: datetime
) -> tuple[Certificate, Pkcs12File | None]:
    if request.certificate_source == CredentialRequest.CertificateSource.GENERATE:
        certificate, file = pki.issue_certificate(
            holder=holder_of(request),
            authority_slug=EGESTOR_AUTHORITY,
            password=request.password,
            form=request.pkcs12_form,
            at=at,
            key=key,
            by=by,
        )
        return pki.activate_certificate(certificate_id=certificate.pk, at=at, by=by), file
    imported = request.imported_certificate
    if imported is None:
        raise ValueError("a request with an accepted termo has a certificate")
    return pki.activate_certificate(certificate_id=imported.pk, at=at, by=by), request.imported_file
