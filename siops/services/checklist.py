"""«Mudou o Secretário? Mudou o Prefeito?»: the steps of a change of gestores, computed from what is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.urls import reverse

from accounts.models import Membership, Organisation
from common.actor import Actor
from common.ui import StepState
from siops.models import FundUpdate, HealthManager, OfficialLetter, Technician
from siops.offices import office_of
from siops.services.change_steps import HEADS, SECRETARIES, STEPS, ChangeStep
from siops.services.registry import valid_certificates

Role = HealthManager.Role


@dataclass(frozen=True)
class Button:
    """What who looks may open."""

    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What is recorded of one step. `person` takes it, when it is known who."""

    done: bool
    detail: str
    when: datetime | None = None
    person: str = ""
    button: Button | None = None


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
        current = HealthManager.objects.visible_to(actor).current().select_related("person", "election_load")
        self.managers = {manager.role: manager for manager in current.exclude(role=Role.COUNCIL)}
        technicians = Technician.objects.visible_to(actor).current()
        self.technician = technicians.select_related("person").first()
        self.fund = Organisation.objects.filter(entity=self.entity).select_related("user").first()

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

    def _name(self, *roles: str) -> str:
        """The first of these who is in office."""
        return next((self.managers[role].person.name for role in roles if role in self.managers), "")

    def _head(self) -> Fact:
        head = self.managers.get(Role.HEAD)
        waiting = OfficialLetter.objects.visible_to(self.actor).filter(status=OfficialLetter.Status.SENT).exists()
        detail = "Não há chefe do Poder Executivo registrado."
        if head is not None:
            detail = f"{head.person.name}, {head.position}, {_origin(head)}."
        if waiting:
            detail += " Há um ofício em análise no Ministério."
        return Fact(
            done=head is not None and not waiting,
            when=head.registered_at if head else None,
            detail=detail,
            person="o Ministério da Saúde",
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
            person=self._name(*HEADS),
            button=button,
        )

    def _certificate(self) -> Fact:
        secretary = self.managers.get(Role.SECRETARY)
        certificate = None
        if secretary is not None:
            certificate = valid_certificates(secretary.person, self.at).order_by("-not_after", "-pk").first()
        detail = "O Secretário ainda não tem um e-CPF válido: siga as etapas 1ª a 4ª."
        if certificate is not None:
            detail = f"Válido até {certificate.not_after:%d/%m/%Y}. Um certificado válido dispensa as etapas."
        return Fact(
            done=certificate is not None,
            when=certificate.not_before if certificate else None,
            detail=detail,
            person=self._name(Role.SECRETARY),
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
            person=self._name(*SECRETARIES),
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
            person=technician.person.name if technician else "",
        )

    def _fund_record(self) -> Fact:
        answering = [self.managers[role].person.cpf for role in (Role.SECRETARY, Role.HEAD) if role in self.managers]
        updates = FundUpdate.objects.visible_to(self.actor).order_by("-opened_at", "-pk")
        latest = updates.first()
        done = latest is not None and latest.status == FundUpdate.Status.APPROVED and latest.director_cpf in answering
        detail = "Nenhuma atualização enviada."
        if latest is not None:
            detail = f"{latest}: {latest.get_status_display()}."
            if latest.status == FundUpdate.Status.APPROVED and not done:
                detail += " O dirigente informado não responde mais pelo ente."
        return Fact(
            done=done,
            when=latest.checked_at if latest else None,
            detail=detail,
            person=self._name(Role.SECRETARY, Role.HEAD),
            button=self._button((*HEADS, *SECRETARIES), "Atualizar cadastro", "siops:fund_update_list"),
        )

    def _egestor(self) -> Fact:
        fund = self.fund
        done = fund is not None and bool(fund.user.email)
        detail = "O fundo não tem e-mail: procure a DICON do seu estado."
        if fund is not None and done:
            detail = f"A senha perdida do fundo é reenviada a {fund.user.email}."
        return Fact(
            done=done,
            when=fund.user.last_login if fund else None,
            detail=detail,
            person=fund.name if fund else "",
            button=self._button((*HEADS, *SECRETARIES), "Pedir nova senha", "accounts:forgot_organisation"),
        )

    def _ab_manager(self) -> Fact:
        profiles = Membership.objects.active().filter(entity=self.entity, role=Membership.Role.AB_MANAGER)
        profile = profiles.select_related("person").first()
        return Fact(
            done=profile is not None,
            when=profile.granted_at if profile else None,
            detail=f"{profile.person.name}." if profile else "Não há Gestor da AB ativo.",
            person=self.fund.name if self.fund else "",
        )


def _origin(head: HealthManager) -> str:
    """Where the record of a head of the executive comes from."""
    if head.election_load:
        return f"por eleição de {head.election_load.election_year}"
    return "por ofício" if head.registered_by_id else "desde o começo da simulação"
