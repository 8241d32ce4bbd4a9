"""Every kind of paper that the portal issues: what pdfsig, openssl, pyHanko and the conference say, and its process.

All are made once, by the services of the apps that own them.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client

from accounts.models import User
from cadsus.services.issuing import Narrowed, issue_report, issue_update_form
from cadsus.services.places import report_target
from declarations.services.findings_paper import findings_paper
from declarations.services.homologating import receipt_of
from declarations.services.receipts import paper_of
from declarations.services.verifying import verify_declaration
from documents.models import Paper, Process
from documents.services import checking
from documents.services.checking import Outcome
from gerencia.models import NoteSignature, Offer, OfficialLetter
from gerencia.services import enrolments, letter_signing, notes
from gerencia.services.catalogue import PRACTICE, ensure_offers
from gerencia.services.notes import Turn, Wanted
from gerencia.services.notes_paper import note_paper
from gerencia.services.terms_paper import issue_terms as issue_enrolment_terms
from pki import services as pki
from pki.models import Medium
from registry.models import Person
from rnds.services.terms_paper import issue_terms as rnds_terms
from siops.models import FundUpdate, HealthManager
from siops.models.scoped import TECHNICIAN
from siops.services.annex import KIND as ANNEX
from siops.services.annex import sign_annex
from siops.services.certification import request_certification
from siops.services.fund_updates import fields_hash
from siops.services.protocol_paper import issue_protocol
from tests.actors import acting
from tests.cadsus.sisrede import Network, network
from tests.clock import now
from tests.declarations.delivery import Town
from tests.documents.tools import openssl_and_pyhanko_agree, pdfsig_accepts, store
from tests.factories import make_entity, make_municipality, make_other_entity, make_person, make_staff, person_of, siops
from tests.factories.credentials import make_credential
from tests.factories.declarations import make_declaration, make_period
from tests.gerencia.conftest import make_gerencia_manager, make_state
from tests.siops.doors import PIN, PUK

__all__ = ["network"]
pytestmark = pytest.mark.django_db


def medium_of(person: Person) -> Medium:
    """The e-CPF of the person, in force now."""
    holder = pki.PersonHolder(name=person.name, cpf=person.cpf_text, birth_date=person.birth_date)
    return pki.issue_on_medium(holder=holder, authority_slug="icp", kind="A3", pin=PIN, puk=PUK, at=now())


def termo() -> Paper:
    credential = make_credential()
    return rnds_terms(acceptance_id=credential.request.acceptance.pk)


def practice() -> Offer:
    ensure_offers(at=now())
    return Offer.objects.get(edition=PRACTICE)


def termo_de_adesao() -> Paper:
    offer, entity = practice(), make_entity()
    by = acting(make_gerencia_manager(entity))
    row = enrolments.start_enrolment(offer_id=offer.pk, entity_id=entity.pk, ticked=("0", "1", "2"), by=by, at=now())
    shown = enrolments.render_terms(enrolment=row, by=by, at=now()).sha256
    enrolments.accept_terms(enrolment_id=row.pk, shown_hash=shown, by=by, at=now())
    return issue_enrolment_terms(enrolment_id=row.pk)


def oficio() -> Paper:
    """By the key of the secretary."""
    state, person = make_state(), make_person()
    siops.make_health_manager(HealthManager.Role.SECRETARY, state, person=person)
    medium_of(person)
    letter = letter_signing.sign_letter(
        offer_id=practice().pk,
        entity_id=state.pk,
        number="7/2026",
        signatory_role=OfficialLetter.Signatory.SECRETARY,
        cpf=person.cpf_text,
        pin=PIN,
        by=acting(make_gerencia_manager(state)),
        at=now(),
    )
    return Paper.objects.get(files__sha256=letter.sha256)


def nota() -> Paper:
    """Two of the team by the seal, an Usuário Externo by the own key."""
    team = [make_staff(f"saps-nota-{number}", staff_role=User.StaffRole.SAPS) for number in range(2)]
    outsider = make_gerencia_manager(make_entity())
    medium_of(person_of(outsider))
    offer = practice()
    wanted = Wanted(kind="letters", number=77, text="Aceita ofício dos estados.", limit=offer.closes_at)
    turns = [Turn(user.pk, "Diretor", NoteSignature.Style.HOLDER) for user in team]
    turns.append(Turn(outsider.pk, "", NoteSignature.Style.EXTERNAL))
    note = notes.write_note(offer_id=offer.pk, wanted=wanted, turns=turns, by=acting(team[0]), at=now())
    for user in team:
        notes.sign_note(note_id=note.pk, by=acting(user), at=now())
    notes.sign_note(note_id=note.pk, pin=PIN, by=acting(outsider), at=now())
    return note_paper(note_id=note.pk, by=acting(team[0]), at=now())


def recibo() -> Paper:
    """Of a homologation, by the key of the secretary."""
    entity = make_entity()
    sender = siops.make_acting(TECHNICIAN, entity)
    secretary = siops.acting_of(HealthManager.objects.get(entity=entity, role=HealthManager.Role.SECRETARY))
    medium_of(secretary.record.person)
    town = Town(entity, sender, secretary)
    paper = paper_of(receipt_of(town.homologate(town.sent())))
    assert paper is not None
    return paper


def criticas() -> Paper:
    """Of a machine, by the seal."""
    sender = siops.make_acting(TECHNICIAN, make_entity(make_municipality("3509502", "Campinas")))
    draft = make_declaration(sender.entity, make_period(), opened_by=sender.user)
    verify_declaration(declaration_id=draft.pk, by=sender, at=now())
    return findings_paper(declaration_id=draft.pk, by=sender, at=now())


def anexo() -> Paper:
    """By the key of the dirigente."""
    actor = siops.make_acting(entity=make_other_entity())
    medium = medium_of(actor.record.person)
    update: FundUpdate = siops.make_fund_update(actor.entity, opened_by=actor.user, director_cpf=actor.user.login)
    by = replace(actor, certificate=medium.certificate.sha256)
    sign_annex(update_id=update.pk, shown_hash=fields_hash(update), pin=PIN, by=by, at=now())
    return Paper.objects.get(kind=ANNEX)


def protocolo() -> Paper:
    head = siops.make_health_manager(HealthManager.Role.HEAD, make_entity())
    point = siops.make_service_point()
    row = request_certification(
        cpf=head.person.cpf_text,
        entity_id=head.entity_id,
        certifier_id=point.certifier_id,
        service_point_id=point.pk,
        kind="A3",
        at=now(),
    )
    return issue_protocol(certification_id=row.pk)


def atualizacao(network: Network) -> Paper:
    consultation = network.consult(network.citizen(make_person()))
    return issue_update_form(consultation_id=consultation.pk, place=network.reception, by=network.actor(), at=now())


def relatorio(network: Network) -> Paper:
    by, report = network.actor(network.agent), report_target(network.unit)
    return issue_report(unit=network.unit, report=report, narrowed=Narrowed(), by=by, at=now())


KINDS: list[Callable[[], Paper]] = [termo, termo_de_adesao, oficio, nota, recibo, criticas, anexo, protocolo]
OF_THE_SISREDE: list[Callable[[Network], Paper]] = [atualizacao, relatorio]


@pytest.mark.needs("pdfsig", "certutil", "openssl")
def test_every_kind_stands_before_the_tools_of_others(
    real_clock: None, network: Network, client: Client, tmp_path: Path
) -> None:
    pki.ensure_authorities(at=now())
    papers = [make() for make in KINDS] + [make(network) for make in OF_THE_SISREDE]
    assert len({paper.kind for paper in papers}) == len(papers)
    nss = store(tmp_path)
    for paper in papers:
        pdfsig_accepts(paper, nss, tmp_path)
        openssl_and_pyhanko_agree(paper, tmp_path)
        assert checking.check_file(content=paper.content).outcome == Outcome.INTACT, paper.kind
    _processes_show_their_papers_in_order(papers, client)


def _processes_show_their_papers_in_order(papers: list[Paper], client: Client) -> None:
    """Each paper stands in the process of its matter, the papers of one matter in the order of their issue."""
    for process in Process.objects.all():
        page = client.get(f"/conferencia/processo/{process.digits}/").content.decode()
        codes = [paper.code for paper in papers if paper.process_id == process.pk]
        places = [page.index(code) for code in codes]
        assert places, process
        assert places == sorted(places)
