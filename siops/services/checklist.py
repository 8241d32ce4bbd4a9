"""«Mudou o Secretário? Mudou o Prefeito?»: the steps of a change of gestores, computed from what is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse

from accounts.models import Membership
from common.actor import Actor
from common.ui import StepState
from siops.models import FundUpdate, HealthManager, OfficialLetter, Technician
from siops.offices import office_of
from siops.services.change_steps import HEADS, SECRETARIES, STEPS, ChangeStep
from siops.services.registry import certificates_in_force
from territory.models import Entity

Role = HealthManager.Role


@dataclass(frozen=True)
class Button:
    """What who looks may open."""

    label: str
    url: str


@dataclass(frozen=True)
class Taker:
    """Who takes a step, when it is known: the name, and the CPF or CNPJ that enters."""

    name: str = ""
    login: str = ""


NOBODY = Taker()


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What is recorded of one step, and who takes it."""

    done: bool
    detail: str
    when: datetime | None = None
    taker: Taker = NOBODY
    button: Button | None = None

    @property
    def person(self) -> str:
        return self.taker.name


@dataclass(frozen=True)
class ChecklistStep:
    """One step as who looks sees it: what is known of it, and whose turn it is."""

    number: int
    text: ChangeStep
    fact: Fact
    is_next: bool
    waits_for: int
    is_mine: bool

    @property
    def done(self) -> bool:
        return self.fact.done

    @property
    def is_open(self) -> bool:
        """It can be taken, although it is not the next one."""
        return not self.done and not self.is_next and not self.waits_for

    @property
    def whose(self) -> str:
        """Who is to take it; empty when it is not known."""
        return "você" if self.is_mine else self.fact.person

    @property
    def stage(self) -> StepState:
        """How its line is drawn."""
        return "done" if self.done else "current" if self.is_next else "todo"

    @property
    def state(self) -> tuple[str, str]:
        """The word of the step and the tone of its tag."""
        if self.done:
            return "FEITO", "success"
        if self.is_next:
            return "É A VEZ", "info"
        if self.waits_for:
            return f"AGUARDA {self.waits_for}", "neutral"
        return "PODE FAZER", "info"


