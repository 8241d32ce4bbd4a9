"""Belo Horizonte, of the SISRede: centros de saúde, a CREAB, areas and microareas, and who works where.

Only the municipality is real. Vila Jatobá has everybody, Parque Buriti has its own manager, and Jardim Mulungu none,
so that the municipal TI decides there.
"""

from cadsus.models import OperatorAccess, Posting
from config.seed import establishments, offices, people
from config.seed.plans import AreaPlan, EntityPlan, EstablishmentPlan, PersonPlan, PostingPlan

Function = Posting.Function
Profile = OperatorAccess.Profile
CENTRAL, VILA_JATOBA, PARQUE_BURITI, JARDIM_MULUNGU, CREAB, ACADEMY = range(1, 7)

MANAGER = ("131210", "Gerente de serviços de saúde")
RECEPTIONIST = ("422105", "Recepcionista, em geral")
COLLECTOR = ("324205", "Técnico em patologia clínica")
PHARMACY = ("515210", "Auxiliar de farmácia de manipulação")
ASSISTANT = ("411010", "Assistente administrativo")
SUPPORT = ("212420", "Analista de suporte computacional")


def worker(
    key: str,
    sequence: int,
    name: str,
    workplace: int,
    trade: tuple[str, str],
    *functions: Function,
    title: str = "",
    profile: str = "",
    enters_sgop: bool = False,
) -> PersonPlan:
    """Somebody of the municipal network; `title` is who they are in the list of personas, else the function."""
    cbo, occupation = trade
    posting = PostingPlan(
        title=title or str(functions[0].label), functions=functions, profile=profile, enters_sgop=enters_sgop
    )
    return PersonPlan(
        key=key, sequence=sequence, name=name, workplace=workplace, cbo=cbo, occupation=occupation, posting=posting
    )


WORKERS = (
    worker("gerente", 20, "Eliana Souto Canafístula", VILA_JATOBA, MANAGER, Function.MANAGER, enters_sgop=True),
    worker("recepcao", 21, "Gislaine Aparecida Sapucaia", VILA_JATOBA, RECEPTIONIST, Function.RECEPTION),
    worker("coleta", 22, "Wesley Rodrigo Vinhático", VILA_JATOBA, COLLECTOR, Function.COLLECTION),
    worker("farmacia", 23, "Patrícia Helena Cedro", VILA_JATOBA, PHARMACY, Function.PHARMACY),
    worker("acs", 24, "Maria José Embaúba", VILA_JATOBA, people.COMMUNITY_AGENT, Function.REGISTRATION),
    worker("acs-2", 25, "Ailton Marques Peroba", VILA_JATOBA, people.COMMUNITY_AGENT, Function.REGISTRATION),
    worker(
        "cadastrador",
        26,
        "Luciene Barbosa Tamboril",
        VILA_JATOBA,
        RECEPTIONIST,
        Function.RECEPTION,
        title="Operador cadastrador",
        profile=Profile.REGISTRAR,
        enters_sgop=True,
    ),
    worker(
        "consultador",
        27,
        "Rafael Augusto Oiticica",
        VILA_JATOBA,
        ASSISTANT,
        title="Operador consultador",
        profile=Profile.CONSULTANT,
        enters_sgop=True,
    ),
    worker(
        "sem-acesso",
        28,
        "Bruna Letícia Guabiroba",
        VILA_JATOBA,
        ASSISTANT,
        title="Profissional ainda sem acesso ao CADSUS",
        enters_sgop=True,
    ),
    worker("gerente-buriti", 30, "Sérgio Luiz Angelim", PARQUE_BURITI, MANAGER, Function.MANAGER, enters_sgop=True),
    worker("recepcao-buriti", 31, "Kátia Simone Urucum", PARQUE_BURITI, RECEPTIONIST, Function.RECEPTION),
    worker("acs-buriti", 32, "Edna Maria Macaúba", PARQUE_BURITI, people.COMMUNITY_AGENT, Function.REGISTRATION),
    worker("recepcao-mulungu", 35, "Célio Antônio Baruzeiro", JARDIM_MULUNGU, RECEPTIONIST, Function.RECEPTION),
    worker("gerente-creab", 40, "Fernando César Pitombeira", CREAB, MANAGER, Function.MANAGER, enters_sgop=True),
    worker("recepcao-creab", 41, "Rosana Dias Mutambeira", CREAB, RECEPTIONIST, Function.RECEPTION),
    worker("ti-municipal", 50, "Juliana Prado Cabiúna", CENTRAL, SUPPORT, Function.MUNICIPAL_IT, enters_sgop=True),
)

BELO_HORIZONTE = EntityPlan(
    number=8,
    key="belohorizonte",
    title="Belo Horizonte/MG",
    about="CADSUS e SISRede",
    uf="31",
    municipality="3106200",
    fund_name="Fundo Municipal de Saúde de Belo Horizonte",
    area_code="31",
    postal_code="30190000",
    establishments=(
        establishments.central(),
        *establishments.units(
            ("Centro de Saúde Vila Jatobá", "Centro de Saúde Parque Buriti", "Centro de Saúde Jardim Mulungu"),
            establishments.UBS,
            start=VILA_JATOBA,
        ),
        EstablishmentPlan(
            sequence=CREAB,
            name="CREAB Parque das Araucárias",
            unit_type="CLÍNICA/CENTRO DE ESPECIALIDADE",
            district="Parque das Araucárias",
            street="Avenida dos Manacás, 500",
        ),
        EstablishmentPlan(
            sequence=ACADEMY,
            name="Polo da Academia da Saúde Vila Tangará",
            unit_type="POLO ACADEMIA DA SAÚDE",
            district="Vila Tangará",
            street="Rua das Palmeiras, 600",
        ),
    ),
    people=(
        *people.of_a_small_city(
            (
                "Simone Drumond Jacarandeira",
                "Geraldo Magela Ipezeiro",
                "Tatiane Cristina Jambeiro",
                "Neide Aparecida Goiabeira",
                "Leandro Augusto Amoreira",
            )
        ),
        *WORKERS,
        *offices.BELO_HORIZONTE,
    ),
    areas=(
        AreaPlan(workplace=VILA_JATOBA, code="0101", name="Equipe Sabiá", microareas={"01": "acs", "02": "acs-2"}),
        AreaPlan(workplace=VILA_JATOBA, code="0102", name="Equipe Canário", microareas={"01": ""}, is_low_risk=True),
        AreaPlan(workplace=PARQUE_BURITI, code="0201", name="Equipe Curió", microareas={"01": "acs-buriti", "02": ""}),
        AreaPlan(workplace=JARDIM_MULUNGU, code="0301", name="Equipe Juriti", microareas={"01": ""}),
    ),
)
