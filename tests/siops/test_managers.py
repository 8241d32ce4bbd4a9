"""Registering, confirming, dating and ending the gestores (SM-2): what follows, and what is refused without a trace."""

import re
from datetime import date
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from common.exceptions import NotAllowedNow, NotPermitted, Refusal
from common.models import AuditEvent, OutboxMessage
from siops.models import HealthManager, Technician
from siops.services.managers import FUTURE_ACT, FUTURE_START, SAME_AS_HEAD, change_term, confirm_manager, end_manager
from siops.services.registry import EMAIL_TAKEN, PERSON_NOT_FOUND
from siops.services.technicians import SAME_AS_SECRETARY
from tests.actors import acting
from tests.cells import walk_cell
from tests.concurrency import at_once
from tests.factories import NOON, make_other_entity, make_person, siops
from tests.factories.siops import Acting
from tests.siops.managers_support import (
    Role,
    Town,
    instant,
    make_town,
    refused,
    register,
    register_sender,
    stored,
    traces,
)
from tests.siops.support import everybody, session_of

Status = HealthManager.Status
TODAY = date(2026, 11, 23)


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


# --- The machine, whole ---

TABLE = {
    "active": {"substitute": "substituted", "end": "ended", "doubt": "to_confirm"},
    "to_confirm": {"substitute": "substituted", "end": "ended", "confirm": "active"},
    "substituted": {},
    "ended": {},
}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "substitute": {"at": NOON},
    "end": {"at": NOON},
    "doubt": {},
    "confirm": {"by": acting(User(pk=1))},
}


def test_the_table_names_every_state_and_every_transition() -> None:
    assert set(TABLE) == set(Status.values)
    known = {t.name for t in HealthManager._meta.get_field("status").get_all_transitions(HealthManager)}
    assert known == set(ARGUMENTS)


@pytest.mark.parametrize("name", ARGUMENTS)
@pytest.mark.parametrize("source", TABLE)
def test_machine_cell(source: str, name: str) -> None:
    manager = HealthManager(status=source)
    target = walk_cell(manager, name, TABLE, ARGUMENTS[name])
    if target is None:
        return
    assert (manager.closed_at == NOON) is (target in {"substituted", "ended"})


@pytest.mark.parametrize("source", TABLE)
def test_the_set_based_statements_leave_only_from_the_states_of_the_machine(source: str, town: Town) -> None:
    closed = NOON if source in {"substituted", "ended"} else None
    for row in (town.head, town.secretary):
        HealthManager.objects.filter(pk=row.pk).update(status=source, closed_at=closed)
    moved = HealthManager.objects.overtake_heads([town.entity.pk], at=NOON)
    doubted = HealthManager.objects.doubt_appointees([town.entity.pk])
    assert [row.pk for row in moved] == ([town.head.pk] if "substitute" in TABLE[source] else [])
    assert [row.pk for row in doubted] == ([town.secretary.pk] if "doubt" in TABLE[source] else [])
    assert all((row.status, row.closed_at) == ("substituted", NOON) for row in moved)
    assert all((row.status, row.closed_at) == ("to_confirm", None) for row in doubted)


def test_the_database_refuses_what_the_machine_would(town: Town) -> None:
    rows = HealthManager.objects.filter(pk=town.secretary.pk)
    for fields in (
        {"status": "substituted"},
        {"status": "ended"},
        {"closed_at": NOON},
        {"ends_on": date(2025, 12, 31)},
        {"role": Role.SECRETARY_SUBSTITUTE},
        {"role": Role.HEAD},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**fields)


# --- Registration ---


