"""The screens of the etapas: without a session, by CPF and protocol; and the certifier's counter, by role."""

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from accounts.models import Membership, User
from common import documents
from common.models import AuditEvent, OutboxMessage
from pki import services as pki
from pki.services.media import BAD_PIN
from siops import reasons
from siops.forms.certification import PASSWORDS_DIFFER, PINS_DIFFER
from siops.models import Attendant, CertificationRequest, HealthManager
from siops.services.certification import OTHER_CERTIFIER, UNKNOWN_PROTOCOL, cancel_certification
from siops.services.certification_issue import MISSING_DOCUMENTS
from siops.views import certification
from siops.views.certification import MISSES
from tests.actors import acting
from tests.factories import (
    NOON,
    make_cpf,
    make_entity,
    make_membership,
    make_municipality,
    make_other_entity,
    make_staff,
    make_uf,
    make_user,
    person_of,
)
from tests.factories.siops import make_certification, make_health_manager, make_service_point
from tests.refusals import page_after
from tests.siops.certification import PASSWORD, PIN, TOMORROW, Counter, first_entry, marks, stored
from tests.siops.support import everybody, session_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
Status = CertificationRequest.Status
NO_REQUEST = UNKNOWN_PROTOCOL
NOT_FOUND = "CPF não localizado entre os chefes do Poder Executivo ou gestores cadastrados."
CHOOSE_POINT = "Selecione a certificadora e o posto de atendimento."
BAD_DATE = "A data do agendamento deve ser um dia útil futuro."


@pytest.fixture
def counter() -> Counter:
    pki.ensure_authorities(at=NOON)
    return Counter()


def url(name: str, *args: Any) -> str:
    return reverse(f"siops:{name}", args=args)


def fields(counter: Counter, **changes: Any) -> dict[str, Any]:
    usual = {
        "cpf": counter.cpf,
        "entity": counter.record.entity_id,
        "certifier": counter.point.certifier_id,
        "service_point": counter.point.pk,
        "kind": "A3",
        "enviar": "1",
    }
    filled = usual | changes
    confirmed = {"confirmed_cpf": filled["cpf"]} | filled
    return {name: value for name, value in confirmed.items() if value is not None}


def status_page(client: Client, tried: dict[str, str]) -> str:
    """The page that a CPF and a protocol lead to; both outcomes redirect to the same address."""
    answer = page_after(client, client.post(url("certification_status"), tried))
    assert answer.status_code == 200
    return text_of(answer)


def follow(client: Client, row: CertificationRequest) -> Client:
    client.post(url("certification_status"), {"cpf": row.person.cpf_text, "protocol": row.protocol})
    return client


def text_of(response: Any) -> str:
    return str(response.content.decode())


