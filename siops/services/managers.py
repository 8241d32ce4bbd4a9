"""The Módulo de Gestores: who registers, confirms, dates and ends the record of whom (SM-2)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django_fsm import can_proceed

from accounts.models import is_own
from common import audit, permissions
from common.actor import Actor
from common.exceptions import AllAtOnce, NotAllowedNow, RuleBroken
from registry.models import Person
from siops.models import HealthManager, Technician
from siops.models.scoped import MANAGER
from siops.permissions import Permission
from siops.services.institutional import require_institutional
from siops.services.post import write_to_record
from siops.services.registry import (
    find_named_person,
    legal_date,
    lock_entity,
    require_free_email,
)
from siops.services.succession import change_secretariat, write_registered
from territory.models import Entity

Role = HealthManager.Role
Status = HealthManager.Status

PERMISSIONS = {
    Role.HEAD: Permission.REGISTER_HEAD,
    Role.HEAD_SUBSTITUTE: Permission.REGISTER_HEAD_SUBSTITUTE,
    Role.SECRETARY: Permission.REGISTER_SECRETARY,
    Role.SECRETARY_SUBSTITUTE: Permission.REGISTER_SECRETARY,
    Role.COUNCIL: Permission.REGISTER_COUNCIL,
}
REPLACE = "O novo cadastro substituirá {name}. Confirmar?"
REPLACE_SECRETARY = (
    "O novo cadastro substituirá {name}. O responsável pelo envio deverá ser cadastrado novamente. Confirmar?"
)
SAME_AS_HEAD = "O Secretário não pode ter o mesmo CPF do Chefe do Executivo."
SUBSTITUTE_OF_ONESELF = "O substituto não pode ter o mesmo CPF de quem ele substitui."
SENDER_HOMOLOGATES = "O responsável pelo envio não pode ser também o gestor que homologa."
OWN_TERM = "O substituto não cadastra a si mesmo nem altera a própria vigência."
ALREADY_IN_COUNCIL = "Esta pessoa já está cadastrada no Conselho de Saúde."
FUTURE_ACT = "A data do ato não pode ser futura."
FUTURE_START = "O início não pode ser uma data futura."
NEEDS_LAST_DAY = "Informe o último dia da substituição."
DATES_OUT_OF_ORDER = "O fim não pode ser anterior ao início."
TERM_IS_OVER = "O fim não pode ser anterior a hoje. Para encerrar já, use «Encerrar»."


@transaction.atomic
def register_manager(
    *,
    entity_id: int,
    role: str,
    cpf: str,
    name: str,
    email: str,
    phone: str,
    position: str,
    act_number: str,
    act_date: date,
    starts_on: date,
    ends_on: date | None = None,
    replaces_id: int | None = None,
    by: Actor,
    at: datetime,
) -> HealthManager:
    """Register a secretary, a substitute or a council member; the new record overwrites the former of that role.

    To overwrite, `replaces_id` must name the record that the person who confirms has seen. A new secretary leaves the
    technician PENDENTE DE RECADASTRO. Dates are Brasília days, the last one inclusive. Raises NotPermitted, or
    RuleBroken (codes replace_needed, person_not_found, name_differs, same_as_head, substitute_of_oneself,
    sender_homologates, own_term, public_mailbox, email_taken, already_in_council, dates).
    """
    entity = lock_entity(entity_id)

    permissions.require(by, PERMISSIONS[Role(role)], entity)
    former = None if role == Role.COUNCIL else _current(entity, role)
    rules = AllAtOnce()
    rules.ask(_require_dates, role, starts_on, ends_on, at)
    rules.require(act_date <= legal_date(at), RuleBroken(FUTURE_ACT, code="dates", field="act_date"))
    rules.ask(require_institutional, email, field="email")
    found = rules.ask(find_named_person, cpf=cpf, name=name)
    if found is not None:
        rules.ask(_require_fit, entity, role, found, by)
        rules.ask(require_free_email, entity=entity, email=email, person=found, leaving=former)
    person = rules.settled(found)
    if former is not None and former.pk != replaces_id:
        raise RuleBroken(replace_question(former, person), code="replace_needed")

    if former is not None:
        _substitute(former, by, at)
    made: HealthManager = HealthManager.objects.create(
        entity=entity,
        role=role,
        person=person,
        email=email,
        phone=phone,
        position=position,
        act_number=act_number,
        act_date=act_date,
        starts_on=starts_on,
        ends_on=ends_on,
        registered_at=at,
        registered_by_id=by.account_id,
        registered_by_substitution=by.by_substitution,
    )
    audit.record("manager.registered", target=made, by=by, at=at, of_role=role)
    write_registered([made], at=at)
    if former is not None and role != Role.SECRETARY and former.person_id != person.pk:
        context = {"successor": made, "reason": f"novo cadastro feito por {by.name}"}
        write_to_record("siops_manager_ended", former, at=at, **context)
    if role == Role.SECRETARY and (former is None or former.person_id != person.pk):
        change_secretariat(entity=entity, former=former, successor=made, by=by, at=at)
    return made


@transaction.atomic
def confirm_manager(*, manager_id: int, by: Actor, at: datetime) -> HealthManager:
    """The new head keeps somebody whom the former head registered. Raises NotPermitted or NotAllowedNow."""
    manager = _locked(manager_id)

    permissions.require(by, Permission.CONFIRM_MANAGER, manager)
    if not can_proceed(manager.confirm):
        raise NotAllowedNow(manager.get_status_display())

    manager.confirm(by=by)
    manager.save(update_fields=["status", "registered_by", "registered_by_substitution"])
    audit.record("manager.confirmed", target=manager, by=by, at=at)
    return manager


@transaction.atomic
def change_term(*, manager_id: int, starts_on: date, ends_on: date | None, by: Actor, at: datetime) -> HealthManager:
    """Other dates of validity (vigência) of a substitute. Raises NotPermitted, NotAllowedNow or RuleBroken (dates)."""
    manager = _locked(manager_id)

    permissions.require(by, PERMISSIONS[Role(manager.role)], manager)
    if manager.status not in HealthManager.CURRENT or manager.role not in HealthManager.SUBSTITUTES:
        raise NotAllowedNow(manager.get_status_display())
    _require_dates(manager.role, starts_on, ends_on, at)
    _require_other_term(manager.role, manager.person, by)

    before = [str(manager.starts_on), str(manager.ends_on)]
    manager.change_term(starts_on=starts_on, ends_on=ends_on)
    manager.save(update_fields=["starts_on", "ends_on"])
    audit.record(
        "manager.term_changed",
        target=manager,
        by=by,
        at=at,
        before=before,
        after=[str(starts_on), str(ends_on)],
    )
    return manager


@transaction.atomic
def end_manager(*, manager_id: int, by: Actor, at: datetime) -> HealthManager:
    """«Encerrar» without a successor. Without a secretary the technician waits for the next one's registration."""
    manager = _locked(manager_id)

    permissions.require(by, PERMISSIONS[Role(manager.role)], manager)
    if not can_proceed(manager.end):
        raise NotAllowedNow(manager.get_status_display())

    manager.end(at=at)
    manager.save(update_fields=["status", "closed_at"])
    audit.record("manager.ended", target=manager, by=by, at=at)
    if manager.role == Role.SECRETARY:
        change_secretariat(entity=manager.entity, former=manager, successor=None, by=by, at=at)
    else:
        context = {"successor": None, "reason": f"encerrado por {by.name}"}
        write_to_record("siops_manager_ended", manager, at=at, **context)
    return manager


