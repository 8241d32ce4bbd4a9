"""The acceptance list of the specification, in its order and by its numbers: what the SISRede answers for.

01 and 09 have their screens in test_desk_pages, 10 in test_web_pages, 11 in test_pages, 02 and 13 the unification in
test_unification.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from cadsus.models import Citizen, Consultation, Family, Household, Posting, Synchronization
from cadsus.services import reporting
from cadsus.services.attending import open_attendance
from cadsus.services.citizens import change_local_address, register_newborn
from cadsus.services.consulting import review
from cadsus.services.households import link_household
from cadsus.services.justifying import justify, offered
from cadsus.workplaces import UnitReport
from common.documents import format_cns, format_cpf
from common.exceptions import NotPermitted, RuleBroken
from common.models import AuditEvent
from config.servers.access_log import logged
from registry.models import Cns, Person
from registry.models.tables import UNKNOWN, CnsKind
from tests.cadsus.sisrede import Network, read
from tests.cadsus.web import registrar, unify
from tests.clock import Clock, now
from tests.factories import make_cns, make_person
from tests.switches import Switch

Status = Citizen.Status


def provisional(person: Person, number: int) -> str:
    return str(Cns.objects.create(number=make_cns(number), person=person, kind=CnsKind.PROVISIONAL).number)


def test_acceptance_01_the_definitive_wins_over_the_provisional(network: Network) -> None:
    person = make_person()
    local = provisional(person, 900_001)
    citizen = network.citizen(person, cns=local)
    consultation = network.consult(citizen)
    assert consultation.outcome == "ready"
    network.confirm(consultation)
    after = read(citizen)
    assert (after.cns, after.cns_kind, after.status) == (person.cns, CnsKind.DEFINITIVE, Status.SYNCHRONIZED)
    # Asked by the provisional number, the national base still answers with the same person.
    assert network.consult(citizen, number=local).outcome == "ready"


def test_acceptance_02_two_definitives_are_unified_first(network: Network) -> None:
    person = make_person()
    twin = make_person(cpf=None, name=person.name, birth_date=person.birth_date, mother=person.mother)
    citizen = network.citizen(person, mother="")
    assert network.consult(citizen).outcome == "pending_unification"
    after = read(citizen)
    assert (after.status, after.finding, after.mother) == (Status.PENDING_UNIFICATION, "M13", "")
    assert f"{format_cns(person.cns or '')}, {format_cns(twin.cns or '')}" in after.finding_text
    assert not Synchronization.objects.exists()

    unify(person, twin, by=registrar())
    network.synchronize(citizen)
    assert (read(citizen).status, read(citizen).cns) == (Status.SYNCHRONIZED, person.cns)


def test_acceptance_03_the_address_is_never_copied(network: Network) -> None:
    citizen = network.citizen(make_person(), street="Rua dos Jequitibás", number="45")
    network.synchronize(citizen)
    assert read(citizen).address == "Rua dos Jequitibás, 45"
    change_local_address(
        citizen_id=citizen.pk, street="Rua do Ipê", number="7", place=network.reception, by=network.actor(), at=now()
    )
    assert read(citizen).address == "Rua do Ipê, 7"


def test_acceptance_04_empty_never_erases(network: Network) -> None:
    born_in = network.entity.municipality
    citizen = network.citizen(make_person(mother=UNKNOWN, sex="I"), mother="RITA LIMA", sex="F", birth_city=born_in)
    network.synchronize(citizen)
    after = read(citizen)
    assert (after.mother, after.sex, after.birth_city) == ("RITA LIMA", "F", born_in)


def test_acceptance_05_a_married_name_is_updated(network: Network) -> None:
    citizen = network.citizen(make_person(name="Maria Aparecida Sousa Lima"), name="MARIA APARECIDA SOUSA")
    done = network.synchronize(citizen)
    assert read(citizen).name == "MARIA APARECIDA SOUSA LIMA"
    assert [(change["field"], change["before"]) for change in done.changes] == [("name", "MARIA APARECIDA SOUSA")]


@pytest.mark.parametrize(
    ("at", "outcome"),
    [
        # 17 years and 364 days, until the last microsecond of the day in Brasília; then the 18th birthday.
        (datetime(2026, 11, 24, 2, 59, 59, 999_999, tzinfo=UTC), "ready"),
        (datetime(2026, 11, 24, 3, 0, tzinfo=UTC), "pending_cpf"),
        (datetime(2026, 11, 24, 3, 0, 0, 1, tzinfo=UTC), "pending_cpf"),
    ],
)
def test_acceptance_06_the_cpf_is_required_from_the_eighteenth_birthday(
    network: Network, clock: Clock, at: datetime, outcome: str
) -> None:
    citizen = network.citizen(make_person(cpf=None, birth_date=date(2008, 11, 24)))
    clock.move_to(at)
    assert network.consult(citizen).outcome == outcome
    warnings = [said.code for said in review(Consultation.objects.get(), at=now()).verdict.warnings]
    assert warnings == (["M15"] if outcome == "ready" else [])
    if outcome == "pending_cpf":
        assert read(citizen).finding == "M14"
        assert offered(read(citizen), at=now()) == ["J01", "J06"]


def test_acceptance_07_from_rn_to_cpf(network: Network) -> None:
    mother = network.citizen(make_person(name="Iraci Mogno"))
    born = now().date()
    (newborn,) = register_newborn(
        mother_id=mother.pk, birth_date=born, place=network.reception, by=network.actor(), at=now()
    )
    assert (newborn.name, newborn.kind) == ("RN DE IRACI MOGNO", Citizen.Kind.NEWBORN)
    justify(citizen_id=newborn.pk, code="J04", place=network.reception, by=network.actor(), at=now())
    open_attendance(citizen_id=newborn.pk, place=network.reception, by=network.actor(), at=now())

    registered = make_person(cpf=None, name="Bento Mogno", mother="Iraci Mogno", birth_date=born)
    consultation = network.consult(newborn, number=registered.cns)
    network.confirm(consultation, document="certificate")
    after = read(newborn)
    assert (after.name, after.kind, after.cpf) == ("BENTO MOGNO", Citizen.Kind.NOT_LINKED, "")
    assert list(Citizen.objects.newborns()) == [after]
    assert {"field": "name", "before": "RN DE IRACI MOGNO", "after": "BENTO MOGNO"} in Synchronization.objects.get(
        citizen=newborn
    ).changes

    Person.objects.filter(pk=registered.pk).update(cpf="52998224725")
    network.confirm(network.consult(newborn), document="certificate")
    assert read(newborn).cpf == "52998224725"
    assert not Citizen.objects.newborns().exists()


def test_acceptance_08_cadsus_off_justification_attendance(network: Network, switch: Switch) -> None:
    citizen = network.citizen(make_person())
    switch(cadsus_available=False)
    assert network.consult(citizen).outcome == "pending_down"
    assert (read(citizen).status, read(citizen).finding) == (Status.PENDING_DOWN, "M20")
    with pytest.raises(RuleBroken, match="Sincronize o cadastro ou registre a justificativa"):
        open_attendance(citizen_id=citizen.pk, place=network.reception, by=network.actor(), at=now())
    justify(citizen_id=citizen.pk, code="J03", place=network.reception, by=network.actor(), at=now())
    attendance = open_attendance(citizen_id=citizen.pk, place=network.reception, by=network.actor(), at=now())
    assert (attendance.basis, str(attendance.justification)) == ("justified", "J03 – CADSUSWEB indisponível")
    report = UnitReport(network.unit.cnes, network.entity.pk)
    manager = network.actor(network.worker(Posting.Function.MANAGER))
    assert list(reporting.rows_of(report, actor=manager, group=reporting.Group.DOWN)) == [citizen]
    assert reporting.Group.DOWN.label == "CADSUS indisponível"


def test_off_for_a_time_it_answers_again_by_itself(network: Network, switch: Switch, clock: Clock) -> None:
    citizen = network.citizen(make_person())
    switch(cadsus_available=now() + timedelta(minutes=30))
    network.consult(citizen)
    found = read(citizen)
    assert (found.status, found.finding, found.finding_text) == (
        Status.PENDING_DOWN,
        "M21",
        "Consulta ao CADSUS desabilitada pelo administrador até 23/11/2026 12:30.",
    )
    assert "J03" in offered(citizen, at=now())

    clock.shift(timedelta(minutes=30))
    network.confirm(network.consult(citizen))
    assert read(citizen).status == Status.SYNCHRONIZED


def test_acceptance_09_reception_does_not_link_a_household(network: Network) -> None:
    citizen = network.citizen(make_person())
    family = Family.objects.create(
        household=Household.objects.create(microarea=network.microarea, code="000001", address="Rua do Ipê, 7"),
        code="001",
    )
    with pytest.raises(NotPermitted, match="Somente o Agente Comunitário de Saúde"):
        link_household(
            citizen_id=citizen.pk, family_id=family.pk, visited_on=now().date(), by=network.actor(), at=now()
        )
    assert read(citizen).kind == Citizen.Kind.NOT_LINKED


def test_acceptance_16_logs_show_no_whole_number(network: Network, caplog: pytest.LogCaptureFixture) -> None:
    """Neither what the verbs log nor the line of a request, whatever is in its path; the trail has none either."""
    person = make_person()
    citizen = network.citizen(person)
    numbers = [person.cpf_text, str(person.cns), format_cpf(person.cpf_text)]
    with caplog.at_level("DEBUG"), capture_logs() as lines:
        network.confirm(network.consult(citizen, number=person.cpf_text))
        for number in numbers:
            logged(nothing_there)({"PATH_INFO": f"/{number}/"}, no_answer)
    written = [*map(str, lines), caplog.text, *map(str, AuditEvent.objects.values_list("target_label", "details"))]
    assert [line["path"] for line in lines if line["event"] == "request"] == ["/***/"] * 3
    assert not any(number in text for number in numbers for text in written)


def nothing_there(_: dict[str, Any], start: Any) -> list[bytes]:
    start("404 Not Found", [])
    return []


def no_answer(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
    """What a server would send on."""


def test_j03_needs_an_unavailability_that_the_system_saw_lately(network: Network, switch: Switch, clock: Clock) -> None:
    other, citizen = network.citizen(make_person()), network.citizen(make_person())
    assert "J03" not in offered(citizen, at=now())
    switch(cadsus_available=False)
    network.consult(other)
    clock.shift(timedelta(minutes=30) - timedelta(microseconds=1))
    assert "J03" in offered(citizen, at=now())
    clock.shift(timedelta(microseconds=1))
    assert "J03" not in offered(citizen, at=now())
    assert Consultation.objects.count() == 1
