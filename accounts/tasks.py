"""Background work of accounts."""

from celery import shared_task
from django.db import InterfaceError, OperationalError

from accounts.services import passwords
from common import clock, vault

# What somebody asked for is tried again while the database is away: no sweep would do it later. The pauses are shorter
# than the time after which the queue gives a silent worker's task to another.
AWAY = (OperationalError, InterfaceError)


@shared_task(autoretry_for=AWAY, retry_backoff=1, retry_backoff_max=60, max_retries=60)
def send_organisation_recovery(sealed_cnpj: str) -> None:
    """«Esqueci minha senha» of a fund; no CNPJ waits in the queue in clear."""
    passwords.send_organisation_recovery(cnpj=vault.unseal(sealed_cnpj.encode()).decode(), at=clock.now())


@shared_task(autoretry_for=AWAY, retry_backoff=1, retry_backoff_max=60, max_retries=60)
def send_person_instructions(sealed_cpf: str) -> None:
    """«Esqueci minha senha» of a person; no CPF waits in the queue in clear."""
    passwords.send_person_instructions(cpf=vault.unseal(sealed_cpf.encode()).decode(), at=clock.now())
