"""Background work of accounts."""

from celery import shared_task

from accounts.services import passwords
from accounts.services.memberships import inactivate_idle_memberships
from common import clock, vault


@shared_task
def inactivate_unused_memberships() -> int:
    """Record as INATIVO the profiles unused for settings.MEMBERSHIP_IDLE_DAYS days; repeating it changes nothing."""
    return inactivate_idle_memberships(at=clock.now())


@shared_task
def send_organisation_recovery(sealed_cnpj: str) -> None:
    """«Esqueci minha senha» of a fund; no CNPJ waits in the queue in clear."""
    passwords.send_organisation_recovery(cnpj=vault.unseal(sealed_cnpj.encode()).decode(), at=clock.now())


@shared_task
def send_person_instructions(sealed_cpf: str) -> None:
    """«Esqueci minha senha» of a person; no CPF waits in the queue in clear."""
    passwords.send_person_instructions(cpf=vault.unseal(sealed_cpf.encode()).decode(), at=clock.now())
