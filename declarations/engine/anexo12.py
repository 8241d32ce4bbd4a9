"""The municipal Anexo 12 of the RREO in use since the MDF of 2019–2020, as data (spec of the SIOPS, section 5).

Line and column names are the published ones; "C" and "K" are despesas correntes and de capital. The 63 lines by source
("301.C.2") are the sums of `despesas.csv`, from which the quadros of expense are made.
"""

from functools import cache

from declarations.engine.layouts import Edition, Line

NAME = "anexo12-2020"
FIRST_YEAR = 2019

REVENUE = ("prev_inicial", "prev_atualizada", "realizada")
EXPENSE = ("dot_inicial", "dot_atualizada", "empenhada", "liquidada", "paga", "rpnp")
STAGES = ("empenhada", "liquidada", "paga")
CARRIED = ("saldo_inicial", *STAGES)
REMAINDERS = ("m", "n", "p", "q", "s", "t", "u")
AVAILABILITY = ("saldo_caixa", "obrigacoes", "rpp", "rpnp")
MINIMUM_RATE = 1500

SUBFUNCTIONS = {
    "301": "Atenção Básica",
    "302": "Assistência Hospitalar e Ambulatorial",
    "303": "Suporte Profilático e Terapêutico",
    "304": "Vigilância Sanitária",
    "305": "Vigilância Epidemiológica",
    "306": "Alimentação e Nutrição",
    "999": "Outras Subfunções",
}
CATEGORIES = {"C": "despesas correntes", "K": "despesas de capital"}
SOURCES = {
    "1": "Recursos Ordinários",
    "2": "Impostos e transferências de impostos – Saúde",
    "3": "SUS União",
    "4": "SUS Estado",
    "5": "Convênios",
    "6": "Operações de crédito",
    "7": "LC 173/2020",
    "8": "Royalties",
    "9": "Outros",
}
# The sources of the base of the law; the others pay for what is not counted in the minimum.
OWN_SOURCES = ("1", "2")
OTHER_SOURCES = ("3", "4", "5", "6", "7", "8", "9")
# Sources that are transfers of other entities, which XLIX leaves out.
TRANSFERRED_SOURCES = ("3", "4", "5", "7")

TAXES = {
    "IPTU": "Receita Resultante do IPTU",
    "ITBI": "Receita Resultante do ITBI",
    "ISS": "Receita Resultante do ISS",
    "IRRF": "Receita Resultante do IRRF",
}
TRANSFERS = {
    "FPM": "Cota-Parte FPM",
    "ITR": "Cota-Parte ITR",
    "IPVA": "Cota-Parte IPVA",
    "ICMS": "Cota-Parte ICMS",
    "IPI_EXP": "Cota-Parte IPI-Exportação",
    "COMPENSACOES": "Compensações Financeiras Provenientes de Impostos e Transferências Constitucionais",
}
HEALTH_TRANSFERS = {
    "UNIAO": "Transferências da União",
    "ESTADOS": "Transferências dos Estados",
    "OUTROS_MUN": "Transferências de Outros Municípios",
}
OTHER_ADDITIONAL = {
    "XXX": "Receita de Operações de Crédito Vinculadas à Saúde",
    "XXXI": "Outras Receitas",
}
COUNTED = dict(zip(SUBFUNCTIONS, ("IV", "V", "VI", "VII", "VIII", "IX", "X"), strict=True))
NOT_COUNTED = dict(zip(SUBFUNCTIONS, ("XXXIII", "XXXIV", "XXXV", "XXXVI", "XXXVII", "XXXVIII", "XXXIX"), strict=True))
WHOLE = dict(zip(SUBFUNCTIONS, ("XLI", "XLII", "XLIII", "XLIV", "XLV", "XLVI", "XLVII"), strict=True))
# Years before the one declared: the line of each, and what the last line gathers.
UNMET = {1: "Q4.1", 2: "Q4.2", 3: "Q4.ANT"}
CANCELLED = {0: "XXIV", 1: "XXV", 2: "XXVI", 3: "XXVII"}
OLDEST_REMAINDER = 15

REVENUE_COLUMNS = (*REVENUE, "pct")
EXPENSE_COLUMNS = (*EXPENSE, *(f"{stage}_pct" for stage in STAGES))
CONTROL_COLUMNS = (*CARRIED, "saldo_final")
REMAINDER_COLUMNS = ("m", "n", "o", "p", "q", "r", "s", "t", "u", "v")

