"""The election file: elected heads of the executive, as CSV. Pure functions; refusals are RuleBroken.

UTF-8 (with or without BOM) or Latin-1; fields apart by `;`, optionally quoted; the first line names the columns:

    ANO_ELEICAO;CD_IBGE;DS_CARGO;NR_CPF_CANDIDATO;NM_CANDIDATO;NM_EMAIL;NR_TELEFONE;DT_POSSE

CD_IBGE has seven digits (município, PREFEITO) or two (UF, GOVERNADOR); DT_POSSE is dd/mm/aaaa. One line per entity.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from common import documents
from common.exceptions import RuleBroken
from common.text import has_unwelcome_characters

COLUMNS = (
    "ANO_ELEICAO",
    "CD_IBGE",
    "DS_CARGO",
    "NR_CPF_CANDIDATO",
    "NM_CANDIDATO",
    "NM_EMAIL",
    "NR_TELEFONE",
    "DT_POSSE",
)
# Brazil has 5,569 municípios with elections, 26 states and the DF.
MAX_LINES = 6_000
MAX_BYTES = 2 * 1024 * 1024
MAX_FIELD = 120
MAX_EMAIL = 254
SHOWN_ERRORS = 5
POSITIONS = {7: "PREFEITO", 2: "GOVERNADOR"}


@dataclass(frozen=True)
class ElectedHead:
    """One line of the file. `ibge` has seven digits (município) or two (UF)."""

    number: int
    ibge: str
    cpf: str
    name: str
    email: str
    phone: str
    takes_office_on: date

    @property
    def position(self) -> str:
        return POSITIONS[len(self.ibge)].capitalize()


def refusal(lines: list[str]) -> RuleBroken:
    """The first problems of a file in one message."""
    hidden = len(lines) - SHOWN_ERRORS
    tail = [f"E mais {hidden} linha(s) com erro."] if hidden > 0 else []
    return RuleBroken(" ".join([*lines[:SHOWN_ERRORS], *tail]), code="election_file", field="file")


def read(content: bytes, *, election_year: int) -> list[ElectedHead]:
    """The elected heads of the file, or RuleBroken (election_file, field "file") that says which lines are wrong."""
    if len(content) > MAX_BYTES:
        raise refusal(["O arquivo tem mais de 2 MB."])
    rows = _rows(_decoded(content))
    if not rows or tuple(cell.strip().upper() for cell in rows[0]) != COLUMNS:
        raise refusal([f"A primeira linha deve ser {';'.join(COLUMNS)}."])
    found: list[ElectedHead] = []
    problems: list[str] = []
    for number, row in enumerate(rows[1:], 2):
        try:
            found.append(_head(number, row, election_year))
        except _BadLine as bad:
            problems.append(f"Linha {number}: {bad}")
    problems += _repeated(found)
    if problems:
        raise refusal(problems)
    if not found:
        raise refusal(["O arquivo não traz nenhum eleito."])
    return found


class _BadLine(Exception):
    pass


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    if has_unwelcome_characters(text.replace("\r", ""), multiline=True):
        raise refusal(["O arquivo traz caracteres que não são de texto."])
    return text


def _rows(text: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True):
            if row:
                rows.append(row)
            if len(rows) > MAX_LINES + 1:
                raise refusal([f"O arquivo tem mais de {MAX_LINES} linhas."])
    except csv.Error:
        raise refusal(["O arquivo não é um CSV com campos separados por ponto e vírgula."]) from None
    return rows


def _head(number: int, row: list[str], election_year: int) -> ElectedHead:
    if len(row) != len(COLUMNS):
        raise _BadLine(f"são {len(COLUMNS)} campos.")
    cell = dict(zip(COLUMNS, (" ".join(text.split()) for text in row), strict=True))
    _require(cell["ANO_ELEICAO"] == str(election_year), f"o ano da eleição não é {election_year}.")
    ibge = cell["CD_IBGE"]
    _require(bool(re.fullmatch(r"[0-9]{2}", ibge)) or documents.is_ibge_municipality(ibge), "código do IBGE inválido.")
    _require(cell["DS_CARGO"].upper() == POSITIONS[len(ibge)], "o cargo não corresponde ao código do IBGE.")
    cpf = documents.digits(cell["NR_CPF_CANDIDATO"]).zfill(documents.CPF_LENGTH)
    _require(documents.is_cpf(cpf), "CPF inválido.")
    name = cell["NM_CANDIDATO"]
    _require(0 < len(name) <= MAX_FIELD, "nome vazio ou longo demais.")
    phone = documents.digits(cell["NR_TELEFONE"])
    _require(documents.is_phone(phone), "telefone inválido.")
    return ElectedHead(number, ibge, cpf, name, _email(cell), phone, _day(cell))


def _require(right: Any, problem: str) -> None:
    if not right:
        raise _BadLine(problem)


def _email(cell: dict[str, str]) -> str:
    email = cell["NM_EMAIL"]
    try:
        validate_email(email)
    except ValidationError:
        raise _BadLine("e-mail inválido.") from None
    _require(len(email) <= MAX_EMAIL, "e-mail inválido.")
    return email.lower()


def _day(cell: dict[str, str]) -> date:
    text = cell["DT_POSSE"]
    _require(re.fullmatch(r"[0-9]{2}/[0-9]{2}/[0-9]{4}", text), "data da posse inválida (dd/mm/aaaa).")
    try:
        return datetime.strptime(text, "%d/%m/%Y").date()  # noqa: DTZ007 -- a day of the calendar, without hour
    except ValueError:
        raise _BadLine("data da posse inválida (dd/mm/aaaa).") from None


def _repeated(found: list[ElectedHead]) -> list[str]:
    first: dict[str, int] = {}
    problems = []
    for head in found:
        if head.ibge in first:
            problems.append(f"Linha {head.number}: o ente já está na linha {first[head.ibge]}.")
        first.setdefault(head.ibge, head.number)
    return problems
