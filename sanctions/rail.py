"""The path «E se ninguém homologar?» for its rail: the 6º bimestre late, from the notification to the restoration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.http import HttpRequest
from django.urls import reverse

from common.actor import Actor, ActorRequest
from common.rail import Rail, RailPath, Start, Turn
from common.ui import Step, StepState
from declarations.models import Declaration, ReportingPeriod
from declarations.rail import short_of, start_at, takers_of, turn_of
from declarations.services.panel import SECRETARY, SENDER
from rooms.stops import way_until
from sanctions.models import Omission
from sanctions.permissions import Permission
from sanctions.services.facts import HOMOLOGATED, last_bimesters, notification_day
from sanctions.terms import DAY, RESTORED_AFTER, decendial_after
from siops.offices import SiopsOffice
from siops.services.registry import legal_date
from territory.models import Entity

TITLE, CONDUCTOR = "E se ninguém homologar?", "quem conduz a sala"
DELIVERED = (Declaration.Status.TRANSMITTED, *HOMOLOGATED)


@dataclass(frozen=True)
class Stage:
    """One step: who takes it, whether it is behind, and the day until which the clock goes, or what a person does."""

    label: str
    office: str
    is_done: bool
    until: date | None = None
    act: str = ""


@dataclass(frozen=True)
class Story:
    """The 6º bimestre that is late, or that will be if nobody does anything."""

    period: ReportingPeriod
    day: date
    omission: Omission
    newest: Declaration | None
    homologated_on: date | None

    @property
    def is_notified(self) -> bool:
        return self.omission.pk is not None

    @property
    def is_in_time(self) -> bool:
        """Homologated within the thirty days: no suspension comes."""
        return self.homologated_on is not None and self.homologated_on <= self.omission.last_day

    @property
    def stages(self) -> list[Stage]:
        return [*self._before, *([] if self.is_in_time else self._sanction), *self._delivery, self._end]

    @property
    def _before(self) -> list[Stage]:
        opens_on = self.period.opens_on
        return [
            Stage("Envio aberto; ninguém envia", CONDUCTOR, self.day >= opens_on, opens_on),
            Stage("Notificado", CONDUCTOR, self.is_notified, self.omission.notified_on),
        ]

    @property
    def _sanction(self) -> list[Stage]:
        """Whoever homologates after the suspension was reported, and before its first decêndio, is not suspended."""
        last_day, suspended_on = self.omission.last_day, self.omission.suspended_on
        is_over = suspended_on is not None or self.homologated_on is not None
        return [
            Stage("Último dia sem suspensão", CONDUCTOR, self.day >= last_day, last_day),
            Stage("Transferências suspensas", CONDUCTOR, is_over, decendial_after(last_day + DAY)),
        ]

    @property
    def _delivery(self) -> list[Stage]:
        is_sent = self.newest is not None and self.newest.status in DELIVERED
        return [
            Stage("Transmitida", SENDER, is_sent, act="abre o 6º bimestre no painel e o transmite"),
            Stage("Homologada", SECRETARY, self.homologated_on is not None, act="confere e homologa"),
        ]

    @property
    def _end(self) -> Stage:
        label = "Regularizado" if self.is_in_time else "Transferências restabelecidas"
        after = DAY if self.is_in_time else DAY + RESTORED_AFTER
        until = self.homologated_on + after if self.homologated_on else None
        return Stage(label, CONDUCTOR, self.omission.closed_on is not None, until)


def nobody_homologates(request: HttpRequest, at: datetime) -> Rail | None:
    """The rail of the entity that the session answers for; six queries."""
    actor = cast("ActorRequest", request).actor
    office = actor.office
    if not isinstance(office, SiopsOffice) or not actor.has_perm(Permission.VIEW_SANCTIONS):
        return None
    story = _story(office.entity, actor, legal_date(at))
    if story is None:
        return None
    takers = takers_of(office.entity_id, actor)
    stages = story.stages
    done = next((place for place, stage in enumerate(stages) if not stage.is_done), len(stages))
    turns = [
        _clock_turn(stage.until)
        if stage.office == CONDUCTOR
        else turn_of(takers, stage.office, stage.act, url=_address(stage, story), actor=actor)
        for stage in stages[done:]
    ]
    return Rail(
        title=TITLE,
        place=f"{office.entity}, {story.period}",
        steps=tuple(_step(place, stage, short_of(takers, stage.office), done) for place, stage in enumerate(stages)),
        turn=turns[0] if turns else None,
        then=next((turn for turn in turns if turn.name != turns[0].name), None),
    )


def _story(entity: Entity, actor: Actor, day: date) -> Story | None:
    """Of the last one that was late here, until the next one opens; of the next one that nobody has homologated."""
    declared = Declaration.objects.visible_to(actor).filter(entity=entity)
    official = declared.filter(status__in=HOMOLOGATED).values("period")
    coming = [row for row in last_bimesters().exclude(pk__in=official) if notification_day(row) >= day]
    late = Omission.objects.visible_to(actor).filter(entity=entity).select_related("period").first()
    ahead = coming[0] if coming else None
    if late is None or (ahead is not None and ahead.opens_on <= day and ahead != late.period):
        late = Omission(entity=entity, period=ahead, notified_on=notification_day(ahead)) if ahead else None
    if late is None:
        return None
    versions = list(declared.filter(period=late.period))
    signed = [legal_date(row.homologated_at) for row in versions if row.homologated_at is not None]
    return Story(late.period, day, late, versions[0] if versions else None, min(signed, default=None))


def _step(place: int, stage: Stage, who: str, done: int) -> Step:
    state: StepState = "done" if place < done else "current" if place == done else "todo"
    label = f"{stage.label} ({stage.until:%d/%m})" if stage.until else stage.label
    return Step(label, state, who=who)


def _clock_turn(until: date | None) -> Turn:
    """Nobody of the demonstration: who runs the room. Without a room the clock is the real one."""
    day = f"até {until:%d/%m/%Y}" if until else "até o restabelecimento"
    url = way_until(until) if until else ""
    link = f"Andar o relógio {day}" if url else ""
    return Turn(name="Quem conduz a sala", short=CONDUCTOR, role="", what=f"anda o relógio {day}", url=url, link=link)


def _address(stage: Stage, story: Story) -> str:
    if stage.office == SECRETARY and story.newest is not None:
        return reverse("declarations:homologate", args=[story.newest.pk])
    return f"{reverse('declarations:panel')}?ano={story.period.year}"


def _start() -> Start | None:
    return start_at(reverse("sanctions:monitoring"))


NOBODY_HOMOLOGATES = RailPath(
    title=TITLE,
    summary="O 6º bimestre em atraso: notificação, suspensão das transferências, entrega e restabelecimento.",
    icon="scale-balanced",
    steps=7,
    roles=3,
    minutes=30,
    routes=frozenset({"sanctions:monitoring"}),
    start=_start,
    rail=nobody_homologates,
)