COLUMN_FORMULAS = {
    "pct": "half_up(realizada, prev_atualizada)",
    **{f"{stage}_pct": f"half_up({stage}, dot_atualizada)" for stage in STAGES},
    "saldo_final": "saldo_inicial - {stage}",
    "o": "positive(n - m)",
    "r": "positive(p - o - q)",
    "v": "o + q - u",
}


def source_line(subfunction: str, category: str, source: str) -> str:
    return f"{subfunction}.{category}.{source}"


def _revenue(quadro: str, code: str, label: str, formula: str = "") -> Line:
    return Line(code, label, quadro, REVENUE_COLUMNS, formula)


def _expense(quadro: str, code: str, label: str, formula: str) -> Line:
    return Line(code, label, quadro, EXPENSE_COLUMNS, formula)


def _staged(code: str, label: str, formula: str) -> Line:
    return Line(code, label, "Q3", STAGES, formula)


def _plus(codes: dict[str, str] | list[str]) -> str:
    return " + ".join(codes)


def _revenue_lines() -> list[Line]:
    return [
        _revenue("Q1", "I", "Receita de Impostos (I)", _plus(TAXES)),
        *(_revenue("Q1", code, label) for code, label in TAXES.items()),
        _revenue("Q1", "II", "Receita de Transferências Constitucionais e Legais (II)", _plus(TRANSFERS)),
        *(_revenue("Q1", code, label) for code, label in TRANSFERS.items()),
        _revenue("Q1", "III", "Total das Receitas (III)", "I + II"),
    ]


def _source_lines() -> list[Line]:
    return [
        Line(source_line(sub, category, source), f"{sub}, {kind}, fonte {source}", "FONTES", EXPENSE)
        for sub in SUBFUNCTIONS
        for category, kind in CATEGORIES.items()
        for source in SOURCES
    ]


def _by_subfunction(quadro: str, codes: dict[str, str], sources: tuple[str, ...]) -> list[Line]:
    """Subfunction by subfunction: the total, and its despesas correntes and de capital."""
    lines = []
    for sub, code in codes.items():
        label = f"{SUBFUNCTIONS[sub]} ({code})"
        lines.append(_expense(quadro, code, label, f"{code}.C + {code}.K"))
        lines += [
            _expense(quadro, f"{code}.{kind}", f"{label}, {words}", _plus([source_line(sub, kind, s) for s in sources]))
            for kind, words in CATEGORIES.items()
        ]
    return lines


def _minimum_lines() -> list[Line]:
    """Q3: from the total of the ASPS to the percentage."""
    own = [f"D.{source}" for source in OWN_SOURCES]
    owed = " + ".join(f"{line}:rpp + {line}:rpnp" for line in own)
    cash = " ".join(f"- {line}:saldo_caixa + {line}:obrigacoes" for line in own)
    return [
        _staged("XII", "Total das Despesas com ASPS (XII)", "XI"),
        Line(
            "XIII",
            "Restos a Pagar Inscritos Indevidamente sem Disponibilidade Financeira (XIII)",
            "Q3",
            STAGES,
            f"positive({owed} {cash})",
            final_columns=("empenhada",),
        ),
        _staged("XIV", "Despesas com Recursos do Percentual Mínimo não Aplicado (XIV)", "XX"),
        _staged("XV", "Despesas com Disponibilidade de Caixa de RP Cancelados (XV)", "XXVIII"),
        Line("XVI", "Valor Aplicado em ASPS (XVI)", "Q3", STAGES, "XII - XIII - XIV - XV"),
        Line(
            "XVII", "Despesa Mínima a ser Aplicada, 15 % (XVII)", "Q3", ("minimo",), "share(III:realizada, TAXA:legal)"
        ),
        Line(
            "XVII_LO",
            "Despesa Mínima a ser Aplicada, Lei Orgânica (XVII)",
            "Q3",
            ("minimo",),
            "share(III:realizada, TAXA:organica)",
        ),
        _staged(
            "XVIII",
            "Diferença entre o Valor Aplicado e a Despesa Mínima (XVIII)",
            "beyond(XVI, XVII:minimo, XVII_LO:minimo)",
        ),
        _staged("XIX", "Limite não Cumprido (XIX)", "negative(XVIII)"),
        _staged("PCT", "Percentual Aplicado em ASPS", "truncated(XVI, III:realizada)"),
    ]


