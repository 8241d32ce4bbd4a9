"""The whole credentialing without a browser: the same services, one after the other, by the people of the entity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q

from accounts.actors import on_behalf_of
from accounts.models import Membership, Organisation, User, account_of
from common import switches
from common.actor import Actor
from common.exceptions import RuleBroken
from common.legal_time import BRASILIA
from egestor.services.tokens import generate_token
from rnds.models import Credential, CredentialRequest, PecInstallation
from rnds.services import credentials, requests, terms
from territory.models import Establishment

PHONE, EMAIL = "6133150000", "integracao@ensaio.example"
# A block that no network uses (RFC 5737).
FIRST_IP, LAST_IP = "203.0.113.10", "203.0.113.20"
USER_AGENT = "manage.py credential"


@dataclass(frozen=True)
class Cast:
    """Who acts for an establishment: the fund, the programme manager and the PEC that is paired."""

    establishment: Establishment
    fund: Organisation
    manager: User
    installation: PecInstallation


@transaction.atomic
def obtain(*, cnes: str, password: str, form: str, at: datetime) -> Credential:
    """From token to credential for one CNES, all or nothing; raises Refusal with what is missing or refused."""
    cast = find_cast(cnes=cnes, at=at)
    manager = on_behalf_of(cast.manager, at=at)
    token = generate_token(
        organisation_id=cast.fund.pk,
        responsible_cpf=cast.manager.login,
        cnes=cnes,
        by=on_behalf_of(cast.fund.user, at=at),
        at=at,
    )
    opened = requests.open_request(
        token_value=token.value, counter_key=cast.installation.counter_key, by=manager, at=at
    )
    _fill(opened.request, cast, password=password, form=form, at=at)
    request = requests.complete_request(request_id=opened.request.pk, by=manager, at=at).request
    request = credentials.accept_terms(
        request_id=request.pk,
        shown_hash=terms.render_terms(request=request, at=at).sha256,
        ip=None,
        user_agent=USER_AGENT,
        by=manager,
        at=at,
    )
    if request.status == CredentialRequest.Status.UNDER_REVIEW:
        return credentials.approve_request(request_id=request.pk, by=_analyst(at), at=at)
    credential: Credential = Credential.objects.get(request=request)
    return credential


def revoke(*, requester_id: int, at: datetime) -> Credential:
    """Revoke the active credential of that number, as who requested it; raises Refusal."""
    credential = Credential.objects.active().filter(requester_id=requester_id).first()
    if credential is None:
        raise RuleBroken(f"Nenhuma credencial ativa com o identificador {requester_id}.")
    return credentials.revoke_credential(
        credential_id=credential.pk,
        reason="Revogada por manage.py credential",
        by=on_behalf_of(credential.request.requested_by, at=at),
        at=at,
    )


def find_cast(*, cnes: str, at: datetime) -> Cast:
    """The people and the installation that serve the CNES; raises RuleBroken naming who is missing."""
    establishment = Establishment.objects.open().filter(pk=cnes).first()
    if establishment is None:
        raise RuleBroken(f"O CNES {cnes} não existe ou não está ativo. Veja os CNES em: manage.py personas --json")
    entity = establishment.entity
    fund = Organisation.objects.filter(entity=entity).select_related("user").first()
    if fund is None:
        raise RuleBroken(f"{entity} não tem fundo de saúde cadastrado.")
    profile = _manager_profiles(entity.pk, at).first()
    manager = account_of(profile.person) if profile else None
    if manager is None:
        raise RuleBroken(f"{entity} não tem GESTOR DO PROGRAMA MUNICIPAL ativo em IMPLANTAÇÃO E-SUS APS.")
    installation = _installation_for(establishment)
    if installation is None:
        raise RuleBroken(f"{entity} não tem instalação do PEC.")
    _require_free(installation, establishment)
    return Cast(establishment, fund, manager, installation)


def _manager_profiles(entity_id: int, at: datetime) -> models.QuerySet[Membership]:
    usable: models.QuerySet[Membership] = Membership.objects.usable_at(at, days=switches.now().membership_idle_days)
    return usable.filter(
        entity=entity_id,
        role=Membership.Role.PROGRAMME_MANAGER,
        programme=Membership.Programme.DEPLOYMENT,
        person__user__is_active=True,
    ).select_related("person__user")


def _installation_for(establishment: Establishment) -> PecInstallation | None:
    """Its own installation, or one that no other CNES's credential uses: a second pairing revokes the first (V10)."""
    others = (
        Credential.objects.active().filter(request__installation=OuterRef("pk")).exclude(establishment=establishment)
    )
    installations = PecInstallation.objects.filter(entity=establishment.entity_id)
    ranked = installations.annotate(is_taken=Exists(others), is_own=Q(establishment=establishment))
    chosen: PecInstallation | None = ranked.order_by("-is_own", "is_taken", "pk").first()
    return chosen


def _require_free(installation: PecInstallation, establishment: Establishment) -> None:
    """Nobody's credential ends because a command had to pair somewhere: whoever runs it ends one in so many words."""
    taken = Credential.objects.active().filter(request__installation__entity=establishment.entity_id)
    others = taken.exclude(establishment=establishment).order_by("requester_id")
    if not others.filter(request__installation=installation).exists():
        return
    listed = "; ".join(f"nº {row.requester_id}, do CNES {row.establishment_id}" for row in others)
    raise RuleBroken(
        f"Toda instalação do PEC de {establishment.entity} já serve a uma credencial de outro CNES ({listed}), e "
        "parear de novo substituiria uma delas. Revogue antes a que não é mais usada: "
        "manage.py credential --revoke NÚMERO"
    )


def _fill(request: CredentialRequest, cast: Cast, *, password: str, form: str, at: datetime) -> None:
    """Every section of the form, with values that its rules accept."""
    by, pk, manager = on_behalf_of(cast.manager, at=at), request.pk, cast.manager
    phone = (manager.person.phone if manager.person else "") or PHONE
    requests.save_certificate(
        request_id=pk, source="generate", password=password, confirmation=password, form=form, by=by, at=at
    )
    requests.save_establishment(request_id=pk, phone=PHONE, email=EMAIL, by=by, at=at)
    children = list(request.children.values_list("pk", flat=True))
    requests.save_children(request_id=pk, cnes=children, none_confirmed=True, by=by, at=at)
    requests.save_responsible(request_id=pk, cpf=manager.login, phone=phone, email=manager.email or EMAIL, by=by, at=at)
    today = at.astimezone(BRASILIA).date()
    requests.save_system(
        request_id=pk,
        ip_first=FIRST_IP,
        ip_last=LAST_IP,
        recorded_visits=1000,
        visits_per_day_min=1,
        visits_per_day_max=100,
        peak_accesses=20,
        portfolio_start=today,
        portfolio_end=today + timedelta(days=365),
        by=by,
        at=at,
    )


def _analyst(at: datetime) -> Actor:
    analysts = User.objects.filter(staff_role=User.StaffRole.RNDS_ANALYST, is_active=True)
    if (analyst := analysts.order_by("pk").first()) is not None:
        return on_behalf_of(analyst, at=at)
    raise RuleBroken("No modo analista é preciso um analista cadastrado para aprovar a solicitação.")
