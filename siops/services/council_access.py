"""The door of the Conselho de Saúde: a one-time link to the e-mail that the secretary named, and no password.

The spec marks the way in as inference. A link was chosen because a password is of the person, and the mailbox of the
record: what a secretary names may open the Conselho of that entity and nothing else of somebody.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.services.access_links import seal_link, use_up
from accounts.services.people import open_account
from common import audit
from common.actor import Actor
from common.exceptions import RuleBroken
from registry.models import Person
from siops.doors import COUNCIL_LINK
from siops.models import HealthManager
from siops.models.managers import HealthManagerQuerySet
from siops.services.post import write_to_record

OVER = "Este cadastro no Conselho de Saúde não está mais em vigor. Procure o Secretário de Saúde do ente."


@transaction.atomic
def send_links(*, cpf: str, at: datetime) -> int:
    """Write a link to the mailbox of each record of the CPF in a Conselho; returns how many. None for anybody else."""
    records = _in_office(at).filter(person__cpf=cpf).exclude(person__user__is_active=False)
    found = list(records.select_related("person__user", "entity__municipality__uf", "entity__uf"))
    for record in found:
        url = seal_link(person=record.person, page=COUNCIL_LINK, record=record.pk, at=at)
        write_to_record("siops_council_link", record, at=at, url=url)
        audit.record("council.link_sent", target=record, by=Actor.routine("council_access", at), at=at)
    return len(found)


@transaction.atomic
def enter_by_link(*, secret: str, at: datetime) -> HealthManager:
    """Let the member in, once, by the record that the link is of.

    Raises RuleBroken: dead_link, or council_over, which leaves the link as it was.
    """
    link = use_up(secret=secret, page=COUNCIL_LINK, at=at)
    person = Person.objects.select_for_update(no_key=True, of=("self",)).select_related("user").get(pk=link.person.pk)
    record = _in_office(at).filter(pk=link.record, person=person).select_related("entity__municipality__uf").first()
    user = open_account(person) if record is not None else None
    if record is None or user is None or not user.is_active:
        raise RuleBroken(OVER, code="council_over")
    record.person = person
    audit.record(
        "sign_in.succeeded",
        target=user,
        by=Actor.identified(user, at=at),
        at=at,
        proof="link",
        role=record.role,
        entity=record.entity.ibge,
    )
    return record


def _in_office(at: datetime) -> HealthManagerQuerySet:
    return HealthManager.objects.in_office_at(at).filter(role=HealthManager.Role.COUNCIL)
