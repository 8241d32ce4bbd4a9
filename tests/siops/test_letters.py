"""The ofício: sent with its copies, approved or returned by the ministry."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from common.exceptions import NotAllowedNow, NotPermitted
from common.models import AuditEvent, OutboxMessage
from registry.models import Person
from siops.models import HealthManager, OfficialLetter
from siops.services.letter_facts import checks_of
from siops.services.letters import approve_letter, return_letter, send_letter
from tests.actors import acting
from tests.cells import walk_cell
from tests.factories import NOON, make_other_entity, make_person, make_user, siops
from tests.factories.siops import Acting
from tests.siops import papers
from tests.siops.managers_support import Role, Town, make_town, refused, register, stored, traces
from tests.siops.support import everybody, session_of
from tests.switches import Switch

Status = OfficialLetter.Status
FILES = {
    "letter": ("oficio.pdf", papers.pdf()),
    "minutes": ("ata.png", papers.png()),
    "diploma": ("diploma.jpg", papers.jpeg()),
}
DESK = "/siops/ministerio/oficios/"


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def send(by: Any, person: Any = None, **fields: Any) -> OfficialLetter:
    person = person or make_person()
    defaults: dict[str, Any] = {
        "entity_id": getattr(by, "entity_id", None),
        "cpf": person.cpf,
        "name": person.name,
        "email": f"gabinete{person.pk}@prefeitura.example",
        "phone": "1132100101",
        "position": "Prefeito",
        "starts_on": date(2026, 11, 20),
        "files": FILES,
        "at": NOON,
    }
    return send_letter(by=acting(by), **(defaults | fields))


# --- The machine, whole ---

TABLE = {"sent": {"approve": "approved", "send_back": "returned"}, "approved": {}, "returned": {}}
STAFF = User(pk=1, name="Analista")
ARGUMENTS: dict[str, dict[str, Any]] = {
    "approve": {"by": acting(STAFF), "at": NOON},
    "send_back": {"by": acting(STAFF), "reason": "Ilegível", "at": NOON},
}


def test_the_table_names_every_state_and_every_transition() -> None:
    assert set(TABLE) == set(Status.values)
    known = {t.name for t in OfficialLetter._meta.get_field("status").get_all_transitions(OfficialLetter)}
    assert known == set(ARGUMENTS)


@pytest.mark.parametrize("name", ARGUMENTS)
@pytest.mark.parametrize("source", TABLE)
def test_machine_cell(source: str, name: str) -> None:
    letter = OfficialLetter(status=source)
    target = walk_cell(letter, name, TABLE, ARGUMENTS[name])
    if target is None:
        return
    assert (letter.status, letter.reviewed_by_id, letter.reviewed_at) == (target, STAFF.pk, NOON)


def test_the_database_refuses_what_the_machine_would(town: Town) -> None:
    letter = send(town.as_head)
    rows = OfficialLetter.objects.filter(pk=letter.pk)
    staff = siops.make_coordinator()
    for fields in (
        {"status": "approved"},
        {"status": "approved", "reviewed_at": NOON},
        {"reviewed_at": NOON},
        {"status": "returned", "reviewed_at": NOON, "reviewed_by": staff, "reason": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**fields)


# --- Sending ---


def test_a_letter_goes_with_its_three_documents(town: Town) -> None:
    letter = send(town.as_secretary)
    assert (letter.status, letter.sent_by) == (Status.SENT, town.secretary.person.user)
    assert {a.kind: a.content for a in letter.attachments.all()} == {
        kind: content for kind, (_, content) in FILES.items()
    }
    assert town.current(Role.HEAD) == town.head
    assert AuditEvent.objects.get(verb="letter.sent").role == "secretary"


def test_refused_letters(town: Town) -> None:
    for kind in FILES:
        kept = {name: file for name, file in FILES.items() if name != kind}
        refusal = refused(lambda kept=kept: send(town.as_head, files=kept))  # type: ignore[misc] # bound at once
        assert (refusal.code, refusal.field) == ("missing_file", kind)
    bad = FILES | {"minutes": ("ata.pdf", papers.HTML)}
    assert refused(lambda: send(town.as_head, files=bad)).field == "minutes"
    assert refused(lambda: send(town.as_head, town.head.person)).code == "already_head"
    assert refused(lambda: send(town.as_head, starts_on=date(2026, 11, 24))).code == "dates"
    assert refused(lambda: send(town.as_head, cpf="52998224725")).code == "person_not_found"
    assert refused(lambda: send(town.as_head, name="Outro Nome")).code == "name_differs"
    assert refused(lambda: send(town.as_head, email="prefeito@gmail.com")).code == "public_mailbox"
    assert refused(lambda: send(town.as_head, email=town.technician.email)).code == "email_taken"
    send(town.as_head)
    assert refused(lambda: send(town.as_head)).code == "already_sent"


# --- Review ---


def test_approval_changes_the_head_as_an_election_does(town: Town) -> None:
    person, staff, former = make_person(), siops.make_coordinator(), town.as_head
    letter = send(former, person)
    approved = approve_letter(letter_id=letter.pk, by=acting(staff), at=NOON)
    assert (approved.status, approved.reviewed_by, approved.reviewed_at) == (Status.APPROVED, staff, NOON)
    head = town.current(Role.HEAD)
    assert (head.person, head.starts_on, head.election_load) == (person, date(2026, 11, 20), None)
    assert stored(town.secretary).status == HealthManager.Status.TO_CONFIRM
    assert not former.holds_role
    assert siops.acting_of(head).holds_role
    told = {head.email, town.head.email, town.secretary.email}
    assert set(OutboxMessage.objects.values_list("to_email", flat=True)) == told


def test_the_vice_who_takes_over_leaves_the_substitution(town: Town) -> None:
    vice = register(town.as_head, Role.HEAD_SUBSTITUTE)
    letter = send(siops.acting_of(vice), vice.person)
    approve_letter(letter_id=letter.pk, by=acting(siops.make_coordinator()), at=NOON)
    assert town.current(Role.HEAD).person == vice.person
    assert stored(vice).status == HealthManager.Status.ENDED


def test_a_returned_letter_says_why_and_another_may_be_sent(town: Town) -> None:
    letter, staff = send(town.as_head), siops.make_coordinator()
    assert (
        refused(lambda: return_letter(letter_id=letter.pk, reason=" curto ", by=acting(staff), at=NOON)).code
        == "reason"
    )
    returned = return_letter(letter_id=letter.pk, reason="A ata está ilegível.", by=acting(staff), at=NOON)
    assert (returned.status, returned.reason) == (Status.RETURNED, "A ata está ilegível.")
    mail = OutboxMessage.objects.get(addressee=town.head.person.user)
    assert "A ata está ilegível." in mail.body
    assert town.current(Role.HEAD) == town.head
    send(town.as_head)


def test_an_email_taken_since_the_letter_was_sent_keeps_it_waiting(town: Town) -> None:
    letter, staff = send(town.as_head, email="gabinete@prefeitura.example"), siops.make_coordinator()
    register(town.as_head, Role.SECRETARY_SUBSTITUTE, email="gabinete@prefeitura.example")
    refusal = refused(lambda: approve_letter(letter_id=letter.pk, by=acting(staff), at=NOON))
    assert refusal.code == "email_taken"
    assert town.current(Role.HEAD) == town.head


def test_a_reviewed_letter_stays_reviewed(town: Town) -> None:
    letter, staff = send(town.as_head), siops.make_coordinator()
    approve_letter(letter_id=letter.pk, by=acting(staff), at=NOON)
    refused(lambda: approve_letter(letter_id=letter.pk, by=acting(staff), at=NOON), NotAllowedNow)
    refused(lambda: return_letter(letter_id=letter.pk, reason="Muito tarde.", by=acting(staff), at=NOON), NotAllowedNow)


def test_who_became_head_meanwhile_is_not_registered_twice(town: Town) -> None:
    person = make_user().person
    letter = send(town.as_head, person)
    HealthManager.objects.overtake_heads([town.entity.pk], at=NOON)
    head = siops.make_health_manager(Role.HEAD, town.entity, person=person)
    approve_letter(letter_id=letter.pk, by=acting(siops.make_coordinator()), at=NOON)
    assert town.current(Role.HEAD) == head
    assert stored(town.secretary).status == HealthManager.Status.ACTIVE


# --- Each fact beside its rule ---


def facts_of(letter: OfficialLetter) -> dict[str, bool | None]:
    return {check.label: check.holds for check in checks_of(letter)}


def test_what_agrees_needs_no_eye_and_the_copies_always_do(town: Town) -> None:
    found = facts_of(send(town.as_head))
    assert {label for label, holds in found.items() if holds} == {"Nome", "CPF", "E-mail"}
    assert {label for label, holds in found.items() if holds is None} == {"Cargo", "Início", "Documentos"}


def test_what_changed_since_it_was_sent_is_said(town: Town, switch: Switch) -> None:
    letter = send(town.as_head, email="gabinete@prefeitura.example")
    register(town.as_head, Role.SECRETARY_SUBSTITUTE, email="gabinete@prefeitura.example")
    letter.attachments.filter(kind="diploma").delete()
    Person.objects.filter(cpf=letter.cpf).update(name="Outro Nome")
    found = facts_of(letter)
    assert [label for label, holds in found.items() if holds is False] == ["Nome", "E-mail", "Documentos"]
    page = session_of(siops.make_coordinator()).get(f"{DESK}{letter.pk}/").content.decode()
    assert page.count("NÃO CONFERE") == 3
    switch(cadsus_available=False)
    assert facts_of(letter)["Nome"] is None


def test_who_became_head_meanwhile_is_for_a_person_to_judge(town: Town) -> None:
    person = make_user().person
    letter = send(town.as_head, person)
    HealthManager.objects.overtake_heads([town.entity.pk], at=NOON)
    siops.make_health_manager(Role.HEAD, town.entity, person=person)
    assert facts_of(letter)["CPF"] is None


# --- Who may ---

READERS = {"coordination", "auditor", "administrator"}
SENDERS = {"head", "head_substitute", "secretary", "secretary_substitute"}


def test_who_sends_and_who_reviews_by_service(db: None) -> None:
    entity = make_other_entity()
    people = everybody(entity)
    letter = send(people["head"])
    for name, who in people.items():
        if name not in SENDERS:
            refused(lambda who=who: send(who, entity_id=entity.pk), NotPermitted)  # type: ignore[misc] # bound at once
        if name != "coordination":
            refused(lambda who=who: approve_letter(letter_id=letter.pk, by=acting(who), at=NOON), NotPermitted)  # type: ignore[misc] # bound at once
            refused(
                lambda who=who: return_letter(letter_id=letter.pk, reason="Não pode.", by=acting(who), at=NOON),  # type: ignore[misc] # bound at once
                NotPermitted,
            )


def test_who_sends_and_who_reviews_by_post(db: None, noon: Any) -> None:
    entity = make_other_entity()
    people = everybody(entity)
    letter = send(people["head"])
    for name, who in people.items():
        client = session_of(who)
        sending = 200 if name in SENDERS else 403 if isinstance(who, Acting) else 302
        before = traces()
        assert client.post("/siops/gestores/oficio/novo/", {}).status_code == sending, name
        assert client.get(DESK).status_code == (200 if name in READERS else 403)
        assert client.get(f"{DESK}{letter.pk}/").status_code == (200 if name in READERS else 403)
        assert client.post(f"{DESK}{letter.pk}/devolver/", {}).status_code == (200 if name == "coordination" else 403)
        if name != "coordination":
            assert client.post(f"{DESK}{letter.pk}/aprovar/").status_code == 403
        assert traces() == before


def test_another_entity_does_not_send(town: Town) -> None:
    refused(lambda: send(town.as_head, entity_id=make_other_entity().pk), NotPermitted)


# --- Screens ---


def test_from_the_form_to_the_new_head(town: Town, noon: Any) -> None:
    client, person = session_of(town.as_head), make_person(name="Zenaide Umburana Reis")
    fields = {
        "cpf": person.cpf,
        "name": person.name,
        "email": "gabinete@prefeitura.example",
        "phone": "1132100101",
        "position": "Prefeita",
        "starts_on": "2026-11-20",
    } | {kind: SimpleUploadedFile(name, content) for kind, (name, content) in FILES.items()}
    text = client.post("/siops/gestores/oficio/novo/", fields, follow=True).content.decode()
    assert "enviado ao Ministério" in text
    assert "Zenaide Umburana Reis" in text
    letter = OfficialLetter.objects.get()
    desk = session_of(siops.make_coordinator())
    assert f"{DESK}{letter.pk}/" in desk.get(DESK).content.decode()
    page = desk.get(f"{DESK}{letter.pk}/").content.decode()
    document = letter.attachments.first()
    assert document is not None
    assert f"/siops/anexos/{document.pk}/" in page
    assert desk.get(f"/siops/anexos/{document.pk}/").content == document.content
    answer = desk.post(f"{DESK}{letter.pk}/aprovar/", follow=True).content.decode()
    assert "é o novo chefe do Poder Executivo" in answer
    assert town.current(Role.HEAD).person == person
    assert desk.post(f"{DESK}{letter.pk}/aprovar/").status_code == 409


def test_the_lists_cost_the_same_with_more_rows(town: Town, noon: Any) -> None:
    staff = siops.make_coordinator()
    pages = [(session_of(staff), DESK), (session_of(town.as_head), "/siops/gestores/oficio/")]

    def costs() -> list[int]:
        found = []
        for client, address in pages:
            with CaptureQueriesContext(connection) as queries:
                text = client.get(address).content.decode()
            assert "sealed_content" not in str(queries.captured_queries)
            assert "Ofício nº" in text
            found.append(len(queries))
        return found

    def send_and_return() -> None:
        return_letter(letter_id=send(town.as_head).pk, reason="A ata está ilegível.", by=acting(staff), at=NOON)

    send_and_return()
    costs()
    few = costs()
    for _ in range(4):
        send_and_return()
    assert costs() == few