def test_the_head_registers_a_secretary(town: Town) -> None:
    end_manager(manager_id=town.secretary.pk, by=acting(town.as_head), at=NOON)
    person = make_person()
    made = register(town.as_head, Role.SECRETARY, person)
    assert (made.status, made.person, made.registered_by) == (Status.ACTIVE, person, town.head.person.user)
    assert siops.acting_of(made).holds_role
    event = AuditEvent.objects.get(verb="manager.registered")
    assert (event.details, event.role) == ({"of_role": "secretary"}, "head")
    assert event.entity_id == town.entity.pk
    # E1, and E4 because the entity has a technician; each once.
    again, welcome = OutboxMessage.objects.filter(to_email=made.email).order_by("subject")
    assert again.subject == f"SIOPS: o responsável pelo envio de {town.entity} precisa ser cadastrado novamente"
    assert welcome.subject == "SIOPS: você foi cadastrado(a) no Módulo de Gestores"
    assert {again.addressee, welcome.addressee} == {made.person.user}
    assert "certificado digital" in welcome.body
    assert person.cpf_text not in welcome.body + again.body


def test_acts_of_a_substitute_are_marked(town: Town) -> None:
    substitute = register(town.as_head, Role.HEAD_SUBSTITUTE)
    register(siops.acting_of(substitute), Role.SECRETARY_SUBSTITUTE)
    event = AuditEvent.objects.filter(verb="manager.registered").first()
    assert event is not None
    assert (event.role, event.by_substitution) == ("head_substitute", True)


def test_a_new_secretary_asks_for_confirmation_in_the_words_of_the_screen(town: Town) -> None:
    refusal = refused(lambda: register(town.as_head, Role.SECRETARY))
    assert refusal.code == "replace_needed"
    assert refusal.message == (
        f"O novo cadastro substituirá {town.secretary.person.name}. "
        "O responsável pelo envio deverá ser cadastrado novamente. Confirmar?"
    )


def test_a_new_secretary_overwrites_the_former_and_leaves_the_technician_to_be_registered_again(town: Town) -> None:
    former, technician = town.as_secretary, town.as_technician
    made = register(town.as_head, Role.SECRETARY, replaces_id=town.secretary.pk)
    assert town.current(Role.SECRETARY) == made
    old = stored(town.secretary)
    assert (old.status, old.closed_at) == (Status.SUBSTITUTED, NOON)
    assert town.sender().status == Technician.Status.TO_REGISTER_AGAIN
    assert not former.holds_role
    assert not technician.holds_role
    readers = set(
        OutboxMessage.objects.filter(subject__contains="mudança do Secretário").values_list("to_email", flat=True)
    )
    assert readers == {old.email, made.email, town.head.email}
    again = OutboxMessage.objects.filter(subject__contains="precisa ser cadastrado novamente")
    assert set(again.values_list("to_email", flat=True)) == {town.technician.email, made.email}


def test_what_was_confirmed_must_still_be_true(town: Town) -> None:
    """Two windows: the second confirmation names somebody who is no longer the secretary."""
    second = register(town.as_head, Role.SECRETARY, replaces_id=town.secretary.pk)
    refusal = refused(lambda: register(town.as_head, Role.SECRETARY, replaces_id=town.secretary.pk))
    assert refusal.code == "replace_needed"
    assert second.person.name in refusal.message


def test_the_same_secretary_registered_anew_does_not_disturb_the_technician(town: Town) -> None:
    person = town.secretary.person
    refusal = refused(lambda: register(town.as_head, Role.SECRETARY, person))
    assert "cadastrado novamente" not in refusal.message
    made = register(town.as_head, Role.SECRETARY, person, replaces_id=town.secretary.pk)
    assert siops.acting_of(made).holds_role
    assert town.sender().status == Technician.Status.ACTIVE
    assert not OutboxMessage.objects.filter(subject__contains="mudança").exists()


def test_a_new_substitute_of_the_secretary_leaves_the_technician_alone(town: Town) -> None:
    first = register(town.as_head, Role.SECRETARY_SUBSTITUTE)
    refusal = refused(lambda: register(town.as_head, Role.SECRETARY_SUBSTITUTE))
    assert refusal.message == f"O novo cadastro substituirá {first.person.name}. Confirmar?"
    register(town.as_head, Role.SECRETARY_SUBSTITUTE, replaces_id=first.pk)
    assert stored(first).status == Status.SUBSTITUTED
    assert town.sender().status == Technician.Status.ACTIVE


