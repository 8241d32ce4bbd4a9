"""One-time links that set a password (SM-11, «Esqueci minha senha»), and who is written to when asked for one.

Asking never tells whether the document exists: the page only leaves a task, and the worker looks for the account.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from accounts import lockout
from accounts.doors import PORTAL
from accounts.models import Organisation, PasswordLink, User, account_of
from common import audit, clock, counters, documents, mail, vault
from common.actor import Actor
from common.exceptions import AllAtOnce, RuleBroken
from common.house import PasswordDoor
from registry.models import Person

LASTS = timedelta(minutes=30)
SECRET_BYTES = 16
MAX_LENGTH = 64
DEAD_LINK = "Este link não vale mais: ele dura 30 minutos e serve uma só vez. Peça outro em «Esqueci minha senha»."
NOT_EQUAL = "As senhas não são iguais."
TOO_LONG = f"A senha pode ter no máximo {MAX_LENGTH} caracteres."
BLANK = "A senha não pode ter só espaços."
SAME_AS_LOGIN = "A senha não pode ser o próprio CPF ou CNPJ."
SOMEBODY = "Conta procurada"
# «Esqueci minha senha» is heard this often: for one document, and loosely from one address, which a class shares.
RECOVERY, ASKED, ASKED_FROM_ADDRESS, ASKED_LASTS = "password.recovery", 3, 300, timedelta(minutes=10)


@transaction.atomic
def ask_recovery(
    *, document: str, source: str, send: Callable[[str], object], verb: str = "password.recovery_asked", at: datetime
) -> None:
    """«Esqueci minha senha»: write that somebody asked for this CPF or CNPJ, and let the worker do the rest.

    `send` queues a task with the sealed document. The work is the same for every document, so that neither the answer
    nor its time says whether it is registered. Who asks too often gets the same answer, and nothing else happens;
    `source` is the address asked from, "" when unknown; a door without password says with `verb` what was asked for.
    """
    limits = [(document, ASKED), *([(f"from {source}", ASKED_FROM_ADDRESS)] if source else [])]
    if any(counters.count(RECOVERY, who, lasts=ASKED_LASTS, at=clock.real(at)).times > most for who, most in limits):
        return
    masked = documents.mask_cpf(document) if documents.is_cpf(document) else documents.mask_cnpj(document)
    unknown = User(pk=0, name=SOMEBODY)
    audit.record(verb, target=unknown, by=Actor.routine("password_recovery", at), at=at, login=masked)
    sealed = vault.seal(document.encode()).decode()
    transaction.on_commit(lambda: send(sealed))


@transaction.atomic
def send_organisation_recovery(*, cnpj: str, at: datetime) -> PasswordLink | None:
    """Send the link to the e-mail that the fund has at the FNS; nothing for an unknown CNPJ or without e-mail."""
    fund = Organisation.objects.filter(cnpj=cnpj, user__is_active=True).select_related("user").first()
    if fund is None or not fund.user.email:
        return None
    return resend_password_links(
        user_id=fund.user_id, emails=[fund.user.email], template="password_organisation", door=PORTAL, at=at
    )[0]


@transaction.atomic
def send_person_instructions(*, cpf: str, at: datetime) -> bool:
    """Send to the person's e-mail how a person enters; returns whether there was somebody to write to."""
    person = Person.objects.filter(cpf=cpf).select_related("user").exclude(memberships=None).first()
    if person is None:
        return False
    written = mail.write(
        "password_person",
        to=person.email,
        addressee=account_of(person),
        at=at,
        person=person,
        portal=settings.PORTAL_URL,
        is_demo=settings.DEMO,
    )
    return written is not None


@transaction.atomic
def send_password_link(
    *, user_id: int, email: str, template: str, door: PasswordDoor, at: datetime, **context: Any
) -> PasswordLink:
    """Send to `email` a link that sets the account's password once, within 30 minutes; earlier links die.

    The template receives user, url, link and whatever else is given.
    """
    return send_password_links(user_id=user_id, emails=[email], template=template, door=door, at=at, **context)[0]


@transaction.atomic
def send_password_links(
    *, user_id: int, emails: Iterable[str], template: str, door: PasswordDoor, at: datetime, **context: Any
) -> list[PasswordLink]:
    """The same, to each of several mailboxes: whichever link is used first ends the others."""
    user = _locked(user_id)
    PasswordLink.objects.open().filter(user=user, door=door.name).update(withdrawn_at=at)
    mailboxes = {email.casefold(): email for email in emails}
    return [_send(user, mailbox, template, door=door, at=at, context=context) for mailbox in mailboxes.values()]


