"""Background work of the CADSUS and of the SISRede."""

from celery import shared_task

from cadsus.services import detection, sign_in
from common import clock, vault


@shared_task
def send_sisrede_recovery(sealed_cpf: str) -> None:
    """«Esqueceu a senha?» of the SISRede; no CPF waits in the queue in clear."""
    sign_in.send_recovery(cpf=vault.unseal(sealed_cpf.encode()).decode(), at=clock.now())


@shared_task
def detect_duplicates() -> int:
    """Look for repeated records among whoever is new or was changed; returns the pairs found."""
    return detection.detect(at=clock.now())
