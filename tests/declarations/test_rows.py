"""«Nova linha com tipo de gasto»: where it goes, what the rules say of it, and what it refuses."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common.exceptions import NotPermitted, RuleBroken
from declarations.models import Declaration
from declarations.services.contents import content_of
from declarations.services.grid import judged
from declarations.services.rows import add_row
from declarations.services.saving import CellName, Change, save_cells
from siops.models.scoped import TECHNICIAN
from tests.clock import now
from tests.factories import make_entity, siops
from tests.factories.declarations import make_declaration, make_period
from tests.factories.siops import Acting
from tests.in_room import below
from tests.siops.support import enter

pytestmark = pytest.mark.django_db(databases=["default", "control"])
MEALS: dict[str, Any] = {
    "source": "2",
    "subfunction": "306",
    "category": "C",
    "kind": "4.IV",
    "history": "Merenda escolar",
}


@pytest.fixture
def sender(db: None) -> Acting:
    return siops.make_acting(TECHNICIAN, make_entity())


@pytest.fixture
def declaration(sender: Acting) -> Declaration:
    return make_declaration(sender.entity, make_period(2026, 5), opened_by=sender.user)


def add(declaration: Declaration, by: Acting, **given: Any) -> str:
    return add_row(declaration_id=declaration.pk, **(MEALS | given), by=by, at=now())


def test_an_expense_of_article_4_is_never_counted(declaration: Declaration, sender: Acting) -> None:
    assert add(declaration, sender) == "9"
    name = CellName("despesas", "306;C;9;4.IV;Merenda escolar", "empenhada")
    save_cells(declaration_id=declaration.pk, changes=[Change(name, 5_00, 1)], by=sender, at=now())
    found = judged(declaration, now())
    assert "SIM-A16" in {group.cause.code for group in found.groups}
    assert found.case
    assert found.case.amount("XXXVIII", "empenhada") == 5_00


def test_what_is_counted_stays_in_its_source_and_a_second_time_changes_nothing(
    declaration: Declaration, sender: Acting
) -> None:
    assert add(declaration, sender, kind="3.V", subfunction="303", history="Soro") == "2"
    name = CellName("despesas", "303;C;2;3.V;Soro", "paga")
    save_cells(declaration_id=declaration.pk, changes=[Change(name, 7_00, 1)], by=sender, at=now())
    add(declaration, sender, kind="3.V", subfunction="303", history="Soro")
    assert content_of(declaration).tables["despesas"]["303", "C", "2", "3.V", "Soro"] == (0, 0, 0, 0, 7_00, 0)


def test_refusals_leave_no_trace(declaration: Declaration, sender: Acting) -> None:
    before = declaration.cells.count()
    with pytest.raises(RuleBroken):
        add(declaration, sender, history="a;b")
    with pytest.raises(NotPermitted):
        add(declaration, siops.make_acting("secretary_substitute", sender.entity))
    assert declaration.cells.count() == before


def test_the_page_leads_to_the_row(client: Client, declaration: Declaration, sender: Acting) -> None:
    enter(client, sender)
    address = below(reverse("declarations:row_add", args=[declaration.pk]))
    assert "Sem ponto e vírgula" in client.post(address, MEALS | {"history": "a;b"}).content.decode()
    text = client.post(address, MEALS, follow=True).content.decode()
    assert "a linha foi para a fonte 9" in text
    assert "Merenda escolar e programas de alimentação: Merenda escolar, Empenhada (d)" in text
