"""The termo as a paper of the portal: numbered, signed and kept as soon as it is accepted, the same file ever after."""

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


def issue_terms(*, acceptance_id: int, signatory: Signatory | None = None) -> Paper:
    """Issue the paper of an acceptance, dated by it.

    Called once the act is done: by who accepted, with the own key as `signatory`, or by the portal's seal; and with the
    seal by whoever finds it missing.
    """
    rows = TermsAcceptance.objects.select_related("request__requester", "request__requested_by", "text")
    acceptance = rows.get(pk=acceptance_id)
    # Drawing it takes longer than anything else here.
    if found := paper_of(acceptance):
        return found
    request, at = acceptance.request, acceptance.accepted_at
    draft = Draft(
        kind=KIND,
        title=f"{terms_pdf.TITLE}, {str(request).lower()}",
        target=acceptance,
        matter=request,
        subject=f"Credenciamento na RNDS do CNES {request.establishment_id}",
        body=terms_pdf.render(acceptance, url=terms.verification_url(acceptance)),
    )
    by = Actor.identified(request.requested_by, at=at)
    signatory = signatory or Signatory(request.requester.name, ROLE, at)
    return issue_paper(draft=draft, signatories=[signatory], by=by, at=at)


def terms_paper(*, credential_id: int, by: Actor) -> Paper:
    """The signed termo of a credential, for its download. Raises NotPermitted."""
    credential = Credential.objects.select_related("request__acceptance", "establishment").get(pk=credential_id)
    permissions.require(by, Permission.DOWNLOAD_TERMS, credential)
    return issue_terms(acceptance_id=credential.request.acceptance.pk)


def paper_of(acceptance: TermsAcceptance) -> Paper | None:
    """The paper of an acceptance, once it was issued."""
    return find_paper(kind=KIND, target=acceptance)
