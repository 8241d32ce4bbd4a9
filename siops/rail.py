"""The path of a change of gestores (mudança de gestores) for its rail: the steps of the checklist, as they stand."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.http import HttpRequest
from django.urls import reverse

from accounts.personas import Persona, demo_personas, persona_by_login
from common.actor import ActorRequest
from common.rail import InHand, Rail, RailPath, Start, Turn
from common.ui import Step, StepState
from siops.offices import SiopsOffice
from siops.permissions import Permission
from siops.services.change_steps import NO_PAPER, STEPS
from siops.services.checklist import Checklist, ChecklistStep

TITLE = "Mudança de gestores"
FUND, MINISTRY, FUND_STEPS = "o Fundo", "o Ministério", (7, 8)
SHORT_LABELS = (
    "Chefe do Executivo",
    "Secretário cadastrado",
    "Certificado do Secretário",
    "Responsável pelo envio",
    "Primeiro acesso do técnico",
    "Cadastro no FNS",
    "E-mail e senha do fundo",
    "Gestor da AB",
)


def change_of_managers(request: HttpRequest, at: datetime) -> Rail | None:
    """The rail of the entity that the session answers for; three queries."""
    actor = cast("ActorRequest", request).actor
    if not isinstance(actor.office, SiopsOffice) or not actor.has_perm(Permission.VIEW_MANAGERS):
        return None
    checklist = Checklist(actor)
    waiting = [step for step in checklist.steps if not step.done]
    turn = _turn(waiting[0]) if waiting else None
    later = (_turn(step) for step in waiting[1:] if step.fact.taker.login != waiting[0].fact.taker.login)
    return Rail(
        title=TITLE,
        place=str(checklist.entity),
        steps=tuple(_step(step) for step in checklist.steps),
        turn=turn,
        then=next(later, None),
        in_hand=_in_hand(waiting[0]) if waiting else (),
    )


def _step(step: ChecklistStep) -> Step:
    state: StepState = "done" if step.done else "current" if step.is_next else "todo"
    who = "você" if step.is_mine else _short(step)
    return Step(SHORT_LABELS[step.number - 1], state, at=step.fact.when if step.done else None, who=who)


def _turn(step: ChecklistStep) -> Turn:
    persona = _persona(step.fact.taker.login)
    return Turn(
        name=step.fact.person or step.text.who,
        short=_short(step),
        role=step.text.who if step.fact.taker.login else "",
        what=step.text.act,
        is_mine=step.is_mine,
        persona=persona.key if persona else "",
        url=reverse(step.text.route) if step.text.route else "",
    )


def _short(step: ChecklistStep) -> str:
    if step.number in FUND_STEPS:
        return FUND
    return step.fact.person.split()[0] if step.fact.taker.login else MINISTRY if step.number == 1 else step.text.who


def _persona(login: str) -> Persona | None:
    """Whom the demonstration publishes with a door of the SIOPS, or of the fund."""
    persona = persona_by_login(login) if login else None
    return persona if persona and (persona.cnpj or persona.door) else None


def _in_hand(step: ChecklistStep) -> tuple[InHand, ...]:
    """The papers of the step at hand."""
    if step.text.papers == NO_PAPER:
        return ()
    return (InHand(label="Papéis deste passo", note=step.text.papers),)


def _start() -> Start | None:
    heads = (persona for persona in demo_personas() if persona.door == "siops:sign_in_virtual")
    head = next(heads, None)
    if head is None:
        return None
    return Start(label=f"Começar como {head.name.split()[0]}", persona=head.key, url=reverse("siops:checklist"))


CHANGE_OF_MANAGERS = RailPath(
    title="Mudou o gestor",
    summary="Novo Secretário ou Prefeito: certificado, responsável pelo envio, FNS e fundo.",
    icon="user-tie",
    steps=len(STEPS),
    roles=5,
    minutes=35,
    routes=frozenset(
        {
            "siops:manager_list",
            "siops:technician_register",
            "siops:technician_home",
            "siops:fund_update_list",
            "siops:letter_list",
            "siops:letter_send",
        }
    ),
    wide=frozenset({"siops:checklist"}),
    start=_start,
    rail=change_of_managers,
)
