"""The professional links of the municipality (vínculos do CNES), kept by its TI: begun, with functions, and ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import models, transaction

from accounts.models import ProfessionalLink
from accounts.services.people import find_person, open_account
from cadsus.models import Posting
from cadsus.permissions import Permission
from cadsus.services.deadlines import record_links
from common import audit, permissions
from common.actor import Actor
from common.exceptions import AllAtOnce, NotAllowedNow, RuleBroken
from common.legal_time import BRASILIA
from registry.models import Person
from territory.models import Establishment

# By CBO; those that the functions of a centro de saúde have.
OCCUPATIONS = {
    "131210": "Gerente de serviços de saúde",
    "422105": "Recepcionista, em geral",
    "324205": "Técnico em patologia clínica",
    "515210": "Auxiliar de farmácia de manipulação",
    "515105": "Agente comunitário de saúde",
    "223565": "Enfermeiro da estratégia de saúde da família",
    "322245": "Técnico de enfermagem da estratégia de saúde da família",
    "411010": "Assistente administrativo",
    "212420": "Analista de suporte computacional",
}
ALREADY_LINKED = "A pessoa já tem este vínculo em vigor neste estabelecimento."
UNKNOWN_UNIT = "Estabelecimento não encontrado no município."
NO_UNIT = "Não há estabelecimento com o CNES {cnes}."
IT_CBO = "212420"
ENDS_BEFORE_START = "O último dia não pode ser anterior ao início do vínculo ({start:%d/%m/%Y})."


def links_visible_to(actor: Actor) -> models.QuerySet[ProfessionalLink]:
    """Those of the establishments of the entities that the actor answers for."""
    rows = ProfessionalLink.objects.filter(establishment__entity__in=actor.entities_in("cadsus") or ())
    return rows.select_related("person", "establishment").prefetch_related("postings")


@transaction.atomic
def start_link(
    *, cpf: str, cnes: str, cbo: str, functions: Iterable[str], started_on: date, by: Actor, at: datetime
) -> ProfessionalLink:
    """A new link with the establishment, with what the person does there in the SISRede.

    A suspended access of theirs there becomes PENDENTE again when the link begins.
    """
    unit = Establishment.objects.select_for_update(no_key=True).filter(cnes=cnes).first()
    permissions.require(by, Permission.KEEP_LINKS, unit)
    rules = AllAtOnce()
    person = rules.ask(find_person, cpf=cpf)
    rules.require(unit is not None, RuleBroken(UNKNOWN_UNIT, code="unknown_unit", field="cnes"))
    person = rules.settled(person)
    return _begin(person, cnes, cbo=cbo, functions=functions, started_on=started_on, by=by, at=at)


@transaction.atomic
def name_municipal_it(*, cpf: str, cnes: str, at: datetime) -> ProfessionalLink:
    """Name the TI of the município of this establishment, from the command line: who registers all other links.

    Raises RuleBroken: unknown_unit, already_linked, and what the registry says of the CPF.
    """
    unit = Establishment.objects.select_for_update(no_key=True).filter(cnes=cnes).first()
    if unit is None:
        raise RuleBroken(NO_UNIT.format(cnes=cnes), code="unknown_unit", field="cnes")
    person = find_person(cpf=cpf)
    today = at.astimezone(BRASILIA).date()
    by = Actor.routine("command_line", at)
    return _begin(person, cnes, cbo=IT_CBO, functions=[Posting.Function.MUNICIPAL_IT], started_on=today, by=by, at=at)


def _begin(
    person: Person, cnes: str, *, cbo: str, functions: Iterable[str], started_on: date, by: Actor, at: datetime
) -> ProfessionalLink:
    same = ProfessionalLink.objects.filter(person=person, establishment=cnes, cbo=cbo, ended_on=None)
    if same.exists():
        raise RuleBroken(ALREADY_LINKED, code="already_linked", field="cpf")

    open_account(Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk))
    link: ProfessionalLink = ProfessionalLink.objects.create(
        person=person, establishment_id=cnes, cbo=cbo, occupation=OCCUPATIONS[cbo], started_on=started_on
    )
    given = [Posting(link=link, function=function) for function in functions]
    Posting.objects.bulk_create(given)
    audit.record(
        "link.started", target=link, by=by, at=at, cnes=cnes, functions=[posting.function for posting in given]
    )
    record_links(at=at)
    return link


@transaction.atomic
def end_link(*, link_id: int, last_day: date, by: Actor, at: datetime) -> ProfessionalLink:
    """The last day of a link, inclusive: every access and function by it ends at the midnight after.

    When that has passed already they are over at once.
    """
    rows = ProfessionalLink.objects.select_for_update(of=("self",)).select_related("person", "establishment")
    link = rows.get(pk=link_id)
    permissions.require(by, Permission.KEEP_LINKS, link.establishment)
    if link.ended_on is not None:
        raise NotAllowedNow("ENCERRADO")
    if last_day < link.started_on:
        text = ENDS_BEFORE_START.format(start=link.started_on)
        raise RuleBroken(text, code="ends_before_start", field="last_day")
    link.ended_on = last_day
    link.save(update_fields=["ended_on"])
    audit.record("link.ended", target=link, by=by, at=at, last_day=str(last_day))
    record_links(at=at)
    return link
