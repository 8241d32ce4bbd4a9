"""The protocolo of the 2ª etapa as a paper of the portal, issued as the certificate is asked for, and never again."""

from datetime import datetime

from common.actor import Actor
from common.documents import mask_cpf
from common.legal_time import BRASILIA
from documents import text
from documents.models import Paper
from documents.services.issuing import Draft, find_paper, issue_paper
from documents.services.signatories import by_the_house
from siops.models import CertificationRequest
from siops.models.certification import SYSTEM

KIND, TITLE = "protocolo-certificado", "Protocolo de solicitação de certificado digital"
BODY = (
    "Protocolo {protocol}.",
    "Titular: {name}, CPF {cpf}. Ente: {entity}. Tipo: {kind}.",
    "Posto de atendimento: {point}, {city}.",
    "Solicitado em {day} (horário de Brasília). Quem tiver o CPF e este protocolo acompanha, agenda e cancela a "
    "solicitação.",
)


def issue_protocol(*, certification_id: int) -> Paper:
    """Issue the protocolo, dated by the request and signed by the house: who asks has no way in yet, and signs nothing.

    The protocol is a secret, so neither the title nor the process says it, nor whose it is. Called once the act is
    done, and by whoever finds it missing.
    """
    row = CertificationRequest.objects.for_reading().get(pk=certification_id)
    if found := find_paper(kind=KIND, target=row):
        return found
    at: datetime = row.requested_at
    blanks = {
        "protocol": row.protocol,
        "name": row.person.name,
        "cpf": mask_cpf(row.person.cpf_text),
        "entity": row.entity,
        "kind": row.get_kind_display(),
        "point": row.service_point,
        "city": row.service_point.municipality,
        "day": f"{at.astimezone(BRASILIA):%d/%m/%Y, %H:%M}",
    }
    draft = Draft(
        kind=KIND,
        title=TITLE,
        target=row,
        matter=row,
        subject=f"Certificado digital de gestor, {row.entity}"[:200],
        body=text.render(TITLE, [line.format(**blanks) for line in BODY]),
    )
    signatory = by_the_house(role="Certificado Digital, 2ª etapa", at=at)
    return issue_paper(draft=draft, signatories=[signatory], by=Actor.routine(SYSTEM, at), at=at)