def test_the_council_has_many_members(town: Town) -> None:
    one, other = register(town.as_secretary, Role.COUNCIL), register(town.as_secretary, Role.COUNCIL)
    assert {one.status, other.status} == {Status.ACTIVE}
    refusal = refused(lambda: register(town.as_secretary, Role.COUNCIL, one.person))
    assert refusal.code == "already_in_council"


CASES: list[tuple[str, dict[str, Any], str, str, str]] = [
    (Role.SECRETARY, {"starts_on": date(2026, 11, 24)}, "dates", "starts_on", FUTURE_START),
    (Role.SECRETARY, {"act_date": date(2026, 11, 24)}, "dates", "act_date", FUTURE_ACT),
    (Role.SECRETARY, {"cpf": "52998224725"}, "person_not_found", "cpf", PERSON_NOT_FOUND),
    (Role.SECRETARY, {"name": "Outra Pessoa"}, "name_differs", "name", "O nome não confere"),
    (Role.SECRETARY, {"email": "ana@gmail.com"}, "public_mailbox", "email", "institucional"),
    (Role.SECRETARY_SUBSTITUTE, {"ends_on": None}, "dates", "ends_on", "Informe o último dia"),
    (Role.SECRETARY_SUBSTITUTE, {"ends_on": date(2026, 10, 31)}, "dates", "ends_on", "anterior ao início"),
    (Role.SECRETARY_SUBSTITUTE, {"ends_on": date(2026, 11, 22)}, "dates", "ends_on", "anterior a hoje"),
]


@pytest.mark.parametrize(("role", "fields", "code", "field", "text"), CASES)
def test_refused_registrations(town: Town, role: str, fields: dict[str, Any], code: str, field: str, text: str) -> None:
    refusal = refused(lambda: register(town.as_head, role, replaces_id=town.secretary.pk, **fields))
    assert (refusal.code, refusal.field) == (code, field)
    assert text in refusal.message


def test_nobody_holds_two_records_that_watch_over_each_other(town: Town) -> None:
    head, secretary, sender = town.head.person, town.secretary.person, town.technician.person
    for role in (Role.SECRETARY, Role.SECRETARY_SUBSTITUTE):
        refusal = refused(lambda role=role: register(town.as_head, role, head))  # type: ignore[misc] # bound at once
        assert refusal.message == SAME_AS_HEAD
    assert refused(lambda: register(town.as_head, Role.HEAD_SUBSTITUTE, head)).code == "substitute_of_oneself"
    assert refused(lambda: register(town.as_head, Role.SECRETARY_SUBSTITUTE, secretary)).code == "substitute_of_oneself"
    assert refused(lambda: register(town.as_head, Role.SECRETARY_SUBSTITUTE, sender)).code == "sender_homologates"


def test_the_technician_who_becomes_secretary_sends_no_more(town: Town) -> None:
    sender = town.as_technician
    made = register(town.as_head, Role.SECRETARY, town.technician.person, replaces_id=town.secretary.pk)
    assert not sender.holds_role
    refusal = refused(lambda: register_sender(siops.acting_of(made), made.person))
    assert refusal.message == SAME_AS_SECRETARY


def test_an_email_belongs_to_one_person_of_the_entity(town: Town) -> None:
    for email in (town.technician.email, town.head.email.upper()):
        refusal = refused(
            lambda email=email: register(town.as_head, Role.SECRETARY, email=email, replaces_id=town.secretary.pk)  # type: ignore[misc] # bound at once
        )
        assert refusal.message == EMAIL_TAKEN
    made = register(town.as_head, Role.SECRETARY, email=town.secretary.email, replaces_id=town.secretary.pk)
    assert made.email == town.secretary.email
    elsewhere = make_town(make_other_entity())
    assert register(elsewhere.as_head, Role.HEAD_SUBSTITUTE, email=made.email).email == made.email


def test_the_name_may_differ_in_accents_and_capitals(town: Town) -> None:
    person = make_person(name="Antônia Lúcia Açaizeiro")
    made = register(town.as_head, Role.HEAD_SUBSTITUTE, person, name="ANTONIA  LUCIA ACAIZEIRO")
    assert made.person == person