def secrets_of(row: CertificationRequest, **changes: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {"documents": list(row.required_documents), "pin": PIN, "repeated_pin": PIN}
    if row.kind == "A1":
        usual |= {"password": PASSWORD, "repeated_password": PASSWORD}
    return usual | changes


def test_buscar_shows_uf_and_municipality_and_not_the_name(client: Client, counter: Counter) -> None:
    shown = text_of(client.post(url("certification_request"), {"cpf": counter.cpf, "buscar": "1"}))
    assert "UF: SP" in shown
    assert "Município: São Paulo" in shown
    assert counter.record.person.name not in shown
    assert not CertificationRequest.objects.exists()


def test_who_answers_for_two_entities_chooses(client: Client, counter: Counter) -> None:
    other = make_other_entity()
    make_health_manager(HealthManager.Role.HEAD, other, person=counter.record.person)
    shown = text_of(client.post(url("certification_request"), {"cpf": counter.cpf, "buscar": "1"}))
    assert '<select name="entity"' in shown
    client.post(url("certification_request"), fields(counter, entity=other.pk))
    assert CertificationRequest.objects.get().entity == other


def test_the_whole_way_without_a_session_of_anybody(client: Client, counter: Counter) -> None:
    answer = client.post(url("certification_request"), fields(counter), follow=True)
    row = CertificationRequest.objects.get()
    assert row.protocol in text_of(answer)
    answer = client.post(
        url("certification_schedule"), {"date": TOMORROW.isoformat(), "period": "morning"}, follow=True
    )
    assert "Atendimento agendado para 24/11/2026." in text_of(answer)
    assert stored(row).status == Status.SCHEDULED
    answer = client.post(url("certification_cancel"), follow=True)
    assert "Solicitação cancelada." in text_of(answer)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cpf": make_cpf(999_998)}, NOT_FOUND),
        ({"cpf": "111.111.111-11"}, "CPF inválido"),
        ({"certifier": ""}, CHOOSE_POINT),
        ({"service_point": ""}, CHOOSE_POINT),
        ({"service_point": "0"}, CHOOSE_POINT),
        ({"service_point": "a\x00"}, CHOOSE_POINT),
        ({"kind": "A9"}, "válida"),
        ({"entity": "99999999"}, "válida"),
    ],
)
def test_each_refusal_of_the_request_is_said_and_leaves_no_trace(
    client: Client, counter: Counter, changes: dict[str, Any], message: str
) -> None:
    before = marks()
    answer = page_after(client, client.post(url("certification_request"), fields(counter, **changes)))
    assert answer.status_code == 200
    assert message in text_of(answer)
    assert marks() == before


def test_a_posto_of_another_certifier_is_refused_beside_the_posto(client: Client, counter: Counter) -> None:
    answer = client.post(url("certification_request"), fields(counter, service_point=make_service_point().pk))
    assert OTHER_CERTIFIER in text_of(answer)
    assert CHOOSE_POINT not in text_of(answer)
    assert not CertificationRequest.objects.exists()


def test_cpf_and_posto_are_refused_on_one_page(client: Client, counter: Counter) -> None:
    counter.request()
    answer = client.post(url("certification_request"), fields(counter, service_point=make_service_point().pk))
    assert "Já existe uma solicitação em andamento para este CPF." in text_of(answer)
    assert OTHER_CERTIFIER in text_of(answer)


def groups_of(client: Client, counter: Counter) -> dict[str, list[str]]:
    """The postos offered, by group, after «Buscar»."""
    answer = client.post(url("certification_request"), {"cpf": counter.cpf, "buscar": "1"})
    choices = answer.context["form"].fields["service_point"].choices
    return {group: [value for value, _ in points] for group, points in choices if isinstance(points, list)}


def test_the_postos_nearest_to_the_entity_come_first(client: Client, counter: Counter) -> None:
    far = make_service_point(make_municipality("2900207", "Abaré", uf=make_uf("29", "BA", "Bahia", "America/Bahia")))
    near = make_service_point(make_municipality("3509502", "Campinas"))
    here = make_service_point(make_municipality())
    assert list(groups_of(client, counter).items()) == [
        ("No seu município", [str(counter.point.pk), str(here.pk)]),
        ("No seu estado", [str(near.pk)]),
        ("Outros estados", [str(far.pk)]),
    ]


def test_a_second_send_makes_no_second_request(client: Client, counter: Counter) -> None:
    client.post(url("certification_request"), fields(counter))
    answer = client.post(url("certification_request"), fields(counter))
    assert "Já existe uma solicitação em andamento" in text_of(answer)
    assert CertificationRequest.objects.count() == 1


@pytest.mark.parametrize("day", ["2026-11-23", "2026-11-22", "2026-11-28", "2026-12-25"])
def test_a_day_that_is_no_future_business_day(client: Client, counter: Counter, day: str) -> None:
    row = counter.request()
    answer = follow(client, row).post(url("certification_schedule"), {"date": day, "period": "morning"})
    assert BAD_DATE in text_of(answer)
    assert stored(row).status == Status.REQUESTED


