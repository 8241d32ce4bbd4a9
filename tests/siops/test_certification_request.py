"""2ª etapa: who may ask, what is refused in which words, and the protocol."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from common.exceptions import RuleBroken
from common.models import AuditEvent, OutboxMessage
from pki import services as pki
from registry.models import Person
from siops.models import CertificationRequest, HealthManager
from siops.services import certification as service
from siops.services.certification import CHOOSE_POINT, NOT_FOUND, OTHER_CERTIFIER
from siops.services.registry import RENEWAL
from tests.factories import NOON, make_cpf, make_other_entity, make_person
from tests.factories.siops import make_health_manager, make_service_point, make_technician
from tests.siops.certification import Counter, first_entry, marks, medium_of, stored

pytestmark = pytest.mark.django_db
Role = HealthManager.Role
Status = CertificationRequest.Status


@pytest.fixture
def counter() -> Counter:
    pki.ensure_authorities(at=NOON)
    return Counter()


def refusal(counter: Counter, **changes: Any) -> RuleBroken:
    """The refusal of a request, which leaves no trace."""
    before = marks()
    with pytest.raises(RuleBroken) as caught:
        counter.request(**changes)
    assert marks() == before
    return caught.value


@pytest.mark.parametrize("role", HealthManager.BY_CERTIFICATE)
def test_who_enters_by_certificate_may_ask(role: str) -> None:
    counter = Counter(make_health_manager(role))
    row = stored(counter.request())
    assert (row.status, row.person, row.entity) == (Status.REQUESTED, counter.record.person, counter.record.entity)
    assert (row.certifier, row.service_point, row.kind) == (counter.point.certifier, counter.point, "A3")
    assert row.requested_at == NOON


def test_a_head_without_account_may_ask() -> None:
    """Heads come from the election file and never signed in."""
    record = make_health_manager(Role.HEAD)
    record.person.user.delete()
    record.person = Person.objects.get(pk=record.person_id)
    row = Counter(record).request()
    assert OutboxMessage.objects.get().addressee is None
    assert row.status == Status.REQUESTED


def test_the_protocol_is_random_shaped_and_mailed_to_the_address_of_the_record(counter: Counter) -> None:
    row = counter.request()
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", row.protocol)
    message = OutboxMessage.objects.get()
    assert (message.to_email, message.addressee) == (counter.record.email, counter.record.person.user)
    assert row.protocol in message.body
    assert counter.cpf not in message.body
    assert "AMBIENTE SIMULADO" in message.body
    row = service.cancel_certification(protocol=row.protocol, at=NOON)
    assert counter.request().protocol != row.protocol


def test_the_trail_names_the_routine_and_keeps_no_protocol(counter: Counter) -> None:
    row = counter.request()
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.system_actor, event.actor) == ("certification.requested", "certificado_digital", None)
    assert event.entity_id == row.entity_id
    assert row.protocol not in f"{event.target_label}{event.details}"


@pytest.mark.parametrize(
    "who", ["nobody", "unregistered", "technician", "council", "substituted", "ended", "past substitute"]
)
def test_a_cpf_that_is_not_of_a_gestor_is_refused_in_the_words_of_the_spec(counter: Counter, who: str) -> None:
    cpf = {
        "nobody": lambda: make_cpf(999_999),
        "unregistered": lambda: make_person().cpf_text,
        "technician": lambda: make_technician(counter.record.entity).person.cpf_text,
        "council": lambda: make_health_manager(Role.COUNCIL).person.cpf_text,
        "substituted": lambda: make_health_manager(Role.HEAD, status="substituted", closed_at=NOON).person.cpf_text,
        "ended": lambda: make_health_manager(Role.HEAD, status="ended", closed_at=NOON).person.cpf_text,
        "past substitute": lambda: (
            make_health_manager(Role.SECRETARY_SUBSTITUTE, ends_on=date(2026, 11, 22)).person.cpf_text
        ),
    }[who]()
    refused = refusal(counter, cpf=cpf)
    assert refused.message == NOT_FOUND
    assert (refused.code, refused.field) == ("not_a_manager", "cpf")


@pytest.mark.parametrize("status", ["active", "to_confirm"])
def test_a_substitute_on_the_last_day_and_one_to_confirm_may_ask(status: str) -> None:
    record = make_health_manager(Role.SECRETARY_SUBSTITUTE, ends_on=date(2026, 11, 23), status=status)
    assert Counter(record).request().status == Status.REQUESTED


def test_another_entity_than_that_of_the_record_is_refused(counter: Counter) -> None:
    assert refusal(counter, entity_id=make_other_entity().pk).code == "not_a_manager"


def test_the_entity_is_chosen_by_who_answers_for_two(counter: Counter) -> None:
    other = make_other_entity()
    make_health_manager(Role.HEAD, other, person=counter.record.person)
    found = service.find_registrations(cpf=counter.cpf, at=NOON)
    assert {record.entity for record in found} == {counter.record.entity, other}
    assert counter.request(entity_id=other.pk).entity == other


def test_a_posto_of_another_certifier_is_refused(counter: Counter) -> None:
    refused = refusal(counter, certifier_id=make_service_point().certifier_id)
    assert (refused.message, refused.field) == (OTHER_CERTIFIER, "service_point")
    missing = refusal(counter, service_point_id=0)
    assert (missing.message, missing.field) == (
        CHOOSE_POINT,
        "service_point",
    )


def test_a_second_open_request_is_refused(counter: Counter) -> None:
    row = counter.request()
    refused = refusal(counter)
    assert refused.code == "already_open"
    assert row.protocol not in refused.message
    counter.schedule(protocol=row.protocol)
    assert refusal(counter).code == "already_open"


@pytest.mark.parametrize("state", ["not_a_manager", "already_open", "has_certificate"])
def test_cpf_and_posto_are_refused_at_once(counter: Counter, state: str) -> None:
    if state == "already_open":
        counter.request()
    if state == "has_certificate":
        counter.issue(counter.schedule())
    cpf = {"cpf": make_person().cpf_text} if state == "not_a_manager" else {}
    refused = refusal(counter, service_point_id=0, **cpf)
    assert [(one.field, one.code) for one in refused.broken] == [("cpf", state), ("service_point", "service_point")]


def test_a_valid_certificate_makes_the_first_three_steps_unnecessary(counter: Counter) -> None:
    issued = counter.issue(counter.schedule())
    refused = refusal(counter)
    assert refused.code == "has_certificate"
    assert "as etapas 1 a 3 não são necessárias" in refused.message
    certificate = medium_of(issued.row).certificate
    renewable = certificate.not_after - RENEWAL
    assert refusal(counter, at=renewable - timedelta(microseconds=1)).code == "has_certificate"
    assert counter.request(at=renewable).status == Status.REQUESTED


@pytest.mark.parametrize("loss", ["destroyed", "revoked"])
def test_a_certificate_lost_before_its_first_use_makes_room(counter: Counter, loss: str) -> None:
    former = counter.issue(counter.schedule()).row
    if loss == "revoked":
        pki.revoke_certificate(certificate_id=medium_of(former).certificate_id, reason="perda", at=NOON)
    else:
        medium = medium_of(former)
        medium.block()
        medium.destroy()
        medium.save()
    row = counter.request()
    assert stored(former).status == Status.CANCELLED
    assert row.status == Status.REQUESTED
    assert AuditEvent.objects.filter(verb="certification.lapsed").count() == 1


def test_a_lost_certificate_that_was_used_makes_room_and_stays_activated(counter: Counter) -> None:
    former = counter.issue(counter.schedule()).row
    first_entry(former)
    pki.revoke_certificate(certificate_id=medium_of(former).certificate_id, reason="perda", at=NOON)
    assert counter.request().status == Status.REQUESTED
    assert stored(former).status == Status.ACTIVATED


@pytest.mark.parametrize("shape", [str.lower, lambda p: p.replace("-", ""), lambda p: f" {p.replace('-', ' ')} "])
def test_the_protocol_is_found_however_it_is_typed(counter: Counter, shape: Any) -> None:
    row = counter.request()
    assert service.find_certification(cpf=counter.cpf, protocol=shape(row.protocol)) == row


def test_look_alikes_are_read_as_digits() -> None:
    assert service.normalise_protocol("o1lI-abcd-9") == "0111-ABCD-9"


def test_cpf_and_protocol_must_belong_together(counter: Counter) -> None:
    row, stranger = counter.request(), make_health_manager(Role.HEAD).person.cpf_text
    said = set()
    for cpf, protocol in ((stranger, row.protocol), (counter.cpf, "AAAA-AAAA-AAAA"), (counter.cpf, "")):
        with pytest.raises(RuleBroken) as caught:
            service.find_certification(cpf=cpf, protocol=protocol)
        said.add((caught.value.message, caught.value.field))
    assert said == {(service.UNKNOWN_PROTOCOL, "protocol")}
