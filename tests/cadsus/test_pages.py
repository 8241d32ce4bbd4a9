"""The pages of the SGOP as a browser asks for them: acceptance 11, what lists show, double clicks."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from cadsus.forms.fields import M01, M03
from cadsus.messages import M29, M30
from cadsus.models import Machine, Operator, OperatorAccess
from common.models import OutboxMessage
from territory.models import Establishment
from tests.factories import make_establishment, person_of
from tests.factories.cadsus import (
    make_access,
    make_machine,
    make_municipal_it,
    make_operator,
    make_unit_manager,
    make_worker,
    session,
)

pytestmark = pytest.mark.django_db


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def post(client: Client, route: str, *args: Any, **data: Any) -> Any:
    return client.post(reverse(f"cadsus:{route}", args=args), data)


def page(client: Client, route: str, *args: Any, **query: str) -> str:
    answer = client.get(reverse(f"cadsus:{route}", args=args), query)
    assert answer.status_code == 200
    return text_of(answer)


def test_acceptance_11_manager_of_unit_a_approves_unit_b(worker: User, manager: User, unit: Establishment) -> None:
    """M31 and M30, by POST straight to the server."""
    other = make_unit_manager(make_establishment(unit.entity))
    access, own = make_access(worker), make_access(manager)

    answer = post(session(other), "access_approve", access.pk)
    assert answer.status_code == 403
    assert f"Somente o gerente do estabelecimento {unit.cnes} pode aprovar esta solicitação." in text_of(answer)

    answer = post(session(manager), "access_approve", own.pk)
    assert answer.status_code == 403
    assert M30 in text_of(answer)

    assert set(OperatorAccess.objects.values_list("status", flat=True)) == {"pending"}
    assert post(session(manager), "access_approve", access.pk).status_code == 302
    assert OperatorAccess.objects.get(pk=access.pk).status == "approved"


def test_from_the_record_to_the_request(worker: User, manager: User, unit: Establishment) -> None:
    client = session(worker)
    assert client.get(reverse("cadsus:request_list"))["Location"] == reverse("cadsus:operator_register")
    answer = post(client, "operator_register", cpf=worker.login, cns=person_of(worker).cns, has_accepted="on")
    assert answer["Location"] == reverse("cadsus:access_start")
    answer = post(client, "access_start", cnes=unit.cnes)
    draft = OperatorAccess.objects.get()
    assert answer["Location"] == reverse("cadsus:access_ask", args=[draft.pk])
    post(client, "access_ask", draft.pk, profile="consultant")
    shown = page(client, "request_list")
    assert "PENDENTE" in shown
    assert "Consultador" in shown
    assert person_of(worker).name in page(session(manager), "approval_pending")
    # A second click finds the request made, and writes nothing.
    assert post(client, "access_ask", draft.pk, profile="consultant").status_code == 409
    assert OutboxMessage.objects.count() == 1


@pytest.mark.parametrize(
    ("cns", "told"),
    [
        ("123", M01),
        ("700000000000001", "CNS inválido: dígito verificador não confere."),
        ("7000000000000012", M03),
    ],
)
def test_what_is_wrong_with_a_cns(worker: User, cns: str, told: str) -> None:
    assert told in text_of(post(session(worker), "operator_register", cpf=worker.login, cns=cns, has_accepted="on"))
    assert not Operator.objects.exists()


def test_m27_is_beside_the_field(worker: User) -> None:
    make_operator(worker)
    elsewhere = make_establishment()
    answer = post(session(worker), "access_start", cnes=elsewhere.cnes)
    assert f"Você não está vinculado ao CNES {elsewhere.cnes}." in text_of(answer)


def test_m29_while_the_manager_has_not_decided(worker: User) -> None:
    make_access(worker)
    answer = session(worker).get(reverse("cadsus:web_home"))
    assert answer.status_code == 403
    assert M29 in text_of(answer)


def test_the_cadsusweb_shows_the_access_until_it_is_revoked(worker: User, manager: User, unit: Establishment) -> None:
    access, client = make_access(worker, status="approved"), session(worker)
    assert unit.name in page(client, "web_home")
    post(session(manager), "access_revoke", access.pk, reason="Mudou de função")
    assert client.get(reverse("cadsus:web_home")).status_code == 403
    assert "Mudou de função" in page(client, "request_list")


def test_a_manager_sees_the_requests_of_the_own_unit_only(worker: User, manager: User, unit: Establishment) -> None:
    make_access(worker)
    elsewhere = make_establishment(unit.entity)
    foreign = make_worker(elsewhere)
    make_access(foreign)
    make_machine(foreign)
    assert person_of(foreign).name not in page(session(manager), "approval_pending")
    assert "Acessos (1)" in page(session(manager), "approval_pending")
    it = session(make_municipal_it(make_establishment(unit.entity)))
    for name in (person_of(worker).name, person_of(foreign).name):
        assert name in page(it, "approval_pending")
    assert person_of(foreign).name in page(it, "approval_pending", tipo="maquinas")


def test_what_was_decided_is_listed(worker: User, manager: User) -> None:
    client = session(manager)
    access, machine = make_access(worker), make_machine(worker)
    post(client, "access_deny", access.pk, reason="Não trabalha aqui")
    post(client, "machine_approve", machine.pk)
    assert "Não trabalha aqui" in page(client, "approval_done")
    assert machine.name in page(client, "approval_done", tipo="maquinas")
    assert machine.name in page(client, "machine_manage")
    post(client, "machine_revoke", machine.pk, reason="Trocada")
    assert Machine.objects.get().status == "revoked"


def test_a_reason_is_asked_for(worker: User, manager: User) -> None:
    answer = post(session(manager), "access_deny", make_access(worker).pk, reason=" ")
    assert "Este campo é obrigatório." in text_of(answer)
    assert OperatorAccess.objects.get().status == "pending"


def test_the_it_begins_and_ends_links(worker: User, unit: Establishment) -> None:
    client = session(make_municipal_it(make_establishment(unit.entity)))
    access, link = make_access(worker, status="approved"), person_of(worker).professional_links.get()
    assert person_of(worker).name in page(client, "link_list", q=unit.cnes)
    assert post(client, "link_end", link.pk, last_day="2026-11-22").status_code == 302
    assert OperatorAccess.objects.get(pk=access.pk).status == "suspended"
    post(
        client,
        "link_start",
        cpf=worker.login,
        cnes=unit.cnes,
        cbo="422105",
        started_on="2026-11-23",
        functions=["reception", "pharmacy"],
    )
    assert OperatorAccess.objects.get(pk=access.pk).status == "pending"
    assert "Recepção, Farmácia" in page(client, "link_list").replace("Farmácia, Recepção", "Recepção, Farmácia")


@pytest.mark.parametrize("route", ["request_list", "approval_pending", "approval_done", "operator_manage", "link_list"])
def test_a_list_costs_the_same_for_one_and_for_ten(unit: Establishment, route: str) -> None:
    it = make_municipal_it(unit)
    make_operator(it)
    client, costs = session(it), []
    for many in (1, 9):
        for _ in range(many):
            make_access(make_worker(unit))
            make_access(make_worker(unit), status="approved")
        page(client, route)
        with CaptureQueriesContext(connection) as queries:
            page(client, route)
        costs.append(len(queries))
    assert costs[0] == costs[1]