def test_the_first_day_offered_is_the_next_business_day(client: Client, counter: Counter) -> None:
    shown = text_of(follow(client, counter.request()).get(url("certification_schedule")))
    assert 'min="2026-11-24"' in shown
    assert 'max="2027-02-21"' in shown
    assert "com até 90 dias de antecedência: de 24/11/2026 a 21/02/2027." in shown


def test_a_day_of_another_age_is_refused_in_words(client: Client, counter: Counter) -> None:
    row = counter.request()
    answer = follow(client, row).post(url("certification_schedule"), {"date": "9999-12-31", "period": "morning"})
    assert "O atendimento pode ser agendado com até 90 dias de antecedência: até 21/02/2027." in text_of(answer)
    assert stored(row).status == Status.REQUESTED


def test_without_the_protocol_every_door_leads_to_asking_for_it(client: Client, counter: Counter) -> None:
    row = counter.schedule()
    before = marks()
    assert row.protocol not in text_of(client.get(url("certification_status")))
    for name, method in (
        ("certification_schedule", "get"),
        ("certification_schedule", "post"),
        ("certification_cancel", "get"),
        ("certification_cancel", "post"),
        ("certification_file", "post"),
    ):
        answer = getattr(client, method)(url(name), {"date": "2026-11-25", "period": "morning"})
        assert (answer.status_code, answer["Location"]) == (302, url("certification_status")), name
    assert marks() == before


def test_a_wrong_protocol_and_a_foreign_one_are_told_apart_by_nothing(client: Client, counter: Counter) -> None:
    row, stranger = counter.request(), make_health_manager(HealthManager.Role.HEAD).person.cpf_text
    pages = set()
    for cpf, protocol in ((stranger, row.protocol), (counter.cpf, "AAAA-AAAA-AAAA"), (make_cpf(999_997), row.protocol)):
        answer = client.post(url("certification_status"), {"cpf": cpf, "protocol": protocol}, follow=True)
        assert answer.status_code == 200
        assert NO_REQUEST in text_of(answer)
        pages.add(len(text_of(answer)))
        assert "siops_certification" not in client.session
    assert len(pages) == 1


def test_the_browser_forgets_the_protocol(client: Client, counter: Counter) -> None:
    row = counter.request()
    follow(client, row)
    assert row.protocol in text_of(client.get(url("certification_status")))
    client.post(url("certification_leave"))
    assert row.protocol not in text_of(client.get(url("certification_status")))


def test_neither_cpf_nor_protocol_is_in_an_address(client: Client, counter: Counter) -> None:
    row = counter.request()
    answer = client.post(url("certification_status"), {"cpf": counter.cpf, "protocol": row.protocol}, follow=True)
    for place, _ in answer.redirect_chain:
        assert row.protocol not in place
        assert counter.cpf not in place
    assert counter.cpf not in text_of(answer)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """Limits small enough to be met in a test."""
    monkeypatch.setattr(certification, "MISSES", replace(MISSES, each=4, address=8))
    return 4


def test_guessing_the_protocol_of_a_cpf_is_stopped_from_everywhere_and_starts_anew_later(
    client: Client, counter: Counter, noon: Any, few: int
) -> None:
    row = counter.request()
    for number in range(few):
        wrong = {"cpf": counter.cpf, "protocol": f"AAAA-AAAA-{number:04d}"}
        assert NO_REQUEST in status_page(client, wrong)
    right = {"cpf": counter.cpf, "protocol": row.protocol}
    answer = client.post(url("certification_status"), right)
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 600
    assert Client(REMOTE_ADDR="203.0.113.9").post(url("certification_status"), right).status_code == 429
    other = {"cpf": make_cpf(800_000), "protocol": "AAAA-AAAA-9999"}
    assert NO_REQUEST in status_page(client, other), "another CPF is another count"
    noon.shift(MISSES.lasts)
    assert NO_REQUEST not in status_page(client, right)
    assert client.session[certification.KEY] == row.protocol


