"""Background work of the SIOPS."""

from celery import shared_task

from common import clock, vault
from siops.services import council_access, protocol_paper, technician_access


@shared_task
def send_technician_recovery(sealed_cpf: str) -> None:
    """«ESQUECEU A SENHA» of a technician; no CPF waits in the queue in clear."""
    technician_access.send_recovery(cpf=vault.unseal(sealed_cpf.encode()).decode(), at=clock.now())


@shared_task
def issue_protocol(certification_id: int) -> None:
    """The protocolo of a certificate that was just asked for: drawn and signed while nobody waits."""
    protocol_paper.issue_protocol(certification_id=certification_id)


@shared_task
def send_council_links(sealed_cpf: str) -> None:
    """The one-time links of a member of the Conselho de Saúde; no CPF waits in the queue in clear."""
    council_access.send_links(cpf=vault.unseal(sealed_cpf.encode()).decode(), at=clock.now())
