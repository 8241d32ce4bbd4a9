"""Background work of the e-Gestor."""

from celery import shared_task

from common import clock
from egestor.services.expiry import record_expiries


@shared_task
def expire_deployment_tokens() -> int:
    """Record the tokens whose day ended; returns how many."""
    return record_expiries(at=clock.now())
