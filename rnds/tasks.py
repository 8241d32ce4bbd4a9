"""Background work of the RNDS."""

from celery import shared_task

from common import clock
from rnds.services import pec, terms_paper


@shared_task
def erase_unopened_files() -> int:
    """Erase what nobody opened in the folders "chaves": it could be a real certificate."""
    return pec.erase_unopened_files(at=clock.now())


@shared_task
def issue_terms(acceptance_id: int) -> None:
    """The paper of a termo that was just accepted: drawn and signed while nobody waits and nothing is locked."""
    terms_paper.issue_terms(acceptance_id=acceptance_id)