def test_going_through_many_cpfs_from_one_address_is_stopped(client: Client, counter: Counter, few: int) -> None:
    asked = [{"cpf": make_cpf(800_000 + number), "buscar": "1"} for number in range(2 * few + 1)]
    assert [client.post(url("certification_request"), data).status_code for data in asked] == [302] * 8 + [429]
    assert client.post(url("certification_request"), fields(counter)).status_code == 429
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert elsewhere.post(url("certification_request"), asked[0]).status_code == 302


def test_misses_of_the_cpf_count_and_hits_do_not(client: Client, counter: Counter, few: int) -> None:
    for _ in range(4 * few):
        assert client.post(url("certification_request"), {"cpf": counter.cpf, "buscar": "1"}).status_code == 200
    unknown = {"cpf": make_cpf(800_000), "buscar": "1"}
    for _ in range(few):
        assert NOT_FOUND in text_of(page_after(client, client.post(url("certification_request"), unknown)))
    assert client.post(url("certification_request"), unknown).status_code == 429


@pytest.mark.parametrize("state", Status.values)
def test_the_status_page_offers_what_the_state_allows(client: Client, counter: Counter, state: str) -> None:
    row = counter.request(kind="A1")
    if state in {"scheduled", "issued", "activated"}:
        row = counter.schedule(protocol=row.protocol)
    if state in {"issued", "activated"}:
        counter.issue(row)
    if state == "activated":
        first_entry(row)
    if state == "cancelled":
        cancel_certification(protocol=row.protocol, at=NOON)
    shown = text_of(follow(client, row).get(url("certification_status")))
    assert stored(row).get_status_display() in shown
    offered = {
        name for name in ("request", "schedule", "cancel", "file", "activate") if url(f"certification_{name}") in shown
    }
    assert (
        offered
        == {
            "requested": {"schedule", "cancel"},
            "scheduled": {"schedule", "cancel"},
            "issued": {"file", "activate"},
            "activated": {"file"},
            "cancelled": {"request"},
        }[state]
    )
    if state in {"issued", "activated", "cancelled"}:
        for name in ("certification_schedule", "certification_cancel"):
            assert client.get(url(name)).status_code == 409
            assert client.post(url(name), {"date": "2026-11-25", "period": "morning"}).status_code == 409


def test_the_steps_say_when_and_who(client: Client, counter: Counter) -> None:
    row = counter.schedule()
    counter.issue(row, at=NOON + timedelta(minutes=7))
    shown = text_of(follow(client, row).get(url("certification_status")))
    assert "23/11/2026 às 12:00" in shown
    assert "23/11/2026 às 12:07" in shown
    assert f"{counter.agent.name}, {counter.point}" in shown
    assert "Para 24/11/2026, manhã" in shown


@pytest.mark.parametrize("state", Status.values)
def test_the_steps_are_the_four_etapas(client: Client, counter: Counter, state: str) -> None:
    row = counter.request()
    if state in {"scheduled", "issued", "activated"}:
        row = counter.schedule(protocol=row.protocol)
    if state in {"issued", "activated"}:
        row = counter.issue(row).row
    if state == "activated":
        first_entry(row)
    if state == "cancelled":
        cancel_certification(protocol=row.protocol, at=NOON)
    steps = follow(client, row).get(url("certification_status")).context["steps"]
    assert [step.label for step in steps] == [
        "1ª etapa: orientações",
        "2ª etapa: solicitação",
        "3ª etapa: agendamento e emissão",
        "4ª etapa: ativação",
    ]
    assert [step.state for step in steps] == {
        "requested": ["done", "done", "current", "todo"],
        "scheduled": ["done", "done", "current", "todo"],
        "issued": ["done", "done", "done", "current"],
        "activated": ["done", "done", "done", "done"],
        "cancelled": ["done", "done", "failed", "todo"],
    }[state]


