"""What every step of the form shares, and the two steps that are a contact: establishment and responsible manager."""

from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from common import audit, documents, permissions
from common.actor import Actor
from common.exceptions import AllAtOnce, NotAllowedNow, RuleBroken
from registry import lookup
from registry.models import Person
from rnds.models import CredentialRequest
from rnds.permissions import Permission
from rnds.services import token_rules

REQUIRED = "Este campo é obrigatório."
BAD_PHONE = "Telefone inválido. Informe DDD + número."
BAD_EMAIL = "E-mail inválido."
NO_CPF = "Cadastro sem CPF no CADSUS: o certificado nomeia o gestor responsável pelo CPF."


class Saved(NamedTuple):
    """A saved request and the warnings that the person must read but that block nothing."""

    request: CredentialRequest
    warnings: tuple[str, ...] = ()


def lock_own(request_id: int, by: Actor) -> CredentialRequest:
    """Lock a request of the requester's own, or raise NotPermitted."""
    request = CredentialRequest.objects.select_for_update(of=("self",)).select_related("token").get(pk=request_id)
    permissions.require(by, Permission.EDIT_REQUEST, request)
    return request


def lock_draft(request_id: int, by: Actor, at: datetime) -> CredentialRequest:
    """Lock a request that its requester may still fill.

    Raises NotPermitted (another person's), NotAllowedNow (no longer a form) or RuleBroken (the token died: V5 to V7).
    """
    request = lock_own(request_id, by)
    if request.status not in CredentialRequest.EDITABLE:
        raise NotAllowedNow(request.get_status_display())
    if request.status == CredentialRequest.Status.DRAFT:
        token_rules.require_live(request.token, at)
    return request


@transaction.atomic
def keep(
    *, request: CredentialRequest, section: str, fields: list[str], by: Actor, at: datetime, **details: Any
) -> None:
    """Save one section of the draft and say so in the audit trail, without the data themselves."""
    request.changed_at = at
    request.save(update_fields=[*fields, "changed_at"])
    audit.record("request.section_saved", target=request, by=by, at=at, section=section, **details)


def clean_phone(phone: str, field: str) -> str:
    """Digits of a Brazilian telephone, or RuleBroken."""
    number = documents.digits(phone)
    if not number:
        raise RuleBroken(REQUIRED, code="required", field=field)
    if not documents.is_phone(number):
        raise RuleBroken(BAD_PHONE, code="phone", field=field)
    return number


def clean_email(email: str, field: str) -> str:
    """An address in ASCII, as certificates hold it, with its domain in small letters, or RuleBroken."""
    address = email.strip()
    if not address:
        raise RuleBroken(REQUIRED, code="required", field=field)
    try:
        validate_email(address)
    except ValidationError:
        raise RuleBroken(BAD_EMAIL, code="email", field=field) from None
    if not address.isascii():
        raise RuleBroken(BAD_EMAIL, code="email", field=field)
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


@transaction.atomic
def save_establishment(*, request_id: int, phone: str, email: str, by: Actor, at: datetime) -> Saved:
    """Section B: contact of the «estabelecimento cessionário»; the rest comes from the token."""
    request = lock_draft(request_id, by, at)
    contact = AllAtOnce()
    number, address = contact.ask(clean_phone, phone, "phone"), contact.ask(clean_email, email, "email")
    request.establishment_phone, request.establishment_email = contact.settled(number), contact.settled(address)
    keep(request=request, section="establishment", fields=["establishment_phone", "establishment_email"], by=by, at=at)
    return Saved(request)


def find_person(*, cns: str = "", cpf: str = "") -> Person:
    """A person of the simulated CADSUS, by CNS or by CPF (the CNS wins when both are given).

    Raises RuleBroken with the message of the screen: neither given, bad number, unknown or without CPF, and as
    registry.lookup does.
    """
    cns, cpf = documents.digits(cns), documents.digits(cpf)
    field = "cns" if cns else "cpf"
    if not cns and not cpf:
        raise RuleBroken("Informe o CNS ou o CPF do gestor responsável.", code="required", field="cns")
    if not (documents.is_cns(cns) if cns else documents.is_cpf(cpf)):
        raise RuleBroken("CNS ou CPF inválido.", code="document", field=field)
    person = lookup.find(cns=cns, cpf=cpf, field=field)
    if person is None:
        raise RuleBroken("Pessoa não encontrada no CADSUS.", code="person_unknown", field=field)
    if not person.cpf:
        raise RuleBroken(NO_CPF, code="person_without_cpf", field=field)
    return person


@transaction.atomic
def save_responsible(
    *, request_id: int, cns: str = "", cpf: str = "", phone: str, email: str, by: Actor, at: datetime
) -> Saved:
    """Section E: «gestor responsável», looked up in the simulated CADSUS, and their contact."""
    request = lock_draft(request_id, by, at)
    rules = AllAtOnce()
    person = rules.ask(find_person, cns=cns, cpf=cpf)
    number, address = rules.ask(clean_phone, phone, "phone"), rules.ask(clean_email, email, "email")
    request.responsible = rules.settled(person)
    request.responsible_phone, request.responsible_email = rules.settled(number), rules.settled(address)
    fields = ["responsible", "responsible_phone", "responsible_email"]
    keep(request=request, section="responsible", fields=fields, by=by, at=at)
    return Saved(request)
