"""The ofício of a state: limits to the microsecond, every refusal with its sentence, four eyes."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django_fsm import TransitionNotAllowed, can_proceed
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import Membership, User
from common import switches
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.mail import REASON_HERE
from common.models import AuditEvent, OutboxMessage
from gerencia.forms.letters import UploadForm
from gerencia.models import Enrolment, Offer, OfficialLetter
from gerencia.services import letter_rules, letter_signing, letters
from gerencia.services.letters import Particulars
from pki import services as pki
from pki.authority.holders import PersonHolder
from pki.authority.identities import SigningIdentity
from pki.models import Medium
from siops.models import HealthManager
from territory.models import Entity
from tests.actors import acting, signed_in
from tests.clock import now
from tests.documents.sheets import one_byte_changed, plain_pdf
from tests.factories import NOON, make_entity, make_member, make_person, make_staff
from tests.gerencia.conftest import make_federal_district, make_gerencia_manager, make_state, signed, signed_pdf
from tests.in_room import below
from tests.siops.hostile_pdf import SCRIPT, Change, attached_file, made, root

Role, Channel, Status = OfficialLetter.Signatory, OfficialLetter.Channel, OfficialLetter.Status
LIMIT = datetime.fromisoformat("2025-12-04T00:00:00-03:00")
LAST = datetime.fromisoformat("2025-12-03T23:59:59.999999-03:00")
TICK = timedelta(microseconds=1)
PIN, REASON = "246810", "O número do ofício não confere com o SEI."
FACTS = Particulars(number="120/2025", signatory_role=Role.SECRETARY, signatory_name="Maria Umburana de Ensaio")


@pytest.fixture
def state(db: None) -> Entity:
    return make_state()


@pytest.fixture
def saps(db: None) -> list[User]:
    return [make_staff(f"saps{n}", staff_role=User.StaffRole.SAPS) for n in (1, 2)]


def receive(offer: Offer, entity: Entity, by: User, content: bytes, **changes: Any) -> OfficialLetter:
    given: dict[str, Any] = {"channel": Channel.SEI, "sent_at": LAST, "facts": FACTS, "at": now()}
    return letters.receive_letter(
        offer_id=offer.pk, entity_id=entity.pk, content=content, by=acting(by), **(given | changes)
    )


def traces() -> tuple[int, int, list[Any], list[Any]]:
    return (
        AuditEvent.objects.count(),
        OutboxMessage.objects.count(),
        list(Enrolment.objects.order_by("pk").values_list()),
        list(OfficialLetter.objects.order_by("pk").values_list("pk", "status", "sha256")),
    )


TABLE: dict[str, dict[str, str]] = {
    "draft": {"send": "sent"},
    "sent": {"register": "under_check", "send_back": "returned"},
    "under_check": {"accept": "accepted", "send_back": "returned"},
    "accepted": {},
    "returned": {},
}


BY: dict[str, Any] = {"by": acting(User(pk=1), NOON), "at": NOON}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "send": {"at": NOON},
    "register": BY,
    "accept": BY,
    "send_back": BY | {"reason": REASON},
}


@pytest.mark.parametrize("source", TABLE)
@pytest.mark.parametrize("name", ARGUMENTS)
def test_cell(source: str, name: str) -> None:
    row = OfficialLetter(status=source)
    facts = ARGUMENTS[name]
    target, act = TABLE[source].get(name), getattr(row, name)
    assert can_proceed(act) is (target is not None)
    if target is None:
        with pytest.raises(TransitionNotAllowed):
            act(**facts)
    else:
        act(**facts)
    assert row.status == (target or source)


def test_the_table_names_every_state_and_every_transition() -> None:
    assert set(TABLE) == set(Status.values)
    machine = OfficialLetter._meta.get_field("status").get_all_transitions(OfficialLetter)
    assert {transition.name for transition in machine} == set(ARGUMENTS)


def code_of(offer: Offer, entity: Entity, *, sent_at: datetime, at: datetime) -> str:
    try:
        letter_rules.require_all(offer, entity, role=Role.SECRETARY, sent_at=sent_at, at=at).settle()
    except RuleBroken as refusal:
        return refusal.code
    return ""


@settings(max_examples=200, deadline=None)
@given(st.timedeltas(timedelta(0), timedelta(days=3000)), st.sampled_from(list(Entity.Kind)), st.booleans())
def test_only_a_state_and_only_in_time(shift: timedelta, kind: str, takes_federal_district: bool) -> None:
    limit = datetime(2020, 1, 1, tzinfo=UTC) + shift
    offer = Offer(opens_at=limit - timedelta(days=30), letters_until=limit)
    allowed = kind == Entity.Kind.STATE or (kind == Entity.Kind.FEDERAL_DISTRICT and takes_federal_district)
    at = limit + timedelta(days=1)
    with switches.in_force(replace(switches.installed(), letter_from_federal_district=takes_federal_district)):
        for sent_at, code in {
            limit - timedelta(seconds=1): "",
            limit - TICK: "",
            limit: "too_late",
            limit + timedelta(seconds=1): "too_late",
            at + TICK: "future",
        }.items():
            assert code_of(offer, Entity(kind=kind), sent_at=sent_at, at=at) == (code if allowed else "only_states")


class TestReceived:
    def test_sent_in_time_registered_a_year_later_checked_by_another(
        self, of_2025: Offer, state: Entity, saps: list[User], pdf: bytes
    ) -> None:
        manager = make_gerencia_manager(state)
        letter = receive(of_2025, state, saps[0], pdf)
        assert (letter.status, letter.enrolment.status) == ("under_check", "letter_check")
        with pytest.raises(RuleBroken, match="Quem registrou o ofício não o confere"):
            letters.accept_letter(letter_id=letter.pk, by=acting(saps[0]), at=now())
        letters.accept_letter(letter_id=letter.pk, by=acting(saps[1]), at=now())
        enrolment = Enrolment.objects.get()
        assert (enrolment.status, enrolment.via, enrolment.enrolled_by) == ("enrolled", "letter", saps[1])
        assert "aceito" in OutboxMessage.objects.get(addressee=manager).subject
        assert letters.file_of(OfficialLetter.objects.get()) == pdf

    @pytest.mark.parametrize("make", [make_entity, make_federal_district], ids=["município", "DF"])
    def test_only_states(self, of_2025: Offer, saps: list[User], pdf: bytes, make: Any) -> None:
        self.refused(of_2025, make(), saps[0], pdf, "only_states", "exclusiva de gestores estaduais")

    def refused(
        self, offer: Offer, entity: Entity, by: User, content: bytes, code: str, words: str, **changes: Any
    ) -> None:
        before = traces()
        with pytest.raises(RuleBroken, match=words) as told:
            receive(offer, entity, by, content, **changes)
        assert (told.value.code, traces()) == (code, before)

    def test_each_rule_has_its_sentence(
        self, of_2025: Offer, state: Entity, saps: list[User], pdf: bytes, identity: SigningIdentity
    ) -> None:
        by = saps[0]
        self.refused(
            of_2025, state, by, pdf, "too_late", "Prazo para envio de ofício encerrado em 03/12/2025.", sent_at=LIMIT
        )
        self.refused(of_2025, state, by, pdf, "future", "futura", sent_at=now() + TICK)
        other = replace(FACTS, signatory_role=Role.OTHER)
        self.refused(of_2025, state, by, pdf, "wrong_signatory", "Signatário não aceito", facts=other)
        self.refused(of_2025, state, by, plain_pdf(), "unsigned", "não tem assinatura")
        self.refused(of_2025, state, by, one_byte_changed(pdf), "altered", "alterado depois de assinado")
        elsewhere = replace(FACTS, signatory_name="Outra Pessoa de Ensaio")
        words = "assinado por MARIA UMBURANA DE ENSAIO"
        self.refused(of_2025, state, by, pdf, "somebody_else", words, facts=elsewhere)

    def test_several_at_once(self, of_2025: Offer, saps: list[User], identity: SigningIdentity) -> None:
        facts = replace(FACTS, signatory_role=Role.OTHER)
        with pytest.raises(RuleBroken) as told:
            receive(of_2025, make_entity(), saps[0], plain_pdf(), facts=facts, sent_at=LIMIT)
        assert [broken.code for broken in told.value.broken] == [
            "only_states",
            "wrong_signatory",
            "too_late",
            "unsigned",
        ]

    def test_the_same_file_twice(
        self,
        of_2025: Offer,
        practice: Offer,
        state: Entity,
        saps: list[User],
        pdf: bytes,
        identity: SigningIdentity,
    ) -> None:
        letter = receive(of_2025, state, saps[0], pdf)
        self.refused(practice, state, saps[0], pdf, "same_file", "mesmo ofício já foi recebido em 23/11/2026")
        with pytest.raises(NotAllowedNow):
            receive(of_2025, state, saps[0], signed_pdf(identity, "Outro ofício"))
        letters.return_letter(letter_id=letter.pk, reason=REASON, by=acting(saps[0]), at=now())
        assert Enrolment.objects.get().status == "not_started"
        receive(of_2025, state, saps[0], pdf)

    def test_the_database_wants_four_eyes_and_one_file(
        self, of_2025: Offer, state: Entity, saps: list[User], pdf: bytes
    ) -> None:
        letter = receive(of_2025, state, saps[0], pdf)
        rows = OfficialLetter.objects.filter(pk=letter.pk)
        with pytest.raises(IntegrityError, match="gerencia_letter_checked_by_another"), transaction.atomic():
            rows.update(status="accepted", checked_at=now(), checked_by=saps[0])

    def test_who_may(self, of_2025: Offer, state: Entity, saps: list[User], pdf: bytes) -> None:
        with pytest.raises(NotPermitted):
            receive(of_2025, state, make_gerencia_manager(state), pdf)
        letter = receive(of_2025, state, saps[0], pdf)
        with pytest.raises(NotPermitted):
            letters.accept_letter(letter_id=letter.pk, by=acting(make_staff()), at=now())


class TestOfTheState:
    def secretary(self, state: Entity) -> HealthManager:
        person = make_person(name="Marina Umburana de Ensaio")
        record: HealthManager = HealthManager.objects.create(
            entity=state,
            role=HealthManager.Role.SECRETARY,
            person=person,
            email="secretaria@ensaio.example",
            position="Secretária",
            starts_on=now().date() - timedelta(days=30),
            registered_at=now(),
        )
        pki.issue_on_medium(
            holder=PersonHolder(person.name, person.cpf_text, person.birth_date),
            authority_slug="icp",
            kind=Medium.Kind.A3,
            pin=PIN,
            puk="13579246",
            at=now(),
        )
        return record

    def sign(self, offer: Offer, state: Entity, manager: User, cpf: str, **changes: Any) -> OfficialLetter:
        given: dict[str, Any] = {"number": "7/2026", "signatory_role": Role.SECRETARY, "cpf": cpf, "pin": PIN}
        return letter_signing.sign_letter(
            offer_id=offer.pk, entity_id=state.pk, by=acting(manager), at=now(), **(given | changes)
        )

    def test_signed_by_pin_sent_registered_and_checked(self, practice: Offer, state: Entity, saps: list[User]) -> None:
        pki.ensure_authorities(at=now())
        manager, record = make_gerencia_manager(state), self.secretary(state)
        cpf = record.person.cpf_text
        with pytest.raises(RuleBroken, match="PIN incorreto"):
            self.sign(practice, state, manager, cpf, pin="000000")
        with pytest.raises(RuleBroken, match="não é de Secretário"):
            self.sign(practice, state, manager, make_person().cpf_text)
        assert not OfficialLetter.objects.exists()
        letter = self.sign(practice, state, manager, cpf)
        assert letters.file_of(letter).startswith(b"%PDF-")
        letters.send_letter(letter_id=letter.pk, by=acting(manager), at=now())
        letters.register_letter(letter_id=letter.pk, by=acting(saps[0]), at=now())
        letters.accept_letter(letter_id=letter.pk, by=acting(saps[1]), at=now())
        assert Enrolment.objects.get().via == "letter"

    def test_signed_here_and_brought_later_as_a_file(self, of_2025: Offer, state: Entity, saps: list[User]) -> None:
        pki.ensure_authorities(at=now())
        manager, record = make_gerencia_manager(state), self.secretary(state)
        letter = self.sign(of_2025, state, manager, record.person.cpf_text)
        with pytest.raises(RuleBroken, match="Prazo para envio de ofício encerrado em 03/12/2025"):
            letters.send_letter(letter_id=letter.pk, by=acting(manager), at=now())
        facts = replace(FACTS, signatory_name=record.person.name)
        assert receive(of_2025, state, saps[0], letters.file_of(letter), facts=facts).status == "under_check"

    def test_a_municipality_and_the_federal_district_are_told(self, practice: Offer) -> None:
        for entity in (make_entity(), make_federal_district()):
            with pytest.raises(RuleBroken, match="exclusiva de gestores estaduais"):
                self.sign(practice, entity, make_gerencia_manager(entity), make_person().cpf_text)

    def test_the_coordinator_is_the_gestor_da_ab(self, practice: Offer, state: Entity, db: None) -> None:
        manager, coordinator = make_gerencia_manager(state), make_member(Membership.Role.AB_MANAGER, state)
        role = {"signatory_role": Role.COORDINATOR}
        # In office, but without a certificate: the token answers as to a wrong PIN.
        with pytest.raises(RuleBroken, match="PIN incorreto"):
            self.sign(practice, state, manager, coordinator.login, **role)

    def test_a_pdf_signed_elsewhere_is_sent_now(self, practice: Offer, state: Entity, pdf: bytes) -> None:
        manager = make_gerencia_manager(state)
        letter = letters.upload_letter(
            offer_id=practice.pk, entity_id=state.pk, facts=FACTS, content=pdf, by=acting(manager), at=now()
        )
        assert (letter.status, letter.sent_at) == ("sent", now())


def test_fifty_megabytes_are_refused_in_words() -> None:
    file = SimpleUploadedFile("oficio.pdf", b"%PDF-" + bytes(50 * 1024 * 1024))
    form = UploadForm({"number": "1", "signatory_role": Role.SECRETARY, "signatory_name": "Ana Lima"}, {"file": file})
    assert form.errors["file"] == ["O arquivo tem mais de 10 MB."]


def test_an_encrypted_pdf_is_refused_in_words(db: None) -> None:
    pki.ensure_authorities(at=now())
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain_pdf())) as paper:
        paper.save(buffer, encryption=pikepdf.Encryption(owner="dono", user="leitor"))
    with pytest.raises(RuleBroken, match="senha") as told:
        letter_rules.examine(content=buffer.getvalue(), name="Ana Lima")
    assert told.value.code == "file_encrypted"


@pytest.mark.parametrize("change", [root("/OpenAction", SCRIPT), attached_file])
def test_a_signed_pdf_that_acts_or_brings_a_file_is_refused(change: Change, identity: SigningIdentity) -> None:
    """The signature says who, and not that it does nothing."""
    with pytest.raises(RuleBroken, match="programa, ação ou arquivo embutido"):
        letter_rules.examine(content=signed(made(change), identity), name=FACTS.signatory_name)


class TestPages:
    def text(self, client: Client, address: str) -> str:
        response = client.get(address)
        assert response.status_code == 200
        return response.content.decode()

    def test_the_desk_registers_and_another_accepts(
        self, of_2025: Offer, state: Entity, saps: list[User], pdf: bytes
    ) -> None:
        first, second = (signed_in(who) for who in saps)
        address = below(reverse("gerencia:letter_receive", args=[of_2025.pk]))
        sent = {
            "entity": state.pk,
            "channel": "sei",
            "sent_on": "2025-12-04",
            "sent_time": "00:00",
            "number": "120/2025",
            "signatory_role": "secretary",
            "signatory_name": FACTS.signatory_name,
        }
        late = first.post(address, sent | {"file": SimpleUploadedFile("o.pdf", pdf)})
        assert "Prazo para envio de ofício encerrado em 03/12/2025." in late.content.decode()
        in_time = sent | {"sent_on": "2025-12-03", "sent_time": "23:59", "file": SimpleUploadedFile("o.pdf", pdf)}
        assert first.post(address, in_time).status_code == 302
        letter = OfficialLetter.objects.get()
        review = below(reverse("gerencia:letter_review", args=[letter.pk]))
        assert "outra pessoa da SAPS o confere" in self.text(first, review)
        assert "Conferir e aceitar" in self.text(second, review)
        assert f"Motivo: {REASON_HERE}" in self.text(second, review)
        second.post(below(reverse("gerencia:letter_accept", args=[letter.pk])))
        assert "ACEITO" in self.text(second, below(reverse("gerencia:letter_queue")))
        file = signed_in(make_gerencia_manager(state)).get(below(reverse("gerencia:letter_file", args=[letter.pk])))
        assert file.content == pdf
