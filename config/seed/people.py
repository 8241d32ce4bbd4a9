"""People of the synthetic CADSUS. All invented: the last surname is always a Brazilian tree, palm or fruit."""

from config.seed.plans import PersonPlan, Programme, Role

PHYSICIAN = ("225142", "Médico da estratégia de saúde da família")
NURSE = ("223565", "Enfermeiro da estratégia de saúde da família")
TECHNICIAN = ("322245", "Técnico de enfermagem da estratégia de saúde da família")
DENTIST = ("223293", "Cirurgião-dentista da estratégia de saúde da família")
COMMUNITY_AGENT = ("515105", "Agente comunitário de saúde")

# Key, role and programme of those who act in the credentialing, in the order of the flow.
ACTORS = (
    ("gestor-ab", Role.AB_MANAGER, Programme.NONE),
    ("programa", Role.PROGRAMME_MANAGER, Programme.DEPLOYMENT),
    ("tecnico", Role.TECHNICAL_MANAGER, Programme.DEPLOYMENT),
    ("pec-municipal", Role.PEC_MUNICIPAL_ADMIN, Programme.NONE),
    ("pec-instalacao", Role.PEC_INSTALLATION_ADMIN, Programme.NONE),
)


def actors(names: tuple[str, str, str, str, str]) -> tuple[PersonPlan, ...]:
    """One person for each role of an entity."""
    return tuple(
        PersonPlan(key=key, sequence=i, name=name, role=role, programme=programme)
        for i, (name, (key, role, programme)) in enumerate(zip(names, ACTORS, strict=True), 1)
    )


def gerencia_manager(name: str) -> PersonPlan:
    """Who manages the Gerencia APS of an entity."""
    return PersonPlan(
        key="gerencia", sequence=90, name=name, role=Role.PROGRAMME_MANAGER, programme=Programme.GERENCIA_APS
    )


def hospital_physician(name: str) -> PersonPlan:
    """Of the specialised care (AES) of a state."""
    return PersonPlan(key="medica", sequence=91, name=name, workplace=2, cbo="225125", occupation="Médico clínico")


def staff_of_units(names: tuple[str, ...], *, start: int, first_unit: int = 2) -> tuple[PersonPlan, ...]:
    """Professionals spread over the basic health units, one occupation after the other."""
    occupations = (PHYSICIAN, NURSE, TECHNICIAN, DENTIST, COMMUNITY_AGENT)
    return tuple(
        PersonPlan(
            key=f"profissional-{start + i}",
            sequence=start + i,
            name=name,
            workplace=first_unit + i // len(occupations),
            cbo=occupations[i % len(occupations)][0],
            occupation=occupations[i % len(occupations)][1],
            is_persona=False,
        )
        for i, name in enumerate(names)
    )


def of_the_medium_city() -> tuple[PersonPlan, ...]:
    return (
        *actors(
            (
                "Marlene Aparecida Jequitibá",
                "Benedito Nonato Jatobá",
                "Talita Fernanda Ipê",
                "Rosângela Cristina Pitangueira",
                "Wagner Luís Sucupira",
            )
        ),
        PersonPlan(
            key="inativo",
            sequence=6,
            name="Osvaldo Tadeu Guapuruvu",
            role=Role.PROGRAMME_MANAGER,
            programme=Programme.DEPLOYMENT,
            idle_days=120,
        ),
        PersonPlan(key="sem-perfil", sequence=7, name="Ivone das Graças Murici"),
        PersonPlan(
            key="medica",
            sequence=8,
            name="Helena Beatriz Copaíba",
            workplace=2,
            cbo=PHYSICIAN[0],
            occupation=PHYSICIAN[1],
        ),
        PersonPlan(
            key="enfermeiro", sequence=9, name="Jonas Emanuel Aroeira", workplace=2, cbo=NURSE[0], occupation=NURSE[1]
        ),
        *staff_of_units(
            (
                "Caio Henrique Buriti",
                "Luzia Helena Cambuci",
                "Adenilson José Mulungu",
                "Priscila Regina Jabuticabeira",
                "Sebastiana Maria Umbuzeiro",
                "Vítor Augusto Ingazeiro",
                "Conceição de Fátima Cagaita",
                "Robson Aparecido Mangabeira",
                "Débora Cristiane Araucária",
                "Joaquim Antônio Gameleira",
            ),
            start=10,
        ),
    )


def of_a_small_city(
    names: tuple[str, str, str, str, str], professionals: tuple[str, ...] = ()
) -> tuple[PersonPlan, ...]:
    return (*actors(names), *staff_of_units(professionals, start=6))
