"""«Validar»: the token of the e-Gestor and the contra-chave of the PEC open a draft (checks V1 to V10)."""

import re
from datetime import datetime

from django.db import transaction
from django_fsm import can_proceed

from accounts.models import Membership
from accounts.offices import PROFILE
from common import audit, permissions, switches
from common.actor import Actor
from common.exceptions import AllAtOnce, NotPermitted, RuleBroken
from egestor import token_value as token_syntax
from egestor.models import DeploymentToken
from egestor.services import tokens
from registry.models import Person
from rnds.models import Credential, CredentialRequest, PecInstallation
from rnds.permissions import Permission
from rnds.services import token_rules
from rnds.services.requests.children import siblings_of
from rnds.services.requests.drafts import REQUIRED, Saved

IDLE_PROFILE = "Seu perfil está INATIVO por falta de acesso. Quem reativa: o Gestor da AB do ente, no e-Gestor APS."
_COUNTER_KEY = re.compile(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){7}")


@transaction.atomic
def open_request(*, token_value: str, counter_key: str, by: Actor, at: datetime) -> Saved:
    """Open the draft of a request, or the one that the same live token already opened for the same person.

    Of V1 to V9 the first that fails for each of the two is raised as RuleBroken with its message and field
    ("token_value", "counter_key"), both at once; V10 comes back as a warning. Raises NotPermitted when the profile in
    the token's entity is missing or idle. The token is only reserved: «Confirmar e avançar» consumes it.
    """
    permissions.require(by, Permission.REQUEST_CREDENTIAL)
    requester = Person.objects.filter(user=by.account_id).first()
    if requester is None:
        raise NotPermitted(permission=Permission.REQUEST_CREDENTIAL)
    token, installation = _judged(token_value, counter_key, by, at)
    request = _existing(token) or _create(token, installation, requester, by, at)
    if request.installation_id != installation.pk:
        _pair_again(request, installation, by, at)
    return Saved(request, pairing_warnings(request))


def normalise_counter_key(text: str) -> str:
    """Contra-chave as the PEC shows it: capitals, dashes put in when they were left out."""
    compact = re.sub(r"[\s\-–]", "", text).upper()
    return "-".join(compact[start : start + 4] for start in range(0, len(compact), 4))


def pairing_warnings(request: CredentialRequest) -> tuple[str, ...]:
    """V10: the active credentials of other CNES that this installation uses, which the new one will revoke."""
    active = Credential.objects.active().filter(request__installation=request.installation_id)
    others = active.exclude(establishment=request.establishment_id).order_by("requester_id")
    return tuple(
        f"Esta instalação já possui a credencial nº {number} ativa; ela será revogada ao concluir."
        for number in others.values_list("requester_id", flat=True)
    )


def _judged(token_value: str, counter_key: str, by: Actor, at: datetime) -> tuple[DeploymentToken, PecInstallation]:
    """The token, locked, and the installation; a contra-chave is looked for where the token is, usable or not."""
    rules = AllAtOnce()
    found = rules.ask(_found_token, token_value, by)
    if found is not None:
        _require_profile_in_use(by, found.entity_id, at)
    token = rules.ask(_locked_token, found.pk, by, at) if found else None
    key = rules.ask(_normal_counter_key, counter_key)
    installation = rules.ask(_installation, key, found.entity_id) if key and found else None
    return rules.settled(token), rules.settled(installation)


def _require_filled(value: str, field: str) -> None:
    """V1."""
    if not value.strip():
        raise RuleBroken(REQUIRED, code="V1", field=field)


def _found_token(value: str, by: Actor) -> DeploymentToken:
    """V1 to V3, in order."""
    _require_filled(value, "token_value")
    if not token_syntax.is_well_formed(token_syntax.normalise(value)):
        raise RuleBroken(
            "Token em formato inválido. Confira se foi copiado por inteiro.", code="V2", field="token_value"
        )
    token = tokens.find_token(value=value, entity_ids=_managed_entities(by))
    if token is None:
        raise RuleBroken("Token não encontrado.", code="V3", field="token_value")
    return token


def _locked_token(token_id: int, by: Actor, at: datetime) -> DeploymentToken:
    """V4 to V7, in order."""
    rows = DeploymentToken.objects.select_for_update(of=("self",)).select_related("responsible")
    token: DeploymentToken = rows.get(pk=token_id)
    try:
        token_rules.require_usable(token, by=by, at=at)
    except RuleBroken as refusal:
        raise RuleBroken(refusal.message, code=refusal.code, field="token_value") from None
    return token


def _managed_entities(by: Actor) -> set[int]:
    """Entities for which the person is GESTOR DO PROGRAMA MUNICIPAL in IMPLANTAÇÃO E-SUS APS."""
    wanted = (PROFILE, Membership.Role.PROGRAMME_MANAGER, Membership.Programme.DEPLOYMENT)
    found = (o.entity_id for o in by.offices if (o.kind, o.role, o.programme) == wanted)
    return {entity_id for entity_id in found if entity_id is not None}


def _require_profile_in_use(by: Actor, entity_id: int, at: datetime) -> None:
    """A profile that inactivity has overtaken requests nothing, whether or not the sweep ran."""
    usable = Membership.objects.usable_at(at, days=switches.now().membership_idle_days).filter(
        person__user=by.account_id,
        entity=entity_id,
        role=Membership.Role.PROGRAMME_MANAGER,
        programme=Membership.Programme.DEPLOYMENT,
    )
    if not usable.exists():
        raise NotPermitted(IDLE_PROFILE, permission=Permission.REQUEST_CREDENTIAL)


def _normal_counter_key(counter_key: str) -> str:
    """V1 and V8."""
    _require_filled(counter_key, "counter_key")
    normal = normalise_counter_key(counter_key)
    if not _COUNTER_KEY.fullmatch(normal):
        raise RuleBroken(
            "Contra-chave em formato inválido. Utilize o botão Copiar do PEC.", code="V8", field="counter_key"
        )
    return normal


def _installation(counter_key: str, entity_id: int) -> PecInstallation:
    """V9."""
    installation = PecInstallation.objects.filter(counter_key__iexact=counter_key, entity=entity_id).first()
    if installation is None:
        raise RuleBroken("Contra-chave não reconhecida para este município.", code="V9", field="counter_key")
    return installation


def _existing(token: DeploymentToken) -> CredentialRequest | None:
    opened = CredentialRequest.objects.filter(token=token, status__in=CredentialRequest.BEFORE_ACCEPTANCE)
    return opened.select_for_update(of=("self",)).first()


def _create(
    token: DeploymentToken, installation: PecInstallation, requester: Person, by: Actor, at: datetime
) -> CredentialRequest:
    request = CredentialRequest.objects.create(
        token=token,
        installation=installation,
        entity_id=token.entity_id,
        establishment_id=token.establishment_id,
        requested_by_id=by.author_id,
        requester=requester,
        opened_at=at,
        changed_at=at,
    )
    # The screen shows every other establishment of the entity already ticked.
    request.children.set(siblings_of(request))
    audit.record("request.opened", target=request, by=by, at=at, token_id=token.pk, installation=installation.pk)
    return request


def _pair_again(request: CredentialRequest, installation: PecInstallation, by: Actor, at: datetime) -> None:
    """The same token, validated again with the contra-chave of another installation: the termo must be read again."""
    if can_proceed(request.return_to_form):
        request.return_to_form(at=at)
    request.installation, request.changed_at = installation, at
    request.save(update_fields=["status", "installation", "changed_at"])
    audit.record("request.paired_again", target=request, by=by, at=at, installation=installation.pk)
