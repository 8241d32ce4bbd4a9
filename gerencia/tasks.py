"""Background work of the Gerencia APS: papers, drawn and signed while nobody waits and nothing is locked."""

from celery import shared_task

from gerencia.services import terms_paper


@shared_task
def issue_terms(enrolment_id: int) -> None:
    """The termo de compromisso that was just accepted."""
    terms_paper.issue_terms(enrolment_id=enrolment_id)
