"""«CADASTRO DO RESPONSÁVEL PELO ENVIO DE DADOS»: INCLUIR, ALTERAR, and the registration after a change of secretary."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from common.exceptions import NotAllowedNow, NotPermitted
from common.models import AuditEvent, OutboxMessage
from siops.models import Technician
from siops.services.registry import EMAIL_TAKEN
from siops.services.technicians import SAME_AS_SECRETARY, change_technician_contact
from tests.actors import acting
from tests.cells import walk_cell
from tests.factories import NOON, make_other_entity, make_person, siops
from tests.factories.siops import Acting
from tests.siops.managers_support import Role, Town, make_town, refused, register, register_sender, stored, traces
from tests.siops.support import everybody, session_of

Status = Technician.Status
ADDRESS = "/siops/gestores/responsavel/"


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def change(town: Town, by: Any = None, **fields: Any) -> Technician:
    defaults: dict[str, Any] = {
        "technician_id": town.technician.pk,
        "email": "novo@saude.ensaio.example",
        "phone": "1133334444",
    }
    return change_technician_contact(by=acting(by or town.as_secretary), at=NOON, **(defaults | fields))


# --- The machine, whole ---

TABLE = {
    "password_sent": {
        "enter_first": "active",
        "lose_secretary": "to_register_again",
        "substitute": "substituted",
    },
    "active": {"lose_secretary": "to_register_again", "substitute": "substituted"},
    "to_register_again": {"substitute": "substituted"},
    "substituted": {},
}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "enter_first": {"at": NOON},
    "lose_secretary": {},
    "substitute": {"at": NOON},
}


def test_the_table_names_every_state_and_every_transition() -> None:
    assert set(TABLE) == set(Status.values)
    known = {t.name for t in Technician._meta.get_field("status").get_all_transitions(Technician)}
    assert known == set(ARGUMENTS)


@pytest.mark.parametrize("name", ARGUMENTS)
@pytest.mark.parametrize("source", TABLE)
def test_machine_cell(source: str, name: str) -> None:
    technician = Technician(status=source)
    target = walk_cell(technician, name, TABLE, ARGUMENTS[name])
    if target is None:
        return
    assert (technician.closed_at == NOON) is (target == "substituted")
    assert (technician.first_access_at == NOON) is (target == "active")


def test_the_database_refuses_what_the_machine_would(town: Town) -> None:
    rows = Technician.objects.filter(pk=town.technician.pk)
    for fields in ({"status": "substituted"}, {"closed_at": NOON}, {"first_access_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        siops.make_technician(town.entity)


# --- INCLUIR ---


def test_the_secretary_registers_a_technician_in_place_of_the_former(town: Town) -> None:
    former, person = town.as_technician, make_person()
    made = register_sender(town.as_secretary, person, crc="SP-123456/O")
    assert (made.status, made.person, made.secretary, made.crc) == (
        Status.PASSWORD_SENT,
        person,
        town.secretary,
        "SP-123456/O",
    )
    old = stored(town.technician)
    assert (old.status, old.closed_at) == (Status.SUBSTITUTED, NOON)
    assert not former.holds_role
    event = AuditEvent.objects.get(verb="technician.registered")
    assert (event.role, event.by_substitution) == ("secretary", False)
    mail = OutboxMessage.objects.get(to_email=made.email)
    assert person.cpf_text not in mail.body
    assert "senha" in mail.body


def test_another_person_takes_the_place_only_of_the_record_that_was_seen(town: Town) -> None:
    before = traces()
    for seen in (None, town.technician.pk + 1):
        refusal = refused(lambda seen=seen: register_sender(town.as_secretary, replaces_id=seen))  # type: ignore[misc] # bound at once
        assert refusal.code == "replace_needed"
        assert town.technician.person.name in refusal.message
    assert traces() == before
    assert stored(town.technician).status == Status.ACTIVE


def test_two_tabs_do_not_overwrite_each_other_unseen(town: Town, noon: Any) -> None:
    """The second tab was opened before the first one had registered anybody."""
    client = session_of(town.as_secretary)
    first, second = make_person(name="Amadeu Ingá Santos"), make_person(name="Berta Ingá Santos")

    def words(person: Any) -> dict[str, str]:
        who = {"cpf": person.cpf, "name": person.name, "email": f"x{person.pk}@saude.ensaio.example"}
        return who | {"phone": "1132145678", "bond": "employee"}

    asked = client.post(ADDRESS, words(first))
    assert "substituirá" in asked.content.decode()
    client.post(ADDRESS, words(first) | {"replaces": str(town.technician.pk)})
    stale = client.post(ADDRESS, words(second) | {"replaces": str(town.technician.pk)})
    assert f"O novo cadastro substituirá {first.name}" in stale.content.decode()
    present = Technician.objects.current().get(entity=town.entity)
    assert present.person == first
    assert f'name="replaces" value="{present.pk}"' in stale.content.decode()
    assert f'value="{second.name}"' in stale.content.decode(), "what was typed goes with the confirmation"


def test_the_substitute_registers_por_substituicao(town: Town) -> None:
    substitute = register(town.as_head, Role.SECRETARY_SUBSTITUTE)
    made = register_sender(siops.acting_of(substitute))
    assert made.secretary == substitute
    event = AuditEvent.objects.get(verb="technician.registered")
    assert (event.role, event.by_substitution) == ("secretary_substitute", True)


def test_after_a_change_of_secretary_the_same_person_is_registered_again(town: Town) -> None:
    person, sender = town.technician.person, town.as_technician
    secretary = register(town.as_head, Role.SECRETARY, replaces_id=town.secretary.pk)
    assert not sender.holds_role
    made = register_sender(siops.acting_of(secretary), person, email=town.technician.email)
    assert (made.person, made.secretary, made.status) == (person, secretary, Status.PASSWORD_SENT)
    assert stored(town.technician).status == Status.SUBSTITUTED
    # The session of before the change does not live on: the person enters anew.
    assert not sender.holds_role
    made.enter_first(at=NOON)
    made.save()
    assert sender.holds_role


def test_the_present_technician_is_not_included_twice(town: Town) -> None:
    refusal = refused(lambda: register_sender(town.as_secretary, town.technician.person))
    assert refusal.code == "already_registered"


def test_who_homologates_does_not_send(town: Town) -> None:
    substitute = register(town.as_head, Role.SECRETARY_SUBSTITUTE)
    for person in (town.secretary.person, substitute.person):
        refusal = refused(lambda person=person: register_sender(town.as_secretary, person))  # type: ignore[misc] # bound at once
        assert (refusal.message, refusal.field) == (
            SAME_AS_SECRETARY,
            "cpf",
        )


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"cpf": "52998224725"}, "person_not_found"),
        ({"name": "Outra Pessoa"}, "name_differs"),
    ],
)
def test_refused_registrations(town: Town, fields: dict[str, Any], code: str) -> None:
    assert refused(lambda: register_sender(town.as_secretary, **fields)).code == code


def test_an_email_belongs_to_one_person_of_the_entity(town: Town) -> None:
    refusal = refused(lambda: register_sender(town.as_secretary, email=town.head.email.upper()))
    assert refusal.message == EMAIL_TAKEN
    made = register_sender(town.as_secretary, email=town.technician.email)
    assert made.email == town.technician.email


# --- ALTERAR ---


def test_contact_changes_and_nothing_else(town: Town) -> None:
    changed = change(town)
    assert (changed.email, changed.phone, changed.status) == ("novo@saude.ensaio.example", "1133334444", Status.ACTIVE)
    event = AuditEvent.objects.get(verb="technician.contact_changed")
    assert event.details["changed"] == ["email", "phone"]
    assert "novo@" not in str(event.details)


def test_refused_changes(town: Town) -> None:
    assert refused(lambda: change(town, email=town.head.email)).code == "email_taken"
    secretary = register(town.as_head, Role.SECRETARY, replaces_id=town.secretary.pk)
    refused(lambda: change(town, siops.acting_of(secretary)), NotAllowedNow)


# --- Who may ---


def test_who_registers_and_alters_by_service(db: None) -> None:
    entity = make_other_entity()
    people = everybody(entity)
    technician = Technician.objects.get(entity=entity)
    for name, who in people.items():
        if name in {"secretary", "secretary_substitute"}:
            continue
        refused(lambda who=who: register_sender(who, entity_id=entity.pk), NotPermitted)  # type: ignore[misc] # bound at once
        refused(
            lambda who=who: change_technician_contact(  # type: ignore[misc] # bound at once
                technician_id=technician.pk, email="a@b.example", phone="1133334444", by=acting(who), at=NOON
            ),
            NotPermitted,
        )


def test_who_registers_and_alters_by_post(db: None, noon: Any) -> None:
    entity = make_other_entity()
    people = everybody(entity)
    technician = Technician.objects.get(entity=entity)
    for name, who in people.items():
        client = session_of(who)
        expected = 200 if name in {"secretary", "secretary_substitute"} else 403 if isinstance(who, Acting) else 302
        before = traces()
        for address in (ADDRESS, f"{ADDRESS}{technician.pk}/alterar/"):
            assert client.post(address, {}).status_code == expected, (name, address)
        assert traces() == before


def test_another_entity_does_not_exist(town: Town, noon: Any) -> None:
    other = make_town(make_other_entity())
    assert session_of(town.as_secretary).post(f"{ADDRESS}{other.technician.pk}/alterar/", {}).status_code == 404
    refused(lambda: change(other, town.as_secretary), NotPermitted)
    refused(lambda: register_sender(town.as_secretary, entity_id=other.entity.pk), NotPermitted)


def test_a_secretary_past_the_term_does_not_register(town: Town) -> None:
    substitute = register(town.as_head, Role.SECRETARY_SUBSTITUTE)
    late = NOON + timedelta(days=60)
    refused(lambda: register_sender(siops.acting_of(substitute, late), at=late), NotPermitted)


# --- Screens ---


def test_the_secretary_registers_on_the_screen(town: Town, noon: Any) -> None:
    client, person = session_of(town.as_secretary), make_person(name="Amadeu Ingá Santos")
    assert "será substituído" in client.get(ADDRESS).content.decode()
    fields = {
        "cpf": person.cpf,
        "name": person.name,
        "email": "amadeu@saude.ensaio.example",
        "phone": "11987650000",
        "bond": "office",
    }
    fields |= {"replaces": str(town.technician.pk)}
    answer = client.post(ADDRESS, fields, follow=True)
    text = answer.content.decode()
    assert "O primeiro acesso foi enviado a amadeu@saude.ensaio.example." in text
    assert "SENHA ENVIADA" in text
    assert person.cpf_text not in text
    assert town.sender().bond == "office"


def test_a_refusal_is_shown_beside_its_field(town: Town, noon: Any) -> None:
    secretary = make_person(name="Zulmira Cedro Alves")
    made = register(town.as_head, Role.SECRETARY, secretary, replaces_id=town.secretary.pk)
    fields = {
        "cpf": secretary.cpf,
        "name": secretary.name,
        "email": "z@saude.ensaio.example",
        "phone": "11987650000",
        "bond": "office",
    }
    answer = session_of(siops.acting_of(made)).post(ADDRESS, fields)
    assert answer.status_code == 200
    assert answer.context["form"].errors["cpf"] == [SAME_AS_SECRETARY]


def test_contact_is_altered_on_the_screen(town: Town, noon: Any) -> None:
    client = session_of(town.as_secretary)
    address = f"{ADDRESS}{town.technician.pk}/alterar/"
    page = client.get(address).content.decode()
    assert town.technician.email in page
    answer = client.post(address, {"email": "novo@saude.ensaio.example", "phone": "1133334444"}, follow=True)
    assert "ESQUECEU A SENHA" in answer.content.decode()
    assert stored(town.technician).email == "novo@saude.ensaio.example"


# --- The question before somebody is put in the place of another ---


def typed(name: str, cpf: str, **fields: str) -> dict[str, str]:
    return {
        "cpf": cpf,
        "name": name,
        "email": "novo@saude.ensaio.example",
        "phone": "(11) 98765-4321",
        "bond": Technician.Bond.EMPLOYEE,
    } | fields


class TestReplacing:
    def test_the_service_asks_for_the_record_that_was_seen(self, town: Town) -> None:
        other = make_person()
        refusal = refused(lambda: register_sender(town.as_secretary, other, replaces_id=None))
        assert refusal.code == "replace_needed"
        assert town.technician.person.name in refusal.message
        register_sender(town.as_secretary, other, replaces_id=town.technician.pk)
        late = refused(lambda: register_sender(town.as_secretary, replaces_id=town.technician.pk))
        assert late.code == "replace_needed"

    def test_the_page_shows_both_and_confirms(self, town: Town, noon: Any) -> None:
        client, person = session_of(town.as_secretary), make_person(name="Amadeu Ingá Santos")
        data = typed(person.name, person.cpf_text)
        question = client.post(ADDRESS, data).content.decode()
        assert "Confirmar a substituição" in question
        assert town.technician.person.name in question
        assert re.search(rf"<ins>{re.escape(person.name)}</ins>", question)
        assert "novo@<wbr>saude.ensaio.example" in question
        assert stored(town.technician).status == Status.ACTIVE
        assert client.post(ADDRESS, data | {"replaces": str(town.technician.pk)}).status_code == 302
        assert stored(town.technician).status == Status.SUBSTITUTED

    def test_correcting_keeps_what_was_typed_and_changes_nothing(self, town: Town, noon: Any) -> None:
        person = make_person(name="Amadeu Ingá Santos")
        data = typed(person.name, person.cpf_text, replaces=str(town.technician.pk), corrigir="1", crc="SP-1")
        answer = session_of(town.as_secretary).post(ADDRESS, data)
        text = answer.content.decode()
        assert answer.status_code == 200
        assert stored(town.technician).status == Status.ACTIVE
        for value in (person.name, "novo@saude.ensaio.example", "(11) 98765-4321", "SP-1"):
            assert f'value="{value}"' in text
        assert f'name="replaces" value="{town.technician.pk}"' not in text, "what was seen is seen again"

    def test_the_same_person_after_a_change_of_secretary_needs_no_question(self, town: Town) -> None:
        made = register(town.as_head, Role.SECRETARY, replaces_id=town.secretary.pk)
        register_sender(siops.acting_of(made), town.technician.person, replaces_id=None)


def test_everything_at_fault_is_told_at_once(town: Town, noon: Any) -> None:
    secretary = make_person(name="Zulmira Cedro Alves")
    made = register(town.as_head, Role.SECRETARY, secretary, replaces_id=town.secretary.pk)
    data = typed(secretary.name, secretary.cpf_text, email=town.head.email)
    text = session_of(siops.acting_of(made)).post(ADDRESS, data).content.decode()
    assert SAME_AS_SECRETARY in text
    assert EMAIL_TAKEN in text
    assert "Há 2 campos a corrigir" in text
