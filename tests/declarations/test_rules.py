"""Each crítica alone, and what a finding takes along with it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declarations.engine import anexo12, catalogue, examples, records, report, samples
from declarations.engine.catalogue import Since
from declarations.engine.declaration import Declaration, Table
from declarations.engine.findings import Severity
from declarations.engine.layouts import Layout, Line
from declarations.engine.periods import Period, Term

CODES = [rule.code for rule in catalogue.RULES]


def codes_of(found: report.Report) -> list[str]:
    return [finding.code for group in found.groups for finding in group.findings]


def test_the_fifty_rules_have_their_examples() -> None:
    assert [f"SIM-I{number:02d}" for number in range(1, 31)] + [f"SIM-A{n:02d}" for n in range(1, 21)] == CODES
    assert list(examples.EXAMPLES) == CODES


@pytest.mark.parametrize("code", CODES)
def test_a_rule_passes_by_nothing_and_fails_by_the_least_with_its_neighbours_silent(code: str) -> None:
    # One cent of revenue with nothing applied is a percentage far below the usual.
    beside = ["SIM-A05"] if code == "SIM-I04" else []
    assert codes_of(report.judge(*examples.example_of(code, fails=False))) == beside
    found = report.judge(*examples.example_of(code, fails=True))
    assert codes_of(found) == [code]
    assert found.blocking == code.startswith("SIM-I")
    assert found.groups[0].cause.hit.message


@pytest.mark.parametrize("bimester", range(1, 7))
def test_a_consistent_declaration_has_nothing_to_remark(bimester: int) -> None:
    context = examples.example_context(bimester)
    found = report.judge(samples.completed(samples.example(bimester), context), context)
    assert (codes_of(found), found.portal_only) == ([], [])


def test_without_context_the_rules_that_need_it_are_named_and_never_passed() -> None:
    found = report.judge(samples.completed(samples.example(2)))
    named = {rule.code for rule in found.portal_only}
    assert named == {rule.code for rule in catalogue.RULES if rule.needs_context}
    assert named >= {"SIM-I16", "SIM-I19", "SIM-I20", "SIM-A09", "SIM-A11", "SIM-A13"}


amounts = st.integers(0, 10**13)


@st.composite
def consistent(draw: st.DrawFn) -> Declaration:
    """Any figures that keep what a row must be in itself."""
    declaration = samples.example(draw(st.integers(1, 6)))
    expenses: Table = {}
    for key in declaration.table(records.EXPENSES):
        committed = draw(amounts)
        settled = draw(st.integers(0, committed))
        paid = draw(st.integers(0, settled))
        expenses[key] = (draw(amounts), draw(amounts), committed, settled, paid, committed - settled)
    revenues: Table = {
        (code,): (draw(amounts), draw(amounts), draw(st.integers(1, 10**13))) for code in samples.FORECASTS
    }
    return samples.completed(
        replace(declaration, tables=declaration.tables | {"despesas": expenses, "receitas": revenues})
    )


@settings(max_examples=25, deadline=None)
@given(consistent())
def test_a_consistent_declaration_has_no_blocking_finding(declaration: Declaration) -> None:
    assert report.judge(declaration).blocking == 0


COMPUTED = sorted(samples.completed(samples.example(6)).computed)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(COMPUTED), st.integers(2, 10**9))
def test_a_single_wrong_total_is_a_single_group_that_names_it(name: str, cents: int) -> None:
    context = examples.example_context(6)
    declaration = samples.completed(samples.example(6), context)
    declaration.computed[name] = (declaration.computed[name] or 0) + cents
    found = report.judge(declaration, context)
    assert len(found.groups) == 1
    assert name in found.groups[0].cause.hit.cells


# A typed value changes and no declared total with it. The rule that heads the one group.
TYPED = [
    ("receitas", ("ITBI",), 2, 6, "SIM-I01"),
    ("receitas", ("FPM",), 2, 6, "SIM-I02"),
    ("despesas", ("301", "C", "2", "", ""), 2, 2, "SIM-I24"),
    ("despesas", ("301", "C", "3", "", ""), 3, 6, "SIM-I26"),
    ("despesas", ("301", "C", "3", "", ""), 2, 2, "SIM-I24"),
    ("receitas_adicionais", ("ESTADOS",), 2, 2, "SIM-I30"),
    ("controles", ("Q4", "2025"), 1, 6, "SIM-I13"),
    ("controles", ("Q6", "2025"), 2, 2, "SIM-I14"),
    ("restos_a_pagar", ("2025",), 3, 2, "SIM-I22"),
    ("restos_a_pagar", ("2025",), 0, 2, "SIM-I22"),
]


@pytest.mark.parametrize(("table", "key", "place", "bimester", "code"), TYPED)
def test_a_single_wrong_input_is_a_single_group(
    table: str, key: tuple[str, ...], place: int, bimester: int, code: str
) -> None:
    context = examples.example_context(bimester)
    declaration = samples.completed(samples.example(bimester), context)
    row = list(declaration.tables[table][key])
    row[place] = int(row[place] or 0) + 7
    changed = replace(declaration, tables=declaration.tables | {table: declaration.tables[table] | {key: tuple(row)}})
    found = report.judge(changed, context)
    assert [group.cause.code for group in found.groups] == [code]


def test_two_independent_errors_are_two_groups() -> None:
    declaration = samples.completed(samples.example(2))
    declaration.computed["I:realizada"] = 1
    declaration.computed["XXXII:realizada"] = 1
    found = report.judge(declaration)
    assert [group.cause.code for group in found.groups] == ["SIM-I01", "SIM-I30"]
    assert found.verdict == "2 impeditivas, 0 avisos: ainda não pode transmitir"


def test_a_justified_reversal_only_warns() -> None:
    declaration, context = examples.example_of("SIM-I19", fails=True)
    said: Table = {("SIM-I19", "COMPENSACOES"): ("Estorno de repasse creditado em duplicidade.",)}
    found = report.judge(replace(declaration, tables=declaration.tables | {"justificativas": said}), context)
    [group] = found.groups
    assert (group.cause.severity, group.cause.lowered_by) == (Severity.WARNING, "justificada")


def test_a_release_is_for_its_code_alone() -> None:
    declaration, context = examples.example_of("SIM-I18", fails=True)
    released = report.judge(declaration, replace(context, released=frozenset({"SIM-I18"})))
    assert released.may_be_sent
    assert released.groups[0].cause.lowered_by == "liberada"
    assert not report.judge(declaration, replace(context, released=frozenset({"SIM-I09"}))).may_be_sent


def test_a_prorogued_term_is_the_term() -> None:
    declaration, late = examples.example_of("SIM-A13", fails=True)
    assert late.today is not None
    assert codes_of(report.judge(declaration, replace(late, prorogued=Term(late.today, late.today)))) == []


def test_the_severity_is_that_of_the_period() -> None:
    rule = catalogue.RULES[0]._replace(
        severities=(
            Since(Period(2019, 1), Severity.WARNING, "conjunto inicial"),
            Since(Period(2026, 3), Severity.BLOCKING, "mudança"),
        ),
    )
    assert rule.severity(Period(2026, 2)) is Severity.WARNING
    assert rule.severity(Period(2026, 3)) is Severity.BLOCKING


def test_every_leaf_of_expense_reaches_one_side_of_the_count() -> None:
    layout = anexo12.edition().running
    for source in anexo12.SOURCES:
        follows = layout.origins["XI:paga" if source in anexo12.OWN_SOURCES else "XL:paga"]
        assert f"302.K.{source}:paga" in follows


@pytest.mark.parametrize(
    ("formula", "complaint"),
    [
        ("B + C", "there is no C:x"),
        ("__import__(B)", "unknown operation"),
        ("B * 2", "cannot read"),
        ("A + B", "follows from itself"),
    ],
)
def test_a_formula_that_is_not_one_is_refused(formula: str, complaint: str) -> None:
    lines = {"A": Line("A", "a", "Q", ("x",), formula), "B": Line("B", "b", "Q", ("x",))}
    with pytest.raises(ValueError, match=complaint):
        Layout("prova", lines, {}, is_final=False)
