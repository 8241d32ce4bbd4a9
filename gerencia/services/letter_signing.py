"""«Gerar e assinar o ofício»: made in the portal and signed with the key of the signatory's virtual token."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import Membership
from common import audit, permissions
from common.actor import Actor
from common.exceptions import RuleBroken
from documents import text
from documents.services.issuing import Draft, issue_paper
from documents.services.signatories import Signatory
from gerencia.models import Offer, OfficialLetter
from gerencia.permissions import Permission
from gerencia.services import letter_rules
from gerencia.services.enrolments import lock_entity, row_of
from gerencia.services.letters import KIND, Particulars, require_room, save_with_enrolment
from registry.models import Person
from siops.models import HealthManager
from siops.services.signing import signatory_by_pin
from territory.models import Entity

NOT_IN_OFFICE = "Este CPF não é de Secretário(a) Estadual de Saúde nem de Coordenador(a) de APS do ente."
BODY = (
    "À Secretaria de Atenção Primária à Saúde do Ministério da Saúde.",
    "{ente} formaliza, por este ofício, a adesão à oferta «{oferta}», {edicao}.",
    "O ente declara ciência das responsabilidades que assume: {responsabilidades}",
    "{nome}, {cargo}.",
)
Role = OfficialLetter.Signatory


def sign_letter(
    *, offer_id: int, entity_id: int, number: str, signatory_role: str, cpf: str, pin: str, by: Actor, at: datetime
) -> OfficialLetter:
    """«Gerar e assinar o ofício»: made here and signed with the key of the signatory's virtual token.

    Outside a transaction: a wrong PIN counts, and to sign takes time. Raises NotPermitted, or RuleBroken (only_states,
    no_letters, wrong_signatory, not_in_office, pin, certificate).
    """
    entity = Entity.objects.get(pk=entity_id)
    permissions.require(by, Permission.ENROL, entity)
    rules = letter_rules.require_all(Offer.objects.get(pk=offer_id), entity, role=signatory_role, sent_at=None, at=at)
    found = rules.ask(_signatory, entity, role=signatory_role, cpf=cpf, at=at)
    person = rules.settled(found)
    title = Role(signatory_role).label
    signatory = signatory_by_pin(name=person.name, role=title, cpf=cpf, pin=pin, at=at)
    facts = Particulars(number=number, signatory_role=signatory_role, signatory_name=person.name)
    letter = _draft(offer_id=offer_id, entity_id=entity_id, facts=facts, by=by, at=at)
    return _sign(letter, signatory, by=by, at=at)


def _signatory(entity: Entity, *, role: str, cpf: str, at: datetime) -> Person:
    """Who has the CPF, when in the office: the Secretário/a by the SIOPS, the Coordenador/a as Gestor da AB."""
    secretaries = HealthManager.objects.in_office_at(at).filter(entity=entity, role__in=HealthManager.SECRETARIAT)
    coordinators = Membership.objects.active().filter(entity=entity, role=Membership.Role.AB_MANAGER)
    holders = secretaries if role == Role.SECRETARY else coordinators
    found = holders.filter(person__cpf=cpf).select_related("person").first()
    if found is None:
        raise RuleBroken(NOT_IN_OFFICE, code="not_in_office", field="cpf")
    person: Person = found.person
    return person


@transaction.atomic
def _draft(*, offer_id: int, entity_id: int, facts: Particulars, by: Actor, at: datetime) -> OfficialLetter:
    entity = lock_entity(entity_id)
    permissions.require(by, Permission.ENROL, entity)
    enrolment = row_of(Offer.objects.get(pk=offer_id), entity)
    require_room(enrolment)
    letter = OfficialLetter(
        enrolment=enrolment,
        number=facts.number,
        signatory_role=facts.signatory_role,
        signatory_name=facts.signatory_name,
        written_by_id=by.author_id,
        written_at=at,
    )
    save_with_enrolment(letter)
    return letter


def _sign(letter: OfficialLetter, signatory: Signatory, *, by: Actor, at: datetime) -> OfficialLetter:
    """Number and sign the PDF while nothing is locked, and write down whose signature it bears."""
    offer, entity = letter.enrolment.offer, letter.enrolment.entity
    blanks = {
        "ente": f"{entity.get_kind_display()} {entity}",
        "oferta": offer.name,
        "edicao": offer.edition,
        "responsabilidades": " ".join(offer.responsibilities),
        "nome": letter.signatory_name,
        "cargo": signatory.role,
    }
    title = f"{letter} – {entity}"
    draft = Draft(
        kind=KIND,
        title=title,
        target=letter,
        matter=letter.enrolment,
        subject=f"Adesão de {entity}: {offer}"[:200],
        body=text.render(title, [paragraph.format(**blanks) for paragraph in BODY]),
    )
    paper = issue_paper(draft=draft, signatories=[signatory], by=by, at=at)
    letter.sha256, letter.signer = paper.sha256, paper.signatures.get().certificate.holder_name
    with transaction.atomic():
        letter.save(update_fields=["sha256", "signer"])
        audit.record("gerencia.letter_signed", target=letter, by=by, at=at, sha256=letter.sha256)
    return letter
