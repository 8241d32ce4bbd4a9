"""The adesão by the system: who, when, and what the second tab gets."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.models import AuditEvent
from documents.models import Paper
from gerencia.models import Enrolment, Offer
from gerencia.services import enrolments
from gerencia.services.terms_paper import terms_paper
from pki import services as pki
from territory.models import Entity
from tests.actors import acting, signed_in
from tests.cells import walk_cell
from tests.clock import Clock, now
from tests.factories import NOON, make_entity, make_member, make_other_entity, person_of
from tests.gerencia.conftest import make_federal_district, make_gerencia_manager, make_state
from tests.in_room import below
from tests.siops.doors import PIN, WRONG, make_medium

ALL = ["0", "1", "2"]
REASON = "Sem equipe para liberar neste ano."


def start(offer: Offer, entity: Entity, manager: User, *, ticked: list[str] = ALL) -> Enrolment:
    return enrolments.start_enrolment(
        offer_id=offer.pk, entity_id=entity.pk, ticked=ticked, by=acting(manager), at=now()
    )


def accept(draft: Enrolment, manager: User, **changes: Any) -> Enrolment:
    by = acting(manager)
    shown = enrolments.render_terms(enrolment=draft, by=by, at=now()).sha256
    given: dict[str, Any] = {"enrolment_id": draft.pk, "shown_hash": shown, "by": by, "at": now()}
    return enrolments.accept_terms(**(given | changes))


def enrol(offer: Offer, entity: Entity, manager: User) -> Enrolment:
    return accept(start(offer, entity, manager), manager)


def traces() -> tuple[int, list[tuple[Any, ...]]]:
    return AuditEvent.objects.count(), list(Enrolment.objects.order_by("pk").values_list())


TABLE: dict[str, dict[str, str]] = {
    "not_started": {"start": "draft", "receive_letter": "letter_check"},
    "draft": {"accept": "enrolled", "receive_letter": "letter_check"},
    "letter_check": {"drop_letter": "not_started", "confirm_letter": "enrolled"},
    "enrolled": {"withdraw": "withdrawn"},
    "withdrawn": {},
}
BY: dict[str, Any] = {"by": acting(User(pk=1), NOON), "at": NOON}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "start": BY,
    "accept": BY | {"terms_text": "T"},
    "receive_letter": {},
    "drop_letter": {},
    "confirm_letter": BY,
    "withdraw": BY | {"reason": REASON},
}


@pytest.mark.parametrize("source", TABLE)
@pytest.mark.parametrize("name", ARGUMENTS)
def test_cell(source: str, name: str) -> None:
    walk_cell(Enrolment(status=source), name, TABLE, ARGUMENTS[name])


def test_the_table_names_every_state_and_every_transition() -> None:
    assert set(TABLE) == set(Enrolment.Status.values)
    events = {transition.name for transition in Enrolment._meta.get_field("status").get_all_transitions(Enrolment)}
    assert events == set(ARGUMENTS)


@pytest.mark.parametrize("make", [make_entity, make_state, make_federal_district], ids=["município", "estado", "DF"])
def test_municipality_state_and_federal_district_join(practice: Offer, make: Any) -> None:
    entity = make()
    manager = make_gerencia_manager(entity)
    enrolment = enrol(practice, entity, manager)
    assert (enrolment.status, enrolment.via, enrolment.enrolled_at) == ("enrolled", "system", now())
    assert str(entity) in enrolment.terms_text
    verbs = AuditEvent.objects.filter(target_id=str(enrolment.pk), actor=manager).order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["enrolment.started", "enrolment.accepted"]


def test_the_termo_is_signed_with_the_act_and_once(
    practice: Offer, municipality: Entity, manager: User, clock: Clock, django_capture_on_commit_callbacks: Any
) -> None:
    pki.ensure_authorities(at=now())
    with django_capture_on_commit_callbacks(execute=True):
        enrolment = enrol(practice, municipality, manager)
    paper = Paper.objects.issued().get()
    clock.shift(3600)
    assert terms_paper(enrolment_id=enrolment.pk, by=acting(manager)) == paper
    assert paper.issued_at == NOON
    assert [(s.name, s.signed_at, s.is_seal) for s in paper.signatures.all()] == [(manager.name, NOON, True)]


def test_the_pin_signs_the_termo_by_the_own_key_at_once(
    practice: Offer, municipality: Entity, manager: User, django_capture_on_commit_callbacks: Any
) -> None:
    medium, draft = make_medium(person_of(manager)), start(practice, municipality, manager)
    with pytest.raises(RuleBroken, match="PIN incorreto") as told:
        accept(draft, manager, pin=WRONG)
    assert (told.value.code, Enrolment.objects.get().status, Paper.objects.count()) == ("pin", "draft", 0)
    with django_capture_on_commit_callbacks() as queued:
        accept(draft, manager, pin=PIN)
    signature = Paper.objects.issued().get().signatures.get()
    assert (signature.certificate, signature.is_seal, queued) == (medium.certificate, False, [])


class TestRefusals:
    def refused(self, code: str, practice: Offer, entity: Entity, manager: User, **changes: Any) -> RuleBroken:
        before = traces()
        with pytest.raises(RuleBroken) as told:
            start(practice, entity, manager, **changes)
        assert (told.value.code, traces()) == (code, before)
        return told.value

    @pytest.mark.parametrize("ticked", [[], ["0"], ["0", "1"], ["0", "1", "3"]])
    def test_every_responsibility_is_ticked(
        self, practice: Offer, municipality: Entity, manager: User, ticked: list[str]
    ) -> None:
        assert self.refused("ticked", practice, municipality, manager, ticked=ticked).field == "responsibilities"

    def test_before_the_window_and_after_it(
        self, practice: Offer, municipality: Entity, manager: User, clock: Clock
    ) -> None:
        clock.move_to(practice.opens_at - timedelta(microseconds=1))
        assert "abre em 23/11/2026 às 00:00" in self.refused("not_open_yet", practice, municipality, manager).message
        clock.move_to(practice.closes_at)
        assert "terminou em 22/12/2026 às 23:59" in self.refused("closed", practice, municipality, manager).message

    def test_the_window_closes_between_the_page_and_the_post(
        self, practice: Offer, municipality: Entity, manager: User, clock: Clock
    ) -> None:
        clock.move_to(practice.closes_at - timedelta(microseconds=1))
        draft = start(practice, municipality, manager)
        shown = enrolments.render_terms(enrolment=draft, by=acting(manager), at=now()).sha256
        clock.move_to(practice.closes_at)
        before = traces()
        with pytest.raises(RuleBroken, match="terminou em") as told:
            accept(draft, manager, shown_hash=shown, at=now())
        assert (told.value.code, traces()) == ("closed", before)

    def test_a_text_that_was_not_shown(self, practice: Offer, municipality: Entity, manager: User) -> None:
        draft = start(practice, municipality, manager)
        with pytest.raises(RuleBroken) as told:
            accept(draft, manager, shown_hash="0" * 64)
        assert told.value.code == "changed_since_shown"

    def test_the_second_tab(self, practice: Offer, municipality: Entity, manager: User) -> None:
        draft = start(practice, municipality, manager)
        with pytest.raises(NotAllowedNow):
            start(practice, municipality, manager)
        accept(draft, manager)
        before = traces()
        with pytest.raises(NotAllowedNow, match="ADERIDO"):
            accept(draft, manager)
        assert traces() == before

    def test_somebody_else(self, practice: Offer, municipality: Entity, manager: User) -> None:
        elsewhere = make_gerencia_manager(make_other_entity())
        for stranger in (elsewhere, make_member("programme_manager", municipality)):
            with pytest.raises(NotPermitted):
                start(practice, municipality, stranger)
        draft = start(practice, municipality, manager)
        with pytest.raises(NotPermitted):
            accept(draft, elsewhere)

    def test_one_row_by_the_database(self, practice: Offer, municipality: Entity, manager: User) -> None:
        start(practice, municipality, manager)
        with pytest.raises(IntegrityError, match="enrolment_one_per_entity"), transaction.atomic():
            Enrolment.objects.create(offer=practice, entity=municipality)


class TestWithdrawal:
    def test_it_is_final_and_says_why(self, practice: Offer, municipality: Entity, manager: User, clock: Clock) -> None:
        enrolment = enrol(practice, municipality, manager)
        clock.move_to(practice.closes_at + timedelta(days=1))
        enrolments.withdraw_enrolment(enrolment_id=enrolment.pk, reason=REASON, by=acting(manager), at=now())
        row = Enrolment.objects.get()
        assert (row.status, row.reason, row.withdrawn_at) == ("withdrawn", REASON, now())
        with pytest.raises(NotAllowedNow, match="DESISTENTE"):
            start(practice, municipality, manager)

    def test_a_short_reason(self, practice: Offer, municipality: Entity, manager: User) -> None:
        enrolment = enrol(practice, municipality, manager)
        before = traces()
        with pytest.raises(RuleBroken):
            enrolments.withdraw_enrolment(enrolment_id=enrolment.pk, reason=" não ", by=acting(manager), at=now())
        assert traces() == before


class TestPages:
    def url(self, name: str, offer: Offer, ibge: str = "3550308") -> str:
        return below(reverse(f"gerencia:{name}", args=[offer.pk, ibge]))

    def text(self, client: Client, address: str) -> str:
        response = client.get(address)
        assert response.status_code == 200
        return response.content.decode()

    def test_from_the_list_to_the_signed_termo(self, practice: Offer, municipality: Entity, manager: User) -> None:
        pki.ensure_authorities(at=now())
        client = signed_in(manager)
        assert "GERENCIA APS" in self.text(client, below(reverse("egestor:home")))
        assert "NÃO INICIADA" in self.text(client, below(reverse("gerencia:home")))
        assert "Iniciar adesão" in self.text(client, self.url("enrolment_detail", practice))
        answer = client.post(self.url("enrolment_start", practice), {"responsibilities": ["0"]})
        assert enrolments.TICK_ALL in answer.content.decode()
        client.post(self.url("enrolment_start", practice), {"responsibilities": ALL})
        terms = client.get(self.url("enrolment_terms", practice))
        assert "TERMO DE COMPROMISSO" in terms.content.decode()
        sent = {"accepted": "on", "shown_hash": terms.context["terms"].sha256}
        client.post(self.url("enrolment_terms", practice), sent)
        assert "ADERIDO" in self.text(client, self.url("enrolment_detail", practice))
        assert client.get(self.url("enrolment_paper", practice)).content.startswith(b"%PDF-")
        client.post(self.url("enrolment_withdraw", practice), {"reason": REASON})
        assert REASON in self.text(client, self.url("enrolment_detail", practice))

    def test_the_list_costs_the_same_with_more_offers(
        self, practice: Offer, manager: User, django_assert_max_num_queries: Any
    ) -> None:
        client = signed_in(manager)
        address = below(reverse("gerencia:home"))
        client.get(address)
        for number in range(5):
            Offer.objects.create(
                name=f"Oferta {number}",
                edition="de teste",
                responsibilities=practice.responsibilities,
                terms="T",
                opens_at=practice.opens_at,
                closes_at=practice.closes_at,
            )
        with django_assert_max_num_queries(9):
            client.get(address)

    def test_who_has_no_profile_is_told_whom_to_ask(self, practice: Offer, municipality: Entity) -> None:
        answer = signed_in(make_member("programme_manager", municipality)).get(below(reverse("gerencia:home")))
        assert answer.status_code == 403
        assert "Seu cadastro não está vinculado ao módulo Gerencia APS." in answer.content.decode()
