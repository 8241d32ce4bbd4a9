"""Background work of the CADSUS and of the SISRede."""

from celery import shared_task

from cadsus.services import sign_in
from common import clock, vault


@shared_task
def send_sisrede_recovery(sealed_cpf: str) -> None:
    """«Esqueceu a senha?» of the SISRede; no CPF waits in the queue in clear."""
    sign_in.send_recovery(cpf=vault.unseal(sealed_cpf.encode()).decode(), at=clock.now())
