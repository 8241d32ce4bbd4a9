"""Issuing the e-CPF in person: the certifier checks the documents, the holder chooses the PIN."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import transaction
from django_fsm import can_proceed

from accounts.automatic import is_automatic
from common import audit, permissions
from common.actor import Actor
from common.exceptions import AllAtOnce, NotAllowedNow, Refusal, RuleBroken
from pki import services as pki
from pki.models import Medium, Pkcs12File
from registry.models import Person
from siops.models import CertificationRequest
from siops.permissions import Permission
from siops.services.certification import registrations_of, write_to_holder

AUTHORITY = "icp"
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 64
SHORTEST_REASON = 10
SHORT_REASON = f"Informe o motivo com pelo menos {SHORTEST_REASON} caracteres."
MISSING_DOCUMENTS = "Confira todos os documentos antes de emitir."
ALREADY_ISSUED = (
    "O certificado desta solicitação já foi emitido. O PUK apareceu uma única vez, na página da emissão, e não é "
    "mostrado de novo."
)
BAD_PASSWORD = "A senha do arquivo deve ter de 8 a 64 caracteres."  # noqa: S105 -- a message


@dataclass(frozen=True)
class Issued:
    """A request whose certificate was issued, and the PUK, which exists nowhere else in the clear."""

    row: CertificationRequest
    puk: str = field(repr=False)


class AlreadyIssued(NotAllowedNow):
    """Asked to issue once more, as by reloading the page that showed the PUK."""

    def __init__(self) -> None:
        Refusal.__init__(self, ALREADY_ISSUED, code="already_issued")


def require_issuable(row: CertificationRequest) -> None:
    """Raise NotAllowedNow, in the words of the case, unless the request is scheduled."""
    if row.status in (CertificationRequest.Status.ISSUED, CertificationRequest.Status.ACTIVATED):
        raise AlreadyIssued
    if not can_proceed(row.issue):
        raise NotAllowedNow(row.get_status_display())


def issue_certification(
    *,
    certification_id: int,
    documents: Collection[str],
    pin: str,
    puk: str = "",
    password: str = "",
    by: Actor,
    at: datetime,
) -> Issued:
    """Issue the e-CPF of a scheduled request, in force at once, on a medium opened by `pin` (4 to 8 digits).

    An A1 is also written to a .p12 under `password`; the PUK is drawn unless it is given. Whoever comes on another day
    than the scheduled one is attended all the same (encaixe). Raises NotPermitted unless `by` works for a certifier,
    NotAllowedNow unless scheduled, and RuleBroken: not_a_manager, documents, password, pin, invalid_holder.
    """
    # The key is made while nothing is locked.
    given = _Secrets(pki.new_key(), pin, puk or f"{secrets.randbelow(10**8):08d}", password)
    return _issue(certification_id=certification_id, documents=documents, given=given, by=by, at=at)


@transaction.atomic
def refuse_certification(*, certification_id: int, reason: str, by: Actor, at: datetime) -> CertificationRequest:
    """«Recusar o atendimento»: a scheduled request ends, and its holder reads why.

    Raises NotPermitted, NotAllowedNow unless scheduled, or RuleBroken (reason).
    """
    rows = CertificationRequest.objects.for_reading().select_related("person__user")
    row = rows.select_for_update(of=("self",)).get(pk=certification_id)

    permissions.require(by, Permission.ISSUE_CERTIFICATE, row)
    require_issuable(row)
    text = " ".join(reason.split())
    if len(text) < SHORTEST_REASON:
        raise RuleBroken(SHORT_REASON, code="reason", field="reason")

    row.cancel(at=at)
    row.save(update_fields=["status", "cancelled_at"])
    audit.record("certification.refused", target=row, by=by, at=at, reason=text)
    write_to_holder("siops_certification_cancelled", row, at, reason=text)
    return row


@dataclass(frozen=True)
class _Secrets:
    """The new key and the codes that open it."""

    key: rsa.RSAPrivateKey = field(repr=False)
    pin: str = field(repr=False)
    puk: str = field(repr=False)
    password: str = field(repr=False)


@transaction.atomic
def _issue(*, certification_id: int, documents: Collection[str], given: _Secrets, by: Actor, at: datetime) -> Issued:
    rows = CertificationRequest.objects.for_reading().select_related("person__user")
    row = rows.select_for_update(of=("self",)).get(pk=certification_id)

    permissions.require(by, Permission.ISSUE_CERTIFICATE, row)
    require_issuable(row)
    # Whoever lost the role since the 2ª etapa is no longer financed.
    registrations_of(person=row.person, at=at)
    rules = AllAtOnce()
    complete = set(row.required_documents) <= set(documents)
    rules.require(complete, RuleBroken(MISSING_DOCUMENTS, code="documents", field="documents"))
    rules.ask(pki.require_pin, given.pin, field_name="pin")
    if row.kind == Medium.Kind.A1:
        rules.ask(_require_password, given.password)
    rules.settle()

    if row.kind == Medium.Kind.A1:
        medium = _issue_in_file(row.person, given, by=by, at=at)
    else:
        medium = pki.issue_on_medium(
            holder=_holder(row.person),
            authority_slug=AUTHORITY,
            kind=row.kind,
            pin=given.pin,
            puk=given.puk,
            at=at,
            key=given.key,
            by=by,
        )
    row.issue(medium=medium, documents=list(row.required_documents), by=by, at=at)
    row.save(update_fields=["status", "medium", "documents", "issued_by", "issued_at"])
    audit.record("certification.issued", target=row, by=by, at=at, kind=row.kind)
    write_to_holder("siops_certification_issued", row, at, by_itself=is_automatic(by.account))
    return Issued(row, given.puk)


def _require_password(password: str) -> None:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise RuleBroken(BAD_PASSWORD, code="password", field="password")


def _issue_in_file(person: Person, given: _Secrets, *, by: Actor, at: datetime) -> Medium:
    """A1: the .p12 and, for who has it in no browser, the same key on a medium."""
    certificate, _ = pki.issue_certificate(
        holder=_holder(person),
        authority_slug=AUTHORITY,
        password=given.password,
        form=Pkcs12File.Form.MODERN,
        at=at,
        key=given.key,
        by=by,
    )
    pki.activate_certificate(certificate_id=certificate.pk, at=at, by=by)
    return pki.create_medium(
        certificate_id=certificate.pk,
        key=given.key,
        kind=Medium.Kind.A1,
        pin=given.pin,
        puk=given.puk,
        at=at,
        by=by,
    )


def _holder(person: Person) -> pki.PersonHolder:
    return pki.PersonHolder(name=person.name, cpf=person.cpf_text, birth_date=person.birth_date, email=person.email)
