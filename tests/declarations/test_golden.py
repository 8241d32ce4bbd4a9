"""Published figures: line by line for Apuí/AM, and by truncation for every aggregate."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest

from declarations.engine import anexo12, examples, records, report, samples
from declarations.engine.case import Case
from declarations.engine.declaration import Declaration, Identity, Table
from declarations.engine.money import cents_of, half_up, half_up_percent, truncated_percent
from declarations.engine.periods import Period, legal_term

AGGREGATES = [case for case in samples.published() if case["tipo"] == "agregado"]
OLD_MODEL = next(case for case in samples.published() if case["tipo"].startswith("parcial"))
WHOLE = next(case for case in samples.published() if case["tipo"] == "completo")


def figures(node: Any) -> Iterator[int]:
    """Every amount and percentage below a node."""
    if isinstance(node, dict):
        yield from chain.from_iterable(map(figures, node.values()))
    elif isinstance(node, str) and re.fullmatch(r"-?\d+\.\d\d", node):
        yield cents_of(node)


def test_no_published_figure_of_apui_is_left_out() -> None:
    declaration = samples.apui()
    kept = [cents for table in declaration.tables.values() for row in table.values() for cents in row]
    assert not Counter[Any](figures(WHOLE)) - Counter[Any]([*kept, *declaration.computed.values()])


def test_every_published_cell_of_apui_follows_from_its_lines() -> None:
    declaration = samples.apui()
    values = Case(declaration).values
    assert len(declaration.computed) > 200
    assert {name: values[name] for name in declaration.computed} == declaration.computed


def test_apui_as_published() -> None:
    values = Case(samples.apui()).values
    assert values["III:realizada"] == cents_of("10238107.09")
    assert values["XVI:liquidada"] == cents_of("1829747.04")
    assert values["XVII:minimo"] == cents_of("1535716.06")
    assert [values[f"PCT:{stage}"] for stage in anexo12.STAGES] == [3642, 1787, 1746]


def test_apui_may_be_sent_with_its_three_warnings() -> None:
    found = report.judge(samples.apui())
    assert found.verdict == "0 impeditivas, 3 avisos: pode transmitir"
    assert {group.cause.code for group in found.groups} == {"SIM-A02", "SIM-A07", "SIM-A18"}


@pytest.mark.parametrize("case", AGGREGATES, ids=[case["id"] for case in AGGREGATES])
def test_the_published_percentage_is_truncated(case: dict[str, Any]) -> None:
    base = cents_of(case["linhas"]["III"]["realizada"])
    for stage, published in case["percentual_oficial_publicado"].items():
        applied = cents_of(case["linhas"]["XVI"][stage])
        assert truncated_percent(applied, base) == cents_of(published)
        rounded = half_up(applied * 10000, base)
        assert (rounded != cents_of(published)) == case["conferencia"]["discrimina_truncamento"]


def declared(case: dict[str, Any]) -> Declaration:
    """The least that has the published base and amounts applied: one revenue and one row of expense."""
    of = case["linhas"]["XVI"]
    committed = cents_of(of["empenhada"])
    settled, paid = (cents_of(of.get(stage, of["empenhada"])) for stage in ("liquidada", "paga"))
    base = cents_of(case["linhas"]["III"]["realizada"])
    expense = (committed, committed, committed, settled, min(settled, paid), committed - settled)
    collected: Table = {(code,): (0, 0, 0) for code in samples.FORECASTS}
    additional: Table = {(code,): (0, 0, 0) for code in samples.ADDITIONAL}
    tables: dict[str, Table] = {
        records.REVENUES.name: collected | {("FPM",): (base, base, base)},
        records.ADDITIONAL.name: additional,
        records.EXPENSES.name: {("301", "C", "2", "", ""): expense},
    }
    return samples.completed(Declaration(Identity(case["ibge7"], case["ano"], case["bimestre"]), tables))


@pytest.mark.parametrize("case", AGGREGATES, ids=[case["id"] for case in AGGREGATES])
def test_the_published_percentage_may_be_sent_and_the_rounded_one_is_refused(case: dict[str, Any]) -> None:
    declaration = declared(case)
    assert report.judge(declaration).blocking == 0
    for stage, published in case["percentual_oficial_publicado"].items():
        name = f"PCT:{stage}"
        assert declaration.computed[name] == cents_of(published)
        rounded = declaration.computed | {name: cents_of(case["conferencia"]["arredondado2"])}
        found = report.judge(replace(declaration, computed=rounded))
        blocking = [group.cause.code for group in found.groups if group.cause.blocks]
        assert blocking == ["SIM-I17"] * case["conferencia"]["discrimina_truncamento"]


@pytest.mark.parametrize("case", samples.published(), ids=[case["id"] for case in samples.published()])
def test_every_case_says_where_it_was_published(case: dict[str, Any]) -> None:
    source = case["source"]
    assert source.get("url") or source.get("commit") or source.get("descricao")
    assert case["ibge7"][:6] == case.get("ibge6", case["ibge7"][:6])


@pytest.mark.parametrize("case", AGGREGATES, ids=[case["id"] for case in AGGREGATES])
def test_what_was_checked_of_an_aggregate_follows_from_it(case: dict[str, Any]) -> None:
    base, checked = cents_of(case["linhas"]["III"]["realizada"]), case["conferencia"]
    applied = cents_of(case["linhas"]["XVI"]["empenhada"])
    assert f"{half_up(applied * 10**10, base) / 10**8:.8f}" == checked["quociente_8casas"]
    assert checked["truncado2"] == case["percentual_oficial_publicado"]["empenhada"]
    assert half_up(applied * 10000, base) == cents_of(checked["arredondado2"])
    # None of those that were found is below the minimum.
    assert (case["minimo_legal_pct"], applied * 100 >= base * 15) == ("15", True)


@pytest.mark.parametrize("column", anexo12.REVENUE)
def test_taxes_and_transfers_of_the_old_model_add_up(column: str) -> None:
    rows = {code: cents_of(row[column]) for code, row in OLD_MODEL["receitas"].items()}
    # «Desoneração ICMS» is there a part of the compensações.
    assert rows.pop("DESONERACAO_ICMS") == rows["COMPENSACOES"]
    assert rows["II"] == sum(rows[code] for code in anexo12.TRANSFERS)
    assert rows["I"] == sum(value for code, value in rows.items() if code not in {"I", "II", *anexo12.TRANSFERS})


def test_percentages_of_the_old_model_are_half_up_where_they_follow() -> None:
    """Those of the four taxes and of what is owed of them do not follow from the forecasts beside them."""
    of = OLD_MODEL["receitas"]
    computed = {
        code: half_up_percent(cents_of(row["realizada"]), cents_of(row["prev_atualizada"])) for code, row in of.items()
    }
    others = {code for code, percent in computed.items() if percent != cents_of(of[code]["pct_publicado"])}
    assert others == {"IPTU", "ITBI", "ISS", "IRRF", "MULTAS", "DIVIDA_ATIVA", "MULTAS_DA"}


def test_the_old_model_is_of_no_layout_that_is_kept() -> None:
    assert OLD_MODEL["ano"] < anexo12.FIRST_YEAR


def edited(bimester: int, **rows: Table) -> Case:
    declaration = samples.example(bimester)
    tables = {name: table | rows.get(name, {}) for name, table in declaration.tables.items()}
    return Case(replace(declaration, tables=tables), examples.example_context(bimester))


def settled_in_301(cents: int) -> Case:
    row = (3_600_000_00, 3_600_000_00, 1_200_000_00, cents, 0, 0)
    return edited(2, despesas={("301", "C", "2", "", ""): row})


@pytest.mark.parametrize(
    ("cents", "percent", "unmet"),
    [(1_034_100_00, 1500, 0), (1_034_099_99, 1499, -1), (1_033_955_00, 1499, -145_00)],
)
def test_fifteen_per_cent_to_the_cent(cents: int, percent: int, unmet: int) -> None:
    values = settled_in_301(cents).values
    assert (values["PCT:liquidada"], values["XIX:liquidada"]) == (percent, unmet)


def test_the_organic_law_prevails_over_the_fifteen() -> None:
    case = edited(2)
    assert case.context is not None
    values = Case(case.declaration, replace(case.context, organic_rate=2000)).values
    assert values["XVII:minimo"] == 2_171_100_00
    assert values["XVII_LO:minimo"] == 2_894_800_00
    assert values["XVIII:liquidada"] == 2_217_000_00 - 2_894_800_00


def test_what_is_taken_from_the_amount_applied() -> None:
    cash: Table = {("2",): (100_000_00, 0, 100_000_00, 300_000_00)}
    case = edited(6, disponibilidade=cash)
    values = case.values
    assert values["XIII:empenhada"] == 300_000_00
    assert (values["XIV:empenhada"], values["XV:empenhada"]) == (10_000_00, 5_000_00)
    assert values["XVI:empenhada"] == case.amount("XII", "empenhada") - 315_000_00
    assert values["XVI:liquidada"] == case.amount("XII", "liquidada") - 15_000_00
    assert "XIII:empenhada" not in edited(5, disponibilidade=cash).values


def test_nothing_collected_has_no_percentage() -> None:
    nothing: Table = {(code,): (0, 0, 0) for code in samples.FORECASTS}
    values = edited(2, receitas=nothing).values
    assert values["III:realizada"] == 0
    assert values["PCT:liquidada"] is None


def test_a_negative_amount_applied_is_told_as_it_is() -> None:
    nothing: Table = dict.fromkeys(samples.example(2).table(records.EXPENSES), (0, 0, 0, 0, 0, 0))
    values = edited(2, despesas=nothing).values
    assert values["XVI:liquidada"] == -15_000_00
    assert values["PCT:liquidada"] == -10
    assert values["XIX:liquidada"] == -15_000_00 - 2_171_100_00


@pytest.mark.parametrize(
    ("period", "ends", "opens", "closes"),
    [
        (Period(2026, 1), "2026-02-28", "2026-03-10", "2026-03-30"),
        (Period(2028, 1), "2028-02-29", "2028-03-10", "2028-03-30"),
        (Period(2026, 5), "2026-10-31", "2026-11-10", "2026-11-30"),
        (Period(2026, 6), "2026-12-31", "2027-01-10", "2027-01-30"),
    ],
)
def test_the_calendar_of_the_law(period: Period, ends: str, opens: str, closes: str) -> None:
    term = legal_term(period)
    assert [day.isoformat() for day in (period.ends_on, term.opens_on, term.closes_on)] == [ends, opens, closes]
