"""Declared totals against those that follow from what was typed.

SIM-I01 to I03, I06, I07, I10 to I17, I22 to I25, I30 and A17.
"""

from collections.abc import Iterator

from declarations.engine import anexo12
from declarations.engine.case import Case, Hit, told

TOLERANCE = 1
LEAVES = [
    f"{code}.{category}"
    for codes in (anexo12.COUNTED, anexo12.NOT_COUNTED)
    for code in codes.values()
    for category in anexo12.CATEGORIES
]
REMAINDER_LINES = [f"RP.{age}" for age in range(anexo12.OLDEST_REMAINDER + 1)]


def total_of_taxes(case: Case) -> Iterator[Hit]:
    words = "Receita de Impostos (I): informado {x}, soma das linhas {y}. Diferença {d}."
    return told(case.wrong(["I"], TOLERANCE), words)


def total_of_transfers(case: Case) -> Iterator[Hit]:
    words = "Transferências constitucionais (II) não confere com a soma das cotas-partes. Diferença {d}."
    return told(case.wrong(["II"], TOLERANCE), words)


def total_of_revenue(case: Case) -> Iterator[Hit]:
    return told(case.wrong(["III"]), "Total das receitas (III) deve ser I + II: informado {x}, esperado {y}.")


def total_of_subfunctions(case: Case) -> Iterator[Hit]:
    for code in (*anexo12.COUNTED.values(), *anexo12.NOT_COUNTED.values()):
        yield from told(case.wrong([code]), f"{case.label(code)}: correntes + capital difere do total em {{d}}.")


def total_counted(case: Case) -> Iterator[Hit]:
    return told(case.wrong(["XI"]), "Total de ASPS (XI) não confere com a soma das subfunções. Diferença {d}.")


def total_repeated(case: Case) -> Iterator[Hit]:
    return told(case.wrong(["XII"]), "XII deve ser igual a XI: informado {x}, esperado {y}.")


def no_remainders_yet(case: Case) -> Iterator[Hit]:
    if not case.period.is_final:
        yield from told(case.wrong(["XIII"]), "Linha XIII só se aplica ao 6º bimestre; informado {x}.")


def remainders_without_cash(case: Case) -> Iterator[Hit]:
    if case.period.is_final:
        yield from told(case.wrong(["XIII"]), "RP sem disponibilidade: calculado {y}, informado {x} (LC 141, art. 24).")


def unmet_of_former_years(case: Case) -> Iterator[Hit]:
    words = "Linha XIV difere do quadro de percentual não cumprido (XX): informado {x}, esperado {y}."
    return told(case.wrong([*anexo12.UNMET.values(), "XX", "XIV"]), words)


def cancelled_remainders(case: Case) -> Iterator[Hit]:
    words = "Linha XV difere do quadro de RP cancelados (XXVIII): informado {x}, esperado {y}."
    return told(case.wrong([*anexo12.CANCELLED.values(), "XXVIII", "XV"]), words)


def amount_applied(case: Case) -> Iterator[Hit]:
    return told(case.wrong(["XVI"]), "Valor aplicado (XVI) incorreto. Esperado {y}, informado {x}.")


def minimum_to_apply(case: Case) -> Iterator[Hit]:
    """XVII by the larger rate, and what follows from it. Which rate the Lei Orgânica sets, only the portal knows."""
    known = case.context is not None or not any(case.declaration.declared.get("XVII_LO:minimo", ()))
    yield from told(case.wrong(["XVII"]), "Despesa mínima (XVII) esperada: {y}.")
    if case.context is not None:
        yield from told(case.wrong(["XVII_LO"]), "Despesa mínima (XVII) pela Lei Orgânica esperada: {y}.")
    if known:
        yield from told(case.wrong(["XVIII", "XIX"]), "Diferença para a despesa mínima: informado {x}, esperado {y}.")


def final_percentage(case: Case) -> Iterator[Hit]:
    """Truncated, never rounded: 36,4277 is 36,42."""
    return told(case.wrong(["PCT"]), "Percentual informado {x}%; apurado {y}%.")


def remainder_columns(case: Case) -> Iterator[Hit]:
    """One for each year: its columns o, r and v follow from the same row."""
    for line in REMAINDER_LINES:
        if found := list(case.wrong([line])):
            columns = ", ".join(hit.cells[0].partition(":")[2] for hit in found)
            words = f"Quadro de RP, {case.label(line)}: coluna {columns} calculada {{y}}, informada {{x}}."
            whole = found[0]._replace(cells=tuple(hit.cells[0] for hit in found))
            yield from told([whole], words)


def remainders_owed(case: Case) -> Iterator[Hit]:
    lines = ["XXI"] if case.context is None else ["XXI", "XXII", "XXIII"]
    for line in lines:
        yield from told(case.wrong([line]), f"Linha {line} incorreta: informado {{x}}, esperado {{y}}.")


def expense_by_source(case: Case) -> Iterator[Hit]:
    """Sources 1 and 2 are what is counted, the others what is not, by subfunction and category."""
    for line in LEAVES:
        yield from told(case.wrong([line]), f"Despesa por fonte não fecha: {case.label(line)}, diferença {{d}}.")


def whole_expense(case: Case) -> Iterator[Hit]:
    words = "Total de despesas com saúde (XLVIII) não confere: {line} informado {{x}}, esperado {{y}}."
    for line in ("XL", *anexo12.WHOLE.values(), "XLVIII", "TRANSFERIDAS", "XLIX"):
        yield from told(case.wrong([line]), words.format(line=line))


def additional_revenue(case: Case) -> Iterator[Hit]:
    return told(case.wrong(["XXIX", "XXXII"]), "Receitas adicionais não conferem: informado {x}, esperado {y}.")


def row_percentages(case: Case) -> Iterator[Hit]:
    return told(case.wrong_percentages(), "Percentual de execução recalculado: informado {x}%, esperado {y}%.")
