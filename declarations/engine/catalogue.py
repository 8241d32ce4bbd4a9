"""The rules of the house, as a literal table: code, what it asks, severity since when, law, remedy, and the function.

The codes and messages are of the simulator; the real list is not public. What decides the severity is: an error that
influences the minimum percentage blocks, every other one warns (orientações do SIOPS).
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from declarations.engine.case import Case, Hit
from declarations.engine.findings import Severity
from declarations.engine.periods import Period
from declarations.engine.rules import rows, totals, warnings

VERSION = "regras-2026.1"
FIRST = Period(2019, 1)


class Since(NamedTuple):
    """One severity, the bimestre from which it holds, and why it changed."""

    period: Period
    severity: Severity
    reason: str


BLOCKS = (Since(FIRST, Severity.BLOCKING, "Conjunto inicial: influi no percentual mínimo"),)
WARNS = (Since(FIRST, Severity.WARNING, "Conjunto inicial: não influi no percentual mínimo"),)


class Rule(NamedTuple):
    """One crítica. The log of its severities is in the order of time."""

    code: str
    asks: str
    find: Callable[[Case], Iterable[Hit]]
    severities: tuple[Since, ...]
    law: str
    remedy: str
    # What only the portal knows is needed to judge it wholly.
    needs_context: bool = False
    is_total: bool = False
    # A written justification for the line makes it a warning.
    may_be_justified: bool = False

    def severity(self, period: Period) -> Severity:
        return [since.severity for since in self.severities if since.period <= period][-1]


BASE, COUNT, EXCLUDED = "LC 141/2012, art. 7º", "LC 141/2012, arts. 2º e 3º", "LC 141/2012, art. 4º"
REMAINDERS, UNMET = "LC 141/2012, art. 24", "LC 141/2012, arts. 25 e 26"
REPORT, DECLARED = "LC 141/2012, art. 35", "LC 141/2012, art. 39"
HOUSE = "Conferência do simulador; não impede"
TYPED = "Confira as linhas de origem e deixe o total ser calculado."
CHECK = "Pode estar certo. Confira o valor digitado."
SYNTHETIC = "A tabela de comparação é sintética, do simulador. Confira o valor digitado."


def _total(code: str, asks: str, find: Callable[[Case], Iterable[Hit]], law: str, remedy: str = TYPED) -> Rule:
    return Rule(code, asks, find, BLOCKS, law, remedy, is_total=True)


def _warning(
    code: str, asks: str, find: Callable[[Case], Iterable[Hit]], remedy: str = CHECK, law: str = HOUSE
) -> Rule:
    return Rule(code, asks, find, WARNS, law, remedy)


def _of_portal(code: str, asks: str, find: Callable[[Case], Iterable[Hit]], remedy: str = CHECK) -> Rule:
    return Rule(code, asks, find, WARNS, HOUSE, remedy, needs_context=True)


RULES: tuple[Rule, ...] = (
    _total("SIM-I01", "I é a soma dos impostos, com tolerância de R$ 0,01", totals.total_of_taxes, BASE),
    _total("SIM-I02", "II é a soma das cotas-partes, com tolerância de R$ 0,01", totals.total_of_transfers, BASE),
    _total("SIM-I03", "III = I + II", totals.total_of_revenue, BASE),
    Rule("SIM-I04", "III realizada é maior que zero", rows.base_is_positive, BLOCKS, BASE,
         "Informe a receita realizada de impostos e transferências."),
    Rule("SIM-I05", "Nenhuma receita realizada é negativa", rows.revenue_is_not_negative, BLOCKS, BASE,
         "Informe o valor líquido das deduções, de zero para cima."),
    _total("SIM-I06", "Correntes + capital é o total da subfunção", totals.total_of_subfunctions, COUNT),
    _total("SIM-I07", "XI é a soma de IV a X", totals.total_counted, COUNT),
    Rule("SIM-I08", "Liquidado não passa do empenhado (tolerância de R$ 0,01)", rows.settled_within_committed, BLOCKS,
         COUNT, "Confira a coluna liquidada (e): em geral é valor de outra linha."),
    Rule("SIM-I09", "Pago não passa do liquidado (tolerância de R$ 0,01)", rows.paid_within_settled, BLOCKS, COUNT,
         "Confira a coluna paga (f): em geral é valor de outra linha."),
    _total("SIM-I10", "XII = XI", totals.total_repeated, REPORT),
    _total("SIM-I11", "XIII não se aplica do 1º ao 5º bimestre", totals.no_remainders_yet, REMAINDERS,
           "Deixe a linha XIII sem valor até o 6º bimestre."),
    _total("SIM-I12", "No 6º bimestre, XIII é o que os restos a pagar próprios passam da disponibilidade",
           totals.remainders_without_cash, REMAINDERS, "Confira a pasta Disponibilidade, fontes 1 e 2."),
    _total("SIM-I13", "XIV é o total do quadro do percentual não cumprido (XX)", totals.unmet_of_former_years, UNMET),
    _total("SIM-I14", "XV é o total do quadro de RP cancelados (XXVIII)", totals.cancelled_remainders, REMAINDERS),
    _total("SIM-I15", "XVI = XII - XIII - XIV - XV", totals.amount_applied, REPORT),
    Rule("SIM-I16", "XVII é a maior entre 15 % e a Lei Orgânica, arredondada; XVIII e XIX decorrem dela",
         totals.minimum_to_apply, BLOCKS, BASE, TYPED, needs_context=True, is_total=True),
    _total("SIM-I17", "O percentual é XVI / III, truncado em duas casas", totals.final_percentage, BASE,
           "Não arredonde: o percentual publicado é truncado."),
    Rule("SIM-I18", "O que se custeou não passa do saldo inicial", rows.spent_within_balance, BLOCKS, UNMET,
         "Confira o saldo inicial e a despesa do mesmo exercício."),
    Rule("SIM-I19", "Valor acumulado não diminui de um bimestre para o outro", rows.amounts_only_grow, BLOCKS, REPORT,
         "Corrija o valor ou justifique o estorno da linha.", needs_context=True, may_be_justified=True),
    Rule("SIM-I20", "Saldos iniciais são os finais homologados do ano anterior", rows.opening_balances, BLOCKS, UNMET,
         "Traga os saldos do ano anterior.", needs_context=True),
    Rule("SIM-I21", "Inscritos = pagos + a pagar + cancelados", rows.remainders_add_up, BLOCKS, REMAINDERS,
         "Confira as quatro colunas do exercício."),
    _total("SIM-I22", "Colunas o, r e v do quadro de RP seguem as fórmulas", totals.remainder_columns, REMAINDERS),
    Rule("SIM-I23", "XXI a XXIII seguem as fórmulas; XXII é o XXI do ano anterior", totals.remainders_owed, BLOCKS,
         REMAINDERS, TYPED, needs_context=True, is_total=True),
    _total("SIM-I24", "Fontes 1 e 2 somam o computado; as outras, o não computado", totals.expense_by_source, COUNT,
           "Confira a despesa por fonte da subfunção."),
    _total("SIM-I25", "XL a XLIX são as somas por subfunção e XLVIII = XI + XL", totals.whole_expense, REPORT),
    Rule("SIM-I26", "No 6º bimestre, RPNP = empenhado - liquidado", rows.unprocessed_remainders, BLOCKS, REMAINDERS,
         "Recalcule a coluna RPNP (g)."),
    Rule("SIM-I27", "Nenhum gasto do art. 4º está entre os computados", rows.only_health_is_counted, BLOCKS, EXCLUDED,
         "Mova o gasto para fonte de despesas não computadas."),
    Rule("SIM-I28", "Nenhum valor em branco", rows.nothing_blank, BLOCKS, DECLARED,
         "Preencha com o valor, ou com 0,00 se não houve."),
    Rule("SIM-I29", "O arquivo é do ente, da esfera e do bimestre em que se está", rows.of_this_session, BLOCKS,
         DECLARED, "Escolha o arquivo deste ente e bimestre.", needs_context=True),
    _total("SIM-I30", "XXIX e XXXII são as somas das receitas adicionais", totals.additional_revenue, REPORT),
    _warning("SIM-A01", "Empenhado dentro da dotação atualizada", warnings.committed_within_budget),
    _warning("SIM-A02", "Dotação atualizada não caiu a menos da metade", warnings.budget_not_halved),
    _warning("SIM-A03", "Do 1º ao 5º bimestre, percentual parcial no mínimo", warnings.minimum_so_far,
             "Nada impede: a apuração legal é a do 6º bimestre.", BASE),
    _warning("SIM-A04", "No 6º bimestre, percentual no mínimo", warnings.minimum_of_the_year,
             "Se o valor é este, declare-o: a diferença será condicionada.", "Decreto 7.827/2012, art. 13"),
    _warning("SIM-A05", "Percentual entre 5 % e 50 %", warnings.usual_percentage),
    _warning("SIM-A06", "IPTU, ISS, FPM e ICMS com arrecadação a partir do 2º bimestre", warnings.taxes_are_collected),
    _warning("SIM-A07", "Receita realizada até 150 % da previsão", warnings.collected_as_forecast,
             "Pode estar certo. Confira a previsão atualizada."),
    _of_portal("SIM-A08", "III varia até 30 % do mesmo bimestre do ano anterior", warnings.base_like_last_year),
    _of_portal("SIM-A09", "FPM, ICMS e ITR até 1 % do repasse publicado", warnings.shares_as_published,
               SYNTHETIC),
    _of_portal("SIM-A10", "Transferências da União até 1 % das do FNS", warnings.funds_as_published,
               SYNTHETIC),
    _of_portal("SIM-A11", "Despesa por habitante entre os percentis 1 e 99 dos pares", warnings.expense_like_peers,
               SYNTHETIC),
    _of_portal("SIM-A12", "Bimestre anterior homologado", warnings.former_is_homologated,
               "Transmita-o, e peça ao Secretário que o homologue."),
    _of_portal("SIM-A13", "Dentro do prazo", warnings.within_the_term,
               "Transmita assim mesmo: fora do prazo também vale."),
    _warning("SIM-A14", "Alimentação e Nutrição sem merenda no histórico", warnings.no_school_meals,
             "Merenda escolar vai para despesas não computadas."),
    _warning("SIM-A15", "Alguma despesa de capital até o 6º bimestre", warnings.some_capital_expense),
    _warning("SIM-A16", "Gasto do art. 4º fora do computado", warnings.moved_out_of_the_count,
             "Nada a fazer: já está entre as despesas não computadas."),
    Rule("SIM-A17", "Percentual de cada linha, arredondado", totals.row_percentages, WARNS, HOUSE,
         "O percentual da linha é arredondado; só o final é truncado.", is_total=True),
    _warning("SIM-A18", "Outras Subfunções até 40 % de XI", warnings.others_are_few,
             "Classifique nas subfunções 301 a 306 o que couber."),
    _of_portal("SIM-A19", "Lei Orgânica diferente da taxa legal", warnings.organic_rate_is_its_own,
               "Peça à coordenação que retire a taxa igual à legal."),
    _of_portal("SIM-A20", "População conhecida", warnings.population_is_known, "O indicador 2.1 ficará «sem dado»."),
)  # fmt: skip
BY_CODE = {rule.code: rule for rule in RULES}