def test_the_holder_downloads_the_file_by_post_only(client: Client, counter: Counter) -> None:
    row = counter.issue(counter.schedule(kind="A1")).row
    follow(client, row)
    assert client.get(url("certification_file")).status_code == 405
    answer = client.post(url("certification_file"))
    assert answer["Content-Type"] == "application/x-pkcs12"
    assert "no-store" in answer["Cache-Control"]
    assert answer.content.startswith(b"\x30")


@pytest.mark.parametrize("name", ["certification_orientation", "certification_activate"])
def test_pages_that_inform_are_open_to_everybody(client: Client, counter: Counter, name: str) -> None:
    assert client.get(url(name)).status_code == 200
    client.force_login(make_user())
    assert client.get(url(name)).status_code == 200


def test_the_orientation_links_the_other_steps(client: Client) -> None:
    shown = text_of(client.get(url("certification_orientation")))
    for name in ("certification_request", "certification_schedule", "certification_activate"):
        assert url(name) in shown


# --- the certifier ---


def test_only_the_certifier_reaches_the_counter(counter: Counter) -> None:
    row = counter.schedule()
    people = everybody_but_the_agent(counter) | {"person": make_user()}
    before = marks()
    for role, who in people.items():
        client = session_of(who)
        assert client.get(url("certifier_list")).status_code == 403, role
        assert client.get(url("certifier_issue", row.pk)).status_code == 403, role
        assert client.post(url("certifier_issue", row.pk), secrets_of(row)).status_code == 403, role
        assert client.post(url("certifier_issue", row.pk + 999), secrets_of(row)).status_code == 403, role
    for address in (url("certifier_list"), url("certifier_issue", row.pk)):
        assert Client().post(address, secrets_of(row)).status_code == 302
        assert Client().get(address)["Location"].startswith(reverse("admin:login"))
    assert marks() == before


def everybody_but_the_agent(counter: Counter) -> dict[str, Any]:
    """Whoever only reads at the counter is told apart in the matrix of roles."""
    Attendant.objects.all().delete()
    counter.agent.delete()
    people = everybody(make_other_entity())
    return {name: who for name, who in people.items() if name not in ("certifier", "auditor", "administrator")}


def test_the_certifier_refuses_with_a_reason_and_the_holder_reads_it(counter: Counter) -> None:
    row, agent = counter.schedule(), session_of(counter.agent)
    address = url("certifier_refuse", row.pk)
    assert address in text_of(agent.get(url("certifier_issue", row.pk)))
    assert agent.post(address, {"cause": "other"}).status_code == 200
    assert agent.post(address, {"cause": "medium"})["Location"] == url("certifier_list")
    assert CertificationRequest.objects.get(pk=row.pk).status == "cancelled"
    body = OutboxMessage.objects.latest("pk").body
    assert "recusada no posto" in body
    assert f"Motivo: {reasons.COUNTER['medium']}" in body
    assert agent.get(address).status_code == 409


def test_the_certifier_issues_and_sees_the_puk_once(counter: Counter) -> None:
    row, agent = counter.schedule(), session_of(counter.agent)
    answer = agent.post(url("certifier_issue", row.pk), secrets_of(row))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    puk = answer.context["puk"]
    assert f">{puk}</textarea>" in text_of(answer)
    assert PIN not in text_of(answer)
    assert "Não recarregue nem feche esta página" in text_of(answer)
    for again in (
        agent.post(url("certifier_issue", row.pk), secrets_of(row)),
        agent.get(url("certifier_issue", row.pk)),
    ):
        assert again.status_code == 409
        assert "O certificado desta solicitação já foi emitido." in text_of(again)
        assert "não é mostrado de novo." in text_of(again)
        assert puk not in text_of(again)
    assert AuditEvent.objects.filter(verb="certification.issued").count() == 1


