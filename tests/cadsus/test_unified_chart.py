"""Between the CADSUSWEB and the SISRede: what a unification does to the charts of the people that were made one."""

from datetime import timedelta

import pytest

from cadsus.messages import M43
from cadsus.models import Citizen
from cadsus.services.consulting import review
from common.exceptions import RuleBroken
from registry.models import Person
from tests.cadsus.sisrede import Network, read
from tests.cadsus.web import fresh, registrar, undo, unify
from tests.clock import now, today
from tests.factories import make_person

Status = Citizen.Status


def make_child(name: str, **facts: object) -> Person:
    return make_person(name=name, mother="ANA IPÊ", sex="F", birth_date=today() - timedelta(days=3000), **facts)


def test_the_chart_of_an_absorbed_record_is_out_of_date_and_takes_the_principal_cns(network: Network) -> None:
    survivor, absorbed = make_child("LIA IPÊ DA SILVA"), make_child("LIA IPÊ SILVA", cpf=None)
    chart = network.citizen(absorbed)
    network.synchronize(chart)
    assert read(chart).status == Status.SYNCHRONIZED

    done = unify(survivor, absorbed, by=registrar())
    assert (read(chart).status, read(chart).person) == (Status.STALE, absorbed)
    network.synchronize(chart)
    assert (read(chart).status, read(chart).cns) == (Status.SYNCHRONIZED, fresh(survivor).cns)
    assert read(chart).person == survivor

    undo(done, by=registrar())
    assert (read(chart).status, read(chart).person) == (Status.SYNCHRONIZED, survivor)


def test_a_chart_that_has_the_principal_cns_already_stays_as_it_is(network: Network) -> None:
    survivor, absorbed = make_child("LIA IPÊ DA SILVA"), make_child("LIA IPÊ SILVA", cpf=None)
    chart = network.citizen(survivor)
    network.synchronize(chart)
    unify(survivor, absorbed, by=registrar())
    assert read(chart).status == Status.SYNCHRONIZED


def test_whoever_is_unified_while_being_checked_is_shown_again(network: Network) -> None:
    survivor, absorbed = make_child("LIA IPÊ DA SILVA"), make_child("LIA IPÊ SILVA", cpf=None)
    chart = network.citizen(absorbed)
    consultation = network.consult(chart)
    shown = review(consultation, at=now()).digest
    unify(survivor, absorbed, by=registrar())
    with pytest.raises(RuleBroken, match=M43):
        network.confirm(consultation, shown_digest=shown)
    assert read(chart).status == Status.NOT_SYNCHRONIZED
    network.confirm(consultation)
    assert (read(chart).name, read(chart).cns) == ("LIA IPÊ DA SILVA", survivor.cns)