class Checklist:
    """The steps for the entity of `actor`, in the order in which they are taken. Every fact is read once."""

    def __init__(self, actor: Actor) -> None:
        self.actor, self.at, self.entity = actor, actor.at, office_of(actor).entity
        self.managers = {manager.role: manager for manager in self._managers().exclude(role__in=HealthManager.WATCHING)}
        technicians = Technician.objects.visible_to(actor).current()
        self.technician = technicians.select_related("person").first()
        self.recorded = self._recorded()

    def _managers(self) -> QuerySet[HealthManager]:
        """Who is in office or waits for confirmation, each with the days of the certificate that lasts longest."""
        longest = (
            certificates_in_force(self.at).filter(holder_document=OuterRef("person__cpf")).order_by("-not_after", "-pk")
        )
        rows = HealthManager.objects.visible_to(self.actor).current().select_related("person", "election_load")
        return rows.annotate(
            certified_since=Subquery(longest.values("not_before")[:1]),
            certified_until=Subquery(longest.values("not_after")[:1]),
        )

    def _recorded(self) -> dict[str, Any]:
        """What is kept of the entity outside the Módulo de Gestores: letters, fund, and the record in the FNS."""
        sent = OfficialLetter.objects.visible_to(self.actor).filter(status=OfficialLetter.Status.SENT)
        update = FundUpdate.objects.visible_to(self.actor).order_by("-opened_at", "-pk")
        profile = Membership.objects.active().filter(entity=self.entity, role=Membership.Role.AB_MANAGER)
        found: Any = (
            Entity.objects.filter(pk=self.entity.pk)
            .annotate(
                letter_waits=Exists(sent),
                update=Subquery(update.values("pk")[:1]),
                update_status=Subquery(update.values("status")[:1]),
                director_cpf=Subquery(update.values("director_cpf")[:1]),
                checked_at=Subquery(update.values("checked_at")[:1]),
                ab_manager=Subquery(profile.values("person__name")[:1]),
                ab_granted_at=Subquery(profile.values("granted_at")[:1]),
            )
            .values(
                "letter_waits",
                "update",
                "update_status",
                "director_cpf",
                "checked_at",
                "ab_manager",
                "ab_granted_at",
                "fund__name",
                "fund__cnpj",
                "fund__user__email",
                "fund__user__last_login",
            )
            .get()
        )
        return dict(found)

    @cached_property
    def steps(self) -> list[ChecklistStep]:
        facts = [
            self._head(),
            self._secretary(),
            self._certificate(),
            self._technician(),
            self._first_access(),
            self._fund_record(),
            self._egestor(),
            self._ab_manager(),
        ]
        following = next((number for number, fact in enumerate(facts, 1) if not fact.done), 0)
        return [
            ChecklistStep(
                number=number,
                text=text,
                fact=fact,
                is_next=number == following,
                waits_for=0 if not text.after or facts[text.after - 1].done else text.after,
                is_mine=office_of(self.actor).role in text.doers,
            )
            for number, (text, fact) in enumerate(zip(STEPS, facts, strict=True), 1)
        ]

    @property
    def changed_at(self) -> datetime | None:
        """When the present Secretary was registered."""
        secretary = self.managers.get(Role.SECRETARY)
        return secretary.registered_at if secretary else None

    @property
    def done(self) -> int:
        return sum(step.done for step in self.steps)

    @property
    def next_step(self) -> ChecklistStep | None:
        return next((step for step in self.steps if step.is_next), None)

    @property
    def meanwhile(self) -> list[ChecklistStep]:
        """What who looks can already do while the next step is somebody else's."""
        if self.next_step is None or self.next_step.is_mine:
            return []
        return [step for step in self.steps if step.is_open and step.is_mine and step.fact.button]

    def _button(self, roles: tuple[str, ...], label: str, route: str, *args: str) -> Button | None:
        """The button, when the role of the session may use it."""
        return Button(label, reverse(route, args=args)) if office_of(self.actor).role in roles else None

    def _by(self, *roles: str) -> Taker:
        """The first of these who is in office."""
        person = next((self.managers[role].person for role in roles if role in self.managers), None)
        return Taker(person.name, person.cpf_text) if person else NOBODY

    def _by_fund(self) -> Taker:
        return Taker(self.recorded["fund__name"] or "", self.recorded["fund__cnpj"] or "")

    def _head(self) -> Fact:
        head = self.managers.get(Role.HEAD)
        waiting = self.recorded["letter_waits"]
        detail = "Não há chefe do Poder Executivo registrado."
        if head is not None:
            detail = f"{head.person.name}, {head.position}, {_origin(head)}."
        if waiting:
            detail += " Há um ofício em análise no Ministério."
        return Fact(
            done=head is not None and not waiting,
            when=head.registered_at if head else None,
            detail=detail,
            taker=Taker("o Ministério da Saúde"),
            button=self._button((*HEADS, *SECRETARIES), "Enviar ofício", "siops:letter_list"),
        )

    def _secretary(self) -> Fact:
        secretary = self.managers.get(Role.SECRETARY)
        detail = f"{secretary.person.name}." if secretary else "Não há Secretário de Saúde cadastrado."
        button = self._button(HEADS, "Cadastrar Secretário", "siops:manager_register", "secretario")
        if secretary is not None and secretary.status == HealthManager.Status.TO_CONFIRM:
            detail += " O chefe mudou: o cadastro está A CONFIRMAR e não age até lá."
            button = self._button(HEADS, "Confirmar ou substituir", "siops:manager_list")
        return Fact(
            done=secretary is not None and secretary.is_in_office_at(self.at),
            when=secretary.registered_at if secretary else None,
            detail=detail,
            taker=self._by(*HEADS),
            button=button,
        )

    def _certificate(self) -> Fact:
        secretary = self.managers.get(Role.SECRETARY)
        since, until = getattr(secretary, "certified_since", None), getattr(secretary, "certified_until", None)
        detail = "O Secretário ainda não tem um e-CPF válido: siga as etapas 1ª a 4ª."
        if until is not None:
            detail = f"Válido até {until:%d/%m/%Y}. Um certificado válido dispensa as etapas."
        return Fact(
            done=until is not None,
            when=since,
            detail=detail,
            taker=self._by(Role.SECRETARY),
            button=self._button((*HEADS, *SECRETARIES), "Etapas do certificado", "siops:certification_orientation"),
        )

    def _technician(self) -> Fact:
        technician = self.technician
        registered = technician is not None and technician.status in Technician.ABLE
        detail = "Não há responsável pelo envio cadastrado."
        if technician is not None:
            detail = f"{technician.person.name}: {technician.get_status_display()}."
        if technician is not None and technician.status == Technician.Status.TO_REGISTER_AGAIN:
            detail += " O Secretário mudou: cadastre novamente, mesmo que o técnico permaneça."
        return Fact(
            done=registered,
            when=technician.registered_at if technician and registered else None,
            detail=detail,
            taker=self._by(*SECRETARIES),
            button=self._button(SECRETARIES, "Cadastrar responsável", "siops:technician_register"),
        )

    def _first_access(self) -> Fact:
        technician = self.technician
        entered = technician is not None and technician.status == Technician.Status.ACTIVE
        return Fact(
            done=entered,
            when=technician.first_access_at if technician and entered else None,
            detail="Primeiro acesso feito."
            if entered
            else "O primeiro acesso é pelo endereço enviado ao e-mail do técnico.",
            taker=Taker(technician.person.name, technician.person.cpf_text) if technician else NOBODY,
        )

    def _fund_record(self) -> Fact:
        answering = [
            self.managers[role].person.cpf_text for role in (Role.SECRETARY, Role.HEAD) if role in self.managers
        ]
        is_approved = self.recorded["update_status"] == FundUpdate.Status.APPROVED
        done = is_approved and self.recorded["director_cpf"] in answering
        detail = "Nenhuma atualização enviada."
        if self.recorded["update"] is not None:
            latest = FundUpdate(pk=self.recorded["update"], status=self.recorded["update_status"])
            detail = f"{latest}: {latest.get_status_display()}."
            if is_approved and not done:
                detail += " O dirigente informado não responde mais pelo ente."
        return Fact(
            done=done,
            when=self.recorded["checked_at"],
            detail=detail,
            taker=self._by(Role.SECRETARY, Role.HEAD),
            button=self._button((*HEADS, *SECRETARIES), "Atualizar cadastro", "siops:fund_update_list"),
        )

    def _egestor(self) -> Fact:
        email = self.recorded["fund__user__email"]
        detail = "O fundo não tem e-mail: procure a DICON do seu estado."
        if email:
            detail = f"A senha perdida do fundo é reenviada a {email}."
        return Fact(
            done=bool(email),
            when=self.recorded["fund__user__last_login"],
            detail=detail,
            taker=self._by_fund(),
            button=self._button((*HEADS, *SECRETARIES), "Pedir nova senha", "accounts:forgot_organisation"),
        )

    def _ab_manager(self) -> Fact:
        name = self.recorded["ab_manager"]
        return Fact(
            done=name is not None,
            when=self.recorded["ab_granted_at"],
            detail=f"{name}." if name else "Não há Gestor da AB ativo.",
            taker=self._by_fund(),
        )


def _origin(head: HealthManager) -> str:
    """Where the record of a head of the executive comes from."""
    if head.election_load:
        return f"por eleição de {head.election_load.election_year}"
    return "por ofício" if head.registered_by_id else "desde o começo da simulação"
