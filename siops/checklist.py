"""«Mudou o Secretário? Mudou o Prefeito?»: the steps of a change of gestores, computed from what is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.urls import reverse

from accounts.models import Membership, Organisation
from common.navigation import find_route
from siops.acting import Acting
from siops.models import FundUpdate, HealthManager, OfficialLetter, Technician
from siops.services.registry import valid_certificates

Role = HealthManager.Role
HEADS = (Role.HEAD, Role.HEAD_SUBSTITUTE)
SECRETARIES = (Role.SECRETARY, Role.SECRETARY_SUBSTITUTE)


@dataclass(frozen=True)
class ChecklistStep:
    """One step: what, who does it, whether it is done, what is known about it, and the button of who looks."""

    title: str
    who: str
    done: bool
    when: datetime | None
    detail: str
    action_label: str = ""
    action_url: str = ""


class Checklist:
    """The steps for the entity of `acting`, in the order in which they are taken. Every fact is read once."""

    def __init__(self, acting: Acting) -> None:
        self.acting, self.at, self.entity = acting, acting.at, acting.entity
        current = HealthManager.objects.visible_to(acting).current().select_related("person", "election_load")
        self.managers = {manager.role: manager for manager in current.exclude(role=Role.COUNCIL)}
        technicians = Technician.objects.visible_to(acting).current()
        self.technician = technicians.select_related("person").first()

    @cached_property
    def steps(self) -> list[ChecklistStep]:
        return [
            self._head(),
            self._secretary(),
            self._certificate(),
            self._technician(),
            self._first_access(),
            self._fund_record(),
            self._egestor(),
            self._ab_manager(),
        ]

    @property
    def done(self) -> int:
        return sum(step.done for step in self.steps)

    def _button(self, roles: tuple[str, ...], label: str, *routes: str) -> dict[str, str]:
        """The button, when the page exists and the role of the session may use it."""
        url = find_route(*routes) if self.acting.role in roles else ""
        return {"action_label": label, "action_url": url} if url else {}

    def _head(self) -> ChecklistStep:
        head = self.managers.get(Role.HEAD)
        waiting = OfficialLetter.objects.visible_to(self.acting).filter(status=OfficialLetter.Status.SENT).exists()
        detail = "Não há chefe do Poder Executivo registrado."
        if head is not None:
            detail = f"{head.person.name}, {head.position}, {_origin(head)}."
        if waiting:
            detail += " Há um ofício em análise no Ministério."
        return ChecklistStep(
            "Chefe do Poder Executivo atualizado",
            "Ministério da Saúde, com os dados do TSE; fora da eleição, por ofício com a Ata de Posse e o Diploma",
            head is not None and not waiting,
            head.registered_at if head else None,
            detail,
            **self._button((*HEADS, *SECRETARIES), "Enviar ofício de mudança", "siops:letter_list"),
        )

    def _secretary(self) -> ChecklistStep:
        secretary = self.managers.get(Role.SECRETARY)
        done = secretary is not None and secretary.is_in_office_at(self.at)
        detail = "Não há Secretário de Saúde cadastrado."
        button = {}
        if self.acting.role in HEADS:
            button = {
                "action_label": "CADASTRO DO SECRETÁRIO DE SAÚDE",
                "action_url": reverse("siops:manager_register", args=["secretario"]),
            }
        if secretary is not None:
            detail = f"{secretary.person.name}."
        if secretary is not None and secretary.status == HealthManager.Status.TO_CONFIRM:
            detail += " O chefe mudou: o cadastro está A CONFIRMAR e não age até lá."
            button = self._button(HEADS, "Confirmar ou substituir", "siops:manager_list")
        return ChecklistStep(
            "Secretário de Saúde cadastrado no Módulo de Gestores",
            "Prefeito ou Governador, ou o substituto, com certificado digital; não é preciso ofício",
            done,
            secretary.registered_at if secretary else None,
            detail,
            **button,
        )

    def _certificate(self) -> ChecklistStep:
        secretary = self.managers.get(Role.SECRETARY)
        certificate = None
        if secretary is not None:
            certificate = valid_certificates(secretary.person, self.at).order_by("-not_after").first()
        detail = "O Secretário ainda não tem um e-CPF válido: siga as etapas 1ª a 4ª."
        if certificate is not None:
            detail = f"Válido até {certificate.not_after:%d/%m/%Y}. Um certificado válido dispensa as etapas."
        return ChecklistStep(
            "Certificado digital do Secretário válido",
            "O novo Secretário, junto a uma certificadora",
            certificate is not None,
            certificate.not_before if certificate else None,
            detail,
            **self._button(
                (*HEADS, *SECRETARIES), "Etapas do certificado", "siops:certification_orientation", "siops:home"
            ),
        )

    def _technician(self) -> ChecklistStep:
        technician = self.technician
        registered = technician is not None and technician.status in Technician.ABLE
        detail = "Não há responsável pelo envio cadastrado."
        if technician is not None:
            detail = f"{technician.person.name}: {technician.get_status_display()}."
        if technician is not None and technician.status == Technician.Status.TO_REGISTER_AGAIN:
            detail += " O Secretário mudou: cadastre novamente, mesmo que o técnico permaneça."
        return ChecklistStep(
            "Responsável pelo envio de dados cadastrado",
            "O Secretário de Saúde ou o substituto, com certificado digital",
            registered,
            technician.registered_at if technician and registered else None,
            detail,
            **self._button(SECRETARIES, "CADASTRO DO RESPONSÁVEL PELO ENVIO DE DADOS", "siops:technician_register"),
        )

    def _first_access(self) -> ChecklistStep:
        technician = self.technician
        entered = technician is not None and technician.status == Technician.Status.ACTIVE
        return ChecklistStep(
            "Técnico entrou e trocou a senha",
            "O responsável pelo envio, com CPF e senha",
            entered,
            technician.first_access_at if technician and entered else None,
            "Primeiro acesso feito." if entered else "O primeiro acesso é pelo endereço enviado ao e-mail do técnico.",
        )

    def _fund_record(self) -> ChecklistStep:
        answering = [self.managers[role].person.cpf for role in (Role.SECRETARY, Role.HEAD) if role in self.managers]
        updates = FundUpdate.objects.visible_to(self.acting).order_by("-opened_at", "-pk")
        latest = updates.first()
        done = latest is not None and latest.status == FundUpdate.Status.APPROVED and latest.director_cpf in answering
        detail = "Nenhuma atualização enviada."
        if latest is not None:
            detail = f"{latest}: {latest.get_status_display()}."
            if latest.status == FundUpdate.Status.APPROVED and not done:
                detail += " O dirigente informado não responde mais pelo ente."
        return ChecklistStep(
            "Cadastro do ente e do dirigente atualizado no FNS (Anexo I)",
            "O dirigente: Anexo I assinado, ofício com CNPJ, identidade, Ato de posse e comprovante de residência",
            done,
            latest.checked_at if latest else None,
            detail,
            **self._button((*HEADS, *SECRETARIES), "Atualização cadastral no FNS", "siops:fund_update_list"),
        )

    def _egestor(self) -> ChecklistStep:
        fund = Organisation.objects.filter(entity=self.entity).select_related("user").first()
        done = fund is not None and bool(fund.user.email)
        detail = "O fundo não tem e-mail: procure a DICON do seu estado."
        if fund is not None and done:
            detail = f"A senha perdida do fundo é reenviada a {fund.user.email}."
        return ChecklistStep(
            "Senha do e-Gestor e e-mail do fundo em dia",
            "Quem responde pelo fundo de saúde, com o CNPJ; e-mail desatualizado: DICON do estado",
            done,
            fund.user.last_login if fund else None,
            detail,
            **self._button(
                (*HEADS, *SECRETARIES), "Esqueci minha senha", "accounts:recover_organisation", "accounts:recovery"
            ),
        )

    def _ab_manager(self) -> ChecklistStep:
        profiles = Membership.objects.active().filter(entity=self.entity, role=Membership.Role.AB_MANAGER)
        profile = profiles.select_related("person").first()
        return ChecklistStep(
            "Gestor da AB com perfil no e-Gestor",
            "O fundo de saúde, no e-Gestor, com o CNPJ",
            profile is not None,
            profile.granted_at if profile else None,
            f"{profile.person.name}." if profile else "Não há Gestor da AB ativo.",
        )


def _origin(head: HealthManager) -> str:
    """Where the record of a head of the executive comes from."""
    if head.election_load:
        return f"por eleição de {head.election_load.election_year}"
    return "por ofício" if head.registered_by_id else "desde o começo da simulação"
