"""Establishments of the synthetic SCNES. Districts are named after Brazilian trees and birds."""

from config.seed.plans import EstablishmentPlan

CENTRAL = "CENTRAL DE GESTÃO EM SAÚDE"
UBS = "CENTRO DE SAÚDE/UNIDADE BÁSICA"
POST = "POSTO DE SAÚDE"

DISTRICTS = (
    "Jardim das Aroeiras",
    "Vila Sabiá",
    "Parque dos Jequitibás",
    "Jardim Bem-te-vi",
    "Vila Jatobá",
    "Residencial Curió",
    "Jardim das Pitangueiras",
    "Vila Umbuzeiro",
    "Parque das Araucárias",
    "Jardim Tico-tico",
    "Vila Mangabeira",
    "Conjunto Habitacional João-de-barro",
    "Jardim Guapuruvu",
    "Vila Sanhaço",
    "Parque das Jabuticabeiras",
    "Jardim Ingazeiro",
    "Vila Juriti",
    "Residencial Sucupira",
    "Jardim Copaíba",
    "Vila Tangará",
    "Parque Buriti",
    "Jardim Andorinha",
    "Vila Cambuci",
    "Conjunto Habitacional Quero-quero",
    "Jardim Mulungu",
    "Vila Gameleira",
    "Parque Seriema",
    "Jardim Cagaita",
    "Vila Araponga",
    "Residencial Murici",
)

# Name and type of what a larger municipality has besides basic health units.
SPECIALISED = (
    ("Policlínica Municipal Ipê-Amarelo", "POLICLÍNICA"),
    ("Pronto Atendimento Municipal Vila Sabiá", "PRONTO ATENDIMENTO"),
    ("UPA 24h Parque dos Jequitibás", "PRONTO ATENDIMENTO"),
    ("CAPS II Canto do Sabiá", "CENTRO DE ATENÇÃO PSICOSSOCIAL"),
    ("CAPS AD Recomeço das Aroeiras", "CENTRO DE ATENÇÃO PSICOSSOCIAL"),
    ("CAPS Infantojuvenil Bem-te-vi", "CENTRO DE ATENÇÃO PSICOSSOCIAL"),
    ("Centro de Especialidades Odontológicas Pitangueira", "CLÍNICA/CENTRO DE ESPECIALIDADE"),
    ("Centro de Especialidades Médicas Guapuruvu", "CLÍNICA/CENTRO DE ESPECIALIDADE"),
    ("Centro Especializado em Reabilitação Copaíba", "CLÍNICA/CENTRO DE ESPECIALIDADE"),
    ("Laboratório Municipal de Análises Clínicas", "UNIDADE DE APOIO DIAGNOSE E TERAPIA"),
    ("Farmácia Municipal Central", "FARMÁCIA"),
    ("Farmácia Municipal Vila Mangabeira", "FARMÁCIA"),
    ("Unidade de Vigilância em Saúde", "UNIDADE DE VIGILÂNCIA EM SAÚDE"),
    ("Polo da Academia da Saúde Parque Buriti", "POLO ACADEMIA DA SAÚDE"),
    ("Polo da Academia da Saúde Vila Tangará", "POLO ACADEMIA DA SAÚDE"),
    ("SAMU 192 – Unidade de Suporte Avançado", "UNIDADE MÓVEL DE NÍVEL PRÉ-HOSPITALAR NA ÁREA DE URGÊNCIA"),
)

LONG_NAMES = (
    "Unidade Básica de Saúde da Família Enfermeira Anunciação das Dores do Espírito Santo Jequitibá – Vila Jatobá",
    "Centro de Saúde Escola Professor Doutor Epaminondas Ludovico de Albuquerque Guapuruvu – Jardim Ingazeiro II",
)


def district_for(name: str, number: int) -> str:
    """The district that the unit is named after, else one by number, so that neighbours differ."""
    named = next((district for district in DISTRICTS if district in name), "")
    return named or DISTRICTS[number % len(DISTRICTS)]


def central(sequence: int = 1) -> EstablishmentPlan:
    """The central unit, which the infographic recommends for the token; the others become its children."""
    return EstablishmentPlan(
        sequence=sequence,
        name="Central de Gestão em Saúde",
        unit_type=CENTRAL,
        district="Centro",
        street="Praça dos Ipês, 100",
    )


def units(names: tuple[str, ...], unit_type: str, *, start: int) -> tuple[EstablishmentPlan, ...]:
    """Consecutive units of one type, each in the district of its name or in its own."""
    return tuple(
        EstablishmentPlan(
            sequence=start + i,
            name=name,
            unit_type=unit_type,
            district=district_for(name, start + i),
            street=f"Rua das Palmeiras, {10 * (start + i)}",
        )
        for i, name in enumerate(names)
    )


def of_a_medium_city() -> tuple[EstablishmentPlan, ...]:
    """Fifty establishments, so that lists have pages; one is inactive in the SCNES."""
    basic = units((*(f"UBS {district}" for district in DISTRICTS), *LONG_NAMES), UBS, start=2)
    start = 2 + len(basic)
    specialised = tuple(
        EstablishmentPlan(
            sequence=start + i,
            name=name,
            unit_type=unit_type,
            district=district_for(name, i),
            street=f"Avenida dos Manacás, {100 + i}",
        )
        for i, (name, unit_type) in enumerate(SPECIALISED)
    )
    closed = EstablishmentPlan(
        sequence=start + len(specialised),
        name="Posto de Saúde Fazenda Velha (desativado)",
        unit_type=POST,
        district="Zona Rural",
        street="Estrada da Fazenda Velha, km 12",
        is_active=False,
    )
    return (central(), *basic, *specialised, closed)


def of_a_small_city(*names: str) -> tuple[EstablishmentPlan, ...]:
    """The central unit and the given basic health units."""
    return (central(), *units(names, UBS, start=2))
