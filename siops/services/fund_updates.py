"""The update of the entity's record at the FNS/SECON: filled by head or secretary, checked by the ministry."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django_fsm import can_proceed

from accounts.doors import PORTAL
from accounts.models import Organisation
from accounts.services.organisations import register_fund
from accounts.services.passwords import send_password_link
from common import audit, permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken
from siops.models import Attachment, FundUpdate
from siops.offices import office_of
from siops.permissions import Permission
from siops.services.institutional import is_public_mailbox, require_institutional
from siops.services.post import write_to_author
from territory.models import Entity

FIELDS = (
    "cnpj",
    "entity_name",
    "institutional_email",
    "phone",
    "postal_code",
    "address",
    "director_name",
    "director_cpf",
    "director_position",
    "director_identity",
)
SHORTEST_REASON = 10
STALE = "Os dados mudaram desde a exibição. Revise novamente."


@transaction.atomic
def open_update(*, entity_id: int, by: Actor, at: datetime) -> FundUpdate:
    """Start an Anexo I with what the simulator already knows. Raises RuleBroken while another one is in progress."""
    entity = Entity.objects.select_for_update(no_key=True).get(pk=entity_id)
    permissions.require(by, Permission.UPDATE_FUND_RECORD, entity)
    if FundUpdate.objects.filter(entity=entity).exclude(status=FundUpdate.Status.APPROVED).exists():
        raise RuleBroken("Já há uma atualização cadastral em andamento.", code="already_open")
    update: FundUpdate = FundUpdate.objects.create(
        entity=entity,
        opened_by_id=by.author_id,
        opened_at=at,
        opened_by_substitution=by.by_substitution,
        **_known(entity, by),
    )
    audit.record("fund_update.opened", target=update, by=by, at=at)
    return update


@transaction.atomic
def save_update(*, update_id: int, values: Mapping[str, str], shown_hash: str, by: Actor, at: datetime) -> FundUpdate:
    """Save the fields of the Anexo I (`values` by the names in FIELDS). Raises RuleBroken when the page was stale."""
    update = FundUpdate.objects.select_for_update().get(pk=update_id)
    permissions.require(by, Permission.UPDATE_FUND_RECORD, update)
    if update.status not in FundUpdate.EDITABLE:
        raise NotAllowedNow(update.get_status_display())
    if shown_hash != fields_hash(update):
        raise RuleBroken(STALE, code="changed_since_shown")
    require_institutional(values["institutional_email"], field="institutional_email")
    changed = [name for name in FIELDS if getattr(update, name) != values[name]]
    for name in changed:
        setattr(update, name, values[name])
    update.save(update_fields=changed)
    audit.record("fund_update.saved", target=update, by=by, at=at, fields=changed)
    return update


@transaction.atomic
def send_update(*, update_id: int, shown_hash: str, by: Actor, at: datetime) -> FundUpdate:
    """Send the Anexo I with its five documents. Raises RuleBroken when something is missing or the page was stale."""
    update = FundUpdate.objects.select_for_update().get(pk=update_id)
    permissions.require(by, Permission.UPDATE_FUND_RECORD, update)
    if not can_proceed(update.send):
        raise NotAllowedNow(update.get_status_display())
    if shown_hash != content_hash(update):
        raise RuleBroken(STALE, code="changed_since_shown")
    require_institutional(update.institutional_email, field="institutional_email")
    missing = missing_of(update)
    if missing:
        raise RuleBroken(f"Falta para enviar: {'; '.join(missing)}.", code="incomplete")
    update.send(at=at)
    update.save(update_fields=["status", "sent_at", "reason"])
    audit.record("fund_update.sent", target=update, by=by, at=at)
    return update


@transaction.atomic
def take_update(*, update_id: int, by: Actor, at: datetime) -> FundUpdate:
    """The ministry starts checking."""
    update = FundUpdate.objects.select_for_update().get(pk=update_id)
    permissions.require(by, Permission.CHECK_FUND_RECORD, update)
    if not can_proceed(update.take):
        raise NotAllowedNow(update.get_status_display())
    update.take(by=by)
    update.save(update_fields=["status", "checked_by"])
    audit.record("fund_update.taken", target=update, by=by, at=at)
    return update


@transaction.atomic
def return_update(*, update_id: int, reason: str, by: Actor, at: datetime) -> FundUpdate:
    """Send it back to be corrected; whoever opened it is told the reasons (ten characters at least)."""
    update = FundUpdate.objects.select_for_update().get(pk=update_id)
    permissions.require(by, Permission.CHECK_FUND_RECORD, update)
    if not can_proceed(update.send_back):
        raise NotAllowedNow(update.get_status_display())
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise RuleBroken(
            f"Descreva os motivos da devolução (mínimo de {SHORTEST_REASON} caracteres).", code="reason", field="reason"
        )
    update.send_back(by=by, reason=reason, at=at)
    update.save(update_fields=["status", "checked_by", "checked_at", "reason"])
    audit.record("fund_update.returned", target=update, by=by, at=at, reason=reason)
    write_to_author("siops_fund_returned", update.opened_by, entity_id=update.entity_id, at=at, update=update)
    return update


@transaction.atomic
def approve_update(*, update_id: int, by: Actor, at: datetime) -> FundUpdate:
    """Approve: the institutional e-mail becomes the fund's, and a link that sets its password goes there.

    Raises RuleBroken (other_cnpj) when the CNPJ is not that of the entity's fund.
    """
    updates = FundUpdate.objects.select_for_update(of=("self",)).select_related(
        "entity__municipality__uf", "entity__uf"
    )
    update = updates.get(pk=update_id)
    permissions.require(by, Permission.CHECK_FUND_RECORD, update)
    if not can_proceed(update.approve):
        raise NotAllowedNow(update.get_status_display())
    email = update.institutional_email
    fund = register_fund(entity=update.entity, cnpj=update.cnpj, name=update.entity_name, email=email, at=at)

    update.approve(by=by, at=at)
    update.save(update_fields=["status", "checked_by", "checked_at"])
    audit.record("fund_update.approved", target=update, by=by, at=at)
    send_password_link(
        user_id=fund.user_id,
        email=email,
        template="siops_fund_approved",
        door=PORTAL,
        at=at,
        update=update,
        portal=settings.PORTAL_URL,
    )
    return update


def missing_of(update: FundUpdate) -> list[str]:
    """Fields and documents that keep the update from being sent, by the names people know."""
    attached = set(update.attachments.values_list("kind", flat=True))
    return empty_of(update) + [kind.label for kind in Attachment.FOR_FUND_UPDATE if kind not in attached]


def empty_of(update: FundUpdate) -> list[str]:
    """The fields of the Anexo I that nobody filled yet, by the names people know."""
    names = {field.name: str(field.verbose_name) for field in FundUpdate._meta.fields}
    return [names[name] for name in FIELDS if not getattr(update, name)]


def fields_hash(update: FundUpdate) -> str:
    """Fingerprint of the fields as shown in the form; two tabs with different ones do not overwrite each other."""
    return _digest([getattr(update, name) for name in FIELDS])


def content_hash(update: FundUpdate) -> str:
    """Fingerprint of fields and documents as shown before sending."""
    return _digest([fields_hash(update), *update.attachments.order_by("kind").values_list("sha256", flat=True)])


def _digest(parts: list[str]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _known(entity: Entity, by: Actor) -> dict[str, str]:
    """What can be filled for the person: the fund, and the own record as dirigente."""
    fund = Organisation.objects.filter(entity=entity).select_related("user").first()
    facts = {"cnpj": fund.cnpj, "entity_name": fund.name} if fund else {}
    if fund and not is_public_mailbox(fund.user.email):
        facts["institutional_email"] = fund.user.email
    record = office_of(by).record
    facts |= {"director_name": record.person.name, "director_cpf": record.person.cpf_text}
    return facts | {"phone": record.phone, "director_position": str(getattr(record, "position", ""))}
