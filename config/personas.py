"""The personas of the demonstration: who they are, how they enter and what they may do. All synthetic."""

from accounts.models import Membership
from accounts.personas import Persona
from config.seed.entities import ENTITIES
from config.seed.plans import EntityPlan, PersonPlan
from config.seed.staff import STAFF

Role = Membership.Role

FUND_CAN = (
    "Gera e cancela o token para implantação e-SUS APS do próprio ente.",
    "Cadastra, substitui e reativa o Gestor da AB.",
)
CAN = {
    Role.AB_MANAGER: (
        "Dá, exclui e reativa perfis de programa no próprio ente.",
        "Pode dar a si o perfil GESTOR DO PROGRAMA MUNICIPAL.",
    ),
    Role.PROGRAMME_MANAGER: (
        "Solicita a credencial com o token do dia e a contra-chave do PEC.",
        "Baixa o termo e a credencial e revoga credenciais do próprio ente.",
        "Cadastra o Gestor Técnico.",
    ),
    Role.TECHNICAL_MANAGER: ("Gera somente a contra-chave de instalação.",),
    Role.PEC_MUNICIPAL_ADMIN: ("Copia a contra-chave e habilita ou desabilita o certificado no PEC.",),
    Role.PEC_INSTALLATION_ADMIN: ("Põe o arquivo .pfx na pasta «chaves» da instalação do PEC.",),
}
CANNOT_ENTER_IDLE = ("Não entra: o perfil está INATIVO por falta de acesso; o Gestor da AB pode reativá-lo.",)
CANNOT_ENTER = ("Não entra no e-Gestor: não tem perfil algum.",)
PROFESSIONAL_CAN = ("Atende na unidade do seu vínculo; não tem perfil no e-Gestor.",)


def personas_for_sign_in() -> tuple[Persona, ...]:
    """Everybody, for the list of the sign-in page; costs no query."""
    return PERSONAS


def _fund(plan: EntityPlan) -> Persona:
    return Persona(
        key=f"{plan.key}-fundo",
        role="Fundo Estadual de Saúde" if plan.is_state else "Fundo Municipal de Saúde",
        name=plan.fund_name,
        cnpj=plan.cnpj,
        login_kind="pj",
        login=plan.cnpj,
        password=plan.password,
        uf=plan.uf_acronym,
        ibge=plan.ibge,
        cnes=plan.cnes(1),
        can=FUND_CAN,
    )


def _person(plan: EntityPlan, person: PersonPlan) -> Persona:
    return Persona(
        key=f"{plan.key}-{person.key}",
        role=_role(person),
        name=person.name,
        cpf=plan.cpf(person),
        login_kind="pf",
        login=plan.cpf(person),
        pin=plan.pin(person),
        uf=plan.uf_acronym,
        ibge=plan.ibge,
        cnes=plan.cnes(person.workplace),
        can=_can(person),
    )


def _role(person: PersonPlan) -> str:
    if not person.role:
        return person.occupation or "Pessoa sem perfil"
    label = str(Role(person.role).label)
    if person.programme:
        label += f" – {Membership.Programme(person.programme).label}"
    return f"{label} (INATIVO)" if person.is_idle else label


def _can(person: PersonPlan) -> tuple[str, ...]:
    if person.is_idle:
        return CANNOT_ENTER_IDLE
    if person.role:
        return CAN[Role(person.role)]
    return PROFESSIONAL_CAN if person.cbo else CANNOT_ENTER


def _all() -> tuple[Persona, ...]:
    personas = []
    for plan in ENTITIES:
        personas.append(_fund(plan))
        personas += [_person(plan, person) for person in plan.people if person.is_persona]
    personas += [
        Persona(
            key=plan.key,
            role=plan.role,
            name=plan.name,
            login_kind="staff",
            login=plan.login,
            password=plan.password,
            can=plan.can,
        )
        for plan in STAFF
    ]
    return tuple(personas)


PERSONAS = _all()
