"""The termo as a paper of the portal: numbered, signed and kept at the first download, the same file ever after."""

from datetime import datetime

from common import permissions
from common.actor import Actor
from documents.models import Paper
from documents.services.issuing import Draft, find_paper, issue_paper
from documents.services.signatories import Signatory
from rnds.models import Credential, TermsAcceptance
from rnds.permissions import Permission
from rnds.services import terms, terms_pdf

KIND = "termo"
ROLE = "Gestor(a) do programa"


def terms_paper(*, credential_id: int, by: Actor, at: datetime) -> Paper:
    """The signed termo of a credential. Who accepted it signs by the portal's seal: gov.br gives no key."""
    rows = Credential.objects.select_related("request__acceptance__text", "request__requester", "establishment")
    credential = rows.get(pk=credential_id)
    permissions.require(by, Permission.DOWNLOAD_TERMS, credential)
    acceptance = credential.request.acceptance
    # Drawing it takes longer than anything else here.
    if found := paper_of(acceptance):
        return found
    draft = Draft(
        kind=KIND,
        title=f"{terms_pdf.TITLE}, credencial {credential.requester_id}",
        target=acceptance,
        matter=credential.request,
        subject=f"Credenciamento na RNDS do CNES {credential.establishment_id}",
        body=terms_pdf.render(acceptance, url=terms.verification_url(acceptance)),
    )
    accepted_by = Signatory(credential.request.requester.name, ROLE, acceptance.accepted_at)
    return issue_paper(draft=draft, signatories=[accepted_by], by=by, at=at)


def paper_of(acceptance: TermsAcceptance) -> Paper | None:
    """The paper of an acceptance, once somebody asked for it."""
    return find_paper(kind=KIND, target=acceptance)
