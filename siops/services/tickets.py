"""The chamados of the SIOPS: the technician still blocked sends the zipped file; a crítica may be released once."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Any

from django.db import transaction

import tickets.services as desk
from common import audit, permissions
from common.actor import Actor
from common.exceptions import AllAtOnce, NotAllowedNow, RuleBroken
from common.legal_time import BRASILIA
from siops.models import Attachment, RuleRelease
from siops.permissions import Permission
from siops.services.attachments import Examined, examine, keep
from siops.services.post import write_to_author
from territory.models import Entity
from tickets.helplines import Helpline
from tickets.models import Product, SupportTicket, TicketMessage

RULE_CODE = re.compile(r"SIM-[A-Z][0-9]{2}")
SAME_FILE = "Este arquivo já foi enviado no {ticket}, que aguarda resposta."
FIRST_YEAR = 2013
BIMESTERS = range(1, 7)


def _tell(ticket: SupportTicket, message: TicketMessage, at: datetime) -> None:
    write_to_author(
        "siops_ticket_answered", ticket.opened_by, entity_id=ticket.entity_id, at=at, ticket=ticket, message=message
    )


HELPLINE = Helpline(product=Product.SIOPS, open=Permission.OPEN_TICKET, answer=Permission.ANSWER_TICKET, tell=_tell)


def open_ticket(
    *, entity_id: int, subject: str, rule_code: str, text: str, filename: str, content: bytes, by: Actor, at: datetime
) -> SupportTicket:
    """Open a ticket with its zipped file.

    Raises RuleBroken (`field` "text", "rule_code" or "file"; same_file while another ticket with it waits).
    """
    permissions.require(by, Permission.OPEN_TICKET, Entity.objects.get(pk=entity_id))
    file = examine(kind=Attachment.Kind.ARCHIVE, filename=filename, content=content)
    return _open(entity_id=entity_id, subject=subject, rule_code=rule_code, text=text, file=file, by=by, at=at)


@transaction.atomic
def _open(
    *, entity_id: int, subject: str, rule_code: str, text: str, file: Examined, by: Actor, at: datetime
) -> SupportTicket:
    # Files refer to the entity: a weak lock makes double clicks take turns and stops nobody else.
    entity = Entity.objects.select_for_update(no_key=True).get(pk=entity_id)
    permissions.require(by, Permission.OPEN_TICKET, entity)
    _require_new_file(entity, file.content)
    message = desk.open_ticket(
        helpline=HELPLINE,
        entity_id=entity_id,
        subject=subject,
        rule_code=_rule_code(rule_code) if rule_code else "",
        text=text,
        by=by,
        at=at,
    )
    keep(owner=message, file=file, by=by, at=at)
    return message.ticket


@transaction.atomic
def answer_ticket(*, ticket_id: int, text: str, by: Actor, at: datetime) -> SupportTicket:
    """The coordination answers; whoever opened the ticket is told at the address of the office."""
    return desk.answer_ticket(helpline=HELPLINE, ticket_id=ticket_id, text=text, by=by, at=at)


@transaction.atomic
def solve_ticket(*, ticket_id: int, by: Actor, at: datetime) -> SupportTicket:
    """The entity is satisfied with the answer."""
    return desk.solve_ticket(helpline=HELPLINE, ticket_id=ticket_id, by=by, at=at)


def reopen_ticket(
    *, ticket_id: int, text: str, filename: str = "", content: bytes = b"", by: Actor, at: datetime
) -> SupportTicket:
    """The answer did not solve it: say why, with another file if there is one. The 72 hours begin again."""
    permissions.require(by, Permission.OPEN_TICKET, SupportTicket.objects.of(Product.SIOPS).get(pk=ticket_id))
    file = examine(kind=Attachment.Kind.ARCHIVE, filename=filename, content=content) if filename else None
    return _reopen(ticket_id=ticket_id, text=text, file=file, by=by, at=at)


@transaction.atomic
def _reopen(*, ticket_id: int, text: str, file: Examined | None, by: Actor, at: datetime) -> SupportTicket:
    message = desk.reopen_ticket(helpline=HELPLINE, ticket_id=ticket_id, text=text, by=by, at=at)
    if file:
        keep(owner=message, file=file, by=by, at=at)
    return message.ticket


@transaction.atomic
def release_rule(
    *,
    ticket_id: int,
    rule_code: str,
    year: int,
    bimester: int,
    version: int,
    reason: str,
    by: Actor,
    at: datetime,
) -> RuleRelease:
    """Release one crítica for one version of one declaration (liberação pontual), on a ticket that is not solved.

    Raises RuleBroken with the field at fault, and when this very release was already given.
    """
    ticket = SupportTicket.objects.of(Product.SIOPS).select_for_update().get(pk=ticket_id)
    permissions.require(by, Permission.RELEASE_RULE, ticket)
    if ticket.status == SupportTicket.Status.SOLVED:
        raise NotAllowedNow(ticket.get_status_display())
    rules = AllAtOnce()
    typed = rules.ask(_rule_code, rule_code)
    rules.ask(_require_period, year, bimester, version, at)
    told = rules.ask(desk.long_enough, reason, "reason", "Descreva o motivo da liberação")
    code, reason = rules.settled(typed), rules.settled(told)
    _lock_entity(ticket.entity_id)
    if is_released(entity_id=ticket.entity_id, rule_code=code, year=year, bimester=bimester, version=version):
        raise RuleBroken("Esta crítica já foi liberada para esta versão.", code="already_released", field="rule_code")
    release: RuleRelease = RuleRelease.objects.create(
        entity_id=ticket.entity_id,
        ticket=ticket,
        rule_code=code,
        year=year,
        bimester=bimester,
        version=version,
        reason=reason,
        granted_by_id=by.author_id,
        granted_at=at,
    )
    facts: dict[str, Any] = {
        "rule_code": code,
        "year": year,
        "bimester": bimester,
        "version": version,
        "reason": reason,
    }
    audit.record("rule.released", target=release, by=by, at=at, **facts)
    write_to_author(
        "siops_ticket_released", ticket.opened_by, entity_id=ticket.entity_id, at=at, ticket=ticket, release=release
    )
    return release


def is_released(*, entity_id: int, rule_code: str, year: int, bimester: int, version: int) -> bool:
    """Whether the ministry released this crítica for this very version of the declaration, and no other."""
    return RuleRelease.objects.filter(
        entity_id=entity_id, rule_code=rule_code, year=year, bimester=bimester, version=version
    ).exists()


def _lock_entity(entity_id: int) -> None:
    """Two tickets of one entity may ask for the same release at once."""
    Entity.objects.select_for_update(no_key=True).get(pk=entity_id)


def _require_new_file(entity: Entity, content: bytes) -> None:
    """Two tabs that send the same thing open one ticket."""
    same = Attachment.objects.filter(sha256=hashlib.sha256(content).hexdigest(), message__ticket__entity=entity)
    waiting = same.filter(message__ticket__status__in=SupportTicket.WAITING).select_related("message__ticket").first()
    if waiting is not None and waiting.message is not None:
        raise RuleBroken(SAME_FILE.format(ticket=waiting.message.ticket), code="same_file", field="file")


def _rule_code(text: str) -> str:
    code = text.strip().upper()
    if not RULE_CODE.fullmatch(code):
        raise RuleBroken("Informe o código da crítica, como SIM-I01.", code="rule_code", field="rule_code")
    return code


def _require_period(year: int, bimester: int, version: int, at: datetime) -> None:
    rules = AllAtOnce()
    in_range = FIRST_YEAR <= year <= at.astimezone(BRASILIA).year
    rules.require(in_range, RuleBroken("Ano inválido.", code="year", field="year"))
    rules.require(bimester in BIMESTERS, RuleBroken("O bimestre vai de 1 a 6.", code="bimester", field="bimester"))
    rules.require(version >= 1, RuleBroken("A versão começa em 1.", code="version", field="version"))
    rules.settle()
