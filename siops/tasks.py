"""Background work of the SIOPS."""

from celery import shared_task

from common import clock, vault
from siops.services import certificate_notices, ends_of_term, technician_access


@shared_task
def send_technician_recovery(sealed_cpf: str) -> None:
    """«ESQUECEU A SENHA» of a technician; no CPF waits in the queue in clear."""
    technician_access.send_recovery(cpf=vault.unseal(sealed_cpf.encode()).decode(), at=clock.now())


@shared_task
def warn_of_expiring_certificates() -> int:
    """E19, 30 days before the certificate of a gestor ends."""
    return certificate_notices.warn_of_expiry(at=clock.now())


@shared_task
def tell_ends_of_term() -> int:
    """Tell who answered for an entity until a day that is over."""
    return ends_of_term.tell_ends_of_term(at=clock.now())