# --- Substitutes and their days ---


def test_a_substitute_acts_on_the_first_and_last_day_whole(town: Town) -> None:
    made = register(town.as_head, Role.SECRETARY_SUBSTITUTE, starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 10))
    moments = {
        "2026-11-30T23:59:59.999999-03:00": False,
        "2026-12-01T00:00:00-03:00": True,
        "2026-12-01T03:00:00Z": True,
        "2026-12-01T02:59:59.999999Z": False,
        "2026-12-10T23:59:59.999999-03:00": True,
        "2026-12-11T02:59:59.999999Z": True,
        "2026-12-11T00:00:00-03:00": False,
        "2026-12-11T03:00:00Z": False,
    }
    for text, able in moments.items():
        at = instant(text)
        acting = siops.acting_of(made, at)
        assert acting.holds_role is able, text
        if able:
            continue
        refused(lambda acting=acting, at=at: register_sender(acting, at=at), NotPermitted)  # type: ignore[misc] # bound at once


def test_dates_are_judged_by_the_brasilia_day(town: Town) -> None:
    """At 23:30 in Brasília it is already tomorrow in UTC."""
    late = instant("2026-11-23T23:30:00-03:00")
    tomorrow = date(2026, 11, 24)
    refused(lambda: register(town.as_head, Role.SECRETARY, at=late, starts_on=tomorrow, replaces_id=town.secretary.pk))
    midnight = instant("2026-11-24T00:00:00-03:00")
    register(town.as_head, Role.SECRETARY, at=midnight, starts_on=tomorrow, replaces_id=town.secretary.pk)


def test_the_head_changes_the_dates(town: Town) -> None:
    made = register(town.as_head, Role.SECRETARY_SUBSTITUTE)
    changed = change_term(
        manager_id=made.pk, starts_on=date(2026, 11, 24), ends_on=date(2026, 11, 30), by=acting(town.as_head), at=NOON
    )
    assert (changed.starts_on, changed.ends_on) == (date(2026, 11, 24), date(2026, 11, 30))
    assert not siops.acting_of(made).holds_role
    event = AuditEvent.objects.get(verb="manager.term_changed")
    assert event.details["before"] == ["2026-11-01", "2026-12-31"]
    assert event.details["after"] == ["2026-11-24", "2026-11-30"]
    for starts_on, ends_on in ((TODAY, date(2026, 11, 22)), (date(2026, 12, 2), date(2026, 12, 1))):
        refused(
            lambda s=starts_on, e=ends_on: change_term(  # type: ignore[misc] # bound at once
                manager_id=made.pk, starts_on=s, ends_on=e, by=acting(town.as_head), at=NOON
            )
        )


def test_only_a_current_substitute_has_dates_to_change(town: Town) -> None:
    made = register(town.as_head, Role.SECRETARY_SUBSTITUTE)
    end_manager(manager_id=made.pk, by=acting(town.as_head), at=NOON)
    for manager in (made, town.secretary):
        refused(
            lambda pk=manager.pk: change_term(  # type: ignore[misc] # bound at once
                manager_id=pk, starts_on=TODAY, ends_on=TODAY, by=acting(town.as_head), at=NOON
            ),
            NotAllowedNow,
        )


def test_a_substitute_does_not_lengthen_the_own_substitution(town: Town) -> None:
    made = register(town.as_head, Role.HEAD_SUBSTITUTE)
    acting = siops.acting_of(made)
    refusal = refused(
        lambda: change_term(manager_id=made.pk, starts_on=TODAY, ends_on=date(2030, 1, 1), by=acting, at=NOON)
    )
    assert refusal.code == "own_term"
    refusal = refused(
        lambda: register(acting, Role.HEAD_SUBSTITUTE, made.person, ends_on=date(2030, 1, 1), replaces_id=made.pk)
    )
    assert refusal.code == "own_term"


# --- Confirming and ending ---


def may_act(who: Acting) -> bool:
    return who.holds_role


