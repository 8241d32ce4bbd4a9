"""The records of a transmission file: for each CSV its key, its amounts and what each accepts (spec, section 9)."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from declarations.engine import anexo12

AMOUNT = r"(?:\d{1,14}[.,]\d\d)?"
SIGNED_AMOUNT = r"(?:-?\d{1,14}[.,]\d\d)?"
TEXT = r"[^;\x00-\x1f\x7f]{0,200}"

# LC 141/2012: what article 3 counts as ASPS, and what article 4 leaves out.
COUNTED_TYPES = {
    "3.I": "Vigilância em saúde",
    "3.II": "Atenção integral e universal",
    "3.III": "Capacitação do pessoal de saúde do SUS",
    "3.IV": "Desenvolvimento científico e tecnológico",
    "3.V": "Insumos, imunobiológicos, medicamentos e equipamentos",
    "3.VI": "Saneamento básico de domicílios ou pequenas comunidades",
    "3.VII": "Saneamento de distritos sanitários indígenas e quilombolas",
    "3.VIII": "Manejo ambiental para controle de vetores",
    "3.IX": "Investimento na rede física do SUS",
    "3.X": "Remuneração do pessoal ativo da saúde",
    "3.XI": "Apoio administrativo das instituições públicas do SUS",
    "3.XII": "Gestão do sistema público de saúde",
}
EXCLUDED_TYPES = {
    "4.I": "Aposentadorias e pensões",
    "4.II": "Pessoal ativo em atividade alheia à saúde",
    "4.III": "Assistência à saúde sem acesso universal",
    "4.IV": "Merenda escolar e programas de alimentação",
    "4.V": "Saneamento básico",
    "4.VI": "Limpeza urbana",
    "4.VII": "Preservação do meio ambiente",
    "4.VIII": "Assistência social",
    "4.IX": "Obras de infraestrutura",
    "4.X": "ASPS com recursos fora da base ou de fundos distintos",
    "4.XI": "Remuneração de pessoal excluída por lei posterior",
}
INDICATORS = {
    "RECEITA_TOTAL": "Receita total do ente",
    "TRANSFERENCIAS_TOTAL": "Transferências recebidas",
    "TRANSFERENCIAS_UNIAO": "Transferências recebidas da União",
    "PESSOAL": "Despesa com pessoal da saúde",
    "MEDICAMENTOS": "Despesa com medicamentos",
    "TERCEIROS_PJ": "Despesa com serviços de terceiros – pessoa jurídica",
    "INVESTIMENTOS": "Despesa com investimentos",
    "SEM_FINS_LUCRATIVOS": "Despesa com instituições sem fins lucrativos",
}


class Column(NamedTuple):
    """One column of a CSV: what its text must look like, and, of a key, which values exist."""

    name: str
    pattern: str
    known: frozenset[str] | None = None

    def takes(self, text: str) -> bool:
        return re.fullmatch(self.pattern, text, re.ASCII) is not None


@dataclass(frozen=True)
class Record:
    """One CSV. `keys` say which row it is; `values` are amounts, or the text of a justification."""

    name: str
    keys: tuple[Column, ...]
    values: tuple[Column, ...]
    # Further keys, after the values, that a file may leave out.
    optional: tuple[Column, ...] = ()
    is_required: bool = True
    holds_text: bool = False

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @cached_property
    def header(self) -> tuple[str, ...]:
        return tuple(column.name for column in (*self.keys, *self.values))

    @cached_property
    def full_header(self) -> tuple[str, ...]:
        return (*self.header, *(column.name for column in self.optional))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return self._compiled()

    @cached_property
    def full_pattern(self) -> re.Pattern[str]:
        return self._compiled(*self.optional)

    def _compiled(self, *further: Column) -> re.Pattern[str]:
        """A whole line: a group for each key, one for all the values together, one for each further key."""
        keys, more = ([f"({column.pattern})" for column in columns] for columns in (self.keys, further))
        values = ";".join(f"(?:{column.pattern})" for column in self.values)
        return re.compile(f"^{';'.join([*keys, f'({values})', *more])}$", re.ASCII | re.MULTILINE)


def _code(name: str, known: dict[str, str] | tuple[str, ...]) -> Column:
    return Column(name, r"[A-Z0-9_.]{1,24}", frozenset(known))


def _amounts(names: tuple[str, ...], signed: tuple[str, ...] = ()) -> tuple[Column, ...]:
    return tuple(Column(name, SIGNED_AMOUNT if name in signed else AMOUNT) for name in names)


SIGNED_REVENUE = _amounts(anexo12.REVENUE, signed=("realizada",))
YEAR = Column("exercicio", r"\d{4}")

REVENUES = Record(
    "receitas", (_code("codigo", ("I", "II", "III", *anexo12.TAXES, *anexo12.TRANSFERS)),), SIGNED_REVENUE
)
EXPENSES = Record(
    "despesas",
    (_code("subfuncao", anexo12.SUBFUNCTIONS), _code("categoria", anexo12.CATEGORIES), _code("fonte", anexo12.SOURCES)),
    _amounts(anexo12.EXPENSE),
    optional=(
        Column("tipo_gasto", r"[0-9A-Z.]{0,8}", frozenset(("", *COUNTED_TYPES, *EXCLUDED_TYPES))),
        Column("historico", TEXT),
    ),
)
ADDITIONAL = Record(
    "receitas_adicionais",
    (_code("codigo", ("XXIX", "XXXII", *anexo12.HEALTH_TRANSFERS, *anexo12.OTHER_ADDITIONAL)),),
    SIGNED_REVENUE,
)
REMAINDERS = Record("restos_a_pagar", (YEAR,), _amounts(anexo12.REMAINDERS))
CONTROLS = Record("controles", (_code("quadro", ("Q4", "Q6")), YEAR), _amounts(("saldo_inicial", "emp", "liq", "paga")))
AVAILABILITY = Record(
    "disponibilidade", (_code("fonte", anexo12.SOURCES),), _amounts(anexo12.AVAILABILITY, signed=("saldo_caixa",))
)
JUSTIFICATIONS = Record(
    "justificativas",
    (Column("critica", r"SIM-[A-Z]\d\d"), Column("linha", r"[A-Z0-9_.]{1,24}")),
    (Column("texto", r"[^;\x00-\x1f\x7f]{1,1000}"),),
    is_required=False,
    holds_text=True,
)
INDICATOR_VALUES = Record("indicadores", (_code("codigo", INDICATORS),), _amounts(("valor",)), is_required=False)

RECORDS = {
    record.name: record
    for record in (
        REVENUES,
        EXPENSES,
        ADDITIONAL,
        REMAINDERS,
        CONTROLS,
        AVAILABILITY,
        JUSTIFICATIONS,
        INDICATOR_VALUES,
    )
}
MANIFEST, COMPUTED = "manifest.json", "anexo12.json"
FILES = frozenset((MANIFEST, COMPUTED, *(record.file for record in RECORDS.values())))
