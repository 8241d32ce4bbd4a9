"""«Validar»: the token of the e-Gestor and the contra-chave of the PEC open a draft (checks V1 to V10)."""

import re
from datetime import datetime

from django.db import transaction
from django_fsm import can_proceed

from accounts.models import Membership, Person, User
from common import audit, permissions, switches
from common.exceptions import NotPermitted, RuleBroken
from egestor import token_value as token_syntax
from egestor.models import DeploymentToken
from egestor.services import tokens
from rnds.models import Credential, CredentialRequest, PecInstallation
from rnds.services import token_rules
from rnds.services.requests.children import siblings_of
from rnds.services.requests.drafts import REQUIRED, Saved

IDLE_PROFILE = "Seu perfil está INATIVO por falta de acesso. Quem reativa: o Gestor da AB do ente, no e-Gestor APS."
_COUNTER_KEY = re.compile(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){7}")


@transaction.atomic
def open_request(*, token_value: str, counter_key: str, by: User, at: datetime) -> Saved:
    """Open the draft of a request, or the one that the same live token already opened for the same person.

    The first of V1 to V9 that fails is raised as RuleBroken with its message and field ("token_value" or
    "counter_key"); V10 comes back as a warning. The token is only reserved: «Confirmar e avançar» consumes it.
    """
    permissions.require(by, "rnds.request_credential")
    requester = Person.objects.filter(user=by).first()
    if requester is None:
        raise NotPermitted(permission="rnds.request_credential")
    _require_filled(token_value, counter_key)
    token = _locked_token(token_value, by, at)
    installation = _installation(counter_key, token)
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


def _require_filled(token_value: str, counter_key: str) -> None:
    """V1."""
    for field, value in (("token_value", token_value), ("counter_key", counter_key)):
        if not value.strip():
            raise RuleBroken(REQUIRED, code="V1", field=field)


def _locked_token(value: str, by: User, at: datetime) -> DeploymentToken:
    """V2 to V7, in order."""
    if not token_syntax.is_well_formed(token_syntax.normalise(value)):
        raise RuleBroken(
            "Token em formato inválido. Confira se foi copiado por inteiro.", code="V2", field="token_value"
        )
    token = tokens.find_token(value=value, entity_ids=_managed_entities(by))
    if token is None:
        raise RuleBroken("Token não encontrado.", code="V3", field="token_value")
    _require_profile_in_use(by, token.entity_id, at)
    token = DeploymentToken.objects.select_for_update(of=("self",)).select_related("responsible").get(pk=token.pk)
    try:
        token_rules.require_usable(token, by=by, at=at)
    except RuleBroken as refusal:
        raise RuleBroken(refusal.message, code=refusal.code, field="token_value") from None
    return token


def _managed_entities(by: User) -> set[int]:
    """Entities for which the person is GESTOR DO PROGRAMA MUNICIPAL in IMPLANTAÇÃO E-SUS APS."""
    wanted = (Membership.Role.PROGRAMME_MANAGER, Membership.Programme.DEPLOYMENT)
    return {entity_id for role, programme, entity_id in by.roles if (role, programme) == wanted}


def _require_profile_in_use(by: User, entity_id: int, at: datetime) -> None:
    """A profile that inactivity has overtaken requests nothing, whether or not the sweep ran."""
    usable = Membership.objects.usable_at(at, days=switches.now().membership_idle_days).filter(
        person__user=by,
        entity=entity_id,
        role=Membership.Role.PROGRAMME_MANAGER,
        programme=Membership.Programme.DEPLOYMENT,
    )
    if not usable.exists():
        raise NotPermitted(IDLE_PROFILE, permission="rnds.request_credential")


def _installation(counter_key: str, token: DeploymentToken) -> PecInstallation:
    """V8 and V9."""
    normal = normalise_counter_key(counter_key)
    if not _COUNTER_KEY.fullmatch(normal):
        raise RuleBroken(
            "Contra-chave em formato inválido. Utilize o botão Copiar do PEC.", code="V8", field="counter_key"
        )
    installation = PecInstallation.objects.filter(counter_key__iexact=normal, entity=token.entity_id).first()
    if installation is None:
        raise RuleBroken("Contra-chave não reconhecida para este município.", code="V9", field="counter_key")
    return installation


def _existing(token: DeploymentToken) -> CredentialRequest | None:
    opened = CredentialRequest.objects.filter(token=token, status__in=CredentialRequest.BEFORE_ACCEPTANCE)
    return opened.select_for_update(of=("self",)).first()


def _create(
    token: DeploymentToken, installation: PecInstallation, requester: Person, by: User, at: datetime
) -> CredentialRequest:
    request = CredentialRequest.objects.create(
        token=token,
        installation=installation,
        entity_id=token.entity_id,
        establishment_id=token.establishment_id,
        requested_by=by,
        requester=requester,
        opened_at=at,
        changed_at=at,
    )
    # The screen shows every other establishment of the entity already ticked.
    request.children.set(siblings_of(request))
    audit.record("request.opened", target=request, actor=by, at=at, token_id=token.pk, installation=installation.pk)
    return request


def _pair_again(request: CredentialRequest, installation: PecInstallation, by: User, at: datetime) -> None:
    """The same token, validated again with the contra-chave of another installation: the termo must be read again."""
    if can_proceed(request.return_to_form):
        request.return_to_form(at=at)
    request.installation, request.changed_at = installation, at
    request.save(update_fields=["status", "installation", "changed_at"])
    audit.record("request.paired_again", target=request, actor=by, at=at, installation=installation.pk)
