"""Two people at once, and what changes between looking and confirming."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cadsus.decision import Doubt
from cadsus.messages import M43
from cadsus.models import Attendance, Citizen, Consultation, Posting, Synchronization
from cadsus.services.consulting import cancel_consultation, review
from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from registry.models import Person
from tests.cadsus.sisrede import Network, read
from tests.clock import Clock, now
from tests.concurrency import at_once
from tests.factories import make_person


@pytest.mark.django_db(transaction=True)
def test_two_receptionists_and_one_citizen(network: Network) -> None:
    other = network.worker(Posting.Function.RECEPTION, name="CÉLIO BURITI")
    citizen = network.citizen(make_person())
    results: list[Any] = at_once(lambda: network.consult(citizen), lambda: network.consult(citizen, other))
    refused = [each for each in results if isinstance(each, RuleBroken)]
    assert len(refused) == 1
    assert "Cadastro em conferência por" in refused[0].message
    assert Consultation.objects.open().count() == 1


def test_after_fifteen_minutes_the_other_may(network: Network, clock: Clock) -> None:
    other = network.worker(Posting.Function.RECEPTION)
    citizen = network.citizen(make_person())
    first = network.consult(citizen)
    clock.shift(timedelta(minutes=15) - timedelta(microseconds=1))
    with pytest.raises(RuleBroken, match=f"Cadastro em conferência por {network.receptionist.name} desde 12:00"):
        network.consult(citizen, other)
    clock.shift(timedelta(microseconds=1))
    network.consult(citizen, other)
    assert Consultation.objects.get(pk=first.pk).closed_at == first.until


def test_a_check_that_ran_out_confirms_nothing(network: Network, clock: Clock) -> None:
    citizen = network.citizen(make_person())
    consultation = network.consult(citizen)
    clock.shift(timedelta(minutes=15))
    with pytest.raises(RuleBroken, match="A conferência terminou às 12:15"):
        network.confirm(consultation)
    assert read(citizen).status == "not_synchronized"


def test_what_changed_in_the_cadsus_is_shown_again_and_nothing_is_written(network: Network) -> None:
    person = make_person(name="Ana Lima")
    citizen = network.citizen(person, name="ANA")
    consultation = network.consult(citizen)
    shown = review(consultation, at=now()).digest
    Person.objects.filter(pk=person.pk).update(name="Ana Lima Souza")
    with pytest.raises(RuleBroken) as refusal:
        network.confirm(consultation, shown_digest=shown)
    assert (refusal.value.code, refusal.value.message) == ("changed_since_shown", M43)
    assert not Synchronization.objects.exists()
    # Looked at again, it is what there is now that is copied.
    network.confirm(consultation)
    assert read(citizen).name == "ANA LIMA SOUZA"


def test_cancelled_the_citizen_is_as_before(network: Network) -> None:
    citizen = network.citizen(make_person())
    network.synchronize(citizen)
    consultation = network.consult(citizen)
    cancel_consultation(consultation_id=consultation.pk, place=network.reception, by=network.actor(), at=now())
    assert read(citizen).status == "synchronized"
    with pytest.raises(NotAllowedNow):
        network.confirm(consultation)


def test_a_synchronized_citizen_whose_cadsus_changed_is_stale_and_attended(network: Network) -> None:
    person = make_person()
    citizen = network.citizen(person)
    network.synchronize(citizen)
    Person.objects.filter(pk=person.pk).update(name="Outro Nome de Ensaio")
    network.consult(citizen)
    assert read(citizen).status == Citizen.Status.STALE


def test_only_who_asked_confirms(network: Network) -> None:
    consultation = network.consult(network.citizen(make_person()))
    with pytest.raises(NotAllowedNow):
        network.confirm(consultation, network.worker(Posting.Function.RECEPTION))


def test_who_lost_the_function_is_refused_at_once(network: Network) -> None:
    consultation = network.consult(network.citizen(make_person()))
    by = network.actor()
    assert by.offices
    Posting.objects.filter(link__person=network.receptionist.person).delete()
    with pytest.raises(NotPermitted):
        network.confirm(consultation)
    assert not Attendance.objects.exists()


def test_a_number_of_somebody_else_is_confirmed_twice(network: Network) -> None:
    """The CPF of the mother typed for the child."""
    mother = make_person(name="IRACI MOGNO")
    child = network.citizen(mother, name="ENZO GABRIEL PEQUI", birth_date=now().date(), cns="", cns_kind="")
    consultation = network.consult(child)
    with pytest.raises(RuleBroken, match="Confirme que é a mesma pessoa"):
        network.confirm(consultation)
    network.confirm(consultation, confirmed=[Doubt.PERSON])


def test_a_certidao_is_for_children(network: Network) -> None:
    with pytest.raises(RuleBroken, match="só para crianças"):
        network.confirm(network.consult(network.citizen(make_person())), document="certificate")


def test_two_charts_of_one_person_are_not_synchronized_both(network: Network) -> None:
    person = make_person()
    first, second = network.citizen(person), network.citizen(person, name="REPETIDO")
    network.synchronize(first)
    with pytest.raises(RuleBroken, match=f"O prontuário {first.chart} já está sincronizado"):
        network.synchronize(second)
    assert replace(read(second).identity(), name="REPETIDO") == second.identity()
