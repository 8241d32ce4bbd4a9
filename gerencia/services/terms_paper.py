"""The signed termo de compromisso: a paper of the portal, issued as the termo is accepted, the same file ever after."""

from common import permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow
from documents import text
from documents.models import Paper
from documents.services.issuing import Draft, find_paper, issue_paper
from documents.services.signatories import Signatory
from gerencia.models import Enrolment
from gerencia.permissions import Permission

KIND, ROLE = "termo-adesao", "Gestor(a) no Gerencia APS"


def issue_terms(*, enrolment_id: int, signatory: Signatory | None = None) -> Paper:
    """Issue the termo as accepted, dated by the act.

    Called once the act is done: by who accepted, with the own key as `signatory`, or by the portal's seal; and with the
    seal by whoever finds it missing. Raises NotAllowedNow where no termo was accepted.
    """
    rows = Enrolment.objects.select_related("offer", "entity__municipality__uf", "entity__uf", "enrolled_by")
    enrolment = rows.get(pk=enrolment_id)
    if found := find_paper(kind=KIND, target=enrolment):
        return found
    accepted_by, at = enrolment.enrolled_by, enrolment.enrolled_at
    if not enrolment.terms_text or accepted_by is None or at is None:
        raise NotAllowedNow(enrolment.get_status_display())
    title = f"Termo de compromisso – {enrolment.entity}"
    draft = Draft(
        kind=KIND,
        title=title,
        target=enrolment,
        matter=enrolment,
        subject=f"Adesão de {enrolment.entity}: {enrolment.offer}"[:200],
        body=text.render(title, enrolment.terms_text.split("\n\n")),
    )
    by = Actor.identified(accepted_by, at=at)
    signatory = signatory or Signatory(accepted_by.name, ROLE, at)
    return issue_paper(draft=draft, signatories=[signatory], by=by, at=at)


def terms_paper(*, enrolment_id: int, by: Actor) -> Paper:
    """The signed termo, for its download. Raises NotPermitted, and NotAllowedNow where no termo was accepted."""
    permissions.require(by, Permission.READ_ENROLMENT, Enrolment.objects.get(pk=enrolment_id))
    return issue_terms(enrolment_id=enrolment_id)
