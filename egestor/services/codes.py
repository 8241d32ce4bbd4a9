"""The 24-hour code of «INSTALAÇÃO/ATUALIZAÇÃO PEC E-SUS APS», and the contra-chave that the Gestor Técnico makes."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django_fsm import can_proceed

from accounts.models import Membership, Organisation, account_of, is_own
from common import audit, mail, permissions, switches, vault
from common.actor import Actor
from common.exceptions import NotAllowedNow, RuleBroken
from egestor import installation_key as keys
from egestor import token_value
from egestor.deadlines import moment_text
from egestor.models import DeploymentToken, InstallationCode
from egestor.permissions import Permission
from registry.models import Person, PersonQuerySet

LASTS = timedelta(hours=24)
SALT = "egestor.installation_code"
CHOOSE_MANAGER = "Selecione o gestor."
MALFORMED = "Código em formato inválido. Confira se foi copiado por inteiro."
UNKNOWN = "Código não encontrado."
OTHER_KIND = (
    "Este é o token para implantação, que serve para solicitar a credencial da RNDS. "
    "Aqui se informa o código de instalação do PEC, que vale 24 horas."
)
OTHER_MANAGER = "Este código foi gerado para outro gestor."
EXPIRED = (
    "Código expirado. O código vale 24 horas. Após este prazo, é necessário novo código para gerar a contra-chave."
)
MALFORMED_KEY = "Chave em formato inválido. Copie-a da tela «Instalação» do PEC."


def managers_of(*, entity_id: int, at: datetime) -> PersonQuerySet:
    """Who may be chosen in «Gestor»: the Gestores Técnicos of the entity whose profile can be used."""
    usable = Membership.objects.usable_at(at, days=switches.now().membership_idle_days)
    technical = usable.filter(entity=entity_id, role=Membership.Role.TECHNICAL_MANAGER)
    found: PersonQuerySet = Person.objects.filter(pk__in=technical.values("person")).order_by("name", "pk")
    return found


@transaction.atomic
def generate_code(
    *, organisation_id: int, manager_id: int, reason: InstallationCode.Reason, by: Actor, at: datetime
) -> InstallationCode:
    """«Gerar Código» for one Gestor Técnico of the fund's entity, in the place of their former code.

    The readable value is in `.value` while the code lives. Raises NotPermitted for any account but the fund's, and
    RuleBroken (`field` "manager") for who is no Gestor Técnico of the entity.
    """
    # Locking the fund makes parallel requests take turns; rows that refer to it can still be inserted.
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)
    permissions.require(by, Permission.GENERATE_INSTALLATION_CODE, organisation)
    manager = managers_of(entity_id=organisation.entity_id, at=at).filter(pk=manager_id).first()
    if manager is None:
        raise RuleBroken(CHOOSE_MANAGER, code="manager", field="manager")

    _retire_former(organisation, manager, by=by, at=at)
    value = token_value.generate()
    code = InstallationCode.objects.create(
        value_hash=token_value.hash_value(value, salt=SALT),
        last4=value[-4:],
        sealed_value=vault.seal(value.encode()),
        organisation=organisation,
        entity_id=organisation.entity_id,
        manager=manager,
        reason=reason,
        generated_at=at,
        expires_at=at + LASTS,
    )
    audit.record("installation_code.generated", target=code, by=by, at=at, reason=reason.value)
    # As with the token, the mailbox is told that the code exists, never its value.
    _write("installation_code_generated", code, at=at)
    return code


@transaction.atomic
def cancel_code(*, code_id: int, by: Actor, at: datetime) -> InstallationCode:
    """The fund takes a code back. Raises NotAllowedNow when it was used, cancelled or has expired."""
    code: InstallationCode = InstallationCode.objects.select_for_update().get(pk=code_id)
    permissions.require(by, Permission.CANCEL_INSTALLATION_CODE, code)
    if not can_proceed(code.cancel) or not code.is_live_at(at):
        raise NotAllowedNow(code.effective_status(at).label)
    _cancel(code, by=by, at=at)
    _write("installation_code_cancelled", code, at=at, replaced=False)
    return code


@transaction.atomic
def generate_counter_key(*, code_id: int, installation_key: str, by: Actor, at: datetime) -> InstallationCode:
    """«Gerar contra-chave»: consumes the code; of several at once, exactly one succeeds.

    The answer is in `.counter_key`. Raises NotPermitted without the profile in the code's entity, and RuleBroken for a
    code that does not work or a key that cannot be one.
    """
    code: InstallationCode = InstallationCode.objects.select_for_update().get(pk=code_id)
    permissions.require(by, Permission.GENERATE_COUNTER_KEY, code)
    require_usable(code=code, by=by, at=at)
    key = keys.normalise(installation_key)
    if not keys.is_well_formed(key):
        raise RuleBroken(MALFORMED_KEY, code="malformed_key", field="installation_key")
    code.use(installation_key=key, at=at)
    code.save(update_fields=["status", "used_at", "installation_key", "sealed_value"])
    audit.record("installation_code.used", target=code, by=by, at=at)
    return code


def find_code(*, value: str, entity_ids: Collection[int]) -> InstallationCode:
    """The code with this value, as typed, in any state. Raises RuleBroken when it is none of these entities."""
    normal = token_value.normalise(value)
    if not token_value.is_well_formed(normal):
        raise RuleBroken(MALFORMED, code="malformed", field="code")
    rows = InstallationCode.objects.select_related("manager__user")
    code = rows.filter(value_hash=token_value.hash_value(normal, salt=SALT), entity__in=entity_ids).first()
    if code is not None:
        return code
    tokens = DeploymentToken.objects.filter(value_hash=token_value.hash_value(normal), entity__in=entity_ids)
    if tokens.exists():
        raise RuleBroken(OTHER_KIND, code="other_kind", field="code")
    raise RuleBroken(UNKNOWN, code="unknown", field="code")


def require_usable(*, code: InstallationCode, by: Actor, at: datetime) -> None:
    """«Liberar Acesso»: raise RuleBroken unless the person `by` may use the code at `at`; holds no lock."""
    if not is_own(code.manager, by):
        raise RuleBroken(OTHER_MANAGER, code="other_manager", field="code")
    reason = explain_dead_code(code, at)
    if reason:
        raise RuleBroken(reason, code=f"code_{code.effective_status(at)}", field="code")


def explain_dead_code(code: InstallationCode, at: datetime) -> str:
    """Why the code does not work at `at`, or "" while it does."""
    match code.effective_status(at):
        case InstallationCode.Status.CANCELLED:
            return f"Este código foi cancelado em {moment_text(code.cancelled_at)}."
        case InstallationCode.Status.USED:
            return f"Este código já foi utilizado em {moment_text(code.used_at)}."
        case InstallationCode.Status.EXPIRED:
            return EXPIRED
    return ""


def _retire_former(organisation: Organisation, manager: Person, *, by: Actor, at: datetime) -> None:
    """End the GENERATED code of the manager: expired if its time is over (the sweep may be late), else cancelled."""
    own = InstallationCode.objects.filter(
        entity=organisation.entity_id, manager=manager, status=InstallationCode.Status.GENERATED
    )
    former = own.select_for_update().first()
    if former is None:
        return
    if former.is_live_at(at):
        _cancel(former, by=by, at=at)
        _write("installation_code_cancelled", former, at=at, replaced=True)
        return
    former.expire()
    former.save(update_fields=["status", "sealed_value"])
    routine = Actor.routine(Permission.GENERATE_INSTALLATION_CODE, at)
    audit.record("installation_code.expired", target=former, by=routine, at=at)


def _cancel(code: InstallationCode, *, by: Actor, at: datetime) -> None:
    code.cancel(by=by, at=at)
    code.save(update_fields=["status", "cancelled_at", "cancelled_by", "sealed_value"])
    audit.record("installation_code.cancelled", target=code, by=by, at=at)


def _write(template: str, code: InstallationCode, *, at: datetime, **facts: Any) -> None:
    """Tell the manager, who will use it or was about to."""
    person = code.manager
    mail.write(
        template,
        to=person.email,
        addressee=account_of(person),
        at=at,
        person=person,
        fund=code.organisation,
        code=code,
        **facts,
    )
