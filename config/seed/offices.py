"""Who answers for each entity in the SIOPS. All invented, as config.seed.people.

Araçatuba has just changed its secretary, who has no certificate yet, so the technician waits to be registered again.
Rio Branco has everything in order, a substitute for the secretary, and who watches: Conselho and Tribunal. Boa
Esperança do Norte has no secretary.
"""

from datetime import date

from config.seed.plans import TECHNICIAN, OfficePlan, PersonPlan
from pki.models import Medium
from siops.models import HealthManager

Role = HealthManager.Role
A1, A3 = Medium.Kind.A1.value, Medium.Kind.A3.value
MAYOR_SINCE, GOVERNOR_SINCE = date(2025, 1, 1), date(2023, 1, 1)
SENDING = "Responsável pelo envio de dados"

# Sequence of each office, after all the people of the e-Gestor.
HEAD, SECRETARY, SENDER, SUBSTITUTE, FORMER, MEMBER, AUDITOR = 101, 102, 103, 104, 105, 106, 107


def head(key: str, name: str, position: str, *, since: date = MAYOR_SINCE) -> PersonPlan:
    office = OfficePlan(role=Role.HEAD, position=position, medium=A3, starts_on=since)
    return PersonPlan(key=key, sequence=HEAD, name=name, office=office)


def secretary(key: str, name: str, position: str, *, since: date = MAYOR_SINCE) -> PersonPlan:
    office = OfficePlan(role=Role.SECRETARY, position=position, medium=A3, starts_on=since)
    return PersonPlan(key=key, sequence=SECRETARY, name=name, office=office)


def technician(name: str, *, since: date = MAYOR_SINCE) -> PersonPlan:
    office = OfficePlan(role=TECHNICIAN, position=SENDING, starts_on=since)
    return PersonPlan(key="envio", sequence=SENDER, name=name, office=office)


def council(name: str, *, since: date = MAYOR_SINCE) -> PersonPlan:
    office = OfficePlan(role=Role.COUNCIL, position="Presidente do Conselho de Saúde", starts_on=since)
    return PersonPlan(key="conselho", sequence=MEMBER, name=name, office=office)


def court(name: str, *, since: date = MAYOR_SINCE) -> PersonPlan:
    """Of the tribunal of the state in which the entity is."""
    office = OfficePlan(role=Role.COURT, position="Auditora de controle externo", medium=A3, starts_on=since)
    return PersonPlan(key="tribunal", sequence=AUDITOR, name=name, office=office)


ARACATUBA = (
    head("prefeita", "Leonor Aparecida Cabreúva", "Prefeita"),
    PersonPlan(
        key="secretario",
        sequence=SECRETARY,
        name="Anselmo Luís Manacá",
        office=OfficePlan(role=Role.SECRETARY, position="Secretário Municipal de Saúde"),
    ),
    PersonPlan(
        key="envio",
        sequence=SENDER,
        name="Nivaldo José Guajuvira",
        office=OfficePlan(role=TECHNICIAN, position=SENDING, starts_on=MAYOR_SINCE, is_former=True),
    ),
    PersonPlan(
        key="ex-secretaria",
        sequence=FORMER,
        name="Vera Lúcia Quaresmeira",
        office=OfficePlan(
            role=Role.SECRETARY,
            position="Secretária Municipal de Saúde",
            medium=A3,
            starts_on=MAYOR_SINCE,
            is_former=True,
        ),
    ),
)

RIO_BRANCO = (
    head("prefeito", "Sebastião Nonato Cumaru", "Prefeito"),
    secretary("secretaria", "Raimunda Célia Murumuru", "Secretária Municipal de Saúde"),
    technician("Josué Ferreira Tucumanzeiro"),
    PersonPlan(
        key="substituta",
        sequence=SUBSTITUTE,
        name="Ivanilde Rocha Buritirana",
        office=OfficePlan(role=Role.SECRETARY_SUBSTITUTE, position="Secretária Municipal Adjunta de Saúde", medium=A1),
    ),
    council("Damião Vieira Copaibeira"),
    court("Lídia Farias Ucuubeira"),
)

NORONHA = (
    head("administradora", "Amara Josefa Cajazeira", "Administradora-Geral"),
    secretary("secretario", "Genival Pedro Sapotizeiro", "Superintendente de Saúde"),
    technician("Cícera Maria Gravioleira"),
)

EIRUNEPE = (
    head("prefeito", "Otacílio Mendes Jutaizeiro", "Prefeito"),
    secretary("secretaria", "Rosilda Pereira Cubiuzeiro", "Secretária Municipal de Saúde"),
    technician("Lindomar Costa Abiurana"),
)

BOA_ESPERANCA = (head("prefeita", "Ivete Regina Cagaiteira", "Prefeita"),)

BAHIA = (
    head("governador", "Genaro Antunes Juremeira", "Governador", since=GOVERNOR_SINCE),
    secretary("secretaria", "Marinalva Costa Umburana", "Secretária de Estado da Saúde", since=GOVERNOR_SINCE),
    technician("Otoniel Souza Ouricuri", since=GOVERNOR_SINCE),
)

DISTRITO_FEDERAL = (
    head("governadora", "Beatriz Helena Candeia", "Governadora", since=GOVERNOR_SINCE),
    secretary("secretario", "Rogério Alves Barbatimão", "Secretário de Estado de Saúde", since=GOVERNOR_SINCE),
    technician("Sueli Moraes Mangabal", since=GOVERNOR_SINCE),
)

BELO_HORIZONTE = (
    head("prefeito", "Alencar Tavares Braúna", "Prefeito"),
    secretary("secretaria", "Heloísa Campos Murteira", "Secretária Municipal de Saúde"),
    technician("Nilton César Araçazeiro"),
)

APUI = (
    head("prefeito", "Valmir Antunes Maçaranduba", "Prefeito"),
    secretary("secretaria", "Rosângela Pires Itaubeira", "Secretária Municipal de Saúde"),
    technician("Moisés Lima Tauarizeiro"),
    council("Ester Nunes Cumaruzeiro"),
)

# Certifier → points of attendance: municipality and name.
CERTIFIERS = {
    "AC Jatobá (simulada)": (
        ("3502804", "Posto Araçatuba – Alameda das Jaqueiras"),
        ("1200401", "Posto Rio Branco – Praça das Samaúmas"),
        ("2927408", "Posto Salvador – Ladeira do Dendê"),
    ),
    "AC Umbuzeiro (simulada)": (
        ("3502804", "Posto Araçatuba – Rua dos Cambuís"),
        ("5300108", "Posto Brasília – Quadra dos Ipês"),
        ("5101837", "Posto Boa Esperança do Norte – Avenida do Pequi"),
        ("2605459", "Posto Noronha – Vila do Mulungu"),
        ("1301407", "Posto Eirunepé – Beira do Juruá"),
    ),
}
