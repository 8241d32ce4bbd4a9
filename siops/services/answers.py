"""What the desks of the SIOPS decide by themselves, when a room has them automatic: by the services that people use."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.crypto import salted_hmac
from django_fsm import can_proceed

from accounts.actors import Proof, actor_of
from accounts.automatic import automatic_account, automatic_actor
from accounts.models import User
from common.actor import Actor
from common.answering import unmet
from common.exceptions import RuleBroken
from siops.models import Attendant, CertificationRequest, Certifier, FundUpdate
from siops.services.certification_issue import issue_certification, refuse_certification
from siops.services.fund_facts import approved_before, checks_of
from siops.services.fund_updates import approve_update, return_update, take_update
from siops.services.letters import approve_letter, return_letter

StaffRole = User.StaffRole


@dataclass(frozen=True)
class DeliveryCodes:
    """What the envelope of a medium holds that nobody chose at the counter; the holder's protocol opens it."""

    pin: str = field(repr=False)
    puk: str = field(repr=False)
    password: str = field(repr=False)


def delivery_codes(row: CertificationRequest) -> DeliveryCodes:
    """The codes with which the automatic counter issues, made of the protocol, and so kept nowhere."""
    digest = salted_hmac("siops.automatic_counter", row.protocol, algorithm="sha256").hexdigest()
    number = int(digest, 16)
    return DeliveryCodes(f"{number % 10**6:06d}", f"{number // 10**6 % 10**8:08d}", digest[:12])


def answer_certification(*, pk: int, at: datetime) -> None:
    """Issue what was scheduled, as if the holder had come with every document; or refuse it, and say why."""
    row = CertificationRequest.objects.select_related("certifier").get(pk=pk)
    by, codes = _attendant(row.certifier, at), delivery_codes(row)
    try:
        issue_certification(
            certification_id=pk,
            documents=row.required_documents,
            pin=codes.pin,
            puk=codes.puk,
            password=codes.password,
            by=by,
            at=at,
        )
    except RuleBroken as refusal:
        refuse_certification(certification_id=pk, reason=refusal.message, by=by, at=at)


def answer_update(*, pk: int, at: datetime) -> None:
    """Check an Anexo I: approved when no fact breaks its rule, otherwise returned with what is wrong."""
    update = FundUpdate.objects.get(pk=pk)
    by = automatic_actor(desk="fns", role=StaffRole.FNS_CHECKER, words="conferência do FNS/SECON", at=at)
    if can_proceed(update.take):
        take_update(update_id=pk, by=by, at=at)
    reason = unmet(checks_of(update, approved_before(update), at=at))
    if not reason:
        try:
            approve_update(update_id=pk, by=by, at=at)
            return
        except RuleBroken as refusal:
            reason = refusal.message
    return_update(update_id=pk, reason=reason, by=by, at=at)


def answer_letter(*, pk: int, at: datetime) -> None:
    """Approve the ofício of a new head, or return it with the rule that it breaks today."""
    by = automatic_actor(desk="oficio", role=StaffRole.SIOPS_COORDINATION, words="coordenação do SIOPS", at=at)
    try:
        approve_letter(letter_id=pk, by=by, at=at)
    except RuleBroken as refusal:
        return_letter(letter_id=pk, reason=refusal.message, by=by, at=at)


@transaction.atomic
def _attendant(certifier: Certifier, at: datetime) -> Actor:
    """Who attends at the counter of that certifier, of no other."""
    desk = f"posto-{certifier.pk}"
    account = automatic_account(desk=desk, role=StaffRole.CERTIFIER, words=f"posto da {certifier}"[:100])
    Attendant.objects.get_or_create(user=account, defaults={"certifier": certifier})
    return actor_of(account, at=at, proof=Proof.AUTOMATIC)
