"""The nine entities of the demonstration: real territory, invented people and establishments.

They stand in every time zone of the country, and hold the odd cases: a fund with an alphanumeric CNPJ, a state, the DF.
"""

from config.seed import establishments, offices, people
from config.seed.belo_horizonte import BELO_HORIZONTE
from config.seed.plans import EntityPlan, EstablishmentPlan

ARACATUBA = EntityPlan(
    number=1,
    key="aracatuba",
    title="Araçatuba/SP",
    about="o Secretário acaba de mudar",
    uf="35",
    municipality="3502804",
    fund_name="Fundo Municipal de Saúde de Araçatuba",
    area_code="18",
    postal_code="16010000",
    establishments=establishments.of_a_medium_city(),
    people=(
        *people.of_the_medium_city(),
        people.gerencia_manager("Cristiane Aparecida Canafístula"),
        *offices.ARACATUBA,
    ),
    installations=(1, 4),
)

RIO_BRANCO = EntityPlan(
    number=2,
    key="riobranco",
    title="Rio Branco/AC",
    about="tudo em ordem, com substituta",
    uf="12",
    municipality="1200401",
    fund_name="Fundo Municipal de Saúde de Rio Branco",
    area_code="68",
    postal_code="69900000",
    establishments=establishments.of_a_small_city(
        "UBS Seringal Novo", "UBS Castanheira", "UBS Ramal do Açaí", "UBS Igarapé das Garças", "UBS Vila da Samaúma"
    ),
    people=(
        *people.of_a_small_city(
            (
                "Francisca Chagas Seringueira",
                "Raimundo Nonato Castanheira",
                "Jaqueline Souza Bacuri",
                "Antônia Lúcia Açaizeiro",
                "Edivaldo Gomes Andiroba",
            ),
            ("Cleilton Barbosa Cupuaçu", "Maria Auxiliadora Patauá"),
        ),
        *offices.RIO_BRANCO,
    ),
    installations=(1, 2),
)

NORONHA = EntityPlan(
    number=3,
    key="noronha",
    title="Fernando de Noronha/PE",
    about="distrito estadual",
    uf="26",
    municipality="2605459",
    fund_name="Fundo Distrital de Saúde de Fernando de Noronha",
    area_code="81",
    postal_code="53990000",
    establishments=establishments.of_a_small_city("UBS Enseada das Gameleiras", "UBS Mirante do Mulungu"),
    people=(
        *people.of_a_small_city(
            (
                "Severina Josefa Mangabeira",
                "Gilvan Tenório Cajueiro",
                "Rayssa Emanuelle Juazeiro",
                "Edilene Maria Umbuzeiro",
                "Josivaldo Amaro Coqueiro",
            ),
            ("Ângela Karina Pitombeira",),
        ),
        *offices.NORONHA,
    ),
)

EIRUNEPE = EntityPlan(
    number=4,
    key="eirunepe",
    title="Eirunepé/AM",
    about="fuso de duas horas a menos",
    uf="13",
    municipality="1301407",
    fund_name="Fundo Municipal de Saúde de Eirunepé",
    area_code="97",
    postal_code="69880000",
    establishments=establishments.of_a_small_city(
        "UBS Beira do Juruá", "UBS Fluvial Canoa Grande", "UBS Comunidade do Buritizal"
    ),
    people=(
        *people.of_a_small_city(
            (
                "Nazaré do Socorro Samaúma",
                "Manoel Elias Tucumã",
                "Keila Patrícia Bacabeira",
                "Zuleide Torres Andiroba",
                "Ocivaldo Lima Pupunheira",
            ),
            ("Jandira Rodrigues Buriti",),
        ),
        *offices.EIRUNEPE,
    ),
)