def replace_question(former: HealthManager, person: Person) -> str:
    """What must be confirmed before `former` is overwritten by a record of `person`."""
    changes = former.role == Role.SECRETARY and former.person_id != person.pk
    return (REPLACE_SECRETARY if changes else REPLACE).format(name=former.person.name)


def _locked(manager_id: int) -> HealthManager:
    """The record, locked after its entity."""
    entity = lock_entity(HealthManager.objects.values_list("entity", flat=True).get(pk=manager_id))
    rows = HealthManager.objects.select_for_update(of=("self",)).select_related("person__user")
    manager: HealthManager = rows.get(pk=manager_id)
    manager.entity = entity
    return manager


def _current(entity: Entity, role: str) -> HealthManager | None:
    rows = HealthManager.objects.current().select_for_update(of=("self",)).select_related("person__user")
    return rows.filter(entity=entity, role=role).first()


def _substitute(former: HealthManager, by: Actor, at: datetime) -> None:
    former.substitute(at=at)
    former.save(update_fields=["status", "closed_at"])
    audit.record("manager.substituted", target=former, by=by, at=at)


def _require_dates(role: str, starts_on: date, ends_on: date | None, at: datetime) -> None:
    """Only a substitute may begin later; nobody is registered for days that are over."""
    today = legal_date(at)
    if role in HealthManager.SUBSTITUTES and ends_on is None:
        raise RuleBroken(NEEDS_LAST_DAY, code="dates", field="ends_on")
    if role not in HealthManager.SUBSTITUTES and starts_on > today:
        raise RuleBroken(FUTURE_START, code="dates", field="starts_on")
    if ends_on is not None and ends_on < starts_on:
        raise RuleBroken(DATES_OUT_OF_ORDER, code="dates", field="ends_on")
    if ends_on is not None and ends_on < today:
        raise RuleBroken(TERM_IS_OVER, code="dates", field="ends_on")


def _require_fit(entity: Entity, role: str, person: Person, by: Actor) -> None:
    """Nobody holds, in one entity, two records that must watch over each other."""
    _require_other_term(role, person, by)
    held = set(HealthManager.objects.current().filter(entity=entity, person=person).values_list("role", flat=True))
    if role in HealthManager.SECRETARIAT and Role.HEAD in held:
        raise RuleBroken(SAME_AS_HEAD, code="same_as_head", field="cpf")
    if held & _OPPOSITES.get(Role(role), set()):
        raise RuleBroken(SUBSTITUTE_OF_ONESELF, code="substitute_of_oneself", field="cpf")
    if role == Role.SECRETARY_SUBSTITUTE and Technician.objects.able().filter(entity=entity, person=person).exists():
        raise RuleBroken(SENDER_HOMOLOGATES, code="sender_homologates", field="cpf")
    if role == Role.COUNCIL and Role.COUNCIL in held:
        raise RuleBroken(ALREADY_IN_COUNCIL, code="already_in_council", field="cpf")


_OPPOSITES = {
    Role.HEAD_SUBSTITUTE: {Role.HEAD},
    Role.SECRETARY: {Role.SECRETARY_SUBSTITUTE},
    Role.SECRETARY_SUBSTITUTE: {Role.SECRETARY},
}


def _require_other_term(role: str, person: Person, by: Actor) -> None:
    """A substitute does not lengthen the own substitution."""
    if by.holds(MANAGER, role) and role in HealthManager.SUBSTITUTES and is_own(person, by):
        raise RuleBroken(OWN_TERM, code="own_term", field="cpf")
