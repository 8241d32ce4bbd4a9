"""The path «Sincronizar» for its rail: the citizen at the desk, the CADSUSWEB in between, the attendance at the end."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.http import HttpRequest
from django.urls import reverse

from accounts.actors import Proof
from accounts.personas import demo_personas
from cadsus import doors, rail_web
from cadsus.models import Posting
from cadsus.rail_desk import LABELS, at_the_desk
from common.actor import ActorRequest
from common.rail import Rail, RailPath, Start

START_ROLE = str(Posting.Function.RECEPTION.label)


def synchronizing(request: HttpRequest, at: datetime) -> Rail | None:
    """Of who is at a desk, or in the CADSUSWEB; of nobody else."""
    actor = cast("ActorRequest", request).actor
    if actor.proof == Proof.UNIT_PASSWORD:
        return at_the_desk(request, actor, at)
    return rail_web.correcting(request, actor, at) if actor.proof == Proof.OPERATOR else None


def _start() -> Start | None:
    at_desks = (who for who in demo_personas() if who.door == doors.SISREDE_DOOR and who.role == START_ROLE)
    desk = next(at_desks, None)
    if desk is None:
        return None
    return Start(label=f"Começar como {desk.name.split()[0]}", persona=desk.key, url=reverse("cadsus:sisrede_home"))


SYNCHRONIZING = RailPath(
    title="Sincronizar",
    summary="Na frente do usuário: consultar o CADSUS, corrigir o que falta, confirmar e atender.",
    icon="rotate",
    steps=len(LABELS) + 1,
    roles=3,
    minutes=15,
    routes=frozenset({"cadsus:citizen_detail", "cadsus:citizen_justify", "cadsus:household_link"}) | rail_web.ROUTES,
    wide=frozenset({"cadsus:citizen_check"}),
    start=_start,
    rail=synchronizing,
)
