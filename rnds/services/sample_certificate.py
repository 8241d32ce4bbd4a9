"""An example A1 for the import of the credentialing, only in a demonstration: of the fund, so that it fits."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from common import audit, permissions
from common.actor import Actor
from common.exceptions import RuleBroken
from common.models import AuditEvent
from pki import services as pki
from pki.models import Pkcs12File
from rnds.models import CredentialRequest
from rnds.permissions import Permission

AUTHORITY = "icp"
# Printed on the page that offers the file.
PASSWORD = "exemplo-simulado"  # noqa: S105 -- of a simulated file that says so
# A key costs work.
PER_HOUR = 5
ONLY_IN_DEMO = "O certificado de exemplo só existe na demonstração."
TOO_MANY = "Já foram gerados 5 certificados de exemplo na última hora. Use um deles."
VERB = "request.sample_certificate"


@transaction.atomic
def sample_certificate(*, request_id: int, by: Actor, at: datetime) -> bytes:
    """The .pfx of a simulated e-CNPJ of the fund, with who asks as responsible, under PASSWORD.

    Raises NotPermitted for another person's request, RuleBroken outside DEMO and after PER_HOUR of them.
    """
    rows = CredentialRequest.objects.select_related("token__organisation", "requester").select_for_update(of=("self",))
    request = rows.get(pk=request_id)

    permissions.require(by, Permission.EDIT_REQUEST, request)
    if not settings.DEMO:
        raise RuleBroken(ONLY_IN_DEMO, code="only_in_demo")
    made = AuditEvent.objects.filter(actor=by.account_id, verb=VERB, at__gt=at - timedelta(hours=1))
    if made.count() >= PER_HOUR:
        raise RuleBroken(TOO_MANY, code="too_many")

    fund, person = request.token.organisation, request.requester
    responsible = pki.PersonHolder(
        name=person.name, cpf=person.cpf_text, birth_date=person.birth_date, email=person.email
    )
    certificate, file = pki.issue_certificate(
        holder=pki.OrganisationHolder(name=fund.name, cnpj=fund.cnpj, responsible=responsible),
        authority_slug=AUTHORITY,
        password=PASSWORD,
        form=Pkcs12File.Form.MODERN,
        at=at,
        by=by,
    )
    pki.activate_certificate(certificate_id=certificate.pk, at=at, by=by)
    audit.record(VERB, target=request, by=by, at=at)
    content: bytes = file.content
    pki.erase_file(file_id=file.pk, at=at)
    return content
