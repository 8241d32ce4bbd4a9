"""The panel of the entity (T9) and «Abrir declaração»."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common.exceptions import NotPermitted, RuleBroken
from common.models import AuditEvent
from declarations.models import Cell, Declaration
from declarations.services.calendar import keep_calendar
from declarations.services.contents import content_of
from declarations.services.grid import judged
from declarations.services.opening import open_declaration
from siops.models import HealthManager
from siops.models.scoped import TECHNICIAN
from tests.clock import Clock, now
from tests.factories import make_entity, make_other_entity, siops
from tests.factories.declarations import make_declaration, make_period
from tests.factories.siops import Acting
from tests.in_room import below
from tests.siops.support import enter
from tests.siops.test_courts import state_of

pytestmark = pytest.mark.django_db(databases=["default", "control"])
Role = HealthManager.Role


@pytest.fixture
def sender(db: None) -> Acting:
    """The technician of an entity, with the calendar in place: NOON is within the term of the 5º of 2026."""
    keep_calendar(at=now())
    return siops.make_acting(TECHNICIAN, make_entity())


def opened(by: Acting, bimester: int = 5, year: int = 2026) -> Declaration:
    return open_declaration(entity_id=by.entity_id, period_id=make_period(year, bimester).pk, by=by, at=now())


def page(client: Client, query: str = "") -> str:
    response = client.get(below(reverse("declarations:panel")) + query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def refused(code: str, **asked: Any) -> None:
    before = AuditEvent.objects.count()
    with pytest.raises(RuleBroken) as refusal:
        open_declaration(**asked, at=now())
    assert refusal.value.code == code
    assert (Declaration.objects.filter(version=2).count(), AuditEvent.objects.count()) == (0, before)


def test_the_place_of_a_state_is_kept_and_said(client: Client) -> None:
    keep_calendar(at=now())
    text = page(enter(client, siops.make_acting(Role.SECRETARY, state_of(make_entity()))))
    assert "O lugar desta declaração está guardado" in text
    assert "venceu há" not in text


def test_the_first_version_begins_with_zeros(sender: Acting) -> None:
    content = content_of(opened(sender))
    assert content.typed["IPTU:realizada"] == 0
    assert list(content.blanks()) == []
    assert AuditEvent.objects.get(verb="declaration.opened").details["version"] == 1


def test_it_carries_what_the_year_before_closed_with(sender: Acting) -> None:
    make_declaration(sender.entity, make_period(2025, 6), status="homologated")
    content = content_of(opened(sender))
    assert content.tables["restos_a_pagar"] == {("2024",): (0, 0, 300_000_00, 0, 0, 0, 0)}
    # 100.000,00 less what was committed of it; the same of Q6.
    assert content.tables["controles"] == {
        ("Q4", "2024"): (90_000_00, 0, 0, 0),
        ("Q6", "2024"): (45_000_00, 0, 0, 0),
    }


def test_restos_a_pagar_older_than_any_line_stay_behind(sender: Acting) -> None:
    former = make_declaration(sender.entity, make_period(2025, 6), status="homologated")
    rows = {("2010",): 7_00, ("2011",): 9_00}
    Cell.objects.bulk_create(
        Cell(declaration=former, record="restos_a_pagar", key=year, column="p", cents=cents, changed_at=now())
        for (year,), cents in rows.items()
    )
    made = opened(sender)
    assert set(content_of(made).tables["restos_a_pagar"]) == {("2011",), ("2024",)}
    assert judged(made, now()).case


@pytest.mark.parametrize("status", ["transmitted", "returned"])
def test_after_one_that_was_sent_the_next_is_a_copy(sender: Acting, status: str) -> None:
    former = make_declaration(sender.entity, make_period(), status=status)
    made = opened(sender)
    assert (made.version, made.status) == (2, "draft")
    assert content_of(made).tables == content_of(former).tables


def test_refusals_in_words_leave_no_trace(sender: Acting) -> None:
    asked: dict[str, Any] = {"entity_id": sender.entity_id, "by": sender}
    refused("not_open", **asked, period_id=make_period(2026, 6).pk)
    opened(sender)
    refused("already_open", **asked, period_id=make_period(2026, 5).pk)
    make_declaration(sender.entity, make_period(2026, 4), status="homologated", tables={})
    refused("official", **asked, period_id=make_period(2026, 4).pk)
    with pytest.raises(NotPermitted):
        open_declaration(entity_id=make_other_entity().pk, period_id=make_period().pk, by=sender, at=now())


def test_the_panel_says_what_is_missing_and_whose_turn_it_is(client: Client, sender: Acting) -> None:
    make_declaration(sender.entity, make_period(2026, 4), status="transmitted", tables={}, percent=1787)
    text = page(enter(client, sender))
    assert "5º bimestre de 2026" in text
    assert "faltam 7 dias: prazo 30/11/2026" in text
    assert f"Abrir a declaração. Responsável pelo envio: {sender.name}." in text
    assert "TRANSMITIDA" in text
    assert "17,87 %" in text
    assert "Secretário de Saúde: " in text
    assert "abre em 48 dias" in text
    answer = client.post(below(reverse("declarations:declaration_open", args=[make_period().pk])), follow=True)
    assert "Declaração do 5º bimestre de 2026, versão 1 aberta." in " ".join(answer.content.decode().split())


def test_with_nothing_open_it_says_so_and_what_comes(client: Client, sender: Acting, clock: Clock) -> None:
    clock.shift(timedelta(days=9))
    text = page(enter(client, sender))
    assert "Nenhum bimestre está no prazo hoje" in text
    assert "O próximo é o 6º bimestre de 2026: abre em 10/01/2027" in text
    assert "venceu há 2 dias" in text
    assert "Este exercício não está no calendário." in page(client, "?ano=2040")


def test_it_costs_the_same_with_many_versions(
    client: Client, sender: Acting, django_assert_max_num_queries: Any
) -> None:
    for bimester in range(1, 6):
        make_declaration(sender.entity, make_period(2026, bimester), status="homologated", tables={})
    enter(client, sender)
    with django_assert_max_num_queries(16):
        page(client)