def doubt(town: Town) -> None:
    HealthManager.objects.doubt_appointees([town.entity.pk])


def test_somebody_to_confirm_does_not_act_until_confirmed(town: Town) -> None:
    doubt(town)
    assert not may_act(town.as_secretary)
    assert may_act(town.as_technician)
    refused(lambda: register_sender(town.as_secretary), NotPermitted)
    confirmed = confirm_manager(manager_id=town.secretary.pk, by=acting(town.as_head), at=NOON)
    assert confirmed.registered_by == town.head.person.user
    assert may_act(town.as_secretary)
    refused(lambda: confirm_manager(manager_id=town.secretary.pk, by=acting(town.as_head), at=NOON), NotAllowedNow)


def test_ending_the_secretary_ends_the_role_at_once(town: Town) -> None:
    secretary, sender = town.as_secretary, town.as_technician
    ended = end_manager(manager_id=town.secretary.pk, by=acting(town.as_head), at=NOON)
    assert (ended.status, ended.closed_at) == (Status.ENDED, NOON)
    assert not secretary.holds_role
    assert not sender.holds_role
    assert town.sender().status == Technician.Status.TO_REGISTER_AGAIN
    refused(lambda: end_manager(manager_id=ended.pk, by=acting(town.as_head), at=NOON), NotAllowedNow)


def test_a_secretary_after_a_vacancy_registers_the_technician_of_the_substitute_again(town: Town) -> None:
    """Even the technician whom the substitute registered while there was no secretary, above all if it is this one."""
    substitute = register(town.as_head, Role.SECRETARY_SUBSTITUTE)
    end_manager(manager_id=town.secretary.pk, by=acting(town.as_head), at=NOON)
    sender = register_sender(siops.acting_of(substitute))
    OutboxMessage.objects.all().delete()
    register(town.as_head, Role.SECRETARY, sender.person)
    assert stored(sender).status == Technician.Status.TO_REGISTER_AGAIN
    subjects = " ".join(OutboxMessage.objects.values_list("subject", flat=True))
    assert "precisa ser cadastrado novamente" in subjects
    assert "mudança do Secretário" not in subjects


# --- Who may (spec section 2) ---

MAY: dict[str, set[str]] = {
    Role.HEAD: set(),
    Role.HEAD_SUBSTITUTE: {"head", "head_substitute"},
    Role.SECRETARY: {"head", "head_substitute"},
    Role.SECRETARY_SUBSTITUTE: {"head", "head_substitute"},
    Role.COUNCIL: {"secretary", "secretary_substitute"},
}
SLUGS = {
    Role.HEAD_SUBSTITUTE: "substituto-do-chefe",
    Role.SECRETARY: "secretario",
    Role.SECRETARY_SUBSTITUTE: "substituto-do-secretario",
    Role.COUNCIL: "conselho",
}


@pytest.mark.parametrize("role", MAY)
def test_who_registers_whom_by_service(db: None, role: str) -> None:
    entity = make_other_entity()
    for name, who in everybody(entity).items():
        present = HealthManager.objects.current().filter(entity=entity, role=role).first()
        if name in MAY[role]:
            with transaction.atomic():
                register(who, role, entity_id=entity.pk, replaces_id=present.pk if present else None)
                transaction.set_rollback(True)
        else:
            refused(lambda who=who: register_by(who, role, entity.pk), NotPermitted)  # type: ignore[misc] # bound at once


def register_by(who: Any, role: str, entity_id: int) -> Any:
    return register(who, role, entity_id=entity_id)


@pytest.mark.parametrize("role", SLUGS)
def test_who_registers_whom_by_post(db: None, noon: Any, role: str) -> None:
    town = make_town()
    for name, who in {**everybody(make_other_entity()), "nobody": make_person()}.items():
        if not isinstance(who, Acting):
            continue
        answer = session_of(who).post(f"/siops/gestores/cadastrar/{SLUGS[Role(role)]}/", {})
        assert answer.status_code == (200 if name in MAY[role] else 403), name
    before = traces()
    for who in (town.as_technician,):
        assert session_of(who).post(f"/siops/gestores/cadastrar/{SLUGS[Role(role)]}/", {}).status_code == 403
    assert traces() == before


