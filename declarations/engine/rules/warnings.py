"""What may be right and deserves a second look (SIM-A01 to A20, but for A17, which is a total)."""

from collections.abc import Iterator

from declarations.engine import anexo12, records
from declarations.engine.case import AT_LEAST, UP_TO, Case, Hit
from declarations.engine.declaration import SOURCE_LINES
from declarations.engine.layouts import cell
from declarations.engine.money import brazilian, truncated_percent

NEVER_ZERO = ("IPTU", "ISS", "FPM", "ICMS")
SHARED = ("FPM", "ICMS", "ITR")
HIGH_PERCENT, LOW_PERCENT = 5000, 500


def committed_within_budget(case: Case) -> Iterator[Hit]:
    for line in case.expense_rows():
        found, limit = case.amount(line, "empenhada"), case.amount(line, "dot_atualizada")
        if found > limit:
            words = f"{case.label(line)}: empenhado acima da dotação atualizada."
            yield Hit((cell(line, "empenhada"), cell(line, "dot_atualizada")), words, found, limit, UP_TO)


def budget_not_halved(case: Case) -> Iterator[Hit]:
    for line in case.expense_rows():
        found, initial = case.amount(line, "dot_atualizada"), case.amount(line, "dot_inicial")
        if found * 2 < initial:
            words = f"Redução de dotação superior a 50% em {case.label(line)}."
            half = (initial + 1) // 2
            yield Hit((cell(line, "dot_atualizada"), cell(line, "dot_inicial")), words, found, half, AT_LEAST)


def minimum_so_far(case: Case) -> Iterator[Hit]:
    if not case.period.is_final:
        words = "Percentual parcial {percent}% abaixo do mínimo; a apuração legal ocorre no 6º bimestre."
        yield from _below_minimum(case, words)


def minimum_of_the_year(case: Case) -> Iterator[Hit]:
    """A true low figure must be declarable: it warns, and does not block."""
    if case.period.is_final:
        words = (
            "ATENÇÃO: aplicação abaixo do mínimo. Diferença {lacking}. Sujeito a condicionamento "
            "(Decreto 7.827/2012, art. 13)."
        )
        yield from _below_minimum(case, words)


def _below_minimum(case: Case, words: str) -> Iterator[Hit]:
    """By the exact amounts, XVI against XVII: a percentage shown as 15,00 may lack a cent."""
    lacking = case.amount("XIX", case.stage)
    if lacking < 0:
        name = cell("PCT", case.stage)
        applied = case.amount("XVI", case.stage)
        text = words.format(percent=brazilian(case.values.get(name)), lacking=brazilian(lacking))
        yield Hit((name, cell("XIX", case.stage)), text, applied, applied - lacking, AT_LEAST)


def usual_percentage(case: Case) -> Iterator[Hit]:
    name = cell("PCT", case.stage)
    percent = case.values.get(name)
    if percent is not None and not LOW_PERCENT <= percent <= HIGH_PERCENT:
        yield Hit((name,), f"Percentual atípico ({brazilian(percent)}%). Confira base e despesas.", percent)


def taxes_are_collected(case: Case) -> Iterator[Hit]:
    if case.period.bimester > 1:
        for line in NEVER_ZERO:
            if case.amount(line, "realizada") == 0:
                yield Hit((cell(line, "realizada"),), f"{case.label(line)} sem arrecadação até o bimestre.", 0)


def collected_as_forecast(case: Case) -> Iterator[Hit]:
    for line in (*anexo12.TAXES, *anexo12.TRANSFERS):
        found, forecast = case.amount(line, "realizada"), case.amount(line, "prev_atualizada")
        if forecast > 0 and found * 2 > forecast * 3:
            percent = brazilian(case.values[cell(line, "pct")])
            words = f"{case.label(line)}: realização de {percent}% da previsão."
            most = forecast * 3 // 2
            yield Hit((cell(line, "realizada"), cell(line, "prev_atualizada")), words, found, most, UP_TO)


