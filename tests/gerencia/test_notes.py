"""The nota: signed in turn, valid at the last signature, and what it changes from then on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.models import AuditEvent, OutboxMessage
from desk.services import queues, trail
from documents.models import Paper
from documents.services import checking
from documents.services.checking import Outcome
from gerencia.models import Note, NoteSignature, Offer
from gerencia.services import notes, notes_paper
from gerencia.services.notes import Turn, Wanted
from pki import services as pki
from pki.models import Medium
from tests.actors import acting, signed_in
from tests.cells import walk_cell
from tests.clock import Clock, now
from tests.concurrency import at_once
from tests.documents.test_issuing import text_of
from tests.factories import NOON, make_person, make_staff, person_of
from tests.in_room import below
from tests.siops.doors import PIN, WRONG, make_medium

REASON = "O número saiu errado."
Style, Kind = NoteSignature.Style, Note.Kind
TABLE: dict[str, dict[str, str]] = {
    "signing": {"complete": "valid", "cancel": "cancelled"},
    "valid": {},
    "cancelled": {},
}
ARGUMENTS: dict[str, dict[str, Any]] = {"complete": {"at": NOON}, "cancel": {"reason": REASON}}


@pytest.mark.parametrize("source", TABLE)
@pytest.mark.parametrize("name", ARGUMENTS)
def test_cell(source: str, name: str) -> None:
    walk_cell(Note(status=source), name, TABLE, ARGUMENTS[name])


def test_the_table_names_every_state_and_every_transition() -> None:
    assert set(TABLE) == set(Note.Status.values)
    assert {each.name for each in Note._meta.get_field("status").get_all_transitions(Note)} == set(ARGUMENTS)


@pytest.fixture
def saps(db: None) -> list[User]:
    pki.ensure_authorities(at=now())
    role = User.StaffRole.SAPS
    return [make_staff(f"saps{n}", name=f"Pessoa {n} da SAPS", staff_role=role) for n in (1, 2)]


@pytest.fixture
def extension(practice: Offer) -> Wanted:
    limit = practice.closes_at + timedelta(days=10)
    return Wanted(kind=Kind.EXTENDS, number=7, text="Prorroga a adesão por dez dias.", limit=limit)


def turns(saps: list[User], *others: User) -> list[Turn]:
    first, second = saps
    return [
        Turn(first.pk, "Coordenadora-Geral", Style.SUBSTITUTE),
        Turn(second.pk, "Diretor", Style.AWARE),
        *(Turn(other.pk, "", Style.EXTERNAL) for other in others),
    ]


def write(offer: Offer, wanted: Wanted, saps: list[User], *others: User) -> Note:
    return notes.write_note(offer_id=offer.pk, wanted=wanted, turns=turns(saps, *others), by=acting(saps[0]), at=now())


def sign(note: Note, user: User) -> Note:
    return notes.sign_note(note_id=note.pk, by=acting(user), at=now())


def paper_of(note: Note, user: User) -> Paper:
    return notes_paper.note_paper(note_id=note.pk, by=acting(user), at=now())


def test_only_the_last_signature_makes_it_valid(
    practice: Offer, extension: Wanted, saps: list[User], manager: User, clock: Clock
) -> None:
    former = practice.closes_at
    note = write(practice, extension, saps, manager)
    for user in saps:
        with pytest.raises(RuleBroken, match="É a vez de"):
            sign(note, manager)
        sign(note, user)
        clock.shift(timedelta(hours=1))
        assert Offer.objects.get(pk=practice.pk).closes_at == former
    assert OutboxMessage.objects.filter(addressee=manager, subject__contains="espera a sua assinatura").count() == 1
    with pytest.raises(NotAllowedNow):
        paper_of(note, saps[0])
    assert not Paper.objects.issued().exists()
    valid = sign(note, manager)
    assert (valid.status, valid.valid_at) == ("valid", now())
    assert Offer.objects.get(pk=practice.pk).closes_at == extension.limit
    paper = Paper.objects.issued().get()
    assert paper_of(note, saps[0]) == paper
    assert [(s.name, s.role, s.signed_at, s.is_seal) for s in paper.signatures.all()] == [
        (saps[0].name, "Coordenadora-Geral substituto(a)", NOON, True),
        (saps[1].name, "Diretor", NOON + timedelta(hours=1), True),
        (manager.name, "Usuário Externo", NOON + timedelta(hours=2), True),
    ]


def test_each_signs_by_what_they_have(
    practice: Offer, extension: Wanted, saps: list[User], manager: User, clock: Clock
) -> None:
    """The seal; the seal beside the certificate of the TLS session; the own key, by its PIN. Each in a revision."""
    note, medium = write(practice, extension, saps, manager), make_medium(person_of(manager))
    sign(note, saps[0])
    elsewhere = make_medium(make_person()).certificate
    Medium.objects.filter(certificate=elsewhere).delete()
    by = replace(acting(saps[1]), certificate=elsewhere.sha256)
    notes.sign_note(note_id=note.pk, by=by, at=now())
    with pytest.raises(RuleBroken, match="PIN incorreto") as told:
        notes.sign_note(note_id=note.pk, pin=WRONG, by=acting(manager), at=now())
    assert (told.value.code, Note.objects.get(pk=note.pk).status) == ("pin", "signing")
    notes.sign_note(note_id=note.pk, pin=PIN, by=acting(manager), at=now())
    paper = paper_of(note, saps[0])
    assert [signature.is_seal for signature in paper.signatures.all()] == [True, True, False]
    assert paper.signatures.get(position=2).certificate == medium.certificate
    text = text_of(paper)
    assert f"{saps[0].name.upper()}, Coordenadora-Geral substituto(a) Ciente e de acordo {saps[1].name.upper()}" in text
    assert f"ter a chave do certificado nº {elsewhere.serial.upper()}, que não está aqui" in text
    assert checking.check_file(content=paper.content).outcome == Outcome.INTACT
    before_the_last = paper.files.get(number=2).content
    assert checking.check_file(content=before_the_last).outcome == Outcome.OTHER_FILE


def test_signatures_from_before_are_the_seal_s(practice: Offer, extension: Wanted, saps: list[User]) -> None:
    """A nota half signed, and one that was valid, as they were before each signature went into the file."""
    note = write(practice, extension, saps)
    note.signatures.filter(position=0).update(signed_at=NOON)
    sign(note, saps[1])
    assert paper_of(note, saps[0]).signatures.count() == 2
    old = write(practice, replace(extension, kind=Kind.LETTERS, number=8), saps)
    old.signatures.update(signed_at=NOON)
    Note.objects.filter(pk=old.pk).update(status="valid", valid_at=NOON)
    assert paper_of(old, saps[0]).signatures.count() == 2


def test_it_changes_the_oficio_of_the_states_or_opens_another_edition(
    practice: Offer, extension: Wanted, saps: list[User]
) -> None:
    letters = replace(extension, kind=Kind.LETTERS, number=8, limit=practice.opens_at + timedelta(days=3))
    note = write(practice, letters, saps)
    for user in saps:
        sign(note, user)
    assert Offer.objects.get(pk=practice.pk).letters_until == letters.limit
    opens_at = now() + timedelta(days=60)
    limit = opens_at + timedelta(days=5)
    opens = replace(extension, kind=Kind.OPENS, number=9, edition="segunda edição", opens_at=opens_at, limit=limit)
    note = write(practice, opens, saps)
    for user in saps:
        sign(note, user)
    opened = Offer.objects.get(edition="segunda edição")
    assert (opened.opens_at, opened.closes_at, opened.letters_until) == (opens_at, opens.limit, None)
    assert (opened.responsibilities, opened.notes.get()) == (practice.responsibilities, note)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"limit": NOON}, "limit"),
        ({"kind": Kind.OPENS}, "edition"),
        ({"kind": Kind.OPENS, "edition": "edição de 2025", "opens_at": NOON}, "edition"),
        ({"kind": Kind.LETTERS, "limit": NOON - timedelta(days=2)}, "limit"),
    ],
)
def test_what_makes_no_sense_is_refused(
    practice: Offer, extension: Wanted, saps: list[User], changes: dict[str, Any], code: str
) -> None:
    before = AuditEvent.objects.count()
    with pytest.raises(RuleBroken) as told:
        write(practice, replace(extension, **changes), saps)
    assert (told.value.code, AuditEvent.objects.count()) == (code, before)
    assert not practice.notes.exists()


def test_one_number_a_year_and_each_signatory_once(practice: Offer, extension: Wanted, saps: list[User]) -> None:
    write(practice, extension, saps)
    with pytest.raises(RuleBroken, match="Já há uma nota com este número"):
        write(practice, extension, saps)
    other = replace(extension, number=10)
    for wrong in ([], turns([saps[0], saps[0]])):
        with pytest.raises(RuleBroken, match="Informe de um a quatro"):
            notes.write_note(offer_id=practice.pk, wanted=other, turns=wrong, by=acting(saps[0]), at=now())


def test_the_offer_changed_before_the_last_signature(practice: Offer, extension: Wanted, saps: list[User]) -> None:
    note = write(practice, extension, saps)
    sign(note, saps[0])
    Offer.objects.filter(pk=practice.pk).update(closes_at=extension.limit)
    with pytest.raises(RuleBroken, match="A prorrogação termina depois"):
        sign(note, saps[1])
    assert Note.objects.get(pk=note.pk).status == "signing"


def test_cancelled_it_is_signed_no_more(practice: Offer, extension: Wanted, saps: list[User], manager: User) -> None:
    note = write(practice, extension, saps)
    with pytest.raises(NotPermitted):
        notes.cancel_note(note_id=note.pk, reason=REASON, by=acting(manager), at=now())
    with pytest.raises(NotPermitted):
        sign(note, manager)
    notes.cancel_note(note_id=note.pk, reason=REASON, by=acting(saps[1]), at=now())
    with pytest.raises(NotAllowedNow):
        sign(note, saps[0])


def test_from_the_form_to_the_pdf(practice: Offer, saps: list[User]) -> None:
    first, second = (signed_in(who) for who in saps)
    address = below(reverse("gerencia:note_write", args=[practice.pk]))
    sent: dict[str, Any] = {"kind": "extends", "number": "7", "text": "Prorroga a adesão.", "limit": "2026-12-31"}
    sent |= {f"account_{n}": str(user.pk) for n, user in enumerate(saps, 1)}
    sent |= {f"style_{n}": "holder" for n in (1, 2, 3, 4)}
    assert "Informe o cargo de quem assina." in first.post(address, sent).content.decode()
    first.post(address, sent | {"role_1": "Coordenadora", "role_2": "Diretor"})
    note = Note.objects.get(number=7)
    page = below(reverse("gerencia:note_detail", args=[note.pk]))
    assert "Assinar" in first.get(page).content.decode()
    for client in (first, second):
        client.post(below(reverse("gerencia:note_sign", args=[note.pk])))
    assert "VÁLIDA" in second.get(page).content.decode()
    assert second.get(below(reverse("gerencia:note_paper", args=[note.pk]))).content.startswith(b"%PDF-")
    assert "31/12/2026 às 23:59" in first.get(below(reverse("gerencia:home"))).content.decode()


def test_it_waits_at_the_desk_of_whose_turn_it_is(
    practice: Offer, extension: Wanted, saps: list[User], manager: User, clock: Clock
) -> None:
    note, auditor = write(practice, extension, saps, manager), make_staff("auditor", staff_role="auditor")
    _, waiting = queues.waiting_of("notas")

    def at_the_desk() -> list[int]:
        """Of each of the SAPS, and of the auditor."""
        return [waiting.rows(acting(who)).filter(turn_since=now()).count() for who in (*saps, auditor)]

    assert at_the_desk() == [1, 0, 1]
    page = signed_in(saps[0]).get(below(reverse("desk:queue", args=["notas"])), {"q": "7"}).content.decode()
    assert str(note) in page
    assert below(reverse("gerencia:note_detail", args=[note.pk])) in page
    listed = signed_in(auditor).get(below(reverse("gerencia:note_list"))).context["page"]
    assert str(listed[0]) == str(note)
    clock.shift(timedelta(hours=1))
    sign(note, saps[0])
    assert at_the_desk() == [0, 1, 1]
    sign(note, saps[1])
    assert at_the_desk() == [0, 0, 1]
    sign(note, manager)
    assert at_the_desk() == [0, 0, 0]
    assert trail.own_decisions(acting(saps[0])).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_sign_once(practice: Offer, extension: Wanted, saps: list[User]) -> None:
    note = write(practice, extension, saps)
    results = at_once(*[lambda: sign(note, saps[0])] * 2)
    assert sorted(getattr(result, "code", "signed") for result in results) == ["signed", "turn"]
    assert list(Paper.objects.get().files.order_by("number").values_list("number", flat=True)) == [0, 1]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_give_a_number_once_whatever_the_offer(
    of_2025: Offer, practice: Offer, extension: Wanted, saps: list[User]
) -> None:
    works = [lambda offer=offer: write(offer, extension, saps) for offer in (of_2025, practice)]
    results = at_once(*works)
    assert sorted(getattr(result, "code", "written") for result in results) == ["number", "written"]
    assert Note.objects.filter(number=extension.number).count() == 1
