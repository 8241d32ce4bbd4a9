"""Generating, cancelling and redeeming the deployment token (token para implantação e-SUS APS)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django_fsm import can_proceed

from accounts.models import Membership, Organisation, account_of, is_own
from common import audit, documents, mail, permissions, switches, vault
from common.actor import Actor
from common.exceptions import AllAtOnce, NotAllowedNow, RuleBroken
from common.legal_time import end_of_legal_day
from egestor import deadlines, token_value
from egestor.deadlines import moment_text
from egestor.models import DeploymentToken
from egestor.permissions import Permission
from registry import lookup
from registry.models import Person
from territory.models import Establishment

OTHER_RESPONSIBLE = (
    "Este token foi gerado para outro responsável. "
    "O CPF que gera o token deve ser o mesmo que realiza a solicitação de credenciamento."
)
EXPIRED = (
    "Token expirado. A validade do token é até às 23:59h do dia de sua geração (horário de Brasília). "
    "Gere um novo token."
)


class Responsible(NamedTuple):
    """The person found by «Buscar», and whether the profile that can use the token is there at the time."""

    person: Person
    can_redeem: bool


def find_responsible(*, cpf: str, entity_id: int, at: datetime) -> Responsible:
    """Who has this CPF. Raises RuleBroken when it is invalid or of nobody, and as registry.lookup does."""
    person = _responsible(cpf)
    deployment = Membership.objects.usable_at(at, days=switches.now().membership_idle_days).filter(
        person=person,
        entity=entity_id,
        role=Membership.Role.PROGRAMME_MANAGER,
        programme=Membership.Programme.DEPLOYMENT,
    )
    return Responsible(person, deployment.exists())


def token_expiry(at: datetime) -> datetime:
    """First instant at which a token generated at `at` no longer works (TOKEN_CORTE)."""
    return end_of_legal_day(at, cutoff=switches.now().token_cutoff)


@transaction.atomic
def generate_token(
    *, organisation_id: int, responsible_cpf: str, cnes: str, by: Actor, at: datetime
) -> DeploymentToken:
    """Generate the token of one CPF for one establishment of the fund's entity, in the place of their former one.

    The readable value is in `.value` while the token lives. Raises NotPermitted for any account but the fund's, and
    RuleBroken (`field` "cpf", "establishment") for an unknown person and an establishment that is not the entity's.
    """
    # Locking the fund makes parallel requests take turns; rows that refer to it can still be inserted.
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)
    permissions.require(by, Permission.GENERATE_TOKEN, organisation)
    rules = AllAtOnce()
    found, place = rules.ask(_responsible, responsible_cpf), rules.ask(_establishment, cnes, organisation)
    responsible, establishment = rules.settled(found), rules.settled(place)

    _retire_former(establishment, responsible, by=by, at=at)
    value = token_value.generate()
    token = DeploymentToken.objects.create(
        value_hash=token_value.hash_value(value),
        last4=value[-4:],
        sealed_value=vault.seal(value.encode()),
        organisation=organisation,
        entity_id=organisation.entity_id,
        responsible=responsible,
        establishment=establishment,
        generated_at=at,
        expires_at=token_expiry(at),
    )
    audit.record("token.generated", target=token, by=by, at=at, cnes=establishment.cnes)
    # The mailbox keeps what it gets for ever, so it is told that the token exists, never its value.
    mail.write("token_generated", to=responsible.email, addressee=account_of(responsible), at=at, **_mail_facts(token))
    return token


@transaction.atomic
def cancel_token(*, token_id: int, by: Actor, at: datetime) -> DeploymentToken:
    """The fund takes a token back. Raises NotAllowedNow when it was used, cancelled or has expired."""
    token = DeploymentToken.objects.select_for_update().get(pk=token_id)
    permissions.require(by, Permission.CANCEL_TOKEN, token)
    if not can_proceed(token.cancel) or not token.is_live_at(at):
        raise NotAllowedNow(token.effective_status(at).label)
    _cancel(token, by=by, at=at)
    _write_cancelled(token, at=at)
    return token


@transaction.atomic
def redeem_token(*, token_id: int, by: Actor, at: datetime, request_number: int | None = None) -> DeploymentToken:
    """Consume the token («Confirmar e avançar»): of several at once, exactly one succeeds.

    Raises NotPermitted without the profile in the token's entity, and RuleBroken with the texts of V4 to V7.
    `request_number` is the request that already used the token, if the caller knows of one, and completes V6.
    """
    token = DeploymentToken.objects.select_for_update().get(pk=token_id)
    permissions.require(by, Permission.REDEEM_TOKEN, token)
    require_usable(token=token, by=by, at=at, request_number=request_number)
    token.use(at=at)
    token.save(update_fields=["status", "used_at", "sealed_value"])
    audit.record("token.used", target=token, by=by, at=at)
    return token


def find_token(*, value: str, entity_ids: Collection[int]) -> DeploymentToken | None:
    """The token with this value, as typed, in any state, if it is of one of the entities; None tells nothing more."""
    normal = token_value.normalise(value)
    if not token_value.is_well_formed(normal):
        return None
    found = DeploymentToken.objects.select_related("responsible__user", "establishment", "entity")
    return found.filter(value_hash=token_value.hash_value(normal), entity__in=entity_ids).first()


def require_usable(*, token: DeploymentToken, by: Actor, at: datetime, request_number: int | None = None) -> None:
    """Raise RuleBroken for the first of V4 to V7 that fails for the person `by` at `at`; holds no lock."""
    if not is_own(token.responsible, by):
        raise RuleBroken(OTHER_RESPONSIBLE, code="other_responsible", field="token")
    reason = explain_dead_token(token, at, request_number=request_number)
    if reason:
        raise RuleBroken(reason, code=f"token_{token.effective_status(at)}", field="token")


def explain_dead_token(token: DeploymentToken, at: datetime, *, request_number: int | None = None) -> str:
    """Why the token does not work at `at` (V5, V6, V7), or "" while it does."""
    match token.effective_status(at):
        case DeploymentToken.Status.CANCELLED:
            return f"Este token foi cancelado em {moment_text(token.cancelled_at)}."
        case DeploymentToken.Status.USED:
            where = f" na solicitação nº {request_number}" if request_number else ""
            return f"Este token já foi utilizado{where}."
        case DeploymentToken.Status.EXPIRED:
            return EXPIRED
    return ""


def _responsible(cpf: str) -> Person:
    normal = documents.digits(cpf)
    if not documents.is_cpf(normal):
        raise RuleBroken("CPF inválido.", code="cpf", field="cpf")
    person = lookup.find(cpf=normal, field="cpf")
    if person is None:
        raise RuleBroken("CPF não encontrado.", code="cpf_unknown", field="cpf")
    return person


def _establishment(cnes: str, organisation: Organisation) -> Establishment:
    own = Establishment.objects.filter(entity_id=organisation.entity_id)
    establishment = own.filter(pk=cnes).first() if documents.is_cnes(cnes) else None
    if establishment is None:
        raise RuleBroken("Selecione o estabelecimento.", code="establishment", field="establishment")
    if not establishment.is_active:
        raise RuleBroken(
            "Selecione um estabelecimento ativo no SCNES.", code="establishment_closed", field="establishment"
        )
    return establishment


def _retire_former(establishment: Establishment, responsible: Person, *, by: Actor, at: datetime) -> None:
    """End the GENERATED token of the pair: expired if its day is over (the sweep may be late), else cancelled."""
    pair = DeploymentToken.objects.filter(
        establishment=establishment, responsible=responsible, status=DeploymentToken.Status.GENERATED
    )
    former = pair.select_for_update().first()
    if former is None:
        return
    if former.is_live_at(at):
        _cancel(former, by=by, at=at)
        _write_cancelled(former, at=at, replaced=True)
        return
    former.expire()
    former.save(update_fields=["status", "sealed_value"])
    audit.record("token.expired", target=former, by=Actor.routine(Permission.GENERATE_TOKEN, at), at=at)


def _cancel(token: DeploymentToken, *, by: Actor, at: datetime) -> None:
    token.cancel(by=by, at=at)
    token.save(update_fields=["status", "cancelled_at", "cancelled_by", "sealed_value"])
    audit.record("token.cancelled", target=token, by=by, at=at)


def _write_cancelled(token: DeploymentToken, *, at: datetime, replaced: bool = False) -> None:
    """Tell the responsible, who may be about to use it; a token that took its place is told by its own e-mail."""
    person = token.responsible
    mail.write(
        "token_cancelled", to=person.email, addressee=account_of(person), at=at, replaced=replaced, **_mail_facts(token)
    )


def _mail_facts(token: DeploymentToken) -> dict[str, Any]:
    return {
        "person": token.responsible,
        "establishment": token.establishment,
        "fund": token.organisation,
        "token": token,
        "validity": deadlines.validity_text(token.expires_at, token.entity),
        "last_minute": deadlines.last_minute(token.expires_at),
    }
