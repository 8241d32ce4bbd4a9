"""A one-time link by which a person enters the portal, given by who runs the portal: outside DEMO the only way."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from accounts.services.people import NOT_FOUND
from accounts.services.sign_in import enter_as_person
from common import audit, counters, vault
from common.actor import Actor
from common.exceptions import RuleBroken
from registry.models import Person

LASTS = timedelta(minutes=30)
USED = "access_link"
# The page behind the link, which says the door: a link made for one opens no other.
PAGE = "accounts:access_link"
DEAD_LINK = "Este link não vale mais: ele dura 30 minutos e serve uma só vez. Peça outro a quem administra o portal."


@dataclass(frozen=True)
class Link:
    """Whom a link lets in, and the record by which, where its page has several (0 elsewhere)."""

    person: Person
    record: int


@transaction.atomic
def make_access_link(*, cpf: str, page: str = PAGE, at: datetime) -> str:
    """The address that opens the person's session once, at the door of `page`.

    Nothing of it is stored; its content is sealed. Raises RuleBroken (person_not_found).
    """
    # Whose account it is, which the national registry need not answer for.
    person = Person.objects.filter(cpf=cpf).first()
    if person is None:
        raise RuleBroken(NOT_FOUND, code="person_not_found", field="cpf")
    audit.record("access_link.made", target=person, by=Actor.routine("access_link", at), at=at)
    return seal_link(person=person, page=page, at=at)


def seal_link(*, person: Person, page: str, record: int = 0, at: datetime) -> str:
    """The address itself; who gives it to somebody writes that down."""
    content = {"person": person.pk, "record": record, "until": (at + LASTS).isoformat(), "page": page}
    secret = vault.seal(json.dumps(content).encode()).decode()
    return f"{settings.PORTAL_URL}{reverse(page, args=[secret])}"


def read_link(*, secret: str, page: str = PAGE, at: datetime) -> Link:
    """What the link says, without using it. Raises RuleBroken (dead_link)."""
    try:
        content = json.loads(vault.unseal(secret.encode()))
        until, person_id, record = datetime.fromisoformat(content["until"]), content["person"], content["record"]
        is_here = content["page"] == page
    except (InvalidToken, ValueError, KeyError):
        raise RuleBroken(DEAD_LINK, code="dead_link") from None
    person = Person.objects.filter(pk=person_id).first()
    if person is None or not is_here or at >= until or counters.tally(USED, secret, at=at).times:
        raise RuleBroken(DEAD_LINK, code="dead_link")
    return Link(person, record)


@transaction.atomic
def enter_by_link(*, secret: str, at: datetime) -> User:
    """Let the person in, once. Raises RuleBroken: dead_link, or no_active_profile, which leaves the link alive."""
    return enter_as_person(cpf=use_up(secret=secret, at=at).person.cpf_text, at=at, proof="link_de_acesso")


def use_up(*, secret: str, page: str = PAGE, at: datetime) -> Link:
    """Whom the link lets in, this once: the caller's transaction lets them in, or leaves the link alive."""
    link = read_link(secret=secret, page=page, at=at)
    # Undone with the transaction when the person may not enter; parallel uses wait here and read their own number.
    if counters.count(USED, secret, lasts=LASTS, at=at).times > 1:
        raise RuleBroken(DEAD_LINK, code="dead_link")
    return link
