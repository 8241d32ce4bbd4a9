"""Background work of pki."""

from celery import shared_task

from common import clock
from pki import services


@shared_task
def publish_revocation_lists() -> list[str]:
    """Renew the revocation lists (LCR) that have used up half of their life."""
    return services.publish_due_crls(at=clock.real_now())