BOA_ESPERANCA = EntityPlan(
    number=5,
    key="boaesperanca",
    title="Boa Esperança do Norte/MT",
    about="CNPJ alfanumérico, sem Secretário",
    uf="51",
    municipality="5101837",
    fund_name="Fundo Municipal de Saúde de Boa Esperança do Norte",
    area_code="66",
    postal_code="78890000",
    own_cnpj="12ABC34501DE35",
    own_cnpj_root="12ABC345",
    establishments=establishments.of_a_small_city("UBS Vereda dos Buritis", "UBS Chapada do Pequi"),
    people=(
        *people.of_a_small_city(
            (
                "Dirce Terezinha Pequizeiro",
                "Valdomiro Pasqual Baruzeiro",
                "Camila Andressa Lobeira",
                "Neusa Salete Cerejeira",
                "Élcio Roberto Angico",
            ),
            ("Sirlei Márcia Guariroba",),
        ),
        *offices.BOA_ESPERANCA,
    ),
)

BAHIA = EntityPlan(
    number=6,
    key="bahia",
    title="Estado da Bahia",
    about="fundo estadual",
    uf="29",
    municipality="2927408",
    is_state=True,
    fund_name="Fundo Estadual de Saúde da Bahia",
    area_code="71",
    postal_code="41745000",
    establishments=(
        establishments.central(),
        EstablishmentPlan(
            sequence=2,
            name="Hospital Estadual das Dunas e Dendezeiros",
            unit_type="HOSPITAL GERAL",
            district="Vila Araponga",
            street="Avenida dos Dendezeiros, 2000",
        ),
        EstablishmentPlan(
            sequence=3,
            name="Policlínica Regional Portal do Umbuzeiro",
            unit_type="POLICLÍNICA",
            district="Parque Seriema",
            street="Rodovia do Umbu, km 3",
            seat="2910800",
        ),
    ),
    people=(
        *people.of_a_small_city(
            (
                "Dinorá Conceição Dendezeiro",
                "Ubirajara Santana Cacaueiro",
                "Lucineide Batista Licurizeiro",
                "Railda Sacramento Jenipapeiro",
                "Jurandir Argolo Piaçaveira",
            )
        ),
        people.gerencia_manager("Waldeck Brito Guapeveira"),
        people.hospital_physician("Edleuza Matos Oitizeiro"),
        *offices.BAHIA,
    ),
)

DISTRITO_FEDERAL = EntityPlan(
    number=7,
    key="distritofederal",
    title="Distrito Federal",
    about="estado e município",
    uf="53",
    municipality="5300108",
    is_state=True,
    fund_name="Fundo de Saúde do Distrito Federal",
    area_code="61",
    postal_code="70719040",
    establishments=establishments.of_a_small_city(
        "UBS 1 Quadra dos Pequizeiros", "UBS 2 Quadra das Sibipirunas", "UBS 3 Setor dos Flamboyants"
    ),
    people=(
        *people.of_a_small_city(
            (
                "Iracema Dutra Sibipiruna",
                "Haroldo Queirós Jacarandá",
                "Michele Abadia Paineira",
                "Wanda Rios Flamboyant",
                "Cristiano Melo Pau-Ferro",
            ),
            ("Nádia Corrêa Araticum",),
        ),
        people.gerencia_manager("Jussara Prates Mutambeira"),
        *offices.DISTRITO_FEDERAL,
    ),
)

# Of the real Anexo 12 that «Começar por um exemplo» brings; the people are invented as everywhere.
APUI = EntityPlan(
    number=9,
    key="apui",
    title="Apuí/AM",
    about="declaração do SIOPS, com números publicados",
    uf="13",
    municipality="1300144",
    fund_name="Fundo Municipal de Saúde de Apuí",
    area_code="97",
    postal_code="69265000",
    establishments=establishments.of_a_small_city("UBS Vicinal dos Tauaris", "UBS Ramal da Castanheira"),
    people=(
        *people.of_a_small_city(
            (
                "Cleuza Batista Muiracatiara",
                "Adalberto Nunes Cedrorana",
                "Tainá Rodrigues Ucuubeira",
                "Marinete Farias Acariquara",
                "Reginaldo Lopes Sorveira",
            )
        ),
        *offices.APUI,
    ),
)

ENTITIES = (
    ARACATUBA,
    RIO_BRANCO,
    NORONHA,
    EIRUNEPE,
    BOA_ESPERANCA,
    BAHIA,
    DISTRITO_FEDERAL,
    BELO_HORIZONTE,
    APUI,
)