@pytest.mark.parametrize("action", ["confirmar", "vigencia", "encerrar"])
def test_who_changes_the_substitute_of_the_secretary(db: None, noon: Any, action: str) -> None:
    entity = make_other_entity()
    people = everybody(entity)
    substitute = HealthManager.objects.get(entity=entity, role=Role.SECRETARY_SUBSTITUTE)
    for name, who in people.items():
        if not isinstance(who, Acting) or name in {"head", "head_substitute"}:
            continue
        before = traces()
        answer = session_of(who).post(f"/siops/gestores/{substitute.pk}/{action}/", {})
        assert answer.status_code == 403, name
        assert traces() == before
    answer = session_of(people["head"]).post(f"/siops/gestores/{substitute.pk}/{action}/", {})
    assert answer.status_code == {"confirmar": 409, "vigencia": 200, "encerrar": 302}[action]


def test_staff_and_strangers_do_not_enter_the_module(db: None, noon: Any) -> None:
    people = everybody(make_other_entity())
    for client in (session_of(people["coordination"]), session_of(people["certifier"]), Client()):
        answer = client.get("/siops/gestores/")
        assert (answer.status_code, unquote(answer["Location"])) == (302, "/siops/entrar/?next=/siops/gestores/")


def test_another_entity_does_not_exist(town: Town, noon: Any) -> None:
    other = make_town(make_other_entity())
    substitute = register(other.as_head, Role.SECRETARY_SUBSTITUTE)
    client = session_of(town.as_head)
    before = traces()
    for action in ("confirmar", "vigencia", "encerrar"):
        for manager in (substitute, other.secretary):
            assert client.post(f"/siops/gestores/{manager.pk}/{action}/", {}).status_code == 404
    assert traces() == before
    for work in (
        lambda: register(town.as_head, Role.HEAD_SUBSTITUTE, entity_id=other.entity.pk),
        lambda: end_manager(manager_id=substitute.pk, by=acting(town.as_head), at=NOON),
        lambda: confirm_manager(manager_id=substitute.pk, by=acting(town.as_head), at=NOON),
        lambda: change_term(manager_id=substitute.pk, starts_on=TODAY, ends_on=TODAY, by=acting(town.as_head), at=NOON),
    ):
        refused(work, NotPermitted)


# --- Screens ---


def posted(person: Any, **fields: Any) -> dict[str, Any]:
    return {
        "cpf": person.cpf,
        "name": person.name,
        "email": "nova@saude.ensaio.example",
        "phone": "(11) 3214-5678",
        "position": "Secretária Municipal de Saúde",
        "act_number": "33/2026",
        "act_date": "2026-11-20",
        "starts_on": "2026-11-20",
    } | fields


def test_the_head_replaces_the_secretary_on_the_screen(town: Town, noon: Any) -> None:
    client, person = session_of(town.as_head), make_person(name="Neusa Ipê Branco")
    address = "/siops/gestores/cadastrar/secretario/"
    question = client.post(address, posted(person))
    assert question.status_code == 200
    assert "O responsável pelo envio deverá ser cadastrado novamente. Confirmar?" in question.content.decode()
    assert town.current(Role.SECRETARY) == town.secretary
    assert town.secretary.person.name in question.content.decode()
    assert "<ins>Neusa Ipê Branco</ins>" in question.content.decode()
    corrected = client.post(address, posted(person) | {"corrigir": "1"}).content.decode()
    assert f'value="{person.name}"' in corrected
    assert "CADASTRO DO SECRETÁRIO DE SAÚDE" in corrected
    assert town.current(Role.SECRETARY) == town.secretary
    hidden = hidden_fields(question.content.decode())
    assert hidden["replaces"] == str(town.secretary.pk)
    answer = client.post(address, hidden, follow=True)
    text = answer.content.decode()
    assert town.current(Role.SECRETARY).person == person
    assert "ainda não tem um certificado digital válido" in text
    assert "PENDENTE DE RECADASTRO" in text
    assert town.head.person.cpf_text not in text


