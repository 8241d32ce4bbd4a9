"""For each crítica, a declaration that passes it by nothing and one that fails it by the smallest amount it can see.

A rule without its two examples does not exist.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, NamedTuple

from declarations.engine import records, samples
from declarations.engine.case import Case
from declarations.engine.context import Context
from declarations.engine.declaration import Declaration
from declarations.engine.periods import Period, legal_term
from declarations.engine.samples import YEAR

FORMER = str(YEAR - 1)


class Change(NamedTuple):
    """What one example changes in the consistent declaration. Rows first: the totals are computed after them."""

    words: str
    # (record, key, column) → cents; None leaves it blank.
    rows: dict[tuple[records.Record, str, str], int | None] = {}
    # Computed cell → by how many cents the declared one is off.
    totals: dict[str, int] = {}
    context: dict[str, Any] = {}


@dataclass(frozen=True)
class Example:
    bimester: int
    passes: Change
    fails: Change


def example_context(bimester: int) -> Context:
    """What the portal knows of the synthetic declaration: nothing to remark."""
    case = Case(samples.example(bimester))
    former = Case(samples.example(bimester - 1)).values if bimester > 1 else None
    term = legal_term(case.period)
    return Context(
        ibge7=samples.APUI,
        year=YEAR,
        bimester=bimester,
        today=term.opens_on + timedelta(days=5),
        population=20_000,
        former=former,
        openings={f"RP.{YEAR - 1}": 300_000_00, f"Q4.{YEAR - 1}": 100_000_00, f"Q6.{YEAR - 1}": 50_000_00},
        former_lacking=0,
        former_base=case.amount("III", "realizada"),
        transferred={line: case.amount(line, "realizada") for line in ("FPM", "ICMS", "ITR", "UNIAO")},
        peers=(1_00, 10_000_00),
    )


def example_of(code: str, *, fails: bool) -> tuple[Declaration, Context]:
    """The declaration and the context of one example."""
    example = EXAMPLES[code]
    return _edited(example.bimester, example.fails if fails else example.passes)


def _edited(bimester: int, edit: Change) -> tuple[Declaration, Context]:
    declaration = samples.example(bimester)
    tables = {name: dict(table) for name, table in declaration.tables.items()}
    for (record, text, column), value in edit.rows.items():
        key = tuple(text.split(";"))
        key += ("",) * (len(record.keys) + len(record.optional) - len(key))
        columns = [each.name for each in record.values]
        row = list(tables[record.name].get(key, (0,) * len(columns)))
        row[columns.index(column)] = value
        tables[record.name][key] = tuple(row)
    context = replace(example_context(bimester), **edit.context)
    declaration = samples.completed(replace(declaration, tables=tables), context)
    for name, cents in edit.totals.items():
        declaration.computed[name] = (declaration.computed.get(name) or 0) + cents
    return declaration, context


def _revenue(line: str, column: str = "realizada") -> tuple[records.Record, str, str]:
    return records.REVENUES, line, column


def _expense(key: str, column: str) -> tuple[records.Record, str, str]:
    return records.EXPENSES, key, column


def _row(key: str, **columns: int) -> dict[tuple[records.Record, str, str], int | None]:
    return {_expense(key, column): cents for column, cents in columns.items()}


def _control(quadro: str, column: str) -> tuple[records.Record, str, str]:
    return records.CONTROLS, f"{quadro};{FORMER}", column


AS_IT_FOLLOWS = Change("O total declarado é o que decorre das linhas.")
NOTHING_COLLECTED: dict[tuple[records.Record, str, str], int | None] = {_revenue(line): 0 for line in samples.FORECASTS}
FIRST_YEAR: dict[str, Any] = {"former_base": None, "transferred": {}}
TERM = legal_term(Period(YEAR, 2))
CENT = {"dot_inicial": 1, "dot_atualizada": 1, "empenhada": 1, "rpnp": 1}
SPENT_IN_FULL = {"liquidada": 2_000_000_00, "paga": 2_000_000_00}


def _off(name: str, bimester: int = 2, *, tolerance: int = 0) -> Example:
    """A declared total off by its tolerance, and by one cent more."""
    line, _, column = name.partition(":")
    unit = "ponto" if "pct" in name or "PCT" in name else "R$"
    words = f"{line}, coluna {column}: declarado com {unit} 0,0{{}} a mais."
    passes = Change(words.format(tolerance), totals={name: tolerance}) if tolerance else AS_IT_FOLLOWS
    return Example(bimester, passes, Change(words.format(tolerance + 1), totals={name: tolerance + 1}))


def _of_context(words: tuple[str, str], name: str, values: tuple[Any, Any], bimester: int = 2) -> Example:
    passes, fails = (Change(text, context={name: value}) for text, value in zip(words, values, strict=True))
    return Example(bimester, passes, fails)


EXAMPLES: dict[str, Example] = {
    "SIM-I01": _off("I:realizada", tolerance=1),
    "SIM-I02": _off("II:realizada", tolerance=1),
    "SIM-I03": _off("III:realizada"),
    "SIM-I04": Example(
        1,
        Change("Só um centavo de FPM arrecadado.", NOTHING_COLLECTED | {_revenue("FPM"): 1}, context=FIRST_YEAR),
        Change("Nada arrecadado.", NOTHING_COLLECTED, context=FIRST_YEAR),
    ),
    "SIM-I05": Example(
        1,
        Change("Compensações: 0,00.", {_revenue("COMPENSACOES"): 0}),
        Change("Compensações: -0,01.", {_revenue("COMPENSACOES"): -1}),
    ),
    "SIM-I06": _off("IV:empenhada"),
    "SIM-I07": _off("XI:liquidada"),
    "SIM-I08": Example(
        2,
        Change("301, correntes: liquidado um centavo acima do empenhado.", _row("301;C;2", liquidada=1_200_000_01)),
        Change("301, correntes: liquidado dois centavos acima do empenhado.", _row("301;C;2", liquidada=1_200_000_02)),
    ),
    "SIM-I09": Example(
        2,
        Change("301, correntes: pago um centavo acima do liquidado.", _row("301;C;2", paga=1_080_000_01)),
        Change("301, correntes: pago dois centavos acima do liquidado.", _row("301;C;2", paga=1_080_000_02)),
    ),
    "SIM-I10": _off("XII:paga"),
    "SIM-I11": _off("XIII:empenhada"),
    "SIM-I12": _off("XIII:empenhada", 6),
    "SIM-I13": _off("XIV:empenhada"),
    "SIM-I14": _off("XV:empenhada"),
    "SIM-I15": _off("XVI:liquidada"),
    "SIM-I16": _off("XVII:minimo"),
    "SIM-I17": _off("PCT:liquidada"),
    "SIM-I18": Example(
        2,
        Change("Q4: empenhado igual ao saldo inicial.", {_control("Q4", "emp"): 100_000_00}),
        Change("Q4: empenhado um centavo acima do saldo inicial.", {_control("Q4", "emp"): 100_000_01}),
    ),
    "SIM-I19": Example(
        2,
        Change("Compensações iguais às do 1º bimestre.", {_revenue("COMPENSACOES"): 5_000_00}),
        Change("Compensações um centavo abaixo das do 1º bimestre.", {_revenue("COMPENSACOES"): 4_999_99}),
    ),
    "SIM-I20": Example(
        2,
        Change("Saldo inicial igual ao final do ano anterior."),
        Change("Saldo inicial um centavo acima.", {_control("Q4", "saldo_inicial"): 100_000_01}),
    ),
    "SIM-I21": Example(
        2,
        Change("Inscritos iguais à soma."),
        Change("A pagar um centavo acima.", {(records.REMAINDERS, FORMER, "t"): 100_000_01}),
    ),
    "SIM-I22": _off("RP.1:o"),
    "SIM-I23": _off("XXI:valor"),
    "SIM-I24": _off("IV.C:empenhada"),
    "SIM-I25": _off("XLVIII:empenhada"),
    "SIM-I26": Example(
        6,
        Change("302, correntes: RPNP igual à diferença."),
        Change("302, correntes: RPNP um centavo acima.", _row("302;C;2", rpnp=240_000_01)),
    ),
    "SIM-I27": Example(
        2,
        Change("Um centavo na fonte 1 com tipo 3.V.", _row("301;C;1;3.V", **CENT)),
        Change("Um centavo na fonte 1 com tipo 4.IV (merenda).", _row("301;C;1;4.IV", **CENT)),
    ),
    "SIM-I28": Example(
        2,
        Change("IRRF, previsão inicial: 0,00.", {_revenue("IRRF", "prev_inicial"): 0}),
        Change("IRRF, previsão inicial em branco.", {_revenue("IRRF", "prev_inicial"): None}),
    ),
    "SIM-I29": _of_context(("Esfera municipal.", "A sessão é da esfera estadual."), "sphere", ("M", "E")),
    "SIM-I30": _off("XXXII:realizada"),
    "SIM-A01": Example(
        2,
        Change("304: empenhado igual à dotação.", _row("304;C;2", empenhada=120_000_00)),
        Change("304: empenhado um centavo acima da dotação.", _row("304;C;2", empenhada=120_000_01)),
    ),
    "SIM-A02": Example(
        2,
        Change("305: dotação pela metade.", _row("305;C;2", dot_inicial=360_000_00)),
        Change("305: dotação um centavo aquém da metade.", _row("305;C;2", dot_inicial=360_000_01)),
    ),
    "SIM-A03": Example(
        2,
        Change("Liquidado exatamente 15 % da base.", _row("301;C;2", liquidada=1_034_100_00)),
        Change("Liquidado um centavo aquém de 15 %.", _row("301;C;2", liquidada=1_034_099_99)),
    ),
    "SIM-A04": Example(
        6,
        Change(
            "Empenhado exatamente 15 % da base.",
            _row("301;C;2", empenhada=2_688_300_00, rpnp=688_300_00, **SPENT_IN_FULL),
            context={"former": {}},
        ),
        Change(
            "Empenhado um centavo aquém de 15 %.",
            _row("301;C;2", empenhada=2_688_299_99, rpnp=688_299_99, **SPENT_IN_FULL),
            context={"former": {}},
        ),
    ),
    "SIM-A05": Example(
        2,
        Change(
            "Percentual de 50,00.",
            _row("301;C;2", dot_atualizada=7_000_000_00, empenhada=6_500_000_00, liquidada=6_101_447_39),
        ),
        Change(
            "Percentual de 50,01.",
            _row("301;C;2", dot_atualizada=7_000_000_00, empenhada=6_500_000_00, liquidada=6_101_447_40),
        ),
    ),
    "SIM-A06": Example(
        2,
        Change("Um centavo de ISS.", {_revenue("ISS"): 1}, context={"former": {}}),
        Change("Nenhum ISS.", {_revenue("ISS"): 0}, context={"former": {}}),
    ),
    "SIM-A07": Example(
        2,
        Change("ITBI em 150 % da previsão.", {_revenue("ITBI"): 180_000_00}),
        Change("ITBI um centavo acima de 150 %.", {_revenue("ITBI"): 180_000_01}),
    ),
    "SIM-A08": _of_context(
        ("Base 30 % acima da do ano anterior.", "Base do ano anterior um centavo menor."),
        "former_base",
        (11_133_846_16, 11_133_846_15),
    ),
    "SIM-A09": _of_context(
        ("FPM a 1 % do publicado.", "FPM publicado um centavo acima."),
        "transferred",
        ({"FPM": 8_080_808_08}, {"FPM": 8_080_808_09}),
    ),
    "SIM-A10": _of_context(
        ("União a 1 % do publicado.", "Publicado um centavo acima."),
        "transferred",
        ({"UNIAO": 2_424_242_42}, {"UNIAO": 2_424_242_43}),
    ),
    "SIM-A11": _of_context(
        ("Despesa por habitante no percentil 99.", "Um centavo acima do percentil 99."),
        "peers",
        ((1_00, 219_60), (1_00, 219_59)),
    ),
    "SIM-A12": _of_context(("1º bimestre homologado.", "1º bimestre por homologar."), "former", ({}, None)),
    "SIM-A13": _of_context(
        ("No último dia do prazo.", "No dia seguinte ao do prazo."),
        "today",
        (TERM.closes_on, TERM.closes_on + timedelta(days=1)),
    ),
    "SIM-A14": Example(
        2,
        Change("306: um centavo, «dieta hospitalar».", _row("306;C;1;;dieta hospitalar", **CENT)),
        Change("306: um centavo, «Merenda escolar».", _row("306;C;1;;Merenda escolar", **CENT)),
    ),
    "SIM-A15": Example(
        6,
        Change(
            "Um centavo de capital.",
            _row("301;K;2", empenhada=1, liquidada=0, paga=0, rpnp=1)
            | _row("302;K;2", empenhada=0, liquidada=0, paga=0, rpnp=0),
            context={"former": {}},
        ),
        Change(
            "Nenhuma despesa de capital.",
            _row("301;K;2", empenhada=0, liquidada=0, paga=0, rpnp=0)
            | _row("302;K;2", empenhada=0, liquidada=0, paga=0, rpnp=0),
            context={"former": {}},
        ),
    ),
    "SIM-A16": Example(
        2,
        Change("Um centavo na fonte 9, sem tipo.", _row("301;C;9", **CENT)),
        Change("Um centavo na fonte 9 com tipo 4.IV (merenda).", _row("301;C;9;4.IV", **CENT)),
    ),
    "SIM-A17": _off("IPTU:pct"),
    "SIM-A18": Example(
        2,
        Change(
            "Outras Subfunções em 40 % de XI.",
            _row(
                "999;C;2",
                dot_inicial=2_000_000_00,
                dot_atualizada=2_000_000_00,
                empenhada=1_500_000_00,
                liquidada=1_368_000_00,
            ),
        ),
        Change(
            "Outras Subfunções um centavo acima de 40 %.",
            _row(
                "999;C;2",
                dot_inicial=2_000_000_00,
                dot_atualizada=2_000_000_00,
                empenhada=1_500_000_00,
                liquidada=1_368_000_01,
            ),
        ),
    ),
    "SIM-A19": _of_context(("Lei Orgânica de 15,01 %.", "Lei Orgânica de 15,00 %."), "organic_rate", (1501, 1500)),
    "SIM-A20": _of_context(("População conhecida.", "População desconhecida."), "population", (20_000, None)),
}
