"""Background work of the RNDS."""

from celery import shared_task

from common import clock
from rnds.services import pec


@shared_task
def erase_unopened_files() -> int:
    """Erase what nobody opened in the folders "chaves": it could be a real certificate."""
    return pec.erase_unopened_files(at=clock.now())
