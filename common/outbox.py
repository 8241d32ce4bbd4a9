"""Sending what the outbox owes: one e-mail at a time, each in transactions of its own that hold nothing while it goes.

What fails is tried again later and later; what can never arrive is given up, for the staff to see, and delays nobody.
"""

from datetime import datetime, timedelta
from enum import Enum, auto
from smtplib import SMTPException, SMTPNotSupportedError, SMTPRecipientsRefused, SMTPResponseException

import structlog
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from common.models import OutboxMessage

log = structlog.get_logger("ensaio.mail")

# Whoever dies while sending leaves the e-mail to the next one after this time.
CLAIM = timedelta(minutes=5)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
# A little more than half a day.
MOST_ATTEMPTS = 18
PERMANENT = 500


class Outcome(Enum):
    """What came of one turn."""

    NOTHING_DUE = auto()
    SERVER_AWAY = auto()
    SENT = auto()
    FAILED = auto()


def deliver_next(*, at: datetime) -> Outcome:
    """Send the oldest e-mail that is due. While the server cannot be reached nothing counts as an attempt."""
    if not OutboxMessage.objects.due(at).exists():
        return Outcome.NOTHING_DUE
    server = get_connection()
    try:
        server.open()
    except (OSError, SMTPException) as problem:
        log.warning("mail server away", reason=type(problem).__name__)
        return Outcome.SERVER_AWAY
    try:
        message = _claim(at=at)
        return _send(message, server, at=at) if message else Outcome.NOTHING_DUE
    finally:
        server.close()


@transaction.atomic
def _claim(*, at: datetime) -> OutboxMessage | None:
    """Count the attempt and keep others away from the e-mail for a while."""
    message = OutboxMessage.objects.due(at).select_for_update(skip_locked=True).order_by("pk").first()
    if message is not None:
        message.attempts += 1
        message.next_try_at = at + CLAIM
        message.save(update_fields=["attempts", "next_try_at"])
    return message


def _send(message: OutboxMessage, server: BaseEmailBackend, *, at: datetime) -> Outcome:
    try:
        EmailMessage(message.subject, message.body, to=[message.to_email], connection=server).send()
    except (OSError, SMTPException, ValueError) as problem:
        _put_off(message, problem, at=at)
        return Outcome.FAILED
    message.sent_at, message.last_error = at, ""
    message.save(update_fields=["sent_at", "last_error"])
    return Outcome.SENT


def _put_off(message: OutboxMessage, problem: Exception, *, at: datetime) -> None:
    """Say when it is tried again, or give it up."""
    message.last_error = describe(problem)
    if is_final(problem) or message.attempts >= MOST_ATTEMPTS:
        message.given_up_at = at
    else:
        message.next_try_at = at + min(FIRST_PAUSE * 2 ** (message.attempts - 1), LONGEST_PAUSE)
    message.save(update_fields=["last_error", "given_up_at", "next_try_at"])
    log.warning(
        "mail not sent", message=message.pk, attempts=message.attempts, given_up=message.given_up_at is not None
    )


def is_final(problem: Exception) -> bool:
    """Whether trying again cannot help: the address, or the text itself, is at fault."""
    if isinstance(problem, SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _ in problem.recipients.values())
    return isinstance(problem, ValueError | SMTPNotSupportedError)


def describe(problem: Exception) -> str:
    """Code and kind of the failure, without what the server says: its texts repeat addresses."""
    codes = [code for code, _ in problem.recipients.values()] if isinstance(problem, SMTPRecipientsRefused) else []
    if isinstance(problem, SMTPResponseException):
        codes = [problem.smtp_code]
    return " ".join([type(problem).__name__, *map(str, codes)])
