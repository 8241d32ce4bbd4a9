"""What a row must be in itself, and against the periods before (SIM-I04, I05, I08, I09, I18 to I21, I26 to I29)."""

from collections.abc import Iterator

from declarations.engine import anexo12, records
from declarations.engine.case import AT_LEAST, UP_TO, Case, Hit
from declarations.engine.declaration import SOURCE_LINES
from declarations.engine.layouts import cell
from declarations.engine.money import brazilian

TOLERANCE = 1
REVENUES = (*anexo12.TAXES, *anexo12.TRANSFERS)
ADDITIONAL = (*anexo12.HEALTH_TRANSFERS, *anexo12.OTHER_ADDITIONAL)


def base_is_positive(case: Case) -> Iterator[Hit]:
    base = case.amount("III", "realizada")
    if base <= 0:
        yield Hit(
            ("III:realizada",), "A base de cálculo (III) está zerada; o percentual não pode ser apurado.", base, None
        )


def revenue_is_not_negative(case: Case) -> Iterator[Hit]:
    for line in (*REVENUES, *ADDITIONAL):
        if (found := case.amount(line, "realizada")) < 0:
            words = f"Receita realizada negativa em {case.label(line)}. Informe o valor líquido das deduções."
            yield Hit((cell(line, "realizada"),), words, found, 0, AT_LEAST)


def settled_within_committed(case: Case) -> Iterator[Hit]:
    return _within(case, "liquidada", "empenhada", "{}: liquidado ({}) maior que empenhado ({}).")


def paid_within_settled(case: Case) -> Iterator[Hit]:
    return _within(case, "paga", "liquidada", "{}: pago ({}) maior que liquidado ({}).")


def _within(case: Case, column: str, limit: str, words: str) -> Iterator[Hit]:
    for line in case.expense_rows():
        found, expected = case.amount(line, column), case.amount(line, limit)
        if found > expected + TOLERANCE:
            text = words.format(case.label(line), brazilian(found), brazilian(expected))
            yield Hit((cell(line, column), cell(line, limit)), text, found, expected, UP_TO)


def spent_within_balance(case: Case) -> Iterator[Hit]:
    """XIV within h, XV within w: year by year, in the column that goes furthest."""
    for line in (*anexo12.UNMET.values(), *anexo12.CANCELLED.values()):
        balance = case.amount(line, "saldo_inicial")
        found, column = max((case.amount(line, column), column) for column in anexo12.STAGES)
        if found > balance:
            words = f"Despesa custeada ({brazilian(found)}) maior que o saldo a aplicar ({brazilian(balance)})."
            yield Hit((cell(line, column), cell(line, "saldo_inicial")), words, found, balance, UP_TO)


def amounts_only_grow(case: Case) -> Iterator[Hit]:
    """Amounts are of the year so far: against the bimestre before, as homologated."""
    former = (case.context and case.context.former) or {}
    columns: dict[str, tuple[str, ...]] = dict.fromkeys((*REVENUES, *ADDITIONAL), ("realizada",))
    columns |= dict.fromkeys(case.expense_rows(), anexo12.STAGES)
    for line, names in columns.items():
        fallen = [
            (case.amount(line, column), before, cell(line, column))
            for column in names
            if (before := former.get(cell(line, column))) is not None and case.amount(line, column) < before
        ]
        if fallen:
            found, before, _ = fallen[0]
            words = (
                f"{case.label(line)} diminuiu de {brazilian(before)} para {brazilian(found)} em relação ao "
                f"{case.period.bimester - 1}º bimestre. Justifique o estorno."
            )
            yield Hit(tuple(name for _, _, name in fallen), words, found, before, AT_LEAST)


def opening_balances(case: Case) -> Iterator[Hit]:
    """h, w and the restos a pagar of former years are what the year before closed with.

    What that year itself inscribed on its last day is compared when its own demonstrativo has the row.
    """
    openings = case.context.openings if case.context else None
    if openings is None:
        return
    year = case.period.year
    given = {f"RP.{each}": values[2] for (each,), values in case.declaration.table(records.REMAINDERS).items()}
    given |= {f"{q}.{each}": values[0] for (q, each), values in case.declaration.table(records.CONTROLS).items()}
    given.pop(f"RP.{year}", None)
    given.pop(f"Q6.{year}", None)
    if (inscribed := f"RP.{year - 1}") not in openings:
        given.pop(inscribed, None)
    for name in sorted(openings.keys() | given.keys()):
        found, expected = int(given.get(name) or 0), openings.get(name, 0)
        if found != expected:
            words = f"Saldo inicial difere do saldo final homologado em {year - 1}."
            yield Hit((_balance_cell(name, year),), words, found, expected)


def _balance_cell(name: str, year: int) -> str:
    """«Q4.2025» → the cell of its opening balance."""
    quadro, _, each = name.partition(".")
    age = year - int(each)
    if quadro == "RP":
        return cell(f"RP.{age}", "p")
    lines = anexo12.UNMET if quadro == "Q4" else anexo12.CANCELLED
    return cell(lines[min(age, max(lines))], "saldo_inicial")


def remainders_add_up(case: Case) -> Iterator[Hit]:
    for (year,) in case.declaration.table(records.REMAINDERS):
        line = f"RP.{case.period.year - int(year)}"
        found, expected = case.amount(line, "p"), sum(case.amount(line, column) for column in "stu")
        if found != expected:
            words = f"Restos a pagar de {year}: inscritos ≠ pagos + a pagar + cancelados."
            yield Hit(tuple(cell(line, column) for column in "pstu"), words, found, expected)


def unprocessed_remainders(case: Case) -> Iterator[Hit]:
    """Of the 6º bimestre: what was committed and not settled."""
    if not case.period.is_final:
        return
    for line in case.expense_rows():
        found = case.amount(line, "rpnp")
        # A cent more settled than committed is tolerated (SIM-I08), and leaves nothing.
        expected = max(case.amount(line, "empenhada") - case.amount(line, "liquidada"), 0)
        if found != expected:
            words = f"RPNP ({brazilian(found)}) deve ser empenhado menos liquidado ({brazilian(expected)})."
            yield Hit(
                tuple(cell(line, column) for column in ("rpnp", "empenhada", "liquidada")), words, found, expected
            )


def only_health_is_counted(case: Case) -> Iterator[Hit]:
    for key, amount in case.declaration.expenses_of(records.EXCLUDED_TYPES, anexo12.OWN_SOURCES):
        kind = records.EXCLUDED_TYPES[key[3]]
        words = f"{kind} não constitui ASPS (LC 141, art. 4º). Mova para despesas não computadas."
        yield Hit((cell(SOURCE_LINES[key[0], key[1], key[2]], "empenhada"),), words, amount, 0)


def nothing_blank(case: Case) -> Iterator[Hit]:
    for name in case.declaration.blanks():
        yield Hit((name,), f"Preencha {case.label(name.partition(':')[0])}.")


def of_this_session(case: Case) -> Iterator[Hit]:
    context, identity = case.context, case.declaration.identity
    if context is None:
        return
    given = (identity.sphere, identity.ibge7, identity.year, identity.bimester)
    if given != (context.sphere, context.ibge7, context.year, context.bimester):
        words = (
            f"O arquivo é de {identity.ibge7} (esfera {identity.sphere}), {identity.bimester}º/{identity.year}; "
            f"você está em {context.ibge7} (esfera {context.sphere}), {context.bimester}º/{context.year}."
        )
        yield Hit((), words)
