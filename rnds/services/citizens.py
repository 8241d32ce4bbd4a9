"""The citizen search of the PEC (busca de cidadão na base nacional): a token of the bus, then PDQ, over the network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from common import audit, permissions
from common.actor import Actor
from common.exceptions import RuleBroken
from common.legal_time import BRASILIA
from rnds.models import PecInstallation
from rnds.permissions import Permission
from rnds.services import pdq
from rnds.services.connection import enabled_certificate, expired_by_day, on_record
from rnds.services.key_files import open_key_file
from rnds.services.pec_line import Line, Step, Stopped

NOT_ENABLED = (
    "O serviço CADSUS não está habilitado neste certificado. Em «Certificados», desabilite-o e habilite-o de novo com "
    "CADSUS marcado."
)
EXPIRED = "Certificado expirado em {day}: o PEC não chama o CADSUS com ele."


@dataclass(frozen=True, slots=True)
class Search:
    """What a search gave: the calls in their order, and what the CADSUS told when it was reached."""

    steps: tuple[Step, ...]
    told: pdq.Told | None


def search_citizen(*, installation_id: int, asked: pdq.Asked, scenario: str = "", by: Actor, at: datetime) -> Search:
    """Ask the CADSUS for a citizen as the PEC does; the trail says who asked, and how, but not for whom.

    The file is opened and the network called between two short transactions, never while a row is locked. Raises
    NotAllowedNow when no certificate is enabled, RuleBroken cadsus_not_enabled or expired, and Busy.
    """
    installation, content = enabled_certificate(
        installation_id=installation_id, permission=Permission.SEARCH_CITIZEN, by=by
    )
    if not installation.serves_cadsus:
        raise RuleBroken(NOT_ENABLED, code="cadsus_not_enabled")
    opened = open_key_file(content, installation.password, by=by)
    if expired_by_day(opened, at):
        raise RuleBroken(EXPIRED.format(day=f"{opened.validity()[1].astimezone(BRASILIA):%d/%m/%Y}"), code="expired")
    line = Line(opened, scenario)
    try:
        told = line.citizens(pdq.question(asked, sender=installation.name, at=at))
    except Stopped:
        told = None
    search = Search(tuple(line.steps), told)
    record_search(installation_id=installation_id, search=search, kind=asked.kind, by=by, at=at)
    return search


@transaction.atomic
def record_search(*, installation_id: int, search: Search, kind: str, by: Actor, at: datetime) -> None:
    """The search in the trail: by which kind of datum, how many came back, and its calls."""
    installation: PecInstallation = PecInstallation.objects.select_for_update().get(pk=installation_id)
    permissions.require(by, Permission.SEARCH_CITIZEN, installation)
    audit.record(
        "pec.citizen_searched",
        target=installation,
        by=by,
        at=at,
        kind=kind,
        found=search.told.total if search.told else 0,
        calls=[on_record(step) for step in search.steps],
    )
