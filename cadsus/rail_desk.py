"""The path «Sincronizar» on the pages of the SISRede: the citizen at the desk, the attendance at the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accounts.personas import Persona, demo_personas
from cadsus import doors
from cadsus.models import Attendance, Citizen, Consultation, OperatorAccess, Posting
from cadsus.permissions import Permission
from cadsus.services.attending import basis_of
from cadsus.services.places import find_place
from cadsus.workplaces import SLUGS, Workplace
from common.actor import Actor
from common.legal_time import BRASILIA
from common.rail import InHand, Rail, Turn
from common.ui import Step, StepState

Status = Citizen.Status
TITLE = "Sincronizar um cadastro"
COPY, LAST = 2, 3
LABELS = ("Consulta ao CADSUS", "Correção, se for preciso", "Sincronização")
# What somebody else has to do before the data can be copied, and the page where it is done.
CORRECTIONS = {
    Status.PENDING_NO_CNS: ("cadastra a pessoa ou gera o CNS definitivo", "cadsus:person_search"),
    Status.PENDING_UNIFICATION: ("unifica os cadastros da pessoa", "cadsus:pair_queue"),
    Status.PENDING_CPF: ("põe o CPF no cadastro da pessoa", "cadsus:person_search"),
}


@dataclass(frozen=True)
class _Act:
    """One thing to be done, and by whom; of the desk, by whoever is at it."""

    is_done: bool
    turn: Turn


def at_the_desk(request: HttpRequest, actor: Actor, at: datetime) -> Rail | None:
    """The rail of the citizen of the page, where the unit synchronizes; six queries at most."""
    kwargs: dict[str, Any] = getattr(request.resolver_match, "kwargs", {})
    if kwargs.get("module") not in SLUGS:
        return None
    place = find_place(actor, cnes=kwargs["cnes"], module=SLUGS[kwargs["module"]])
    citizen = Citizen.objects.visible_to(actor).filter(pk=kwargs["pk"]).first()
    return DeskPath(actor, at, place, citizen).rail() if place and citizen else None


class DeskPath:
    """What is recorded of one citizen, as the desk may know it."""

    def __init__(self, actor: Actor, at: datetime, place: Workplace, citizen: Citizen) -> None:
        self.actor, self.at, self.place, self.citizen = actor, at, place, citizen

    @cached_property
    def basis(self) -> str:
        return basis_of(self.citizen, place=self.place, at=self.at)[0]

    @cached_property
    def was_consulted(self) -> bool:
        if self.citizen.status in (Status.NOT_SYNCHRONIZED, Status.PENDING_DOWN):
            return Consultation.objects.holding_at(self.at).filter(citizen=self.citizen).exists()
        return True

    @property
    def is_attended(self) -> bool:
        """In this visit; in cadastro the last step is the household."""
        if not self.place.attends:
            return self.citizen.kind == Citizen.Kind.LINKED
        day = self.at.astimezone(BRASILIA).replace(hour=0, minute=0, second=0, microsecond=0)
        own = Attendance.objects.filter(citizen=self.citizen, establishment=self.place.cnes)
        return own.filter(at__gte=day, at__lte=self.at).exists()

    @cached_property
    def acts(self) -> tuple[_Act, ...]:
        goes_on = bool(self.basis)
        return (
            _Act(goes_on or self.was_consulted, self.desk_turn("consulta o CADSUS", "cadsus:citizen_detail")),
            _Act(goes_on or (self.was_consulted and not self.waits_for_others), self._corrector()),
            _Act(goes_on, self.desk_turn("confere o documento e confirma", "cadsus:citizen_check")),
            _Act(self.is_attended, self._last()),
        )

    @property
    def waits_for_others(self) -> bool:
        return self.citizen.status in (*CORRECTIONS, Status.PENDING_REVENUE)

    def desk_turn(self, what: str, route: str, permission: Permission = Permission.SYNCHRONIZE) -> Turn:
        """By who looks, who works at this desk or not."""
        return Turn(
            name=f"{self.place.module.label}, {self.place.name}",
            short=f"quem está no módulo {self.place.module.label.lower()}",
            role="",
            what=what,
            is_mine=self.actor.has_perm(permission, self.place),
            url=reverse(route, args=[self.place.cnes, self.place.slug, self.citizen.pk]),
        )

    def _last(self) -> Turn:
        if self.place.attends:
            return self.desk_turn("abre o atendimento", "cadsus:citizen_detail", Permission.OPEN_ATTENDANCE)
        return self.desk_turn("visita e vincula ao domicílio", "cadsus:household_link")

    def _corrector(self) -> Turn:
        """Who makes it possible: a registrar of the unit, or the manager who approves one; for the CPF, its owner."""
        if self.citizen.status == Status.PENDING_REVENUE:
            return Turn(name=self.citizen.name, short="a pessoa", role="", what="regulariza o CPF na Receita Federal")
        if self.citizen.status not in CORRECTIONS:
            return Turn(name="Cadastrador da unidade", short="o cadastrador", role="", what="corrige no CADSUSWEB")
        what, route = CORRECTIONS[Status(self.citizen.status)]
        registrars = list(_registrars(self.place.cnes, self.at))
        if registrars:
            return self._somebody(registrars, "Cadastrador da unidade", what, route)
        managers = list(_managers(self.place.cnes, self.at))
        who = "Gerente da unidade" if managers else "TI municipal"
        return self._somebody(managers, who, "aprova um cadastrador, no SGOP", "cadsus:approval_pending")

    def _somebody(self, people: list[tuple[str, str]], role: str, what: str, route: str) -> Turn:
        """Of several the one who looks, else whom the demonstration publishes, else the first one."""
        account = self.actor.account
        mine = [one for one in people if account is not None and one[0] == account.login]
        known = [one for one in people if persona_at(one[0], doors.CADSUS_DOOR)]
        login, name = (mine or known or people or [("", role)])[0]
        persona = persona_at(login, doors.CADSUS_DOOR)
        return Turn(
            name=name,
            short=name.split()[0] if login else f"a {role}",
            role=role if login else "",
            what=what,
            is_mine=bool(mine),
            persona=persona.key if persona else "",
            url=reverse(route),
        )

    def rail(self) -> Rail | None:
        if self.basis == Attendance.Basis.NOT_REQUIRED:
            return None
        waiting = next((act for act in self.acts if not act.is_done), None)
        later = self.acts[self.acts.index(waiting) + 1 :] if waiting else ()
        then = next((act.turn for act in later if waiting and act.turn.name != waiting.turn.name), None)
        return Rail(
            title=TITLE,
            place=self.place.name,
            steps=tuple(self._step(number, act, waiting) for number, act in enumerate(self.acts)),
            turn=waiting.turn if waiting else None,
            then=then,
            in_hand=(self.in_hand(),),
        )

    def _step(self, number: int, act: _Act, waiting: _Act | None) -> Step:
        state: StepState = "done" if act.is_done else "current" if act is waiting else "todo"
        label = LABELS[number] if number < LAST else ("Atendimento" if self.place.attends else "Domicílio")
        if number == COPY and self.basis == Attendance.Basis.JUSTIFIED:
            label = "Justificativa"
        return Step(label, state, who="você" if act.turn.is_mine else act.turn.short)

    def in_hand(self) -> InHand:
        return InHand(label="Documento com foto", note="ou a certidão de nascimento, se criança")


def persona_at(login: str, door: str) -> Persona | None:
    """Whom the demonstration publishes with this CPF at this door."""
    return next((who for who in demo_personas() if login and (who.login, who.door) == (login, door)), None)


def _registrars(cnes: str, at: datetime) -> Any:
    rows = OperatorAccess.objects.in_force_at(at).filter(establishment=cnes, profile=OperatorAccess.Profile.REGISTRAR)
    return rows.order_by("pk").values_list("operator__person__cpf", "operator__person__name")


def _managers(cnes: str, at: datetime) -> Any:
    rows = Posting.objects.managing(cnes, at).order_by("pk")
    return rows.values_list("link__person__cpf", "link__person__name")
