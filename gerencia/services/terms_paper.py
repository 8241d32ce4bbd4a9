"""The signed termo de compromisso: a paper of the portal, made at the first download and the same file ever after."""

from datetime import datetime

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


def terms_paper(*, enrolment_id: int, by: Actor, at: datetime) -> Paper:
    """The termo as accepted. Who accepted it signs by the portal's seal: gov.br gives no key.

    Raises NotPermitted, and NotAllowedNow where no termo was accepted by the system.
    """
    rows = Enrolment.objects.select_related("offer", "entity__municipality__uf", "entity__uf", "enrolled_by")
    enrolment = rows.get(pk=enrolment_id)
    permissions.require(by, Permission.READ_ENROLMENT, enrolment)
    if found := find_paper(kind=KIND, target=enrolment):
        return found
    accepted_by, accepted_at = enrolment.enrolled_by, enrolment.enrolled_at
    if not enrolment.terms_text or accepted_by is None or accepted_at is None:
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
    return issue_paper(draft=draft, signatories=[Signatory(accepted_by.name, ROLE, accepted_at)], by=by, at=at)
