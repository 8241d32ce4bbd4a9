"""Background work of the RNDS. A late or dead worker never makes an expired token usable: this only records."""

from celery import shared_task

from common import clock
from rnds.services import credentials, pec, requests


@shared_task
def discard_expired_requests() -> int:
    """Record the drafts whose token died."""
    return requests.discard_overtaken(at=clock.now())


@shared_task
def warn_of_expiring_certificates() -> int:
    """Write the 30, 15, 7 and 1-day notices."""
    return credentials.warn_of_expiry(at=clock.now())


@shared_task
def erase_unopened_files() -> int:
    """Erase what nobody opened in the folders "chaves": it could be a real certificate."""
    return pec.erase_unopened_files(at=clock.now())
