"""Files that people send (anexos): what they are is decided by content; they are kept sealed in the database."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from common import audit, permissions, uploads, vault
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken
from common.uploads import FileType
from siops.models import Attachment, FundUpdate, OfficialLetter
from siops.permissions import Permission
from tickets.models import SupportTicket, TicketMessage

MAX_BYTES = 10 * 1024 * 1024
DOCUMENTS = uploads.Limits((FileType.PDF, FileType.PNG, FileType.JPEG), MAX_BYTES)
ARCHIVES = uploads.Limits((FileType.ZIP,), MAX_BYTES)
Owner = FundUpdate | OfficialLetter | TicketMessage


@dataclass(frozen=True)
class _Place:
    """Where a file may hang: the field that refers to it, the kinds accepted, the states in which it takes one."""

    field: str
    kinds: tuple[str, ...]
    open: tuple[str, ...]


_PLACES: dict[type[Owner], _Place] = {
    FundUpdate: _Place("fund_update", Attachment.FOR_FUND_UPDATE, FundUpdate.EDITABLE),
    OfficialLetter: _Place("letter", Attachment.FOR_LETTER, (OfficialLetter.Status.SENT,)),
    TicketMessage: _Place(
        "message",
        (Attachment.Kind.ARCHIVE,),
        (SupportTicket.Status.OPEN, SupportTicket.Status.ANSWERED, SupportTicket.Status.REOPENED),
    ),
}


@dataclass(frozen=True)
class Examined:
    """A file that was looked into and may be kept as a document of `kind`."""

    kind: str
    filename: str
    content: bytes = field(repr=False)
    found: FileType


def examine(*, kind: str, filename: str, content: bytes) -> Examined:
    """Look inside a file. It is costly: call it before anything is locked.

    Raises RuleBroken (`field` "file") for a file that is empty, larger than 10 MB, not of an accepted type by its
    content, or more than it seems.
    """
    found = uploads.inspect(content, accept=ARCHIVES if kind == Attachment.Kind.ARCHIVE else DOCUMENTS)
    return Examined(kind, uploads.clean_name(filename, found), content, found)


def attach(*, owner: Owner, kind: str, filename: str, content: bytes, by: Actor, at: datetime) -> Attachment:
    """Attach one file to a fund update, an official letter or a ticket message; of each kind, the newest is kept.

    Raises NotPermitted, NotAllowedNow once the owner takes no more files, and RuleBroken as examine() does.
    """
    with transaction.atomic():
        _require_open(_locked(owner), kind, by)
    return keep(owner=owner, file=examine(kind=kind, filename=filename, content=content), by=by, at=at)


@transaction.atomic
def keep(*, owner: Owner, file: Examined, by: Actor, at: datetime) -> Attachment:
    """Attach a file that was examined before; raises NotPermitted, NotAllowedNow, and RuleBroken for a wrong kind."""
    owner, kind, content = _locked(owner), file.kind, file.content
    row = _require_open(owner, kind, by)

    replaced, _ = owner.attachments.filter(kind=kind).defer("sealed_content").delete()
    attachment = Attachment.objects.create(
        **{_PLACES[type(owner)].field: owner},
        entity_id=row.entity_id,
        kind=kind,
        filename=file.filename,
        content_type=file.found.value,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        sealed_content=vault.seal(content),
        uploaded_by_id=by.author_id,
        uploaded_at=at,
        uploaded_by_substitution=by.by_substitution,
    )
    facts: dict[str, Any] = {"kind": kind, "sha256": attachment.sha256, "replaced": bool(replaced)}
    audit.record("attachment.added", target=attachment, by=by, at=at, **facts)
    return attachment


@transaction.atomic
def give_attachment(*, attachment_id: int, by: Actor, at: datetime) -> Attachment:
    """The file, for whoever may see what it is attached to; who took it is written down. Raises NotPermitted."""
    attachment = Attachment.objects.get(pk=attachment_id)
    permissions.require(by, Permission.VIEW_ATTACHMENT, attachment)
    audit.record("attachment.given", target=attachment, by=by, at=at)
    return attachment


def _require_open(owner: Owner, kind: str, by: Actor) -> FundUpdate | OfficialLetter | SupportTicket:
    """The row that decides whether the owner takes this kind of file from this person now; raises when it does not."""
    place = _PLACES[type(owner)]
    permissions.require(by, Permission.ATTACH, owner)
    row = owner.ticket if isinstance(owner, TicketMessage) else owner
    if row.status not in place.open:
        raise NotAllowedNow(row.get_status_display())
    if kind not in place.kinds:
        raise RuleBroken("Este documento não se anexa aqui.", code="kind", field="file")
    return row


def _locked(owner: Owner) -> Owner:
    if isinstance(owner, TicketMessage):
        return TicketMessage.objects.select_related("ticket").select_for_update().get(pk=owner.pk)
    if isinstance(owner, FundUpdate):
        return FundUpdate.objects.select_for_update().get(pk=owner.pk)
    return OfficialLetter.objects.select_for_update().get(pk=owner.pk)
