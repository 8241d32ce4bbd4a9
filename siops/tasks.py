"""Background work of the SIOPS."""

from celery import shared_task

from common import clock, vault
from siops.services import council_access, technician_access


@shared_task
def send_technician_recovery(sealed_cpf: str) -> None:
    """«ESQUECEU A SENHA» of a technician; no CPF waits in the queue in clear."""
    technician_access.send_recovery(cpf=vault.unseal(sealed_cpf.encode()).decode(), at=clock.now())


@shared_task
def send_council_links(sealed_cpf: str) -> None:
    """The one-time links of a member of the Conselho de Saúde; no CPF waits in the queue in clear."""
    council_access.send_links(cpf=vault.unseal(sealed_cpf.encode()).decode(), at=clock.now())
