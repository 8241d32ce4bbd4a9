"""The path of a credentialing (credenciamento) for its rail: token do dia, contra-chave, solicitação, PEC, conexão."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, cast

from django.conf import settings
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import Membership, Organisation
from accounts.offices import FUND as FUND_ACCOUNT
from accounts.offices import PROFILE
from accounts.personas import demo_personas, persona_by_login
from common.actor import Actor, ActorRequest
from common.legal_time import BRASILIA
from common.rail import InHand, Rail, RailPath, Start, Turn
from common.ui import Step, StepState
from egestor.deadlines import day_text, last_minute
from egestor.models import DeploymentToken
from registry.models import Person
from rnds.models import Credential, CredentialRequest, PecInstallation
from rnds.permissions import Permission
from territory.models import Entity

Role = Membership.Role
Request = CredentialRequest.Status
Pec = PecInstallation.Status

TITLE = "Credenciar um estabelecimento"
FUND = "o Fundo"
KEY_PLACE = "o PEC mostra, na tela Certificados"
# Pages about one request or one installation, which say whose path is walked.
OF_A_REQUEST = ("rnds:request_detail", "rnds:request_step", "rnds:request_terms")
OF_AN_INSTALLATION = ("rnds:pec_certificates", "rnds:pec_keys")
LABELS = ("Token do dia", "Contra-chave", "Solicitação e termo", "Certificado no PEC", "Conexão testada")


@dataclass(frozen=True)
class _Who:
    """Somebody of the path: the fund or a person; without login, whoever holds the role."""

    login: str
    name: str
    short: str
    role: str = ""


@dataclass(frozen=True)
class _Act:
    """One thing that one person does; a step is done when all its acts are."""

    step: int
    is_done: bool
    who: _Who
    what: str
    url: str = ""


def credentialing(request: HttpRequest, at: datetime) -> Rail | None:
    """The rail of the entity that the page is about, or of the latest token that who asks may see. Three queries."""
    actor = cast("ActorRequest", request).actor
    if not (actor.holds(PROFILE) or actor.holds(FUND_ACCOUNT)):
        return None
    token = _token(request, actor, at)
    fund = token.organisation if token else _fund(request, actor)
    return _Path(actor, at, fund, token).rail() if fund else None


def _token(request: HttpRequest, actor: Actor, at: datetime) -> DeploymentToken | None:
    """The token of the present path, with the request made with it, if any."""
    usable = Q(status=DeploymentToken.Status.GENERATED, expires_at__gt=at) | Q(status=DeploymentToken.Status.USED)
    ended = [Request.CANCELLED, Request.DISCARDED]
    made = CredentialRequest.objects.visible_to(actor).filter(token=OuterRef("pk")).exclude(status__in=ended)
    rows = (
        DeploymentToken.objects.visible_to(actor).filter(usable).annotate(made_request=Subquery(made.values("pk")[:1]))
    )
    related = ("organisation__user", "organisation__entity__municipality__uf", "organisation__entity__uf")
    found: DeploymentToken | None = (
        _of_the_page(request, rows, by_request="requests")
        .select_related("responsible", "entity", *related)
        .order_by("-generated_at", "-pk")
        .first()
    )
    return found


def _fund(request: HttpRequest, actor: Actor) -> Organisation | None:
    """Before the token there is the fund that will generate it."""
    rows = Organisation.objects.filter(entity__in=actor.entities_in("rnds") or ()).order_by("pk")
    related = ("user", "entity__municipality__uf", "entity__uf")
    by_request = "entity__credential_requests"
    found: Organisation | None = _of_the_page(request, rows, by_request=by_request).select_related(*related).first()
    return found


def _of_the_page(request: HttpRequest, rows: QuerySet[Any], *, by_request: str) -> QuerySet[Any]:
    match: Any = request.resolver_match
    if match.view_name in OF_A_REQUEST:
        return rows.filter(**{by_request: match.kwargs["pk"]})
    if match.view_name in OF_AN_INSTALLATION:
        return rows.filter(entity__pec_installations=match.kwargs["pk"])
    return rows


class _Path:
    """What is recorded of one path, as `actor` may know it."""

    def __init__(self, actor: Actor, at: datetime, fund: Organisation, token: DeploymentToken | None) -> None:
        self.actor, self.at, self.fund, self.token = actor, at, fund, token
        self.entity: Entity = fund.entity
        self.request, self.installation = self._pairing()
        self.people = self._people()

    def _pairing(self) -> tuple[CredentialRequest | None, PecInstallation | None]:
        """The request and its PEC; before the request, the PEC of the establishment of the token, or of the entity."""
        if self.token is None:
            return None, None
        made: Any = getattr(self.token, "made_request", None)
        if made:
            rows = CredentialRequest.objects.visible_to(self.actor).select_related(
                "installation", "requester", "credential__file"
            )
            request = rows.get(pk=made)
            return request, request.installation
        own = self.token.establishment_id
        installations = PecInstallation.objects.visible_to(self.actor).filter(entity=self.entity).order_by("name", "pk")
        nearest = min(installations, key=lambda row: row.establishment_id != own, default=None)
        return None, nearest

    def _people(self) -> dict[str, Person]:
        """Who holds each profile of the path; of several, the first one."""
        asking = Q(role=Role.PROGRAMME_MANAGER, programme=Membership.Programme.DEPLOYMENT)
        of_the_pec = Q(role__in=[Role.PEC_MUNICIPAL_ADMIN, Role.PEC_INSTALLATION_ADMIN])
        own = Membership.objects.visible_to(self.actor).active().filter(entity=self.entity)
        held = own.filter(asking | of_the_pec).select_related("person")
        return {row.role: row.person for row in held.order_by("-granted_at", "-pk")}

    @property
    def login(self) -> str:
        """Of who looks."""
        return self.actor.account.login if self.actor.account is not None else ""

    @property
    def credential(self) -> Credential | None:
        """The credential of the request, while it is in force."""
        found: Credential | None = getattr(self.request, "credential", None)
        return found if found and found.status == Credential.Status.ACTIVE else None

    @property
    def begins_again(self) -> bool:
        """A request that was refused, or whose credential ended, asks for another token."""
        if self.request is None:
            return False
        ended = self.request.status == Request.GRANTED and self.credential is None
        return ended or self.request.status == Request.REJECTED

    @property
    def requester(self) -> Person | None:
        """Whom the token names; before it, who may ask."""
        return self.token.responsible if self.token else self.people.get(Role.PROGRAMME_MANAGER)

    @property
    def is_requester(self) -> bool:
        return self.requester is not None and self.requester.cpf == self.login

    @property
    def is_enabled(self) -> bool:
        credential, pec = self.credential, self.installation
        return bool(credential and pec and pec.status == Pec.ENABLED and pec.requester_id == credential.requester_id)

    @cached_property
    def acts(self) -> list[_Act]:
        """In the order in which they are taken."""
        has_token = self.token is not None and not self.begins_again
        has_request = has_token and self.request is not None
        is_granted = has_token and self.credential is not None
        in_folder = is_granted and self.installation is not None and self.installation.status != Pec.NO_CERTIFICATE
        is_tested = self.is_enabled and self._pec.last_result == PecInstallation.LastResult.SUCCESS
        is_known = has_request or (has_token and self.is_requester)
        admin = self._holder(Role.PEC_MUNICIPAL_ADMIN)
        certificates, keys = self._pec_url("rnds:pec_certificates"), self._pec_url("rnds:pec_keys")
        fund = _Who(self.fund.user.login, self.fund.name, FUND, "Fundo de Saúde")
        return [
            _Act(0, has_token, fund, "gera o token do dia", reverse("egestor:token_create")),
            _Act(1, is_known, admin, "copia a contra-chave no PEC", certificates),
            self._asking(is_granted),
            _Act(3, in_folder, self._holder(Role.PEC_INSTALLATION_ADMIN), "põe o arquivo .pfx na pasta «chaves»", keys),
            _Act(3, self.is_enabled, admin, "habilita o certificado no PEC", certificates),
            _Act(4, is_tested, admin, "testa a conexão do PEC com a RNDS", certificates),
        ]

    @property
    def _pec(self) -> PecInstallation:
        if self.installation is None:
            raise TypeError("who has a credential has a PEC")
        return self.installation

    def _pec_url(self, route: str) -> str:
        return reverse(route, args=[self.installation.pk]) if self.installation else reverse("rnds:pec_list")

    def _holder(self, role: str) -> _Who:
        return _who(self.people.get(role), str(Role(role).label))

    def _asking(self, is_done: bool) -> _Act:
        """The request and the termo, as far as they went."""
        requester, request = _who(self.requester, str(Role.PROGRAMME_MANAGER.label)), self.request
        if request is None or self.begins_again:
            return _Act(2, is_done, requester, "solicita a credencial e aceita o termo", reverse("rnds:request_open"))
        if request.status == Request.UNDER_REVIEW:
            return _Act(2, is_done, _Who("", "Ministério da Saúde", "o Ministério"), "analisa a solicitação")
        what = "corrige a pendência" if request.status == Request.PENDING else "termina a solicitação e aceita o termo"
        return _Act(2, is_done, requester, what, reverse("rnds:request_detail", args=[request.pk]))

    def _turn(self, act: _Act) -> Turn:
        who, persona = act.who, persona_by_login(act.who.login)
        return Turn(
            name=who.name,
            short=who.short,
            role=who.role,
            what=act.what,
            is_mine=who.login == self.login,
            persona=persona.key if persona else "",
            url=act.url,
        )

    def rail(self) -> Rail:
        waiting = next((act for act in self.acts if not act.is_done), None)
        then = None
        if waiting is not None:
            later = self.acts[self.acts.index(waiting) + 1 :]
            then = next((self._turn(act) for act in later if act.who != waiting.who), None)
        return Rail(
            title=TITLE,
            place=str(self.entity),
            steps=tuple(self._step(number, waiting) for number in range(len(LABELS))),
            turn=self._turn(waiting) if waiting else None,
            then=then,
            in_hand=self._in_hand(),
        )

    def _step(self, number: int, waiting: _Act | None) -> Step:
        own = [act for act in self.acts if act.step == number]
        state: StepState = "todo"
        if all(act.is_done for act in own):
            state = "done"
        elif waiting is not None and waiting.step == number:
            state = "current"
        who = " e ".join(dict.fromkeys("você" if act.who.login == self.login else act.who.short for act in own))
        return Step(LABELS[number], state, at=self._when(number) if state == "done" else None, who=who)

    def _when(self, number: int) -> datetime | None:
        token, request, credential, pec = self.token, self.request, self.credential, self.installation
        return (
            token.generated_at if token else None,
            request.opened_at if request else None,
            credential.activated_at if credential else None,
            pec.enabled_at if pec else None,
            pec.last_result_at if pec else None,
        )[number]

    def _in_hand(self) -> tuple[InHand, ...]:
        return (self._token_in_hand(), self._key_in_hand(), *self._credential_in_hand())

    def _token_in_hand(self) -> InHand:
        if self.token is None or self.begins_again:
            return InHand(label=LABELS[0], note="o fundo gera", is_missing=True)
        if self.credential:
            return InHand(label=LABELS[0], note="usado nesta solicitação")
        if self.token.status == DeploymentToken.Status.USED:
            return InHand(label=LABELS[0], note="usado; a solicitação está em análise")
        last = last_minute(self.token.expires_at).astimezone(BRASILIA)
        until = f"até {last:%H:%M} {day_text(self.token.expires_at, self.at)}"
        if self._carries():
            return InHand(label=LABELS[0], note=f"vale {until}", value=self.token.value)
        return InHand(label=LABELS[0], note=f"com {self.token.responsible.name.split()[0]}, {until}")

    def _carries(self) -> bool:
        """Whether who looks holds the token: the fund that made it and, in the demonstration, whoever it names."""
        is_fund = self.login == self.fund.user.login
        return is_fund or (settings.DEMO and self.is_requester)

    def _key_in_hand(self) -> InHand:
        pec = self.installation
        if pec is None or self.begins_again:
            return InHand(label=LABELS[1], note=KEY_PLACE, is_missing=True)
        if self.credential:
            return InHand(label=LABELS[1], note=pec.name)
        may_read = self.actor.has_perm(Permission.MANAGE_PEC_CERTIFICATE, pec) or (settings.DEMO and self.is_requester)
        if may_read:
            return InHand(label=LABELS[1], note=pec.name, value=pec.counter_key)
        return InHand(label=LABELS[1], note=KEY_PLACE, is_missing=True)

    def _credential_in_hand(self) -> tuple[InHand, ...]:
        credential = self.credential
        if credential is None:
            return (
                InHand(label="ID do solicitante", note="nasce com o termo", is_missing=True),
                InHand(label="Arquivo .pfx", note="nasce com o termo", is_missing=True),
            )
        number = str(credential.requester_id)
        hand = (InHand(label=f"ID do solicitante {number}", note="para habilitar no PEC", value=number),)
        if credential.file is None:
            return hand
        file = InHand(label="Arquivo .pfx", note="quem solicitou baixa na página da credencial")
        return (*hand, file, InHand(label="Senha do certificado", note="a que quem solicitou informou"))


def _who(person: Person | None, role: str) -> _Who:
    return _Who(person.cpf_text, person.name, person.name.split()[0], role) if person else _Who("", role, role)


def _start() -> Start | None:
    fund = next((persona for persona in demo_personas() if persona.cnpj), None)
    if fund is None:
        return None
    return Start(label="Começar como o Fundo", persona=fund.key, url=reverse("egestor:token_create"))


CREDENTIALING = RailPath(
    title="Credenciar",
    summary="Do token do dia ao teste de conexão do PEC com a RNDS.",
    icon="id-card",
    steps=len(LABELS),
    roles=4,
    minutes=25,
    routes=frozenset({"egestor:token_create", "rnds:request_open", *OF_A_REQUEST, *OF_AN_INSTALLATION}),
    start=_start,
    rail=credentialing,
    wide=frozenset({"egestor:token_list"}),
)