def _control_lines() -> list[Line]:
    """Q4 to Q6: what earlier years left to apply, the restos a pagar and those cancelled."""
    unmet = {1: "no exercício anterior", 2: "dois exercícios antes", 3: "em exercícios anteriores"}
    cancelled = {0: "no exercício", **unmet}
    remainders = [f"RP.{age}" for age in range(OLDEST_REMAINDER + 1)]
    return [
        *(Line(code, f"Limite não cumprido {unmet[age]}", "Q4", CONTROL_COLUMNS) for age, code in UNMET.items()),
        Line(
            "XX",
            "Total do percentual não cumprido em exercícios anteriores (XX)",
            "Q4",
            CONTROL_COLUMNS,
            _plus(list(UNMET.values())),
        ),
        *(
            Line(
                code, f"Empenhos de {age} exercícios antes" if age else "Empenhos do exercício", "Q5", REMAINDER_COLUMNS
            )
            for age, code in enumerate(remainders)
        ),
        Line(
            "XXI",
            "RP cancelados ou prescritos até o exercício atual (XXI)",
            "Q5",
            ("valor",),
            f"lacking({', '.join(f'{code}:v' for code in remainders)})",
        ),
        Line("XXII", "RP cancelados ou prescritos até o exercício anterior (XXII)", "Q5", ("valor",)),
        Line("XXIII", "RP cancelados ou prescritos no exercício (XXIII)", "Q5", ("valor",), "difference(XXI, XXII)"),
        *(
            Line(code, f"RP cancelados ou prescritos {cancelled[age]} ({code})", "Q6", CONTROL_COLUMNS)
            for age, code in CANCELLED.items()
        ),
        Line(
            "XXVIII",
            "Total de RP cancelados ou prescritos (XXVIII)",
            "Q6",
            CONTROL_COLUMNS,
            _plus(list(CANCELLED.values())),
        ),
    ]


def _additional_lines() -> list[Line]:
    return [
        _revenue("Q7", "XXIX", "Receita de Transferências para a Saúde (XXIX)", _plus(HEALTH_TRANSFERS)),
        *(_revenue("Q7", code, label) for code, label in HEALTH_TRANSFERS.items()),
        *(_revenue("Q7", code, f"{label} ({code})") for code, label in OTHER_ADDITIONAL.items()),
        _revenue("Q7", "XXXII", "Total de Receitas Adicionais (XXXII)", "XXIX + XXX + XXXI"),
    ]


def _whole_lines() -> list[Line]:
    """Q9: everything that was spent on health, and what of it was paid by the entity itself."""
    transferred = [
        source_line(sub, category, source)
        for sub in SUBFUNCTIONS
        for category in CATEGORIES
        for source in TRANSFERRED_SOURCES
    ]
    return [
        *(
            _expense("Q9", code, f"{SUBFUNCTIONS[sub]} ({code})", f"{COUNTED[sub]} + {NOT_COUNTED[sub]}")
            for sub, code in WHOLE.items()
        ),
        _expense("Q9", "XLVIII", "Total das Despesas com Saúde (XLVIII)", "XI + XL"),
        _expense("Q9", "TRANSFERIDAS", "(-) Despesas de Transferências de Outros Entes", _plus(transferred)),
        _expense("Q9", "XLIX", "Despesas com Recursos Próprios (XLIX)", "XLVIII - TRANSFERIDAS"),
    ]


def _lines() -> dict[str, Line]:
    lines = [
        Line("TAXA", "Taxa do mínimo", "PARAMETROS", ("legal", "organica")),
        *_revenue_lines(),
        *_source_lines(),
        *(
            Line(f"D.{code}", f"Disponibilidade, {label}", "DISPONIBILIDADE", AVAILABILITY)
            for code, label in SOURCES.items()
        ),
        *_by_subfunction("Q2", COUNTED, OWN_SOURCES),
        _expense("Q2", "XI", "Total das Despesas com ASPS (XI)", _plus(list(COUNTED.values()))),
        *_control_lines(),
        *_minimum_lines(),
        *_additional_lines(),
        *_by_subfunction("Q8", NOT_COUNTED, OTHER_SOURCES),
        _expense("Q8", "XL", "Total das Despesas não Computadas (XL)", _plus(list(NOT_COUNTED.values()))),
        *_whole_lines(),
    ]
    return {line.code: line for line in lines}


@cache
def edition() -> Edition:
    return Edition(NAME, FIRST_YEAR, _lines(), COLUMN_FORMULAS)
