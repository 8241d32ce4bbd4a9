"""The municipality's own spreadsheet: read within bounds, its columns told, and only what is sure is taken."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from common.exceptions import NotPermitted, RuleBroken
from declarations.engine import records
from declarations.models import ColumnMapping, Declaration
from declarations.services.contents import content_of
from declarations.services.importing import shown_hash
from declarations.services.spreadsheets import keep_columns
from declarations.spreadsheets import mapping, reading
from declarations.spreadsheets.xlsx_reader import MOST_COLUMNS, MOST_ROWS
from siops.models.scoped import TECHNICIAN
from tests.clock import now
from tests.factories import make_entity, siops
from tests.factories.declarations import make_declaration, make_period
from tests.factories.siops import Acting
from tests.in_room import below
from tests.siops.support import enter

HEADER = ["Receita", "Orçado", "Previsão atualizada (a)", "Realizada até o bimestre (b)"]
ROWS: list[list[Any]] = [
    ["Prefeitura Municipal", None, None, None],
    HEADER,
    ["IPTU", 100, 100.5, "1.234,56"],
    ["Cota-Parte FPM", 10, 20, 0.1 + 0.2],
    ["Total", 110, 120.5, "=SUM(D3:D4)"],
]


def workbook(*rows: list[Any], sheets: int = 1) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for _ in range(sheets - 1):
        book.create_sheet().append(["a"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def changed(name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one of its parts changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(*ROWS))) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
    return file.getvalue()


def doctype(part: bytes) -> bytes:
    return part.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "a">]><worksheet', 1)


HOSTILE: list[tuple[str, Callable[[], bytes]]] = [
    ("XLSX, mas está incompleto", lambda: changed("xl/workbook.xml", lambda part: part[:40])),
    ("entidades XML", lambda: changed("xl/worksheets/sheet1.xml", doctype)),
    ("entidades XML", lambda: changed("xl/worksheets/sheet1.xml", lambda part: part.decode().encode("utf-16"))),
    ("cresce demais", lambda: changed("xl/styles.xml", lambda part: part + b" " * 40_000_000)),
    ("mais de 20 abas", lambda: workbook(*ROWS, sheets=21)),
    (f"mais de {MOST_ROWS} linhas", lambda: workbook(*[["a"]] * (MOST_ROWS + 1))),
    (f"mais de {MOST_COLUMNS} colunas", lambda: workbook(["a"] * (MOST_COLUMNS + 1))),
    ("mais de 5 MB", lambda: b"PK" + b"\0" * reading.MOST_BYTES),
    ("incompleto ou danificado", lambda: b"PK\x03\x04nada"),
    ("não tem linhas", workbook),
    ("não tem linhas", lambda: b" \n \n"),
    ("um CSV, mas está incompleto", lambda: b"a;b\n\x00"),
    (f"mais de {MOST_COLUMNS} colunas", lambda: b";" * (MOST_COLUMNS + 1)),
]


@pytest.mark.parametrize(("words", "make"), HOSTILE)
def test_a_hostile_file_is_refused_in_words(words: str, make: Callable[[], bytes], real_clock: None) -> None:
    with pytest.raises(RuleBroken, match=words) as refusal:
        reading.read("a.xlsx", make())
    assert refusal.value.field == "file"


def read(data: bytes, name: str = "a.xlsx", **kept: str) -> mapping.Result:
    [sheet] = reading.load(reading.dump(reading.read(name, data)))
    header = mapping.header_row(sheet)
    places = mapping.suggest(mapping.headers(sheet, header), records.REVENUES, kept)
    return mapping.rows_of(sheet, header, records.REVENUES, places, 2026)


def test_the_columns_are_found_by_name_and_a_total_is_left_out(real_clock: None) -> None:
    found = read(workbook(*ROWS), prev_inicial="Orçado")
    assert found.rows == {
        ("IPTU",): {"prev_inicial": 100_00, "prev_atualizada": 100_50, "realizada": 1234_56},
        ("FPM",): {"prev_inicial": 10_00, "prev_atualizada": 20_00, "realizada": 30},
    }
    assert found.problems == []
    assert found.skipped == ["linha 5: codigo «Total» não é de nenhuma linha da pasta"]
    assert "prev_inicial" not in read(workbook(*ROWS)).rows["IPTU",]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("=1+1", "D2: há uma fórmula"),
        ("mil", "D2: Isto não é um valor em reais"),
        ("1.234,5", "D2: Escreva o valor com vírgula"),
        (1.005, "D2: há mais de duas casas decimais"),
        (1e20, "D2: Valor grande demais"),
        (True, "D2: Isto não é um valor"),
        ("#REF!", "D2: a planilha traz um erro"),
    ],
)
def test_what_is_not_sure_is_not_taken(value: object, words: str, real_clock: None) -> None:
    [problem] = read(workbook(HEADER, ["IPTU", 1, 1, value])).problems
    assert problem.startswith(words)


def test_negative_only_where_allowed_and_no_line_twice() -> None:
    text = "\r\n".join([";".join(HEADER), "IPTU;1;-1,00;-2,00", "ISS;;;3,00", "ISS;;;4,00"])
    found = read(text.encode("cp1252"), "a.csv")
    assert found.problems == ["C2: não pode ser negativo («-1,00»)", "linha 4: ISS aparece duas vezes"]


def test_expenses_by_label_and_rpnp_follows() -> None:
    header = "Subfunção;Natureza;Fonte;Empenhado;Liquidado\n"
    text = f"{header}301;Correntes;2;10,00;4,00\nAtenção Básica;capital;SUS União;2,00;\n"
    [sheet] = reading.read("d.csv", text.encode())
    places = mapping.suggest(
        mapping.headers(sheet, 0), records.EXPENSES, {"empenhada": "Empenhado", "liquidada": "Liquidado"}
    )
    found = mapping.rows_of(sheet, 0, records.EXPENSES, places, 2026)
    assert (found.problems, found.skipped) == ([], [])
    merged = mapping.merged({("301", "C", "2", "", ""): (9, 8, 7, 6, 5, 4)}, found, records.EXPENSES)
    assert merged == {
        ("301", "C", "2", "", ""): (9, 8, 10_00, 4_00, 5, 6_00),
        ("301", "K", "3", "", ""): (0, 0, 2_00, 0, 0, 2_00),
    }


@pytest.fixture
def sender(db: None) -> Acting:
    return siops.make_acting(TECHNICIAN, make_entity())


@pytest.fixture
def declaration(sender: Acting) -> Declaration:
    return make_declaration(sender.entity, make_period(2026, 5), opened_by=sender.user)


@pytest.mark.django_db(databases=["default", "control"])
def test_the_pages_ask_for_the_columns_show_what_changes_and_remember(
    client: Client, declaration: Declaration, sender: Acting, real_clock: None
) -> None:
    enter(client, sender)

    def address(name: str) -> str:
        return below(reverse(f"declarations:{name}", args=[declaration.pk]))

    def upload(*rows: list[Any]) -> str:
        file = SimpleUploadedFile("receita da prefeitura.xlsx", workbook(*rows))
        return client.post(address("declaration_import"), {"file": file}, follow=True).content.decode()

    page = upload(*ROWS)
    assert "Qual coluna é qual?" in page
    chosen = {"codigo": "0", "prev_inicial": "1", "prev_atualizada": "2", "realizada": "3"}
    twice = client.post(address("import_columns"), chosen | {"realizada": "2"}).content.decode()
    assert "A coluna Previsão atualizada (a) está em dois lugares." in twice
    assert (
        "Diga ao menos uma coluna de valores."
        in client.post(address("import_columns"), {"codigo": "0"}).content.decode()
    )
    preview = client.post(address("import_columns"), chosen, follow=True).content.decode()
    assert "1.234,56" in preview
    assert "«Total» não é de nenhuma linha" in preview
    assert "O que a planilha não tem fica como está." in preview
    before = content_of(declaration)
    assert before.typed["IPTU:realizada"] != 1234_56
    client.post(address("import_confirm"), {"shown": shown_hash(declaration)})
    after = content_of(declaration)
    assert (after.typed["IPTU:realizada"], after.typed["ISS:realizada"]) == (1234_56, before.typed["ISS:realizada"])
    # The next time «Orçado» is known, and what cannot be read goes no further.
    assert ColumnMapping.objects.get().columns["prev_inicial"] == "Orçado"
    again = upload(HEADER, ["IPTU", 1, 1, "=A1"])
    assert '<option value="1" selected>B: Orçado</option>' in " ".join(again.split())
    answer = client.post(address("import_columns"), chosen)
    assert answer.status_code == 422
    assert "D2: há uma fórmula, e o resultado dela não se toma" in answer.content.decode()


@pytest.mark.django_db(databases=["default", "control"])
def test_only_who_fills_tells_the_columns(declaration: Declaration, sender: Acting) -> None:
    other = siops.make_acting("secretary_substitute", sender.entity)
    with pytest.raises(NotPermitted):
        keep_columns(declaration_id=declaration.pk, record="receitas", columns={}, by=other, at=now())
    assert not ColumnMapping.objects.exists()