def base_like_last_year(case: Case) -> Iterator[Hit]:
    former = case.context and case.context.former_base
    base = case.amount("III", "realizada")
    if former and abs(base - former) * 10 > former * 3:
        percent = brazilian(truncated_percent(base - former, former))
        words = f"Base variou {percent}% em relação a {case.period.year - 1}."
        yield Hit(("III:realizada",), words, base, former)


def shares_as_published(case: Case) -> Iterator[Hit]:
    return _as_published(case, SHARED, "Cota-parte {line} difere do repasse publicado {y}.")


def funds_as_published(case: Case) -> Iterator[Hit]:
    return _as_published(case, ("UNIAO",), "Transferências do FNS divergentes: publicado {y}.")


def _as_published(case: Case, lines: tuple[str, ...], words: str) -> Iterator[Hit]:
    published = case.context.transferred if case.context else {}
    for line in lines:
        found, expected = case.amount(line, "realizada"), published.get(line)
        if expected is not None and abs(found - expected) * 100 > expected:
            text = words.format(line=line, y=brazilian(expected))
            yield Hit((cell(line, "realizada"),), text, found, expected)


def expense_like_peers(case: Case) -> Iterator[Hit]:
    context = case.context
    if context is None or not context.population or context.peers is None:
        return
    each = case.amount("XLVIII", case.stage) // context.population
    low, high = context.peers
    if not low <= each <= high:
        words = (
            f"Despesa por habitante atípica: {brazilian(each)}, entre {brazilian(low)} e {brazilian(high)} nos pares."
        )
        limit, bound = (low, AT_LEAST) if each < low else (high, UP_TO)
        yield Hit((cell("XLVIII", case.stage),), words, each, limit, bound)


def former_is_homologated(case: Case) -> Iterator[Hit]:
    if case.context and case.period.bimester > 1 and case.context.former is None:
        yield Hit((), f"{case.period.bimester - 1}º bimestre ainda não homologado.")


def within_the_term(case: Case) -> Iterator[Hit]:
    context = case.context
    if context and context.today and context.today > context.term.closes_on:
        yield Hit((), f"Transmissão fora do prazo ({context.term.closes_on:%d/%m/%Y}).")


def no_school_meals(case: Case) -> Iterator[Hit]:
    for key, values in case.declaration.table(records.EXPENSES).items():
        if key[0] == "306" and key[2] in anexo12.OWN_SOURCES and "merenda" in key[4].casefold() and any(values):
            name = cell(SOURCE_LINES[key[0], key[1], key[2]], "empenhada")
            yield Hit((name,), "Confira: merenda escolar não é ASPS.", int(values[2] or 0))


def some_capital_expense(case: Case) -> Iterator[Hit]:
    capital = [line for line in case.expense_rows() if line.endswith(".K")]
    if case.period.is_final and not any(case.amount(line, "empenhada") for line in capital):
        yield Hit(("XLVIII:empenhada",), "Nenhuma despesa de capital no exercício.", 0)


def moved_out_of_the_count(case: Case) -> Iterator[Hit]:
    for key, amount in case.declaration.expenses_of(records.EXCLUDED_TYPES, anexo12.OTHER_SOURCES):
        name = cell(SOURCE_LINES[key[0], key[1], key[2]], "empenhada")
        yield Hit((name,), "Valor classificado em despesas não computadas.", amount)


def others_are_few(case: Case) -> Iterator[Hit]:
    found, whole = case.amount("X", case.stage), case.amount("XI", case.stage)
    if found * 10 > whole * 4:
        words = f"Concentração em Outras Subfunções: {brazilian(truncated_percent(found, whole))}% de XI."
        yield Hit((cell("X", case.stage), cell("XI", case.stage)), words, found, whole * 4 // 10, UP_TO)


def organic_rate_is_its_own(case: Case) -> Iterator[Hit]:
    if case.context and case.context.organic_rate == anexo12.MINIMUM_RATE:
        yield Hit((), "Percentual da Lei Orgânica igual ao legal.")


def population_is_known(case: Case) -> Iterator[Hit]:
    if case.context and not case.context.population:
        yield Hit((), "Indicador 2.1 não calculado.")