@pytest.mark.parametrize(
    ("kind", "changes", "message"),
    [
        ("A3", {"documents": []}, MISSING_DOCUMENTS),
        ("A3", {"documents": ["identity", "cpf"]}, MISSING_DOCUMENTS),
        ("A3", {"documents": ["nada"]}, MISSING_DOCUMENTS),
        ("A3", {"pin": "123", "repeated_pin": "123"}, BAD_PIN),
        ("A3", {"repeated_pin": "739106"}, PINS_DIFFER),
        ("A1", {"repeated_password": "outra senha"}, PASSWORDS_DIFFER),
        ("A1", {"password": "curta", "repeated_password": "curta"}, "8"),
    ],
)
def test_each_refusal_at_the_counter_is_said_and_leaves_no_trace(
    counter: Counter, kind: str, changes: dict[str, Any], message: str
) -> None:
    row, agent = counter.schedule(kind=kind), session_of(counter.agent)
    before = marks()
    answer = agent.post(url("certifier_issue", row.pk), secrets_of(row, **changes))
    assert answer.status_code == 200
    assert message in text_of(answer)
    assert marks() == before
    for secret in (PIN, PASSWORD):
        assert escape(secret) not in text_of(answer)


def test_secrets_of_the_counter_stay_out_of_the_log(counter: Counter, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    row = counter.schedule(kind="A1")
    answer = session_of(counter.agent).post(url("certifier_issue", row.pk), secrets_of(row))
    for secret in (PIN, PASSWORD, answer.context["puk"]):
        assert secret not in caplog.text


def test_the_list_is_of_the_day_of_brasilia(counter: Counter, noon: Any) -> None:
    row, agent = counter.schedule(), session_of(counter.agent)

    def listed(when: str) -> bool:
        return row.protocol in text_of(agent.get(url("certifier_list"), {"quando": when}))

    assert (listed("hoje"), listed("proximos"), listed("faltas")) == (False, True, False)
    noon.move_to("2026-11-24T02:59:59.999999+00:00")
    agent = session_of(counter.agent)
    assert (listed("hoje"), listed("proximos"), listed("faltas")) == (False, True, False)
    noon.move_to("2026-11-24T03:00:00+00:00")
    agent = session_of(counter.agent)
    assert (listed("hoje"), listed("proximos"), listed("faltas")) == (True, False, False)
    assert listed("qualquer")
    noon.move_to("2026-11-25T03:00:00+00:00")
    agent = session_of(counter.agent)
    assert (listed("hoje"), listed("proximos"), listed("faltas")) == (False, False, True)


def test_mornings_come_first_and_the_search_finds_any_day(counter: Counter) -> None:
    agent, point = session_of(counter.agent), counter.point
    later, sooner = (
        make_certification(
            make_health_manager(role, make_entity()),
            status="scheduled",
            scheduled_for=TOMORROW,
            period=period,
            service_point=point,
        )
        for role, period in (("head", "afternoon"), ("secretary_substitute", "morning"))
    )
    answer = agent.get(url("certifier_list"), {"quando": "proximos"})
    assert [row.pk for row in answer.context["page"].object_list] == [sooner.pk, later.pk]
    for text in (later.protocol, later.person.name):
        assert found_by(agent, q=text) == [later.pk], text


def test_a_cpf_is_searched_without_standing_in_an_address(counter: Counter) -> None:
    row, agent = counter.schedule(), session_of(counter.agent)
    cpf = row.person.cpf_text
    for typed in (cpf, documents.format_cpf(cpf)):
        answer = agent.post(url("certifier_list"), {"q": typed})
        assert (answer.status_code, [each.pk for each in answer.context["page"].object_list]) == (200, [row.pk])
    assert found_by(agent, q=cpf) == []
    told = agent.post(url("certifier_list"), {"q": row.protocol}, follow=True)
    assert told.redirect_chain == [(f"{url('certifier_list')}?q={row.protocol}", 302)]
    assert [each.pk for each in told.context["page"].object_list] == [row.pk]


def found_by(agent: Client, **query: str) -> list[int]:
    return [row.pk for row in agent.get(url("certifier_list"), query).context["page"].object_list]


def test_a_part_of_the_protocol_finds_it_typed_in_any_way(counter: Counter) -> None:
    row, agent = counter.schedule(), session_of(counter.agent)
    make_certification(
        make_health_manager(HealthManager.Role.HEAD), status="scheduled", scheduled_for=TOMORROW, period="morning"
    )
    CertificationRequest.objects.filter(pk=row.pk).update(protocol="7QK4-9XTB-M1C0")
    for text in ("7QK4-9XTB-M1C0", "7qk49xtbm1c0", "9XTB", "k4-9x", "k49x", "xtb m", "mico", "M1CO"):
        assert found_by(agent, q=text) == [row.pk], text
    for text in ("9XTC", "-", "7QK4 9XTB M1C0 0"):
        assert found_by(agent, q=text) == [], text


def test_who_was_attended_is_listed_the_newest_first_and_found(counter: Counter) -> None:
    agent, waiting = session_of(counter.agent), counter.schedule()
    other = Counter(make_health_manager(HealthManager.Role.HEAD), counter.point, counter.agent)
    third = Counter(make_health_manager(HealthManager.Role.SECRETARY_SUBSTITUTE), counter.point, counter.agent)
    first = other.issue(other.schedule()).row
    second = third.issue(third.schedule(), at=NOON + timedelta(microseconds=1)).row
    first_entry(first)

    assert found_by(agent, quando="emitidos") == [second.pk, first.pk]
    assert found_by(agent, quando="proximos") == [waiting.pk]
    assert found_by(agent, q=first.protocol) == [first.pk]
    shown = text_of(agent.get(url("certifier_list"), {"quando": "emitidos"}))
    assert "Emitido em 23/11/2026 às 12:00" in shown
    assert "ATIVADO (4ª etapa)" in shown
    assert url("certifier_issue", first.pk) not in shown


def test_who_comes_on_another_day_is_attended_with_a_notice(counter: Counter, noon: Any) -> None:
    row = counter.schedule()
    assert "Atender hoje é um encaixe." in text_of(session_of(counter.agent).get(url("certifier_issue", row.pk)))
    noon.move_to("2026-11-24T15:00:00+00:00")
    assert "encaixe" not in text_of(session_of(counter.agent).get(url("certifier_issue", row.pk)))


def test_the_list_costs_the_same_with_one_row_and_with_ten(
    counter: Counter, django_assert_max_num_queries: Any
) -> None:
    agent = session_of(counter.agent)

    def cost() -> int:
        with django_assert_max_num_queries(30) as captured:
            agent.get(url("certifier_list"), {"quando": "proximos"})
        return len(captured)

    counter.schedule()
    one = cost()
    for _ in range(9):
        record = make_health_manager(HealthManager.Role.COUNCIL)
        facts: dict[str, Any] = {"status": "scheduled", "scheduled_for": TOMORROW, "period": "morning"}
        make_certification(record, service_point=counter.point, **facts)
    assert cost() == one


def test_a_certifier_is_not_the_ministry(counter: Counter) -> None:
    membership = make_membership(person_of(make_user()), Membership.Role.AB_MANAGER)
    agent = acting(counter.agent)
    asked = [
        ("rnds.view_credentials", None),
        ("rnds.review_request", None),
        ("rnds.revoke_credential", None),
        ("accounts.grant_membership", membership),
        ("siops.review_letter", None),
        ("siops.check_fund_record", None),
        ("siops.answer_ticket", None),
        ("siops.release_rule", None),
        ("siops.load_election", None),
    ]
    assert [name for name, target in asked if agent.has_perm(name, target)] == []
    assert agent.has_perm("siops.issue_certificate", counter.request())
    assert not agent.has_perm("siops.issue_certificate", make_certification(make_health_manager("head")))
    for role in set(User.StaffRole.values) - {"certifier"}:
        assert not acting(make_staff(role, staff_role=role)).has_perm("siops.issue_certificate")
