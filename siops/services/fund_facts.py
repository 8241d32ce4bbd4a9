"""What the ministry compares when it checks an Anexo I: each fact beside the rule that it must meet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from accounts.models import Organisation
from common import documents
from common.ui import NOTHING, Check
from siops.models import FundUpdate, HealthManager
from siops.services.institutional import is_public_mailbox

ANSWERS_FOR_THE_ENTITY = (HealthManager.Role.HEAD, HealthManager.Role.SECRETARY)


def approved_before(update: FundUpdate) -> FundUpdate | None:
    """The last update of the same entity that was approved, but for this one."""
    rows = FundUpdate.objects.filter(entity=update.entity_id, status=FundUpdate.Status.APPROVED).exclude(pk=update.pk)
    return rows.order_by("-checked_at", "-pk").first()


def checks_of(update: FundUpdate, former: FundUpdate | None, *, at: datetime) -> list[Check]:
    """Every fact that has a rule; `former` is the update approved before this one."""
    return [*_fund(update), *_contact(update, former), *_director(update, former, at)]


def _was(update: FundUpdate, former: FundUpdate | None, name: str) -> str:
    """What the field said when it was last approved, if it said something else."""
    said: str = getattr(former, name) if former else ""
    return said if said != getattr(update, name) else ""


def _fund(update: FundUpdate) -> Iterator[Check]:
    """CNPJ and name against the fund that the portal knows. Without one, only the letter can tell."""
    known = list(Organisation.objects.filter(Q(entity=update.entity_id) | Q(cnpj=update.cnpj)))
    fund = next((row for row in known if row.entity_id == update.entity_id), None)
    is_own = fund.cnpj == update.cnpj if fund else (False if known else None)
    cnpj = documents.format_cnpj(update.cnpj)
    yield Check("CNPJ da entidade", cnpj, "O do fundo de saúde do ente, igual ao do ofício", is_own)
    has_name = True if fund and fund.name.casefold() == update.entity_name.casefold() else None
    yield Check("Nome da entidade", update.entity_name, "Igual ao do cadastro do fundo", has_name)


def _contact(update: FundUpdate, former: FundUpdate | None) -> Iterator[Check]:
    email = update.institutional_email
    rule = "Do ente; não é de provedor público"
    was = _was(update, former, "institutional_email")
    yield Check("E-mail institucional", email, rule, not is_public_mailbox(email), was=was)
    place = f"{update.address}, CEP {documents.format_postal_code(update.postal_code)}"
    rule = "O comprovante de residência é do dirigente, não do fundo"
    yield Check("Endereço", place, rule, None, was=_was(update, former, "address"))


def _director(update: FundUpdate, former: FundUpdate | None, at: datetime) -> Iterator[Check]:
    """The dirigente against the Módulo de Gestores: head or secretary in office. Of a substitute a person judges."""
    in_office = HealthManager.objects.in_office_at(at).filter(
        entity=update.entity_id, role__in=HealthManager.ANSWERING, person__cpf=update.director_cpf
    )
    records = sorted(in_office.select_related("person"), key=lambda row: row.role not in ANSWERS_FOR_THE_ENTITY)
    record = records[0] if records else None
    answers = (True if record.role in ANSWERS_FOR_THE_ENTITY else None) if record else False
    note = record.get_role_display() if record else "Ninguém em exercício com este CPF"
    cpf = documents.format_cpf(update.director_cpf)
    yield Check("CPF do dirigente", cpf, "De Chefe ou Secretário em exercício no Módulo de Gestores", answers, note)
    has_name = record.person.name.casefold() == update.director_name.casefold() if record else None
    was = _was(update, former, "director_name")
    yield Check("Nome do dirigente", update.director_name, "Igual ao do Módulo de Gestores", has_name, was=was)
    has_position = True if record and record.position.casefold() == update.director_position.casefold() else None
    was = _was(update, former, "director_position")
    yield Check("Cargo do dirigente", update.director_position, "Igual ao do Módulo de Gestores", has_position, was=was)
    identity = update.director_identity or NOTHING
    yield Check("Documento de identidade", identity, "Igual ao da cópia da identidade", None)
