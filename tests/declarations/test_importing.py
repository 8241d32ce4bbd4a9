"""Import (T12) and «Começar por um exemplo»: shown before it is taken, taken as shown, and F-codes in words."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from common.exceptions import NotAllowedNow, NotPermitted, RuleBroken
from common.models import AuditEvent
from declarations.engine import packing, report
from declarations.engine.beginnings import BEGINNINGS
from declarations.folders import named
from declarations.models import Declaration
from declarations.services.beginning import tables_of
from declarations.services.contents import content_of
from declarations.services.grid import judged
from declarations.services.importing import differences, read_upload, shown_hash, take_tables
from declarations.services.packing import completed_content
from declarations.services.saving import CellName, Change, save_cells
from siops.models.scoped import TECHNICIAN
from tests.clock import now
from tests.factories import make_entity, siops
from tests.factories.declarations import make_declaration, make_period
from tests.factories.siops import Acting
from tests.in_room import below
from tests.siops.support import enter

pytestmark = pytest.mark.django_db(databases=["default", "control"])
IPTU = CellName("receitas", "IPTU", "realizada")
SHEET = "codigo;prev_inicial;prev_atualizada;realizada\n"


@pytest.fixture
def sender(db: None) -> Acting:
    return siops.make_acting(TECHNICIAN, make_entity())


@pytest.fixture
def declaration(sender: Acting) -> Declaration:
    return make_declaration(sender.entity, make_period(2026, 5), opened_by=sender.user)


def take(declaration: Declaration, by: Acting, tables: Any, shown: str = "") -> int:
    given = {"tables": tables, "shown": shown or shown_hash(declaration), "source": "prova"}
    return take_tables(declaration_id=declaration.pk, **given, by=by, at=now())


def file_of_now(declaration: Declaration) -> bytes:
    return packing.write(completed_content(declaration, now()), generated_at=now())


def test_what_was_written_comes_back_as_it_was(declaration: Declaration, sender: Acting) -> None:
    data, before = file_of_now(declaration), content_of(declaration)
    save_cells(declaration_id=declaration.pk, changes=[Change(IPTU, 1_00, 1)], by=sender, at=now())
    taken = read_upload(declaration, "x.opsz", data, now())
    assert [each.name for each in differences(declaration, taken.tables)] == [IPTU]
    assert take(declaration, sender, taken.tables) == 1
    assert content_of(declaration) == before
    # A cell that was seen before the import is a conflict after it.
    saved = save_cells(declaration_id=declaration.pk, changes=[Change(IPTU, 2_00, 2)], by=sender, at=now())
    assert list(saved.conflicts) == [IPTU]


def test_a_csv_alone_exchanges_its_folder_only(declaration: Declaration, sender: Acting) -> None:
    rows = "".join(f"{code};1,00;1.00;{amount}\r\n" for code, amount in (("IPTU", "2,00"), ("ISS", "-3,00")))
    taken = read_upload(declaration, "Receitas.CSV", (SHEET + rows).encode(), now())
    assert list(taken.tables) == ["receitas"]
    other = f"{SHEET}XXX;1,00;1,00;1,00\n".encode()
    assert list(read_upload(declaration, "receitas_adicionais.csv", other, now()).tables) == ["receitas_adicionais"]
    take(declaration, sender, taken.tables)
    content = content_of(declaration)
    assert content.tables["receitas"] == {("IPTU",): (100, 100, 200), ("ISS",): (100, 100, -300)}
    assert content.tables["despesas"]


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("a.csv", f"{SHEET}IPTU;1;1,00;1,00\n", "F-12"),
        ("a.csv", f"{SHEET}IPTU;1,00;1,00\n", "F-11"),
        ("a.csv", f"{SHEET}XX;1,00;1,00;1,00\n", "F-13"),
        ("a.csv", f"{SHEET}ISS;1,00;1,00;1,00\nISS;1,00;1,00;1,00\n", "F-14"),
        ("a.opsz", "isto não é um zip", "F-01"),
    ],
)
def test_what_cannot_be_read_says_why(declaration: Declaration, name: str, text: str, code: str) -> None:
    taken = read_upload(declaration, name, text.encode(), now())
    assert ([each.code for each in taken.faults], taken.tables) == ([code], {})


def test_a_file_of_another_bimestre_is_none_of_this_one(declaration: Declaration, sender: Acting) -> None:
    other = make_declaration(sender.entity, make_period(2026, 4), opened_by=sender.user)
    assert [each.code for each in read_upload(declaration, "a.opsz", file_of_now(other), now()).faults] == ["F-16"]


def test_refusals_leave_no_trace(declaration: Declaration, sender: Acting) -> None:
    tables = BEGINNINGS["apui"].whole({})
    with pytest.raises(RuleBroken) as refusal:
        take(declaration, sender, tables, "0" * 64)
    assert refusal.value.code == "changed_since_shown"
    with pytest.raises(NotPermitted):
        take(declaration, siops.make_acting("secretary_substitute", sender.entity), tables)
    sent = make_declaration(sender.entity, make_period(2026, 4), status="transmitted", opened_by=sender.user)
    with pytest.raises(NotAllowedNow):
        take(sent, sender, tables)
    assert not AuditEvent.objects.filter(verb="declaration.imported").exists()


@pytest.mark.parametrize(
    ("slug", "codes"),
    [("coerente", []), ("pago-maior", ["SIM-I09"]), ("base-zerada", ["SIM-I04"]), ("merenda", ["SIM-I27"])],
)
def test_an_example_fails_by_what_it_says(
    declaration: Declaration, sender: Acting, slug: str, codes: list[str]
) -> None:
    take(declaration, sender, tables_of(declaration, BEGINNINGS[slug]))
    found = judged(declaration, now())
    assert [group.cause.code for group in found.groups if group.cause.blocks] == codes


def test_apui_gives_the_published_percentage(declaration: Declaration, sender: Acting) -> None:
    first = make_declaration(sender.entity, make_period(2026, 1), opened_by=sender.user, tables={})
    take(first, sender, tables_of(first, BEGINNINGS["apui"]))
    found = judged(first, now())
    assert found.case
    assert report.percentages(found.case)["liquidada"] == "17.87"
    assert found.blocking == 0


@pytest.mark.parametrize("slug", BEGINNINGS)
def test_the_file_of_an_example_brings_the_same_rows(client: Client, declaration: Declaration, slug: str) -> None:
    enter(client, siops.acting_of(declaration.entity.technicians.get()))
    answer = client.get(below(reverse("declarations:example_download", args=[declaration.pk, slug])))
    name = answer["Content-Disposition"].split('"')[1]
    taken = read_upload(declaration, name, answer.content, now())
    wanted = {each: table for each, table in tables_of(declaration, BEGINNINGS[slug]).items() if table}
    assert (taken.faults, {each: table for each, table in taken.tables.items() if table}) == ([], wanted)
    assert name == f"EXEMPLO_{slug}_SIOPSSIM_{declaration.entity.ibge}_2026_B5_v1.opsz"


def test_a_cell_is_shown_in_the_words_of_its_folder() -> None:
    expense = named("despesas", ("301", "C", "2", "4.IV", "Merenda escolar"), "paga", year=2026)
    assert expense.line.startswith("Atenção Básica, despesas correntes, ")
    assert expense.line.endswith(": Merenda escolar, fonte 2")
    assert expense.column == "Paga (f)"
    assert named("despesas", ("302", "K", "1", "", ""), "rpnp", year=2026).line.endswith("de capital, fonte 1")
    assert named("restos_a_pagar", ("2024",), "p", year=2026) == ("Restos a pagar", "Empenhos de 2024", "Inscritos (p)")
    assert named("receitas", ("I",), "realizada", year=2026).line == "I. Receita de Impostos"
    assert named("controles", ("Q9", "2024"), "emp", year=2026).line == "Q9 2024"


def test_the_pages_show_before_they_take(client: Client, declaration: Declaration, sender: Acting) -> None:
    enter(client, sender)

    def address(name: str, *more: str) -> str:
        return below(reverse(f"declarations:{name}", args=[declaration.pk, *more]))

    page = client.get(address("declaration_import")).content.decode()
    assert "Apuí/AM, 1º bimestre de 2026" in page
    bad = client.post(address("declaration_import"), {"file": SimpleUploadedFile("a.opsz", b"nada")})
    assert "F-01 O arquivo não é um ZIP válido." in bad.content.decode()
    sheet = SimpleUploadedFile("receitas.csv", f"{SHEET}IPTU;1,00;1,00;77,00\n".encode())
    shown = client.post(address("declaration_import"), {"file": sheet}, follow=True).content.decode()
    assert "77,00" in shown
    assert "Receita Resultante do IPTU" in shown
    assert content_of(declaration).typed["IPTU:realizada"] != 77_00
    client.post(address("import_confirm"), {"shown": shown_hash(declaration)})
    assert content_of(declaration).typed["IPTU:realizada"] == 77_00
    text = client.post(
        address("example_confirm", "coerente"), {"shown": shown_hash(declaration)}, follow=True
    ).content.decode()
    assert "Dados trazidos: " in text
