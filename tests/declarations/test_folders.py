"""The folders (T10): saving by form and cell by cell, conflicts, refusals, and what is computed."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.models import AuditEvent
from declarations.engine import anexo12, samples
from declarations.folders import FOLDERS, place_of
from declarations.models import Cell, Declaration
from declarations.models.cells import LARGEST
from declarations.services.contents import LARGEST_PERCENT, content_of
from declarations.services.saving import MOST, CellName, Change, save_cells
from declarations.views.folders import keeper_of
from siops.models.scoped import TECHNICIAN
from tests.clock import Clock, now
from tests.factories import make_entity, make_other_entity, siops
from tests.factories.declarations import make_declaration, make_period
from tests.factories.siops import Acting
from tests.in_room import below
from tests.siops.support import enter

pytestmark = pytest.mark.django_db(databases=["default", "control"])
IPTU = CellName("receitas", "IPTU", "realizada")
PAID = CellName("despesas", "301;C;2;;", "paga")


@pytest.fixture
def sender(db: None) -> Acting:
    return siops.make_acting(TECHNICIAN, make_entity())


@pytest.fixture
def declaration(sender: Acting) -> Declaration:
    return make_declaration(sender.entity, make_period(2026, 5), opened_by=sender.user)


def save(declaration: Declaration, by: Acting, *changes: Change) -> Any:
    return save_cells(declaration_id=declaration.pk, changes=changes, by=by, at=now())


def cents(declaration: Declaration, name: CellName) -> int | None:
    return Cell.objects.get(declaration=declaration, record=name.record, key=name.key, column=name.column).cents


def again(declaration: Declaration) -> Declaration:
    return Declaration.objects.get(pk=declaration.pk)


def form_of(client: Client, address: str) -> dict[str, str]:
    """Every field of the page, as a browser without script would send it."""
    html = client.get(address).content.decode()
    fields = re.findall(r"<input[^>]*>", html)
    named = [(re.search(r'name="([^"]+)"', field), re.search(r'value="([^"]*)"', field)) for field in fields]
    return {name[1]: value[1] for name, value in named if name and value and name[1][:2] in ("v:", "s:")}


def folder(declaration: Declaration, slug: str) -> str:
    return below(reverse("declarations:folder", args=[declaration.pk, slug]))


class TestTheService:
    def test_a_saved_cell_grows_its_version_and_returns_to_draft(
        self, declaration: Declaration, sender: Acting
    ) -> None:
        Declaration.objects.filter(pk=declaration.pk).update(content_hash="")
        saved = save(declaration, sender, Change(IPTU, 1_000_00, 1))
        assert (cents(declaration, IPTU), saved.written[IPTU].version, saved.conflicts) == (1_000_00, 2, {})
        after = again(declaration)
        assert (after.status, after.saved_at) == ("draft", now())
        assert after.percent is not None
        assert AuditEvent.objects.get(verb="declaration.saved").details["cells"] == 1

    def test_who_saw_an_older_version_is_told_and_writes_nothing_over(
        self, declaration: Declaration, sender: Acting
    ) -> None:
        save(declaration, sender, Change(IPTU, 1_000_00, 1))
        other = CellName("receitas", "ISS", "realizada")
        saved = save(declaration, sender, Change(IPTU, 2_000_00, 1), Change(other, 3_000_00, 1))
        assert (list(saved.conflicts), saved.conflicts[IPTU].cents, list(saved.written)) == ([IPTU], 1_000_00, [other])
        assert (cents(declaration, IPTU), cents(declaration, other)) == (1_000_00, 3_000_00)
        # The same amount typed by both is no conflict.
        assert save(declaration, sender, Change(IPTU, 1_000_00, 1)).conflicts == {}

    def test_rpnp_follows_from_what_was_committed_and_settled(self, declaration: Declaration, sender: Acting) -> None:
        settled = PAID._replace(column="liquidada")
        save(declaration, sender, Change(settled, 1_000_000_00, 1))
        assert cents(declaration, PAID._replace(column="rpnp")) == 3_000_000_00 - 1_000_000_00
        save(declaration, sender, Change(settled, 9_000_000_00, 2))
        assert cents(declaration, PAID._replace(column="rpnp")) == 0

    def test_the_largest_amount_over_a_base_of_a_cent_is_saved(self, declaration: Declaration, sender: Acting) -> None:
        """The percentage that follows is more than its column holds."""
        revenues = [Change(CellName("receitas", code, "realizada"), 0, 1) for code in samples.FORECASTS]
        settled = Change(PAID._replace(column="liquidada"), LARGEST, 1)
        save(declaration, sender, *revenues[1:], replace(revenues[0], cents=1), settled)
        assert again(declaration).percent == LARGEST_PERCENT

    def test_a_blank_stays_blank(self, declaration: Declaration, sender: Acting) -> None:
        save(declaration, sender, Change(IPTU, None, 1))
        assert "IPTU:realizada" in list(content_of(again(declaration)).blanks())

    @pytest.mark.parametrize(
        ("name", "amount", "code"),
        [
            (CellName("receitas", "III", "outra"), 1, "unknown_cell"),
            (CellName("outra", "IPTU", "realizada"), 1, "unknown_cell"),
            (CellName("despesas", "301;C;2", "paga"), 1, "unknown_cell"),
            (CellName("restos_a_pagar", "2001", "p"), 1, "unknown_cell"),
            (CellName("restos_a_pagar", "dois", "p"), 1, "unknown_cell"),
            (CellName("justificativas", "SIM-I19;IPTU", "texto"), 1, "unknown_cell"),
            (PAID, -1, "negative"),
        ],
    )
    def test_refusals_leave_no_trace(
        self, declaration: Declaration, sender: Acting, name: CellName, amount: int, code: str
    ) -> None:
        with pytest.raises(RuleBroken) as refusal:
            save(declaration, sender, Change(IPTU, 5_00, 1), Change(name, amount, 0))
        assert refusal.value.code == code
        assert (again(declaration).saved_at, AuditEvent.objects.count()) == (None, 0)

    def test_no_more_than_can_be_pasted(self, declaration: Declaration, sender: Acting) -> None:
        with pytest.raises(RuleBroken, match="no máximo"):
            save(declaration, sender, *[Change(IPTU, 1, 1)] * (MOST + 1))

    def test_who_may_not_and_when_it_may_not(self, declaration: Declaration, sender: Acting) -> None:
        secretary = siops.make_acting("secretary_substitute", sender.entity)
        with pytest.raises(NotPermitted):
            save(declaration, secretary, Change(IPTU, 1, 1))
        sent = make_declaration(sender.entity, make_period(2026, 4), status="transmitted", opened_by=sender.user)
        with pytest.raises(NotAllowedNow):
            save(sent, sender, Change(IPTU, 1, 1))

    def test_past_the_term_it_still_saves(self, declaration: Declaration, sender: Acting, clock: Clock) -> None:
        clock.shift(timedelta(days=30))
        assert save(declaration, sender, Change(IPTU, 1_00, 1)).written

    def test_a_technician_registered_again_meanwhile_saves_no_more(
        self, declaration: Declaration, sender: Acting
    ) -> None:
        type(sender.record)._default_manager.filter(pk=sender.record.pk).update(status="to_register_again")
        with pytest.raises(NotPermitted):
            save(declaration, sender, Change(IPTU, 1, 1))


class TestThePage:
    @pytest.mark.parametrize("slug", FOLDERS)
    def test_every_folder_is_shown_and_an_untouched_form_changes_nothing(
        self, client: Client, declaration: Declaration, sender: Acting, slug: str
    ) -> None:
        enter(client, sender)
        before = list(declaration.cells.order_by("pk").values_list())
        answer = client.post(folder(declaration, slug), form_of(client, folder(declaration, slug)))
        assert answer.status_code == 302
        assert list(declaration.cells.order_by("pk").values_list()) == before

    def test_what_can_be_saved_is_and_the_rest_says_why(
        self, client: Client, declaration: Declaration, sender: Acting
    ) -> None:
        enter(client, sender)
        data = form_of(client, folder(declaration, "receita"))
        data |= {
            "v:receitas/IPTU/realizada": "1.234,5",
            "v:receitas/ISS/realizada": "999.000,00",
            "v:receitas/FPM/prev_inicial": "-1,00",
        }
        save(declaration, sender, Change(CellName("receitas", "ITBI", "realizada"), 77_00, 1))
        data["v:receitas/ITBI/realizada"] = "88,00"
        answer = client.post(folder(declaration, "receita"), data)
        text = " ".join(answer.content.decode().split())
        assert answer.status_code == 422
        assert "Salvo: 1 célula." in text
        assert "Não salvo: 3 células." in text
        assert "como 1.234,56" in text
        assert 'value="1.234,5"' in text
        assert "Valor negativo não permitido na linha FPM." in text
        assert f"{sender.name} gravou 77,00 às 12:00:00" in text
        assert cents(declaration, CellName("receitas", "ISS", "realizada")) == 999_000_00
        # Sent again as the page now stands, the own value wins.
        page = re.search(r'name="s:receitas/ITBI/realizada" value="([^"]+)"', text)
        assert page
        client.post(
            folder(declaration, "receita"),
            {"v:receitas/ITBI/realizada": "88,00", "s:receitas/ITBI/realizada": page[1]},
        )
        assert cents(declaration, CellName("receitas", "ITBI", "realizada")) == 88_00

    def test_paid_above_settled_is_marked_beside_the_cell(
        self, client: Client, declaration: Declaration, sender: Acting
    ) -> None:
        enter(client, sender)
        data = {"v:despesas/301;C;2;;/paga": "9.000.000,00", "s:despesas/301;C;2;;/paga": "1|x"}
        client.post(folder(declaration, "despesa"), data)
        text = " ".join(client.get(folder(declaration, "despesa")).content.decode().split())
        assert "maior que a liquidada (2.700.000,00)" in text
        assert 'data-within="301.C.2:liquidada" data-beyond="maior que a liquidada ({})"' in text
        assert "1 impeditiva" in text
        # The figure above leads to the cell.
        assert f'<a href="{folder(declaration, "despesa")}?fonte=2#301.C.2:paga">' in text

    def test_the_script_is_answered_cell_by_cell(
        self, client: Client, declaration: Declaration, sender: Acting
    ) -> None:
        enter(client, sender)
        cells = [
            {"cell": str(IPTU), "text": "600.000,00", "seen": "1|500.000,00"},
            {"cell": "receitas/ISS/realizada", "text": "abc", "seen": "1|1.000.000,00"},
            {"cell": "receitas/ITBI/realizada", "text": "1,00", "seen": "0|"},
        ]
        address = below(reverse("declarations:cells_save", args=[declaration.pk]))
        body = json.dumps({"cells": cells, "folder": "receita", "source": "2"})
        told = client.post(address, body, content_type="application/json").json()
        assert told["saved"] == {str(IPTU): {"text": "600.000,00", "seen": "2|600.000,00"}}
        assert list(told["refused"]) == ["receitas/ISS/realizada"]
        assert told["conflicts"]["receitas/ITBI/realizada"]["seen"] == "1|100.000,00"
        assert told["computed"]["I:realizada"] == "2.450.000,00"
        assert [each["value"] for each in told["counters"]][2].endswith(" %")
        assert client.post(address, "{", content_type="application/json").status_code == 422
        assert client.post(address, '{"cells": 3}', content_type="application/json").status_code == 422

    def test_what_a_tab_keeps_is_of_one_person_and_version(
        self, client: Client, declaration: Declaration, sender: Acting
    ) -> None:
        def drawer() -> str:
            found = re.search(r'data-drawer="([^"]+)"', client.get(folder(declaration, "receita")).content.decode())
            assert found
            return found[1]

        enter(client, sender)
        first = drawer()
        assert first == drawer()
        assert sender.user.login not in first
        other = siops.make_acting(TECHNICIAN, make_other_entity())
        assert keeper_of(other) != keeper_of(sender)
        Declaration.objects.filter(pk=declaration.pk).update(opened_at=now() - timedelta(days=1))
        assert drawer() != first

    def test_the_sixth_has_a_row_for_what_the_year_itself_leaves(
        self, client: Client, declaration: Declaration, sender: Acting
    ) -> None:
        enter(client, sender)
        last = make_declaration(sender.entity, make_period(2026, 6), opened_by=sender.user)
        assert "restos_a_pagar/2026/p" not in client.get(folder(declaration, "restos")).content.decode()
        text = client.get(folder(last, "restos")).content.decode()
        assert "Empenhos de 2026" in text
        save(last, sender, Change(CellName("restos_a_pagar", "2026", "p"), 5_00, 0))
        assert content_of(again(last)).typed["RP.0:p"] == 5_00

    def test_the_summary_is_the_whole_anexo(self, client: Client, declaration: Declaration, sender: Acting) -> None:
        enter(client, sender)
        text = client.get(below(reverse("declarations:summary", args=[declaration.pk]))).content.decode()
        assert "Total das Despesas com Saúde (XLVIII)" in text
        assert 'id="PCT:liquidada"' in text

    def test_who_only_reads_gets_no_fields(self, client: Client, declaration: Declaration, sender: Acting) -> None:
        enter(client, siops.make_acting("secretary_substitute", sender.entity))
        assert "<input id=" not in client.get(folder(declaration, "receita")).content.decode()


def test_every_cell_of_the_anexo_has_a_place() -> None:
    layout = anexo12.edition().final
    shown = {place_of(name).slug for name in layout.cells}
    assert shown == {*FOLDERS, "resumo"} - {"indicadores"}
    assert place_of("IV.C:paga") == ("despesa", "2", "301.C.2:paga")
    assert place_of("XL:paga").source == "3"
    assert place_of("RP.9:p").slug == "restos"
    assert place_of("XVI:liquidada").slug == "resumo"
