"""What somebody will read when a desk of the SIOPS returns or refuses, shown before: decided on a copy, never saved."""

from copy import copy
from datetime import datetime

from django.conf import settings

from common import mail
from common.actor import Actor
from siops.models import CertificationRequest, FundUpdate, OfficialLetter


def letter_returned(letter: OfficialLetter, *, by: Actor, at: datetime) -> mail.Text | None:
    """None when nobody is told, because the account that sent it is gone."""
    if letter.sent_by is None:
        return None
    returned = copy(letter)
    returned.send_back(by=by, reason=mail.REASON_HERE, at=at)
    return mail.preview("siops_letter_reviewed", letter=returned, portal=settings.PORTAL_URL)


def update_returned(update: FundUpdate, *, by: Actor, at: datetime) -> mail.Text:
    returned = copy(update)
    returned.send_back(by=by, reason=mail.REASON_HERE, at=at)
    return mail.preview("siops_fund_returned", update=returned, portal=settings.PORTAL_URL)


def certification_refused(row: CertificationRequest, *, at: datetime) -> mail.Text:
    refused = copy(row)
    refused.cancel(at=at)
    context = {"row": refused, "reason": mail.REASON_HERE, "portal": settings.PORTAL_URL}
    return mail.preview("siops_certification_cancelled", **context)
