"""The path «Transmitir e homologar» for its rail: from the first amount to the signature of the gestor."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple, cast

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse

from accounts.personas import Persona, demo_personas, persona_by_login
from common.actor import Actor, ActorRequest
from common.rail import InHand, Rail, RailPath, Start, Turn
from common.ui import Step, StepState
from declarations.engine.beginnings import BEGINNINGS
from declarations.models import Declaration, Receipt
from declarations.permissions import Permission
from declarations.services.panel import SECRETARY, SENDER, coming_period
from siops.models import HealthManager, Technician
from siops.offices import SiopsOffice

TITLE, PANEL = "Transmitir e homologar", "declarations:panel"
Status = Declaration.Status


class Stage(NamedTuple):
    """One step: its name, who takes it, what that person does, and the page of the version where it is done."""

    label: str
    office: str
    act: str
    route: str


STAGES = (
    Stage("Declaração aberta", SENDER, "abre a declaração do bimestre", PANEL),
    Stage("Críticas verificadas", SENDER, "traz os dados e verifica as críticas", "declarations:declaration_import"),
    Stage("Sem impeditivas", SENDER, "corrige o que impede", "declarations:findings"),
    Stage("Arquivo gravado", SENDER, "grava o arquivo", "declarations:declaration_pack"),
    Stage("Transmitida", SENDER, "transmite os dados", "declarations:declaration_transmit"),
    Stage("Homologada", SECRETARY, "confere e homologa", "declarations:homologate"),
)
# Situation of the newest version → how many steps it has behind it; one that was returned begins anew.
DONE = {
    Status.DRAFT: 1,
    Status.WITH_FINDINGS: 2,
    Status.REJECTED: 2,
    Status.VALIDATED: 3,
    Status.PACKED: 4,
    Status.TRANSMITTED: 5,
    Status.HOMOLOGATED: 6,
    Status.RECTIFIED: 6,
}
TO_BRING, FAULTY = 1, BEGINNINGS["pago-maior"]
NOTHING_OPEN = "Nenhum bimestre está no prazo hoje"
COMING = "O próximo, {period}, abre em {day:%d/%m/%Y}: quem conduz a sala avança o relógio até lá."


class Taker(NamedTuple):
    """Who holds an office of the entity."""

    name: str
    login: str


def transmit_and_homologate(request: HttpRequest, at: datetime) -> Rail | None:
    """The rail of the version that was last opened for the entity of the session; three queries, five to open one."""
    actor = cast("ActorRequest", request).actor
    office = actor.office
    if not isinstance(office, SiopsOffice) or not actor.has_perm(Permission.VIEW_DECLARATION):
        return None
    newest = _newest(office.entity_id, actor)
    done = DONE.get(Status(newest.status), 0) if newest else 0
    takers = takers_of(office.entity_id, actor)
    turns = [
        turn_of(takers, stage.office, stage.act, url=_address(stage, newest), actor=actor) for stage in STAGES[done:]
    ]
    return Rail(
        title=TITLE,
        place=f"{office.entity}, {newest.period}" if newest else str(office.entity),
        steps=tuple(_step(place, stage, takers, done) for place, stage in enumerate(STAGES)),
        turn=turns[0] if turns else None,
        then=next((turn for turn in turns if turn.name != turns[0].name), None),
        in_hand=_in_hand(newest, done, actor, at),
    )


def _newest(entity_id: int, actor: Actor) -> Declaration | None:
    """None too when nobody walked it here: what came homologated with the synthetic world has no receipt."""
    rows = Declaration.objects.visible_to(actor).filter(entity=entity_id).select_related("period", "entity")
    is_of_here = ~Q(status=Status.HOMOLOGATED) | Exists(Receipt.objects.filter(declaration=OuterRef("pk")))
    found: Any = rows.annotate(is_of_here=is_of_here).first()
    return found if found is not None and found.is_of_here else None


def _in_hand(newest: Declaration | None, done: int, actor: Actor, at: datetime) -> tuple[InHand, ...]:
    """A file to bring to the version that is open; without one, what opens next."""
    if newest and done == TO_BRING:
        return (_faulty_file(newest),)
    return () if done else _coming(actor, at)


def _coming(actor: Actor, at: datetime) -> tuple[InHand, ...]:
    """What opens next, to whoever is to open one when nothing is within its term."""
    period = coming_period(actor, at)
    note = COMING.format(period=period, day=period.opens_on) if period else ""
    return (InHand(label=NOTHING_OPEN, note=note, is_missing=True),) if period else ()


def _faulty_file(newest: Declaration) -> InHand:
    return InHand(
        label="Um arquivo com falha",
        note=f"O exemplo «{FAULTY.title}»: baixe-o e traga-o em «Importar»; há uma impeditiva para corrigir.",
        url=reverse("declarations:example_download", args=[newest.pk, FAULTY.slug]),
    )


def takers_of(entity_id: int, actor: Actor) -> dict[str, Taker]:
    """Office → who holds it in the entity; two queries."""
    senders = Technician.objects.visible_to(actor).current().filter(entity=entity_id)
    managers = HealthManager.objects.visible_to(actor).current().filter(entity=entity_id)
    secretaries = managers.filter(role=HealthManager.Role.SECRETARY)
    held = {
        SENDER: senders.select_related("person").first(),
        SECRETARY: secretaries.select_related("person").first(),
    }
    return {
        office: Taker(record.person.name, record.person.cpf_text)
        for office, record in held.items()
        if record is not None
    }


def turn_of(takers: dict[str, Taker], office: str, act: str, *, url: str, actor: Actor) -> Turn:
    """Of who holds an office of the entity."""
    taker = takers.get(office)
    persona = persona_by_login(taker.login) if taker else None
    return Turn(
        name=taker.name if taker else office,
        short=short_of(takers, office),
        role=office,
        what=act,
        is_mine=taker is not None and taker.login == (actor.account.login if actor.account else ""),
        persona=persona.key if persona and persona.door else "",
        url=url,
    )


def short_of(takers: dict[str, Taker], office: str) -> str:
    taker = takers.get(office)
    return taker.name.split()[0] if taker else office


def _step(place: int, stage: Stage, takers: dict[str, Taker], done: int) -> Step:
    state: StepState = "done" if place < done else "current" if place == done else "todo"
    return Step(stage.label, state, who=short_of(takers, stage.office))


def _address(stage: Stage, newest: Declaration | None) -> str:
    return reverse(stage.route, args=[newest.pk]) if newest and stage.route != PANEL else reverse(PANEL)


def start_at(url: str) -> Start | None:
    """As the first technician of the demonstration who enters."""
    sender: Persona | None = next(
        (each for each in demo_personas() if each.door == "siops:technician_sign_in" and not each.barred), None
    )
    if sender is None:
        return None
    return Start(label=f"Começar como {sender.name.split()[0]}", persona=sender.key, url=url)


def _start() -> Start | None:
    return start_at(reverse(PANEL))


TRANSMIT_AND_HOMOLOGATE = RailPath(
    title=TITLE,
    summary="Declarar um bimestre, corrigir as críticas, transmitir e homologar com o certificado.",
    icon="file-signature",
    steps=len(STAGES),
    roles=len({stage.office for stage in STAGES}),
    minutes=30,
    routes=frozenset(
        {
            "declarations:declaration_import",
            "declarations:declaration_pack",
            "declarations:declaration_transmit",
            "declarations:receipt_detail",
            "declarations:homologation_choose",
            "declarations:homologation",
        }
    ),
    wide=frozenset({PANEL, "declarations:findings", "declarations:summary", "declarations:homologate"}),
    start=_start,
    rail=transmit_and_homologate,
)
