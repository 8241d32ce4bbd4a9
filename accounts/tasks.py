"""Background work of accounts."""

from celery import shared_task

from accounts.services.memberships import inactivate_idle_memberships
from common import clock


@shared_task
def inactivate_unused_memberships() -> int:
    """Record as INATIVO the profiles unused for settings.MEMBERSHIP_IDLE_DAYS days; repeating it changes nothing."""
    return inactivate_idle_memberships(at=clock.now())
