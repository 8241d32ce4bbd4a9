"""The rail «Sincronizar»: where a citizen stands, who acts next, and only for a desk that synchronizes."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.personas import Persona
from cadsus import doors
from cadsus.models import Citizen, Module, OperatorAccess, Posting
from cadsus.services.attending import open_attendance
from cadsus.services.justifying import justify
from common.rail import Rail
from registry.models import Cns, Person
from registry.models.tables import CnsKind
from tests.cadsus.sisrede import Network
from tests.cadsus.test_desk_pages import enter
from tests.cadsus.web import unify
from tests.clock import now
from tests.factories import make_cns, make_cpf, make_person
from tests.factories.cadsus import in_sgop, make_access, session

pytestmark = pytest.mark.usefixtures("_personas")


def personas() -> list[Persona]:
    """Everybody with an account, by the door of the SGOP (p) and of the SISRede (s)."""
    people = User.objects.filter(kind=User.Kind.PERSON)
    return [
        Persona(key=f"{letter}{u.pk}", role="", name=u.name, login_kind="pf", login=u.login, door=door)
        for u in people
        for letter, door in (("p", doors.CADSUS_DOOR), ("s", doors.SISREDE_DOOR))
    ]


@pytest.fixture
def _personas(settings: Any) -> None:
    settings.DEMO_PERSONAS = "tests.cadsus.test_rail.personas"


@pytest.fixture
def registrar(network: Network) -> User:
    user = network.worker(name="Célio Buriti")
    make_access(user, network.unit, status="approved", profile=OperatorAccess.Profile.REGISTRAR)
    return user


def twice(**fields: Any) -> tuple[Person, Person]:
    """One person with two records, each with a definitive CNS."""
    one, other = make_person(name="João Batista Ipê", **fields), make_person(name="João Batista Ipê", cpf=None)
    Person.objects.filter(pk=other.pk).update(birth_date=one.birth_date, mother=one.mother)
    return one, other


def page_of(network: Network, citizen: Citizen, rest: str = "", *, user: User | None = None) -> Any:
    address = f"/sisrede/unidade/{network.unit.cnes}/recepcao/usuario/{citizen.pk}/{rest}"
    answer = enter(user or network.receptionist).get(address)
    assert answer.status_code == 200
    return answer


def rail_of(network: Network, citizen: Citizen, rest: str = "", *, user: User | None = None) -> Rail:
    rail: Rail = page_of(network, citizen, rest, user=user).context["rail"]
    assert rail
    return rail


def web_rail(user: User, name: str, *args: Any, **query: Any) -> Rail | None:
    answer = session(user).get(reverse(f"cadsus:{name}", args=args, query=query or None))
    assert answer.status_code == 200
    rail: Rail | None = answer.context["rail"] or None
    return rail


def states(rail: Rail) -> list[str]:
    return [step.state for step in rail.steps]


def test_the_desk_walks_it_alone_where_nothing_is_wrong(network: Network) -> None:
    citizen = network.citizen(make_person())
    assert states(rail_of(network, citizen)) == ["current", "todo", "todo", "todo"]

    consultation = network.consult(citizen)
    rail = rail_of(network, citizen)
    assert states(rail) == ["done", "done", "current", "todo"]
    assert rail.turn
    assert (rail.turn.is_mine, rail.other) == (True, None)

    network.confirm(consultation)
    assert states(rail_of(network, citizen)) == ["done", "done", "done", "current"]
    open_attendance(citizen_id=citizen.pk, place=network.reception, by=network.actor(), at=now())
    rail = rail_of(network, citizen)
    assert (rail.done, rail.turn) == (4, None)


def test_two_definitives_are_for_a_registrar_with_both_records_open(network: Network, registrar: User) -> None:
    one, other = twice()
    citizen = network.citizen(one)
    network.consult(citizen)

    answer = page_of(network, citizen, "conferir/")
    rail, corrector = answer.context["rail"], answer.context["corrector"]
    assert states(rail) == ["done", "current", "todo", "todo"]
    assert not rail.is_beside
    assert (rail.turn.name, rail.turn.persona) == ("Célio Buriti", f"p{registrar.pk}")
    both = reverse("cadsus:unification_preview", query={"cadastros": [one.pk, other.pk]})
    assert corrector.url == both
    assert "Continuar como Célio, no CADSUSWEB" in " ".join(answer.content.decode().split())


def test_a_justification_goes_on_without_the_registrar(network: Network) -> None:
    citizen = network.citizen(twice()[0])
    network.consult(citizen)
    justify(citizen_id=citizen.pk, code="J05", place=network.reception, by=network.actor(), at=now())

    rail = rail_of(network, citizen)
    assert (states(rail), rail.steps[2].label) == (["done", "done", "done", "current"], "Justificativa")


def test_without_a_registrar_the_manager_approves_one(network: Network) -> None:
    person = make_person(cpf=None)
    citizen = network.citizen(person)
    assert network.consult(citizen).outcome == "pending_cpf"
    rail = rail_of(network, citizen)
    assert rail.turn
    assert (rail.turn.sentence, rail.other) == ("A TI municipal aprova um cadastrador, no SGOP", None)

    manager = network.worker(Posting.Function.MANAGER, name="Helena Tarumã")
    rail = rail_of(network, citizen)
    assert rail.turn
    assert (rail.turn.name, rail.turn.url) == ("Helena Tarumã", reverse("cadsus:approval_pending"))
    # For the manager, at the same desk, it is their own turn.
    turn = rail_of(network, citizen, user=manager).turn
    assert turn
    assert turn.is_mine


def test_who_has_a_cpf_to_regularize_does_it_outside(network: Network) -> None:
    person = make_person()
    Cns.objects.create(number=make_cns(77), person=person, kind=CnsKind.PROVISIONAL)
    citizen = network.citizen(person)
    Citizen.objects.filter(pk=citizen.pk).update(
        status="pending_revenue", finding="M17", finding_text="CPF suspenso", found_at=now()
    )
    rail = rail_of(network, citizen)
    assert rail.turn
    assert (rail.turn.short, rail.other) == ("a pessoa", None)


def test_a_module_that_does_not_synchronize_yet_has_none(network: Network) -> None:
    citizen = network.citizen(make_person(), establishment=network.other_unit)
    user = network.worker(Posting.Function.RECEPTION, cnes=network.other_unit.cnes)
    address = f"/sisrede/unidade/{network.other_unit.cnes}/recepcao/usuario/{citizen.pk}/"
    assert not enter(user).get(address).context["rail"]


def test_in_cadastro_the_last_step_is_the_household(network: Network) -> None:
    citizen = network.citizen(make_person())
    place = network.place(Module.REGISTRATION)
    address = f"/sisrede/unidade/{place.cnes}/cadastro/usuario/{citizen.pk}/"
    rail = enter(network.agent).get(address).context["rail"]
    assert (rail.steps[3].label, rail.steps[3].state) == ("Domicílio", "todo")


def test_it_costs_six_queries(
    network: Network, registrar: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEMO_PERSONAS = ""
    citizen = network.citizen(twice()[0])
    network.consult(citizen)
    client: Client = enter(network.receptionist)
    address = f"/sisrede/unidade/{network.unit.cnes}/recepcao/usuario/{citizen.pk}/"

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    cost()
    with_rail = cost()
    monkeypatch.setattr("common.rail.rail_paths", tuple)
    assert with_rail - cost() <= 6


def test_in_the_cadsusweb_the_registrar_unifies_and_the_desk_goes_on(network: Network, registrar: User) -> None:
    one, other = twice()
    citizen = network.citizen(one)
    network.consult(citizen)
    both = {"cadastros": [one.pk, other.pk]}
    for rail in (
        web_rail(registrar, "person_search"),
        web_rail(registrar, "person_detail", other.pk),
        web_rail(registrar, "unification_preview", **both),
    ):
        assert rail
        assert rail.turn
        assert states(rail) == ["done", "current", "todo", "todo"]
        assert (rail.turn.is_mine, rail.in_hand[0].value) == (True, citizen.name)
        assert rail.other
        assert rail.other.name == "DULCE AMOREIRA"

    done = unify(one, other, by=in_sgop(registrar))
    rail = web_rail(registrar, "unification_detail", done.pk)
    assert rail
    assert states(rail) == ["done", "done", "current", "todo"]
    assert rail.other
    assert (rail.other.persona, rail.other.url) == (
        f"s{network.receptionist.pk}",
        reverse("cadsus:citizen_detail", args=[network.unit.cnes, "recepcao", citizen.pk]),
    )


def test_the_cpf_is_put_in_the_record_of_who_has_none(network: Network, registrar: User) -> None:
    person = make_person(cpf=None, name="Rita Sucupira")
    network.consult(network.citizen(person))
    rail = web_rail(registrar, "person_edit", person.pk)
    assert rail
    assert states(rail) == ["done", "current", "todo", "todo"]
    Person.objects.filter(pk=person.pk).update(cpf=make_cpf(70_707))
    rail = web_rail(registrar, "person_detail", person.pk)
    assert rail
    assert states(rail) == ["done", "done", "current", "todo"]


def test_the_cadsusweb_shows_none_of_what_is_no_business_of_who_looks(network: Network, registrar: User) -> None:
    one, _ = twice()
    citizen = network.citizen(one)
    network.consult(citizen)
    stranger = make_person(name="Outra Pessoa Qualquer")
    elsewhere, reader = network.worker(cnes=network.other_unit.cnes), network.worker()
    make_access(elsewhere, network.other_unit, status="approved", profile=OperatorAccess.Profile.REGISTRAR)
    make_access(reader, network.unit, status="approved", profile=OperatorAccess.Profile.CONSULTANT)
    assert web_rail(registrar, "person_detail", stranger.pk) is None
    assert [web_rail(user, "person_detail", one.pk) for user in (elsewhere, reader)] == [None, None]
    # Justified, the desk waits for nobody any more.
    justify(citizen_id=citizen.pk, code="J05", place=network.reception, by=network.actor(), at=now())
    assert web_rail(registrar, "person_search") is None
