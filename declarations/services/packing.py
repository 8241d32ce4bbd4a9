"""«Gravar arquivo para Transmissão» (T14): the `.opsz` of exactly what was shown, and the context that goes with it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django_fsm import can_proceed

from common import audit, permissions
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken
from common.legal_time import BRASILIA
from declarations.engine import context as contexts
from declarations.engine import packing
from declarations.engine.declaration import Declaration as Content
from declarations.engine.samples import completed
from declarations.models import Declaration
from declarations.permissions import Permission
from declarations.services.contents import content_of
from declarations.services.knowledge import context_of

CHANGED = "Os dados mudaram desde a exibição. Verifique as críticas e confira de novo."
NOT_WRITTEN = "O arquivo ainda não foi gravado."


class File(NamedTuple):
    """A file to download."""

    name: str
    data: bytes


def completed_content(declaration: Declaration, at: datetime) -> Content:
    """What is written: the rows with every total computed, as they are judged."""
    return completed(content_of(declaration), context_of(declaration, at))


@transaction.atomic
def pack_declaration(*, declaration_id: int, shown_hash: str, by: Actor, at: datetime) -> Declaration:
    """VALIDADA → GRAVADA: nothing blocks in the very content that was shown. Writing it again changes nothing.

    Raises NotPermitted, NotAllowedNow, or RuleBroken (changed_since_shown).
    """
    rows = Declaration.objects.select_for_update(of=("self",)).select_related("entity", "period")
    declaration: Declaration = rows.get(pk=declaration_id)
    permissions.require(by, Permission.FILL_DECLARATION, declaration)
    if declaration.status == Declaration.Status.PACKED and declaration.content_hash == shown_hash:
        return declaration
    if not can_proceed(declaration.pack):
        raise NotAllowedNow(declaration.get_status_display())
    if not declaration.content_hash == shown_hash == completed_content(declaration, at).content_hash:
        raise RuleBroken(CHANGED, code="changed_since_shown")
    declaration.pack(at=at)
    declaration.save(update_fields=["status", "packed_at"])
    audit.record("declaration.packed", target=declaration, by=by, at=at, sha256=declaration.content_hash)
    return declaration


def file_of(declaration: Declaration) -> File:
    """The file as it was written: the same bytes each time. Raises RuleBroken (not_written, changed_since_shown).

    What the portal knows may have changed since (a former year that was homologated), and a total with it.
    """
    if declaration.packed_at is None:
        raise RuleBroken(NOT_WRITTEN, code="not_written")
    written_at = declaration.packed_at.astimezone(BRASILIA)
    content = completed_content(declaration, written_at)
    if content.content_hash != declaration.content_hash:
        raise RuleBroken(CHANGED, code="changed_since_shown")
    return File(packing.file_name(content.identity), packing.write(content, generated_at=written_at))


def context_file(declaration: Declaration, at: datetime) -> File:
    """What the offline validator needs to say the same as the portal (`--context`)."""
    period = declaration.period
    name = f"contexto-{declaration.entity.ibge}-{period.year}-B{period.bimester}.json"
    return File(name, contexts.write(context_of(declaration, at)).encode())