@transaction.atomic
def resend_password_links(
    *, user_id: int, emails: Iterable[str], template: str, door: PasswordDoor, at: datetime
) -> list[PasswordLink]:
    """What anybody may ask for: a mailbox with a live link gets the same letter again, another one gets a new link.

    No live link dies of it, so that asking in somebody's name takes nothing from who has just asked.
    """
    user = _locked(user_id)
    links = []
    for mailbox in {email.casefold(): email for email in emails}.values():
        open_links = PasswordLink.objects.open().filter(user=user, sent_to__iexact=mailbox, door=door.name)
        sent = open_links.first()
        if sent is not None and sent.is_live_at(at):
            mail.write_again(_letter_of(sent), at=at)
        else:
            open_links.update(withdrawn_at=at)
            sent = _send(user, mailbox, template, door=door, at=at, context={})
        links.append(sent)
    return links


@transaction.atomic
def withdraw_links_to(*, user_id: int, email: str, at: datetime) -> None:
    """The mailbox is no longer that of the account: links on their way to it set no password."""
    user = _locked(user_id)
    PasswordLink.objects.open().filter(user=user, sent_to__iexact=email).update(withdrawn_at=at)


def set_password_by_link(*, secret: str, password: str, confirmation: str, at: datetime) -> User:
    """Set the password with a live link. The account's sessions and its other links end.

    Raises RuleBroken: dead_link for a link unknown, used, replaced or late; not_equal or bad_password (`field`) for a
    password that breaks a rule, which leaves the link alive.
    """
    found = find_live_link(secret=secret, at=at)
    if found is None:
        raise RuleBroken(DEAD_LINK, code="dead_link")
    _require_good_password(password, confirmation, found.user)
    # Hashing is costly: it is done while nothing is locked.
    return _set_password(found=found, encoded=make_password(password), at=at)


@transaction.atomic
def _set_password(*, found: PasswordLink, encoded: str, at: datetime) -> User:
    user = _locked(found.user_id)
    link = PasswordLink.objects.select_for_update().get(pk=found.pk)
    if not link.is_live_at(at) or not user.is_active:
        raise RuleBroken(DEAD_LINK, code="dead_link")

    user.password = encoded
    user.save(update_fields=["password"])
    link.used_at = at
    link.save(update_fields=["used_at"])
    PasswordLink.objects.open().filter(user=user).update(withdrawn_at=at)
    lockout.forget(user)
    audit.record("password.changed", target=user, by=Actor.identified(user, at=at), at=at, proof="link")
    mail.write("password_changed", to=link.sent_to, addressee=user, at=at, user=user, changed_at=at)
    return user


def find_live_link(*, secret: str, at: datetime) -> PasswordLink | None:
    """The link of this secret, if it still sets a password at `at`."""
    link = PasswordLink.objects.filter(secret_hash=_digest(secret), user__is_active=True).select_related("user").first()
    return link if link is not None and link.is_live_at(at) else None


def _locked(user_id: int) -> User:
    """The account, locked: of its links and passwords one change happens at a time."""
    user: User = User.objects.select_for_update(no_key=True).get(pk=user_id)
    return user


def _send(
    user: User, email: str, template: str, *, door: PasswordDoor, at: datetime, context: dict[str, Any]
) -> PasswordLink:
    secret = secrets.token_hex(SECRET_BYTES)
    link: PasswordLink = PasswordLink.objects.create(
        door=door.name,
        user=user,
        secret_hash=_digest(secret),
        sent_to=email,
        created_at=at,
        expires_at=at + LASTS,
    )
    url = settings.PORTAL_URL + reverse("accounts:password_link", args=[secret])
    letter = _letter_of(link)
    mail.write(
        template, to=email, addressee=user, at=at, idempotency_key=letter, user=user, url=url, link=link, **context
    )
    audit.record("password.link_sent", target=user, by=Actor.routine("password_recovery", at), at=at, link=link.pk)
    return link


def _letter_of(link: PasswordLink) -> str:
    """By which the letter with the link is found again; the secret is nowhere else."""
    return f"password_link:{link.pk}"


def _require_good_password(password: str, confirmation: str, user: User) -> None:
    rules = AllAtOnce()
    rules.require(password == confirmation, RuleBroken(NOT_EQUAL, code="not_equal", field="confirmation"))
    rules.ask(_require_strong, password, user)
    rules.settle()


def _require_strong(password: str, user: User) -> None:
    if not password.strip():
        raise RuleBroken(BLANK, code="bad_password", field="password")
    if len(password) > MAX_LENGTH:
        raise RuleBroken(TOO_LONG, code="bad_password", field="password")
    if re.sub(r"[.\-/\s]", "", password).upper() == user.login.upper():
        raise RuleBroken(SAME_AS_LOGIN, code="bad_password", field="password")
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise RuleBroken(" ".join(error.messages), code="bad_password", field="password") from error


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