def hidden_fields(html: str) -> dict[str, str]:
    form = html[html.rindex("<form", 0, html.index('name="replaces"')) :]
    tags = re.findall(r'<input type="hidden"[^>]*>', form)
    pairs = {}
    for tag in tags:
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and name[1] != "csrfmiddlewaretoken":
            pairs[name[1]] = value[1] if value else ""
    return pairs


def test_buttons_are_of_the_role(town: Town, noon: Any) -> None:
    seen = {}
    for name, who in {"head": town.as_head, "secretary": town.as_secretary, "technician": town.as_technician}.items():
        text = session_of(who).get("/siops/gestores/").content.decode()
        seen[name] = {
            word for word in ("cadastrar/secretario/", "cadastrar/conselho/", "responsavel/", "oficio/") if word in text
        }
    assert seen == {
        "head": {"cadastrar/secretario/", "oficio/"},
        "secretary": {"cadastrar/conselho/", "responsavel/", "oficio/"},
        "technician": set(),
    }


def test_the_list_costs_the_same_with_more_rows(town: Town, noon: Any, django_assert_num_queries: Any) -> None:
    client = session_of(town.as_secretary)
    client.get("/siops/gestores/")
    for address in ("/siops/gestores/", "/siops/gestores/historico/"):
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        for _ in range(10):
            register(town.as_secretary, Role.COUNCIL)
        with django_assert_num_queries(len(few)):
            client.get(address)


def test_html_in_a_name_is_text(town: Town, noon: Any) -> None:
    person = make_person(name="<script>alert(1)</script> Silva")
    siops.make_health_manager(Role.HEAD_SUBSTITUTE, town.entity, person=person)
    text = session_of(town.as_head).get("/siops/gestores/").content.decode()
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_a_session_whose_role_was_lost_is_led_out(town: Town, noon: Any) -> None:
    client = session_of(town.as_secretary)
    register(town.as_head, Role.SECRETARY, replaces_id=town.secretary.pk)
    answer = client.post("/siops/gestores/responsavel/", {})
    assert (answer.status_code, answer["Location"]) == (302, "/siops/entrar/")


# --- At once ---


@pytest.mark.django_db(transaction=True)
def test_of_parallel_registrations_one_secretary_is_left() -> None:
    town = make_town()
    people = [make_person() for _ in range(5)]
    results = at_once(
        *[
            lambda person=person: register(town.as_head, Role.SECRETARY, person, replaces_id=town.secretary.pk)
            for person in people
        ]
    )
    made = [result for result in results if isinstance(result, HealthManager)]
    assert len(made) == 1
    assert {result.code for result in results if isinstance(result, Refusal)} == {"replace_needed"}
    assert town.current(Role.SECRETARY) == made[0]


@pytest.mark.django_db(transaction=True)
def test_of_parallel_registrations_one_technician_is_left() -> None:
    town = make_town()
    people = [make_person() for _ in range(5)]
    seen = town.technician.pk
    results = at_once(
        *[lambda person=person: register_sender(town.as_secretary, person, replaces_id=seen) for person in people]
    )
    made = [result for result in results if isinstance(result, Technician)]
    assert Technician.objects.current().get(entity=town.entity) == made[0]
    assert len(made) == 1
    assert {result.code for result in results if isinstance(result, Refusal)} == {"replace_needed"}
    assert Technician.objects.filter(entity=town.entity, status="substituted", closed_at=NOON).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_secretary_who_is_being_replaced_does_not_register_after_that() -> None:
    """Either the registration came first and is undone by the replacement, or it is refused."""
    town = make_town()
    registered, replaced = at_once(
        lambda: register_sender(town.as_secretary),
        lambda: register(town.as_head, Role.SECRETARY, replaces_id=town.secretary.pk),
    )
    assert isinstance(replaced, HealthManager)
    assert isinstance(registered, Technician | NotPermitted)
    assert town.sender().status == Technician.Status.TO_REGISTER_AGAIN
